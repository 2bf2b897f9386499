"""A rebuilt dataset: drop-in for its input, each decision a row, nothing lost when a run is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container, Mapping, Sequence
from pathlib import Path

import pytest

from codegloss.dataset import Dataset, Manifest
from codegloss.encoder import load
from codegloss.llm.model import Unusable
from codegloss.quality.inconsistency.classifier import load as load_classifier
from codegloss.quality.reasons import Reason
from codegloss.records import Function, Rewrite, from_row
from codegloss.synth.measure import Scorer
from codegloss.synth.rebuild import Options, Scorers, rebuild_dataset
from codegloss.synth.selection import Only
from codegloss.synth.writing.context import Context
from codegloss.synth.writing.writers import Written

ENCODER, CLASSIFIER = load(), load_classifier()


def scorer(functions: Sequence[Function], known: Container[str]) -> Scorer:
    return Scorer(functions, known, ENCODER, CLASSIFIER)


SCORERS = Scorers(scorer, scorer)
EVERYTHING = Options(only=Only.all)
SOURCES = {
    "numbers.py": '''
def median(numbers):
    """Open a socket and send the request header to the proxy server."""
    ordered = sorted(numbers)
    return ordered[len(ordered) // 2]


def mean(numbers):
    """The sum of the numbers divided by how many there are."""
    return sum(numbers) / len(numbers)


def spread(numbers):
    lowest, highest = min(numbers), max(numbers)
    return highest - lowest
''',
    "web.py": '''
def download(url, timeout):
    """Fetch a web page over the network."""
    with urlopen(url, timeout=timeout) as response:
        return response.read()


def crash(url):
    parts = url.split("/")
    return parts[-1]
''',
}
COMMENTS = {
    "median": "The value in the middle of the sorted numbers.",
    "mean": "A socket that was opened for the proxy server.",
    "spread": "How far the lowest and the highest number lie apart.",
}


class Scripted:
    """A writer that knows some comments by heart, breaks down at one function, and counts."""

    name = "scripted"

    def __init__(self, down: type[Exception] = OSError) -> None:
        self.asked: list[str] = []
        self._down = down

    async def write(self, function: Function, context: Context) -> Written | Reason:
        self.asked.append(function.name)
        if function.name == "crash":
            raise self._down("the line went dead")
        comment = COMMENTS.get(function.name)
        return Written(comment, self.name) if comment else Reason("nothing to tell")


@pytest.fixture
def functions(dataset_of: Callable[[Mapping[str, str]], Path]) -> Path:
    """A dataset of two repositories."""
    return dataset_of(SOURCES)


def rebuild(out: Path, functions: Path, writer: Scripted, options: Options = EVERYTHING) -> Manifest:
    return asyncio.run(rebuild_dataset(out, functions, lambda functions, trusted: writer, SCORERS, options))


def rewrites(out: Path) -> dict[str, Rewrite]:
    rows = [from_row(row, Rewrite) for row in Dataset.open(out).read("rewrites").to_pylist()]
    return {row.qualified_name: row for row in rows}


def test_better_comments_replace_worse_ones_and_every_decision_is_a_row(
    tmp_path: Path, functions: Path
) -> None:
    rebuild(tmp_path / "out", functions, Scripted(), Options(only=Only.all, refresh=False))
    rows = rewrites(tmp_path / "out")
    assert {name: row.decision for name, row in rows.items()} == {
        "median": "replaced", "mean": "kept", "spread": "replaced", "download": "kept", "crash": "failed",
    }  # fmt: skip
    assert rows["download"].reason == "nothing to tell"
    assert (rows["crash"].reason, rows["crash"].detail) == ("OSError", "the line went dead")
    assert rows["median"].why == "weak"
    assert rows["spread"].why == "missing"
    assert rows["spread"].old is None


def test_the_result_is_its_input_but_for_the_comments_that_were_replaced(
    tmp_path: Path, functions: Path
) -> None:
    rebuild(tmp_path / "out", functions, Scripted(), Options(only=Only.all, refresh=False))
    before, after = (
        {row["id"]: row for row in Dataset.open(path).read("functions").to_pylist()}
        for path in (functions, tmp_path / "out")
    )
    assert before.keys() == after.keys()
    for id, row in after.items():
        assert row["code"] == before[id]["code"]
        changed = row["name"] in ("median", "spread")
        assert row["summary"] == (COMMENTS[row["name"]] if changed else before[id]["summary"])
    files = [Dataset.open(path).read("files").to_pylist() for path in (functions, tmp_path / "out")]
    assert sorted(map(str, files[0])) == sorted(map(str, files[1]))


def test_a_failed_function_is_counted_and_keeps_its_row(tmp_path: Path, functions: Path) -> None:
    manifest = rebuild(tmp_path / "out", functions, Scripted())
    assert (manifest.kept, manifest.failed) == (4, 1)
    failed = Dataset.open(tmp_path / "out").read("failed").to_pylist()
    assert [row["message"] for row in failed] == ["crash: the line went dead"]


def test_only_weak_and_only_missing_take_up_these(tmp_path: Path, functions: Path) -> None:
    for only, names in ((Only.weak, {"median"}), (Only.missing, {"spread", "crash"})):
        writer = Scripted()
        rebuild(tmp_path / only, functions, writer, Options(only=only))
        assert set(writer.asked) == names


def test_a_writer_that_cannot_go_on_ends_the_run_and_the_next_goes_on(
    tmp_path: Path, functions: Path
) -> None:
    with pytest.raises(Unusable):
        rebuild(tmp_path / "out", functions, Scripted(Unusable))
    assert not (tmp_path / "out").exists()
    second = Scripted()
    rebuild(tmp_path / "out", functions, second)
    assert "median" not in second.asked  # its repository was finished before the second one broke off
    assert len(rewrites(tmp_path / "out")) == 5


def test_a_finished_run_is_not_made_again(tmp_path: Path, functions: Path) -> None:
    rebuild(tmp_path / "out", functions, Scripted())
    again = Scripted()
    rebuild(tmp_path / "out", functions, again)
    assert not again.asked


def test_of_more_than_the_limit_the_weakest_are_taken(tmp_path: Path, functions: Path) -> None:
    writer = Scripted()
    rebuild(tmp_path / "out", functions, writer, Options(only=Only.all, limit=1))
    assert writer.asked[0] == "median"
    assert len(writer.asked) == 2  # one of each repository
