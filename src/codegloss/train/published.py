"""ModularStarEncoder as published (arXiv 2503.03008): its configuration and its checkpoints.

Reads the weights of `andreagurioli1995/ModularStarEncoder*` from a folder on disk and turns
them into a `MultiExit`. The repository's own Python files are never run, so nothing here needs
`trust_remote_code`.

What is known of the layout: `config.json` names the exits (`matryoshka_layers`); the weights
under `starEncoder2.` are those of a StarCoder-2 model; the fine-tuned checkpoints add
`starEncoder2.projection_heads.<number>`, one an exit; checkpoints cut after a layer (`…-finetuned-4`)
keep the configuration of the whole. A text's vector is that of its last token, which must
be `<cls>`, and the hidden states above the last layer come after the last LayerNorm.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from codegloss.train.model import MultiExit, not_finite
from codegloss.train.starcoder import Starcoder2Trunk, rotary

EXITS = (4, 9, 18, 27, 36)
CONFIGURATION: dict[str, Any] = {  # config.json of andreagurioli1995/ModularStarEncoder
    "vocab_size": 49156,
    "hidden_size": 1024,
    "intermediate_size": 12288,
    "num_hidden_layers": 36,
    "num_attention_heads": 16,
    "num_key_value_heads": 4,
    "hidden_act": "gelu_pytorch_tanh",
    "max_position_embeddings": 2048,
    "initializer_range": 0.018042,
    "norm_epsilon": 1e-5,
    "rope_theta": 999999.4420358813,
    "use_bias": True,
    "attention_dropout": 0.1,
    "residual_dropout": 0.1,
    "embedding_dropout": 0.1,
}
TEXT_PROMPT = "Represent this code description for retrieving supporting snippets of code:"
CODE_PROMPT = "Represent this {language} code snippet for retrieval:"

# Weights of the published checkpoints that no vector depends on, and what they are.
UNUSED = {
    r"^cls\.": "pre-training heads: masked tokens, same repository",
    r"(^|\.)pooler\.": "pooling of the pre-training heads",
    r"(^|\.)temperature": "temperature of the contrastive loss",
    r"\.rotary_emb\.inv_freq$": "computed from the configuration",
}
_LAYER = re.compile(r"layers\.(\d+)\.")
_HEAD = re.compile(r"projection_heads\.(\d+)\.(?:(\d+)\.)?(weight|bias)$")


class CheckpointError(Exception):
    """A checkpoint that is not what it should be; one line that names the file and the cure."""


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint that was read."""

    model: MultiExit
    unused: dict[str, str]  # names of weights that no vector depends on, and what they are


class LastTokenHead(nn.Module):
    """An exit as published: the last token, projected. (B, L, d) to (B, dimensions), unit length."""

    def __init__(self, norm: nn.Module, project: nn.Module) -> None:
        super().__init__()
        self.norm = norm
        self.project = project

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        places = torch.arange(hidden.shape[1], device=hidden.device)
        last = (places * mask).amax(1)  # whichever side the padding is on
        token = hidden[torch.arange(len(hidden), device=hidden.device), last]
        return functional.normalize(self.project(self.norm(token)).float(), dim=-1)


def instructed(text: str, language: str | None = None) -> str:
    """The input of the fine-tuned model for a description, or for code in a language.

    The tokenizer must turn `<sep>` and `<cls>` into one token each, as the published one does.
    """
    prompt = CODE_PROMPT.format(language=language) if language else TEXT_PROMPT
    return f"<sep>{prompt}<sep>{text}<cls>"


def configuration(settings: Mapping[str, Any] = CONFIGURATION) -> Any:
    """A `transformers.Starcoder2Config` of settings that go by the names in `CONFIGURATION`."""
    from transformers import Starcoder2Config

    known = {name: settings[name] for name in CONFIGURATION if name != "rope_theta"}
    turns = {"rope_type": "default", "rope_theta": settings["rope_theta"]}
    return Starcoder2Config(**known, rope_parameters=turns, sliding_window=None)


