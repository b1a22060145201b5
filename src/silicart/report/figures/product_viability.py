"""What a delivery leaves alive: against the dose of mRNA-LNP, by pulse of electroporation, and after lentivirus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.palette import INK, MUTED, delivery_style
from silicart.report.product.series import Estimate, ViabilityByDelivery

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, DOSE, GAP = 52.0, 360.0, 22.0
TOP, BODY, BOTTOM = 34.0, 190.0, 48.0


def viability_figure(shown: ViabilityByDelivery) -> Figure:
    """Return the figure: left the share alive against the dose of mRNA-LNP, right one column a pulse."""
    with canvas.drawing():
        figure = canvas.sheet(TOP + BODY + BOTTOM)
        dose = figure.add_axes(canvas.points(figure, LEFT, TOP, DOSE, BODY))
        _against_dose(dose, shown)
        left = LEFT + DOSE + GAP
        pulses = figure.add_axes(canvas.points(figure, left, TOP, canvas.WIDTH - left - 10, BODY))
        _by_pulse(pulses, shown)
        for axes in (dose, pulses):
            axes.set_ylim(0, 104)
            axes.set_yticks([0, 25, 50, 75, 100])
        dose.set_ylabel("alive after delivery, % of cells")
        pulses.tick_params(labelleft=False)
        for at, text, style in (
            (LEFT, "mRNA-LNP, and lentivirus as a line", delivery_style("lnp")),
            (left, "Electroporation, by pulse", delivery_style("electroporation")),
        ):
            x, y, _, _ = canvas.points(figure, at, 14, 0, 0)
            figure.text(x, y, text, fontsize=8.5, fontweight="bold", color=style.ink, va="center")
    return figure


def _against_dose(axes: Axes, shown: ViabilityByDelivery) -> None:
    curve, style = shown.lnp, delivery_style("lnp")
    end = float(curve.dose[-1])
    axes.set_xlim(0, end)
    axes.fill_between(curve.dose, 100 * curve.low, 100 * curve.high, color=style.colour, alpha=0.16, linewidth=0)
    axes.plot(curve.dose, 100 * curve.centre, color=style.colour, linestyle=style.dash)
    virus = delivery_style("lentivirus")
    if shown.lentivirus.low is not None and shown.lentivirus.high is not None:
        axes.axhspan(
            100 * shown.lentivirus.low, 100 * shown.lentivirus.high, color=virus.colour, alpha=0.12, linewidth=0
        )
    axes.axhline(100 * shown.lentivirus.value, color=virus.colour, linestyle=virus.dash, linewidth=1.6)
    # Below both lines, and on the side where the mark of the process does not stand.
    lowest = 100 * min(float(curve.low.min()), shown.lentivirus.low or shown.lentivirus.value)
    left = shown.chosen is not None and shown.chosen > 0.5 * end
    for row, (words, ink) in enumerate(
        (
            (f"{shown.lentivirus.label}: {100 * shown.lentivirus.value:.0f} %", virus.ink),
            ("mRNA-LNP, band: 90 % of draws", style.ink),
        )
    ):
        axes.annotate(
            words, (0 if left else end, max(lowest, 30)), xycoords="data", xytext=(6 if left else -4, -10 - 12 * row),
            textcoords="offset points", fontsize=7.5, color=ink, va="center", ha="left" if left else "right",
        )  # fmt: skip
    if shown.chosen is not None:
        axes.axvline(shown.chosen, color=INK, linewidth=0.8, linestyle=(0, (3, 2)))
        axes.annotate(
            f"this process: {shown.chosen:g}", (shown.chosen, 4), xytext=(-5 if left else 5, 0),
            textcoords="offset points", ha="right" if left else "left", va="center", fontsize=7.2, color=INK,
        )  # fmt: skip
    axes.set_xlabel("dose, µg of mRNA per million cells")


def _by_pulse(axes: Axes, shown: ViabilityByDelivery) -> None:
    style = delivery_style("electroporation")
    for place, pulse in enumerate(shown.pulses):
        _interval(axes, place - 0.1, pulse, style.colour)
        axes.plot(
            place - 0.1, 100 * pulse.value, "o", color=style.colour, markersize=6, markeredgecolor="white", zorder=3
        )
        for one in (one for one in shown.published if one.label == pulse.label):
            _interval(axes, place + 0.14, one, INK)
            axes.plot(place + 0.14, 100 * one.value, "D", color="white", markersize=5, markeredgecolor=INK, zorder=3)
    axes.set_xlim(-0.6, max(len(shown.pulses), 1) - 0.4)
    axes.set_xticks(range(len(shown.pulses)), labels=[canvas.wrapped(one.label, 13) for one in shown.pulses])
    axes.tick_params(bottom=False)
    axes.grid(visible=False, axis="x")
    if shown.published:
        axes.plot([], [], "o", color=style.colour, label="model, 90 % of draws")
        axes.plot([], [], "D", color="white", markeredgecolor=INK, label="published")
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 0.99), ncol=2, frameon=False, fontsize=7, handletextpad=0.1,
            columnspacing=1.0, borderaxespad=0.1, labelcolor=MUTED,
        )  # fmt: skip


def _interval(axes: Axes, place: float, one: Estimate, colour: str) -> None:
    if one.low is not None and one.high is not None:
        axes.plot((place, place), (100 * one.low, 100 * one.high), color=colour, linewidth=2.0)
