"""A training run: pairs, stages, and the trained model, all in one folder that can be resumed.

OUT/recipe.json        what was asked for; another recipe does not go on in this folder
OUT/pairs/             the dataset of pairs, where the recipe makes one
OUT/pairs.fingerprint  of the dataset of pairs that is trained on
OUT/stages/NAME/       checkpoints, log.jsonl and TensorBoard files of a stage
OUT/model/             the trained model
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from codegloss.dataset import Dataset
from codegloss.dataset.files import write_text
from codegloss.engine import Progress
from codegloss.metrics import MRR, ranks
from codegloss.train import loop, store
from codegloss.train.base import build, special_ids
from codegloss.train.embed import TorchEncoder
from codegloss.train.finetune import Finetune as FinetuneJob
from codegloss.train.log import Log
from codegloss.train.loop import Job, Schedule, World
from codegloss.train.losses import ContrastiveLoss
from codegloss.train.model import MultiExit
from codegloss.train.pairs import Negatives, Order, Pairs, read_pairs, with_code_pairs
from codegloss.train.recipe import Finetune, MinedNegatives, Pretrain, Recipe, RecipeError
from codegloss.train.texts import Tokeniser, frequent_tokens

VALIDATION_PAIRS = 1000  # pool and queries of a validation
FREQUENCY_SAMPLE = 20_000  # codes that are counted to tell which tokens are frequent


class Display(Protocol):
    """Is told how a run goes on."""

    def note(self, text: str) -> None: ...

    def rows(self, noun: str) -> Progress:
        """A display for work that goes row by row."""

    def stage(self, name: str, steps: int, done: int) -> None: ...

    def step(self, step: int, figures: dict[str, float]) -> None: ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What the stages of a run share."""

    recipe: Recipe
    out: Path
    pairs: Path  # dataset
    model: MultiExit
    tokeniser: Path  # tokenizer.json
    world: World
    display: Display


def run(recipe: Recipe, out: Path, display: Display, *, pairs: Path | None = None) -> Path:
    """Train as the recipe says; the folder of the trained model.

    `pairs` is a dataset of pairs that was chosen before, on another machine perhaps, and stands for
    the recipe's data. Raises RecipeError where the recipe cannot be followed, or `out` holds another run.
    """
    with loop.joined() as world:
        if world.leads:
            _claim(recipe, out)
        model, tokeniser, configuration = build(recipe.model, recipe.seed)
        _check(recipe, model, world)
        pairs = pairs or _pairs(recipe, out, world, display)
        chosen = Dataset.open(pairs).manifest.fingerprint
        if world.leads:
            _same_pairs(chosen, pairs, out)
        model.to(world.device)
        file = out / store.TOKENISER
        if world.leads:
            file.write_text(tokeniser, encoding="utf-8")
        _wait(world)
        setting = Setting(recipe, out, pairs, model, file, world, display)
        for number, stage in enumerate(recipe.stages):
            _train(setting, number, stage)
        if world.leads:
            facts = {
                "name": recipe.name,
                "configuration": configuration,
                "recipe": recipe.model_dump(mode="json"),
                "pairs": chosen,
            }
            store.save(model, tokeniser, facts, out / "model")
        _wait(world)
    return out / "model"


def _claim(recipe: Recipe, out: Path) -> None:
    stands = out / "recipe.json"
    if stands.is_file():
        # a field that this version added has its default
        if _recipe_in(stands) != recipe.model_dump(mode="json"):
            raise RecipeError(f"{out} holds a run of another recipe: give another --out, or remove it")
        return
    if out.is_dir() and any(out.iterdir()):
        raise RecipeError(f"{out} is not empty and no training run: give another --out")
    out.mkdir(parents=True, exist_ok=True)
    write_text(stands, json.dumps(recipe.model_dump(mode="json"), indent=2, sort_keys=True) + "\n")


def _same_pairs(fingerprint: str, pairs: Path, out: Path) -> None:
    """A run goes on with the pairs it began with, or not at all."""
    stands = out / "pairs.fingerprint"
    if stands.is_file() and stands.read_text(encoding="utf-8").strip() != fingerprint:
        raise RecipeError(f"{pairs} is not the dataset that {out} began with: give another --out")
    write_text(stands, fingerprint + "\n")


