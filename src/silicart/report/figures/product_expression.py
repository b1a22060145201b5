"""CAR on the cells of a lot over time: the spread of its cells by delivery, and the share that counts as CAR+."""

from __future__ import annotations

from typing import TYPE_CHECKING

from silicart.report.figures import canvas
from silicart.report.figures.direct_labels import EndLabel, end_labels
from silicart.report.palette import INK, MUTED, delivery_style
from silicart.report.product.series import ExpressionCourse, ExpressionOverTime

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, RIGHT, GAP = 52.0, 128.0, 24.0
TOP, CELLS, BETWEEN, SHARE, BOTTOM = 40.0, 170.0, 62.0, 130.0, 34.0


def expression_figure(shown: ExpressionOverTime) -> Figure:
    """Return the figure: above, one panel a delivery with the spread of CAR over cells; below, the share CAR+."""
    wide = canvas.WIDTH - LEFT - RIGHT
    width = (wide - GAP * (len(shown.courses) - 1)) / max(len(shown.courses), 1)
    with canvas.drawing():
        figure = canvas.sheet(TOP + CELLS + BETWEEN + SHARE + BOTTOM)
        panels = []
        for place, course in enumerate(shown.courses):
            box = canvas.points(figure, LEFT + place * (width + GAP), TOP, width, CELLS)
            axes = figure.add_axes(box)
            _cells(axes, course, shown)
            if place == 0:
                axes.set_ylabel("CAR molecules per cell")
            axes.tick_params(labelleft=place == 0)
            panels.append(axes)
        _same_heights(panels, shown)
        _name_thresholds(panels[-1], shown)
        lower = figure.add_axes(canvas.points(figure, LEFT, TOP + CELLS + BETWEEN, wide, SHARE))
        _shares(lower, shown)
        for top, text in (
            (12.0, "SPREAD OF CELLS: median cell and 5th–95th percentile, one typical lot of each delivery"),
            (TOP + CELLS + BETWEEN - 16, "SHARE OF VIABLE CELLS ABOVE THE THRESHOLD OF FLOW CYTOMETRY"),
        ):
            x, y, _, _ = canvas.points(figure, LEFT, top, 0, 0)
            figure.text(x, y, text, fontsize=7.2, color=MUTED, va="center", fontweight="bold")
    return figure


def _cells(axes: Axes, course: ExpressionCourse, shown: ExpressionOverTime) -> None:
    style = delivery_style(course.delivery)
    axes.set_yscale("log")
    axes.fill_between(course.hours, course.p05, course.p95, color=style.colour, alpha=0.16, linewidth=0)
    for edge in (course.p05, course.p95):
        axes.plot(course.hours, edge, color=style.colour, linewidth=0.6, alpha=0.8)
    axes.plot(course.hours, course.median, color=style.colour, linestyle=style.dash)
    for height, dash in ((shown.functional_threshold, (4, 2)), (shown.flow_threshold, (1, 1.5))):
        axes.axhline(height, color=INK, linewidth=0.9, linestyle=(0, dash), zorder=3)
    axes.set_title(style.label, color=style.ink, loc="left", pad=5, fontweight="bold")
    _time(axes, float(course.hours[-1]))


def _same_heights(panels: list[Axes], shown: ExpressionOverTime) -> None:
    """One axis for all panels: from a tenth of the lower threshold to what the brightest cells reach."""
    floor = min(shown.functional_threshold, shown.flow_threshold) / 10
    ceiling = max(float(course.p95.max()) for course in shown.courses)
    for axes in panels:
        axes.set_ylim(floor, max(ceiling * 1.6, floor * 100))


def _name_thresholds(axes: Axes, shown: ExpressionOverTime) -> None:
    end_labels(
        axes,
        [
            EndLabel(shown.functional_threshold, f"functional threshold\n{shown.functional_threshold:,.0f}", INK),
            EndLabel(shown.flow_threshold, f"flow threshold\n{shown.flow_threshold:,.0f}", INK),
        ],
        lines=2,
    )


def _shares(axes: Axes, shown: ExpressionOverTime) -> None:
    labels = []
    for course in shown.courses:
        style = delivery_style(course.delivery)
        axes.plot(course.hours, 100 * course.share_positive, color=style.colour, linestyle=style.dash)
        labels.append(EndLabel(float(100 * course.share_positive[-1]), style.label, style.ink))
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.set_ylabel("CAR+, % of viable cells")
    _time(axes, max(float(course.hours[-1]) for course in shown.courses))
    end_labels(axes, labels)


def _time(axes: Axes, end: float) -> None:
    every = 24 if end <= 120 or axes.get_position().width > 0.5 else 48
    axes.set_xlim(0, end)
    axes.set_xticks(list(range(0, int(end) + 1, every)))
    axes.set_xlabel("hours since the start of delivery")
