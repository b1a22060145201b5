"""Forward sensitivities: derivatives of observables with respect to parameters and initial values.

Each parameter is a direction, each direction of each patient a lane of one compiled kernel: the derivative is
integrated beside the model, on the same graph, with the same control of its error, and jumps where events do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import DoseError, SimulationError, nearest
from silicart.kernel import EventProgram
from silicart.simulation.chunks import Job, over_chunks, read_pace
from silicart.simulation.compiled import kernel_of, sensitive_system_of
from silicart.simulation.expansion import STEADY
from silicart.simulation.model import Model
from silicart.simulation.plan import program_of, read_plan
from silicart.simulation.preparing import STEP_LIMIT, check_observed, read_times
from silicart.simulation.progress import Listener
from silicart.simulation.run import baseline
from silicart.simulation.settings import Settings, read_settings
from silicart.simulation.targets import DoseTarget, Targets, read_targets
from silicart.simulation.tolerances import Absolute, read_tolerances
from silicart.symbolic.sensitivity import partner

if TYPE_CHECKING:
    import xarray as xr

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sensitivities:
    """Courses and their derivatives.

    values : (patients, times, observables).
    derivatives : (patients, times, observables, by), each in the unit of its observable over that of the parameter; at
        the time of an event or a dose, as the value itself, that after it. NaN from a failure on.
    times : (times,).
    observables, by : ids.
    status : (patients,) 0 is good, else the first failure among the directions, a key of `REASONS`.
    """

    values: FloatArray
    derivatives: FloatArray
    times: FloatArray
    observables: tuple[str, ...]
    by: tuple[str, ...]
    status: IntArray

    def of(self, observable: str, parameter: str) -> FloatArray:
        """Return (patients, times): the derivative of one observable with respect to one parameter."""
        for id, known in ((observable, self.observables), (parameter, self.by)):
            if id not in known:
                near = nearest(id, known)
                raise SimulationError(
                    "no such sensitivity", found=id, expected="one of: " + ", ".join(known),
                    remedy=f"did you mean {near}?" if near else "name it in `observe` or `by`",
                )  # fmt: skip
        return self.derivatives[:, :, self.observables.index(observable), self.by.index(parameter)]

    def to_xarray(self) -> xr.Dataset:
        """Return `value` over (patient, time, observable) and `derivative` over these and `by`."""
        import xarray as xr

        axes = ("patient", "time", "observable")
        return xr.Dataset(
            {"value": (axes, self.values), "derivative": ((*axes, "by"), self.derivatives)},
            coords={"time": self.times, "observable": list(self.observables), "by": list(self.by)},
        )


def sensitivities(
    model: Model,
    by: Sequence[str],
    parameters: Mapping[str, ArrayLike] | None = None,
    doses: object | None = None,
    times: ArrayLike = (),
    observe: Sequence[str] | None = None,
    *,
    rtol: float = 1e-6,
    atol: Absolute | None = None,
    threads: int | None = None,
    products: Targets | None = None,
    chunk: int | None = None,
    max_steps: int = STEP_LIMIT,
    progress: Listener | None = None,
) -> Sensitivities:
    """Simulate patients and differentiate what is observed.

    Parameters
    ----------
    by : ids of parameters, or of states for their initial values. A parameter with a formula counts as set to what the
        formula gives.
    rtol, atol : those of `simulate`; a derivative, times the size of its parameter, is held to those of its state.

    All other arguments are those of `simulate`.

    Raises
    ------
    SimulationError : unknown ids, and what `simulate` raises.
    DoseError : a steady-state dose, whose derivative is not computed.

    Examples
    --------
    >>> from silicart.network import read_antimony_text
    >>> model = Model(read_antimony_text("model m; A = 2; k = 0.5; A' = -k*A; end", "m"), "m")
    >>> found = sensitivities(model, ["k", "A"], times=[0.0, 1.0])
    >>> found.of("A", "k").round(5).tolist(), found.of("A", "A").round(5).tolist()
    ([[0.0, -1.21306]], [[1.0, 0.60653]])
    """
    pace = read_pace(threads, chunk, progress)
    targets = read_targets(products)
    grid = read_times(times)
    chosen = (by,) if isinstance(by, str) else tuple(by)
    settings = _settings(model, chosen, parameters, targets)
    observed = model.states.ids if observe is None else (observe,) if isinstance(observe, str) else tuple(observe)
    check_observed(model, observed, settings.system.outputs)
    relative, absolute = read_tolerances(model, rtol, atol)
    system = sensitive_system_of(settings.system, chosen)
    assert system.partners is not None
    lanes = settings.patients * len(chosen)
    inputs, scales = _directions(settings, chosen)
    plan = read_plan(model, doses, targets, settings.patients, grid, None, settings.sizes(model))
    if (plan.pending.kind == STEADY).any():
        raise DoseError(
            "the sensitivity to a steady-state dose is not computed",
            where="doses, column SS",
            found="1",
            expected="0",
            remedy="give the course itself with ADDL and II",
        )
    program = _for_every_direction(program_of(plan.pending, np.zeros(0), settings.patients), len(chosen))
    both = (*observed, *(partner(id) for id in observed))
    kept = [state for state, _ in system.partners.of]
    job = Job(
        kernel_of(system, both, lanes), inputs, grid, program, relative, np.append(absolute, absolute[kept]), None,
        max_steps,
    )  # fmt: skip
    parts = over_chunks(lanes, pace, job.run)
    shape = (settings.patients, len(chosen), len(grid), len(observed))
    values = np.concatenate([part.values for part in parts])
    status = np.concatenate([part.status for part in parts]).reshape(shape[:2])
    slopes = values[:, :, len(observed) :].reshape(shape) / scales[:, :, None, None]
    return Sensitivities(
        values=values[:, :, : len(observed)].reshape(shape)[:, 0].copy(),
        derivatives=np.ascontiguousarray(np.moveaxis(slopes, 1, 3)),
        times=grid,
        observables=observed,
        by=chosen,
        status=np.max(status, axis=1),
    )


def _settings(
    model: Model,
    by: tuple[str, ...],
    parameters: Mapping[str, ArrayLike] | None,
    targets: Mapping[str, DoseTarget],
) -> Settings:
    """The settings in which everything that is varied is set."""
    given = dict(parameters or {})
    known = [*model.parameters.ids, *model.states.ids]
    for place, id in enumerate(by):
        if id not in known or id in by[:place]:
            near = nearest(id, known)
            raise SimulationError(
                "this cannot be varied",
                where=f"by, position {place}",
                found=id,
                expected=f"a parameter or a state of the model {model.name}, each once",
                remedy=f"did you mean {near}?" if near else "see model.parameters and model.states",
            )
    if not by:
        raise SimulationError("nothing to vary", where="by", found="no ids", expected="at least one id",
                              remedy="name a parameter")  # fmt: skip
    computed = [id for id in by if id not in given and (id in model.formulas or id in model.states.ids)]
    if computed:
        given |= baseline(model, parameters, computed, products=targets)
    return read_settings(model, given, targets)


def _directions(settings: Settings, by: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
    """Inputs of every direction of every patient, and how far each direction goes: the size of its parameter.

    So the derivative that is integrated has the scale of its state, and the tolerances of the state suit it.
    """
    columns = [settings.system.inputs.index(id) for id in by]
    sizes = np.abs(settings.inputs[:, columns])
    scales = np.where(sizes > 0, sizes, 1.0)
    seeds = np.zeros((settings.patients, len(by), len(by)))
    for place in range(len(by)):
        seeds[:, place, place] = scales[:, place]
    inputs = np.repeat(settings.inputs, len(by), axis=0)
    return np.hstack([inputs, seeds.reshape(-1, len(by))]), scales


def _for_every_direction(program: EventProgram, directions: int) -> EventProgram:
    counts = np.repeat(np.diff(program.offsets), directions)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    firsts = np.repeat(program.offsets[:-1], directions)
    rows = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts) + np.repeat(firsts, counts)
    return EventProgram(offsets, program.time[rows], program.kind[rows], program.state[rows], program.amount[rows])
