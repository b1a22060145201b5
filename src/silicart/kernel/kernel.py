"""A system compiled for many patients at once."""

from __future__ import annotations

import ctypes
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from silicart.errors import SimulationError, nearest
from silicart.kernel.accumulators import NO_ACCUMULATION, Accumulation
from silicart.kernel.cache import cached, fingerprint
from silicart.kernel.compile import llvm_version, load, processor, translate, widest
from silicart.kernel.events import EventProgram, FloatArray, IntArray
from silicart.kernel.layout import ARGUMENTS, Layout
from silicart.kernel.loop import module
from silicart.kernel.state import LaneState
from silicart.kernel.teams import teams
from silicart.symbolic.system import System

#: Attempted steps a patient may take in one run.
STEP_LIMIT = 100_000


@dataclass(frozen=True, eq=False)
class KernelResult:
    """What a run hands back.

    values : observables, shape (patients, times, observables), float64 or float32 as asked; NaN from the failure of a
        patient on.
    status : 0 good, else a key of `state.STATUS_TEXT`, shape (patients,).
    failed_time, failed_state : where a failed patient stood, shapes (patients,) and (patients, states), else NaN.
    steps, rejected : attempted and rejected steps of this run, shape (patients,).
    state : where every patient stands at the last time, to go on from.
    """

    values: FloatArray
    status: IntArray
    failed_time: FloatArray
    failed_state: FloatArray
    steps: IntArray
    rejected: IntArray
    state: LaneState


class Kernel:
    """Machine code that integrates any number of patients of one system.

    One kernel may run in several threads at once. The bits of a patient's result depend on the patient alone: not on
    threads, on how patients are split over calls, on the patients beside it, or on `width`.
    """

    def __init__(
        self,
        system: System,
        observables: tuple[str, ...],
        width: int,
        accumulation: Accumulation = NO_ACCUMULATION,
        *,
        quick: bool = False,
    ) -> None:
        self.system = system
        self.observables = observables
        self.width = width
        self.accumulation = accumulation
        self.quick = quick
        asked = (observables, width, accumulation, quick)
        key = (system.hash, repr(asked), *processor(), llvm_version(), fingerprint())
        self._layout, code = pickle.loads(cached(key, self._made))
        self._code = load(code)

    def _made(self) -> bytes:
        text, layout = module(self.system, self.observables, self.width, self.accumulation)
        return pickle.dumps((layout, translate(text, quick=self.quick)))

    @cached_property
    def _run(self) -> Callable[[int], None]:
        # A plain CFUNCTYPE call releases the interpreter lock.
        return ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self._code.address("run"))

    def run(
        self,
        inputs: npt.ArrayLike,
        times: npt.ArrayLike,
        events: EventProgram | None = None,
        rtol: float = 1e-6,
        atol: npt.ArrayLike = 1e-9,
        *,
        resume: LaneState | None = None,
        max_steps: int = STEP_LIMIT,
        windows: npt.ArrayLike = (),
        thresholds: npt.ArrayLike = (),
        dtype: npt.DTypeLike = np.float64,
        values: npt.NDArray[Any] | None = None,
    ) -> KernelResult:
        """Integrate every patient from the first to the last time.

        Parameters
        ----------
        inputs : shape (patients, inputs), columns as `system.inputs`.
        times : rising output times; initial conditions hold at the first, or, with `resume`, the run goes on there.
        events : what happens when; None for nothing. With `resume`, only events not applied before.
        rtol, atol : a step's error is judged against atol + rtol * |state|; atol is one number or one a state.
        resume : `state` of a run that ended at the first time.
        max_steps : attempted steps after which a patient counts as failed.
        windows, thresholds : those of the accumulation, shapes (windows, 2) and (thresholds,).
        dtype : float64, or float32 for values that are rounded as they are written.
        values : where to write the values, C-contiguous, of that shape and dtype; a new array when absent.

        Raises
        ------
        SimulationError : arrays that do not fit the system or each other. A patient who fails is a status.
        """
        rows = np.ascontiguousarray(inputs, dtype=np.float64)
        grid = np.ascontiguousarray(times, dtype=np.float64)
        states = len(self.system.states)
        _check_arrays(rows, len(self.system.inputs), grid)
        patients = len(rows)
        program = EventProgram.none(patients) if events is None else events
        program.check(patients, states, float(grid[0]))
        absolute = _tolerances(rtol, atol, states)
        memory = self._layout.memory.size
        blank = self.accumulation.blank(patients)
        _check_resume(resume, (states, memory, blank.shape[1]), patients, float(grid[0]))
        bounds, levels = self.accumulation.arguments(np.asarray(windows), np.asarray(thresholds))
        state = LaneState.blank(blank, states, memory, float(grid[0])) if resume is None else resume.copy()
        result = KernelResult(
            values=_place((patients, len(grid), len(self.observables)), np.dtype(dtype), values),
            status=state.status,
            failed_time=np.where(state.status != 0, state.time, np.nan),
            failed_state=np.where(state.status[:, None] != 0, state.states, np.nan),
            steps=np.zeros(patients, np.int64),
            rejected=np.zeros(patients, np.int64),
            state=state,
        )
        # Whoever failed before is not run, and writes nothing.
        result.values[state.status != 0] = np.nan
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "times": grid,
            "inputs": rows,
            "absolute_tolerance": absolute,
            "windows": bounds,
            "thresholds": levels,
            "workspace": _workspace(self._layout),
            **{f"event_{name}": np.ascontiguousarray(getattr(program, name)) for name in _EVENT_COLUMNS},
            **{f"state_{name}": getattr(state, name) for name in _STATE_COLUMNS},
            **{name: getattr(result, name) for name in _RESULT_COLUMNS},
        }
        numbers = {
            "patients": patients,
            "times_count": len(grid),
            "step_limit": max_steps,
            "resumed": int(resume is not None),
            "single": int(result.values.dtype == np.float32),
            "relative_tolerance": int(np.float64(rtol).view(np.int64)),
        }
        block = np.array(
            [numbers[name] if name in numbers else arrays[name].ctypes.data for name in ARGUMENTS], dtype=np.int64
        )
        self._run(block.ctypes.data)
        return result


