"""Cytokine release syndrome by grade: shares of patients as bars, uncertainty over draws as intervals beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.palette import GRID, INK, MUTED, ArmStyle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Light to dark in one hue: a grade is an order, not a category. Arms keep their own colours on the right.
GRADE_COLOURS: tuple[str, ...] = ("#eef1f4", "#c9b3d9", "#8e63ad", "#4b2470")
GRADE_LABELS: tuple[str, ...] = ("no CRS", "grade 1", "grade 2", "grade 3 or more")

ROW = 34.0
TOP = 42.0


@dataclass(frozen=True)
class GradeShare:
    """Share of an arm's patients with at least one grade: estimate and 90 % interval over draws, as fractions."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class CRSOfArm:
    """CRS in one arm: shares of patients at each grade 0 to 3, and of at least grade 1, 2 and 3 with intervals."""

    arm: str
    grades: tuple[float, ...]
    at_least: tuple[GradeShare, ...]


def crs_figure(rows: Sequence[CRSOfArm], styles: Mapping[str, ArmStyle]) -> Figure:
    """Return bars of the grades (left) and the intervals of at least grade 1, 2 and 3 (right), one arm a row."""
    body = ROW * len(rows)
    with canvas.drawing():
        figure = canvas.sheet(TOP + body + 34)
        bars = figure.add_axes(canvas.points(figure, 168, TOP, 250, body))
        _bars(bars, rows, styles)
        for place, label in enumerate(("grade 1 or more", "grade 2 or more", "grade 3 or more")):
            axes = figure.add_axes(canvas.points(figure, 442 + place * 92, TOP, 80, body))
            _intervals(axes, rows, styles, place)
            axes.set_title(label, fontsize=7.2, pad=4, y=1.0, color=INK)
        _titles(figure)
    return figure


def _titles(figure: Figure) -> None:
    for left, text in (
        (168, "Share of patients by worst grade"),
        (442, "UNCERTAINTY: 90 % interval over draws"),
    ):
        x, y, _, _ = canvas.points(figure, left, 10, 0, 0)
        figure.text(x, y, text, fontsize=7.2, color=MUTED, va="center", fontweight="bold")


def _bars(axes: Axes, rows: Sequence[CRSOfArm], styles: Mapping[str, ArmStyle]) -> None:
    for place, row in enumerate(rows):
        left = 0.0
        for grade, share in enumerate(row.grades):
            axes.barh(
                place, share, left=left, height=0.62, color=GRADE_COLOURS[grade], edgecolor="white", linewidth=0.8
            )
            if share >= 0.06:
                axes.text(
                    left + share / 2, place, f"{100 * share:.0f}", ha="center", va="center", fontsize=7.2,
                    color="white" if grade >= 2 else INK,
                )  # fmt: skip
            left += share
    axes.set_ylim(len(rows) - 0.5, -0.5)
    canvas.row_labels(axes, [styles[row.arm] for row in rows], 30, 7.5)
    axes.set_xlim(0, 1)
    _percent(axes, (0, 0.25, 0.5, 0.75, 1))
    axes.grid(visible=False)
    axes.set_xlabel("% of patients")
    from matplotlib.patches import Patch

    axes.legend(
        handles=[
            Patch(facecolor=colour, edgecolor="#aab4bf", linewidth=0.5, label=label)
            for colour, label in zip(GRADE_COLOURS, GRADE_LABELS, strict=True)
        ],
        loc="lower left", bbox_to_anchor=(0, 1.0), ncol=4, frameon=False, fontsize=6.8, handlelength=1.0,
        columnspacing=1.0, handletextpad=0.4, borderaxespad=0.2,
    )  # fmt: skip


def _intervals(axes: Axes, rows: Sequence[CRSOfArm], styles: Mapping[str, ArmStyle], place: int) -> None:
    for height, row in enumerate(rows):
        share, style = row.at_least[place], styles[row.arm]
        axes.plot((share.low, share.high), (height, height), color=style.colour, linewidth=2.2)
        axes.plot(share.estimate, height, "o", color=style.colour, markersize=4.5, markeredgecolor="white", zorder=3)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)))
    axes.tick_params(labelleft=False, left=False)
    axes.set_xlim(-0.03, 1.03)
    _percent(axes, (0, 0.5, 1))
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, color=GRID)
    if place == 1:
        axes.set_xlabel("% of patients")


def _percent(axes: Axes, ticks: Sequence[float]) -> None:
    axes.set_xticks(list(ticks))
    axes.set_xticklabels([f"{100 * tick:.0f}" for tick in ticks])
