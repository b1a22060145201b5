"""Simulating any number of patients without their trajectories: what is asked for is reduced while they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import SimulationError
from silicart.simulation.chunks import Pace, over_chunks, read_pace
from silicart.simulation.model import Model
from silicart.simulation.prepared import Prepared
from silicart.simulation.preparing import STEP_LIMIT, Options, prepare, read_times
from silicart.simulation.progress import Listener
from silicart.simulation.quantiles import Counts, Gathering, Quantiles, times_of
from silicart.simulation.reductions import Reduction, ReductionPlan
from silicart.simulation.sources import Cohort, PatientSource
from silicart.simulation.summary import Failure, Summary
from silicart.simulation.targets import Targets
from silicart.simulation.tolerances import Absolute
from silicart.simulation.trajectories import REASONS, Standing, Trajectories

FloatArray = NDArray[np.float64]

DRAWN = 1000
"""Patients in a chunk that a source makes, unless another number is asked for."""

Piece = Callable[[int, int], Trajectories]


def summarise(
    model: Model,
    parameters: Mapping[str, ArrayLike] | PatientSource | None = None,
    doses: object | None = None,
    times: ArrayLike = (),
    reductions: Sequence[Reduction | Quantiles] = (),
    *,
    rtol: float = 1e-6,
    atol: Absolute | None = None,
    threads: int | None = None,
    products: Targets | None = None,
    resume: Standing | None = None,
    stops: ArrayLike = (),
    chunk: int | None = None,
    max_steps: int = STEP_LIMIT,
    keep_state: bool = False,
    progress: Listener | None = None,
) -> Summary:
    """Simulate patients and keep only reductions of their courses.

    It takes the arguments of `simulate`, reductions in the place of observables. Nothing but one number a patient and
    reduction is kept, so memory does not grow with the length of the run; with a `PatientSource`, parameters are made
    chunk by chunk, so that not even they are held.

    Parameters
    ----------
    parameters, doses, products : as for `simulate`; or a source of patients, whose own doses and products stand over
        those given here.
    times : (times,) the first and the last bound the run; those between matter to `Quantiles` alone.
    reductions : `Maximum`, `TimeOfMaximum`, `Minimum`, `TimeOfMinimum`, `TimeAbove`, `Area`: one number a patient, from
        the course between the accepted steps, so that no output times are needed. `Quantiles`: over the patients.
    resume : the `state` of a run that ended at `times[0]`; reductions go on with what they have gathered.
    keep_state : keep where everyone stands, to resume from; it holds all states of all patients.

    Returns
    -------
    Summary : `summary[reduction]` is (patients,). A patient who fails is a status, and NaN.

    Raises
    ------
    SimulationError, DoseError : as for `simulate`; and reductions that are unknown, repeated or outside the run.

    Examples
    --------
    >>> from silicart.network import read_antimony_text
    >>> from silicart.simulation.reductions import Area, Maximum, TimeAbove
    >>> model = Model(read_antimony_text("model m; A = 0; k = 0.1; A' = -k*A; end", "m"), "m")
    >>> dose = {"TIME": [1.0], "AMT": [10.0], "CMT": ["A"]}
    >>> found = summarise(model, {"k": [0.1, 0.5]}, dose, [0, 100], [Maximum("A"), Area("A"), TimeAbove("A", 5.0)])
    >>> found[Area("A")].round(3).tolist(), found["A_time_above_5"].round(3).tolist()
    ([99.995, 20.0], [6.931, 1.386])
    """
    pace = read_pace(threads, chunk, progress)
    plan = ReductionPlan.of([one for one in _checked(reductions) if isinstance(one, Reduction)])
    quantiles = [one for one in reductions if isinstance(one, Quantiles)]
    grid = read_times(times)
    _check_windows(plan, grid, resume)
    inner = times_of(quantiles, grid)
    options = Options(rtol, atol, stops, max_steps)
    observed = tuple(dict.fromkeys(one.observable for one in quantiles))

    def ready(cohort: Cohort, going: Standing | None, pace: Pace) -> Prepared:
        table = doses if cohort.doses is None else cohort.doses
        targets = products if cohort.products is None else cohort.products
        return prepare(
            model, cohort.parameters, table, inner, observed, options, pace, products=targets, resume=going,
            reduced=plan, among=parameters.patients if isinstance(parameters, PatientSource) else 0,
        )  # fmt: skip

    if isinstance(parameters, PatientSource):
        # Drawing and treating patients has a cost a chunk.
        pace = replace(pace, chunk=pace.chunk or max(1, min(DRAWN, -(-parameters.patients // pace.threads))))
        patients, piece = parameters.patients, _made(parameters, resume, ready)
        _check_resumed(resume, patients)
        # The first patient is made ready here: what is wrong shows at once, and compiling is no part of the progress.
        ready(parameters.cohort(0, 1), None if resume is None else resume.rows(0, 1), Pace(1, None))
    else:
        whole = ready(Cohort(parameters or {}), resume, replace(pace, listener=None))
        patients, piece = whole.job.patients, whole.trajectories
    gathered = _Gathered.empty(patients, plan, quantiles, inner)
    standings = over_chunks(patients, pace, lambda first, last: gathered.take(first, piece(first, last), keep_state))
    units = {one.name: one.unit(model.unit(one.observable), model.network.time_unit) for one in plan.reductions}
    exact = [place for place, one in enumerate(quantiles) if one.exact]
    tables = {one.quantiles.name: one.table(model.unit(one.quantiles.observable)) for one in gathered.counts}
    if exact:
        again = {place: Gathering(gathered.counts[place]) for place in exact}

        def look(first: int, last: int) -> None:
            part = piece(first, last)
            for place, gathering in again.items():
                gathering.add(_at(part, gathered.counts[place]))

        over_chunks(patients, replace(pace, stage="simulating again for exact quantiles"), look)
        for place, gathering in again.items():
            one = quantiles[place]
            tables[one.name] = gathering.table(model.unit(one.observable))
    return Summary(
        values=gathered.values,
        units=units,
        quantiles=tables,
        status=gathered.status,
        steps=gathered.steps,
        failed=tuple(sorted(gathered.failed, key=lambda one: one.patient)),
        state=Standing.joined([one for one in standings if one is not None]) if keep_state else None,
    )


@dataclass(frozen=True, eq=False)
class _Gathered:
    """What a run has kept so far; chunks are disjoint, so they write side by side."""

    plan: ReductionPlan
    values: dict[str, FloatArray]
    status: NDArray[np.int64]
    steps: NDArray[np.int64]
    failed: list[Failure]
    counts: list[Counts]

    @classmethod
    def empty(cls, patients: int, plan: ReductionPlan, quantiles: Sequence[Quantiles], grid: FloatArray) -> _Gathered:
        # Filled, not left empty: the memory is taken now, and none while the run goes.
        return cls(
            plan,
            {one.name: np.full(patients, np.nan) for one in plan.reductions},
            np.full(patients, -1, dtype=np.int64),
            np.full(patients, -1, dtype=np.int64),
            [],
            [Counts(one, grid if one.times is None else np.unique(one.times)) for one in quantiles],
        )

    def take(self, first: int, part: Trajectories, keep_state: bool) -> Standing | None:
        """Keep what was asked for of a chunk that begins at patient `first`."""
        rows = slice(first, first + len(part.status))
        lost = part.status != 0
        for one, numbers in self.plan.readings(part.state.lanes.accumulators):
            self.values[one.name][rows] = np.where(lost, np.nan, numbers)
        self.status[rows], self.steps[rows] = part.status, part.steps
        for row in np.flatnonzero(lost).tolist():
            why = REASONS[int(part.status[row])]
            self.failed.append(Failure(first + row, float(part.failed_time[row]), part.failed_state[row], why))
        for counts in self.counts:
            counts.add(_at(part, counts))
        return part.state if keep_state else None


def _at(part: Trajectories, counts: Counts) -> FloatArray:
    """(patients, times) of an observable at the times at which it is counted."""
    course = part[counts.quantiles.observable]
    return np.asarray(course[:, np.searchsorted(part.times, counts.times)], dtype=np.float64)


def _made(
    source: PatientSource,
    resume: Standing | None,
    ready: Callable[[Cohort, Standing | None, Pace], Prepared],
) -> Piece:
    """Patients of a source, simulated when they are asked for."""

    def piece(first: int, last: int) -> Trajectories:
        going = None if resume is None else resume.rows(first, last)
        prepared = ready(source.cohort(first, last), going, Pace(1, None))
        if prepared.job.patients != last - first:
            raise SimulationError(
                "a source made another number of patients than it was asked for",
                where=f"patients {first} to {last - 1}",
                found=f"{prepared.job.patients} patients",
                expected=f"{last - first}",
                remedy="give at least one parameter one value a patient",
            )
        return prepared.trajectories(0, last - first)

    return piece


def _checked(reductions: Sequence[Reduction | Quantiles]) -> Sequence[Reduction | Quantiles]:
    alone = isinstance(reductions, (Reduction, Quantiles, str))
    bad = [] if alone else [one for one in reductions if not isinstance(one, (Reduction, Quantiles))]
    if alone or bad or not reductions:
        raise SimulationError(
            "nothing to reduce to" if not alone and not bad else "this is no list of reductions",
            where="reductions",
            found=repr(reductions if alone else bad[0]) if alone or bad else "an empty list",
            expected='a list such as [Maximum("A"), Area("A")]',
            remedy="see silicart.simulation.reductions",
        )
    return reductions


def _check_windows(plan: ReductionPlan, grid: FloatArray, resume: Standing | None) -> None:
    begin = float(grid[0]) if resume is None else float(resume.lanes.start.min())
    for one in plan.reductions:
        if one.window is not None and (one.window[1] < begin or one.window[0] > grid[-1]):
            raise SimulationError(
                "the window of a reduction lies outside the run",
                where=f"reductions, {one.name}",
                found=f"{one.window[0]:g} to {one.window[1]:g}",
                expected=f"a part of {begin:g} to {grid[-1]:g}",
                remedy="correct the window; a run that is resumed may ask for it from its beginning on",
            )


def _check_resumed(resume: Standing | None, patients: int) -> None:
    if resume is not None and len(resume.status) != patients:
        raise SimulationError(
            "the state does not fit the run that goes on from it",
            where="resume",
            found=f"{len(resume.status)} patients",
            expected=f"{patients} patients, as the source has",
            remedy="resume with the same source",
        )
