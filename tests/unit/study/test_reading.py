"""Study files: what loads, and what is refused with file, line, value and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from silicart.errors import SilicartError, StudyError
from silicart.study import built_in_studies, load_study, read_study


def test_built_in_study_has_the_announced_arms_over_two_years() -> None:
    study = load_study("sys6020-sle")
    assert [arm.name for arm in study.arms] == [
        "mrna-lnp-bcma",
        "electroporated-mrna-bcma",
        "lentiviral-cd19",
        "lentiviral-bcma",
        "in-vivo-cd19",
        "standard-care",
    ]
    assert (study.horizon, study.lead_in) == (730, 7)
    plan = study.population
    assert (plan.patients, plan.patients_per_draw) == (1000, 10)
    borrowed = study.arm("mrna-lnp-bcma")
    assert "Descartes-08" in (borrowed.note or "")
    assert borrowed.regimen is not None
    assert borrowed.regimen.lymphodepletion_days == ()
    same = study.arm("electroporated-mrna-bcma").regimen
    assert same == borrowed.regimen
    in_vivo = study.arm("in-vivo-cd19").regimen
    assert in_vivo is not None
    assert (in_vivo.dose, in_vivo.unit, in_vivo.number) == (4, "mg", 3)
    assert study.arm("standard-care").product is None


@pytest.mark.parametrize("name", built_in_studies())
def test_every_built_in_study_loads(name: str) -> None:
    assert load_study(name).name == name


def test_endpoints_beyond_the_horizon_are_left_out(small_text: str) -> None:
    study = read_study(small_text.replace("horizon: 200", "horizon: 100"), "small.yaml")
    assert "activity_6m" not in study.endpoints
    assert "activity_3m" in study.endpoints


def test_a_trial_may_hold_another_kind_of_patient(small_text: str) -> None:
    text = small_text.replace("structures: [a, b, c]", "structures: [a, b, c], values: {kidney_share: 1.0}")
    assert text != small_text
    assert read_study(text, "small.yaml").population.values == {"kidney_share": 1.0}
    with pytest.raises(StudyError, match="did you mean kidney_share"):
        read_study(text.replace("kidney_share", "kidny_share"), "small.yaml")


def test_what_is_not_computed_is_named(small_text: str) -> None:
    assert any(one.startswith("IgM") for one in read_study(small_text, "small.yaml").not_computed)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("patients: 60", "patiens: 60", 7, "did you mean patients"),
        ("notes: [a note]", "note: [a note]", 26, "did you mean notes"),
        ("unit: cell_per_kg, number: 2", "unit: mg, number: 2", 16, "cell_per_kg, cell"),
        ("amount: 5.25e7", "amount: -5.25e7", 16, "-5.25e+07"),
        ("amount: 5.25e7", "amount: many", 16, "a finite number"),
        ("product: mrna_lnp_bcma", "product: mrna_lnp_bmca", 10, "did you mean mrna_lnp_bcma"),
        ("    product: mrna\n", "    product: mrnas\n", 15, "did you mean mrna"),
        (", source: Chahin2025", "", 16, "a dose without a source"),
        ("source: Chahin2025", "source: Chahin2024", 16, "did you mean Chahin2025"),
        ("source: Chahin2025", "source: assumption", 13, "note"),
        ("interval: 7", "interval: 300", 16, "day 0 to 200"),
        ("number: 2", "number: 2.5", 16, "whole number"),
        ("days: [-5, -4, -3]", "days: [-9, -4, -3]", 21, "from -7"),
        ("disease: sle", "disease: lupus", 6, "one of: sle, mg, mm"),
        ("unit: day", "unit: week", 8, "one of: day"),
        ("seed: 7", "seed: -1", 7, "whole number from 0"),
        ("[a, b, c]", "[a, d]", 7, "some of: a, b, c"),
        ("activity_3m, ", "activty_3m, ", 24, "did you mean activity_3m"),
        ("activity_3m, ", "IgM_IgA, ", 24, "not computed"),
        ("name: small\n", "name: small\n  name: again\n", 3, "stands twice"),
        ("name: small", "name: ../../small", 2, "cannot be the name of a folder"),
        ("structures: [a, b, c]", "structures: []", 7, "without any structure"),
        ("CAR_per_microlitre", "CAR_per_microliter", 25, "did you mean CAR_per_microlitre"),
    ],
)
def test_a_bad_study_names_line_value_and_what_was_expected(
    small_text: str, old: str, new: str, line: int, words: str
) -> None:
    assert old in small_text
    with pytest.raises(SilicartError) as caught:
        read_study(small_text.replace(old, new, 1), "small.yaml")
    assert caught.value.where == f"small.yaml:{line}"
    assert words in str(caught.value)


def test_an_unknown_background_drug_is_refused_with_the_nearest(small_text: str) -> None:
    with pytest.raises(StudyError, match="did you mean tocilizumab"):
        read_study(
            small_text.replace("    label: standard care", "    label: x\n    background: [tocilizumb]"), "s.yaml"
        )


def test_an_unknown_study_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(StudyError, match="did you mean sys6020-sle"):
        load_study("sys6020-sl")


def test_a_missing_file_is_an_error_of_the_family(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="cannot be read"):
        load_study(tmp_path / "absent.yaml")


def test_an_unknown_arm_is_refused_with_the_nearest_name(small_text: str) -> None:
    with pytest.raises(StudyError, match="did you mean mrna-arm"):
        read_study(small_text, "small.yaml").arm("mrna_arm")
