"""The figures that follow something over time: which observables each family shows, and on what axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from silicart.report.figures.strips import Strip, strips_figure
from silicart.report.palette import ArmStyle
from silicart.report.series import Curves

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Course:
    """A family of strips: its id in the page, its title, what to look for, and the days of its table of numbers."""

    id: str
    title: str
    caption: str
    strips: tuple[Strip, ...]
    days: tuple[float, ...]


def _relative(observable: str, words: str, scale: Literal["log", "linear"] = "linear", floor: float = 0.0) -> Strip:
    return Strip(observable, f"{words}, relative to baseline", "fraction", scale, floor, references=((1.0, ""),))


_YEARS = (0.0, 28.0, 91.0, 182.0, 365.0, 730.0)

CAR_T = Course(
    "car-t",
    "CAR-T cells in blood and CAR per cell",
    "All CAR-positive T cells per microlitre of blood on a logarithmic axis: first two months, then the whole course. "
    "A transient product loses its CAR by dilution and decay, and infusions repeat it; an integrating product starts "
    "low and grows by division. What lies under the axis is fewer cells than flow cytometry can count.",
    (
        Strip(
            "CAR_per_microlitre", "CAR-T cells in blood, first 60 days", "cells per µL", "log", 1e-2, start=-2, end=60
        ),
        Strip("CAR_per_microlitre", "CAR-T cells in blood, whole course", "cells per µL", "log", 1e-2),
        Strip(
            "CAR_molecules_per_cell", "CAR molecules per CAR-positive cell in blood, first 60 days",
            "molecules per cell", "log", 1e2, start=-2, end=60,
        ),
    ),
    (1.0, 7.0, 14.0, 28.0, 60.0, 182.0, 365.0),
)  # fmt: skip

B_CELLS = Course(
    "b-cells",
    "B cells by subset",
    "B cells in blood as a count, then three subsets relative to the untreated baseline. Whether a BCMA-directed "
    "product removes naive and memory B cells hangs on how much BCMA they carry, which is a grade C assumption.",
    (
        Strip("B_blood_per_microlitre", "B cells in blood", "cells per µL", "log", 1e-1),
        _relative("B_naive_relative", "Naive B cells in blood", "log", 1e-3),
        _relative("B_memory_relative", "Memory B cells in blood", "log", 1e-3),
        _relative("B_auto_relative", "Autoreactive B-cell clone", "log", 1e-3),
    ),
    _YEARS,
)  # fmt: skip

PLASMA_CELLS = Course(
    "plasma-cells",
    "Plasma cells and soluble BCMA",
    "Short-lived plasma cells are refilled within weeks; long-lived ones carry protective and part of the pathogenic "
    "antibody. Soluble BCMA, which can be measured in blood, lags behind both.",
    (
        Strip(
            "plasma_short_relative",
            "Short-lived plasma cells, relative to baseline",
            "fraction",
            references=((1.0, ""),),
        ),
        Strip(
            "plasma_long_relative", "Long-lived plasma cells, relative to baseline", "fraction", references=((1.0, ""),)
        ),
        _relative("sBCMA_relative", "Soluble BCMA in blood"),
    ),
    _YEARS,
)

ANTIBODIES = Course(
    "antibodies",
    "Antibodies",
    "Anti-dsDNA comes mostly from short-lived plasma cells, anti-Ro from long-lived ones; the vaccine antibody and "
    "total IgG say what protection is lost. The dashed line for IgG marks 4 g/L.",
    (
        _relative("Ab_dsDNA", "Anti-dsDNA"),
        _relative("Ab_Ro", "Anti-Ro (long-lived plasma cells)"),
        _relative("Ab_vaccine", "Vaccine antibody"),
        Strip("IgG", "Total IgG", "g/L", references=((4.0, "4 g/L"),)),
    ),
    _YEARS,
)

ACTIVITY = Course(
    "activity",
    "Disease activity",
    "Activity in SLEDAI-like points. Thin lines on the right are single simulated patients, the same persons in every "
    "arm: a band that looks halfway to remission may be a mixture of patients who reach it and patients who do not.",
    (Strip("activity", "Disease activity", "points", singles=True),),
    _YEARS,
)

CYTOKINES = Course(
    "cytokines",
    "Interleukin-6",
    "The driver of cytokine release syndrome in the model, over the first 60 days.",
    (Strip("IL6", "Interleukin-6 in blood, first 60 days", "pg/mL", "log", 1.0, start=-2, end=60),),
    (1.0, 7.0, 14.0, 28.0, 60.0),
)

COURSES: tuple[Course, ...] = (CAR_T, B_CELLS, PLASMA_CELLS, ANTIBODIES, ACTIVITY, CYTOKINES)


def course_figure(
    course: Course, curves: Curves, paths: pd.DataFrame, styles: Mapping[str, ArmStyle], horizon: float
) -> Figure | None:
    """Return the figure of a family with the strips that the run stored, or None when it stored none of them."""
    strips = shown_strips(course, curves, horizon)
    if not strips:
        return None
    return strips_figure(curves, paths, styles, strips, horizon)


def shown_strips(course: Course, curves: Curves, horizon: float) -> Sequence[Strip]:
    """Return the strips of a family that the run has data for, none longer than the run."""
    return [
        replace(strip, end=min(strip.end or horizon, horizon))
        for strip in course.strips
        if curves.stores(strip.observable)
    ]
