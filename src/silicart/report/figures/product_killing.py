"""The killing assay: share of targets killed against effectors per target, by how long the cells were kept before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.figures.direct_labels import EndLabel, end_labels
from silicart.report.palette import INK, delivery_style
from silicart.report.product.series import Killing, KillingCurve, KillingPoint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, RIGHT, GAP = 48.0, 44.0, 46.0
TOP, BODY, BOTTOM = 26.0, 190.0, 34.0
NOTE, NOTE_COLUMNS = 12.5, 2
MARK = 11.0
"""Height and width of a numbered mark, points."""


def killing_figure(shown: Killing) -> Figure:
    """Return one panel a delivery, one line an age of the cells; published points stand where they belong, numbered."""
    deliveries = tuple(dict.fromkeys(curve.delivery for curve in shown.curves))
    width = (canvas.WIDTH - LEFT - RIGHT - GAP * (len(deliveries) - 1)) / max(len(deliveries), 1)
    numbered = {point: place for place, point in enumerate(shown.points, start=1)}
    with canvas.drawing():
        rows = -(-len(numbered) // NOTE_COLUMNS)
        figure = canvas.sheet(TOP + BODY + BOTTOM + NOTE * rows + (6 if rows else 0))
        for place, delivery in enumerate(deliveries):
            axes = figure.add_axes(canvas.points(figure, LEFT + place * (width + GAP), TOP, width, BODY))
            _panel(
                axes,
                [curve for curve in shown.curves if curve.delivery == delivery],
                {point: number for point, number in numbered.items() if point.delivery == delivery},
                _span(shown),
            )
            axes.set_title(delivery_style(delivery).label, color=delivery_style(delivery).ink, loc="left",
                           fontweight="bold", pad=6)  # fmt: skip
            axes.tick_params(labelleft=place == 0)
            if place == 0:
                axes.set_ylabel(f"targets killed in {shown.assay_hours:.0f} h, %")
        for point, number in numbered.items():
            column, row = divmod(number - 1, rows)
            left = LEFT + column * (canvas.WIDTH - LEFT) / NOTE_COLUMNS
            x, y, _, _ = canvas.points(figure, left, TOP + BODY + BOTTOM + NOTE * (row + 0.8), 0, 0)
            figure.text(x, y, f"{number}  {point.label}", fontsize=7.2, color=INK, va="center")
    return figure


def _panel(
    axes: Axes, curves: Sequence[KillingCurve], points: dict[KillingPoint, int], span: tuple[float, float]
) -> None:
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    axes.set_xscale("log", base=2)
    axes.set_xlim(*span)
    axes.set_ylim(0, 104)
    axes.set_yticks([0, 25, 50, 75, 100])
    labels = []
    ages = sorted({curve.hours for curve in curves})
    for curve in curves:
        style = delivery_style(curve.delivery)
        older = ages.index(curve.hours) / max(len(ages) - 1, 1)
        axes.plot(curve.effector_to_target, 100 * curve.killed, color=_paler(style.colour, 0.55 * older),
                  linewidth=2.0 - 0.7 * older)  # fmt: skip
        labels.append(EndLabel(float(100 * curve.killed[-1]), f"{curve.hours:g} h", style.ink))
    for point, number, moved in _side_by_side(axes, points):
        at = point.effector_to_target * moved
        if point.low is not None and point.high is not None:
            axes.plot((at, at), (100 * point.low, 100 * point.high), color=INK, linewidth=1.0, zorder=4, clip_on=False)
        axes.plot(at, 100 * point.killed, "o", color="white", markersize=MARK - 2, markeredgecolor=INK, zorder=5,
                  clip_on=False)  # fmt: skip
        axes.annotate(str(number), (at, 100 * point.killed), ha="center", va="center_baseline", fontsize=6.6,
                      color=INK, zorder=6, annotation_clip=False)  # fmt: skip
    ticks = [2.0**power for power in range(-6, 8) if span[0] <= 2.0**power <= span[1]]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FixedFormatter([_ratio(tick) for tick in ticks]))
    axes.set_xlabel("CAR+ cells per target (E:T)")
    if len(ages) > 1:
        end_labels(axes, labels)


def _side_by_side(axes: Axes, points: dict[KillingPoint, int]) -> list[tuple[KillingPoint, int, float]]:
    """Give each point the factor on its ratio by which it moves sideways, so that no mark covers another."""
    low, high = axes.get_xlim()
    octave = float(axes.bbox.width) * 72 / axes.figure.dpi / math.log2(high / low)
    percent = float(axes.bbox.height) * 72 / axes.figure.dpi / 104
    taken: list[tuple[float, float]] = []
    found = []
    for point, number in points.items():
        x, y = math.log2(point.effector_to_target) * octave, 100 * point.killed * percent
        steps = (0.0, *(sign * step * MARK for step in range(1, len(points) + 1) for sign in (-1.0, 1.0)))
        move = next(step for step in steps if all(abs(x + step - a) >= MARK or abs(y - b) >= MARK for a, b in taken))
        taken.append((x + move, y))
        found.append((point, number, 2.0 ** (move / octave)))
    return found


def _span(shown: Killing) -> tuple[float, float]:
    ratios = [float(one) for curve in shown.curves for one in curve.effector_to_target]
    ratios += [point.effector_to_target for point in shown.points]
    return min(ratios) / 1.15, max(ratios)


def _ratio(tick: float) -> str:
    return f"{tick:g}:1" if tick >= 1 else f"1:{1 / tick:g}"


def _paler(colour: str, share: float) -> str:
    """The colour mixed with white."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * share):02x}" for part in parts)
