"""A product ready to give: where an infusion goes in the model, and what the model must know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from numpy.typing import ArrayLike

from silicart.errors import ProcessError
from silicart.product.catalogue import ANTIGENS, ProductSpec
from silicart.product.lot import Lot
from silicart.product.making import Process, load_process, make_lot
from silicart.product.values import Values, taken


@dataclass(frozen=True, eq=False)
class Product:
    """A named dose target, as `simulate(..., products=...)` takes it.

    id, label, kind, target, evidence : as in the catalogue.
    unit : of a dose that enters the model, "cell", "mg", "vector_unit" or "dimensionless".
    spread : state -> what one unit of dose brings there, one for all or one a patient.
    parameters : model parameter -> what the product sets it to, one for all or one a patient.
    lot : as it was made, one for all or one a patient; None for a kind without CAR.
    """

    id: str
    label: str
    kind: str
    target: str
    unit: str
    spread: Mapping[str, ArrayLike]
    parameters: Mapping[str, ArrayLike]
    lot: Lot | None = None
    evidence: tuple[str, ...] = ()


def build_product(
    spec: ProductSpec,
    values: Values,
    classes: int = 6,
    *,
    id: str | None = None,
    process: Process | None = None,
    lot: Lot | None = None,
) -> Product:
    """Build a product from the register, or from a population's values of it: make its lots, and say where they go.

    Parameters
    ----------
    spec : an entry of the catalogue.
    values : id -> value, one for all or one a patient, or -> an entry of the register, whose centre is taken.
    classes : expression classes of the model.
    id : name in dose tables; the catalogue's when absent.
    process : how it is made, from `load_process`; the catalogue's when absent.
    lot : what it has made of these values, where that is known already.

    Raises
    ------
    RegisterError : a value that the product needs is missing. ProcessError : the process makes another product.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product.catalogue import load_products
    >>> product = build_product(load_products()["in_vivo_cd19"], load_register())
    >>> product.spread, product.unit, float(product.parameters["k_PT"]), float(product.parameters["target_CD19"])
    ({'LNP': 1.0}, 'mg', 0.0, 1.0)
    """
    made_by = None
    if spec.process is not None:
        made_by = load_process(spec.process) if process is None else process
        if made_by.product != spec.id:
            raise ProcessError(
                "the process makes another product", where=made_by.id, found=made_by.product, expected=spec.id,
                remedy="name a process of this product",
            )  # fmt: skip
        lot = make_lot(made_by, values, classes) if lot is None else lot
    spread, parameters, unit = _BUILDERS[spec.kind](spec, values, lot)
    if made_by is not None and made_by.carrier == "targeted_lnp":
        parameters = {**parameters, **_through_receptor(made_by.delivery.word("receptor"), values)}
    return Product(
        id=id or spec.id,
        label=spec.label,
        kind=spec.kind,
        target=spec.target,
        unit=unit,
        spread=spread,
        parameters={**_targets(spec), **parameters, **_scaled(spec, values)},
        lot=lot,
        evidence=spec.evidence,
    )


_Built = tuple[Mapping[str, ArrayLike], Mapping[str, ArrayLike], str]


def _transient(spec: ProductSpec, values: Values, lot: Lot | None) -> _Built:
    """CAR+ cells arrive in blood by expression class; residual translation comes with them and only adds."""
    assert lot is not None
    parameters: dict[str, ArrayLike] = {}
    if spec.carrier == "electroporation":
        # CAR half-life and killing per cell against LNP are unknown in sign, so they are free ratios of the register.
        ratios = ("persistence_ratio_electroporation", "efficacy_ratio_electroporation", "delta_C", "k_kill")
        persistence, efficacy, loss, kill = taken(values, ratios).values()
        parameters = {"delta_C": loss / persistence, "k_kill": kill * efficacy}
    shares = {f"T_blood_{k}": lot.class_fractions[..., k] for k in range(lot.class_fractions.shape[-1])}
    return {**shares, "R_translation": lot.residual_translation}, parameters, "cell"


def _integrating(spec: ProductSpec, values: Values, lot: Lot | None) -> _Built:
    return {"D_1": 1.0}, {}, "cell"


def _in_vivo_mrna(spec: ProductSpec, values: Values, lot: Lot | None) -> _Built:
    """Cells made in the body lose CAR at their own rate, and pass no lung on the way into blood."""
    loss = taken(values, ("delta_C_in_vivo",))["delta_C_in_vivo"]
    return {"LNP": 1.0}, {"delta_C": loss, "k_PT": 0.0}, "mg"


def _in_vivo_vector(spec: ProductSpec, values: Values, lot: Lot | None) -> _Built:
    """Cells transduced in the body go on as integrating ones, with the same lag; none is lost on the way back in."""
    return {"vector": 1.0}, {"f_eng": 1.0}, "vector_unit"


def _through_receptor(receptor: str, values: Values) -> dict[str, ArrayLike]:
    """The patient model's transfection is that through CD8; CD5 and CD7 sit on CD4 T cells as well."""
    transfection, ratio = taken(values, ("k_tr", f"internalisation_{receptor}")).values()
    return {"k_tr": transfection * ratio, "reaches_CD4": float(receptor != "CD8")}


def _anti_CD20(spec: ProductSpec, values: Values, lot: Lot | None) -> _Built:
    return {"anti_CD20": 1.0}, {}, "mg"


def _engager(spec: ProductSpec, values: Values, lot: Lot | None) -> _Built:
    return {"engager": 1.0}, {}, "mg"


def _immunoglobulin(spec: ProductSpec, values: Values, lot: Lot | None) -> _Built:
    """Donors' immunoglobulin G joins the patient's own and shares its clearance: 1 mg in its volume, in g/L."""
    return {"IgG": 1e-3 / taken(values, ("V_IgG",))["V_IgG"]}, {}, "mg"


def _lymphodepletion(spec: ProductSpec, values: Values, lot: Lot | None) -> _Built:
    return {"chemo": 1.0}, {}, "dimensionless"


_BUILDERS: Mapping[str, Callable[[ProductSpec, Values, Lot | None], _Built]] = {
    "transient": _transient,
    "integrating": _integrating,
    "in_vivo_mrna": _in_vivo_mrna,
    "in_vivo_vector": _in_vivo_vector,
    "lymphodepletion": _lymphodepletion,
    "anti_CD20": _anti_CD20,
    "engager": _engager,
    "immunoglobulin": _immunoglobulin,
}


def _targets(spec: ProductSpec) -> dict[str, float]:
    """Both switches of a CAR product; a kind without CAR leaves them alone."""
    return {f"target_{antigen}": float(antigen in spec.targets) for antigen in ANTIGENS if spec.targets}


def _scaled(spec: ProductSpec, values: Values) -> dict[str, ArrayLike]:
    """What sets this product apart from the model's own of its kind: parameters times ratios of the register."""
    found = taken(values, (*spec.scales, *spec.scales.values()))
    return {id: found[id] * found[ratio] for id, ratio in spec.scales.items()}
