"""An encoder's folder: what is in it, and whether it is whole.

    encoder.json       format, name, version, dimensions, hidden, context, exits, rule, prompts,
                       and `files`, the SHA-256 of each of the others
    tokenizer.json     Hugging Face's format, the rule inside (see `tokens`)
    tokens.npz         `table` int8 (V, d), `scale` float32 (V,): row v of the token table is
                       table[v] · scale[v]; for exit 0 `weight` (V,) ≥ 0 and `project` (d, dimensions)
    segment-1.onnx …   one for each exit above 0, in order; see `chain`

A file is read once, checked against its SHA-256 as it is read, and only when it is needed:
segments above the exit that is asked for are never opened.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder.tokens import Rule, Tokeniser

FORMAT = 1
LEAST_CONTEXT = 8  # tokens; two are marks
DESCRIPTION = "encoder.json"
TOKENIZER = "tokenizer.json"
TOKENS = "tokens.npz"
_EXPORT_AGAIN = "export it again with `codegloss train export`"


class EncoderError(Exception):
    """An encoder that cannot be used as asked: one line with the file and the cure."""


@dataclass(frozen=True, slots=True)
class TokenTable:
    """What tokens.npz holds: V tokens of d numbers each."""

    table: NDArray[np.int8]  # (V, d)
    scale: NDArray[np.float32]  # (V,)
    weight: NDArray[np.float32] | None  # (V,) of exit 0, where there is one
    project: NDArray[np.float32] | None  # (d, dimensions) of exit 0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An encoder's folder, as encoder.json describes it."""

    folder: Path
    name: str
    version: str
    dimensions: int  # of the vectors
    hidden: int  # of the tokens, d
    context: int  # tokens of a block, the marks at its ends included
    exits: tuple[int, ...]  # layers, ascending; 0 is static
    rule: Rule | None
    prompts: Mapping[str, str]  # what is put before a `text` or a `code`
    files: Mapping[str, str]  # SHA-256 by name

    def read(self, name: str) -> bytes:
        """The bytes of a file of the folder. Raises EncoderError if it is missing or not what it was."""
        path = self.folder / name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise EncoderError(f"{path}: {error.strerror or error}; {_EXPORT_AGAIN}") from error
        if hashlib.sha256(data).hexdigest() != self.files.get(name):
            raise EncoderError(f"{path}: truncated or changed, its SHA-256 is another; copy it again")
        return data

    def tokeniser(self) -> Tokeniser:
        """The tokeniser. Raises EncoderError for a tokenizer.json that cannot be used."""
        try:
            return Tokeniser(self.read(TOKENIZER).decode(), self.rule)
        except EncoderError:
            raise
        except Exception as error:  # tokenizers raises bare exceptions
            raise EncoderError(f"{self.folder / TOKENIZER}: {error}; {_EXPORT_AGAIN}") from error

    def tokens(self) -> TokenTable:
        """The token table. Raises EncoderError for wrong shapes, and for numbers that are none."""
        path = self.folder / TOKENS
        try:
            with np.load(io.BytesIO(self.read(TOKENS)), allow_pickle=False) as arrays:
                held = {name: arrays[name] for name in arrays.files}
            table, scale = held["table"], held["scale"].astype(np.float32)
        except (KeyError, ValueError, zipfile.BadZipFile, EOFError, OSError) as error:
            raise EncoderError(f"{path}: not a token table ({error}); {_EXPORT_AGAIN}") from error
        weight = project = None
        if 0 in self.exits:
            if not {"weight", "project"} <= set(held):
                raise EncoderError(f"{path}: exit 0 has no weight and project; {_EXPORT_AGAIN}")
            weight, project = held["weight"].astype(np.float32), held["project"].astype(np.float32)
        found = TokenTable(table, scale, weight, project)
        if wrong := self._wrong(found):
            raise EncoderError(f"{path}: {wrong}; {_EXPORT_AGAIN}")
        return found

    def _wrong(self, tokens: TokenTable) -> str | None:
        vocabulary = len(tokens.table)
        shapes: dict[str, tuple[NDArray[Any] | None, tuple[int, ...]]] = {
            "table": (tokens.table, (vocabulary, self.hidden)),
            "scale": (tokens.scale, (vocabulary,)),
            "weight": (tokens.weight, (vocabulary,)),
            "project": (tokens.project, (self.hidden, self.dimensions)),
        }
        for name, (array, shape) in shapes.items():
            if array is None:
                continue
            if array.shape != shape:
                return f"{name} has shape {array.shape}, not {shape}"
            if not np.isfinite(array).all():
                return f"{name} has NaN or infinite values"
        if tokens.table.dtype != np.int8:
            return f"table is {tokens.table.dtype}, not int8"
        if tokens.weight is not None and (tokens.weight < 0).any():
            return "weight has negative values"
        return None


def open_checkpoint(folder: Path) -> Checkpoint:
    """Read and check encoder.json. Raises EncoderError, which names the file and the cure."""
    path = folder / DESCRIPTION
    if not folder.is_dir():
        raise EncoderError(f"{folder}: no such folder; give one that `codegloss train export` wrote")
    try:
        about = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise EncoderError(f"{path}: not there; give a folder that `codegloss train export` wrote") from None
    except OSError as error:
        raise EncoderError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise EncoderError(f"{path}: truncated or not JSON ({error}); {_EXPORT_AGAIN}") from error
    if not isinstance(about, dict) or "format" not in about:
        raise EncoderError(f"{path}: not the description of an encoder; {_EXPORT_AGAIN}")
    if about["format"] != FORMAT:
        raise EncoderError(
            f"{path}: format {about['format']!r}, but this version reads {FORMAT}; "
            "upgrade codegloss or export the encoder again"
        )
    try:
        checkpoint = _checkpoint(folder, about)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EncoderError(f"{path}: wrong or missing: {error}; {_EXPORT_AGAIN}") from error
    missing = sorted({TOKENIZER, TOKENS, *segment_names(checkpoint)} - set(checkpoint.files))
    if missing:
        raise EncoderError(f"{path}: lists no {', '.join(missing)}; {_EXPORT_AGAIN}")
    for name in checkpoint.files:
        if not (folder / name).is_file():
            raise EncoderError(f"{folder / name}: not there, though {DESCRIPTION} lists it; copy it again")
    return checkpoint


def segment_names(checkpoint: Checkpoint) -> list[str]:
    """Names of the chain's files, one for each exit above 0."""
    return [f"segment-{place}.onnx" for place in range(1, sum(k > 0 for k in checkpoint.exits) + 1)]


def _checkpoint(folder: Path, about: Mapping[str, Any]) -> Checkpoint:
    rule = about["rule"]
    exits = tuple(int(k) for k in about["exits"])
    if not exits or list(exits) != sorted(set(exits)) or exits[0] < 0:
        raise ValueError(f"exits {list(exits)} are not ascending numbers of layers")
    if int(about["context"]) < LEAST_CONTEXT:
        raise ValueError(f"context {about['context']} is less than {LEAST_CONTEXT} tokens")
    return Checkpoint(
        folder=folder,
        name=str(about["name"]),
        version=str(about["version"]),
        dimensions=int(about["dimensions"]),
        hidden=int(about["hidden"]),
        context=int(about["context"]),
        exits=exits,
        rule=Rule(bool(rule["split_identifiers"]), str(rule["dropped"])) if rule else None,
        prompts={kind: str(prompt) for kind, prompt in about.get("prompts", {}).items()},
        files={name: str(digest) for name, digest in about["files"].items()},
    )
