"""From the arguments of a run to a job: everything checked before anything is simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from silicart.errors import SimulationError, nearest
from silicart.kernel import LaneState
from silicart.simulation import reductions
from silicart.simulation.chunks import Job, Pace
from silicart.simulation.compiled import kernel_of
from silicart.simulation.model import Model
from silicart.simulation.plan import NOTHING, program_of, read_plan, read_stops
from silicart.simulation.prepared import Prepared
from silicart.simulation.reductions import NO_REDUCTIONS, ReductionPlan
from silicart.simulation.settings import read_settings
from silicart.simulation.targets import Targets, read_targets
from silicart.simulation.tolerances import Absolute, read_tolerances
from silicart.simulation.trajectories import Standing

FloatArray = NDArray[np.float64]

STEP_LIMIT = 100_000


@dataclass(frozen=True, eq=False)
class Options:
    """How to integrate, the same for everyone: see `simulate`."""

    rtol: float = 1e-6
    atol: Absolute | None = None
    stops: ArrayLike = ()
    max_steps: int = STEP_LIMIT
    dtype: DTypeLike = np.float64


def prepare(
    model: Model,
    parameters: Mapping[str, ArrayLike] | None,
    doses: object | None,
    times: ArrayLike,
    observe: Sequence[str] | None,
    options: Options,
    pace: Pace,
    *,
    products: Targets | None = None,
    resume: Standing | None = None,
    reduced: ReductionPlan = NO_REDUCTIONS,
    among: int = 0,
) -> Prepared:
    """Check the arguments of a run and return it ready; errors are those of `simulate`.

    `among` is of how many patients these are some: code is made for as many.
    """
    targets = read_targets(products)
    grid = read_times(times)
    settings = read_settings(model, parameters, targets)
    # One id may stand alone: a word is not a list of letters.
    observed = model.states.ids if observe is None else (observe,) if isinstance(observe, str) else tuple(observe)
    check_observed(model, observed, settings.system.outputs)
    reductions.check_observed(reduced.reductions, settings.system.outputs, model.name)
    relative, absolute = read_tolerances(model, options.rtol, options.atol)
    _check_resume(model, resume, settings.patients, grid)
    plan = read_plan(model, doses, targets, settings.patients, grid, resume, settings.sizes(model))
    job = Job(
        kernel_of(settings.system, observed, max(settings.patients, among), reduced.accumulation),
        settings.inputs,
        grid,
        program_of(NOTHING, np.zeros(0), settings.patients),
        relative,
        absolute,
        None if resume is None else _lanes(resume, reduced),
        options.max_steps,
        reduced.windows,
        reduced.thresholds,
        read_dtype(options.dtype),
    )
    return Prepared.of(model, job, plan, read_stops(options.stops, grid), pace, reduced.keys)


def read_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    """Return float64 or float32; SimulationError for anything else."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = None
    if found not in (np.float64, np.float32):
        raise SimulationError(
            "values cannot be stored like this",
            where="dtype",
            found=dtype,
            expected='"float64" or "float32"',
            remedy="leave it out for float64",
        )
    return found


def _lanes(resume: Standing, reduced: ReductionPlan) -> LaneState:
    """The lanes of a state, with the accumulators that this run goes on with."""
    gathered = reduced.going_on(resume.gathered, resume.lanes.accumulators, resume.time)
    return replace(resume.lanes, accumulators=gathered)


def read_times(times: ArrayLike) -> FloatArray:
    try:
        grid = np.atleast_1d(np.asarray(times, dtype=np.float64))
    except (TypeError, ValueError):
        raise _bad_times("times are not numbers", type(times).__name__) from None
    if grid.ndim != 1 or not len(grid):
        raise _bad_times("times are not a list of numbers", f"an array of shape {grid.shape}")
    for problem, bad in (
        ("a time is not finite", ~np.isfinite(grid)),
        ("times do not rise", np.diff(grid, prepend=-np.inf) <= 0),
    ):
        if bad.any():
            place = int(np.argmax(bad))
            raise _bad_times(problem, f"{grid[place]:g}", f", position {place}")
    return grid


def _bad_times(problem: str, found: str, place: str = "") -> SimulationError:
    return SimulationError(
        problem,
        where=f"times{place}",
        found=found,
        expected="at least one finite time, each later than the one before",
        remedy="sort the times and drop repeats",
    )


def check_observed(model: Model, observed: Sequence[str], outputs: Mapping[str, int]) -> None:
    for place, id in enumerate(observed):
        if id not in outputs:
            near = nearest(str(id), outputs)
            raise SimulationError(
                "unknown observable",
                where=f"observe, position {place}",
                found=id,
                expected=f"a state, observable or computed parameter of the model {model.name}",
                remedy=f"did you mean {near}?" if near else "see model.states and model.observables",
            )
        if id in observed[:place]:
            raise SimulationError(
                "something is observed twice", where=f"observe, position {place}", found=id, expected="each id once",
                remedy="drop the repeat",
            )  # fmt: skip


def _check_resume(model: Model, resume: Standing | None, patients: int, times: FloatArray) -> None:
    if resume is None:
        return
    for fits, found, expected in (
        (resume.states == model.states.ids, f"a state of {len(resume.states)} states", "the states of this model"),
        (len(resume.status) == patients, f"{len(resume.status)} patients", f"{patients} patients, as in parameters"),
        (resume.time == times[0], f"a state at time {resume.time:g}", f"times that begin there, not at {times[0]:g}"),
    ):
        if not fits:
            raise SimulationError(
                "the state does not fit the run that goes on from it",
                where="resume",
                found=found,
                expected=expected,
                remedy="resume with the same model and patients, from the last time of the run before",
            )
