"""Identifiers of a repository: what code says counts, what only a comment says does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegloss.extract import functions_in
from codegloss.quality.known import Known, identifiers, known_in, known_of, nearest


@pytest.mark.parametrize(
    ("language", "text", "there", "gone"),
    [
        (
            "python",
            'def f():\n    """See old_name."""\n    return "key_name"  # was past\n',
            "key_name",
            "old_name past",
        ),
        (
            "c",
            'int a; // gone_one\n/* gone_two */ char *s = "kept // also_kept"; int b;',
            "a s kept also_kept b",
            "gone_one gone_two",
        ),
        ("ruby", '# gone\nx = "#{kept}" # gone_too\n', "x kept", "gone gone_too"),
        ("lua", "--[[ gone\n gone_too ]] local kept = 1 -- gone_three", "kept", "gone gone_too gone_three"),
        ("php", "<?php # gone\n$kept = 1; // gone_too\n#[Attribute]\n", "kept Attribute", "gone gone_too"),
        ("bash", 'echo "$#" ${#kept} # gone\n', "kept", "gone"),
        ("rust", "fn f<'a>(x: &'a str) {} // gone\nfn kept() {}", "kept f", "gone"),
        ("javascript", "const u = `http://${kept}`; // gone\n", "kept", "gone"),
        (None, "anything_goes: # here_too", "anything_goes here_too", ""),
    ],
)
def test_names_in_code_and_strings_count_and_those_in_comments_do_not(
    language: str | None, text: str, there: str, gone: str
) -> None:
    found = {name.decode() for name in identifiers(text.encode(), language)}
    assert set(there.split()) <= found
    assert not set(gone.split()) & found


def test_what_is_never_closed_takes_linear_time() -> None:
    for text in (b"/* " * 50_000, b'"""x ' * 25_001, b"` " * 50_001, b"' " * 50_000):
        for language in ("c", "python", "ruby", "lua", "php"):
            identifiers(text, language)


def test_a_repository_is_read_whole_but_for_prose_and_binaries(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("alpha = 1")
    (tmp_path / "template.tmpl").write_text("{{ beta }}")
    (tmp_path / "CHANGES.md").write_text("`gamma` was removed")
    (tmp_path / "blob.bin").write_bytes(b"delta\0")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("epsilon")
    known = known_in(tmp_path)
    assert {"alpha", "beta"} <= set(known)
    assert not {"gamma", "delta", "epsilon"} & set(known)


def test_a_repository_with_too_many_names_knows_them_all(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("int a, b, c;")
    known = known_in(tmp_path, limit=3)
    assert "never_heard_of" in known
    assert len(known) == 0


def test_names_of_rows_leave_their_comments_out() -> None:
    functions = functions_in("class A:\n    def f(self):\n        # gone\n        return kept\n", "python")
    known = known_of(functions)
    assert {"kept", "A"} <= set(known)
    assert "gone" not in known


def test_the_nearest_name_is_the_one_that_differs_by_case_or_a_letter() -> None:
    assert nearest("maxRetries", ["max_retry", "max_retries", "maximum"]) == "max_retries"
    assert nearest("recieve_all", ["receive_all", "remove_all"]) == "receive_all"
    assert nearest("frobnicate", ["open", "close_all"]) is None


def test_known_names_can_be_listed() -> None:
    assert sorted(Known(frozenset({"a", "b"}))) == ["a", "b"]
