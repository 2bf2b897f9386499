"""Pairs a second in training, against sentence-transformers. Run by encoder_training.py."""

from __future__ import annotations

import argparse
import json
import statistics
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

from cells import Message, say, verdict
from common import save
from training_systems import LIBRARIES, about, device, layer_parameters, setup_of
from workers import Worker

TRAINING = Path(__file__).parent / "peers" / "training.py"
THEIRS = "MultipleNegativesRankingLoss"
ADAPTIVE = "AdaptiveLayerLoss"


def throughput(options: argparse.Namespace) -> None:
    """The table `encoder_throughput`."""
    setup = replace(setup_of(options), steps=options.steps + 1)  # the first is not timed
    asked = json.dumps(asdict(setup) | {"pairs": str(setup.pairs.resolve()), "exits": options.exits})
    last = f"ours, exit {options.exits[-1]}"
    every = f"ours, exits {', '.join(map(str, options.exits))}"
    systems = {last: "last", every: "all", THEIRS: "mnrl", ADAPTIVE: "adaptive"}
    runs: dict[str, list[Message]] = {name: [] for name in systems}
    with ExitStack() as stack:
        workers = {
            name: stack.enter_context(Worker(TRAINING, (kind, asked), options.cores))
            for name, kind in systems.items()
        }
        for repetition in range(options.repetitions):
            turn = repetition % len(systems)
            for name in [*list(systems)[turn:], *list(systems)[:turn]]:
                runs[name].append(workers[name].ask({"seed": repetition}))
                say(f"repetition {repetition + 1} of {options.repetitions}, {name}: {runs[name][-1]}")
    tokens = [run["tokens"] for run in runs[last]]
    parameters = layer_parameters(options.base)

    def ratio(system: str, to: str) -> float:
        """How many times as fast the first is: median over repetitions, which share their batches."""
        return statistics.median(
            theirs["seconds"] / own["seconds"] for own, theirs in zip(runs[system], runs[to], strict=True)
        )

    rows = []
    for name, found in runs.items():
        rates = [count / run["seconds"] for count, run in zip(tokens, found, strict=True)]
        rate = statistics.median(rates)
        rows.append(
            {
                "system": name,
                "pairs/s": statistics.median(run["pairs"] / run["seconds"] for run in found),
                "tokens/s": rate,
                f"times {THEIRS}": ratio(name, THEIRS),
                "share of the peak, %": 100 * 6 * parameters * rate / (options.peak * 1e12)
                if options.peak
                else None,
            }
        )
    alone, together = ratio(last, THEIRS), ratio(every, ADAPTIVE)
    save(
        "encoder_throughput",
        rows,
        LIBRARIES,
        **about(options, setup.steps - 1),
        device=device(),
        tokens_a_pair=statistics.mean(tokens) / runs[last][0]["pairs"],
        repetitions=options.repetitions,
        **{
            f"{last} to {THEIRS}": f"{alone:.2f} times (wanted: 1), {verdict(alone >= 1)}",
            f"all exits to {ADAPTIVE}": f"{together:.2f} times (wanted: 1), {verdict(together >= 1)}",
        },
        **({"peak of the device, TFLOP/s": options.peak} if options.peak else {}),
    )
