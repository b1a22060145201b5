"""The posterior of typical values and donors, given what was measured of the donors.

A measured percentage is the model's, moved by a deviation of the whole course and by an error of its own. The deviation
is a Gaussian process over days and dose doublings on the probit scale: neighbouring points deviate alike. It acts
through the slope of the model, so that it is large at mid-course and vanishes where all cells or none are positive. To
first order the percentages are then jointly normal, and the deviation is integrated out exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from silicart.product.donors.course import Positivity, positivity
from silicart.product.donors.prior import Prior
from silicart.product.donors.series import Measured

FloatArray = NDArray[np.float64]

WALKERS = 64
STEPS = 700
_STARTS = 1000
_THIN = 10

_REPEATS = 40
_BLOCK = 2000
_KEPT = 2000
_ENOUGH = 500
_FEW_POINTS = 8


def sample_posterior(prior: Prior, donors: Sequence[Measured], *, seed: int = 1, steps: int = STEPS) -> FloatArray:
    """Draw from the posterior with an ensemble sampler; the same seed gives the same draws.

    Parameters
    ----------
    prior : typical values and spreads between donors.
    donors : what was measured of each donor; one without points is drawn around the typical donor.
    steps : of each walker, after a third as many that are dropped.

    Returns
    -------
    (samples, prior.size(len(donors))) points, of which `Prior.donor_values` makes natural values.
    """
    import emcee

    size = prior.size(len(donors))
    walkers = max(WALKERS, 2 * size + 2)
    random = np.random.RandomState(seed % 2**32)
    # Half the width of the prior: from its corners a walker would be long on the way.
    starts = 0.5 * random.normal(size=(_STARTS, size))
    best = np.argsort(-log_posterior(starts, prior, donors), kind="stable")[:walkers]
    sampler = emcee.EnsembleSampler(
        walkers,
        size,
        log_posterior,
        args=(prior, donors),
        vectorize=True,
        # Differences of walkers follow the correlations of so many parameters; the stretch keeps the ensemble open.
        moves=[(emcee.moves.DEMove(), 0.7), (emcee.moves.DESnookerMove(), 0.1), (emcee.moves.StretchMove(), 0.2)],
    )
    sampler.random_state = random.get_state()
    state = sampler.run_mcmc(starts[best], max(1, steps // 3))
    sampler.reset()
    sampler.run_mcmc(state, steps)
    return np.asarray(sampler.get_chain(flat=True, thin=_THIN), dtype=np.float64)


def sample_donor(
    prior: Prior,
    trained: Sequence[Measured],
    trained_points: FloatArray,
    known: Measured,
    *,
    seed: int = 1,
    steps: int = STEPS,
) -> dict[str, FloatArray]:
    """Return samples of a new donor's values, given the training donors and what is known of him.

    `trained_points` are draws of `sample_posterior` for the training donors. A few known points weigh them, each with
    many donors drawn around the typical one: given the typical values the donors are independent, so this is exact, and
    it moves the typical values too. Where too few draws carry the weight, all donors are sampled together anew.
    """
    if len(known) <= _FEW_POINTS:
        random = np.random.default_rng(seed)
        typical = np.repeat(trained_points[:, : len(prior.typical)], _REPEATS, axis=0)
        points = np.hstack([typical, random.normal(size=(len(typical), len(prior.differing)))])
        weight = _weights(points, prior, known)
        if 1.0 / np.sum(np.square(weight)) >= min(_ENOUGH, len(trained_points)):
            # One random number for all: the resampled share of a point differs from its weight by less than one draw.
            places = np.searchsorted(np.cumsum(weight), (np.arange(_KEPT) + random.uniform()) / _KEPT)
            return prior.donor_values(points[np.minimum(places, len(points) - 1)], 0)
    joint = sample_posterior(prior, [*trained, known], seed=seed, steps=steps)
    return prior.donor_values(joint, len(trained))


def _weights(points: FloatArray, prior: Prior, known: Measured) -> FloatArray:
    logs = np.zeros(len(points))
    if len(known):
        for first in range(0, len(points), _BLOCK):
            block = slice(first, first + _BLOCK)
            logs[block] = _log_likelihood(prior.donor_values(points[block], 0), known)
    logs = np.where(np.isfinite(logs), logs, -np.inf)
    weight = np.exp(logs - np.max(logs))
    return np.asarray(weight / np.sum(weight))


def log_posterior(points: FloatArray, prior: Prior, donors: Sequence[Measured]) -> FloatArray:
    """Return (samples,) the log posterior density, up to a constant, of points (samples, size)."""
    total = -0.5 * np.sum(np.square(points), axis=1)
    for number, seen in enumerate(donors):
        if len(seen):
            total = total + _log_likelihood(prior.donor_values(points, number), seen)
    return np.where(np.isfinite(total), total, -np.inf)


def _log_likelihood(values: Mapping[str, FloatArray], seen: Measured) -> FloatArray:
    found = positivity(values, seen.dose_ng, seen.day)
    fraction = with_background(found.share, seen.background)
    slope = found.slope * (1.0 - seen.background / 100.0)
    covariance = deviation_covariance(values, seen, seen) * slope[:, :, None] * slope[:, None, :]
    diagonal = np.arange(len(seen))
    covariance[:, diagonal, diagonal] += np.square(error_spread(values, fraction))
    factor = np.linalg.cholesky(covariance)
    whitened = np.linalg.solve(factor, (seen.percent / 100.0 - fraction)[..., None])[..., 0]
    widths = np.sum(np.log(np.diagonal(factor, axis1=1, axis2=2)), axis=1)
    return np.asarray(-0.5 * np.sum(np.square(whitened), axis=1) - widths)


def with_background(share: FloatArray, background_percent: float) -> FloatArray:
    """Return the positive fraction of all cells where a background of unmarked cells looks positive too."""
    return np.asarray(background_percent / 100.0 + (1.0 - background_percent / 100.0) * share)


def error_spread(values: Mapping[str, FloatArray], fraction: FloatArray) -> FloatArray:
    """Return (samples, points) the standard deviation of a single measured fraction."""
    p = np.clip(fraction, 0.0, 1.0)
    relative = values["reporter_percent_spread"][:, None]
    return np.asarray(
        np.sqrt(np.square(relative) * p * (1.0 - p) + np.square(values["reporter_percent_floor"][:, None]))
    )


def deviation_covariance(values: Mapping[str, FloatArray], rows: Measured, columns: Measured) -> FloatArray:
    """Return (samples, rows, columns) the covariance of a course's deviation on the probit scale."""
    days = np.abs(rows.day[:, None] - columns.day[None, :])
    doublings = np.abs(np.log2(rows.dose_ng)[:, None] - np.log2(columns.dose_ng)[None, :])
    near = np.exp(
        -days / values["reporter_curve_days"][:, None, None]
        - doublings / values["reporter_curve_doublings"][:, None, None]
    )
    return np.asarray(np.square(values["reporter_curve_spread"])[:, None, None] * near)


def deviated(found: Positivity, deviation: FloatArray) -> FloatArray:
    """Return the share of positive cells after a deviation (samples, points) on the probit scale.

    To first order this is share + slope x deviation; carried out on the probit scale it never leaves 0 to the
    transfectable share.
    """
    from scipy.special import ndtr, ndtri

    z = ndtri(np.clip(found.share / found.transfectable, 1e-12, 1.0 - 1e-12))
    density = np.maximum(np.exp(-0.5 * np.square(z)) / np.sqrt(2.0 * np.pi), 1e-300)
    steepness = np.minimum(found.slope / found.transfectable / density, 1.0)
    return np.asarray(found.transfectable * ndtr(z + steepness * deviation))
