"""One judged line of the ledger: a number with an interval, its evidence, a verdict and what would decide it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["supported", "contradicted", "undecided", "not computed"]
DeciderKind = Literal["input", "structure", "draws", "room"]


@dataclass(frozen=True)
class PublishedValue:
    """A published figure that stands beside a row.

    `text` is the figure as a reader says it; `value`, `low` and `high` are numbers in the row's unit where the
    source gives them; `evidence` is the id of the observation or of the source.
    """

    text: str
    evidence: str
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Decider:
    """What would decide a row, ranked by the share of the between-draw variance that it explains.

    `kind` is "input" (an uncertain parameter), "structure" (the rival structures of the disease), "draws" (no
    single input stands out of the noise of a permuted copy) or "room" (a part of silicart that does not exist yet).
    `share` lies in 0..1 and is null for rooms; `grade` is the evidence grade of an input; `measurement` says which
    evidence would narrow it.
    """

    kind: DeciderKind
    id: str
    label: str
    share: float | None = None
    grade: str | None = None
    measurement: str | None = None


@dataclass(frozen=True)
class GradeCTest:
    """The run repeated with the typical value of one grade C input multiplied by `factor`.

    `estimate` and `interval` are where the row would stand, `verdict` is what the interval alone would say there.
    `note` says why a test could not be made (then the numbers are null), or what was clipped.
    """

    input: str
    label: str
    factor: float
    estimate: float | None
    interval: tuple[float, float] | None
    verdict: Verdict | None
    flips: bool
    note: str | None = None


@dataclass(frozen=True)
class StructureEstimate:
    """The row under one rival structure of the disease ("a", "b" or "c") alone."""

    structure: str
    label: str
    estimate: float
    interval: tuple[float, float]
    verdict: Verdict


@dataclass(frozen=True)
class LedgerRow:
    """One row of the ledger, for one (claim, quantity, comparator).

    `claim` is the announcement's statement in our words and `claim_id` its short id; `quantity` says in words what
    is measured in which arm; `comparator` is null for an absolute statement. `direction` is "above" or "below":
    the side of `margin` on which the claim holds. `estimate`, `interval` (5 % to 95 % over parameter draws and
    structures, patient noise removed) and `margin` share `unit`. `verdict` follows the rule of `verdict.py`;
    `reason` says in words why it fell so; `interval_verdict` is what the interval alone would have said. `study` names
    the study of another disease in which the row was computed; null for the run's own. `movers` are the grade C inputs
    that move the row most, at most ten, whether or not they stand out of the noise.
    """

    id: str
    claim_id: str
    claim: str
    quantity: str
    endpoint: str
    statistic: str
    arm: str
    comparator: str | None
    direction: Literal["above", "below"]
    margin: float
    margin_reason: str
    unit: str
    estimate: float | None
    interval: tuple[float, float] | None
    verdict: Verdict
    interval_verdict: Verdict
    reason: str
    evidence: tuple[str, ...]
    published: tuple[PublishedValue, ...] = ()
    decided_by: tuple[Decider, ...] = ()
    grade_c: tuple[GradeCTest, ...] = ()
    per_structure: tuple[StructureEstimate, ...] = ()
    needs_room: str | None = None
    durability: bool = False
    study: str | None = None
    movers: tuple[Decider, ...] = ()

    def contract(self) -> dict[str, Any]:
        """Return the row as `silicart claims --json` prints it."""
        return {
            "claim": self.claim,
            "quantity": self.quantity,
            "comparator": self.comparator,
            "estimate": self.estimate,
            "interval": None if self.interval is None else list(self.interval),
            "unit": self.unit,
            "verdict": self.verdict,
            "evidence": list(self.evidence),
            "decided_by": [
                {
                    "kind": one.kind,
                    "id": one.id,
                    "label": one.label,
                    "share": one.share,
                    "grade": one.grade,
                    "measurement": one.measurement,
                }
                for one in self.decided_by
            ],
        }


@dataclass(frozen=True)
class Statement:
    """A statement of the announcement that simulation does not decide, with a dated source.

    `as_of` is an ISO date: what is known was known then.
    """

    id: str
    statement: str
    finding: str
    source: str
    as_of: str
    evidence: tuple[str, ...] = ()
