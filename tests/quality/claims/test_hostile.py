"""Comments that are no prose, and comments made to take long: said to be unsupported, or read in no time."""

from __future__ import annotations

import dataclasses
import random
import time

import pytest

from codegloss.extract import functions_in
from codegloss.quality.claims.body import Body
from codegloss.quality.claims.check import MOST_CHARACTERS, RULES, check, line_of, unsupported
from codegloss.quality.claims.rule import Subject
from codegloss.quality.markup import clean
from codegloss.quality.texts import objection
from codegloss.records import Function

PYTHON = '''\
def f(a, b=1, *, c_value=None):
    """{}"""
    if a < 3 or b > 4:
        raise ValueError(a)
    if not a.exists():
        return False
    return a.is_file() and b
'''
JAVA = """\
class A {{
/**
 * {}
 */
public boolean removeFirst(int a, int b) throws IOException {{
    if (a < 3) throw new IllegalArgumentException("x");
    if (b > 2) return false;
    return a.isEmpty() && b;
}}
}}
"""


def documented(comment: str, language: str = "python") -> Function:
    source = {"python": PYTHON, "java": JAVA}[language].format(comment)
    (function,) = functions_in(source, language)
    return function


@pytest.mark.parametrize(
    "comment",
    [
        "Прочитать файл и вернуть строки.",
        "ファイルを読み込んで行を返す。",
        "파일을 읽어서 돌려준다.",
        "قراءة الملف وإرجاع الأسطر",
        "Διαβάζει το αρχείο και επιστρέφει τις γραμμές.",
        "Liest die Datei und gibt die Zeilen zurück, wenn sie nicht leer ist.",
        "Lit le fichier et renvoie les lignes si le fichier est dans la liste des fichiers.",
        "Lee el archivo y devuelve las líneas que no se han leído por el programa.",
        "Leest het bestand en geeft de regels terug die niet leeg zijn van een map.",
        "Czyta plik i zwraca linie, jest to funkcja dla plików oraz katalogów lub nie.",
    ],
)
def test_another_human_language_is_said_and_not_scored(comment: str) -> None:
    function = documented(comment)
    assert unsupported(function) == "not in English"
    assert check(function) == []


@pytest.mark.parametrize(
    "comment",
    [
        "Read it.\n\n    >>> f(1)\n    False\n    >>> if f(2) < 1: raise TypeError(default=5)\n    ",
        "Read it.\n\n    ```python\n    def f(width): return True if not width else None\n    ```\n    ",
        "<p>Read <b>it</b></p><ul><li>once</li><li>twice</li></ul><table><tr><td>a</td></tr></table>",
        "Read it.\n\n    === ===\n    a   b\n    === ===\n    1   2\n    === ===\n    ",
        "Read it.\n\n    | a | b |\n    | - | - |\n    | 1 | None |\n    ",
        "+---+---+\n    | x | y |\n    +---+---+\n    ",
    ],
)
@pytest.mark.parametrize("language", ["python", "java"])
def test_code_markup_and_tables_claim_nothing(comment: str, language: str) -> None:
    assert check(documented(comment, language), known=frozenset(("f", "a"))) == []


@pytest.mark.parametrize("comment", ["{@inheritDoc}", "@a", "<br/>\n * <p>", "@see\n * @since"])
def test_a_comment_of_tags_alone_has_no_words(comment: str) -> None:
    assert unsupported(documented(comment, "java")) == "no words"


