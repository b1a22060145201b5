"""For any people and any company: a patient is the same person, and a new parameter changes nobody."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from silicart.evidence import load_register
from silicart.population.filling import fill
from silicart.population.filters import Check
from silicart.population.keys import uniform

NUMBERS = st.lists(st.integers(0, 400), min_size=1, max_size=12, unique=True)
WORD = st.integers(0, 2**32 - 1)
CHECKS = (
    Check("k_kill outside 5 to 10", "filter", "k_kill", 5.0, 10.0),
    Check("body_weight above 75", "filter", "body_weight", None, 75.0),
)


def themselves(parameters, ids):
    return {id: parameters[id] for id in ids}


def people(numbers, seed, register=None, per_draw=10):
    return fill(register or load_register(), CHECKS, themselves, np.asarray(numbers), seed, per_draw)


@given(st.integers(0, 2**64 - 1), st.lists(st.tuples(WORD, WORD), min_size=1, max_size=20), WORD, WORD)
def test_a_number_does_not_depend_on_the_array_it_is_drawn_in(seed, addresses, occasion, attempt):
    draw, patient = np.array(addresses, dtype=np.int64).T
    together = uniform(seed, draw, patient, "k_kill", occasion, attempt)
    alone = [float(uniform(seed, d, p, "k_kill", occasion, attempt)) for d, p in addresses]
    assert together.tolist() == alone
    assert all(0.0 < value < 1.0 for value in alone)


@given(NUMBERS, NUMBERS, st.integers(0, 2**32))
@settings(max_examples=25)
def test_a_patient_is_the_same_person_in_any_company(some, others, seed):
    first, second = people(some, seed), people(others + [one for one in some if one not in others], seed)
    rows = [second.patients.tolist().index(number) for number in some]
    for id, values in first.parameters.items():
        assert np.array_equal(values, second.parameters[id][rows]), id
    assert np.array_equal(first.attempts, second.attempts[rows])
    assert np.array_equal(first.structure, second.structure[rows])


@given(NUMBERS, st.integers(0, 2**32), st.data())
@settings(max_examples=15)
def test_a_parameter_less_changes_no_other_parameter(some, seed, data):
    whole = load_register()
    bound = {one.first for one in whole.correlations} | {one.second for one in whole.correlations}
    bound |= {name for category in whole.categories for option in category.options for name in option.settings}
    bound |= {check.quantity for check in CHECKS}
    gone = data.draw(st.sampled_from(sorted(set(whole.variable()) - bound)))
    smaller = replace(whole, entries={id: entry for id, entry in whole.items() if id != gone})
    before, after = people(some, seed), people(some, seed, smaller)
    assert set(before.parameters) - set(after.parameters) == {gone}
    for id, values in after.parameters.items():
        assert np.array_equal(values, before.parameters[id]), id


@given(NUMBERS, st.integers(0, 2**32))
@settings(max_examples=15)
def test_everybody_is_possible_and_counts_add_up(some, seed):
    found = people(some, seed)
    assert np.all((found.parameters["k_kill"] >= 5.0) & (found.parameters["k_kill"] <= 10.0))
    assert np.all(found.parameters["body_weight"] <= 75.0)
    refused = found.candidates - found.passed
    assert max((one.count for one in found.rejected), default=0) <= refused
    assert sum(one.alone for one in found.rejected) <= refused <= sum(one.count for one in found.rejected)
