"""Results of untrusted functions are what they returned, and nothing they say about it."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest

from codegloss.sandbox import Plain, Refusal, Result, call

from .conftest import SMALL

pytestmark = pytest.mark.usefixtures("sandbox")


def called(source: str, *arguments: list[Plain], function: str = "f", **limits: float) -> list[Result]:
    return call(dedent(source), function, arguments, limits=replace(SMALL, **limits))


def test_values_come_back_in_order_and_in_kind() -> None:
    source = """
        import dataclasses

        @dataclasses.dataclass
        class Pair:
            left: object
            @staticmethod
            def swapped(left, right): return right, left

        def f(x): return Pair(x).left
    """
    values: list[Plain] = [
        1,
        1.5,
        True,
        None,
        "é\n",
        b"\0",
        [1, (2,)],
        {1: {2}},
        frozenset(),
        10**5000,
        float("inf"),
    ]
    results = called(source, *([value] for value in values))
    assert [result.status for result in results] == ["returned"] * len(values)
    assert [result.value() for result in results] == values
    assert all(result.equals(value) for result, value in zip(results, values, strict=True))
    assert called(source, [1, "a"], function="Pair.swapped")[0].equals(("a", 1))


def test_answers_right_wrong_and_nearly_right() -> None:
    (third,) = called("def f(x): return x / 3", [1.0])
    assert third.equals(1 / 3)
    assert not third.equals(0.3333)
    assert third.equals(0.3333, tolerance=1e-3)
    assert not third.equals("0.333", tolerance=1e-3)


def test_an_exception_is_an_answer_of_its_call_alone() -> None:
    good, bad, after = called("def f(x): return 1 // x", [1], [0], [-1])
    assert (good.value(), after.value()) == (1, -1)
    assert (bad.status, bad.text) == ("raised", None)
    assert bad.reason == "ZeroDivisionError: integer division or modulo by zero"
    assert not bad.equals(None)
    with pytest.raises(ValueError, match="raised: ZeroDivisionError"):
        bad.value()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(x: return", "while loading: SyntaxError"),
        ("import nowhere", "while loading: ModuleNotFoundError"),
        ("import sys; sys.exit(0)", "while loading: SystemExit: 0"),
        ("def g(x): pass", "while loading: AttributeError"),
    ],
)
def test_a_source_that_does_not_load_raises_in_every_call(source: str, reason: str) -> None:
    results = called(source, [1], [2])
    assert [result.status for result in results] == ["raised", "raised"]
    assert all(result.reason.startswith(reason) for result in results)


def test_objects_that_equal_everything_are_no_values() -> None:
    source = """
        class Liar(int):
            def __eq__(self, other): return True
            def __ne__(self, other): return False
            def __hash__(self): return 0
        class Quiet(Exception):
            def __str__(self): raise SystemExit
        def f(x):
            if x == 3: raise Quiet
            return [Liar(1), [Liar(1)], (item for item in "ab")][x]
    """
    *refused, quiet = called(source, [0], [1], [2], [3])
    assert [result.status for result in refused] == ["not_plain"] * 3
    assert "solution.Liar is not a plain value" in refused[0].reason
    assert (quiet.status, quiet.reason) == ("raised", "Quiet: (its message cannot be had)")


def test_exits_pass_nothing() -> None:
    polite = called("import sys\ndef f(x): sys.exit(0)", [1], [2])
    assert [(result.status, result.reason) for result in polite] == [("raised", "SystemExit: 0")] * 2
    before, *rest = called("import os\ndef f(x):\n    if x: os._exit(0)\n    return 7", [0], [1], [0])
    assert before.equals(7)
    assert [result.status for result in rest] == ["missing"] * 2
    assert rest[0].reason == "ok: the program ended without telling"


def test_what_was_told_before_a_limit_was_reached_counts() -> None:
    before, during, after = called(
        "def f(x):\n    while x: pass\n    return 7", [0], [1], [0], cpu_seconds=0.5
    )
    assert before.equals(7)
    assert (during.status, after.status) == ("missing", "missing")
    assert during.reason == "cpu: more than 0.5 s of CPU time"


def test_noise_and_closed_streams_do_not_reach_the_results() -> None:
    source = """
        import os, sys
        def f(x):
            print("returned 1", file=sys.stderr)
            os.write(1, bytes(range(256)))
            if x: os.close(0), os.close(1), os.close(2)
            return x
    """
    assert [result.value() for result in called(source, [0], [1])] == [0, 1]


FORGER = """
    import json, os, sys

    def secrets():
        frame = sys._getframe()
        while frame is not None:
            if "nonce" in frame.f_locals:
                return frame.f_locals["nonce"], frame.f_locals["descriptor"]
            frame = frame.f_back

    def write(index, kind, text):
        nonce, descriptor = secrets()
        os.write(descriptor, f"\\n{nonce} {index} {kind} {json.dumps(text)}\\n".encode())
