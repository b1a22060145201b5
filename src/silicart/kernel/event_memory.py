"""What a lane remembers from one event to the next, as one row of numbers that travels with the patient."""

from __future__ import annotations

from dataclasses import dataclass

from silicart.symbolic.system import System

#: Executions of one delayed event that may wait at the same time.
WAITING_LIMIT = 128
#: What a waiting execution consists of: its event, when it is due, its turn, its lag (see `jumps`), then the values
#: that it keeps.
SLOT_EVENT, SLOT_DUE, SLOT_TURN, SLOT_LAG, SLOT_VALUES = 0, 1, 2, 3, 4
#: The event of a slot in which nothing waits.
NOTHING = -1.0


@dataclass(frozen=True)
class EventMemory:
    """The places of a row: held variables, triggers as last seen, two counters, waiting executions.

    held, events : how many variables and events there are.
    slots : how many executions can wait.
    slot : how many numbers a waiting execution takes.
    needed : False for a system in which nothing is watched; it has no memory.
    """

    held: int
    events: int
    slots: int
    slot: int
    needed: bool

    @classmethod
    def of(cls, system: System) -> EventMemory:
        """Return the memory that a system needs."""
        delayed = sum(event.delayed for event in system.events)
        return cls(
            held=len(system.held),
            events=len(system.events),
            slots=len(system.events) + WAITING_LIMIT * delayed,
            slot=SLOT_VALUES + max((len(event.values) for event in system.events), default=0),
            needed=bool(system.events or system.watched),
        )

    @property
    def size(self) -> int:
        """How many numbers a row has."""
        return self.waiting + self.slots * self.slot if self.needed else 0

    @property
    def before(self) -> int:
        """Where the triggers as last seen begin."""
        return self.held

    @property
    def turn(self) -> int:
        """Where the turn of the next event to fire is."""
        return self.before + self.events

    @property
    def crowd(self) -> int:
        """Where the count of changes that follow close upon each other is."""
        return self.turn + 1

    @property
    def waiting(self) -> int:
        """Where the waiting executions begin."""
        return self.crowd + 1
