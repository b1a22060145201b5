"""Reactions of an SBML document, their local parameters and their stoichiometries."""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from silicart.errors import ModelError
from silicart.network.expression import Expression, Number, Symbol
from silicart.network.mathml import MathReader
from silicart.network.network import AssignmentRule, Parameter, Reaction
from silicart.network.sbml_units import Units


@dataclass(frozen=True)
class Reactions:
    """The reactions of a document, and what they bring along.

    parameters : local parameters as "REACTION.PARAMETER", and each species reference that has an id.
    rules : what computes such a reference at all times (stoichiometryMath of Level 2).
    notes : what a reader of the model should know about them.
    """

    reactions: tuple[Reaction, ...]
    parameters: tuple[Parameter, ...]
    rules: tuple[AssignmentRule, ...]
    notes: tuple[str, ...]


def read_reactions(model: Any, mathematics: MathReader, units: Units, computed: Set[str], strict: bool) -> Reactions:
    """Return the reactions; modifiers have no part in the mathematics and are not kept.

    Parameters
    ----------
    computed : ids that an assignment rule or an initial assignment sets.
    strict : whether a reaction without a rate, and a value that is missing, is a mistake.

    Raises
    ------
    ModelError : a formula that cannot be read, or something missing in strict reading.
    """
    reader = _Reader(mathematics, units, computed, strict, model.getLevel())
    reactions = tuple(reader.reaction(entry) for entry in model.getListOfReactions())
    return Reactions(reactions, tuple(reader.parameters), tuple(reader.rules), tuple(reader.notes))


class _Reader:
    """Gathers parameters, rules and notes while it goes through the reactions."""

    def __init__(self, mathematics: MathReader, units: Units, computed: Set[str], strict: bool, level: int) -> None:
        self.mathematics = mathematics
        self.units = units
        self.computed = computed
        self.strict = strict
        self.level = level
        self.parameters: list[Parameter] = []
        self.rules: list[AssignmentRule] = []
        self.notes: list[str] = []

    def reaction(self, entry: Any) -> Reaction:
        identifier = entry.getId()
        rate = self._rate(entry)
        if rate is None:
            if self.strict:
                raise ModelError(f"reaction {identifier} has no rate", where=identifier, expected="a rate formula")
            self.notes.append(f"reaction {identifier} has no kinetic law: it changes nothing")
            rate = Number(0.0)
        sides = [self._side(entry.getListOfReactants(), identifier), self._side(entry.getListOfProducts(), identifier)]
        return Reaction(identifier, sides[0], sides[1], rate, entry.getName())

    def _rate(self, entry: Any) -> Expression | None:
        law = entry.getKineticLaw()
        if law is None:
            return None
        local: dict[str, str] = {}
        for parameter in law.getListOfLocalParameters() if self.level > 2 else law.getListOfParameters():
            name = f"{entry.getId()}.{parameter.getId()}"
            if parameter.getId() in local:
                raise ModelError(f"two local parameters are called {parameter.getId()}", where=entry.getId())
            local[parameter.getId()] = name
            value = parameter.getValue() if parameter.isSetValue() else math.nan
            unit = self.units.known(parameter.getUnits())
            self.parameters.append(Parameter(name, unit, value, True, parameter.getName()))
        return self.mathematics.read(law.getMath(), entry.getId(), local)

    def _side(self, references: Any, owner: str) -> tuple[tuple[str, Expression], ...]:
        side: list[tuple[str, Expression]] = []
        for reference in references:
            species, stoichiometry = reference.getSpecies(), self._stoichiometry(reference, owner)
            place = next((place for place, (name, _) in enumerate(side) if name == species), None)
            before = None if place is None else side[place][1]
            # A + A is 2 A; what is computed stays apart.
            if place is not None and isinstance(before, Number) and isinstance(stoichiometry, Number):
                side[place] = (species, Number(before.value + stoichiometry.value))
            else:
                side.append((species, stoichiometry))
        return tuple(side)

    def _stoichiometry(self, reference: Any, owner: str) -> Expression:
        identifier = reference.getId()
        value, formula = self._written(reference, owner)
        if not identifier:
            return Number(value) if formula is None else formula
        if formula is not None:
            self.rules.append(AssignmentRule(identifier, formula))
        known = None if formula is not None or identifier in self.computed else value
        constant = formula is None and (self.level < 3 or bool(reference.getConstant()))
        self.parameters.append(
            Parameter(identifier, self.units.known("dimensionless"), known, constant, reference.getName())
        )
        return Symbol(identifier)

    def _written(self, reference: Any, owner: str) -> tuple[float, Expression | None]:
        """Return the stoichiometry as a number, and the formula that stands over it in Level 2."""
        if self.level > 2:
            return (reference.getStoichiometry() if reference.isSetStoichiometry() else math.nan), None
        formula = None
        if reference.isSetStoichiometryMath():
            formula = self.mathematics.read(reference.getStoichiometryMath().getMath(), owner)
        return reference.getStoichiometry() / (reference.getDenominator() or 1), formula
