"""Systems and kernels of a model, built once a process: by content, so that equal models share them.

Machine code is also kept on disk by the kernel, so that the next process loads it instead of compiling again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from silicart.kernel import NO_ACCUMULATION, Accumulation, Kernel, compile_kernel
from silicart.network import Network
from silicart.symbolic import System, build_system
from silicart.symbolic.sensitivity import with_partners

Value = TypeVar("Value")

# A run needs one system and one kernel for each set of overrides; a session compares a handful of models.
_KEPT = 16
#: So many patients are simulated sooner with quickly made code than good code is made.
QUICK_PATIENTS = 8


class _Recent(Generic[Value]):
    """The most recently used values by key; one thread makes a value while the others wait for it."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        with self._lock:
            if key not in self._values:
                self._values[key] = make()
            self._values.move_to_end(key)
            while len(self._values) > self._kept:
                self._values.popitem(last=False)
            return self._values[key]


_systems: _Recent[System] = _Recent(_KEPT)
_kernels: _Recent[Kernel] = _Recent(_KEPT)
_served: _Recent[list[int]] = _Recent(_KEPT)


def system_of(network: Network, overrides: frozenset[str] = frozenset()) -> System:
    """Return the system of a network in which `overrides` (formulas and states) are set by the user."""
    return _systems.get((network.hash, overrides), lambda: build_system(network, overrides))


def sensitive_system_of(system: System, by: tuple[str, ...]) -> System:
    """Return the system that also holds the derivatives with respect to some of its inputs."""
    return _systems.get((system.hash, by), lambda: with_partners(system, by))


def kernel_of(
    system: System, observables: tuple[str, ...], patients: int, accumulation: Accumulation = NO_ACCUMULATION
) -> Kernel:
    """Return the compiled kernel that writes `observables` and reduces by `accumulation`, for so many more patients.

    The first few patients of a kernel get code that is made quickly and runs slowly; every value is the same.
    """
    key = (system.hash, observables, accumulation)
    served = _served.get(key, lambda: [0])
    served[0] += patients
    if served[0] <= QUICK_PATIENTS:
        return _kernels.get((*key, "quick"), lambda: compile_kernel(system, observables, 2, accumulation, quick=True))
    return _kernels.get(key, lambda: compile_kernel(system, observables, accumulation=accumulation))
