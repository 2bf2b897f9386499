from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator

import pytest

from codegloss.extract import functions_in
from codegloss.quality.claims.check import MOST_CHARACTERS, RULES, check, line_of, unsupported
from codegloss.quality.claims.rule import Claim, Rule, Subject
from codegloss.records import Function


def documented(comment: str, language: str = "python") -> Function:
    """A function with that docstring."""
    return functions_in(f'def f(a):\n    """{comment}"""\n    return a\n', language)[0]


def with_comment(text: str) -> Function:
    return dataclasses.replace(documented("Return it."), comment=text, comment_text=text)


def test_codes_are_given_once_and_rules_explain_themselves() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes) == len({rule.name for rule in RULES})
    for rule in RULES:
        assert 0 < rule.confidence <= 1
        assert rule.summary
        assert len(rule.explanation) > 100, rule.code


def test_the_most_confident_finding_comes_first_and_none_twice() -> None:
    def find(quote: str, confidence: float | None = None) -> Rule:
        def claims(subject: Subject) -> Iterator[Claim]:
            yield Claim(quote, "wrong", confidence)
            yield Claim(quote, "wrong", confidence)

        return Rule(f"CG{quote}", quote, "", "", 0.7, claims)

    found = check(
        documented("one\n    two\n    three"), rules=[find("one"), find("two", 0.9), find("three", 0.6)]
    )
    assert [(finding.name, finding.confidence, finding.line) for finding in found] == [
        ("two", 0.9, 3),
        ("one", 0.7, 2),
        ("three", 0.6, 4),
    ]
    assert found[0].rule == "CGtwo"
    assert found[0].qualified_name == "f"


@pytest.mark.parametrize(
    ("source", "language", "quote", "line"),
    [
        ('def f():\n    """One.\n\n    Two `x`.\n    """\n', "python", "Two `x`.", 4),
        ("/**\n * One.\n * @return two\n */\nint f() { return 2; }", "java", "@return two", 3),
        ("// One.\n// Two.\nfunc F() {}", "go", "Two", 2),
        # the quote is met in a longer word first
        ("\n# Takes other.\n#\n# @param he\ndef f(he)\nend", "ruby", "@param he", 4),
        ('def f():\n    """One."""\n', "python", "not there", 2),
    ],
)
def test_the_line_of_a_quote(source: str, language: str, quote: str, line: int) -> None:
    function = functions_in(source, language)[0]
    assert line_of(function, quote) == line


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Return the sum of both.", None),
        ("Sorts.", None),
        ("Docker client configuration", None),
        ("HTTP GET, JSON, URL, TCP, UDP, SMTP, IMAP, FTP, SSH, DNS, TLS, SSL, MQTT, AMQP", None),
        ("@param a le nom de la fonction\n@return rien du tout pour les autres", "not in English"),
        ("Gibt die Anzahl der Zeilen zurück, wenn die Datei nicht leer ist.", "not in English"),
        ("Devuelve el nombre de la clase para que se use en los informes.", "not in English"),
        ("计算两个数的和，返回结果。", "not in English"),
        ("Возвращает сумму.", "not in English"),
        ("Build one row per column per table per index", None),
        ("@param a the first\n@return the sum", None),
        ("----------", "no words"),
        ("{@inheritDoc}", "no words"),
        ("@test\n<br/>", "no words"),
        ("x" * (MOST_CHARACTERS + 1), "comment too long"),
    ],
)
def test_why_a_comment_is_not_scored(text: str, reason: str | None) -> None:
    function = with_comment(text)
    assert unsupported(function) == reason
    if reason:
        assert check(function) == []


def test_without_comment_or_from_a_generator() -> None:
    assert unsupported(functions_in("def f():\n    pass\n", "python")[0]) == "no comment"
    assert unsupported(dataclasses.replace(documented("Return it."), is_generated=True)) == "generated file"


PATHOLOGICAL = {
    "spaces": " " * 50_000 + "x",
    "colons": ":" * 50_000,
    "lines": "Returns\n" * 12_000,
    "brackets": "{@link " * 10_000,
    "ticks": "`" * 99_999,
    "open": "<a" * 40_000,
    "sections": "Args:\n    a: b\n" * 5_000,
    "fields": ":param a: b\n" * 8_000,
    "tags": "@throws A b\n" * 8_000,
    "words": "True if not " * 8_000,
    "numbers": "at most 1 " * 9_000,
    "dots": "a." * 49_000,
    "one word": "a" * 99_000,
    "digits": "1" * 99_000,
    "quotes": "'\"" * 40_000,
    "underscores": "_a" * 49_000,
    "returns": "Returns:\n\n" + "\n" * 90_000 + "x",
}


@pytest.mark.parametrize("kind", PATHOLOGICAL)
def test_no_comment_takes_more_than_a_second(kind: str) -> None:
    function = with_comment(PATHOLOGICAL[kind])
    function = dataclasses.replace(function, parts=documented(PATHOLOGICAL[kind].replace('"', "")).parts)
    check(documented("Warm up."))
    begin = time.process_time()
    check(function, known=frozenset(("a",)))
    assert time.process_time() - begin < 1