def _recipe_in(file: Path) -> dict[str, Any] | None:
    """What stands in a run's recipe.json; None where that is no recipe of this version."""
    try:
        return Recipe.model_validate_json(file.read_text(encoding="utf-8")).model_dump(mode="json")
    except ValueError:
        return None


def _check(recipe: Recipe, model: MultiExit, world: World) -> None:
    """What the recipe alone does not tell; raises RecipeError."""
    lengths = {"model.context": recipe.model.context}
    for stage in recipe.stages:
        if stage.batch < world.size:
            raise RecipeError(f"stage {stage.name}: a batch of {stage.batch} for {world.size} processes")
        names = ("length",) if isinstance(stage, Pretrain) else ("text_tokens", "code_tokens")
        lengths |= {f"stage {stage.name}: {name}": getattr(stage, name) for name in names}
    for name, length in lengths.items():
        if model.trunk.longest is not None and length > model.trunk.longest:
            raise RecipeError(f"{name}: {length} tokens, but the base has {model.trunk.longest} positions")


def _pairs(recipe: Recipe, out: Path, world: World, display: Display) -> Path:
    """The dataset of pairs: the one named, or one made from the functions."""
    data = recipe.data
    if data.pairs is not None:
        return data.pairs
    made = out / "pairs"
    if world.leads:
        from codegloss import curate

        display.note("choosing pairs of comment and code")
        curate.pairs_dataset(
            train=data.train,
            validation=data.validation,
            test=data.test,
            against=data.against,
            out=made,
            seed=recipe.seed,
            progress=display.rows("functions"),
        )
    _wait(world)
    return made


def _wait(world: World) -> None:
    if world.size > 1:
        torch.distributed.barrier()


# --- stages ----------------------------------------------------------------------------------


def _train(setting: Setting, number: int, stage: Finetune | Pretrain) -> None:
    folder = setting.out / "stages" / stage.name
    schedule = Schedule(
        steps=stage.steps,
        learning_rate=stage.learning_rate,
        warmup=stage.warmup,
        floor=stage.floor,
        weight_decay=stage.weight_decay,
        clip=stage.clip,
        precision=stage.precision,
        checkpoint_every=stage.checkpoint_every,
    )
    seed = setting.recipe.seed * 1000 + number
    torch.manual_seed(seed)
    if isinstance(stage, Pretrain):
        job: Job = _pretraining(setting, stage, seed)
    else:
        job = _finetuning(setting, stage, seed, folder)
    found = loop.checkpoints(folder)
    done = int(found[-1].name) if found else 0
    if setting.world.leads:
        setting.display.stage(stage.name, stage.steps, done)
    validate = _validation(setting, stage) if setting.world.leads else None
    with Log(folder, done, setting.world.leads) as log:

        def watch(step: int, figures: dict[str, float]) -> None:
            if validate and ((step + 1) % stage.validate_every == 0 or step + 1 == stage.steps):
                figures = figures | validate()
            log.write(step, figures)
            if setting.world.leads:
                setting.display.step(step, figures)

        loop.train(job, schedule, folder, setting.world, watch)


def _finetuning(setting: Setting, stage: Finetune, seed: int, folder: Path) -> Job:
    pairs = read_pairs(setting.pairs, "train")
    if stage.code_pairs:
        pairs = with_code_pairs(pairs, setting.pairs, "train")
    texts = Tokeniser(str(setting.tokeniser), stage.text_tokens)
    codes = Tokeniser(str(setting.tokeniser), stage.code_tokens)
    used, negatives = np.arange(len(pairs)), None
    if stage.negatives is not None:
        used, negatives = _mined(setting, stage, stage.negatives, pairs, folder)
    order = Order(pairs, stage.batch, seed, stage.repository_run, used)
    if setting.world.leads:
        coded = f" ({pairs.coded.sum():,} of code and code)" if stage.code_pairs else ""
        seen = f"{stage.steps * stage.batch:,} seen in all"
        setting.display.note(f"{stage.name}: {len(used):,} pairs{coded}, {seen}")
    return FinetuneJob(
        setting.model,
        ContrastiveLoss(
            setting.model.exits,
            setting.model.trunk.depth,
            weighting=stage.weighting,
            distil=stage.distil,
            scale=stage.scale,
        ),
        pairs,
        order,
        texts,
        codes,
        part=stage.part,
        cache=stage.cache,
        seed=seed,
        frequent=_frequent(setting, stage, pairs, codes) if stage.mask_frequent else None,
        mask_probability=stage.mask_frequent,
        negatives=negatives,
    )


