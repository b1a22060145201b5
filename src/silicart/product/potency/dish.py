"""A killing assay: CAR-T cells and target cells in a well, by the killing law of the patient.

The assay composes the same files as the patient (`killing.ant`, `car_expression.ant`) with a well (`dish.ant`), and
reads the same values of the register: whoever measures a killing curve measures values of the patient. Not modelled:
growth limited by the medium, killing through the T cell's own receptor, effectors without CAR that help or hinder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from silicart.errors import SimulationError
from silicart.network.compose import used_parameters
from silicart.product.values import FloatArray, Values, taken
from silicart.simulation import REASONS, load_assay, simulate

HOURS_PER_DAY = 24.0
CLASSES = 6
"""Expression classes of the well where the effectors name none."""

_READ = ("target_cells", "hidden_cells", "control_cells", "lysed", "E_dish", "T_total", "T_spent", "sBCMA")
_POSSIBLE = {
    "effector_to_target": (0.0, np.inf),
    "residual_translation": (0.0, 1.0),
    "reach_line": (0.0, 1.0),
    "sBCMA": (0.0, np.inf),
    "BCMA_line": (0.0, np.inf),
    "c_LV": (0.0, np.inf),
    "targets_dish": (1e-9, np.inf),
    "volume_dish": (1e-9, np.inf),
}


@dataclass(frozen=True)
class Killing:
    """What is read from the wells; each array has an axis of readings first where `hours` or `rounds` has several.

    specific_lysis : share of targets missing beside the same well without effectors; what a killing assay reports.
    killed_share : cells lysed as a share of all target cells that were seeded or born.
    targets, effectors : live cells per target cell seeded at the start; effectors count those that lost their CAR.
    soluble_BCMA : in the medium, ng/mL.
    """

    specific_lysis: FloatArray
    killed_share: FloatArray
    targets: FloatArray
    effectors: FloatArray
    soluble_BCMA: FloatArray


def kill_in_dish(
    values: Values,
    *,
    effector_to_target: ArrayLike,
    hours: ArrayLike | None = None,
    class_fractions: ArrayLike | None = None,
    residual_translation: ArrayLike = 0.0,
    car_per_cell: ArrayLike | None = None,
    antigen_density: ArrayLike | None = None,
    reach: ArrayLike | None = None,
    soluble_BCMA: ArrayLike = 0.0,
    rounds: int = 1,
) -> Killing:
    """Seed wells with effectors and targets, wait, and count.

    Parameters
    ----------
    values : the register, a population's values, or numbers by id of the register. All arguments broadcast against
        each other and against the arrays of `values`; all wells run in one call of the engine.
    effector_to_target : CAR+ effector cells per target cell at the start.
    hours : duration of a round; or rising hours at which one round is read; without it `assay_time`.
    class_fractions : (..., classes) shares of the effectors by expression class, as a lot has them, for cells with
        messenger RNA. What is missing to 1 has lost its CAR.
    residual_translation : share of their CAR loss that such cells still make good.
    car_per_cell : molecules on a cell with an integrated CAR; without it, and without `class_fractions`, `c_LV`.
    antigen_density : BCMA per target cell on the scale of the register; without it `BCMA_line`.
    reach : share of target cells that lysis reaches; without it `reach_line`.
    soluble_BCMA : added to the medium, ng/mL.
    rounds : times that the same number of fresh targets is added, the start included; read at the end of each.

    Raises
    ------
    SimulationError : arguments that contradict each other or lie outside what a well can be.
    RegisterError : a value is missing.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> read = kill_in_dish(load_register(), effector_to_target=[1, 5, 20], hours=12)
    >>> read.specific_lysis.shape, bool((np.diff(read.specific_lysis) > 0).all())
    ((3,), True)
    """
    fractions = _fractions(class_fractions, car_per_cell)
    times = _times(values, hours, rounds)
    known = taken(values, (*_model_values(fractions.shape[-1]), "targets_dish", "reach_line"))
    wanted: dict[str, ArrayLike | None] = {"c_LV": car_per_cell, "BCMA_line": antigen_density, "reach_line": reach}
    known |= {id: np.asarray(own, dtype=np.float64) for id, own in wanted.items() if own is not None}
    known |= {
        "effector_to_target": np.asarray(effector_to_target, dtype=np.float64),
        "residual_translation": np.asarray(residual_translation, dtype=np.float64),
        "sBCMA": np.asarray(soluble_BCMA, dtype=np.float64),
        # The CAR binds BCMA and nothing else, whatever product the values were made for.
        "target_BCMA": np.asarray(1.0),
    }
    _refuse_impossible(known)
    wells = _common_shape(known, fractions)
    lanes = {id: np.ravel(np.broadcast_to(array, wells)) for id, array in known.items()}
    shares = np.broadcast_to(fractions, (*wells, fractions.shape[-1])).reshape(-1, fractions.shape[-1])
    seeded = lanes.pop("targets_dish") * lanes["volume_dish"]
    fresh = _targets(seeded, lanes.pop("reach_line"))
    cells = seeded * lanes.pop("effector_to_target")
    effectors = _effectors(cells, shares, lanes.pop("residual_translation"), lentiviral=class_fractions is None)
    read = _read_wells({**lanes, **effectors, **fresh}, times, fresh if rounds > 1 else {}, fractions.shape[-1])
    single = rounds == 1 and np.ndim(0.0 if hours is None else hours) == 0
    return _killing(read, seeded, wells if single else (len(times) - 1, *wells))


def lots_of(values: Values, classes: int = CLASSES) -> tuple[int, ...]:
    """Return the shape of what `values` hold of the dish: () for one, (lots,) for several.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> lots_of({**load_register(), "k_kill": [7.0, 8.0]})
    (2,)
    """
    known = taken(values, (*_model_values(classes), "targets_dish", "reach_line"))
    return np.broadcast_shapes(*(array.shape for array in known.values()))


def _targets(seeded: FloatArray, reach: FloatArray) -> dict[str, FloatArray]:
    """State -> cells of a seeding of targets."""
    return {"target_cells": seeded * reach, "hidden_cells": seeded * (1.0 - reach), "control_cells": seeded}


def _effectors(
    cells: FloatArray, shares: FloatArray, residual: FloatArray, *, lentiviral: bool
) -> dict[str, FloatArray]:
    """State -> cells of a seeding of effectors."""
    if lentiviral:
        return {"E_dish": cells}
    with_CAR = shares.sum(axis=1)
    by_class = {f"T_dish_{k}": cells * shares[:, k] for k in range(shares.shape[1])}
    spent = cells * np.maximum(1.0 - with_CAR, 0.0)
    return {**by_class, "T_spent": spent, "R_translation": cells * with_CAR * residual}


def _read_wells(
    settings: Mapping[str, FloatArray], times: FloatArray, fresh: Mapping[str, FloatArray], classes: int
) -> dict[str, FloatArray]:
    """Run all wells in one call of the engine; id -> (readings, wells). `fresh` targets come at every inner time."""
    doses, products, readings = None, None, times
    if fresh:
        inner = times[1:-1]
        doses = {"TIME": inner, "AMT": np.ones(len(inner)), "CMT": ["fresh targets"] * len(inner)}
        products = {"fresh targets": fresh}
        # Output at the time of a dose shows the value after it, and a round is read before.
        readings = times * (1.0 - 1e-9)
    courses = simulate(load_assay("dish", classes=classes), settings, doses, readings, _READ, products=products)
    failed = np.flatnonzero(courses.status)
    if len(failed):
        raise SimulationError(
            "a well could not be simulated",
            where=f"kill_in_dish, well {failed[0]}",
            found=REASONS[int(courses.status[failed[0]])],
            expected="values that a well can have",
        )
    return {id: courses[id][:, 1:].T for id in _READ}


def _killing(read: Mapping[str, FloatArray], seeded: FloatArray, shape: tuple[int, ...]) -> Killing:
    alive = read["target_cells"] + read["hidden_cells"]
    effectors = read["E_dish"] + read["T_total"] + read["T_spent"]
    return Killing(
        specific_lysis=np.clip(1.0 - alive / read["control_cells"], 0.0, 1.0).reshape(shape),
        killed_share=(read["lysed"] / (read["lysed"] + alive)).reshape(shape),
        targets=(alive / seeded).reshape(shape),
        effectors=(effectors / seeded).reshape(shape),
        soluble_BCMA=read["sBCMA"].reshape(shape),
    )


def _common_shape(known: Mapping[str, FloatArray], fractions: FloatArray) -> tuple[int, ...]:
    shapes = {"class_fractions": fractions.shape[:-1], **{id: array.shape for id, array in known.items()}}
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        several = {id: shape for id, shape in shapes.items() if shape}
        raise SimulationError(
            "values and arguments are for different wells",
            where="kill_in_dish",
            found=", ".join(f"{id} {shape}" for id, shape in several.items()),
            expected="shapes that broadcast, such as (ratios, 1) against (lots,)",
        ) from None


@cache
def _model_values(classes: int) -> tuple[str, ...]:
    """The values of the register that the model of the dish reads."""
    return tuple(sorted(used_parameters("dish", classes) - {"target_BCMA"}))


def _fractions(class_fractions: ArrayLike | None, car_per_cell: ArrayLike | None) -> FloatArray:
    if class_fractions is None:
        return np.zeros(CLASSES)
    if car_per_cell is not None:
        raise SimulationError(
            "two kinds of effectors for one well",
            where="kill_in_dish",
            found="class_fractions and car_per_cell",
            expected="class_fractions for cells with messenger RNA, or car_per_cell for cells with an integrated CAR",
        )
    fractions = np.asarray(class_fractions, dtype=np.float64)
    if fractions.ndim == 0 or not (fractions >= 0).all() or not (fractions.sum(axis=-1) <= 1 + 1e-9).all():
        raise SimulationError(
            "class fractions are not shares",
            where="kill_in_dish, class_fractions",
            found=f"an array of shape {fractions.shape}" if fractions.size > 8 else fractions.tolist(),
            expected="shares of 0 or more along the last axis, which add up to at most 1",
        )
    return fractions


def _times(values: Values, hours: ArrayLike | None, rounds: int) -> FloatArray:
    """Days at which the wells start and are read."""
    if hours is None:
        usual = np.unique(taken(values, ("assay_time",))["assay_time"])
        if len(usual) > 1:
            raise _bad_time(f"assay_time with {len(usual)} values", "one duration for all wells: pass hours")
        days = usual
    else:
        days = np.atleast_1d(np.asarray(hours, dtype=np.float64)) / HOURS_PER_DAY
    if days.ndim != 1 or not np.isfinite(days).all() or not (np.diff(days, prepend=0.0) > 0).all():
        raise _bad_time(f"{np.asarray(hours).tolist()}", "hours above 0 that rise")
    if rounds < 1 or (rounds > 1 and len(days) > 1):
        raise _bad_time(f"{rounds} rounds read at {len(days)} times", "one round, or one duration for every round")
    return np.concatenate([[0.0], days if rounds == 1 else days * np.arange(1, rounds + 1)])


def _bad_time(found: str, expected: str) -> SimulationError:
    return SimulationError(
        "the time of an assay is not clear", where="kill_in_dish, hours", found=found, expected=expected
    )


def _refuse_impossible(known: Mapping[str, FloatArray]) -> None:
    for id, (low, high) in _POSSIBLE.items():
        array = known[id]
        if not ((array >= low) & (array <= high)).all():
            raise SimulationError(
                f"{id} is outside what a well can have",
                where=f"kill_in_dish, {id}",
                found=f"{array.ravel()[np.argmin((array.ravel() >= low) & (array.ravel() <= high))]:g}",
                expected=f"from {low:g}" + ("" if np.isinf(high) else f" to {high:g}"),
            )