def trunk_on_meta(settings: Mapping[str, Any] = CONFIGURATION, depth: int | None = None) -> Starcoder2Trunk:
    """A trunk without memory for its weights, of the first `depth` layers."""
    from transformers import Starcoder2Model

    with torch.device("meta"):
        config = configuration(settings)
        return Starcoder2Trunk(Starcoder2Model(config), depth or config.num_hidden_layers)


def parameters_until(exit: int) -> int:
    """Parameters of the published model that a text passes on its way to an exit.

    Counted: the token table and every weight of the layers up to the exit. Not counted: the
    exit's own projection (1.05 million), the last LayerNorm, the pre-training heads.
    """
    return sum(parameter.numel() for parameter in trunk_on_meta(depth=exit).parameters())


def load_published(folder: str | Path, *, dtype: torch.dtype = torch.float32) -> Published:
    """The model in a published checkpoint: fine-tuned, pre-trained, or cut after a layer.

    A pre-trained checkpoint has no projections: its exits are then new and untrained.

    Raises CheckpointError for a folder that is no such checkpoint, and for weights that are
    missing, left over, of another shape, or not finite.
    """
    folder = Path(folder)
    settings = _settings(folder / "config.json")
    weights = _weights(folder)
    unused = {name: what for name in weights for what in [_unused(name)] if what}
    heads = {name: tensor for name, tensor in weights.items() if _HEAD.search(name)}
    decoder = _starcoder2(settings, {n: weights[n] for n in weights.keys() - unused - heads.keys()}, folder)
    depth: int = decoder.config.num_hidden_layers
    exits = tuple(k for k in settings["matryoshka_layers"] if k <= depth)
    projections = _projections(heads, folder)
    if len(projections) == 1:
        exits = exits[-1:]
    if projections and len(exits) != len(projections):
        raise CheckpointError(
            f"{folder} has {len(projections)} projections for the exits "
            f"{', '.join(map(str, exits))}: take a checkpoint with one, or with one an exit"
        )
    model = MultiExit(Starcoder2Trunk(decoder, depth), exits, _dimensions(projections, settings))
    for k, projection in zip(exits, projections, strict=False):
        model.heads[str(k)] = LastTokenHead(decoder.norm if k == depth else nn.Identity(), projection)
    if not projections and exits[-1] == depth:
        model.heads[str(depth)].norm = decoder.norm
    return Published(model.to(dtype), unused)


def published_base(folder: str | Path) -> tuple[nn.Module, str]:
    """A published checkpoint to begin a training with: a `transformers.Starcoder2Model`, and tokenizer.json.

    The projections are left behind. Raises CheckpointError as `load_published` does.
    """
    folder = Path(folder)
    try:
        tokeniser = (folder / "tokenizer.json").read_text(encoding="utf-8")
    except OSError as error:
        raise CheckpointError(f"{folder / 'tokenizer.json'}: {error.strerror}: copy it again") from error
    weights = _weights(folder)
    kept = {name: tensor for name, tensor in weights.items() if not _unused(name) and not _HEAD.search(name)}
    return _starcoder2(_settings(folder / "config.json"), kept, folder).float(), tokeniser


def is_published(folder: str | Path) -> bool:
    """Whether a folder's configuration is that of a published checkpoint."""
    try:
        settings = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(settings, dict) and settings.get("model_type") == "ModularStarEncoder"


def _settings(file: Path) -> dict[str, Any]:
    try:
        settings: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CheckpointError(f"{file} is missing: give the folder of a whole checkpoint") from None
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{file} cannot be read ({error}): copy it again") from error
    if not is_published(file.parent):
        raise CheckpointError(f"{file} is not that of a ModularStarEncoder: give the folder of one")
    return {**CONFIGURATION, "matryoshka_layers": list(EXITS), **settings}


