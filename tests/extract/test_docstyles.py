from __future__ import annotations

import inspect
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegloss.extract.docstyles import parse_parts, summarise
from codegloss.records import CommentParts, DocumentedParameter, DocumentedValue

CONVENTIONS = [
    "docstring", "javadoc", "jsdoc", "tsdoc", "phpdoc", "kdoc", "scaladoc", "doxygen", "yard", "ldoc",
    "shdoc", "xmldoc", "rustdoc", "godoc", "swiftdoc", "plain",
]  # fmt: skip


def parts(text: str, convention: str = "docstring") -> CommentParts:
    return parse_parts(inspect.cleandoc(text), convention)


def parameters(found: CommentParts) -> list[tuple[str, str | None, str]]:
    return [(one.name, one.type, one.description) for one in found.parameters]


def raises(found: CommentParts) -> list[tuple[str | None, str]]:
    return [(one.type, one.description) for one in found.raises]


def is_empty(found: CommentParts) -> bool:
    return found == CommentParts("plain", [], None, [], None, [])


# --- Python: Google ----------------------------------------------------------------------------


def test_google_sections() -> None:
    found = parts("""Moves goods.

        Args:
            source (Store): Where from.
            target (:obj:`Store`, optional): Where to,
                over as many lines as it takes:

                  even indented ones.
            *names: What.
            **options (dict[str, int]): How.

        Returns:
            list of str: What was moved,
            in order.

        Raises:
            ValueError: If a name is unknown.
            OSError, TimeoutError: If the way
                is blocked.

        Example:
            >>> move(a, b)
            []

        Note:
            x: is no parameter.
        """)
    assert found.style == "google"
    assert parameters(found) == [
        ("source", "Store", "Where from."),
        ("target", "Store", "Where to,\nover as many lines as it takes:\n\n  even indented ones."),
        ("names", None, "What."),
        ("options", "dict[str, int]", "How."),
    ]
    assert found.returns == DocumentedValue("list of str", "What was moved,\nin order.")
    assert raises(found) == [
        ("ValueError", "If a name is unknown."),
        ("OSError", "If the way\nis blocked."),
        ("TimeoutError", "If the way\nis blocked."),
    ]
    assert found.examples == [">>> move(a, b)\n[]"]
    assert found.deprecated is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("x: The x.", ("x", None, "The x.")),
        ("x (int): The x.", ("x", "int", "The x.")),
        ("x (int, optional): The x.", ("x", "int", "The x.")),
        ("x (Callable[[int], str]): The x.", ("x", "Callable[[int], str]", "The x.")),
        ("x (Union[int,\n                str]): The x.", ("x", "Union[int, str]", "The x.")),
        ("x\n        (int): The x.", ("x", "int", "The x.")),
        ("x Optional[int]: The x.", ("x", "Optional[int]", "The x.")),
        ("x (Dict[str: int]): The x: y.", ("x", "Dict[str: int]", "The x: y.")),
        ("- x: The x.", ("x", None, "The x.")),
        ("x - The x.", ("x", None, "The x.")),
        ("x -- The x.", ("x", None, "The x.")),
        ("`x`: The x.", ("x", None, "The x.")),
        (r"\**x: The x.", ("x", None, "The x.")),
        ("x:\n        The x.", ("x", None, "The x.")),
        ("x: The\n    x.", ("x", None, "The\nx.")),
    ],
)
def test_google_parameter(written: str, expected: tuple[str, str | None, str]) -> None:
    assert parameters(parts(f"Do.\n\nArgs:\n    {written}")) == [expected]


@pytest.mark.parametrize(
    "heading", ["Args", "Arguments", "Parameters", "Params", "Keyword Args", "Other Parameters"]
)
def test_google_headings(heading: str) -> None:
    assert parameters(parts(f"Do.\n\n{heading}:\n  x: y")) == [("x", None, "y")]


