"""The stored ledger is read again as it was."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from silicart.claims.claim import Claim, ClaimSet, Comparator
from silicart.claims.ledger import compute_ledger
from silicart.claims.records import ledger_from_records, ledger_to_records
from silicart.claims.row import PublishedValue, Statement
from silicart.errors import StoreError


def test_a_ledger_survives_json(claim: Claim, synthetic: type) -> None:
    run = synthetic()
    published = (PublishedValue("38 %", "Cambridge2006", 0.38),)
    claims = (
        replace(claim, published=published),
        replace(claim, id="second", comparator=Comparator("lentiviral CD19", arm="lentiviral-cd19")),
        replace(claim, id="third", needs_room="economics"),
    )
    rows = compute_ledger(ClaimSet("test", claims, ()), run.tables(), run.register, run.repeat)
    statements = (Statement("first", "world's first", "unknown", "a registry", "2024-08-09", ("Mackensen2022",)),)
    text = json.dumps(ledger_to_records(rows, statements))
    assert ledger_from_records(json.loads(text)) == (rows, statements)


def test_a_ledger_of_another_version_is_refused() -> None:
    with pytest.raises(StoreError, match="this version"):
        ledger_from_records({"rows": [{"id": "x"}], "statements": []})
