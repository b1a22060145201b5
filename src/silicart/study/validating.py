"""The model beside published trials: virtual cohorts of each trial's size, met or missed, and by how much.

For every published figure a cohort of the trial's own size is drawn many times from each parameter draw of a virtual
population, read as the trial read its patients, and summed up as the trial did. The 5 % to 95 % of those figures is the
predictive interval: it holds the uncertainty of the model and the chance of so small a trial. A wide interval that
holds the published figure is weak evidence, and most figures were used in building the model; the table says which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.evidence import Observation, load_observations, load_register
from silicart.population import Population, draw_population
from silicart.simulation import Listener, Progress
from silicart.study.acting import model_of
from silicart.study.arm import Reading, simulate_arm
from silicart.study.design import Study
from silicart.study.reading import load_study
from silicart.study.running import with_population
from silicart.study.validation_table import COMPARISONS, CohortStatistic, Comparison

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

COHORTS_PER_DRAW = 40
_SEED = 20_262
_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True)
class ValidationRow:
    """One published figure beside the model's.

    size : patients in the published cohort and in every virtual one.
    predicted, low, high : median and 5 % to 95 % of the virtual cohorts' figures.
    met : the predicted median lies in the acceptance band; where there is no band, the interval holds the figure.
    covered : the interval holds the published figure.
    off_by : how far the median lies outside the band (the published figure without one); 0 when met by the band.
    """

    observation: Observation
    arm: str
    statistic: CohortStatistic
    size: int
    predicted: float
    low: float
    high: float
    met: bool
    covered: bool
    off_by: float

    @property
    def banded(self) -> bool:
        """Whether an acceptance band was set beforehand."""
        return self.observation.accept_low is not None


def validate(
    patients: int | None = None,
    progress: Listener | None = None,
    threads: int | None = None,
    comparisons: Sequence[Comparison] = COMPARISONS,
) -> tuple[ValidationRow, ...]:
    """Simulate the virtual cohorts and set them beside the published figures.

    `patients` takes the place of the number in the validation studies; at least one parameter draw (20 patients) is
    needed, and fewer than twenty draws make the intervals rough.
    """
    observations = load_observations()
    found: dict[str, ValidationRow] = {}
    for name in dict.fromkeys(one.study for one in comparisons):
        study = with_population(load_study(name), patients, None)
        wanted = [one for one in comparisons if one.study == name]
        for comparison, table in _read_arms(study, wanted, progress, threads):
            observation = observations[comparison.observation]
            found[observation.id] = _row(comparison, observation, table)
    return tuple(found[one.observation] for one in comparisons)


def cohort_figures(
    values: FloatArray, draws: NDArray[np.int64], statistic: CohortStatistic, size: int, seed: int = _SEED
) -> FloatArray:
    """Return the figures that trials of `size` patients would report, many from each parameter draw.

    Patients are drawn from those of one parameter draw, with replacement; one without a value is left out of his
    cohort's figure, as a trial leaves out whoever was not evaluable. Cohorts without any value are dropped.

    Examples
    --------
    >>> figures = cohort_figures(np.ones(20), np.zeros(20, dtype=np.int64), "mean", 5)
    >>> figures.shape, float(figures.max())
    ((40,), 1.0)
    """
    generator = np.random.default_rng(seed)
    figures = []
    for draw in np.unique(draws):
        own = values[draws == draw]
        cohorts = own[generator.integers(0, len(own), (COHORTS_PER_DRAW, size))]
        cohorts = cohorts[np.isfinite(cohorts).any(axis=1)]
        if len(cohorts):
            figures.append(_figures(cohorts, statistic))
    return np.concatenate(figures) if figures else np.empty(0)


def _figures(cohorts: FloatArray, statistic: CohortStatistic) -> FloatArray:
    if statistic == "median":
        return np.asarray(np.nanmedian(cohorts, axis=1))
    return np.asarray(np.nanmax(cohorts, axis=1) if statistic == "highest" else np.nanmean(cohorts, axis=1))


def _read_arms(
    study: Study, comparisons: Sequence[Comparison], listener: Listener | None, threads: int | None
) -> Iterator[tuple[Comparison, pd.DataFrame]]:
    register = load_register()
    model = model_of(study, register)
    plan = study.population
    population: Population = draw_population(
        register, model, plan.patients, plan.seed, plan.patients_per_draw, structures=plan.structures,
        disease=study.disease,
    )  # fmt: skip
    arms = list(dict.fromkeys(one.arm for one in comparisons))
    told = Progress(f"simulating {study.name}", len(arms) * plan.patients, "patient", listener)
    for name in arms:
        wanted = [one for one in comparisons if one.arm == name]
        reading = Reading(list({one.endpoint.id: one.endpoint for one in wanted}.values()))
        run = simulate_arm(study, study.arm(name), model, population, reading, threads=threads, progress=told)
        for one in wanted:
            yield one, run.endpoints


def _row(comparison: Comparison, observation: Observation, table: pd.DataFrame) -> ValidationRow:
    size = observation.n or comparison.size
    values = table[comparison.endpoint.id].to_numpy(dtype=np.float64)
    draws = table["draw"].to_numpy(dtype=np.int64)
    figures = cohort_figures(values, draws, comparison.statistic, size)
    if not len(figures):
        nan = float("nan")
        return ValidationRow(observation, comparison.arm, comparison.statistic, size, nan, nan, nan, False, False, nan)
    middle, low, high = (float(number) for number in np.quantile(figures, [0.5, _LOW, _HIGH]))
    covered = low <= observation.value <= high
    if observation.accept_low is None or observation.accept_high is None:
        return ValidationRow(
            observation, comparison.arm, comparison.statistic, size, middle, low, high, covered, covered,
            middle - observation.value,
        )  # fmt: skip
    off = min(middle - observation.accept_low, 0.0) + max(middle - observation.accept_high, 0.0)
    return ValidationRow(
        observation, comparison.arm, comparison.statistic, size, middle, low, high, off == 0.0, covered, off
    )
