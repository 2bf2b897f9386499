"""What a comment's summary becomes as the text of a pair, and which are refused."""

from __future__ import annotations

import pytest

from codegloss.quality.markup import clean
from codegloss.quality.texts import objection, without_own_name


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        ("Returns the {@link Map#size() size} of {@code this} map.", "Returns the size of this map."),
        ("Delegates to {@link java.util.List#add}.", "Delegates to java.util.List.add."),
        ("Calls :meth:`~pool.Pool.close` and :func:`join`.", "Calls close and join."),
        ("See :ref:`the guide <user-guide>` for more.", "See the guide for more."),
        ("Parses <code>text</code> as <b>JSON</b>.", "Parses text as JSON."),
        ('Waits for the <see cref="T:Task"/> to end.', "Waits for the Task to end."),
        ("Fetch a page, see https://example.org/a?b=c for how.", "Fetch a page, see for how."),
        ("Uses `numpy` and ``scipy``.", "Uses numpy and scipy."),
        ("A [link](http://x.y/z) and **bold** words.", "A link and bold words."),
        ("- Adds one item", "Adds one item"),
        ("Public: Delete a page.", "Delete a page."),
        ("@brief Frees the buffer", "Frees the buffer"),
        ("Opens the door. @param key the key", "Opens the door."),
        ("Merges two lists.  :param a: first", "Merges two lists."),
        ("a &lt; b &amp;&amp; c holds", "a < b && c holds"),
        (
            "Keeps *args and **kwargs, and snake_case_names.",
            "Keeps *args and **kwargs, and snake_case_names.",
        ),
        ("Converts List<String> to text", "Converts List<String> to text"),
    ],
)
def test_markup_becomes_prose(summary: str, text: str) -> None:
    assert clean(summary) == text


@pytest.mark.parametrize(
    "text",
    [
        "Returns the number of items in the queue.",
        "Test whether two sets share an element",
        "Insert a new key-value pair",
        "Draws a Barabási–Albert graph with n nodes",
        "See if the user may read the file",
        "Returns a[i] + b[j] for all i and j",
        "Average number of output blocks per task per second",
        "Gets the version of this description",
    ],
)
def test_descriptions_pass(text: str) -> None:
    assert objection(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Not supported.", "text too short"),
        ("curl_easy_init curl_easy_init", "text too short"),
        ("word " + "many different words " * 100, "text too long"),
        ("Gibt die Anzahl der Elemente zurück, wenn sie nicht leer ist", "another language"),
        ("Возвращает количество элементов списка", "another language"),
        ("返回 列表 中 元素 的 数量", "another language"),
        ("aten::roll(Tensor self, int[1] dims=[]) -> Tensor", "no prose"),
        ("input_ids (torch.Tensor of shape (n, m)): the ids of the tokens", "no prose"),
        ("x = y; z[0] = {a: b}; return -> q", "no prose"),
        ("Copyright 2001 Somebody Else", "licence text"),
        ("TODO(jane): make this public", "boilerplate"),
        ("Auto-generated method stub here", "boilerplate"),
        ("Getter for x.", "boilerplate"),
        ("Implementation of the Foo", "boilerplate"),
        ("See also the manual", "boilerplate"),
        ("The default constructor.", "boilerplate"),
        ("Constructors and Destructor", "boilerplate"),
        ("DEPRECATED: use the other one", "boilerplate"),
    ],
)
def test_what_says_nothing_is_refused(text: str, reason: str) -> None:
    found = objection(text)
    assert found is not None
    assert found.name == reason


def test_the_name_that_opens_a_go_comment_is_left_out() -> None:
    assert (
        without_own_name("SetDir joins relative names with dir.", "SetDir")
        == "Joins relative names with dir."
    )
    assert without_own_name("Dial is what connects.", "Dial") == "Dial is what connects."
    assert without_own_name("Other joins names.", "SetDir") == "Other joins names."
    assert without_own_name("", "x") == ""
