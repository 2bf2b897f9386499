"""How the comments of the builtin writer compare with those of people, and with a name split into words.

    python benchmarks/writers.py FUNCTIONS

FUNCTIONS is a dataset of `codegloss extract`. Of repositories drawn from it, documented functions are drawn
and their comments hidden; the builtin writer and the control write others, the writer from what is left. Each
comment is then a query: its summary, as a search for its code among all functions of the same language in
the drawn repositories. MRR is by an exit of the shipped encoder that the writer does not use, and by BM25,
with the function's own identifiers taken out of the query ("bare") too; a comment that was not written, or
that says too little to be a query, counts 0. P is the mean probability that the comment contradicts its
code, by the shipped classifier, over the functions for which the builtin writer's comment and people's can
be judged; of the control's, often too short for that, those that can. It is least for whoever says least.
Functions without a comment are drawn as well: nobody's comment stands beside the writers' there.

Intervals resample repositories.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from codegloss.dataset import Dataset
from codegloss.encoder import ExitEncoder, load
from codegloss.encoder.checkpoint import open_checkpoint
from codegloss.encoder.inputs import code_of
from codegloss.encoder.runtime import SHIPPED
from codegloss.metrics import bootstrap
from codegloss.metrics.resampling import groups_to_draw
from codegloss.quality.inconsistency import classifier
from codegloss.quality.inconsistency.features import Example, around
from codegloss.quality.inconsistency.vocabulary import Vocabulary
from codegloss.quality.reading import Prose, prose
from codegloss.quality.reasons import Reason
from codegloss.quality.searchability import Lexical, Query, Semantic, shuffled, standings, without_own
from codegloss.records import Function, from_row
from codegloss.synth.writing.builtin import BuiltinWriter
from codegloss.synth.writing.context import Surroundings
from codegloss.synth.writing.control import ControlWriter
from codegloss.synth.writing.memory import Memory
from codegloss.synth.writing.writers import Writer, with_comment, without_comment
from common import save

LIBRARIES = ("numpy", "onnxruntime", "bm25s")
SEED = 31
FEWEST, MOST = 100, 3_000  # functions of a repository that is drawn
FEWEST_DOCUMENTED = 30
EXIT = 4  # of the encoder that measures; the writer uses exit 0
EACH = 20  # functions of one kind drawn from a repository
Floats = NDArray[np.float64]


def repositories(dataset: Dataset, languages: Sequence[str], each: int) -> dict[str, list[Function]]:
    """Functions of `each` repositories drawn for each language, generated code, tests and stubs left out."""
    table = dataset.read(
        "functions", ["repository", "language", "is_test", "has_body", "is_generated", "summary"]
    )
    kept = pc.and_(table["has_body"], pc.invert(pc.or_(table["is_test"], table["is_generated"])))
    table = table.filter(kept)
    rows = Counter(zip(table["language"].to_pylist(), table["repository"].to_pylist(), strict=True))
    table = table.filter(pc.is_valid(table["summary"]))
    said = Counter(zip(table["language"].to_pylist(), table["repository"].to_pylist(), strict=True))
    generator = random.Random(SEED)
    drawn: set[str] = set()
    for language in languages:
        fit = sorted(
            name
            for (own, name), count in rows.items()
            if own == language and FEWEST <= count <= MOST and said[own, name] >= FEWEST_DOCUMENTED
        )
        drawn |= set(generator.sample(fit, min(each, len(fit))))
    found: dict[str, list[Function]] = defaultdict(list)
    for batch in dataset.batches("functions", batch_size=4_096):
        mask = pc.is_in(batch["repository"], pa.array(sorted(drawn), batch["repository"].type))
        for row in batch.filter(mask).to_pylist():
            if (
                row["language"] in languages
                and row["has_body"]
                and not row["is_test"]
                and not row["is_generated"]
            ):
                found[row["repository"]].append(from_row(row, Function))
    return dict(found)


def drawn(functions: Sequence[Function], documented: bool) -> list[Function]:
    """Some functions of a repository that have a comment in prose, or none at all."""
    fit = [
        one
        for one in functions
        if one.code_lines >= 3 and (isinstance(prose(one), Prose) if documented else not one.comment)
    ]
    return random.Random(SEED).sample(fit, min(EACH, len(fit)))


def written(writer: Writer, functions: Sequence[Function], known: Surroundings) -> list[Function | Reason]:
    """Each function with the comment that a writer gives it."""

    async def write(one: Function) -> Function | Reason:
        said = await writer.write(one, known.context(one))
        return said if isinstance(said, Reason) else with_comment(one, said.comment)

    async def all_of_them() -> list[Function | Reason]:
        return [await write(one) for one in functions]

    return asyncio.run(all_of_them())


class Pools:
    """All codes of the drawn repositories, by language, ready to be searched."""

    def __init__(self, functions: Sequence[Function], encoder: ExitEncoder) -> None:
        self._encoder = encoder
        self._codes: dict[str, list[str]] = defaultdict(list)
        self._places: dict[str, int] = {}
        self._known: dict[str, NDArray[np.float32]] = {}
        seen: dict[tuple[str, str], int] = {}
        for one in functions:
            code = code_of(one.code, one.inner_comments)
            codes = self._codes[one.language]
            place = seen.setdefault((one.language, " ".join(code.split())), len(codes))
            if place == len(codes):
                codes.append(code)
            self._places[one.id] = place

    def size(self) -> int:
        """Codes of all pools together."""
        return sum(map(len, self._codes.values()))

    def reciprocal_ranks(self, functions: Sequence[Function | Reason]) -> dict[str, Floats]:
        """Reciprocal rank of each comment by each searcher (n,); 0 for one that is no query."""
        found = {name: np.zeros(len(functions)) for name in ("exit", "exit bare", "BM25", "BM25 bare")}
        for language, codes in self._codes.items():
            queries = {
                number: self._query(one)
                for number, one in enumerate(functions)
                if isinstance(one, Function) and one.language == language and isinstance(prose(one), Prose)
            }
            if not queries:
                continue
            order = shuffled([str(place).encode() for place in range(len(codes))], SEED)
            vectors = self._vectors(language)
            for name, searcher in (
                ("exit", Semantic(self._encoder, EXIT, vectors)), ("BM25", Lexical(codes)),
            ):  # fmt: skip
                ranked = standings(searcher, list(queries.values()), order, 32)
                for (number, query), one in zip(queries.items(), ranked, strict=True):
                    found[name][number] = one.reciprocal_rank
                    found[f"{name} bare"][number] = one.bare_reciprocal_rank if query.bare else 0
        return found

    def _query(self, function: Function) -> Query:
        said = prose(function)
        assert isinstance(said, Prose)
        own = [function.name, function.class_name or "", *(one.name for one in function.parameters)]
        return Query(said.text, without_own(said.text, own), self._places[function.id])

    def _vectors(self, language: str) -> NDArray[np.float32]:
        codes = self._codes[language]
        if language not in self._known:
            languages = [language] * len(codes)
            self._known[language] = self._encoder.encode(codes, languages=languages, exit=EXIT).vectors
        return self._known[language]


def chances_of(
    judge: classifier.Classifier, own: Sequence[Function | Reason], others: Mapping[str, Sequence[Function]]
) -> Floats:
    """P(inconsistent) of each comment (n,); NaN where there is none, or it cannot be judged."""
    chances = np.full(len(own), np.nan)
    places = [place for place, one in enumerate(own) if isinstance(one, Function)]
    examples = [Example(one, others[one.id]) for one in own if isinstance(one, Function)]
    chances[places] = [one.probability for one in judge.judge_examples(examples)]
    return chances


def rows_of(
    kind: str,
    by_writer: Mapping[str, Sequence[Function | Reason]],
    groups: Sequence[str],
    pools: Pools,
    others: Mapping[str, Sequence[Function]],
) -> list[dict[str, Any]]:
    """A line of the table for each writer of one kind of function."""
    judge = classifier.load()
    chances = {name: chances_of(judge, own, others) for name, own in by_writer.items()}
    compared = [own for name, own in chances.items() if name != ControlWriter.name]
    judged = ~np.isnan(np.stack(compared)).any(0)
    rows = []
    for name, own in by_writer.items():
        ranks = pools.reciprocal_ranks(own)
        lengths = [len((one.summary or "").split()) for one in own if isinstance(one, Function)]
        told = chances[name][judged]
        estimate = bootstrap(ranks["exit bare"], groups_to_draw(list(groups)))
        rows.append(
            {
                "functions": kind, "writer": name, "n": len(own),
                "written": float(np.mean([isinstance(one, Function) for one in own])),
                "words": float(np.mean(lengths)),
                "MRR": float(ranks["exit"].mean()), "MRR bare": float(ranks["exit bare"].mean()),
                "from": estimate.low, "to": estimate.high,
                "BM25": float(ranks["BM25"].mean()), "BM25 bare": float(ranks["BM25 bare"].mean()),
                "P": float(np.nanmean(told)), "judged": int((~np.isnan(told)).sum()),
            }
        )  # fmt: skip
    return rows


def main() -> None:
    """Write, measure, save."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("functions", type=Path)
    options.add_argument("--languages", default="python,java,go,javascript,typescript,c,cpp,rust,ruby,php")
    options.add_argument("--repositories", type=int, default=4, help="drawn for each language")
    options.add_argument("--name", default="writers")
    asked = options.parse_args()
    encoder = load()
    vocabulary = Vocabulary(open_checkpoint(SHIPPED))
    found = repositories(Dataset.open(asked.functions), asked.languages.split(","), asked.repositories)
    pools = Pools([one for own in found.values() for one in own], encoder)
    others = {one.function.id: one.others for own in found.values() for one in around(own)}
    rows, reasons = [], Counter[str]()
    for kind, documented in (("documented", True), ("undocumented", False)):
        by_writer: dict[str, list[Function | Reason]] = defaultdict(list)
        groups: list[str] = []
        for name, functions in sorted(found.items()):
            picked = drawn(functions, documented)
            hidden = {one.id for one in picked}
            left = [without_comment(one) if one.id in hidden else one for one in functions]
            known = Surroundings(left)
            builtin = BuiltinWriter(Memory(left, encoder), vocabulary)
            bare = [without_comment(one) for one in picked]
            if documented:
                by_writer["people"] += picked
            by_writer["builtin"] += written(builtin, bare, known)
            by_writer["control"] += written(ControlWriter(), bare, known)
            groups += [name] * len(picked)
        reasons.update(one.name for one in by_writer["builtin"] if isinstance(one, Reason))
        rows += rows_of(kind, by_writer, groups, pools, others)
    save(
        asked.name, rows, LIBRARIES,
        repositories=sorted(found), codes=pools.size(), exit=EXIT, seed=SEED, not_written=dict(reasons),
    )  # fmt: skip


if __name__ == "__main__":
    main()
