"""Lets the tests here import the scripts beside them, which some of them run as processes of their own."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
