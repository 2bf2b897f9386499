"""MRR by exit of models that are trained on equal data. Run by encoder_training.py."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cells import Message, cell, digest, say
from codegloss.metrics import MRR, ranks
from codegloss.train.embed import TorchEncoder
from codegloss.train.pairs import read_pairs
from common import save
from training_systems import LIBRARIES, Setup, about, device, setup_of, train_ours, train_theirs, untrained

TOGETHER: dict[str, dict[str, Any]] = {  # all exits in one model
    "all exits, linear": {"weighting": "linear"},
    "all exits, uniform": {"weighting": "uniform"},
    "all exits, uniform + KL": {"weighting": "uniform", "distil": 1.0},
}
SINGLE = "a model for each exit"
ADAPTIVE = "AdaptiveLayerLoss"
UNTRAINED = "before training"
Row = dict[str, Any]


def validation(path: Path, most: int) -> tuple[list[str], list[str]]:
    """Texts and codes of validation pairs, one of each cluster, at most so many, at random."""
    pairs = read_pairs(path, "validation")
    first = np.unique(pairs.clusters, return_index=True)[1]
    rows = np.random.default_rng(0).permutation(first)[:most]
    return pairs.texts.take(rows).to_pylist(), pairs.codes.take(rows).to_pylist()


def mrr(texts: NDArray[np.float32], codes: NDArray[np.float32]) -> float:
    """MRR of vectors (n, d) of texts in those of codes, of which the same row is the answer."""
    return float(MRR(ranks(texts @ codes.T, [{row: 1.0} for row in range(len(texts))])).mean())


def of_ours(setup: Setup, exits: Sequence[int], split: tuple[list[str], list[str]], **loss: Any) -> Message:
    """Train with these exits: MRR of each, and seconds."""
    with tempfile.TemporaryDirectory() as folder:
        before = time.perf_counter()
        trained = train_ours(setup, Path(folder), exits, stamp=Pace(setup.steps), **loss)
        seconds = time.perf_counter() - before
    encoder = TorchEncoder(trained.model, trained.tokeniser)
    texts, codes = map(encoder.encode_exits, split)
    return {"MRR": {str(k): mrr(texts[k], codes[k]) for k in exits}, "seconds": seconds}


def of_theirs(
    setup: Setup, exits: Sequence[int], split: tuple[list[str], list[str]], trained: bool
) -> Message:
    """Train with AdaptiveLayerLoss, or not at all: MRR after so many layers, the others taken off."""
    before = time.perf_counter()
    if trained:
        with tempfile.TemporaryDirectory() as folder:
            model = train_theirs(setup, Path(folder), adaptive=True, symmetric=True, stamp=Pace(setup.steps))
    else:
        model = untrained(setup)
    seconds = time.perf_counter() - before
    encoder = model[0].auto_model.encoder
    layers = encoder.layer
    found = {}
    with torch.autocast(model.device.type, torch.bfloat16):  # as ours is encoded
        for k in filter(None, exits):
            encoder.layer = layers[:k]
            vectors = [model.encode(part, convert_to_tensor=True).float().cpu().numpy() for part in split]
            found[str(k)] = mrr(*vectors)
    return {"MRR": found, "seconds": seconds if trained else None}


class Pace:
    """Says how a training goes on, now and then."""

    EVERY = 30.0  # seconds

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._begin = self._said = time.monotonic()

    def __call__(self, step: int) -> None:
        """Called after each step."""
        now = time.monotonic()
        if now - self._said > self.EVERY:
            self._said = now
            left = (now - self._begin) / (step + 1) * (self._steps - step - 1)
            say(f"  step {step + 1} of {self._steps}, {left / 60:.1f} min left")


def figures(
    options: argparse.Namespace, seed: int, system: str, split: tuple[list[str], list[str]]
) -> Message:
    """MRR by exit and seconds of one system, from the cells that it needs."""
    setup = setup_of(options, seed)
    exits = options.exits

    def kept(name: str, compute: Any) -> Message:
        say(f"{name}, seed {seed}")
        key = digest(name, asdict(setup) | {"pairs": str(setup.pairs.resolve())}, exits, split)
        found = cell(options.work, f"ablation-{key}", compute)
        say(f"  {found}")
        return found

    if system in TOGETHER:
        return kept(system, lambda: of_ours(setup, exits, split, **TOGETHER[system]))
    if system == SINGLE:
        found = [
            kept(f"exit {k} alone", lambda k=k: of_ours(setup, [k], split))  # type: ignore[misc]
            for k in exits
            if k
        ]
        return {
            "MRR": {k: value for one in found for k, value in one["MRR"].items()},
            "seconds": sum(one["seconds"] for one in found),
        }
    return kept(system, lambda: of_theirs(setup, exits, split, trained=system == ADAPTIVE))


def ablation_row(system: str, seed: str, found: Sequence[Message], exits: Sequence[int]) -> Row:
    """A line of the table, of one seed or of the mean of several."""
    known = found[0]["MRR"]
    spent = [one["seconds"] for one in found if one["seconds"] is not None]
    return (
        {"system": system, "seed": seed}
        | {
            f"exit {k}": statistics.mean(one["MRR"][str(k)] for one in found) if str(k) in known else None
            for k in exits
        }
        | {"minutes": statistics.mean(spent) / 60 if spent else None}
    )


def ablation(options: argparse.Namespace) -> None:
    """The table `encoder_ablation`."""
    split = validation(options.pairs, options.validation)
    rows = [ablation_row(UNTRAINED, "–", [figures(options, 0, UNTRAINED, split)], options.exits)]
    means = []
    for system in (*TOGETHER, SINGLE, ADAPTIVE):
        found = [figures(options, seed, system, split) for seed in options.seeds]
        rows += [
            ablation_row(system, str(seed), [one], options.exits)
            for seed, one in zip(options.seeds, found, strict=True)
        ]
        if len(found) > 1:
            means.append(ablation_row(system, f"mean of {len(found)}", found, options.exits))
    save(
        "encoder_ablation",
        [*rows, *means],
        LIBRARIES,
        measure="MRR",
        **about(options, options.steps),
        learning_rate=f"{options.rate:g}",
        pairs_seen=options.steps * options.batch,
        validation_pairs=len(split[0]),
        pool=len(split[1]),
        device=device(),
    )