@pytest.mark.parametrize(
    ("written", "type_", "description"),
    [
        ("int: The number.", "int", "The number."),
        ("dict[str, int]: Counts.", "dict[str, int]", "Counts."),
        ("A dict with: this.", None, "A dict with: this."),
        ("The number.", None, "The number."),
        ("True if so: else not.", None, "True if so: else not."),
        ("None", "None", ""),
        ("tuple[:class:`X`, ...]: All.", "tuple[X, ...]", "All."),
        ("(int) The number.", "int", "The number."),
        ("(key, value) pairs.", None, "(key, value) pairs."),
    ],
)
def test_google_returns(written: str, type_: str | None, description: str) -> None:
    assert parts(f"Do.\n\nReturns:\n    {written}").returns == DocumentedValue(type_, description)


def test_google_without_indentation_or_line_break() -> None:
    found = parts("Do.\n\nArguments:\nx -- the x\ny -- the y\n\nReturns: the sum")
    assert parameters(found) == [("x", None, "the x"), ("y", None, "the y")]
    assert found.returns == DocumentedValue(None, "the sum")


def test_google_yields_and_prose_in_raises() -> None:
    found = parts("Do.\n\nYields:\n    int: The next.\n\nRaises:\n    ValueError if x is negative.")
    assert found.returns == DocumentedValue("int", "The next.")
    assert raises(found) == [("ValueError", "if x is negative.")]


# --- Python: NumPy -----------------------------------------------------------------------------


def test_numpy_sections() -> None:
    found = parts("""Moves goods.

        .. deprecated:: 1.6
           Use `carry`.

        Parameters
        ----------
        x, y : int
            The place.
        kind : {'a', 'b'}, optional
            The kind:

            - a list
        out: ndarray, default None
        *args, **kwargs
            The rest.

        Other Parameters
        ----------------
        seed : int, default=0
            Of the generator.

        Returns
        -------
        moved : ndarray of shape (n,)
            What was moved.

        Raises
        ------
        ValueError
            If bad.
        KeyError: If missing.

        Warns
        -----
        UserWarning
            Sometimes.

        Examples
        --------
        Words first.

        >>> move(1)
        2
        """)
    assert found.style == "numpy"
    assert parameters(found) == [
        ("x", "int", "The place."),
        ("y", "int", "The place."),
        ("kind", "{'a', 'b'}", "The kind:\n\n- a list"),
        ("out", "ndarray", ""),
        ("args", None, "The rest."),
        ("kwargs", None, "The rest."),
        ("seed", "int", "Of the generator."),
    ]
    assert found.returns == DocumentedValue("ndarray of shape (n,)", "What was moved.")
    assert raises(found) == [("ValueError", "If bad."), ("KeyError", "If missing.")]
    assert found.deprecated == "1.6\nUse `carry`."
    assert found.examples == ["Words first.\n\n>>> move(1)\n2"]


def test_numpy_returns() -> None:
    def returned(body: str) -> DocumentedValue | None:
        return parts(f"Do.\n\nReturns\n-------\n{body}").returns

    assert returned("int") == DocumentedValue("int", "")
    assert returned("int\n    The number.") == DocumentedValue("int", "The number.")
    assert returned("The number of things.") == DocumentedValue(None, "The number of things.")
    assert returned("int: The number.") == DocumentedValue("int", "The number.")
    both = returned("a : int\n    One.\nb : str\n    Two.")
    assert both == DocumentedValue("int, str", "a : int\n    One.\nb : str\n    Two.")


def test_numpy_with_an_underline_of_another_length_or_kind() -> None:
    found = parts("Do.\n\nParameters\n---\nx : int\n    The x.\n\nReturns\n==========\nstr\n")
    assert parameters(found) == [("x", "int", "The x.")]
    assert found.returns == DocumentedValue("str", "")


# --- Python: field lists -----------------------------------------------------------------------


