"""Lets the tests, and the workers they start, import `engine_stages`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
