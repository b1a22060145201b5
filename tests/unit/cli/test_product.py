"""`silicart product` prints a process, its lots and their release, sweeps a setting, and refuses what cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Inside = Callable[..., int]
FEW = ("--lots", "10")


def printed(inside: Inside, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert inside("product", *arguments, *FEW) == 0
    return capsys.readouterr().out


def record(inside: Inside, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(printed(inside, capsys, *arguments, "--json"))


@pytest.mark.parametrize("name", ["mrna-lnp-bcma", "lentiviral-bcma", "in-vivo-cd19"])
def test_every_line_fits_a_hundred_columns(name: str, inside: Inside, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(inside, capsys, name)
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "What this rests on" in text
    assert "prices of 2025, of China or international, as the manufacturer pays them" in " ".join(text.split())
    assert "inputs that move it are assumed (grade C)" in " ".join(text.split())


def test_a_course_is_paid_in_both_currencies(inside: Inside, capsys: pytest.CaptureFixture[str]) -> None:
    cost = record(inside, capsys, "mrna-lnp-bcma")["cost"]
    rows = {row["id"]: row["amounts"] for row in cost["rows"]}
    assert list(rows)[-3:] == ["lot", "infusion", "course"]
    assert rows["course"]["USD"]["known_from"] < rows["course"]["USD"]["median"] < rows["course"]["USD"]["known_to"]
    assert rows["course"]["CNY"]["median"] / rows["course"]["USD"]["median"] == pytest.approx(7.23, rel=0.03)
    assert cost["swings"][0]["id"] == "medium_price"
    assert {price["observation"] for price in cost["list_prices"]} >= {"price_china", "price_us_low"}


def test_what_is_recorded_and_what_is_assumed_is_said(inside: Inside, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(inside, capsys, "mrna-lnp-bcma")
    assert "Recorded, not modelled: delivery.ionizable_lipid" in text
    assert "No dose response of mRNA-LNP in primary human T cells was read" in text
    assert "thaw_recovery" in text
    assert "one lot suffices in" in text


def test_the_record_holds_the_balance_and_both_spreads(inside: Inside, capsys: pytest.CaptureFixture[str]) -> None:
    found = record(inside, capsys, "mrna-lnp-bcma")
    rows = {row["step"]: row for row in found["balance"]}
    wash = rows["wash"]["CAR"]
    assert wash["brought"] == pytest.approx(wash["out"] + sum(wash["lost"].values()))
    spread = found["attributes"]["viability"]
    assert spread["low"] < spread["median"] < spread["high"]
    assert spread["known_from"] < spread["known_to"]
    outcomes = found["release"]
    total = sum(found["release"][name]["share"] for name in ("released", "out_of_specification", "failed"))
    assert total == pytest.approx(1.0, abs=0.1)
    assert "low viable share of all cells" in outcomes["reasons"]
    assert found["course"]["infusions"] == 6


def test_the_same_seed_gives_the_same_lots_and_another_others(
    inside: Inside, capsys: pytest.CaptureFixture[str]
) -> None:
    first, again, other = (record(inside, capsys, "lentiviral-bcma", "--seed", seed) for seed in ("1", "1", "2"))
    assert first == again
    assert first["attributes"]["viability"] != other["attributes"]["viability"]


def test_a_lentiviral_CAR_does_not_end_and_says_so_in_both_forms(
    inside: Inside, capsys: pytest.CaptureFixture[str]
) -> None:
    assert record(inside, capsys, "lentiviral-bcma")["attributes"]["functional_hours"]["median"] is None
    assert "no end" in printed(inside, capsys, "lentiviral-bcma")


def test_a_sweep_has_one_row_a_value_and_the_same_donors_in_each(
    inside: Inside, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = record(inside, capsys, "mrna-lnp-bcma", "--sweep", "delivery.dose=0.3,3")
    assert [row["value"] for row in rows] == [0.3, 3.0]
    dim, bright = (row["attributes"]["CAR_median"]["median"] for row in rows)
    assert bright > 3 * dim
    # Without delivery nothing differs: donors and lots are the same.
    assert rows[0]["resources"]["treated_cells"] == rows[1]["resources"]["treated_cells"]
    text = printed(inside, capsys, "mrna-lnp-bcma", "--sweep", "hold.at=cold,culture")
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "cold" in text


def test_values_of_an_overlay_are_used_and_shown_as_the_users(
    inside: Inside, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("parameters:\n  thaw_recovery: {value: 0.6, unit: dimensionless}\n", encoding="utf-8")
    plain = record(inside, capsys, "lentiviral-bcma")["attributes"]["viability"]["median"]
    changed = record(inside, capsys, "lentiviral-bcma", "--values", str(own))["attributes"]["viability"]["median"]
    assert changed < plain - 0.1
    assert "Your values of grade C: thaw_recovery" in printed(inside, capsys, "lentiviral-bcma", "--values", str(own))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mrna-lnp-bmca",), "did you mean mrna-lnp-bcma"),
        (("mrna-lnp-bcma", "--sweep", "delivery.dose=0.3,0"), "not possible"),
        (("mrna-lnp-bcma", "--sweep", "delivery.dose"), "a sweep is not readable"),
        (("mrna-lnp-bcma", "--sweep", "delivery.dose=1,,2"), "a sweep is not readable"),
        (("mrna-lnp-bcma", "--sweep", "hold.hours=4"), "the exposure is longer than the hold"),
        (("lentiviral-bcma", "--sweep", "delivery.MOI=0"), "MOI of delivery is not possible"),
        (("no-such-file.yaml",), "cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(
    arguments: tuple[str, ...], said: str, inside: Inside, capsys: pytest.CaptureFixture[str]
) -> None:
    assert inside("product", *arguments) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert said in " ".join(seen.err.split())


def test_a_lot_without_CAR_is_shown_without_numbers_that_are_none(
    inside: Inside, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "process: own\ntitle: Own\nproduct: mrna_lnp_bcma\nsource: assumption\nrelease: mrna-car-t\nsteps:\n"
        "  - leukapheresis: {}\n  - selection: {}\n  - activation: {days: 2}\n"
        "  - culture: {days: 3, volume_litres: 4}\n"
        "  - culture: {days: 1, volume_litres: 9}\n"
        "  - delivery: {by: lnp, dose_ug_per_million_cells: 1.0e-300, exposure_hours: 24, cells_per_mL: 1e6}\n"
        "  - wash: {}\n"
    )
    text = printed(inside, capsys, str(own))
    assert "nan" not in text.lower().replace("nanoparticle", "")
    assert "3 d, 4 L" in text
    assert "1 d, 9 L" in text
    found = record(inside, capsys, str(own))
    assert found["attributes"]["CAR_median"]["median"] is None
    assert found["release"]["released"]["share"] == 0.0


def test_a_process_file_of_ones_own_is_read_and_its_release_limits_are_found(
    inside: Inside, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    limits = tmp_path / "limits.yaml"
    limits.write_text("release: strict\ntitle: Strict\nlimits: {viability: {min: 0.99, source: assumption}}\n")
    own = tmp_path / "own.yaml"
    own.write_text(
        "process: own\ntitle: Own\nproduct: mrna_lnp_bcma\nsource: assumption\n"
        "release: limits.yaml\nsteps:\n  - leukapheresis: {}\n  - selection: {}\n  - activation: {days: 2}\n"
        "  - delivery: {by: lnp, dose_ug_per_million_cells: 1, exposure_hours: 24, cells_per_mL: 1e6}\n"
        "  - culture: {days: 2, volume_litres: 5}\n  - wash: {}\n"
    )
    found = record(inside, capsys, str(own))
    assert found["release"]["released"]["share"] == 0.0
    assert "culture after the mRNA" in found["warnings"][0]


def test_a_sweep_of_what_is_only_recorded_says_that_it_changes_nothing(
    inside: Inside, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(inside, capsys, "mrna-lnp-bcma", "--sweep", "delivery.PDI=0.1,0.2")
    assert "warning: delivery.PDI is recorded and not modelled: it changes nothing." in text


def test_a_sweep_reaches_the_patients_of_a_study_and_says_what_nobody_would_make(
    inside: Inside, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--sweep", "delivery.dose=0.001,1", "--study", "sys6020-sle", "--patients", "20")
    text = printed(inside, capsys, "mrna-lnp-bcma", *options)
    assert "arm mrna-lnp-bcma, 20 patients" in text
    assert "in relapse" in text
    assert "warning: at 0.001 a course takes more than 10 lots on average" in text
