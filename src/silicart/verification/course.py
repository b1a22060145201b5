"""From a job to the values of its table, by the road that every user takes: load a model, simulate it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from silicart.errors import SilicartError, UnsupportedError
from silicart.simulation import REASONS, Model, load_model, simulate
from silicart.verification.job import Job

FloatArray = NDArray[np.float64]
Status = Literal["ok", "warned", "refused", "error"]

#: Attempted steps at most. High, because whoever waits for the answer sets the limit of time.
STEP_LIMIT = 20_000_000


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
        return _simulated(job, load_model(job.sbml))
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
    relative, absolute = tolerances(job)
    observed = tuple(job.observable(variable) for variable in job.variables)
    # Initial conditions hold at 0, whenever the table begins.
    early = (0.0,) if job.start > 0 else ()
    result = simulate(
        model,
        times=(*early, *job.times),
        observe=observed,
        rtol=relative,
        atol=absolute,
        threads=1,
        max_steps=STEP_LIMIT,
    )
    status = int(result.status[0])
    if status:
        reason = f"{REASONS[status]} at time {result.failed_time[0]:g}"
        return Course("error", f"{reason}, state {result.failed_state[0]}")
    return Course("ok", values=result.values[0, len(early) :])


def tolerances(job: Job) -> tuple[float, float | None]:
    """Return the relative and absolute tolerance of a step for a job.

    The judge looks at the error of the result, which adds up over many steps, and may look at a small quantity that is
    the difference of large ones: a ten-thousandth of the judge's relative tolerance leaves room for both. The absolute
    tolerance follows the scale of each state.

    Examples
    --------
    >>> from pathlib import Path
    >>> tolerances(Job(Path("m.xml"), 0.0, 1.0, 1, ("A",), relative=1e-4))[0]
    1e-08
    """
    return float(np.clip(1e-4 * job.relative, 1e-12, 1e-8)), None
