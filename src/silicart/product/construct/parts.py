"""The parts that a construct file may name: domains, untranslated regions, caps, bases and lipids, as shipped data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TypeVar

from silicart.errors import ConstructError
from silicart.evidence import load_sources
from silicart.evidence.document import Document, Section, read_document
from silicart.product.construct.chemistry import molar_mass
from silicart.product.construct.sequences import read_nucleotides, read_protein

Value = TypeVar("Value")

DOMAIN_KINDS = ("signal_peptide", "binder", "linker", "hinge", "transmembrane", "costimulation", "CD3_zeta")
"""Kinds of CAR domains, from the N terminus on."""

LIPID_KINDS = ("ionizable", "phospholipid", "cholesterol", "PEG")
"""The four lipids of an LNP, in the order in which molar ratios are printed."""


@dataclass(frozen=True)
class Domain:
    """One domain of a CAR.

    name : id of a built-in domain, or the user's own name.
    kind : one of `DOMAIN_KINDS`.
    label : in words.
    sequence : amino acids.
    accession : UniProt entry and residues, or None.
    stand_in : what the sequence really is, where it only stands for the domain that is meant.
    sources : keys of `sources.bib`.
    """

    name: str
    kind: str
    label: str
    sequence: str
    accession: str | None = None
    stand_in: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Untranslated:
    """A region of the mRNA before or after the reading frame; `sequence` in DNA letters."""

    name: str
    kind: str
    label: str
    sequence: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class FivePrimeEnd:
    """The 5' end: what it adds to the molar mass (g/mol) and to the phosphates of the chain."""

    name: str
    label: str
    mass: float
    phosphates: int


@dataclass(frozen=True)
class Uridine:
    """The base that stands for U: its symbol, and the molar mass (g/mol) of its residue."""

    name: str
    symbol: str
    mass: float


@dataclass(frozen=True)
class Lipid:
    """A lipid: molar mass (g/mol), and for an ionizable one the amines that carry charge."""

    name: str
    kind: str
    mass: float
    amines: int | None = None


@dataclass(frozen=True)
class Parts:
    """Everything that a construct file may name; masses in g/mol."""

    domains: Mapping[str, Domain]
    untranslated: Mapping[str, Untranslated]
    five_prime_ends: Mapping[str, FivePrimeEnd]
    uridines: Mapping[str, Uridine]
    nucleotides: Mapping[str, float]
    lipids: Mapping[str, Lipid]
    water: float
    average_nucleotide: float


@cache
def load_parts() -> Parts:
    """Return the shipped parts.

    Raises
    ------
    ConstructError : with file and line, when a shipped file is not as it should be.

    Examples
    --------
    >>> parts = load_parts()
    >>> len(parts.domains["CD247_zeta"].sequence), round(parts.lipids["SM-102"].mass, 1)
    (112, 710.2)
    """
    chemistry = _shipped("chemistry").top()
    chemistry.allow("atomic_weights", "nucleotides", "uridines", "five_prime_ends", "average_nucleotide_mass", "lipids")
    weights = {atom: float(weight) for atom, weight in chemistry.section("atomic_weights").data.items()}
    nucleotides = chemistry.section("nucleotides")
    domains = _shipped("domains").top().section("domains")
    untranslated = _shipped("untranslated").top().section("untranslated")
    return Parts(
        domains=_frozen({id: _domain(id, part) for id, part in domains.sections()}),
        untranslated=_frozen({id: _region(id, part) for id, part in untranslated.sections()}),
        five_prime_ends=_frozen(
            {
                id: FivePrimeEnd(id, part.text("label"), _mass(part, "adds", weights), int(part.number("phosphates")))
                for id, part in chemistry.section("five_prime_ends").sections()
            }
        ),
        uridines=_frozen(
            {
                id: Uridine(id, part.text("symbol"), _mass(part, "formula", weights))
                for id, part in chemistry.section("uridines").sections()
            }
        ),
        nucleotides=_frozen({letter: _mass(nucleotides, letter, weights) for letter in nucleotides.data}),
        lipids=_frozen({id: _lipid(id, part, weights) for id, part in chemistry.section("lipids").sections()}),
        water=molar_mass("H2O", weights),
        average_nucleotide=chemistry.number("average_nucleotide_mass"),
    )


def line_of(section: Section, key: str) -> str | None:
    """Return a text as one line, whatever the file made of it: names and titles go into files of one line a record."""
    text = section.optional_text(key)
    return None if text is None else " ".join(text.split()) or None


def known_sources(section: Section, *, needed: bool = True) -> tuple[str, ...]:
    """Return the keys under `source`, each of them known.

    Raises
    ------
    ConstructError : with file and line, for none where one is needed, or an unknown one.
    """
    keys = section.words("source")
    for key in keys or (("",) if needed else ()):
        if key not in load_sources():
            raise section.fail(
                f"{section.title} has no known source", "source" if keys else None, found=key or None,
                expected="keys of sources.bib, assumption, definition or user",
                remedy="write source: user for what is your own",
            )  # fmt: skip
    return keys


def _shipped(name: str) -> Document:
    folder = resources.files("silicart").joinpath("biology", "constructs", "parts")
    shown = f"biology/constructs/parts/{name}.yaml"
    return read_document(folder.joinpath(f"{name}.yaml").read_text(encoding="utf-8"), shown, ConstructError)


def _domain(id: str, part: Section) -> Domain:
    part.allow("label", "kind", "accession", "residues", "lacks", "sequence", "source")
    sequence = read_protein(part, "sequence", id)
    accession = part.optional_text("accession")
    if accession is not None:
        first, last = part.data["residues"]
        lacks = part.data.get("lacks", [])
        if last - first + 1 - len(lacks) != len(sequence):
            raise part.fail(f"the residues of {id} do not fit its length", "residues", found=f"{first} to {last}")
        accession += f" {first}-{last}" + "".join(f" less {residue}" for residue in lacks)
    return Domain(
        id, part.choice("kind", DOMAIN_KINDS), part.text("label"), sequence, accession, sources=known_sources(part)
    )


def _region(id: str, part: Section) -> Untranslated:
    part.allow("label", "kind", "sequence", "source")
    kind = part.choice("kind", ("five_prime_UTR", "three_prime_UTR"))
    return Untranslated(id, kind, part.text("label"), read_nucleotides(part, "sequence", id), known_sources(part))


def _lipid(id: str, part: Section, weights: Mapping[str, float]) -> Lipid:
    part.allow("kind", "formula", "amines", "repeat", "units")
    mass = _mass(part, "formula", weights)
    if part.has("repeat"):
        mass += part.number("units") * _mass(part, "repeat", weights)
    return Lipid(id, part.choice("kind", LIPID_KINDS), mass, part.optional_count("amines"))


def _mass(part: Section, key: str, weights: Mapping[str, float]) -> float:
    try:
        return molar_mass(part.text(key), weights)
    except ValueError as bad:
        raise part.fail(str(bad), key) from None


def _frozen(items: dict[str, Value]) -> Mapping[str, Value]:
    return MappingProxyType(items)
