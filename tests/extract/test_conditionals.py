"""Which `#if` groups are read by one branch alone, and that every byte keeps its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegloss.extract.conditionals import one_branch

EVERYWHERE = [(0, 1 << 30)]

CUTTING = {
    "two heads": "#ifdef A\nint f(long a) {\n#else\nint f(int a) {\n#endif\n  return a;\n}\n",
    "heads of a body below": "#ifdef A\nint f(long a)\n#else\nint f(int a)\n#endif\n{\n}\n",
    "parameter": "int f(int a,\n#ifdef A\n  int b,\n#endif\n  int c);\n",
    "operand": "x = a\n#ifdef A\n  + b\n#endif\n  ;\n",
    "else": "if (a) { b(); }\n#ifdef A\nelse if (c) { d(); }\n#endif\n",
}
WHOLE = {
    "functions": "#ifdef A\nvoid f(void) {}\n#else\nvoid f(void) { g(); }\n#endif\n",
    "statements": "void f(void) {\n#if A\n  g();\n#elif B\n  h();\n#endif\n}\n",
    "braces in strings": '#ifdef A\nchar *s = "{"; /* { */\n#endif\n',
    "nothing": "#ifdef A\n#endif\n",
}


@pytest.mark.parametrize("text", CUTTING.values(), ids=CUTTING)
def test_a_group_that_cuts_is_read_by_its_first_branch(text: str) -> None:
    resolved = one_branch(text.encode(), EVERYWHERE, only_cutting=True).decode()
    before, _, rest = text.partition("#ifdef A\n")
    branch = rest.partition("#")[0]
    behind = rest.rpartition("#endif\n")[2]
    assert resolved.split() == (before + branch + behind).split()


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_a_group_of_whole_branches_stays(text: str) -> None:
    assert one_branch(text.encode(), EVERYWHERE, only_cutting=True).decode() == text


def test_of_a_group_switched_off_the_second_branch_counts() -> None:
    resolved = one_branch(b"#if 0\nint f() {\n#else\nint g() {\n#endif\n}\n", EVERYWHERE, only_cutting=True)
    assert resolved.split() == [b"int", b"g()", b"{", b"}"]


def test_a_group_elsewhere_stays() -> None:
    text = b"int a;\n" + CUTTING["two heads"].encode()
    assert one_branch(text, [(0, 3)], only_cutting=False) == text


LINES = ["#if A\n", "#elif B\n", "#else\n", "#endif\n", "f();\n", "{\n", "}\r\n", "# if 0 \\\n 1\n"]


@given(st.lists(st.sampled_from(LINES)), st.booleans())
def test_every_byte_keeps_its_place(lines: list[str], only_cutting: bool) -> None:
    text = "".join(lines).encode()
    resolved = one_branch(text, EVERYWHERE, only_cutting=only_cutting)
    assert len(resolved) == len(text)
    assert all(a == b or b == ord(" ") for a, b in zip(text, resolved, strict=True))
    assert resolved.count(b"\n") == text.count(b"\n")
