"""What a run may keep of each patient in place of a trajectory: one number a patient for each of these nouns.

All are taken from the course between the accepted steps of the integrator, never from output times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from silicart.errors import SimulationError, nearest
from silicart.kernel import NO_ACCUMULATION, Accumulation, Task

FloatArray = NDArray[np.float64]
Window: TypeAlias = tuple[float, float]
#: A kernel's accumulator by content: kind, observable, beginning and end of the window, threshold (NaN-free).
Key: TypeAlias = tuple[str, str, float, float, float]


@dataclass(frozen=True)
class Reduction:
    """One number a patient.

    observable : id of a state, observable or computed parameter.
    window : (from, to), both included, in the model's time unit; None for the whole run.

    A value that jumps at a dose counts on both sides of the jump; a jump at the beginning of the window counts with
    the value after it.
    """

    observable: str
    window: Window | None = None

    #: How a name reads, what the kernel accumulates, which of its numbers is meant, and its sign.
    word: ClassVar[str] = ""
    kind: ClassVar[str] = ""
    place: ClassVar[int] = 0
    sign: ClassVar[float] = 1.0
    #: What the number is measured in: "value", "time", or "value time".
    measure: ClassVar[str] = "value"

    def __post_init__(self) -> None:
        if not isinstance(self.observable, str) or not self.observable:
            raise self._refused("observable", self.observable, "the id of an observable")
        if self.window is not None:
            object.__setattr__(self, "window", self._checked(self.window))

    @property
    def name(self) -> str:
        """The name of its column.

        Examples
        --------
        >>> Maximum("A").name, TimeAbove("IgG", 4.0, window=(0, 90)).name
        ('A_maximum', 'IgG_time_above_4_from_0_to_90')
        """
        words = [self.observable, self.word, *self._details()]
        if self.window is not None:
            words += [f"from_{self.window[0]:.12g}_to_{self.window[1]:.12g}"]
        return "_".join(words)

    @property
    def key(self) -> Key:
        """What the kernel accumulates for it; a maximum and its time share that."""
        begin, end = self.window or (-np.inf, np.inf)
        return (self.kind, self.observable, begin, end, self._threshold())

    def unit(self, observable: str | None, time: str | None) -> str | None:
        """Return the unit of the number, from those of the observable and of time."""
        if self.measure == "value time":
            return f"{observable} * {time}" if observable and time else None
        return time if self.measure == "time" else observable

    def _details(self) -> list[str]:
        return []

    def _threshold(self) -> float:
        return 0.0

    def _checked(self, window: object) -> Window:
        try:
            begin, end = (float(bound) for bound in window)  # type: ignore[attr-defined]
        except (TypeError, ValueError):
            raise self._refused("window", window, "two times, (from, to)") from None
        if not (np.isfinite(begin) and np.isfinite(end) and begin < end):
            raise self._refused("window", window, "two finite times, the first before the second")
        return begin, end

    def _refused(self, what: str, found: object, expected: str) -> SimulationError:
        return SimulationError(
            f"the {what} of a reduction is not valid",
            where=f"{type(self).__name__}, {what}",
            found=repr(found),
            expected=expected,
            remedy=f"give {', '.join(entry.name for entry in fields(self))} in this order, or by name",
        )


@dataclass(frozen=True)
class Maximum(Reduction):
    """The largest value."""

    word = "maximum"
    kind = "maximum"


@dataclass(frozen=True)
class TimeOfMaximum(Reduction):
    """When the largest value is first reached."""

    word = "time_of_maximum"
    kind = "maximum"
    place = 1
    measure = "time"


@dataclass(frozen=True)
class Minimum(Reduction):
    """The smallest value."""

    word = "minimum"
    kind = "minimum"
    sign = -1.0


@dataclass(frozen=True)
class TimeOfMinimum(Reduction):
    """When the smallest value is first reached."""

    word = "time_of_minimum"
    kind = "minimum"
    place = 1
    measure = "time"


@dataclass(frozen=True)
class Area(Reduction):
    """The area under the curve."""

    word = "area"
    kind = "area"
    measure = "value time"


@dataclass(frozen=True, init=False)
class TimeAbove(Reduction):
    """How long the value is above a threshold, crossings located between the samples.

    threshold : in the unit of the observable.
    """

    threshold: float = 0.0

    word = "time_above"
    kind = "above"
    measure = "time"

    def __init__(self, observable: str, threshold: float, window: Window | None = None) -> None:
        # Written out, because the threshold belongs beside the observable and the window comes last.
        object.__setattr__(self, "observable", observable)
        object.__setattr__(self, "threshold", threshold)
        object.__setattr__(self, "window", window)
        self.__post_init__()

    def __post_init__(self) -> None:
        super().__post_init__()
        number = isinstance(self.threshold, (int, float, np.number)) and not isinstance(self.threshold, bool)
        if not number or not np.isfinite(self.threshold):
            raise self._refused("threshold", self.threshold, "a finite number")
        object.__setattr__(self, "threshold", float(self.threshold))

    def _details(self) -> list[str]:
        return [f"{self.threshold:.12g}"]

    def _threshold(self) -> float:
        return self.threshold


@dataclass(frozen=True, eq=False)
class ReductionPlan:
    """Reductions as a kernel takes them.

    accumulation : what is compiled in; windows (windows, 2) and thresholds (thresholds,) are given at run time.
    keys : what each task accumulates, by content.
    """

    reductions: tuple[Reduction, ...] = ()
    accumulation: Accumulation = NO_ACCUMULATION
    windows: FloatArray = field(default_factory=lambda: np.zeros((0, 2)))
    thresholds: FloatArray = field(default_factory=lambda: np.zeros(0))
    keys: tuple[Key, ...] = ()

    @classmethod
    def of(cls, reductions: Sequence[Reduction]) -> ReductionPlan:
        """Return the plan; what several reductions share is accumulated once."""
        keys = tuple(dict.fromkeys(one.key for one in reductions))
        observables = tuple(dict.fromkeys(key[1] for key in keys))
        windows = tuple(dict.fromkeys(key[2:4] for key in keys))
        tasks: list[Task] = []
        thresholds: list[float] = []
        for kind, observable, begin, end, threshold in keys:
            above = kind == "above"
            place = len(thresholds) if above else -1
            thresholds += [threshold] if above else []
            tasks.append(Task(kind, observables.index(observable), windows.index((begin, end)), place))  # type: ignore[arg-type]
        return cls(
            tuple(reductions),
            Accumulation(observables, tuple(tasks), len(windows), len(thresholds)),
            np.array(windows, dtype=np.float64).reshape(-1, 2),
            np.array(thresholds, dtype=np.float64),
            keys,
        )

    def readings(self, accumulators: FloatArray) -> Iterator[tuple[Reduction, FloatArray]]:
        """Give each reduction and its numbers, (patients,), from accumulators, (patients, size)."""
        for one in self.reductions:
            slot = self.accumulation.slots[self.keys.index(one.key)]
            values = one.sign * accumulators[:, slot] if one.place == 0 else accumulators[:, slot + one.place].copy()
            if one.kind in ("maximum", "minimum"):
                # Nothing seen, or not a number at some time.
                best = accumulators[:, slot]
                values[np.isnan(best) | np.isnan(accumulators[:, slot + 1])] = np.nan
            yield one, values

    def going_on(self, keys: Sequence[Key], accumulators: FloatArray, time: float) -> FloatArray:
        """Return the accumulators of this plan for a run that goes on at `time` with what another has gathered.

        Raises
        ------
        SimulationError : a reduction whose window has begun, of which nothing was gathered.
        """
        gathered = Accumulation(tasks=tuple(Task(key[0], 0, 0) for key in keys))  # type: ignore[arg-type]
        found = self.accumulation.blank(len(accumulators))
        for key, slot, task in zip(self.keys, self.accumulation.slots, self.accumulation.tasks, strict=True):
            size = Accumulation(tasks=(task,)).size
            if key in keys:
                begin = gathered.slots[keys.index(key)]
                found[:, slot : slot + size] = accumulators[:, begin : begin + size]
            elif key[2] < time:
                raise SimulationError(
                    "a reduction that goes on from nothing",
                    where="reductions, with resume",
                    found=next(one.name for one in self.reductions if one.key == key),
                    expected=f"one that the run before had as well, or one whose window begins at {time:g} or later",
                    remedy="ask for it from the first run on, or give it a window",
                )
        return found


NO_REDUCTIONS = ReductionPlan()


def check_observed(reductions: Sequence[Reduction], outputs: Mapping[str, int], model: str) -> None:
    """Raise SimulationError where a reduction reads an unknown observable or stands twice."""
    for place, one in enumerate(reductions):
        if one.observable not in outputs:
            near = nearest(one.observable, outputs)
            raise SimulationError(
                "a reduction of an unknown observable",
                where=f"reductions, position {place}",
                found=one.observable,
                expected=f"a state, observable or computed parameter of the model {model}",
                remedy=f"did you mean {near}?" if near else "see model.states and model.observables",
            )
        if one.name in (other.name for other in reductions[:place]):
            raise SimulationError(
                "a reduction stands twice", where=f"reductions, position {place}", found=one.name,
                expected="each once", remedy="drop the repeat",
            )  # fmt: skip
