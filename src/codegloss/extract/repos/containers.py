"""The members of tar and zip archives, one after the other, within bounds.

Covered: archives that are truncated, corrupt, encrypted, or that expand without end.
What is expanded is counted as it comes, and never more than a megabyte at a time is.
Not covered: archives inside archives, which are not opened.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

from codegloss.extract.repos.sources import SourceError

MOST_MEMBERS = 1_000_000
EXPANSION = 200  # times its own size that an archive may expand, like other tools' limits for bombs
SMALL = 100_000_000  # bytes that any archive may expand to
_CHUNK = 1 << 20
_MOST_AT_ONCE = 16 << 20  # bytes of one tar header
_DIRECTORY_BYTES = 100_000_000  # of a zip's table of members
_XZ_MEMORY = 256 << 20  # bytes; `xz -9` needs 65 MiB


class TooMuch(Exception):
    """An archive that holds more than it may."""


# What the standard library's decoders raise for damaged bytes, besides their own errors.
DAMAGE = (
    TooMuch, tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    OSError, EOFError, ValueError, LookupError, RuntimeError, OverflowError, MemoryError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of an archive."""

    name: str  # as the archive has it
    size: int  # bytes, expanded
    mode: int
    kind: str  # file, folder, link, special, or overwritten by a later one of the same name
    encrypted: bool
    open: Callable[[], IO[bytes]]  # a tar's member must be read before the next one is asked for


def is_zip(name: str) -> bool:
    """Whether a file of this name is a zip archive, under whatever name its ecosystem gives it."""
    return name.lower().endswith((".zip", ".whl", ".jar", ".egg", ".war", ".aar", ".nupkg"))


def is_tar(name: str) -> bool:
    """Whether a file of this name is a tar archive, compressed or not."""
    return name.lower().endswith(
        (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz", ".crate")
    )


def allowance(size: int) -> int:
    """Bytes to which an archive of `size` bytes may expand."""
    return max(EXPANSION * size, SMALL)


def _count(number: int) -> None:
    if number > MOST_MEMBERS:
        raise TooMuch(f"holds more than {MOST_MEMBERS} members")


def exceeded() -> TooMuch:
    """The error for what expands past its `allowance`."""
    return TooMuch(f"expands more than {EXPANSION} times its size and past {SMALL // 1_000_000} MB")


class _Forward:
    """A stream of chunks as the file that `tarfile` reads: forward only, and counted."""

    def __init__(self, chunks: Iterator[bytes], limit: int) -> None:
        self._chunks, self._limit = chunks, limit
        self._buffer, self._at, self._position = b"", 0, 0
        self.last = b""  # what the last read gave

    def tell(self) -> int:
        return self._position

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _MOST_AT_ONCE:
            raise tarfile.ReadError(f"a header of {size} bytes")
        parts = list(self._parts(size))
        self.last = parts[0] if len(parts) == 1 else b"".join(parts)
        return self.last

    def seek(self, position: int) -> None:
        if position < self._position:
            raise tarfile.ReadError("a member that lies before the one before it")
        for _ in self._parts(position - self._position):
            pass

    def _parts(self, wanted: int) -> Iterator[bytes]:
        while wanted > 0:
            if self._at == len(self._buffer):
                self._buffer, self._at = next(self._chunks, b""), 0
                if not self._buffer:
                    return
            part = self._buffer[self._at : self._at + wanted]
            self._at += len(part)
            self._position += len(part)
            wanted -= len(part)
            if self._position > self._limit:
                raise exceeded()
            yield part


def _in_chunks(file: io.BufferedIOBase) -> Iterator[bytes]:
    while chunk := file.read1(_CHUNK):  # `read` would lose what comes right before the damage
        yield chunk


def _unpacked_xz(file: IO[bytes]) -> Iterator[bytes]:
    """Expanded chunks of an xz file, of one stream or several, with a limit on the decoder's memory."""
    rest = file.read(_CHUNK)
    while rest:
        decoder = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
        while not decoder.eof:
            if decoder.needs_input and not rest and not (rest := file.read(_CHUNK)):
                raise EOFError("the compressed stream ends before its end mark")
            chunk, rest = decoder.decompress(rest, _CHUNK), b""
            if chunk:
                yield chunk
        rest = decoder.unused_data.lstrip(b"\0") or file.read(_CHUNK).lstrip(b"\0")


def _expanded(file: io.BufferedReader) -> Iterator[bytes]:
    """Chunks of a tar, whichever way it is compressed; told by its first bytes, not its name."""
    magic = file.read(6)
    file.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return _in_chunks(gzip.GzipFile(fileobj=file))
    if magic.startswith(b"BZh"):
        return _in_chunks(bz2.BZ2File(file))
    if magic == b"\xfd7zXZ\0":
        return _unpacked_xz(file)
    return _in_chunks(file)


def _tar_kind(info: tarfile.TarInfo) -> str:
    if info.isdir():
        return "folder"
    if info.issym() or info.islnk():
        return "link"
    return "file" if info.isreg() else "special"


def tar_members(path: str) -> Iterator[Member]:
    """The members of a tar in their order.

    Raises TooMuch, or whatever the decoders raise for damaged bytes, after the members before it.
    """
    with Path(path).open("rb") as file:
        limit = allowance(Path(path).stat().st_size)
        stream = _Forward(_expanded(file), limit)
        # The limit also ends a header that claims more data than there is.
        with tarfile.TarFile(fileobj=cast(IO[bytes], stream), mode="r", errorlevel=2) as tar:
            number = 0
            while info := tar.next():
                number += 1
                _count(number)
                vars(tar)["members"].clear()  # which would come to hold all of them

                def opened(info: tarfile.TarInfo = info) -> IO[bytes]:
                    return tar.extractfile(info) or io.BytesIO()

                yield Member(info.name, info.size, info.mode, _tar_kind(info), False, opened)
            if stream.last.count(0) != tarfile.BLOCKSIZE:
                raise tarfile.ReadError("ends without the end mark: truncated or corrupt")


def _check_directory(path: str) -> None:
    """Looks at the size of a zip's table before `zipfile` builds an object for each of its entries."""
    with Path(path).open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - 66_000))
        tail = file.read()
        end = tail.rfind(b"PK\5\6")
        if end < 0 or len(tail) < end + 22:
            return  # zipfile says what is wrong with it
        length = int.from_bytes(tail[end + 12 : end + 16], "little")
        wide = tail.rfind(b"PK\6\6", 0, end)
        if length == 0xFFFFFFFF and wide >= 0:
            length = int.from_bytes(tail[wide + 40 : wide + 48], "little")
        if length > _DIRECTORY_BYTES:
            raise TooMuch(f"its table of members takes {length} bytes")
        file.seek(max(0, size - len(tail) + end - length - 100))
        _count(file.read(length + 100).count(b"PK\1\2"))


