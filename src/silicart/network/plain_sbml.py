"""A model as plain SBML that any simulator reads alike: no formulas for initial values, no rule that nothing needs.

Simulators differ in what they compute again when a parameter is set; where initial values are numbers, they cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from silicart.errors import ModelError
from silicart.network.reader import _LOCK, _antimony_to_sbml


@dataclass(frozen=True)
class SbmlDose:
    """At each of `times`, `amounts` (state -> id of the parameter that holds the amount) are added."""

    times: Sequence[float]
    amounts: Mapping[str, str]


def sbml_of_antimony(text: str, where: str = "<text>") -> str:
    """Return the SBML that Antimony makes of its text.

    Raises
    ------
    ModelError : Antimony cannot read the text.

    Examples
    --------
    >>> "<sbml" in sbml_of_antimony("model decay; species A; A = 10; k = 0.5; A -> ; k*A; end")
    True
    """
    with _LOCK:
        return _antimony_to_sbml(text, where, None)


def newest_sbml(text: str) -> str:
    """Return an SBML text of any level as Level 3 Version 1, in which nothing is left to defaults.

    Raises
    ------
    ModelError : libSBML cannot convert it.

    Examples
    --------
    >>> newest_sbml(sbml_of_antimony("model m; A = 1; A' = -A; end")).count('level="3"')
    1
    """
    import libsbml

    document = libsbml.readSBMLFromString(text)
    if document.getModel() is None or not document.setLevelAndVersion(3, 1, False):
        raise ModelError("libSBML cannot convert the model", expected="SBML that it can write as Level 3 Version 1")
    return str(libsbml.writeSBMLToString(document))


def plain_sbml(text: str, values: Mapping[str, float], keep: Iterable[str] = (), doses: SbmlDose | None = None) -> str:
    """Return an SBML text with numbers in place of initial assignments, and without rules and parameters in no use.

    Parameters
    ----------
    text : SBML.
    values : id -> initial value of a species (in the unit of its symbol), parameter or compartment; must hold
        everything that has an initial assignment.
    keep : ids of parameters and rule variables that stay whether or not an equation needs them.
    doses : written as events; the parameters of the amounts are added with the value 0.

    Raises
    ------
    ModelError : an initial assignment without a value.

    Examples
    --------
    >>> text = sbml_of_antimony("model m; A = 2*k; k = 3; A' = -k*A; unused := 5*A; end")
    >>> plain = plain_sbml(text, {"A": 6.0})
    >>> "initialAssignment" in plain, "unused" in plain
    (False, False)
    """
    import libsbml

    document = libsbml.readSBMLFromString(text)
    model = document.getModel()
    while model.getNumInitialAssignments():
        entry = model.removeInitialAssignment(0)
        if entry.getSymbol() not in values:
            raise ModelError("an initial assignment without a value", found=entry.getSymbol(), expected="a number")
    for id, value in values.items():
        _set(model.getElementBySId(id), float(value))
    _drop_unused(model, set(keep) | set(doses.amounts if doses else ()))
    if doses is not None:
        _add_doses(libsbml, model, doses)
    return str(libsbml.writeSBMLToString(document))


def _set(entry: Any, value: float) -> None:
    if entry is None:
        return
    if hasattr(entry, "setInitialConcentration"):
        if entry.getHasOnlySubstanceUnits():
            entry.setInitialAmount(value)
        else:
            entry.setInitialConcentration(value)
    elif hasattr(entry, "setSize"):
        entry.setSize(value)
    else:
        entry.setValue(value)


def _drop_unused(model: Any, keep: set[str]) -> None:
    rules = {rule.getVariable(): rule for rule in model.getListOfRules() if rule.isAssignment()}
    needed = set(keep)
    # Everything but assignment rules is an equation of the model; a rule is needed when something needed names it.
    pending = [_names(entry.getMath()) for entry in model.getListOfRules() if not entry.isAssignment()]
    pending += [_names(law.getMath()) for law in (r.getKineticLaw() for r in model.getListOfReactions()) if law]
    pending += [{rule.getVariable() for rule in model.getListOfRules() if not rule.isAssignment()}]
    pending += [_event_names(event) for event in model.getListOfEvents()]
    pending += [_names(rules[id].getMath()) for id in keep if id in rules]
    while pending:
        for id in pending.pop() - needed:
            needed.add(id)
            if id in rules:
                pending.append(_names(rules[id].getMath()))
    for id, rule in rules.items():
        if id not in needed and model.getSpecies(id) is None and model.getCompartment(id) is None:
            rule.removeFromParentAndDelete()
    for id in [entry.getId() for entry in model.getListOfParameters()]:
        if id not in needed:
            model.removeParameter(id)


def _event_names(event: Any) -> set[str]:
    parts = [event.getTrigger(), event.getDelay(), event.getPriority(), *event.getListOfEventAssignments()]
    names = set().union(*(_names(part.getMath()) for part in parts if part is not None))
    return names | {entry.getVariable() for entry in event.getListOfEventAssignments()}


def _names(node: Any) -> set[str]:
    if node is None:
        return set()
    own = {node.getName()} if node.isName() else set()
    return own.union(*(_names(node.getChild(index)) for index in range(node.getNumChildren())))


def _add_doses(libsbml: Any, model: Any, doses: SbmlDose) -> None:
    for id in doses.amounts.values():
        parameter = model.createParameter()
        parameter.setId(id)
        parameter.setConstant(True)
        parameter.setValue(0.0)
    for place, time in enumerate(doses.times):
        event = model.createEvent()
        event.setId(f"bench_dose_{place}")
        event.setUseValuesFromTriggerTime(True)
        trigger = event.createTrigger()
        trigger.setInitialValue(False)
        trigger.setPersistent(True)
        trigger.setMath(libsbml.parseL3Formula(f"time >= {float(time)!r}"))
        for state, amount in doses.amounts.items():
            assignment = event.createEventAssignment()
            assignment.setVariable(state)
            assignment.setMath(libsbml.parseL3Formula(f"{state} + {amount}"))
