"""What one lot costs, item by item: resources that the lot used, times the register's prices.

An item belongs to an activity. A lot that fails is paid like one that does not, so everything here is per lot that is
started; `course_cost` adds the failed ones.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import ProcessError, nearest
from silicart.product.cost.money import Prices
from silicart.product.values import Values

FloatArray = NDArray[np.float64]

ROUTES = ("lnp", "electroporation", "lentivirus", "targeted_lnp", "targeted_lentivirus")
"""How the CAR gets into cells, as `by` of a process's delivery step: mRNA in LNP, mRNA by electroporation, lentiviral
vector, or targeted mRNA-LNP or lentivirus in the body, for which a lot is the vials of one infusion."""

ACTIVITIES: Mapping[str, str] = {
    "apheresis": "Apheresis",
    "materials": "Materials",
    "gene_carrier": "Gene carrier",
    "labour": "Labour",
    "facility": "Facility",
    "quality_control": "Quality control",
    "logistics": "Storage and transport",
    "failure": "Failed lots",
}
"""Activities in the order of the process, and how they are written."""

ITEMS: Mapping[str, tuple[str, str]] = {
    "apheresis": ("apheresis", "collection of white cells"),
    "medium": ("materials", "culture medium"),
    "cytokines": ("materials", "cytokines"),
    "selection": ("materials", "T-cell selection"),
    "activation": ("materials", "activation"),
    "consumables": ("materials", "other consumables"),
    "pulses": ("materials", "electroporation assemblies"),
    "vector": ("gene_carrier", "lentiviral vector"),
    "mRNA": ("gene_carrier", "mRNA"),
    "LNP": ("gene_carrier", "LNP formulation"),
    "targeting": ("gene_carrier", "targeting antibody"),
    "operators": ("labour", "operators"),
    "batch_record": ("labour", "batch record and release"),
    "clean_room": ("facility", "clean room"),
    "equipment": ("facility", "equipment"),
    "overhead": ("facility", "overhead"),
    "release_tests": ("quality_control", "release tests"),
    "sterility": ("quality_control", "sterility"),
    "RCL": ("quality_control", "replication-competent virus"),
    "copy_number": ("quality_control", "vector copies"),
    "freezing": ("logistics", "freezing and storage"),
    "shipments": ("logistics", "shipments"),
    "failed_lots": ("failure", "failed lots"),
}
"""Item -> (activity, how it is written)."""

_CELLS = ("apheresis", "medium_litres", "suite_days", "release_tests")
_OPTIONAL = ("doses_frozen", "shipments")
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "lnp": (*_CELLS, "mRNA_mg"),
    "electroporation": (*_CELLS, "mRNA_mg", "pulses"),
    "lentivirus": (*_CELLS, "vector_units"),
    "targeted_lnp": ("mRNA_mg",),
    "targeted_lentivirus": ("vector_units",),
}


def needed_resources(route: str) -> tuple[str, ...]:
    """Return the resources that a lot of a route always has, by name; `doses_frozen` and `shipments` it may have.

    Raises
    ------
    ProcessError : an unknown route.

    Examples
    --------
    >>> needed_resources("targeted_lnp")
    ('mRNA_mg',)
    """
    if route not in _NEEDED:
        near = nearest(route, ROUTES)
        raise ProcessError(
            "a cost is asked for an unknown route",
            found=route,
            expected="one of: " + ", ".join(ROUTES),
            remedy=f"did you mean {near}?" if near else None,
        )
    return _NEEDED[route]


def lot_cost(
    resources: Mapping[str, ArrayLike],
    values: Values,
    route: str,
    *,
    lots_per_patient: ArrayLike = 1.0,
    currency: str = "USD",
) -> dict[str, FloatArray]:
    """Return what a lot costs that is started, by item of `ITEMS`.

    Parameters
    ----------
    resources : what the lot used, one for all or one a lot: collections of cells (apheresis), mRNA_mg, vector_units,
        pulses, medium_litres, suite_days, release_tests (sets of them), doses_frozen, shipments; see
        `needed_resources`. A lot that is given fresh, or where it was made, has none of the last two.
    values : the register, or id -> value, one for all or one a lot.
    route : one of `ROUTES`.
    lots_per_patient : lots started for one patient, failed ones included; batches of vector, mRNA and LNP are shared by
        `patients_per_year` patients and these lots.
    currency : "USD" or "CNY", in prices of `PRICE_YEAR`.

    Returns
    -------
    item -> (lots,) or () amounts; a route has only the items that it needs.

    Raises
    ------
    ProcessError : an unknown route, or a resource that is missing or negative.
    RegisterError : an unknown currency, or a value that is missing.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> used = {"mRNA_mg": 4.0, "shipments": 1}
    >>> items = lot_cost(used, load_register(), "targeted_lnp", lots_per_patient=3)
    >>> sorted(items)
    ['LNP', 'mRNA', 'shipments', 'targeting']
    """
    used = _used(resources, needed_resources(route))
    prices = Prices(values, currency)
    lots_a_year = prices.number("patients_per_year") * np.asarray(lots_per_patient, dtype=np.float64)
    carrier = _carrier(route, used, prices, lots_a_year)
    shipments = {"shipments": used["shipments"] * prices.amount("shipment_price")}
    if route in ("targeted_lnp", "targeted_lentivirus"):
        return carrier | shipments
    return _materials(route, used, prices) | carrier | _plant(used, prices) | _quality(route, used, prices) | shipments


def _materials(route: str, used: Mapping[str, FloatArray], prices: Prices) -> dict[str, FloatArray]:
    items = {
        "apheresis": used["apheresis"] * prices.amount("apheresis_price"),
        "medium": used["medium_litres"] * prices.amount("medium_price"),
        "cytokines": used["medium_litres"] * prices.amount("cytokine_price"),
        "selection": used["apheresis"] * prices.amount("selection_price"),
        "activation": prices.amount("activation_price"),
        "consumables": prices.amount("consumables_price"),
    }
    if route == "electroporation":
        items["pulses"] = used["pulses"] * prices.amount("pulse_price")
    return items


def _carrier(
    route: str, used: Mapping[str, FloatArray], prices: Prices, lots_a_year: FloatArray
) -> dict[str, FloatArray]:
    def batch(name: str, amount: FloatArray) -> FloatArray:
        """Share of a lot in the fixed cost of batches: of at least one a year, and of as many as the lots use up."""
        share = np.maximum(1.0 / lots_a_year, amount / prices.number(f"{name}_batch_size"))
        return np.asarray(prices.amount(f"{name}_batch_cost") * share)

    if route in ("lentivirus", "targeted_lentivirus"):
        return {"vector": batch("vector", used["vector_units"])}
    formulated = used["mRNA_mg"]
    made = formulated if route == "electroporation" else formulated / prices.number("LNP_yield")
    items = {"mRNA": batch("mRNA", made) + made * prices.amount("mRNA_material_price")}
    if route != "electroporation":
        items["LNP"] = batch("LNP", made) + made * prices.amount("LNP_material_price")
    if route == "targeted_lnp":
        items["targeting"] = made * prices.amount("targeting_price")
    return items


def _plant(used: Mapping[str, FloatArray], prices: Prices) -> dict[str, FloatArray]:
    # People are paid for the hours between lots as well.
    days, wage = used["suite_days"], prices.amount("wage") / prices.number("staff_use")
    hours = prices.number("labour_hours_per_lot") + days * prices.number("labour_hours_per_suite_day")
    clean_room, equipment = days * prices.amount("clean_room_price"), days * prices.amount("equipment_price")
    return {
        "operators": hours * wage,
        "batch_record": prices.number("batch_record_hours") * wage,
        "clean_room": clean_room,
        "equipment": equipment,
        "overhead": (clean_room + equipment) * prices.number("overhead_share"),
    }


def _quality(route: str, used: Mapping[str, FloatArray], prices: Prices) -> dict[str, FloatArray]:
    items = {
        "release_tests": used["release_tests"] * prices.amount("release_tests_price"),
        "sterility": prices.amount("sterility_price"),
    }
    if route == "lentivirus":
        items |= {"RCL": prices.amount("RCL_price"), "copy_number": prices.amount("copy_number_price")}
    items["freezing"] = used["doses_frozen"] * prices.amount("cryo_price")
    return items


def _used(resources: Mapping[str, ArrayLike], names: tuple[str, ...]) -> dict[str, FloatArray]:
    used = {name: np.asarray(0.0) for name in _OPTIONAL}
    for name in (*names, *(name for name in _OPTIONAL if name in resources)):
        if name not in resources:
            near = nearest(name, resources)
            raise ProcessError(
                "a cost needs a resource that is missing",
                where=f"resources of the lot, {name}",
                found=", ".join(resources) or "none",
                expected=", ".join(names),
                remedy=f"did you mean {near}?" if near else "take the resources of a lot",
            )
        amount = np.asarray(resources[name], dtype=np.float64)
        if not bool(np.all(np.isfinite(amount) & (amount >= 0.0))):
            raise ProcessError(
                "a resource of a lot is not an amount",
                where=f"resources of the lot, {name}",
                found=float(np.min(amount)),
                expected="a finite number from 0",
            )
        used[name] = amount
    return used
