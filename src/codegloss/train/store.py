"""A trained model on disk, before it is exported: weights, configuration, tokenizer.

model.safetensors   every parameter of the MultiExit model
model.json          exits, dimensions, and the trunk's own configuration
tokenizer.json
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from codegloss.dataset.files import sync
from codegloss.train.base import special_ids, take_apart
from codegloss.train.model import MultiExit, not_finite
from codegloss.train.recipe import RecipeError

WEIGHTS = "model.safetensors"
FACTS = "model.json"
TOKENISER = "tokenizer.json"


class StoreError(Exception):
    """A trained model that cannot be loaded; the message is one line that names the file and the cure."""


def save(model: MultiExit, tokeniser: str, facts: dict[str, Any], out: Path) -> None:
    """Write a model folder: whole, or not at all. `facts` needs the trunk's `configuration`."""
    from safetensors.torch import save_file

    partial = out.with_name(out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, partial / WEIGHTS)
    about = {"exits": list(model.exits), "dimensions": model.dimensions, "layers": model.trunk.depth, **facts}
    (partial / FACTS).write_text(json.dumps(about, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    (partial / TOKENISER).write_text(tokeniser, encoding="utf-8")
    for file in partial.iterdir():
        sync(file)
    shutil.rmtree(out, ignore_errors=True)
    partial.rename(out)


def load(folder: Path) -> tuple[MultiExit, str, dict[str, Any]]:
    """A model folder's model, tokenizer.json and facts.

    Raises StoreError for a folder that is not one, a truncated file, weights of another shape,
    or weights that are not numbers.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers import AutoConfig, AutoModel

    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        tokeniser = (folder / TOKENISER).read_text(encoding="utf-8")
        state = load_file(folder / WEIGHTS)
    except (OSError, ValueError, SafetensorError) as error:
        raise StoreError(
            f"{folder} is not a trained model ({error}): give the `model` folder of a finished run"
        ) from error
    try:
        configuration = dict(facts["configuration"])
        family = configuration.pop("model_type")
        trunk_model = AutoModel.from_config(
            AutoConfig.for_model(family, **configuration), attn_implementation="sdpa"
        )
        model = MultiExit(
            take_apart(trunk_model, facts["layers"]),
            facts["exits"],
            facts["dimensions"],
            special=special_ids(tokeniser),
        )
    except (KeyError, TypeError, ValueError, RecipeError) as error:
        reason = f"{type(error).__name__}: {_first_lines(error)}"
        raise StoreError(
            f"{folder / FACTS} is not that of a trained model ({reason}): "
            "give the `model` folder of a finished run"
        ) from error
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        raise StoreError(f"{folder / WEIGHTS} is of another model: {_first_lines(error)}") from error
    if name := not_finite(state):
        raise StoreError(f"{folder / WEIGHTS}: {name} holds values that are no numbers: train it again")
    return model.eval(), tokeniser, facts


def _first_lines(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
