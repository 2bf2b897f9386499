from __future__ import annotations

import pytest
from subjects import builtin

from codegloss.quality.reasons import Reason

SETTINGS = '''
def read_settings(path, strict):
    """Read the settings from a file.

    Args:
        path: Where the settings lie.
        strict: Whether unknown keys are errors.
    """
    return parse_toml(path, strict)


def write_settings(path, values):
    """Write the settings to a file.

    Args:
        path: Where the settings lie.
        values: What is written.
    """
    path.write_text(dump_toml(values))


def check_settings(values):
    """Check the settings.

    Args:
        values: What is checked.
    """
    for value in values:
        verify(value)


def merge_settings(one, other):
    """Merge the settings.

    Args:
        one: The first.
        other: The second.
    """
    return {**one, **other}


def count_settings(values):
    """Count the settings.

    Args:
        values: What is counted.
    """
    return len(values)


def update_settings(path, strict=False):
    if path is None:
        raise ValueError("a path is needed")
    lock_directory(path)
    copy_backup(path)
'''


def test_a_comment_says_what_the_code_shows_in_the_ways_of_the_codebase() -> None:
    assert builtin(SETTINGS) == (
        "Update the settings by locking the directory and copying the backup.\n\n"
        "Args:\n"
        "    path: Where the settings lie.\n"
        "    strict: Whether unknown keys are errors.\n\n"
        "Raises:\n"
        "    ValueError: If `path` is `None`."
    )


def test_a_codebase_without_sections_is_told_of_exceptions_in_prose() -> None:
    source = "".join(f'def f{n}(a):\n    """Do it."""\n    return a\n' for n in range(6))
    source += (
        "def open_port(port):\n    if port < 0:\n        raise ValueError(port)\n    bind_socket(port)\n"
    )
    assert (
        builtin(source)
        == "Open the port by binding the socket.\n\nRaise `ValueError` if `port` is less than 0."
    )


def test_wording_is_taken_over_where_the_code_bears_it_out() -> None:
    source = '''
class Box:
    def width(self):
        """Return the width of the box in the canvas."""
        return self.canvas.box.width

    def height(self):
        return self.canvas.box.height
'''
    assert builtin(source) == "Return the height of the box in the canvas."


def test_wording_that_the_code_does_not_bear_out_is_not() -> None:
    source = '''
class Box:
    def width(self):
        """Return the width of the box in cached millimetres."""
        return self.box.width

    def height(self):
        return self.box.height
'''
    assert builtin(source) == "Return the height of the box."


def test_go_comments_begin_with_the_name() -> None:
    source = "package p\n" + "".join(
        f"// Run{n} runs it.\nfunc Run{n}() int {{\n\treturn {n}\n}}\n" for n in range(6)
    )
    source += "func LoadConfig(path string) *Config {\n\treadFile(path)\n\treturn nil\n}\n"
    said = builtin(source, "go")
    assert isinstance(said, str)
    assert said.startswith("LoadConfig loads the configuration by reading the file")


def test_java_is_written_as_javadoc() -> None:
    source = """
class Account {
    public void setOwner(String owner) {
        if (owner == null) { throw new IllegalArgumentException("owner"); }
        this.owner = owner;
    }
}
"""
    assert builtin(source, "java") == (
        "Sets the owner.\n\n"
        "@param owner Kept as an attribute.\n"
        "@throws IllegalArgumentException If `owner` is `null`."
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(x):\n    return x\n", "nothing to tell"),
        (
            "".join(f'def f{n}():\n    """Возвращает имя."""\n    return 1\n' for n in range(6))
            + "def get_name():\n    return 1\n",
            "not in English",
        ),
    ],
)
def test_it_says_why_it_says_nothing(source: str, reason: str) -> None:
    said = builtin(source)
    assert isinstance(said, Reason)
    assert said.name == reason


def test_a_short_comment_gives_way_but_for_what_the_code_cannot_tell() -> None:
    source = '''
def wait_for_server(delay):
    """Frobnicate the widget. The delay is in seconds because the server counts so, see RFC 7231."""
    time_sleep(delay)
    return ping_server()
'''
    said = str(builtin(source, refresh=True))
    assert said.startswith(
        "Wait for the server by pinging the server.\n\n"
        "The delay is in seconds because the server counts so, see RFC 7231.\n\n"
    )


def test_what_is_hidden_is_not_repeated() -> None:
    source = (
        'def open_file(path):\n    """Quetzalcoatl."""\n    check_path(path)\n    return read_bytes(path)\n'
    )
    said = builtin(source)
    assert isinstance(said, str)
    assert "Quetzalcoatl" not in said


def test_a_comment_that_says_more_is_left_alone_where_no_rule_objects() -> None:
    source = '''
def wait_for(server):
    """Wait until it answers, which may take long.

    It is asked again and again, for the server is started by hand and nobody can say when that will be done.
    """
    return ping_server(server)
'''
    said = builtin(source, refresh=True)
    assert isinstance(said, Reason)
    assert said.name == "nothing contradicts the old comment"


def test_what_can_be_repaired_is_repaired() -> None:
    source = '''
class Door:
    def is_open(self):
        """Return False if the door is open.

        Nobody   knows why.
        """
        if self.open:
            return True
        return False
'''
    said = str(builtin(source, refresh=True))
    assert said == "Return True if the door is open.\n\nNobody   knows why."


def test_a_switch_is_told_by_its_name() -> None:
    said = str(builtin(SETTINGS.replace("strict=False", "check_keys=False")))
    assert "    check_keys: Whether to check the keys." in said
