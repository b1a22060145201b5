"""Reading the CAR of a construct file: domains in their order, named or written out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from silicart.evidence.document import Section
from silicart.product.construct.parts import DOMAIN_KINDS, Domain, known_sources, line_of, load_parts
from silicart.product.construct.sequences import read_protein

# A linker joins binders, so it stands among them; costimulation may be absent (a first-generation CAR) or stand twice.
_RANK = {
    "signal_peptide": 0,
    "binder": 1,
    "linker": 1,
    "hinge": 2,
    "transmembrane": 3,
    "costimulation": 4,
    "CD3_zeta": 5,
}
_ONCE = ("signal_peptide", "hinge", "transmembrane", "CD3_zeta")
_ORDER = "signal_peptide, binder (with linkers), hinge, transmembrane, costimulation, CD3_zeta"


def read_car(top: Section) -> tuple[Domain, ...]:
    """Return the domains of the CAR, from the N terminus on.

    Raises
    ------
    ConstructError : with file and line; an unknown domain, one that is missing, twice or out of order, a stop or a
        letter that is no amino acid inside, or a protein that does not begin with Met.
    """
    top.value("CAR", expected="a list of domains from the N terminus on")
    parts = list(top.listed("CAR"))
    domains = tuple(_read_domain(part) for part in parts)
    _check_order(top, parts, domains)
    if not domains[0].sequence.startswith("M"):
        raise parts[0].fail(
            "the CAR has no start", domains[0].kind, found=f"{domains[0].sequence[:10]}… of {domains[0].name}",
            expected="a signal peptide that begins with M (Met), the start of the reading frame",
            remedy="put M in front",
        )  # fmt: skip
    return domains


def _read_domain(part: Section) -> Domain:
    if len(part.data) != 1:
        raise part.fail(
            "an entry of the CAR is not one domain", found=", ".join(part.data) or None,
            expected="one line such as - hinge: CD8A_hinge",
        )  # fmt: skip
    part.allow(*DOMAIN_KINDS)
    (kind,) = part.data
    return _own(part.section(kind), kind) if isinstance(part.data[kind], dict) else _named(part, kind)


def _own(part: Section, kind: str) -> Domain:
    part.allow("name", "sequence", "stand_in", "source")
    name = line_of(part, "name") or kind
    return Domain(
        name=name,
        kind=kind,
        label=name,
        sequence=read_protein(part, "sequence", name),
        stand_in=line_of(part, "stand_in"),
        sources=known_sources(part, needed=False),
    )


def _named(part: Section, kind: str) -> Domain:
    fitting = [id for id, domain in load_parts().domains.items() if domain.kind == kind]
    if not fitting:
        raise part.fail(
            f"no {kind} is built in", kind, found=part.data[kind], expected=f"{kind}: {{name: ..., sequence: ...}}",
            remedy="write its amino acids",
        )  # fmt: skip
    return load_parts().domains[part.choice(kind, fitting)]


def _check_order(top: Section, parts: Sequence[Section], domains: Sequence[Domain]) -> None:
    kinds = [domain.kind for domain in domains]
    for position, (before, kind) in enumerate(pairwise(kinds), 1):
        if _RANK[kind] < _RANK[before]:
            raise parts[position].fail(
                "the domains are out of order", kind, found=f"{kind} after {before}", expected=_ORDER,
                remedy="write them from the N terminus to the C terminus",
            )  # fmt: skip
    for kind in (*_ONCE, "binder"):
        if kind not in kinds:
            raise top.fail(f"the CAR has no {kind}", "CAR", found=", ".join(kinds) or None, expected=_ORDER)
    for kind in _ONCE:
        if kinds.count(kind) > 1:
            last = len(kinds) - 1 - kinds[::-1].index(kind)
            raise parts[last].fail(f"the CAR has more than one {kind}", kind, expected=_ORDER)
