"""The page of a process: its typical lot made, judged, drawn and costed, beside the other deliveries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from silicart.population.draws import TypicalValues, draw_patient_values, draw_typical_values
from silicart.product.making.course import Course, course_of
from silicart.product.making.lots import make_lot
from silicart.product.making.process import Process, load_process
from silicart.product.making.release import Limits, judge, load_limits
from silicart.product.values import centres
from silicart.report import product_gathering as gathering
from silicart.report.numbers import figure, share
from silicart.report.product_assembly import (
    Watched,
    assumptions_of,
    attribute_views,
    recorded_views,
    sources_of,
    step_views,
)
from silicart.report.product_illustrations import (
    balance_illustration,
    cost_illustrations,
    expression_illustration,
    killing_illustration,
    viability_illustration,
)
from silicart.report.product_page import ProductPage, Table, Verdict
from silicart.report.product_section import CARRIERS, binds_BCMA, course_to_cost

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from silicart.evidence import Register
    from silicart.product.lot import Lot
    from silicart.report.illustrations import Illustration
    from silicart.study.design import RegimenPlan

    FloatArray = NDArray[np.float64]

DRAWS = 200

COMPARATORS: Mapping[str, str] = {
    "lnp": "mrna-lnp-bcma",
    "electroporation": "electroporated-mrna-bcma",
    "lentivirus": "lentiviral-bcma",
}
"""Built-in process that stands for a delivery beside the process of the page."""


def product_page(
    process: Process,
    register: Register,
    *,
    limits: Limits | None = None,
    regimen: RegimenPlan | None = None,
    command: str = "",
    draws: int = DRAWS,
) -> ProductPage:
    """Return the page of a process, ready to be written.

    Parameters
    ----------
    limits : of release; those that the process names when absent.
    regimen : what a course gives; that of the built-in study for the product when absent, and where that has none, all
        doses of one lot.
    command : what wrote the page, for its last lines.
    draws : parameter draws, and lots of different donors, behind the intervals of the lot table.

    Raises
    ------
    ProcessError : limits that cannot be loaded or that name what the lot does not have.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> page = product_page(load_process("lentiviral-bcma"), load_register(), draws=20)
    >>> page.verdict, len(page.steps)
    ('in specification', 10)
    """
    from silicart import __version__

    values = Watched(centres(register))
    lot = make_lot(process, values)
    if limits is None and process.release is not None:
        limits = load_limits(process.release)
    if regimen is None:
        regimen = _built_in_regimen(process.product)
    drawn, lots = _drawn(register, draws), _of_donors(register, draws)
    verdict, reasons = _judged(lot, limits, values)
    figures = tuple(_figures(process, lot, values, register, regimen))
    has_cells = bool(lot.attributes)
    return ProductPage(
        title=process.title,
        name=process.id,
        summary=_summary(lot),
        steps=step_views(process),
        attributes=attribute_views(lot, make_lot(process, drawn), make_lot(process, lots), limits) if has_cells else (),
        verdict=verdict,
        reasons=reasons,
        limits=f"{limits.id}, {limits.title[0].lower()}{limits.title[1:]}" if limits is not None else "",
        notes=tuple(note for note in (process.note, limits.note if limits is not None else None) if note)
        + process.warnings,
        figures=figures,
        course=tuple(_course_tables(lot, make_lot(process, lots), regimen, values)) if has_cells else (),
        recorded=recorded_views(process),
        assumptions=assumptions_of(values.read, register),
        sources=sources_of(process, values.read, register),
        version=__version__,
        command=command,
        hashes=(("register", register.hash),),
    )


def _drawn(register: Register, draws: int) -> Mapping[str, FloatArray]:
    return draw_typical_values(register, gathering.SEED, np.arange(draws), np.zeros(draws, dtype=np.int64)).values


def _of_donors(register: Register, lots: int) -> Mapping[str, FloatArray]:
    """Values of lots of different donors around the typical values."""
    typical = TypicalValues(
        np.zeros(1, dtype=np.int64), {id: np.array([value]) for id, value in centres(register).items()}, {}
    )
    first = np.zeros(lots, dtype=np.int64)
    return draw_patient_values(register, gathering.SEED, typical, first, np.arange(lots), first)


def _judged(lot: Lot, limits: Limits | None, values: Mapping[str, float]) -> tuple[Verdict, tuple[str, ...]]:
    if limits is None or not lot.attributes:
        return "not judged", ("No lot of cells is released",) if not lot.attributes else ()
    release = judge(lot, limits, values)
    missed = tuple(reason for reason, where in release.misses.items() if bool(where))
    if float(release.failure) >= 1.0:
        return "failed", tuple(cause for cause, part in release.causes.items() if float(part) > 0.5)
    chance = f"{share(float(release.failure))} % of lots started fail for causes that no attribute tells beforehand"
    return ("in specification" if bool(release.in_specification) else "out of specification"), (*missed, chance)


def _summary(lot: Lot) -> str:
    found = lot.attributes
    if not found:
        return f"A dose is {figure(float(lot.resources['mRNA_mg']))} mg of mRNA; the cells are made in the patient."
    hours = float(found["functional_hours"])
    lasts = (
        f"the median cell stays above the functional threshold until {hours:.0f} h after delivery"
        if np.isfinite(hours)
        else "its CAR is integrated and does not fade"
    )
    return (
        f"A typical lot holds {figure(float(found['viable_cells']), 2)} viable cells at a viability of "
        f"{share(float(found['viability']))} %, of which {share(float(found['CAR_positive']))} % carry CAR; {lasts}. "
        f"It takes {float(found['process_days']):.0f} days."
    )


def _figures(
    process: Process, lot: Lot, values: Watched, register: Register, regimen: RegimenPlan | None
) -> Iterator[Illustration]:
    shown = {carrier: load_process(COMPARATORS[carrier]) for carrier in CARRIERS} | {process.carrier: process}
    lots = {one.id: lot if one is process else make_lot(one, centres(register)) for one in shown.values()}
    if process.carrier in CARRIERS:
        yield expression_illustration(gathering.expression_over_time(shown.values(), lots, values))
        dose = process.delivery.number("dose_ug_per_million_cells") if process.carrier == "lnp" else None
        yield viability_illustration(gathering.viability(register, dose))
        if binds_BCMA(process):
            yield killing_illustration(gathering.killing(lots, {one.id: one.carrier for one in shown.values()}, values))
        yield balance_illustration(gathering.balance(lot))
    other = shown["lentivirus" if process.carrier != "lentivirus" else "lnp"]
    courses = [
        course_to_cost(process, lot, values, regimen),
        course_to_cost(other, lots[other.id], values, _built_in_regimen(other.product)),
    ]
    yield from cost_illustrations(gathering.cost_of_courses(courses, register))


def _course_tables(lot: Lot, lots: Lot, regimen: RegimenPlan | None, values: Mapping[str, float]) -> Iterator[Table]:
    if regimen is None:
        return
    cells = regimen.dose * (float(values["body_weight"]) if regimen.unit == "cell_per_kg" else 1.0)
    course = course_of(lot, infusions=regimen.number, cells_per_infusion=cells)
    chance = course_of(lots, infusions=regimen.number, cells_per_infusion=cells).chance_of_one_lot
    yield Table(
        f"{regimen.number} infusion{'s' if regimen.number != 1 else ''} of {figure(cells)} CAR+ cells",
        ("Of the course", "Typical lot"),
        (*_course_rows(course), ("One lot suffices, share of lots of different donors", f"{share(chance)} %")),
    )


def _course_rows(course: Course) -> tuple[tuple[str, str], ...]:
    rows = (
        ("CAR+ cells, all infusions", figure(float(course.cells))),
        ("CAR+ cells that one lot gives", figure(float(course.given_by_lot))),
        ("Lots", f"{float(course.lots):.0f}"),
        ("Infusions that one lot holds", f"{float(course.infusions_by_lot):.0f}"),
        ("CD3+ cells of one leukapheresis", figure(float(course.collected))),
        ("Expansion reached, viable cells per collected cell", figure(float(course.expansion), 2)),
        ("CAR+ cells needed per collected cell", figure(float(course.expansion_needed), 2)),
    )
    return rows + ((("mRNA, mg", figure(float(course.mRNA_mg), 2)),) if float(course.mRNA_mg) > 0 else ())


def _built_in_regimen(product: str) -> RegimenPlan | None:
    """What the built-in study gives of a product."""
    from silicart.study import load_study

    study = load_study("sys6020-sle")
    names = {one.name for one in study.products.values() if one.product == product}
    return next((arm.regimen for arm in study.arms if arm.product in names), None)
