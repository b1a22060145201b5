"""The picture of a benchmark: one panel a problem, achieved error against speed, one line a simulator."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from silicart.bench.peers.protocol import PEERS
from silicart.bench.results import TARGET_ERROR, ProblemResult, Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 2
PANEL_HEIGHT, GAP, TOP, BOTTOM, LEFT, RIGHT, BETWEEN = 205.0, 62.0, 58.0, 44.0, 46.0, 12.0, 44.0

# (colour, marker), fixed by simulator; silicart stands out, the others are told apart by both.
STYLES: Mapping[str, tuple[str, str]] = {
    "silicart": ("#D55E00", "o"),
    "pydiffsol": ("#0072B2", "s"),
    "libroadrunner": ("#009E73", "^"),
    "amici": ("#CC79A7", "D"),
    "copasi": ("#8A5F00", "v"),
    "scipy": ("#56B4E9", "P"),
    "diffrax": ("#6B7682", "X"),
}


def draw(report: Report) -> str:
    """Return the picture as SVG text; problems without a curve are left out."""
    from silicart.report.figures import canvas

    results = [result for result in report.problems if any(curve.points for curve in result.curves)]
    rows = max(1, math.ceil(len(results) / COLUMNS))
    height = TOP + rows * PANEL_HEIGHT + (rows - 1) * GAP + BOTTOM
    with canvas.drawing():
        figure = canvas.sheet(height)
        wide = (canvas.WIDTH - LEFT - RIGHT - BETWEEN * (COLUMNS - 1)) / COLUMNS
        for place, result in enumerate(results):
            row, column = divmod(place, COLUMNS)
            left = LEFT + column * (wide + BETWEEN)
            top = TOP + row * (PANEL_HEIGHT + GAP)
            axes = figure.add_axes(canvas.points(figure, left, top, wide, PANEL_HEIGHT))
            _panel(axes, result, speed_label=column == 0, error_label=row == rows - 1 or place + COLUMNS >= len(results))
        _legend(figure, results)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def _panel(axes: Axes, result: ProblemResult, *, speed_label: bool, error_label: bool) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_title(f"{result.name}: {result.states} states, {_amount(result)}", loc="left", pad=6)
    axes.axvline(TARGET_ERROR, color="#aab4bf", linewidth=0.8, linestyle=(0, (3, 2)))
    for curve in sorted(result.curves, key=lambda curve: curve.peer == "silicart"):
        colour, marker = STYLES[curve.peer]
        ours = curve.peer == "silicart"
        points = [point for point in curve.points if math.isfinite(point.error)]
        axes.plot(
            [point.error for point in points],
            [point.rate for point in points],
            color=colour,
            linewidth=2.0 if ours else 1.2,
            zorder=3 if ours else 2,
        )
        for point in points:
            # A hollow mark: too many of its simulations failed for it to be compared.
            axes.plot(
                point.error,
                point.rate,
                marker=marker,
                markersize=5.0 if ours else 4.2,
                color=colour,
                markerfacecolor=colour if point.usable else "white",
                zorder=3 if ours else 2,
            )
    axes.set_xlim(*_limits([point.error for curve in result.curves for point in curve.points], TARGET_ERROR))
    axes.set_ylim(*_limits([point.rate for curve in result.curves for point in curve.points]))
    axes.invert_xaxis()
    if speed_label:
        axes.set_ylabel("simulations a second on one core")
    if error_label:
        axes.set_xlabel("achieved error: more exact to the right")


def _amount(result: ProblemResult) -> str:
    doses = f"{result.doses} doses" if result.doses else "no doses"
    return f"{doses}, {result.outputs} outputs at {result.times} times"


def _limits(values: Sequence[float], *also: float) -> tuple[float, float]:
    shown = [value for value in (*values, *also) if math.isfinite(value) and value > 0]
    if not shown:
        return 0.1, 1.0
    # Errors above 1 say only that a result is useless; the axis need not show how useless.
    return min(shown) / 1.7, min(max(shown), 1e6) * 1.7


def _legend(figure: object, results: Sequence[ProblemResult]) -> None:
    from silicart.report.figures import canvas

    shown = [peer for peer in PEERS if any(curve.peer == peer and curve.points for r in results for curve in r.curves)]
    axes = figure.add_axes(canvas.points(figure, LEFT, 6, canvas.WIDTH - LEFT - RIGHT, 26))  # type: ignore[attr-defined, arg-type]
    axes.axis("off")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    step = 1 / max(len(shown), 1)
    for place, peer in enumerate(shown):
        colour, marker = STYLES[peer]
        axes.plot([place * step + 0.005], [0.5], marker=marker, markersize=5.5, color=colour, clip_on=False)
        axes.text(
            place * step + 0.02, 0.5, PEERS[peer].label, va="center", fontsize=8.5, color=colour,
            fontweight="bold" if peer == "silicart" else "normal",
        )  # fmt: skip
