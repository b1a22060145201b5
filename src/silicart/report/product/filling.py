"""The page of a process from its summary: the lot in words, its release, figures beside other deliveries, and cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from silicart.product.making.drawing import Share, Spread
from silicart.product.making.lots import make_lot
from silicart.product.making.process import Process, load_process
from silicart.product.making.release import judge
from silicart.product.making.summary import CourseSummary, ProcessSummary, ReleaseSummary
from silicart.product.values import centres
from silicart.report.numbers import figure, share
from silicart.report.product import gathering
from silicart.report.product.cost_illustrations import cost_illustrations
from silicart.report.product.illustrations import (
    balance_illustration,
    donor_illustration,
    expression_illustration,
    killing_illustration,
    viability_illustration,
)
from silicart.report.product.page import ProductPage, Table, Verdict
from silicart.report.product.section import CARRIERS, binds_BCMA, course_to_cost, planned_course
from silicart.report.product.words import (
    assumption_views,
    attribute_views,
    recorded_views,
    sources_of,
    step_views,
)

if TYPE_CHECKING:
    from silicart.evidence import Register
    from silicart.report.illustrations import Illustration

COMPARATORS: Mapping[str, str] = {
    "lnp": "mrna-lnp-bcma",
    "electroporation": "electroporated-mrna-bcma",
    "lentivirus": "lentiviral-bcma",
}
"""Built-in process that stands for a delivery beside the process of the page."""


def product_page(
    summary: ProcessSummary, register: Register, *, command: str = "", donors: bool = False
) -> ProductPage:
    """Return the page of a process, ready to be written.

    Parameters
    ----------
    summary : from `summarise_process`.
    register : the values that the summary was made with.
    command : what wrote the page, for its last lines.
    donors : whether to draw how the expression of the two published donors is predicted, which takes a quarter of a
        minute; only a process that electroporates has this figure.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product.making.summary import summarise_process
    >>> values = load_register()
    >>> summary = summarise_process(load_process("in-vivo-bcma"), values)
    >>> product_page(summary, values).verdict
    'not judged'
    """
    from silicart import __version__

    process, release = summary.process, summary.release
    verdict, reasons = judged(summary, register)
    notes = (process.note, release.limits.note if release is not None else None, *process.warnings)
    return ProductPage(
        title=process.title,
        name=process.id,
        summary=_words(summary),
        steps=step_views(process),
        attributes=attribute_views(summary),
        verdict=verdict,
        reasons=reasons,
        limits="" if release is None else f"{release.limits.id} ({release.limits.title})",
        notes=tuple(note for note in notes if note),
        release=() if release is None else (_release_table(release, summary),),
        figures=(*_figures(summary, register), *_donors(process, register, donors)),
        course=() if summary.course is None else (_course_table(summary.course),),
        recorded=recorded_views(process),
        assumptions=assumption_views(summary.assumed),
        sources=sources_of(process, register, gathering.PUBLISHED if process.carrier in CARRIERS else ()),
        version=__version__,
        command=command,
        hashes=(("register", register.hash), ("seed", str(summary.seed))),
    )


def judged(summary: ProcessSummary, register: Register) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict on the typical lot and what it misses; the shares of many lots stand in a table."""
    if summary.release is None:
        return "not judged", () if summary.typical.attributes else ("no lot of cells is released",)
    found = judge(summary.typical, summary.release.limits, register)
    if float(found.failure) >= 1.0:
        return "failed", tuple(cause for cause, part in found.causes.items() if float(part) > 0.5)
    if bool(found.in_specification):
        return "in specification", ()
    return "out of specification", tuple(reason for reason, missed in found.misses.items() if bool(missed))


def _words(summary: ProcessSummary) -> str:
    found = summary.typical.attributes
    if not found:
        used = summary.typical.resources
        if "vector_units" in used:
            return f"A dose is {float(used['vector_units']):.2g} units of vector; the cells are made in the patient."
        dose = float(used["mRNA_mg"])
        return f"A dose is {figure(dose)} mg of mRNA; the cells are made in the patient."
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