def test_sphinx_fields() -> None:
    found = parts("""Moves goods.

        :param str source: Where from,
            the old place.
        :param target: Where to.
        :type target: :class:`~stores.Store`, optional
        :param dict[str, int] options: How.
        :key colour: The colour.
        :returns: What was moved.
        :rtype: list
        :raises ValueError: If a name
            is unknown.
        :raises: :exc:`OSError` if the way is blocked.
        :deprecated: Use carry.

        A paragraph after the fields.
        """)
    assert found.style == "sphinx"
    assert parameters(found) == [
        ("source", "str", "Where from,\nthe old place."),
        ("target", "stores.Store", "Where to."),
        ("options", "dict[str, int]", "How."),
        ("colour", None, "The colour."),
    ]
    assert found.returns == DocumentedValue("list", "What was moved.")
    assert raises(found) == [("ValueError", "If a name\nis unknown."), ("OSError", "if the way is blocked.")]
    assert found.deprecated == "Use carry."


def test_epytext_fields() -> None:
    found = parts("""Moves goods.

        @param source: Where from,
            the old place.
        @type source: L{Store}
        @ivar speed: no parameter
        @type speed: C{int}
        @return: What was moved.
        @rtype: C{list} of L{str}
        @raise ValueError: If a name is unknown.
        """)
    assert found.style == "epytext"
    assert parameters(found) == [("source", "Store", "Where from,\nthe old place.")]
    assert found.returns == DocumentedValue("list of str", "What was moved.")
    assert raises(found) == [("ValueError", "If a name is unknown.")]


def test_fields_without_the_colon_are_epytext() -> None:
    found = parts("Do.\n\n@param x the x\n@return the sum")
    assert found.style == "epytext"
    assert parameters(found) == [("x", None, "the x")]
    assert found.returns == DocumentedValue(None, "the sum")


def test_mixed_styles_complete_each_other() -> None:
    found = parts("Do.\n\n:param x: the x\n:param y: the y\n\nReturns:\n    int: the sum")
    assert found.style == "sphinx"
    assert found.returns == DocumentedValue("int", "the sum")


@pytest.mark.parametrize(
    "text",
    [
        "Return the value.",
        "Return the value: the one asked for.\n\nMail someone@example.com, or see http://example.com.",
        "See :class:`Store` and :meth:`move`.",
        "Store them:\n    x: y\n",
        "Decorate.\n\n@property\ndef f(self): pass",
        "",
    ],
)
def test_plain_docstrings_have_no_parts(text: str) -> None:
    assert is_empty(parts(text))


def test_doctests_are_examples_in_every_style() -> None:
    text = "Add.\n\n>>> add(1,\n...     2)\n3\n\n>>> add(1, 1)\n2\n\nWords.\n\n>>> add(0, 0)\n0"
    assert parts(text).examples == [
        ">>> add(1,\n...     2)\n3\n\n>>> add(1, 1)\n2",
        ">>> add(0, 0)\n0",
    ]
    assert parts(f"{text}\n\n:param x: y").examples == parts(text).examples
    assert parts(text).style == "plain"


# --- block tags --------------------------------------------------------------------------------


def test_javadoc() -> None:
    found = parts(
        """Gets it, see {@link Store}. Mail a@b.org.
        <pre>{@code
          int x = f();
          @Override void g() { }
        }</pre>

        @param <T> the type
        @param name the name,
               {@code null} for none
        @param other - the other
        @return the {@link Store}
        @throws IOException if it cannot be read
        @exception java.lang.IllegalStateException before opening
        @deprecated use {@link #g}
        @since 1.2
        """,
        "javadoc",
    )
    assert found.style == "javadoc"
    assert parameters(found) == [
        ("name", None, "the name,\n{@code null} for none"),
        ("other", None, "the other"),
    ]
    assert found.returns == DocumentedValue(None, "the {@link Store}")
    assert raises(found) == [
        ("IOException", "if it cannot be read"),
        ("java.lang.IllegalStateException", "before opening"),
    ]
    assert found.deprecated == "use {@link #g}"
    assert found.examples == ["int x = f();\n@Override void g() { }"]


