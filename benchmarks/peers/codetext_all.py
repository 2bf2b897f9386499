"""CodeText's toolkit over Python files: its own `parse_file`, which finds classes, methods and functions.

Run by extract.py with the interpreter of an environment that holds codetext,
tree-sitter==0.20.4, tree-sitter-languages and tabulate. Prints functions, bytes, failed
files and seconds as JSON.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from pathlib import Path

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    from codetext.codetext_cli import parse_file

    paths = Path(sys.argv[1]).read_text().splitlines()
    parse_file(paths[0], "python")
    functions = size = failed = 0
    before = time.perf_counter()
    for path in paths:
        try:
            found = parse_file(path, "python")
        except Exception:
            failed += 1
            continue
        size += Path(path).stat().st_size
        functions += len(found["function"]) + sum(len(one["method"]) for one in found["class"])
    seconds = time.perf_counter() - before
    print(json.dumps({"functions": functions, "bytes": size, "failed": failed, "seconds": seconds}))