def test_a_comment_of_more_than_100_kilobytes_is_not_read() -> None:
    text = "Return True if the file exists. " * (MOST_CHARACTERS // 30)
    assert unsupported(documented(text)) == "comment too long"
    assert check(documented(text)) == []


@pytest.mark.parametrize(
    ("source", "language"),
    [
        (
            "interface A {\n/**\n * Counts.\n * @param b it\n * @return the count\n */\nint f(int a);\n}",
            "java",
        ),
        ("/**\n * Counts.\n * @return 5 if none\n * @throws X if a is less than 1\n */\nint f(int a);", "c"),
        ('class A:\n    def f(self):\n        """Return True if it is empty."""\n', "python"),
        (
            "trait A {\n    /// Returns true if empty. Panics if `a` is less than 1.\n    fn f(a: u8);\n}",
            "rust",
        ),
        ("declare function f(a: string): void; ", "typescript"),
    ],
)
def test_functions_without_a_body_are_read_without_an_error(source: str, language: str) -> None:
    for function in functions_in(source, language):
        assert {finding.rule for finding in check(function, known=frozenset())} <= {"CG101"}


# Pieces of which comments are made that a careless pattern would read again and again.
PIECES = (
    "true if ", "false when not ", "is greater than ", "must be at least 1 ", "is between 1 and ", "a ",
    "a. ", "\n", " ", "\t", "`", "``", "`a_b` ", "{@link ", "{@code a", "<", "<a ", "</", '<param name="',
    "(", "[", "{", "[]", "@", "@param ", "@param a ", "@throws A ", "@return ", ":", ":param a: ",
    ":raises A: ", "Args:\n    a: ", "Parameters\n----------\na : int\n", "Returns:\n", "default 5 ",
    "(default: ", "defaults to '", "[a=5] ", "'", '"x', "*", "- a: ", "==", "#", "_", "a_", "aA", "a.b.",
    "self.a_b ", "Returns None if ", "never returns ", "otherwise ", "true otherwise ",
    "use `a_b` instead ", "@deprecated use {@link ", "1", "1.", "-1 ", "é", "der das ", "http://", ">>> ",
    "|", "\r\n", "optional ", "(optional) ", "a, b, ", "first ", "see ", "...",
)  # fmt: skip
CHARACTERS = 99_000


def made(pieces: tuple[str, ...]) -> str:
    piece = "".join(pieces)
    return (piece * (CHARACTERS // len(piece) + 1))[:CHARACTERS]


def seconds(text: str, language: str) -> float:
    """Processor time of every rule on a comment, which is put in place after the code was read."""
    function = documented("Do.", language)
    plain = text.replace('"""', "").replace("*/", "").replace("\\", "/").replace("{", "{{").replace("}", "}}")
    parts = documented(plain, language).parts
    function = dataclasses.replace(function, comment=text, comment_text=text, summary=text[:300], parts=parts)
    begin = time.process_time()
    unsupported(function)
    subject = Subject(function, Body(function.code, function.language), frozenset(("a", "b")))
    for rule in RULES:  # also those that `check` would not ask, because the comment is no English
        for claim in rule.find(subject):
            line_of(function, claim.quote)
    return time.process_time() - begin


@pytest.mark.slow
@pytest.mark.parametrize("language", ["python", "java"])
@pytest.mark.parametrize("seed", range(40))
def test_no_repetition_of_pieces_takes_more_than_a_second(seed: int, language: str) -> None:
    chance = random.Random(seed)
    for count in (1, 2, 3):
        pieces = tuple(chance.sample(PIECES, count))
        assert seconds(made(pieces), language) < 1, pieces


@pytest.mark.parametrize(
    "piece", ["<!--", "a_b __", "**a", "[a](", "`a <", "{@link ", ":a:`", "a.b(", "&amp;", "''a", "www."]
)
def test_cleaning_100_kilobytes_of_one_piece_takes_no_second(piece: str) -> None:
    text = made((piece,))
    begin = time.process_time()
    objection(clean(text))
    assert time.process_time() - begin < 1


@pytest.mark.parametrize(
    "piece", ["must be at least 1 ", "\n", "true if ", "@param a ", "({[", "a, b, ", "`a_b` "]
)
def test_100_kilobytes_of_one_piece_take_no_second(piece: str) -> None:
    assert seconds(made((piece,)), "java") < 1


@pytest.mark.parametrize(
    "comment",
    [
        "\n".join(f"    :param p{number}: x (default: 5)" for number in range(3_000)),
        "Args:\n" + "\n".join(f"        p{number}: x" for number in range(6_000)),
        "Parameters\n    ----------\n" + "\n".join(f"    p{number} : int" for number in range(5_000)),
        "(" * 49_000 + ")" * 49_000,
        "word at most 3, " * 6_000,
    ],
)
def test_one_comment_of_thousands_of_entries_takes_no_second(comment: str) -> None:
    function = documented("Do.\n\n    " + comment)
    begin = time.process_time()
    check(function, known=frozenset(("a",)))
    assert time.process_time() - begin < 1


def test_ten_thousand_parameters_take_no_second() -> None:
    declared = ", ".join(f"q{number}=1" for number in range(10_000))
    told = "\n".join(f"    :param p{number}: x (default: 2)" for number in range(190))
    (function,) = functions_in(f'def f({declared}):\n    """Do.\n\n{told}\n    """\n    return 1\n', "python")
    begin = time.process_time()
    check(function, known=frozenset(("a",)))
    assert time.process_time() - begin < 1
