"""The family of errors: four parts, shown in order, kept apart, and safe to send between processes."""

from __future__ import annotations

import inspect
import pickle

import pytest

from silicart import errors
from silicart.errors import DoseError, SilicartError, StudyError, nearest

FAMILY = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, SilicartError)]


def test_all_parts_are_shown_in_order() -> None:
    error = DoseError(
        "a dose is negative", where="doses.csv:4", found=-5, expected="AMT >= 0", remedy="remove the row or its sign"
    )
    assert str(error).splitlines() == [
        "a dose is negative",
        "  where:    doses.csv:4",
        "  found:    -5",
        "  expected: AMT >= 0",
        "  remedy:   remove the row or its sign",
    ]


def test_absent_parts_are_not_shown() -> None:
    assert str(StudyError("no arms", remedy="add one")) == "no arms\n  remedy:   add one"


def test_a_falsy_value_found_is_still_shown() -> None:
    assert "found:    0" in str(DoseError("no amount", found=0))


def test_parts_stay_apart_for_programs() -> None:
    error = StudyError("unknown key", where="s.yaml:3", found="patiens", expected="patients")
    assert (error.problem, error.where, error.found, error.expected, error.remedy) == (
        "unknown key",
        "s.yaml:3",
        "patiens",
        "patients",
        None,
    )


@pytest.mark.parametrize("kind", FAMILY, ids=lambda kind: kind.__name__)
def test_each_kind_survives_pickling(kind: type[SilicartError]) -> None:
    error = kind("problem", where="here", found="this", expected="that", remedy="mend")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert str(copy) == str(error)


@pytest.mark.parametrize("kind", FAMILY, ids=lambda kind: kind.__name__)
def test_each_kind_is_caught_as_the_family(kind: type[SilicartError]) -> None:
    with pytest.raises(SilicartError, match="problem"):
        raise kind("problem")


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("patiens", ["patients", "seed"], "patients"),
        ("sed", ["patients", "seed"], "seed"),
        ("zzz", ["patients", "seed"], None),
        ("seed", [], None),
    ],
)
def test_nearest_name(name: str, options: list[str], expected: str | None) -> None:
    assert nearest(name, options) == expected
