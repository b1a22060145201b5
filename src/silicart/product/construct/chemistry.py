"""Molar masses from formulas."""

from __future__ import annotations

import re
from collections.abc import Mapping

AVOGADRO = 6.02214076e23
"""Molecules in a mole: the definition of the mole."""

_ATOM = re.compile(r"([A-Z][a-z]?)([0-9]*)")


def molar_mass(formula: str, atomic_weights: Mapping[str, float]) -> float:
    """Return the molar mass (g/mol) of a plain formula: atoms and how many of each.

    Raises
    ------
    ValueError : the text is no formula, or names an atom without a weight.

    Examples
    --------
    >>> round(molar_mass("H2O", {"H": 1.008, "O": 15.999}), 3)
    18.015
    """
    if not formula or _ATOM.sub("", formula):
        raise ValueError(f"{formula!r} is not a formula such as C27H46O")
    mass = 0.0
    for atom, count in _ATOM.findall(formula):
        if atom not in atomic_weights:
            raise ValueError(f"no atomic weight of {atom} in {formula}")
        mass += atomic_weights[atom] * (int(count) if count else 1)
    return mass
