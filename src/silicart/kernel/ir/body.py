"""The body of one function under construction: typed values, lines and basic blocks."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

DOUBLE, INT, BIT, POINTER, VOID = "double", "i64", "i1", "ptr", "void"


class Value(NamedTuple):
    """A typed operand as LLVM writes it: a register, an argument or a constant."""

    type: str
    text: str

    def __str__(self) -> str:
        return f"{self.type} {self.text}"


class Body:
    """Lines of one function; a `width` of lanes turns double, i64 and i1 into vectors of that many."""

    def __init__(self, name: str, parameters: Sequence[tuple[str, str]], width: int, result: str = VOID) -> None:
        self.name = name
        self.width = width
        self.result = result
        self.parameters = {key: Value(type_, f"%{key}") for type_, key in parameters}
        self.lines: list[str] = []
        self.block = "entry"
        self._count = 0

    # Types

    @property
    def doubles(self) -> str:
        return f"<{self.width} x double>"

    @property
    def ints(self) -> str:
        return f"<{self.width} x i64>"

    @property
    def bits_type(self) -> str:
        return f"<{self.width} x i1>"

    @property
    def mask_type(self) -> str:
        return f"i{self.width}"

    # Constants

    def i64(self, value: int) -> Value:
        return Value(INT, str(value))

    def f64(self, value: float) -> Value:
        return Value(DOUBLE, double_text(value))

    def splat(self, value: float) -> Value:
        """The same double in every lane."""
        # Written out in full: the short form is unknown to the oldest LLVM that silicart accepts.
        return Value(self.doubles, f"<{', '.join([f'double {double_text(value)}'] * self.width)}>")

    def splat_int(self, value: int) -> Value:
        return Value(self.ints, f"<{', '.join([f'i64 {value}'] * self.width)}>")

    # Lines

    def emit(self, type_: str, expression: str) -> Value:
        """Add an instruction that yields a value."""
        self._count += 1
        value = Value(type_, f"%v{self._count}")
        self.lines.append(f"  {value.text} = {expression}")
        return value

    def line(self, text: str) -> None:
        """Add an instruction that yields nothing."""
        self.lines.append(f"  {text}")

    def call(self, function: str, *args: Value, result: str = VOID) -> Value:
        operands = ", ".join(str(argument) for argument in args)
        if result == VOID:
            self.line(f"call void @{function}({operands})")
            return Value(VOID, "")
        return self.emit(result, f"call {result} @{function}({operands})")

    def give(self, value: Value | None = None) -> None:
        """Return from the function."""
        self.line("ret void" if value is None else f"ret {value}")

    def text(self, attributes: str = "#0", linkage: str = "") -> str:
        """The whole definition."""
        # No two pointers of a call overlap: the workspace, the argument block and the caller's arrays are apart.
        written = ", ".join(
            f"{value.type}{' noalias' if value.type == POINTER else ''} {value.text}"
            for value in self.parameters.values()
        )
        head = f"define {linkage} {self.result} @{self.name}({written}) {attributes} {{"
        return "\n".join([head, "entry:", *self.lines, "}", ""])

    # Blocks

    def fresh_label(self, stem: str) -> str:
        self._count += 1
        return f"{stem}{self._count}"

    def start_block(self, label: str) -> None:
        self.lines.append(f"{label}:")
        self.block = label

    def jump(self, label: str) -> None:
        self.line(f"br label %{label}")

    def branch(self, condition: Value, when_true: str, when_false: str) -> None:
        self.line(f"br {condition}, label %{when_true}, label %{when_false}")


def double_text(value: float) -> str:
    """A double exactly, as the bits that LLVM reads."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", value))
    return f"0x{bits:016X}"
