"""Work-precision curves: achieved error against speed, one panel a problem, one line a simulator."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.palette import INK, MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 2
PANEL_HEIGHT, PANEL_GAP, TOP, BOTTOM, LEFT, RIGHT, BETWEEN = 200.0, 66.0, 66.0, 40.0, 46.0, 10.0, 40.0
LEGEND_TOP, LEGEND_HEIGHT, LEGEND_STEP = 8.0, 22.0, 92.0
WORST_SHOWN = 1.0
"""An error above this says only that a result is useless; the axis need not show how useless."""


@dataclass(frozen=True)
class Style:
    """How a line looks: `lead` for the one that the picture is about."""

    label: str
    colour: str
    marker: str
    lead: bool = False


@dataclass(frozen=True)
class Line:
    """A curve; a hollow mark where `solid` is False: too many of its simulations failed to compare it."""

    style: Style
    errors: Sequence[float]
    rates: Sequence[float]
    solid: Sequence[bool]


@dataclass(frozen=True)
class Panel:
    """One problem: its name, what is simulated, and its lines."""

    title: str
    subtitle: str
    lines: Sequence[Line]


def draw_work_precision(panels: Sequence[Panel], styles: Sequence[Style], target: float) -> str:
    """Return the picture as SVG text; `styles` in the order of the legend, `target` the error that is compared at.

    Examples
    --------
    >>> style = Style("one", "#0072B2", "o", lead=True)
    >>> panel = Panel("decay", "no doses", [Line(style, [1e-3, 1e-6], [100.0, 50.0], [True, True])])
    >>> draw_work_precision([panel], [style], 5e-6).count("decay")
    1
    """
    columns = min(COLUMNS, max(len(panels), 1))
    rows = max(1, math.ceil(len(panels) / columns))
    height = TOP + rows * PANEL_HEIGHT + (rows - 1) * PANEL_GAP + BOTTOM
    wide = (canvas.WIDTH - LEFT - RIGHT - BETWEEN * (columns - 1)) / columns
    with canvas.drawing():
        import matplotlib

        # Without a salt the ids of clip paths are random, and the same figures would give another file each time.
        matplotlib.rcParams["svg.hashsalt"] = "work-precision"
        figure = canvas.sheet(height)
        figure.patch.set_facecolor("white")
        for place, panel in enumerate(panels):
            row, column = divmod(place, columns)
            box = canvas.points(
                figure, LEFT + column * (wide + BETWEEN), TOP + row * (PANEL_HEIGHT + PANEL_GAP), wide, PANEL_HEIGHT
            )
            axes = figure.add_axes(box)
            _draw_panel(axes, panel, target)
            if column == 0:
                axes.set_ylabel("simulations a second on one core")
            if place + columns >= len(panels):
                axes.set_xlabel("achieved error, more exact to the right")
        _draw_legend(figure, styles)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def _draw_panel(axes: Axes, panel: Panel, target: float) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_title(panel.title, loc="left", pad=16, fontweight="bold")
    axes.annotate(
        panel.subtitle, (0, 1), xycoords="axes fraction", xytext=(0, 5), textcoords="offset points",
        fontsize=7.5, color=MUTED,
    )  # fmt: skip
    axes.axvline(target, color=MUTED, linewidth=0.9, linestyle=(0, (3, 2)))
    for line in sorted(panel.lines, key=lambda line: line.style.lead):
        _draw_line(axes, line)
    errors = [min(error, WORST_SHOWN) for line in panel.lines for error in line.errors if error > 0]
    rates = [rate for line in panel.lines for rate in line.rates if math.isfinite(rate)]
    low, high = min([*errors, target]) / 2, max([*errors, target]) * 2
    axes.set_xlim(high, low)
    axes.set_ylim(min(rates, default=1.0) / 1.7, max(rates, default=1.0) * 1.7)
    axes.annotate(
        f"{target:.0e}".replace("e-0", "e-"), (target, 1), xycoords=("data", "axes fraction"), xytext=(3, -8),
        textcoords="offset points", fontsize=7, color=MUTED,
    )  # fmt: skip


def _draw_line(axes: Axes, line: Line) -> None:
    style = line.style
    order = 4 if style.lead else 3
    axes.plot(line.errors, line.rates, color=style.colour, linewidth=2.0 if style.lead else 1.1, zorder=order)
    for error, rate, solid in zip(line.errors, line.rates, line.solid, strict=True):
        axes.plot(
            error, rate, marker=style.marker, markersize=5.0 if style.lead else 4.2, color=style.colour,
            markerfacecolor=style.colour if solid else "white", zorder=order,
        )  # fmt: skip


def _draw_legend(figure: Figure, styles: Sequence[Style]) -> None:
    axes = figure.add_axes(canvas.points(figure, LEFT, LEGEND_TOP, canvas.WIDTH - LEFT - RIGHT, LEGEND_HEIGHT))
    axes.axis("off")
    axes.set_xlim(0, canvas.WIDTH - LEFT - RIGHT)
    axes.set_ylim(0, 1)
    step = min(LEGEND_STEP, (canvas.WIDTH - LEFT - RIGHT) / max(len(styles), 1))
    for place, style in enumerate(styles):
        axes.plot([place * step + 4], [0.5], marker=style.marker, markersize=5.5, color=style.colour, clip_on=False)
        axes.text(
            place * step + 12, 0.5, style.label, va="center", fontsize=8.0, color=INK,
            fontweight="bold" if style.lead else "normal",
        )  # fmt: skip
