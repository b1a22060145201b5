"""How well the donor model does: fit of the training donors, and each donor predicted from the other.

With two training donors the second is a weak estimate, but the only one inside the data: the model is trained on one
donor and the other is predicted from his first day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from silicart.product.donors.course import positivity
from silicart.product.donors.posterior import STEPS, sample_posterior, with_background
from silicart.product.donors.prediction import Predicted, predict_donor, predictive
from silicart.product.donors.prior import Prior, altered
from silicart.product.donors.probit_line import ProbitLine, fit_probit_line
from silicart.product.donors.series import training_donors

FloatArray = NDArray[np.float64]

_LARGE = 1e12
_EVERY = 10  # A median of some hundred courses is as good as of thousands.


@dataclass(frozen=True)
class Structure:
    """A variant of the model: values held, and spreads between donors that differ from the register."""

    title: str
    held: Mapping[str, float] = field(default_factory=dict)
    spreads: Mapping[str, float] = field(default_factory=dict)

    def of(self, prior: Prior) -> Prior:
        """Return the prior of this structure."""
        return altered(prior, self.held, self.spreads)


STRUCTURES = (
    Structure("as shipped"),
    Structure("division the same in all donors", spreads={"reporter_division": 0.0}),
    Structure("translation not saturated", held={"reporter_translation_half_dose": _LARGE}),
    Structure("donors differ in brightness, not uptake", spreads={"reporter_uptake": 0.0, "reporter_brightness": 0.7}),
    Structure("donors differ in brightness too", spreads={"reporter_brightness": 0.7}),
    Structure("donors differ in mRNA decay too", spreads={"reporter_mRNA_decay": 0.2}),
    Structure("wider spread of uptake", spreads={"reporter_uptake": 1.0}),
    Structure("wider spread of division", spreads={"reporter_division": 0.8}),
    Structure("all donors transfectable alike", spreads={"reporter_transfectable_share": 0.0}),
)
"""What was compared; the first is the model that predicts."""


@dataclass(frozen=True)
class Score:
    """Agreement over points: root mean squared error in points of percent, share inside the intervals, their width."""

    points: int
    error: float
    coverage: float
    width: float


@dataclass(frozen=True)
class Fit:
    """Training donors as the model gives them after seeing them."""

    score: Score
    donors: Mapping[str, Score]
    half_value_days: Mapping[tuple[str, float], float]
    days_per_doubling: Mapping[str, float]


def score(found: Predicted, seen: FloatArray) -> Score:
    """Compare predictions with measured percentages."""
    inside = (seen >= found.low) & (seen <= found.high)
    return Score(
        points=len(seen),
        error=float(np.sqrt(np.mean(np.square(found.percent - seen)))),
        coverage=float(np.mean(inside)),
        width=float(np.mean(found.high - found.low)),
    )


def score_fit(prior: Prior, *, seed: int = 1, steps: int = STEPS) -> Fit:
    """Fit all training donors and compare every point with the median course; intervals are those of a new measurement.

    The half value is that of the median course, relative to its own day 1; the days per doubling are those of a probit
    line through the median course at the measured doses and days, as they were derived from the data.
    """
    donors = training_donors()
    points = sample_posterior(prior, [*donors.values()], seed=seed, steps=steps)
    found, halves, gains = {}, {}, {}
    for number, (donor, seen) in enumerate(donors.items()):
        values = prior.donor_values(points, number)
        found[donor] = predictive(values, seen.only(seen.day < 0), seen, seed=seed)
        for dose in np.unique(seen.dose_ng):
            halves[donor, float(dose)] = _half_value_day(values, float(dose), seen.background)
        line: ProbitLine = fit_probit_line([replace(seen, percent=found[donor].percent)])
        gains[donor] = line.days_per_doubling
    return Fit(
        score=score(_joined([*found.values()]), np.concatenate([one.percent for one in donors.values()])),
        donors={donor: score(found[donor], seen.percent) for donor, seen in donors.items()},
        half_value_days=halves,
        days_per_doubling=gains,
    )


def leave_one_donor_out(prior: Prior, *, seed: int = 1, steps: int = STEPS) -> dict[str, Score]:
    """Train without a donor, then predict his later days from his first; "all" is every hidden point together."""
    donors = training_donors()
    found, hidden = {}, {}
    for donor, seen in donors.items():
        others = [other for name, other in donors.items() if name != donor]
        first = seen.day == np.min(seen.day)
        hidden[donor] = seen.only(~first).percent
        known, later = seen.only(first), seen.only(~first)
        found[donor] = predict_donor(prior, others, known, later, seed=seed, steps=steps)
    scores = {donor: score(found[donor], hidden[donor]) for donor in donors}
    return {**scores, "all": score(_joined([*found.values()]), np.concatenate([*hidden.values()]))}


def _half_value_day(values: Mapping[str, FloatArray], dose: float, floor: float) -> float:
    days = np.arange(1.0, 10.0, 0.05)
    few = {id: value[::_EVERY] for id, value in values.items()}
    share = positivity(few, np.full(len(days), dose), days).share
    course = np.median(with_background(share, floor), axis=0)
    below = course <= 0.5 * course[0]
    return float(days[np.argmax(below)]) if below.any() else float("inf")


def _joined(parts: Sequence[Predicted]) -> Predicted:
    return Predicted(
        np.concatenate([part.percent for part in parts]),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.high for part in parts]),
    )
