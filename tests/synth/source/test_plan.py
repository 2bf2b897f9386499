"""A new comment changes only bytes of comments and reads back as given, or is skipped with a reason."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest
from changing import changed, functions_of, plan, reason

from codegloss.records import Function
from codegloss.synth.source import plan as planning
from codegloss.synth.source.plan import Planned, Refused, Replacement, plan_file
from codegloss.synth.source.proof import NOT_READ_BACK, SYNTAX
from codegloss.synth.source.reading import NOT_A_FILE, UNREADABLE
from codegloss.synth.source.wrapping import compared, normalised

NEW = "New.\n\nMore."
# (file, name, before, after)
IN_PLACE = [
    ("a.py", "f", 'def f():\n    """Old."""\n', 'def f():\n    """New.\n\n    More.\n    """\n'),
    ("a.py", "f", "# Old.\ndef f():\n    pass\n", "# New.\n#\n# More.\ndef f():\n    pass\n"),
    ("a.js", "f", "/** Old. */\nfunction f() {}\n", "/**\n * New.\n *\n * More.\n */\nfunction f() {}\n"),
    ("a.js", "f", "// Old.\nfunction f() {}\n", "// New.\n//\n// More.\nfunction f() {}\n"),
    (
        "a.ts",
        "A.f",
        "class A {\n\t/**\n\t * Old.\n\t */\n\tf() {}\n}\n",
        "class A {\n\t/**\n\t * New.\n\t *\n\t * More.\n\t */\n\tf() {}\n}\n",
    ),
    (
        "A.java",
        "A.f",
        "class A {\n    /** Old.\n      * x */\n    void f() {}\n}\n",
        "class A {\n    /** New.\n      *\n      * More. */\n    void f() {}\n}\n",
    ),
    (
        "a.go",
        "f",
        "package a\n\n// f is old.\nfunc f() {}\n",
        "package a\n\n// New.\n//\n// More.\nfunc f() {}\n",
    ),
    (
        "a.go",
        "f",
        "package a\n\n/*\nf is old.\n*/\nfunc f() {}\n",
        "package a\n\n/*\nNew.\n\nMore.\n*/\nfunc f() {}\n",
    ),
    ("a.rs", "f", "#[inline]\n/// Old.\nfn f() {}\n", "#[inline]\n/// New.\n///\n/// More.\nfn f() {}\n"),
    (
        "a.c",
        "f",
        "/*\n   Old.\n*/\nint f(void) { return 1; }\n",
        "/*\n   New.\n\n   More.\n*/\nint f(void) { return 1; }\n",
    ),
    ("a.c", "f", "/*! Old. */\nint f(void);\n", "/*!\n * New.\n *\n * More.\n */\nint f(void);\n"),
    (
        "a.cs",
        "A.F",
        "class A {\n  /// <summary>Old.</summary>\n  void F() {}\n}\n",
        "class A {\n  /// New.\n  ///\n  /// More.\n  void F() {}\n}\n",
    ),
    ("a.rb", "f", "# Old.\ndef f\nend\n", "# New.\n#\n# More.\ndef f\nend\n"),
    ("a.rb", "f", "=begin\nOld.\n=end\ndef f\nend\n", "=begin\nNew.\n\nMore.\n=end\ndef f\nend\n"),
    ("a.lua", "f", "--- Old.\n-- x\nfunction f() end\n", "--- New.\n--\n-- More.\nfunction f() end\n"),
    ("a.lua", "f", "--[[\nOld.\n]]\nfunction f() end\n", "--[[\nNew.\n\nMore.\n]]\nfunction f() end\n"),
    ("a.sh", "f", "#!/bin/sh\n\n# Old.\nf() {\n  :\n}\n", "#!/bin/sh\n\n# New.\n#\n# More.\nf() {\n  :\n}\n"),
    (
        "a.php",
        "f",
        "<?php\n/** Old. */\nfunction f() {}\n",
        "<?php\n/**\n * New.\n *\n * More.\n */\nfunction f() {}\n",
    ),
    ("a.kt", "f", "/** Old. */\nfun f() {}\n", "/**\n * New.\n *\n * More.\n */\nfun f() {}\n"),
    ("a.swift", "f", "/// Old.\nfunc f() {}\n", "/// New.\n///\n/// More.\nfunc f() {}\n"),
    (
        "a.scala",
        "A.f",
        "class A {\n  /** Old. */\n  def f = 1\n}\n",
        "class A {\n  /**\n   * New.\n   *\n   * More.\n   */\n  def f = 1\n}\n",
    ),
]
INSERTED = [
    (
        "a.py",
        "f",
        "def f(\n    x,\n):  # why\n\treturn x\n",
        'def f(\n    x,\n):  # why\n\t"""New.\n\n\tMore.\n\t"""\n\treturn x\n',
    ),
    (
        "a.py",
        "f",
        "def f(x):\n    # type: (int) -> int\n    # Why.\n    return x\n",
        'def f(x):\n    # type: (int) -> int\n    """New.\n\n    More.\n    """\n    # Why.\n    return x\n',
    ),
    (
        "a.py",
        "f",
        "# ----\n# Part\n# ----\ndef f(x):\n    return x\n",
        '# ----\n# Part\n# ----\ndef f(x):\n    """New.\n\n    More.\n    """\n    return x\n',
    ),
    (
        "a.py",
        "g",
        "def f():\n    '''\n    Old.\n    '''\ndef g():\n    pass\n",
        "def f():\n    '''\n    Old.\n    '''\ndef g():\n    '''\n    New.\n\n    More.\n    '''\n    pass\n",
    ),
    (
        "a.js",
        "f",
        "export const f = () => 1;\n",
        "/**\n * New.\n *\n * More.\n */\nexport const f = () => 1;\n",
    ),
    (
        "a.js",
        "f",
        "// eslint-disable-next-line x\nfunction f() {}\n",
        "/**\n * New.\n *\n * More.\n */\n// eslint-disable-next-line x\nfunction f() {}\n",
    ),
    (
        "A.java",
        "A.f",
        "class A {\n  @Override\n  void f() {}\n}\n",
        "class A {\n  /**\n   * New.\n   *\n   * More.\n   */\n  @Override\n  void f() {}\n}\n",
    ),
    (
        "a.go",
        "f",
        "package a\n\n//go:noinline\nfunc f() {}\n",
        "package a\n\n// New.\n//\n// More.\n//go:noinline\nfunc f() {}\n",
    ),
    (
        "a.rs",
        "A::f",
        "impl A {\n    #[inline]\n    fn f() {}\n}\n",
        "impl A {\n    /// New.\n    ///\n    /// More.\n    #[inline]\n    fn f() {}\n}\n",
    ),
    (
        "a.cpp",
        "f",
        "template <class T>\nT f(T x) { return x; }\n",
        "/**\n * New.\n *\n * More.\n */\ntemplate <class T>\nT f(T x) { return x; }\n",
    ),
    (
        "a.cs",
        "A.F",
        "class A {\n  [X]\n  void F() {}\n}\n",
        "class A {\n  /// New.\n  ///\n  /// More.\n  [X]\n  void F() {}\n}\n",
    ),
    (
        "a.c",
        "g",
        "///  Old.\nint f(void);\n\nint g(void);\n",
        "///  Old.\nint f(void);\n\n/// New.\n///\n/// More.\nint g(void);\n",
    ),
    (
        "a.rb",
        "A.f",
        "class A\n  def f\n  end\nend\n",
        "class A\n  # New.\n  #\n  # More.\n  def f\n  end\nend\n",
    ),
    (
        "a.php",
        "f",
        "<?php\n#[X]\nfunction f() {}\n",
        "<?php\n/**\n * New.\n *\n * More.\n */\n#[X]\nfunction f() {}\n",
    ),
]


@pytest.mark.parametrize(("path", "name", "before", "after"), [*IN_PLACE, *INSERTED])
def test_the_form_of_each_language(path: str, name: str, before: str, after: str) -> None:
    functions = functions_of(before.encode(), path)
    name = name if name in functions else next(found for found in functions if found.endswith(name[-1]))
    assert changed(before.encode(), path, {name: NEW}).decode() == after
    assert functions_of(after.encode(), path)[name].comment_text == NEW


@pytest.mark.parametrize(("path", "name", "before"), [case[:3] for case in IN_PLACE])
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_line_ends_stay(path: str, name: str, before: str, newline: str) -> None:
    data = changed(before.replace("\n", newline).encode(), path, {name: NEW})
    assert data == changed(before.encode(), path, {name: NEW}).replace(b"\n", newline.encode())


def test_mixed_line_ends_and_a_missing_last_one_stay() -> None:
    data = b'x = 1\r\ndef f():\n    """Old."""\n    return 1\r\ny = 2'
    assert changed(data, "a.py", {"f": "New.\nMore."}) == data.replace(
        b'"""Old."""', b'"""New.\n    More.\n    """'
    )


@pytest.mark.parametrize(
    ("encoding", "mark", "head"),
    [
        ("utf-8", b"\xef\xbb\xbf", ""),
        ("utf-16-le", b"\xff\xfe", ""),
        ("utf-16-be", b"\xfe\xff", ""),
        ("latin-1", b"", "// caf\xe9 \n"),
    ],
)
def test_the_encoding_and_its_mark_stay(encoding: str, mark: bytes, head: str) -> None:
    before = f"{head}\n/** Old. */\nfunction f() {{}}\n"
    data = changed(mark + before.encode(encoding), "a.js", {"f": "Größe."})
    assert data == mark + before.replace("Old.", "Größe.").encode(encoding)


def test_a_declared_encoding_is_kept_to() -> None:
    before = b"# coding: latin-1\ndef f():\n    '''Old \xe9.'''\n"
    assert changed(before, "a.py", {"f": "5 €, é."}) == before.replace(b"Old \xe9", b"5 \\u20ac, \xe9")
    assert reason(b"// \xe9\n\n// Old.\nfunction f() {}\n", "a.js", "f", "\u6f22")[0] == planning.NO_WAY


# --- hostile texts ---------------------------------------------------------------------------

HOSTILE = [
    "Ends */ early.",
    "Says \"\"\" and '''.",
    "C:\\new\\x and \\",
    "Grüße, 漢字, \U0001f600.",
    "]] or ]=] ends it",
    "a\n=end\nb",
    "\\u002a\\u002f spells it",
    "?> leaves",
    "/* opens",
    "* starred\n* list",
    "# title\n## title",
    "// slashes\n--- dashes",
    "<b>&amp;</b> {@code x}",
    "tail]",
    "`x`\t`y`",
    "a\n\n\n\nb",
    "ends in *",
    "@internal",
    "a\n    b\n        c",
    "noqa\nfmt: off",
    "coding: utf-7",
    "//go:build x\ngo:embed",
    "eslint-disable x",
    "x" * 200,
    "word " * 60,
    "#!/bin/sh",
    "<?php",
    "[[x]]",
    "--[[x]]",
    "{- x -}",
    "'''",
    '"',
    "\\",
    "*/",
    "/**/",
    "TODO",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(("path", "name", "before"), [case[:3] for case in IN_PLACE])
def test_a_hostile_text_reads_back_or_has_a_reason(path: str, name: str, before: str, text: str) -> None:
    planned = plan(before.encode(), path, {name: text})
    if isinstance(planned, Refused):
        assert planned.reason.name in {
            planning.NO_WAY, NOT_READ_BACK, planning.EMPTY, SYNTAX, "read by the program",
        }  # fmt: skip
        return
    again = functions_of(planned.data, path)[name]
    assert "".join(compared(again.comment_text or "").split()) == "".join(normalised(text).split())
    old = functions_of(before.encode(), path)[name]
    assert without(planned.data, again) == without(before.encode(), old)


def without(data: bytes, function: Function) -> bytes:
    """The file without the comment of that function."""
    assert function.comment_start is not None
    assert function.comment_end is not None
    return data[: function.comment_start] + data[function.comment_end :]


@pytest.mark.parametrize("text", [text for text in HOSTILE if any(map(str.isalnum, text))])
def test_python_takes_every_text(text: str) -> None:
    before = b'def f(x):\n    """Old."""\n    return x\n'
    after = changed(before, "a.py", {"f": text})
    (function,) = ast.parse(after).body
    assert isinstance(function, ast.FunctionDef)
    assert (ast.get_docstring(function) or "").split() == text.split()


def test_the_end_of_a_block_makes_it_lines_where_these_document_too() -> None:
    assert (
        changed(b"/** Old. */\nfn f() {}\n", "a.rs", {"f": "Ends */ here."})
        == b"/// Ends */ here.\nfn f() {}\n"
    )
    assert reason(b"/** Old. */\nfunction f() {}\n", "a.js", "f", "Ends */ here.") == (
        planning.NO_WAY, "'*/' cannot stand in a block comment",
    )  # fmt: skip


def test_a_long_bracket_is_raised_until_it_holds_the_text() -> None:
    before = b"--[[ Old. ]]\nfunction f() end\n"
    assert changed(before, "a.lua", {"f": "a[b[1]] ]=]"}) == b"--[==[ a[b[1]] ]=] ]==]\nfunction f() end\n"


@pytest.mark.parametrize(
    ("path", "before", "text"),
    [
        ("a.c", "// Old.\nint f(void);\n", "Ends in \\"),
        ("a.c", "// Old.\nint f(void);\n", "Ends in ??/"),
        ("A.java", "class A {\n/** Old. */\nvoid f() {}\n}\n", "\\u002a/"),
        ("A.java", "class A {\n/** Old. */\nvoid f() {}\n}\n", "no \\unicode"),
        ("a.php", "<?php\n// Old.\nfunction f() {}\n", "a ?> b"),
        ("a.kt", "/** Old. */\nfun f() {}\n", "see src/*.kt"),
        ("a.js", "/** Old. */\nfunction f() {}\n", "right \u202e left"),
        ("a.js", "// Old.\nfunction f() {}\n", "two\u2028lines"),
    ],
)
def test_what_a_lexer_would_take_otherwise_is_refused(path: str, before: str, text: str) -> None:
    (name,) = functions_of(before.encode(), path)
    assert reason(before.encode(), path, name, text)[0] == planning.NO_WAY


def test_a_comment_beside_code_stays_on_its_line() -> None:
    before = b"x = {a: /** Old. */ function () {}};\n"
    (name,) = functions_of(before, "a.js")
    assert changed(before, "a.js", {name: "New."}) == before.replace(b"Old", b"New")
    assert reason(before, "a.js", name, NEW)[0] == planning.NO_WAY


NOTEBOOK = '{"cells": [{"cell_type": "code", "source": "def f():\\n    1\\n"}], "metadata": {}}'


# --- what is skipped, and what is refused ------------------------------------------------------


def test_the_sound_ones_are_replaced_and_the_others_skipped() -> None:
    before = b"/** One. */\nfunction f() {}\n/** Two. */\nfunction g() {}\nlet h = 1, i = () => 1;\n"
    planned = plan(before, "a.js", {"f": "Ends */ early.", "g": "New.", "i": "New."})
    functions = functions_of(before, "a.js")
    assert isinstance(planned, Planned)
    assert planned.data == before.replace(b"Two", b"New")
    assert planned.replaced == (functions["g"].id,)
    assert {function: found.name for function, found in planned.skipped} == {
        functions["f"].id: planning.NO_WAY,
        functions["i"].id: "shares its line with other code",
    }


@pytest.mark.parametrize(
    ("path", "before", "text", "name"),
    [
        ("a.py", 'def f():\n    """Old."""\n', "Old.", planning.SAME),
        ("a.py", 'def f():\n    """Old."""\n', " - \n", planning.EMPTY),
        ("a.py", "def f(): pass\n", "New.", "body on the line of the declaration"),
        ("a.py", "def f():\n    '''Old.'''\nprint 'two'\n", "New.", UNREADABLE),
        ("a.ipynb", NOTEBOOK, "New.", NOT_A_FILE),
        ("a.html", "<script>\nfunction f() {}\n</script>", "New.", NOT_A_FILE),
        ("a.go", "package a\n\n// f is old.\nfunc f() {}\n", "nolint: all of it", NOT_READ_BACK),
    ],
)  # fmt: skip
def test_what_is_left_alone_says_why(path: str, before: str, text: str, name: str) -> None:
    assert reason(before.encode(), path, "f", text)[0] == name


def test_a_file_that_changed_is_refused_as_a_whole() -> None:
    before = b"/** Old. */\nfunction f() {}\n"
    function = functions_of(before, "a.js")["f"]
    refused = plan_file(before + b"\n", [Replacement(function, "New.")])
    assert isinstance(refused, Refused)
    assert refused.reason.name == planning.CHANGED
    assert refused.skipped == ((function.id, refused.reason),)


def test_a_function_of_another_file_and_one_given_twice_are_skipped() -> None:
    before = b"/** Old. */\nfunction f() {}\n"
    function = functions_of(before, "a.js")["f"]
    other = replace(function, id="0" * 32)
    planned = plan_file(before, [Replacement(one, "New.") for one in (other, function, function)])
    assert isinstance(planned, Planned)
    assert [found.name for _, found in planned.skipped] == [planning.NOT_FOUND, "given twice"]


def test_every_function_is_replaced_or_skipped_once() -> None:
    before = b"def f():\n    '''A.'''\ndef g(): pass\ndef h():\n    '''B.'''\n"
    planned = plan(before, "a.py", {"f": "New.", "g": "New.", "h": "B."})
    assert isinstance(planned, Planned)
    accounted = [*planned.replaced, *(function for function, _ in planned.skipped)]
    assert sorted(accounted) == sorted(function.id for function in functions_of(before, "a.py").values())


def test_harmless_escapes_are_no_hazard() -> None:
    before = b"class A {\n/** Old. */\nvoid f() {}\n}\n"
    for text in ("the character \\u0041", "a path \\\\users"):
        assert changed(before, "A.java", {"A.f": text}) == before.replace(b"Old.", text.encode())


def test_a_page_break_before_a_comment_stays_one() -> None:
    before = b"x = 1\n\n\f# Old.\ndef f():\n    return 1\n"
    assert changed(before, "a.py", {"f": "New.\nMore."}) == before.replace(b"Old.", b"New.\n# More.")


def test_code_in_a_go_comment_is_indented_by_tabs() -> None:
    before = b"package a\n\n// Old.\nfunc f() {}\n"
    new = {"f": "New:\n\n\tf()\n\t\tg()"}
    assert changed(before, "a.go", new) == before.replace(b"Old.", b"New:\n//\n//\tf()\n//\t\tg()")


def test_rulers_go_with_the_comment_that_they_frame() -> None:
    before = b"########\n# Old. #\n########\ndef f\nend\n"
    assert changed(before, "a.rb", {"f": NEW}) == b"# New.\n#\n# More.\ndef f\nend\n"
