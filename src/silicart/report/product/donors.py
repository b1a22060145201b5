"""From the model of donors to the figure that shows how well it predicts the two donors that were published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from silicart.product.donors.posterior import STEPS, sample_donor, sample_posterior
from silicart.product.donors.prediction import predictive
from silicart.product.donors.prior import donor_prior
from silicart.product.donors.series import measured, training_donors
from silicart.report.product.series import DoseSeries

if TYPE_CHECKING:
    from silicart.evidence import Register

MODEL_DAYS = np.arange(1.0, 7.01, 0.5)


def donor_series(register: Register, *, seed: int = 1, steps: int = STEPS) -> tuple[DoseSeries, ...]:
    """Return the published donors, each predicted from the other one and from his own first day.

    Parameters
    ----------
    steps : of the sampler; fewer are faster and rougher.
    """
    donors = training_donors()
    prior = donor_prior(register)
    series: list[DoseSeries] = []
    for donor, own in donors.items():
        others = [one for name, one in donors.items() if name != donor]
        doses, first_day = np.unique(own.dose_ng), own.day.min()
        grid = measured([(dose, day, np.nan) for dose in doses for day in MODEL_DAYS], own.background)
        first = own.only(own.day == first_day)
        points = sample_posterior(prior, others, seed=seed, steps=steps)
        values = sample_donor(prior, others, points, first, seed=seed, steps=steps)
        found = predictive(values, first, grid, seed=seed)
        for dose in doses:
            seen, model = own.only(own.dose_ng == dose), grid.dose_ng == dose
            known = seen.day == first_day
            bands = (found.percent[model], found.low[model], found.high[model])
            series.append(DoseSeries(donor, float(dose), seen.day, seen.percent, known, MODEL_DAYS, *bands))
    return tuple(series)
