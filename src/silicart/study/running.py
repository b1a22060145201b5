"""A study becomes a result: population, arms, bands, ledger, and what is needed to repeat it."""

from __future__ import annotations

import hashlib
import platform
import time
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from silicart.claims.claim import ClaimSet, check_arms, load_claims
from silicart.claims.ledger import compute_ledger
from silicart.claims.row import LedgerRow
from silicart.endpoints.registry import select
from silicart.errors import StoreError, StudyError
from silicart.evidence import Register, load_register
from silicart.population import Population
from silicart.simulation import Listener, Model, Progress
from silicart.study.acting import model_of, run_tables
from silicart.study.arm import Reading, simulate_arm
from silicart.study.bands import arm_bands
from silicart.study.design import Study
from silicart.study.elsewhere import in_order, judged_elsewhere
from silicart.study.people import draw_people, rows_of
from silicart.study.repeating import Repeater
from silicart.study.result import StudyResult
from silicart.study.storing import Finish, open_result, store_result

if TYPE_CHECKING:
    import pandas as pd

SINGLE_PATIENTS = 8
"""Patients whose own paths are stored: few enough to tell apart in a figure."""


def run_study(
    study: Study,
    patients: int | None = None,
    seed: int | None = None,
    out: str | Path | None = None,
    progress: Listener | None = None,
    threads: int | None = None,
    *,
    chunk: int | None = None,
    overlay: str | Path | None = None,
    finish: Finish | None = None,
) -> StudyResult:
    """Run a study: draw the population once, give every arm to the same patients, read, and judge the claims.

    Parameters
    ----------
    study : from `load_study`.
    patients, seed : in place of those of the study.
    out : folder to store the result in, complete or not at all; without it nothing is written.
    progress : called with a `ProgressEvent` as patients are simulated and inputs are moved.
    threads, chunk : how the work is shared out; they change no number.
    overlay : YAML file of a user's own parameter values, which show as "user".
    finish : called with the result and the folder being written, before it is sealed; the report goes in here.

    Raises
    ------
    StudyError, ClaimError, PopulationError : a study that cannot be run as it stands. A patient who cannot be simulated
    is a row of `failures`, not an error.

    Examples
    --------
    >>> from silicart.study import load_study
    >>> result = run_study(load_study("sys6020-sle"), patients=2)
    >>> result.arm("standard-care")["activity_1y"].size
    2
    """
    clock = _Clock()
    study = with_population(study, patients, seed)
    register = load_register(overlay)
    claims = claims_of(study)
    model = model_of(study, register, overlay is not None)
    population = draw_people(study, register, model)
    clock.lap("population")
    chosen = select(study.endpoints)
    endpoints, bands, paths, failures, charts, medication, steps = _arms(
        study, model, population, progress, threads, chunk
    )
    clock.lap("arms")
    ledger: tuple[LedgerRow, ...] = ()
    if claims is not None:
        own = claims.within(None)
        repeater = Repeater(study, model, register, population, endpoints, own.endpoints(), chosen, threads, chunk)
        tables = run_tables(study, model, register, population, endpoints)
        ledger = compute_ledger(own, tables, register, repeater, progress)
        ledger += judged_elsewhere(study, claims, register, overlay is not None, progress, threads, chunk)
        ledger = in_order(ledger, claims)
    clock.lap("ledger")
    result = StudyResult(
        study=study,
        endpoints=endpoints,
        population=population.to_pandas(),
        typical=population.typical,
        bands=bands,
        paths=paths,
        failures=failures,
        charts=charts,
        medication=medication,
        rejections=population.rejections,
        ledger=ledger,
        statements=() if claims is None else claims.statements,
        model_text=model.text or "",
        study_text=study.text,
        manifest={
            **identity(study, register, model),
            "draws": len(population.draws),
            "candidates": population.candidates,
            "candidates_passed": population.passed,
            "candidates_with_negative_closure": population.closures_refused,
            "failures": len(failures),
            "integrator_steps": steps,
            "runtime_s": clock.laps,
            "peak_memory_mb": peak_memory_mb(),
            "versions": versions(),
            "register_user_values": sorted(id for id, entry in register.items() if entry.origin == "user"),
        },
        overlay_text=None if overlay is None else Path(overlay).read_text(encoding="utf-8"),
    )
    return result if out is None else store_result(result, out, finish)


