"""A construct worked out: codons, mRNA, counts and masses, lipid, and what a user should look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from silicart.evidence import load_observations
from silicart.product.construct.coding import coding_sequence
from silicart.product.construct.composition import Composition, compose
from silicart.product.construct.construct import Construct
from silicart.product.construct.folding import Folding, fold
from silicart.product.construct.lipids import LipidMasses, N_to_P_of, lipid_masses
from silicart.product.construct.patterns import find_avoided
from silicart.product.construct.reading import patterns_of
from silicart.product.construct.transcript import Transcript, transcribe

NOT_PREDICTED = (
    "half-life of the mRNA",
    "translation, and CAR per cell",
    "uptake and endosomal escape of the LNP, its size and pKa",
    "affinity and specificity of the binder",
    "innate sensing and immunogenicity",
)
"""What no evidence that was read lets follow from a sequence or a composition."""


@dataclass(frozen=True)
class Published:
    """A published formulation value that the arithmetic is set beside."""

    label: str
    value: float
    source: str


@dataclass(frozen=True)
class Design:
    """A construct worked out.

    coding : codons without stop (DNA letters); `chosen` is True when they are by codon optimisation.
    lipids : for 1 mg mRNA at the N/P of the file.
    published_N_to_P, published_ratio : what marketed mRNA vaccines have.
    N_to_P_at_published_ratio : N/P of this composition at the published mass ratio of RNA to lipid.
    folding : None where ViennaRNA is not installed.
    findings : sentences on what is allowed, but should be looked at.
    """

    construct: Construct
    coding: str
    chosen: bool
    transcript: Transcript
    composition: Composition
    lipids: LipidMasses
    published_N_to_P: Published
    published_ratio: Published
    N_to_P_at_published_ratio: float
    folding: Folding | None
    findings: tuple[str, ...]


def work_out(construct: Construct) -> Design:
    """Choose or check the codons of a construct, and count and weigh everything.

    Raises
    ------
    ConstructError : see `coding_sequence`.
    """
    rules = construct.rules
    coding = coding_sequence(construct)
    transcript = transcribe(construct, coding)
    composition = compose(transcript, coding, construct.mRNA, species=rules.species, window=rules.GC_window)
    weighed = composition.molar_mass, composition.phosphates
    ratio = _published("lnp_RNA_to_lipid")
    return Design(
        construct=construct,
        coding=coding,
        chosen=construct.mRNA.coding is None,
        transcript=transcript,
        composition=composition,
        lipids=lipid_masses(construct.LNP, *weighed),
        published_N_to_P=_published("lnp_N_to_P"),
        published_ratio=ratio,
        N_to_P_at_published_ratio=N_to_P_of(construct.LNP, ratio.value, *weighed),
        folding=fold(transcript.RNA),
        findings=tuple(_findings(construct, transcript, composition)),
    )


def _published(id: str) -> Published:
    observation = load_observations()[id]
    return Published(observation.label, observation.value, ", ".join(observation.sources))


def _findings(construct: Construct, transcript: Transcript, composition: Composition) -> Iterator[str]:
    for domain in construct.CAR:
        if domain.stand_in:
            yield f"The {domain.kind} ({domain.name}) is a stand-in: {domain.stand_in}."
    rules = construct.rules
    low, high = rules.GC
    if composition.lowest_GC < low or composition.highest_GC > high:
        yield (
            f"GC of the codons is {composition.lowest_GC:.2f} to {composition.highest_GC:.2f} in windows of "
            f"{composition.window} nt, outside {low:g} to {high:g}."
        )
    frame = transcript.CDS
    tail = next(feature.start for feature in transcript.features if feature.kind.startswith("poly_A"))
    for hit in find_avoided(transcript.sequence[:tail], patterns_of(rules), rules.longest_run):
        if hit.end <= frame.start or hit.start >= frame.end - len(construct.mRNA.stop):
            region = construct.mRNA.five_prime if hit.start < frame.start else construct.mRNA.three_prime
            yield f"{hit.name} at nucleotide {hit.start + 1}, in {region.name}: codon choice does not reach it."
