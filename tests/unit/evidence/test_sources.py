"""The source list: a small strict part of BibTeX, and nothing that was only recalled."""

import pytest

from silicart.errors import RegisterError
from silicart.evidence import load_sources
from silicart.evidence.sources import read_sources

GOOD = """% a comment with an @ inside
@article{Doe2020,
  author = {Doe J and others},
  title = {On {CAR}-T cells},
  journal = {J Ex}, year = {2020}, volume = {3}, number = {2}, pages = {1-9},
  read = {abstract}
}
"""


def test_a_source_keeps_its_fields_and_its_line() -> None:
    source = read_sources(GOOD, "x.bib")["Doe2020"]
    assert source.title == "On {CAR}-T cells"
    assert source.read == "abstract"
    assert source.line == 2
    assert source.citation() == "Doe J and others. On {CAR}-T cells. J Ex 2020;3(2):1-9"


def test_assumption_definition_and_user_are_built_in() -> None:
    assert {"assumption", "definition", "user"} <= set(read_sources("", "x.bib"))


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (GOOD.replace("abstract", "recalled"), 2, "only recalled"),
        (GOOD.replace("  read = {abstract}\n", ""), 2, "does not say how it was read"),
        (GOOD.replace("abstract", "title page"), 2, "does not say how it was read"),
        (GOOD.replace("journal", "jornal"), 5, "unknown field"),
        (GOOD.replace("read = {abstract}", "read = {abstract"), 7, "not readable"),
        (GOOD.replace("read = {abstract}\n}", "read = {abstract"), 6, "never closed"),
        (GOOD.replace("@article", "@book"), 2, "unknown kind"),
        (GOOD + GOOD.split("\n", 1)[1], 8, "stands twice"),
        (GOOD.replace("year = {2020}", "year = 2020"), 5, "not readable"),
        (GOOD + "stray words\n", 8, "outside a source"),
        ("@misc{Lost,\n  year = {2020},\n  read = {abstract}\n}\n", 1, "cannot be found"),
    ],
)
def test_a_bad_source_is_refused_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(RegisterError, match=problem) as caught:
        read_sources(text, "x.bib")
    assert caught.value.where == f"x.bib:{line}"


def test_the_shipped_sources_all_say_how_they_were_read() -> None:
    sources = load_sources()
    assert len(sources) > 60
    assert all(source.read for source in sources.values())
