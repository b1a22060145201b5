"""Reading a study file: every complaint names the file, the line, the value and what would have been accepted."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from importlib import resources
from pathlib import Path

from silicart.endpoints.not_computed import NOT_COMPUTED
from silicart.endpoints.registry import select
from silicart.errors import StudyError, nearest
from silicart.evidence import load_observations, load_sources
from silicart.evidence.document import Section, read_document
from silicart.evidence.shipped import find_text, shipped_names
from silicart.evidence.sources import ASSUMPTION
from silicart.simulation import load_model
from silicart.study.design import Arm, PopulationPlan, ProductPlan, Reading, RegimenPlan, Study

STRUCTURES: tuple[str, ...] = ("a", "b", "c")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def load_study(name_or_path: str | Path) -> Study:
    """Load a study: a built-in by name ("sys6020-sle"), or a YAML file by its path.

    Raises StudyError with file and line: unknown key (with the nearest name), wrong unit, negative dose, unknown
    product, a dose without source, an arm that names nothing in the file.

    Examples
    --------
    >>> study = load_study("sys6020-sle")
    >>> [arm.name for arm in study.arms][0]
    'mrna-lnp-bcma'
    """
    return read_study(*find_text(name_or_path, "studies", "study", StudyError))


def built_in_studies() -> tuple[str, ...]:
    """Return the names of the studies that come with silicart."""
    return shipped_names("studies")


def read_study(text: str, name: str) -> Study:
    """Read the text of a study file; `name` is what messages show. Raises StudyError as `load_study` does."""
    top = read_document(text, name, StudyError).top()
    top.allow("study", "model", "population", "products", "arms", "course", "endpoints", "show", "claims", "notes")
    head = top.section("study")
    head.allow("name", "title", "question", "context_of_use")
    model = top.section("model")
    model.allow("disease", "classes")
    course = top.section("course")
    course.allow("unit", "lead_in", "horizon")
    course.choice("unit", ("day",))
    lead_in, horizon = _positive(course, "lead_in", zero=True), _positive(course, "horizon")
    products = {id: _product(id, part) for id, part in top.section("products").sections()}
    arms = tuple(_arm(id, part, products, lead_in, horizon) for id, part in top.section("arms").sections())
    if not any(arm.product for arm in arms):
        raise top.fail("no arm has a product", "arms", expected="at least one arm with product and dose")
    disease, classes = model.choice("disease", _diseases()), _whole(model, "classes", least=2)
    endpoints = select(top.words("endpoints") or ("all",), where=top.at("endpoints"), disease=disease)
    return Study(
        name=_name(head),
        title=head.text("title"),
        question=head.text("question"),
        context_of_use=head.text("context_of_use"),
        disease=disease,
        classes=classes,
        population=_population(top.section("population")),
        products=products,
        arms=arms,
        lead_in=lead_in,
        horizon=horizon,
        # An endpoint read after a shorter horizon has no value; leaving it out says so before the run.
        endpoints=tuple(one.id for one in endpoints if max(one.days, default=0.0) <= horizon),
        observables=_shown(top, disease, classes),
        claims=top.optional_text("claims"),
        notes=top.words("notes"),
        not_computed=tuple(f"{one.label}: {one.reason}" for one in NOT_COMPUTED),
        text=text,
        source=name,
    )


def _name(head: Section) -> str:
    name = head.text("name")
    # The result lies in a folder of this name.
    if not _NAME.fullmatch(name):
        raise head.fail(
            "this name of a study cannot be the name of a folder",
            "name",
            found=name,
            expected="letters, digits, hyphens and underscores, a letter or digit first",
            remedy="rename the study; the title may say anything",
        )
    return name


def _shown(top: Section, disease: str, classes: int) -> tuple[str, ...]:
    names = top.words("show")
    model = load_model(disease, classes=classes)
    known = {*model.states.ids, *model.observables.ids}
    for name in names:
        if name not in known:
            near = nearest(name, known)
            raise top.fail(
                "the study shows something that the model does not have",
                "show",
                found=name,
                expected=f"a state or an observable of the model {disease}",
                remedy=f"did you mean {near}?" if near else "see the states and observables of the model",
            )
    return names


def _population(part: Section) -> PopulationPlan:
    part.allow("patients", "patients_per_draw", "seed", "structures")
    structures = part.words("structures") if part.has("structures") else STRUCTURES
    if not structures:
        raise part.fail(
            "a population without any structure",
            "structures",
            found="nothing",
            expected="some of: " + ", ".join(STRUCTURES),
            remedy="leave the key out for all of them",
        )
    for one in structures:
        if one not in STRUCTURES:
            raise part.fail("unknown structure", "structures", found=one, expected="some of: " + ", ".join(STRUCTURES))
    return PopulationPlan(
        _whole(part, "patients"), _whole(part, "patients_per_draw"), _whole(part, "seed", least=0), structures
    )


def _product(id: str, part: Section) -> ProductPlan:
    from silicart.product import load_process, load_products

    part.allow("product", "label", "note", "process")
    catalogue = load_products()
    name = part.text("product")
    if name not in catalogue:
        raise _unknown(part, "product", "unknown product", name, catalogue)
    product = catalogue[name]
    made_by = part.optional_text("process") or product.process
    if made_by is None:
        raise part.fail(f"{name} is given beside a product, and is none of its own", "product", found=name)
    process = load_process(made_by)
    if process.product != name:
        raise part.fail(
            "the process makes another product", "process", found=process.product, expected=name,
            remedy="name a process of this product, or the product of this process",
        )  # fmt: skip
    return ProductPlan(
        name=id,
        product=name,
        label=part.optional_text("label") or product.label,
        kind=product.kind,
        target=product.target,
        note=part.optional_text("note"),
        evidence=tuple(product.evidence),
        process=process,
    )


def _arm(id: str, part: Section, products: Mapping[str, ProductPlan], lead_in: float, horizon: float) -> Arm:
    part.allow("label", "product", "dose", "lymphodepletion", "background", "note")
    if not part.has("product"):
        part.allow("label", "background", "note")
        background = _background(part)
        regimen = None if not background else RegimenPlan(0.0, "", 0, 0.0, 0.0, (), 0.0, background)
        return Arm(id, part.text("label"), None, regimen, part.optional_text("note"))
    product = part.text("product")
    if product not in products:
        raise _unknown(part, "product", "the arm names a product that the study has not", product, products)
    regimen, readings = _regimen(part, products[product], lead_in, horizon)
    return Arm(id, part.text("label"), product, regimen, part.optional_text("note"), readings)


def _regimen(
    part: Section, product: ProductPlan, lead_in: float, horizon: float
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
    number = _whole(dose, "number")
    interval = _positive(dose, "interval") if number > 1 else 0.0
    start = dose.optional_number("start") or 0.0
    if start < 0 or start + (number - 1) * interval > horizon:
        raise dose.fail(
            "the infusions do not fit into the course", "number" if start >= 0 else "start",
            found=f"day {start:g} to {start + (number - 1) * interval:g}", expected=f"day 0 to {horizon:g}",
        )  # fmt: skip
    readings = [Reading(dose.optional_text("reading") or "dose and schedule", _sources(dose, part))]
    days: tuple[float, ...] = ()
    intensity = 0.0
    if part.has("lymphodepletion"):
        chemo = part.section("lymphodepletion")
        chemo.allow("days", "intensity", "source", "reading")
        days, intensity = _days(chemo, lead_in), _positive(chemo, "intensity")
        readings.append(Reading(chemo.optional_text("reading") or "lymphodepletion", _sources(chemo, part)))
    return RegimenPlan(amount, unit, number, interval, start, days, intensity, _background(part)), tuple(readings)


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
            raise _unknown(dose, "source", "unknown source", one, known)
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
            raise _unknown(part, "background", "unknown background therapy", one, BACKGROUND_DRUGS)
    return names


def _diseases() -> tuple[str, ...]:
    text = resources.files("silicart").joinpath("biology", "models", "assemblies.yaml").read_text(encoding="utf-8")
    return tuple(read_document(text, "biology/models/assemblies.yaml", StudyError).top().section("diseases").data)


def _positive(part: Section, key: str, *, zero: bool = False) -> float:
    value = part.number(key)
    if value < 0 or (value == 0 and not zero):
        expected = "a number from 0" if zero else "a positive number"
        raise part.fail(f"{key} of {part.title} is out of range", key, found=f"{value:g}", expected=expected)
    return value


def _whole(part: Section, key: str, least: int = 1) -> int:
    value = part.number(key)
    if value != int(value) or value < least:
        raise part.fail(
            f"{key} of {part.title} is not a count", key, found=f"{value:g}", expected=f"a whole number from {least}"
        )
    return int(value)


def _unknown(part: Section, key: str, problem: str, found: str, options: Collection[str]) -> Exception:
    near = nearest(found, options)
    shown = sorted(options) if len(options) <= 20 else ["see sources.bib and biology/observations"]
    return part.fail(
        problem,
        key,
        found=found,
        expected="one of: " + ", ".join(shown),
        remedy=f"did you mean {near}?" if near else "check the spelling",
    )
