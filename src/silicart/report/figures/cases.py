"""Cases drawn as a clinical chart: the score above, prednisone below, infusions at the top, events on the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from silicart.report.cases import Case, CaseKind
from silicart.report.figures import canvas
from silicart.report.palette import INK, MUTED, ArmStyle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, GAP, RIGHT = 46.0, 16.0, 8.0
TOP, SCORE, BETWEEN, STEROID, FOOT = 56.0, 76.0, 7.0, 26.0, 24.0
FLOOR = 0.005
"""Share of the M-protein at entry under which the axis ends: no assay measures it there."""

_MARKS: Mapping[str, tuple[str, str, str, float]] = {
    # marker, face, edge, size
    "moderate flare": ("D", "white", "#9b2f10", 4.6),
    "severe flare": ("D", "#9b2f10", "#9b2f10", 5.4),
    "severe infection": ("s", "#6b5200", "#6b5200", 4.2),
    "progression": ("D", "#9b2f10", "#9b2f10", 5.4),
    "death": ("X", INK, "white", 8.0),
}


def cases_figure(
    rows: Sequence[Sequence[Case]], kind: CaseKind, styles: Mapping[str, ArmStyle], start: float, horizon: float
) -> Figure:
    """Return one row a patient and one column an arm; every row shares its axes."""
    columns = len(rows[0])
    width = (canvas.WIDTH - LEFT - RIGHT - (columns - 1) * GAP) / columns
    lower = BETWEEN + STEROID if kind.steroid else 0.0
    pitch = SCORE + lower + FOOT
    highest = max(float(one.score.max()) for row in rows for one in row)
    dose = max([amount for row in rows for one in row for _, _, amount in one.steroid], default=1.0)
    with canvas.drawing():
        figure = canvas.sheet(TOP + len(rows) * pitch + 14)
        _key(figure, rows)
        for place, row in enumerate(rows):
            for column, case in enumerate(row):
                left, top = LEFT + column * (width + GAP), TOP + place * pitch
                axes = figure.add_axes(canvas.points(figure, left, top, width, SCORE))
                _score(axes, case, kind, styles[case.arm], highest)
                bottom = axes
                if kind.steroid:
                    bottom = figure.add_axes(canvas.points(figure, left, top + SCORE + BETWEEN, width, STEROID))
                    _steroid(bottom, case, dose)
                    canvas.month_ticks(axes, start, horizon)
                    axes.tick_params(labelbottom=False)
                    bottom.tick_params(labelleft=column == 0)
                canvas.month_ticks(bottom, start, horizon)
                axes.tick_params(labelleft=column == 0)
                if column == 0:
                    axes.set_ylabel(kind.axis, fontsize=6.8)
                    axes.yaxis.set_label_coords(-30 / width, 0.5)
                    if kind.steroid:
                        bottom.set_ylabel("mg/day", fontsize=6.8)
                        bottom.yaxis.set_label_coords(-30 / width, 0.5)
                if place == 0:
                    _heading(axes, styles[case.arm], width)
                if place == len(rows) - 1:
                    bottom.set_xlabel("months since the first infusion", fontsize=7.0, labelpad=2)
    return figure


def _heading(axes: Axes, style: ArmStyle, width: float) -> None:
    lines = canvas.wrapped(style.label, int(width / 4.6)).split("\n")
    for place, line in enumerate(lines):
        axes.annotate(
            line, (0, 1), xycoords="axes fraction", xytext=(0, 9 + (len(lines) - 1 - place) * 9.5),
            textcoords="offset points", fontsize=7.4, color=style.ink, fontweight="bold", va="bottom",
        )  # fmt: skip


def _score(axes: Axes, case: Case, kind: CaseKind, style: ArmStyle, highest: float) -> None:
    import numpy as np

    score = np.maximum(case.score, FLOOR) if kind.relative else case.score
    axes.plot(case.days, score, color=style.colour, linewidth=1.3, marker="o", markersize=2.0)
    for day in case.infusions:
        axes.plot(
            [day], [1.03], "v", transform=axes.get_xaxis_transform(), color=style.colour, markersize=4.6, clip_on=False,
            markeredgewidth=0,
        )  # fmt: skip
    for event in case.events:
        marker, face, edge, size = _MARKS[event.kind]
        height = max(event.score, FLOOR) if kind.relative else event.score
        axes.plot(
            [event.day], [height], marker, markerfacecolor=face, markeredgecolor=edge, markersize=size,
            markeredgewidth=1.0, zorder=4, clip_on=False, linestyle="none",
        )  # fmt: skip
    if kind.relative:
        from matplotlib.ticker import FixedLocator, NullLocator

        axes.set_yscale("log")
        axes.set_ylim(FLOOR, max(2.0, highest * 1.1))
        axes.yaxis.set_major_locator(FixedLocator([0.01, 0.1, 1.0, 10.0]))
        axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
        axes.yaxis.set_minor_locator(NullLocator())
        axes.set_ylim(FLOOR, max(2.0, highest * 1.1))
    else:
        from matplotlib.ticker import MaxNLocator

        axes.set_ylim(-0.5, highest * 1.22)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    # A marker of M-protein rises to the top of its axis, a score of a treated patient lies at the bottom.
    height, shift = (0, 3) if kind.relative else (1, -2)
    axes.annotate(
        f"patient {case.patient}", (1, height), xycoords="axes fraction", xytext=(-2, shift),
        textcoords="offset points", ha="right", va="bottom" if kind.relative else "top", fontsize=6.6, color=MUTED,
    )  # fmt: skip


def _steroid(axes: Axes, case: Case, highest: float) -> None:
    for start, end, amount in case.steroid:
        axes.fill_between((start, end), (amount, amount), color="#9aa6b2", linewidth=0, alpha=0.85)
    axes.set_ylim(0, highest * 1.05)
    axes.set_yticks([0, round(highest / 2, -1) or highest])


def _key(figure: Figure, rows: Sequence[Sequence[Case]]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    seen = {event.kind for row in rows for one in row for event in one.events}
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=MUTED, marker="o", markersize=2.4, linewidth=1.3, label="score at a visit"),
        Line2D([], [], color=MUTED, marker="v", markersize=4.6, linestyle="none", label="infusion"),
    ]
    for kind, (marker, face, edge, size) in _MARKS.items():
        if kind in seen:
            handles.append(
                Line2D([], [], marker=marker, markerfacecolor=face, markeredgecolor=edge, markersize=size,
                       linestyle="none", label=kind)
            )  # fmt: skip
    if any(one.steroid for row in rows for one in row):
        handles.append(Patch(facecolor="#9aa6b2", alpha=0.85, label="prednisone"))
    x, y, _, _ = canvas.points(figure, LEFT, 4, 0, 0)
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(x, y), ncol=len(handles), frameon=False, fontsize=6.8,
        handlelength=1.4, columnspacing=1.2, handletextpad=0.5, borderaxespad=0.0,
    )  # fmt: skip
