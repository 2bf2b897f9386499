"""Functions a second: tokenisers, exits, sentence-transformers; and what 8 bits cost. For encoder.py."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cells import digest_of_file, folder_of, say, third, verdict
from codegloss.dataset import Dataset
from codegloss.encoder import Encoder, ExitEncoder, load
from codegloss.encoder.inputs import code_of
from codegloss.evaluate.retrieval import evaluate
from codegloss.evaluate.specs import tasks_of
from codegloss.evaluate.tasks import sampled
from codegloss.metrics import MRR
from common import save
from peers.encoding import SentenceExits
from workers import Worker

LIBRARIES = ("numpy", "onnxruntime", "scipy", "sentence-transformers", "tokenizers", "torch", "transformers")
ENCODING = Path(__file__).parent / "peers" / "encoding.py"
CORES = 2
QUICK = 10  # times as many functions for what has no layers to run, so that a run is long enough to time


@dataclass(frozen=True, slots=True)
class System:
    """One that is timed."""

    name: str
    arguments: tuple[str | Path | int, ...]  # of peers/encoding.py
    lots: int = 1  # functions that it is given, in lots


def exported(trained: Path, work: Path) -> tuple[Path, Path, Path, Path]:
    """Folders of the int8 and the float32 chain, and for sentence-transformers with the chain's rounded
    weights and with those that were trained. What an earlier run exported is kept."""
    from codegloss.train.base import rule_of
    from codegloss.train.export import About, export_onnx, export_sentence_transformers
    from codegloss.train.recipe import Recipe
    from codegloss.train.store import load as load_trained

    model, tokeniser, facts = load_trained(trained)
    recipe = Recipe.model_validate(facts["recipe"])
    about = About(
        name=recipe.name, version=recipe.version, context=recipe.model.context, rule=rule_of(recipe.model)
    )
    root = work / f"exports-{digest_of_file(trained / 'model.safetensors')}"
    folders = root / "int8", root / "float32", root / "rounded", root / "as-trained"
    for folder, precision in zip(folders[:2], ("int8", "none"), strict=True):
        if not folder.is_dir():
            say(f"exporting the {folder.name} chain")
            export_onnx(model, tokeniser, folder, about=about, quantise=precision)  # type: ignore[arg-type]
    for folder in folders[2:]:
        if not folder.is_dir():
            export_sentence_transformers(
                model,
                tokeniser,
                facts["configuration"],
                folder,
                about=about,
                rounded=folder.name == "rounded",
            )
    return folders


def cutter(encoder: ExitEncoder) -> Callable[[str], str]:
    """Cuts a text to the lines that the encoder's context holds; to nothing if it does not hold the first."""
    tokeniser = encoder.checkpoint.tokeniser()
    budget = encoder.checkpoint.context - len(tokeniser.before) - len(tokeniser.after)

    def cut(text: str) -> str:
        if len(tokeniser.packed(text)) <= 4 * budget:
            return text
        lines = text.split("\n")
        fits, not_so = 0, len(lines)
        while not_so - fits > 1:
            middle = (fits + not_so) // 2
            if len(tokeniser.packed("\n".join(lines[:middle]))) <= 4 * budget:
                fits = middle
            else:
                not_so = middle
        return "\n".join(lines[:fits])

    return cut


def functions_of(path: Path) -> list[tuple[str, str]]:
    """Code and language of the functions of a dataset, or of the pairs; each code once."""
    dataset = Dataset.open(path)
    of_functions = {"inner_comments", "has_body"} <= set(dataset.table().schema)
    columns = ["code", "language", *(["inner_comments", "has_body"] if of_functions else [])]
    found: dict[str, str] = {}
    for batch in dataset.batches(columns=columns):
        for row in batch.to_pylist():
            if not of_functions:
                found[row["code"]] = row["language"]
            elif row["has_body"]:
                spans = [(span["start"], span["end"]) for span in row["inner_comments"]]
                found[code_of(row["code"], spans)] = row["language"]
    return list(found.items())


