from __future__ import annotations

import pytest
from subjects import function, functions, vocabulary

from codegloss.encoder import load
from codegloss.synth.writing.adapt import Adapter
from codegloss.synth.writing.memory import Memory

CLASS = '''
class Box:
    def {one}(self):
        """{text}"""
        return self.canvas.box.{one}

    def {other}(self):
        return self.canvas.box.{other}
'''


def adapted(text: str, one: str = "width", other: str = "height") -> str | None:
    source, target = functions(CLASS.format(text=text, one=one, other=other))
    return Adapter(vocabulary()).summary(source, target)


def test_the_word_that_differs_is_exchanged_in_its_form() -> None:
    assert (
        adapted("Return the width of the box in the canvas.") == "Return the height of the box in the canvas."
    )
    assert adapted("Widths of the box.") == "Heights of the box."


@pytest.mark.parametrize(
    "text",
    [
        "Return the width of the box in millimetres.",  # nothing shows millimetres
        "Return the width of the box unless the canvas is gone.",
        "Return the width of the box, 3 by default.",
        "Return the width of the box in `other_canvas`.",
        "Return the width.",  # no more than the name says
    ],
)
def test_what_the_code_does_not_bear_out_is_not_taken_over(text: str) -> None:
    assert adapted(text) is None


def test_a_verb_is_not_exchanged() -> None:
    assert adapted("Open the box in the canvas.", "open_box", "close_box") is None


def documented(name: str, text: str, extra: str = "") -> str:
    body = f'    """Do it.\n\n    Args:\n        user: {text}\n    """\n    return user\n'
    return f"def {name}(user, limit{extra}):\n{body}"


def described(source: str) -> str | None:
    everything = functions(source)
    target = everything[-1]
    memory = Memory(everything, load())
    return Adapter(vocabulary()).parameter(memory.described("user", target), None, target)


def test_a_parameter_is_described_as_elsewhere_in_the_file() -> None:
    source = documented("f", "Who asks.") + "def g(user):\n    return user\n"
    assert described(source) == "Who asks."


def test_a_description_that_names_what_is_not_there_is_left() -> None:
    target = "def g(user):\n    return user\n"
    assert described(documented("f", "Who asks, as `other_name` knows.") + target) is None
    assert described(documented("f", "Who asks. Defaults to nobody.") + target) == "Who asks."


def test_types_that_differ_are_other_parameters() -> None:
    source = (
        documented("f", "Who asks.").replace("(user", "(user: str") + "def g(user: int):\n    return user\n"
    )
    everything = functions(source)
    memory = Memory(everything, load())
    found = memory.described("user", everything[-1])
    assert Adapter(vocabulary()).parameter(found, "int", everything[-1]) is None
    assert Adapter(vocabulary()).parameter(found, "str", everything[-1]) == "Who asks."


def test_the_most_alike_comes_first_and_the_function_itself_never() -> None:
    source = documented("read_user", "Who.") + documented("draw_line", "Who.").replace(
        "return user", "plot(limit)"
    )
    everything = functions(source)
    memory = Memory(everything, load())
    like = memory.like(function(source, name="read_user"), 5)
    assert [one.function.name for one in like] == ["draw_line"]
    assert Memory([], load()).like(everything[0], 5) == []
