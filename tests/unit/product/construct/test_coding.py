"""Codons: they encode the CAR, hold nothing that is to be avoided, and are the same at every run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from silicart.errors import ConstructError
from silicart.product.construct import Design, DesignRules, load_construct, read_construct, work_out
from silicart.product.construct.coding import choose_codons, coding_sequence
from silicart.product.construct.composition import window_GC
from silicart.product.construct.patterns import find_avoided
from silicart.product.construct.reading import patterns_of
from silicart.product.construct.sequences import translate

SHORT = "MKKKKKKPEDLKNGTLFKKKWS"
WIDE = DesignRules(GC=(0.2, 0.8), GC_window=30)


def test_the_codons_encode_the_car_and_keep_the_rules(design: Design) -> None:
    rules = design.construct.rules
    assert translate(design.coding) == design.construct.protein
    around = (
        design.construct.mRNA.five_prime.sequence[-6:]
        + design.coding
        + design.construct.mRNA.stop
        + design.construct.mRNA.three_prime.sequence[:6]
    )
    assert find_avoided(around, patterns_of(rules), rules.longest_run) == ()
    shares = window_GC(design.coding, rules.GC_window)
    assert rules.GC[0] <= min(shares)
    assert max(shares) <= rules.GC[1]


@pytest.mark.parametrize("objective", ["use_best_codon", "match_codon_usage"])
def test_equal_seeds_give_equal_codons_and_leave_the_generator_alone(objective: str) -> None:
    rules = replace(WIDE, objective=objective)
    np.random.seed(3)
    expected = np.random.random()
    np.random.seed(3)
    first = choose_codons(SHORT, "GCCACC", "TGA", rules)
    assert np.random.random() == expected
    assert choose_codons(SHORT, "GCCACC", "TGA", rules) == first
    assert translate(first) == SHORT


def test_usage_is_the_same_before_and_after_optimisation() -> None:
    from silicart.product.construct.codon_tables import usage_table

    before = usage_table("h_sapiens")
    choose_codons("MALPVT", "GCCACC", "TGA", WIDE)
    assert usage_table("h_sapiens") == before
    assert all(len(amino) == 1 for amino in before)


def test_nothing_to_avoid_arises_where_the_codons_meet_their_surroundings() -> None:
    # The last lysine as AAA would make five A with the two that follow it.
    rules = replace(WIDE, GC=(0.1, 0.9), GC_window=20, longest_run=4)
    coding = choose_codons("MALPVTALLK", "GCCACC", "AATGA", rules)
    assert coding.endswith("AAG")
    assert find_avoided("GCCACC" + coding + "AATGA", patterns_of(rules), 4) == ()


def test_rules_that_nothing_keeps_are_an_error() -> None:
    with pytest.raises(ConstructError, match="no coding sequence keeps the rules"):
        choose_codons("M" + "K" * 20, "GCCACC", "TGA", replace(WIDE, GC=(0.6, 0.8)))


def _with_own(design: Design, coding: str) -> Any:
    construct = design.construct
    return replace(construct, mRNA=replace(construct.mRNA, coding=coding))


def test_the_users_own_codons_are_taken_as_they_are(design: Design) -> None:
    own = work_out(_with_own(design, design.coding))
    assert own.coding == design.coding
    assert not own.chosen
    assert own.transcript == design.transcript


def test_own_codons_are_read_with_their_stop_and_as_rna(example: str, design: Design) -> None:
    written = design.coding.replace("T", "U") + "UGA"
    construct = read_construct(example.replace("cap: cap1", f"cap: cap1\n  coding_sequence: {written}"), "own.yaml")
    assert construct.mRNA.coding == design.coding


@pytest.mark.parametrize(
    ("codon", "by", "found", "expected"),
    [
        (0, None, "CTG (L) at nucleotide 1", "a codon of M, residue 1 of CD8A_signal"),
        (25, "TGG", "TGG (W) at nucleotide 76", "residue 5 of germline scFv"),
        (478, "CCC", "CCC (P) at nucleotide 1435", "residue 112 of CD247_zeta"),
    ],
)
def test_codons_of_another_protein_are_refused(
    design: Design, codon: int, by: str | None, found: str, expected: str
) -> None:
    at = 3 * codon
    coding = design.coding[:at] + (by or "CTG") + design.coding[at + 3 :]
    with pytest.raises(ConstructError, match="does not translate to the CAR") as caught:
        coding_sequence(_with_own(design, coding))
    assert caught.value.found == found
    assert caught.value.expected is not None
    assert expected in caught.value.expected


def test_codons_of_a_shorter_protein_are_refused(design: Design) -> None:
    with pytest.raises(ConstructError, match="does not translate to the CAR") as caught:
        coding_sequence(_with_own(design, design.coding[:-6]))
    assert caught.value.found == "477 amino acids"


def test_own_codons_with_a_site_or_a_run_are_refused(design: Design) -> None:
    # Gly-Gly-Gly of the linker as seven G in a row, and a BsaI site over Gly-Leu (GGT CTC) at the start of the binder.
    protein = design.construct.protein
    at = 3 * protein.index("GGG")
    with pytest.raises(ConstructError, match="holds what is to be avoided") as caught:
        coding_sequence(_with_own(design, design.coding[:at] + "GGGGGGGGG" + design.coding[at + 9 :]))
    assert caught.value.found is not None
    assert "G at nucleotide" in caught.value.found
    at = 3 * protein.index("GL")
    with pytest.raises(ConstructError, match="holds what is to be avoided") as caught:
        coding_sequence(_with_own(design, design.coding[:at] + "GGTCTC" + design.coding[at + 6 :]))
    assert caught.value.found == f"BsaI at nucleotide {at + 1} (GGTCTC)"


def test_a_site_in_an_untranslated_region_is_refused_since_codons_cannot_help(example: str) -> None:
    text = example.replace("avoid: [BsaI,", "avoid: [XhoI, BsaI,")
    with pytest.raises(ConstructError, match="outside the coding sequence") as caught:
        work_out(read_construct(text, "own.yaml"))
    assert caught.value.found == "XhoI (CTCGAG) at nucleotide 7 of the region"
    assert caught.value.where is not None
    assert "three_prime_UTR" in text.splitlines()[int(caught.value.where.split(":")[1]) - 1]


def test_the_shipped_example_loads_by_name_and_by_path(tmp_path: Any, example: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(example, encoding="utf-8")
    assert load_construct(path).protein == load_construct("bcma-bbz").protein
