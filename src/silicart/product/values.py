"""The values that a product is computed with: taken from the register, or from a population's draws of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silicart.errors import RegisterError, nearest

FloatArray = NDArray[np.float64]
Values = Mapping[str, Any]
"""id of the register -> its value, one for all or one a lot, or -> an entry of the register, whose centre is taken."""


def taken(values: Values, names: Iterable[str]) -> dict[str, FloatArray]:
    """Return these values as arrays.

    Raises
    ------
    RegisterError : a value is missing.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> taken(load_register(), ["c_0"])
    {'c_0': array(11700.)}
    """
    found = {}
    for name in names:
        if name not in values:
            near = nearest(name, values)
            raise RegisterError(
                "a product needs a value that is missing",
                where=f"values of the product, {name}",
                found=f"{len(values)} values without it",
                expected=name,
                remedy=f"did you mean {near}?" if near else "pass the register, or a population's parameters",
            )
        value = values[name]
        found[name] = np.asarray(getattr(value, "value", value), dtype=np.float64)
    return found


def centres(register: Values) -> dict[str, float]:
    """Return the centre of every value of a register, as a typical lot has it.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> centres(load_register())["c_0"]
    11700.0
    """
    return {id: float(value) for id, value in taken(register, register).items()}
