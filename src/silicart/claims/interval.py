"""The interval of a claim: 5 % to 95 % over parameter draws, with the noise of finitely many patients removed.

A run has J draws of the uncertain typical values (and of the rival structures) and n patients inside each. The
statistic of a draw, say a mean over its n patients, spreads over the draws for two reasons: the draws differ, which
is what a claim is uncertain about, and n patients are few, which more computing would cure. The one-way random
effects model separates them: with m_j the statistic of draw j,

    m_j = theta_j + e_j,   var(theta_j) = tau^2,   var(e_j) = v_j.

tau^2 is estimated by moments and each draw is pulled towards the grand mean by sqrt(tau^2 / (tau^2 + v_j)). The
square root makes the spread of the pulled values equal to tau, where the usual best linear predictor would give less
(Louis 1984, J Am Stat Assoc 79:393; Ghosh 1992, ibid. 87:533). The interval is that of the pulled values, so it keeps
the skewness of the draws; to each side of it comes, in quadrature, the error that finitely many patients leave in the
mean of all draws. Without it a rare outcome on which the draws cannot be told apart would have no width at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from silicart.errors import ClaimError

Statistic = Literal["mean", "fraction", "median"]
FloatArray = NDArray[np.float64]

LOW, HIGH = 0.05, 0.95
BOTH_SIDES = 1.6448536269514722
"""Standard errors on either side of a number that hold it in 90 of 100 cases."""

_RESAMPLES = 400
_RESAMPLE_SEED = 20_260


@dataclass(frozen=True)
class DrawEffects:
    """The statistic draw by draw, with and without patient noise.

    draws : (J,) draw numbers in order; raw : (J,) the statistic over each draw's patients; pulled : (J,) the same
    with patient noise removed; between : tau^2; noise : (J,) v_j; estimate : the mean of the draws; interval : 5 %
    and 95 % of `pulled`, widened by the error of the estimate.
    """

    draws: NDArray[np.int64]
    raw: FloatArray
    pulled: FloatArray
    between: float
    noise: FloatArray
    estimate: float
    interval: tuple[float, float]


def draw_effects(values: FloatArray, draws: Sequence[int] | NDArray[np.int64], statistic: Statistic) -> DrawEffects:
    """Separate what the draws differ in from the noise of few patients.

    Parameters
    ----------
    values : (patients,) one number a patient; NaN is a patient without a value and is left out.
    draws : (patients,) the parameter draw of each patient.
    statistic : "mean", "fraction" (a mean of 0 and 1) or "median" over the patients of a draw.

    Returns
    -------
    DrawEffects, in the unit of `values`.

    Raises
    ------
    ClaimError : fewer than two draws have a value, or a fraction of something that is not 0 or 1.

    Examples
    --------
    Three draws whose patients do not differ: nothing is removed.

    >>> import numpy as np
    >>> effects = draw_effects(np.array([1.0, 1.0, 2.0, 2.0, 4.0, 4.0]), [0, 0, 1, 1, 2, 2], "mean")
    >>> effects.pulled.tolist()
    [1.0, 2.0, 4.0]
    """
    kept_values, kept_draws = _kept(np.asarray(values, dtype=np.float64), np.asarray(draws, dtype=np.int64), statistic)
    order, index, sizes = np.unique(kept_draws, return_inverse=True, return_counts=True)
    if len(order) < 2:
        raise ClaimError(
            "an interval over parameter draws needs at least two of them",
            found=f"{len(order)} with a value",
            remedy="simulate more patients: ten a draw, at least twenty draws",
        )
    if statistic == "median":
        raw = np.array([np.median(kept_values[index == j]) for j in range(len(order))])
        noise = _median_noise(kept_values - raw[index], sizes)
    else:
        raw = np.bincount(index, kept_values) / sizes
        noise = _mean_noise(kept_values - raw[index], sizes)
    between = max(0.0, float(np.var(raw, ddof=1) - np.mean(noise)))
    centre = float(np.mean(raw))
    pull = np.sqrt(between / (between + noise)) if between > 0 else np.zeros_like(noise)
    pulled = centre + pull * (raw - centre)
    low, high = np.quantile(pulled, [LOW, HIGH])
    # A rare outcome that a few draws carry has its mean beyond the 95 % point of the draws; no interval leaves out the
    # number that it is the interval of, nor the error that finitely many patients leave in that number.
    error = BOTH_SIDES * float(np.sqrt(np.mean(noise) / len(noise)))
    below, above = max(centre - float(low), 0.0), max(float(high) - centre, 0.0)
    interval = (
        max(centre - float(np.hypot(below, error)), float(kept_values.min())),
        min(centre + float(np.hypot(above, error)), float(kept_values.max())),
    )
    return DrawEffects(order, raw, pulled, between, noise, centre, interval)


def _kept(values: FloatArray, draws: NDArray[np.int64], statistic: Statistic) -> tuple[FloatArray, NDArray[np.int64]]:
    present = np.isfinite(values)
    values, draws = values[present], draws[present]
    if statistic == "fraction" and not np.isin(values, (-1.0, 0.0, 1.0)).all():
        # -1 arises in a difference of two arms' 0 and 1.
        raise ClaimError(
            "a fraction is over patients that either have the property or have not",
            found=f"the value {values[~np.isin(values, (-1.0, 0.0, 1.0))][0]:g}",
            expected="0 or 1",
            remedy="use the statistic mean, or an endpoint that is yes or no",
        )
    return values, draws


def _mean_noise(residuals: FloatArray, sizes: NDArray[np.int64]) -> FloatArray:
    freedom = int(np.sum(sizes) - len(sizes))
    within = float(np.sum(residuals**2)) / freedom if freedom > 0 else 0.0
    return within / sizes


def _median_noise(residuals: FloatArray, sizes: NDArray[np.int64]) -> FloatArray:
    # The sampling variance of a median has no closed form at ten patients: resample the pooled residuals.
    freedom = int(np.sum(sizes) - len(sizes))
    if freedom <= 0:
        return np.zeros(len(sizes))
    generator = np.random.default_rng(_RESAMPLE_SEED)
    # Residuals about a draw's own median are too small by its one fitted value.
    inflate = float(np.sum(sizes)) / freedom
    by_size = {
        int(size): float(np.var(np.median(generator.choice(residuals, (_RESAMPLES, int(size))), axis=1))) * inflate
        for size in np.unique(sizes)
    }
    return np.array([by_size[int(size)] for size in sizes])
