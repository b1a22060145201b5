"""From processes and their typical lots to what the figures of a product show.

Everything is computed by the room of the product; here it is asked for and handed on. "Typical" is the centre of the
register; bands are over draws from the uncertainty of its values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from silicart.evidence import Observation, Register, load_observations, load_sources, unit_text
from silicart.population.draws import draw_typical_values
from silicart.product.cost import ACTIVITIES, PRICE_YEAR, CoursePlan, draw_costs, tornado
from silicart.product.delivery.expression import express
from silicart.product.lot import Count, Lot
from silicart.product.making.carrying import CARRYING_PARAMETERS, survival_of
from silicart.product.making.process import Process
from silicart.product.potency.curves import cytotoxicity_curves
from silicart.product.potency.published import ASSAYS, Assay
from silicart.product.values import Values, centres, taken
from silicart.report.numbers import figure, share
from silicart.report.palette import delivery_style
from silicart.report.product.series import (
    BalanceColumn,
    Cost,
    CostOfRoute,
    Estimate,
    ExpressionCourse,
    ExpressionOverTime,
    Killing,
    KillingCurve,
    KillingPoint,
    StepAmount,
    TornadoBar,
    ViabilityByDelivery,
    ViabilityCurve,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

COURSE_HOURS = np.concatenate([np.arange(0.0, 24.0, 1.5), np.arange(24.0, 193.0, 4.0)])
LNP_DOSES = np.array([0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0])
RATIOS = 2.0 ** np.arange(-3.0, 4.51, 0.5)
AGES = (0.0, 48.0, 96.0, 144.0)
LENTIVIRAL_RUNS = ("lv_viability_run1", "lv_viability_run2", "lv_viability_run3")
PULSED_DONORS = ("electroporation_viability_donor16", "electroporation_viability_donor17")
PUBLISHED = (*LENTIVIRAL_RUNS, *PULSED_DONORS, *(assay.observation for assay in ASSAYS))
"""Observations that stand in the figures."""
DRAWS, SEED = 200, 20_250_101
THOUSAND = 1e3
"""Costs are shown in thousands."""
INPUTS_SHOWN = 8
"""Bars of a tornado; what moves the difference less is left out."""


@dataclass(frozen=True)
class Course:
    """A course of a product: its process, lots and infusions, ready to be costed."""

    process: Process
    label: str
    plan: CoursePlan


def expression_over_time(processes: Iterable[Process], lots: Mapping[str, Lot], values: Values) -> ExpressionOverTime:
    """Return CAR on the cells by carrier; cells with an integrated gene keep what their lot has."""
    known = taken(values, ("CAR_threshold", "c_functional"))
    courses = []
    for process in processes:
        if process.carrier in ("lnp", "electroporation"):
            courses.append(_fading(process, values, known["CAR_threshold"]))
        elif process.carrier == "lentivirus":
            courses.append(_lasting(lots[process.id]))
    return ExpressionOverTime(tuple(courses), float(known["c_functional"]), float(known["CAR_threshold"]))


def _fading(process: Process, values: Values, threshold: ArrayLike) -> ExpressionCourse:
    step = process.delivery
    efficiency = (step.optional("encapsulation") or 1.0) * (step.optional("mRNA_integrity") or 1.0)
    found = express(
        values, carrier=process.carrier, dose=step.number("dose_ug_per_million_cells"),
        exposure_hours=step.optional("exposure_hours"), culture_hours=float(COURSE_HOURS[-1]), efficiency=efficiency,
        hours=COURSE_HOURS,
    )  # fmt: skip
    p05, median, p95 = np.nan_to_num(np.moveaxis(found.cells.quantiles([0.05, 0.5, 0.95]), -1, 0))
    return ExpressionCourse(process.carrier, COURSE_HOURS, median, p05, p95, found.positive(threshold))


def _lasting(lot: Lot) -> ExpressionCourse:
    def level(attribute: str) -> FloatArray:
        return np.full_like(COURSE_HOURS, float(lot.attributes[attribute]))

    return ExpressionCourse(
        "lentivirus", COURSE_HOURS, level("CAR_median"), level("CAR_p05"), level("CAR_p95"), level("CAR_positive")
    )


def killing(lots: Mapping[str, Lot], carriers: Mapping[str, str], values: Values) -> Killing:
    """Return the killing assay with the lots of the processes in `carriers`, and the published assays."""
    products = {
        carriers[id]: None if carriers[id] == "lentivirus" else lot for id, lot in lots.items() if id in carriers
    }
    read = cytotoxicity_curves(values, products, ratios=RATIOS, hours_after=AGES)
    curves = [
        KillingCurve(carrier, age, read.ratios, read.lysis[place, row])
        for place, carrier in enumerate(read.products)
        for row, age in enumerate(read.hours_after)
        if carrier != "lentivirus" or row == 0
    ]
    observations = load_observations()
    points = tuple(
        _published(assay, observations[assay.observation])
        for assay in ASSAYS
        if not assay.survivors and read.ratios[0] <= assay.ratio <= read.ratios[-1]
    )
    hours = float(taken(values, ("assay_time",))["assay_time"]) * 24
    return Killing(tuple(curves), points if "lentivirus" in read.products else (), hours)


def _published(assay: Assay, seen: Observation) -> KillingPoint:
    low, high = seen.low, seen.high
    if low is None and seen.spread is not None:
        low, high = seen.value - seen.spread, seen.value + seen.spread
    lasted = "duration not stated" if assay.hours is None else f"{assay.hours:g} h"
    used = "; used in fitting" if seen.role == "target" else ""
    label = f"{seen.label.split(' cells')[0]}, {lasted}: {share(seen.value)} %{used} ({_named(seen.sources[0])})"
    return KillingPoint("lentivirus", label, assay.ratio, seen.value, low, high)


def _named(source: str) -> str:
    """Return how a work is named in passing, such as "Hao 2019"; by its key where nobody is named as its author."""
    work = load_sources()[source]
    return f"{work.author.split()[0].rstrip(',')} {work.year or ''}".strip() if work.author else source


def viability(register: Register, dose: float | None = None) -> ViabilityByDelivery:
    """Return the share of cells that outlives each delivery, over draws; `dose` is that of the process in question."""
    typical = taken(centres(register), CARRYING_PARAMETERS)
    drawn = taken(_drawn(register, DRAWS), CARRYING_PARAMETERS)

    def alive(
        label: str, carrier: str, dose: ArrayLike = 0.0, pulse: str | None = None, fresh: bool = True
    ) -> Estimate:
        centre = survival_of(typical, carrier, dose=dose, pulse=pulse, activated=fresh)
        low, high = np.quantile(survival_of(drawn, carrier, dose=dose, pulse=pulse, activated=fresh), (0.05, 0.95))
        return Estimate(label, float(centre), float(low), float(high))

    doses = [alive("", "lnp", dose=float(one)) for one in LNP_DOSES]
    observations = load_observations()
    pulses = tuple(
        (f"{'activated' if fresh else 'resting'}, {pulse} pulse", pulse, fresh)
        for fresh in (True, False)
        for pulse in ("mild", "strong")
    )
    runs = [observations[id].value for id in LENTIVIRAL_RUNS]
    return ViabilityByDelivery(
        lnp=ViabilityCurve(
            "lnp", LNP_DOSES, *np.array([(one.value, one.low, one.high) for one in doses], dtype=np.float64).T
        ),
        chosen=dose,
        pulses=tuple(alive(label, "electroporation", pulse=pulse, fresh=fresh) for label, pulse, fresh in pulses),
        lentivirus=Estimate("lentivirus at release, published", float(np.mean(runs)), min(runs), max(runs)),
        published=tuple(Estimate(pulses[0][0], observations[id].value) for id in PULSED_DONORS),
        graded_c=tuple(
            register[id].label for id in CARRYING_PARAMETERS if id == "lnp_death" and register[id].grade == "C"
        ),
    )


def cost_of_courses(courses: Sequence[Course], register: Register, currency: str = "USD") -> Cost:
    """Return what the courses cost, and what moves the difference of the first less the second."""
    typical = centres(register)
    routes = []
    for course in courses:
        centre = course.plan.cost(typical, currency)
        low, high = np.quantile(draw_costs(course.plan, register, DRAWS, SEED, currency).course, (0.05, 0.95))
        lots = float(np.mean(centre.lots))
        activities = tuple(
            Estimate(ACTIVITIES[id], float(np.mean(amount)) * lots / THOUSAND)
            for id, amount in centre.activities().items()
        )
        total = Estimate(
            "total", float(np.mean(centre.course)) / THOUSAND, float(low) / THOUSAND, float(high) / THOUSAND
        )
        routes.append(CostOfRoute(course.process.carrier, course.label, activities, total))
    unit = f"thousand {currency} of {PRICE_YEAR}"
    if len(courses) < 2:
        return Cost(tuple(routes), unit)
    first, second = courses[0].plan, courses[1].plan

    def less(values: Values) -> FloatArray:
        return np.asarray(first.cost(values, currency).course - second.cost(values, currency).course)

    drawn = _drawn(register, DRAWS)
    low, high = np.quantile(less(drawn), (0.05, 0.95)) / THOUSAND
    names = " less ".join(delivery_style(course.process.carrier).label for course in courses[:2])
    bars = tuple(
        TornadoBar(swing.label, *_ends(register, swing.id), swing.low / THOUSAND, swing.high / THOUSAND, swing.grade)
        for swing in tornado(less, register)[:INPUTS_SHOWN]
    )
    difference = Estimate(names, float(np.mean(less(typical))) / THOUSAND, float(low), float(high))
    return Cost(tuple(routes), unit, difference, bars)


def _ends(register: Register, id: str) -> tuple[str, str]:
    entry = register[id]
    low, high = (float(end) for end in entry.uncertainty.quantile(entry.value, (0.05, 0.95)))
    return figure(low, 2), f"{figure(high, 2)} {unit_text(entry.unit)}".strip()


def _drawn(register: Register, count: int) -> Mapping[str, FloatArray]:
    return draw_typical_values(register, SEED, np.arange(count), np.zeros(count, dtype=np.int64)).values


def balance(lot: Lot) -> tuple[BalanceColumn, ...]:
    """Return what goes into and comes out of each step of a typical lot."""
    kinds = (("Cells", "viable cells", "cells"), ("CAR", "molecules", "CAR"), ("mRNA", "copies", "mRNA"))
    columns = (
        BalanceColumn(label, unit, tuple(_amount(row.step, getattr(row, kind)) for row in lot.balance))
        for label, unit, kind in kinds
    )
    # A lot with an integrated gene holds no mRNA that was brought: a column of nothings says nothing.
    return tuple(column for column in columns if any(step.out for step in column.steps))


def _amount(step: str, count: Count) -> StepAmount:
    lost = tuple((cause, float(np.mean(number))) for cause, number in count.lost.items())
    into, made, out = (float(np.mean(part)) for part in (count.brought, count.made, count.out))
    return StepAmount(step, into or None, out or None, made, lost)
