from __future__ import annotations

import pytest
from subjects import function, vocabulary

from codegloss.synth.writing.evidence import Evidence
from codegloss.synth.writing.naming import named_action


def said(source: str, language: str = "python", name: str | None = None) -> str | None:
    own = function(source, language, name)
    action = named_action(own, Evidence(own), vocabulary().is_word)
    return action.said(imperative=True) if action else None


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("def load_cfg_from_file(path): pass", "Load the configuration from the file"),
        ("def find_user_by_name(name): return 1", "Find the user by name"),
        ("def get_names(x): return x.names", "Return the names"),
        ("def parse(text): pass", "Parse `text`"),
        ("def is_valid(token): return True", "Return whether `token` is valid"),
        ("def is_leaf_node(x): return True", "Return whether `x` is a leaf node"),
        ("def is_range_valid(x): return True", "Return whether the range is valid"),
        ("def is_open(door):\n    if not door: raise ValueError", "Check whether `door` is open"),
        (
            "def address_in_network(ip, net): return ip & 3 == net",
            "Return whether the address is in the network",
        ),
        ("def value_to_string(x): return str(x)", "Convert a value to a string"),
        ("def lock_and_load(x): pass", "Lock and load it"),
        ("def readall(stream): return 1", "Read all of `stream`"),
    ],
)
def test_names_of_functions(source: str, sentence: str) -> None:
    assert said(source) == sentence


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("def __len__(self): return 1", "Return the length of the shopping cart"),
        ("def __init__(self, a, b): self.a = a; self.b = b", "Initialize the shopping cart with `a` and `b`"),
        ("def add(self, item): pass", "Add `item` to the shopping cart"),
        ("def close(self): pass", "Close the shopping cart"),
        ("def to_json(self): return 1", "Convert the shopping cart to JSON"),
        ("def is_empty(self): return True", "Return whether the shopping cart is empty"),
        ("@property\n    def order(self): return self._order", "Return the order of the shopping cart"),
        (
            "@order.setter\n    def order(self, value): self._order = value",
            "Set the order of the shopping cart",
        ),
    ],
)
def test_names_of_methods(body: str, sentence: str) -> None:
    assert said(f"class ShoppingCart:\n    {body}\n") == sentence


def test_a_coined_word_or_an_adjective_alone_says_nothing() -> None:
    assert said("def unbool(x): return 1 if x else 0") is None
    assert said("def simple_equal(a, b): return a == b") is None
    assert said("def f(x): return x") is None


def test_a_name_of_c_begins_with_what_it_is_about() -> None:
    assert said("void buffer_free(struct buffer *b) { free(b->data); }", "c") == "Free the buffer"
    assert said("int list_add_node(struct list *l) { return 0; }", "c") == "Add the node to the list"


def test_a_question_mark_of_ruby_asks_whether() -> None:
    source = "class Pool\n  def in_parallel?\n    @parallel\n  end\nend\n"
    assert said(source, "ruby") == "Return whether the pool is in parallel"
