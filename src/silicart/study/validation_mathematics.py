"""The mathematics of a comparison: what trials of a published size would report, how surprising, how wide.

A population has parameter draws, and patients in each. One virtual trial takes one draw and n of its patients. Figures
of many of them are the predictive distribution; for counts it is computed, not resampled (`count_probabilities`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

TRIALS_PER_DRAW = 40
LOW, HIGH = 0.05, 0.95
_SEED = 20_262
_NEAR = 1e-9
_STANDARD_WIDTH = 2.0 * 1.6448536269514722

Summary = Callable[[FloatArray], FloatArray]
"""(trials, patients) -> (trials,) the figure that each trial reports."""

SUMMARIES: dict[str, Summary] = {
    "mean": lambda patients: np.asarray(np.nanmean(patients, axis=1)),
    "fraction": lambda patients: np.asarray(np.nanmean(patients, axis=1)),
    "difference": lambda patients: np.asarray(np.nanmean(patients, axis=1)),
    "median": lambda patients: np.asarray(np.nanmedian(patients, axis=1)),
    "lowest": lambda patients: np.asarray(np.nanmin(patients, axis=1)),
    "highest": lambda patients: np.asarray(np.nanmax(patients, axis=1)),
    "SD": lambda patients: np.asarray(np.nanstd(patients, axis=1, ddof=1)),
    "CV": lambda patients: np.asarray(np.nanstd(patients, axis=1, ddof=1) / np.nanmean(patients, axis=1)),
}


@dataclass(frozen=True)
class Prediction:
    """What trials of the published size would report.

    predicted, expected, low, high : median, mean and 5 % to 95 % of their figures.
    inside : the published figure lies from low to high.
    surprise : two-sided tail probability of the published figure, ties counted half; small is surprising.
    width, data_width : width of the interval, and the width that the data's own sampling justifies; NaN where it is 0.
    """

    predicted: float
    expected: float
    low: float
    high: float
    inside: bool
    surprise: float
    width: float
    data_width: float

    @property
    def width_ratio(self) -> float:
        """How many times wider the prediction is than the chance of a trial of that size; NaN where that is 0."""
        return self.width / self.data_width if self.data_width > 0.0 else float("nan")


def two_sided(below: float) -> float:
    """Return the two-sided tail probability of a figure with this mid-probability of a smaller one.

    Examples
    --------
    >>> two_sided(0.5), two_sided(0.025), two_sided(0.975)
    (1.0, 0.05, 0.05)
    """
    return round(max(0.0, min(1.0, 2.0 * min(below, 1.0 - below))), 12)


def mid_probability(probabilities: FloatArray, count: int) -> float:
    """Return P(X < count) + P(X = count) / 2 of (n + 1,) probabilities of the counts 0 to n.

    Examples
    --------
    >>> mid_probability(np.array([0.5, 0.25, 0.25]), 1)
    0.625
    """
    return float(probabilities[:count].sum() + 0.5 * probabilities[count])


def posterior_shares(yes: FloatArray, seen: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (draws,) alpha and beta of the share of patients with an event in each draw.

    `yes` of `seen` patients have it. The prior is the beta distribution of shares over draws: its mean is that of all
    patients, its concentration the most likely one of the counts. Draws that are alike share what they know, so that
    few patients a draw neither widen a prediction nor lift a rare event.
    """
    from scipy.special import betaln

    mean = (yes.sum() + 0.5) / (seen.sum() + 1.0)
    concentration = np.logspace(-1.0, 5.0, 121)[:, np.newaxis]
    alpha, beta = mean * concentration, (1.0 - mean) * concentration
    likelihood = (betaln(yes + alpha, seen - yes + beta) - betaln(alpha, beta)).sum(axis=1)
    best = int(np.argmax(likelihood))
    return alpha[best] + yes, beta[best] + seen - yes


def count_probabilities(yes: FloatArray, seen: FloatArray, n: int) -> FloatArray:
    """Return (n + 1,) the probabilities of counts in a trial of n patients of one draw: a beta-binomial mixture.

    Examples
    --------
    >>> certain = count_probabilities(np.zeros(100), np.full(100, 1000.0), 14)
    >>> round(float(certain[0]), 3)
    1.0
    """
    from scipy.special import betaln

    alpha, beta = (each[:, np.newaxis] for each in posterior_shares(yes, seen))
    count = np.arange(n + 1.0)
    ways = -np.log(n + 1.0) - betaln(n - count + 1.0, count + 1.0)
    each = np.exp(ways + betaln(count + alpha, n - count + beta) - betaln(alpha, beta))
    return np.asarray(each.mean(axis=0))


