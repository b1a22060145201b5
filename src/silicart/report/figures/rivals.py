"""Where the rival structures part: antibody and activity of the same patients under each, one column an arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.palette import ArmStyle, Dash
from silicart.report.series import Curves, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROWS: tuple[tuple[str, str, float], ...] = (
    ("Ab_dsDNA", "Anti-dsDNA (1 = untreated)", 1.25),
    ("activity", "Disease activity (points)", 15.0),
)
"""Observable, its axis, and the highest value that the axis shows at most."""

COLOURS: Mapping[str, tuple[str, str, Dash]] = {
    "a": ("#0072B2", "#005B8E", (0, ())),
    "b": ("#D55E00", "#A94A00", (0, (5, 1.6))),
    "c": ("#009E73", "#00704F", (0, (1.6, 1.4))),
}
"""Structure -> colour, ink for text, line: apart without colour as well."""

CHARACTER = 5.6
"""Width of a letter of a column's title, in points."""

HEIGHT, TOP, LEFT, RIGHT, GAP, BETWEEN = 150.0, 30.0, 52.0, 96.0, 26.0, 20.0


def rivals_figure(curves: Curves, arms: Sequence[ArmStyle], structures: Mapping[str, str], horizon: float) -> Figure:
    """Return one column an arm and one row an observable: the mean patient under each structure with its interval."""
    width = (canvas.WIDTH - LEFT - RIGHT - GAP * (len(arms) - 1)) / len(arms)
    with canvas.drawing():
        figure = canvas.sheet(TOP + len(ROWS) * (HEIGHT + BETWEEN) + 26)
        for column, arm in enumerate(arms):
            for row, (observable, label, ceiling) in enumerate(ROWS):
                box = (LEFT + column * (width + GAP), TOP + row * (HEIGHT + BETWEEN), width, HEIGHT)
                axes = figure.add_axes(canvas.points(figure, *box))
                found = {
                    name: curve
                    for name in structures
                    if (curve := curves.find(arm.name, observable, "uncertainty", name)) is not None
                }
                _draw(axes, found, horizon, ceiling)
                last = column == len(arms) - 1
                if last:
                    _name(axes, found, structures)
                if column == 0:
                    axes.set_ylabel(label)
                axes.tick_params(labelleft=column == 0, labelbottom=row == len(ROWS) - 1)
                if row == 0:
                    axes.set_title(
                        canvas.wrapped(arm.label, int(width / CHARACTER)), loc="left", fontsize=8.2, fontweight="bold"
                    )
                if row == len(ROWS) - 1:
                    axes.set_xlabel("months since the first infusion")
    return figure


def _draw(axes: Axes, found: Mapping[str, Series], horizon: float, ceiling: float) -> None:
    for name, curve in found.items():
        colour, _, dash = COLOURS[name]
        axes.fill_between(curve.time, curve.q05, curve.q95, color=colour, alpha=0.09, linewidth=0)
        for edge in (curve.q05, curve.q95):
            axes.plot(curve.time, edge, color=colour, linewidth=0.5, alpha=0.55, linestyle=dash)
        axes.plot(curve.time, curve.q50, color=colour, linestyle=dash)
    canvas.month_ticks(axes, 0, horizon)
    axes.set_ylim(0, ceiling)


def _name(axes: Axes, found: Mapping[str, Series], structures: Mapping[str, str]) -> None:
    """Name each line at its end; names that would touch are spread out."""
    ends = sorted((float(curve.q50[-1]), name) for name, curve in found.items())
    low, high = axes.get_ylim()
    least = (high - low) * 0.12
    places: list[float] = []
    for value, _ in ends:
        places.append(max(value, places[-1] + least) if places else max(value, low + least / 2))
    for (_, name), place in zip(ends, places, strict=True):
        axes.annotate(
            f"({name}) {SHORT.get(name, structures[name])}", (1, place), xycoords=("axes fraction", "data"),
            xytext=(5, 0), textcoords="offset points", va="center", fontsize=7.2, color=COLOURS[name][1],
            annotation_clip=False,
        )  # fmt: skip


SHORT: Mapping[str, str] = {"a": "interferon loop", "b": "linear sources", "c": "T-cell help"}
