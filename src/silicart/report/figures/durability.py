"""Durability under the three rival structures of the disease: one column a structure, one colour an arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.palette import GRID, INK, MUTED, ArmStyle
from silicart.report.series import Curves

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COURSE = 170.0
ROW = 24.0
LEFT = 168.0
GAP = 18.0


@dataclass(frozen=True)
class Outcome:
    """One outcome of an arm under one structure: estimate and 90 % interval over the draws of that structure."""

    arm: str
    structure: str
    estimate: float
    low: float
    high: float


def durability_figure(
    curves: Curves,
    outcomes: Mapping[str, Sequence[Outcome]],
    structures: Mapping[str, str],
    styles: Mapping[str, ArmStyle],
    horizon: float,
) -> Figure:
    """Return the course of activity under each structure, and under it each outcome with its interval.

    `outcomes` maps the words of an outcome (a share of patients) to its values; `structures` maps ids to words.
    """
    width = (canvas.WIDTH - LEFT - 8 - GAP * (len(structures) - 1)) / len(structures)
    body = ROW * len(styles)
    with canvas.drawing():
        figure = canvas.sheet(34 + COURSE + 36 + len(outcomes) * (body + 44))
        top_axes: list[Axes] = []
        for place, (structure, words) in enumerate(structures.items()):
            left = LEFT + place * (width + GAP)
            axes = figure.add_axes(canvas.points(figure, left, 34, width, COURSE))
            _course(axes, curves, structure, styles, horizon)
            axes.set_title(
                canvas.wrapped(f"({structure}) {words}", 36), fontsize=8, fontweight="bold", loc="left", pad=5, y=1.0
            )
            axes.tick_params(labelleft=place == 0)
            top_axes.append(axes)
            for row, (label, values) in enumerate(outcomes.items()):
                top = 34 + COURSE + 36 + row * (body + 44) + 16
                lower = figure.add_axes(canvas.points(figure, left, top, width, body))
                _shares(lower, values, structure, styles, named=place == 0)
                if place == 0:
                    x, y, _, _ = canvas.points(figure, 6, top - 9, 0, 0)
                    figure.text(x, y, label, fontsize=8.2, fontweight="bold", va="center")
        ceiling = max(axes.get_ylim()[1] for axes in top_axes)
        for axes in top_axes:
            axes.set_ylim(0, ceiling)
        x, y, _, _ = canvas.points(figure, 6, 42, 0, 0)
        figure.text(
            x, y, "Disease activity,\npoints\n\nmean patient, with the\n90 % interval over the\ndraws of the structure",
            fontsize=7.6, color=MUTED, va="top", linespacing=1.35,
        )  # fmt: skip
    return figure


def _course(axes: Axes, curves: Curves, structure: str, styles: Mapping[str, ArmStyle], horizon: float) -> None:
    for name, style in styles.items():
        curve = curves.find(name, "activity", "uncertainty", structure)
        if curve is None:
            continue
        axes.fill_between(curve.time, curve.q05, curve.q95, color=style.colour, alpha=0.11, linewidth=0)
        for edge in (curve.q05, curve.q95):
            axes.plot(curve.time, edge, color=style.colour, linewidth=0.5, alpha=0.75)
        axes.plot(curve.time, curve.q50, color=style.colour, linestyle=style.dash)
    canvas.month_ticks(axes, 0, horizon)
    axes.set_xlabel("months since the first infusion")
    axes.set_ylim(bottom=0)


def _shares(axes: Axes, values: Sequence[Outcome], structure: str, styles: Mapping[str, ArmStyle], named: bool) -> None:
    for height, (name, style) in enumerate(styles.items()):
        for value in values:
            if value.arm == name and value.structure == structure:
                axes.plot((value.low, value.high), (height, height), color=style.colour, linewidth=2.2)
                axes.plot(
                    value.estimate, height, "o", color=style.colour, markersize=4.5, markeredgecolor="white", zorder=3
                )
    axes.set_ylim(len(styles) - 0.5, -0.5)
    if named:
        canvas.row_labels(axes, list(styles.values()), 34, 6.8)
    else:
        axes.set_yticks(range(len(styles)), labels=[])
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.set_xticklabels(["0", "25", "50", "75", "100"])
    axes.set_xlabel("% of patients", fontsize=7, labelpad=1)
    axes.tick_params(left=False)
    axes.grid(visible=True, color=GRID)
    axes.title.set_color(INK)
