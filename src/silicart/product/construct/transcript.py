"""The whole mRNA: its letters, and where each part lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from silicart.product.construct.construct import Construct
from silicart.product.construct.parts import Untranslated


@dataclass(frozen=True)
class Feature:
    """A part of the mRNA.

    kind : five_prime_UTR, CDS, a kind of domain, three_prime_UTR, poly_A or poly_A_linker.
    start, end : nucleotides from 0, end not included.
    note : where the sequence comes from, or what it only stands in for; may be empty.
    """

    name: str
    label: str
    kind: str
    start: int
    end: int
    note: str = ""

    @property
    def length(self) -> int:
        """Length in nucleotides."""
        return self.end - self.start


@dataclass(frozen=True)
class Transcript:
    """An mRNA from its first nucleotide to the end of the tail; the cap is no letter of it.

    sequence : DNA letters of the coding strand, as GenBank writes mRNA.
    features : the parts, from 5' on; domains follow the CDS that holds them.
    """

    sequence: str
    features: tuple[Feature, ...]

    @property
    def RNA(self) -> str:
        """The letters of the RNA, U for whatever base stands in its place."""
        return self.sequence.replace("T", "U")

    @property
    def CDS(self) -> Feature:
        """The reading frame, its stop included."""
        return next(feature for feature in self.features if feature.kind == "CDS")


def transcribe(construct: Construct, coding: str) -> Transcript:
    """Put an mRNA together around a coding sequence (DNA letters, no stop).

    Examples
    --------
    >>> from silicart.product.construct import load_construct
    >>> construct = load_construct("bcma-bbz")
    >>> transcript = transcribe(construct, "GCC" * 479)
    >>> len(transcript.sequence), transcript.CDS.start, transcript.CDS.length
    (1902, 54, 1443)
    """
    mRNA = construct.mRNA
    tail = "".join(segment.sequence for segment in mRNA.tail)
    sequence = mRNA.five_prime.sequence + coding + mRNA.stop + mRNA.three_prime.sequence + tail
    return Transcript(sequence, tuple(_features(construct, len(coding))))


def _features(construct: Construct, coding: int) -> Iterator[Feature]:
    mRNA = construct.mRNA
    end = len(mRNA.five_prime.sequence)
    yield _region(mRNA.five_prime, 0, end)
    position, end = end, end + coding + len(mRNA.stop)
    yield Feature(f"{construct.name}_CAR", "chimeric antigen receptor", "CDS", position, end)
    for domain in construct.CAR:
        after = position + 3 * len(domain.sequence)
        note = f"UniProt {domain.accession}" if domain.accession else ", ".join(domain.sources)
        if domain.stand_in:
            note = f"stand-in: {domain.stand_in}"
        yield Feature(domain.name, domain.label, domain.kind, position, after, note)
        position = after
    position, end = end, end + len(mRNA.three_prime.sequence)
    yield _region(mRNA.three_prime, position, end)
    for segment in mRNA.tail:
        position, end = end, end + len(segment.sequence)
        is_tail = set(segment.sequence) == {"A"}
        label = "poly(A)" if is_tail else "linker of the poly(A) tail"
        yield Feature(segment.name, label, "poly_A" if is_tail else "poly_A_linker", position, end)


def _region(region: Untranslated, start: int, end: int) -> Feature:
    return Feature(region.name, region.label, region.kind, start, end, ", ".join(region.sources))
