"""The encoder in the package: small, whole, without torch, and it finds code by meaning."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from codegloss.encoder import ExitEncoder, load
from codegloss.encoder.runtime import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Python

ASKED = {
    "remove duplicate entries but keep their order": (
        "def distinct(items):\n    seen = set()\n"
        "    return [x for x in items if not (x in seen or seen.add(x))]"
    ),
    "read a configuration file": (
        "func loadSettings(p string) (map[string]string, error) {\n"
        "\traw, err := os.ReadFile(p)\n\tif err != nil { return nil, err }\n\treturn parseToml(raw)\n}"
    ),
    "convert a temperature": "double toFahrenheit(double celsius) { return celsius * 9 / 5 + 32; }",
    "wait until all workers have finished": (
        "public void awaitAll() throws InterruptedException {\n"
        "  for (Thread worker : workers) worker.join();\n}"
    ),
    "escape text for HTML": (
        "function quote(s) { return s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;') }"
    ),
}


@pytest.fixture(scope="module")
def shipped() -> ExitEncoder:
    return load()


def test_everything_installed_for_it_is_at_most_30_mb() -> None:
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) <= 30_000_000


def test_its_last_exits_find_code_by_meaning(shipped: ExitEncoder) -> None:
    codes = list(ASKED.values())
    for exit in shipped.exits[1:]:
        cosines = shipped.encode(list(ASKED), exit=exit).vectors @ shipped.encode(codes, exit=exit).vectors.T
        assert (cosines.argmax(1) == np.arange(len(codes))).all(), exit


def test_a_text_longer_than_the_context_is_split_and_says_so(shipped: ExitEncoder) -> None:
    lines = "\n".join(f"    total += prices[{i}] * amounts[{i}]  # item" for i in range(400))
    encoding = shipped.encode([f"def total():\n{lines}\n    return total", ""], languages=["python", None])
    assert encoding.blocks[0] > 1
    assert encoding.blocks[1] == 0
    assert np.linalg.norm(encoding.vectors, axis=1) == pytest.approx([1, 0], abs=1e-5)


def test_its_card_lists_each_package_with_version_and_licence() -> None:
    card = (SHIPPED / "MODEL_CARD.md").read_text("utf-8")
    count = int(re.findall(r"## Packages trained on \(([\d,]+)\)", card)[0].replace(",", ""))
    listed = card.partition("## Packages trained on")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in listed.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == count > 100
    assert all(len(row) == 4 and all(row) for row in rows)


def test_eval_runs_on_it_without_torch(python: Python, tmp_path: Path) -> None:
    source = "\n".join(
        f'def area_{word}(side):\n    """The area of a {word} shape."""\n    x = side * {n}\n    return x\n'
        for n, word in enumerate(["round", "square", "oval", "curved", "broken", "narrow"])
    )
    (tmp_path / "shapes.py").write_text(source)
    assert (
        python("-m", "codegloss", "extract", "shapes.py", "--out", "functions", cwd=tmp_path).returncode == 0
    )
    script = (
        "import sys\nsys.modules.update(dict.fromkeys(['torch', 'transformers']))\n"  # importing them fails
        "from codegloss.cli import main\nmain()"
    )
    asked = ("eval", "retrieval", "-m", "codegloss-mini", "-t", "functions:functions", "--json", "--quiet")
    done = python("-c", script, *asked, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)["tasks"][0]["results"]
    assert {f"codegloss-mini@{exit}" for exit in (0, 2, 4, 6)} <= {one["system"] for one in figures}
