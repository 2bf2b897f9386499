"""Plain values as text: what may pass between an untrusted program and us, and how two are compared.

Plain is None, bool, int, float, str, bytes, list, tuple, set, frozenset and dict of plain values, each
of exactly that type: a subclass may lie about what it equals. A value has one text (members of sets
and keys of dicts are sorted), so that two values of the same kinds are equal when their texts are, and
nothing that came from a program need be rebuilt to be compared.

The module runs on both sides and so stands alone, on the standard library.
"""

from __future__ import annotations

import json
import math
from typing import Any

Plain = Any  # None | bool | int | float | str | bytes and list, tuple, set, frozenset, dict of Plain

DEPTH = 60  # of containers within each other
HASHED = 10_000  # members of a set or dict that is rebuilt: chosen to collide, n members cost n² comparisons
SEQUENCES = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}


def encode(value: Plain, depth: int = DEPTH) -> str:
    """The text of a value, one line of ASCII. Raises TypeError where the value is not plain, or too deep."""
    kind = type(value)
    if value is None:
        return '["none"]'
    if kind is bool:
        return '["bool",true]' if value else '["bool",false]'
    if kind is int:
        return f'["int","{value:x}"]'  # not decimal, whose conversion is slow and limited to 4,300 digits
    if kind is float:
        return f'["float","{value.hex()}"]'
    if kind is str:
        return f'["str",{json.dumps(value)}]'
    if kind is bytes:
        return f'["bytes","{value.hex()}"]'
    if kind not in (list, tuple, set, frozenset, dict):
        raise TypeError(f"{kind.__module__}.{kind.__qualname__} is not a plain value")
    if depth == 0:
        raise TypeError(f"nested deeper than {DEPTH}")
    if kind is dict:
        members = sorted(
            f"[{encode(key, depth - 1)},{encode(item, depth - 1)}]" for key, item in value.items()
        )
    else:
        members = [encode(item, depth - 1) for item in value]
        if kind in (set, frozenset):
            members.sort()
    return f'["{kind.__name__}",[{",".join(members)}]]'


def decode(text: str) -> Plain:
    """The value of a text. Raises ValueError where it is none, or not safe to rebuild."""
    try:
        return _rebuilt(json.loads(text), DEPTH)
    except (KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(f"not the text of a plain value: {type(error).__name__}: {error}") from error


def _rebuilt(node: Any, depth: int) -> Plain:
    kind, *rest = node
    if kind == "none":
        return None
    (held,) = rest
    if kind in ("bool", "str"):
        if type(held) is not (bool if kind == "bool" else str):
            raise TypeError(f"{held!r:.50} is no {kind}")
        return held
    if kind == "int":
        return int(held, 16)
    if kind == "float":
        return float.fromhex(held)
    if kind == "bytes":
        return bytes.fromhex(held)
    if depth == 0:
        raise ValueError(f"nested deeper than {DEPTH}")
    if kind in ("set", "frozenset", "dict") and len(held) > HASHED:
        raise ValueError(f"a {kind} of {len(held)} members: more than {HASHED} are compared as text only")
    if kind == "dict":
        return {_rebuilt(key, depth - 1): _rebuilt(item, depth - 1) for key, item in held}
    return SEQUENCES[kind](_rebuilt(item, depth - 1) for item in held)


def same(left: Plain, right: Plain, tolerance: float = 0.0) -> bool:
    """Whether two values agree in kind and content; floats within a relative and absolute tolerance.

    Stricter than `==`: True, 1 and 1.0 differ, as do a list and a tuple; a NaN is the same as a NaN.
    Floats inside sets, and as keys, are compared exactly.
    """
    if tolerance == 0.0 or type(left) is not type(right):
        return encode(left) == encode(right)
    if isinstance(left, float):
        close = math.isclose(left, right, rel_tol=tolerance, abs_tol=tolerance)
        return close or encode(left) == encode(right)
    if isinstance(left, list | tuple):
        pairs = zip(left, right, strict=False)
        return len(left) == len(right) and all(same(ours, theirs, tolerance) for ours, theirs in pairs)
    if isinstance(left, dict):
        theirs_by_key = {encode(key): item for key, item in right.items()}
        return len(left) == len(right) and all(
            (text := encode(key)) in theirs_by_key and same(item, theirs_by_key[text], tolerance)
            for key, item in left.items()
        )
    return encode(left) == encode(right)
