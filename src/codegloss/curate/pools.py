"""Evaluation pools: the code and texts that training must not have seen, read from where they lie.

| what lies at the path | code | texts |
|---|---|---|
| a dataset of CodeGloss | every function with a body, or every pair | its comments' summaries |
| CoSQA: `code_idx_map.txt`, `cosqa*.json` | the whole function pool | docstrings and queries |
| MBXP: `*_release_v*.jsonl` | prompts with their solutions, where there are any | descriptions |
| HumanEval: `HumanEval.jsonl`, `.gz` too | prompts with their solutions | what the prompts say |
| CodeXGLUE code-trans: `test.*`, `valid.*` of `.java`, `.cs` | one function a line | |
| CodeSearchNet: `queries.csv` | (known by address only) | the queries |
| comment coherence: `*_Raw_Data.txt` | Java methods | their comments' summaries |

A folder of such folders stands for all of them. Code is compared as training has it: without
comments. What no function is found in is compared as a whole.
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

from codegloss.dataset import Dataset, DatasetError
from codegloss.encoder.inputs import code_of
from codegloss.extract.bounds import TangledError
from codegloss.extract.stage import functions_in
from codegloss.extract.syntax import outline
from codegloss.quality.markup import clean
from codegloss.quality.texts import without_own_name

MANIFEST = "manifest.json"
Pieces = Iterator[tuple[list[str], list[str]]]  # code, and texts


class PoolError(Exception):
    """An evaluation pool that is not there or not of a known kind; one line that names the path."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What one evaluation looks into or asks for; distinct pieces, none of them blank."""

    name: str
    path: str
    code: list[str]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Located:
    """A pool that was found, and not read yet."""

    name: str
    path: Path
    fingerprint: str  # of the dataset, or of the files that make it up
    files: list[Path]
    pieces: Callable[[list[Path]], Pieces] | None  # None: a dataset

    def read(self) -> Pool:
        """Its pieces. Raises PoolError for a file that is not what its name says."""
        if self.pieces is None:
            return dataset_pool(self.path, self.name)
        code, texts = list[str](), list[str]()
        for some_code, some_texts in self.pieces(self.files):
            code += some_code
            texts += some_texts
        return Pool(self.name, str(self.path), distinct(code), distinct(texts))


def locate(path: str | Path) -> list[Located]:
    """The pools at a path: one, or one for each folder in it that is of a known kind.

    Raises PoolError where there is none, DatasetError for a damaged dataset.
    """
    path = Path(path)
    if not path.exists():
        raise PoolError(f"{path}: no such evaluation pool; name a folder, or leave it out on purpose")
    if found := _located(path):
        return [found]
    folders = sorted(inside for inside in path.iterdir() if inside.is_dir()) if path.is_dir() else []
    several = [found for folder in folders if (found := _located(folder))]
    if not several:
        raise PoolError(f"{path} is no evaluation pool of a known kind: see `codegloss.curate.pools`")
    return several


def _located(path: Path) -> Located | None:
    name = path.resolve().name
    if (path / MANIFEST).is_file():
        return Located(name, path, Dataset.open(path).manifest.fingerprint, [], None)
    if not path.is_dir():
        return None
    for patterns, pieces in _KINDS:
        if any(path.glob(patterns[0])):
            files = [file for pattern in patterns for file in sorted(path.glob(pattern))]
            digests = b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)
            return Located(name, path, hashlib.sha256(digests).hexdigest(), files, pieces)
    return None


def dataset_pool(path: Path, name: str) -> Pool:
    """The functions with a body of a dataset, or its pairs, and what their comments say.

    A comment that opens with the function's name is known with it and without, as pairs have it.
    """
    dataset = Dataset.open(path)
    code, texts = dict[str, None](), dict[str, None]()
    if "functions" in dataset.manifest.tables:
        columns = ["name", "code", "inner_comments", "summary", "has_body"]
        for batch in dataset.batches("functions", columns):
            for row in batch.to_pylist():
                if row["has_body"]:
                    code[_bare(row["code"], row["inner_comments"])] = None
                    text = clean(row["summary"] or "")
                    texts |= dict.fromkeys((text, without_own_name(text, row["name"])))
    elif "pairs" in dataset.manifest.tables:
        for batch in dataset.batches("pairs", ["code", "text"]):
            code.update(dict.fromkeys(batch.column("code").to_pylist()))
            texts.update(dict.fromkeys(batch.column("text").to_pylist()))
    else:
        raise DatasetError(f"{path} has neither functions nor pairs to keep out of training")
    return Pool(name, str(path), distinct(code), distinct(texts))


def distinct(pieces: Iterable[str]) -> list[str]:
    """Each piece once, blank ones left out."""
    return list(dict.fromkeys(piece for piece in pieces if piece.strip()))


def _bare(code: str, spans: list[dict[str, int]]) -> str:
    return code_of(code, [(span["start"], span["end"]) for span in spans])


def _functions(text: str, language: str) -> tuple[list[str], list[str]]:
    """Code and comments of the functions in a text; the text without its comments where it has none."""
    text = text.encode("utf-8", "replace").decode()  # JSON may spell lone surrogates
    found = [function for function in functions_in(text, language) if function.has_body]
    code = [code_of(function.code, function.inner_comments) for function in found]
    return code or [_without_comments(text, language)], [
        clean(function.summary) for function in found if function.summary
    ]


def _without_comments(text: str, language: str) -> str:
    try:
        found = outline(text.encode(), language)
    except TangledError:
        return text
    docstrings = ((node.start_byte, node.end_byte) for node in found.docstrings.values())
    return code_of(text, [*found.comments.spans, *docstrings])


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


def _coherence(files: list[Path]) -> Pieces:
    """Blocks that `###` ends: two lines of origin, then comment and code, each behind its count of lines."""
    for file in files:
        for number, block in enumerate("".join(_lines(file)).split("\n###"), 1):
            lines = block.strip("\n").split("\n")
            try:
                begin = 3 + int(lines[2])
                int(lines[begin])  # lines of code; the brace that ends it may be one more
            except (IndexError, ValueError) as error:
                if block.strip():
                    raise PoolError(f"{file}: block {number} has no counts of lines") from error
                continue
            method = "\n".join((*lines[3:begin], *lines[begin + 1 :]))
            yield _functions(f"class _ {{\n{method}\n}}", "java")


# Names of the files, the first of them the mark of the kind, and what reads them.
_KINDS: tuple[tuple[tuple[str, ...], Callable[[list[Path]], Pieces]], ...] = (
    (("code_idx_map.txt", "cosqa*.json"), _cosqa),
    (("mb*_release_v*.jsonl",), _mbxp),
    (("HumanEval.jsonl*",), _humaneval),
    (("*.java-cs.txt.*",), _code_trans),
    (("queries.csv",), _queries),
    (("*_Raw_Data.txt",), _coherence),
)
