"""A construct as a user states it: the CAR, its mRNA, the LNP that carries it, and the rules of its codons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from silicart.product.construct.parts import Domain, FivePrimeEnd, Lipid, Untranslated, Uridine

OBJECTIVES = ("use_best_codon", "match_codon_usage")
"""What codon optimisation aims at: the most frequent codon everywhere, or the usage of the species."""


@dataclass(frozen=True)
class TailSegment:
    """A stretch of the poly(A) tail: its DNA letters, and its name in the construct file."""

    name: str
    sequence: str


@dataclass(frozen=True)
class Messenger:
    """What surrounds and modifies the reading frame.

    stop : one or more stop codons, as DNA letters.
    tail : segments of the poly(A) tail, in order.
    coding : the user's own coding sequence without stop, or None for one by codon optimisation.
    """

    cap: FivePrimeEnd
    five_prime: Untranslated
    stop: str
    three_prime: Untranslated
    tail: tuple[TailSegment, ...]
    uridine: Uridine
    coding: str | None = None


@dataclass(frozen=True)
class Formulation:
    """An LNP by composition.

    N_to_P : amines of the ionizable lipid to phosphates of the mRNA (mol/mol), above 0.
    lipids : kind -> lipid.
    mol_percent : kind -> share of all lipid (mol %), together 100.
    """

    N_to_P: float
    lipids: Mapping[str, Lipid]
    mol_percent: Mapping[str, float]


@dataclass(frozen=True)
class DesignRules:
    """How codons are chosen, and what the coding sequence must not hold.

    The defaults are conventions of gene synthesis and of transcription in vitro, not findings about expression.

    species : table of `python_codon_tables` by its short name.
    objective : one of `OBJECTIVES`.
    GC : lowest and highest share of G and C, in every window of `GC_window` nucleotides.
    longest_run : longest run of one nucleotide that is allowed.
    avoid : restriction enzymes (their sites on both strands) and patterns of DNA letters (on the coding strand).
    seed : of the optimiser's random choices.
    """

    species: str = "h_sapiens"
    objective: str = "use_best_codon"
    GC: tuple[float, float] = (0.4, 0.7)
    GC_window: int = 100
    longest_run: int = 6
    avoid: tuple[str, ...] = ("BsaI", "SapI", "AATAAA", "ATTAAA")
    seed: int = 1


@dataclass(frozen=True)
class Construct:
    """A construct file as read.

    namespace : IRI under which SBOL names the construct.
    where : file and line of the parts, for messages.

    Examples
    --------
    >>> from silicart.product.construct import load_construct
    >>> construct = load_construct("bcma-bbz")
    >>> len(construct.protein), [domain.kind for domain in construct.CAR][:2]
    (479, ['signal_peptide', 'binder'])
    """

    name: str
    title: str
    note: str | None
    sources: tuple[str, ...]
    namespace: str
    CAR: tuple[Domain, ...]
    mRNA: Messenger
    LNP: Formulation
    rules: DesignRules
    where: Mapping[str, str]

    @property
    def protein(self) -> str:
        """The whole CAR as translated, signal peptide included."""
        return "".join(domain.sequence for domain in self.CAR)

    def domain_at(self, position: int) -> str:
        """Return the name of the domain that holds a residue, and the residue's number in it (both from 1)."""
        for domain in self.CAR:
            if position <= len(domain.sequence):
                return f"residue {position} of {domain.name}"
            position -= len(domain.sequence)
        raise IndexError("beyond the last domain")