def predict_count(draws: Sequence[FloatArray], count: int, n: int) -> Prediction:
    """Return the prediction of a count: `draws` holds the patients of each draw, 1 with the event, 0 without."""
    yes = np.array([each.sum() for each in draws])
    seen = np.array([float(len(each)) for each in draws])
    probabilities = count_probabilities(yes, seen, n)
    middle, low, high = _count_quantiles(probabilities)
    from scipy.stats import binom

    # At 0 of n the data themselves do not say that the share is 0.
    share = (count + 0.5) / (n + 1.0)
    justified = _count_quantiles(binom.pmf(np.arange(n + 1), n, share))
    return Prediction(
        middle / n, float(np.arange(n + 1) @ probabilities) / n, low / n, high / n, low <= count <= high,
        two_sided(mid_probability(probabilities, count)), (high - low + 1) / n, (justified[2] - justified[1] + 1) / n,
    )  # fmt: skip


def predict_figure(
    draws: Sequence[FloatArray], statistic: str, observed: float, n: int, *, spread: float | None = None
) -> Prediction:
    """Return the prediction of a mean, median, lowest, highest, SD or CV of n patients."""
    return _compare(trial_figures(draws, statistic, n), observed, _justified(draws, statistic, n, spread))


def predict_difference(
    draws: Sequence[FloatArray], others: Sequence[FloatArray], observed: float, n: int, other_n: int
) -> Prediction:
    """Return the prediction of the mean (or share) of n patients of one arm minus that of other_n of another."""
    figures = trial_figures(draws, "mean", n) - trial_figures(others, "mean", other_n, seed=_SEED + 1)
    widths = (_justified(draws, "mean", n, None), _justified(others, "mean", other_n, None))
    return _compare(figures, observed, float(np.hypot(*widths)))


def trial_figures(draws: Sequence[FloatArray], statistic: str, n: int, *, seed: int = _SEED) -> FloatArray:
    """Return (draws, trials) the figures that trials of n patients report.

    Patients are taken without replacement where a draw has n. Where it has fewer they are taken with replacement, and
    the differences between draws are shrunk by what the few patients of a draw add to them.

    Examples
    --------
    >>> trial_figures([np.ones(20), np.full(20, 3.0)], "mean", 5).mean(axis=1).tolist()
    [1.0, 3.0]
    """
    generator = np.random.default_rng(seed)
    summary = SUMMARIES[statistic]
    figures = np.stack([summary(each[_taken(generator, len(each), n)]) for each in draws])
    if statistic in ("lowest", "highest") or all(len(each) >= n for each in draws):
        return figures
    own = np.array([summary(each[np.newaxis])[0] for each in draws])
    noise = np.mean([np.var(summary(each[_again(generator, len(each), len(each))])) for each in draws])
    total = np.var(own)
    kept = np.sqrt(max(0.0, 1.0 - noise / total)) if total > 0.0 else 0.0
    return np.asarray(figures - ((1.0 - kept) * (own - own.mean()))[:, np.newaxis])


def _taken(generator: np.random.Generator, patients: int, n: int) -> NDArray[np.int64]:
    if patients < n:
        return _again(generator, patients, n)
    rows = np.tile(np.arange(patients), (TRIALS_PER_DRAW, 1))
    return np.asarray(generator.permuted(rows, axis=1)[:, :n])


def _again(generator: np.random.Generator, patients: int, n: int) -> NDArray[np.int64]:
    return np.asarray(generator.integers(0, patients, (TRIALS_PER_DRAW, n)))


def _justified(draws: Sequence[FloatArray], statistic: str, n: int, spread: float | None) -> float:
    """Return the 90 % width of a figure of n patients: by the published spread, or by that of patients in a draw."""
    if spread is not None and statistic in ("mean", "median"):
        of_median = np.sqrt(np.pi / 2.0) if statistic == "median" else 1.0
        return float(_STANDARD_WIDTH * of_median * spread / np.sqrt(n))
    generator = np.random.default_rng(_SEED + 2)
    widths = []
    for each in draws:
        figures = SUMMARIES[statistic](each[_again(generator, len(each), n)])
        low, high = np.quantile(figures, [LOW, HIGH])
        widths.append(high - low)
    return float(np.median(widths))


def _compare(figures: FloatArray, observed: float, justified: float) -> Prediction:
    flat = figures[np.isfinite(figures)]
    middle, low, high = (float(each) for each in np.quantile(flat, [0.5, LOW, HIGH]))
    near = _NEAR * max(1.0, abs(observed))
    smaller, same = np.sum(flat < observed - near), np.sum(np.abs(flat - observed) <= near)
    below = float((smaller + 0.5 * same + 0.5) / (len(flat) + 1.0))
    return Prediction(
        middle, float(flat.mean()), low, high, low - near <= observed <= high + near, two_sided(below), high - low,
        justified if justified > 0.0 else float("nan"),
    )  # fmt: skip


def _count_quantiles(probabilities: FloatArray) -> tuple[int, int, int]:
    cumulated = np.cumsum(probabilities) + _NEAR
    middle, low, high = (int(np.searchsorted(cumulated, level)) for level in (0.5, LOW, HIGH))
    return middle, low, min(high, len(probabilities) - 1)
