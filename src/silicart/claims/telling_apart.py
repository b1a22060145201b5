"""Which observation would tell the rival structures apart, and in how many patients.

A trial of n patients reports the mean of an observation (for yes or no: the share). Nature has one structure and one
draw of the uncertain values; who analyses knows neither. What he may expect under structure s is the mixture over the
draws j of s of a normal distribution around the draw's mean m_j, with variance w^2/n from the patients and h^2 from the
finite number of draws (kernel; Silverman 1986, Density Estimation, section 3.4). He picks the structure under which
the reported mean is most likely. Trials are simulated under each structure in turn; the draw that nature took is left
out of the mixture of its own structure, or it would be recognised. The share of right picks rises with n up to a
ceiling that more patients cannot lift: there the uncertain values themselves hide the structure.

A reading has an error in each patient (`READING_ERROR`), and assays and raters of a trial differ from the model's
by a fifth of it, which no number of patients removes.

Several observations of the same patients count together, with their correlation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

SIZES = (5, 10, 20, 30, 50, 100, 200, 500)
"""Patients a trial may have."""
GOAL = 0.90
_TRIALS = 1000
_SEED = 20_263
_BINS = 20
_LEAST_DRAWS = 4
_TINY = 1e-12

READING_ERROR: Mapping[str, float] = {"activity": 0.7, "Ab_dsDNA": 0.1, "remission": 0.14}
"""Standard deviation of a reading in one patient, by what an endpoint's name begins with: a point or so of activity, a
tenth of the untreated antibody, and of yes or no that of a share of 2 %."""
_SYSTEMATIC = 0.2


@dataclass(frozen=True)
class Candidate:
    """Something that could be observed: `words`, and columns of the endpoints of an arm, one or a difference of two.

    parts : (arm, endpoint, earlier endpoint or None), one a number that the trial reports; `later - earlier`.
    """

    words: str
    parts: tuple[tuple[str, str, str | None], ...]


@dataclass(frozen=True)
class Telling:
    """How well a candidate tells the structures apart.

    centres : structure -> mean of the first reported number over its draws.
    overlap : pair of structures -> total variation between their patients, 0 (alike) to 1 (never alike), of the
        first number.
    right : patients -> share of trials in which the right structure is picked.
    patients : the fewest of `SIZES` at which that share reaches `GOAL`, or None.
    ceiling : the share with patients without end.
    """

    candidate: Candidate
    centres: Mapping[str, float]
    overlap: Mapping[tuple[str, str], float]
    right: Mapping[int, float]
    patients: int | None
    ceiling: float


def candidates(arms: Sequence[str], endpoints: Sequence[str]) -> list[Candidate]:
    """Return the candidates that a run can judge: arms and endpoints that it has.

    Examples
    --------
    >>> [one.words for one in candidates(["x"], ["activity_2y"])]
    ['x: activity at 2 years']
    """
    kinds: tuple[tuple[str, str, str | None], ...] = (
        ("antibody, change from month 6 to 24", "Ab_dsDNA_2y", "Ab_dsDNA_6m"),
        ("antibody at 2 years", "Ab_dsDNA_2y", None),
        ("activity at 2 years", "activity_2y", None),
        ("activity, change from year 1 to 2", "activity_2y", "activity_1y"),
        ("in remission at 2 years", "remission_2y", None),
    )
    found = []
    for arm in arms:
        mine = [
            (words, (arm, later, earlier))
            for words, later, earlier in kinds
            if later in endpoints and (earlier is None or earlier in endpoints)
        ]
        found += [Candidate(f"{arm}: {words}", (part,)) for words, part in mine]
        together = tuple(part for words, part in mine if words.startswith(("antibody, ", "activity, ", "activity at")))
        if len(together) > 1:
            found.append(Candidate(f"{arm}: antibody change, activity change and activity at 2 years", together))
    return found


def tell_apart(endpoints: pd.DataFrame, chosen: Sequence[Candidate]) -> list[Telling]:
    """Return how well each candidate tells the structures of a run apart, the best first.

    Parameters
    ----------
    endpoints : of a `StudyResult`: one row a patient and arm.
    chosen : what could be observed. Candidates without values, or with fewer than four draws a structure, are left out.
    """
    found = [one for one in (_told(endpoints, candidate) for candidate in chosen) if one is not None]
    return sorted(found, key=lambda one: (one.patients or SIZES[-1] + 1, -one.ceiling, one.candidate.words))


def _told(endpoints: pd.DataFrame, candidate: Candidate) -> Telling | None:
    values, draws, structure = _values(endpoints, candidate)
    names = sorted(set(structure.tolist()))
    error = np.array([_error(later) for _, later, _ in candidate.parts])
    means, within = {}, {}
    for name in names:
        mine = structure == name
        if len(np.unique(draws[mine])) < _LEAST_DRAWS:
            return None
        means[name], within[name] = _draws(values[mine], draws[mine])
        within[name] += np.diag(error**2)
    if len(names) < 2:
        return None
    right = {size: _right(means, within, error, size) for size in SIZES}
    enough = [size for size, share in right.items() if share >= GOAL]
    return Telling(
        candidate,
        {name: float(means[name][:, 0].mean()) for name in names},
        {
            (one, other): _total_variation(values[structure == one, 0], values[structure == other, 0])
            for one, other in combinations(names, 2)
        },
        right,
        enough[0] if enough else None,
        _right(means, within, error, None),
    )


def _values(endpoints: pd.DataFrame, candidate: Candidate) -> tuple[FloatArray, NDArray[np.int64], NDArray[np.object_]]:
    columns = []
    for arm, later, earlier in candidate.parts:
        rows = endpoints[endpoints["arm"] == arm]
        column = rows[later].to_numpy(dtype=np.float64)
        columns.append(column if earlier is None else column - rows[earlier].to_numpy(dtype=np.float64))
    table = np.column_stack(columns)
    rows = endpoints[endpoints["arm"] == candidate.parts[0][0]]
    kept = np.isfinite(table).all(axis=1)
    draws = rows["draw"].to_numpy(dtype=np.int64)[kept]
    return table[kept], draws, rows["structure"].to_numpy(dtype=object)[kept]


def _error(endpoint: str) -> float:
    return next(error for start, error in READING_ERROR.items() if endpoint.startswith(start))


def _draws(values: FloatArray, draws: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Return (J, k) the mean of each draw, patient noise removed, and (k, k) the covariance of patients in a draw."""
    order, index, sizes = np.unique(draws, return_inverse=True, return_counts=True)
    raw = np.stack([np.bincount(index, column) / sizes for column in values.T], axis=1)
    residuals = values - raw[index]
    within = residuals.T @ residuals / max(len(values) - len(order), 1)
    noise = np.mean(1.0 / sizes) * np.diag(within)
    spread = raw.var(axis=0, ddof=1)
    pull = np.sqrt(np.clip(1.0 - noise / np.maximum(spread, _TINY), 0.0, 1.0))
    return raw.mean(axis=0) + pull * (raw - raw.mean(axis=0)), within


