"""The engine beside suites that others wrote, where their folder is at hand: a sample, and all in `make verify`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from silicart.errors import VerificationError
from silicart.verification import Outcome, Suite, find_suites, judge_all, verification_folder

SAMPLE = 60
TIME_LIMIT = 60.0

#: Cases of each suite, and how many of them must come to what they expect.
SIZES = {"sbml_suite": 978, "sbml_refuse": 251, "sbml_l2": 67, "biomodels": 100, "ivp_testset": 6}
# All of it in a minute on two cores.
SECONDS, CORES = 60.0, 2


@pytest.fixture(scope="module")
def suites() -> dict[str, Suite]:
    """The suites by name; the test is skipped where they are not."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "verification"
    try:
        folder = beside if "SILICART_VERIFICATION" not in os.environ and beside.is_dir() else verification_folder()
    except VerificationError as error:
        pytest.skip(f"{error.problem}: {error.remedy}")
    return {suite.name: suite for suite in find_suites(folder)}


def run(suites: Sequence[Suite], every: int = 1) -> list[Outcome]:
    cases = [case for suite in suites for case in suite.cases]
    return judge_all(cases[::every], jobs=os.cpu_count() or 1, time_limit=TIME_LIMIT)


def not_as_expected(outcomes: Sequence[Outcome]) -> list[str]:
    return [f"{one.case.suite}/{one.case.id}: {one.kind}, {one.message}" for one in outcomes if not one.good]


def test_a_sample_of_every_suite(suites: dict[str, Suite]) -> None:
    total = sum(len(suite.cases) for suite in suites.values())
    outcomes = run(list(suites.values()), every=max(total // SAMPLE, 1))
    assert len(outcomes) >= min(total, SAMPLE)
    assert not_as_expected(outcomes) == []


@pytest.mark.verify
def test_every_case_of_every_suite(suites: dict[str, Suite], capsys: pytest.CaptureFixture[str]) -> None:
    assert {name: len(suite.cases) for name, suite in suites.items() if name in SIZES} == SIZES
    before = os.times()
    outcomes = run(list(suites.values()))
    after = os.times()
    # Processor time of the workers: what the suites cost, whatever else the machine was doing.
    seconds = sum(after[2:4]) - sum(before[2:4])
    passing = [one for one in outcomes if one.kind == "pass"]
    warned = sum(one.warned for one in passing)
    with capsys.disabled():
        print(f"\n{len(outcomes)} cases, {len(passing)} passed, {warned} warned, {seconds:.0f} processor seconds")
    assert not_as_expected(outcomes) == []
    assert [one.case.id for one in outcomes if one.case.suite != "sbml_refuse" and one.kind != "pass"] == []
    assert warned <= 0.01 * len(passing)
    assert seconds / CORES <= SECONDS
