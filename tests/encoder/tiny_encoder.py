"""A tiny encoder's folder, made of random numbers: two segments of one mixing layer each."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder.tokens import Rule, adapt

HIDDEN, DIMENSIONS, CONTEXT = 16, 8, 16
WORDS = """
    get set user name http server parse file return def self if else for in class read write open close list
    of the a value count data error raise none true false x y i j
"""


def tokenizer_json() -> str:
    """A plain BERT tokenizer.json: some words, and each ASCII character as a piece."""
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    characters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    pieces = dict.fromkeys(
        [*specials, *WORDS.split(), *characters, *(f"##{c}" for c in characters), "ü", "##ü"]
    )
    vocabulary = {piece: place for place, piece in enumerate(pieces)}

    def special(name: str) -> dict[str, object]:
        return {"SpecialToken": {"id": name, "type_id": 0}}

    return json.dumps(
        {
            "version": "1.0",
            "truncation": {"direction": "Right", "max_length": 8, "strategy": "LongestFirst", "stride": 0},
            "padding": None,
            "added_tokens": [
                {
                    "id": vocabulary[name],
                    "content": name,
                    "special": True,
                    "single_word": False,
                    "lstrip": False,
                    "rstrip": False,
                    "normalized": False,
                }
                for name in specials
            ],
            "normalizer": {
                "type": "BertNormalizer",
                "clean_text": True,
                "handle_chinese_chars": True,
                "strip_accents": None,
                "lowercase": True,
            },
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [special("[CLS]"), {"Sequence": {"id": "A", "type_id": 0}}, special("[SEP]")],
                "pair": [special("[CLS]"), {"Sequence": {"id": "A", "type_id": 0}}, special("[SEP]")],
                "special_tokens": {
                    name: {"id": name, "ids": [vocabulary[name]], "tokens": [name]}
                    for name in ("[CLS]", "[SEP]")
                },
            },
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
            "model": {
                "type": "WordPiece",
                "unk_token": "[UNK]",
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": vocabulary,
            },
        }
    )


def segment(seed: int, *, first: bool, last: bool, poison: bool = False) -> bytes:
    """A layer, h + tanh(mean(h) · A + h · B), and its exit, mean · P brought to length 1."""
    from onnx import TensorProto, helper, numpy_helper

    random = np.random.default_rng(seed)

    def matrix(name: str, columns: int) -> Any:
        values = random.normal(0, 0.3, (HIDDEN, columns)).astype(np.float32)
        if poison:
            values[0, 0] = np.nan
        return numpy_helper.from_array(values, name)

    def tensor(name: str, *shape: str | int, kind: int = TensorProto.FLOAT) -> Any:
        return helper.make_tensor_value_info(name, kind, shape)

    before = "embedded" if first else "hidden"
    after = "hidden" if first else "deeper"
    nodes = [
        helper.make_node("Cast", ["mask"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["floats", "two"], ["column"]),
        helper.make_node("ReduceSum", ["column", "one"], ["count"]),
        helper.make_node("Mul", [before, "column"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "one"], ["sum"]),
        helper.make_node("Div", ["sum", "count"], ["mean"]),
        helper.make_node("MatMul", ["mean", "A"], ["mixed"]),
        helper.make_node("MatMul", [before, "B"], ["own"]),
        helper.make_node("Add", ["mixed", "own"], ["both"]),
        helper.make_node("Tanh", ["both"], ["bent"]),
        helper.make_node("Add", ["bent", before], [after]),
        helper.make_node("Mul", [after, "column"], ["after_kept"]),
        helper.make_node("ReduceSum", ["after_kept", "one"], ["after_sum"], keepdims=0),
        helper.make_node("MatMul", ["after_sum", "P"], ["projected"]),
        helper.make_node("LpNormalization", ["projected"], ["vector"], axis=-1, p=2),
    ]
    graph = helper.make_graph(
        nodes,
        "segment",
        [tensor(before, "B", "L", HIDDEN), tensor("mask", "B", "L", kind=TensorProto.INT64)],
        [tensor("vector", "B", DIMENSIONS), *([] if last else [tensor(after, "B", "L", HIDDEN)])],
        [
            matrix("A", HIDDEN),
            matrix("B", HIDDEN),
            matrix("P", DIMENSIONS),
            numpy_helper.from_array(np.array([1], np.int64), "one"),
            numpy_helper.from_array(np.array([2], np.int64), "two"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def tokens(vocabulary: int, seed: int = 0) -> dict[str, NDArray[Any]]:
    """The arrays of tokens.npz."""
    random = np.random.default_rng(seed)
    return {
        "table": random.integers(-127, 128, (vocabulary, HIDDEN)).astype(np.int8),
        "scale": random.uniform(0.005, 0.01, vocabulary).astype(np.float32),
        "weight": random.uniform(0.1, 2, vocabulary).astype(np.float16),
        "project": random.normal(0, 0.3, (HIDDEN, DIMENSIONS)).astype(np.float32),
    }


def write(folder: Path, rule: Rule | None = None, *, exits: tuple[int, ...] = (0, 1, 2)) -> Path:
    """Write a tiny encoder; two segments at most."""
    folder.mkdir(parents=True, exist_ok=True)
    rule = rule or Rule()
    text = adapt(tokenizer_json(), rule)
    (folder / "tokenizer.json").write_text(text)
    np.savez(folder / "tokens.npz", **tokens(len(json.loads(text)["model"]["vocab"])))
    segments = sum(k > 0 for k in exits)
    for place in range(1, segments + 1):
        made = segment(place, first=place == 1, last=place == segments)
        (folder / f"segment-{place}.onnx").write_bytes(made)
    about = {
        "format": 1, "name": "tiny", "version": "1", "dimensions": DIMENSIONS, "hidden": HIDDEN,
        "context": CONTEXT, "exits": exits, "family": "bert", "rule": asdict(rule),
        "prompts": {"text": "", "code": ""}, "normalised": True, "base": {}, "licence": "Apache-2.0",
    }  # fmt: skip
    describe(folder, about)
    return folder


def describe(folder: Path, changes: dict[str, Any]) -> None:
    """Write encoder.json anew, with these changes and the checksums of what lies there."""
    path = folder / "encoder.json"
    about = json.loads(path.read_text()) if path.exists() else {}
    files = [file for file in sorted(folder.iterdir()) if file != path]
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    path.write_text(json.dumps(about | {"files": digests} | changes))
