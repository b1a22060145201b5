"""Cost of goods of a course: the waterfall by activity of each route, and what moves the difference of two routes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.numbers import figure
from silicart.report.palette import GRID, INK, MUTED, delivery_style
from silicart.report.product.series import Cost, CostOfRoute, TornadoBar

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, GAP, RIGHT = 118.0, 26.0, 14.0
TOP, ROW, BOTTOM = 40.0, 19.0, 36.0
TORNADO_LEFT, TORNADO_ROW, LINE = 262.0, 32.0, 9.0
LABEL_WIDTH = 44
LOW, HIGH = "#8894a0", "#234b6e"


def waterfall_figure(cost: Cost) -> Figure:
    """Return one panel a route: each activity begins where the one before ended; the total has its 90 % interval."""
    names = _activities(cost)
    width = (canvas.WIDTH - LEFT - RIGHT - GAP * (len(cost.routes) - 1)) / max(len(cost.routes), 1)
    body = ROW * (len(names) + 1)
    end = max(max(route.total.high or 0.0, route.total.value) for route in cost.routes) * 1.16
    with canvas.drawing():
        sheet = canvas.sheet(TOP + body + BOTTOM)
        for place, route in enumerate(cost.routes):
            axes = sheet.add_axes(canvas.points(sheet, LEFT + place * (width + GAP), TOP, width, body))
            _waterfall(axes, route, names, end)
            axes.set_xlabel(f"{cost.unit} per course")
            if place == 0:
                for row, name in enumerate([*names, "Total"]):
                    axes.annotate(
                        name, (0, row), xycoords=("axes fraction", "data"), xytext=(-8, 0),
                        textcoords="offset points", ha="right", va="center", fontsize=7.5, color=INK,
                        fontweight="bold" if name == "Total" else "normal", annotation_clip=False,
                    )  # fmt: skip
    return sheet


def _activities(cost: Cost) -> list[str]:
    """All activities in the order of the routes, so that one row means the same in every panel."""
    names: list[str] = []
    for route in cost.routes:
        before = -1
        for one in route.activities:
            if one.label not in names:
                names.insert(before + 1, one.label)
            before = names.index(one.label)
    return names


def _waterfall(axes: Axes, route: CostOfRoute, names: Sequence[str], end: float) -> None:
    style = delivery_style(route.delivery, route.label)
    amounts = {one.label: one.value for one in route.activities}
    start = 0.0
    for row, name in enumerate(names):
        amount = amounts.get(name)
        if amount is None:
            axes.text(start + 0.01 * end, row, "–", fontsize=7.2, color=MUTED, va="center")
            continue
        axes.barh(row, amount, left=start, height=0.62, color=style.colour, linewidth=0)
        axes.plot((start + amount,) * 2, (row - 0.31, row + 1.31), color=MUTED, linewidth=0.6)
        right = start + amount
        # Where the words would leave the panel they stand before the bar.
        inside = right > 0.86 * end
        axes.text(
            start - 0.012 * end if inside else right + 0.012 * end, row, figure(amount, 2), fontsize=7.2, color=INK,
            va="center", ha="right" if inside else "left",
        )  # fmt: skip
        start += amount
    row = len(names)
    total = route.total
    axes.barh(row, total.value, height=0.62, color=style.ink, linewidth=0)
    words = figure(total.value, 3)
    if total.low is not None and total.high is not None:
        axes.plot((total.low, total.high), (row, row), color="white", linewidth=3.2, zorder=3)
        axes.plot((total.low, total.high), (row, row), color=INK, linewidth=1.4, zorder=4)
        for at in (total.low, total.high):
            axes.plot((at, at), (row - 0.16, row + 0.16), color=INK, linewidth=1.4, zorder=4)
        words += f"  [{figure(total.low, 3)} to {figure(total.high, 3)}]"
    axes.set_title(route.label, color=style.ink, loc="left", fontweight="bold", pad=16)
    axes.annotate(
        f"total {words}", (0, 1), xycoords="axes fraction", xytext=(0, 6), textcoords="offset points", fontsize=7.5,
        color=INK,
    )  # fmt: skip
    axes.set_ylim(row + 0.5, -0.5)
    axes.set_yticks([])
    axes.set_xlim(0, end)
    axes.grid(visible=True, axis="x", color=GRID)


def tornado_figure(cost: Cost) -> Figure:
    """Return the tornado: what the difference becomes at the two ends of each input, widest first as given.

    Raises ValueError when the cost has no difference.
    """
    if cost.difference is None:
        raise ValueError("a cost without a difference has no tornado")
    centre = cost.difference.value
    body = TORNADO_ROW * len(cost.tornado)
    ends = [0.0, centre, *(value for bar in cost.tornado for value in (bar.at_low, bar.at_high))]
    room = 0.16 * (max(ends) - min(ends) or 1.0)
    with canvas.drawing():
        sheet = canvas.sheet(TOP + body + BOTTOM)
        axes = sheet.add_axes(canvas.points(sheet, TORNADO_LEFT, TOP, canvas.WIDTH - TORNADO_LEFT - RIGHT, body))
        axes.set_xlim(min(ends) - room, max(ends) + room)
        axes.set_ylim(len(cost.tornado) - 0.5, -0.5)
        axes.set_yticks([])
        for row, bar in enumerate(cost.tornado):
            _bar(axes, row, bar, centre)
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.axvline(centre, color=MUTED, linewidth=0.9, linestyle=(0, (3, 2)))
        axes.set_xlabel(f"{cost.difference.label}, {cost.unit} per course")
        axes.grid(visible=True, axis="x", color=GRID)
        axes.annotate(
            f"as centred: {figure(centre, 3)}", (centre, 1), xycoords=("data", "axes fraction"), xytext=(4, 7),
            textcoords="offset points", fontsize=7.2, color=MUTED, va="center",
        )  # fmt: skip
        x, y, _, _ = canvas.points(sheet, 6, 14, 0, 0)
        sheet.text(x, y, "Input, 5 % and 95 % point, grade", fontsize=7.2, fontweight="bold", color=MUTED,
                   va="center")  # fmt: skip
        for left, words, colour in (
            (TORNADO_LEFT, "input at its low end", LOW),
            (TORNADO_LEFT + 120, "at its high end", HIGH),
        ):
            x, y, _, _ = canvas.points(sheet, left, 14, 0, 0)
            sheet.text(x, y, "■ " + words, fontsize=7.2, color=colour, va="center")
    return sheet


def _bar(axes: Axes, row: int, bar: TornadoBar, centre: float) -> None:
    for value, colour in ((bar.at_low, LOW), (bar.at_high, HIGH)):
        axes.barh(row, value - centre, left=centre, height=0.6, color=colour, linewidth=0)
    left, right = sorted((bar.at_low, bar.at_high))
    for value, side, gap in ((min(left, centre), "right", -3), (max(right, centre), "left", 3)):
        axes.annotate(
            figure(value, 2), (value, row), xytext=(gap, 0), textcoords="offset points", ha=side, va="center",
            fontsize=6.8, color=INK,
        )  # fmt: skip
    lines = canvas.wrapped(bar.label, LABEL_WIDTH).split("\n")
    words = [*((line, 7.4, INK) for line in lines)]
    words.append((f"{bar.low_input} to {bar.high_input}, grade {bar.grade}", 6.6, MUTED))
    for place, (line, size, ink) in enumerate(words):
        axes.annotate(
            line, (0, row), xycoords=("axes fraction", "data"),
            xytext=(-8, ((len(words) - 1) / 2 - place) * LINE), textcoords="offset points", ha="right", va="center",
            fontsize=size, color=ink, annotation_clip=False,
        )  # fmt: skip
