"""One way to train, timed again and again. Run by encoder_training.py.

    python training.py last|all|mnrl|adaptive SETUP

SETUP is JSON. Answers a request with a `seed` by the seconds of a run's steps, the first left
out, and by the tokens and pairs in those steps.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from cells import Message
from training_systems import Setup, Stopwatch, batches, train_ours, train_theirs
from workers import serve

if __name__ == "__main__":
    system = sys.argv[1]
    given = json.loads(sys.argv[2])
    exits = given.pop("exits")
    common_setup = Setup(**given | {"pairs": Path(given["pairs"])})

    def answer(request: Message) -> Message:
        """One run."""
        setup = replace(common_setup, seed=request["seed"])
        watch = Stopwatch(setup.steps)
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            if system in ("last", "all"):
                trained = train_ours(setup, out, exits if system == "all" else exits[-1:], stamp=watch)
                pairs, order = batches(setup)
                tokens = 0
                for step in range(1, setup.steps):
                    rows = order.rows(step)
                    for column in (pairs.texts, pairs.codes):
                        tokens += sum(map(len, trained.tokeniser(column.take(rows).to_pylist())))
            else:
                train_theirs(setup, out, adaptive=system == "adaptive", stamp=watch)
                tokens = 0  # the same
        return {"seconds": watch.seconds, "pairs": (setup.steps - 1) * setup.batch, "tokens": tokens}

    serve(answer)
