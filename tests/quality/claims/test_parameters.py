from __future__ import annotations

from time import process_time

import pytest
from claiming import RULE, claims, subject_of

from codegloss.extract import functions_in
from codegloss.quality.claims.documented import heads
from codegloss.quality.claims.parameters import RULES
from codegloss.quality.claims.rule import DEFAULT_CONFIDENCE


def python(parameters: str, *lines: str, body: str = "") -> str:
    text = "".join(f"    {line}\n" if line else "\n" for line in lines)
    return f'def f({parameters}):\n    """Load.\n\n{text}    """\n{body}'


def block(*lines: str, code: str) -> str:
    return "/**\n" + "".join(f" * {line}\n" for line in lines) + f" */\n{code}\n"


RENAMED = {
    "sphinx": python("path", ":param pth: the file"),
    "google": python("path", "Args:", "    pth (str): the file"),
    "numpy": python("path", "Parameters", "----------", "pth : str", "    The file."),
    "epytext": python("path", "@param pth: the file"),
}
BRACED = {
    "java": f"class A {{\n{block('@param pth the file', code='void f(String path) { g(path); }')}}}\n",
    "javascript": block("@param {string} pth - the file", code="function f(path) { g(path); }"),
    "typescript": block("@param pth - the file", code="function f(path: string) { g(path); }"),
    "php": "<?php\n" + block("@param string $pth the file", code="function f($path) { g($path); }"),
    "csharp": 'class A {\n/// <param name="pth">The file.</param>\nvoid F(string path) { G(path); }\n}\n',
    "c": block("\\brief Load.", "\\param[in] pth the file", code="void f(char *path) { g(path); }"),
    "cpp": block("@param pth the file", code="void f(const std::string& path) { g(path); }"),
    "kotlin": block("@param pth the file", code="fun f(path: String) { g(path) }"),
    "scala": block("@param pth the file", code="def f(path: String): Unit = { g(path) }"),
    "rust": "/// Load.\n///\n/// # Arguments\n///\n/// * `pth` - the file\nfn f(path: &str) { g(path); }\n",
    "swift": "/// Load.\n///\n/// - Parameter pth: the file\nfunc f(path: String) { g(path) }\n",
    "ruby": "# Load.\n#\n# @param pth [String] the file\ndef f(path)\n  g(path)\nend\n",
    "lua": "--- Load.\n-- @param pth the file\nfunction f(path)\n  g(path)\nend\n",
}


@pytest.mark.parametrize("style", RENAMED)
def test_a_renamed_parameter_is_unknown_in_every_docstring_style(style: str) -> None:
    (claim,) = claims("CG101", RENAMED[style])
    assert "pth" in claim.quote
    assert "`pth`" in claim.message
    assert "`path`" in claim.message


@pytest.mark.parametrize("language", BRACED)
def test_a_renamed_parameter_is_unknown_in_every_language(language: str) -> None:
    (claim,) = claims("CG101", BRACED[language], language)
    assert "pth" in claim.quote
    assert "`path`" in claim.message
    assert claims("CG101", BRACED[language].replace("pth", "path"), language) == []


def test_a_removed_parameter_is_told_with_what_the_code_takes() -> None:
    source = python("path", ":param path: the file", ":param encoding: its encoding", body="    g(path)\n")
    (claim,) = claims("CG101", source)
    assert claim.quote == ":param encoding: its encoding"
    assert "`encoding`" in claim.message
    assert claim.confidence is None


PATH = "@param {string} path the file"
INNER = "    def g(x):\n        return x\n"


@pytest.mark.parametrize(
    ("source", "language"),
    [
        (python("**options", ":param path: the file"), "python"),
        (python("*args", ":param path: the file"), "python"),
        (python("options", ":param options.path: the file"), "python"),
        (python("a", ":param b: removed in 2.0"), "python"),
        ('@option("--dry-run")\n' + python("", ":param dry_run: do nothing"), "python"),
        (python("", ":param x: a number", body=INNER), "python"),
        (block(PATH, code="function f({ path }) { g(path); }"), "javascript"),
        (block(PATH, code="function f() { g(arguments[0]); }"), "javascript"),
        (block("@param {string} o.path it", code="function f(o) { g(o); }"), "javascript"),
        (block("@typedef {Object} View", PATH, code="function f() { g(); }"), "javascript"),
        (f"class A {{\n{block('@param <T> the kind', code='<T> void f(T path) { g(path); }')}}}\n", "java"),
        (block("@param T the kind", "@param x it", code="fun <T> f(x: T) { g(x) }"), "kotlin"),
        ("/// Move.\n///\n/// - Parameter to: where\nfunc f(to place: Int) { g(place) }\n", "swift"),
    ],
)
def test_what_may_well_be_a_parameter_is_not_unknown(source: str, language: str) -> None:
    assert claims("CG101", source, language) == []


