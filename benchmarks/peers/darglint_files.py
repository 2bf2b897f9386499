"""darglint on one file after the other, each in a process of its own that may not take long. Run by linters.

    PEERS/bin/python darglint_files.py SECONDS [OPTION…] -- FILE…

Some docstrings take darglint minutes. A file whose process was stopped or failed is told as
`unread FILE`.
"""

from __future__ import annotations

import os
import resource
import sys

from darglint.driver import main

if __name__ == "__main__":
    border = sys.argv.index("--")
    seconds, options, files = int(sys.argv[1]), sys.argv[2:border], sys.argv[border + 1 :]
    for file in files:
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            sys.argv = ["darglint", *options, file]
            main()
            sys.exit()
        if os.waitpid(child, 0)[1]:  # stopped, or failed: what it finds is told with -x by 0
            print("unread", file, flush=True)
