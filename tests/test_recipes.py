"""What the recipe of the shipped encoder fetches and takes out of archives."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import tarfile
from collections import Counter
from pathlib import Path, PurePosixPath
from types import ModuleType

import pytest

MINI = Path(__file__).parents[1] / "recipes" / "mini"


@pytest.fixture(scope="module")
def fetching() -> ModuleType:
    """recipes/mini/fetch.py."""
    spec = importlib.util.spec_from_file_location("mini_fetch", MINI / "fetch.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def test_the_table_names_each_package_once_with_a_permissive_licence(fetching: ModuleType) -> None:
    from codegloss.curate.licences import is_permissive

    found = fetching.entries(MINI / "packages.toml")
    assert {entry.split for entry in found} == {"train", "validation", "test"}
    assert {entry.registry for entry in found} == set(fetching.CLIENTS)
    assert [entry.folder for entry in found if not is_permissive(entry.licence)] == []


@pytest.mark.parametrize(
    ("registry", "name", "version", "archive"),
    [
        ("pypi", "typing-extensions", "4.1", "typing_extensions-4.1-py3-none-any.whl"),
        ("pypi", "torch", "2.13.0+cpu", "torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl"),
        ("npm", "@babel/core", "7.1.0", "babel-core-7.1.0.tgz"),
        ("debian", "lua-json", "1:1.3-1", "lua-json_1%3a1.3-1_all.deb"),
        ("debian-source", "redis", "5:7.0.15-1~deb12u1", "redis_7.0.15.orig.tar.gz"),
    ],
)
def test_an_archive_is_known_by_name_and_version(
    fetching: ModuleType, tmp_path: Path, registry: str, name: str, version: str, archive: str
) -> None:
    (tmp_path / archive).touch()
    entry = fetching.Entry(registry, name, version, ["python"], "MIT", "train")
    assert fetching.archive_of(entry, tmp_path) == tmp_path / archive
    other = fetching.Entry(registry, name, version.replace("1", "2", 1), ["python"], "MIT", "train")
    assert fetching.archive_of(other, tmp_path) is None


def test_sources_are_unpacked_and_the_rest_is_not(fetching: ModuleType, tmp_path: Path) -> None:
    archive = tmp_path / "a-1.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        for name in ("a/src/x.js", "a/LICENSE", "a/logo.png", "a/node_modules/b/y.js", "a/../../out.js"):
            info = tarfile.TarInfo(name)
            info.size = 1
            tar.addfile(info, io.BytesIO(b";"))
    entry = fetching.Entry("npm", "a", "1", ["javascript"], "MIT", "train", omit=("dist",))
    fetching.unpack(entry, archive, tmp_path / "made")
    files = {str(path.relative_to(tmp_path / "made")) for path in (tmp_path / "made").rglob("*.*")}
    assert files == {"src/x.js"}
    assert (tmp_path / "made" / "LICENSE").is_file()
    assert not fetching.is_wanted(PurePosixPath("dist/x.js"), 1, entry.omit)


def test_a_package_that_no_client_brought_is_told(
    fetching: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "downloads" / "npm").mkdir(parents=True)
    monkeypatch.setitem(fetching.CLIENTS, "npm", (["true"], "@", 1))  # succeeds, and brings nothing
    entries = [fetching.Entry("npm", name, "1", ["javascript"], "MIT", "train") for name in ("a", "b")]
    failures = fetching.fetch(entries, tmp_path)
    assert set(failures) == {"npm-a", "npm-b"}
    assert all("no archive of version 1" in said for said in failures.values())


def test_figures_of_the_card_are_by_system_and_state_the_pool(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("mini_ship", MINI / "ship.py")
    assert spec
    assert spec.loader
    pytest.importorskip("torch")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    ahead = {"exit 6 − MiniLM, points": 3.0, "from": 1.0, "to": 5.0}
    rows = [
        {"task": "cosqa", "queries": 500, "pool": 6267, "BM25": 0.2, "exit 6": 0.5} | ahead,
        {"task": "all", "queries": 900, "pool": None, "BM25": 0.3, "exit 6": 0.6} | ahead,
    ]
    (tmp_path / "result.json").write_text(json.dumps({"rows": rows}))
    assert module.figures(tmp_path / "result.json") == {
        "MRR": {
            "BM25": {"cosqa, 6,267 searched": 0.2, "all": 0.3},
            "exit 6": {"cosqa, 6,267 searched": 0.5, "all": 0.6},
        }
    }


@pytest.fixture(scope="module")
def mining() -> ModuleType:
    """recipes/inconsistency/versions.py, with the files beside it that it uses."""
    folder = MINI.parent / "inconsistency"
    spec = importlib.util.spec_from_file_location("inconsistency_versions", folder / "versions.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(folder))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    return module


@pytest.fixture(scope="module")
def releases(mining: ModuleType) -> ModuleType:
    """recipes/inconsistency/releases.py."""
    return sys.modules[mining.Change.__module__]


def test_no_package_is_trained_on_whose_repository_is_held_out(
    releases: ModuleType, fetching: ModuleType
) -> None:
    from codegloss.curate.split import check_disjoint

    found = releases.packages(MINI.parent / "inconsistency" / "versions.toml")
    names: dict[str, set[str]] = {"train": set(), "validation": set(), "test": set()}
    for package in found:
        names[package.split] |= {package.repository, package.name}
    for entry in fetching.entries(MINI / "packages.toml"):
        names[entry.split] |= {entry.name, entry.folder}
        if entry.split != "train":
            names[entry.split].add(entry.name.removeprefix("python3-"))
    check_disjoint(names)
    assert all(len(package.versions) == len(set(package.versions)) > 1 for package in found)


BEFORE = '''class Box:
    def open(self, key):
        """Open it with the key."""
        return turn(key)

    def wait(self):
        """Wait for 3 seconds."""
        sleep(3)

    def name(self):
        """The name of the box."""
        return self._name
'''
AFTER = BEFORE.replace("3", "5").replace("self._name", "self.label.name")


def test_files_are_parsed_only_where_a_comment_and_its_code_both_changed(releases: ModuleType) -> None:
    def may_matter(old: str, new: str) -> bool:
        found: bool = releases.may_matter(old.encode(), new.encode())
        return found

    assert may_matter(BEFORE, AFTER)
    assert not may_matter(BEFORE, BEFORE.replace("sleep(3)", "sleep(4)"))
    assert not may_matter(BEFORE, BEFORE.replace("sleep(3)", "sleep(4)").replace("the key", "a key"))
    script = "/** Waits for 3 s. */\nfunction wait() { sleep(3) }\n/** Ends. */\nfunction end() {}\n"
    assert may_matter(script, script.replace("3", "5"))
    assert not may_matter(script, script.replace("3 s", "three s").replace("end() {}", "end() { die() }"))


def test_rows_are_the_facts_and_the_comments_that_stayed(
    mining: ModuleType, releases: ModuleType, tmp_path: Path
) -> None:
    package = releases.Package("pypi", "box", "box", "MIT", "train", ["1", "2"])
    old, new = (
        releases.functions_of(package, version, "box.py", text.encode())
        for version, text in (("1", BEFORE), ("2", AFTER))
    )
    changes = list(releases.changed(old, new, "1", "2"))
    releases.write(changes, releases.Change, tmp_path / "box.parquet")
    rows = mining.rows_of_package(package, tmp_path, Counter())
    assert [(row.qualified_name, row.kind, row.removed, row.added) for row in rows] == [
        ("Box.wait", "changed", ["3"], ["5"]),
        ("Box.name", "kept", [], []),
    ]
    assert rows[0].old_comment == '"""Wait for 3 seconds."""'
    assert "sleep(5)" in rows[0].new_code
    assert rows[0].function.revision == "2"
    releases.write(changes[1:], releases.Change, tmp_path / "box.parquet")
    assert mining.rows_of_package(package, tmp_path, Counter()) == []
