"""Rows of a ledger that are computed in another study: the same product in another disease.

The announcement names three diseases, a study has one. For such rows the other study is run with the draws of this one,
only in the arms that they name, and judged by the same rule.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from silicart.claims.claim import ClaimSet, check_arms
from silicart.claims.ledger import compute_ledger
from silicart.claims.row import LedgerRow
from silicart.endpoints.registry import select
from silicart.errors import StudyError
from silicart.evidence import Register
from silicart.simulation import Listener, Progress
from silicart.study.acting import model_of, run_tables
from silicart.study.arm import Reading, simulate_arm
from silicart.study.design import Study
from silicart.study.people import draw_people
from silicart.study.reading import load_study
from silicart.study.repeating import Repeater


def judged_elsewhere(
    study: Study, claims: ClaimSet, register: Register, own_values: bool, progress: Listener | None,
    threads: int | None, chunk: int | None,
) -> tuple[LedgerRow, ...]:  # fmt: skip
    """Return the rows of a study's claims that are computed in other studies.

    Patients, patients per draw, seed and structures are those of the study.

    Raises StudyError when a row needs an endpoint that the other study does not read.
    """
    rows: list[LedgerRow] = []
    for name in claims.elsewhere():
        subset = claims.within(name)
        plan = study.population
        other = load_study(name)
        other = replace(other, population=replace(plan, values=other.population.values), observables=())
        check_arms(subset, {arm.name: arm.product is not None for arm in other.arms})
        wanted = subset.endpoints()
        missing = [one for one in wanted if one.id not in other.endpoints]
        if missing:
            raise StudyError(
                "a claim needs an endpoint that the study of another disease does not read",
                where=other.source,
                found=", ".join(one.id for one in missing),
                expected="endpoints: all, or a list with these, within the horizon",
                remedy="add them there, or name another study in the row",
            )
        model = model_of(other, register, own_values)
        population = draw_people(other, register, model)
        grid = select(other.endpoints)
        arms = [arm for arm in other.arms if arm.name in subset.arms()]
        told = Progress(f"simulating {name}", len(arms) * plan.patients, "patient", progress)
        read = [
            simulate_arm(
                other, arm, model, population, Reading(wanted, grid=grid), threads=threads, chunk=chunk, progress=told
            ).endpoints
            for arm in arms
        ]
        endpoints = pd.concat(read, ignore_index=True)
        repeater = Repeater(other, model, register, population, endpoints, wanted, grid, threads, chunk)
        tables = run_tables(other, model, register, population, endpoints)
        rows += compute_ledger(subset, tables, register, repeater, progress)
    return tuple(rows)


def in_order(rows: tuple[LedgerRow, ...], claims: ClaimSet) -> tuple[LedgerRow, ...]:
    """Return rows in the order of their claims."""
    place = {one.id: position for position, one in enumerate(claims.rows)}
    return tuple(sorted(rows, key=lambda row: place[row.id]))
