"""The balance of a process: what goes into and comes out of each step, and where the rest is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.numbers import figure as written
from silicart.report.palette import GRID, INK, MUTED
from silicart.report.product.series import BalanceColumn, StepAmount

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, GAP, RIGHT = 104.0, 16.0, 8.0
TOP, ROW, BOTTOM = 30.0, 30.0, 34.0
OUT = "#234b6e"


def balance_figure(columns: Sequence[BalanceColumn]) -> Figure:
    """Return one row a step and one panel a kind: a hollow mark for what goes in, a filled one for what comes out."""
    steps = list(dict.fromkeys(amount.step for column in columns for amount in column.steps))
    width = (canvas.WIDTH - LEFT - RIGHT - GAP * (len(columns) - 1)) / max(len(columns), 1)
    body = ROW * len(steps)
    with canvas.drawing():
        sheet = canvas.sheet(TOP + body + BOTTOM)
        for place, column in enumerate(columns):
            axes = sheet.add_axes(canvas.points(sheet, LEFT + place * (width + GAP), TOP, width, body))
            _column(axes, column, steps)
            axes.set_title(column.label, loc="left", fontweight="bold", pad=5)
            if place == 0:
                for row, step in enumerate(steps):
                    axes.annotate(
                        step, (0, row), xycoords=("axes fraction", "data"), xytext=(-8, 0),
                        textcoords="offset points", ha="right", va="center", fontsize=7.5, color=INK,
                        annotation_clip=False,
                    )  # fmt: skip
        for left, words, colour in ((LEFT, "○ goes in", OUT), (LEFT + 60, "● comes out", OUT)):
            x, y, _, _ = canvas.points(sheet, left, 9, 0, 0)
            sheet.text(x, y, words, fontsize=7.2, color=colour, va="center")
    return sheet


def _column(axes: Axes, column: BalanceColumn, steps: Sequence[str]) -> None:
    from matplotlib.ticker import LogLocator, NullLocator

    by_step = {amount.step: amount for amount in column.steps}
    amounts = [value for one in column.steps for value in (one.into, one.out) if value]
    low, high = min(amounts, default=1.0) / 30, max(amounts, default=10.0) * 1.5
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(len(steps) - 0.5, -0.5)
    axes.set_yticks([])
    for row, step in enumerate(steps):
        amount = by_step.get(step)
        if amount is None or not (amount.into or amount.out):
            axes.text(0.02, row, "none yet", transform=axes.get_yaxis_transform(), fontsize=6.8,
                      color=MUTED, va="center")  # fmt: skip
            continue
        _step(axes, row, amount)
    axes.xaxis.set_major_locator(LogLocator(numticks=5))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.grid(visible=True, axis="x", color=GRID)
    axes.set_xlabel(column.unit)


def _step(axes: Axes, row: int, amount: StepAmount) -> None:
    # Marks and not bars: a logarithmic axis has no zero from which a bar could start.
    if amount.into and amount.out:
        axes.plot((amount.into, amount.out), (row - 0.18,) * 2, color=OUT, linewidth=1.2)
    if amount.into:
        axes.plot(amount.into, row - 0.18, "o", color="white", markeredgecolor=OUT, markersize=7, zorder=3)
    if amount.out:
        axes.plot(amount.out, row - 0.18, "o", color=OUT, markersize=4, zorder=4)
    axes.annotate(
        _words(amount), (0, row + 0.26), xycoords=("axes fraction", "data"), xytext=(2, 0), textcoords="offset points",
        fontsize=6.6, color=INK, va="center",
    )  # fmt: skip


def _words(amount: StepAmount) -> str:
    """What comes out, and the largest loss by name."""
    words = written(amount.out or 0.0, 2)
    losses = sorted((one for one in amount.lost if one[1] > 0), key=lambda one: -one[1])
    given = (amount.into or 0.0) + amount.made
    if losses and given:
        cause, lost = losses[0]
        share = 100 * lost / given
        if share >= 0.5:
            words += f"; {share:.0f} % {cause}"
    return words
