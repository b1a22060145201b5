"""Reading the LNP of a construct file: four lipids by molar ratio, and N/P."""

from __future__ import annotations

from types import MappingProxyType

from silicart.evidence.document import Section
from silicart.product.construct.construct import Formulation
from silicart.product.construct.parts import LIPID_KINDS, Lipid, load_parts

_ROUNDING = 0.005


def read_lnp(part: Section) -> Formulation:
    """Return the composition of the LNP.

    Raises
    ------
    ConstructError : with file and line; an unknown lipid, a negative share, shares that do not sum to 100, N/P of 0
        or below, an ionizable lipid without amines, a molar mass of 0 or below.
    """
    part.allow("N_to_P", *LIPID_KINDS)
    ratio = part.number("N_to_P")
    if ratio <= 0.0:
        raise part.fail(
            "N/P is not above 0", "N_to_P", found=part.data["N_to_P"], expected="a number above 0, such as 6",
            remedy="without amines nothing holds the mRNA; marketed vaccines have N/P 6",
        )  # fmt: skip
    lipids, shares = {}, {}
    for kind in LIPID_KINDS:
        one = part.section(kind)
        shares[kind] = _share(one)
        lipids[kind] = _lipid(one, kind)
    total = sum(shares.values())
    if abs(total - 100.0) > _ROUNDING:
        raise part.document.error(
            "the molar ratios do not sum to 100",
            where=part.where,
            found=" + ".join(f"{shares[kind]:g}" for kind in LIPID_KINDS) + f" = {total:g}",
            expected="100 mol % over " + ", ".join(LIPID_KINDS),
            remedy="mend the shares; scaling them would hide which is wrong",
        )
    return Formulation(ratio, MappingProxyType(lipids), MappingProxyType(shares))


def _share(part: Section) -> float:
    share = part.number("mol_percent")
    # Without ionizable lipid N/P has no meaning; of the others an LNP may lack one.
    least_is_open = part.path[-1] == "ionizable"
    if share < 0.0 or share > 100.0 or (least_is_open and share == 0.0):
        raise part.fail(
            f"mol_percent of {part.title} is no share", "mol_percent", found=part.data["mol_percent"],
            expected="a number above 0, at most 100" if least_is_open else "a number from 0 to 100",
        )  # fmt: skip
    return share


def _lipid(part: Section, kind: str) -> Lipid:
    known = {name: lipid for name, lipid in load_parts().lipids.items() if lipid.kind == kind}
    if not part.has("molar_mass"):
        part.allow("lipid", "mol_percent", "molar_mass", "amines")
        if part.has("amines"):
            raise part.fail("a built-in lipid has its own amines", "amines", remedy="remove it, or give molar_mass too")
        return known[part.choice("lipid", tuple(known))]
    part.allow("lipid", "mol_percent", "molar_mass", *(("amines",) if kind == "ionizable" else ()))
    mass = part.number("molar_mass")
    if mass <= 0.0:
        raise part.fail("a molar mass is not above 0", "molar_mass", found=mass, expected="g/mol")
    amines = part.optional_count("amines")
    if kind == "ionizable" and not amines:
        raise part.fail(
            "an ionizable lipid without amines", "amines" if part.has("amines") else None, found=amines,
            expected="amines: how many of its nitrogens carry charge at the pH of mixing",
        )  # fmt: skip
    return Lipid(part.text("lipid"), kind, mass, amines)
