"""Compiled integration of many patients in SIMD lanes, and the slow clear reference that it is tested against."""

from silicart.kernel.accumulators import NO_ACCUMULATION, Accumulation, Task
from silicart.kernel.events import ADD, RATE, RESET, STOP, EventProgram
from silicart.kernel.kernel import Kernel, KernelResult, compile_kernel
from silicart.kernel.reference import ReferenceRun, reference_run
from silicart.kernel.state import STATUS_TEXT, LaneState

__all__ = [
    "ADD",
    "NO_ACCUMULATION",
    "RATE",
    "RESET",
    "STATUS_TEXT",
    "STOP",
    "Accumulation",
    "EventProgram",
    "Kernel",
    "KernelResult",
    "LaneState",
    "ReferenceRun",
    "Task",
    "compile_kernel",
    "reference_run",
]