def _frequent(setting: Setting, stage: Finetune, pairs: Pairs, tokeniser: Tokeniser) -> NDArray[np.bool_]:
    """(vocabulary,) which code tokens are frequent."""
    sample = np.random.default_rng(0).permutation(len(pairs))[:FREQUENCY_SAMPLE]
    documents = tokeniser([pairs.codes[int(i)].as_py() for i in sample])
    special = special_ids(setting.tokeniser.read_text(encoding="utf-8"))
    found = frequent_tokens(documents, stage.frequent_share, special)
    flags = np.zeros(setting.model.trunk.table().num_embeddings, dtype=bool)
    flags[list(found)] = True
    return flags


def _pretraining(setting: Setting, stage: Pretrain, seed: int) -> Job:
    from codegloss.train.pretrain import pretraining

    return pretraining(setting.model, setting.pairs, setting.tokeniser, stage, seed)


def _validation(setting: Setting, stage: Finetune | Pretrain) -> Callable[[], dict[str, float]] | None:
    """MRR of each exit on the split `validation`, its pool the very pairs; None where there is none."""
    try:
        pairs = read_pairs(setting.pairs, "validation")
    except ValueError:
        return None
    sample = np.random.default_rng(0).permutation(len(pairs))[:VALIDATION_PAIRS]
    texts = [pairs.texts[int(i)].as_py() for i in sample]
    codes = [pairs.codes[int(i)].as_py() for i in sample]
    length = stage.code_tokens if isinstance(stage, Finetune) else stage.length
    tokeniser = Tokeniser(str(setting.tokeniser), length)
    encoder = TorchEncoder(setting.model, tokeniser, precision=stage.precision)

    own = [{row: 1.0} for row in range(len(sample))]  # the code that each text belongs to

    def validate() -> dict[str, float]:
        queries, pool = encoder.encode_exits(texts), encoder.encode_exits(codes)
        return {
            f"validation MRR, exit {k}": float(MRR(ranks(queries[k] @ pool[k].T, own)).mean())
            for k in queries
        }

    return validate


def _mined(
    setting: Setting, stage: Finetune, wanted: MinedNegatives, pairs: Pairs, folder: Path
) -> tuple[NDArray[np.int64], Negatives]:
    """Which pairs are consistent, (m,) row numbers, and the hard negatives of each of the n pairs.

    Code–code pairs are not mined: all are used, without hard negatives.
    """
    from codegloss.curate.negatives import Mining, negatives_dataset

    out = folder / "negatives"
    if setting.world.leads:
        setting.display.note(f"{stage.name}: mining negatives with exit {wanted.exit}")
        tokeniser = Tokeniser(str(setting.tokeniser), stage.code_tokens)
        name = f"{setting.recipe.name} before {stage.name}"
        negatives_dataset(
            setting.pairs,
            out,
            TorchEncoder(setting.model, tokeniser, name, precision=stage.precision),
            mining=Mining(top=wanted.consistent_within, margin=wanted.below, each=wanted.candidates),
            exit=wanted.exit,
            progress=setting.display.rows("texts"),
        )
    _wait(setting.world)
    mined = Dataset.open(out).read("negatives", ["row", "rows", "similarities"])
    own = pairs.rows[~pairs.coded]
    consistent = np.searchsorted(own, mined["row"].to_numpy())
    candidates = np.full((len(pairs), wanted.candidates), -1)
    similarities = np.zeros((len(pairs), wanted.candidates), np.float32)
    for row, found, similar in zip(
        consistent, mined["rows"].to_pylist(), mined["similarities"].to_pylist(), strict=True
    ):
        candidates[row, : len(found)] = np.searchsorted(own, found)
        similarities[row, : len(found)] = similar
    used = np.concatenate([consistent, np.flatnonzero(pairs.coded)])
    return used, Negatives(candidates, similarities, each=wanted.each, steps=stage.steps)