def test_jsdoc() -> None:
    found = parts(
        """Does it.

        @param {string} name - The name.
        @param {Object.<string, number>} [options={a: [1]}] How.
        @param {{
          a: string,
          b: number
        }} shape The shape.
        @param {number=} options.depth
        @param {...*} rest
        @returns {Promise<Array<string>>} All of them.
        @throws {TypeError} When it is none.
        @throws RangeError when too far
        @example <caption>Usage</caption>
        @Component
        class X { m() { return f('x') } }
        @deprecated
        """,
        "jsdoc",
    )
    assert parameters(found) == [
        ("name", "string", "The name."),
        ("options", "Object.<string, number>", "How."),
        ("shape", "{ a: string, b: number }", "The shape."),
        ("options.depth", "number", ""),
        ("rest", "...*", ""),
    ]
    assert found.returns == DocumentedValue("Promise<Array<string>>", "All of them.")
    assert raises(found) == [("TypeError", "When it is none."), ("RangeError", "when too far")]
    assert found.examples == ["@Component\nclass X { m() { return f('x') } }"]
    assert found.deprecated == ""


def test_tsdoc() -> None:
    found = parts(
        """Does it.

        @param name - The name.
        @returns The value.
        @throws {@link RangeError} when too far
        @example
        Words.
        ```ts
        @decorated
        f("x");
        ```
        """,
        "tsdoc",
    )
    assert parameters(found) == [("name", None, "The name.")]
    assert raises(found) == [("RangeError", "when too far")]
    assert found.examples == ['@decorated\nf("x");']


def test_phpdoc() -> None:
    found = parts(
        r"""Does it.

        @param array<int, string> $names The names.
        @param string|null &$out
        @param callable(int): string ...$rest The rest.
        @param $bare Untyped.
        @return array{a: int, b: string} The shape.
        @throws \Shop\Missing when gone
        """,
        "phpdoc",
    )
    assert parameters(found) == [
        ("names", "array<int, string>", "The names."),
        ("out", "string|null", ""),
        ("rest", "callable(int): string", "The rest."),
        ("bare", None, "Untyped."),
    ]
    assert found.returns == DocumentedValue("array{a: int, b: string}", "The shape.")
    assert raises(found) == [(r"\Shop\Missing", "when gone")]
    assert parts("@return The words.", "phpdoc").returns == DocumentedValue(None, "The words.")


def test_kdoc_and_scaladoc() -> None:
    found = parts("Does.\n\n@param[x] the x\n@param y the y\n@throws Gone when gone", "kdoc")
    assert parameters(found) == [("x", None, "the x"), ("y", None, "the y")]
    assert raises(found) == [("Gone", "when gone")]
    found = parts("Does.\n{{{\nf(1)\n}}}\n@tparam T the type\n@param x the x\n@return it", "scaladoc")
    assert parameters(found) == [("x", None, "the x")]
    assert found.examples == ["f(1)"]


def test_doxygen() -> None:
    found = parts(
        r"""\brief Moves
        it.

        \param[in] x the place,
          in metres
        \param[in,out] y,z the others

        A paragraph that belongs to no parameter.

        @return the state
        \retval 0 fine
        \retval -1 not fine
        \throws std::out_of_range beyond the end
        \code{.cpp}
        move(1); // \param is none here
        \endcode
        \deprecated use \ref carry
        """,
        "doxygen",
    )
    assert parameters(found) == [
        ("x", None, "the place,\nin metres"),
        ("y", None, "the others"),
        ("z", None, "the others"),
    ]
    assert found.returns == DocumentedValue(None, "the state\n0 fine\n-1 not fine")
    assert raises(found) == [("std::out_of_range", "beyond the end")]
    assert found.examples == [r"move(1); // \param is none here"]
    assert found.deprecated == r"use \ref carry"


