"""Prediction of a donor's positivity at doses and days that were not measured, from what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from silicart.product.donors.course import positivity
from silicart.product.donors.posterior import (
    STEPS,
    deviated,
    deviation_covariance,
    error_spread,
    sample_donor,
    sample_posterior,
    with_background,
)
from silicart.product.donors.prior import Prior, donor_prior
from silicart.product.donors.series import Background, Measured, background, measured, training_donors
from silicart.product.donors.table import DonorRow, read_rows
from silicart.product.values import Values

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

LEVEL = 0.9
"""Level of the intervals."""

_JITTER = 1e-9


@dataclass(frozen=True, eq=False)
class Predicted:
    """Percent of positive cells at each asked point: median course, and limits that hold a new measurement."""

    percent: FloatArray
    low: FloatArray
    high: FloatArray


def predict_expression(
    table: pd.DataFrame | Mapping[str, Any], *, seed: int = 1, register: Values | None = None, steps: int = STEPS
) -> pd.DataFrame:
    """Predict the rows of a table of donors whose percentage is missing.

    Parameters
    ----------
    table : columns donor, dose_ng, day (above 0) and percent of positive cells, NaN or None where it is to be
        predicted; rows with dose 0 are background without mRNA.
    seed : of the sampler. A donor's prediction depends on the donor's rows and the seed, not on others in the table.
    register : where priors come from; the shipped register unless given.
    steps : of the sampler; fewer are faster and rougher.

    Returns
    -------
    One row a missing percentage, in the order of the table: donor, dose_ng, day, percent (the median course) and low,
    high (90 % of measurements fall between them), in percent.

    A donor is known by the rows of the table alone, also where a training donor has the same name. A donor without any
    known row gets the spread between donors.

    Raises
    ------
    ExpressionDataError : a column is missing, a value is out of its range, a row stands twice, or none is asked for.

    Examples
    --------
    >>> first_day = {"donor": ["A"] * 3, "dose_ng": [800, 800, 800], "day": [1, 3, 5], "percent": [60.0, None, None]}
    >>> found = predict_expression(first_day, steps=60)
    >>> found.columns.tolist(), len(found)
    (['donor', 'dose_ng', 'day', 'percent', 'low', 'high'], 2)
    >>> bool((found.low <= found.percent).all() and (found.percent <= found.high).all())
    True
    """
    import pandas as pd

    rows = read_rows(table)
    if register is None:
        from silicart.evidence import load_register

        register = load_register()
    found = predict_rows(rows, donor_prior(register), seed=seed, steps=steps)
    asked = [row for row in rows if row.percent is None]
    return pd.DataFrame(
        {
            "donor": [row.donor for row in asked],
            "dose_ng": [row.dose_ng for row in asked],
            "day": [row.day for row in asked],
            "percent": found.percent,
            "low": found.low,
            "high": found.high,
        }
    )


def predict_rows(rows: tuple[DonorRow, ...], prior: Prior, *, seed: int = 1, steps: int = STEPS) -> Predicted:
    """Predict the rows without a percentage, in their order."""
    trained = [*training_donors().values()]
    points = sample_posterior(prior, trained, seed=seed, steps=steps)
    general = background()
    asked = [row for row in rows if row.percent is None]
    found = np.empty((3, len(asked)))
    for donor in dict.fromkeys(row.donor for row in asked):
        own = [row for row in rows if row.donor == donor]
        blank = [row.percent for row in own if row.dose_ng == 0 and row.percent is not None]
        floor = Background(float(np.mean(blank)), general.spread) if blank else general
        places = [number for number, row in enumerate(asked) if row.donor == donor]
        marked = [number for number in places if asked[number].dose_ng > 0]
        found[:, places] = np.asarray(_background_limits(floor))[:, None]
        if marked:
            known = _measured([row for row in own if row.percent is not None and row.dose_ng > 0], floor)
            wanted = _measured([asked[number] for number in marked], floor)
            values = sample_donor(prior, trained, points, known, seed=seed, steps=steps)
            one = predictive(values, known, wanted, seed=seed)
            found[:, marked] = one.percent, one.low, one.high
    return Predicted(*found)


def predict_donor(
    prior: Prior, trained: Sequence[Measured], known: Measured, asked: Measured, *, seed: int = 1, steps: int = STEPS
) -> Predicted:
    """Predict one donor at `asked`, whose percentages are not read, from these training donors and what is known."""
    points = sample_posterior(prior, trained, seed=seed, steps=steps)
    values = sample_donor(prior, trained, points, known, seed=seed, steps=steps)
    return predictive(values, known, asked, seed=seed)


def predictive(values: Mapping[str, FloatArray], known: Measured, asked: Measured, *, seed: int = 1) -> Predicted:
    """Return the posterior predictive at `asked`, given samples of a donor's values and what is known of him.

    The percentages of `asked` are not read; its background is that of the donor.

    The point is the median of the model's course, which falls with the day and rises with the dose; the limits also
    hold the deviation of the course, as far as the known points leave it open, and the error of a measurement.
    """
    random = np.random.default_rng(seed)
    found = positivity(values, asked.dose_ng, asked.day)
    centre, covariance = _deviation_given(values, known, asked)
    factor = np.linalg.cholesky(covariance + _JITTER * np.eye(len(asked)))
    normal = random.normal(size=(*found.share.shape, 2))
    deviation = centre + (factor @ normal[..., :1])[..., 0]
    fraction = with_background(deviated(found, deviation), asked.background)
    drawn = np.clip(fraction + error_spread(values, fraction) * normal[..., 1], 0.0, 1.0)
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(100.0 * drawn, [tail, 1.0 - tail], axis=0)
    percent = np.median(100.0 * with_background(found.share, asked.background), axis=0)
    return Predicted(percent, np.minimum(low, percent), np.maximum(high, percent))


def _deviation_given(
    values: Mapping[str, FloatArray], known: Measured, asked: Measured
) -> tuple[FloatArray, FloatArray]:
    own = deviation_covariance(values, asked, asked)
    if not len(known):
        return np.zeros(own.shape[:2]), own
    found = positivity(values, known.dose_ng, known.day)
    fraction = with_background(found.share, known.background)
    slope = found.slope * (1.0 - known.background / 100.0)
    seen = deviation_covariance(values, known, known) * slope[:, :, None] * slope[:, None, :]
    diagonal = np.arange(len(known))
    seen[:, diagonal, diagonal] += np.square(error_spread(values, fraction))
    between = deviation_covariance(values, asked, known) * slope[:, None, :]
    gain = np.swapaxes(np.linalg.solve(seen, np.swapaxes(between, 1, 2)), 1, 2)
    residual = known.percent / 100.0 - fraction
    return (gain @ residual[..., None])[..., 0], own - gain @ np.swapaxes(between, 1, 2)


def _background_limits(floor: Background) -> tuple[float, float, float]:
    from scipy.special import ndtri

    reach = float(ndtri((1.0 + LEVEL) / 2.0)) * floor.spread
    return floor.mean, max(0.0, floor.mean - reach), min(100.0, floor.mean + reach)


def _measured(rows: list[DonorRow], floor: Background) -> Measured:
    points = [(row.dose_ng, row.day, np.nan if row.percent is None else row.percent) for row in rows]
    return measured(points, floor.mean)
