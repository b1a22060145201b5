"""SLEDAI-2K: weights and rules as published, beside a table of this file and the files of the verification folder."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from silicart.endpoints.lupus.sledai import (
    GROUPS,
    ITEMS,
    MAJOR_ORGANS,
    SEROLOGY,
    WEIGHTS,
    band,
    change,
    clinical_score,
    pack,
    place,
    present,
    score,
    unpack,
)  # fmt: skip
from silicart.errors import StudyError, VerificationError
from silicart.verification import verification_folder

# Points by item, as the publication has them (J Rheumatol 2002;29:288).
PUBLISHED = {
    8: "seizure psychosis organic_brain_syndrome visual_disturbance cranial_nerve_disorder lupus_headache cva "
    "vasculitis",
    4: "arthritis myositis urinary_casts hematuria proteinuria pyuria",
    2: "rash alopecia mucosal_ulcers pleurisy pericarditis low_complement increased_dna_binding",
    1: "fever thrombocytopenia leukopenia",
}


def published_folder() -> Path:
    beside = Path(__file__).resolve().parents[5] / "shared" / "verification"
    try:
        root = beside if "SILICART_VERIFICATION" not in os.environ and beside.is_dir() else verification_folder()
    except VerificationError as error:
        pytest.skip(f"{error.problem}: {error.remedy}")
    folder = root / "external" / "sledai2k"
    if not folder.is_dir():
        pytest.skip("the verification folder has no tables of SLEDAI-2K")
    return folder


def rows(name: str) -> list[dict[str, str]]:
    with (published_folder() / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_weights_are_those_of_the_publication():
    assert {item: points for points, items in PUBLISHED.items() for item in items.split()} == WEIGHTS
    assert len(ITEMS) == 24
    assert sum(WEIGHTS.values()) == 105


def test_weights_and_groups_are_those_of_the_verification_folder():
    table = rows("weights.csv")
    assert {row["item"]: int(row["weight"]) for row in table} == WEIGHTS
    for row in table:
        assert row["item"] in GROUPS[row["group"]]


def test_checks_of_the_verification_folder():
    table = {row["id"]: row for row in rows("checks.csv")}
    assert score(np.ones((1, 24), dtype=bool))[0] == float(table["max"]["expected"])
    assert score(np.zeros((1, 24), dtype=bool))[0] == float(table["zero"]["expected"])
    for id, points in {"band0": (0,), "band1": (1, 4), "band2": (5, 10), "band3": (11, 105)}.items():
        assert {band(one) for one in points} == {table[id]["expected"]}
    assert change(8, 12) == table["flare"]["expected"]
    assert change(12, 8) == table["improve"]["expected"]
    assert change(8, 11) == change(11, 8) == table["persist"]["expected"]
    for item in ("proteinuria", "hematuria", "pyuria", "arthritis"):
        assert WEIGHTS[item] == int(table[item]["expected"])


@pytest.mark.parametrize("item", ITEMS)
def test_one_item_scores_its_weight_and_serology_is_no_clinical_point(item):
    one = present([item])
    assert score(one)[0] == WEIGHTS[item]
    assert clinical_score(one)[0] == (0 if item in SEROLOGY else WEIGHTS[item])


def test_serology_alone_moves_four_points():
    assert score(present(SEROLOGY))[0] == 4
    assert not set(SEROLOGY) & set(MAJOR_ORGANS)


def test_packed_items_come_back():
    items = np.random.default_rng(1).uniform(size=(50, 24)) < 0.5
    assert (unpack(pack(items)) == items).all()


def test_an_unknown_item_gets_the_nearest_name():
    with pytest.raises(StudyError, match="no such item") as caught:
        place("arthritus")
    assert caught.value.remedy == "did you mean arthritis?"
