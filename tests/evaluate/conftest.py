"""What the tests of evaluation share: a small encoder and small datasets of others' shapes, written here."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codegloss.encoder import Encoding
from codegloss.search.lexical import words

DIMENSIONS = 64


class HashedWords:
    """An `Encoder` that needs no weights: words hashed to dimensions; exit 1 looks at the first five only."""

    name = "hashed"
    dimensions = DIMENSIONS
    exits = (1, 2)

    def __init__(self) -> None:
        self.asked: list[tuple[int, Sequence[str | None] | None, int | None]] = []

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        exit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encoding:
        self.asked.append((len(texts), languages, exit))
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            for word in words(text)[: 5 if exit == 1 else None]:
                vectors[row, zlib.crc32(word.encode("utf-8", "replace")) % DIMENSIONS] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if progress:
            progress(len(texts))
        return Encoding(vectors / np.maximum(lengths, 1e-9), (lengths[:, 0] > 0).astype(np.int32))


@pytest.fixture
def hashed() -> HashedWords:
    """An encoder with two exits."""
    return HashedWords()


def write_lines(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """JSON lines, gzipped where the name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row) + "\n" for row in rows)
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


@pytest.fixture
def cosqa(tmp_path: Path) -> Path:
    """Two queries over four functions, in CoSQA's files."""
    folder = tmp_path / "cosqa"
    folder.mkdir()
    codes = [
        'def area(side):\n    """Area of a square."""\n    return side ** 2',
        "def read(path):\n    # the whole file\n    return open(path).read()",
        'def show(x):\n    """Old style."""\n    print x',
        "def area_too(side):\n    return side * side",
    ]
    queries = [
        {"idx": "q1", "doc": "python square area", "code": codes[0], "retrieval_idx": 0},
        {"idx": "q2", "doc": "read whole file python", "code": codes[1], "retrieval_idx": 1},
    ]
    (folder / "code_idx_map.txt").write_text(json.dumps({code: n for n, code in enumerate(codes)}))
    (folder / "cosqa-retrieval-dev-500.json").write_text(json.dumps(queries))
    return folder


def _problem(number: int, language: str, prompt: str, solution: str | None) -> dict[str, Any]:
    return {
        "task_id": f"MB{language.upper()}/{number}",
        "language": language,
        "prompt": prompt,
        "description": f"Write a function that adds {number} to a value.",
        "canonical_solution": solution,
        "entry_point": "add",
        "test": "",
    }


@pytest.fixture
def mbxp(tmp_path: Path) -> Path:
    """Thirty problems solved in Python, 25 of them in Java, none in Go; one solution tells the task."""
    folder = tmp_path / "mbxp"
    python, java, go = [], [], []
    for number in range(30):
        text = f"Write a function that adds {number} to a value."
        prompt = f'def add_{number}(value):\n    """{text}"""\n'
        body = f"    # {text}\n    return value + {number}\n"
        if number == 29:
            body = f'    note = "{text}"\n{body}'
        python.append(_problem(number, "python", prompt, body))
        prompt = f"class Add {{\n    /** {text} */\n    public static int add{number}(int value) {{\n"
        solution = f"        return value + {number}; // {text}\n    }}\n}}"
        java.append(_problem(number, "java", prompt, solution if number < 25 else None))
        go.append(_problem(number, "go", f"// {text}\nfunc add(value int) int {{\n", None))
    write_lines(folder / "mbpp_release_v1.jsonl", python)
    write_lines(folder / "mbjp_release_v1.jsonl", java)
    write_lines(folder / "mbgp_release_v1.jsonl", go)
    return folder


def csn_row(number: int, part: str) -> dict[str, Any]:
    """A row as CodeSearchNet's dump has it."""
    return {
        "repo": f"owner/repository-{number % 7}",
        "path": "adder.py",
        "func_name": f"add_{number}",
        "original_string": "",
        "language": "python",
        "code": f'def add_{number}(value):\n    """Adds {number} to it."""\n    return value + {number}',
        "code_tokens": [],
        "docstring": f"Adds {number} to it.\n\n    :param value: what",
        "docstring_tokens": ["Adds", str(number), "to", "it", "."] if number % 2 else [],
        "sha": "0" * 40,
        "url": f"https://github.com/owner/repository/blob/{part}/adder.py#L{number}-L{number + 2}",
        "partition": part,
    }


@pytest.fixture
def codesearchnet(tmp_path: Path) -> Path:
    """2,300 test functions and ten of valid, in Python, in the original's folders."""
    folder = tmp_path / "codesearchnet" / "python" / "final" / "jsonl"
    write_lines(folder / "test" / "python_test_0.jsonl.gz", [csn_row(n, "test") for n in range(2_300)])
    valid = [csn_row(n, "valid") for n in range(3_000, 3_010)]
    write_lines(folder / "valid" / "python_valid_0.jsonl.gz", valid)
    return tmp_path / "codesearchnet"
