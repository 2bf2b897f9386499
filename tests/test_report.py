"""Axes have round ticks that span the values; a picture is a picture of something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegloss.report import Axis, Point, Series, linear_ticks, logarithmic_ticks, tradeoff_picture

values = st.floats(1e-5, 1e5)


@given(values, values)
def test_ticks_span_the_values_and_are_few(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    for ticks in (linear_ticks(low, high), logarithmic_ticks(low, high)):
        assert ticks == sorted(set(ticks))
        assert ticks[0] <= low * 1.001
        assert ticks[-1] >= high * 0.999
        assert 2 <= len(ticks) <= 40


def test_ticks_of_usual_ranges() -> None:
    assert linear_ticks(0.18, 0.47) == [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]
    assert logarithmic_ticks(0.07, 30) == pytest.approx([0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50])


def test_places_on_an_axis() -> None:
    assert Axis(0, 10, 100, 200, logarithmic=False).place(2.5) == 125
    assert Axis(0.1, 10, 0, 100, logarithmic=True).place(1) == pytest.approx(50)


def test_an_empty_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a point"):
        tradeoff_picture([], title="t", subtitle="s", x_label="x", y_label="y")


def test_marks_stand_inside_the_frame() -> None:
    series = [Series("one", (Point(0.01, 0.1, 0.0, 0.2, "a"), Point(300, 0.9, 0.8, 1.0, "b")), 0)]
    drawn = tradeoff_picture(series, title="t", subtitle="s", x_label="x", y_label="y")
    places = [float(part.split('"')[0]) for part in drawn.split('cx="')[1:]]
    assert places
    assert all(0 < place < 800 for place in places)