def test_yard() -> None:
    found = parts(
        """Does it.

        @param name [String, nil] the name
        @param [Array<Integer>] list the list,
          and more
        @param [Hash] **options how
        @return [Hash{Symbol => String}] the counts
        @raise [ArgumentError] when wrong
        @example In short
          f(1)
          f(2)
        Words at the margin.
        """,
        "yard",
    )
    assert parameters(found) == [
        ("name", "String, nil", "the name"),
        ("list", "Array<Integer>", "the list,\nand more"),
        ("options", "Hash", "how"),
    ]
    assert found.returns == DocumentedValue("Hash{Symbol => String}", "the counts")
    assert raises(found) == [("ArgumentError", "when wrong")]
    assert found.examples == ["f(1)\nf(2)"]


def test_ldoc_and_luals() -> None:
    found = parts(
        """Does.
        @tparam string name the name
        @tparam[opt=1] number|nil n the count
        @param x string the x
        @param y the y
        @treturn {string,...} list
        @usage f(1)
        """,
        "ldoc",
    )
    assert parameters(found) == [
        ("name", "string", "the name"),
        ("n", "number|nil", "the count"),
        ("x", "string", "the x"),
        ("y", None, "the y"),
    ]
    assert found.returns == DocumentedValue("{string,...}", "list")
    assert found.examples == ["f(1)"]


def test_shdoc() -> None:
    found = parts(
        "@description Copies.\n\n@arg $1 string The name.\n@arg $@ array The rest.\n"
        "@exitcode 0 Fine.\n@exitcode 1 Not fine.\n@example\n   copy a b",
        "shdoc",
    )
    assert parameters(found) == [("$1", "string", "The name."), ("$@", "array", "The rest.")]
    assert found.returns == DocumentedValue(None, "0 Fine.\n1 Not fine.")
    assert found.examples == ["copy a b"]
    assert summarise("@description Copies.\n\n@arg $1 string x", "shdoc") == "Copies."


@pytest.mark.parametrize("convention", ["javadoc", "jsdoc", "phpdoc", "kdoc", "yard", "doxygen", "tsdoc"])
def test_an_at_sign_within_a_line_is_no_tag(convention: str) -> None:
    assert is_empty(parts("Mail me@example.com or you\n@example.com, or a @param in passing.", convention))


# --- the others --------------------------------------------------------------------------------


def test_xmldoc_survives_malformed_xml() -> None:
    found = parts(
        """<summary>Moves <see cref="T:Shop.Store"/>.</summary>
        <param name="x">The <paramref name="y"/> of List&lt;int&gt;.</param>
        <param name="y">Never closed & all.
        <returns>The <c>sum</c>.</returns>
        <exception cref="T:System.ArgumentException">When a < b.</exception>
        <example>As so: <code>
          move(1);
        </code></example>
        <broken
        """,
        "xmldoc",
    )
    assert parameters(found) == [("x", None, "The y of List<int>."), ("y", None, "Never closed & all.")]
    assert found.returns == DocumentedValue(None, "The sum.")
    assert raises(found) == [("System.ArgumentException", "When a < b.")]
    assert found.examples == ["move(1);"]


def test_rustdoc() -> None:
    found = parts(
        """Moves it.

        # Arguments

        * `x` - the x,
          in metres
        - `y`: the y

        # Returns

        The sum.

        # Errors

        * [`Shop::Gone`] if gone
        * `Closed` - when closed

        # Panics

        If x is zero.

        # Examples

        ```
        # use shop::*;
        move_it(1);
        ```
        """,
        "rustdoc",
    )
    assert parameters(found) == [("x", None, "the x,\nin metres"), ("y", None, "the y")]
    assert found.returns == DocumentedValue(None, "The sum.")
    assert raises(found) == [
        ("Shop::Gone", "if gone"),
        ("Closed", "when closed"),
        ("panic", "If x is zero."),
    ]
    assert found.examples == ["# use shop::*;\nmove_it(1);"]
    assert raises(parts("Do.\n\n# Errors\n\nFails when gone.", "rustdoc")) == [(None, "Fails when gone.")]


