"""Every example, and every Python block of the README, prints what it says it prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Python

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("[0-9]*.py"))
README_BLOCKS = re.findall(
    r"```python\n(.*?)```\n+```text\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S
)


def promised_output(source: str) -> str:
    """The lines of the comment block `# Output:` that ends an example."""
    match = re.search(r"^# Output:\n((?:#.*\n)+)\Z", source, re.MULTILINE)
    assert match, "an example ends with a comment block `# Output:`"
    return re.sub(r"^# ?", "", match[1], flags=re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_example_prints_what_it_promises(python: Python, example: Path, tmp_path: Path) -> None:
    done = python(example, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == promised_output(example.read_text("utf-8"))


@pytest.mark.parametrize(("code", "output"), README_BLOCKS)
def test_readme_prints_what_it_promises(python: Python, code: str, output: str, tmp_path: Path) -> None:
    (tmp_path / "block.py").write_text(code, "utf-8")
    done = python("block.py", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == output


def test_the_promise_is_the_last_comment_block() -> None:
    source = "print('a')\nprint()\n\n# Output:\n# a\n#\n"
    assert promised_output(source) == "a\n\n"
    with pytest.raises(AssertionError):
        promised_output("print('a')\n")
