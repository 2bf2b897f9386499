"""Comments and code of other repositories, to compare with: a cosine alone says little.

Whether 0.4 is much depends on the comment: one of common words is near to any code. So the cosine of a
comment with its own code is set against those with the codes of a bank, and that of the code against
those with the comments of the bank. Such relations carry over from project to project better than the
cosine does (cross-domain similarity local scaling, Conneau and others, arXiv 1710.04087, is one of them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
NEAREST = 8  # of the bank, that stand for those a comment could be mistaken for


@dataclass(frozen=True, slots=True)
class Bank:
    """k documented functions of repositories that nothing is judged in."""

    texts: Floats  # (k, dimensions), unit vectors of their summaries
    codes: Floats  # (k, dimensions), of their code

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `from_arrays` makes a bank of; half precision moves a cosine by less than 0.001."""
        return {"bank_texts": self.texts.astype(np.float16), "bank_codes": self.codes.astype(np.float16)}


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Bank:
    """The bank of those arrays. Raises KeyError where one is missing."""
    return Bank(arrays["bank_texts"].astype(np.float32), arrays["bank_codes"].astype(np.float32))


def relative(leads: Floats, owns: Floats, bank: Bank) -> list[dict[str, float]]:
    """How n summaries and their codes, (n, dimensions) unit vectors both, stand among those of the bank."""
    cosines = (leads * owns).sum(1)
    codes, texts = leads @ bank.codes.T, owns @ bank.texts.T
    near_codes, near_texts = _nearest(codes), _nearest(texts)
    columns = {
        "among_codes": _standard(cosines, codes),
        "codes_nearer": (codes >= cosines[:, None]).mean(1),
        "above_nearest_codes": cosines - near_codes,
        "among_texts": _standard(cosines, texts),
        "texts_nearer": (texts >= cosines[:, None]).mean(1),
        "above_nearest_texts": cosines - near_texts,
        "scaled": 2 * cosines - near_codes - near_texts,
        "typical": _nearest(leads @ bank.texts.T),  # high for what is said of many functions
    }
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _standard(values: Floats, among: Floats) -> Floats:
    """Standard deviations above the mean of each row."""
    found: Floats = (values - among.mean(1)) / np.maximum(among.std(1), 1e-6)
    return found


def _nearest(cosines: Floats) -> Floats:
    most = min(NEAREST, cosines.shape[1])
    found: Floats = np.partition(cosines, -most, axis=1)[:, -most:].mean(1)
    return found
