"""The shipped observations and values: nothing that was only remembered, and no group of unknown size."""

import re

import pytest

from silicart.evidence import load_observations, load_register

OBSERVATIONS = load_observations()
REGISTER = load_register()
RECORD = re.compile(r"(clinical|disease|product|supplement):(?P<id>[A-Z]{1,2}\d+)\Z")
# The readings give what was only remembered an id of Z, R or a second letter R; X was worked out without a source.
REMEMBERED = re.compile(r"(Z|R|X|[A-Z]R)\d+\Z")


@pytest.mark.parametrize("id", list(OBSERVATIONS))
def test_an_observation_names_records_that_were_read(id: str) -> None:
    records = OBSERVATIONS[id].records
    assert records
    for record in records:
        found = RECORD.match(record)
        assert found is not None, record
        assert REMEMBERED.match(found["id"]) is None, record


def test_what_the_rule_refuses() -> None:
    assert [bool(REMEMBERED.match(id)) for id in ("Z005", "R12", "AR08", "CR01", "X001")] == [True] * 5
    assert not any(REMEMBERED.match(id) for id in ("A39", "D043", "M40", "C005"))


@pytest.mark.parametrize("id", [id for id, one in OBSERVATIONS.items() if one.simulated])
def test_a_simulated_figure_says_of_how_many_patients(id: str) -> None:
    assert OBSERVATIONS[id].n


@pytest.mark.parametrize("id", [id for id, e in REGISTER.items() if "recalled" in (e.reasoning or "")])
def test_a_value_of_which_memory_speaks_is_an_assumption_with_a_range(id: str) -> None:
    entry = REGISTER[id]
    assert entry.grade == "C"
    assert "assumption" in entry.sources
    assert entry.low is not None


def test_a_figure_that_lies_in_a_table_and_is_not_simulated_says_why() -> None:
    for one in OBSERVATIONS.values():
        if one.table is not None and not one.simulated:
            assert one.note, one.id
