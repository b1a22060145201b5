"""Compartments, species and parameters of an SBML document, with every default written out."""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from silicart.errors import ModelError
from silicart.network.expression import Apply, Expression, Number, Symbol
from silicart.network.network import Compartment, Parameter, Species
from silicart.network.sbml_units import Units


@dataclass(frozen=True)
class Targets:
    """Ids that something sets: a formula from the start on, a rule or event while time runs, or events alone.

    computed : ids with an assignment rule or an initial assignment; their own value counts for nothing.
    moved : ids that a rule or an event changes while time runs.
    by_event : ids that an event assigns.
    strict : whether a missing value is an author's mistake (Antimony) rather than a value that nobody knows (SBML).
    """

    computed: Set[str]
    moved: Set[str]
    by_event: Set[str]
    strict: bool

    def value(self, kind: str, identifier: str, written: float | None) -> float | None:
        """Return the value of a quantity: None where a formula computes it, NaN where nothing says it.

        Raises
        ------
        ModelError : a missing value in strict reading.
        """
        if identifier in self.computed:
            return None
        if self.strict and (written is None or not math.isfinite(written)) and identifier not in self.by_event:
            raise ModelError(
                f"{kind} {identifier} has no value and no formula sets it",
                where=identifier,
                expected="a number with a unit, or a formula",
                remedy=f"write {identifier} = ..., or correct its name where it is used",
            )
        return math.nan if written is None else written


def read_compartments(model: Any, targets: Targets, units: Units) -> tuple[Compartment, ...]:
    """Return the compartments; one whose size nothing changes is constant, whatever it is declared to be.

    Level 2 gives a missing size the value 1, as libSBML does; in Level 3 nobody knows it.
    """
    return tuple(_compartment(entry, targets, units) for entry in model.getListOfCompartments())


def _compartment(entry: Any, targets: Targets, units: Units) -> Compartment:
    identifier = entry.getId()
    size = entry.getSize() if entry.isSetSize() else None
    if size is None and entry.getLevel() < 3:
        size = 1.0
    return Compartment(
        id=identifier,
        size=targets.value("compartment", identifier, size),
        unit=units.size(entry),
        name=entry.getName(),
        constant=identifier not in targets.moved,
    )


def read_species(
    model: Any, targets: Targets, units: Units, compartments: tuple[Compartment, ...]
) -> tuple[Species, ...]:
    """Return the species, initial values in the unit of their symbol: a concentration is amount / compartment.

    In a compartment of no dimensions and no size a concentration has no meaning; the symbol means the amount there.

    Raises
    ------
    ModelError : a species in a compartment that is not there, or with an initial amount and concentration at once.
    """
    sizes = {compartment.id: compartment for compartment in compartments}
    points = {
        entry.getId()
        for entry in model.getListOfCompartments()
        if entry.getSpatialDimensionsAsDouble() == 0.0
        and not entry.isSetSize()
        and entry.getId() not in targets.computed | targets.moved
    }
    default = model.getConversionFactor() or None
    return tuple(_species(entry, targets, units, sizes, points, default) for entry in model.getListOfSpecies())


def _species(
    entry: Any,
    targets: Targets,
    units: Units,
    compartments: dict[str, Compartment],
    points: set[str],
    default_factor: str | None,
) -> Species:
    identifier = entry.getId()
    compartment = compartments.get(entry.getCompartment())
    if compartment is None:
        raise ModelError(
            f"species {identifier} is in a compartment that the model does not define",
            where=identifier,
            found=entry.getCompartment() or "no compartment",
            expected="the id of a compartment",
        )
    amount = bool(entry.getHasOnlySubstanceUnits()) or compartment.id in points
    substance = units.substance(entry)
    unit = substance if amount else units.quotient(substance, compartment.unit)
    return Species(
        id=identifier,
        unit=unit,
        compartment=compartment.id,
        amount=amount,
        boundary=bool(entry.getBoundaryCondition()),
        constant=bool(entry.getConstant()),
        initial=_initial(entry, targets, amount, (substance, units.quotient(substance, compartment.unit))),
        name=entry.getName(),
        conversion_factor=(entry.getConversionFactor() or default_factor) if entry.getLevel() > 2 else None,
    )


def _initial(entry: Any, targets: Targets, amount: bool, units: tuple[str | None, str | None]) -> Expression | None:
    by_amount, by_concentration = entry.isSetInitialAmount(), entry.isSetInitialConcentration()
    if by_amount and by_concentration:
        raise ModelError(
            f"species {entry.getId()} has an initial amount and an initial concentration",
            where=entry.getId(),
            expected="one of the two",
        )
    written = entry.getInitialAmount() if by_amount else entry.getInitialConcentration() if by_concentration else None
    value = targets.value("species", entry.getId(), written)
    if value is None:
        return None
    number = Number(value, units[1] if by_concentration or not (amount or by_amount) else units[0])
    if by_amount and not amount:
        return Apply("/", (number, Symbol(entry.getCompartment())))
    if by_concentration and amount:
        return Apply("*", (number, Symbol(entry.getCompartment())))
    return number


def read_parameters(model: Any, targets: Targets, units: Units) -> tuple[Parameter, ...]:
    """Return the global parameters."""
    return tuple(
        Parameter(
            id=entry.getId(),
            unit=units.known(entry.getUnits()),
            value=targets.value("parameter", entry.getId(), entry.getValue() if entry.isSetValue() else None),
            constant=bool(entry.getConstant()),
            name=entry.getName(),
        )
        for entry in model.getListOfParameters()
    )
