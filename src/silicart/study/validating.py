"""The model beside observed trials: what trials of each size would report, and how surprising the observed figure is.

For every observation a population is simulated in the arm that the trial gave, patients who would not have entered are
left out, and virtual trials of the observed size are taken from it. The 5 % to 95 % of their figures is the predictive
interval: it holds the uncertainty of the model and the chance of so small a trial, and nothing else. A wide interval
that holds the published figure is weak evidence, and many figures were used in building the model: the table says
which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.errors import StudyError
from silicart.evidence import Observation, load_observations, load_register
from silicart.evidence.observation_file import ObservationFile, read_observation_file
from silicart.simulation import Listener, Progress
from silicart.study.acting import model_of
from silicart.study.arm import Reading, simulate_arm
from silicart.study.design import Arm, Study
from silicart.study.people import draw_people, rows_of
from silicart.study.validation_arms import Comparison, compared, studies_of
from silicart.study.validation_mathematics import Prediction, predict_count, predict_difference, predict_figure
from silicart.study.validation_row import ValidationRow
from silicart.study.validation_totals import Totals, totals

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

PATIENTS, PATIENTS_PER_DRAW = 1200, 20
"""Patients of each simulated arm when nothing else is asked, and how many of them share a parameter draw."""


@dataclass(frozen=True)
class Validation:
    """All rows, in the order of the files, and how many patients were simulated in each arm."""

    rows: tuple[ValidationRow, ...]
    patients: int

    @property
    def totals(self) -> Totals:
        """Coverage, tails and widths: overall, by indication, by arm and by role."""
        return totals(self.rows)


def validate(
    observations: str | Path | ObservationFile | None = None,
    patients: int | None = None,
    progress: Listener | None = None,
    threads: int | None = None,
    *,
    only: Sequence[str] | None = None,
) -> Validation:
    """Simulate the arms of observed trials and set what virtual trials report beside what was reported.

    Parameters
    ----------
    observations : a file of observations; without one those that come with silicart.
    patients : of each simulated arm, in draws of 20; fewer than 400 are rough.
    only : ids of observations, in place of all.

    Raises StudyError with file and line for an observation that cannot be simulated as it stands.
    """
    file = _file(observations)
    wanted = {id: one for id, one in file.observations.items() if one.simulated and (only is None or id in only)}
    size = PATIENTS if patients is None else patients
    if size < 2:
        raise StudyError("too few patients", found=size, expected="a whole number from 2", remedy="ask for more")
    register = load_register()
    studies = studies_of(wanted, file.arms)
    comparisons = [compared(one, studies, frozenset(register)) for one in wanted.values()]
    tables = _simulated(comparisons, size, progress, threads)
    rows = [row for one in comparisons for row in _rows(one, tables)]
    return Validation(tuple(rows), size)


def _file(observations: str | Path | ObservationFile | None) -> ObservationFile:
    if observations is None:
        return ObservationFile(load_observations(), None)
    return observations if isinstance(observations, ObservationFile) else read_observation_file(observations)


Tables = Mapping[tuple[str, str], "pd.DataFrame"]


def _simulated(
    comparisons: Sequence[Comparison], patients: int, listener: Listener | None, threads: int | None
) -> Tables:
    tables: dict[tuple[str, str], pd.DataFrame] = {}
    for key, own in _by_study(comparisons).items():
        study = _sized(own[0].study, patients)
        model = model_of(study, load_register())
        population = draw_people(study, load_register(), model)
        arms = {arm.name: arm for one in own for arm in one.arms}
        told = Progress(f"simulating {study.name}", len(arms) * patients, "patient", listener)
        for name, arm in arms.items():
            wanted = [one for one in own if arm in one.arms]
            endpoints = {each.id: each for one in wanted for each in (*one.endpoints, *(c[0] for c in one.criteria))}
            rows = rows_of(study, name, population)
            run = simulate_arm(
                _until(study, arm, wanted), arm, model, population, Reading(list(endpoints.values())), rows=rows,
                threads=threads, progress=told,
            )  # fmt: skip
            table = run.endpoints
            failed = set(run.failures["patient"].tolist())
            for id in {value[0] for one in wanted for value in one.values}:
                table[id] = population.parameters[id][rows]
            tables[key, name] = table[~table["patient"].isin(failed)]
    return tables


def _by_study(comparisons: Sequence[Comparison]) -> dict[str, list[Comparison]]:
    groups: dict[str, list[Comparison]] = {}
    for one in comparisons:
        groups.setdefault(_study_key(one), []).append(one)
    return groups


def _study_key(one: Comparison) -> str:
    # Inline arms of two diseases stand in one file, and become two studies.
    return f"{one.study.source} {one.study.name}"


def _sized(study: Study, patients: int) -> Study:
    plan = replace(study.population, patients=patients, patients_per_draw=min(PATIENTS_PER_DRAW, patients))
    return replace(study, population=plan)


def _until(study: Study, arm: Arm, comparisons: Sequence[Comparison]) -> Study:
    """Return the study as long as the arm's observations need: longer than written, or shorter."""
    last = max(day for one in comparisons for each in one.endpoints for day in each.days)
    plan = arm.regimen
    given = 0.0 if plan is None else plan.start + max(plan.number - 1, 0) * plan.interval
    return replace(study, horizon=max(last, given + 1.0, 1.0))


