"""Which orders of steps can be carried out, and which can but lose what the process is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from silicart.errors import ProcessError
from silicart.evidence.document import Section
from silicart.product.catalogue import load_products
from silicart.product.making.settings import MRNA_CARRIERS, STEPS, Value


class Stepped(Protocol):
    """What the rules look at of a step."""

    @property
    def kind(self) -> str: ...

    @property
    def settings(self) -> Mapping[str, Value]: ...

    @property
    def where(self) -> str: ...


REPEATABLE = ("culture",)
_IN_VIVO = ("formulation", "cryopreservation", "shipping", "thaw", "delivery")
_CARRIERS_OF: Mapping[str, tuple[str, ...]] = {
    "transient": MRNA_CARRIERS,
    "integrating": ("lentivirus",),
    "in_vivo_mrna": ("targeted_lnp",),
    "in_vivo_vector": ("targeted_lentivirus",),
}
_NEEDS: Mapping[str, str] = {
    "selection": "leukapheresis",
    "activation": "selection",
    "culture": "activation",
    "delivery": "selection",
    "hold": "delivery",
    "wash": "delivery",
    "formulation": "wash",
    "cryopreservation": "formulation",
    "thaw": "cryopreservation",
}
"""What must stand before a step, anywhere: nothing else can be carried out."""

_WHY: Mapping[str, str] = {
    "wash": "a wash takes away what the delivery left outside the cells; before it there is nothing to wash off",
    "thaw": "only frozen cells are thawed",
    "culture": "T cells divide only after activation",
    "delivery": "the dose is stated per selected T cell",
}


def check_order(steps: Sequence[Stepped], route: str, product: str, top: Section) -> None:
    """Refuse an order of steps that cannot be carried out.

    Raises
    ------
    ProcessError : with file and line of the step that cannot stand where it stands.
    """
    deliveries = [step for step in steps if step.kind == "delivery"]
    if not deliveries:
        raise top.fail("the process delivers nothing", "steps", expected="one step delivery")
    for step in deliveries[1:]:
        raise _bad("a process has one delivery", step, "a second delivery", f"only that of {deliveries[0].where}")
    _check_carrier(deliveries[0], product)
    if route == "in_vivo":
        _check_in_vivo(steps)
        return
    if steps[0].kind != "leukapheresis":
        raise _bad("a process starts with the cells of a donor", steps[0], steps[0].kind, "leukapheresis first")
    seen: list[str] = []
    for step in steps:
        _check_once(step, seen)
        _check_place(step, seen)
        seen.append(step.kind)
    _check_carried_out(steps, seen)


def warnings_of(steps: Sequence[Stepped]) -> tuple[str, ...]:
    """Return what can be carried out but loses what the process is for, in words."""
    kinds = [step.kind for step in steps]
    delivery = next(step for step in steps if step.kind == "delivery")
    found = []
    if delivery.settings["by"] in MRNA_CARRIERS:
        for step in steps[kinds.index("delivery") :]:
            if step.kind == "culture" and float(step.settings["days"]) > 0:
                found.append(
                    f"{step.settings['days']:g} days of culture after the mRNA: a division halves the CAR of a cell "
                    "(published processes expand first and deliver last)"
                )
        if "hold" not in kinds:
            found.append("no hold after the delivery: cells go on as the exposure ends, before most CAR is made")
        if "wash" not in kinds:
            found.append("no wash: carrier and dead cells stay with the lot")
    return tuple(found)


def _check_carrier(delivery: Stepped, product: str) -> None:
    spec = load_products()[product]
    carriers = (spec.carrier,) if spec.carrier is not None else _CARRIERS_OF.get(spec.kind, ())
    if delivery.settings["by"] not in carriers:
        raise _bad(
            f"{product} is not made that way", delivery, str(delivery.settings["by"]),
            "by: " + (" or ".join(str(carrier) for carrier in carriers) or "nothing, it holds no cells"),
        )  # fmt: skip


def _check_in_vivo(steps: Sequence[Stepped]) -> None:
    for step in steps:
        if step.kind not in _IN_VIVO:
            raise _bad(
                "no cells are taken in the in vivo route", step, step.kind, "one of: " + ", ".join(_IN_VIVO),
                "the patient's own cells meet the carrier in the body: leave the step out",
            )  # fmt: skip
    if steps[-1].kind != "delivery":
        raise _bad("the in vivo delivery is the infusion itself", steps[-1], steps[-1].kind, "delivery last")


def _check_once(step: Stepped, seen: Sequence[str]) -> None:
    if step.kind in seen and step.kind not in REPEATABLE:
        raise _bad("a step stands twice", step, step.kind, f"one {step.kind}")


def _check_place(step: Stepped, seen: Sequence[str]) -> None:
    need = _NEEDS.get(step.kind)
    if need is not None and need not in seen:
        raise _bad(f"{step.kind} without {need} before it", step, step.kind, f"{need} first", _WHY.get(step.kind))
    if step.kind == "delivery" and step.settings["by"] == "lentivirus" and "activation" not in seen:
        raise _bad(
            "a lentivirus before activation", step, "delivery", "activation first",
            "resting T cells are hardly transduced, and the register holds no value for them",
        )  # fmt: skip
    if step.kind == "shipping" and "formulation" not in seen:
        raise _bad("shipping of cells that are not formulated", step, "shipping", "formulation first")
    if step.kind == "hold" and seen[-1] != "delivery":
        raise _bad(
            "a hold follows its delivery at once", step, f"hold after {seen[-1]}", "hold after delivery",
            "its hours count from the start of the delivery; later days are culture or shipping",
        )  # fmt: skip
    order = list(STEPS)
    later = [kind for kind in seen if order.index(kind) > order.index(step.kind)]
    # Culture may stand on either side of the delivery, but not after the harvest.
    later = [kind for kind in later if not (step.kind == "culture" and kind in ("delivery", "hold"))]
    if later:
        raise _bad(f"{step.kind} after {later[0]}", step, step.kind, f"{step.kind} before {later[0]}")


def _check_carried_out(steps: Sequence[Stepped], kinds: Sequence[str]) -> None:
    named = {step.kind: step for step in steps}
    delivery, hold = named["delivery"], named.get("hold")
    exposure = float(delivery.settings.get("exposure_hours", 0.0))
    if hold is not None:
        if delivery.settings["by"] not in MRNA_CARRIERS:
            raise _bad(
                "a hold is for mRNA, whose CAR comes and goes", hold, "hold", "no hold",
                "an integrated CAR stays: give the days of culture",
            )  # fmt: skip
        if exposure > float(hold.settings["hours"]):
            raise _bad(
                "the exposure is longer than the hold", delivery,
                f"exposure_hours {exposure:g}, hold {hold.settings['hours']:g} h", "exposure within the hold",
                "the hours of the hold count from the start of the delivery, exposure included",
            )  # fmt: skip
        late = [step for step in steps[kinds.index("hold") :] if step.kind == "culture"]
        if hold.settings["at"] == "cold" and late:
            raise _bad(
                "cells go back to culture after a cold hold", late[0], "culture after a hold at: cold",
                "no culture, or a hold at: culture", "no value was read for T cells that are warmed again",
            )  # fmt: skip
    if "cryopreservation" in kinds and "thaw" not in kinds:
        raise _bad(
            "cells are frozen and never thawed", named["cryopreservation"], "cryopreservation", "thaw later on",
            "a lot is stated as it is infused",
        )  # fmt: skip
    shipping = named.get("shipping")
    if shipping is not None and "stable_hours" in shipping.settings and "cryopreservation" in kinds:
        raise _bad(
            "frozen cells do not age on the road", shipping, "stable_hours of a frozen product", "no stable_hours",
            "it says how long fresh cells last; leave it out",
        )  # fmt: skip
    if shipping is not None and "cryopreservation" not in kinds:
        hours, stable = 24.0 * float(shipping.settings["days"]), shipping.settings.get("stable_hours")
        if stable is None:
            raise _bad(
                "cells are shipped fresh without a time that they stay stable", shipping,
                "shipping without stable_hours", "stable_hours: hours from formulation that the stability data cover",
                "give it, or freeze the cells before",
            )  # fmt: skip
        if hours > float(stable):
            raise _bad(
                "fresh cells are longer on the road than they stay stable", shipping,
                f"{hours:g} h on the road, stable for {float(stable):g} h", "a shorter road",
                "freeze the cells before shipping",
            )  # fmt: skip


def _bad(problem: str, step: Stepped, found: str, expected: str, remedy: str | None = None) -> ProcessError:
    return ProcessError(problem, where=step.where, found=found, expected=expected, remedy=remedy)
