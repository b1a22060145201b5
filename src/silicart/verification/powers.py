"""Powers of negative numbers: where the engine gives a value that mathematics does not have.

x**y of a negative x has no real value unless y is whole. The engine takes it as 0**y, so that a state that a solver
carries a rounding error below zero ends no patient. Where x is truly negative that value is an invention, and a result
that stands on it cannot be relied on. So that it can be seen, the powers of a model are observed beside what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from silicart.network import Apply, AssignmentRule, Expression, InitialAssignment, Network, Number, Parameter
from silicart.network.expression import to_text

FloatArray = NDArray[np.float64]

#: A base below this share of its largest size, and below this size, is no rounding error.
ROUNDING_SHARE, ROUNDING = 1e-6, 1e-14


@dataclass(frozen=True)
class Power:
    """A power whose base may be negative: ids under which base and exponent are observed, and its text."""

    base: str
    exponent: str
    text: str


def with_powers_observed(network: Network) -> tuple[Network, tuple[Power, ...]]:
    """Return the network with a quantity for the base and the exponent of each power that may have no value.

    Powers in what events assign are left out: they count only at the moment of the event.

    Examples
    --------
    >>> from silicart.network import read_antimony_text
    >>> network = read_antimony_text("model m; n = 0.3; x = 1; x' = -1; y := x^n + x^2; end", "m")
    >>> [power.text for power in with_powers_observed(network)[1]]
    ['x^n']
    """
    found: dict[tuple[Apply, tuple[Expression, ...], bool], None] = {}
    for expression, at_start in _expressions(network):
        for power, guards in _powers(expression):
            found[power, guards, at_start] = None
    powers: list[Power] = []
    parameters, rules, initial = [], [], []
    for place, (power, guards, at_start) in enumerate(found):
        # Ids of a model hold at most one dot, that between a reaction and its parameter.
        names = (f"power.{place}.base", f"power.{place}.exponent")
        powers.append(Power(*names, to_text(power)))
        for name, part in zip(names, power.args, strict=True):
            value = _where(guards, part)
            parameters.append(Parameter(name, None, None, constant=at_start))
            if at_start:
                initial.append(InitialAssignment(name, value))
            else:
                rules.append(AssignmentRule(name, value))
    if not powers:
        return network, ()
    observed = replace(
        network,
        parameters=(*network.parameters, *parameters),
        assignment_rules=(*network.assignment_rules, *rules),
        initial_assignments=(*network.initial_assignments, *initial),
    )
    return observed, tuple(powers)


def doubt(powers: Sequence[Power], values: Mapping[str, FloatArray], times: FloatArray) -> str | None:
    """Return the first reason why a result cannot be relied on, None without one.

    Parameters
    ----------
    values : id of a base or an exponent -> (times,).

    Examples
    --------
    >>> powers = [Power("b", "e", "x^n")]
    >>> doubt(powers, {"b": np.array([1.0, -1.0]), "e": np.array([0.3, 0.3])}, np.array([0.0, 5.0]))
    'x^n has no value where its base is negative, at time 5: it was taken as that of 0'
    """
    for power in powers:
        base, exponent = values[power.base], values[power.exponent]
        with np.errstate(all="ignore"):
            largest = np.max(np.abs(base), initial=0.0, where=np.isfinite(base))
            bad = (base < -ROUNDING - ROUNDING_SHARE * largest) & (np.floor(exponent) != exponent) & ~np.isnan(exponent)
        if bad.any():
            time = times[int(np.argmax(bad))]
            return f"{power.text} has no value where its base is negative, at time {time:g}: it was taken as that of 0"
    return None


def _expressions(network: Network) -> Iterator[tuple[Expression, bool]]:
    """What is computed all the time, and (True) what is computed at the start alone."""
    for reaction in network.reactions:
        yield reaction.rate, False
        yield from ((stoichiometry, False) for _, stoichiometry in reaction.reactants + reaction.products)
    for rule in network.assignment_rules + network.rate_rules:
        yield rule.expression, False
    for event in network.events:
        yield event.trigger, False
    for assignment in network.initial_assignments:
        yield assignment.expression, True
    for species in network.species:
        if species.initial is not None:
            yield species.initial, True


def _powers(expression: Expression) -> Iterator[tuple[Apply, tuple[Expression, ...]]]:
    """Powers that may have no value, each with the conditions under which the expression comes to it."""
    pending: list[tuple[Expression, tuple[Expression, ...]]] = [(expression, ())]
    while pending:
        node, guards = pending.pop()
        if not isinstance(node, Apply):
            continue
        if node.op == "^" and _may_fail(node):
            yield node, guards
        if node.op != "piecewise":
            pending.extend((argument, guards) for argument in node.args)
            continue
        for place in range(0, len(node.args) - 1, 2):
            value, condition = node.args[place : place + 2]
            pending += [(condition, guards), (value, (*guards, condition))]
            guards = (*guards, Apply("not", (condition,)))
        if len(node.args) % 2:
            pending.append((node.args[-1], guards))


def _may_fail(power: Apply) -> bool:
    base, exponent = power.args
    if isinstance(base, Number) and base.value >= 0:
        return False
    if isinstance(base, Apply) and base.op in ("abs", "exp", "sqrt", "cosh"):
        return False
    # Whole and half exponents are products and square roots, which are not a number where they should not be.
    return not (isinstance(exponent, Number) and (2 * exponent.value).is_integer())


def _where(guards: Sequence[Expression], value: Expression) -> Expression:
    if not guards:
        return value
    condition = guards[0] if len(guards) == 1 else Apply("and", tuple(guards))
    return Apply("piecewise", (value, condition, Number(1.0)))
