"""How a number and its unit are written for a reader: three figures, a true minus sign, the unit's usual symbol."""

from __future__ import annotations

import math

MINUS = "\u2212"
NARROW = "\u202f"
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
# The finest difference that a reader of the unit would make.
_READ_TO = {"point": 0.1, "g_per_L": 0.1, "day": 1.0, "cell_per_microlitre": 0.1}


def figure(value: float | None, figures: int = 3) -> str:
    """Return a number with a given count of significant figures; a dash for one that is absent.

    Examples
    --------
    >>> figure(1234.5), figure(0.01234), figure(-0.5), figure(None)
    ('1\\u202f230', '0.0123', '−0.50', '–')
    >>> figure(52.5e6), figure(1.2e-5)
    ('5.25 × 10⁷', '1.20 × 10⁻⁵')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = abs(value)
    exponent = math.floor(math.log10(float(f"{size:.{figures - 1}e}")))
    if exponent >= 6 or exponent < -3:
        digits = f"{size / 10**exponent:.{figures - 1}f}"
        text = f"{digits} × 10{str(exponent).translate(_SUPERSCRIPTS)}"
    elif exponent >= figures - 1:
        whole = int(round(size, figures - 1 - exponent))
        text = f"{whole:,}".replace(",", NARROW)
    else:
        # Two decimals are enough between 0.1 and 1: 0.50, not 0.500.
        text = f"{size:.{min(figures - 1 - exponent, 2 if exponent >= -1 else 9)}f}"
    return (MINUS if value < 0 else "") + text


def reading(value: float | None, unit: str) -> str:
    """Return a number as finely as the clinic reads its unit: an activity of 0.0069 points is one of 0.

    Examples
    --------
    >>> reading(0.0069, "point"), reading(12.34, "g_per_L"), reading(134.8, "day")
    ('0', '12.3', '135')
    """
    step = _READ_TO.get(unit)
    if value is None or not math.isfinite(value) or step is None:
        return figure(value)
    if abs(value) >= 100 * step:
        return figure(value)
    decimals = max(0, -math.floor(math.log10(step)))
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return "0"
    return (MINUS if value < 0 else "") + text


def plain(value: float | None) -> str:
    """Return a number as it stands in a data file, to the digits that were given.

    Examples
    --------
    >>> plain(0.0192), plain(150.0), plain(5.25e7), plain(None)
    ('0.0192', '150', '5.25 × 10⁷', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if value != 0 and not 1e-4 <= abs(value) < 1e6:
        digits, exponent = f"{abs(value):e}".split("e")
        digits = digits.rstrip("0").rstrip(".")
        text = f"10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
        text = text if digits == "1" else f"{digits} × {text}"
    else:
        text = f"{abs(value):.10g}"
        if abs(value) >= 10_000:
            text = f"{abs(value):,.10g}".replace(",", NARROW)
    return (MINUS if value < 0 else "") + text


def share(value: float | None) -> str:
    """Return a fraction as a number of per cent without the sign.

    Examples
    --------
    >>> share(0.131), share(0.004), share(-0.55), share(1.0)
    ('13', '0.4', '−55', '100')
    """
    if value is None or not math.isfinite(value):
        return "–"
    percent = 100 * abs(value)
    if percent < 0.05:
        return "0"
    text = f"{percent:.1f}" if percent < 9.95 and round(percent, 1) != round(percent) else f"{percent:.0f}"
    return (MINUS if value < 0 else "") + text
