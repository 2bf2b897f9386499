"""Archives: what is found in them, and that no archive gets out of bounds."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegloss.extract.repos import discover, read
from codegloss.extract.repos.archives import is_archive, name_and_version, safe_path
from codegloss.extract.repos.sources import DiscoveryOptions, Found, SourceError
from codegloss.records import Dropped, Failed, Source

CODE = b'def one():\n    """Gives one."""\n    return 1\n'


def found(path: Path, options: DiscoveryOptions = DiscoveryOptions()) -> list[Found]:
    return list(discover([path], options))


def tar_bytes(members: Iterable[tuple[tarfile.TarInfo | str, bytes]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for member, data in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            if info.isreg():
                info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def special(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def zip_file(path: Path, members: Iterable[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


SDIST = [
    ("thing-1.2/PKG-INFO", b"Metadata-Version: 2.1\nName: Thing\nVersion: 1.2\nLicense: MIT\n"),
    ("thing-1.2/src/thing.py", CODE),
    ("thing-1.2/README.md", b"# Thing\n"),
    ("thing-1.2/run", b"#!/usr/bin/env python3\nprint(1)\n"),
]
EXPANDED = {"tar": lambda data: data, "tar.gz": gzip.compress, "tgz": gzip.compress, "tar.xz": lzma.compress}


@pytest.mark.parametrize("suffix", [*EXPANDED, "zip"])
def test_every_kind_of_archive_gives_the_same_sources(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"thing-1.2.{suffix}"
    if suffix == "zip":
        zip_file(path, SDIST)
    else:
        path.write_bytes(EXPANDED[suffix](tar_bytes(SDIST)))
    rows = found(path)
    sources = [row for row in rows if isinstance(row, Source)]
    assert [(s.path, s.repository, s.revision, s.licence) for s in sources] == [
        ("src/thing.py", "Thing", "1.2", "MIT"),
        ("run", "Thing", "1.2", "MIT"),
    ]
    assert read(sources[0]) == CODE
    assert sources[0].size == len(CODE)
    assert [row.path for row in rows if isinstance(row, Dropped)] == ["PKG-INFO", "README.md"]
    assert len(rows) == len(SDIST)


def test_an_archive_is_named_by_its_metadata(tmp_path: Path) -> None:
    npm = tmp_path / "x.tgz"
    npm.write_bytes(
        gzip.compress(
            tar_bytes(
                [
                    ("package/package.json", b'{"name": "@a/b", "version": "3.0.0", "license": "ISC"}'),
                    ("package/i.js", b"1;\n"),
                ]
            )
        )
    )
    wheel = zip_file(
        tmp_path / "w-0-py3-none-any.whl",
        [
            ("pkg/m.py", CODE),
            ("w-2.0.dist-info/METADATA", b"Name: w\nVersion: 2.0\nLicense-Expression: BSD-2-Clause\n"),
        ],
    )
    jar = zip_file(
        tmp_path / "core-9-sources.jar",
        [
            (
                "META-INF/maven/org.x/core/pom.properties",
                b"#x\ngroupId=org.x\nartifactId=core\nversion=9.1\n",
            ),
            (
                "META-INF/MANIFEST.MF",
                b"Bundle-License: https://www.apache.org/licenses/LI\r\n CENSE-2.0.txt\r\n",
            ),
            ("org/x/A.py", CODE),
        ],
    )
    rows = [row for row in discover([npm, wheel, jar], DiscoveryOptions()) if isinstance(row, Source)]
    assert [(row.repository, row.revision, row.licence) for row in rows if row.path.endswith(".py")] == [
        ("w", "2.0", "BSD-2-Clause"),
        ("org.x:core", "9.1", "Apache-2.0"),
    ]


@pytest.mark.parametrize(
    ("file", "name", "version"),
    [
        ("guava-31.1-sources.jar", "guava", "31.1"),
        ("foo_1.2.3.orig.tar.xz", "foo", "1.2.3"),
        ("foo-bar-2.0rc1.tar.gz", "foo-bar", "2.0rc1"),
        ("scikit_learn-1.4.0-cp311-cp311-linux_x86_64.whl", "scikit_learn", "1.4.0"),
        (
            "repo-0123456789abcdef0123456789abcdef01234567.zip",
            "repo",
            "0123456789abcdef0123456789abcdef01234567",
        ),
        ("repo-main.zip", "repo-main", None),
        ("x.tar", "x", None),
    ],
)
def test_names_of_archives(file: str, name: str, version: str | None) -> None:
    assert is_archive(file)
    assert name_and_version(file) == (name, version)


@given(st.text(alphabet="ab./\\:\0C", max_size=20) | st.text(max_size=20))
def test_a_safe_path_stays_inside(name: str) -> None:
    path = safe_path(name)
    if path is not None:
        root = Path("/root/of/archive")
        assert not path.startswith("/")
        assert ".." not in path.split("/")
        assert (root / path).is_relative_to(root)
        assert (root / path) != root
        assert safe_path(path) == path


@given(st.lists(st.sampled_from(["..", ".", "a", "b", "", "C:"]), min_size=1, max_size=6))
def test_what_leads_out_is_never_safe(parts: list[str]) -> None:
    name = "/".join(parts)
    if ".." in parts or name.startswith(("/", "C:")):
        assert safe_path(name) is None


def test_what_is_no_plain_file_inside_is_left_out_by_reason(tmp_path: Path) -> None:
    path = tmp_path / "bad.tar"
    path.write_bytes(
        tar_bytes(
            [
                ("../../up.py", CODE),
                ("/etc/abs.py", CODE),
                (special("dev.py", tarfile.CHRTYPE), b""),
                (special("pipe.py", tarfile.FIFOTYPE), b""),
                (special("link.py", tarfile.SYMTYPE, "/etc/passwd"), b""),
                (special("hard.py", tarfile.LNKTYPE, "good.py"), b""),
                (".git/config.py", CODE),
                ("node_modules/x/i.js", b"1;\n"),
                ("good.py", CODE),
                ("./good.py", b"2\n"),
                ("empty.py", b""),
            ]
        )
    )
    rows = found(path)
    assert [(row.path, getattr(row, "reason", "taken")) for row in rows] == [
        ("../../up.py", "unsafe path"),
        ("/etc/abs.py", "unsafe path"),
        ("dev.py", "special file"),
        ("pipe.py", "special file"),
        ("link.py", "special file"),
        ("hard.py", "special file"),
        (".git/config.py", "ignored"),
        ("node_modules/x/i.js", "vendored"),
        ("good.py", "taken"),
        ("good.py", "duplicate path"),
        ("empty.py", "empty"),
    ]
    assert not list(tmp_path.parent.glob("up.py"))


def test_of_two_members_with_one_name_the_last_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with pytest.warns(UserWarning, match="Duplicate"):
        zip_file(path, [("a.py", b"old = 1\n"), ("a.py", CODE)])
    dropped, source = found(path)
    assert isinstance(dropped, Dropped)
    assert dropped.reason == "duplicate path"
    assert isinstance(source, Source)
    assert read(source) == CODE


def test_a_truncated_archive_keeps_what_came_before(tmp_path: Path) -> None:
    members = [(f"m{i}.py", CODE + b"#" * 3000 + str(i).encode()) for i in range(50)]
    whole = tar_bytes(members)
    for suffix, data in (("tar", whole), ("tar.gz", gzip.compress(whole)), ("tar.xz", lzma.compress(whole))):
        for part in (0.3, 0.6, 0.9):
            path = tmp_path / f"cut.{suffix}"
            path.write_bytes(data[: int(len(data) * part)])
            *before, last = found(path)
            assert isinstance(last, Failed), (suffix, part)
            assert last.path == path.name
            assert all(isinstance(row, Source) for row in before)
    assert len(found(path)) > 1


def test_a_tar_cut_between_members_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cut.tar"
    path.write_bytes(tar_bytes([("a.py", CODE), ("b.py", CODE)])[: 2 * tarfile.BLOCKSIZE])
    source, failed = found(path)
    assert isinstance(source, Source)
    assert isinstance(failed, Failed)
    assert "end mark" in failed.message


def test_a_damaged_member_fails_alone(tmp_path: Path) -> None:
    path = zip_file(tmp_path / "x.zip", [("a.py", CODE * 50), ("b.py", CODE)])
    data = bytearray(path.read_bytes())
    data[60:70] = b"\xff" * 10
    path.write_bytes(data)
    damaged, good = (row for row in found(path) if isinstance(row, Source))
    with pytest.raises(SourceError):
        read(damaged)
    assert read(good) == CODE


def test_a_member_that_asks_for_a_password_fails_alone(tmp_path: Path) -> None:
    path = zip_file(tmp_path / "x.zip", [("a.py", CODE), ("b.py", CODE)])
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    locked, good = found(path)
    assert isinstance(locked, Failed)
    assert locked.error == "encrypted"
    assert isinstance(good, Source)


def test_a_member_past_the_limit_is_dropped_unread(tmp_path: Path) -> None:
    big = b"x = 1\n" * 10_000
    options = DiscoveryOptions(max_file_bytes=1000)
    for path in (zip_file(tmp_path / "x.zip", [("big.py", big), ("a.py", CODE)]), tmp_path / "x.tar"):
        if path.suffix == ".tar":
            path.write_bytes(tar_bytes([("big.py", big), ("a.py", CODE)]))
        assert [getattr(row, "reason", "taken") for row in found(path, options)] == ["too large", "taken"]


def test_a_bomb_is_defused(tmp_path: Path) -> None:
    zeros = b"\0" * 1_900_000
    members = [("first.py", CODE), *((f"z{i}.py", zeros) for i in range(70))]
    bombs = [zip_file(tmp_path / "bomb.zip", members), tmp_path / "bomb.tar.gz", tmp_path / "bomb.tar.xz"]
    whole = tar_bytes(members)
    bombs[1].write_bytes(gzip.compress(whole, 9))
    bombs[2].write_bytes(lzma.compress(whole, preset=0))
    del whole
    for bomb in bombs:
        start = time.perf_counter()
        tracemalloc.start()
        first, last = None, None
        for row in discover([bomb], DiscoveryOptions()):
            first, last = first or row, row
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert isinstance(first, Source)
        assert first.path == "first.py"
        assert isinstance(last, Failed)
        assert "expands more than 200 times" in last.message
        assert peak < 40_000_000
        assert time.perf_counter() - start < 10


def test_a_header_that_claims_gigabytes_is_not_believed(tmp_path: Path) -> None:
    info = special("././@LongLink", tarfile.GNUTYPE_LONGNAME)
    info.size = 8_000_000_000
    path = tmp_path / "x.tar"
    path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + b"a" * 512)
    (row,) = found(path)
    assert isinstance(row, Failed)


@pytest.mark.parametrize("suffix", ["tar", "tar.gz", "tar.bz2", "tar.xz", "zip", "jar"])
def test_what_is_no_archive_at_all_fails_by_name(tmp_path: Path, suffix: str) -> None:
    for data in (b"", b"no archive\n" * 100, b"PK\5\6" + b"\xff" * 18, b"\x1f\x8b\x08", b"\xfd7zXZ\0\0"):
        path = tmp_path / f"not.{suffix}"
        path.write_bytes(data)
        (row,) = found(path)
        assert isinstance(row, Failed)
        assert row.path == path.name


@settings(max_examples=150)
@given(st.data())
def test_no_damage_makes_it_crash(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("damage")
    suffix = data.draw(st.sampled_from(["tar", "tar.gz", "tar.xz", "zip"]))
    path = folder / f"x.{suffix}"
    if suffix == "zip":
        zip_file(path, SDIST)
    else:
        path.write_bytes(EXPANDED[suffix](tar_bytes(SDIST)))
    whole = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    for row in found(path):
        if isinstance(row, Source):
            try:
                assert len(read(row)) <= DiscoveryOptions().max_file_bytes + 1
            except SourceError:
                continue
