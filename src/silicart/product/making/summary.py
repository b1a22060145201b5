"""What a process gives, over lots and over what is not known: the numbers behind `silicart product`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silicart.errors import ProcessError
from silicart.evidence import Entry, Register
from silicart.product.cost import CoursePlan
from silicart.product.delivery import deliver_in_vivo
from silicart.product.lot import Lot
from silicart.product.making.costing import CostSummary, cost_of_lots
from silicart.product.making.course import Course, course_of
from silicart.product.making.drawing import DrawnLots, Share, Spread, draw_lots, share_of, spread_of
from silicart.product.making.lots import lot_parameters, make_lot
from silicart.product.making.process import Process, with_settings
from silicart.product.making.release import CHANCES, Limits, judge, load_limits
from silicart.product.making.settings import Value

FloatArray = NDArray[np.float64]

PLANNED: Mapping[str, tuple[str | None, str | None]] = {
    "mrna_lnp_bcma": ("dose_mrna_bcma", "infusions_mrna_bcma"),
    "electroporated_mrna_bcma": ("dose_mrna_bcma", "infusions_mrna_bcma"),
    "lentiviral_cd19": ("dose_lv_cd19", None),
    "lentiviral_bcma": ("dose_lv_bcma", None),
    "lentiviral_cd19_bcma": ("dose_lv_dual", None),
    "cilta_cel": ("dose_lv_bcma_mm", None),
    "ide_cel": ("dose_ide_cel", None),
    "in_vivo_cd19": (None, "infusions_in_vivo"),
    "in_vivo_bcma": (None, "infusions_in_vivo"),
    "in_vivo_lentiviral_bcma": (None, None),
}
"""Dose (CAR+ cells per kg; none in vivo) and infusions of the course that is planned for a product, by register id."""

WEIGHT = "body_weight"
HOURS_IN_VIVO = (0.0, 1.0, 3.0, 6.0, 24.0, 54.0)
"""Hours after a dose in vivo: at 6 and at 54 a trial has read the CAR+ share of CD8 cells."""


@dataclass(frozen=True)
class ReleaseSummary:
    """How lots are judged: the two outcomes beside release, and why, as shares of all lots."""

    limits: Limits
    released: Share
    out_of_specification: Share
    failed: Share
    misses: Mapping[str, Share]
    causes: Mapping[str, Share]


@dataclass(frozen=True)
class CourseSummary:
    """A whole course of infusions in CAR+ cells, over lots; `lots` is how many lots like this one it takes."""

    infusions: int
    cells_per_kg: float
    cells: Spread
    given_by_lot: Spread
    infusions_by_lot: Spread
    lots: Spread
    expansion: Spread
    expansion_needed: Spread
    mRNA_mg: Spread
    one_lot: Share


@dataclass(frozen=True)
class BodySummary:
    """One dose of targeted LNP in the body, over patients, without antigen that would take CAR from the cells.

    hours : (times,) after the dose.
    places : where mRNA is or was taken up -> its share of the dose at each time, the typical patient.
    CAR_share_of_CD8 : share of the blood's CD8 T cells that carry a CAR, at each time.
    """

    dose_mg: float
    receptor: str
    hours: tuple[float, ...]
    places: Mapping[str, tuple[float, ...]]
    CAR_share_of_CD8: tuple[Spread, ...]


@dataclass(frozen=True, eq=False)
class ProcessSummary:
    """A process, its typical lot, and many lots of it.

    typical : the lot with the centre of every value; it has the balance.
    assumed : the values of grade C that the lots are made with.
    attributes, resources : id -> spread over lots; none in vivo.
    cost : of goods, in every route.
    body : of mRNA given in vivo, else None.
    """

    process: Process
    lots: int
    draws: int
    seed: int
    typical: Lot
    assumed: tuple[Entry, ...]
    attributes: Mapping[str, Spread] = field(default_factory=dict)
    resources: Mapping[str, Spread] = field(default_factory=dict)
    release: ReleaseSummary | None = None
    course: CourseSummary | None = None
    cost: CostSummary | None = None
    body: BodySummary | None = None


def summarise_process(
    process: Process, register: Register, *, lots: int = 200, draws: int = 20, seed: int = 1,
    infusions: int | None = None, cells_per_kg: float | None = None, limits: Limits | None = None,
) -> ProcessSummary:  # fmt: skip
    """Make many lots by a process and summarise them.

    Parameters
    ----------
    lots : in each parameter draw, each of another donor.
    draws : of the typical values from their uncertainty.
    infusions, cells_per_kg : the course, in place of the one that the product is planned for.
    limits : of release, in place of the process's own.

    Raises
    ------
    ProcessError : limits that the lot cannot be judged by, or a course without cells.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product.making.process import load_process
    >>> summary = summarise_process(load_process("lentiviral-bcma"), load_register(), lots=20, draws=4)
    >>> summary.attributes["viability"].low < summary.attributes["viability"].median
    True
    """
    typical = make_lot(process, register)
    in_vivo = process.route == "in_vivo"
    names = lot_parameters(process) if in_vivo else (*lot_parameters(process), *CHANCES, WEIGHT)
    found = ProcessSummary(
        process=process, lots=lots, draws=draws, seed=seed, typical=typical,
        assumed=tuple(register[id] for id in names if register[id].grade == "C"),
    )  # fmt: skip
    dose, doses = PLANNED.get(process.product, (None, None))
    number = infusions or (1 if doses is None else round(register[doses].value))
    if in_vivo:
        # Each infusion is a lot of its own.
        plan = CoursePlan(process.carrier, typical.resources, number, number)
        return replace(
            found,
            body=None
            if process.carrier == "targeted_lentivirus"
            else _body(process, register, draw_lots(register, names, lots, draws, seed)),
            cost=cost_of_lots(plan, typical, np.asarray(float(number)), None, register, seed),
        )
    if limits is None and process.release is not None:
        limits = load_limits(process.release)
    drawn = draw_lots(register, names, lots, draws, seed)
    made = make_lot(process, drawn.values)
    each = cells_per_kg or (None if dose is None else register[dose].value)
    course = None
    if each is not None:
        course = course_of(made, infusions=number, cells_per_infusion=each * drawn.values[WEIGHT])
    return replace(
        found,
        attributes={id: _spread(drawn, value) for id, value in made.attributes.items()},
        resources={id: _spread(drawn, value) for id, value in made.resources.items()},
        release=None if limits is None else _release(drawn, made, limits),
        course=None if course is None or each is None else _course(drawn, course, each),
        cost=_cost(found, register, drawn, made, course, each),
    )


def sweep(
    process: Process, register: Register, setting: str, values: Sequence[Value], **options: Any
) -> Iterator[tuple[Value, ProcessSummary]]:
    """Return the summary at each value of one setting, one after the other; `options` are those of `summarise_process`.

    Donors and lots are the same at every value, so that rows differ by the setting alone.

    Raises
    ------
    ProcessError : no values, or a setting that the process does not allow; every one is checked before the first lot.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product.making.process import load_process
    >>> rows = [*sweep(load_process("lentiviral-bcma"), load_register(), "delivery.MOI", [1, 5], lots=10, draws=2)]
    >>> rows[0][1].attributes["vector_copies"].median < rows[1][1].attributes["vector_copies"].median
    True
    """
    if not values:
        raise ProcessError("a sweep without values", where=setting, expected="at least one value")
    changed = [with_settings(process, {setting: value}) for value in values]
    return ((value, summarise_process(one, register, **options)) for value, one in zip(values, changed, strict=True))


def _spread(drawn: DrawnLots, values: FloatArray) -> Spread:
    return spread_of(drawn.by_draw(np.asarray(values, dtype=np.float64)))


def _share(drawn: DrawnLots, values: FloatArray | NDArray[np.bool_]) -> Share:
    return share_of(drawn.by_draw(np.asarray(values, dtype=np.float64)))


def _body(process: Process, register: Register, drawn: DrawnLots) -> BodySummary:
    dose, receptor = process.delivery.number("dose_mg"), process.delivery.word("receptor")
    one = deliver_in_vivo(register, dose_mg=dose, receptor=receptor, hours=HOURS_IN_VIVO)
    many = deliver_in_vivo(drawn.values, dose_mg=dose, receptor=receptor, hours=HOURS_IN_VIVO)
    amounts = {
        "plasma": one.mRNA_plasma,
        "liver": one.mRNA_liver,
        "T cells": one.mRNA_T_cells,
        "elsewhere": one.mRNA_other,
    }
    return BodySummary(
        dose_mg=dose,
        receptor=receptor,
        hours=HOURS_IN_VIVO[1:],
        places={place: tuple(float(part) for part in amount[1:] / dose) for place, amount in amounts.items()},
        CAR_share_of_CD8=tuple(
            _spread(drawn, many.CAR_share_of_CD8[..., place]) for place in range(1, len(HOURS_IN_VIVO))
        ),
    )


def _release(drawn: DrawnLots, made: Lot, limits: Limits) -> ReleaseSummary:
    verdict = judge(made, limits, drawn.values)
    exists = 1.0 - verdict.failure
    return ReleaseSummary(
        limits=limits,
        released=_share(drawn, verdict.released),
        out_of_specification=_share(drawn, verdict.out_of_specification),
        failed=_share(drawn, verdict.failure),
        misses={reason: _share(drawn, exists * missed) for reason, missed in verdict.misses.items()},
        causes={cause: _share(drawn, part) for cause, part in verdict.causes.items()},
    )


def _cost(
    found: ProcessSummary, register: Register, drawn: DrawnLots, made: Lot, course: Course | None, each: float | None
) -> CostSummary:
    """The account of the course that was asked for; of one lot where it is not known how many cells are given."""
    typical, lots, infusions = found.typical, np.asarray(1.0), 1
    first = 1.0
    if course is not None and each is not None:
        lots, infusions = course.lots, course.infusions
        cells = each * register[WEIGHT].value
        first = float(course_of(typical, infusions=infusions, cells_per_infusion=cells).lots)
    # A typical lot without CAR+ cells never fills a course: what one lot costs is then all that can be moved.
    plan = CoursePlan(found.process.carrier, typical.resources, first if np.isfinite(first) else 1.0, infusions)
    return cost_of_lots(plan, made, lots, drawn, register, found.seed)


def _course(drawn: DrawnLots, course: Course, cells_per_kg: float) -> CourseSummary:
    return CourseSummary(
        infusions=course.infusions,
        cells_per_kg=cells_per_kg,
        cells=_spread(drawn, course.cells),
        given_by_lot=_spread(drawn, course.given_by_lot),
        infusions_by_lot=_spread(drawn, course.infusions_by_lot),
        lots=_spread(drawn, course.lots),
        expansion=_spread(drawn, course.expansion),
        expansion_needed=_spread(drawn, course.expansion_needed),
        mRNA_mg=_spread(drawn, course.mRNA_mg),
        one_lot=_share(drawn, course.one_lot),
    )
