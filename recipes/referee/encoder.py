"""The referee's encoder: a static one, from nothing, on repositories of its own.

    python recipes/referee/encoder.py PAIRS OUT [--steps 1500]

Reports of `codegloss rebuild` are scored by an encoder that the gate never used. This one shares no weight
with the shipped encoder: its token table begins at random, with another seed, and half of the repositories
of PAIRS (a dataset of `codegloss train encoder`) train it. It is an exit 0 alone: a weighted mean of token
vectors, trained to find the code for a text among the codes of a batch (InfoNCE, both directions).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from codegloss.dataset import Dataset
from codegloss.encoder.checkpoint import DESCRIPTION, FORMAT, TOKENIZER, TOKENS, open_checkpoint
from codegloss.encoder.runtime import SHIPPED
from codegloss.encoder.tokens import Tokeniser
from codegloss.train.export.folder import replacing
from codegloss.train.export.quantise import quantised

SEED = 4177
DIMENSIONS = 128
BATCH = 1024
TEXT_TOKENS, CODE_TOKENS = 48, 160
TEMPERATURE = 0.05
LEARNING_RATE = 2e-2
NAME = "codegloss-referee"


def is_ours(repository: str) -> bool:
    """Whether a repository belongs to the half that trains the referee."""
    return hashlib.sha256(f"referee:{repository}".encode()).digest()[0] % 2 == 0


class Static(nn.Module):
    """Weighted mean over the token table, brought to length 1."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(vocabulary, DIMENSIONS, mode="sum", sparse=True)
        self.weight = nn.Embedding(vocabulary, 1, sparse=True)
        nn.init.normal_(self.table.weight, std=DIMENSIONS**-0.5)
        nn.init.zeros_(self.weight.weight)

    def forward(self, ids: Tensor, offsets: Tensor) -> Tensor:
        """(n, DIMENSIONS) of n texts, given one after the other in `ids`, each from its offset on."""
        weights = nn.functional.softplus(self.weight(ids)).squeeze(-1)
        return nn.functional.normalize(self.table(ids, offsets, per_sample_weights=weights), dim=-1)


def tokens(texts: list[str], tokeniser: Tokeniser, most: int) -> list[np.ndarray]:
    """Token ids of each text, at most so many."""
    return [tokeniser.ids(text)[:most] for text in texts]


def bag(some: list[np.ndarray]) -> tuple[Tensor, Tensor]:
    """Texts as one row of ids and the offset of each."""
    lengths = np.array([len(one) for one in some])
    offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    return torch.from_numpy(np.concatenate(some).astype(np.int64)), torch.from_numpy(offsets)


def train(texts: list[np.ndarray], codes: list[np.ndarray], vocabulary: int, steps: int) -> Static:
    """InfoNCE over batches drawn by seed."""
    torch.manual_seed(SEED)
    order = np.random.default_rng(SEED)
    model = Static(vocabulary)
    optimiser = torch.optim.SparseAdam(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.02, total_iters=steps)
    for step in range(steps):
        drawn = order.choice(len(texts), BATCH, replace=False)
        scores = (
            model(*bag([texts[i] for i in drawn])) @ model(*bag([codes[i] for i in drawn])).T / TEMPERATURE
        )
        own = torch.arange(BATCH)
        loss = (nn.functional.cross_entropy(scores, own) + nn.functional.cross_entropy(scores.T, own)) / 2
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step}: loss {loss.item():.3f}", flush=True)
    return model


def write(model: Static, out: Path) -> None:
    """The folder that `codegloss.encoder.load` reads."""
    shipped = open_checkpoint(SHIPPED)
    table, scale = quantised(model.table.weight.detach().numpy(), axis=1)
    arrays = {
        "table": table,
        "scale": scale,
        "weight": nn.functional.softplus(model.weight.weight.detach()).squeeze(-1).numpy(),
        "project": np.eye(DIMENSIONS, dtype=np.float32),
    }
    with replacing(out, DESCRIPTION) as partial:
        (partial / TOKENIZER).write_bytes(shipped.read(TOKENIZER))
        np.savez_compressed(partial / TOKENS, **arrays)
        digests = {
            name: hashlib.sha256((partial / name).read_bytes()).hexdigest() for name in (TOKENIZER, TOKENS)
        }
        description = {
            "format": FORMAT, "name": NAME, "version": "1", "family": "bert", "dimensions": DIMENSIONS,
            "hidden": DIMENSIONS, "context": shipped.context, "exits": [0], "quantised": "int8",
            "normalised": True, "rule": asdict(shipped.rule) if shipped.rule else None,
            "prompts": dict(shipped.prompts), "base": None, "licence": "Apache-2.0", "files": digests,
        }  # fmt: skip
        (partial / DESCRIPTION).write_text(json.dumps(description, indent=2) + "\n", "utf-8")


def main() -> None:
    """Read the pairs, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=1500)
    options = parser.parse_args()
    tokeniser = open_checkpoint(SHIPPED).tokeniser()
    texts, codes, seen = list[np.ndarray](), list[np.ndarray](), set[str]()
    for batch in Dataset.open(options.pairs).batches("pairs"):
        rows = [
            row
            for row in batch.select(["repository", "split", "text", "code"]).to_pylist()
            if row["split"] == "train" and is_ours(row["repository"])
        ]
        seen.update(row["repository"] for row in rows)
        some = zip(
            tokens([row["text"] for row in rows], tokeniser, TEXT_TOKENS),
            tokens([row["code"] for row in rows], tokeniser, CODE_TOKENS),
            strict=True,
        )
        for text, code in some:
            if len(text) and len(code):
                texts.append(text)
                codes.append(code)
    print(f"{len(texts):,} pairs of {len(seen):,} repositories", flush=True)
    vocabulary = len(open_checkpoint(SHIPPED).tokens().table)
    write(train(texts, codes, vocabulary, options.steps), options.out)


if __name__ == "__main__":
    main()
