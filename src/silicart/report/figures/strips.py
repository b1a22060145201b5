"""One observable per strip: what is not known on the left, how patients differ on the right.

The two spreads never share a panel. Left, all arms together: the mean patient and its 90 % interval over parameter
draws. Right, one small panel an arm: the percentiles of the patients, and single patients where they help.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from silicart.report.figures import canvas
from silicart.report.palette import INK, MUTED, ArmStyle
from silicart.report.series import Curves, Series, single_patients

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

LEFT_MARGIN = 44.0
OVERVIEW_WIDTH = 268.0
PANELS_LEFT = 366.0
COLUMNS = 3
HEAD = 30.0
FOOT = 30.0


@dataclass(frozen=True)
class Strip:
    """What one strip shows: the observable, its words, its axis, and reference lines with their labels."""

    observable: str
    title: str
    axis: str
    scale: Literal["log", "linear"] = "linear"
    floor: float = 0.0
    ceiling: float | None = None
    start: float = 0.0
    end: float | None = None
    references: tuple[tuple[float, str], ...] = ()
    singles: bool = False


def strips_figure(
    curves: Curves,
    paths: pd.DataFrame,
    styles: Mapping[str, ArmStyle],
    strips: Sequence[Strip],
    horizon: float,
) -> Figure:
    """Return a figure with one strip an observable; every strip repeats the same two-part layout."""
    rows = -(-len(styles) // COLUMNS)
    body = max(150.0, rows * 74.0)
    with canvas.drawing():
        figure = canvas.sheet(len(strips) * (HEAD + body + FOOT) + 22)
        _heads(figure)
        for place, strip in enumerate(strips):
            top = 22 + place * (HEAD + body + FOOT)
            _strip(figure, curves, paths, styles, strip, top, body, rows, strip.end or horizon)
    return figure


def _heads(figure: Figure) -> None:
    for left, text in (
        (LEFT_MARGIN, "UNCERTAINTY: mean patient, 90 % interval over draws"),
        (PANELS_LEFT, "VARIABILITY: patients, 5th–95th and 25th–75th percentile"),
    ):
        x, y, _, _ = canvas.points(figure, left, 10, 0, 0)
        figure.text(x, y, text, fontsize=7.2, color=MUTED, va="center", fontweight="bold")


def _strip(
    figure: Figure,
    curves: Curves,
    paths: pd.DataFrame,
    styles: Mapping[str, ArmStyle],
    strip: Strip,
    top: float,
    body: float,
    rows: int,
    end: float,
) -> None:
    x, y, _, _ = canvas.points(figure, LEFT_MARGIN, top + 12, 0, 0)
    figure.text(x, y, strip.title, fontsize=9.5, fontweight="bold", va="center")
    overview = figure.add_axes(canvas.points(figure, LEFT_MARGIN, top + HEAD, OVERVIEW_WIDTH, body))
    for name, style in styles.items():
        curve = curves.find(name, strip.observable, "uncertainty")
        if curve is None or empty(curve, strip):
            continue
        curve = curve.between(strip.start, end)
        low, middle, high = (shown(values, strip) for values in (curve.q05, curve.q50, curve.q95))
        overview.fill_between(curve.time, low, high, color=style.colour, alpha=0.11, linewidth=0)
        for edge in (low, high):
            overview.plot(curve.time, edge, color=style.colour, linewidth=0.5, alpha=0.75)
        overview.plot(curve.time, middle, color=style.colour, linestyle=style.dash, label=style.label)
    _dress(overview, strip, end)
    overview.set_ylabel(strip.axis)
    overview.yaxis.set_label_coords(-34 / OVERVIEW_WIDTH, 0.5)
    overview.set_xlabel(_time_label(strip, end))
    for value, label in strip.references:
        _reference(overview, value, label)

    gap, width = 10.0, (canvas.WIDTH - PANELS_LEFT - 8 - 2 * 10.0) / COLUMNS
    height = (body - (rows - 1) * 24.0) / rows
    small = []
    for place, (name, style) in enumerate(styles.items()):
        row, column = divmod(place, COLUMNS)
        box = canvas.points(
            figure, PANELS_LEFT + column * (width + gap), top + HEAD + row * (height + 24.0), width, height
        )
        axes = figure.add_axes(box)
        _patients(axes, curves, paths, name, style, strip, end)
        _dress(axes, strip, end)
        small.append(axes)
        axes.set_title(canvas.wrapped(style.label, 29), fontsize=6.6, color=style.ink, loc="left", pad=2.5, y=1.0)
        axes.tick_params(labelsize=6.4, labelleft=column == 0, labelbottom=place + COLUMNS >= len(styles))
        for value, _ in strip.references:
            axes.axhline(value, color=MUTED, linewidth=0.7, linestyle=(0, (2, 2)))
    _same_height([overview, *small], strip)


def _same_height(panels: Sequence[Axes], strip: Strip) -> None:
    # One scale for the whole strip, high enough for patients as well as for means, or the two could not be compared.
    top = strip.ceiling or max(axes.get_ylim()[1] for axes in panels)
    for axes in panels:
        axes.set_ylim(strip.floor, top)


def _patients(
    axes: Axes, curves: Curves, paths: pd.DataFrame, name: str, style: ArmStyle, strip: Strip, end: float
) -> None:
    curve = curves.find(name, strip.observable, "patients")
    if curve is not None and empty(curve, strip):
        axes.text(
            0.5, 0.5, "nothing above the axis", transform=axes.transAxes, ha="center", va="center", fontsize=6.4,
            color=MUTED,
        )  # fmt: skip
    elif curve is not None:
        curve = curve.between(strip.start, end)
        outer = (shown(curve.q05, strip), shown(curve.q95, strip))
        inner = (shown(curve.q25, strip), shown(curve.q75, strip))
        axes.fill_between(curve.time, *outer, color=style.colour, alpha=0.20, linewidth=0)
        axes.fill_between(curve.time, *inner, color=style.colour, alpha=0.32, linewidth=0)
        axes.plot(curve.time, shown(curve.q50, strip), color=style.colour, linewidth=1.3)
    if strip.singles:
        for path in single_patients(paths, name, strip.observable):
            axes.plot(path.time, shown(path.value, strip), color=INK, linewidth=0.45, alpha=0.55)


def empty(curve: Series, strip: Strip) -> bool:
    """Say whether a curve never rises above the floor of a log axis."""
    return strip.scale == "log" and bool(curve.q95.max() <= strip.floor)


def shown(values: NDArray[np.float64], strip: Strip) -> NDArray[np.float64]:
    """Return what an axis can show: on a log axis nothing lies below its floor."""
    import numpy as np

    return np.maximum(values, strip.floor) if strip.scale == "log" else values


def _dress(axes: Axes, strip: Strip, end: float) -> None:
    from matplotlib.ticker import NullLocator

    if strip.scale == "log":
        axes.set_yscale("log")
        axes.set_ylim(bottom=strip.floor)
        axes.yaxis.set_major_formatter(partial(log_label, floor=strip.floor))
        # Minor ticks of a decade are not drawn, and looking for them takes half of the drawing time.
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(bottom=strip.floor)
    canvas.month_ticks(axes, strip.start, end)


def log_label(value: float, _position: int | None = None, *, floor: float) -> str:
    """Return the label of a log axis; its lowest tick stands for everything below it as well.

    Examples
    --------
    >>> log_label(10.0, floor=0.01), log_label(0.01, floor=0.01)
    ('10', '≤0.01')
    """
    return f"≤{plain_number(value)}" if value <= floor * 1.000001 else plain_number(value)


def plain_number(value: float) -> str:
    """Return an axis number without powers of ten where a plain one is short."""
    if value >= 1e5 or 0 < value < 1e-3:
        return f"{value:.0e}".replace("e+0", "e").replace("e-0", "e-")
    if value >= 1000:
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{value:g}"


def _reference(axes: Axes, value: float, label: str) -> None:
    axes.axhline(value, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
    axes.annotate(
        label, (0.995, value), xycoords=("axes fraction", "data"), xytext=(0, 2.5), textcoords="offset points",
        fontsize=6.6, color=MUTED, ha="right", va="bottom",
    )  # fmt: skip


def _time_label(strip: Strip, end: float) -> str:
    return "months since the first infusion" if end - strip.start > 150 else "days since the first infusion"
