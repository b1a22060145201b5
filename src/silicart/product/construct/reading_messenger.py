"""Reading the mRNA parts of a construct file: cap, untranslated regions, stop, tail and base."""

from __future__ import annotations

import re

from silicart.evidence.document import Section
from silicart.product.construct.construct import Messenger, TailSegment
from silicart.product.construct.parts import Untranslated, known_sources, line_of, load_parts
from silicart.product.construct.sequences import STOP, codons, read_nucleotides, translate

_BLOCK = re.compile(r"A([0-9]+)\Z")
_LETTERS = re.compile(r"[ACGTU]+\Z")
_LONGEST_TAIL = 1000
_TAIL = "a number of A such as 120, or segments such as A30-GCATATGACT-A70"


def read_messenger(part: Section) -> Messenger:
    """Return the mRNA parts.

    Raises
    ------
    ConstructError : with file, line and position; an unknown cap, base or region, an empty tail, a stop that is none,
        a coding sequence that has no start, is not whole codons, or has a stop inside.
    """
    part.allow("cap", "five_prime_UTR", "stop", "three_prime_UTR", "poly_A", "uridine", "coding_sequence")
    parts = load_parts()
    return Messenger(
        cap=parts.five_prime_ends[part.choice("cap", tuple(parts.five_prime_ends))],
        five_prime=_region(part, "five_prime_UTR"),
        stop=_stop(part),
        three_prime=_region(part, "three_prime_UTR"),
        tail=_tail(part),
        uridine=parts.uridines[part.choice("uridine", tuple(parts.uridines))],
        coding=_coding(part) if part.has("coding_sequence") else None,
    )


def _region(part: Section, key: str) -> Untranslated:
    if isinstance(part.data.get(key), dict):
        own = part.section(key)
        own.allow("name", "sequence", "source")
        name = line_of(own, "name") or key
        return Untranslated(name, key, name, read_nucleotides(own, "sequence", name), known_sources(own, needed=False))
    known = {id: region for id, region in load_parts().untranslated.items() if region.kind == key}
    return known[part.choice(key, tuple(known))]


def _stop(part: Section) -> str:
    text = read_nucleotides(part, "stop", "the stop")
    if len(text) % 3 or set(translate(text)) != {STOP}:
        raise part.fail(
            "the reading frame does not stop", "stop", found=text, expected="one or more of TAA, TAG, TGA",
            remedy="write stop: TGA",
        )  # fmt: skip
    return text


def _tail(part: Section) -> tuple[TailSegment, ...]:
    written = part.value("poly_A", expected=_TAIL)
    text = f"A{written}" if isinstance(written, int) and not isinstance(written, bool) else str(written)
    segments = []
    for word in text.upper().split("-") if text else ():
        block = _BLOCK.match(word)
        if block is not None:
            # A mistyped length must not become gigabytes of A.
            segments.append(TailSegment(word, "A" * min(int(block[1]), _LONGEST_TAIL + 1)))
        elif _LETTERS.match(word):
            segments.append(TailSegment(word, word.replace("U", "T")))
        else:
            raise part.fail(
                "the poly(A) tail is not readable", "poly_A", found=word, expected=_TAIL,
                remedy="write a linker by its letters",
            )  # fmt: skip
    tail = "".join(segment.sequence for segment in segments)
    if "A" not in tail or not all(segment.sequence for segment in segments):
        raise part.fail("the poly(A) tail is empty", "poly_A", found=written, expected=_TAIL)
    if len(tail) > _LONGEST_TAIL:
        raise part.fail(
            "the poly(A) tail is too long", "poly_A", found=written, expected=f"at most {_LONGEST_TAIL} nucleotides"
        )
    if tail.count("A") < len(tail) / 2:
        raise part.fail("the poly(A) tail is not mostly A", "poly_A", found=written, expected=_TAIL)
    return tuple(segments)


def _coding(part: Section) -> str:
    key = "coding_sequence"
    coding = read_nucleotides(part, key, "the coding sequence")
    if len(coding) % 3:
        raise part.fail(
            "the coding sequence is not whole codons", key, found=f"{len(coding)} nucleotides",
            expected="a multiple of 3", remedy="leave out UTRs; begin at ATG",
        )  # fmt: skip
    if not coding.startswith("ATG"):
        raise part.fail("the coding sequence has no start", key, found=coding[:9] + "…", expected="ATG first")
    protein = translate(coding)
    inner = protein.rstrip(STOP)
    if STOP in inner:
        number = inner.index(STOP)
        codon = list(codons(coding))[number]
        raise part.fail(
            "the coding sequence has a stop inside", key,
            found=f"{codon} at nucleotide {3 * number + 1}, codon {number + 1} of {len(protein)}",
            expected="no stop in frame before the end", remedy="mend the codon, or the frame before it",
        )  # fmt: skip
    # The stop of the construct is `stop`; a coding sequence may carry its own, which says the same thing.
    return coding[: 3 * len(inner)]
