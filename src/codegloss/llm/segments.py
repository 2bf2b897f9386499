"""One file of a journal: records behind each other, each under a header that says how long it is.

    HASH LENGTH CRC\\n{"text": …}\\n

HASH is 64 hexadecimal digits, LENGTH the bytes of the JSON, CRC their CRC-32 in 8 hexadecimal digits.
Only the last record of a file can be torn: one process appends to it, and a file is never appended to
again once that process is gone. What a bad disk did to a record in the middle is seen when it is read;
what it did to a header costs the records behind it.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_HEADER = re.compile(rb"([0-9a-f]{64}) (\d{1,10}) ([0-9a-f]{8})\n")
_LONGEST_HEADER = 64 + 1 + 10 + 1 + 8 + 1
_FIRST_READ = 4096  # bytes: most records whole


@dataclass(frozen=True, slots=True)
class Place:
    """Where a whole record lies in its file."""

    digest: str
    start: int  # bytes, of the header
    end: int  # bytes, behind the last newline


def record(digest: str, content: bytes) -> bytes:
    """The bytes of one record. `content` is JSON without a newline."""
    return b"%s %d %08x\n%s\n" % (digest.encode(), len(content), zlib.crc32(content), content)


def places(file: BinaryIO, start: int) -> Iterator[Place]:
    """The whole records from an offset on, up to the end or to one that is torn or being written."""
    size = os.fstat(file.fileno()).st_size
    file.seek(start)
    while header := _HEADER.fullmatch(file.readline(_LONGEST_HEADER)):
        end = start + header.end() + int(header[2]) + 1
        if end > size:
            return
        file.seek(end - 1)
        if file.read(1) != b"\n":
            return
        yield Place(header[1].decode(), start, end)
        start = end


def content_at(descriptor: int, start: int, digest: str) -> bytes | None:
    """The JSON of the record with that hash that begins there; None where it is another or damaged."""
    data = os.pread(descriptor, _FIRST_READ, start)
    header = _HEADER.match(data)
    if not header or header[1] != digest.encode():
        return None
    end = header.end() + int(header[2])
    if end > len(data):
        data += os.pread(descriptor, end - len(data), start + len(data))
    content = data[header.end() : end]
    return content if zlib.crc32(content) == int(header[3], 16) else None
