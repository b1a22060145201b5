"""Antimony to Network: what is kept, what is refused by name, and where messages point."""

from __future__ import annotations

import math
import pickle
import threading

import pytest

from silicart.errors import ModelError, UnsupportedError
from silicart.network import Apply, Number, Symbol, read_antimony_file, read_antimony_text

DECAY = """
model decay
  unit per_day = 1 / (86400 second)
  unit time_unit = 86400 second
  compartment body = 2 litre
  species A in body
  substanceOnly species B in body
  A = 10 item
  B = start; B has item
  start = 3 item
  k = 0.5 per_day
  half = k/2; half has per_day
  x = 1 dimensionless
  x' = -half*x
  total := B + start; total has item
  fades: A => 2 B; k*A*body
end
"""


def test_states_are_what_reactions_and_rate_rules_change_in_order():
    network = read_antimony_text(DECAY)
    assert network.states == ("A", "B", "x")
    assert network.time_unit == "time_unit"


def test_a_species_is_a_concentration_unless_it_is_declared_as_an_amount():
    first, second = read_antimony_text(DECAY).species
    assert (first.amount, second.amount) == (False, True)
    assert first.initial is not None
    assert first.initial.value == 10.0
    assert second.initial is None, "an initial assignment sets it"


def test_reactions_keep_their_stoichiometry():
    (reaction,) = read_antimony_text(DECAY).reactions
    assert reaction.reactants == (("A", Number(1.0)),)
    assert reaction.products == (("B", Number(2.0)),)


def test_what_a_formula_sets_has_no_value_of_its_own():
    parameters = {entry.id: entry for entry in read_antimony_text(DECAY).parameters}
    assert parameters["half"].value is None
    assert parameters["total"].value is None
    assert parameters["x"].value == 1.0
    assert parameters["k"].value == 0.5
    assert parameters["k"].unit == "per_day"


def test_assignments_stand_after_what_they_use():
    network = read_antimony_text("model m; a := b + 1; b := c*2; c := 3; p = q; q = r; r = 1; end")
    assert [rule.variable for rule in network.assignment_rules] == ["c", "b", "a"]
    assert [rule.variable for rule in network.initial_assignments] == ["q", "p"]


def test_functions_of_the_model_are_written_out():
    network = read_antimony_text("function hill(x, k); x/(x + k); end; model m; s = 2; y := hill(s, 3); end")
    expected = Apply("/", (Symbol("s"), Apply("+", (Symbol("s"), Number(3.0)))))
    assert network.assignment_rules[0].expression == expected


def test_the_name_of_a_reaction_in_a_formula_stays_its_name():
    network = read_antimony_text("model m; species A; A = 1; k = 2; R: A -> ; k*A; flux := 2*R; end")
    assert network.assignment_rules[0].expression == Apply("*", (Number(2.0), Symbol("R")))


def test_logarithms_and_roots_keep_their_base():
    network = read_antimony_text("model m; x = 8; a := log10(x); b := ln(x); c := root(3, x); d := sqrt(x); end")
    found = {rule.variable: rule.expression for rule in network.assignment_rules}
    assert found["a"] == Apply("log10", (Symbol("x"),))
    assert found["b"] == Apply("ln", (Symbol("x"),))
    assert found["c"] == Apply("^", (Symbol("x"), Apply("/", (Number(1.0), Number(3.0)))))
    assert found["d"] == Apply("sqrt", (Symbol("x"),))


def test_what_antimony_calls_delay_is_refused_by_name():
    with pytest.raises(ModelError, match="the delay symbol"):
        read_antimony_text("model m; species A; A = 1; k = 1; A -> ; k*delay(A, 2); end")


def test_events_keep_their_options():
    network = read_antimony_text(
        "model m; species A; A = 1;"
        "at 2 after A > 5, t0=false, persistent=false, fromTrigger=false, priority=3: A = 0; end"
    )
    (event,) = network.events
    assert event.trigger == Apply("gt", (Symbol("A"), Number(5.0)))
    assert (event.delay, event.priority, event.assignments) == (Number(2.0), Number(3.0), (("A", Number(0.0)),))
    assert (event.initially, event.persistent, event.values_from_trigger) == (False, False, False)


def test_compartments_may_grow_or_be_computed():
    network = read_antimony_text("model m; compartment c = 1, d; p = 3; c' = 2; d = 2*p; end")
    assert [(entry.id, entry.size, entry.constant) for entry in network.compartments] == [
        ("c", 1.0, False),
        ("d", None, True),
    ]