def _right(
    means: Mapping[str, FloatArray], within: Mapping[str, FloatArray], error: FloatArray, size: int | None
) -> float:
    """Return the share of trials of a size (None: without end) in which the right structure is picked."""
    generator = np.random.default_rng(_SEED)
    names = list(means)
    shares = []
    for truth in names:
        own = means[truth]
        taken = generator.integers(len(own), size=_TRIALS)
        noise = generator.multivariate_normal(np.zeros(own.shape[1]), within[truth], _TRIALS, check_valid="ignore")
        seen = own[taken] + (0.0 if size is None else noise / np.sqrt(size))
        seen = seen + _SYSTEMATIC * error * generator.standard_normal(seen.shape)
        logs = np.stack(
            [
                _log_likelihood(seen, means[name], within[name], error, size, taken if name == truth else None)
                for name in names
            ]
        )
        shares.append(float(np.mean(logs.argmax(axis=0) == names.index(truth))))
    return float(np.mean(shares))


def _log_likelihood(
    seen: FloatArray,
    means: FloatArray,
    within: FloatArray,
    error: FloatArray,
    size: int | None,
    left_out: NDArray[np.int64] | None,
) -> FloatArray:
    count, width = means.shape
    bandwidth = (4.0 / ((width + 2.0) * count)) ** (1.0 / (width + 4.0))
    kernel = np.cov(means, rowvar=False).reshape(width, width) * bandwidth**2
    covariance = kernel + np.diag((_SYSTEMATIC * error) ** 2) + (0.0 if size is None else within / size)
    inverse = np.linalg.inv(covariance)
    away = seen[:, np.newaxis, :] - means[np.newaxis, :, :]
    logs = -0.5 * np.einsum("tjk,kl,tjl->tj", away, inverse, away)
    used = count
    if left_out is not None:
        logs[np.arange(len(seen)), left_out] = -np.inf
        used -= 1
    top = logs.max(axis=1)
    _, determinant = np.linalg.slogdet(covariance)
    return np.asarray(top + np.log(np.exp(logs - top[:, np.newaxis]).sum(axis=1) / used) - 0.5 * determinant)


def _total_variation(one: FloatArray, other: FloatArray) -> float:
    """Half the summed difference of two histograms over quantiles of both together, or of the values themselves."""
    both = np.concatenate([one, other])
    if len(np.unique(both)) <= 2:
        return abs(float((one == both.max()).mean() - (other == both.max()).mean()))
    edges = np.unique(np.quantile(both, np.linspace(0.0, 1.0, _BINS + 1)))
    first, second = (np.histogram(x, edges)[0] / len(x) for x in (one, other))
    return float(0.5 * np.abs(first - second).sum())
