"""LLVM IR as text, built function by function; operations are grouped by kind."""

from silicart.kernel.ir.body import Value
from silicart.kernel.ir.function import FunctionBuilder, integer_table

__all__ = ["FunctionBuilder", "Value", "integer_table"]
