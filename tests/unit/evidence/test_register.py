"""The register's rules on tiny files: what is missing, unknown or recalled does not load and says where."""

from collections.abc import Callable
from pathlib import Path

import pytest

from silicart.errors import RegisterError
from silicart.evidence import Register, load_register
from silicart.evidence.document import read_document
from silicart.evidence.register import build_register, lay_over
from silicart.evidence.sources import read_sources

SOURCES = read_sources(
    "@article{Doe2020, author = {Doe J}, read = {abstract}}\n@misc{Roe2021, title = {Roe}, read = {primary text}}\n",
    "tiny.bib",
)
UNITS = frozenset({"per_day", "cell", "dimensionless"})

TINY = """parameters:
  k_kill:
    label: killing
    value: 7.7
    unit: per_day
    range: [2, 16]
    uncertainty: {lognormal: 0.2}
    variability: {lognormal: 0.3}
    grade: C
    source: [assumption, Doe2020]
    reading: abstract
    reasoning: nobody measured it
  cells:
    label: cells
    value: 1e9
    unit: cell
    grade: A
    source: Roe2021
    reading: primary text
"""


def tiny(text: str = TINY, constraints: str | None = None) -> Register:
    extra = None if constraints is None else read_document(constraints, "constraints.yaml")
    return build_register([read_document(text, "tiny.yaml")], extra, SOURCES, UNITS)


def test_a_good_file_loads() -> None:
    register = tiny()
    entry = register["k_kill"]
    assert (entry.value, entry.unit, entry.low, entry.high) == (7.7, "per_day", 2.0, 16.0)
    assert entry.sources == ("assumption", "Doe2020")
    assert entry.mechanism == "tiny"
    assert entry.where == "tiny.yaml:2"
    assert entry.origin == "register"
    assert register.uncertain() == ("k_kill",)
    assert register.variable() == ("k_kill",)


def without(key: str) -> Callable[[str], str]:
    return lambda text: "\n".join(line for line in text.split("\n") if not line.startswith(f"    {key}:"))


def swap(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "line", "problem"),
    [
        (without("unit"), 2, "k_kill has no unit"),
        (without("grade"), 2, "k_kill has no grade"),
        (without("source"), 2, "k_kill has no source"),
        (without("label"), 2, "k_kill has no label"),
        (without("range"), 2, "grade C without a range"),
        (without("reasoning"), 2, "grade C without reasoning"),
        (without("reading"), 2, "has no reading"),
        (swap("[assumption, Doe2020]", "Doe2020"), 10, "grade C without the source assumption"),
        (swap("Doe2020", "Do2020"), 10, "unknown source"),
        (swap("reading: abstract", "reading: recalled"), 11, "only recalled"),
        (swap("reading: abstract", "reading: a friend"), 11, "not known"),
        (swap("reading: abstract", "reading: primary text"), 11, "was read that way"),
        (swap("unit: per_day", "unit: per_dy"), 5, "unit of k_kill is not known"),
        (swap("label:", "lable:"), 3, "unknown key"),
        (swap("grade: C", "grade: D"), 9, "grade of k_kill is not known"),
        (swap("grade: C", "grade: B"), 9, "assumption of grade B"),
        (swap("value: 7.7", "value: 20"), 4, "outside its range"),
        (swap("value: 7.7", "value: many"), 4, "not a number"),
        (swap("{lognormal: 0.2}", "{lognormal: -0.2}"), 7, "spread"),
        (swap("{lognormal: 0.2}", "{lognormal: 0.2, normal: 1}"), 7, "does not name one distribution"),
        (swap("{lognormal: 0.2}", "{lognormel: 0.2}"), 7, "unknown key"),
        (swap("{lognormal: 0.2}", "{logitnormal: 0.2}"), 4, "inside its bounds"),
        (swap("{lognormal: 0.3}", "{lognormal: 0.3, between: wards}"), 8, "not known"),
        (swap("  cells:", "  k_kill:"), 13, "twice"),
        (swap("  cells:", "  9lives:"), 13, "not an identifier"),
    ],
)
def test_a_bad_entry_is_refused_with_file_and_line(change: Callable[[str], str], line: int, problem: str) -> None:
    with pytest.raises(RegisterError, match=problem) as caught:
        tiny(change(TINY))
    assert caught.value.where == f"tiny.yaml:{line}"


