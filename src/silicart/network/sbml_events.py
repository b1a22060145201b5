"""Events of an SBML document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from silicart.errors import ModelError
from silicart.network.expression import Expression
from silicart.network.mathml import MathReader
from silicart.network.network import Event


def read_events(model: Any, mathematics: MathReader) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """Return the events, and notes on those that can do nothing and are left out.

    In Level 2 a trigger counts as true before the start and persists, and values are those of the time of firing
    unless the file says otherwise. A missing trigger never fires; a missing delay or priority is none.

    Raises
    ------
    ModelError : a formula that cannot be read.
    """
    events: list[Event] = []
    notes: list[str] = []
    for place, entry in enumerate(model.getListOfEvents(), start=1):
        # No id of SBML holds a space.
        identifier = entry.getId() or f"event {place}"
        trigger = None if entry.getTrigger() is None else mathematics.read(entry.getTrigger().getMath(), identifier)
        assignments = tuple(_assignments(entry, mathematics, identifier).items())
        if trigger is None or not assignments:
            reason = "has no trigger" if trigger is None else "assigns nothing"
            notes.append(f"{identifier} {reason}: it is left out")
            continue
        level_3 = entry.getLevel() > 2
        events.append(
            Event(
                id=identifier,
                trigger=trigger,
                assignments=assignments,
                delay=_part(entry.getDelay(), mathematics, identifier),
                priority=_part(entry.getPriority(), mathematics, identifier) if level_3 else None,
                persistent=bool(entry.getTrigger().getPersistent()) if level_3 else True,
                initially=bool(entry.getTrigger().getInitialValue()) if level_3 else True,
                values_from_trigger=bool(entry.getUseValuesFromTriggerTime()),
                name=entry.getName(),
            )
        )
    return tuple(events), tuple(notes)


def _assignments(entry: Any, mathematics: MathReader, owner: str) -> Mapping[str, Expression]:
    found: dict[str, Expression] = {}
    for assignment in entry.getListOfEventAssignments():
        value = mathematics.read(assignment.getMath(), owner)
        if assignment.getVariable() in found:
            raise ModelError(
                f"an event assigns {assignment.getVariable()} twice", where=owner, expected="one value each"
            )
        if value is not None:
            found[assignment.getVariable()] = value
    return found


def _part(element: Any, mathematics: MathReader, owner: str) -> Expression | None:
    return None if element is None else mathematics.read(element.getMath(), owner)
