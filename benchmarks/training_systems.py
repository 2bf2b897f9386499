"""Ways to train an encoder on pairs: ours, with any exits, and sentence-transformers' trainer.

Both get the same base, tokenizer, batches in the same order, length, precision, optimiser (AdamW,
gradients cut to norm 1, warm-up, then a cosine to 0) and no dropout. Neither leaves out near-duplicates
in a batch, as ours otherwise does: sentence-transformers does not know them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from codegloss.train import loop
from codegloss.train.base import build, folder_of
from codegloss.train.finetune import Finetune
from codegloss.train.losses import ContrastiveLoss, Weighting
from codegloss.train.model import MultiExit
from codegloss.train.pairs import Order, Pairs, read_pairs
from codegloss.train.recipe import Model
from codegloss.train.texts import Tokeniser

LIBRARIES = ("accelerate", "sentence-transformers", "torch", "transformers")
WEIGHT_DECAY = 0.01
SCALE = 20.0  # 1 / temperature: fixed in sentence-transformers, ours begins with it and learns
WARMUP = 0.1  # of the steps
Stamp = Callable[[int], None]  # told after each step, which counts from 0


@dataclass(frozen=True, slots=True)
class Setup:
    """What all systems have in common."""

    pairs: Path  # dataset
    base: str
    steps: int
    batch: int  # pairs a step
    part: int  # texts that ours encodes at a time
    length: int  # tokens of a text, and of a code
    rate: float  # learning rate
    bfloat16: bool
    seed: int

    @property
    def warmup(self) -> int:
        """Steps."""
        return round(WARMUP * self.steps)


def setup_of(options: argparse.Namespace, seed: int = 0) -> Setup:
    """What the options say of training."""
    return Setup(
        pairs=options.pairs,
        base=options.base,
        steps=options.steps,
        batch=options.batch,
        part=options.part,
        length=options.length,
        rate=options.rate,
        bfloat16=options.precision == "bfloat16",
        seed=seed,
    )


def device() -> str:
    """What it was trained on."""
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "processor"


def about(options: argparse.Namespace, steps: int) -> dict[str, Any]:
    """What both tables say of training."""
    return {
        "base": options.base.rpartition("/")[0].removeprefix("package:") or options.base,
        "steps": steps,
        "batch": options.batch,
        "length": options.length,
        "precision": options.precision,
    }


@dataclass(frozen=True, slots=True)
class Trained:
    """One of ours."""

    model: MultiExit
    tokeniser: Tokeniser


def batches(setup: Setup) -> tuple[Pairs, Order]:
    """The pairs, each its own cluster, and which of them make each batch."""
    pairs = read_pairs(setup.pairs, "train")
    pairs = replace(pairs, clusters=np.arange(len(pairs)))
    return pairs, Order(pairs, setup.batch, setup.seed)


def train_ours(
    setup: Setup,
    out: Path,
    exits: Sequence[int],
    *,
    weighting: Weighting = "linear",
    distil: float = 0.0,
    stamp: Stamp = lambda step: None,
) -> Trained:
    """Train with these exits; of the base's layers none above the last is kept."""
    layers = max(exits)
    recipe = Model(base=setup.base, layers=layers, exits=list(exits), dimensions=hidden_size(setup.base))
    model, tokeniser_json, _ = build(recipe, setup.seed)
    out.mkdir(parents=True, exist_ok=True)
    file = out / "tokenizer.json"
    file.write_text(tokeniser_json, "utf-8")
    pairs, order = batches(setup)
    tokeniser = Tokeniser(str(file), setup.length)
    loss = ContrastiveLoss(exits, layers, weighting=weighting, distil=distil, scale=SCALE)
    job = Finetune(
        model, loss, pairs, order, tokeniser, tokeniser, part=setup.part, cache=False, seed=setup.seed
    )
    schedule = loop.Schedule(
        steps=setup.steps,
        learning_rate=setup.rate,
        warmup=setup.warmup,
        weight_decay=WEIGHT_DECAY,
        precision="bfloat16" if setup.bfloat16 else "float32",
        checkpoint_every=100,
    )
    with loop.joined() as world:
        loop.train(job, schedule, out, world, lambda step, figures: stamp(step))
    return Trained(model.eval(), tokeniser)


