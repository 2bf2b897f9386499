from __future__ import annotations

from dataclasses import replace

import pytest

from codegloss.extract.docstyles import parse_parts, summarise
from codegloss.records import DocumentedParameter, DocumentedValue
from codegloss.synth.writing.compose import Doc, composed
from codegloss.synth.writing.convention import DEFAULTS, Convention

DOC = Doc(
    summary="Return the share of a value",
    description="It is rounded down.",
    parameters=[
        DocumentedParameter(
            "value", "float", "What is shared, by all who take part in it, one after the other."
        ),
        DocumentedParameter("parts", "int", "Into how many."),
    ],
    returns=DocumentedValue("float", "The share."),
    raises=[DocumentedValue("ValueError", "If `parts` is 0.")],
)
STYLES = {
    "google": "docstring", "numpy": "docstring", "sphinx": "docstring", "epytext": "docstring",
    **{name: name for name in ("javadoc", "kdoc", "scaladoc", "jsdoc", "tsdoc", "phpdoc", "doxygen", "yard",
                               "xmldoc", "rustdoc", "swiftdoc")},
}  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_what_is_written_in_a_style_is_read_back(style: str) -> None:
    convention = Convention(
        style, sections=("parameters", "returns", "raises"), types=style != "xmldoc", width=72
    )
    text = composed(DOC, convention)
    parts = parse_parts(text, STYLES[style])
    assert parts.style == style
    assert [one.name for one in parts.parameters] == ["value", "parts"]
    assert " ".join(parts.parameters[0].description.split()) == DOC.parameters[0].description
    assert parts.returns is not None
    assert parts.returns.description == "The share."
    assert [one.type for one in parts.raises] == ["ValueError"]
    assert summarise(text, STYLES[style]).startswith("Return the share of a value.")
    assert max(map(len, text.split("\n"))) <= 72 + 8


def test_types_are_written_where_the_codebase_writes_them() -> None:
    typed = Convention("google", types=True)
    assert "value (float): " in composed(DOC, typed)
    assert "value: " in composed(DOC, replace(typed, types=False))


def test_a_summary_ends_and_begins_as_the_codebase_has_it() -> None:
    doc = Doc("Return the name")
    assert composed(doc, Convention("plain")) == "Return the name."
    assert composed(doc, Convention("plain", full_stop=False, capital=False)) == "return the name"
    assert (
        composed(Doc("HTTP is closed."), Convention("plain", full_stop=False, capital=False))
        == "HTTP is closed"
    )


def test_a_style_without_sections_has_the_prose_alone() -> None:
    assert composed(DOC, DEFAULTS["godoc"]) == "Return the share of a value.\n\nIt is rounded down."


def test_blocks_are_kept_as_they_are_and_directives_stand_first() -> None:
    doc = replace(DOC, verbatim=["Examples:\n    >>> share(1.0,  2)\n    0.5", ".. deprecated:: 2.0"])
    text = composed(doc, Convention("google"))
    assert (
        text.index(".. deprecated:: 2.0")
        < text.index("Args:")
        < text.index("    >>> share(1.0,  2)\n    0.5")
    )


def test_yields_have_their_own_heading() -> None:
    assert "Yields:\n" in composed(replace(DOC, yields=True), Convention("google"))


def test_markup_of_xml_is_escaped() -> None:
    text = composed(Doc("Return `a` if a < b"), DEFAULTS["xmldoc"])
    assert "<c>a</c> if a &lt; b." in text
