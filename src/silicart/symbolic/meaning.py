"""What the symbols of a network mean: at the start, and while time runs.

Beside the ids of the model there are three spellings for each species and variable: `amount(S)`, `[S]` for the
concentration, and `rateOf(x)` for a derivative by time. They are names like any other, so that formulas and users
can ask for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from silicart.errors import ModelError
from silicart.network.expression import Apply, Expression, Number, Symbol
from silicart.network.network import Network, Species, canonical_lines
from silicart.symbolic.differentiate import TIME_INDEX, differentiate
from silicart.symbolic.graph import GraphBuilder
from silicart.symbolic.lower import Scope

_ZERO = Number(0.0)


def amount_of(species: str) -> str:
    """Return the name under which the amount of a species is known."""
    return f"amount({species})"


def concentration_of(species: str) -> str:
    """Return the name under which the concentration of a species is known."""
    return f"[{species}]"


def rate_of(variable: str) -> str:
    """Return the name under which the derivative of a variable by time is known."""
    return f"rateOf({variable})"


@dataclass(frozen=True)
class Meaning:
    """How the variables of a network are kept and what follows from them.

    network : with every rateOf written as a name.
    """

    network: Network

    @classmethod
    def of(cls, network: Network) -> Meaning:
        """Return the meaning of a network as its reader left it."""
        return cls(_with_named_rates(network))

    @cached_property
    def assigned(self) -> Mapping[str, Expression]:
        """What rules set at all times."""
        return {rule.variable: rule.expression for rule in self.network.assignment_rules}

    @cached_property
    def ruled(self) -> Mapping[str, Expression]:
        """Derivatives that rate rules give."""
        return {rule.variable: rule.expression for rule in self.network.rate_rules}

    @cached_property
    def rigid(self) -> frozenset[str]:
        """Compartments whose size is a number of the model and never changes."""
        formulas = {entry.variable for entry in self.network.initial_assignments} | set(self.assigned)
        return frozenset(
            entry.id
            for entry in self.network.compartments
            if entry.constant and entry.size is not None and entry.id not in formulas
        )

    @cached_property
    def amounts(self) -> Mapping[str, str]:
        """Species whose symbol is a concentration while what is kept is the amount, with their compartments.

        In a compartment whose size changes it is the amount that stays; only a rate rule speaks of the concentration.
        """
        return {
            entry.id: entry.compartment
            for entry in self.network.species
            if not entry.amount
            and entry.compartment not in self.rigid
            and entry.id not in self.ruled
            and entry.id not in self.assigned
        }

    def kept_as(self, variable: str) -> str:
        """Return the name of what is kept for a variable: itself, or its amount."""
        return amount_of(variable) if variable in self.amounts else variable

    def start(self, builder: GraphBuilder, inputs: Mapping[str, int]) -> Scope:
        """Return what symbols mean when the initial conditions hold."""
        network = self.network
        formulas: dict[str, Expression] = {
            entry.id: Number(float("nan") if entry.size is None else entry.size) for entry in network.compartments
        }
        formulas.update({entry.id: entry.initial for entry in network.species if entry.initial is not None})
        # A parameter that a rate rule moves starts from its own value.
        formulas.update({entry.id: Number(entry.value) for entry in network.parameters if entry.value is not None})
        formulas.update({entry.id: entry.rate for entry in network.reactions})
        formulas.update({entry.variable: entry.expression for entry in network.initial_assignments})
        formulas.update(self.assigned)
        formulas.update(self._spellings())
        formulas.update(self._rates())
        return Scope(builder, inputs, formulas, builder.start())

    def running(self, builder: GraphBuilder, start: Scope) -> Scope:
        """Return what symbols mean while time runs: what changes moves, rules follow, the rest stays as it started."""
        network = self.network
        values = {self.kept_as(state): builder.state(index) for index, state in enumerate(network.states)}
        values.update({self.kept_as(name): builder.held(index) for index, name in enumerate(network.held)})
        formulas: dict[str, Expression] = dict(self.assigned)
        formulas.update({entry.id: entry.rate for entry in network.reactions})
        formulas.update(self._spellings())
        formulas.update(self._rates())
        for species, compartment in self.amounts.items():
            kept = amount_of(species)
            formulas.pop(kept)
            formulas[species] = Apply("/", (Symbol(kept), Symbol(compartment)))
            if kept not in values:
                values[kept] = start.resolve(kept)
        fixed = [entry.id for entry in network.compartments + network.species + network.parameters]
        values.update({name: start.resolve(name) for name in fixed if name not in values and name not in formulas})
        return _RunningScope(builder, values, formulas, builder.time(), network.states)

    def output_ids(self) -> Sequence[str]:
        """Return everything that can be observed."""
        network = self.network
        entries = network.species + network.parameters + network.compartments + network.reactions
        rules = [rule.variable for rule in network.assignment_rules]
        spellings = [spelt(entry.id) for entry in network.species for spelt in (concentration_of, amount_of)]
        return list(dict.fromkeys([*network.states, *rules, *(entry.id for entry in entries), *spellings]))

    def _spellings(self) -> dict[str, Expression]:
        formulas: dict[str, Expression] = {}
        for entry in self.network.species:
            symbol, size = Symbol(entry.id), Symbol(entry.compartment)
            amount, concentration = amount_of(entry.id), concentration_of(entry.id)
            formulas[amount] = symbol if entry.amount else Apply("*", (symbol, size))
            formulas[concentration] = Apply("/", (symbol, size)) if entry.amount else symbol
        return formulas

    def _rates(self) -> dict[str, Expression]:
        network = self.network
        rates: dict[str, Expression] = {rate_of(name): rule for name, rule in self.ruled.items()}
        terms = self._extents()
        for entry in network.species:
            if entry.id not in self.ruled and entry.id not in self.assigned:
                rates[rate_of(entry.id)] = self._species_rate(entry, terms.get(entry.id, []))
        for other in network.compartments + network.parameters:
            if other.id not in self.ruled and other.id not in self.assigned:
                rates[rate_of(other.id)] = _ZERO
        return rates

    def _species_rate(self, entry: Species, terms: list[Expression]) -> Expression:
        changes: Expression = Apply("+", tuple(terms)) if terms else _ZERO
        if entry.amount:
            return changes
        size = Symbol(entry.compartment)
        if entry.compartment not in self.rigid:
            changes = Apply("-", (changes, Apply("*", (Symbol(entry.id), Symbol(rate_of(entry.compartment))))))
        return Apply("/", (changes, size))

    def _extents(self) -> dict[str, list[Expression]]:
        moved = {entry.id for entry in self.network.species if not entry.boundary and not entry.constant}
        factors = {entry.id: entry.conversion_factor for entry in self.network.species}
        terms: dict[str, list[Expression]] = {}
        for reaction in self.network.reactions:
            for sign, side in ((-1.0, reaction.reactants), (1.0, reaction.products)):
                for species, stoichiometry in side:
                    if species in moved:
                        parts: list[Expression] = [Number(sign), stoichiometry, Symbol(reaction.id)]
                        factor = factors[species]
                        parts += [] if factor is None else [Symbol(factor)]
                        terms.setdefault(species, []).append(Apply("*", tuple(parts)))
        return terms


class _RunningScope(Scope):
    """A scope that also knows the derivative by time of what a rule assigns: by the chain rule over the states."""

    def __init__(
        self,
        builder: GraphBuilder,
        values: Mapping[str, int],
        formulas: Mapping[str, Expression],
        time: int,
        states: Sequence[str],
    ) -> None:
        super().__init__(builder, values, formulas, time)
        self.states = states

    def unknown(self, name: str) -> int | None:
        variable = name.removeprefix("rateOf(").removesuffix(")")
        if name != rate_of(variable) or variable not in self.formulas:
            return None
        (parts,) = differentiate(self.builder, [self.builder.as_number(self.resolve(variable))])
        total = parts.pop(TIME_INDEX, self.builder.constant(0.0))
        for index, part in sorted(parts.items()):
            moving = self.resolve(rate_of(self.states[index]))
            total = self.builder.add(total, self.builder.multiply(part, moving))
        return total


def _with_named_rates(network: Network) -> Network:
    """Return the network with rateOf(x) as a symbol of that name."""

    def named(expression: Expression) -> Expression:
        if not isinstance(expression, Apply):
            return expression
        if expression.op != "rateOf":
            args = tuple(named(argument) for argument in expression.args)
            return expression if args == expression.args else Apply(expression.op, args)
        (variable,) = expression.args
        if not isinstance(variable, Symbol):
            raise ModelError(
                "rateOf of something that is not a variable",
                found=variable,
                expected="rateOf(x) with the id of a species, parameter or compartment",
                remedy="write the derivative out",
            )
        return Symbol(rate_of(variable.id))

    if not any("(rateOf " in line for line in canonical_lines(network)):
        return network
    return replace(
        network,
        reactions=tuple(
            replace(
                entry,
                rate=named(entry.rate),
                reactants=tuple((species, named(value)) for species, value in entry.reactants),
                products=tuple((species, named(value)) for species, value in entry.products),
            )
            for entry in network.reactions
        ),
        assignment_rules=tuple(replace(e, expression=named(e.expression)) for e in network.assignment_rules),
        rate_rules=tuple(replace(e, expression=named(e.expression)) for e in network.rate_rules),
        initial_assignments=tuple(replace(e, expression=named(e.expression)) for e in network.initial_assignments),
        events=tuple(
            replace(
                event,
                trigger=named(event.trigger),
                delay=None if event.delay is None else named(event.delay),
                priority=None if event.priority is None else named(event.priority),
                assignments=tuple((variable, named(value)) for variable, value in event.assignments),
            )
            for event in network.events
        ),
    )
