"""The virtual lupus patients of the shipped register and model: plausible, correlated, quick, and explained."""

import time
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtri

from silicart.errors import PopulationError
from silicart.evidence import load_register
from silicart.population import draw_population
from silicart.population.draws import draw_patient_values, draw_typical_values
from silicart.simulation import baseline, load_model


@pytest.fixture(name="model", scope="module")
def lupus_model():
    return load_model("sle")


@pytest.fixture(name="population", scope="module")
def two_hundred_patients(model):
    return draw_population(load_register(), model, 200, seed=1)


def test_negative_closures_are_rare(population):
    assert population.closure_share < 0.02
    assert population.candidates > 200


def test_every_patient_passes_every_filter(population, model):
    filters = [one for one in load_register().filters if not one.diseases or "sle" in one.diseases]
    assert len(filters) >= 8
    values = baseline(model, population.settings(model), [one.quantity for one in filters])
    for one in filters:
        concerned = np.isin(population.structure, one.structures or population.structure)
        assert one.passes(values[one.quantity])[concerned].all(), one.id


def test_refusals_are_explained_by_filters_of_the_register(population):
    assert population.acceptance > 0.1
    ids = {one.id for one in load_register().filters}
    assert {one.reason.split()[0] for one in population.rejected if one.kind == "filter"} <= ids


def test_the_three_structures_are_drawn_in_equal_parts(population):
    counts = np.unique(population.draw_structure, return_counts=True)
    assert counts[0].tolist() == ["a", "b", "c"]
    assert counts[1].min() >= 6
    switches = [population.parameters[id] for id in ("loop_interferon", "loop_linear", "loop_help")]
    assert np.all(np.sum(switches, axis=0) == 1.0)


def test_blood_and_tissue_pools_are_correlated_as_the_register_says():
    register = load_register()
    typical = draw_typical_values(register, 1, np.arange(1), np.zeros(1, dtype=np.int64))
    patients = np.arange(5000)
    values = draw_patient_values(register, 1, typical, np.zeros_like(patients), patients, np.zeros_like(patients))
    for pair in register.correlations:
        ranks = [np.argsort(np.argsort(values[id])) for id in (pair.first, pair.second)]
        scores = [ndtri((rank + 0.5) / len(patients)) for rank in ranks]
        assert np.corrcoef(*scores)[0, 1] == pytest.approx(pair.coefficient, abs=0.01)


def test_patient_17_is_the_same_person_in_another_population(population, model):
    alone = draw_population(load_register(), model, [17], seed=1)
    for id, values in alone.parameters.items():
        assert values[0] == population.parameters[id][17], id


def test_a_parameter_that_the_model_does_not_know_changes_nobody(population, model):
    register = load_register()
    new = replace(register["k_kill"], id="k_new")
    wider = replace(register, entries={"k_new": new, **register.entries})
    other = draw_population(wider, model, 200, seed=1)
    assert not np.array_equal(other.parameters["k_new"], other.parameters["k_kill"])
    for id, values in population.parameters.items():
        assert np.array_equal(values, other.parameters[id]), id


def test_a_thousand_patients_are_drawn_in_a_moment(model):
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        draw_population(load_register(), model, 1000, seed=2)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 1.5


def test_structures_can_be_chosen_by_name(model):
    only = draw_population(load_register(), model, 20, seed=1, structures=["b"])
    assert set(only.structure) == {"b"}
    assert np.all(only.parameters["loop_linear"] == 1.0)


@pytest.mark.parametrize(
    ("arguments", "words", "found"),
    [
        ({"patients": 0}, "not patients", "0 in draws of 10"),
        ({"patients": [3, 3]}, "not patients", "[3, 3] in draws of 10"),
        ({"patients": [-1]}, "not patients", "[-1] in draws of 10"),
        ({"patients": 10, "per_draw": 0}, "not patients", "10 in draws of 0"),
        ({"patients": 10, "overrides": {"k_kil": 1.0}}, "unknown parameter", "k_kil"),
        ({"patients": 10, "overrides": {"loop_help": 1.0}}, "rival structure", "loop_help"),
        ({"patients": 10, "structures": ["d"]}, "unknown option", "d"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_was_found(model, arguments, words, found):
    with pytest.raises(PopulationError, match=words) as caught:
        draw_population(load_register(), model, seed=1, **arguments)
    assert caught.value.found == found


def test_the_filters_are_those_of_the_models_disease(model):
    lupus = draw_population(load_register(), model, 50, seed=1)
    named = draw_population(load_register(), model, 50, seed=1, disease="sle")
    without = draw_population(load_register(), model, 50, seed=1, disease="none")
    assert lupus.hash == named.hash
    assert not any(one.reason.startswith("blood_B_cells") for one in without.rejected)
    assert any(one.reason.startswith("blood_B_cells") for one in lupus.rejected)


def test_a_disease_keeps_the_values_that_it_computes_from_its_own():
    myasthenia = load_model("mg")
    population = draw_population(load_register(), myasthenia, 20, seed=1)
    settings = population.settings(myasthenia)
    assert "IgG_0" not in settings
    assert np.array_equal(baseline(myasthenia, settings, ["IgG"])["IgG"], population.parameters["IgG_0_mg"])


def test_overriding_what_the_disease_computes_is_refused():
    with pytest.raises(PopulationError, match="computes this value"):
        draw_population(load_register(), load_model("mg"), 10, seed=1, overrides={"IgG_0": 11.0})
