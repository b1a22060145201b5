"""One LLVM function under construction, with all families of operations."""

from __future__ import annotations

from collections.abc import Sequence

from silicart.kernel.ir.arithmetic import Arithmetic, declarations
from silicart.kernel.ir.body import VOID
from silicart.kernel.ir.comparison import Comparison
from silicart.kernel.ir.control import Control
from silicart.kernel.ir.memory import Memory


class FunctionBuilder(Arithmetic, Comparison, Memory, Control):
    """A function whose instructions are written in the order in which its methods are called.

    Examples
    --------
    >>> f = FunctionBuilder("twice", [("ptr", "x")], width=2)
    >>> x = f.load_vector(f.parameters["x"], 0)
    >>> f.store_vector(f.add(x, x), f.parameters["x"], 0)
    >>> f.give()
    >>> print(f.text())
    define  void @twice(ptr noalias %x) #0 {
    entry:
      %v1 = getelementptr <2 x double>, ptr %x, i64 0
      %v2 = load <2 x double>, ptr %v1, align 16
      %v3 = fadd <2 x double> %v2, %v2
      %v4 = getelementptr <2 x double>, ptr %x, i64 0
      store <2 x double> %v3, ptr %v4, align 16
      ret void
    }
    <BLANKLINE>
    """

    def __init__(self, name: str, parameters: Sequence[tuple[str, str]], width: int, result: str = VOID) -> None:
        super().__init__(name, parameters, width, result)


def integer_table(name: str, numbers: Sequence[int]) -> str:
    """A constant array of integers that functions may read as `@name`."""
    entries = ", ".join(f"i64 {number}" for number in numbers)
    return f"@{name} = internal constant [{len(numbers)} x i64] [{entries}]"


def prologue(width: int) -> str:
    """What every module begins with."""
    return declarations(width)


def epilogue(width: int) -> str:
    """What every module ends with: vectors stay as wide as the lanes, also where LLVM would halve them."""
    bits = width * 64
    attributes = f'nounwind "min-legal-vector-width"="{bits}" "prefer-vector-width"="{bits}"'
    return f"attributes #0 = {{ {attributes} }}\nattributes #1 = {{ alwaysinline {attributes} }}\n"
