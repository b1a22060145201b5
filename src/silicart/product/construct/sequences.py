"""Letters of proteins and nucleic acids: reading them strictly, translating, and finding what should not be there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from silicart.evidence.document import Section

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
STOP = "*"
_ORDER = "TCAG"
_STANDARD = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"

GENETIC_CODE = {"".join(codon): amino for codon, amino in zip(product(_ORDER, repeat=3), _STANDARD, strict=True)}
"""Codon (DNA letters) -> amino acid, or `*` for a stop: the standard code."""

_COMPLEMENT = str.maketrans("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN")
_LETTERS = {
    "A": "A", "C": "C", "G": "G", "T": "T", "R": "[AG]", "Y": "[CT]", "S": "[CG]", "W": "[AT]", "K": "[GT]",
    "M": "[AC]", "B": "[CGT]", "D": "[AGT]", "H": "[ACT]", "V": "[ACG]", "N": "[ACGT]",
}  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """What was found in a sequence: its name, and where it begins and ends (from 0, end not included)."""

    name: str
    start: int
    end: int


def read_protein(section: Section, key: str, what: str) -> str:
    """Return the amino acids under `key`, in capitals and without white space.

    Raises
    ------
    ConstructError : with file, line and position; a stop inside, a letter that is no amino acid, or nothing at all.
    """
    text = _squeezed(section, key)
    for position, letter in enumerate(text, 1):
        if letter == STOP:
            raise section.fail(
                f"the sequence of {what} has a stop inside", key,
                found=f"{STOP} at position {position} of {len(text)}{_around(text, position)}",
                expected="amino acids only",
                remedy="remove it; the stop of the reading frame stands in mRNA: stop",
            )  # fmt: skip
        if letter not in AMINO_ACIDS:
            raise section.fail(
                f"a letter of {what} is no amino acid", key,
                found=f"{letter} at position {position} of {len(text)}{_around(text, position)}",
                expected=f"the twenty letters {AMINO_ACIDS}",
                remedy="replace it by the amino acid that is meant",
            )  # fmt: skip
    return text


def read_nucleotides(section: Section, key: str, what: str) -> str:
    """Return the nucleotides under `key` as DNA letters in capitals; U is read as T.

    Raises
    ------
    ConstructError : with file, line and position of a letter that is not A, C, G, T or U, or nothing at all.
    """
    text = _squeezed(section, key).replace("U", "T")
    for position, letter in enumerate(text, 1):
        if letter not in "ACGT":
            raise section.fail(
                f"a letter of {what} is no nucleotide", key,
                found=f"{letter} at position {position} of {len(text)}{_around(text, position)}",
                expected="A, C, G and T (or U)",
                remedy="write one nucleotide; mixtures cannot be made as one mRNA",
            )  # fmt: skip
    return text


def codons(coding: str) -> Iterator[str]:
    """Go through a coding sequence codon by codon.

    Examples
    --------
    >>> list(codons("ATGGCC"))
    ['ATG', 'GCC']
    """
    return (coding[start : start + 3] for start in range(0, len(coding), 3))


def translate(coding: str) -> str:
    """Return the protein of whole codons, `*` for a stop.

    Examples
    --------
    >>> translate("ATGGCCTGA")
    'MA*'
    """
    return "".join(GENETIC_CODE[codon] for codon in codons(coding))


def reverse_complement(dna: str) -> str:
    """Return the other strand, read from its own 5' end.

    Examples
    --------
    >>> reverse_complement("GGTCTC")
    'GAGACC'
    """
    return dna.translate(_COMPLEMENT)[::-1]


def find_pattern(dna: str, pattern: str, name: str, *, both_strands: bool) -> tuple[Hit, ...]:
    """Find a pattern of nucleotide letters (mixtures such as N allowed), also where hits overlap.

    Examples
    --------
    >>> find_pattern("AAGAGACCAA", "GGTCTC", "BsaI", both_strands=True)
    (Hit(name='BsaI', start=2, end=8),)
    """
    wanted = {pattern, reverse_complement(pattern)} if both_strands else {pattern}
    hits = {
        Hit(name, found.start(), found.start() + len(pattern))
        for one in wanted
        for found in re.finditer(f"(?={''.join(_LETTERS[letter] for letter in one)})", dna)
    }
    return tuple(sorted(hits, key=lambda hit: hit.start))


def find_runs(dna: str, longest: int) -> tuple[Hit, ...]:
    """Find runs of one nucleotide that are longer than allowed.

    Examples
    --------
    >>> find_runs("CAAAAG", 3)
    (Hit(name='run of 4 A', start=1, end=5),)
    """
    return tuple(
        Hit(f"run of {len(found[0])} {found[1]}", found.start(), found.end())
        for found in re.finditer(r"(.)\1*", dna)
        if len(found[0]) > longest
    )


def _squeezed(section: Section, key: str) -> str:
    text = "".join(section.text(key).split()).upper()
    if not text:
        raise section.fail(f"{key} of {section.title} is empty", key, found="nothing", expected="a sequence")
    return text


def _around(text: str, position: int) -> str:
    """Show the letters on both sides, since a position alone is hard to find in a long block."""
    return f", in …{text[max(0, position - 6) : position + 5]}…" if len(text) > 11 else f", in {text}"
