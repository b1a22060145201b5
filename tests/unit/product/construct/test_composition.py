"""Counts, masses and N/P arithmetic, beside other programs and sums made by hand."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from types import ModuleType

import pytest

from silicart.errors import ConstructError
from silicart.product.construct import Design, load_construct, load_parts, read_construct, work_out
from silicart.product.construct.chemistry import molar_mass
from silicart.product.construct.codon_tables import codon_usage
from silicart.product.construct.composition import codon_adaptation_index, molar_mass_of
from silicart.product.construct.folding import fold
from silicart.product.construct.lipids import N_to_P_of, lipid_masses


def test_the_mass_of_plain_rna_is_that_of_biopython(design: Design) -> None:
    from Bio.SeqUtils import molecular_weight

    parts = load_parts()
    mRNA = replace(
        design.construct.mRNA, uridine=parts.uridines["uridine"], cap=replace(parts.five_prime_ends["none"], mass=0.0)
    )
    ours = molar_mass_of(design.transcript.sequence, mRNA)
    assert ours == pytest.approx(molecular_weight(design.transcript.RNA, "RNA"), rel=1e-5)


def test_each_methyl_group_of_base_and_cap_is_weighed(design: Design) -> None:
    parts, mRNA = load_parts(), design.construct.mRNA
    methylene = 12.011 + 2 * 1.008
    plain = molar_mass_of(design.transcript.sequence, replace(mRNA, uridine=parts.uridines["uridine"]))
    assert design.composition.molar_mass - plain == pytest.approx(design.composition.uridines * methylene)
    ends = parts.five_prime_ends
    assert ends["cap1"].mass - ends["cap0"].mass == pytest.approx(methylene)
    # m7GpppG, the cap analogue: 802.4 g/mol as the neutral molecule.
    assert ends["cap0"].mass + parts.nucleotides["G"] + parts.water == pytest.approx(802.4, abs=0.1)


def test_copies_per_cell_follow_from_the_mass(design: Design) -> None:
    counted = design.composition
    assert counted.length == len(design.transcript.sequence) == 1902
    assert counted.molar_mass_by_rule == 330.0 * 1902
    # The dossier's arithmetic (R23): 1.01 million at 1800 nt, 0.91 at 2000 nt, by 330 g/mol.
    assert counted.copies_per_cell_by_rule == pytest.approx(1.01e6 * 1800 / 1902, rel=0.01)
    assert counted.copies_per_cell * counted.molar_mass == pytest.approx(6.02214076e11)


def test_uridine_and_gc_are_counted(design: Design) -> None:
    RNA, counted = design.transcript.RNA, design.composition
    assert counted.uridines == RNA.count("U")
    assert counted.uridine_share == pytest.approx(RNA.count("U") / len(RNA))
    frame = RNA[54 : 54 + 3 * 479 + 6]
    assert frame.startswith("AUG")
    assert frame.endswith("UGAUGA")
    assert counted.coding_uridines == frame.count("U")
    assert counted.coding_GC == pytest.approx((frame.count("G") + frame.count("C")) / len(frame))


def test_the_best_codons_have_an_index_of_one_and_a_codon_never_used_of_zero() -> None:
    usage = codon_usage("h_sapiens")
    assert codon_adaptation_index("ATGGCCCTGAAGTGG", usage) == 1.0
    assert 0.0 < codon_adaptation_index("ATGGCGCTATTA", usage) < 0.5
    assert codon_adaptation_index("GCCGCG", {**usage, "GCG": 0.0}) == 0.0
    assert math.isnan(codon_adaptation_index("ATGTGG", usage))


@pytest.mark.parametrize("formula", ["", "c27", "C27H46O-", "NaCl2H"])
def test_a_formula_that_is_none_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match=r"formula|weight"):
        molar_mass(formula, {"H": 1.0, "C": 12.0, "O": 16.0})


def test_n_to_p_both_ways_agree(design: Design) -> None:
    LNP, counted = design.construct.LNP, design.composition
    back = N_to_P_of(LNP, design.lipids.mRNA_to_lipid, counted.molar_mass, counted.phosphates)
    assert back == pytest.approx(LNP.N_to_P)
    assert design.N_to_P_at_published_ratio == pytest.approx(6.0 * design.lipids.mRNA_to_lipid / 0.05)


def test_lipid_masses_are_those_of_a_sum_by_hand(design: Design) -> None:
    # 1 mg of mRNA: its phosphates in umol, six amines each, one amine a molecule of SM-102.
    phosphate = 1904 / design.composition.molar_mass * 1e3
    ionizable = 6 * phosphate
    masses = design.lipids.masses
    assert masses["ionizable"] == pytest.approx(ionizable * 710.182 / 1e3)
    assert masses["cholesterol"] == pytest.approx(ionizable / 50 * 38.5 * 386.664 / 1e3)
    assert design.lipids.total == pytest.approx(sum(masses.values()))
    # Beside the published 0.05, which is approximate.
    assert design.lipids.mRNA_to_lipid == pytest.approx(0.05, rel=0.2)


def test_two_amines_a_lipid_halve_the_lipid(design: Design) -> None:
    LNP = design.construct.LNP
    lipids = {**LNP.lipids, "ionizable": replace(LNP.lipids["ionizable"], amines=2)}
    counted = design.composition
    halved = lipid_masses(replace(LNP, lipids=lipids), counted.molar_mass, counted.phosphates)
    assert halved.total == pytest.approx(design.lipids.total / 2)


def test_the_ratio_of_bnt162b2_is_accepted(example: str) -> None:
    # 46.3 + 9.4 + 42.7 + 1.6 is not 100 in binary.
    text = example
    for old, new in (("50}", "46.3}"), ("DSPC, mol_percent: 10}", "DSPC, mol_percent: 9.4}"), ("38.5", "42.7")):
        text = text.replace(old, new)
    with pytest.raises(ConstructError, match="do not sum to 100"):
        read_construct(text, "own.yaml")
    formulation = read_construct(text.replace("1.5}", "1.6}"), "own.yaml").LNP
    assert sum(formulation.mol_percent.values()) == pytest.approx(100.0)


def test_folding_is_asked_of_viennarna_where_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "RNA", None)
    assert fold("GGGGAAAACCCC") is None
    vienna = ModuleType("RNA")
    vienna.__dict__.update({"fold": lambda letters: ("." * len(letters), -1.5), "__version__": "2.8.0"})
    monkeypatch.setitem(sys.modules, "RNA", vienna)
    found = fold("GGGGAAAACCCC")
    assert found is not None
    assert (found.energy, found.by) == (-1.5, "ViennaRNA 2.8.0")


def test_findings_name_the_stand_in_and_what_codons_cannot_mend(design: Design) -> None:
    assert "not an anti-BCMA sequence" in design.findings[0]
    assert [text.split(",")[0] for text in design.findings[1:]] == [
        "AATAAA at nucleotide 4",
        "AATAAA at nucleotide 1717",
    ]


def test_a_narrow_gc_range_is_a_finding_for_own_codons(design: Design) -> None:
    construct = load_construct("bcma-bbz")
    own = replace(
        construct,
        mRNA=replace(construct.mRNA, coding=design.coding),
        rules=replace(construct.rules, GC=(0.5, 0.6)),
    )
    assert any("outside 0.5 to 0.6" in text for text in work_out(own).findings)
