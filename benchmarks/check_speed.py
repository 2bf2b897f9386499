"""How fast `codegloss check` is: rules, classifier, a commit of ten files, and one comment that is a trap.

    python benchmarks/check_speed.py [--repetitions 5]

On the whole standard library of this Python, tests included, by two processes; start-up is part of every
figure. A copy of it under git, in which code of ten files changed, stands in for a commit.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

from common import Run, measure, median_seconds, peak_mib, save

COMMAND = Path(sys.executable).with_name("codegloss")
FILES = 10  # of a commit
LONG = 100_000  # characters of the trap


def checked(*arguments: str | Path, cores: int = 2) -> Run:
    """One run; findings are no failure."""
    words = " ".join(f"'{one}'" for one in (COMMAND, "check", *arguments, "--quiet", "--format", "json"))
    return measure(["sh", "-c", f"{words} || test $? -eq 1"], cores)


def commit(folder: Path, source: Path) -> Path:
    """A checkout of the library in which the code of ten commented functions changed."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__", "site-packages", "*.so"))
    git = [
        "git",
        "-C",
        str(folder),
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "-c",
        "commit.gpgsign=false",
    ]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "before"], check=True)
    changed = 0
    for path in sorted(folder.glob("*.py")):
        text = path.read_text("utf-8", "replace")
        new = re.sub(r"\n( +)return (\w+)\n", r"\n\1result = \2\n\1return result\n", text, count=3)
        if new != text and '"""' in text and len(text) > 10_000:
            path.write_text(new, "utf-8")
            changed += 1
        if changed == FILES:
            break
    return folder


def trap(folder: Path) -> Path:
    """A file with one comment that is made to take long."""
    folder.mkdir()
    text = "Returns the value. " + "(" * 5_000 + "`a_b " * 5_000 + "<!--" * 5_000 + "* " * 5_000
    (folder / "trap.py").write_text(f'def trap(x):\n    r"""{text[:LONG]}"""\n    return x\n', "utf-8")
    return folder


def rows(repetitions: int) -> list[dict[str, object]]:
    """The table."""
    library = Path(sysconfig.get_path("stdlib"))
    with tempfile.TemporaryDirectory() as folder:
        checkout = commit(Path(folder) / "library", library)
        jobs: list[tuple[str, Sequence[str | Path]]] = [
            ("standard library, rules on one function", (library, "--ignore", "CG6")),
            ("standard library, as it is by default", (library,)),
            ("standard library, and P(inconsistent) of every comment", (library, "--min-confidence", "0")),
            ("a commit of ten files", (checkout, "--diff", "HEAD")),
            ("one comment of 100 kB", (trap(Path(folder) / "trap"),)),
        ]
        found = []
        for name, arguments in jobs:
            runs = [checked(*arguments) for _ in range(repetitions)]
            seconds, counts = median_seconds(runs), json.loads(runs[0].output)["summary"]
            many = counts["functions"] > 10_000
            found.append(
                {
                    "job": name,
                    "functions": counts["functions"],
                    "comments": counts["commented"],
                    "seconds": seconds,
                    "functions/s": counts["functions"] / seconds if many else None,
                    "comments/s": counts["commented"] / seconds if many else None,
                    "peak MiB": peak_mib(runs),
                }
            )
            print(found[-1], flush=True)
    return found


def main() -> None:
    """Measure and save."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repetitions", type=int, default=5)
    options = parser.parse_args()
    save("check_speed", rows(options.repetitions), ("tree-sitter", "numpy"), repetitions=options.repetitions)


if __name__ == "__main__":
    main()
