"""Switches off what the libraries below would report to their makers.

Daft, Ray and the hub clients read these variables when they are first imported, in
every process: `switch_off_telemetry` is called before that, and a cluster's workers
get the same variables through their environment.
"""

from __future__ import annotations

import os

VARIABLES = {
    "DAFT_ANALYTICS_ENABLED": "0",
    "DAFT_PROGRESS_BAR": "0",
    "DAFT_SHOW_QUERY_ID": "0",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_USAGE_STATS_PROMPT_ENABLED": "0",
    "SCARF_NO_ANALYTICS": "true",
}


def switch_off_telemetry() -> None:
    """Set the variables for this process and the ones it starts, over whatever was set."""
    os.environ.update(VARIABLES)
