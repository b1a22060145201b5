"""Making a lot: the steps of a process carried out with the values of a donor and a lot, and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.product.delivery import DELIVERY_PARAMETERS, DELIVERY_PARAMETERS_BY_CARRIER, in_vivo_parameters
from silicart.product.lot import Lot
from silicart.product.making import operations
from silicart.product.making.batch import Batch
from silicart.product.making.carrying import (
    CARRYING_PARAMETERS,
    Carried,
    Stretch,
    carried_on,
    carry,
    deliver,
    survival_of,
)
from silicart.product.making.infusing import infused
from silicart.product.making.measuring import measured_mrna, measured_vector
from silicart.product.making.operations import OPERATION_PARAMETERS, Taken
from silicart.product.making.process import Process, Step, with_settings
from silicart.product.making.settings import MRNA_CARRIERS, Value
from silicart.product.making.transducing import TRANSDUCING_PARAMETERS, transduce
from silicart.product.values import Values, taken

FloatArray = NDArray[np.float64]

_MEASURED = ("CAR_threshold", "c_0", "c_functional", "delta_C", "r_0", "vector_copies_mrna")
_IN_VIVO_CLASSES = 6
_HOURS, _ML = 24.0, 1000.0
_MG_FOR_UG_PER_MILLION = 1e-9


VECTOR_PARAMETERS = ("tau_V",)
"""What a vector given into a vein acts with: the cells that a unit of it transduces."""


def lot_parameters(process: Process) -> tuple[str, ...]:
    """Return the values of the register that a lot of this process is made with.

    Examples
    --------
    >>> from silicart.product.making.process import load_process
    >>> "thaw_recovery" in lot_parameters(load_process("lentiviral-bcma"))
    True
    """
    if process.carrier == "targeted_lentivirus":
        return VECTOR_PARAMETERS
    if process.route == "in_vivo":
        classes = (f"pi_in_vivo_{place}" for place in range(_IN_VIVO_CLASSES))
        return tuple(dict.fromkeys((*classes, *in_vivo_parameters(process.delivery.word("receptor")))))
    shared = (*OPERATION_PARAMETERS, *_MEASURED)
    if process.carrier not in MRNA_CARRIERS:
        return (*shared, *TRANSDUCING_PARAMETERS)
    own = (f"{name}_{process.carrier}" for name in DELIVERY_PARAMETERS_BY_CARRIER)
    return tuple(dict.fromkeys((*shared, *CARRYING_PARAMETERS, *DELIVERY_PARAMETERS, *own)))


def make_lot(process: Process, values: Values, classes: int = 6, **changes: Value) -> Lot:
    """Make a lot, or one lot for each donor of `values`, by a process.

    Parameters
    ----------
    process : from `load_process`.
    values : `lot_parameters(process)` in the register's units, one for all or one a lot; or the register itself.
    classes : expression classes of the patient model.
    changes : settings in place of the file's, as in `with_settings`, such as `**{"hold.hours": 72}`.

    Returns
    -------
    Lot, as it is infused: after thaw where the process freezes. A lot of the in vivo route has resources and expression
    classes, and no cells.

    Raises
    ------
    ProcessError : a change that the process does not allow. RegisterError : a value is missing.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product.making.process import load_process
    >>> process = load_process("mrna-lnp-bcma")
    >>> day, week = (make_lot(process, load_register(), **{"hold.hours": hours}) for hours in (24, 96))
    >>> bool(week.attributes["CAR_median"] < day.attributes["CAR_median"])
    True
    """
    if changes:
        process = with_settings(process, changes)
    v = taken(values, lot_parameters(process))
    if process.route == "in_vivo":
        return _in_vivo(process, v, classes)
    made = _Making(process, v, values)
    for step in process.steps:
        made.carry_out(step)
    shape = np.broadcast_shapes(*(array.shape for array in v.values()))
    return made.lot(shape, classes)


@dataclass(eq=False)
class _Making:
    """A process being carried out; `batch` and `used` change from step to step."""

    process: Process
    v: Taken
    values: Values
    batch: Batch = field(default_factory=Batch)
    carried: Carried | None = None
    stretch: int = 0
    released_on: FloatArray = field(default_factory=lambda: np.asarray(0.0))
    viability_at_release: FloatArray | None = None
    used: dict[str, FloatArray] = field(default_factory=dict)

    def carry_out(self, step: Step) -> None:
        """Carry out one step."""
        _STEPS[step.kind](self, step)
        if step.kind != "shipping" and step.kind != "thaw":
            self.released_on = self.batch.day

    def leukapheresis(self, step: Step) -> None:
        self.batch = operations.leukapheresis(self.v, step.number("collections"))
        self.use("apheresis", step.number("collections"))

    def selection(self, step: Step) -> None:
        self.batch = operations.selection(self.batch, self.v)

    def activation(self, step: Step) -> None:
        self.batch = operations.activation(self.batch, self.v, step.number("days"))

    def culture(self, step: Step) -> None:
        self.use("medium_litres", step.number("volume_litres"))
        if self.carried is None:
            self.batch = operations.culture(self.batch, self.v, step.number("days"), step.number("volume_litres"))
        else:
            self.go_on("culture")

    def delivery(self, step: Step) -> None:
        limit, dose = step.optional("cells"), step.number(_DOSE[self.process.carrier])
        treated = self.batch.cells if limit is None else np.minimum(self.batch.cells, limit)
        self.use("treated_cells", treated)
        if "cells_per_mL" in step.settings:
            self.use("medium_litres", treated / step.number("cells_per_mL") / _ML)
        if self.process.carrier not in MRNA_CARRIERS:
            self.use("vector_units", treated * dose)
            self.batch = transduce(self.batch, self.v, treated, dose, step.number("exposure_hours"))
            return
        self.use("mRNA_mg", treated * dose * _MG_FOR_UG_PER_MILLION)
        if self.process.carrier == "electroporation":
            self.use("pulses", np.ceil(treated / step.number("cells_per_pulse")))
        activated = self.batch.activated
        pulse = step.word("pulse") if "pulse" in step.settings else None
        survival = survival_of(self.v, self.process.carrier, dose=dose, pulse=pulse, activated=activated)
        # Cells stay in the volume of the exposure, unless they go into a larger vessel afterwards.
        litres = np.maximum(treated / step.number("cells_per_mL") / _ML, _later_volume(self.process))
        founders = np.maximum(treated * survival, 1.0)
        self.carried = carry(
            self.values, self.process.carrier, dose=dose, efficiency=_efficiency(step), activated=activated,
            exposure_hours=step.optional("exposure_hours"), stretches=_stretches(self.process),
            hydroxycholesterol_percent=step.optional("hydroxycholesterol_percent") or 0.0,
            room=self.v["culture_density"] * litres * _ML / founders,
        )  # fmt: skip
        self.batch = deliver(self.batch, survival, self.carried, treated)
        self.go_on("exposure")

    def wash(self, step: Step) -> None:
        self.batch = operations.wash(self.batch, self.v)

    def formulation(self, step: Step) -> None:
        self.batch = operations.formulation(self.batch, self.v)
        self.use("doses", step.number("doses"))

    def cryopreservation(self, step: Step) -> None:
        self.viability_at_release = self.batch.viability
        self.batch = operations.cryopreservation(self.batch)
        self.use("doses_frozen", self.used["doses"])

    def shipping(self, step: Step) -> None:
        self.use("shipments", 1.0)
        if self.process.step("cryopreservation") is not None:
            self.batch = operations.frozen_shipping(self.batch, step.number("days"))
        else:
            self.kept_cold("shipping", step.number("days"))

    def thaw(self, step: Step) -> None:
        self.batch = operations.thaw(self.batch, self.v)
        if step.number("hours") > 0:
            self.kept_cold("waiting", step.number("hours") / _HOURS)

    def hold(self, step: Step) -> None:
        self.go_on("hold")

    def go_on(self, name: str) -> None:
        """Go through the stretches of a step with mRNA, if it has any."""
        assert self.carried is not None
        while self.stretch < len(self.carried.stretches) and self.carried.stretches[self.stretch].step == name:
            self.batch = carried_on(self.batch, self.v, self.carried, self.stretch)
            self.stretch += 1

    def kept_cold(self, name: str, days: float) -> None:
        """Let fresh or thawed cells wait in the cold, with mRNA or an integrated CAR."""
        if self.carried is not None:
            self.go_on(name)
        else:
            self.batch = operations.waiting(self.batch, self.v, name, days)

    def use(self, resource: str, amount: ArrayLike) -> None:
        self.used[resource] = np.asarray(self.used.get(resource, 0.0) + np.asarray(amount, dtype=np.float64))

    def lot(self, shape: tuple[int, ...], classes: int) -> Lot:
        """Measure what has come out."""
        kept = self.v["thaw_CAR_retention"] if self.process.step("thaw") is not None else np.asarray(1.0)
        delivery, frozen_at = self.process.delivery, self.viability_at_release
        if self.carried is not None:
            found = measured_mrna(
                self.v, self.values, self.process.carrier, self.carried, kept, classes,
                dose=delivery.number("dose_ug_per_million_cells"), efficiency=_efficiency(delivery),
                exposure_hours=delivery.optional("exposure_hours"),
            )  # fmt: skip
        else:
            found = measured_vector(self.v, delivery.number("MOI"), kept, classes)
        positive = self.batch.cells * found.attributes["CAR_positive"]
        attributes = {
            "viable_cells": self.batch.cells,
            "viability_at_release": self.batch.viability if frozen_at is None else frozen_at,
            "viability": self.batch.viability,
            "CD3_positive": self.batch.purity,
            **found.attributes,
            "CAR_positive_cells": positive,
            "process_days": self.released_on,
        }
        used = {"suite_days": self.released_on, "release_tests": np.asarray(1.0), **self.used}
        used.pop("doses", None)
        return Lot(
            process=self.process.id,
            carrier=self.process.carrier,
            attributes=_shaped(attributes, shape),
            class_fractions=np.broadcast_to(found.class_fractions, (*shape, classes)),
            residual_translation=np.broadcast_to(found.residual_translation, shape),
            above_threshold=np.broadcast_to(found.above_threshold, shape),
            resources=_shaped(used, shape),
            balance=self.batch.rows,
            infusion=None if self.carried is None else infused(self.batch, self.v, self.carried, found),
        )


_STEPS: Mapping[str, Callable[[_Making, Step], None]] = {
    "leukapheresis": _Making.leukapheresis,
    "selection": _Making.selection,
    "activation": _Making.activation,
    "culture": _Making.culture,
    "delivery": _Making.delivery,
    "hold": _Making.hold,
    "wash": _Making.wash,
    "formulation": _Making.formulation,
    "cryopreservation": _Making.cryopreservation,
    "shipping": _Making.shipping,
    "thaw": _Making.thaw,
}
_DOSE = {"lnp": "dose_ug_per_million_cells", "electroporation": "dose_ug_per_million_cells", "lentivirus": "MOI"}


def _efficiency(delivery: Step) -> float:
    """Share of the mRNA that can be taken up and translated: what is encapsulated and intact."""
    return (delivery.optional("encapsulation") or 1.0) * delivery.number("mRNA_integrity")


def _later_volume(process: Process) -> float:
    """The largest vessel that cells go into after the delivery, litres."""
    after = process.steps[process.steps.index(process.delivery) :]
    return max((step.number("volume_litres") for step in after if step.kind == "culture"), default=0.0)


def _stretches(process: Process) -> list[Stretch]:
    """Return how long cells that carry mRNA are warm or cold, step by step; frozen time is none."""
    exposure = process.delivery.optional("exposure_hours") or 0.0
    found = [Stretch("exposure", exposure)] if exposure else []
    after = process.steps[process.steps.index(process.delivery) :]
    frozen = any(step.kind == "cryopreservation" for step in after)
    for step in after:
        if step.kind == "hold":
            found.append(Stretch("hold", step.number("hours") - exposure, cold=step.word("at") == "cold"))
        elif step.kind == "culture":
            found.append(Stretch("culture", _HOURS * step.number("days")))
        elif step.kind == "shipping" and not frozen:
            found.append(Stretch("shipping", _HOURS * step.number("days"), cold=True))
        elif step.kind == "thaw" and step.number("hours"):
            found.append(Stretch("waiting", step.number("hours"), cold=True))
    return [stretch for stretch in found if stretch.hours > 0]


def _in_vivo(process: Process, v: Taken, classes: int) -> Lot:
    """What is shipped is the carrier: no cells, and the classes in which it makes them; a vector fills none."""
    if process.carrier == "targeted_lentivirus":
        shape = v[VECTOR_PARAMETERS[0]].shape
        used = {"vector_units": np.asarray(process.delivery.number("vector_units")), **_shipped(process)}
        empty = np.zeros((*shape, classes))
        return Lot(process.id, process.carrier, {}, empty, np.zeros(shape), np.ones(shape), _shaped(used, shape))
    fractions = [v[f"pi_in_vivo_{place}"] for place in range(min(classes, _IN_VIVO_CLASSES))]
    shape = np.broadcast_shapes(*(share.shape for share in fractions))
    stacked = np.stack([np.broadcast_to(share, shape) for share in fractions], axis=-1)
    padded = np.concatenate([stacked, np.zeros((*shape, classes - len(fractions)))], axis=-1)
    used = {"mRNA_mg": np.asarray(process.delivery.number("dose_mg")), **_shipped(process)}
    return Lot(process.id, process.carrier, {}, padded, np.zeros(shape), np.ones(shape), _shaped(used, shape))


def _shipped(process: Process) -> dict[str, FloatArray]:
    return {
        "doses_frozen": np.asarray(float(process.step("cryopreservation") is not None)),
        "shipments": np.asarray(float(process.step("shipping") is not None)),
        "release_tests": np.asarray(1.0),
    }


def _shaped(values: Mapping[str, FloatArray], shape: tuple[int, ...]) -> dict[str, FloatArray]:
    return {id: np.broadcast_to(value, shape) for id, value in values.items()}