def chosen(
    functions: Sequence[tuple[str, str]], cut: Callable[[str], str], wanted: int
) -> tuple[list[tuple[str, str]], int]:
    """That many of the functions at random, cut to the context, and how many were longer."""
    taken, longer = [], 0
    for place in np.random.default_rng(0).permutation(len(functions)).tolist():
        if len(taken) == wanted:
            break
        code, language = functions[place]
        if kept := cut(code):
            longer += kept != code
            taken.append((kept, language))
    return taken, longer


def timed(
    systems: Sequence[System], functions: Sequence[tuple[str, str]], lot: int, repetitions: int
) -> dict[str, list[float]]:
    """Seconds per function of each system in each repetition; before them a run that does not count."""
    seconds: dict[str, list[float]] = {system.name: [] for system in systems}
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(ENCODING, system.arguments, CORES)) for system in systems]
        for repetition in range(repetitions + 1):
            begin = repetition * lot * QUICK
            turn = repetition % len(systems)
            order = [*range(turn, len(systems)), *range(turn)]  # whoever comes first may suffer for it
            for place in order:
                part = functions[begin : begin + lot * systems[place].lots]
                codes, languages = zip(*part, strict=True)
                taken = workers[place].ask({"texts": codes, "languages": languages})["seconds"]
                if repetition:
                    seconds[systems[place].name].append(taken / len(part))
            say(f"repetition {repetition} of {repetitions}")
    return seconds


def speed(options: argparse.Namespace) -> None:
    """The tables `encoder_speed` and `encoder_precision`."""
    int8, float32, rounded, as_trained = exported(options.trained, options.work)
    encoder = load(int8)
    cut = cutter(encoder)
    exits, last = encoder.exits, encoder.exits[-1]
    reference = f"sentence-transformers, float32, exit {last}"
    systems = [
        System("tokenizers alone", ("tokenizers", int8), QUICK),
        System("our tokeniser alone, one thread", ("tokeniser", int8), QUICK),
        *(System(f"exit {k}", ("chain", int8, k), 1 if k else QUICK) for k in exits),
        System(reference, ("sentence-transformers", rounded)),
        System("sentence-transformers, MiniLM", ("sentence-transformers", folder_of(options.baseline))),
    ]
    found = functions_of(options.functions)
    functions, longer = chosen(found, cut, QUICK * options.lot * (options.repetitions + 1))
    lot = len(functions) // (QUICK * (options.repetitions + 1))  # fewer where there are not enough
    say(f"{len(functions):,} of {len(found):,} functions, {lot:,} a run and {QUICK * lot:,} of what is quick")
    seconds = timed(systems, functions, lot, options.repetitions)

    def ratio(system: str, to: str) -> float:
        """How many times as fast the first is: median over repetitions."""
        pairs = zip(seconds[system], seconds[to], strict=True)
        return statistics.median(theirs / own for own, theirs in pairs)

    rows = []
    for system in systems:
        each = statistics.median(seconds[system.name])
        exit = int(system.arguments[2]) if system.arguments[0] == "chain" else None
        rows.append(
            {
                "system": system.name,
                "functions/s": 1 / each,
                "ms a function": 1000 * each,
                f"times {reference}": ratio(system.name, reference),
                f"share of the time of exit {last}, %": None
                if exit is None
                else 100 * ratio(f"exit {last}", system.name),
                "share of the layers, %": None if exit is None else 100 * exit / last,
            }
        )
    early = third(exits)
    share = ratio(f"exit {last}", f"exit {early}")
    fast = ratio(f"exit {last}", reference)
    targets = {
        f"exit {last} to sentence-transformers": f"{fast:.2f} times (wanted: 3), {verdict(fast >= 3)}",
        f"exit {early} of the time of exit {last}": f"{100 * share:.1f} % (wanted: under 40 %), "
        f"{verdict(share < 0.4)}",
    }
    if exits[0] == 0:
        own = "our tokeniser alone, one thread"
        static = ratio("exit 0", own)
        rate = 1 / statistics.median(seconds["exit 0"])
        targets |= {
            "exit 0 to our tokeniser alone": f"{100 * static:.1f} % of its speed (wanted: 90 %), "
            f"{verdict(static >= 0.9)}",
            "exit 0 to tokenizers alone": f"{ratio('exit 0', 'tokenizers alone'):.2f} times",
            "exit 0": f"{rate:,.0f} functions/s (the stretch: 20,000), {verdict(rate >= 20_000)}",
        }
    tokeniser = encoder.checkpoint.tokeniser()
    save(
        "encoder_speed",
        rows,
        LIBRARIES,
        input=options.functions.resolve().name,
        functions_a_run=lot,
        of_what_has_no_layers=QUICK * lot,
        mean_tokens=statistics.mean(len(tokeniser.packed(code)) / 4 for code, _ in functions),
        cut_to_the_context=f"{100 * longer / len(functions):.1f} %",
        repetitions=options.repetitions,
        threads=CORES,
        **targets,
    )
    precision(options, load(int8), load(float32), SentenceExits(rounded), SentenceExits(as_trained), cut)


