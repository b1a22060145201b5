"""Cases and their outcomes: what counts as right, wrong, refused and failed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from silicart.errors import VerificationError
from silicart.verification import Case, Course, counts_by_suite, counts_by_tag, find_suites, judge, verification_folder
from silicart.verification import judging as judging_module
from silicart.verification.judging import excess

Folder = Callable[..., Path]


def cases(folder: Path) -> dict[str, Case]:
    (suite,) = find_suites(folder)
    return {case.id: case for case in suite.cases}


@pytest.mark.parametrize(
    ("name", "kind", "good", "words"),
    [
        ("right", "pass", True, ""),
        ("late", "pass", True, ""),
        ("wrong", "wrong", False, "S at 2: 2.2072766"),
        ("refused", "refused", True, "algebraic rule"),
        ("weak", "refused", False, "algebraic rule"),
        ("unexpected", "refused", False, "algebraic rule"),
        ("broken", "error", False, "m.xml:15"),
    ],
)
def test_a_case_is_judged_by_what_it_expects(suite: Folder, name: str, kind: str, good: bool, words: str) -> None:
    outcome = judge(cases(suite(name))[name])
    assert (outcome.kind, outcome.good) == (kind, good), outcome.message
    assert words in outcome.message
    assert outcome.silently_wrong is (kind == "wrong")


def test_the_first_value_that_differs_is_told_with_how_far_it_is(suite: Folder) -> None:
    outcome = judge(cases(suite("wrong"))["wrong"])
    assert re.fullmatch(
        r"S at 2: 2\.20727\d+ instead of 2\.20948392, (9\.9\d|10) times what is allowed", outcome.message
    )
    assert outcome.worst == pytest.approx(10.0, rel=0.01)


def test_a_warning_does_not_excuse_a_wrong_table(suite: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cases(suite("right"))["right"]
    values = np.zeros((5, 2))
    monkeypatch.setattr(judging_module, "run_job", lambda _: Course("warned", "a power was clamped", values))
    outcome = judge(case)
    assert (outcome.kind, outcome.good, outcome.warned, outcome.silently_wrong) == ("wrong", False, True, False)
    assert outcome.message.startswith("warned: a power was clamped; S at 0: 0 instead of 6")


def test_a_variable_may_have_tolerances_of_its_own(suite: Folder) -> None:
    folder = suite("wrong")
    (folder / "wrong" / "tolerances.csv").write_text("variable,absolute,relative\nS,0,0.01\n", encoding="utf-8")
    assert judge(cases(folder)["wrong"]).kind == "pass"
    (folder / "wrong" / "tolerances.csv").write_text("variable,absolute,relative\nk,0,0.01\n", encoding="utf-8")
    assert judge(cases(folder)["wrong"]).kind == "wrong"


def test_results_that_do_not_fit_the_settings_are_an_error_not_a_pass(suite: Folder) -> None:
    folder = suite("right")
    (folder / "right" / "results.csv").write_text("time,S,k\n0,6,0.5\n", encoding="utf-8")
    outcome = judge(cases(folder)["right"])
    assert (outcome.kind, outcome.good) == ("error", False)
    assert "1] rows" in outcome.message


def test_the_rule_is_that_of_the_sbml_test_suite() -> None:
    right = np.array([1.0, 0.0, -np.inf, np.nan, np.nan, np.inf])
    found = np.array([1.3, 0.2, -np.inf, np.nan, 0.0, -np.inf])
    assert excess(right, found, 0.1, 0.1).round(12).tolist() == [1.5, 2.0, 0.0, 0.0, np.inf, np.inf]
    assert excess(np.zeros(2), np.array([0.0, 1e-9]), 0.0, 0.1).tolist() == [0.0, np.inf]


def test_end_points_are_judged_at_the_end_alone(tmp_path: Path, model: Path) -> None:
    table = "problem,t_end,variable,reference\ndecay,2,S,1.1036383235143269\n"
    (tmp_path / "reference_endpoints.csv").write_text(table, encoding="utf-8")
    case = cases(tmp_path)["decay"]
    assert (case.job.duration, case.job.variables, case.job.sbml) == (2.0, ("S",), model)
    outcome = judge(case)
    assert (outcome.kind, outcome.good) == ("pass", True), outcome.message
    assert judge(replace(case, endpoints={"S": 1.10364})).kind == "wrong"


def test_suites_are_found_in_folders_of_folders_in_order(suite: Folder, tmp_path: Path) -> None:
    suite("right", folder="b")
    suite("wrong", "refused", folder="a")
    found = find_suites(tmp_path)
    assert [(one.name, [case.id for case in one.cases]) for one in found] == [
        ("a", ["wrong", "refused"]),
        ("b", ["right"]),
    ]


def test_a_folder_without_suites_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(VerificationError, match="no verification suite"):
        find_suites(tmp_path)
    monkeypatch.setenv("SILICART_VERIFICATION", str(tmp_path / "absent"))
    with pytest.raises(VerificationError, match="absent"):
        verification_folder()
    monkeypatch.setenv("SILICART_VERIFICATION", str(tmp_path))
    assert verification_folder() == tmp_path
    monkeypatch.delenv("SILICART_VERIFICATION")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(VerificationError, match="not part of silicart"):
        verification_folder()
    (tmp_path / "shared" / "verification").mkdir(parents=True)
    assert verification_folder().is_dir()


def test_outcomes_are_counted_by_suite_and_by_tag(suite: Folder) -> None:
    outcomes = [judge(case) for case in cases(suite("right", "wrong", "refused")).values()]
    (counted,) = counts_by_suite(outcomes)
    assert (counted.name, counted.cases, counted.good, counted.bad) == ("tiny", 3, 2, 1)
    assert {kind: count for kind, count in counted.by_outcome.items() if count} == {"pass": 1, "wrong": 1, "refused": 1}
    tags = {group.name: (group.cases, group.by_outcome["wrong"]) for group in counts_by_tag(outcomes)}
    assert tags == {"AlgebraicRule": (1, 0), "Amount": (3, 1), "Event": (1, 1), "Reaction": (1, 0), "Species": (2, 1)}