def compile_kernel(
    system: System,
    observables: tuple[str, ...],
    width: int | None = None,
    accumulation: Accumulation = NO_ACCUMULATION,
    *,
    quick: bool = False,
) -> Kernel:
    """Return the kernel of a system; compiled code is kept on disk and loaded when it fits.

    Parameters
    ----------
    observables : keys of `system.outputs`, in the order of the last axis of the values.
    width : lanes; 8, 4 or 2, None for the widest of this processor. It changes the speed, never a value.
    accumulation : what is reduced while the run goes; the state of the result carries it.
    quick : make the code sooner although it runs slower: for a few patients. It changes no value either.

    Raises
    ------
    SimulationError : an unknown observable, or an impossible width.

    Examples
    --------
    >>> from silicart.network.reader import read_antimony_text
    >>> from silicart.symbolic import build_system
    >>> system = build_system(read_antimony_text("model m; k = 0.5; x = 2; x' = -k*x; end", "example"))
    >>> kernel = compile_kernel(system, ("x",))
    >>> kernel.run([[0.5], [1.0]], [0.0, 2.0]).values.round(4).tolist()
    [[[2.0], [0.7358]], [[2.0], [0.2707]]]
    """
    for name in (*observables, *accumulation.observables):
        if name not in system.outputs:
            guess = nearest(name, system.outputs)
            raise SimulationError(
                "an unknown observable",
                found=name,
                expected=f"an id of the model, such as {guess}" if guess else "an id of the model",
                remedy="correct the name",
            )
    if width not in (None, 2, 4, 8):
        raise SimulationError("an impossible number of lanes", found=width, expected="2, 4 or 8", remedy="leave it out")
    return Kernel(system, tuple(observables), width or widest(), accumulation, quick=quick)


_EVENT_COLUMNS = ("offsets", "time", "kind", "state", "amount")
_STATE_COLUMNS = ("start", "time", "step", "error", "stiff", "states", "rates", "memory", "accumulators")
_RESULT_COLUMNS = ("values", "status", "failed_time", "failed_state", "steps", "rejected")


def _place(shape: tuple[int, int, int], dtype: np.dtype[Any], given: npt.NDArray[Any] | None) -> npt.NDArray[Any]:
    """Memory for values; the run writes every one of them."""
    if given is None:
        return np.empty(shape, dtype)
    if given.shape != shape or given.dtype != dtype or not given.flags.c_contiguous:
        raise SimulationError(
            "an array that values cannot be written to",
            found=f"{given.dtype} of shape {given.shape}",
            expected=f"C-contiguous {dtype} of shape {shape}",
            remedy="leave it out",
        )
    return given


def _workspace(layout: Layout) -> FloatArray:
    # Vectors are loaded whole, so the first must lie on a multiple of their size.
    alignment = 8 * layout.width
    size = teams(layout) * layout.size * layout.width
    memory = np.empty(size + layout.width)
    skip = (-memory.ctypes.data % alignment) // 8
    return memory[skip : skip + size]


def _check_arrays(rows: FloatArray, inputs: int, grid: FloatArray) -> None:
    if rows.ndim != 2 or rows.shape[1] != inputs:
        raise SimulationError(
            "inputs of the wrong shape",
            found=rows.shape,
            expected=f"(patients, {inputs})",
            remedy="give one row a patient and one column for each of the system's inputs",
        )
    if grid.ndim != 1 or not len(grid) or not np.isfinite(grid).all() or (np.diff(grid) <= 0).any():
        raise SimulationError(
            "output times that do not rise",
            found=grid if grid.size < 8 else f"{grid.size} times",
            expected="at least one finite time, each later than the one before",
            remedy="sort the times and drop repeats",
        )


def _tolerances(rtol: float, atol: npt.ArrayLike, states: int) -> FloatArray:
    absolute = np.ascontiguousarray(np.broadcast_to(np.asarray(atol, dtype=np.float64), (states,)))
    if not (np.isfinite(rtol) and rtol >= 1e-13) or not (np.isfinite(absolute) & (absolute > 0)).all():
        raise SimulationError(
            "tolerances that cannot be met",
            found=f"rtol {rtol}, smallest atol {absolute.min() if states else None}",
            expected="rtol of at least 1e-13, every atol above 0",
            remedy="loosen the tolerances",
        )
    return absolute


def _check_resume(resume: LaneState | None, sizes: tuple[int, int, int], patients: int, start: float) -> None:
    if resume is None:
        return
    going = resume.status == 0
    arrays = resume.states, resume.memory, resume.accumulators
    fits = all(array.shape == (patients, size) for array, size in zip(arrays, sizes, strict=True))
    if not fits or (resume.time[going] != start).any():
        raise SimulationError(
            "a state that does not fit the run that goes on from it",
            found=f"{[array.shape for array in arrays]} at times {sorted(set(resume.time[going].tolist()))[:3]}",
            expected=f"{patients} patients with {sizes} states, memory and accumulators, at time {start:g}",
            remedy="start at the last time of the run before, with the same patients",
        )
