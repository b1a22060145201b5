"""From the endpoints of a run to the judged rows of the ledger.

Two passes. The first computes every row's number, interval and ranking of inputs from the run as it is. The second
repeats the run with the grade C inputs among the three that move a decided row most, halved and doubled, sharing each
repetition between all rows that ask for it, and gives the final verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from silicart.claims.claim import Claim, ClaimSet
from silicart.claims.deciding import InputShare, input_shares, structure_share
from silicart.claims.interval import HIGH, LOW, DrawEffects, draw_effects
from silicart.claims.measurements import how_to_measure
from silicart.claims.moving import FACTORS
from silicart.claims.row import Decider, GradeCTest, LedgerRow, StructureEstimate, Verdict
from silicart.claims.verdict import final_verdict, interval_verdict
from silicart.endpoints.endpoint import Reads
from silicart.endpoints.registry import find
from silicart.evidence import Register
from silicart.simulation import Listener, Progress

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

MOVING_INPUTS = 3
MOVERS = 10
"""Grade C inputs that a row names as moving it most."""

MINIMUM_DRAWS = 20
"""Under twenty draws the 5 % and 95 % quantiles are the extremes themselves: such a run decides nothing."""


@dataclass(frozen=True)
class Repetition:
    """The endpoints of some patients before and after one input was moved, patient by patient.

    `before` and `after` are endpoint tables of the same patients; both are None where too few of them would still be
    possible patients, and `note` says so.
    """

    before: pd.DataFrame | None
    after: pd.DataFrame | None
    note: str | None = None


class Repeat(Protocol):
    """Repeats the run for some patients with one input's typical value multiplied by a factor."""

    def __call__(self, input: str, factor: float, arms: Sequence[str]) -> Repetition: ...


@dataclass(frozen=True)
class RunTables:
    """What the ledger needs of a run.

    endpoints : `arm`, `patient`, `draw`, `structure`, then one column per endpoint.
    inputs : id -> (patients,) every uncertain input as the patient has it, ordered as `patients`.
    patients : (patients,) patient numbers.
    typical : one row a draw: `draw`, `structure`, then the uncertain typical values by id.
    structures : id -> label of the rival structures.
    acting : what an endpoint reads -> the ids of `inputs` that can move it.
    """

    endpoints: pd.DataFrame
    inputs: Mapping[str, FloatArray]
    patients: NDArray[np.int64]
    typical: pd.DataFrame
    structures: Mapping[str, str]
    acting: Mapping[Reads, tuple[str, ...]]


@dataclass(frozen=True)
class _Judged:
    """A row after the first pass."""

    claim: Claim
    effects: DrawEffects | None
    single: float | None
    shares: tuple[InputShare, ...]
    structure: InputShare | None
    verdict: Verdict
    per_structure: tuple[StructureEstimate, ...]

    def tested(self, register: Register) -> tuple[str, ...]:
        """Return the grade C inputs among the three that move a decided row most."""
        if self.verdict not in ("supported", "contradicted"):
            return ()
        top = [one.id for one in self.shares if one.share > 0][:MOVING_INPUTS]
        return tuple(id for id in top if register[id].grade == "C")


def compute_ledger(
    claims: ClaimSet, tables: RunTables, register: Register, repeat: Repeat, listener: Listener | None = None
) -> tuple[LedgerRow, ...]:
    """Compute and judge every row of a claims file; `listener` hears of every repetition.

    Rows whose rooms do not exist come out as "not computed". Raises ClaimError when a statistic does not fit its
    endpoint.
    """
    judged = [_first_pass(claim, tables) for claim in claims.rows]
    repetitions = _repeated(judged, register, repeat, listener)
    return tuple(_second_pass(one, register, tables, repetitions) for one in judged)


def row_values(claim: Claim, endpoints: pd.DataFrame) -> tuple[FloatArray, NDArray[np.int64], NDArray[np.int64]]:
    """Return (values, draws, patients) of a row: the arm's endpoint, less the comparator's where there is one.

    The comparator is matched patient by patient: the same persons are in every arm.
    """
    arm = endpoints[endpoints["arm"] == claim.arm].set_index("patient")
    values = arm[claim.endpoint]
    if claim.comparator is not None and claim.comparator.arm is not None:
        other = endpoints[endpoints["arm"] == claim.comparator.arm].set_index("patient")
        values = values - other[claim.endpoint].reindex(values.index)
    elif claim.comparator is not None and claim.comparator.value is not None:
        values = values - claim.comparator.value
    return (
        values.to_numpy(dtype=np.float64),
        arm["draw"].to_numpy(dtype=np.int64),
        values.index.to_numpy(dtype=np.int64),
    )


