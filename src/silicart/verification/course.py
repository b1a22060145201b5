"""From a job to the values of its table, by the road that every user takes: load a model, simulate it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from silicart.errors import SilicartError, UnsupportedError
from silicart.network import read_sbml_file
from silicart.simulation import REASONS, Model, simulate
from silicart.simulation.tolerances import floors
from silicart.verification.job import Job
from silicart.verification.powers import doubt, with_powers_observed

FloatArray = NDArray[np.float64]
Status = Literal["ok", "warned", "refused", "error"]

#: Attempted steps at most, while there is something else to try, and at last: whoever waits sets the limit of time.
SHORT, LONG = 2_000_000, 50_000_000


@dataclass(frozen=True)
class Course:
    """What came of a job.

    status : "ok"; "warned": there are values, but the engine says that they cannot be relied on; "refused": the model
        needs something that silicart does not support, which `message` names; "error": anything else.
    message : one line; empty when all is well.
    values : (times, variables), None without a result.
    """

    status: Status
    message: str = ""
    values: FloatArray | None = None


def run_job(job: Job) -> Course:
    """Simulate the model of a job; whatever goes wrong is a status, never an exception.

    Examples
    --------
    >>> from pathlib import Path
    >>> run_job(Job(Path("absent.xml"), 0.0, 1.0, 1, ("A",))).status
    'error'
    """
    try:
        return _simulated(job, Model(read_sbml_file(job.sbml), job.sbml.stem))
    except UnsupportedError as error:
        return Course("refused", one_line(error))
    except SilicartError as error:
        return Course("error", one_line(error))
    except Exception as error:  # a batch goes on after any case, however it ends
        return Course("error", f"{type(error).__name__}: {' '.join(str(error).split())}")


def one_line(error: SilicartError) -> str:
    """Return an error on one line: what is wrong, then where and what was found.

    Examples
    --------
    >>> one_line(UnsupportedError("not supported: algebraic rules", where="m.xml", remedy="rewrite the model"))
    'not supported: algebraic rules (where: m.xml)'
    """
    parts = [f"{label}: {text}" for label, text in (("where", error.where), ("found", error.found)) if text]
    text = f"{error.problem} ({'; '.join(parts)})" if parts else error.problem
    return " ".join(text.split())


def _simulated(job: Job, model: Model) -> Course:
    species = {entry.id for entry in model.network.species}
    # What is no species has one value only, whatever a job says of it.
    asked = tuple(job.observable(variable) if variable in species else variable for variable in job.variables)
    network, powers = with_powers_observed(model.network)
    if powers:
        model = replace(model, network=network)
    observed = (*asked, *(id for power in powers for id in (power.base, power.exponent)))
    # Initial conditions hold at 0, whenever the table begins.
    early = (0.0,) if job.start > 0 else ()
    times = (*early, *job.times)
    course = Course("error", "no tolerances were tried")
    for attempt in attempts(job):
        absolute = attempt.relative * attempt.floor * floors(model)
        result = simulate(
            model,
            times=times,
            observe=observed,
            rtol=attempt.relative,
            atol=absolute,
            threads=1,
            max_steps=attempt.steps,
        )
        status = int(result.status[0])
        if not status:
            why = doubt(powers, {id: result[id][0] for id in observed[len(asked) :]}, result.times)
            values = result.values[0, len(early) :, : len(asked)]
            return Course("ok", values=values) if why is None else Course("warned", why, values)
        where = f", state {result.failed_state[0]}" if result.failed_state[0] else ""
        course = Course("error", f"{REASONS[status]} at time {result.failed_time[0]:g}{where}")
    return course


@dataclass(frozen=True, slots=True)
class Attempt:
    """How exactly a case is solved.

    relative : relative tolerance of a step.
    floor : the absolute tolerance of a state, as a multiple of the usual one.
    steps : attempted steps at most.
    """

    relative: float
    floor: float
    steps: int


def attempts(job: Job) -> tuple[Attempt, ...]:
    """Return the tolerances to try, one after another, until the solver comes to the end.

    The judge looks at the error of the result, which adds up over many steps, and at quantities that may be differences
    of large ones: a ten-thousandth of the judge's relative tolerance leaves room for both. A quantity that matters may
    also be a millionth of what its state begins with, so the absolute tolerance is far below the usual one. Where a
    state is nothing but rounding, such a tolerance cannot be met; then the usual one is tried, then a looser one that
    is still a hundredth of the judge's.

    Examples
    --------
    >>> from pathlib import Path
    >>> [attempt.relative for attempt in attempts(Job(Path("m.xml"), 0.0, 1.0, 1, ("A",), relative=1e-4))]
    [1e-08, 1e-08, 1e-06]
    """
    tight = float(np.clip(1e-4 * job.relative, 1e-12, 1e-8))
    loose = float(np.clip(1e-2 * job.relative, 1e-11, 1e-6))
    return Attempt(tight, 1e-6, SHORT), Attempt(tight, 1.0, SHORT), Attempt(loose, 1.0, LONG)