def test_an_unknown_source_and_an_unknown_unit_get_the_nearest_name() -> None:
    with pytest.raises(RegisterError) as source:
        tiny(TINY.replace("Doe2020", "Do2020"))
    assert source.value.remedy == "did you mean Doe2020?"
    with pytest.raises(RegisterError) as unit:
        tiny(TINY.replace("per_day", "per_dy"))
    assert unit.value.remedy == "did you mean per_day?"


def test_two_files_may_not_hold_the_same_parameter() -> None:
    documents = [read_document(TINY, "one.yaml"), read_document(TINY, "two.yaml")]
    with pytest.raises(RegisterError, match="twice") as caught:
        build_register(documents, None, SOURCES, UNITS)
    assert caught.value.where == "two.yaml:2"
    assert caught.value.expected == "only the one at one.yaml:2"


def test_an_unknown_parameter_gets_the_nearest_name() -> None:
    with pytest.raises(RegisterError, match="unknown parameter") as caught:
        tiny().entry("k_kil")
    assert caught.value.remedy == "did you mean k_kill?"


def test_the_hash_follows_what_can_change_a_result_and_not_its_place() -> None:
    assert tiny().hash == tiny("# moved\n" + TINY).hash
    assert tiny().hash == tiny(TINY.replace("label: killing", "label: lysis")).hash
    for old, new in (("7.7", "7.8"), ("0.2}", "0.25}"), ("[2, 16]", "[2, 17]"), (", Doe2020]", ", Doe2020, Roe2021]")):
        assert tiny(TINY.replace(old, new, 1)).hash != tiny().hash


OVERLAY = """parameters:
  k_kill:
    value: 30
    unit: per_day
    reasoning: our own assay
"""


def test_an_overlay_shows_as_user_and_leaves_the_register_alone() -> None:
    register = tiny()
    laid = lay_over(register, read_document(OVERLAY, "mine.yaml"))
    assert laid["k_kill"].value == 30.0
    assert laid["k_kill"].origin == "user"
    assert laid["k_kill"].sources == ("user",)
    assert laid["k_kill"].high == 30.0
    assert laid["k_kill"].variability == register["k_kill"].variability
    assert laid["k_kill"].where == "mine.yaml:2"
    assert laid["cells"] == register["cells"]
    assert register["k_kill"].value == 7.7
    assert laid.hash != register.hash


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("k_kill", "k_kil", 2, "unknown parameter"),
        ("unit: per_day", "unit: cell", 4, "another unit"),
        ("    unit: per_day\n", "", 2, "has no unit"),
        ("    value: 30\n", "", 2, "has no value"),
        ("value: 30", "value: -1", 3, "positive centre"),
        ("value: 30", "volue: 30", 3, "unknown key"),
        ("reasoning: our own assay", "range: [1, 2]", 3, "outside its range"),
    ],
)
def test_a_bad_overlay_is_refused_with_file_and_line(old: str, new: str, line: int, problem: str) -> None:
    with pytest.raises(RegisterError, match=problem) as caught:
        lay_over(tiny(), read_document(OVERLAY.replace(old, new), "mine.yaml"))
    assert caught.value.where == f"mine.yaml:{line}"


def test_an_overlay_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(OVERLAY, encoding="utf-8")
    assert load_register(path)["k_kill"].value == 30.0
    assert load_register()["k_kill"].origin == "register"
    with pytest.raises(RegisterError, match="cannot be read"):
        load_register(tmp_path / "absent.yaml")
