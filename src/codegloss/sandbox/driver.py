"""Runs inside the sandbox: loads the untrusted source, calls its function, writes plain values.

Nothing here can be trusted once the source runs, since it shares the interpreter. It need not be: what
is expected is never told to this process, so all that a source can forge is another answer. The nonce
keeps apart what was written here and what a program wrote to the same descriptor by accident.
"""

from __future__ import annotations

import json
import os
import sys
import types
from collections.abc import Callable
from typing import Any

from codegloss.sandbox.plain import decode, encode

MODULE = "solution"


def main() -> None:
    """Do the job that stdin describes. A record is "\\n{nonce} {index} {kind} {JSON text}\\n"."""
    job = json.loads(sys.stdin.buffer.read())
    sys.path += job["packages"]  # without what `site` does besides, which takes longer than most calls
    descriptor, nonce = job["descriptor"], job["nonce"]

    def tell(index: int, kind: str, text: str) -> None:
        record = f"\n{nonce} {index} {kind} {json.dumps(text)}\n".encode()
        while record:
            record = record[os.write(descriptor, record) :]

    try:
        function = _loaded(job["source"], job["function"])
    except BaseException as error:
        for index in range(len(job["arguments"])):
            tell(index, "raised", f"while loading: {_described(error)}")
        return
    for index, text in enumerate(job["arguments"]):
        tell(index, *_called(function, decode(text)))


def _loaded(source: str, function: str) -> Callable[..., Any]:
    module = types.ModuleType(MODULE)
    sys.modules[MODULE] = module
    exec(compile(source, f"{MODULE}.py", "exec", dont_inherit=True), module.__dict__)
    found: Any = module
    for name in function.split("."):
        found = getattr(found, name)
    return found  # type: ignore[no-any-return]


def _called(function: Callable[..., Any], arguments: list[Any]) -> tuple[str, str]:
    """Kind and text of what a call came to."""
    try:
        value = function(*arguments)
    except BaseException as error:  # SystemExit and KeyboardInterrupt are answers too
        return "raised", _described(error)
    try:
        return "returned", encode(value)
    except BaseException as error:
        return "not_plain", _described(error)


def _described(error: BaseException) -> str:
    try:
        message = str(error)
    except BaseException:
        message = "(its message cannot be had)"
    return f"{type(error).__name__}: {message[:500]}"
