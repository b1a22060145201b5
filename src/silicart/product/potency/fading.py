"""What becomes of a lot's CAR when its cells are kept in culture before they meet their targets."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from silicart.errors import SimulationError
from silicart.network.compose import used_parameters
from silicart.product.values import FloatArray, Values, taken
from silicart.simulation import load_assay, simulate

_CELLS = 1e6


class TransientCells(Protocol):
    """Effectors with messenger RNA; a lot is one.

    class_fractions : (..., classes) shares of the cells by expression class.
    residual_translation : share of CAR loss that translation still makes good.
    """

    @property
    def class_fractions(self) -> FloatArray: ...

    @property
    def residual_translation(self) -> FloatArray: ...


def fade(values: Values, cells: TransientCells, hours: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the class fractions and the residual translation of live cells after each time in culture.

    CAR is lost, residual translation ends and cells die as they do in a patient without antigen: the same files, run in
    a well without targets. Shares are of all live cells, so they add up to less than 1 once cells have lost their CAR.

    Parameters
    ----------
    values : as for `kill_in_dish`.
    hours : (ages,) hours of 0 or more, rising.

    Returns
    -------
    fractions (ages, ..., classes) and residual translation (ages, ...).

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product.making import load_process, make_lot
    >>> from silicart.product.values import centres
    >>> values = centres(load_register())
    >>> fractions, residual = fade(values, make_lot(load_process("mrna-lnp-bcma"), values), [0, 96])
    >>> fractions.shape, bool(fractions[1, 0] < fractions[0, 0]), bool(residual[1] < 0.01)
    ((2, 6), True, True)
    """
    ages = np.atleast_1d(np.asarray(hours, dtype=np.float64)) / 24.0
    if ages.ndim != 1 or not (np.isfinite(ages).all() and ages[0] >= 0 and (np.diff(ages) > 0).all()):
        raise SimulationError(
            "the ages of effectors are not clear",
            where="fade, hours",
            found=f"{np.asarray(hours).tolist()}",
            expected="hours of 0 or more that rise",
        )
    fractions = np.asarray(cells.class_fractions, dtype=np.float64)
    classes = fractions.shape[-1]
    residual = np.asarray(cells.residual_translation, dtype=np.float64)
    known = taken(values, sorted(used_parameters("dish", classes)))
    lots = np.broadcast_shapes(fractions.shape[:-1], residual.shape, *(array.shape for array in known.values()))
    shares = np.broadcast_to(fractions, (*lots, classes)).reshape(-1, classes)
    start = {id: np.ravel(np.broadcast_to(array, lots)) for id, array in known.items()}
    start |= {f"T_dish_{k}": _CELLS * shares[:, k] for k in range(classes)}
    start["T_spent"] = _CELLS * np.maximum(1.0 - shares.sum(axis=1), 0.0)
    start["R_translation"] = _CELLS * shares.sum(axis=1) * np.ravel(np.broadcast_to(residual, lots))
    by_class = [f"T_dish_{k}" for k in range(classes)]
    # The first time holds the start, which an age of 0 reads.
    times = ages if ages[0] == 0.0 else np.concatenate([[0.0], ages])
    course = simulate(load_assay("dish", classes=classes), start, None, times, [*by_class, "T_spent", "translating"])
    alive = sum(course[id] for id in by_class) + course["T_spent"]
    found = np.stack([course[id] / alive for id in by_class], axis=-1)[:, -len(ages) :]
    remaining = course["translating"][:, -len(ages) :]
    return np.moveaxis(found, 1, 0).reshape(len(ages), *lots, classes), remaining.T.reshape(len(ages), *lots)
