"""From a setting of the process to the clinic: the same patients, given lots that were made differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from silicart.claims.interval import draw_effects
from silicart.endpoints.registry import select
from silicart.errors import StudyError
from silicart.evidence import load_register
from silicart.product import Process, with_settings
from silicart.product.making.settings import Value
from silicart.simulation import Listener, Progress
from silicart.study.acting import model_of
from silicart.study.arm import Reading, simulate_arm
from silicart.study.design import Study
from silicart.study.people import draw_people
from silicart.study.running import with_population

SWEPT_ENDPOINTS = (
    "CAR_positive_at_release",
    "CAR_at_release",
    "viability_at_release",
    "lots_per_course",
    "cost_of_goods",
    "remission_1y",
    "active_1y",
    "sustained_response_1y",
    "relapse_1y",
)
"""What a process developer asks of a setting, from the release test to a relapse within the year."""


@dataclass(frozen=True)
class Estimate:
    """A mean over patients, and its 5 % to 95 % over parameter draws; None where too few draws have a value.

    A single patient with an infinite value, whose lot has no CAR+ cell, makes the mean infinite; leaving him out would
    show the others' as everybody's.
    """

    mean: float
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class SweptSetting:
    """What became of one setting.

    settings : "step.setting" -> value, as in the process file.
    patients : how many were simulated.
    endpoints : id -> its `Estimate`.
    """

    settings: Mapping[str, Value]
    patients: int
    endpoints: Mapping[str, Estimate]


def sweep_process(
    study: Study,
    arm: str,
    settings: Sequence[Mapping[str, Value]],
    endpoints: Sequence[str] = SWEPT_ENDPOINTS,
    patients: int | None = None,
    seed: int | None = None,
    progress: Listener | None = None,
    threads: int | None = None,
    *,
    process: Process | None = None,
    overlay: str | Path | None = None,
) -> tuple[SweptSetting, ...]:
    """Give an arm's patients lots that were made with other settings, and read their endpoints.

    Parameters
    ----------
    arm : name of the arm whose product's process is changed.
    settings : one mapping a run, such as ``{"hold.hours": 72}``; an empty one is the process as it is.
    endpoints : ids of endpoints or themes.
    patients, seed : in place of those of the study. The same people are in every run.
    process : how the arm's product is made, in place of the study's.
    overlay : YAML file of a user's own parameter values.

    Raises
    ------
    StudyError : the arm has no product. ProcessError : the process has no such setting, or refuses its value.

    Examples
    --------
    >>> from silicart.study import load_study
    >>> rows = sweep_process(
    ...     load_study("sys6020-sle"), "mrna-lnp-bcma", [{}, {"hold.hours": 72}], ["CAR_at_release"], patients=20
    ... )
    >>> rows[0].endpoints["CAR_at_release"].mean > rows[1].endpoints["CAR_at_release"].mean
    True
    """
    study = with_population(study, patients, seed)
    plan = study.arm(arm)
    product = None if plan.product is None else study.products[plan.product]
    made_by = process or (None if product is None else product.process)
    if product is None or made_by is None:
        raise StudyError(
            "the arm has no product whose process could be changed", where=study.source, found=arm,
            expected="an arm with a product", remedy="name another arm",
        )  # fmt: skip
    register = load_register(overlay)
    model = model_of(study, register, overlay is not None)
    population = draw_people(study, register, model)
    reading = Reading(select(endpoints))
    told = Progress("simulating", len(settings) * study.population.patients, "patient", progress)
    rows = []
    for one in settings:
        changed = replace(product, process=with_settings(made_by, one))
        made = replace(study, products={**study.products, product.name: changed})
        table = simulate_arm(made, plan, model, population, reading, threads=threads, progress=told).endpoints
        draws = table["draw"].to_numpy(dtype=np.int64)
        found = {
            endpoint.id: _estimate(table[endpoint.id].to_numpy(dtype=np.float64), draws)
            for endpoint in reading.endpoints
        }
        rows.append(SweptSetting(dict(one), len(table), found))
    return tuple(rows)


def _estimate(values: np.ndarray, draws: np.ndarray) -> Estimate:
    if np.isinf(values).any():
        return Estimate(float("inf"), None)
    present = np.isfinite(values)
    if not present.any():
        return Estimate(float("nan"), None)
    if len(np.unique(draws[present])) < 2:
        return Estimate(float(values[present].mean()), None)
    effects = draw_effects(values, draws, "mean")
    return Estimate(effects.estimate, effects.interval)
