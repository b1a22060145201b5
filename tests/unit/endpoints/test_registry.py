"""The list of endpoints: complete, defined, cited, and honest about what is missing."""

import re
from importlib import resources

import pytest

from silicart.endpoints.not_computed import NOT_COMPUTED
from silicart.endpoints.registry import ENDPOINTS, THEMES, find, select
from silicart.errors import StudyError
from silicart.evidence import load_register, load_sources


def test_ids_are_unique_and_each_stands_under_its_theme():
    assert len(ENDPOINTS) == sum(len(endpoints) for endpoints in THEMES.values())
    for theme, endpoints in THEMES.items():
        assert {endpoint.theme for endpoint in endpoints} == {theme}


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda endpoint: endpoint.id)
def test_each_endpoint_is_defined_in_one_sentence_with_a_unit(endpoint):
    assert endpoint.definition.endswith(".")
    assert not re.search(r"\. [A-Z]", endpoint.definition)
    assert endpoint.definition[0].isupper()
    assert endpoint.reads == "chart" or bool(endpoint.needs) == (endpoint.reads == "course")
    assert endpoint.label
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", endpoint.id)
    assert set(endpoint.citations) <= set(load_sources())
    assert set(endpoint.parameters) <= set(load_register())


def test_units_are_those_of_the_models_or_a_count_times_a_day():
    text = resources.files("silicart").joinpath("biology", "units.yaml").read_text(encoding="utf-8")
    known = set(re.findall(r"^(\w+):", text, re.MULTILINE)) | {"dimensionless", "day_cell_per_microlitre"}
    assert {endpoint.unit for endpoint in ENDPOINTS.values()} <= known


def test_remission_is_never_called_doris():
    for endpoint in THEMES["activity"]:
        assert "DORIS" not in endpoint.label
        assert "DORIS" not in endpoint.id


def test_what_is_not_computed_says_why_and_is_no_endpoint():
    assert {"thrombocytopenia", "SLE_quality_of_life", "IgM_IgA"} <= {absent.id for absent in NOT_COMPUTED}
    for absent in NOT_COMPUTED:
        assert absent.reason
        assert absent.id not in ENDPOINTS
        with pytest.raises(StudyError, match="not computed in this release") as caught:
            find(absent.id)
        assert absent.reason in caught.value.remedy


def test_an_unknown_endpoint_gets_the_nearest_name_and_the_place():
    with pytest.raises(StudyError, match="unknown endpoint") as caught:
        find("IgG_nader", where="study.yaml:12")
    assert caught.value.where == "study.yaml:12"
    assert caught.value.remedy == "did you mean IgG_nadir?"


def test_themes_and_all_stand_for_their_endpoints_once():
    assert select(["crs", "crs_grade", "crs"]) == THEMES["crs"]
    assert select(["all"]) == tuple(ENDPOINTS.values())
