"""Who is in a study, and who of them in which arm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silicart.evidence import Register
from silicart.population import Population, draw_population
from silicart.simulation import Model
from silicart.study.design import Study

IntArray = NDArray[np.int64]


def draw_people(study: Study, register: Register, model: Model) -> Population:
    """Draw everybody of a study: the patients of all arms, where arms hold patients of their own."""
    plan = study.population
    if plan.randomise:
        numbers = np.sort(np.concatenate([patient_numbers(study, arm.name) for arm in study.arms]))
    else:
        numbers = np.arange(plan.patients)
    return draw_population(
        register, model, numbers, plan.seed, per_draw(study), structures=plan.structures, overrides=plan.values,
        disease=study.disease,
    )  # fmt: skip


def per_draw(study: Study) -> int:
    """Return how many patients of all arms together share a parameter draw."""
    plan = study.population
    return plan.patients_per_draw * (len(study.arms) if plan.randomise else 1)


def patient_numbers(study: Study, arm: str, first: int = 0, last: int | None = None) -> IntArray:
    """Return the numbers of an arm's patients, of some of them from `first` to `last` - 1.

    Where arms hold patients of their own, each draw has as many of them in every arm: arms differ in their people and
    never in what is uncertain about all people.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from silicart.study import load_study
    >>> study = load_study("sys6020-sle")
    >>> split = replace(study, population=replace(study.population, patients=4, patients_per_draw=2, randomise=True))
    >>> [patient_numbers(split, arm.name).tolist() for arm in split.arms[:2]]
    [[0, 1, 12, 13], [2, 3, 14, 15]]
    """
    plan = study.population
    within = np.arange(first, plan.patients if last is None else last)
    if not plan.randomise:
        return within
    place = [one.name for one in study.arms].index(study.arm(arm).name)
    each = plan.patients_per_draw
    return (within // each) * per_draw(study) + place * each + within % each


def rows_of(study: Study, arm: str, population: Population) -> IntArray:
    """Return the rows of a population that are in an arm: everybody, unless arms hold patients of their own."""
    if not study.population.randomise:
        return np.arange(len(population.patients))
    return np.flatnonzero(np.isin(population.patients, patient_numbers(study, arm)))
