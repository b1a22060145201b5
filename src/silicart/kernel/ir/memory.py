"""Loads and stores: whole vectors of lanes, single lanes of a vector, and elements of the caller's arrays."""

from __future__ import annotations

from silicart.kernel.ir.body import DOUBLE, INT, POINTER, Body, Value


class Memory(Body):
    """Addresses are a base pointer and an index; a vector at index i begins `width` elements after that at i - 1."""

    def load_vector(self, base: Value, index: Value | int, type_: str | None = None) -> Value:
        """The lanes of vector `index`, doubles unless another type is named."""
        type_ = type_ or self.doubles
        return self.emit(type_, f"load {type_}, ptr {self._vector(base, index)}, align {self.width * 8}")

    def store_vector(self, value: Value, base: Value, index: Value | int) -> None:
        self.line(f"store {value}, ptr {self._vector(base, index)}, align {self.width * 8}")

    def load_lane(self, base: Value, index: Value | int, lane: Value, type_: str = DOUBLE) -> Value:
        """One lane of vector `index`."""
        return self.emit(type_, f"load {type_}, ptr {self._lane(base, index, lane)}, align 8")

    def store_lane(self, value: Value, base: Value, index: Value | int, lane: Value) -> None:
        self.line(f"store {value}, ptr {self._lane(base, index, lane)}, align 8")

    def load(self, base: Value, index: Value | int, type_: str = DOUBLE) -> Value:
        """Element `index` of an array of 8-byte elements."""
        return self.emit(type_, f"load {type_}, ptr {self._element(base, index)}, align 8")

    def store(self, value: Value, base: Value, index: Value | int) -> None:
        self.line(f"store {value}, ptr {self._element(base, index)}, align 8")

    def store_single(self, value: Value, base: Value, index: Value) -> None:
        """A double, rounded, into element `index` of an array of 4-byte elements."""
        rounded = self.emit("float", f"fptrunc {value} to float")
        address = self.emit(POINTER, f"getelementptr float, {base}, {index}")
        self.line(f"store {rounded}, ptr {address.text}, align 4")

    def offset(self, base: Value, index: Value | int) -> Value:
        """The address of element `index` of an array of 8-byte elements."""
        return Value(POINTER, self._element(base, index))

    def _vector(self, base: Value, index: Value | int) -> str:
        return self.emit(POINTER, f"getelementptr {self.doubles}, {base}, {_index(index)}").text

    def _lane(self, base: Value, index: Value | int, lane: Value) -> str:
        if isinstance(index, int):
            first = self.emit(INT, f"add i64 {index * self.width}, {lane.text}")
        else:
            scaled = self.emit(INT, f"mul {index}, {self.width}")
            first = self.emit(INT, f"add {scaled}, {lane.text}")
        return self._element(base, first)

    def _element(self, base: Value, index: Value | int) -> str:
        return self.emit(POINTER, f"getelementptr i64, {base}, {_index(index)}").text


def _index(index: Value | int) -> str:
    return f"i64 {index}" if isinstance(index, int) else str(index)
