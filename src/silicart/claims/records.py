"""The ledger as plain records: how it is stored, and how it is read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from silicart.claims.row import Decider, GradeCTest, LedgerRow, PublishedValue, Statement, StructureEstimate
from silicart.errors import StoreError

_PARTS = {
    "published": PublishedValue,
    "decided_by": Decider,
    "grade_c": GradeCTest,
    "per_structure": StructureEstimate,
    "movers": Decider,
}


def ledger_to_records(rows: Sequence[LedgerRow], statements: Sequence[Statement]) -> dict[str, Any]:
    """Return the ledger as a mapping of plain values that JSON can hold."""
    return {"rows": [asdict(row) for row in rows], "statements": [asdict(one) for one in statements]}


def ledger_from_records(records: Mapping[str, Any]) -> tuple[tuple[LedgerRow, ...], tuple[Statement, ...]]:
    """Return rows and statements as they were stored.

    Raises StoreError when a field is missing or unknown: the result was written by another version.
    """
    try:
        rows = tuple(_row(record) for record in records["rows"])
        statements = tuple(Statement(**{**one, "evidence": tuple(one["evidence"])}) for one in records["statements"])
    except (KeyError, TypeError) as bad:
        raise StoreError(
            "the stored ledger is not one that this version writes",
            where="ledger.json",
            found=str(bad),
            remedy="run the study again",
        ) from None
    return rows, statements


def _row(record: Mapping[str, Any]) -> LedgerRow:
    values = dict(record)
    for name, kind in _PARTS.items():
        values[name] = tuple(kind(**_with_interval(part)) for part in values[name])
    values["evidence"] = tuple(values["evidence"])
    return LedgerRow(**_with_interval(values))


def _with_interval(values: Mapping[str, Any]) -> dict[str, Any]:
    # JSON has no tuples; an interval is one everywhere else.
    if values.get("interval") is None:
        return dict(values)
    return {**values, "interval": tuple(values["interval"])}
