"""Typical values and patients: centres, spreads, correlations, structures, and who is untouched by what."""

import numpy as np
import pytest

from silicart.errors import PopulationError
from silicart.population.draws import draw_patient_values, draw_typical_values

DRAWS = np.arange(400)
NEW = np.zeros(len(DRAWS), dtype=np.int64)


@pytest.fixture(name="two")
def two_entries(build):
    return (build.entry("k", 2.0, 0.3, 0.5), build.entry("d", 5.0, 0.0, 0.2), build.entry("fixed", 7.0))


def patients_of(book, seed=3, per_draw=20, draws=DRAWS):
    typical = draw_typical_values(book, seed, draws, np.zeros(len(draws), dtype=np.int64))
    row = np.repeat(np.arange(len(draws)), per_draw)
    patient = draws[row] * per_draw + np.tile(np.arange(per_draw), len(draws))
    return typical, row, draw_patient_values(book, seed, typical, row, patient, np.zeros(len(row), dtype=np.int64))


def test_typical_values_have_the_register_median_and_spread(build, two):
    typical = draw_typical_values(build.register(*two), 3, DRAWS, NEW)
    logs = np.log(typical.values["k"] / 2.0)
    assert abs(logs.mean()) < 4 * 0.3 / np.sqrt(len(DRAWS))
    assert logs.std() == pytest.approx(0.3, rel=0.15)
    assert np.all(typical.values["d"] == 5.0)
    assert np.all(typical.values["fixed"] == 7.0)


def test_patients_vary_around_the_typical_value_of_their_own_draw(build, two):
    typical, row, values = patients_of(build.register(*two))
    within = np.log(values["k"] / typical.values["k"][row])
    assert within.std() == pytest.approx(0.5, rel=0.03)
    assert abs(within.mean()) < 4 * 0.5 / np.sqrt(len(row))
    assert np.all(values["fixed"] == 7.0)
    # The draw's own number and the patients' numbers are unrelated.
    assert abs(np.corrcoef(within, np.log(typical.values["k"][row]))[0, 1]) < 4 / np.sqrt(len(row))


def test_a_new_parameter_changes_no_other_value(build, two):
    before, _, patients_before = patients_of(build.register(*two))
    after, _, patients_after = patients_of(build.register(build.entry("new", 1.0, 0.4, 0.4), *two))
    for id in ("k", "d", "fixed"):
        assert np.array_equal(before.values[id], after.values[id])
        assert np.array_equal(patients_before[id], patients_after[id])
    assert np.array_equal(before.choices["structure"], after.choices["structure"])


def test_a_correlation_is_achieved_on_the_normal_scores(build, two):
    book = build.register(*two, correlations=(build.correlation("k", "d", 0.9),))
    typical, row, values = patients_of(book)
    scores = [np.log(values[id] / typical.values[id][row]) for id in ("k", "d")]
    assert np.corrcoef(*scores)[0, 1] == pytest.approx(0.9, abs=0.01)
    assert scores[1].std() == pytest.approx(0.2, rel=0.03)


def test_a_correlation_changes_nobody_outside_it_and_not_its_first_member(build, two):
    pair = (*two, build.entry("e", 1.0, 0.0, 0.3))
    _, _, apart = patients_of(build.register(*pair))
    _, _, tied = patients_of(build.register(*pair, correlations=(build.correlation("k", "d", 0.9),)))
    assert np.array_equal(apart["k"], tied["k"])
    assert np.array_equal(apart["e"], tied["e"])
    assert not np.allclose(apart["d"], tied["d"])


def test_a_correlation_between_typical_values_leaves_patients_free(build):
    book = build.register(
        build.entry("k", 1.0, 0.3, 0.3),
        build.entry("d", 1.0, 0.3, 0.3),
        correlations=(build.correlation("k", "d", 0.8, "values"),),
    )
    typical, row, values = patients_of(book, draws=np.arange(4000), per_draw=1)
    assert np.corrcoef(np.log(typical.values["k"]), np.log(typical.values["d"]))[0, 1] == pytest.approx(0.8, abs=0.03)
    within = [np.log(values[id] / typical.values[id][row]) for id in ("k", "d")]
    assert abs(np.corrcoef(*within)[0, 1]) < 4 / np.sqrt(4000)


def test_chained_pairs_make_one_group(build):
    chain = tuple(build.entry(id, 1.0, 0.0, 0.3) for id in ("p", "q", "r"))
    book = build.register(*chain, correlations=(build.correlation("p", "q", 0.6), build.correlation("q", "r", 0.6)))
    _, _, values = patients_of(book)
    found = np.corrcoef([np.log(values[id]) for id in ("p", "q", "r")])
    assert found[0, 1] == pytest.approx(0.6, abs=0.03)
    assert found[1, 2] == pytest.approx(0.6, abs=0.03)
    assert abs(found[0, 2]) < 0.05


def test_contradicting_correlations_are_refused(build):
    chain = tuple(build.entry(id, 1.0, 0.0, 0.3) for id in ("p", "q", "r"))
    pairs = (build.correlation("p", "q", 0.9), build.correlation("q", "r", 0.9), build.correlation("p", "r", -0.9))
    with pytest.raises(PopulationError, match="contradict"):
        patients_of(build.register(*chain, correlations=pairs))


def test_what_varies_between_lots_is_drawn_a_patient_and_between_visits_is_not(build):
    book = build.register(build.entry("lot", 1.0, 0.0, 0.3, "lots"), build.entry("visit", 1.0, 0.0, 0.3, "visits"))
    _, _, values = patients_of(book)
    assert np.log(values["lot"]).std() == pytest.approx(0.3, rel=0.05)
    assert np.all(values["visit"] == 1.0)


def test_structures_come_in_equal_parts_in_random_order_and_set_their_switches(build, two):
    typical = draw_typical_values(build.register(*two), 3, np.arange(100), np.zeros(100, dtype=np.int64))
    first = typical.choices["structure"] == "a"
    assert first.sum() == 50
    assert np.all(first[0::2] != first[1::2])
    assert 10 < first[0::2].sum() < 40
    assert np.array_equal(typical.values["switch_a"], first.astype(float))
    assert np.array_equal(typical.values["switch_a"] + typical.values["switch_b"], np.ones(100))


def test_a_redrawn_draw_keeps_its_structure_and_takes_new_values(build, two):
    first = draw_typical_values(build.register(*two), 3, DRAWS, NEW)
    again = draw_typical_values(build.register(*two), 3, DRAWS, NEW + 1)
    assert np.array_equal(first.choices["structure"], again.choices["structure"])
    assert not np.any(first.values["k"] == again.values["k"])


def test_structures_can_be_narrowed_and_an_unknown_one_is_refused(build, two):
    only = draw_typical_values(build.register(*two), 3, DRAWS, NEW, options={"structure": ["b"]})
    assert set(only.choices["structure"]) == {"b"}
    assert np.all(only.values["switch_b"] == 1.0)
    with pytest.raises(PopulationError, match="unknown option") as caught:
        draw_typical_values(build.register(*two), 3, DRAWS, NEW, options={"structure": ["z"]})
    assert caught.value.found == "z"


def test_an_override_holds_for_typical_values_and_patients(build, two):
    book = build.register(*two)
    typical = draw_typical_values(book, 3, np.arange(3), np.zeros(3, dtype=np.int64), overrides={"k": 9.0})
    rows = np.arange(3)
    values = draw_patient_values(book, 3, typical, rows, rows, np.zeros(3, dtype=np.int64), overrides={"k": 9.0})
    assert values["k"].tolist() == [9.0, 9.0, 9.0]
    assert len(set(values["d"])) == 3
