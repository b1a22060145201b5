"""What a coding sequence must not hold: sites of restriction enzymes, and patterns of DNA letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from silicart.product.construct.sequences import Hit, find_pattern, find_runs

_LETTERS = re.compile(r"[ACGTURYSWKMBDHVN]{4,}\Z")


@dataclass(frozen=True)
class Pattern:
    """A pattern to avoid.

    name : as the user wrote it.
    letters : nucleotide letters, mixtures allowed.
    enzyme : True for the site of a restriction enzyme, which is avoided on both strands.
    """

    name: str
    letters: str
    enzyme: bool


@cache
def read_pattern(word: str) -> Pattern | None:
    """Return an enzyme's site or a pattern of letters; None when the word is neither.

    Examples
    --------
    >>> read_pattern("BsaI")
    Pattern(name='BsaI', letters='GGTCTC', enzyme=True)
    >>> read_pattern("Bsa1") is None
    True
    """
    if _LETTERS.match(word):
        return Pattern(word, word.replace("U", "T"), enzyme=False)
    from Bio.Restriction.Restriction_Dictionary import rest_dict

    return Pattern(word, str(rest_dict[word]["site"]), enzyme=True) if word in rest_dict else None


def find_avoided(dna: str, patterns: Iterable[Pattern], longest_run: int) -> tuple[Hit, ...]:
    """Find everything in `dna` that is to be avoided, from 5' on.

    Examples
    --------
    >>> [hit.name for hit in find_avoided("AAGAGACCTTTTTTTT", [read_pattern("BsaI")], 6)]
    ['BsaI', 'run of 8 T']
    """
    hits = [*find_runs(dna, longest_run)]
    for pattern in patterns:
        hits += find_pattern(dna, pattern.letters, pattern.name, both_strands=pattern.enzyme)
    return tuple(sorted(hits, key=lambda hit: (hit.start, hit.name)))
