"""Evaluation pools: the code and texts that training must not have seen, read from where they lie.

| what lies at the path | code | texts |
|---|---|---|
| a dataset of CodeGloss | every function with a body, or every pair | its comments' summaries |
| CoSQA: `code_idx_map.txt`, `cosqa*.json` | the whole function pool | docstrings and queries |
| MBXP: `*_release_v*.jsonl` | prompts with their solutions, where there are any | descriptions |
| HumanEval: `HumanEval.jsonl`, `.gz` too | prompts with their solutions | what the prompts say |
| CodeXGLUE code-trans: `test.*`, `valid.*` of `.java`, `.cs` | one function a line | |
| CodeSearchNet: `queries.csv` | (known by address only) | the queries |

A folder of such folders stands for all of them. Code is compared as training has it: without
comments. What cannot be parsed is compared as it is.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegloss.curate.markup import clean
from codegloss.dataset import Dataset, DatasetError
from codegloss.encoder.inputs import code_of
from codegloss.extract.stage import functions_in

MANIFEST = "manifest.json"


class PoolError(Exception):
    """An evaluation pool that is not there or not of a known kind; one line that names the path."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What one evaluation looks into or asks for."""

    name: str
    path: str
    fingerprint: str  # of the files that were read
    code: list[str]
    texts: list[str]


def pools(path: str | Path) -> list[Pool]:
    """The pools at a path: one, or one for each folder in it that is of a known kind.

    Raises PoolError where there is none, DatasetError for a damaged dataset.
    """
    path = Path(path)
    if not path.exists():
        raise PoolError(f"{path}: no such evaluation pool; name a folder, or leave it out on purpose")
    found = _pool(path)
    if found:
        return [found]
    inside = (
        [pool for folder in sorted(path.iterdir()) if folder.is_dir() and (pool := _pool(folder))]
        if path.is_dir()
        else []
    )
    if not inside:
        raise PoolError(f"{path} is no evaluation pool of a known kind: see `codegloss.curate.pools`")
    return inside


def _pool(path: Path) -> Pool | None:
    if (path / MANIFEST).is_file():
        return dataset_pool(path, path.resolve().name)
    for pattern, read in _KINDS:
        files = sorted(path.glob(pattern)) if path.is_dir() else [path] if path.match(pattern) else []
        if files:
            if path.is_dir() and read is _cosqa:
                files += sorted(path.glob("cosqa*.json"))
            digest = hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files))
            code, texts = list[str](), list[str]()
            for piece, said in read(files):
                code += piece
                texts += said
            return Pool(path.resolve().name, str(path), digest.hexdigest(), _distinct(code), _distinct(texts))
    return None


def dataset_pool(path: Path, name: str) -> Pool:
    """The functions with a body of a dataset, or its pairs, and what their comments say."""
    dataset = Dataset.open(path)
    code, texts = dict[str, None](), dict[str, None]()
    if "functions" in dataset.manifest.tables:
        columns = ["code", "inner_comments", "summary", "has_body"]
        for batch in dataset.batches("functions", columns):
            for row in batch.to_pylist():
                if row["has_body"]:
                    code[_bare(row["code"], row["inner_comments"])] = None
                    texts[clean(row["summary"] or "")] = None
    elif "pairs" in dataset.manifest.tables:
        for batch in dataset.batches("pairs", ["code", "text"]):
            code.update(dict.fromkeys(batch.column("code").to_pylist()))
            texts.update(dict.fromkeys(batch.column("text").to_pylist()))
    else:
        raise DatasetError(f"{path} has neither functions nor pairs to keep out of training")
    return Pool(name, str(path), dataset.manifest.fingerprint, _distinct(code), _distinct(texts))


def _distinct(pieces: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(piece for piece in pieces if piece.strip()))


def _bare(code: str, spans: list[dict[str, int]]) -> str:
    return code_of(code, [(span["start"], span["end"]) for span in spans])


def _functions(text: str, language: str) -> tuple[list[str], list[str]]:
    """Code and comments of the functions in a text; the text itself where it has none."""
    found = [function for function in functions_in(text, language) if function.has_body]
    code = [code_of(function.code, function.inner_comments) for function in found]
    return code or [text], [clean(function.summary) for function in found if function.summary]


Pieces = Iterator[tuple[list[str], list[str]]]


def _lines(file: Path) -> Iterator[str]:
    with (
        gzip.open(file, "rt", encoding="utf-8")
        if file.suffix == ".gz"
        else file.open(encoding="utf-8") as lines
    ):
        yield from lines


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(file), 1):
        try:
            if line.strip():
                yield json.loads(line)
        except ValueError as error:
            raise PoolError(f"{file}:{number}: no JSON ({error})") from error


def _cosqa(files: list[Path]) -> Pieces:
    for file in files:
        try:
            content = json.loads(file.read_text("utf-8"))
        except ValueError as error:
            raise PoolError(f"{file}: no JSON ({error})") from error
        if isinstance(content, dict):
            for code in content:
                yield _functions(code, "python")
        else:
            yield [], [row["doc"] for row in content]


def _mbxp(files: list[Path]) -> Pieces:
    for file in files:
        for row in _rows(file):
            texts = [row["description"]] if row.get("description") else []
            if row.get("canonical_solution"):
                code, said = _functions(row["prompt"] + row["canonical_solution"], row["language"])
                yield code, texts + said
            else:
                yield [], texts


def _humaneval(files: list[Path]) -> Pieces:
    for file in files:
        for row in _rows(file):
            yield _functions(row["prompt"] + row["canonical_solution"], "python")


def _code_trans(files: list[Path]) -> Pieces:
    for file in files:
        if file.name.startswith(("test", "valid")):
            yield [line.strip() for line in _lines(file)], []


def _queries(files: list[Path]) -> Pieces:
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            yield [], [row[0] for row in list(csv.reader(lines))[1:] if row]


_KINDS: tuple[tuple[str, Callable[[list[Path]], Pieces]], ...] = (
    ("code_idx_map.txt", _cosqa),
    ("mb*_release_v*.jsonl", _mbxp),
    ("HumanEval.jsonl*", _humaneval),
    ("*.java-cs.txt.*", _code_trans),
    ("queries.csv", _queries),
)
