"""What is given, and when: courses of doses on study days, and the event table that they become.

Study day 0 is the first infusion of the arm's product. The model starts `lead_in` days earlier in every arm, so that
all arms share one clock and lymphodepletion has its place before day 0: model time = lead_in + study day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import DoseError, nearest
from silicart.product import Product

if TYPE_CHECKING:
    import pandas as pd

LEAD_IN = 7.0
"""Days from the start of the model to the first infusion: room for lymphodepletion on days -5 to -3 and a day 0 that
is the same in all arms."""

PER_KG = "_per_kg"
VIABLE = "viable_"
UNITS = ("cell_per_kg", "cell", "viable_cell_per_kg", "viable_cell", "mg_per_kg", "mg", "vector_unit", "dimensionless")
"""A cell is a CAR+ cell, as trials count them; of a dose in viable cells, the lot's CAR+ share enters."""
FLU_CY = "flu_cy"


@dataclass(frozen=True)
class Course:
    """The same dose, again and again.

    product : name of the dose target.
    dose : amount of each dose, in `unit`, one of `UNITS`; per kg means that body weight multiplies it.
    number : doses, 1 or more.
    interval : days between doses.
    start : study day of the first dose.
    duration : days over which each dose runs in; 0 is all at once.
    """

    product: str
    dose: float
    unit: str
    number: int = 1
    interval: float = 0.0
    start: float = 0.0
    duration: float = 0.0

    def __post_init__(self) -> None:
        good = (
            ("dose", self.dose, np.isfinite(self.dose) and self.dose >= 0, "an amount of 0 or more"),
            ("unit", self.unit, self.unit in UNITS, "one of: " + ", ".join(UNITS)),
            ("number", self.number, self.number == int(self.number) >= 1, "a whole number of 1 or more"),
            ("interval", self.interval, self.interval > 0 or (self.number == 1 and self.interval == 0), "days above 0"),
            ("start", self.start, np.isfinite(self.start), "a study day"),
            ("duration", self.duration, np.isfinite(self.duration) and self.duration >= 0, "days, 0 or more"),
        )
        for name, found, fits, expected in good:
            if not fits:
                near = nearest(str(found), UNITS) if name == "unit" else None
                raise DoseError(
                    f"the {name} of a course is not valid",
                    where=f"course of {self.product}, {name}",
                    found=found,
                    expected=expected,
                    remedy=f"did you mean {near}?" if near else f"correct the {name}",
                )

    @property
    def days(self) -> tuple[float, ...]:
        """Study days of all doses."""
        return tuple(self.start + place * self.interval for place in range(int(self.number)))

    @property
    def by_weight(self) -> bool:
        """Whether body weight multiplies the dose."""
        return self.unit.endswith(PER_KG)


@dataclass(frozen=True)
class Regimen:
    """All that one arm gives: `courses` on study days, `background` drugs by name, and the `lead_in` of the study."""

    courses: tuple[Course, ...] = ()
    background: tuple[str, ...] = ()
    lead_in: float = LEAD_IN

    def __post_init__(self) -> None:
        if not (np.isfinite(self.lead_in) and self.lead_in >= 0):
            raise DoseError(
                "the lead-in is not a number of days", where="lead_in", found=self.lead_in, expected="0 or more",
                remedy="give the days from the start of the model to the first infusion",
            )  # fmt: skip
        for course in self.courses:
            if course.start < -self.lead_in:
                raise DoseError(
                    "a course begins before the lead-in",
                    where=f"course of {course.product}, start",
                    found=f"day {course.start:g}",
                    expected=f"day {-self.lead_in:g} or later",
                    remedy="lengthen the lead-in, or start later",
                )

    def days(self, product: str) -> tuple[float, ...]:
        """Return the study days on which a product is given."""
        return tuple(sorted(day for course in self.courses if course.product == product for day in course.days))


def build_regimen(
    product: str,
    dose: float,
    unit: str,
    *,
    number: int = 1,
    interval: float = 0.0,
    start: float = 0.0,
    lymphodepletion_days: Sequence[float] = (),
    lymphodepletion_intensity: float = 1.0,
    background: Sequence[str] = (),
    lead_in: float = LEAD_IN,
) -> Regimen:
    """Return the regimen of one product, after lymphodepletion on the given study days if there are any.

    `lymphodepletion_intensity` is the chemotherapy of one day, 1 for that of the lupus trials.

    Examples
    --------
    >>> regimen = build_regimen("lentiviral_cd19", 1e6, "cell_per_kg", lymphodepletion_days=(-5, -4, -3))
    >>> [(course.product, course.days) for course in regimen.courses]
    [('flu_cy', (-5.0, -4.0, -3.0)), ('lentiviral_cd19', (0.0,))]
    """
    chemotherapy = _evenly(FLU_CY, lymphodepletion_intensity, "dimensionless", lymphodepletion_days)
    course = Course(product, dose, unit, number, interval if number > 1 else 0.0, start)
    return Regimen((*chemotherapy, course), tuple(background), lead_in)