SECTION = python("a, b, {}", ":param a: one", ":param b: two")


def test_a_parameter_left_out_is_told() -> None:
    (claim,) = claims("CG102", SECTION.format("weight"))
    assert "`weight`" in claim.message


@pytest.mark.parametrize("name", ["_weight", "**weight", "*weight", "ctx"])
def test_what_nobody_documents_is_not_left_out(name: str) -> None:
    assert claims("CG102", SECTION.format(name)) == []


def test_a_name_that_the_comment_has_elsewhere_is_not_left_out() -> None:
    assert claims("CG102", SECTION.format("weight").replace("Load.", "Load by weight.")) == []


def test_no_parameter_is_left_out_where_one_is_documented() -> None:
    assert claims("CG102", python("a, b, c", ":param a: one")) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([":param {}: how wide"], [":param {}: how high"]),
        (["Args:", "    {}: how wide"], ["    {}: how high"]),
        (["Parameters", "----------", "{} : int", "    How wide."], ["{} : int", "    How high."]),
        (["@param {}: how wide"], ["@param {}: how high"]),
    ],
)
def test_a_parameter_documented_twice_was_meant_for_its_neighbour(
    first: list[str], second: list[str]
) -> None:
    def source(*names: str) -> str:
        lines = [line.format(names[0]) for line in first] + [line.format(names[1]) for line in second]
        return python("width, height", *lines)

    (claim,) = claims("CG104", source("width", "width"))
    assert "`width`" in claim.message
    assert "`height`" in claim.message
    assert claims("CG104", source("width", "height")) == []


def test_one_parameter_under_two_tags_is_no_repetition() -> None:
    comment = ("@param array $a them", "@phpstan-param list<int> $a")
    assert claims("CG104", "<?php\n" + block(*comment, code="function f($a) { g($a); }"), "php") == []


def test_heads_are_the_lines_as_written() -> None:
    (function,) = functions_in(RENAMED["google"], "python")
    (head,) = heads(function)
    assert head.names == ("pth",)
    assert head.line == "pth (str): the file"


@pytest.mark.parametrize(
    "entry", [":param a{}: x (default: 5)", ":param a: x (default: {})", "{}a [a=5] default 5"]
)
def test_a_comment_of_thousands_of_entries_takes_no_second(entry: str) -> None:
    source = python("a=6, b=6", ":param a: it", *(entry.format(number) for number in range(4000)))
    subject = subject_of(source)
    start = process_time()
    for rule in RULES:
        list(rule.find(subject))
    assert process_time() - start < 1


def test_implicit_parameters_are_not_left_out() -> None:
    comment = ("Fold.", "@param a one", "@param b two")
    code = "def f(a: A, b: B)(c: C): C = { g(a, b) }"
    assert len(claims("CG102", block(*comment, code=code), "scala")) == 1
    assert claims("CG102", block(*comment, code=code.replace("(c:", "(implicit c:")), "scala") == []


@pytest.mark.parametrize(
    "language", ["java", "javascript", "php", "csharp", "cpp", "rust", "swift", "ruby", "lua"]
)
def test_repetitions_are_told_in_other_languages(language: str) -> None:
    once = BRACED[language].replace("pth", "path")
    (entry,) = [line for line in once.split("\n") if "the file" in line.lower() and "path" in line]
    (claim,) = claims("CG104", once.replace(entry, f"{entry}\n{entry}"), language)
    assert "`path`" in claim.message
    assert claims("CG104", once, language) == []


@pytest.mark.parametrize(
    "comment", ["@param [Object] Which element to move", "@param [String] name of the element"]
)
def test_a_sentence_behind_the_tag_is_a_slip_of_format(comment: str) -> None:
    assert claims("CG101", f"# Move.\n#\n# {comment}\ndef f(element)\n  g(element)\nend\n", "ruby") == []


def test_a_parameter_left_out_is_not_shown_unless_asked_for() -> None:
    assert RULE["CG102"].confidence < DEFAULT_CONFIDENCE


def test_what_wraps_a_function_may_take_more_than_it_hands_on() -> None:
    source = '''
@preprocessed(replaced=["x"])
def plot(axes, x):
    """Draw.

    Args:
        axes: where
        x: what
        data: a table that x is looked up in
    """
    axes.draw(x)
'''
    assert claims("CG101", source) == []
    assert claims("CG101", source.replace('@preprocessed(replaced=["x"])', "@functools.lru_cache(maxsize=8)"))


def test_a_stub_without_parameters_does_nothing_with_what_its_interface_is_given() -> None:
    stub = """
/**
 * Draws nothing.
 *
 * @param {Renderer} renderer - where
 */
function renderNothing() {
}
"""
    assert claims("CG101", stub, "javascript") == []