def test_godoc() -> None:
    found = parse_parts(
        "Move moves. As in:\n\n\tMove(1)\n\n\tMove(2)\n\nDeprecated: Use\nCarry.\n\n  - a list", "godoc"
    )
    assert found.examples == ["Move(1)\n\nMove(2)"]
    assert found.deprecated == "Use\nCarry."
    assert found.parameters == []


def test_swiftdoc() -> None:
    found = parts(
        """Moves it.

        - Parameters:
          - x: The x,
            in metres.
          - y: The y.
        - Returns: The sum.
        - Throws: `ShopError.gone` if gone.
        """,
        "swiftdoc",
    )
    assert parameters(found) == [("x", None, "The x,\nin metres."), ("y", None, "The y.")]
    assert found.returns == DocumentedValue(None, "The sum.")
    assert raises(found) == [("ShopError.gone", "if gone.")]
    assert parameters(parts("Do.\n\n- Parameter x: The x.", "swiftdoc")) == [("x", None, "The x.")]


# --- summaries ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("convention", "text", "summary"),
    [
        ("docstring", "Moves\n  goods.\n\nAnd more.", "Moves goods."),
        ("docstring", "See :class:`~a.Store`, ``x`` and :ref:`this <there>`.", "See Store, x and this."),
        ("docstring", "Moves L{Store}.\n@param x: y", "Moves Store."),
        ("docstring", ":param x: y", ""),
        ("docstring", "Args:\n    x: y", ""),
        ("docstring", "Parameters\n----------\nx : int", ""),
        ("docstring", "Move\n====\n\nWords.", "Move"),
        ("docstring", "Moves goods:\nArgs:\n  x: y", "Moves goods:"),
        ("docstring", "move(x, /, y=1) -> int\n\nMoves x.", "Moves x."),
        ("docstring", ".. deprecated:: 1.2\n   Old.\n\nMoves.", "Moves."),
        ("docstring", ">>> move(1)\n2", ""),
        ("docstring", "", ""),
        ("javadoc", "Moves, e.g. {@link A#b}, a {@code L<X>}. And.\n@param x y", "Moves, e.g. A.b, a L<X>."),
        ("javadoc", "Moves <b>it</b> &lt;now&gt;<p>And more", "Moves it <now>"),
        ("javadoc", "{@inheritDoc}", ""),
        ("javadoc", "@param x y", ""),
        ("javadoc", "@inheritDoc", ""),
        ("tsdoc", "See {@link Store | the store}.", "See the store."),
        ("doxygen", "\\brief Moves \\c x.\n\nMore.", "Moves x."),
        ("doxygen", "\\param x y\n\nMoves it. Then more.", "Moves it."),
        ("phpdoc", "Moves it.\nThen more.\n\n@return int", "Moves it."),
        ("xmldoc", '<summary>\n  Moves <see cref="T:A.B"/> &amp; <c>x</c>.\n</summary>', "Moves A.B & x."),
        ("xmldoc", '<inheritdoc cref="X"/>', ""),
        ("rustdoc", "Moves [`X`], see [it](http://x.org). So.\n\n# Errors\nNo", "Moves `X`, see it. So."),
        ("yard", "@!method move\n@return [X] it", ""),
        ("ldoc", "@private\nMoves. Always.\n@param x y", "Moves."),
        ("plain", "-----\n/", ""),
        ("rustdoc", "# Safety\n\nNone.", ""),
        ("godoc", "Move moves. Then more.", "Move moves."),
        ("godoc", "Deprecated: gone.", ""),
        ("swiftdoc", "- Parameter x: y", ""),
        ("plain", "Moves\ngoods.\n\nMore.", "Moves goods."),
        ("no such convention", "Moves.", "Moves."),
    ],
)  # fmt: skip
def test_summary(convention: str, text: str, summary: str) -> None:
    assert summarise(text, convention) == summary


# --- any text ----------------------------------------------------------------------------------

