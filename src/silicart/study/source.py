"""Any number of patients of a study's arm, drawn and treated a chunk at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from silicart.errors import StudyError, nearest
from silicart.evidence import load_register
from silicart.population.source import Drawing
from silicart.simulation import Cohort, PatientSource
from silicart.study.acting import model_of
from silicart.study.design import Arm, Study
from silicart.study.people import patient_numbers, per_draw
from silicart.study.running import with_population
from silicart.study.treatment import given_to, treat


def arm_patients(study: Study, arm: str, patients: int | None = None, seed: int | None = None) -> PatientSource:
    """Return the patients of an arm as a source for `summarise`, with their doses and products.

    `summarise` reduces courses while they are computed: it holds no visits, so that there is no chart, no endpoint that
    reads one, and no decision of a rule; `run_study` has them.

    Parameters
    ----------
    study : from `load_study`; summarise over its model, from 0 to `study.lead_in + study.horizon`.
    arm : its name.
    patients, seed : in place of those of the study.

    Raises
    ------
    StudyError : the study has no such arm, or the numbers are none.

    Examples
    --------
    >>> from silicart.study import load_study
    >>> source = arm_patients(load_study("sys6020-sle"), "mrna-lnp-bcma", patients=1_000_000)
    >>> cohort = source.cohort(500_000, 500_003)
    >>> len(cohort.doses["AMT"]), cohort.parameters["k_kill"].shape
    (3, (3,))
    """
    study = with_population(study, patients, seed)
    named = {one.name: one for one in study.arms}
    if arm not in named:
        near = nearest(arm, named)
        raise StudyError(
            "the study has no such arm",
            where=study.source,
            found=arm,
            expected="one of: " + ", ".join(named),
            remedy=f"did you mean {near}?" if near else "name one of its arms",
        )
    register = load_register()
    plan = study.population
    drawing = Drawing(
        register,
        model_of(study, register),
        plan.seed,
        per_draw(study),
        plan.values or None,
        None if plan.structures is None else tuple(plan.structures),
        study.disease,
    )
    return PatientSource(plan.patients, Treated(study, named[arm], drawing))


@dataclass(frozen=True, eq=False)
class Treated:
    """Draws patients first ... last - 1 and what their arm gives them; picklable."""

    study: Study
    arm: Arm
    drawing: Drawing

    def __call__(self, first: int, last: int) -> Cohort:
        population = self.drawing.people(patient_numbers(self.study, self.arm.name, first, last))
        rows = np.arange(last - first)
        return given_to(self.drawing.model, population, rows, treat(self.study, self.arm, population, rows))
