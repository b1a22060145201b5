"""What can be counted on an mRNA: letters, codons and mass. Nothing here is a prediction of expression."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from silicart.product.construct.chemistry import AVOGADRO
from silicart.product.construct.codon_tables import codon_usage
from silicart.product.construct.construct import Messenger
from silicart.product.construct.parts import load_parts
from silicart.product.construct.sequences import GENETIC_CODE, STOP, codons
from silicart.product.construct.transcript import Transcript

_SINGLE = ("M", "W")
_GRAMS_A_CELL = 1e-12
"""1 ug mRNA per 1e6 cells."""


@dataclass(frozen=True)
class Composition:
    """Counts and masses of an mRNA.

    length, coding_length : nucleotides of the mRNA, and of the reading frame with its stop.
    GC, coding_GC : share of G and C, in the mRNA and in the reading frame.
    lowest_GC, highest_GC : over windows of `window` nucleotides of the codons.
    uridines, coding_uridines : how many, in the mRNA and in the reading frame.
    codon_adaptation : codon adaptation index of the codons without stop (0 to 1), for `species`.
    molar_mass : g/mol of the free acid by composition, with the modified base and the cap.
    molar_mass_by_rule : g/mol with one mass for every nucleotide.
    phosphates : of one molecule, those of the cap included.
    copies_per_cell : molecules per cell at 1 ug mRNA per 1e6 cells, by `molar_mass`; an upper bound of what can enter.
    copies_per_cell_by_rule : the same by `molar_mass_by_rule`.
    """

    length: int
    coding_length: int
    GC: float
    coding_GC: float
    window: int
    lowest_GC: float
    highest_GC: float
    uridines: int
    coding_uridines: int
    codon_adaptation: float
    species: str
    molar_mass: float
    molar_mass_by_rule: float
    phosphates: int
    copies_per_cell: float
    copies_per_cell_by_rule: float

    @property
    def uridine_share(self) -> float:
        """Share of U among the nucleotides of the mRNA."""
        return self.uridines / self.length

    @property
    def coding_uridine_share(self) -> float:
        """Share of U among the nucleotides of the reading frame."""
        return self.coding_uridines / self.coding_length


def compose(transcript: Transcript, coding: str, mRNA: Messenger, *, species: str, window: int) -> Composition:
    """Count letters and weigh an mRNA; `coding` are its codons without stop, as DNA letters."""
    sequence, frame = transcript.sequence, transcript.sequence[transcript.CDS.start : transcript.CDS.end]
    window = min(window, len(coding))
    shares = window_GC(coding, window)
    mass = molar_mass_of(sequence, mRNA)
    rule = load_parts().average_nucleotide * len(sequence)
    return Composition(
        length=len(sequence),
        coding_length=len(frame),
        GC=_GC(sequence),
        coding_GC=_GC(frame),
        window=window,
        lowest_GC=min(shares),
        highest_GC=max(shares),
        uridines=sequence.count("T"),
        coding_uridines=frame.count("T"),
        codon_adaptation=codon_adaptation_index(coding, codon_usage(species)),
        species=species,
        molar_mass=mass,
        molar_mass_by_rule=rule,
        # Each nucleotide brings one; the end, cap or triphosphate, brings the rest.
        phosphates=len(sequence) + mRNA.cap.phosphates,
        copies_per_cell=_GRAMS_A_CELL / mass * AVOGADRO,
        copies_per_cell_by_rule=_GRAMS_A_CELL / rule * AVOGADRO,
    )


def molar_mass_of(sequence: str, mRNA: Messenger) -> float:
    """Return the molar mass (g/mol, free acid) of an mRNA by its letters, its base for U, and its 5' end."""
    parts = load_parts()
    masses = {**parts.nucleotides, "T": mRNA.uridine.mass}
    return sum(masses[letter] * sequence.count(letter) for letter in masses) + parts.water + mRNA.cap.mass


def window_GC(dna: str, window: int) -> Sequence[float]:
    """Return the share of G and C in every window, from 5' on.

    Examples
    --------
    >>> window_GC("GGAT", 2)
    [1.0, 0.5, 0.0]
    """
    counts = [0, *accumulate(letter in "GC" for letter in dna)]
    return [(counts[end] - counts[end - window]) / window for end in range(window, len(dna) + 1)]


def codon_adaptation_index(coding: str, usage: Mapping[str, float]) -> float:
    """Return the codon adaptation index: the geometric mean of each codon's use relative to its best synonym.

    usage : codon (DNA letters) -> share among its synonyms. Met, Trp and stops have no choice and do not count.

    The index as usually defined takes highly expressed genes; codon tables hold the usage of the whole genome, which
    stands here for them.

    Examples
    --------
    >>> usage = {codon: 0.5 if codon == "GCC" else 0.25 for codon in GENETIC_CODE}
    >>> round(codon_adaptation_index("ATGGCCGCT", usage), 3)
    0.707
    """
    best: dict[str, float] = {}
    for codon, amino in GENETIC_CODE.items():
        best[amino] = max(best.get(amino, 0.0), usage[codon])
    counted = [codon for codon in codons(coding) if GENETIC_CODE[codon] not in (*_SINGLE, STOP)]
    if not counted:
        return math.nan
    if any(usage[codon] == 0.0 for codon in counted):
        return 0.0
    return math.exp(sum(math.log(usage[codon] / best[GENETIC_CODE[codon]]) for codon in counted) / len(counted))


def _GC(dna: str) -> float:
    return (dna.count("G") + dna.count("C")) / len(dna)
