"""Calls of one untrusted function, whose results are compared out here."""

from __future__ import annotations

import json
import secrets
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

from codegloss.sandbox.outcome import Limits, Outcome
from codegloss.sandbox.plain import Plain, decode, encode, same
from codegloss.sandbox.process import run_with_results

Kind = Literal["returned", "raised", "not_plain", "missing"]
KINDS: dict[str, Kind] = {"returned": "returned", "raised": "raised", "not_plain": "not_plain"}
START = "import os, sys; sys.path.insert(0, os.getcwd()); from codegloss.sandbox.driver import main; main()"


class Refusal(RuntimeError):
    """There is no sandbox here, so nothing was run and nothing is known."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one call came to. Missing is not wrong: the program ended, or was ended, before it was told."""

    status: Kind
    text: str | None  # of the value, as `plain.encode` writes it; None unless returned
    reason: str  # "ValueError: …" when raised; why, when not plain or missing; "" when returned

    def value(self) -> Plain:
        """The value, of built-in types alone. Raises ValueError without one, or one not safe to rebuild."""
        if self.text is None:
            raise ValueError(f"no value: {self.status}: {self.reason}")
        return decode(self.text)

    def equals(self, expected: Plain, tolerance: float = 0.0) -> bool:
        """Whether it returned what was expected, as `same` compares: by kind, floats within the tolerance."""
        if self.text is None or tolerance == 0.0:
            return self.text == encode(expected)
        try:
            return same(decode(self.text), expected, tolerance)
        except ValueError:  # no text of a plain value, or too large to rebuild
            return False


def call(
    source: str,
    function: str,
    arguments: Sequence[Sequence[Plain]],
    *,
    language: str = "python",
    limits: Limits = Limits(),  # noqa: B008  frozen
    visible: Sequence[str | Path] = (),
    allow_unsandboxed: bool = False,
) -> list[Result]:
    """Load a source once and call its function with each list of positional arguments, in order.

    All calls share one process and the limits of one run: what a call leaves behind, the next one finds,
    and when one ends the process the rest are missing. `function` may be dotted: "Class.method". What
    the calls should return stays here.

    Raises `Refusal` where nothing can be run, ValueError for another language than Python, and TypeError
    for arguments that are not plain.
    """
    if language != "python":
        raise ValueError(f"only python can be called, not {language}: run a program of your own with `run`")
    nonce = secrets.token_hex(16)
    job = {
        "arguments": [encode(list(each)) for each in arguments],
        "function": function,
        "nonce": nonce,
        "packages": sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}),
        "source": source,
    }
    outcome, written = run_with_results(
        [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", START],
        files=_driver(),
        limits=limits,
        stdin=lambda descriptor: json.dumps({**job, "descriptor": descriptor}).encode(),
        visible=visible,
        allow_unsandboxed=allow_unsandboxed,
    )
    if outcome.status == "refused":
        raise Refusal(outcome.reason)
    return list(_results(written, nonce, len(arguments), outcome))


def _driver() -> dict[str, bytes]:
    """The modules that run inside, laid out so that they find each other and nothing else of ours."""
    package = files("codegloss.sandbox")
    modules = {
        f"codegloss/sandbox/{name}": package.joinpath(name).read_bytes() for name in ("driver.py", "plain.py")
    }
    return {"codegloss/__init__.py": b"", "codegloss/sandbox/__init__.py": b"", **modules}


def _results(written: bytes, nonce: str, count: int, outcome: Outcome) -> Iterator[Result]:
    """One result for each call, from records with the nonce; after the first out of order all are missing."""
    ours = [line for line in written.split(b"\n") if line.startswith(nonce.encode() + b" ")]
    why = f"{outcome.status}: {outcome.reason or 'the program ended without telling'}"
    if last := outcome.stderr.decode(errors="replace").strip()[-200:]:
        why += f"; stderr ends in {last!r}"
    for index in range(count):
        result = _record(ours[index], index) if index < len(ours) else None
        if result is None:
            if index < len(ours):
                why = "what was written as its result cannot be read"
            yield from [Result("missing", None, why)] * (count - index)
            return
        yield result


def _record(line: bytes, index: int) -> Result | None:
    try:
        _, number, kind, quoted = line.split(b" ", 3)
        text = json.loads(quoted)
        status = KINDS[kind.decode()]
    except (KeyError, RecursionError, ValueError):
        return None
    if number != str(index).encode() or not isinstance(text, str):
        return None
    return Result(status, text, "") if status == "returned" else Result(status, None, text)
