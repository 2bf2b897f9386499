"""The work is done without a word to the network: no telemetry, no look-ups, no downloads.

Python's sockets are blocked in the process and in all its children. Native clients (Daft's
is in Rust) are caught where they honour the usual proxy variables, which point at a listener
that counts. Native code that opens a raw connection by itself is not covered.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from codegloss.offline import VARIABLES

if TYPE_CHECKING:
    from conftest import Python

NO_NETWORK = Path(__file__).parent / "no_network"
CODEGLOSS = "from codegloss.cli import main; main()"
FORK_A_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
# A documentation address (RFC 5737): even were the block to fail, nobody answers there.
CONNECT = "import socket; socket.create_connection(('192.0.2.1', 9), timeout=1)"


class Observed:
    """What was tried, as seen by the patched sockets and by the proxy."""

    def __init__(self, folder: Path) -> None:
        self._record = folder / "attempts"
        self._record.touch()
        self._proxy = socket.create_server(("127.0.0.1", 0))
        self._proxied: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._proxy.accept()
            except OSError:  # closed: the test is over
                return
            with client:
                client.settimeout(5)
                self._proxied.append(client.recv(200).decode("latin-1").partition("\r")[0])

    @property
    def environment(self) -> dict[str, str]:
        """Variables that put a process and its children under observation."""
        proxy = f"http://127.0.0.1:{self._proxy.getsockname()[1]}"
        python_path = [str(NO_NETWORK), *filter(None, [os.environ.get("PYTHONPATH")])]
        proxies = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        return {
            **dict.fromkeys(proxies, proxy),
            "no_proxy": "",
            "NO_PROXY": "",
            "PYTHONPATH": os.pathsep.join(python_path),
            "NETWORK_ATTEMPTS": str(self._record),
        }

    @property
    def attempts(self) -> list[str]:
        """One line for each attempt."""
        return self._record.read_text("utf-8").splitlines() + self._proxied

    def close(self) -> None:
        """Stop listening."""
        self._proxy.close()


@pytest.fixture
def observed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Observed]:
    """A watch over the network, in an environment that has switched off no telemetry by itself."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    watch = Observed(tmp_path)
    yield watch
    watch.close()


@pytest.mark.parametrize(
    ("code", "attempt"),
    [
        (CONNECT, "192.0.2.1"),
        ("import socket; socket.getaddrinfo('example.org', 443)", "getaddrinfo example.org"),
        ("import socket; socket.gethostbyname('example.org')", "gethostbyname example.org"),
        (
            "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 9))",
            "sendto 192.0.2.1",
        ),
        (
            "import urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://192.0.2.1')",
            "192.0.2.1",
        ),
    ],
)
def test_the_block_blocks_and_records(python: Python, observed: Observed, code: str, attempt: str) -> None:
    done = python("-c", code, env=observed.environment)
    assert done.returncode != 0
    assert "no network in this test" in done.stderr
    assert attempt in observed.attempts[0]


def test_the_block_reaches_child_processes(python: Python, observed: Observed) -> None:
    python("-c", FORK_A_CHILD.format(code=CONNECT), env=observed.environment)
    assert len(observed.attempts) == 1


def test_the_proxy_records(python: Python, observed: Observed) -> None:
    python("-c", "import urllib.request as u; u.urlopen('http://example.org')", env=observed.environment)
    assert observed.attempts == ["GET http://example.org HTTP/1.1"]


def test_this_machine_stays_reachable(python: Python, observed: Observed) -> None:
    code = (
        "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())"
    )
    done = python("-c", code, env=observed.environment)
    assert (done.returncode, observed.attempts) == (0, [])


def test_daft_left_to_itself_is_caught(python: Python, observed: Observed) -> None:
    done = python("-c", "import daft; daft.from_pydict({'a': [1]}).collect()", env=observed.environment)
    assert done.returncode == 0, done.stderr
    assert observed.attempts


def test_importing_the_package_is_silent(python: Python, observed: Observed) -> None:
    done = python("-c", "import codegloss, codegloss.cli", env=observed.environment)
    assert (done.returncode, observed.attempts) == (0, [])


def test_extract_and_show_are_silent(
    python: Python, observed: Observed, small_tree: Path, tmp_path: Path
) -> None:
    out = tmp_path / "dataset"
    arguments = ["extract", small_tree, "--out", out, "--workers", "2"]
    done = python("-c", CODEGLOSS, *arguments, env=observed.environment)
    assert done.returncode == 0, done.stderr
    assert (out / "manifest.json").exists()

    shown = python("-c", CODEGLOSS, "show", out, env=observed.environment)
    assert shown.returncode == 0, shown.stderr
    assert "area" in shown.stdout
    assert observed.attempts == []
