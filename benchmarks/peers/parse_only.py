"""The limit: tree-sitter parsing each file of a tree that `codegloss extract` keeps, and nothing else.

Run by extract.py. Prints files, bytes and seconds as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from codegloss.extract.languages import languages, tools
from codegloss.extract.repos import discover, read
from codegloss.extract.repos.sources import DiscoveryOptions
from codegloss.extract.stage import key_of
from codegloss.records import Source

if __name__ == "__main__":
    sources = [
        source
        for source in discover([Path(path) for path in sys.argv[1:]], DiscoveryOptions())
        if isinstance(source, Source)
    ]
    files = [
        (key, data) for source in sources if (key := key_of(source, data := read(source))) in languages()
    ]
    for key in {key for key, _ in files}:
        tools(key)
    before = time.perf_counter()
    for key, data in files:
        tools(key).parser.parse(data)
    seconds = time.perf_counter() - before
    print(json.dumps({"files": len(files), "bytes": sum(len(data) for _, data in files), "seconds": seconds}))
