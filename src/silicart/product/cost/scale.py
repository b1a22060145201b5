"""From how many patients a year on one course is cheaper than another.

What changes with scale is the share of a patient in the fixed cost of batches. With x = 1 / patients a year, a course
costs a + sum over its batches of F max(x, c), where c is what the course uses of a batch. The difference of two courses
is therefore linear in x between the points c of their batches, and its zeros are exact.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.evidence import load_register
from silicart.product.cost.course import CoursePlan
from silicart.product.values import Values, taken

FloatArray = NDArray[np.float64]

_ENDLESS = 1e-15


def break_even(plan: CoursePlan, other: CoursePlan, values: Values) -> FloatArray:
    """Return the patients a year from which on `plan` costs no more than `other`, however many more there are.

    Parameters
    ----------
    plan, other : the courses; both are made for the same number of patients a year.
    values : the register, or id -> value, one for all or one a lot; `patients_per_year` of it does not matter.

    Returns
    -------
    () or (lots,): 1 where `plan` is never dearer, infinite where it stays dearer at any scale.

    Examples
    --------
    >>> few = CoursePlan("targeted_lnp", {"mRNA_mg": 1.0, "shipments": 1})
    >>> many = CoursePlan("targeted_lnp", {"mRNA_mg": 9.0, "shipments": 1})
    >>> float(break_even(few, many, load_register())), float(break_even(many, few, load_register()))
    (1.0, inf)
    """
    known = {id: value[..., None] for id, value in taken(values, _cost_values()).items()}
    one, two = _spread(plan), _spread(other)
    ends = (np.full(1, _ENDLESS), np.ones(1))
    shape = np.broadcast_shapes(np.shape(_at(one, known, 1.0)), np.shape(_at(two, known, 1.0)))[:-1]
    knots = (*ends, *_full_batches(one, known), *_full_batches(two, known))
    x = np.stack([np.broadcast_to(np.clip(knot, _ENDLESS, 1.0)[..., 0], shape) for knot in knots], axis=-1)
    x = np.sort(x, axis=-1)
    difference = np.asarray(_at(one, known, x) - _at(two, known, x))
    dearer = difference > 0.0
    place = np.argmax(dearer, axis=-1)[..., None]
    before = np.maximum(place - 1, 0)
    x_0, x_1 = (np.take_along_axis(x, at, -1)[..., 0] for at in (before, place))
    d_0, d_1 = (np.take_along_axis(difference, at, -1)[..., 0] for at in (before, place))
    step = np.divide(-d_0, d_1 - d_0, out=np.zeros_like(d_0), where=d_1 > d_0)
    patients = np.where(dearer[..., 0], np.inf, 1.0 / (x_0 + step * (x_1 - x_0)))
    return np.asarray(np.where(dearer.any(axis=-1), patients, 1.0))


def _cost_values() -> tuple[str, ...]:
    return tuple(id for id, entry in load_register().items() if entry.mechanism == "cost")


def _spread(plan: CoursePlan) -> CoursePlan:
    """The plan with a last axis for scale."""
    resources: Mapping[str, ArrayLike] = {name: _column(amount) for name, amount in plan.resources.items()}
    failure = None if plan.failure is None else _column(plan.failure)
    return CoursePlan(plan.route, resources, _column(plan.lots), _column(plan.infusions), failure)


def _column(value: ArrayLike) -> FloatArray:
    return np.asarray(value, dtype=np.float64)[..., None]


def _at(plan: CoursePlan, values: Mapping[str, FloatArray], x: ArrayLike) -> FloatArray:
    """Cost of the course at 1 / x patients a year."""
    return plan.cost({**values, "patients_per_year": 1.0 / np.asarray(x, dtype=np.float64)}).course


def _full_batches(plan: CoursePlan, values: Mapping[str, FloatArray]) -> list[FloatArray]:
    """What a course uses of each of its batches: above this x a patient pays for more than is used."""
    failure = plan.cost(values).failure
    started = np.asarray(plan.lots) / (1.0 - failure)
    if plan.route in ("lentivirus", "targeted_lentivirus"):
        return [started * np.asarray(plan.resources["vector_units"]) / values["vector_batch_size"]]
    mRNA = started * np.asarray(plan.resources["mRNA_mg"])
    if plan.route == "electroporation":
        return [mRNA / values["mRNA_batch_size"]]
    made = mRNA / values["LNP_yield"]
    return [made / values["mRNA_batch_size"], made / values["LNP_batch_size"]]
