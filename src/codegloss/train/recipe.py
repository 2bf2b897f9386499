"""What a training recipe says: a YAML file, checked before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from codegloss.train.losses import Weighting


class RecipeError(Exception):
    """A recipe that cannot be used; the message is one line that names the file and the field."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Scratch(_Section):
    """A trunk that begins from random weights."""

    family: Literal["bert", "modernbert", "starcoder2"] = "bert"
    tokeniser: str  # tokenizer.json
    layers: int = Field(ge=1)
    hidden: int = Field(ge=1)
    heads: int = Field(ge=1)
    intermediate: int = Field(ge=1)


class Model(_Section):
    """The encoder that is trained."""

    base: str | None = None  # folder, hub name, or package:NAME/folder inside an installed package
    sha256: str | None = None  # of the base's model.safetensors
    scratch: Scratch | None = None  # instead of a base
    layers: int | None = Field(
        default=None, ge=1
    )  # of the base's layers, the lowest so many; all if not given
    exits: list[int]  # numbers of layers; 0 is the static exit
    dimensions: int = Field(ge=1)
    context: int = Field(default=256, ge=8)  # tokens of a block at run time
    split_identifiers: bool = True
    dropped: str | None = None  # punctuation that becomes a space; None: the project's own choice
    adapt_tokeniser: bool = True  # False: the base's tokeniser as it is
    dropout: float = Field(default=0.0, ge=0, lt=1)
    trust_remote_code: bool = False  # run code that comes with the base

    @model_validator(mode="after")
    def _one_beginning(self) -> Model:
        if (self.base is None) == (self.scratch is None):
            raise ValueError("give either `base` or `scratch`")
        return self


class Data(_Section):
    """Where the pairs come from: extracted datasets, or a dataset of pairs made before."""

    train: list[Path] = []
    validation: list[Path] = []
    test: list[Path] = []
    against: list[Path] = []  # evaluation pools that no training pair may resemble
    pairs: Path | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Data:
        if bool(self.train) == (self.pairs is not None):
            raise ValueError("give either `train` (extracted datasets) or `pairs` (a dataset of pairs)")
        return self


class Optimisation(_Section):
    """What every stage says of its steps."""

    name: str
    steps: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    warmup: int = Field(default=0, ge=0)
    floor: float = Field(default=0.0, ge=0, le=1)
    weight_decay: float = Field(default=0.01, ge=0)
    clip: float = Field(default=1.0, gt=0)
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    checkpoint_every: int = Field(default=100, ge=1)
    validate_every: int = Field(default=100, ge=1)
    weighting: Weighting = "linear"  # (i/L), or uniform
    distil: float = Field(default=0.0, ge=0)  # weight of KL from the last exit, detached


class MinedNegatives(_Section):
    """Hard negatives and the consistency filter, mined with the model of the stage before."""

    exit: int  # the exit that mines
    each: int = Field(default=1, ge=1)  # negatives a text
    candidates: int = Field(default=32, ge=1)  # kept a text, to draw from
    below: float = Field(
        default=0.95, gt=0, le=1
    )  # a negative is at most this share as similar as the answer
    consistent_within: int = Field(default=20, ge=1)  # the answer must be among so many nearest


class Finetune(Optimisation):
    """Contrastive fine-tuning over pairs."""

    kind: Literal["finetune"]
    batch: int = Field(ge=2)  # pairs a step
    part: int = Field(default=64, ge=1)  # texts encoded at a time
    cache: bool = True  # gradient caching: memory for one part alone, at one encoding more
    text_tokens: int = Field(default=64, ge=4)
    code_tokens: int = Field(default=256, ge=4)
    repository_run: int = Field(default=8, ge=1)  # neighbours in a batch from one repository
    scale: float = Field(default=20.0, gt=0)  # 1 / temperature to begin with
    frequent_share: float = Field(default=0.2, gt=0, le=1)  # a token in more of the codes is frequent
    mask_frequent: float = Field(default=0.0, ge=0, le=1)  # probability to mask those
    negatives: MinedNegatives | None = None
    # pairs of code and code too: functions of two languages of which the doc comments say the same
    code_pairs: bool = False


class Pretrain(Optimisation):
    """Masked language modelling and in-context classification."""

    kind: Literal["pretrain"]
    batch: int = Field(ge=2)
    part: int = Field(default=16, ge=1)  # examples in memory at a time
    length: int = Field(default=256, ge=16)  # tokens of an example
    mask: float = Field(default=0.15, gt=0, lt=1)


class Recipe(_Section):
    """A whole recipe."""

    name: str
    version: str = "1"
    seed: int = Field(default=0, ge=0)
    licence: str = "Apache-2.0"
    model: Model
    data: Data
    stages: list[Annotated[Finetune | Pretrain, Field(discriminator="kind")]] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> Recipe:
        names = [stage.name for stage in self.stages]
        if len(set(names)) != len(names):
            raise ValueError("two stages have the same name")
        return self

    @model_validator(mode="after")
    def _mines_with_an_exit(self) -> Recipe:
        for stage in self.stages:
            mined = stage.negatives if isinstance(stage, Finetune) else None
            if mined and mined.exit not in self.model.exits:
                known = ", ".join(map(str, self.model.exits))
                raise ValueError(f"stage {stage.name}: no exit {mined.exit} to mine with, only {known}")
        return self


def recorded_recipe(facts: dict[str, Any], model: Path) -> Recipe:
    """The recipe that a trained model's facts hold; raises RecipeError where they hold none."""
    try:
        return Recipe.model_validate(facts["recipe"])
    except (KeyError, ValidationError) as error:
        raise RecipeError(f"{model} does not say by which recipe it was trained: train it again") from error


def read_recipe(path: Path) -> Recipe:
    """A recipe from its YAML file; paths in it are relative to the file.

    Raises RecipeError that names the file and the field.
    """
    import yaml

    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RecipeError(f"{path} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(raw, dict):
        raise RecipeError(f"{path} is not a recipe: it should begin with `name: …`")
    try:
        recipe = Recipe.model_validate(raw)
    except ValidationError as error:
        # an unknown name says more than the field that is missing because of it
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        field = ".".join(map(str, first["loc"])) or "the recipe"
        raise RecipeError(f"{path}: {field}: {first['msg']}") from error
    return recipe.model_copy(update={"data": _anchored(recipe.data, path.parent)})


def _anchored(data: Data, folder: Path) -> Data:
    def anchor(path: Path) -> Path:
        return path if path.is_absolute() else folder / path

    return data.model_copy(
        update={
            "train": [anchor(path) for path in data.train],
            "validation": [anchor(path) for path in data.validation],
            "test": [anchor(path) for path in data.test],
            "against": [anchor(path) for path in data.against],
            "pairs": anchor(data.pairs) if data.pairs else None,
        }
    )
