"""The units of an SBML document; what cannot be expressed as a scale and powers of base units is left out."""

from __future__ import annotations

import math
from typing import Any

from silicart.network.network import UnitDefinition
from silicart.network.units import BASE_KINDS, unit_from_powers

# Names that SBML Level 2 gives a meaning unless the file does.
_LEVEL_2 = {
    "substance": [("mole", 1.0, 1.0)],
    "volume": [("litre", 1.0, 1.0)],
    "area": [("metre", 2.0, 1.0)],
    "length": [("metre", 1.0, 1.0)],
    "time": [("second", 1.0, 1.0)],
}
_SPELLINGS = {"liter": "litre", "meter": "metre"}
_SIZES = {1.0: ("length", "getLengthUnits"), 2.0: ("area", "getAreaUnits"), 3.0: ("volume", "getVolumeUnits")}


class Units:
    """The units of one document; it grows by the base kinds and quotients that the model turns out to use."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._level_2 = model.getLevel() < 3
        self.definitions: dict[str, UnitDefinition] = {}
        for entry in model.getListOfUnitDefinitions():
            unit = _unit(entry)
            if unit is not None:
                self.definitions[unit.id] = unit
        if self._level_2:
            for name, powers in _LEVEL_2.items():
                if model.getUnitDefinition(name) is None:
                    self.definitions[name] = unit_from_powers(name, powers)

    def known(self, unit: str) -> str | None:
        """Return the id of a unit, or None where the text names none or one that cannot be expressed."""
        unit = _SPELLINGS.get(unit, unit)
        if unit in self.definitions:
            return unit
        if unit in BASE_KINDS:
            self.definitions[unit] = unit_from_powers(unit, [(unit, 1.0, 1.0)])
            return unit
        return None

    def time(self) -> str | None:
        """Return the unit of time."""
        return self.known("time" if self._level_2 else self._model.getTimeUnits())

    def size(self, compartment: Any) -> str | None:
        """Return the unit of a compartment's size."""
        written = compartment.getUnits()
        if written:
            return self.known(written)
        dimensions = compartment.getSpatialDimensionsAsDouble()
        if dimensions not in _SIZES:
            return None
        name, getter = _SIZES[dimensions]
        return self.known(name if self._level_2 else getattr(self._model, getter)())

    def substance(self, species: Any) -> str | None:
        """Return the unit of a species' amount."""
        default = "substance" if self._level_2 else self._model.getSubstanceUnits()
        return self.known(species.getSubstanceUnits() or default)

    def quotient(self, above: str | None, below: str | None) -> str | None:
        """Return the unit of a concentration, made when first asked for."""
        if above is None or below is None:
            return None
        name = f"{above}/{below}"
        if name not in self.definitions:
            first, second = self.definitions[above], self.definitions[below]
            bases = [(base, exponent, 1.0) for base, exponent in first.dimension]
            bases += [(base, -exponent, 1.0) for base, exponent in second.dimension]
            dimension = unit_from_powers(name, bases).dimension
            self.definitions[name] = UnitDefinition(name, first.scale / second.scale, dimension)
        return name


def _unit(entry: Any) -> UnitDefinition | None:
    import libsbml

    powers = []
    for unit in entry.getListOfUnits():
        kind = libsbml.UnitKind_toString(unit.getKind())
        kind = _SPELLINGS.get(kind, kind)
        exponent, multiplier = unit.getExponentAsDouble(), unit.getMultiplier()
        # A unit with an offset, as degrees Celsius, is no product of powers.
        if kind not in BASE_KINDS or unit.getOffset() != 0.0:
            return None
        if not math.isfinite(exponent) or not math.isfinite(multiplier) or multiplier <= 0.0:
            return None
        try:
            powers.append((kind, exponent, multiplier * 10.0 ** unit.getScale()))
        except OverflowError:
            return None
    try:
        made = unit_from_powers(entry.getId(), powers)
    except (OverflowError, ZeroDivisionError):
        return None
    return made if math.isfinite(made.scale) and made.scale > 0.0 else None
