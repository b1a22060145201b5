"""Comparisons, truth values, choices, and masks that carry one bit a lane."""

from __future__ import annotations

from silicart.kernel.ir.body import BIT, DOUBLE, INT, Body, Value


class Comparison(Body):
    """Lane-wise and scalar comparisons; every comparison with a NaN is false except `not_equal`."""

    def less(self, left: Value, right: Value) -> Value:
        return self._compare("olt", left, right)

    def less_equal(self, left: Value, right: Value) -> Value:
        return self._compare("ole", left, right)

    def equal(self, left: Value, right: Value) -> Value:
        return self._compare("oeq", left, right)

    def not_equal(self, left: Value, right: Value) -> Value:
        return self._compare("une", left, right)

    def integer_compare(self, relation: str, left: Value, right: Value) -> Value:
        """`relation` as LLVM names it: eq, ne, slt, sle, sgt, sge."""
        type_ = BIT if left.type == INT else self.bits_type
        return self.emit(type_, f"icmp {relation} {left}, {right.text}")

    def both(self, left: Value, right: Value) -> Value:
        return self.emit(left.type, f"and {left}, {right.text}")

    def either(self, left: Value, right: Value) -> Value:
        return self.emit(left.type, f"or {left}, {right.text}")

    def differ(self, left: Value, right: Value) -> Value:
        return self.emit(left.type, f"xor {left}, {right.text}")

    def opposite(self, argument: Value) -> Value:
        ones = "true" if argument.type == BIT else f"<{', '.join(['i1 true'] * self.width)}>"
        return self.emit(argument.type, f"xor {argument}, {ones}")

    def select(self, condition: Value, when_true: Value, when_false: Value) -> Value:
        return self.emit(when_true.type, f"select {condition}, {when_true}, {when_false}")

    def smaller(self, left: Value, right: Value) -> Value:
        """left if left < right, else right; a NaN on the right comes through."""
        return self.select(self.less(left, right), left, right)

    def larger(self, left: Value, right: Value) -> Value:
        """left if right < left, else right; a NaN on the right comes through."""
        return self.select(self.less(right, left), left, right)

    def minimum(self, left: Value, right: Value) -> Value:
        """The smaller one, right of two equals; a NaN on either side comes through, or it would vanish unseen."""
        return self.select(self.either(self.less(left, right), self.not_equal(left, left)), left, right)

    def maximum(self, left: Value, right: Value) -> Value:
        """The larger one, right of two equals; a NaN on either side comes through."""
        return self.select(self.either(self.less(right, left), self.not_equal(left, left)), left, right)

    # Masks: bit k of an i64 stands for lane k

    def mask(self, truths: Value) -> Value:
        """The truth value of each lane as bits of an i64."""
        packed = self.emit(self.mask_type, f"bitcast {truths} to {self.mask_type}")
        return self.emit(INT, f"zext {packed} to i64")

    def lanes(self, mask: Value) -> Value:
        """The truth values that a mask stands for."""
        packed = self.emit(self.mask_type, f"trunc {mask} to {self.mask_type}")
        return self.emit(self.bits_type, f"bitcast {packed} to {self.bits_type}")

    def is_set(self, mask: Value) -> Value:
        """Whether any bit is set."""
        return self.integer_compare("ne", mask, self.i64(0))

    def lane_bit(self, lane: Value) -> Value:
        return self.emit(INT, f"shl i64 1, {lane.text}")

    def _compare(self, relation: str, left: Value, right: Value) -> Value:
        type_ = BIT if left.type == DOUBLE else self.bits_type
        return self.emit(type_, f"fcmp {relation} {left}, {right.text}")
