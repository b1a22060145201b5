"""A construct as a GenBank record of its mRNA."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

from silicart.product.construct.design import Design
from silicart.product.construct.transcript import Feature

# GenBank has no key for the domains of a protein or for a tail; other tools show the label of a misc_feature.
_KEYS: Mapping[str, str] = {
    "five_prime_UTR": "5'UTR",
    "CDS": "CDS",
    "signal_peptide": "sig_peptide",
    "three_prime_UTR": "3'UTR",
}

_LOCUS = 16
"""Letters of a name that the first line of a GenBank file has room for."""


def genbank_text(design: Design) -> str:
    """Return the GenBank file of a design's mRNA: its features with labels, its protein, its base, cap and LNP."""
    from Bio import SeqIO

    text = StringIO()
    SeqIO.write(_record(design), text, "genbank")
    return text.getvalue()


def _record(design: Design) -> Any:
    from Bio.Seq import Seq
    from Bio.SeqRecord import SeqRecord

    construct = design.construct
    annotations: dict[str, Any] = {
        "molecule_type": "mRNA",
        "topology": "linear",
        "data_file_division": "SYN",
        "organism": "synthetic construct",
        "source": "synthetic construct",
        "taxonomy": ["other sequences", "artificial sequences"],
        "comment": "\n".join(_comment(design)),
    }
    features = [
        _feature(0, len(design.transcript.sequence), "source", {"organism": "synthetic construct", "mol_type": "mRNA"}),
        _feature(0, 1, "modified_base", {"mod_base": "OTHER", "label": construct.mRNA.cap.name, "note": _cap(design)}),
        *(_described(design, feature) for feature in design.transcript.features),
    ]
    if construct.mRNA.cap.name == "none":
        del features[1]
    return SeqRecord(
        Seq(design.transcript.sequence), id=construct.name, name=construct.name[:_LOCUS],
        description=construct.title, annotations=annotations,
        features=features,
    )  # fmt: skip


def _described(design: Design, feature: Feature) -> Any:
    qualifiers = {"label": feature.name}
    if feature.kind == "CDS":
        qualifiers |= {"codon_start": "1", "product": feature.label, "translation": design.construct.protein}
    else:
        qualifiers["note"] = "; ".join(text for text in (feature.label, feature.note) if text)
    return _feature(feature.start, feature.end, _KEYS.get(feature.kind, "misc_feature"), qualifiers)


def _feature(start: int, end: int, key: str, qualifiers: Mapping[str, str]) -> Any:
    from Bio.SeqFeature import SeqFeature, SimpleLocation

    # Biopython has types, but not of these.
    make: Any = SeqFeature
    place: Any = SimpleLocation
    return make(place(start, end, strand=1), type=key, qualifiers=dict(qualifiers))


def _cap(design: Design) -> str:
    return f"5' end: {design.construct.mRNA.cap.label}"


def _comment(design: Design) -> list[str]:
    construct = design.construct
    LNP = construct.LNP
    ratios = ":".join(f"{LNP.mol_percent[kind]:g}" for kind in LNP.lipids)
    names = ":".join(lipid.name for lipid in LNP.lipids.values())
    return [
        f"Every U of the mRNA is {construct.mRNA.uridine.name}.",
        _cap(design) + ".",
        f"LNP {names} {ratios} mol %, N/P {LNP.N_to_P:g}.",
        *design.findings,
    ]
