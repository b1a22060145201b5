"""The killing assay: share of targets killed against effectors per target, fresh from delivery and days later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.figures.direct_labels import EndLabel, end_labels
from silicart.report.palette import INK, delivery_style
from silicart.report.product_series import Killing, KillingCurve, KillingPoint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, RIGHT, GAP = 48.0, 44.0, 46.0
TOP, BODY, BOTTOM = 26.0, 190.0, 34.0
NOTE = 12.0


def killing_figure(shown: Killing) -> Figure:
    """Return one panel a delivery, one line an age of the cells; published points stand where they belong, numbered."""
    deliveries = tuple(dict.fromkeys(curve.delivery for curve in shown.curves))
    width = (canvas.WIDTH - LEFT - RIGHT - GAP * (len(deliveries) - 1)) / max(len(deliveries), 1)
    numbered = {point: place for place, point in enumerate(shown.points, start=1)}
    with canvas.drawing():
        figure = canvas.sheet(TOP + BODY + BOTTOM + NOTE * len(numbered) + (6 if numbered else 0))
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
                axes.set_ylabel(f"targets killed in {shown.assay_hours:g} h, %")
        for point, number in numbered.items():
            x, y, _, _ = canvas.points(figure, LEFT, TOP + BODY + BOTTOM + NOTE * (number - 0.2), 0, 0)
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
    for point, number in points.items():
        if point.low is not None and point.high is not None:
            axes.plot((point.effector_to_target,) * 2, (100 * point.low, 100 * point.high), color=INK, linewidth=1.2)
        axes.plot(point.effector_to_target, 100 * point.killed, "D", color="white", markersize=5.5,
                  markeredgecolor=INK, zorder=4)  # fmt: skip
        axes.annotate(
            str(number), (point.effector_to_target, 100 * point.killed), xytext=(6, -6), textcoords="offset points",
            ha="left", va="center", fontsize=7.2, color=INK, zorder=5,
        )  # fmt: skip
    ticks = [2.0**power for power in range(-6, 8) if span[0] <= 2.0**power <= span[1]]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FixedFormatter([_ratio(tick) for tick in ticks]))
    axes.set_xlabel("CAR+ cells per target (E:T)")
    if len(ages) > 1:
        end_labels(axes, labels)


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
