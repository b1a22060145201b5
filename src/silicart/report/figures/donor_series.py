"""Expression after electroporation by donor and dose: measured points on the interval that was predicted for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.palette import INK, MUTED, delivery_style
from silicart.report.product.series import DoseSeries

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, GAP, RIGHT = 92.0, 14.0, 10.0
TOP, PANEL, BETWEEN, BOTTOM = 38.0, 116.0, 16.0, 34.0


def donor_figure(series: Sequence[DoseSeries]) -> Figure:
    """Return small multiples, one row a donor and one column a dose, all on one axis."""
    donors = list(dict.fromkeys(one.donor for one in series))
    doses = sorted({one.dose_ng for one in series})
    width = (canvas.WIDTH - LEFT - RIGHT - GAP * (len(doses) - 1)) / max(len(doses), 1)
    by_place = {(one.donor, one.dose_ng): one for one in series}
    end = max(float(max(one.model_days[-1], one.days[-1])) for one in series) + 0.3
    with canvas.drawing():
        figure = canvas.sheet(TOP + len(donors) * (PANEL + BETWEEN) - BETWEEN + BOTTOM)
        for row, donor in enumerate(donors):
            for column, dose in enumerate(doses):
                box = canvas.points(figure, LEFT + column * (width + GAP), TOP + row * (PANEL + BETWEEN), width, PANEL)
                axes = figure.add_axes(box)
                _panel(axes, by_place.get((donor, dose)), end)
                axes.tick_params(labelleft=column == 0, labelbottom=row == len(donors) - 1)
                if row == 0:
                    axes.set_title(f"{dose:g} ng", loc="left", pad=5, fontweight="bold")
                if row == len(donors) - 1:
                    axes.set_xlabel("days since transfection")
                if column == 0:
                    axes.set_ylabel("positive, % of cells")
            x, y, _, _ = canvas.points(figure, 6, TOP + row * (PANEL + BETWEEN) + PANEL / 2, 0, 0)
            figure.text(x, y, f"donor {donor}", fontsize=8.2, fontweight="bold", color=INK, va="center")
        _key(figure)
    return figure


def _panel(axes: Axes, one: DoseSeries | None, end: float) -> None:
    style = delivery_style("electroporation")
    axes.set_xlim(0, end)
    axes.set_ylim(0, 104)
    axes.set_yticks([0, 25, 50, 75, 100])
    if one is None:
        axes.text(
            0.5, 0.5, "not measured", transform=axes.transAxes, ha="center", va="center", fontsize=7.2, color=MUTED
        )
        return
    axes.fill_between(one.model_days, one.low, one.high, color=style.colour, alpha=0.22, linewidth=0)
    axes.plot(one.model_days, one.expected, color=style.colour)
    for chosen, fill in ((one.known, INK), (~one.known, "white")):
        axes.plot(
            one.days[chosen], one.measured[chosen], "D", color=fill, markersize=4.8, markeredgecolor=INK, zorder=3
        )


def _key(figure: Figure) -> None:
    style = delivery_style("electroporation")
    for left, words, colour in (
        (LEFT, "◆ known to the prediction", INK),
        (LEFT + 134, "◇ hidden from it", INK),
        (LEFT + 226, "— predicted", style.ink),
        (LEFT + 300, "■ 90 % interval of a measurement", style.ink),
    ):
        x, y, _, _ = canvas.points(figure, left, 11, 0, 0)
        figure.text(x, y, words, fontsize=7.2, color=colour, va="center")
