"""The coding sequence: by codon optimisation with DNA Chisel, or the user's own, checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from silicart.errors import ConstructError
from silicart.product.construct.codon_tables import usage_table
from silicart.product.construct.construct import Construct, DesignRules
from silicart.product.construct.patterns import Pattern, find_avoided
from silicart.product.construct.reading import patterns_of
from silicart.product.construct.sequences import translate

_TRIES = 2000


def coding_sequence(construct: Construct) -> str:
    """Return the coding sequence without its stop, as DNA letters: the user's own, or by codon optimisation.

    Raises
    ------
    ConstructError : the user's sequence encodes another protein or holds what is to be avoided; no sequence keeps
        the rules; or a region before or after it holds the site of an enzyme that is to be avoided.
    """
    _refuse_sites_outside(construct)
    own = construct.mRNA.coding
    if own is None:
        return choose_codons(construct.protein, construct.mRNA.five_prime.sequence, _after(construct), construct.rules)
    _check_translation(construct, own)
    _check_avoided(construct, own)
    return own


def choose_codons(protein: str, before: str, after: str, rules: DesignRules) -> str:
    """Return codons for a protein (amino acids, no stop) by DNA Chisel; equal input and seed give equal codons.

    before, after : the mRNA around the codons (DNA letters), so that nothing to avoid arises where they meet.

    Raises
    ------
    ConstructError : no sequence keeps the rules; `found` names the rule that fails.

    Examples
    --------
    >>> choose_codons("MALPVT", "GCCACC", "TGA", DesignRules(GC=(0.2, 0.9), GC_window=20))
    'ATGGCCCTGCCCGTGACC'
    """
    from dnachisel import (
        AvoidChanges,
        AvoidPattern,
        CodonOptimize,
        DnaOptimizationProblem,
        EnforceGCContent,
        EnforceTranslation,
        NoSolutionError,
        reverse_translate,
    )

    start, end = len(before), len(before) + 3 * len(protein)
    window = min(rules.GC_window, end - start)
    low, high = rules.GC
    constraints: list[Any] = [
        AvoidChanges(location=(0, start)),
        AvoidChanges(location=(end, end + len(after))),
        EnforceTranslation(location=(start, end), translation=protein),
        EnforceGCContent(mini=low, maxi=high, window=window, location=(start, end)),
    ]
    for pattern, reach, both in _avoided(rules):
        # The location reaches over the ends by all but one letter: whatever lies in it touches the codons.
        place = (max(0, start - reach), min(end + len(after), end + reach), 0 if both else 1)
        constraints.append(AvoidPattern(pattern, location=place))
    usage = CodonOptimize(method=rules.objective, location=(start, end), codon_usage_table=usage_table(rules.species))
    with _seeded(rules.seed):
        problem = DnaOptimizationProblem(
            before + reverse_translate(protein) + after,
            constraints=constraints,
            objectives=[usage],
            logger=None,
        )
        problem.max_random_iters = _TRIES
        try:
            problem.resolve_constraints()
            problem.optimize()
        except NoSolutionError as bad:
            raise ConstructError(
                "no coding sequence keeps the rules of the design",
                where="design",
                found=" ".join(str(bad).split()),
                expected=f"GC {low:g} to {high:g} in windows of {window}, runs up to {rules.longest_run}, none of "
                + ", ".join(rules.avoid),
                remedy="widen GC or longest_run, or avoid fewer patterns",
            ) from None
    return str(problem.sequence[start:end])


def _after(construct: Construct) -> str:
    return construct.mRNA.stop + construct.mRNA.three_prime.sequence


def _avoided(rules: DesignRules) -> Iterator[tuple[str, int, bool]]:
    """Go through what is to be avoided, in DNA Chisel's notation: pattern, its length less one, both strands."""
    for pattern in patterns_of(rules):
        yield f"{pattern.name}_site" if pattern.enzyme else pattern.letters, len(pattern.letters) - 1, pattern.enzyme
    for letter in "ACGT":
        yield f"{rules.longest_run + 1}x{letter}", rules.longest_run, False


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed NumPy's global generator, which DNA Chisel draws from, and put it back as it was."""
    import numpy as np

    state = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(state)


def _check_translation(construct: Construct, coding: str) -> None:
    made, meant = translate(coding), construct.protein
    if made == meant:
        return
    where = construct.where["mRNA.coding_sequence"]
    for position, (found, expected) in enumerate(zip(made, meant, strict=False), 1):
        if found != expected:
            raise ConstructError(
                "the coding sequence does not translate to the CAR",
                where=where,
                found=f"{coding[3 * position - 3 : 3 * position]} ({found}) at nucleotide {3 * position - 2}",
                expected=f"a codon of {expected}, {construct.domain_at(position)}",
                remedy="mend the codon or the domain, or leave coding_sequence out to have codons chosen",
            )
    raise ConstructError(
        "the coding sequence does not translate to the CAR",
        where=where,
        found=f"{len(made)} amino acids",
        expected=f"{len(meant)} amino acids",
        remedy="mend the coding sequence or the domains, or leave coding_sequence out to have codons chosen",
    )


def _check_avoided(construct: Construct, coding: str) -> None:
    before = construct.mRNA.five_prime.sequence
    start, end = len(before), len(before) + len(coding)
    whole = before + coding + _after(construct)
    for hit in find_avoided(whole, patterns_of(construct.rules), construct.rules.longest_run):
        if hit.end > start and hit.start < end:
            raise ConstructError(
                "the coding sequence holds what is to be avoided",
                where=construct.where["mRNA.coding_sequence"],
                found=f"{hit.name} at nucleotide {hit.start - start + 1} ({whole[hit.start : hit.end]})",
                expected="none of "
                + ", ".join(construct.rules.avoid)
                + f", no run longer than {construct.rules.longest_run}",
                remedy="change a codon there, or take it off design: avoid",
            )


def _refuse_sites_outside(construct: Construct) -> None:
    """An enzyme that opens the template would cut a region that codon choice cannot change."""
    tail = "".join(segment.sequence for segment in construct.mRNA.tail)
    regions = {
        "mRNA.five_prime_UTR": construct.mRNA.five_prime.sequence,
        "mRNA.three_prime_UTR": _after(construct) + tail,
    }
    enzymes: list[Pattern] = [pattern for pattern in patterns_of(construct.rules) if pattern.enzyme]
    for place, region in regions.items():
        for hit in find_avoided(region, enzymes, len(region)):
            raise ConstructError(
                "a region outside the coding sequence holds the site of an enzyme to avoid",
                where=construct.where[place],
                found=f"{hit.name} ({region[hit.start : hit.end]}) at nucleotide {hit.start + 1} of the region",
                expected="none of " + ", ".join(enzyme.name for enzyme in enzymes),
                remedy="change the region, or take the enzyme off design: avoid",
            )
