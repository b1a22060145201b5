"""Rules, initial assignments, events and the order of assignments as SBML says them."""

from __future__ import annotations

import math

import pytest

from silicart.errors import ModelError
from silicart.network import Apply, Event, InitialAssignment, Number, Symbol, read_sbml_text

TRIGGER = '<trigger initialValue="false" persistent="false">%s</trigger>'


@pytest.fixture
def read(sbml):
    """Return the network of a model with the parameters p, q, r and s, all of them free to vary."""

    def network(body: str, level: int = 3):
        names = "".join(f'<parameter id="{name}" value="1" constant="false"/>' for name in "pqrs")
        return read_sbml_text(sbml(f"<listOfParameters>{names}</listOfParameters>{body}", level))

    return network


@pytest.fixture
def rule(mathml):
    return lambda kind, variable, formula: (
        f'<{kind} {"symbol" if kind == "initialAssignment" else "variable"}="{variable}">{mathml(formula)}</{kind}>'
    )


def initial(*entries: str) -> str:
    return f"<listOfInitialAssignments>{''.join(entries)}</listOfInitialAssignments>"


def rules(*entries: str) -> str:
    return f"<listOfRules>{''.join(entries)}</listOfRules>"


def test_assignments_stand_after_what_they_use(read, rule):
    network = read(
        initial(rule("initialAssignment", "s", "p + q"), rule("initialAssignment", "q", "p"))
        + rules(rule("assignmentRule", "p", "r*2"), rule("assignmentRule", "r", "time"))
    )
    assert [entry.variable for entry in network.assignment_rules] == ["r", "p"]
    assert [entry.variable for entry in network.initial_assignments] == ["q", "s"]
    assert network.initial_assignments[0] == InitialAssignment("q", Symbol("p"))
    assert {entry.id: entry.value for entry in network.parameters} == dict.fromkeys("pqrs")


@pytest.mark.parametrize(
    "entries",
    [
        (("assignmentRule", "p", "q"), ("assignmentRule", "q", "p")),
        (("assignmentRule", "p", "q"), ("initialAssignment", "q", "p")),
        (("initialAssignment", "q", "q + 1"),),
        (("assignmentRule", "p", "rateOf(q)"), ("rateRule", "q", "p")),
    ],
)
def test_a_circle_is_refused_and_shown(read, rule, entries):
    first = [rule(*entry) for entry in entries if entry[0] == "initialAssignment"]
    later = [rule(*entry) for entry in entries if entry[0] != "initialAssignment"]
    with pytest.raises(ModelError, match="in a circle") as caught:
        read((initial(*first) if first else "") + (rules(*later) if later else ""))
    assert "->" in str(caught.value.found)


def test_a_rate_of_change_is_no_circle(read, rule):
    network = read(initial(rule("initialAssignment", "q", "rateOf(q)")) + rules(rule("rateRule", "q", "2")))
    assert network.initial_assignments[0].expression == Apply("rateOf", (Symbol("q"),))


def test_a_circle_may_go_through_a_reaction_and_an_amount(sbml, mathml, rule):
    text = sbml(
        '<listOfCompartments><compartment id="c" size="1" spatialDimensions="3" constant="true"/></listOfCompartments>'
        '<listOfSpecies><species id="S" compartment="c" initialAmount="1" hasOnlySubstanceUnits="false" '
        'boundaryCondition="false" constant="false"/></listOfSpecies>'
        + initial(rule("initialAssignment", "c", "R"))
        + f'<listOfReactions><reaction id="R" reversible="false"><kineticLaw>{mathml("S")}</kineticLaw></reaction>'
        "</listOfReactions>"
    )
    with pytest.raises(ModelError, match="in a circle") as caught:
        read_sbml_text(text)
    assert caught.value.found == "c -> S -> R -> c" or set(str(caught.value.found).split(" -> ")) == {"c", "S", "R"}


def test_formulas_that_are_missing_leave_things_as_they_are_and_are_noted(read):
    network = read(initial('<initialAssignment symbol="p"/>') + rules('<assignmentRule variable="q"/>'))
    assert network.initial_assignments == network.assignment_rules == ()
    assert [entry.value for entry in network.parameters] == [1.0] * 4
    assert network.notes == (
        "the assignment rule of q has no formula: it is left out",
        "the initial assignment of p has no formula: it is left out",
    )


@pytest.mark.parametrize(
    ("first", "later", "problem"),
    [
        ((), (("assignmentRule", "x", "1"),), "an assignment rule sets x, which the model does not define"),
        ((("initialAssignment", "x", "1"),), (), "an initial assignment sets x"),
        ((), (("assignmentRule", "p", "1"), ("rateRule", "p", "1")), "p is set twice"),
        ((), (("assignmentRule", "p", "1"), ("assignmentRule", "p", "2")), "p has two formulas"),
        ((("initialAssignment", "p", "1"),), (("assignmentRule", "p", "1"),), "p is set twice"),
        ((), (("assignmentRule", "p", "nowhere"),), "the formula of p uses nowhere"),
    ],
)
def test_contradictions_are_refused(read, rule, first, later, problem):
    start = initial(*(rule(*entry) for entry in first)) if first else ""
    with pytest.raises(ModelError, match=problem):
        read(start + (rules(*(rule(*entry) for entry in later)) if later else ""))


