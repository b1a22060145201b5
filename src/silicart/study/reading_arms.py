"""Reading the arms of a study file: what is given, beside what, and what is decided at visits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from silicart.errors import StudyError
from silicart.evidence import load_observations, load_sources
from silicart.evidence.document import Section
from silicart.evidence.sources import ASSUMPTION
from silicart.study.design import Arm, ProductPlan, Reading, RegimenPlan
from silicart.study.reading_values import positive, unknown, whole
from silicart.trial import Rule
from silicart.trial.rules.registry import build_rule

_KEYS = ("label", "product", "dose", "lymphodepletion", "give", "background", "note", "rules", "blinded", "placebo")
_WITHOUT = ("label", "background", "note", "rules", "blinded", "placebo")
_GIVEN = ("product", "dose", "lymphodepletion")


def read_arm(
    id: str, part: Section, products: Mapping[str, ProductPlan], disease: str, lead_in: float, horizon: float
) -> Arm:
    """Read one arm. Raises StudyError with file and line."""
    part.allow(*_KEYS)
    placebo = flag(part, "placebo")
    shared: dict[str, Any] = {
        "note": part.optional_text("note"),
        "rules": read_rules(part, disease) if "rules" in part.data else None,
        "placebo": placebo,
        "blinded": placebo or flag(part, "blinded"),
    }
    label, background = part.text("label"), _background(part)
    if not part.has("product") and not part.has("give"):
        part.allow(*_WITHOUT)
        regimen = None if not background else RegimenPlan(0.0, "", 0, 0.0, 0.0, (), 0.0, background)
        return Arm(id, label, None, regimen, **shared)
    if placebo:
        raise part.fail(
            "an arm of placebo that gives a product", "placebo", found="true with a product",
            expected="placebo, or a product", remedy="remove one of them; `blinded: true` hides a product",
        )  # fmt: skip
    if part.has("give"):
        for key in _GIVEN:
            if part.has(key):
                raise part.fail(
                    f"{key} stands beside give", key, expected=f"{key} in the list, with the product that it belongs to",
                    remedy="move it beside one product; lymphodepletion is given once, whichever of them names it",
                )  # fmt: skip
        part.allow(*(key for key in _KEYS if key not in _GIVEN))
        parts = list(part.listed("give"))
        if not parts:
            raise part.fail("an arm that gives nothing", "give", found="an empty list", expected="at least one product")
        for one in parts:
            one.allow(*_GIVEN)
    else:
        parts = [part]
    given: list[tuple[str, RegimenPlan]] = []
    readings: list[Reading] = []
    for one in parts:
        name = one.text("product")
        if name not in products:
            raise unknown(one, "product", "the arm names a product that the study has not", name, products)
        plan, found = _regimen(one, part, products[name], background, lead_in, horizon)
        given.append((name, plan))
        readings += found
    _check_together(part, given, products)
    (product, regimen), *also = given
    return Arm(id, label, product, regimen, readings=tuple(readings), also=tuple(also), **shared)


def read_rules(part: Section, disease: str) -> tuple[Rule, ...]:
    """Read `rules`: names, or names with settings, as `- retreat_on_relapse: {maximum: 2}`."""
    value = part.data.get("rules")
    if value is None:
        return ()
    if not isinstance(value, list):
        raise part.fail("rules is not a list", "rules", found=value, expected="a list of rules")
    rules: dict[str, Rule] = {}
    settings: dict[str, object]
    for place, item in enumerate(value):
        where = part.document.where((*part.path, "rules", place))
        if isinstance(item, str):
            id, settings = item, {}
        elif isinstance(item, dict) and len(item) == 1 and isinstance(next(iter(item.values())), dict | None):
            id, settings = next(iter(item)), next(iter(item.values())) or {}
        else:
            raise StudyError(
                "a rule is neither a name nor a name with settings", where=where, found=item,
                expected="- name, or - name: {setting: value}", remedy="one rule an entry",
            )  # fmt: skip
        if id in rules:
            raise StudyError("a rule stands twice", where=where, found=id, remedy="keep one of them")
        rules[id] = build_rule(id, settings, disease, where=where)
    return tuple(rules.values())


def flag(part: Section, key: str) -> bool:
    """Read true or false; absent is false."""
    value = part.data.get(key)
    if value not in (None, True, False):
        raise part.fail(f"{key} is neither true nor false", key, found=value, expected="true or false")
    return bool(value)


def _check_together(part: Section, given: list[tuple[str, RegimenPlan]], products: Mapping[str, ProductPlan]) -> None:
    """Refuse products that the one pool of CAR-T cells of each kind cannot hold (decision 0017)."""
    # An antibody beside cells is no part of the pool.
    cells = [(name, plan) for name, plan in given if products[name].target]
    kinds = {products[name].kind for name, _ in cells}
    targets = {products[name].target for name, _ in cells}
    if "in_vivo_mrna" in kinds and len(kinds) > 1:
        raise part.fail(
            "a product that makes cells in the body cannot be given with cells made outside it", "give",
            found=", ".join(name for name, _ in cells), expected="products of one kind",
            remedy="give them in arms of their own: loss of CAR and passage through the lung hold for all cells",
        )  # fmt: skip
    if len(kinds) > 1 and len(targets) > 1:
        raise part.fail(
            "products of different kinds with different targets cannot be given together", "give",
            found=", ".join(f"{name} ({products[name].kind}, {products[name].target})" for name, _ in cells),
            expected="one kind, or one target",
            remedy="the model has one switch a target for all CAR-T cells: give them in arms of their own",
        )  # fmt: skip
    if len({_carrier(products[name]) for name, _ in cells if products[name].kind == "transient"}) > 1:
        raise part.fail(
            "cells by lipid nanoparticle and by electroporation cannot be given together", "give",
            found=", ".join(name for name, _ in cells), expected="one carrier",
            remedy="loss of CAR and killing of a cell hold for all transient cells: give them in arms of their own",
        )  # fmt: skip
    if len({(plan.start, plan.number, plan.interval) for _, plan in cells}) > 1 and len(targets) > 1:
        raise part.fail(
            "products with different targets are given on different days", "give",
            found="; ".join(f"{name}: {plan.number} from day {plan.start:g}" for name, plan in cells),
            expected="the same start, number and interval",
            remedy="the shares of the pool hold for the whole course: give them on the same days",
        )  # fmt: skip
    if sum(bool(plan.lymphodepletion_days) for _, plan in given) > 1:
        raise part.fail(
            "lymphodepletion stands beside more than one product", "give",
            expected="lymphodepletion beside one of them", remedy="it would be given twice",
        )  # fmt: skip


def _carrier(product: ProductPlan) -> str | None:
    from silicart.product import load_products

    return load_products()[product.product].carrier


def _regimen(
    part: Section, arm: Section, product: ProductPlan, background: tuple[str, ...], lead_in: float, horizon: float
) -> tuple[RegimenPlan, tuple[Reading, ...]]:
    from silicart.product import load_products

    dose = part.section("dose")
    dose.allow("amount", "unit", "number", "interval", "start", "source", "reading")
    amount = dose.number("amount")
    if amount <= 0:
        raise dose.fail(
            "a dose must be above 0", "amount", found=f"{amount:g}", expected="a positive number",
            remedy="leave product and dose out for an arm without treatment",
        )  # fmt: skip
    unit = dose.choice("unit", load_products()[product.product].dose_units)
    number = whole(dose, "number")
    interval = positive(dose, "interval") if number > 1 else 0.0
    start = dose.optional_number("start") or 0.0
    if start < 0 or start + (number - 1) * interval > horizon:
        raise dose.fail(
            "the infusions do not fit into the course", "number" if start >= 0 else "start",
            found=f"day {start:g} to {start + (number - 1) * interval:g}", expected=f"day 0 to {horizon:g}",
        )  # fmt: skip
    readings = [Reading(dose.optional_text("reading") or "dose and schedule", _sources(dose, arm))]
    days: tuple[float, ...] = ()
    intensity = 0.0
    if part.has("lymphodepletion"):
        chemo = part.section("lymphodepletion")
        chemo.allow("days", "intensity", "source", "reading")
        days, intensity = _days(chemo, lead_in), positive(chemo, "intensity")
        readings.append(Reading(chemo.optional_text("reading") or "lymphodepletion", _sources(chemo, arm)))
    return RegimenPlan(amount, unit, number, interval, start, days, intensity, background), tuple(readings)


def _sources(dose: Section, arm: Section) -> tuple[str, ...]:
    found = dose.words("source")
    if not found:
        raise dose.fail(
            "a dose without a source",
            found=None,
            expected="source: keys of sources.bib, ids of observations, or assumption",
            remedy="say where dose and schedule come from",
        )
    known = {*load_sources(), *load_observations(), ASSUMPTION}
    for one in found:
        if one not in known:
            raise unknown(dose, "source", "unknown source", one, known)
    if ASSUMPTION in found and not arm.has("note"):
        raise arm.fail(
            "an assumed dose without a reason", expected="note: a sentence", remedy="say why this dose is assumed"
        )
    return found


def _days(part: Section, lead_in: float) -> tuple[float, ...]:
    value = part.value("days", expected="a list of days")
    good = isinstance(value, list) and all(isinstance(x, int | float) and not isinstance(x, bool) for x in value)
    if not good or not value or sorted(value) != value or value[0] < -lead_in:
        raise part.fail(
            "the days of lymphodepletion do not fit into the lead-in", "days", found=value,
            expected=f"days in order, from {-lead_in:g}, counted from the first infusion",
        )  # fmt: skip
    return tuple(float(x) for x in value)


def _background(part: Section) -> tuple[str, ...]:
    from silicart.therapy import BACKGROUND_DRUGS

    names = part.words("background")
    for one in names:
        if one not in BACKGROUND_DRUGS:
            raise unknown(part, "background", "unknown background therapy", one, BACKGROUND_DRUGS)
    return names
