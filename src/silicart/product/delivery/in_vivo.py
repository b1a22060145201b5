"""Targeted LNP in a vein: where its mRNA goes, and the share of CD8 T cells that it makes CAR+.

`biology/models/targeted_lnp.ant` runs with the values of the patient model, so that both give the same CAR+ cells. In
the patient, antigen drive follows from the target cells that are left; here it is one constant number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import SimulationError, nearest
from silicart.product.delivery.amounts import copies_of
from silicart.product.delivery.settings import not_negative, rising
from silicart.product.values import Values, taken
from silicart.simulation import Model

FloatArray = NDArray[np.float64]

RECEPTORS = ("CD8", "CD5", "CD7")
"""Receptors that a targeted LNP may bind."""

_SET = ("dose_mg", "internalisation", "contact")
_HOURS = 24.0
_OBSERVED = ("mRNA_plasma", "mRNA_liver", "mRNA_T_cells", "mRNA_other", "CAR_share_of_CD8", "cells_transfected")


@dataclass(frozen=True, eq=False)
class InVivoDelivery:
    """The course after one dose, or after one of each patient; every array is (..., times) unless it says more.

    receptor : that the LNP binds.
    hours : (times,) since the dose.
    CAR_share_of_CD8 : share of the CD8 T cells in blood that carry a CAR.
    cells_transfected : CD8 T cells that have been transfected so far, in blood and lymphoid tissue.
    copies_per_transfected_cell : mRNA copies that T cells took up by the end, per transfected cell; (...). NaN where
        none was transfected.

    mRNA in mg, by where it is or was taken up; the four add up to the dose: `mRNA_plasma`, `mRNA_liver`,
    `mRNA_T_cells`, `mRNA_other`.
    """

    receptor: str
    hours: FloatArray
    CAR_share_of_CD8: FloatArray
    cells_transfected: FloatArray
    copies_per_transfected_cell: FloatArray
    mRNA_plasma: FloatArray
    mRNA_liver: FloatArray
    mRNA_T_cells: FloatArray
    mRNA_other: FloatArray


def deliver_in_vivo(
    values: Values, *, dose_mg: ArrayLike, hours: ArrayLike, receptor: str = "CD8", contact: ArrayLike = 0.0
) -> InVivoDelivery:
    """Give targeted LNP into a vein.

    Parameters
    ----------
    values : in the register's units, one for all or one a patient.
    dose_mg : mg mRNA, one for all or one a patient.
    hours : (times,) rising from 0.
    receptor : one of `RECEPTORS`; transfection is proportional to how fast it is internalised, not to how many of it a
        cell carries.
    contact : antigen drive of a CAR+ cell as a share of full drive, which takes CAR from it; 0 without antigen.

    Raises
    ------
    RegisterError : a value is missing.
    SimulationError : an unknown receptor, a negative dose, times that do not rise from 0, or shares of liver and T
        cells that leave less than nothing for other tissue.

    Source: equation 20; liver share from mouse clearances (Parhiz et al. 2024).

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> course = deliver_in_vivo(load_register(), dose_mg=4.0, hours=[0.0, 6.0, 54.0])
    >>> course.CAR_share_of_CD8.round(2).tolist()[0], bool(course.CAR_share_of_CD8[1] > course.CAR_share_of_CD8[2])
    (0.0, True)
    """
    if receptor not in RECEPTORS:
        near = nearest(str(receptor), RECEPTORS)
        raise SimulationError(
            "unknown receptor of a targeted LNP", where="delivery, receptor", found=receptor,
            expected="one of: " + ", ".join(RECEPTORS),
            remedy=f"did you mean {near}?" if near else "choose one of these",
        )  # fmt: skip
    from silicart.simulation import simulate

    dose, clock = not_negative("dose_mg", dose_mg), rising(hours)
    drive = not_negative("contact", contact, most=1.0)
    model = _model()
    inside = [id for id in model.parameters.ids if id not in _SET]
    v = taken(values, in_vivo_parameters(receptor))
    _refuse_overfull(v, receptor)
    shape = np.broadcast_shapes(dose.shape, drive.shape, *(value.shape for value in v.values()))
    lanes = {id: v[id] for id in inside} | {"dose_mg": dose, "contact": drive}
    lanes["internalisation"] = v[f"internalisation_{receptor}"]
    flat = {id: np.broadcast_to(value, shape).reshape(-1) for id, value in lanes.items()}
    times = clock / _HOURS
    result = simulate(model, flat, times=times if len(times) > 1 else [0.0, 1.0], observe=_OBSERVED, rtol=1e-8)
    found = {id: result[id][:, : len(times)].reshape(*shape, len(times)) for id in _OBSERVED}
    copies = copies_of(found["mRNA_T_cells"][..., -1] * 1e-3, v["mRNA_length"])
    cells = found["cells_transfected"][..., -1]
    per_cell = np.divide(copies, cells, out=np.full(shape, np.nan), where=cells > 0)
    return InVivoDelivery(receptor=receptor, hours=clock, copies_per_transfected_cell=per_cell, **found)


def in_vivo_parameters(receptor: str) -> tuple[str, ...]:
    """Return the values of the register that `deliver_in_vivo` reads for a receptor.

    Examples
    --------
    >>> "k_tr" in in_vivo_parameters("CD8"), "internalisation_CD7" in in_vivo_parameters("CD8")
    (True, False)
    """
    inside = (id for id in _model().parameters.ids if id not in _SET)
    return (*inside, f"internalisation_{receptor}", "mRNA_length")


def _refuse_overfull(v: dict[str, FloatArray], receptor: str) -> None:
    taken_up = v["liver_share_in_vivo"] + v["T_cell_share_in_vivo"] * v[f"internalisation_{receptor}"]
    if (taken_up > 1).any():
        raise SimulationError(
            "liver and T cells take up more mRNA than there is", where="delivery in vivo",
            found=f"{np.max(taken_up):.3g} of the dose", expected="liver_share_in_vivo + T_cell_share_in_vivo x "
            f"internalisation_{receptor} of at most 1", remedy="lower one of them",
        )  # fmt: skip


@cache
def _model() -> Model:
    from silicart.evidence import load_register
    from silicart.network import compose_alone

    composed = compose_alone("targeted_lnp", load_register())
    return Model(composed.network, "targeted_lnp", composed.text)
