"""Filling a population: the same patient in any company, refusals counted, hopeless draws drawn again."""

import numpy as np
import pytest

from silicart.errors import PopulationError
from silicart.population.filling import ATTEMPTS, BARREN, fill
from silicart.population.filters import checks_of


@pytest.fixture(name="entries")
def three_entries(build):
    return (build.entry("k", 2.0, 0.3, 0.5), build.entry("d", 5.0, 0.2, 0.2), build.entry("e", 1.0, 0.0, 0.4))


@pytest.fixture(name="people")
def filling(build, entries):
    """Return a function that fills a population of the three entries, by default under two narrow filters."""
    narrow = (build.bounds("k", 1.5, 3.0), build.bounds("e", low=0.8))

    def people(numbers, *, seed=1, filters=narrow, entries=entries, evaluate=build.identity, closures=(), **options):
        book = build.register(*entries, filters=filters, correlations=(build.correlation("d", "e", 0.7),))
        checks = checks_of(closures, book.filters, "sle")
        return fill(book, checks, evaluate, np.asarray(numbers), seed, 10, **options)

    return people


def test_every_patient_is_possible_and_belongs_to_its_draw(people):
    found = people(range(60))
    assert np.array_equal(found.draw, np.arange(60) // 10)
    assert found.parameters["k"].min() >= 1.5
    assert found.parameters["k"].max() <= 3.0
    assert found.parameters["e"].min() >= 0.8
    assert found.attempts.min() == 1
    assert found.attempts.max() > 1


def test_patient_17_is_the_same_person_in_any_population_and_chunk(people):
    alone, few, many, chunk = people([17]), people(range(25)), people(range(500)), people([300, 17, 4])
    for id in ("k", "d", "e", "switch_a"):
        value = alone.parameters[id][0]
        assert value == few.parameters[id][17] == many.parameters[id][17] == chunk.parameters[id][1]
    assert alone.attempts[0] == many.attempts[17]
    assert alone.structure[0] == many.structure[17]
    assert alone.typical["k"][0] == many.typical["k"][1]


def test_the_batch_size_changes_nobody(people, monkeypatch):
    together = people(range(200))
    monkeypatch.setattr("silicart.population.filling._BATCH", 1)
    one_by_one = people(range(200))
    assert together.hash == one_by_one.hash
    assert together.rejected == one_by_one.rejected
    assert together.candidates == one_by_one.candidates


def test_another_seed_is_another_population(people):
    assert people(range(20)).hash != people(range(20), seed=2).hash


def test_a_wider_filter_keeps_those_who_passed_at_once(people, build):
    narrow, wide = people(range(100)), people(range(100), filters=(build.bounds("k", 1.0, 4.0),))
    at_once = (narrow.attempts == 1) & (narrow.redraws[narrow.draw] == 0) & (wide.redraws[wide.draw] == 0)
    assert at_once.sum() > 10
    assert np.array_equal(narrow.parameters["d"][at_once], wide.parameters["d"][at_once])


def test_refusals_are_counted_by_reason_with_those_of_no_other_reason(people, build):
    def with_copy(parameters, ids):
        return build.identity({**parameters, "copy": parameters["k"]}, ids)

    found = people(range(100), filters=(build.bounds("k", 1.5, 3.0), build.bounds("copy", low=1.5)), evaluate=with_copy)
    counts = {one.reason: one for one in found.rejected}
    below = counts["copy below 1.5"].count
    assert counts["k outside 1.5 to 3"].count > below > 0
    assert counts["copy below 1.5"].alone == 0
    assert counts["k outside 1.5 to 3"].alone == counts["k outside 1.5 to 3"].count - below
    assert found.candidates - found.passed == counts["k outside 1.5 to 3"].count
    assert found.candidates == found.attempts.sum()
    assert found.acceptance == pytest.approx(100 / found.attempts.sum())
    assert found.rejections.columns.tolist() == ["reason", "kind", "count", "alone"]


def test_negative_closures_are_counted_as_closures(people, build):
    def with_flux(parameters, ids):
        return build.identity({**parameters, "flux": parameters["d"] - 4.5}, ids)

    found = people(range(200), filters=(build.bounds("k", 1.5, 3.0),), evaluate=with_flux, closures=["flux"])
    closures = [one for one in found.rejected if one.kind == "closure"]
    assert [one.reason for one in closures] == ["flux is negative"]
    assert found.closures_refused == closures[0].count > 0
    assert found.closure_share == closures[0].count / found.candidates
    assert found.parameters["d"].min() >= 4.5


def test_a_draw_that_holds_nobody_is_drawn_again(people, build, entries):
    # The typical value alone decides: half of the draws hold nobody.
    found = people(
        range(400), entries=(build.entry("k", 2.0, 0.5), *entries[1:]), filters=(build.bounds("k", low=2.0),)
    )
    assert found.typical["k"].min() >= 2.0
    assert found.redraws.max() >= 1
    again = found.redraws[found.draw]
    assert np.all(found.attempts[again > 0] > BARREN)
    assert (found.redraws == 0).mean() == pytest.approx(0.5, abs=0.25)


def test_a_draw_too_rare_for_one_of_its_patients_is_drawn_again(people, build):
    def rare(parameters, ids):
        lucky = (parameters["switch_a"] == 1.0) | (parameters["e"] > 1.8)
        return {"luck": lucky.astype(float)}

    found = people(range(40), filters=(build.bounds("luck", low=1.0),), evaluate=rare)
    assert np.all(found.attempts[found.structure == "a"] == 1)
    assert found.attempts.max() < ATTEMPTS * (found.redraws.max() + 1)


def test_a_population_that_cannot_be_filled_names_the_binding_filter(people, build):
    with pytest.raises(PopulationError) as caught:
        people(range(10), filters=(build.bounds("k", low=1e6), build.bounds("e", low=0.9)))
    assert "k below 1e+06 (100 %)" in caught.value.found
    assert "0 of 4000 candidates" in caught.value.found
    assert "k" in caught.value.remedy


def test_overrides_hold_for_everybody_and_change_no_other_value(people):
    free, fixed = people(range(30), filters=()), people(range(30), filters=(), overrides={"k": 2.5})
    assert np.all(fixed.parameters["k"] == 2.5)
    assert np.array_equal(free.parameters["e"], fixed.parameters["e"])


def test_tables_have_one_row_a_draw_and_a_patient(people):
    found = people(range(25))
    assert found.typical.columns.tolist() == ["draw", "structure", "k", "d"]
    assert found.typical["draw"].tolist() == [0, 1, 2]
    table = found.to_pandas()
    assert table.columns.tolist()[:4] == ["patient", "draw", "structure", "k"]
    assert len(table) == len(found) == 25
    assert set(found.structure) <= {"a", "b"}
