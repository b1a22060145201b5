"""The sheet that every figure is drawn on: its size, type, quiet axes and time ticks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from silicart.report.palette import GRID, INK, MUTED, ArmStyle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 720.0
"""Width of every figure in points; the page scales it to its column."""

DAYS_PER_MONTH = 365.25 / 12

_SETTINGS: dict[str, Any] = {
    # Text stays text, so that it can be searched and read aloud. Layout is measured with DejaVu Sans, which is wider
    # than what browsers put first in this list: labels may come out smaller than planned, never larger.
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8.0,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "axes.edgecolor": "#aab4bf",
    "axes.linewidth": 0.7,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": INK,
    "xtick.color": "#aab4bf",
    "ytick.color": "#aab4bf",
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.size": 0.0,
    "ytick.minor.size": 0.0,
    "text.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "round",
    "path.simplify": True,
    "path.simplify_threshold": 0.3,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Draw inside this context, so that the report's look never leaks into the caller's matplotlib."""
    import matplotlib

    # Newer matplotlib types its settings by name, older ones do not: the mapping is right for both.
    with matplotlib.rc_context(cast(Any, _SETTINGS)):
        yield


def sheet(height: float) -> Figure:
    """Return an empty figure of the report's width and of the given height in points."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 72, height / 72))
    FigureCanvasSVG(figure)
    return figure


def points(figure: Figure, left: float, top: float, width: float, height: float) -> tuple[float, float, float, float]:
    """Return a box given in points from the figure's top left corner as the fractions that matplotlib wants."""
    wide, high = (float(side) * 72 for side in figure.get_size_inches())
    return left / wide, 1 - (top + height) / high, width / wide, height / high


def month_ticks(axes: Axes, start: float, end: float) -> None:
    """Label a time axis in days with months for a long course and with days for a short one."""
    from matplotlib.ticker import FixedFormatter, FixedLocator

    span = end - start
    if span > 150:
        every, unit = (6 if span > 400 else 3), DAYS_PER_MONTH
    else:
        every, unit = (7 if span <= 35 else 14), 1.0
    marks = range(0, int((end + 1) / unit) + 1, every)
    axes.xaxis.set_major_locator(FixedLocator([mark * unit for mark in marks]))
    axes.xaxis.set_major_formatter(FixedFormatter([str(mark) for mark in marks]))
    # Two years are 730 days and 24 months 730.5: keep the last label on the axis.
    axes.set_xlim(start, max(end, marks[-1] * unit))


def row_labels(axes: Axes, styles: Sequence[ArmStyle], characters: int, size: float) -> None:
    """Name the rows of a chart at their left, in each arm's ink, a long name on two lines.

    Each line is a text of its own: matplotlib would place the lines of one text by the widths of its own font, and the
    reader's font has others.
    """
    axes.set_yticks(range(len(styles)), labels=[])
    for row, style in enumerate(styles):
        lines = wrapped(style.label, characters).split("\n")
        for place, line in enumerate(lines):
            lower = (place - (len(lines) - 1) / 2) * size * 1.2
            axes.annotate(
                line, (0, row), xycoords=("axes fraction", "data"), xytext=(-8, -lower), textcoords="offset points",
                ha="right", va="center", fontsize=size, color=style.ink, annotation_clip=False,
            )  # fmt: skip


def wrapped(text: str, characters: int, lines: int = 2) -> str:
    """Break a label into at most `lines` lines; what does not fit ends in an ellipsis."""
    return "\n".join(textwrap.wrap(text, characters, max_lines=lines, placeholder=" …"))
