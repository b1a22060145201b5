"""The units that models, registers and observations may use, and how a reader writes them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from silicart.evidence.document import read_document

PLAIN_UNITS: Mapping[str, str] = {"dimensionless": "", "litre": "L", "gram": "g"}
"""Units that SBML itself knows, and how they are written."""

# A number of days is read as a word; in a rate it stays the symbol.
_WORDS: Mapping[str, str] = {"day": "days"}


@cache
def load_units() -> frozenset[str]:
    """Return the ids of every unit that models and registers may use."""
    return frozenset(PLAIN_UNITS) | frozenset(_texts())


def unit_text(unit: str) -> str:
    """Return how a unit is written; empty for a plain number.

    Examples
    --------
    >>> unit_text("cell_per_microlitre"), unit_text("dimensionless")
    ('cells/µL', '')
    """
    return {**_texts(), **PLAIN_UNITS, **_WORDS}.get(unit, unit.replace("_", " "))


@cache
def _texts() -> Mapping[str, str]:
    text = resources.files("silicart").joinpath("biology", "units.yaml").read_text(encoding="utf-8")
    data = read_document(text, "biology/units.yaml").top().data
    return {str(id): str(unit["text"]) for id, unit in data.items()}