"""


def test_a_forger_who_finds_the_nonce_can_only_give_another_answer() -> None:
    source = dedent(FORGER) + dedent("""
        def f(x):
            for index in range(3):
                write(index, "returned", '["int","0"]')
            os._exit(0)
    """)
    results = call(source, "f", [[1], [2], [3]], limits=SMALL)
    assert [result.value() for result in results] == [0, 0, 0]
    assert not any(result.equals(square) for result, square in zip(results, [1, 4, 9], strict=True))


@pytest.mark.parametrize(
    "record",
    ['0, "passed", "true"', '7, "returned", "[]"', '0, "returned", ["int", "1"]', '"x", "returned", "[]"'],
)
def test_records_that_make_no_sense_are_no_results(record: str) -> None:
    results = call(
        f"{dedent(FORGER)}\ndef f(x):\n    write({record})\n    return 1\n", "f", [[1]], limits=SMALL
    )
    assert [(result.status, result.text) for result in results] == [("missing", None)]
    assert results[0].reason == "what was written as its result cannot be read"


def test_a_forged_text_that_is_no_value_equals_nothing() -> None:
    source = dedent(FORGER) + "\ndef f(x):\n    write(0, 'returned', '[' * 50_000)\n    os._exit(0)\n"
    (result,) = call(source, "f", [[1]], limits=replace(SMALL, output_bytes=1 << 20))
    assert not result.equals(1)
    assert not result.equals(1.0, tolerance=0.5)
    with pytest.raises(ValueError, match="not the text of a plain value"):
        result.value()


def test_junk_written_to_every_descriptor_is_not_taken_for_a_result() -> None:
    source = """
        import os
        def f(x):
            for descriptor in range(3, 250):
                try: os.write(descriptor, b"0 returned 1")
                except OSError: pass
            return x
    """
    assert [result.value() for result in called(source, [4], [5])] == [4, 5]


def test_tampering_with_the_interpreter_harms_the_tamperer_alone() -> None:
    source = """
        import builtins, json, sys
        def f(x):
            sys.modules["codegloss.sandbox.driver"].encode = lambda value: "passed"
            return x
    """
    (result,) = called(source, [4])
    assert not result.equals(4)


def test_installed_packages_can_be_imported() -> None:
    (result,) = called("import pytest\ndef f(): return pytest.__name__", [])
    assert result.equals("pytest")


def test_misuse_is_an_error() -> None:
    with pytest.raises(ValueError, match="only python"):
        call("", "f", [], language="cobol")
    with pytest.raises(TypeError, match="is not a plain value"):
        call("def f(x): pass", "f", [[object()]])


def test_without_a_sandbox_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Refusal, match="bubblewrap"):
        call("def f(x): return x", "f", [[1]])
    (result,) = call("def f(x): return x", "f", [[1]], allow_unsandboxed=True)
    assert result.equals(1)
