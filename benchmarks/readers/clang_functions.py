"""Functions with a body, as clang reads them; those that macros make are left out.

    python clang_functions.py c|c++ < PATHS

Paths on standard input, JSON lines of path, name, line, kind on standard output. Needs
`libclang`. Headers are looked for in the folders of the given files and above them; one that
is missing costs what is told apart by its types only. What the preprocessor leaves out, clang
does not see.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from clang import cindex

# CXTranslationUnit_KeepGoing: a missing header ends nothing.
KEEP_GOING = 0x200
FUNCTIONS = {
    cindex.CursorKind.FUNCTION_DECL,
    cindex.CursorKind.CXX_METHOD,
    cindex.CursorKind.CONSTRUCTOR,
    cindex.CursorKind.DESTRUCTOR,
    cindex.CursorKind.CONVERSION_FUNCTION,
    cindex.CursorKind.FUNCTION_TEMPLATE,
}


def main() -> None:
    """Read the files one by one."""
    paths = [Path(line) for line in sys.stdin.read().splitlines()]
    language = sys.argv[1]
    index = cindex.Index.create()
    for path in paths:
        folders = [folder for folder in path.parents if len(folder.parts) > 4]
        includes = [f"-I{folder / part}" for folder in folders for part in (".", "include", "src", "lib")]
        unit = index.parse(
            str(path),
            ["-x", language, "-std=gnu11" if language == "c" else "-std=c++20", "-ferror-limit=0", *includes],
            options=KEEP_GOING,
        )
        text = path.read_bytes()
        pending = [unit.cursor]
        while pending:
            cursor = pending.pop()
            for child in cursor.get_children():
                where = child.location.file
                if where is None or where.name == str(path):
                    pending.append(child)
            if cursor.kind in FUNCTIONS and cursor.is_definition():
                name = (
                    re.sub(r"<.*>$", "", cursor.spelling)
                    if "operator" not in cursor.spelling
                    else cursor.spelling
                )
                place = cursor.location
                written = text[place.offset : place.offset + 200].decode("utf-8", "replace")
                if written.replace(" ", "").startswith(name.replace(" ", "")):
                    kind = cursor.kind.name.lower()
                    print(json.dumps({"path": str(path), "name": name, "line": place.line, "kind": kind}))


if __name__ == "__main__":
    main()
