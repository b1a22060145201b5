"""One training posterior for all tests of the donor model: it is the only thing that takes seconds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from silicart.evidence import load_register
from silicart.product.donors.posterior import sample_donor, sample_posterior
from silicart.product.donors.prediction import Predicted, predictive
from silicart.product.donors.prior import Prior, donor_prior
from silicart.product.donors.series import Measured, training_donors

Predict = Callable[[Measured, Measured], Predicted]


@pytest.fixture(scope="session")
def prior() -> Prior:
    """The shipped prior."""
    return donor_prior(load_register())


@pytest.fixture(scope="session")
def trained(prior: Prior) -> NDArray[np.float64]:
    """Draws of the posterior of both training donors."""
    return sample_posterior(prior, [*training_donors().values()], steps=300)


@pytest.fixture(scope="session")
def predict(prior: Prior, trained: NDArray[np.float64]) -> Predict:
    """Predict a new donor from what is known of him."""

    def run(known: Measured, asked: Measured) -> Predicted:
        values = sample_donor(prior, [*training_donors().values()], trained, known)
        return predictive(values, known, asked)

    return run
