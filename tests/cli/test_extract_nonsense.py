"""The finished command on texts made to keep a parser, a query or a pattern busy: each ends, and alone."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from extracting import PYTHON, checked, extract, rows

SIZE = 100_000  # bytes of each text
EXTENSIONS = ["py", "java", "js", "ts", "tsx", "go", "rs", "c", "cpp", "rb", "php", "cs", "kt", "scala",
              "swift", "lua", "sh"]  # fmt: skip
REPEATED = [
    "(", "[", "{", "<", "(]{)[}", "(){}[]", "a ", "a\n", "+-*/%&|^~!<>=? ", "- ", "a.", "()", "f(", ".b(1)",
    '"', "'", '"a\n', "/* ", "// a\n", "# a\n", "/** a */\n", "#if a\n", "#if a\n#endif\n", "@a\n",
    "#[a]\n", "<<A\n", "${", '#{"', "a=>", "a?b:", "if (a) ", "case a: ", "else ", ";", "\n", "x = 1\r", ", ",
    "1 ", "\\", "*", "template<class T> ", "int f(",
]  # fmt: skip
ONCE = {
    "unclosed.{}": 'x = "' + "a b\n" * (SIZE // 4),
    "identifier.{}": "a" * SIZE,
    "documented.{}": "/** a" + "\n * @param b c" * 20_000 + "\n */\nfunction f(b) {}\n",
    "commented.{}": "// words\n# words\n" * 15_000 + "def f(): pass\nfunction f() {}\n",
    "parameters.{}": "function f(" + "".join(f"a{i}, " for i in range(40_000)) + "z) {}\n",
    "c-parameters.{}": "int f(" + "".join(f"int a{i}, " for i in range(25_000)) + "int z) {}\n",
    "functions.{}": "".join(f"function f{i}() {{}}\n" for i in range(14_000)),
    "definitions.{}": "".join(f"def f{i}(a):\n    return a\n\n" for i in range(9_000)),
    "nested.{}": "function f() { " * 10_000 + "}" * 10_000,
    "classes.{}": "class C { " * 10_000 + "}" * 10_000,
    "ifs.{}": "".join(" " * i + "if a:\n" for i in range(750)),
    "spaces.{}": "/** a" + " " * SIZE + "b */\nint f(void);\n",
}


def nonsense() -> Iterator[tuple[str, bytes]]:
    for extension in EXTENSIONS:
        opening = "<?php\n" if extension == "php" else ""
        for number, text in enumerate(REPEATED):
            yield f"{number:02d}.{extension}", (opening + text * (SIZE // len(text))).encode()
        for name, text in ONCE.items():
            yield name.format(extension), (opening + text).encode()
        yield f"brackets.{extension}", (opening + "x = " + "([{" * 33_334).encode()


@pytest.mark.slow
def test_nonsense_in_every_language_ends(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    for name, text in nonsense():
        (tree / name).write_bytes(text)
    (tree / "sound.py").write_bytes(PYTHON)
    done = extract(tree, "-o", tmp_path / "out", "--workers", "2", timeout=7200)
    assert done.returncode == 0, done.stderr
    manifest = checked(tmp_path / "out")
    assert manifest.rows_in == len(list(nonsense())) + 1
    assert {row["error"] for row in rows(tmp_path / "out", "failed")} <= {"TangledError", "WorkerDied"}
    assert "sound.py" in {row["path"] for row in rows(tmp_path / "out", "functions")}
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # KiB, of the largest process
    assert most < 1_000_000


@pytest.mark.slow
@pytest.mark.parametrize("allowed", [2_000_000, 60_000_000])
def test_a_line_of_fifty_megabytes(tmp_path: Path, allowed: int) -> None:
    count = 200_000
    line = b"".join(b"function f%d(a,b){%breturn a};" % (i, b"a=a+b;" * 40) for i in range(count))
    assert len(line) > 50_000_000
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "bundle.min.js").write_bytes(line)
    (tree / "sound.py").write_bytes(PYTHON)
    done = extract(tree, "-o", tmp_path / "out", "--max-file-bytes", allowed, timeout=1800)
    assert done.returncode == 0, done.stderr
    manifest = checked(tmp_path / "out")
    if allowed < len(line):
        assert [row["reason"] for row in rows(tmp_path / "out", "dropped")] == ["too large"]
    else:
        assert manifest.kept == 2
        assert manifest.tables["functions"].rows == count + 1