def hidden_size(base: str) -> int:
    """Of the base's tokens."""
    from transformers import AutoConfig

    return int(AutoConfig.from_pretrained(folder_of(base)).hidden_size)


def untrained(setup: Setup) -> Any:
    """The base as a SentenceTransformer: mean of the tokens, length 1, without dropout, our tokenizer."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    hidden = hidden_size(setup.base)
    tokeniser_json = build(Model(base=setup.base, exits=[1], dimensions=hidden))[1]
    no_dropout = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    transformer = Transformer(folder_of(setup.base), max_seq_length=setup.length, config_kwargs=no_dropout)
    marks = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
    transformer.processor = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(tokeniser_json), model_max_length=setup.length, **marks
    )
    return SentenceTransformer(modules=[transformer, Pooling(hidden), Normalize()])


def train_theirs(
    setup: Setup, out: Path, *, adaptive: bool, symmetric: bool = False, stamp: Stamp = lambda step: None
) -> Any:
    """Train with MultipleNegativesRankingLoss, in AdaptiveLayerLoss if asked; both as they come.

    `symmetric` ranks texts for a code as well, as ours does.
    """
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments, losses
    from transformers import TrainerCallback

    torch.manual_seed(setup.seed)
    model = untrained(setup)
    pairs, order = batches(setup)
    rows = np.concatenate([order.rows(step) for step in range(setup.steps)])
    columns = {"anchor": pairs.texts.take(rows), "positive": pairs.codes.take(rows)}
    dataset = Dataset.from_dict({name: column.to_pylist() for name, column in columns.items()})
    both = {"directions": ("query_to_doc", "doc_to_query"), "partition_mode": "per_direction"}
    loss = losses.MultipleNegativesRankingLoss(model, scale=SCALE, **(both if symmetric else {}))

    class Clock(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            stamp(state.global_step - 1)

    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(out),
        max_steps=setup.steps,
        per_device_train_batch_size=setup.batch,
        learning_rate=setup.rate,
        lr_scheduler_type="cosine",
        warmup_steps=setup.warmup,
        weight_decay=WEIGHT_DECAY,
        max_grad_norm=1.0,
        bf16=setup.bfloat16,
        use_cpu=not torch.cuda.is_available(),
        batch_sampler=in_order,
        seed=setup.seed,
        save_strategy="no",
        report_to="none",
        logging_strategy="no",
        disable_tqdm=True,
    )
    trainer = SentenceTransformerTrainer(
        model=model,
        args=arguments,
        train_dataset=dataset,
        loss=losses.AdaptiveLayerLoss(model, loss) if adaptive else loss,
        callbacks=[Clock()],
    )
    trainer.train()
    return model.eval()


def in_order(dataset: Any, batch_size: int, drop_last: bool, **_: Any) -> Any:
    """A batch sampler that takes the rows as they stand."""
    from torch.utils.data import BatchSampler, SequentialSampler

    return BatchSampler(SequentialSampler(dataset), batch_size, drop_last)


def layer_parameters(base: str) -> int:
    """Parameters of the base's layers, the embeddings left out, for 6·N floating-point operations a token."""
    from transformers import AutoModel

    model: nn.Module = AutoModel.from_pretrained(folder_of(base))
    return sum(p.numel() for name, p in model.named_parameters() if ".layer." in name or ".layers." in name)


class Stopwatch:
    """Seconds between the end of the first step and the end of the last: what starting costs is left out."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._begin = 0.0
        self.seconds = 0.0

    def __call__(self, step: int) -> None:
        """Called after each step."""
        if step in (0, self._steps - 1) and torch.cuda.is_available():
            torch.cuda.synchronize()
        if step == 0:
            self._begin = time.perf_counter()
        self.seconds = time.perf_counter() - self._begin