def _first_pass(claim: Claim, tables: RunTables) -> _Judged:
    if claim.needs_room is not None:
        return _Judged(claim, None, None, (), None, "not computed", ())
    values, draws, patients = row_values(claim, tables.endpoints)
    # A difference to a published fraction is no longer 0 or 1, but its mean and its noise are those of a fraction.
    statistic = "mean" if claim.statistic == "fraction" and _published(claim) else claim.statistic
    with_value = np.unique(draws[np.isfinite(values)])
    if len(with_value) < 2:
        kept = values[np.isfinite(values)]
        number = None if not len(kept) else float(np.median(kept) if statistic == "median" else np.mean(kept))
        return _Judged(claim, None, number, (), None, "undecided", ())
    effects = draw_effects(values, draws, statistic)
    place = np.searchsorted(tables.patients, patients)
    typical = tables.typical.set_index("draw").loc[effects.draws]
    acting = tables.acting[find(claim.endpoint).reads]
    shares = input_shares(
        values,
        draws,
        effects,
        {id: tables.inputs[id][place] for id in acting},
        {id: typical[id].to_numpy(dtype=np.float64) for id in acting},
    )
    structures = typical["structure"].astype(str).tolist()
    structure = structure_share(effects, structures)
    enough = len(effects.draws) >= MINIMUM_DRAWS and not _alike(effects)
    verdict = interval_verdict(effects.interval, claim.direction, claim.margin) if enough else "undecided"
    per_structure = _per_structure(claim, values, draws, effects, structures, tables) if claim.durability else ()
    return _Judged(claim, effects, None, shares, structure, verdict, per_structure)


def _per_structure(
    claim: Claim,
    values: FloatArray,
    draws: NDArray[np.int64],
    effects: DrawEffects,
    structures: Sequence[str],
    tables: RunTables,
) -> tuple[StructureEstimate, ...]:
    found = []
    statistic = "mean" if claim.statistic == "fraction" and _published(claim) else claim.statistic
    for name, label in tables.structures.items():
        own = [draw for draw, structure in zip(effects.draws, structures, strict=True) if structure == name]
        if len(own) < 2:
            continue
        inside = np.isin(draws, own)
        alone = draw_effects(values[inside], draws[inside], statistic)
        verdict = interval_verdict(alone.interval, claim.direction, claim.margin)
        found.append(StructureEstimate(name, label, alone.estimate, alone.interval, verdict))
    return tuple(found)


def _repeated(
    judged: Sequence[_Judged], register: Register, repeat: Repeat, listener: Listener | None
) -> Mapping[tuple[str, float], Repetition]:
    arms: dict[str, set[str]] = {}
    for one in judged:
        for input in one.tested(register):
            wanted = arms.setdefault(input, set())
            wanted.add(one.claim.arm)
            if one.claim.comparator is not None and one.claim.comparator.arm is not None:
                wanted.add(one.claim.comparator.arm)
    told = Progress("moving grade C inputs", len(arms) * len(FACTORS), "repetition", listener)
    repetitions = {}
    for input, wanted in sorted(arms.items()):
        for factor in FACTORS:
            repetitions[input, factor] = repeat(input, factor, sorted(wanted))
            told.advance()
    return repetitions


