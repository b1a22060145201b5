"""Elementary functions as fixed sequences of correctly rounded operations.

A system library's exp or pow differs in its last bits between machines, and a difference of one bit can send a
sensitive patient elsewhere. Each function here is written once, over any `Arithmetic`: NumPy evaluates it for
closures and baselines, the kernel emits it as machine code, and both give the same bits. No fused multiply-add is
used, because NumPy has none.

Errors, measured in `tests/unit/symbolic/test_elementary.py`: exp and log below 1 unit in the last place (ulp), x**y
below 1 + 2 |y ln x| ulp: a logarithm in two parts would bring that below 1 and took twice the time, for digits that no
step of an integrator sees. Definitions outside the usual domain stand with each function. The reductions and series
are those of standard texts (Muller, Elementary Functions, 3rd ed. 2016).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol, TypeVar

Double = TypeVar("Double")
Integer = TypeVar("Integer")
Truth = TypeVar("Truth")


class Arithmetic(Protocol[Double, Integer, Truth]):
    """Lane-wise operations on doubles, 64-bit integers and truth values, each correctly rounded."""

    def constant(self, value: float) -> Double: ...
    def add(self, left: Double, right: Double) -> Double: ...
    def subtract(self, left: Double, right: Double) -> Double: ...
    def multiply(self, left: Double, right: Double) -> Double: ...
    def divide(self, left: Double, right: Double) -> Double: ...
    def square_root(self, argument: Double) -> Double: ...
    def absolute(self, argument: Double) -> Double: ...
    def negate(self, argument: Double) -> Double: ...
    def floor(self, argument: Double) -> Double: ...
    def less(self, left: Double, right: Double) -> Truth: ...
    def less_equal(self, left: Double, right: Double) -> Truth: ...
    def equal(self, left: Double, right: Double) -> Truth: ...
    def both(self, left: Truth, right: Truth) -> Truth: ...
    def select(self, condition: Truth, when_true: Double, when_false: Double) -> Double: ...
    def bits(self, argument: Double) -> Integer: ...
    def from_bits(self, argument: Integer) -> Double: ...
    def integer(self, value: int) -> Integer: ...
    def integer_add(self, left: Integer, right: Integer) -> Integer: ...
    def integer_subtract(self, left: Integer, right: Integer) -> Integer: ...
    def shift_left(self, argument: Integer, places: int) -> Integer: ...
    def shift_right(self, argument: Integer, places: int) -> Integer: ...


# Adding this leaves the nearest integer in the low bits of the sum.
_ROUNDER = 6755399441055744.0
_ROUNDER_BITS = 0x4338000000000000
# ln 2 in two parts; the first has 32 trailing zero bits, so that its product with an exponent is exact.
_LN2_HIGH = float.fromhex("0x1.62e42feep-1")
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
_LOG2_E = 1.4426950408889634
_ROOT_HALF_BITS = 0x3FE6A09E667F3BCD
_TWO_54 = 18014398509481984.0
_TINY = 2.2250738585072014e-308
_EXP_SERIES = [1.0 / math.factorial(power) for power in range(2, 14)]
_ATANH_SERIES = [2.0 / power for power in range(3, 23, 2)]


def exponential(a: Arithmetic[Double, Integer, Truth], x: Double) -> Double:
    """Return e**x: 0 below -745.2, infinite above 709.8, gradual underflow in between."""
    floor_, ceiling = a.constant(-746.0), a.constant(710.0)
    x = a.select(a.less(x, floor_), floor_, x)
    x = a.select(a.less(ceiling, x), ceiling, x)
    shifted = a.add(a.multiply(x, a.constant(_LOG2_E)), a.constant(_ROUNDER))
    count = a.integer_subtract(a.bits(shifted), a.integer(_ROUNDER_BITS))
    n = a.subtract(shifted, a.constant(_ROUNDER))
    r = a.subtract(x, a.multiply(n, a.constant(_LN2_HIGH)))
    r = a.subtract(r, a.multiply(n, a.constant(_LN2_LOW)))
    tail = a.multiply(a.multiply(r, r), _horner(a, r, _EXP_SERIES))
    value = a.add(a.constant(1.0), a.add(r, tail))
    # Two factors, because 2**n alone leaves the range of a double before the result does.
    first = a.shift_right(count, 1)
    second = a.integer_subtract(count, first)
    return a.multiply(a.multiply(value, _two_to(a, first)), _two_to(a, second))


def logarithm(a: Arithmetic[Double, Integer, Truth], x: Double) -> Double:
    """Return the natural logarithm: minus infinity at 0, NaN below."""
    return _logarithm_domain(a, x, _logarithm_of_positive(a, x))


def power(a: Arithmetic[Double, Integer, Truth], x: Double, y: Double) -> Double:
    """Return x**y for real x and y, with a value everywhere but at NaN.

    x < 0 with a whole y is the usual power; with another y it is taken as 0**y, so that a state that an integrator
    carries a rounding error below zero does not end the patient. 0**y is 0, 1 or infinite for y above, at or below 0.
    """
    size = a.absolute(x)
    # A product that is not a number (0 times infinity) is one of the cases below.
    value = exponential(a, a.multiply(y, _logarithm_of_positive(a, size)))
    zero, one = a.constant(0.0), a.constant(1.0)
    at_zero = a.select(a.less(zero, y), zero, a.select(a.equal(y, zero), one, a.constant(math.inf)))
    whole = a.equal(a.floor(y), y)
    half = a.multiply(y, a.constant(0.5))
    odd_sign = a.select(a.equal(a.floor(half), half), one, a.constant(-1.0))
    below_zero = a.select(whole, a.multiply(value, odd_sign), at_zero)
    value = a.select(a.less(x, zero), below_zero, value)
    value = a.select(a.equal(x, zero), at_zero, value)
    value = a.select(a.equal(size, a.constant(math.inf)), a.divide(one, _zero_to(a, y)), value)
    # NaN in either argument comes out as NaN, except in 1**y and x**0, as in IEEE 754.
    value = a.select(a.equal(x, x), a.select(a.equal(y, y), value, y), x)
    return a.select(a.equal(y, zero), one, a.select(a.equal(x, one), one, value))


def horner(a: Arithmetic[Double, Integer, Truth], x: Double, coefficients: Sequence[float]) -> Double:
    """Return the polynomial whose coefficients rise from the constant term."""
    return _horner(a, x, coefficients)


def _two_to(a: Arithmetic[Double, Integer, Truth], count: Integer) -> Double:
    return a.from_bits(a.shift_left(a.integer_add(count, a.integer(1023)), 52))


def _zero_to(a: Arithmetic[Double, Integer, Truth], y: Double) -> Double:
    zero = a.constant(0.0)
    return a.select(a.less(zero, y), zero, a.constant(math.inf))


def _exponent_and_fraction(a: Arithmetic[Double, Integer, Truth], x: Double) -> tuple[Double, Double]:
    """x = 2**exponent * (1 + fraction), fraction between sqrt(1/2) - 1 and sqrt(2) - 1."""
    small = a.less(x, a.constant(_TINY))
    scaled = a.select(small, a.multiply(x, a.constant(_TWO_54)), x)
    bits = a.bits(scaled)
    count = a.shift_right(a.integer_subtract(bits, a.integer(_ROOT_HALF_BITS)), 52)
    mantissa = a.from_bits(a.integer_subtract(bits, a.shift_left(count, 52)))
    as_double = a.from_bits(a.integer_add(count, a.integer(_ROUNDER_BITS)))
    exponent = a.subtract(as_double, a.constant(_ROUNDER))
    exponent = a.select(small, a.subtract(exponent, a.constant(54.0)), exponent)
    return exponent, a.subtract(mantissa, a.constant(1.0))


def _logarithm_domain(a: Arithmetic[Double, Integer, Truth], x: Double, value: Double) -> Double:
    zero, infinity = a.constant(0.0), a.constant(math.inf)
    value = a.select(a.less(zero, x), value, a.select(a.equal(x, zero), a.negate(infinity), a.constant(math.nan)))
    return a.select(a.equal(x, infinity), infinity, value)


def _logarithm_of_positive(a: Arithmetic[Double, Integer, Truth], x: Double) -> Double:
    """log x of a positive finite x."""
    exponent, f = _exponent_and_fraction(a, x)
    s = a.divide(f, a.add(a.constant(2.0), f))
    z = a.multiply(s, s)
    half_square = a.multiply(a.constant(0.5), a.multiply(f, f))
    series = a.multiply(z, _horner(a, z, _ATANH_SERIES))
    # log(1+f) = f - (f*f/2 - s*(f*f/2 + R)) keeps the error of the division out of the leading term.
    correction = a.add(a.multiply(s, a.add(half_square, series)), a.multiply(exponent, a.constant(_LN2_LOW)))
    small = a.subtract(a.subtract(half_square, correction), f)
    return a.subtract(a.multiply(exponent, a.constant(_LN2_HIGH)), small)


def _horner(a: Arithmetic[Double, Integer, Truth], x: Double, coefficients: Sequence[float]) -> Double:
    # Estrin's scheme: pairs first, so that the processor need not wait for one long chain.
    terms = [a.constant(coefficient) for coefficient in coefficients]
    power_ = x
    while len(terms) > 1:
        pairs = [a.add(a.multiply(high, power_), low) for low, high in zip(terms[::2], terms[1::2], strict=False)]
        terms = pairs + ([terms[-1]] if len(terms) % 2 else [])
        if len(terms) > 1:
            power_ = a.multiply(power_, power_)
    return terms[0]
