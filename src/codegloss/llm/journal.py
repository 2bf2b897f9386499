"""Every answer of a model on disk under the hash of its request, before anything uses it.

A folder with one file for each process that wrote: any number of them may write at once, and each
reads what the others have finished. An answer counts as journalled once it is synced to the disk; SIGKILL
loses at most what was in flight.

Not covered: the folder on a network file system whose `fsync` promises nothing, and a process that
forks while it writes.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from array import array
from pathlib import Path
from typing import BinaryIO, Self

from codegloss.llm import segments
from codegloss.llm.model import Stopped
from codegloss.records import Completion, fields

SUFFIX = ".journal"
_FIELDS = tuple(fields(Completion))
REFRESH = 1.0  # seconds between two looks at what other processes wrote
_OFFSET_BITS = 44  # a file of up to 16 TiB; above them the number of the file


class Journal:
    """The answers in a folder. About 130 bytes of memory for each; the texts stay on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: list[BinaryIO] = []  # every file that was read, and the own one once there is one
        self._read: array[int] = array("q")  # of each: bytes already in the index
        self._numbers: dict[str, int] = {}  # name of a file → its place in those lists
        self._index: dict[int, int] = {}  # first half of a hash → file and offset
        self._own: int | None = None
        self._waiting: list[tuple[bytes, str, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._looked = 0.0
        folder.mkdir(parents=True, exist_ok=True)
        self.refresh()

    @property
    def answers(self) -> int:
        """How many there are."""
        return len(self._index)

    def __contains__(self, digest: str) -> bool:
        return _short(digest) in self._index

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files; what was appended is durable already."""
        for file in self._files:
            file.close()
        self._files.clear()

    def refresh(self) -> None:
        """Take into the index what other processes have written since the last look."""
        self._looked = time.monotonic()
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            number = self._numbers.get(path.name)
            if number is None:
                number = self._add(path, path.open("rb"))
            if number == self._own or path.stat().st_size == self._read[number]:
                continue
            for place in segments.places(self._files[number], self._read[number]):
                self._index[_short(place.digest)] = number << _OFFSET_BITS | place.start
                self._read[number] = place.end

    def get(self, digest: str) -> Completion | None:
        """The answer to the request with that hash, None where there is none yet."""
        where = self._index.get(_short(digest))
        if where is None and time.monotonic() - self._looked > REFRESH:
            self.refresh()
            where = self._index.get(_short(digest))
        if where is None:
            return None
        descriptor = self._files[where >> _OFFSET_BITS].fileno()
        content = segments.content_at(descriptor, where & (1 << _OFFSET_BITS) - 1, digest)
        return _read(content) if content is not None else None

    async def append(self, completion: Completion) -> None:
        """Write an answer and wait until it is durable, together with others that come meanwhile.

        Raises Stopped when the disk does not take it.
        """
        row = {name: getattr(completion, name) for name in _FIELDS}
        content = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        data = segments.record(completion.request, content.encode("utf-8", "surrogatepass"))
        durable = asyncio.get_running_loop().create_future()
        self._waiting.append((data, completion.request, durable))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await asyncio.shield(durable)

    async def _write(self) -> None:
        """Write and sync what is waiting, over and over until nothing is."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                try:
                    if self._own is None:
                        self._own = self._open_own()
                    start = await asyncio.to_thread(self._append_durably, b"".join(row[0] for row in batch))
                except OSError as error:
                    for *_, durable in batch:
                        durable.set_exception(
                            Stopped(
                                f"{self.folder}: the journal cannot be written: {error.strerror or error}"
                            )
                        )
                        durable.exception()  # whoever waited may have been cancelled
                    continue
                for data, digest, durable in batch:
                    self._index[_short(digest)] = self._own << _OFFSET_BITS | start
                    start += len(data)
                    durable.set_result(None)
        finally:
            self._writing = None

    def _append_durably(self, data: bytes) -> int:
        """Append to the own file, sync, and say at which offset. Leaves no torn record when it fails."""
        assert self._own is not None
        descriptor, start = self._files[self._own].fileno(), self._read[self._own]
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(descriptor, data[written:], start + written)
            os.fdatasync(descriptor)
        except OSError:
            os.ftruncate(descriptor, start)
            raise
        self._read[self._own] = start + len(data)
        return start

    def _open_own(self) -> int:
        name = f"{time.time_ns():020}-{os.getpid()}{SUFFIX}"
        file = (self.folder / name).open("xb+")
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name is durable too
        finally:
            os.close(folder)
        return self._add(self.folder / name, file)

    def _add(self, path: Path, file: BinaryIO) -> int:
        self._files.append(file)
        self._read.append(0)
        self._numbers[path.name] = len(self._files) - 1
        return len(self._files) - 1


def _read(content: bytes) -> Completion | None:
    """The answer, None where another version wrote a record of other fields."""
    row = json.loads(content)
    return Completion(**{**row, "reused": True}) if row.keys() == set(_FIELDS) else None


def _short(digest: str) -> int:
    """128 bits of a hash: enough to tell requests apart, and the record holds the rest."""
    return int(digest[:32], 16)
