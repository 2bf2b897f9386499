"""Write a folder that sentence-transformers loads, with every exit in it.

    SentenceTransformer(path, trust_remote_code=True).encode(texts, exit=2)

Its standard modules know no learned pooling, so the folder brings a module of its own
(`exits.py`, which needs codegloss as little as the standard ones do); sentence-transformers
asks for `trust_remote_code` for any such module since version 6.0, from a local folder too.

The weights are those that were trained, and those of the chain their 8-bit likeness. A text
longer than the context is cut here and split there; at exit 0 both see it whole.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from codegloss.train.base import special_ids
from codegloss.train.export.folder import CARD, About, ExportError, check_finite, replacing
from codegloss.train.export.rounding import rounded as rounded_array
from codegloss.train.model import MultiExit, StaticHead

PREFIXES = {"bert": "encoder.layer.", "roberta": "encoder.layer.", "xlm-roberta": "encoder.layer."}
PREFIXES |= {"camembert": "encoder.layer.", "modernbert": "layers."}
# Copied into the folder, and never imported here: it brings all of sentence-transformers.
_MODULE = Path(__file__).with_name("exits.py")
_SETTINGS = "exits.json"
_HEADS = "exits.safetensors"
_MODULES = "modules.json"
_PADDING = ("[PAD]", "<pad>")


def export_sentence_transformers(
    model: MultiExit,
    tokenizer_json: str,
    configuration: dict[str, Any],
    out: Path,
    *,
    about: About,
    exit: int | None = None,
    rounded: bool = False,
    card: str | None = None,
) -> Path:
    """Write the folder; `exit` is the one used unless another is asked for, None for the last.

    `configuration` is that of the trunk in `transformers`; `rounded` brings its weights to
    the nearest of 255 steps, to see what that alone costs. Raises ExportError for a family that no
    standard class runs as trained (StarCoder-2 with full attention), an exit that does not exist,
    weights that are no numbers, a tokenizer without a padding token, and for an `out` that holds
    anything else.
    """
    from safetensors.torch import save_file
    from transformers import AutoConfig

    family = model.trunk.family
    if family not in PREFIXES:
        raise ExportError(f"a {family} model: for sentence-transformers export {', '.join(sorted(PREFIXES))}")
    if exit is not None and exit not in model.exits:
        raise ExportError(f"there is no exit {exit}, only {', '.join(map(str, model.exits))}")
    check_finite(model)
    settings = {key: value for key, value in configuration.items() if key != "model_type"}
    settings |= {"num_hidden_layers": model.trunk.depth, "dtype": "float32"}
    if "layer_types" in settings:
        settings["layer_types"] = settings["layer_types"][: model.trunk.depth]
    files: dict[str, Any] = {
        _SETTINGS: {
            "exits": list(model.exits),
            "dimensions": model.dimensions,
            "max_seq_length": about.context,
            "special": special_ids(tokenizer_json),
            "exit": model.exits[-1] if exit is None else exit,
            "pad_token": _padding(tokenizer_json),
        },
        _MODULES: [{"idx": 0, "name": "0", "path": "", "type": "exits.Exits"}],
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "similarity_fn_name": "cosine",
            "prompts": {kind: prompt for kind, prompt in about.prompts.items() if prompt},
            "default_prompt_name": None,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": about.context,
            "pad_token": _padding(tokenizer_json),
        },
    }
    with replacing(out, _MODULES) as partial:
        for name, content in files.items():
            (partial / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        (partial / "tokenizer.json").write_text(tokenizer_json, encoding="utf-8")
        AutoConfig.for_model(family, **settings).save_pretrained(partial)
        save_file(trunk_weights(model, rounded=rounded), partial / "model.safetensors", {"format": "pt"})
        save_file(_head_weights(model), partial / _HEADS)
        shutil.copyfile(_MODULE, partial / _MODULE.name)
        if card is not None:
            (partial / CARD).write_text(card, encoding="utf-8")
            (partial / "README.md").write_text(card, encoding="utf-8")
    return out


def trunk_weights(model: MultiExit, *, rounded: bool) -> dict[str, Tensor]:
    """The trunk's tensors under their names in `transformers`, to 8 bits if asked."""
    trunk: Any = model.trunk
    prefix = PREFIXES[trunk.family]
    products = {
        f"layers.{name}.weight" for name, part in trunk.layers.named_modules() if isinstance(part, nn.Linear)
    }
    table = next(name for name, tensor in trunk.named_parameters() if tensor is trunk.table().weight)
    weights = {}
    for name, tensor in trunk.named_parameters():
        value = tensor.detach().float().cpu()
        if rounded and (name in products or name == table):
            # what are columns of a product in the chain are rows here, and a token's row is a row
            value = torch.from_numpy(rounded_array(value.numpy(), axis=1))
        weights[prefix + name.removeprefix("layers.") if name.startswith("layers.") else name] = (
            value.contiguous()
        )
    return weights


def _head_weights(model: MultiExit) -> dict[str, Tensor]:
    weights = {}
    for exit, head in model.heads.items():
        for name, tensor in head.named_parameters():
            weights[f"{exit}.{name}"] = tensor.detach().float().cpu().contiguous()
        if isinstance(head, StaticHead):
            weights.pop(f"{exit}.weight.weight")
            weights[f"{exit}.weight"] = head.weights().detach().float().cpu().contiguous()
    return weights


def _padding(tokenizer_json: str) -> str:
    known = [token["content"] for token in json.loads(tokenizer_json).get("added_tokens", [])]
    for name in _PADDING:
        if name in known:
            return name
    raise ExportError(f"tokenizer.json has none of {', '.join(_PADDING)}: add one to its `added_tokens`")
