"""The figures of a product with their words: what a reader should see, and what it hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from silicart.report.figures.donor_series import donor_figure
from silicart.report.figures.product_balance import balance_figure
from silicart.report.figures.product_expression import expression_figure
from silicart.report.figures.product_killing import killing_figure
from silicart.report.figures.product_viability import viability_figure
from silicart.report.illustrations import Illustration, NumberTable
from silicart.report.numbers import figure as written
from silicart.report.numbers import share
from silicart.report.palette import delivery_style
from silicart.report.product.series import (
    BalanceColumn,
    DoseSeries,
    Estimate,
    ExpressionCourse,
    ExpressionOverTime,
    Killing,
    ViabilityByDelivery,
    ViabilityCurve,
)
from silicart.report.svg import inline_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

LNP_IS_EXTRAPOLATED = (
    "No dose response of mRNA-LNP in primary human T cells was read: the LNP course is carried over from "
    "electroporation and from LNP in other cells."
)
_HOURS = (6.0, 24.0, 48.0, 72.0, 96.0, 144.0, 192.0)
_RATIOS = (0.25, 1.0, 4.0, 10.0, 20.0)


def expression_illustration(shown: ExpressionOverTime) -> Illustration:
    """Return CAR over time by delivery with its caption and numbers."""
    title = "CAR on the cells over time, by delivery"
    words = "; ".join(
        f"{delivery_style(course.delivery).label}: median {_at(course, course.median, 24.0)} molecules at 24 h and "
        f"{_at(course, course.median, 96.0)} at 96 h"
        for course in shown.courses
    )
    tables = (
        NumberTable(
            "CAR molecules per cell: median (5th to 95th percentile of cells)", tuple(f"{hour:g} h" for hour in _HOURS),
            tuple((delivery_style(course.delivery), tuple(_cells(course, hour) for hour in _HOURS))
                  for course in shown.courses), "Delivery"),
        NumberTable(
            "CAR+, % of viable cells", tuple(f"{hour:g} h" for hour in _HOURS),
            tuple((delivery_style(course.delivery),
                   tuple(share(float(course.share_positive[_nearest(course, hour)])) for hour in _HOURS))
                  for course in shown.courses), "Delivery"),
    )  # fmt: skip
    return Illustration(
        "product-expression",
        title,
        "CAR from mRNA rises and falls again, by division of the cells, decay of mRNA and loss of protein, while "
        "an integrated gene keeps it up. A cell can count as CAR+ and yet carry too little to kill: the dashed "
        "line is the functional threshold, the dotted one where flow cytometry begins to count. The band is the "
        "spread of cells in one lot, not what we do not know. The lentiviral lines are those of the lot: their "
        f"onset is not modelled. {LNP_IS_EXTRAPOLATED} The loss of CAR from the surface is a grade C assumption.",
        drawn_svg(expression_figure(shown), "product-expression", title, words),
        tables,
        "Typical lots in culture; times since the start of delivery.",
        keyed=False,
    )


def viability_illustration(shown: ViabilityByDelivery) -> Illustration:
    """Return viability against dose with its caption and numbers."""
    title = "Viability against dose, by delivery"
    curve = shown.lnp
    doses = [curve.dose[place] for place in _spread(len(curve.dose), 6)]
    rows = [
        (delivery_style("lnp", f"mRNA-LNP, {dose:g} µg per million cells"), (_percent(_of(curve, dose)),))
        for dose in doses
    ]
    rows += [
        (delivery_style("electroporation", f"electroporation, {one.label}"), (_percent(one),)) for one in shown.pulses
    ]
    rows.append((delivery_style("lentivirus"), (_percent(shown.lentivirus),)))
    published = tuple((one.label, (_percent(one),)) for one in shown.published)
    tables = [NumberTable("Cells alive after delivery, %", ("model",), tuple(rows), "Delivery")]
    if published:
        tables.append(
            NumberTable("Published, live fraction relative to cells without a pulse, %", ("value",), published, "Pulse")
        )
    hanging = f" Grade C: {', '.join(shown.graded_c)}." if shown.graded_c else ""
    return Illustration(
        "product-viability",
        title,
        "Cells alive after delivery, of those that were treated. A mild pulse kills activated cells, a strong one "
        "most of them; the lentiviral line is the published viability at release, because no death by the vector "
        "is modelled. The slope of the LNP line is an assumption: published work says that LNP hardly kill, not "
        f"how many cells each microgram costs, so its band is wide by choice.{hanging}",
        drawn_svg(
            viability_figure(shown), "product-viability", title,
            "; ".join(f"{style.label}: {cells[0]} %" for style, cells in rows),
        ),
        tuple(tables),
        "Estimate [90 % interval over parameter draws]; published values with the interval of the record.",
        keyed=False,
    )  # fmt: skip


def killing_illustration(shown: Killing) -> Illustration:
    """Return the killing assay with its caption and numbers."""
    title = f"Killing of {shown.target} against effectors per target"
    rows = tuple(
        (
            delivery_style(curve.delivery, f"{delivery_style(curve.delivery).label}, {curve.hours:g} h"),
            tuple(_killed(curve.effector_to_target, curve.killed, ratio) for ratio in _RATIOS),
        )
        for curve in shown.curves
    )
    points = tuple(
        (
            point.label,
            (f"{point.effector_to_target:g}:1", _percent(Estimate("", point.killed, point.low, point.high))),
        )
        for point in shown.points
    )
    tables = [
        NumberTable(
            f"Targets killed in {shown.assay_hours:.0f} h, %", tuple(f"E:T {ratio:g}:1" for ratio in _RATIOS), rows,
            "Delivery, hours kept",
        )
    ]  # fmt: skip
    if points:
        tables.append(NumberTable("Published, targets killed, %", ("E:T", "value"), points, "Assay"))
    return Illustration(
        "product-killing",
        title,
        "The same killing law that acts in the virtual patient, in a dish. Lines are labelled with the hours for "
        "which the cells of the lot were kept in culture before the assay: cells with mRNA kill less as they lose "
        "CAR, cells with an integrated gene do not. Numbered marks are published assays of other products, on "
        "other target lines and mostly of unstated length, with the intervals they state; marks at one ratio stand "
        "side by side. How killing depends on CAR per cell is a grade C assumption.",
        drawn_svg(
            killing_figure(shown), "product-killing", title,
            "; ".join(f"{style.label}: {cells[1]} % at 1 to 1, {cells[3]} % at 10 to 1" for style, cells in rows),
        ),
        tuple(tables),
        "Typical lots. – lies outside the simulated ratios.",
        keyed=False,
    )  # fmt: skip


def balance_illustration(columns: Sequence[BalanceColumn]) -> Illustration:
    """Return the balance of the steps with its caption and numbers."""
    title = "Balance of cells, CAR and mRNA through the process"
    tables = tuple(
        NumberTable(
            f"{column.label}, {column.unit}", ("goes in", "made", "comes out", "lost, by cause"),
            tuple(
                (one.step, (written(one.into or 0.0), written(one.made), written(one.out or 0.0),
                            ", ".join(f"{cause} {written(lost)}" for cause, lost in one.lost if lost > 0) or "–"))
                for one in column.steps
            ), "Step")
        for column in columns
    )  # fmt: skip
    words = "; ".join(
        f"{column.label}: {written(next((one.out for one in reversed(column.steps) if one.out), 0.0))} come out of the "
        "last step"
        for column in columns
    )
    return Illustration(
        "product-balance",
        title,
        "What goes into a step and is not lost or made there comes out of it: in each row of the tables below, in plus "
        "made equals out plus lost. Under each mark stand what comes out and the largest loss by name. Axes are "
        "logarithmic, so a short line may still be a third of the cells.",
        drawn_svg(balance_figure(columns), "product-balance", title, words),
        tables,
        "One typical lot.",
        keyed=False,
    )


def donor_illustration(series: Sequence[DoseSeries]) -> Illustration:
    """Return the donors' electroporation series with its caption and numbers."""
    title = "Positive cells after electroporation of mRNA, donor by donor"
    days = sorted({float(day) for one in series for day in one.days})
    rows = tuple(
        (f"donor {one.donor}, {one.dose_ng:g} ng", tuple(_measured(one, day) for day in days)) for one in series
    )
    return Illustration(
        "product-donors",
        title,
        "Each band is predicted from the other donor's measurements and the donor's own first day; a hollow point "
        "outside it is a miss, and one in ten is expected. Two donors say little about how donors differ, so that "
        "spread is mostly a grade C assumption. The reporter is green fluorescent protein, not a CAR.",
        drawn_svg(
            donor_figure(series), "product-donors", title,
            f"{len(series)} series of {len({one.donor for one in series})} donors, falling over a week and later at "
            "higher doses; the numbers follow the figure as a table.",
        ),
        (NumberTable("% positive: measured; predicted [90 % interval]", tuple(f"day {day:g}" for day in days), rows,
                     "Series"),),
        "Published measurements; the interval is that of one measurement.",
        keyed=False,
    )  # fmt: skip