def _release_table(release: ReleaseSummary, summary: ProcessSummary) -> Table:
    rows = [
        ("Released, within every limit", _share(release.released)),
        ("Made, but out of specification", _share(release.out_of_specification)),
        *((f"– {reason}", _share(part)) for reason, part in release.misses.items() if part.known_to > 0),
        ("Failed, no lot to give", _share(release.failed)),
        *((f"– {cause}", _share(part)) for cause, part in release.causes.items() if part.known_to > 0),
    ]
    return Table(
        "What becomes of lots",
        ("Outcome", "% of lots [90 % interval over draws]"),
        tuple(rows),
        f"{summary.lots} lots of different donors in each of {summary.draws} parameter draws. A lot may miss several "
        "limits. Not computed, and tested all the same: " + (", ".join(release.limits.tested) or "nothing") + ".",
    )


def _share(one: Share) -> str:
    return f"{share(one.share)} [{share(one.known_from)} to {share(one.known_to)}]"


def _course_table(course: CourseSummary) -> Table:
    rows: list[tuple[str, str, str, str]] = [
        (label, figure(one.median), _ends(one.known_from, one.known_to), _ends(one.low, one.high))
        for label, one in _course_rows(course)
    ]
    rows.append(("One lot holds the whole course, % of lots", share(course.one_lot.share),
                 f"{share(course.one_lot.known_from)} to {share(course.one_lot.known_to)}", "–"))  # fmt: skip
    return Table(
        f"{course.infusions} infusion{'s' if course.infusions != 1 else ''} of "
        f"{figure(course.cells_per_kg)} CAR+ cells per kg",
        ("Of the course", "Median", "90 % interval over draws", "90 % of lots"),
        tuple(rows),
    )


def _course_rows(course: CourseSummary) -> Iterator[tuple[str, Spread]]:
    yield "CAR+ cells, all infusions", course.cells
    yield "CAR+ cells that one lot gives", course.given_by_lot
    yield "Whole infusions that one lot holds", course.infusions_by_lot
    yield "Expansion reached, viable cells per collected cell", course.expansion
    yield "CAR+ cells needed per collected cell", course.expansion_needed
    if course.mRNA_mg.median > 0:
        yield "mRNA, mg", course.mRNA_mg


def _ends(low: float, high: float) -> str:
    return figure(low) if figure(low) == figure(high) else f"{figure(low)} to {figure(high)}"


def _figures(summary: ProcessSummary, register: Register) -> Iterator[Illustration]:
    process, lot, values = summary.process, summary.typical, centres(register)
    shown = {carrier: load_process(COMPARATORS[carrier]) for carrier in CARRIERS} | {process.carrier: process}
    lots = {one.id: lot if one is process else make_lot(one, values) for one in shown.values()}
    if process.carrier in CARRIERS:
        yield expression_illustration(gathering.expression_over_time(shown.values(), lots, values))
        dose = process.delivery.number("dose_ug_per_million_cells") if process.carrier == "lnp" else None
        yield viability_illustration(gathering.viability(register, dose))
        if binds_BCMA(process):
            yield killing_illustration(gathering.killing(lots, {one.id: one.carrier for one in shown.values()}, values))
        yield balance_illustration(gathering.balance(lot))
    other = shown["lentivirus" if process.carrier != "lentivirus" else "lnp"]
    asked = summary.course
    own = planned_course(process, values) if asked is None else (asked.infusions, asked.cells_per_kg * _weight(values))
    courses = [
        course_to_cost(process, lot, *own),
        course_to_cost(other, lots[other.id], *planned_course(other, values)),
    ]
    # A lot without CAR+ cells never fills a course, which then has no cost.
    if not all(np.isfinite(course.plan.lots) for course in courses):
        return
    yield from cost_illustrations(gathering.cost_of_courses(courses, register))


def _donors(process: Process, register: Register, asked: bool) -> Iterator[Illustration]:
    if asked and process.carrier == "electroporation":
        from silicart.report.product.donors import donor_series

        yield donor_illustration(donor_series(register))


def _weight(values: Mapping[str, float]) -> float:
    return values["body_weight"]
