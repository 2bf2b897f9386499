"""Write an encoder's folder: tokenizer, token table, chain of segments, description, card.

The layout is described in `codegloss.encoder.checkpoint`, which reads it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder.checkpoint import DESCRIPTION, FORMAT, TOKENIZER, TOKENS
from codegloss.encoder.tokens import Rule
from codegloss.train.export.calibrate import TEXTS, inputs_of, own_texts
from codegloss.train.export.quantise import loosen, products, quantise
from codegloss.train.export.rounding import quantised
from codegloss.train.export.segments import Segment, segments, to_onnx
from codegloss.train.model import MultiExit, StaticHead, not_finite

CARD = "MODEL_CARD.md"
Quantisation = Literal["int8", "none"]


class ExportError(Exception):
    """A model that cannot be exported, or a place it cannot be exported to: one line with the cure."""


@dataclass(frozen=True, slots=True)
class About:
    """What an encoder's description says beside what the model itself tells."""

    name: str
    version: str
    context: int  # tokens of a block, the marks at its ends included
    rule: Rule | None  # that tokenizer.json was adapted with; None for a tokenizer as it came
    licence: str = "Apache-2.0"
    base: Mapping[str, Any] | None = None  # what training began with
    prompts: Mapping[str, str] = field(default_factory=lambda: {"text": "", "code": ""})


def export_onnx(
    model: MultiExit,
    tokenizer_json: str,
    out: Path,
    *,
    about: About,
    quantise: Quantisation = "int8",
    calibration: Sequence[str] = (),
    card: str | None = None,
) -> Path:
    """Write the folder that `codegloss.encoder.load` reads; the same model gives the same bytes on a machine.

    `quantise` is the precision of the layers; the token table is always int8. `calibration` are texts
    such as the encoder is for: what layers make of them tells how to round. Where none are given these
    are the functions of CodeGloss itself and their comments, which are always there and the same for
    one version; at most TEXTS are used, spread evenly over those given. Nothing stands at
    `out` before all is written. Raises ExportError for a model with weights that are no numbers,
    and for an `out` that holds anything but an encoder.
    """
    check_finite(model)
    with replacing(out, DESCRIPTION) as partial:
        table = token_table(model)
        embedded = None
        if quantise == "int8":
            embedded = _embedded(calibration or own_texts(), tokenizer_json, table, about.context)
        chain = _chain(segments(model), embedded)
        files = {TOKENIZER: tokenizer_json.encode()}
        files |= {f"segment-{place}.onnx": data for place, data in enumerate(chain, 1)}
        for name, data in files.items():
            (partial / name).write_bytes(data)
        np.savez(partial / TOKENS, allow_pickle=False, **table)
        digests = {
            name: hashlib.sha256((partial / name).read_bytes()).hexdigest()
            for name in sorted([*files, TOKENS])
        }
        if card is not None:
            (partial / CARD).write_text(card, encoding="utf-8")
        description = {
            "format": FORMAT,
            "name": about.name,
            "version": about.version,
            "family": model.trunk.family,
            "dimensions": model.dimensions,
            "hidden": model.trunk.hidden,
            "context": about.context,
            "exits": list(model.exits),
            "quantised": quantise,
            "normalised": True,
            "rule": asdict(about.rule) if about.rule else None,
            "prompts": dict(about.prompts),
            "base": about.base,
            "licence": about.licence,
            "files": digests,
        }
        (partial / DESCRIPTION).write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    return out


def token_table(model: MultiExit) -> dict[str, NDArray[Any]]:
    """The arrays of tokens.npz: `table`, `scale`, and for exit 0 `weight` and `project` (d, dimensions)."""
    table, scale = quantised(model.trunk.table().weight.detach().float().cpu().numpy(), axis=1)
    arrays: dict[str, NDArray[Any]] = {"table": table, "scale": scale}
    if 0 in model.exits:
        head = model.heads["0"]
        assert isinstance(head, StaticHead)
        arrays["weight"] = head.weights().detach().float().cpu().numpy()
        arrays["project"] = np.ascontiguousarray(head.project.weight.detach().float().cpu().numpy().T)
    return arrays


def check_finite(model: MultiExit) -> None:
    """Raises ExportError that names the first weight that is no number."""
    if name := not_finite(model.state_dict()):
        raise ExportError(
            f"{name} holds values that are no numbers: train again, or from an earlier checkpoint"
        )


class replacing:
    """A folder to write to, which takes the place of `out` when the block ends without an error.

    Raises ExportError if `out` is there and has no file named `mark`.
    """

    def __init__(self, out: Path, mark: str) -> None:
        if out.exists() and not (out / mark).is_file() and not (out.is_dir() and not any(out.iterdir())):
            raise ExportError(f"{out} holds something else: remove it, or give another place")
        self._out = out
        self._partial = out.with_name(out.name + ".partial")

    def __enter__(self) -> Path:
        shutil.rmtree(self._partial, ignore_errors=True)
        self._partial.mkdir(parents=True)
        return self._partial

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        if kind is not None:
            shutil.rmtree(self._partial, ignore_errors=True)
            return
        for file in self._partial.rglob("*"):
            if file.is_file():
                with file.open("rb") as opened:
                    os.fsync(opened.fileno())
        shutil.rmtree(self._out, ignore_errors=True)
        self._partial.rename(self._out)


def _embedded(
    texts: Sequence[str], tokenizer_json: str, table: Mapping[str, NDArray[Any]], context: int
) -> Iterator[NDArray[np.float32]]:
    """Some of `texts` as rows of the token table, (L, d) each."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(tokenizer_json)
    for text in texts[:: -(-len(texts) // TEXTS)]:
        ids = tokenizer.encode(text).ids[:context]
        if ids:
            yield table["table"][ids] * table["scale"][ids][:, None]


def _chain(parts: Sequence[Segment], embedded: Iterable[NDArray[np.float32]] | None) -> list[bytes]:
    """The segments as files, in 8 bits where there are texts to calibrate with."""
    graphs = [to_onnx(part) for part in parts]
    if embedded is not None:
        inputs = inputs_of(graphs, [list(products(graph)) for graph in graphs], embedded)
        for part, graph, taken in zip(parts, graphs, inputs, strict=True):
            expected, found = _products(part), quantise(graph, taken)
            if found != expected:
                raise ExportError(
                    f"{found} of {expected} products became int8: export with quantise='none' instead"
                )
    for graph in graphs:
        loosen(graph)
    return [graph.SerializeToString(deterministic=True) for graph in graphs]


def _products(segment: Segment) -> int:
    from torch import nn

    layers = segment.trunk.layers[segment.start : segment.stop]
    return sum(isinstance(part, nn.Linear) for layer in layers for part in layer.modules())
