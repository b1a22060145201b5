"""A construct as an SBOL 3 document: the mRNA and the CAR as components, their parts as features with ranges.

The document is written as RDF triples by rdflib (decision 0013), sorted, so that equal designs give equal files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from silicart.product.construct.design import Design

SBOL = "http://sbols.org/v3#"
_TERMS = "https://identifiers.org/"
_RNA, _PROTEIN = "SBO:0000250", "SBO:0000252"
_NUCLEIC_ACID, _AMINO_ACID = "edam:format_1207", "edam:format_1208"
_INLINE = "SO:0001030"

ROLES: Mapping[str, str] = {
    "mRNA": "SO:0000234",
    "five_prime_UTR": "SO:0000204",
    "CDS": "SO:0000316",
    "three_prime_UTR": "SO:0000205",
    "poly_A": "SO:0000610",
    "poly_A_linker": "SO:0000001",
    "signal_peptide": "SO:0000418",
    "transmembrane": "SO:0001077",
    "binder": "SO:0000417",
    "linker": "SO:0000417",
    "hinge": "SO:0000417",
    "costimulation": "SO:0000417",
    "CD3_zeta": "SO:0000417",
}
"""Kind of part -> term of the Sequence Ontology (0000417 polypeptide domain, 0000001 region)."""


@dataclass(frozen=True)
class _Part:
    name: str
    description: str
    kind: str
    first: int
    last: int


def sbol_text(design: Design) -> str:
    """Return the SBOL 3 document of a design as sorted N-Triples."""
    lines = _graph(design).serialize(format="nt", encoding="utf-8").decode("utf-8").splitlines()
    return "\n".join(sorted(line for line in lines if line.strip())) + "\n"


def _graph(design: Design) -> Any:
    from rdflib import Graph

    graph = Graph()
    construct = design.construct
    _component(
        graph, construct.namespace, f"{construct.name}_mRNA", f"mRNA of {construct.name}",
        f"{construct.title}. Every U is {construct.mRNA.uridine.name}; 5' end: {construct.mRNA.cap.label}.",
        _RNA, (ROLES["mRNA"],), _NUCLEIC_ACID, design.transcript.RNA.lower(), _mRNA_parts(design),
    )  # fmt: skip
    _component(
        graph, construct.namespace, f"{construct.name}_CAR", f"CAR of {construct.name}",
        " ".join((construct.title + ".", *(text for text in design.findings if "stand-in" in text))),
        _PROTEIN, (), _AMINO_ACID, construct.protein, _protein_parts(design),
    )  # fmt: skip
    return graph


def _mRNA_parts(design: Design) -> Iterable[_Part]:
    domains = {domain.kind for domain in design.construct.CAR}
    for feature in design.transcript.features:
        # Domains are features of the protein: their terms are of polypeptides.
        if feature.kind not in domains:
            yield _Part(feature.name, feature.label, feature.kind, feature.start + 1, feature.end)


def _protein_parts(design: Design) -> Iterable[_Part]:
    last = 0
    for domain in design.construct.CAR:
        first, last = last + 1, last + len(domain.sequence)
        description = domain.label + (f", UniProt {domain.accession}" if domain.accession else "")
        if domain.stand_in:
            description += f"; stand-in: {domain.stand_in}"
        yield _Part(domain.name, description, domain.kind, first, last)


def _component(
    graph: Any, namespace: str, name: str, title: str, description: str, type: str, roles: Iterable[str],
    encoding: str, letters: str, parts: Iterable[_Part],
) -> None:  # fmt: skip
    from rdflib import Literal, URIRef

    component, sequence = f"{namespace}/{display_id(name)}", f"{namespace}/{display_id(name)}_sequence"
    for identity, kind, shown in ((component, "Component", title), (sequence, "Sequence", f"sequence: {title}")):
        _object(graph, identity, kind, shown)
        graph.add((URIRef(identity), URIRef(SBOL + "hasNamespace"), URIRef(namespace)))
    graph.add((URIRef(component), URIRef(SBOL + "description"), Literal(description)))
    graph.add((URIRef(component), URIRef(SBOL + "type"), URIRef(_TERMS + type)))
    for role in roles:
        graph.add((URIRef(component), URIRef(SBOL + "role"), URIRef(_TERMS + role)))
    graph.add((URIRef(component), URIRef(SBOL + "hasSequence"), URIRef(sequence)))
    graph.add((URIRef(sequence), URIRef(SBOL + "elements"), Literal(letters)))
    graph.add((URIRef(sequence), URIRef(SBOL + "encoding"), URIRef(_TERMS + encoding)))
    for number, part in enumerate(parts, 1):
        feature = f"{component}/SequenceFeature{number}"
        _object(graph, feature, "SequenceFeature", part.name)
        graph.add((URIRef(feature), URIRef(SBOL + "description"), Literal(part.description)))
        graph.add((URIRef(feature), URIRef(SBOL + "role"), URIRef(_TERMS + ROLES[part.kind])))
        graph.add((URIRef(component), URIRef(SBOL + "hasFeature"), URIRef(feature)))
        _range(graph, feature, sequence, part)


def _range(graph: Any, feature: str, sequence: str, part: _Part) -> None:
    from rdflib import Literal, URIRef

    place = URIRef(f"{feature}/Range1")
    _object(graph, str(place), "Range", None)
    graph.add((URIRef(feature), URIRef(SBOL + "hasLocation"), place))
    graph.add((place, URIRef(SBOL + "start"), Literal(part.first)))
    graph.add((place, URIRef(SBOL + "end"), Literal(part.last)))
    graph.add((place, URIRef(SBOL + "orientation"), URIRef(_TERMS + _INLINE)))
    graph.add((place, URIRef(SBOL + "hasSequence"), URIRef(sequence)))


def _object(graph: Any, identity: str, kind: str, name: str | None) -> None:
    from rdflib import RDF, Literal, URIRef

    graph.add((URIRef(identity), RDF.type, URIRef(SBOL + kind)))
    graph.add((URIRef(identity), URIRef(SBOL + "displayId"), Literal(identity.rpartition("/")[2])))
    if name is not None:
        graph.add((URIRef(identity), URIRef(SBOL + "name"), Literal(name)))


def display_id(name: str) -> str:
    """Return a name as an SBOL displayId: letters, digits and underscores, no digit first.

    Examples
    --------
    >>> display_id("bcma-bbz"), display_id("4-1BB")
    ('bcma_bbz', '_4_1BB')
    """
    id = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return f"_{id}" if id[0].isdigit() else id
