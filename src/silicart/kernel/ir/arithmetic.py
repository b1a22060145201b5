"""Arithmetic on doubles and integers, scalar or in lanes, each operation rounded once and never rearranged."""

from __future__ import annotations

from silicart.kernel.ir.body import DOUBLE, INT, Body, Value


class Arithmetic(Body):
    """The operations of `symbolic.elementary.Arithmetic`, as instructions, and the explicit fused multiply-add."""

    def constant(self, value: float) -> Value:
        return self.splat(value)

    def add(self, left: Value, right: Value) -> Value:
        return self.emit(left.type, f"fadd {left}, {right.text}")

    def subtract(self, left: Value, right: Value) -> Value:
        return self.emit(left.type, f"fsub {left}, {right.text}")

    def multiply(self, left: Value, right: Value) -> Value:
        return self.emit(left.type, f"fmul {left}, {right.text}")

    def divide(self, left: Value, right: Value) -> Value:
        return self.emit(left.type, f"fdiv {left}, {right.text}")

    def negate(self, argument: Value) -> Value:
        return self.emit(argument.type, f"fneg {argument}")

    def fused(self, left: Value, right: Value, addend: Value) -> Value:
        """left * right + addend, rounded once; the only place where a product is fused."""
        return self._intrinsic("fma", left, right, addend)

    def square_root(self, argument: Value) -> Value:
        return self._intrinsic("sqrt", argument)

    def absolute(self, argument: Value) -> Value:
        return self._intrinsic("fabs", argument)

    def floor(self, argument: Value) -> Value:
        return self._intrinsic("floor", argument)

    def ceil(self, argument: Value) -> Value:
        return self._intrinsic("ceil", argument)

    # Integers

    def integer(self, value: int) -> Value:
        return self.splat_int(value)

    def integer_add(self, left: Value, right: Value) -> Value:
        return self.emit(left.type, f"add {left}, {right.text}")

    def integer_subtract(self, left: Value, right: Value) -> Value:
        return self.emit(left.type, f"sub {left}, {right.text}")

    def integer_multiply(self, left: Value, right: Value) -> Value:
        return self.emit(left.type, f"mul {left}, {right.text}")

    def shift_left(self, argument: Value, places: int) -> Value:
        return self.emit(argument.type, f"shl {argument}, {self._places(argument, places)}")

    def shift_right(self, argument: Value, places: int) -> Value:
        return self.emit(argument.type, f"ashr {argument}, {self._places(argument, places)}")

    def bits(self, argument: Value) -> Value:
        return self.emit(self.ints, f"bitcast {argument} to {self.ints}")

    def from_bits(self, argument: Value) -> Value:
        return self.emit(self.doubles, f"bitcast {argument} to {self.doubles}")

    # Lanes

    def broadcast(self, scalar: Value) -> Value:
        """A scalar double in every lane."""
        single = self.emit(self.doubles, f"insertelement {self.doubles} poison, {scalar}, i64 0")
        return self.emit(
            self.doubles,
            f"shufflevector {single}, {self.doubles} poison, <{self.width} x i32> zeroinitializer",
        )

    def _places(self, argument: Value, places: int) -> str:
        return str(places) if argument.type == INT else self.splat_int(places).text

    def _intrinsic(self, name: str, *args: Value) -> Value:
        suffix = "f64" if args[0].type == DOUBLE else f"v{self.width}f64"
        return self.call(f"llvm.{name}.{suffix}", *args, result=args[0].type)


def declarations(width: int) -> str:
    """Declarations of the intrinsics that this family calls."""
    vector = f"<{width} x double>"
    lines = [f"declare {vector} @llvm.fma.v{width}f64({vector}, {vector}, {vector})"]
    lines += [f"declare {vector} @llvm.{name}.v{width}f64({vector})" for name in ("sqrt", "fabs", "floor", "ceil")]
    return "\n".join([*lines, "declare i64 @llvm.cttz.i64(i64, i1)", ""])
