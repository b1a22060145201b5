"""Simulating: one call from a model, parameters and doses to trajectories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from silicart.simulation.chunks import over_chunks, read_pace
from silicart.simulation.model import Model
from silicart.simulation.preparing import STEP_LIMIT, Options, check_observed, prepare
from silicart.simulation.progress import Listener
from silicart.simulation.settings import read_settings
from silicart.simulation.targets import Targets, read_targets
from silicart.simulation.tolerances import Absolute
from silicart.simulation.trajectories import Standing, Trajectories
from silicart.symbolic import evaluate

Result = TypeVar("Result")
FloatArray = NDArray[np.float64]


def simulate(
    model: Model,
    parameters: Mapping[str, ArrayLike] | None = None,
    doses: object | None = None,
    times: ArrayLike = (),
    observe: Sequence[str] | None = None,
    *,
    rtol: float = 1e-6,
    atol: Absolute | None = None,
    threads: int | None = None,
    products: Targets | None = None,
    resume: Standing | None = None,
    stops: ArrayLike = (),
    chunk: int | None = None,
    max_steps: int = STEP_LIMIT,
    dtype: DTypeLike = np.float64,
    progress: Listener | None = None,
) -> Trajectories:
    """Simulate patients.

    Parameters
    ----------
    model : from `load_model`.
    parameters : id -> a number, or one number a patient; absent or empty is one patient. The id of a state sets its
        initial value, that of a compartment its size; a parameter with a formula is set instead of computed.
        Everything computed from what is set is computed again.
    doses : an event table with the columns ID (0-based patient row; absent means all), TIME, AMT, CMT (a state or a
        product), EVID, RATE, II, ADDL, SS. Doses beyond the last time are left out.
    times : (times,) rising, in the model's time unit; initial conditions hold at the first.
    observe : ids of states, observables or parameters with a formula; without it every state.
    rtol, atol : relative and absolute tolerance of a step; without `atol` it follows the scale of each state (see
        `tolerances.read_tolerances`).
    threads : how many; without it all processors. It changes no bit of the result, nor does `chunk`, the number of
        patients in a piece of work.
    products : dose targets by name, or products with an `id`. What a product sets in the model stands over
        `parameters`.
    resume : the `state` of a run that ended at `times[0]`, with the same patients and the whole dose table. Parameters
        may have changed: that is how a decision at a visit acts.
    stops : times at which every patient's integration stops and goes on; a run split there has the same bits.
    max_steps : steps after which a patient counts as failed.
    dtype : "float64", or "float32" for values that are rounded as they are written and take half the memory.
    progress : called with a `ProgressEvent` after every chunk.

    Returns
    -------
    Trajectories : `.values` (patients, times, observables). A patient who fails is a status, never an error.

    Raises
    ------
    SimulationError : unknown ids, values that are not finite, arrays that do not fit, times that do not rise.
    DoseError : a dose table that is not valid, with row and column.

    Examples
    --------
    >>> from silicart.network import read_antimony_text
    >>> model = Model(read_antimony_text("model m; A = 0; k = 0.1; A' = -k*A; end", "m"), "m")
    >>> doses = {"TIME": [1.0], "AMT": [10.0], "CMT": ["A"]}
    >>> result = simulate(model, {"k": [0.0, 0.5]}, doses, times=[0.0, 1.0, 2.0])
    >>> result["A"].round(4).tolist()
    [[0.0, 10.0, 10.0], [0.0, 10.0, 6.0653]]
    """
    pace = read_pace(threads, chunk, progress)
    options = Options(rtol, atol, stops, max_steps, dtype)
    prepared = prepare(
        model, parameters, doses, times, observe, options, replace(pace, listener=None), products=products,
        resume=resume,
    )  # fmt: skip
    shape = prepared.job.patients, len(prepared.job.times), len(prepared.job.kernel.observables)
    values = np.empty(shape, prepared.job.dtype)

    def work(first: int, last: int) -> Trajectories:
        # The values are written where they stay; what is kept of a chunk need not hold them twice.
        return prepared.trajectories(first, last, values[first:last]).without_values()

    return Trajectories.joined(over_chunks(prepared.job.patients, pace, work), values)


def simulate_in_chunks(
    model: Model,
    reduce: Callable[[Trajectories], Result],
    parameters: Mapping[str, ArrayLike] | None = None,
    doses: object | None = None,
    times: ArrayLike = (),
    observe: Sequence[str] | None = None,
    *,
    rtol: float = 1e-6,
    atol: Absolute | None = None,
    threads: int | None = None,
    products: Targets | None = None,
    resume: Standing | None = None,
    stops: ArrayLike = (),
    chunk: int | None = None,
    max_steps: int = STEP_LIMIT,
    dtype: DTypeLike = np.float64,
    progress: Listener | None = None,
) -> list[Result]:
    """Simulate patients and keep only what `reduce` makes of each chunk, in the order of the patients.

    `reduce` is called with the trajectories of a chunk, in the thread that simulated it; `.patients` holds the rows.
    All other arguments are those of `simulate`.

    Examples
    --------
    >>> from silicart.network import read_antimony_text
    >>> model = Model(read_antimony_text("model m; A = 1; k = 0; A' = k*A; end", "m"), "m")
    >>> simulate_in_chunks(model, lambda part: part.patients.tolist(), {"k": [0, 0, 0]}, times=[0, 1], chunk=2)
    [[0, 1], [2]]
    """
    pace = read_pace(threads, chunk, progress)
    options = Options(rtol, atol, stops, max_steps, dtype)
    prepared = prepare(
        model, parameters, doses, times, observe, options, replace(pace, listener=None), products=products,
        resume=resume,
    )  # fmt: skip
    return over_chunks(prepared.job.patients, pace, lambda first, last: reduce(prepared.trajectories(first, last)))


def baseline(
    model: Model, parameters: Mapping[str, ArrayLike] | None, ids: Sequence[str], *, products: Targets | None = None
) -> dict[str, FloatArray]:
    """Return observables, states or computed parameters of every patient at the start, id -> (patients,).

    Raises
    ------
    SimulationError : an unknown id, or parameters that `simulate` would refuse.

    Examples
    --------
    >>> from silicart.network import read_antimony_text
    >>> model = Model(read_antimony_text("model m; A := 2*k; k = 3; B = 0; B' = A; end", "m"), "m")
    >>> baseline(model, {"k": [1.0, 4.0]}, ["A"])["A"].tolist()
    [2.0, 8.0]
    """
    settings = read_settings(model, parameters, read_targets(products))
    check_observed(model, ids, settings.system.outputs)
    values = evaluate(settings.system, settings.inputs, list(ids))
    return {id: values[:, place] for place, id in enumerate(ids)}