def _rows(one: Comparison, tables: Tables) -> list[ValidationRow]:
    observation = one.observation
    table = tables[_study_key(one), one.arm.name]
    patients = _entered(one, table)
    draws = _patients_by_draw(one, patients)
    entered, shared = len(patients), len(draws)
    figures: list[tuple[str, str, float]] = []
    assert observation.statistic is not None
    if observation.statistic == "range":
        ends = (("lowest", observation.low), ("highest", observation.high))
        figures += [(f"{observation.id}:{end}", end, value) for end, value in ends if value is not None]
    else:
        figures += [(observation.id, observation.statistic, observation.value)]
    others = None
    if one.comparator is not None:
        other = _entered(one, tables[_study_key(one), one.comparator.name])
        if not one.study.population.randomise:
            # The two arms of a trial hold different patients: half of the virtual ones each.
            patients, other = patients[patients["patient"] % 2 == 0], other[other["patient"] % 2 == 1]
        draws, others = _patients_by_draw(one, patients), _patients_by_draw(one, other)
    return [
        ValidationRow(
            id, observation, statistic, value, one.study.name, one.arm.name, one.study.disease, one.unit,
            entered, shared, _prediction(observation, statistic, value, draws, others),
        )
        for id, statistic, value in figures
    ]  # fmt: skip


def _prediction(
    one: Observation, statistic: str, value: float, draws: Mapping[int, FloatArray],
    others: Mapping[int, FloatArray] | None,
) -> Prediction | None:  # fmt: skip
    n = one.n
    assert n is not None
    if others is not None:
        both = [draw for draw in draws if draw in others]
        if not both:
            return None
        return predict_difference(
            [draws[draw] for draw in both], [others[draw] for draw in both], value, n, one.comparator_n or n
        )
    if not draws:
        return None
    own = list(draws.values())
    if statistic == "fraction":
        if any(np.any((each != 0.0) & (each != 1.0)) for each in own):
            raise StudyError(
                f"a fraction of {one.quantity}, which is no yes or no", where=one.where,
                expected="at_least or at_most: what counts as yes", remedy="or another statistic",
            )  # fmt: skip
        return predict_count(own, round(value * n) if one.count is None else one.count, n)
    return predict_figure(own, statistic, value, n, spread=one.spread)


def _entered(one: Comparison, table: pd.DataFrame) -> pd.DataFrame:
    """Return the patients who meet the criteria of entry."""
    keep = np.ones(len(table), dtype=np.bool_)
    limits = [(each.id, limit, least) for each, limit, least in one.criteria]
    for id, limit, least in (*limits, *one.values):
        values = table[id].to_numpy(dtype=np.float64)
        keep &= values >= limit if least else values <= limit
    return table[keep]


def _patients_by_draw(one: Comparison, table: pd.DataFrame) -> dict[int, FloatArray]:
    """Return draw -> the patients' values; who has none is left out, as a trial leaves out who is not evaluable."""
    values = np.mean([table[each.id].to_numpy(dtype=np.float64) for each in one.endpoints], axis=0)
    observation = one.observation
    if observation.at_least is not None or observation.at_most is not None:
        # Without a value ("never returned") it did not happen within the limit.
        with np.errstate(invalid="ignore"):
            least = values >= (-np.inf if observation.at_least is None else observation.at_least)
            most = values <= (np.inf if observation.at_most is None else observation.at_most)
        values = (least & most).astype(np.float64)
    draws = table["draw"].to_numpy(dtype=np.int64)
    good = np.isfinite(values)
    found = {int(draw): values[good & (draws == draw)] for draw in np.unique(draws[good])}
    least_patients = 2 if observation.statistic in ("SD", "CV") else 1
    return {draw: own for draw, own in found.items() if len(own) >= least_patients}
