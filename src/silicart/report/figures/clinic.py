"""What a clinic reports over time: shares of responders, scores and drugs from visit to visit, all arms together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.palette import MUTED, ArmStyle
from silicart.report.series import Curves

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 3
LEFT, GAP, WIDTH = 40.0, 46.0, 192.0
TOP, HEAD, BODY, FOOT = 16.0, 24.0, 150.0, 32.0


@dataclass(frozen=True)
class Panel:
    """One panel: a quantity that is followed at visits, its words, and its axis; `share` is drawn in per cent."""

    quantity: str
    title: str
    axis: str
    share: bool = False
    falls: bool = False
    """Whether the axis ends at 0 at its top: a change, of which less is better."""


PANELS: Mapping[str, tuple[Panel, ...]] = {
    "sle": (
        Panel("SRI4", "SRI-4 response", "% of patients", share=True),
        Panel("LLDAS", "Low disease activity (LLDAS)", "% of patients", share=True),
        Panel("DORIS", "Remission (DORIS)", "% of patients", share=True),
        Panel("SLEDAI", "SLEDAI-2K", "points"),
        Panel("prednisone", "Prednisone", "mg a day"),
        Panel("SDI", "Damage (SDI)", "points"),
    ),
    "mg": (
        Panel("MG_ADL_change", "MG-ADL, change since entry", "points", falls=True),
        Panel("QMG_change", "QMG, change since entry", "points", falls=True),
        Panel("MG_ADL_improved_2", "MG-ADL better by 2 points", "% of patients", share=True),
        Panel("MG_minimal_symptoms", "Minimal symptoms (MG-ADL 0 or 1)", "% of patients", share=True),
        Panel("MG_prednisone", "Prednisone", "mg a day"),
    ),
}
"""Disease -> the panels of its figure."""


def shown_panels(disease: str, curves: Curves) -> Sequence[Panel]:
    """Return the panels that a run has data for."""
    return [one for one in PANELS.get(disease, ()) if curves.stores(one.quantity)]


def clinic_figure(
    panels: Sequence[Panel], curves: Curves, styles: Mapping[str, ArmStyle], start: float, horizon: float
) -> Figure:
    """Return one panel a quantity: the mean of every arm from visit to visit, with its 90 % interval over draws.

    `start` is the day of the visit at entry.
    """
    rows = -(-len(panels) // COLUMNS)
    with canvas.drawing():
        figure = canvas.sheet(TOP + rows * (HEAD + BODY + FOOT))
        x, y, _, _ = canvas.points(figure, LEFT, 8, 0, 0)
        figure.text(
            x, y, "UNCERTAINTY: mean of the arm, 90 % interval over draws", fontsize=7.2, color=MUTED, va="center",
            fontweight="bold",
        )  # fmt: skip
        for place, panel in enumerate(panels):
            row, column = divmod(place, COLUMNS)
            top = TOP + row * (HEAD + BODY + FOOT) + HEAD
            axes = figure.add_axes(canvas.points(figure, LEFT + column * (WIDTH + GAP), top, WIDTH, BODY))
            _draw(axes, panel, curves, styles)
            canvas.month_ticks(axes, min(start, 0.0), horizon)
            axes.set_title(panel.title, fontsize=8.5, fontweight="bold", loc="left", pad=6)
            axes.set_ylabel(panel.axis, fontsize=7.2, labelpad=3)
            if place + COLUMNS >= len(panels):
                axes.set_xlabel("months since the first infusion", fontsize=7.2)
    return figure


def _draw(axes: Axes, panel: Panel, curves: Curves, styles: Mapping[str, ArmStyle]) -> None:
    scale = 100.0 if panel.share else 1.0
    for name, style in styles.items():
        curve = curves.find(name, panel.quantity, "uncertainty")
        if curve is None:
            continue
        low, middle, high = (scale * values for values in (curve.q05, curve.mean, curve.q95))
        axes.fill_between(curve.time, low, high, color=style.colour, alpha=0.13, linewidth=0)
        axes.plot(curve.time, middle, color=style.colour, linestyle=style.dash, linewidth=1.5)
    if panel.share:
        axes.set_ylim(0, 102)
        axes.set_yticks([0, 25, 50, 75, 100])
    elif panel.falls:
        axes.axhline(0.0, color=MUTED, linewidth=0.7)
    else:
        axes.set_ylim(bottom=0)