def _second_pass(
    one: _Judged, register: Register, tables: RunTables, repetitions: Mapping[tuple[str, float], Repetition]
) -> LedgerRow:
    claim = one.claim
    tests = tuple(
        _grade_c_test(one, register, input, factor, repetitions[input, factor])
        for input in one.tested(register)
        for factor in FACTORS
    )
    verdict, reason = final_verdict(one.verdict, tests)
    if claim.needs_room is not None:
        verdict, reason = "not computed", f"it needs what is not built yet: {claim.needs_room}"
    elif one.effects is None:
        reason = "a single parameter draw gives no interval" if one.single is not None else "no patient has a value"
    elif _alike(one.effects) and len(one.effects.draws) >= MINIMUM_DRAWS:
        reason = "draws differ by no more than few patients do, so that no grade C input could be put to the test"
    elif len(one.effects.draws) < MINIMUM_DRAWS:
        reason = f"{len(one.effects.draws)} parameter draws are too few for a 90 % interval; at least {MINIMUM_DRAWS}"
    if one.effects is None and one.single is None and claim.needs_room is None:
        verdict = "not computed"
    return LedgerRow(
        id=claim.id,
        claim_id=claim.claim_id,
        claim=claim.claim,
        quantity=claim.quantity,
        endpoint=claim.endpoint,
        statistic=claim.statistic,
        arm=claim.arm,
        comparator=None if claim.comparator is None else claim.comparator.label,
        direction=claim.direction,
        margin=claim.margin,
        margin_reason=claim.margin_reason,
        unit=claim.unit,
        estimate=one.single if one.effects is None else one.effects.estimate,
        interval=None if one.effects is None else one.effects.interval,
        verdict=verdict,
        interval_verdict=one.verdict,
        reason=reason,
        evidence=claim.evidence,
        published=claim.published,
        decided_by=_deciders(one, register, tables),
        grade_c=tests,
        per_structure=one.per_structure,
        needs_room=claim.needs_room,
        durability=claim.durability,
        study=claim.study,
        movers=_movers(one, register),
    )


def _movers(one: _Judged, register: Register) -> tuple[Decider, ...]:
    found = [share for share in one.shares if share.share > 0 and register[share.id].grade == "C"][:MOVERS]
    return tuple(
        Decider("input", share.id, register[share.id].label, share.share, "C", how_to_measure(register[share.id]))
        for share in found
    )


def _grade_c_test(one: _Judged, register: Register, input: str, factor: float, repetition: Repetition) -> GradeCTest:
    label, claim = register[input].label, one.claim
    if repetition.before is None or repetition.after is None or one.effects is None:
        return GradeCTest(input, label, factor, None, None, None, False, repetition.note)
    before, draws, patients = row_values(claim, repetition.before)
    after, _, same = row_values(claim, repetition.after)
    change = after - before
    if not np.array_equal(patients, same) or len(np.unique(draws[np.isfinite(change)])) < 2:
        return GradeCTest(input, label, factor, None, None, None, False, "too few patients have a value in both runs")
    # Only the change comes from the few patients of the repetition, person by person and draw by draw; where each draw
    # stood before comes from all patients of the run. A draw that lost all its patients is moved by the mean change.
    moved = draw_effects(change, draws, "mean")
    shift = dict(zip(moved.draws.tolist(), moved.pulled.tolist(), strict=True))
    placed = one.effects.pulled + np.array([shift.get(draw, moved.estimate) for draw in one.effects.draws.tolist()])
    if claim.statistic == "fraction" and not _published(claim):
        placed = np.clip(placed, 0.0 if claim.comparator is None else -1.0, 1.0)
    low, high = (float(number) for number in np.quantile(placed, [LOW, HIGH]))
    verdict = interval_verdict((low, high), claim.direction, claim.margin)
    estimate = float(np.mean(placed))
    return GradeCTest(input, label, factor, estimate, (low, high), verdict, verdict != one.verdict, repetition.note)


def _alike(effects: DrawEffects) -> bool:
    """Return whether all that is seen between draws is the noise of patients: then nothing says what moves the row."""
    return effects.between == 0.0 and bool((effects.noise > 0.0).any())


def _published(claim: Claim) -> bool:
    return claim.comparator is not None and claim.comparator.arm is None


def _deciders(one: _Judged, register: Register, tables: RunTables) -> tuple[Decider, ...]:
    if one.claim.needs_room is not None:
        return (Decider("room", "room", one.claim.needs_room),)
    named = [share for share in one.shares if share.named and share.share > 0][:MOVING_INPUTS]
    found = [
        Decider(
            "input", share.id, register[share.id].label, share.share, register[share.id].grade,
            how_to_measure(register[share.id]),
        )
        for share in named
    ]  # fmt: skip
    if one.structure is not None and one.structure.named:
        label = "which rival structure keeps the autoreactive clone alive"
        rivals = ", ".join(f"({name}) {words}" for name, words in tables.structures.items())
        structure = Decider(
            "structure", "structure", f"{label}: {rivals}", one.structure.share, "C", how_to_measure(None)
        )
        found.append(structure)
    if not found:
        return (Decider("draws", "draws", "no single input stands out of the noise: more parameter draws"),)
    return tuple(sorted(found, key=lambda each: -(each.share or 0.0)))