@lru_cache(maxsize=4)
def _opened_zip(path: str, _changed: int) -> zipfile.ZipFile:
    _check_directory(path)
    return zipfile.ZipFile(path)


def opened_zip(path: str) -> zipfile.ZipFile:
    """An open archive, shared by the readers of one process; opened again when the file has changed.

    Raises OSError, TooMuch, or BadZipFile.
    """
    return _opened_zip(path, Path(path).stat().st_mtime_ns)


def _zip_kind(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.is_dir():
        return "folder"
    if kind == stat.S_IFLNK:
        return "link"
    return "file" if kind in (0, stat.S_IFREG) else "special"


def zip_members(path: str) -> Iterator[Member]:
    """The members of a zip in the order of its table; of two with one name only the last can be read."""
    archive = opened_zip(path)
    total, limit = 0, allowance(Path(path).stat().st_size)
    for info in archive.infolist():
        total += info.file_size
        if total > limit:
            raise exceeded()
        mode = info.external_attr >> 16

        def opened(info: zipfile.ZipInfo = info) -> IO[bytes]:
            return archive.open(info)

        kind = _zip_kind(info) if archive.NameToInfo.get(info.filename) is info else "overwritten"
        yield Member(info.filename, info.file_size, mode, kind, bool(info.flag_bits & 1), opened)


def read_zip_member(path: str, member: str, most: int) -> bytes:
    """At most `most` bytes of a member.

    Raises SourceError if the archive is gone, damaged, encrypted or not understood.
    """
    try:
        with opened_zip(path).open(member) as file:
            return file.read(most)
    except DAMAGE as error:
        raise SourceError(f"{type(error).__name__}: {error}") from error
