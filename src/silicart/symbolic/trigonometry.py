"""Circular and hyperbolic functions on the same `Arithmetic` as `elementary`, a few ulp accurate.

Angles beyond about 1e6 radians lose accuracy in the reduction: models of days and cells do not have them.
"""

from __future__ import annotations

import math

from silicart.symbolic.elementary import Arithmetic, Double, Integer, Truth, exponential, horner

# pi/2 in three parts, the first two with 33 significant bits, so that their products with a quadrant are exact.
_HALF_PI_1 = float.fromhex("0x1.921fb544p+0")
_HALF_PI_2 = float.fromhex("0x1.0b4611a6p-34")
_HALF_PI_3 = float.fromhex("0x1.3198a2e037073p-69")
_HALF_PI = 1.5707963267948966
_QUARTER_PI = 0.7853981633974483
_TAN_EIGHTH_PI = 0.41421356237309503
_ROUNDER = 6755399441055744.0
_SINE_SERIES = [(-1.0) ** (power // 2) / math.factorial(power) for power in range(3, 23, 2)]
_COSINE_SERIES = [(-1.0) ** (power // 2) / math.factorial(power) for power in range(4, 24, 2)]
_ARCTANGENT_SERIES = [(-1.0) ** (power // 2) / power for power in range(3, 45, 2)]
_SINH_SERIES = [1.0 / math.factorial(power) for power in range(3, 21, 2)]


def sine(a: Arithmetic[Double, Integer, Truth], x: Double) -> Double:
    """Return sin x, x in radians."""
    return _circular(a, x, 0.0)


def cosine(a: Arithmetic[Double, Integer, Truth], x: Double) -> Double:
    """Return cos x, x in radians."""
    return _circular(a, x, 1.0)


def tangent(a: Arithmetic[Double, Integer, Truth], x: Double) -> Double:
    """Return tan x, x in radians."""
    return a.divide(sine(a, x), cosine(a, x))


def arctangent(a: Arithmetic[Double, Integer, Truth], x: Double) -> Double:
    """Return the angle between -pi/2 and pi/2 whose tangent is x."""
    size = a.absolute(x)
    one = a.constant(1.0)
    beyond = a.less(one, size)
    inverse = a.select(beyond, a.divide(one, size), size)
    wide = a.less(a.constant(_TAN_EIGHTH_PI), inverse)
    reduced = a.select(wide, a.divide(a.subtract(inverse, one), a.add(inverse, one)), inverse)
    square = a.multiply(reduced, reduced)
    angle = a.add(reduced, a.multiply(a.multiply(reduced, square), horner(a, square, _ARCTANGENT_SERIES)))
    angle = a.select(wide, a.add(a.constant(_QUARTER_PI), angle), angle)
    angle = a.select(beyond, a.subtract(a.constant(_HALF_PI), angle), angle)
    return a.select(a.less(x, a.constant(0.0)), a.negate(angle), angle)


def arcsine(a: Arithmetic[Double, Integer, Truth], x: Double) -> Double:
    """Return the angle between -pi/2 and pi/2 whose sine is x; NaN outside [-1, 1]."""
    one = a.constant(1.0)
    leg = a.square_root(a.multiply(a.subtract(one, x), a.add(one, x)))
    return arctangent(a, a.divide(x, leg))


def arccosine(a: Arithmetic[Double, Integer, Truth], x: Double) -> Double:
    """Return the angle between 0 and pi whose cosine is x; NaN outside [-1, 1]."""
    one = a.constant(1.0)
    half = arctangent(a, a.square_root(a.divide(a.subtract(one, x), a.add(one, x))))
    return a.multiply(a.constant(2.0), half)


def hyperbolic_sine(a: Arithmetic[Double, Integer, Truth], x: Double) -> Double:
    """Return sinh x; infinite where e**|x| is."""
    square = a.multiply(x, x)
    near = a.add(x, a.multiply(a.multiply(x, square), horner(a, square, _SINH_SERIES)))
    half = a.multiply(a.constant(0.5), exponential(a, a.absolute(x)))
    far = a.subtract(half, a.divide(a.constant(0.25), half))
    far = a.select(a.less(x, a.constant(0.0)), a.negate(far), far)
    return a.select(a.less(a.absolute(x), a.constant(1.0)), near, far)


def hyperbolic_cosine(a: Arithmetic[Double, Integer, Truth], x: Double) -> Double:
    """Return cosh x; infinite where e**|x| is."""
    half = a.multiply(a.constant(0.5), exponential(a, a.absolute(x)))
    return a.add(half, a.divide(a.constant(0.25), half))


def hyperbolic_tangent(a: Arithmetic[Double, Integer, Truth], x: Double) -> Double:
    """Return tanh x."""
    one, two = a.constant(1.0), a.constant(2.0)
    near = a.divide(hyperbolic_sine(a, x), hyperbolic_cosine(a, x))
    far = a.subtract(one, a.divide(two, a.add(exponential(a, a.multiply(two, a.absolute(x))), one)))
    far = a.select(a.less(x, a.constant(0.0)), a.negate(far), far)
    return a.select(a.less(a.absolute(x), one), near, far)


def _circular(a: Arithmetic[Double, Integer, Truth], x: Double, shift: float) -> Double:
    rounder = a.constant(_ROUNDER)
    quadrant = a.subtract(a.add(a.multiply(x, a.constant(2.0 / math.pi)), rounder), rounder)
    first = a.subtract(x, a.multiply(quadrant, a.constant(_HALF_PI_1)))
    second_part = a.multiply(quadrant, a.constant(_HALF_PI_2))
    r = a.subtract(first, second_part)
    low = a.subtract(a.subtract(first, r), second_part)
    low = a.subtract(low, a.multiply(quadrant, a.constant(_HALF_PI_3)))
    high = a.add(r, low)
    low = a.add(a.subtract(r, high), low)
    square = a.multiply(high, high)
    one, half = a.constant(1.0), a.constant(0.5)
    sine_tail = a.multiply(a.multiply(high, square), horner(a, square, _SINE_SERIES))
    sine_value = a.add(high, a.add(sine_tail, a.multiply(low, a.subtract(one, a.multiply(half, square)))))
    flat = a.multiply(half, square)
    main = a.subtract(one, flat)
    lost = a.subtract(a.subtract(one, main), flat)
    cosine_tail = a.multiply(a.multiply(square, square), horner(a, square, _COSINE_SERIES))
    cosine_value = a.add(main, a.add(lost, a.subtract(cosine_tail, a.multiply(high, low))))
    turn = a.add(quadrant, a.constant(shift))
    turn = a.subtract(turn, a.multiply(a.constant(4.0), a.floor(a.multiply(turn, a.constant(0.25)))))
    odd = a.select(a.equal(turn, one), cosine_value, a.negate(cosine_value))
    even = a.select(a.equal(turn, a.constant(0.0)), sine_value, a.negate(sine_value))
    is_odd = a.equal(a.multiply(a.subtract(turn, one), a.subtract(turn, a.constant(3.0))), a.constant(0.0))
    return a.select(is_odd, odd, even)
