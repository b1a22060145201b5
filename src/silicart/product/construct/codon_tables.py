"""Codon usage of species, from the tables that `python_codon_tables` ships: its only importer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

UsageTable = dict[str, dict[str, float]]
"""amino acid (or `*`) -> codon (DNA letters) -> share among its synonyms."""


@cache
def known_species() -> tuple[str, ...]:
    """Return the short names of the species with a table.

    Examples
    --------
    >>> "h_sapiens" in known_species()
    True
    """
    from python_codon_tables import available_codon_tables_names

    # Names end in the taxon's number, which the short name leaves out.
    return tuple(sorted(name.rpartition("_")[0] for name in available_codon_tables_names))


def usage_table(species: str) -> UsageTable:
    """Return the table of a species, by its short name.

    The table is made anew at every call. DNA Chisel writes logarithms into the one it works with, and the package's own
    table with DNA letters is one for the whole process, so that everybody after it would read them as shares.

    Examples
    --------
    >>> sorted(usage_table("h_sapiens")["M"])
    ['ATG']
    """
    from python_codon_tables import get_codons_table

    with_U = get_codons_table(species, replace_U_by_T=False)
    return {
        amino: {codon.replace("U", "T"): share for codon, share in synonyms.items()}
        for amino, synonyms in with_U.items()
    }


@cache
def codon_usage(species: str) -> Mapping[str, float]:
    """Return the usage of a species by codon.

    Examples
    --------
    >>> usage = codon_usage("h_sapiens")
    >>> usage["GCC"] > usage["GCG"]
    True
    """
    shares = {codon: share for synonyms in usage_table(species).values() for codon, share in synonyms.items()}
    return MappingProxyType(shares)
