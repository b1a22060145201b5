"""The acceptance tables, line by line: met, or missed by how much, or not simulated and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from silicart.errors import RegisterError
from silicart.evidence import Observation, load_observations
from silicart.evidence.document import Section, read_document
from silicart.study.validation_row import ValidationRow

NO_ENTRY = "no observation that the model has a quantity for"

Verdict = Literal["met", "missed", "not simulated"]


@dataclass(frozen=True)
class Line:
    """One line of an acceptance table: what must be reproduced, and why where nothing of it is simulated.

    observations : those that stand for it although their own place is another line.
    """

    table: str
    row: int
    behaviour: str
    reason: str | None = None
    observations: tuple[str, ...] = ()

    def holds(self, one: Observation) -> bool:
        """Whether an observation stands for this line."""
        return (one.table, one.row) == (self.table, self.row) or one.id in self.observations


@dataclass(frozen=True)
class AcceptanceLine:
    """A line and the observations that stand for it; `left_out` are recorded but not simulated."""

    line: Line
    rows: tuple[ValidationRow, ...]
    left_out: tuple[Observation, ...]

    @property
    def verdict(self) -> Verdict:
        """Met when every figure lies in its band, or, having none, in the interval of its prediction."""
        if not self.rows:
            return "not simulated"
        return "met" if all(reproduced(row) for row in self.rows) else "missed"

    @property
    def reason(self) -> str | None:
        """Why nothing is simulated; None where something is."""
        if self.rows:
            return None
        notes = "; ".join(f"{one.label}: {one.note or 'recorded only'}" for one in self.left_out)
        return self.line.reason or notes or NO_ENTRY


def reproduced(row: ValidationRow) -> bool:
    """Say whether the mean of virtual trials lies in the band; without one, whether the interval holds the figure."""
    return row.inside if row.off_by is None else row.off_by == 0.0


@cache
def load_acceptance() -> Mapping[str, tuple[str, tuple[Line, ...]]]:
    """Return table -> its title and lines.

    Examples
    --------
    >>> title, lines = load_acceptance()["clinical-1"]
    >>> lines[0].row, len(lines)
    (1, 22)
    """
    name = "biology/acceptance.yaml"
    text = resources.files("silicart").joinpath("biology", "acceptance.yaml").read_text(encoding="utf-8")
    return {
        table: (part.text("title"), tuple(_line(table, row, one) for row, one in part.section("rows").sections()))
        for table, part in read_document(text, name, RegisterError).top().section("tables").sections()
    }


def accepted_observations() -> tuple[str, ...]:
    """Return the ids of the shipped observations that stand for a line and are simulated."""
    also = {id for _, lines in load_acceptance().values() for line in lines for id in line.observations}
    return tuple(
        id for id, one in load_observations().items() if one.simulated and (one.table is not None or id in also)
    )


def acceptance_lines(rows: Sequence[ValidationRow]) -> dict[str, tuple[AcceptanceLine, ...]]:
    """Return table -> its lines with the rows that stand for them."""
    observations = load_observations().values()
    found = {}
    for table, (_, lines) in load_acceptance().items():
        found[table] = tuple(
            AcceptanceLine(
                line,
                tuple(row for row in rows if line.holds(row.observation)),
                tuple(one for one in observations if line.holds(one) and not one.simulated),
            )
            for line in lines
        )
    return found


def _line(table: str, row: str, part: Section) -> Line:
    part.allow("behaviour", "reason", "observations")
    named = part.words("observations")
    for id in named:
        if id not in load_observations():
            raise part.fail("an unknown observation", "observations", found=id, remedy="check the spelling")
    return Line(table, int(row), part.text("behaviour"), part.optional_text("reason"), named)
