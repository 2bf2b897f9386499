"""Step 2: a bank of comments and code, to compare others with (`quality.inconsistency.bank`).

    python recipes/inconsistency/bank.py SAMPLE.parquet BANK.npz

Functions are drawn from as many repositories as there are, each repository once before any comes twice.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
from examples import read

from codegloss.encoder.checkpoint import open_checkpoint
from codegloss.encoder.runtime import SHIPPED
from codegloss.quality.inconsistency.bank import Bank
from codegloss.quality.inconsistency.vocabulary import Vocabulary
from codegloss.quality.reading import Prose, code, prose
from codegloss.records import Function

SIZE = 512


def drawn(functions: list[Function], seed: int) -> list[Function]:
    """SIZE of the functions, spread evenly over their repositories."""
    of_repository = defaultdict[str, list[Function]](list)
    for function in functions:
        of_repository[function.repository].append(function)
    order = random.Random(seed)
    ranked = [
        (round, order.random(), function)
        for _, some in sorted(of_repository.items())
        for round, function in enumerate(order.sample(some, len(some)))
    ]
    return [function for _, _, function in sorted(ranked, key=lambda item: item[:2])[:SIZE]]


def main() -> None:
    """Write the bank, with the ids of its functions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sample", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--encoder", type=Path, default=SHIPPED)
    parser.add_argument("--seed", type=int, default=17)
    options = parser.parse_args()
    functions, material = read(options.sample)
    some = drawn([function for function in functions if function.id in material], options.seed)
    vocabulary = Vocabulary(open_checkpoint(options.encoder))
    texts, codes = [], []
    for function in some:
        said, done = prose(function), code(function)
        assert isinstance(said, Prose), "material has prose"
        vocabulary.learn([said.lead, done.all])
        texts.append(vocabulary.vector(vocabulary.ids(said.lead)))
        codes.append(vocabulary.vector(vocabulary.ids(done.all)))
    bank = Bank(np.array(texts), np.array(codes))
    np.savez(options.out, ids=[function.id for function in some], **bank.arrays())
    print(f"{len(some)} functions of {len({one.repository for one in some})} repositories")


if __name__ == "__main__":
    main()