def test_a_rule_on_a_constant_is_refused(sbml, rule):
    text = sbml(
        '<listOfParameters><parameter id="k" value="1" constant="true"/></listOfParameters>'
        + rules(rule("rateRule", "k", "2"))
    )
    with pytest.raises(ModelError, match="k is declared constant, but a rate rule changes it") as caught:
        read_sbml_text(text)
    assert caught.value.remedy == "declare k as not constant"


def events(*entries: str) -> str:
    return f"<listOfEvents>{''.join(entries)}</listOfEvents>"


def sets(mathml, **values: str) -> str:
    inner = "".join(
        f'<eventAssignment variable="{key}">{mathml(value)}</eventAssignment>' for key, value in values.items()
    )
    return f"<listOfEventAssignments>{inner}</listOfEventAssignments>"


def test_an_event_keeps_all_that_it_says(read, mathml):
    body = (
        f'<event id="e" useValuesFromTriggerTime="false">{TRIGGER % mathml("p > 2")}<priority>{mathml("q")}</priority>'
        f"<delay>{mathml('3')}</delay>{sets(mathml, p='0', q='p + 1')}</event>"
    )
    assert read(events(body)).events == (
        Event(
            id="e",
            trigger=Apply("gt", (Symbol("p"), Number(2.0))),
            assignments=(("p", Number(0.0)), ("q", Apply("+", (Symbol("p"), Number(1.0))))),
            delay=Number(3.0),
            priority=Symbol("q"),
            persistent=False,
            initially=False,
            values_from_trigger=False,
        ),
    )


def test_events_of_level_2_have_its_defaults_and_need_no_id(read, mathml):
    body = f"<event><trigger>{mathml('p > 2')}</trigger>{sets(mathml, p='0')}</event>"
    (found,) = read(events(body), level=2).events
    assert (found.id, found.persistent, found.initially, found.values_from_trigger) == ("event 1", True, True, True)
    (found,) = read(events(body.replace("<event>", '<event useValuesFromTriggerTime="false">')), level=2).events
    assert not found.values_from_trigger


def test_parts_of_an_event_that_are_missing_are_none(read, mathml):
    body = f'<event id="e" useValuesFromTriggerTime="true">{TRIGGER % mathml("p > 2")}<priority/><delay/>'
    assigns = f'<eventAssignment variable="q"/><eventAssignment variable="p">{mathml("3")}</eventAssignment>'
    (found,) = read(events(f"{body}<listOfEventAssignments>{assigns}</listOfEventAssignments></event>")).events
    assert (found.delay, found.priority, found.assignments) == (None, None, (("p", Number(3.0)),))


def test_events_that_can_do_nothing_are_left_out_and_noted(read, mathml):
    network = read(
        events(
            f'<event id="a" useValuesFromTriggerTime="true">{TRIGGER % ""}{sets(mathml, p="1")}</event>',
            f'<event id="b" useValuesFromTriggerTime="true">{TRIGGER % mathml("p > 2")}</event>',
        )
    )
    assert network.events == ()
    assert network.notes == ("a has no trigger: it is left out", "b assigns nothing: it is left out")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"x": "1"}, "an event sets x, which the model does not define"),
        ({"p": "nowhere"}, "the formula of e uses nowhere"),
        ({"s": "1"}, "s is set twice, by an assignment rule and by an event"),
    ],
)
def test_events_on_what_cannot_be_set_are_refused(read, rule, mathml, values, problem):
    body = f'<event id="e" useValuesFromTriggerTime="true">{TRIGGER % mathml("p > 2")}{sets(mathml, **values)}</event>'
    with pytest.raises(ModelError, match=problem):
        read(rules(rule("assignmentRule", "s", "2")) + events(body))


def test_a_parameter_that_only_an_event_sets_needs_no_value(sbml, mathml):
    body = f'<event id="e" useValuesFromTriggerTime="true">{TRIGGER % mathml("time > 2")}{sets(mathml, k="1")}</event>'
    network = read_sbml_text(
        sbml('<listOfParameters><parameter id="k" constant="false"/></listOfParameters>' + events(body))
    )
    assert network.parameters[0].value is not None
    assert math.isnan(network.parameters[0].value)
    assert network.held == ("k",)


def test_constraints_are_noted_and_change_nothing(read, mathml):
    network = read(f"<listOfConstraints><constraint>{mathml('p < 5')}</constraint><constraint/></listOfConstraints>")
    assert network.notes == ("a constraint is not checked: lt(p, 5)",)
    assert network.hash != read("").hash
