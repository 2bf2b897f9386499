"""A folder that is no whole encoder is refused in a line that names the file and the cure."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tiny_encoder import describe, segment, write

from codegloss.encoder import EncoderError, load


def refusal(folder: Path, exit: int | None = None) -> str:
    """The one line with which loading, or encoding, is refused."""
    with pytest.raises(EncoderError) as refused:
        load(folder).encode(["get user"], exit=exit)
    line = str(refused.value)
    assert "\n" not in line
    assert str(folder) in line
    return line


def change(name: str, edit: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(edit((folder / name).read_bytes())) and None


def change_tokens(name: str, edit: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def change_it(folder: Path) -> None:
        with np.load(folder / "tokens.npz") as held:
            arrays = {key: held[key] for key in held.files}
        np.savez(folder / "tokens.npz", **(arrays | {name: edit(arrays[name])}))
        describe(folder, {})

    return change_it


def poisoned(array: np.ndarray) -> np.ndarray:
    array.flat[3] = np.nan
    return array


def put_segment(folder: Path) -> None:
    (folder / "segment-2.onnx").write_bytes(segment(2, first=False, last=True, poison=True))
    describe(folder, {})


def put_empty_table(folder: Path) -> None:
    (folder / "tokens.npz").write_bytes(b"")
    describe(folder, {})


def put_garbage(folder: Path) -> None:
    (folder / "segment-2.onnx").write_bytes(b"no graph")
    describe(folder, {})


DAMAGES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "no description": (lambda f: (f / "encoder.json").unlink(), "encoder.json", "codegloss train export"),
    "truncated description": (change("encoder.json", lambda b: b[:40]), "encoder.json", "truncated"),
    "foreign description": (
        change("encoder.json", lambda b: b'{"model_type": "bert"}'),
        "encoder.json",
        "not the",
    ),
    "a list": (change("encoder.json", lambda b: b"[]"), "encoder.json", "not the description"),
    "later format": (lambda f: describe(f, {"format": 2}), "encoder.json", "upgrade"),
    "a field gone": (lambda f: describe(f, {"rule": {"dropped": ""}}), "encoder.json", "split_identifiers"),
    "no context": (lambda f: describe(f, {"context": 2}), "encoder.json", "context 2 is less than"),
    "exits out of order": (lambda f: describe(f, {"exits": [2, 1]}), "encoder.json", "ascending"),
    "truncated tokenizer": (change("tokenizer.json", lambda b: b[:99]), "tokenizer.json", "truncated"),
    "another rule": (
        lambda f: describe(f, {"rule": {"split_identifiers": False, "dropped": ""}}),
        "tokenizer.json",
        "rule",
    ),
    "truncated table": (change("tokens.npz", lambda b: b[:-9]), "tokens.npz", "truncated"),
    "no table": (put_empty_table, "tokens.npz", "not a token table"),
    "NaN in the table": (change_tokens("scale", poisoned), "tokens.npz", "scale has NaN"),
    "another shape": (
        change_tokens("project", lambda array: array[:3, :3]),
        "tokens.npz",
        "project has shape (3, 3)",
    ),
    "missing segment": (lambda f: (f / "segment-2.onnx").unlink(), "segment-2.onnx", "not there"),
    "truncated segment": (change("segment-2.onnx", lambda b: b[:-9]), "segment-2.onnx", "truncated"),
    "segment that is none": (put_garbage, "segment-2.onnx", "not a segment"),
    "NaN in a segment": (put_segment, "segment-2.onnx", "gives NaN"),
    "segment out of place": (
        lambda f: (f / "segment-1.onnx").write_bytes(segment(1, first=True, last=True)) and describe(f, {}),
        "segment-1.onnx",
        "as no segment does",
    ),
    "an exit without its segment": (
        lambda f: describe(f, {"exits": [0, 1, 2, 3]}),
        "encoder.json",
        "segment-3",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_named_with_its_file(folder: Path, damage: str) -> None:
    break_it, file, complaint = DAMAGES[damage]
    break_it(folder)
    line = refusal(folder)
    assert str(folder / file) in line
    assert complaint in line


def test_a_segment_above_the_exit_is_not_even_read(folder: Path) -> None:
    put_garbage(folder)
    assert load(folder).encode(["get user"], exit=1).vectors.any()


def test_no_folder_at_all(tmp_path: Path) -> None:
    assert "no such folder" in refusal(tmp_path / "nowhere")


def test_an_exit_that_does_not_exist(folder: Path) -> None:
    assert "there is no exit 7; choose one of 0, 1, 2" in refusal(folder, exit=7)


def test_an_encoder_needs_no_static_exit(tmp_path: Path) -> None:
    folder = write(tmp_path / "e", exits=(1, 2))
    with np.load(folder / "tokens.npz") as held:
        np.savez(folder / "tokens.npz", table=held["table"], scale=held["scale"])
    describe(folder, {})
    encoder = load(folder)
    assert encoder.exits == (1, 2)
    assert encoder.encode(["get user"]).vectors.any()
    with pytest.raises(EncoderError, match="no exit 0; choose one of 1, 2"):
        encoder.encode(["get user"], exit=0)


def test_the_description_may_say_more(folder: Path) -> None:
    describe(folder, {"trained_on": "nothing"})
    assert json.loads((folder / "encoder.json").read_text())["trained_on"]
    load(folder)
