"""The parameter table of a report, and what of the ledger hangs on grade C values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from silicart.claims.row import LedgerRow
from silicart.evidence import Distribution, Entry, Register, unit_text
from silicart.report.numbers import plain, share
from silicart.report.references import References


@dataclass(frozen=True)
class ParameterView:
    """One value of the register in words; `cited` are reference numbers, `words` what a filter searches."""

    id: str
    label: str
    value: str
    unit: str
    range: str
    uncertainty: str
    variability: str
    grade: str
    cited: tuple[int, ...]
    assumed: bool
    reasoning: str
    tuned_to: str
    origin: str
    words: str


@dataclass(frozen=True)
class Hanging:
    """One grade C input among what moves the ledger: the rows, the share of their spread, and whether it flips one."""

    label: str
    rows: tuple[tuple[str, str], ...]
    flips: tuple[str, ...]
    measurement: str


def parameter_views(register: Register, references: References) -> Mapping[str, Sequence[ParameterView]]:
    """Return the register by mechanism."""
    groups: dict[str, list[ParameterView]] = {}
    for entry in register.values():
        words = (entry.mechanism or "others").split("/")[-1].replace("_", " ")
        mechanism = words.replace("car ", "CAR ") if words.startswith("car ") else words.capitalize()
        groups.setdefault(mechanism, []).append(_view(entry, references))
    return groups


def grade_counts(register: Register) -> Mapping[str, int]:
    """Return how many values have each grade."""
    counts = {"A": 0, "B": 0, "C": 0}
    for entry in register.values():
        counts[entry.grade] = counts.get(entry.grade, 0) + 1
    return counts


def hangs_on_grade_c(ledger: Iterable[LedgerRow]) -> Sequence[Hanging]:
    """Return the grade C inputs that move rows of the ledger most, those that move most rows first."""
    rows: dict[str, list[tuple[str, str, float]]] = {}
    flips: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    measurements: dict[str, str] = {}
    for row in ledger:
        for decider in row.decided_by:
            if decider.grade == "C" and decider.share is not None:
                labels[decider.id] = decider.label.split(": ")[0]
                measurements[decider.id] = decider.measurement or ""
                rows.setdefault(decider.id, []).append((row.quantity, f"{share(decider.share)} %", decider.share))
        for test in row.grade_c:
            if test.flips:
                labels.setdefault(test.input, test.label)
                rows.setdefault(test.input, [])
                known = flips.setdefault(test.input, [])
                if row.quantity not in known:
                    known.append(row.quantity)
    order = sorted(rows, key=lambda id: (-len(rows[id]), -sum(part for _, _, part in rows[id]), id))
    return [
        Hanging(
            labels[id][0].upper() + labels[id][1:],
            tuple((quantity, text) for quantity, text, _ in sorted(rows[id], key=lambda one: -one[2])),
            tuple(flips.get(id, ())),
            measurements.get(id, ""),
        )
        for id in order
    ]


def spread_words(spread: Distribution) -> str:
    """Return a distribution in a few words; a dash when there is none."""
    # The bracket with the central 90 % would fill the table; the range column says as much.
    return "–" if spread.is_fixed else spread.describe().split(" (")[0]


def _view(entry: Entry, references: References) -> ParameterView:
    span = "–" if entry.low is None else f"{plain(entry.low)} to {plain(entry.high)}"
    words = " ".join((entry.id, entry.label, entry.unit, *entry.sources, entry.tuned_to or "", entry.origin)).lower()
    return ParameterView(
        id=entry.id,
        label=entry.label if entry.price is None else f"{entry.label}; {entry.price.describe()}",
        value=plain(entry.value),
        unit=unit_text(entry.unit),
        range=span,
        uncertainty=spread_words(entry.uncertainty),
        variability=spread_words(entry.variability),
        grade=entry.grade,
        cited=references.cite(entry.sources),
        assumed="assumption" in entry.sources,
        reasoning=entry.reasoning or "",
        tuned_to=entry.tuned_to or "",
        origin=entry.origin,
        words=words,
    )
