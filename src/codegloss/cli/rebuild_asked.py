"""What the command line asks of `codegloss rebuild`, held against what stands at --out already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codegloss.llm.client import Client
    from codegloss.llm.journal import Journal
    from codegloss.llm.prices import Price
    from codegloss.synth.rebuild import Options

EXTRACTED, REBUILT, ANSWERS, UNDO = "extracted", "dataset", "answers", "undo"  # folders in --out
PAGE, TEXT = "report.html", "report.md"


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """Which language model is asked, and how much of it; the builtin writer where none is named."""

    name: str | None
    base_url: str | None
    max_cost: float | None
    max_requests: int | None
    requests_per_minute: float | None
    tokens_per_minute: float | None

    def connect(self, journal: Journal | None, key: str | None = None) -> Client:
        """A client of the model, in the event loop that uses it. Raises Unusable where one is missing."""
        from codegloss.llm.connect import Limits, connect

        assert self.name is not None
        limits = Limits(self.max_cost, self.max_requests, self.requests_per_minute, self.tokens_per_minute)
        return connect(self.name, journal, base_url=self.base_url, key=key, limits=limits)

    def price(self) -> Price | None:
        """What its tokens cost, where a table has it."""
        from codegloss.llm.prices import price_of

        return price_of(self.name) if self.name else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked for."""

    path: Path | None
    out: Path
    only: str  # weak, missing, all
    refresh: bool
    limit: int | None
    overwrite: bool
    quiet: bool
    model: ModelOptions
    cluster: bool = False  # on Ray
    address: str | None = None  # of the cluster; None starts one here

    def options(self) -> Options:
        """What is rebuilt."""
        from codegloss.synth.rebuild import Options
        from codegloss.synth.selection import Only

        return Options(Only(self.only), self.refresh, self.limit)


def check_out(asked: Asked) -> None:
    """Raises DatasetError where --out is the source code's own folder, or holds what no run has written."""
    from codegloss.dataset import DatasetError

    assert asked.path is not None
    if asked.out.resolve() == asked.path.resolve():
        raise DatasetError(f"{asked.out} is what is to be read: name another --out, inside it or beside it")
    if not asked.out.is_dir():
        if asked.out.exists():
            raise DatasetError(f"{asked.out} is a file: name a folder with --out")
        return
    there = {entry.name.removesuffix(".partial") for entry in asked.out.iterdir()}
    if there and there.isdisjoint((EXTRACTED, REBUILT, ANSWERS, UNDO)):
        raise DatasetError(f"{asked.out} has files, and none is of a rebuild: name another --out")


def is_dataset(path: Path) -> bool:
    """Whether a folder is meant as a dataset; many a folder of source code has a `manifest.json` too."""
    from codegloss.dataset import DatasetError, read_manifest

    if not (path / "manifest.json").is_file():
        return False
    try:
        read_manifest(path / "manifest.json")
    except DatasetError:
        return (path / "functions").is_dir() and any((path / "functions").glob("*.parquet"))
    return True


def differing(asked: Asked, about: Mapping[str, Any] | None = None) -> str:
    """In what the rebuild at --out was asked for otherwise, as `only: weak there, all here`; empty if not.

    Without `about`, what tells the writers, only what differs from the defaults counts: the rest was
    not asked for at all.
    """
    from codegloss.dataset import Dataset

    theirs = Dataset.open(asked.out / REBUILT).manifest.parameters
    ours: dict[str, Any] = {"only": asked.only, "refresh": asked.refresh, "limit": asked.limit}
    if about is None:
        usual = {"only": "weak", "refresh": True, "limit": None}
        ours = {name: value for name, value in ours.items() if value != usual[name]}
        if asked.model.name is not None:
            ours["writer"] = f"model:{asked.model.name}"
    ours |= about or {}
    return "; ".join(
        f"{name}: {theirs.get(name)} there, {value} here"
        for name, value in ours.items()
        if theirs.get(name) != value
    )
