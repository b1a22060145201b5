"""A lot is judged by limits from a file; out of specification and failed are two outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from silicart.errors import ProcessError
from silicart.evidence import load_register
from silicart.product.making.lots import make_lot
from silicart.product.making.process import load_process
from silicart.product.making.release import judge, load_limits, read_limits

REGISTER = load_register()
OWN = "release: own\ntitle: Own\nlimits:\n  {limit}\n"


def refused(limit: str) -> ProcessError:
    with pytest.raises(ProcessError) as raised:
        read_limits(OWN.format(limit=limit), "own.yaml")
    return raised.value


def test_a_limit_on_what_is_not_measured_is_refused_with_what_is() -> None:
    error = refused("endotoxin: {max: 0.5, source: Castella2018}")
    assert (error.found, error.where) == ("endotoxin", "own.yaml:4")
    assert "viability" in str(error.expected)
    assert "tested" in str(error.remedy)
    assert refused("viabilty: {min: 0.7, source: assumption}").remedy == "did you mean viability?"


@pytest.mark.parametrize(
    ("limit", "problem"),
    [
        ("viability: {source: assumption}", "needs one bound"),
        ("viability: {min: 0.7, max: 0.9, source: assumption}", "needs one bound"),
        ("viability: {min: 0.7}", "no known source"),
        ("viability: {min: 0.7, source: Nobody1900}", "no known source"),
        ("viability: {min: most, source: assumption}", "not a number"),
        ("viability: {least: 0.7, source: assumption}", "unknown key"),
        ("viability: {min: 70, source: assumption}", "no lot can have that viability"),
        ("viable_cells: {min: -1, source: assumption}", "no lot can have that viable_cells"),
    ],
)
def test_a_malformed_limit_is_refused(limit: str, problem: str) -> None:
    assert problem in refused(limit).problem


def test_the_two_outcomes_and_release_are_all_there_is(donors: Mapping[str, Any]) -> None:
    for name in ("mrna-lnp-bcma", "electroporated-mrna-bcma", "lentiviral-bcma"):
        process = load_process(name)
        assert process.release is not None
        release = judge(make_lot(process, donors), load_limits(process.release), donors)
        total = release.released + release.out_of_specification + release.failure
        assert np.allclose(total, 1.0)
        assert np.allclose(sum(release.causes.values()), release.failure)
        missed = np.logical_or.reduce(list(release.misses.values()))
        assert (missed == ~release.in_specification).all()


def test_a_lot_beyond_a_terminal_limit_has_failed_for_that_reason() -> None:
    lot = make_lot(load_process("lentiviral-bcma"), REGISTER)
    text = OWN.format(limit="viability: {min: 0.99, source: assumption}")
    text += "failure:\n  CAR_positive_cells: {min: 1e12, source: assumption}\n"
    release = judge(lot, read_limits(text, "own.yaml"), REGISTER)
    assert release.failure == pytest.approx(1.0)
    assert release.causes["low viable CAR+ cells"] > 0.95
    assert not release.in_specification
    assert release.misses["low viable share of all cells"]
    assert release.out_of_specification == pytest.approx(0.0)


def test_chances_come_from_the_values_that_are_given() -> None:
    lot, limits = make_lot(load_process("lentiviral-bcma"), REGISTER), load_limits("lentiviral-car-t")
    sure = judge(lot, limits, {"apheresis_failure": 0.0, "contamination": 0.0})
    risky = judge(lot, limits, {"apheresis_failure": 0.5, "contamination": 0.5})
    assert sure.failure == 0.0
    assert risky.failure == pytest.approx(0.75)


def test_limits_need_cells() -> None:
    with pytest.raises(ProcessError, match="does not have"):
        judge(make_lot(load_process("in-vivo-bcma"), REGISTER), load_limits("mrna-car-t"))
    with pytest.raises(ProcessError, match="unknown limits"):
        load_limits("mrna-cart")


def test_published_limits_are_the_shipped_ones() -> None:
    limits = {limit.attribute: limit for limit in load_limits("lentiviral-car-t").limits if not limit.terminal}
    assert (limits["viability"].low, limits["CAR_positive"].low, limits["vector_copies"].high) == (0.7, 0.2, 10.0)
    assert "endotoxin" in load_limits("lentiviral-car-t").tested
