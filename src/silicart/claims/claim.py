"""The claims of an announcement as data: one row for one (claim, quantity, comparator), read from a YAML file.

A row says what decides it before anything is run: the endpoint and its statistic, the arm, the comparator, the side
of a margin on which the claim holds and why the margin lies there, and the evidence that stands beside the number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from silicart.claims.interval import Statistic
from silicart.claims.row import PublishedValue, Statement
from silicart.claims.verdict import Direction
from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.registry import find
from silicart.errors import ClaimError, nearest
from silicart.evidence import load_observations, load_sources
from silicart.evidence.document import Section, read_document
from silicart.evidence.shipped import find_text

STATISTICS: tuple[str, ...] = ("mean", "fraction", "median")


@dataclass(frozen=True)
class Comparator:
    """What an arm is compared with: another arm, or a published number (`value`, with the evidence id)."""

    label: str
    arm: str | None = None
    value: float | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Claim:
    """One row of the ledger before it is judged.

    With a comparator the number judged is the arm's statistic minus the comparator's, patient by patient where the
    comparator is an arm; without one it is the arm's statistic itself. `needs_room` names what is missing where the
    number cannot be computed yet; `endpoint` is then only a name. `study` names the study in which the row is computed
    where that is not the one whose claims these are: another disease. See `LedgerRow` for the other fields.
    """

    id: str
    claim_id: str
    claim: str
    quantity: str
    endpoint: str
    statistic: Statistic
    arm: str
    comparator: Comparator | None
    direction: Direction
    margin: float
    margin_reason: str
    unit: str
    evidence: tuple[str, ...]
    published: tuple[PublishedValue, ...]
    durability: bool
    needs_room: str | None
    where: str
    study: str | None = None


@dataclass(frozen=True)
class ClaimSet:
    """All rows of an announcement, and its statements that simulation does not decide."""

    announcement: str
    rows: tuple[Claim, ...]
    statements: tuple[Statement, ...]

    def within(self, study: str | None) -> ClaimSet:
        """Return the claims with those rows alone that are computed in a study; None is the claims' own."""
        return replace(self, rows=tuple(one for one in self.rows if one.study == study))

    def elsewhere(self) -> tuple[str, ...]:
        """Return the other studies that some row is computed in, in the order of first need."""
        return tuple(dict.fromkeys(one.study for one in self.rows if one.study is not None))

    def arms(self) -> frozenset[str]:
        """Return the arms that some computed row needs."""
        needed = [one for one in self.rows if one.needs_room is None]
        with_arm = [one.comparator.arm for one in needed if one.comparator is not None]
        return frozenset([one.arm for one in needed] + [arm for arm in with_arm if arm is not None])

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the endpoints that some computed row needs."""
        computed = [one for one in self.rows if one.needs_room is None]
        return tuple({one.endpoint: find(one.endpoint, where=one.where) for one in computed}.values())


def load_claims(name_or_path: str | Path) -> ClaimSet:
    """Load a claims file: a built-in by name ("sys6020"), or a path.

    Raises ClaimError with file and line: unknown or missing key, unknown endpoint, unit that is not the endpoint's,
    evidence id that is neither an observation nor a source, a row without evidence.

    Examples
    --------
    >>> claims = load_claims("sys6020")
    >>> len({row.claim_id for row in claims.rows})
    10
    """
    return read_claims(*find_text(name_or_path, "claims", "claims", ClaimError))


def read_claims(text: str, name: str) -> ClaimSet:
    """Read the text of a claims file; `name` is what messages show. Raises ClaimError as `load_claims` does."""
    top = read_document(text, name, ClaimError).top()
    top.allow("announcement", "claims", "statements")
    known = _known_evidence()
    rows: dict[str, Claim] = {}
    for claim_id, claim in top.section("claims").sections():
        claim.allow("claim", "rows")
        for row_id, row in claim.section("rows").sections():
            if row_id in rows:
                raise row.fail("a row stands twice", found=row_id, expected=f"only the one at {rows[row_id].where}")
            rows[row_id] = _row(row_id, row, claim_id, claim.text("claim"), known)
    statements = (
        tuple(_statement(id, part, known) for id, part in top.section("statements").sections())
        if top.has("statements")
        else ()
    )
    return ClaimSet(top.text("announcement"), tuple(rows.values()), statements)


def check_arms(claims: ClaimSet, arms: Mapping[str, bool]) -> None:
    """Check the rows against a study's arms, name -> "has a product".

    Raises ClaimError when a computed row names an arm that the study has not, or judges a course against an arm without
    a product: there it is held by a steady state, not by the natural course of the disease, so that a difference to it
    would flatter every treatment. What is read at visits has flares, fluctuation and the response to standard care.
    """
    for row in claims.rows:
        if row.needs_room is not None:
            continue
        for role, arm in (("arm", row.arm), ("comparator", row.comparator.arm if row.comparator else None)):
            if arm is None:
                continue
            if arm not in arms:
                near = nearest(arm, arms)
                raise ClaimError(
                    f"the {role} of a claim is not in the study",
                    where=row.where,
                    found=arm,
                    expected="one of: " + ", ".join(arms),
                    remedy=f"did you mean {near}?" if near else "add the arm to the study, or remove the row",
                )
            if not arms[arm] and find(row.endpoint, where=row.where).reads != "chart":
                raise ClaimError(
                    "a claim is judged against simulated standard care",
                    where=row.where,
                    found=arm,
                    expected="an arm with a product, a published number, or an endpoint that is read at visits",
                    remedy="the untreated course is a steady state and no natural history; put the published placebo "
                    "rates beside the row",
                )


def _known_evidence() -> Collection[str]:
    return {*load_observations(), *load_sources()}


def _row(id: str, row: Section, claim_id: str, claim: str, known: Collection[str]) -> Claim:
    row.allow(
        "quantity", "endpoint", "statistic", "arm", "comparator", "direction", "margin", "margin_reason", "unit",
        "evidence", "published", "durability", "needs_room", "study",
    )  # fmt: skip
    needs_room = row.optional_text("needs_room")
    endpoint, unit = row.text("endpoint"), row.text("unit")
    if needs_room is None:
        defined = find(endpoint, where=row.at("endpoint"))
        if defined.unit != unit:
            raise row.fail(f"the unit of {id} is not its endpoint's", "unit", found=unit, expected=defined.unit)
    durability = row.data.get("durability", False)
    if not isinstance(durability, bool):
        raise row.fail("durability is yes or no", "durability", found=durability, expected="true or false")
    evidence = row.words("evidence")
    if not evidence:
        raise row.fail(f"{id} has no evidence", expected="evidence: [an observation or a source]")
    for one in evidence:
        _check_evidence(row, "evidence", one, known)
    return Claim(
        id=id,
        claim_id=claim_id,
        claim=claim,
        quantity=row.text("quantity"),
        endpoint=endpoint,
        statistic=cast("Statistic", row.choice("statistic", STATISTICS)),
        arm=row.text("arm"),
        comparator=_comparator(row, known),
        direction=cast("Direction", row.choice("direction", ("above", "below"))),
        margin=row.number("margin"),
        margin_reason=row.text("margin_reason"),
        unit=unit,
        evidence=evidence,
        published=tuple(_published(part, known) for part in row.listed("published")),
        durability=durability,
        needs_room=needs_room,
        where=row.where,
        study=row.optional_text("study"),
    )


def _comparator(row: Section, known: Collection[str]) -> Comparator | None:
    if not row.has("comparator"):
        return None
    part = row.section("comparator")
    if part.has("arm"):
        part.allow("arm", "label")
        return Comparator(label=part.optional_text("label") or part.text("arm"), arm=part.text("arm"))
    part.allow("label", "value", "evidence")
    evidence = part.text("evidence")
    _check_evidence(part, "evidence", evidence, known)
    return Comparator(label=part.text("label"), value=part.number("value"), evidence=evidence)


def _published(part: Section, known: Collection[str]) -> PublishedValue:
    part.allow("text", "value", "low", "high", "evidence", "comparable")
    evidence = part.text("evidence")
    _check_evidence(part, "evidence", evidence, known)
    value, low, high = (part.optional_number(key) for key in ("value", "low", "high"))
    observation = load_observations().get(evidence)
    comparable = part.data.get("comparable", False)
    if not isinstance(comparable, bool) or (comparable and observation is None):
        raise part.fail(
            "comparable says that an observation measures what the row does",
            "comparable",
            found=comparable,
            expected="true, with the id of an observation as evidence, or nothing",
        )
    if comparable and observation is not None:
        # The observation file is the one place of a published number; a row only says that it is the same quantity.
        value, low, high = observation.value, observation.low, observation.high
    text = part.optional_text("text") or (observation.label if observation is not None else evidence)
    return PublishedValue(text, evidence, value, low, high)


def _statement(id: str, part: Section, known: Collection[str]) -> Statement:
    part.allow("statement", "finding", "source", "as_of", "evidence")
    evidence = part.words("evidence")
    for one in evidence:
        _check_evidence(part, "evidence", one, known)
    return Statement(
        id=id,
        statement=part.text("statement"),
        finding=part.text("finding"),
        source=part.text("source"),
        as_of=part.text("as_of"),
        evidence=evidence,
    )


def _check_evidence(section: Section, key: str, id: str, known: Collection[str]) -> None:
    if id not in known:
        near = nearest(id, known)
        raise section.fail(
            "unknown evidence",
            key,
            found=id,
            expected="the id of an observation or of a source",
            remedy=f"did you mean {near}?" if near else "add the observation with its source",
        )
