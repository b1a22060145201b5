"""Reading YAML with lines: numbers, places, and complaints that point at the right key."""

from collections.abc import Callable

import pytest

from silicart.errors import RegisterError, StudyError
from silicart.evidence.document import Section, read_document


def test_numbers_follow_yaml_1_2() -> None:
    document = read_document("a: 1e8\nb: .5\nc: '1'\nd: [1, null, true, x]\ne: 1_000\n", "f.yaml")
    assert document.data == {"a": 1e8, "b": 0.5, "c": "1", "d": [1, None, True, "x"], "e": "1_000"}


def test_every_key_knows_its_line() -> None:
    document = read_document("a:\n  b:\n    - c: 1\n    - c: 2\n", "f.yaml")
    assert document.where(("a", "b", 1, "c")) == "f.yaml:4"
    assert document.where(("a", "nothing")) == "f.yaml:1"


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(RegisterError, match="twice") as caught:
        read_document("a: 1\nb: 2\na: 3\n", "f.yaml")
    assert caught.value.where == "f.yaml:3"


def test_text_that_is_not_yaml_is_refused_in_the_callers_error() -> None:
    with pytest.raises(StudyError, match="not readable") as caught:
        read_document("a: [1,\nb: 2\n", "f.yaml", StudyError)
    assert str(caught.value.where).startswith("f.yaml:")


def test_an_unknown_key_gets_the_nearest_name() -> None:
    top = read_document("patients: 3\nsead: 1\n", "f.yaml").top()
    with pytest.raises(RegisterError) as caught:
        top.allow("patients", "seed")
    assert caught.value.where == "f.yaml:2"
    assert caught.value.remedy == "did you mean seed?"


@pytest.mark.parametrize(
    ("text", "take", "problem"),
    [
        ("a: x", lambda top: top.number("a"), "not a number"),
        ("a: true", lambda top: top.number("a"), "not a number"),
        ("a: .inf", lambda top: top.number("a"), "not a number"),
        ("a: 3", lambda top: top.text("a"), "not text"),
        ("a: -1", lambda top: top.optional_count("a"), "not a count"),
        ("a: [2, 1]", lambda top: top.optional_range("a"), "not a range"),
        ("a: [1]", lambda top: top.optional_range("a"), "not a range"),
        ("a: [1, 2]", lambda top: top.words("a"), "not a list of words"),
        ("a: b", lambda top: top.section("a"), "not a mapping"),
        ("a: b", lambda top: list(top.listed("a")), "not a list"),
        ("a: dog", lambda top: top.choice("a", ("cat", "cow")), "not known"),
        ("b: 1", lambda top: top.text("a"), "has no a"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_with_its_line(
    text: str, take: Callable[[Section], object], problem: str
) -> None:
    with pytest.raises(RegisterError, match=problem) as caught:
        take(read_document(text, "f.yaml").top())
    assert caught.value.where == "f.yaml:1"