def event_table(
    regimen: Regimen, body_weight: ArrayLike, products: Mapping[str, Product] | None = None
) -> pd.DataFrame:
    """Return the event table of a regimen: one row a patient and course, sorted by patient and time.

    Parameters
    ----------
    body_weight : (patients,) in kg.
    products : when given, every course must name one of them and be in a unit that fits it.

    Raises
    ------
    DoseError : an unknown product, a wrong unit, or a weight that is none.

    Examples
    --------
    >>> regimen = build_regimen("mrna", 5e7, "cell_per_kg", number=6, interval=7)
    >>> event_table(regimen, [60.0, 80.0])[["ID", "TIME", "AMT", "II", "ADDL"]].values.tolist()
    [[0.0, 7.0, 3000000000.0, 7.0, 5.0], [1.0, 7.0, 4000000000.0, 7.0, 5.0]]
    """
    import pandas as pd

    weight = _weights(body_weight)
    for course in regimen.courses if products is not None else ():
        _check_product(course, products or {})
    courses = sorted(regimen.courses, key=lambda course: course.start)
    patients, count = len(weight), len(courses)

    def column(values: Sequence[object]) -> NDArray[np.generic]:
        return np.tile(np.asarray(values), patients)

    amount = np.array([course.dose for course in courses])[None, :] * np.where(
        [course.by_weight for course in courses], weight[:, None], 1.0
    )
    duration = np.array([course.duration for course in courses])
    for place, course in enumerate(courses):
        if course.unit.startswith(VIABLE):
            amount[:, place] *= _car_positive(course, products)
    rate = np.divide(amount, duration, out=np.zeros((patients, count)), where=duration > 0)
    return pd.DataFrame(
        {
            "ID": np.repeat(np.arange(patients), count),
            "TIME": column([regimen.lead_in + course.start for course in courses]).astype(np.float64),
            "AMT": amount.ravel(),
            "CMT": column([course.product for course in courses]).astype(object),
            "EVID": column([1] * count).astype(np.int64),
            "RATE": rate.ravel(),
            "II": column([course.interval for course in courses]).astype(np.float64),
            "ADDL": column([course.number - 1 for course in courses]).astype(np.int64),
            "SS": column([0] * count).astype(np.int64),
        }
    )


def _evenly(product: str, dose: float, unit: str, days: Sequence[float]) -> tuple[Course, ...]:
    """Doses on `days` as one course where they are evenly spaced, else as one course a day."""
    ordered = sorted(float(day) for day in days)
    gaps = set(np.diff(ordered).tolist())
    if len(gaps) == 1 and 0.0 not in gaps:
        return (Course(product, dose, unit, len(ordered), gaps.pop(), ordered[0]),)
    return tuple(Course(product, dose, unit, start=day) for day in ordered)


def _weights(body_weight: ArrayLike) -> NDArray[np.float64]:
    weight = np.atleast_1d(np.asarray(body_weight, dtype=np.float64))
    bad = np.flatnonzero(~(np.isfinite(weight) & (weight > 0))) if weight.ndim == 1 else np.zeros(1, dtype=np.int64)
    if len(bad):
        raise DoseError(
            "a body weight is not a weight",
            where=f"body_weight, patient row {bad[0]}",
            found=weight.ravel()[bad[0]] if weight.size else "nothing",
            expected="kg above 0, one a patient",
            remedy="check the population's body weights",
        )
    return weight


def _car_positive(course: Course, products: Mapping[str, Product] | None) -> NDArray[np.float64]:
    lot = None if products is None else products[course.product].lot
    if lot is None:
        raise DoseError(
            "a dose in viable cells needs a lot that says how many of them carry the CAR",
            where=f"course of {course.product}, unit",
            found=course.unit,
            expected=f"{course.unit.removeprefix(VIABLE)}, or a product made by a process",
            remedy="give the dose in CAR+ cells",
        )
    return lot.attributes["CAR_positive"]


def _check_product(course: Course, products: Mapping[str, Product]) -> None:
    if course.product not in products:
        near = nearest(course.product, products)
        raise DoseError(
            "unknown product",
            where=f"course of {course.product}",
            found=course.product,
            expected="one of: " + ", ".join(products),
            remedy=f"did you mean {near}?" if near else "add the product to the study",
        )
    unit = products[course.product].unit
    if course.unit.removeprefix(VIABLE).removesuffix(PER_KG) != unit:
        raise DoseError(
            "a dose in a wrong unit",
            where=f"course of {course.product}, unit",
            found=course.unit,
            expected=f"{unit} or {unit}{PER_KG}" if f"{unit}{PER_KG}" in UNITS else unit,
            remedy=f"give the dose of {course.product} in {unit}",
        )
