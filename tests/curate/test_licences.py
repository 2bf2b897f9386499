"""Which licence expressions leave a permissive choice."""

from __future__ import annotations

import pytest

from codegloss.curate.licences import is_permissive


@pytest.mark.parametrize(
    "expression",
    [
        "MIT",
        "GPL-2.0-only OR BSD-3-Clause",
        "Apache-2.0 WITH LLVM-exception",
        "MIT AND (GPL-3.0-only OR Zlib)",
        "MIT OR LGPL-2.1-only AND GPL-2.0-only",  # AND binds before OR
    ],
)
def test_permissive(expression: str) -> None:
    assert is_permissive(expression)


@pytest.mark.parametrize(
    "expression",
    [
        None,
        "",
        "GPL-3.0-only",
        "MIT AND GPL-2.0-only",
        "(MIT OR GPL-2.0-only) AND MPL-2.0",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "LicenseRef-Apache2",
        "CC-BY-NC-4.0",
        "MIT AND",
        "(MIT",
        "MIT)",
        "MIT MIT",
        "OR",
    ],
)
def test_not_permissive(expression: str | None) -> None:
    assert not is_permissive(expression)