def precision(
    options: argparse.Namespace,
    int8: ExitEncoder,
    float32: ExitEncoder,
    rounded: SentenceExits,
    as_trained: SentenceExits,
    cut: Callable[[str], str],
) -> None:
    """The table `encoder_precision`: MRR that 8 bits cost, and how near the chain is to the folder."""
    task, *others = tasks_of(options.pool)
    if others:
        sys.exit(f"--pool {options.pool} is {len(others) + 1} tasks; name one language")
    task = sampled(task, options.queries, options.documents, seed=0)
    task = replace(task, pool=tuple(map(cut, task.pool)))
    say(f"{task.name}: {len(task.queries):,} queries, {len(task.pool):,} codes")
    systems: dict[str, Encoder] = {
        "sentence-transformers, float32": as_trained,
        "float32 chain": float32,
        "int8 chain": int8,
    }
    exits = int8.exits
    mrr: dict[tuple[str, int | None], float] = {}
    for name, encoder in systems.items():
        say(name)
        for result in evaluate(task, [(encoder, exits)]):
            if result.exit is not None and result.fusion is None:
                mrr[name, result.exit] = float(MRR(result.ranks).mean())
    rows = []
    for exit in exits:
        quantised = cosines(int8, rounded, task.pool, exit)
        exact = cosines(float32, as_trained, task.pool, exit)
        reference = mrr["sentence-transformers, float32", exit]
        rows.append(
            {"exit": str(exit)}
            | {f"MRR, {name}": mrr[name, exit] for name in systems}
            | {
                "lost by 8 bits, %": 100 * (1 - mrr["int8 chain", exit] / reference),
                "least cosine, int8 chain": f"{quantised.min():.5f}",
                "mean": f"{quantised.mean():.5f}",
                "least cosine, float32 chain": f"{exact.min():.5f}",
            }
        )
    lost, nearest = rows[-1]["lost by 8 bits, %"], min(float(row["least cosine, int8 chain"]) for row in rows)
    save(
        "encoder_precision",
        rows,
        LIBRARIES,
        task=task.name,
        queries=len(task.queries),
        pool=len(task.pool),
        cosines="of a chain and the folder for sentence-transformers with the same weights, over the pool",
        **{
            "MRR lost at the last exit": f"{lost:.2f} % (wanted: at most 1), {verdict(lost <= 1)}",
            "least cosine": f"{nearest:.5f} (wanted: 0.999), {verdict(nearest >= 0.999)}",
        },
    )


def cosines(one: Encoder, other: Encoder, codes: Sequence[str], exit: int) -> NDArray[np.float32]:
    """Between the vectors that two give of the same codes, those without tokens left out."""
    ours, theirs = (encoder.encode(codes, exit=exit).vectors for encoder in (one, other))
    found: NDArray[np.float32] = (ours * theirs).sum(axis=1)[ours.any(axis=1)]
    return found
