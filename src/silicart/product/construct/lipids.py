"""N/P arithmetic, both ways: what N/P means in lipid, and what a mass ratio means in N/P."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from silicart.product.construct.construct import Formulation
from silicart.product.construct.parts import LIPID_KINDS


@dataclass(frozen=True)
class LipidMasses:
    """Lipid that one unit mass of mRNA takes.

    masses : kind -> mg lipid per mg mRNA.
    """

    masses: Mapping[str, float]

    @property
    def total(self) -> float:
        """Mass of all lipid per mass of mRNA."""
        return sum(self.masses.values())

    @property
    def mRNA_to_lipid(self) -> float:
        """Mass of mRNA per mass of all lipid."""
        return 1.0 / self.total


def lipid_masses(formulation: Formulation, molar_mass: float, phosphates: int) -> LipidMasses:
    """Return the lipid for 1 mg of mRNA at the formulation's N/P.

    molar_mass : of the mRNA, g/mol; phosphates : of one molecule of it.

    Examples
    --------
    >>> from silicart.product.construct import load_construct
    >>> needed = lipid_masses(load_construct("bcma-bbz").LNP, 330.0, 1)
    >>> round(needed.masses["ionizable"], 2), round(needed.mRNA_to_lipid, 4)
    (12.91, 0.0443)
    """
    ionizable = formulation.lipids["ionizable"]
    amine = formulation.N_to_P * phosphates / molar_mass
    all_lipid = amine / (ionizable.amines or 1) / (formulation.mol_percent["ionizable"] / 100.0)
    return LipidMasses(
        MappingProxyType(
            {
                kind: all_lipid * formulation.mol_percent[kind] / 100.0 * formulation.lipids[kind].mass
                for kind in LIPID_KINDS
            }
        )
    )


def N_to_P_of(formulation: Formulation, mRNA_to_lipid: float, molar_mass: float, phosphates: int) -> float:
    """Return the N/P that a mass ratio of mRNA to lipid means for this composition.

    Examples
    --------
    >>> from silicart.product.construct import load_construct
    >>> round(N_to_P_of(load_construct("bcma-bbz").LNP, 0.05, 330.0, 1), 2)
    5.32
    """
    # Lipid is proportional to N/P, so the ratio of ratios is the ratio of N/P.
    at_own = lipid_masses(formulation, molar_mass, phosphates).mRNA_to_lipid
    return formulation.N_to_P * at_own / mRNA_to_lipid