def find_result(
    study: Study,
    patients: int | None = None,
    seed: int | None = None,
    out: str | Path = "out",
    overlay: str | Path | None = None,
) -> StudyResult | None:
    """Return the stored result in the folder `out` when it is that of exactly this study, or None.

    Exactly means: the same study file, claims, register, model, seed, patients and version of silicart.
    """
    study = with_population(study, patients, seed)
    register = load_register(overlay)
    try:
        return open_result(out, identity(study, register, model_of(study, register, overlay is not None)))
    except StoreError:
        return None


def with_population(study: Study, patients: int | None, seed: int | None) -> Study:
    """Return the study with another number of patients or another seed; StudyError when they are none."""
    for name, value, least in (("patients", patients, 1), ("seed", seed, 0)):
        if value is not None and (isinstance(value, bool) or value != int(value) or value < least):
            raise StudyError(
                f"{name} is not a count", found=value, expected=f"a whole number from {least}", remedy="correct it"
            )
    plan = study.population
    plan = replace(
        plan, patients=plan.patients if patients is None else patients, seed=plan.seed if seed is None else seed
    )
    return replace(study, population=plan)


def claims_of(study: Study) -> ClaimSet | None:
    """Return the study's claims, checked against its arms; None when it names none."""
    if study.claims is None:
        return None
    claims = load_claims(study.claims)
    own = claims.within(None)
    check_arms(own, {arm.name: arm.product is not None for arm in study.arms})
    missing = [one for one in own.endpoints() if one.id not in study.endpoints]
    if missing:
        raise StudyError(
            "a claim needs an endpoint that the study does not read",
            where=study.source,
            found=", ".join(one.id for one in missing),
            expected="endpoints: all, or a list with these, within the horizon",
            remedy="add them, or lengthen the horizon",
        )
    return claims


def identity(study: Study, register: Register, model: Model) -> dict[str, Any]:
    """Return what makes a stored result the result of what was asked: the same in, the same out."""
    plan = study.population
    return {
        "study": study.name,
        "seed": plan.seed,
        "patients": plan.patients,
        "patients_per_draw": plan.patients_per_draw,
        "hashes": {
            "study": _hash(study.text),
            "processes": _hash(repr({name: plan.process for name, plan in study.products.items()})),
            "register": register.hash,
            "model": model.hash,
            "claims": None if study.claims is None else _hash(repr(load_claims(study.claims))),
        },
        "silicart_version": metadata.version("silicart"),
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that numbers depend on."""
    names = ("numpy", "scipy", "llvmlite", "antimony", "python-libsbml", "pandas", "pyarrow")
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in names}}


def peak_memory_mb() -> float | None:
    """Return the highest memory of this process so far in MB; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # The unit is kilobytes everywhere but on macOS.
    return round(peak / (1024.0**2 if platform.system() == "Darwin" else 1024.0), 1)


def _arms(
    study: Study, model: Model, population: Population, listener: Listener | None, threads: int | None,
    chunk: int | None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, int]:  # fmt: skip
    import pandas as pd

    told = Progress("simulating", len(study.arms) * study.population.patients, "patient", listener)
    endpoints, bands, paths, failures, charts, medication, steps = [], [], [], [], [], [], 0
    for arm in study.arms:
        rows = rows_of(study, arm.name, population)
        single = np.unique(np.linspace(0, len(rows) - 1, SINGLE_PATIENTS).astype(np.int64))
        numbers = population.patients[rows]
        reading = Reading(select(study.endpoints), study.observables, charted=numbers[single].tolist())
        run = simulate_arm(study, arm, model, population, reading, threads=threads, chunk=chunk, progress=told)
        endpoints.append(run.endpoints)
        failures.append(run.failures)
        charts.append(run.charts)
        medication.append(run.medication)
        for days, values in ((run.days, run.courses), (run.visit_days, run.followed)):
            bands.append(arm_bands(arm.name, days, values, population.draw[rows], population.structure[rows]))
        steps += run.steps
        for row in single:
            shown = {name: course[row].astype(np.float64) for name, course in run.courses.items()}
            who = {"arm": arm.name, "patient": int(numbers[row]), "time": run.days}
            paths.append(pd.DataFrame({**who, **shown}))
    # A table without rows knows no types, and would take them from those that have some.
    bands = [one for one in bands if len(one)] or bands[:1]
    tables = [pd.concat(parts, ignore_index=True) for parts in (endpoints, bands, paths, failures, charts, medication)]
    return tables[0], tables[1], tables[2], tables[3], tables[4], tables[5], steps


class _Clock:
    """Seconds from lap to lap, by name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 3)
        self._last = now


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
