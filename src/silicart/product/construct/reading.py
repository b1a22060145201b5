"""Reading a construct file: `silicart construct` and programs come in here."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from types import MappingProxyType

from silicart.errors import ConstructError
from silicart.evidence.document import Section, read_document
from silicart.evidence.shipped import find_text, shipped_names
from silicart.product.construct.codon_tables import known_species
from silicart.product.construct.construct import OBJECTIVES, Construct, DesignRules
from silicart.product.construct.parts import known_sources, line_of
from silicart.product.construct.patterns import Pattern, read_pattern
from silicart.product.construct.reading_car import read_car
from silicart.product.construct.reading_lnp import read_lnp
from silicart.product.construct.reading_messenger import read_messenger

_NAMESPACE = "https://example.org/silicart"
_IRI = re.compile(r"https?://[^\s/<>\"{}|\\^`#?]+(/[^\s/<>\"{}|\\^`#?]+)*\Z")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")


@cache
def built_in_constructs() -> tuple[str, ...]:
    """Return the names of the shipped constructs.

    Examples
    --------
    >>> built_in_constructs()
    ('bcma-bbz',)
    """
    return shipped_names("constructs")


def load_construct(name_or_path: str | Path) -> Construct:
    """Return a shipped construct by name, or one from a file.

    Raises
    ------
    ConstructError : no such file or name, or the file is not valid (see `read_construct`).

    Examples
    --------
    >>> load_construct("bcma-bbz").LNP.N_to_P
    6.0
    """
    return read_construct(*find_text(name_or_path, "constructs", "construct", ConstructError))


def read_construct(text: str, name: str) -> Construct:
    """Read a construct from YAML; `name` is what messages show.

    Raises
    ------
    ConstructError : with file, line and position, for anything unknown, missing, out of order or impossible.
    """
    top = read_document(text, name, ConstructError).top()
    top.allow("construct", "title", "source", "note", "namespace", "CAR", "mRNA", "LNP", "design")
    title = top.text("construct")
    if not _NAME.match(title):
        raise top.fail(
            "a construct's name is no name", "construct", found=title,
            expected="a letter, then letters, digits, - and _", remedy="files and SBOL ids carry it",
        )  # fmt: skip
    rules = _read_rules(top.section("design")) if top.has("design") else DesignRules()
    return Construct(
        name=title,
        title=line_of(top, "title") or title,
        note=line_of(top, "note"),
        sources=known_sources(top),
        namespace=_namespace(top),
        CAR=read_car(top),
        mRNA=read_messenger(top.section("mRNA")),
        LNP=read_lnp(top.section("LNP")),
        rules=rules,
        where=MappingProxyType(_places(top)),
    )


def patterns_of(rules: DesignRules) -> tuple[Pattern, ...]:
    """Return what is to be avoided as patterns.

    Examples
    --------
    >>> [pattern.letters for pattern in patterns_of(DesignRules())]
    ['GGTCTC', 'GCTCTTC', 'AATAAA', 'ATTAAA']
    """
    return tuple(pattern for word in rules.avoid if (pattern := read_pattern(word)) is not None)


def _read_rules(part: Section) -> DesignRules:
    part.allow("species", "objective", "GC", "GC_window", "longest_run", "avoid", "seed")
    usual = DesignRules()
    avoid = part.words("avoid") if part.has("avoid") else (() if "avoid" in part.data else usual.avoid)
    for word in avoid:
        if read_pattern(word) is None:
            raise part.fail(
                "neither a restriction enzyme nor a pattern", "avoid", found=word,
                expected="an enzyme such as BsaI, or DNA letters such as AATAAA",
                remedy="spell enzymes as in REBASE: capital first, Roman numerals last",
            )  # fmt: skip
    low, high = part.optional_range("GC") or usual.GC
    if not 0.0 <= low < high <= 1.0:
        raise part.fail("GC is not a range of shares", "GC", found=part.data["GC"], expected="[low, high] in 0 to 1")
    return DesignRules(
        species=part.choice("species", known_species()) if part.has("species") else usual.species,
        objective=part.choice("objective", OBJECTIVES) if part.has("objective") else usual.objective,
        GC=(low, high),
        GC_window=_at_least(part, "GC_window", 20, usual.GC_window),
        longest_run=_at_least(part, "longest_run", 3, usual.longest_run),
        avoid=avoid,
        seed=_at_least(part, "seed", 0, usual.seed),
    )


def _at_least(part: Section, key: str, least: int, usual: int) -> int:
    value = part.optional_count(key)
    if value is None:
        return usual
    if value < least:
        raise part.fail(f"{key} is too small", key, found=value, expected=f"a whole number from {least}")
    return value


def _namespace(top: Section) -> str:
    namespace = top.optional_text("namespace") or _NAMESPACE
    if not _IRI.match(namespace):
        raise top.fail(
            "the namespace is no IRI that SBOL can build on", "namespace", found=namespace,
            expected=f"such as {_NAMESPACE}, without a slash at the end",
        )  # fmt: skip
    return namespace


def _places(top: Section) -> dict[str, str]:
    mRNA = top.section("mRNA")
    places = {f"mRNA.{key}": mRNA.at(key) for key in ("five_prime_UTR", "coding_sequence", "three_prime_UTR", "poly_A")}
    return {"file": top.document.name, "CAR": top.at("CAR"), "design": top.at("design"), **places}