def drawn_svg(drawn: Figure, name: str, title: str, words: str) -> Markup:
    """Return a figure as it stands in a page."""
    return Markup(inline_svg(drawn, name, title, words))


def _nearest(course: ExpressionCourse, hour: float) -> int:
    return int(abs(course.hours - hour).argmin())


def _at(course: ExpressionCourse, values: FloatArray, hour: float) -> str:
    return written(float(values[_nearest(course, hour)]), 2)


def _cells(course: ExpressionCourse, hour: float) -> str:
    parts = (course.median, course.p05, course.p95)
    middle, low, high = (_at(course, part, hour) for part in parts)
    return f"{middle} ({low} to {high})"


def _of(curve: ViabilityCurve, dose: float) -> Estimate:
    at = int(abs(curve.dose - dose).argmin())
    return Estimate("", *(float(part[at]) for part in (curve.centre, curve.low, curve.high)))


def _spread(length: int, count: int) -> list[int]:
    return sorted({round(place * (length - 1) / (count - 1)) for place in range(count)})


def _percent(one: Estimate) -> str:
    interval = "" if one.low is None or one.high is None else f" [{share(one.low)}, {share(one.high)}]"
    return share(one.value) + interval


def _killed(ratios: FloatArray, killed: FloatArray, ratio: float) -> str:
    low, high = float(np.min(ratios)), float(np.max(ratios))
    if not low <= ratio <= high:
        return "–"
    return share(float(np.interp(np.log(ratio), np.log(ratios), killed)))


def _measured(one: DoseSeries, day: float) -> str:
    here = [place for place, own in enumerate(one.days) if float(own) == day]
    if not here:
        return "–"
    at = int(abs(one.model_days - day).argmin())
    return f"{one.measured[here[0]]:.1f}; {one.expected[at]:.1f} [{one.low[at]:.1f}, {one.high[at]:.1f}]"