FRAGMENTS = [
    "\n", "\n\n", "    ", "\t", "\r\n", " ", ":", "- ", "* ", "x", "name", "The text.", "(", ")", "[", "]",
    "{", "}", "<", ">", "`", "``", "@", "\\", "$x", "=", ",", ", optional", "Args:", "Returns:", "Raises:",
    "Example:", "Parameters", "----------", "x : int", ":param x: y", ":type x:", ":raises",
    ":rtype: :class:`", "@param x: y", "@param {", "@return", "@throws E", "@example", "\\param[in] x",
    "\\code", "\\endcode", "\\retval 0", "{@link ", "{@code ", "<summary>", "</summary>",
    '<param name="x">', "<code>", "<pre>", "</pre>", "```", "# Arguments", "# Errors", "- Parameters:",
    "- Throws:", "Deprecated: ", ".. deprecated:: 1", ">>> f(1)", "...", "@tparam T", "@arg $1", "é",
    "*args", "Optional[", "ValueError", "@param[", "@overload",
]  # fmt: skip


def check(text: str, convention: str) -> None:
    found = parse_parts(text, convention)
    assert isinstance(found, CommentParts)
    assert all(isinstance(one, DocumentedParameter) and one.name for one in found.parameters)
    assert len({one.name for one in found.parameters}) == len(found.parameters)
    assert "\n" not in summarise(text, convention)
    empty = not (found.parameters or found.returns or found.raises or found.examples)
    assert found.style == "plain" or not empty or found.deprecated is not None


@settings(max_examples=150, deadline=None)
@given(st.text(), st.sampled_from(CONVENTIONS))
def test_any_text(text: str, convention: str) -> None:
    check(text, convention)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join), st.sampled_from(CONVENTIONS))
def test_any_mixture_of_marks(text: str, convention: str) -> None:
    check(text, convention)


HOSTILE = [
    "@", "\\", ":", ":a", ":a ", ":`", ":x:`", "`", "``", "(", "[", "{", "<", "x (", "x, ", "x and ", "{@",
    "{@link ", "<p", "<a ", '<param name="', "<param>", "a=", "a='", ". A", "A. ", "e.g. ", "- ", "-", "=",
    " ", "\n", " \n", "\t", "#", "# \n", "```\n", "```", ">>> ", ">>> \n\n", "@param ", "@param\n",
    "@param {", "@param x\n", ":param ", ":param x:\n", "Args:\n", "Args:\n  x (", "x:\n", "  x:\n",
    "Returns:\n", "Raises:\n  E:\n", "A\n---\n", "Parameters\n---\n", "x : int\n", "optional, ",
    ", default", "<pre>", "{{{", "\\code\n", "a::", "a.", "[`", "![a](", "*", "**", "* `x` ", "- x: \n",
    "- Parameters:\n  - x: y\n", "or ", "E, ", "x\n  (", "&lt;", "&", "@a ", ".. ", "A{",
]  # fmt: skip


def slowest(convention: str, size: int, frames: list[tuple[str, str]]) -> tuple[float, str]:
    """Seconds for the worst text of that many characters, and what it is made of."""
    worst = (0.0, "")
    for mark in HOSTILE:
        for before, after in frames:
            text = before + mark * (size // len(mark)) + after
            start = time.process_time()
            parse_parts(text, convention)
            summarise(text, convention)
            worst = max(worst, (time.process_time() - start, f"{before}{mark}…{after}"))
    return worst


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_time_does_not_explode(convention: str) -> None:
    seconds, text = slowest(convention, 20_000, [("", "")])
    assert seconds < 0.5, text


@pytest.mark.slow
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_time_is_linear(convention: str) -> None:
    """Any mark, alone, after a heading, or ended by a character that fits nothing."""
    seconds, text = slowest(
        convention, 200_000, [("", ""), ("Do.\n\nArgs:\n    x", "\0"), ("@param x ", "!")]
    )
    assert seconds < 1, text
