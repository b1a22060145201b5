"""Figures of a product show what they are given, name their axes with units, and keep their words apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from silicart.report.figures import canvas
from silicart.report.figures.direct_labels import moved_apart
from silicart.report.figures.donor_series import donor_figure
from silicart.report.figures.product_balance import balance_figure
from silicart.report.figures.product_cost import tornado_figure, waterfall_figure
from silicart.report.figures.product_expression import expression_figure
from silicart.report.figures.product_killing import killing_figure
from silicart.report.figures.product_viability import viability_figure
from silicart.report.palette import delivery_style
from silicart.report.product.series import Estimate

DRAWN: dict[str, Callable[[ModuleType], Figure]] = {
    "expression": lambda invented: expression_figure(invented.expression()),
    "viability": lambda invented: viability_figure(invented.viability()),
    "killing": lambda invented: killing_figure(invented.killing()),
    "waterfall": lambda invented: waterfall_figure(invented.cost()),
    "tornado": lambda invented: tornado_figure(invented.cost()),
    "balance": lambda invented: balance_figure(invented.balance()),
    "donors": lambda invented: donor_figure(invented.donors()),
}


@pytest.mark.parametrize("name", DRAWN)
def test_words_neither_meet_nor_leave_the_sheet(name: str, invented: ModuleType) -> None:
    words = _words(DRAWN[name](invented))
    assert len(words) > 10
    for (one, here), (other, there) in combinations(words, 2):
        # Half a point of grace: letters do not fill the box of their text.
        assert not here.padded(-0.5).overlaps(there.padded(-0.5)), f"{one!r} meets {other!r}"
    wide, high = (side * 72 for side in DRAWN[name](invented).get_size_inches())
    for text, box in words:
        assert box.x0 >= -1, text
        assert box.x1 <= wide + 1, text
        assert box.y0 >= -1, text
        assert box.y1 <= high + 1, text


def test_words_that_meet_would_be_seen() -> None:
    figure = Figure(figsize=(3, 2), dpi=72)
    figure.text(0.2, 0.5, "one label")
    figure.text(0.25, 0.5, "another")
    (_, here), (_, there) = _words(figure)
    assert here.overlaps(there)


@pytest.mark.parametrize(
    ("name", "axes"),
    [
        ("expression", ("CAR molecules per cell", "CAR+, % of viable cells", "hours since the start of delivery")),
        ("viability", ("alive after delivery, % of cells", "dose, µg of mRNA per million cells")),
        ("killing", ("targets killed in 24 h, %", "CAR+ cells per target (E:T)")),
        ("waterfall", ("thousand USD of 2024 per course",)),
        ("tornado", ("mRNA-LNP less lentivirus, thousand USD of 2024 per course",)),
        ("balance", ("viable cells", "molecules", "copies")),
        ("donors", ("positive, % of cells", "days since transfection")),
    ],
)
def test_axes_say_what_they_count_in(name: str, axes: tuple[str, ...], invented: ModuleType) -> None:
    figure = DRAWN[name](invented)
    said = {label for one in figure.axes for label in (one.get_xlabel(), one.get_ylabel())}
    assert set(axes) <= said


def test_a_delivery_looks_the_same_in_every_figure(invented: ModuleType) -> None:
    expression, killing = expression_figure(invented.expression()), killing_figure(invented.killing())
    for place, delivery in enumerate(("lnp", "electroporation", "lentivirus")):
        style = delivery_style(delivery)
        assert style.colour in {line.get_color() for line in expression.axes[place].get_lines()}
        youngest = killing.axes[place].get_lines()[0]
        assert str(youngest.get_color()).lower() == style.colour.lower()
        assert expression.axes[place].get_title("left") == style.label


def test_the_band_is_the_spread_of_the_cells(invented: ModuleType) -> None:
    shown = invented.expression()
    for axes, course in zip(expression_figure(shown).axes, shown.courses, strict=False):
        box = axes.collections[0].get_paths()[0].get_extents()
        assert box.ymax == pytest.approx(course.p95.max())
        assert box.ymin == pytest.approx(course.p05.min())
        heights = {float(np.ravel(line.get_ydata())[0]) for line in axes.get_lines()[-2:]}
        assert heights == {shown.functional_threshold, shown.flow_threshold}


def test_a_waterfall_ends_at_its_total(invented: ModuleType) -> None:
    cost = invented.cost()
    for axes, route in zip(waterfall_figure(cost).axes, cost.routes, strict=True):
        bars = sorted(_bars(axes), key=lambda bar: bar.get_y())
        steps, total = bars[:-1], bars[-1]
        assert len(steps) == len(route.activities)
        assert steps[-1].get_x() + steps[-1].get_width() == pytest.approx(total.get_width())
        for before, after in pairwise(steps):
            assert after.get_x() == pytest.approx(before.get_x() + before.get_width())


def test_an_activity_has_one_row_in_every_route(invented: ModuleType) -> None:
    lnp, virus = waterfall_figure(invented.cost()).axes
    # The first route has no vector: its row holds a dash and its other bars keep the rows of the second.
    rows = [{round(bar.get_y() + bar.get_height() / 2) for bar in _bars(axes)} for axes in (lnp, virus)]
    assert rows[1] - rows[0] == {2}


def test_a_cost_without_difference_has_no_tornado(invented: ModuleType) -> None:
    with pytest.raises(ValueError, match="no tornado"):
        tornado_figure(replace(invented.cost(), difference=None))


def test_a_point_without_interval_has_no_whisker(invented: ModuleType) -> None:
    shown = invented.viability()
    bare = replace(shown, published=tuple(Estimate(one.label, one.value) for one in shown.published))
    lines = [len(viability_figure(one).axes[1].get_lines()) for one in (shown, bare)]
    assert lines[0] - lines[1] == len(shown.published)


def test_a_series_that_was_not_measured_says_so(invented: ModuleType) -> None:
    panels = donor_figure(invented.donors()).axes
    empty = [axes for axes in panels if not axes.get_lines()]
    assert [text.get_text() for axes in empty for text in axes.texts] == ["not measured"]


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8), st.floats(0.1, 20))
def test_labels_moved_apart_keep_order_and_centre(places: list[float], gap: float) -> None:
    moved = moved_apart(places, gap)
    order = np.argsort(places, kind="stable")
    assert np.all(np.diff(np.array(moved)[order]) >= gap - 1e-9)
    assert np.mean(moved) == pytest.approx(np.mean(places), abs=1e-9)


def test_labels_that_are_apart_stay() -> None:
    assert moved_apart([30.0, 0.0, 12.0], 10.0) == [30.0, 0.0, 12.0]


def _bars(axes: Axes) -> list[Rectangle]:
    return [one for one in axes.patches if isinstance(one, Rectangle)]


class _Watching(RendererAgg):
    """Draws as ever and remembers each text that it was given, so that what is hidden or cut off does not count."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(width, height, 72)  # type: ignore[no-untyped-call]
        self.texts: list[Text] = []

    def draw_text(self, gc: Any, x: float, y: float, s: str, *rest: Any, **named: Any) -> None:
        super().draw_text(gc, x, y, s, *rest, **named)  # type: ignore[no-untyped-call]
        mtext = named.get("mtext")
        if isinstance(mtext, Text) and s.strip():
            self.texts.append(mtext)


def _words(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every text that is drawn, with its box in points."""
    with canvas.drawing():
        figure.set_dpi(72)
        renderer = _Watching(*(side * 72 for side in figure.get_size_inches()))
        figure.draw(renderer)
        return [(text.get_text(), text.get_window_extent(renderer)) for text in renderer.texts]