def _weights(folder: Path) -> dict[str, Tensor]:
    """All tensors of `model.safetensors`, or of the parts that its index lists."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    index = folder / "model.safetensors.index.json"
    if index.is_file():
        names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    else:
        names = ["model.safetensors"]
    weights: dict[str, Tensor] = {}
    for file in (folder / name for name in names):
        try:
            weights |= load_file(file)
        except FileNotFoundError:
            raise CheckpointError(f"{file} is missing: give the folder of a whole checkpoint") from None
        except (OSError, SafetensorError) as error:
            raise CheckpointError(f"{file} cannot be read ({error}): copy it again") from error
    if name := not_finite(weights):
        raise CheckpointError(f"{folder}: {name} has values that are not finite: copy it again")
    return weights


def _unused(name: str) -> str | None:
    return next((what for pattern, what in UNUSED.items() if re.search(pattern, name)), None)


def _starcoder2(settings: Mapping[str, Any], weights: Mapping[str, Tensor], folder: Path) -> Any:
    """The StarCoder-2 model that has just these weights, with as many layers as the file has.

    Raises CheckpointError where a weight is missing, left over, or of another shape.
    """
    from transformers import Starcoder2Model

    tables = [name for name in weights if name.endswith("embed_tokens.weight")]
    if len(tables) != 1:
        raise CheckpointError(f"{folder} has no token table (embed_tokens.weight): give a whole checkpoint")
    prefix = tables[0].removesuffix("embed_tokens.weight")
    depth = _depth(weights, settings, folder)
    with torch.device("meta"):
        model = Starcoder2Model(configuration({**settings, "num_hidden_layers": depth}))
    wanted = {prefix + name: tensor.shape for name, tensor in model.state_dict().items()}
    for problem, names in (
        ("lacks", wanted.keys() - weights.keys()),
        ("has weights without a place in the model:", weights.keys() - wanted.keys()),
    ):
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            raise CheckpointError(
                f"{folder} {problem} {', '.join(sorted(names)[:3])}{more}: "
                "it is incomplete or of another version, take the published one"
            )
    for name, shape in wanted.items():
        if weights[name].shape != shape:
            raise CheckpointError(
                f"{folder}: {name} has the shape {tuple(weights[name].shape)}, not {tuple(shape)} "
                "as config.json says: copy both from the same checkpoint"
            )
    model.load_state_dict({n.removeprefix(prefix): tensor for n, tensor in weights.items()}, assign=True)
    model.rotary_emb = rotary(model.config)
    return model.requires_grad_()


def _depth(names: Iterable[str], settings: Mapping[str, Any], folder: Path) -> int:
    """How many layers the file has: all of them, or as many as lead to an exit."""
    there = {int(match[1]) for name in names if (match := _LAYER.search(name))}
    depth = max(there, default=-1) + 1
    missing = set(range(depth)) - there
    if missing or depth not in {*settings["matryoshka_layers"], settings["num_hidden_layers"]}:
        first = min(missing, default=depth)
        raise CheckpointError(f"{folder} is cut short: layer {first} is missing: copy it again")
    return depth


def _projections(weights: Mapping[str, Tensor], folder: Path) -> list[nn.Module]:
    """The projections in their order, each a linear map, with LayerNorms around it if there are any."""
    parts: dict[int, dict[int, dict[str, Tensor]]] = {}
    for name, tensor in weights.items():
        match = _HEAD.search(name)
        assert match
        parts.setdefault(int(match[1]), {}).setdefault(int(match[2] or 0), {})[match[3]] = tensor
    projections: list[nn.Module] = []
    for number, steps in sorted(parts.items()):
        if [step["weight"].ndim for step in steps.values() if "weight" in step].count(2) != 1:
            raise CheckpointError(
                f"{folder}: projection_heads.{number} is not one linear map, "
                "and the file does not say what lies between several"
            )
        modules = [_step(steps[place]) for place in sorted(steps)]
        projections.append(modules[0] if len(modules) == 1 else nn.Sequential(*modules))
    return projections


def _step(weights: dict[str, Tensor]) -> nn.Module:
    weight = weights["weight"]
    module: nn.Module
    if weight.ndim == 2:
        module = nn.Linear(weight.shape[1], weight.shape[0], bias="bias" in weights)
    else:
        module = nn.LayerNorm(len(weight), bias="bias" in weights)
    module.load_state_dict(weights)
    return module


def _dimensions(projections: list[nn.Module], settings: Mapping[str, Any]) -> int:
    linears = [m for p in projections for m in p.modules() if isinstance(m, nn.Linear)]
    return linears[0].out_features if linears else int(settings["hidden_size"])
