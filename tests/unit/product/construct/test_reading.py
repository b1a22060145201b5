"""A construct file is read strictly: what is wrong is named with its line and, in a sequence, its position."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silicart.errors import ConstructError
from silicart.product.construct import load_construct, load_parts, read_construct

# what is replaced, by what; the problem; the text of the line that is named; what was found
WRONG: dict[str, tuple[str, str, str, str, str | None]] = {
    "ratios": ("38.5", "39.5", "do not sum to 100", "LNP:", "50 + 10 + 39.5 + 1.5 = 101"),
    "N/P of 0": ("N_to_P: 6", "N_to_P: 0", "N/P is not above 0", "N_to_P", "0"),
    "N/P below 0": ("N_to_P: 6", "N_to_P: -6", "N/P is not above 0", "N_to_P", "-6"),
    "N/P in words": ("N_to_P: 6", "N_to_P: six", "not a number", "N_to_P", "six"),
    "negative share": ("mol_percent: 1.5", "mol_percent: -1.5", "is no share", "PEG:", "-1.5"),
    "no ionizable lipid": ("mol_percent: 50", "mol_percent: 0", "is no share", "ionizable:", "0"),
    "unknown lipid": ("lipid: SM-102", "lipid: SM-120", "not known", "ionizable:", "SM-120"),
    "lipid of another kind": ("lipid: DSPC", "lipid: SM-102", "not known", "phospholipid:", "SM-102"),
    "lipid without amines": ("lipid: SM-102", "lipid: X, molar_mass: 700", "without amines", "ionizable:", None),
    "lipid without mass": ("lipid: DSPC", "lipid: X, molar_mass: 0", "not above 0", "phospholipid:", "0.0"),
    "stop inside": (
        "YFDYWGQ", "YFDYW*GQ", "has a stop inside", "sequence:", "* at position 104 of 236, in …YFDYW*GQGTL…",
    ),
    "no amino acid": (
        "YFDYWGQ", "YFDYXGQ", "is no amino acid", "sequence:", "X at position 103 of 235, in …KYFDYXGQGTL…",
    ),
    "no start": (
        "signal_peptide: CD8A_signal", "signal_peptide: {sequence: ALPVTALLLP}", "no start", "signal_peptide:",
        "ALPVTALLLP… of signal_peptide",
    ),
    "out of order": (
        "  - hinge: CD8A_hinge\n  - transmembrane: CD8A_transmembrane",
        "  - transmembrane: CD8A_transmembrane\n  - hinge: CD8A_hinge",
        "out of order", "- hinge:", "hinge after transmembrane",
    ),
    "no hinge": ("  - hinge: CD8A_hinge\n", "", "the CAR has no hinge", "CAR:", None),
    "two hinges": (
        "  - hinge: CD8A_hinge\n", "  - hinge: CD8A_hinge\n  - hinge: CD28_hinge\n", "more than one hinge",
        "- hinge: CD28_hinge", None,
    ),
    "unknown kind of domain": ("- hinge:", "- hing:", "unknown key", "- hing:", "hing"),
    "unknown domain": ("CD8A_hinge", "CD8B_hinge", "not known", "- hinge:", "CD8B_hinge"),
    "no such binder": ("binder:\n", "binder: bb2121\n  - binder:\n", "no binder is built in", "bb2121", "bb2121"),
    "empty tail": ("A30-GCATATGACT-A70", "0", "tail is empty", "poly_A:", "0"),
    "tail of empty segments": ("A30-GCATATGACT-A70", "A30-A0", "tail is empty", "poly_A:", "A30-A0"),
    "tail without A": ("A30-GCATATGACT-A70", "GCTTGC", "tail is empty", "poly_A:", "GCTTGC"),
    "tail of linker": ("A30-GCATATGACT-A70", "A3-GCATATGACT", "not mostly A", "poly_A:", None),
    "tail by a name": ("A30-GCATATGACT-A70", "A30-L10-A70", "not readable", "poly_A:", "L10"),
    "tail beyond reason": ("A30-GCATATGACT-A70", "1000000000", "too long", "poly_A:", "1000000000"),
    "unknown base": (
        "uridine: N1-methylpseudouridine", "uridine: N1-methyluridine", "not known", "uridine:", "N1-methyluridine",
    ),
    "unknown cap": ("cap: cap1", "cap: cap3", "not known", "cap:", "cap3"),
    "no stop": ("stop: TGATGA", "stop: TGG", "does not stop", "stop:", "TGG"),
    "no nucleotide": (
        "five_prime_UTR: alpha_globin_Kozak", "five_prime_UTR: {sequence: GCCXCC}", "is no nucleotide",
        "five_prime_UTR:", "X at position 4 of 6, in GCCXCC",
    ),
    "coding in part": ("cap: cap1", "cap: cap1\n  coding_sequence: ATGGC", "not whole codons", "coding_", None),
    "coding without start": ("cap: cap1", "cap: cap1\n  coding_sequence: GCCATG", "no start", "coding_", None),
    "coding with a stop": (
        "cap: cap1", "cap: cap1\n  coding_sequence: ATG GCC TAA CTG", "stop inside", "coding_",
        "TAA at nucleotide 7, codon 3 of 4",
    ),
    "unknown enzyme": ("BsaI", "BsaX", "neither a restriction enzyme nor a pattern", "avoid:", "BsaX"),
    "unknown species": ("h_sapiens", "h_sapient", "not known", "species:", "h_sapient"),
    "unknown objective": ("use_best_codon", "use_best_codons", "not known", "objective:", "use_best_codons"),
    "GC in percent": ("GC: [0.4, 0.7]", "GC: [40, 70]", "not a range", "GC:", "[40, 70]"),
    "runs of 1": ("longest_run: 6", "longest_run: 1", "too small", "longest_run:", "1"),
    "unknown source": ("source: [CARDomains", "source: [CARDomain", "no known source", "source:", "CARDomain"),
    "name with a slash": ("construct: bcma-bbz", "construct: ../bcma", "is no name", "construct:", "../bcma"),
    "namespace": ("\nCAR:", "\nnamespace: my lab\nCAR:", "no IRI", "namespace:", "my lab"),
    "unknown key": ("\nLNP:", "\nhalf_life: 8\nLNP:", "unknown key", "half_life:", "half_life"),
}  # fmt: skip

MANGLED = ("", "0", "-1", "x", "[]", "{}", "[1, 2]", "null", "1e400", "*", "'", "{a: {b: 1}}")


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_where_it_stands(example: str, case: str) -> None:
    old, new, problem, line, found = WRONG[case]
    text = example.replace(old, new)
    assert text != example
    with pytest.raises(ConstructError) as caught:
        read_construct(text, "own.yaml")
    assert problem in caught.value.problem
    assert caught.value.where is not None
    file, _, number = caught.value.where.partition(":")
    assert file == "own.yaml"
    assert line in text.splitlines()[int(number) - 1]
    if found is not None:
        assert caught.value.found == found


def test_a_name_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConstructError) as caught:
        load_construct("bcma-bzz")
    assert caught.value.remedy == "did you mean bcma-bbz?"


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "x.yaml"
    place.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConstructError, match="not UTF-8"):
        load_construct(place)


def test_the_example_has_the_published_lengths_and_no_invented_binder() -> None:
    construct = load_construct("bcma-bbz")
    lengths = {domain.kind: len(domain.sequence) for domain in construct.CAR}
    assert lengths == {
        "signal_peptide": 21, "binder": 235, "hinge": 45, "transmembrane": 24, "costimulation": 42, "CD3_zeta": 112,
    }  # fmt: skip
    assert sum(lengths.values()) - lengths["binder"] == 244
    (binder,) = (domain for domain in construct.CAR if domain.kind == "binder")
    assert binder.stand_in is not None
    assert "not an anti-BCMA sequence" in binder.stand_in
    assert [segment.name for segment in construct.mRNA.tail] == ["A30", "GCATATGACT", "A70"]


def test_a_third_generation_car_with_own_lipid_and_plain_tail_is_read(example: str) -> None:
    text = (
        example.replace("  - costimulation:", "  - costimulation: CD28_costimulation\n  - costimulation:")
        .replace("A30-GCATATGACT-A70", "120")
        .replace("{lipid: SM-102,", "{lipid: mine, molar_mass: 800, amines: 2,")
        .replace("stop: TGATGA", "stop: UAA")
    )
    construct = read_construct(text, "own.yaml")
    assert [domain.kind for domain in construct.CAR].count("costimulation") == 2
    assert construct.mRNA.tail[0].sequence == "A" * 120
    assert construct.mRNA.stop == "TAA"
    assert construct.LNP.lipids["ionizable"].amines == 2


def test_built_in_domains_are_checked_against_their_uniprot_residues() -> None:
    for domain in load_parts().domains.values():
        assert (domain.accession is None) == (domain.kind == "linker")


@settings(max_examples=60)
@given(st.data())
def test_a_broken_file_is_a_construct_error_and_nothing_else(example: str, data: st.DataObject) -> None:
    lines = example.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    key, colon, value = lines[at].partition(":")
    lines[at] = f"{key}{colon} {data.draw(st.sampled_from([*MANGLED, value[1:]]))}"
    where: str | None = "own.yaml"
    try:
        read_construct("\n".join(lines), "own.yaml")
    except ConstructError as error:
        where = error.where
    assert where is not None
    assert where.startswith("own.yaml")
