"""Put this folder first on PYTHONPATH, and Python can reach no machine but its own.

Every attempt raises `OSError` and is written, one line each, to the file that
`NETWORK_ATTEMPTS` names; child processes inherit both. Covers what goes through Python's
`socket` module. Does not cover native code that opens sockets by itself.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from typing import Any


def _is_here(host: Any) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == socket.gethostname()
    return address.is_loopback or address.is_unspecified


def _refuse(name: str, host: Any) -> None:
    with open(os.environ["NETWORK_ATTEMPTS"], "a", encoding="utf-8") as record:
        record.write(f"{name} {host} (process {os.getpid()})\n")
    raise OSError(f"no network in this test: {name} {host}")


def _guarded_lookup(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    def lookup(host: Any, *arguments: Any, **options: Any) -> Any:
        if not _is_here(host):
            _refuse(name, host)
        return original(host, *arguments, **options)

    return lookup


class _GuardedSocket(socket.socket):
    def connect(self, address: Any) -> None:
        self._check("connect", address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        self._check("connect_ex", address)
        return super().connect_ex(address)

    def sendto(self, data: Any, *arguments: Any) -> int:
        self._check("sendto", arguments[-1])
        return super().sendto(data, *arguments)

    def _check(self, name: str, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            _refuse(name, address[0])


# A subclass, since C's own type cannot be patched; `socket.create_connection` looks the name up late.
socket.socket = _GuardedSocket  # type: ignore[misc]
for _name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
    setattr(socket, _name, _guarded_lookup(_name, getattr(socket, _name)))
