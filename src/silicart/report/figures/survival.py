"""Kaplan-Meier curves, one panel an event, with the patients at risk beneath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.palette import MUTED, ArmStyle
from silicart.report.survival import SurvivalOfArm

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, WIDTH, GAP = 44.0, 306.0, 56.0
TOP, BODY, ROW = 40.0, 200.0, 11.0


def marks(horizon: float) -> Sequence[int]:
    """Return the months at which patients at risk are counted: every three, or every six of a long course.

    Examples
    --------
    >>> list(marks(365))
    [0, 3, 6, 9, 12]
    """
    every = 6 if horizon > 400 else 3
    return range(0, int((horizon + 1) / canvas.DAYS_PER_MONTH) + 1, every)


def survival_figure(
    panels: Mapping[str, Sequence[SurvivalOfArm]], styles: Mapping[str, ArmStyle], horizon: float
) -> Figure:
    """Return the curves of every arm; `panels` maps the words of an event to the arms' survival."""
    rows = max(len(arms) for arms in panels.values())
    with canvas.drawing():
        figure = canvas.sheet(TOP + BODY + 48 + rows * ROW + 6)
        x, y, _, _ = canvas.points(figure, LEFT, 9, 0, 0)
        figure.text(
            x, y, "Kaplan-Meier estimate of all patients; band: 90 % interval over draws (UNCERTAINTY)",
            fontsize=7.2, color=MUTED, va="center", fontweight="bold",
        )  # fmt: skip
        for place, (title, arms) in enumerate(panels.items()):
            box = canvas.points(figure, LEFT + place * (WIDTH + GAP), TOP, WIDTH, BODY)
            axes = figure.add_axes(box)
            _curves(axes, arms, styles)
            axes.set_title(title, fontsize=9.0, fontweight="bold", loc="left", pad=6)
            canvas.month_ticks(axes, 0.0, horizon)
            axes.set_ylabel("% of patients", fontsize=7.2, labelpad=3)
            axes.set_xlabel("months since the first infusion", fontsize=7.2, labelpad=2)
            _at_risk(axes, arms, styles, horizon)
    return figure


def _curves(axes: Axes, arms: Sequence[SurvivalOfArm], styles: Mapping[str, ArmStyle]) -> None:
    for one in arms:
        style = styles[one.arm]
        axes.fill_between(one.grid, 100 * one.low, 100 * one.high, color=style.colour, alpha=0.13, linewidth=0)
        axes.step(one.days, 100 * one.free, where="post", color=style.colour, linestyle=style.dash, linewidth=1.5)
    axes.set_ylim(0, 102)
    axes.set_yticks([0, 25, 50, 75, 100])


def _at_risk(axes: Axes, arms: Sequence[SurvivalOfArm], styles: Mapping[str, ArmStyle], horizon: float) -> None:
    axes.annotate(
        "Patients at risk", (0, 0), xycoords="axes fraction", xytext=(0, -40),
        textcoords="offset points", fontsize=7.0, color=MUTED, va="center",
    )  # fmt: skip
    for row, one in enumerate(arms):
        style = styles[one.arm]
        # The arm's own line, so that its row is known without telling two inks apart.
        low = -(40 + (row + 1) * ROW) / BODY
        axes.plot(
            [-38 / WIDTH, -14 / WIDTH], [low, low], transform=axes.transAxes, color=style.colour, linestyle=style.dash,
            linewidth=1.8, clip_on=False,
        )  # fmt: skip
        for month in marks(horizon):
            day = month * canvas.DAYS_PER_MONTH
            axes.annotate(
                str(one.at_risk(min(day, horizon))), (day, 0), xycoords=("data", "axes fraction"),
                xytext=(0, -40 - (row + 1) * ROW), textcoords="offset points", ha="center", va="center", fontsize=7.0,
                color=style.ink, annotation_clip=False,
            )  # fmt: skip
