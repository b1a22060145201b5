"""The files: other readers open them and find the same sequence and the same parts."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from silicart.errors import ConstructError
from silicart.product.construct import Design, read_construct, write_files
from silicart.product.construct.files import fasta_text
from silicart.product.construct.genbank import genbank_text
from silicart.product.construct.sbol import ROLES, SBOL, sbol_text
from silicart.product.construct.transcript import Transcript, transcribe


@pytest.fixture(scope="module")
def written(design: Design, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of the built-in construct by their ending."""
    files = write_files(design, tmp_path_factory.mktemp("construct") / "new")
    return {path.name.partition(".")[2]: path for path in files}


def test_three_files_carry_the_name_of_the_construct(written: dict[str, Path]) -> None:
    assert sorted(path.name for path in written.values()) == ["bcma-bbz.fasta", "bcma-bbz.gb", "bcma-bbz.sbol.nt"]


def test_biopython_reads_the_genbank_file_back(design: Design, written: dict[str, Path]) -> None:
    from Bio import SeqIO

    record: Any = SeqIO.read(written["gb"], "genbank")
    assert str(record.seq) == design.transcript.sequence
    assert record.annotations["molecule_type"] == "mRNA"
    found = {
        (feature.qualifiers["label"][0], int(feature.location.start), int(feature.location.end))
        for feature in record.features
        if feature.type not in ("source", "modified_base")
    }
    assert found == {(part.name, part.start, part.end) for part in design.transcript.features}
    (frame,) = (feature for feature in record.features if feature.type == "CDS")
    protein = str(frame.extract(record.seq).translate(to_stop=True))
    assert protein == frame.qualifiers["translation"][0] == design.construct.protein
    (source,) = (feature for feature in record.features if feature.type == "source")
    assert source.qualifiers["mol_type"] == ["mRNA"]


def test_dna_chisel_reads_the_genbank_file_too(design: Design, written: dict[str, Path]) -> None:
    import dnachisel

    record = dnachisel.load_record(str(written["gb"]))
    assert str(record.seq) == design.transcript.sequence
    problem = dnachisel.DnaOptimizationProblem(
        str(record.seq),
        constraints=[
            dnachisel.EnforceTranslation(location=(54, 1491), translation=design.construct.protein),
            dnachisel.AvoidPattern("BsaI_site"),
        ],
        logger=None,
    )
    assert problem.all_constraints_pass()


def test_the_genbank_file_says_base_lnp_and_stand_in(written: dict[str, Path]) -> None:
    text = " ".join(written["gb"].read_text("utf-8").split())
    assert "Every U of the mRNA is N1-methylpseudouridine." in text
    assert "SM-102:DSPC:cholesterol:DMG-PEG2000 50:10:38.5:1.5 mol %, N/P 6." in text
    assert "not an anti-BCMA sequence" in text
    assert max(len(line) for line in written["gb"].read_text("utf-8").splitlines()) <= 80


def test_fasta_is_read_back(design: Design, written: dict[str, Path]) -> None:
    from Bio import SeqIO

    record: Any = SeqIO.read(written["fasta"], "fasta")
    assert (record.id, str(record.seq)) == ("bcma-bbz", design.transcript.sequence)


def test_names_with_line_breaks_and_long_names_make_no_broken_file(example: str, design: Design) -> None:
    from Bio import SeqIO

    text = example.replace("construct: bcma-bbz", "construct: a-name-of-more-than-sixteen-letters")
    text = re.sub(r"^title: .*$", r'title: "one\\ntwo \\"three\\" ><b> CAR"', text, flags=re.MULTILINE)
    construct = read_construct(text, "own.yaml")
    assert construct.title == 'one two "three" ><b> CAR'
    own = _as(design, construct, transcribe(construct, design.coding))
    assert fasta_text(own).count("\n>") == 0
    record: Any = SeqIO.read(StringIO(genbank_text(own)), "genbank")
    assert str(record.seq) == own.transcript.sequence
    assert "three" in sbol_text(own)


def test_the_sbol_document_has_the_structure_of_the_standard(design: Design, written: dict[str, Path]) -> None:
    from rdflib import RDF, Graph, URIRef

    text = written["sbol.nt"].read_text("utf-8")
    assert text == sbol_text(design)
    assert text.splitlines() == sorted(text.splitlines())
    graph = Graph().parse(data=text, format="nt")

    def one(subject: Any, name: str) -> Any:
        (value,) = graph.objects(subject, URIRef(SBOL + name))
        return value

    objects = set(graph.subjects())
    for subject in objects:
        assert len(list(graph.objects(subject, RDF.type))) == 1
        id = str(one(subject, "displayId"))
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", id)
        assert str(subject).endswith("/" + id)
    components = set(graph.subjects(RDF.type, URIRef(SBOL + "Component")))
    assert {str(one(component, "type")).rpartition("/")[2] for component in components} == {
        "SBO:0000250",
        "SBO:0000252",
    }
    for component in components:
        assert str(one(component, "hasNamespace")) == "https://example.org/silicart"
        sequence = one(component, "hasSequence")
        letters = str(one(sequence, "elements"))
        covered = []
        for feature in graph.objects(component, URIRef(SBOL + "hasFeature")):
            place = one(feature, "hasLocation")
            assert one(place, "hasSequence") == sequence
            assert str(one(feature, "role")).rpartition("/")[2] in ROLES.values()
            covered.append((int(one(place, "start")), int(one(place, "end"))))
        covered.sort()
        # The parts lie end to end, from the first letter to the last.
        assert (covered[0][0], covered[-1][1]) == (1, len(letters))
        assert all(after[0] == before[1] + 1 for before, after in pairwise(covered))
    elements = {str(value) for value in graph.objects(None, URIRef(SBOL + "elements"))}
    assert elements == {design.transcript.RNA.lower(), design.construct.protein}


def test_a_folder_that_cannot_be_written_is_an_error(design: Design, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConstructError, match="cannot be written"):
        write_files(design, tmp_path / "file" / "below")


def _as(design: Design, construct: Any, transcript: Transcript) -> Design:
    return replace(design, construct=construct, transcript=transcript)
