"""Killing against effectors: the curves of a figure, and the one number of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from silicart.product.potency.dish import kill_in_dish, lots_of
from silicart.product.potency.fading import TransientCells, fade
from silicart.product.values import FloatArray, Values

RATIOS = (0.125, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
DAYS_AFTER = (0.0, 48.0, 96.0, 144.0, 192.0)


@dataclass(frozen=True)
class CytotoxicityCurves:
    """Specific lysis of a myeloma line.

    products : names, in the order of the first axis.
    hours_after : (ages,) hours in culture between the lot and the assay.
    ratios : (ratios,) effectors per target.
    lysis : (products, ages, ratios, ...) with the lots last where there are several.
    """

    products: tuple[str, ...]
    hours_after: FloatArray
    ratios: FloatArray
    lysis: FloatArray


def cytotoxicity_curves(
    values: Values,
    products: Mapping[str, TransientCells | None],
    *,
    ratios: ArrayLike = RATIOS,
    hours_after: ArrayLike = DAYS_AFTER,
    hours: float | None = None,
) -> CytotoxicityCurves:
    """Return killing against effectors per target, by product and by time that the cells were kept before.

    Effectors are counted anew at each age, those that lost their CAR included, as a laboratory plates them.

    Parameters
    ----------
    values : as for `kill_in_dish`.
    products : name -> a lot (anything with `class_fractions` and `residual_translation`), or None for cells with an
        integrated CAR, which do not fade.
    ratios, hours_after : axes of the curves; hours of 0 or more, rising.
    hours : duration of the assay; without it `assay_time`.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product.making import load_process, make_lot
    >>> from silicart.product.values import centres
    >>> values = centres(load_register())
    >>> lot = make_lot(load_process("mrna-lnp-bcma"), values)
    >>> curves = cytotoxicity_curves(values, {"mRNA": lot, "lentiviral": None}, hours_after=[0, 144])
    >>> curves.lysis.shape, bool(curves.lysis[0, 1, 5] < curves.lysis[0, 0, 5])
    ((2, 2, 8), True)
    """
    grid = np.atleast_1d(np.asarray(ratios, dtype=np.float64))
    ages = np.atleast_1d(np.asarray(hours_after, dtype=np.float64))
    curves = [_curves(values, cells, grid, ages, hours) for cells in products.values()]
    most = max(curve.ndim for curve in curves)
    padded = [curve.reshape(*curve.shape, *(1 for _ in range(most - curve.ndim))) for curve in curves]
    return CytotoxicityCurves(tuple(products), ages, grid, np.stack(np.broadcast_arrays(*padded)))


def _curves(
    values: Values, cells: TransientCells | None, ratios: FloatArray, ages: FloatArray, hours: float | None
) -> FloatArray:
    """Lysis by one product, (ages, ratios, ...)."""
    if cells is None:
        column = ratios.reshape(-1, *(1 for _ in lots_of(values)))
        lysis = kill_in_dish(values, effector_to_target=column, hours=hours).specific_lysis
        return np.broadcast_to(lysis, (len(ages), *lysis.shape))
    fractions, residual = fade(values, cells, ages)
    column = ratios.reshape(-1, *(1 for _ in residual.shape[1:]))
    return kill_in_dish(
        values,
        effector_to_target=column,
        hours=hours,
        class_fractions=fractions[:, None],
        residual_translation=residual[:, None],
    ).specific_lysis


def cytotoxicity_at(
    values: Values,
    lot_class_fractions: ArrayLike,
    ratio: float = 5.0,
    *,
    residual_translation: ArrayLike = 0.0,
) -> FloatArray:
    """Return the share of a myeloma line that each lot kills in an assay of the usual duration, shape (lots,).

    Parameters
    ----------
    values : as for `kill_in_dish`; arrays are one a lot.
    lot_class_fractions : (lots, classes), or (classes,) for one lot.
    ratio : CAR+ effectors per target.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> lots = [[0.3, 0.4, 0.3, 0, 0, 0], [0, 0, 0.3, 0.4, 0.2, 0.1]]
    >>> share = cytotoxicity_at(load_register(), lots)
    >>> share.shape, bool(share[0] > share[1])
    ((2,), True)
    """
    return kill_in_dish(
        values,
        effector_to_target=ratio,
        class_fractions=lot_class_fractions,
        residual_translation=residual_translation,
    ).specific_lysis
