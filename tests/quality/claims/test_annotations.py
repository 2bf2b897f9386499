from __future__ import annotations

import pytest
from claiming import claims

from codegloss.quality.claims.annotations import family
from codegloss.quality.claims.rule import Claim


def typed(said: str, declared: str) -> list[Claim]:
    return claims(
        "CG111", f'def f(x{declared}):\n    """Do.\n\n    Args:\n        x ({said}): what\n    """\n'
    )


@pytest.mark.parametrize(
    ("said", "declared"),
    [
        ("str", ": int"),
        ("int", ": list[int]"),
        ("list of str", ": str"),
        ("dict", ": List[str]"),
        ("bool", ": str | None"),
        ("str, optional", ": Optional[Dict[str, int]] = None"),
        ("str", "=12"),
        ("int", "='many'"),
    ],
)
def test_types_of_two_families_contradict(said: str, declared: str) -> None:
    (claim,) = typed(said, declared)
    assert claim.quote.startswith("x (")
    assert "`x`" in claim.message


@pytest.mark.parametrize(
    ("said", "declared"),
    [
        ("str", ": str"),
        ("string", ": Optional[str]"),
        ("str or int", ": int"),
        ("str", ": Union[str, int]"),
        ("int", ": float"),
        ("bool", ": int"),
        ("list", ": tuple[int, ...]"),
        ("list", ": Iterable[str]"),
        ("array-like", ": list"),
        ("str", ": PathLike"),
        ("str", "=None"),
        ("int", "='auto'"),  # found out later
        ("str", "=False"),
        ("list", "=()"),
        ("int", "=DEFAULT"),
        ("a callable", ": str"),
    ],
)
def test_types_that_may_be_the_same_do_not(said: str, declared: str) -> None:
    assert typed(said, declared) == []


@pytest.mark.parametrize(
    ("source", "language", "count"),
    [
        ("<?php\n/**\n * Do.\n * @param string $x what\n */\nfunction f(array $x) { g($x); }\n", "php", 1),
        ("<?php\n/**\n * Do.\n * @param string[] $x what\n */\nfunction f(array $x) { g($x); }\n", "php", 0),
        (
            "<?php\n/**\n * Do.\n * @param string|null $x what\n */\nfunction f(?string $x) { g($x); }\n",
            "php",
            0,
        ),
        ("/**\n * Do.\n * @param {string} x what\n */\nfunction f(x: number) { g(x); }\n", "typescript", 1),
        ("/**\n * Do.\n * @param {Foo} x what\n */\nfunction f(x: number) { g(x); }\n", "typescript", 0),
        ("# Do.\n#\n# @param x [String] what\ndef f(x = 12)\n  g(x)\nend\n", "ruby", 1),
    ],
)
def test_types_in_other_languages(source: str, language: str, count: int) -> None:
    assert len(claims("CG111", source, language)) == count


def test_the_returned_type_is_compared_too() -> None:
    comment = '    """Do.\n\n    Returns:\n        list: the names\n    """\n'
    source = f"def f() -> dict[str, int]:\n{comment}    return g()\n"
    (claim,) = claims("CG111", source)
    assert claim.quote == "list: the names"
    assert claims("CG111", source.replace("list:", "dict:")) == []


def test_family() -> None:
    assert family("List[Union[str, int]]", "python") == "list"
    assert family("Optional[List[str]]", "python") == "list"
    assert family(":class:`str`", "python") == "text"
    assert family("int or float", "python") == "number"
    assert family("int or str", "python") is None
    assert family("str", "rust") is None


def optional(declared: str, body: str = "return g(x)") -> list[Claim]:
    comment = '    """Do.\n\n    Args:\n        x (int, optional): what\n    """\n'
    return claims("CG112", f"def f({declared}):\n{comment}    {body}\n")


def test_an_optional_parameter_that_must_be_given_is_told() -> None:
    (claim,) = optional("x")
    assert claim.quote == "x (int, optional): what"


@pytest.mark.parametrize("declared", ["x=1", "x=None", "x: Optional[int]", "x: int | None", "*x"])
def test_a_parameter_that_may_be_left_out_or_be_none_is_optional(declared: str) -> None:
    assert optional(declared) == []


@pytest.mark.parametrize("body", ["return g(x) if x else 0", "if x is None: return 0", "return x or 1"])
def test_a_body_that_asks_whether_it_is_there_makes_it_optional(body: str) -> None:
    assert optional("x", body) == []


def test_a_word_in_the_description_says_nothing_of_the_parameter() -> None:
    source = (
        'def f(x):\n    """Do.\n\n    Args:\n        x (int): an optional number, maybe (optional)\n    """\n'
    )
    assert claims("CG112", source) == []


def test_in_javascript_everything_may_be_left_out() -> None:
    source = "/**\n * Do.\n * @param {number} [x] what\n */\nfunction f(x) { g(x); }\n"
    assert claims("CG112", source, "javascript") == []


@pytest.mark.parametrize(
    ("said", "returned", "count"),
    [
        ("bool", "'LOGIN'", 1),
        ("str", "'LOGIN'", 0),
        ("str", "True", 1),
        ("str", "False", 0),  # stands for what is not there
        ("str", "None", 0),
        ("str", "g(1)", 0),
    ],
)
def test_what_is_returned_is_compared_where_no_type_is_declared(said: str, returned: str, count: int) -> None:
    source = f'def f(a):\n    """Do.\n\n    Returns:\n        {said}: it\n    """\n    return {returned}\n'
    assert len(claims("CG111", source)) == count


def test_a_switch_that_is_off_by_default_is_a_flag() -> None:
    source = 'def f(a=False):\n    """Do.\n\n    Args:\n        a (dict): {} it is done\n    """\n    g(a)\n'
    assert len(claims("CG111", source.format("If True,"))) == 1
    assert claims("CG111", source.format("If given,")) == []