def test_stoichiometries_may_be_computed():
    network = read_antimony_text("model m; species A; A = 1; k = 1; n := k*2; n A -> ; k*A; end")
    (reaction,) = network.reactions
    assert reaction.reactants == (("A", Symbol("n")),)


def test_a_parameter_that_only_an_event_sets_needs_no_value():
    network = read_antimony_text("model m; x = 1; x' = 1; at x > 2: later = x; y := later; end")
    (found,) = [entry for entry in network.parameters if entry.id == "later"]
    assert found.value is not None
    assert math.isnan(found.value)


@pytest.mark.parametrize("text", ["", "// nothing here\n", "model m\nend\n"])
def test_a_text_without_a_model_is_an_error(text):
    with pytest.raises(ModelError, match="holds no model") as caught:
        read_antimony_text(text, "empty.ant")
    assert caught.value.where == "empty.ant"


def test_a_syntax_error_shows_file_line_and_text():
    with pytest.raises(ModelError) as caught:
        read_antimony_text("model m\n  k = 1\n  A -> B k*A\nend", "models/broken.ant")
    assert caught.value.where == "models/broken.ant:3"
    assert caught.value.found == "A -> B k*A"


def test_a_name_that_nothing_sets_is_shown_with_its_line():
    with pytest.raises(ModelError, match="rate_of_los has no value") as caught:
        read_antimony_text("model m\n  x = 1\n  rate_of_loss = 2\n  x' = -rate_of_los*x\nend", "m.ant")
    assert caught.value.where == "m.ant:4 (rate_of_los)"


def test_a_circle_of_assignments_is_shown():
    with pytest.raises(ModelError, match="Loop detected"):
        read_antimony_text("model m; a = b; b = c; c = a; end")


def test_a_file_that_is_not_there_is_an_error_with_its_path(tmp_path):
    with pytest.raises(ModelError) as caught:
        read_antimony_file(tmp_path / "absent.ant")
    assert caught.value.where == str(tmp_path / "absent.ant")


def test_a_file_may_import_its_neighbour(tmp_path):
    (tmp_path / "part.ant").write_text("model part; species A; A = 4; k = 1; A -> ; k*A; end")
    (tmp_path / "whole.ant").write_text('import "part.ant"\nmodel whole; p: part(); x = 1; end')
    assert "p_A" in read_antimony_file(tmp_path / "whole.ant").states


def test_a_statement_without_end_is_refused_before_it_takes_minutes():
    with pytest.raises(ModelError, match="a statement is too long") as caught:
        read_antimony_text(f"model m; a = 1\nx := {'+'.join(['a'] * 15_000)}\nend", "m.ant")
    assert caught.value.where == "m.ant:2"


def test_a_text_imports_no_file(tmp_path, monkeypatch):
    (tmp_path / "part.ant").write_text("model part; x = 4; end")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="a text cannot import files"):
        read_antimony_text('k = 1; import "part.ant"\nmodel whole; p: part(); end')


def test_a_network_survives_pickling_with_the_same_hash():
    network = read_antimony_text(DECAY)
    again = pickle.loads(pickle.dumps(network))
    assert again == network
    assert again.hash == network.hash


def test_the_hash_sees_values_and_formulas_but_not_names_or_comments():
    network = read_antimony_text(DECAY)
    assert read_antimony_text(DECAY.replace("\nend", '\n k is "speed" // fast\nend')).hash == network.hash
    assert read_antimony_text(DECAY.replace("k = 0.5", "k = 0.6")).hash != network.hash
    assert read_antimony_text(DECAY.replace("k*A*body", "k*A*body*1")).hash != network.hash


def test_threads_may_read_at_the_same_time():
    found: list[str] = []

    def read(number: int) -> None:
        network = read_antimony_text(f"model m{number}; species A; A = {number}; k = 1; A -> ; k*A; end")
        assert network.species[0].initial is not None
        found.append(f"{network.id}={network.species[0].initial.value:g}")

    threads = [threading.Thread(target=read, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(f"m{number}={number}" for number in range(12))


def test_a_refusal_is_told_apart_from_a_mistake():
    with pytest.raises(UnsupportedError, match="delay"):
        read_antimony_text("model m; species A; A = 1; k = 1; A -> ; k*delay(A, 2); end")
    with pytest.raises(ModelError) as mistake:
        read_antimony_text("model m; species A; A = 1; A => ; k*A; end")
    assert not isinstance(mistake.value, UnsupportedError)
