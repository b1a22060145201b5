"""Bands over time: how patients differ, and how uncertain the mean patient is, never mixed.

"patients" are quantiles over all simulated patients. "uncertainty" are quantiles over parameter draws of the mean of a
draw's patients, with the noise of few patients removed as in the ledger; it is given for all draws and for the draws
of each rival structure alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

QUANTILES: tuple[tuple[str, float], ...] = (("q05", 0.05), ("q25", 0.25), ("q50", 0.5), ("q75", 0.75), ("q95", 0.95))
ALL = "all"

_DAILY_UNTIL, _STEP = 120.0, 0.5
_AFTER_INFUSION = (1.0 / 24.0, 0.25, 0.5, 0.75, 1.0, 1.5)
_NEAR = 1e-6


def display_times(days: FloatArray, infusions: Sequence[float]) -> NDArray[np.intp]:
    """Return which output days a figure needs: half-days to day 60, days to day 120, all later ones, and the hours
    around every infusion.

    Parameters
    ----------
    days : (times,) the output days, increasing.

    Examples
    --------
    >>> days = np.array([-7.0, 0.0, 0.1, 0.25, 1.0, 100.5, 101.0, 130.0])
    >>> days[display_times(days, [0.0])].tolist()
    [-7.0, 0.0, 0.25, 1.0, 101.0, 130.0]
    """
    halves = np.abs(days / _STEP - np.round(days / _STEP)) < _NEAR
    whole = np.abs(days - np.round(days)) < _NEAR
    keep = (days > _DAILY_UNTIL) | (whole & (days <= _DAILY_UNTIL)) | (halves & (days <= _DAILY_UNTIL / 2))
    for infusion in infusions:
        # The output just before an infusion shows the trough; without it a saw-tooth would start half-way up.
        before = (days < infusion - _NEAR) & (days > infusion - 2.0 / 1440.0)
        after = np.isclose(days[:, np.newaxis], infusion + np.array(_AFTER_INFUSION), atol=_NEAR).any(axis=1)
        keep |= before | after | np.isclose(days, infusion, atol=_NEAR)
    keep[[0, -1]] = True
    return np.flatnonzero(keep)


def arm_bands(
    arm: str, days: FloatArray, courses: Mapping[str, NDArray[np.float32]], draws: NDArray[np.int64],
    structure: NDArray[np.str_],
) -> pd.DataFrame:  # fmt: skip
    """Return the bands of one arm.

    Parameters
    ----------
    days : (times,); courses : observable -> (patients, times), NaN in a patient that could not be simulated;
    draws, structure : (patients,) the parameter draw, and the rival structure of that draw.

    Returns
    -------
    `arm`, `time`, `observable`, `spread`, `structure`, `mean`, `q05`, `q25`, `q50`, `q75`, `q95`; `structure` is "all"
    or the id of one rival structure. The mean is over all patients, or over draws as the ledger estimates.
    """
    import pandas as pd

    frames = []
    for observable, course in courses.items():
        good = np.isfinite(course).all(axis=1)
        values, own_draws, own_structure = course[good].astype(np.float64), draws[good], structure[good]
        if not len(values):
            continue
        quantiles = np.quantile(values, [q for _, q in QUANTILES], axis=0)
        kinds = [("patients", ALL, quantiles, values.mean(axis=0))]
        subsets = [(ALL, np.ones(len(values), dtype=np.bool_))]
        names = sorted(set(own_structure.tolist()))
        if len(names) > 1:
            subsets += [(name, own_structure == name) for name in names]
        for name, rows in subsets:
            part, by = values[rows], own_draws[rows]
            kinds.append(("uncertainty", name, uncertainty_band(part, by), mean_of_draws(part, by)))
        for spread, name, quantiles, mean in kinds:
            frame = pd.DataFrame({"mean": mean} | {label: quantiles[row] for row, (label, _) in enumerate(QUANTILES)})
            frame.insert(0, "structure", name)
            frame.insert(0, "spread", spread)
            frame.insert(0, "observable", observable)
            frame.insert(0, "time", days)
            frame.insert(0, "arm", arm)
            frames.append(frame)
    columns = ["arm", "time", "observable", "spread", "structure", "mean", *(label for label, _ in QUANTILES)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def mean_of_draws(values: FloatArray, draws: NDArray[np.int64]) -> FloatArray:
    """Return (times,) the mean over draws of the mean patient, each draw counted once.

    Examples
    --------
    >>> mean_of_draws(np.array([[1.0], [2.0], [3.0]]), np.array([0, 0, 1])).tolist()
    [2.25]
    """
    return np.asarray(_draw_means(values, draws).mean(axis=0))


def uncertainty_band(values: FloatArray, draws: NDArray[np.int64]) -> FloatArray:
    """Return (5, times) quantiles over draws of the mean patient, with patient noise removed at every time.

    `values` is (patients, times), `draws` (patients,). The model is that of `claims.interval`, time by time.

    Examples
    --------
    >>> uncertainty_band(np.array([[1.0], [1.0], [3.0], [3.0]]), np.array([0, 0, 1, 1]))[:, 0].tolist()
    [1.1, 1.5, 2.0, 2.5, 2.9]
    """
    _, index, sizes = np.unique(draws, return_inverse=True, return_counts=True)
    means = _draw_means(values, draws)
    freedom = len(values) - len(sizes)
    within = np.sum((values - means[index]) ** 2, axis=0) / freedom if freedom > 0 else np.zeros(values.shape[1])
    noise = within / sizes[:, np.newaxis]
    spread = np.var(means, axis=0, ddof=1) if len(sizes) > 1 else np.zeros(values.shape[1])
    between = np.maximum(spread - np.mean(noise, axis=0), 0.0)
    total = between + noise
    pull = np.sqrt(np.divide(between, total, out=np.zeros_like(total), where=total > 0))
    centre = means.mean(axis=0)
    return np.asarray(np.quantile(centre + pull * (means - centre), [q for _, q in QUANTILES], axis=0))


def _draw_means(values: FloatArray, draws: NDArray[np.int64]) -> FloatArray:
    """Return (draws, times) the mean of each draw's patients."""
    _, index, sizes = np.unique(draws, return_inverse=True, return_counts=True)
    order = np.argsort(index, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return np.asarray(np.add.reduceat(values[order], starts, axis=0) / sizes[:, np.newaxis])
