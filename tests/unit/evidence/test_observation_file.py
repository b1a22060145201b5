"""A clinician's file of observations: what it may leave out, and complaints that name the line."""

import pytest

from silicart.errors import StudyError
from silicart.evidence.observation_file import ObservationFile, parse_observation_file, read_observation_file

FILE = """arms:
  compound:
    disease: sle
    label: A product
    product: lentiviral_cd19_bcma
observations:
  remission:
    arm: compound
    quantity: DORIS
    time: {month: 3}
    statistic: fraction
    value: 60
    n: 10
    unit: percent
    accept: [40, 80]
    source: invented
  return:
    study: sys6020-sle
    arm: lentiviral-cd19
    quantity: B_cell_return_day
    statistic: range
    value: [60, 150]
    n: 10
    unit: day
    source: invented
    role: target
"""


def read(text: str) -> ObservationFile:
    return parse_observation_file(text, "ours.yaml")


def test_percent_months_and_ranges_become_the_models_words() -> None:
    file = read(FILE)
    share, range_ = file.observations["remission"], file.observations["return"]
    assert (share.value, share.accept_low, share.accept_high, share.unit) == (0.6, 0.4, 0.8, "dimensionless")
    assert (share.time, share.role, share.label, share.sources) == (91.0, "check", "remission", ("invented",))
    assert (range_.low, range_.high, range_.value, range_.role) == (60.0, 150.0, 105.0, "target")
    assert file.arms is not None
    assert list(file.arms.data) == ["compound"]
    assert share.simulated


def test_a_period_has_two_days() -> None:
    one = read(FILE.replace("time: {month: 3}", "time: [0, 365]")).observations["remission"]
    assert (one.since, one.time) == (0.0, 365.0)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("arm: compound", "arm: compund", 8, "stands nowhere"),
        ("statistic: fraction", "statistic: fracton", 11, "not known"),
        ("    statistic: fraction\n", "", 7, "has no statistic"),
        ("    n: 10\n    unit: percent", "    unit: percent", 7, "of how many patients"),
        ("value: 60", "value: 160", 12, "share outside"),
        ("quantity: DORIS", "quanity: DORIS", 9, "unknown key"),
        ("time: {month: 3}", "time: {monht: 3}", 10, "unknown key"),
        ("time: {month: 3}", "time: {month: 3, day: 1}", 10, "several units"),
        ("statistic: fraction", "statistic: difference", 11, "compares with nothing"),
        ("value: 60", "count: 60", 12, "counts more"),
        ("value: 60\n    n: 10", "count: 6", 7, "of how many patients"),
        ("value: 60\n    n: 10", "count: 0\n    n: 0", 13, "of how many patients"),
        ("statistic: fraction\n    value: 60\n    n: 10", "statistic: SD\n    value: 60\n    n: 1", 13, "one patient"),
        ("    value: 60\n", "    count: 6\n    at_least: x\n", 13, "not a number"),
        ("statistic: range", "statistic: range\n    at_least: 3", 22, "no fraction"),
        ("value: [60, 150]", "value: [160, 150]", 22, "not a range"),
        ("    n: 10\n    unit: percent", "    population: {SLEDAI: 6}\n    n: 10\n    unit: percent", 13, "direction"),
        ("    n: 10\n    unit: percent", "    table: disease-2\n    n: 10\n    unit: percent", 13, "half of a place"),
        ("observations:", "observation:", 6, "unknown key"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(old: str, new: str, line: int, problem: str) -> None:
    assert old in FILE
    with pytest.raises(StudyError, match=problem) as caught:
        read(FILE.replace(old, new, 1))
    assert caught.value.where == f"ours.yaml:{line}"


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(StudyError, match="cannot be read") as caught:
        read_observation_file("nowhere.yaml")
    assert caught.value.where == "nowhere.yaml"


def test_no_observation_is_an_error() -> None:
    with pytest.raises(StudyError, match="no observation"):
        read("observations: {}\n")
