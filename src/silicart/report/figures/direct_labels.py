"""Names at the ends of lines, moved apart where lines end close together, so that no key is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class EndLabel:
    """The words at the end of a line: at which height of the axis, and in which ink."""

    height: float
    text: str
    ink: str


def end_labels(axes: Axes, labels: Sequence[EndLabel], size: float = 7.2, lines: int = 1) -> None:
    """Write the labels right of the axes, each beside its line; call it when the limits of the axis are final.

    `lines` is how many lines the longest label has.
    """
    low, high = axes.get_ylim()
    heights = [min(max(label.height, min(low, high)), max(low, high)) for label in labels]
    wanted = [_points_above_floor(axes, height) for height in heights]
    for label, height, own, moved in zip(
        labels, heights, wanted, moved_apart(wanted, size * (1.25 * lines + 0.2)), strict=True
    ):
        leader = {"arrowstyle": "-", "color": label.ink, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 0}
        axes.annotate(
            "", (1, height), xycoords=("axes fraction", "data"), xytext=(7, moved - own),
            textcoords="offset points", annotation_clip=False, arrowprops=leader,
        )  # fmt: skip
        # Each line is a text of its own: the reader's font has other widths than the one that layout is measured with.
        parts = label.text.split("\n")
        for place, part in enumerate(parts):
            lower = (place - (len(parts) - 1) / 2) * size * 1.2
            axes.annotate(
                part, (1, height), xycoords=("axes fraction", "data"), xytext=(9, moved - own - lower),
                textcoords="offset points", ha="left", va="center", fontsize=size, color=label.ink,
                annotation_clip=False,
            )  # fmt: skip


def _points_above_floor(axes: Axes, height: float) -> float:
    low, high = axes.transAxes.inverted().transform(
        axes.transData.transform([(1.0, height), (1.0, axes.get_ylim()[1])])
    )
    points = float(axes.bbox.height) * 72 / axes.figure.dpi
    return float(low[1] / high[1]) * points


def moved_apart(places: Sequence[float], gap: float) -> list[float]:
    """Return the places at least `gap` apart, in the same order, with the least sum of squared moves.

    Source: pool adjacent violators, Ayer et al., Annals of Mathematical Statistics 26 (1955).

    Examples
    --------
    >>> moved_apart([0.0, 1.0, 50.0], 10.0)
    [-4.5, 5.5, 50.0]
    """
    order = sorted(range(len(places)), key=lambda place: places[place])
    # Less its own share of gaps, a place may only not fall: neighbours that do are pooled at their mean.
    pools: list[tuple[float, int]] = []
    for rank, place in enumerate(order):
        pools.append((places[place] - rank * gap, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (mean, count), (last, more) = pools[-2], pools[-1]
            pools[-2:] = [((mean * count + last * more) / (count + more), count + more)]
    flat = [mean for mean, count in pools for _ in range(count)]
    found = [0.0] * len(places)
    for rank, place in enumerate(order):
        found[place] = flat[rank] + rank * gap
    return found
