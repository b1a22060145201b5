"""Reading a study file: every complaint names the file, the line, the value and what would have been accepted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from silicart.endpoints.not_computed import NOT_COMPUTED
from silicart.endpoints.registry import select
from silicart.errors import StudyError, nearest
from silicart.evidence import load_register
from silicart.evidence.document import Section, read_document
from silicart.evidence.shipped import find_text, shipped_names
from silicart.simulation import load_model
from silicart.study.design import EVERY_DAYS, PopulationPlan, ProductPlan, Study, VisitPlan
from silicart.study.reading_arms import flag, read_arm, read_rules
from silicart.study.reading_values import positive, unknown, whole

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
    return study_of(read_document(text, name, StudyError).top(), text, name)


def study_of(top: Section, text: str, name: str) -> Study:
    """Return the study that a section describes, whose text is `text`. Raises StudyError as `load_study` does."""
    top.allow(
        "study", "model", "population", "products", "arms", "course", "visits", "rules", "endpoints", "show", "claims",
        "notes",
    )  # fmt: skip
    head = top.section("study")
    head.allow("name", "title", "question", "context_of_use")
    model = top.section("model")
    model.allow("disease", "classes")
    course = top.section("course")
    course.allow("unit", "lead_in", "horizon")
    course.choice("unit", ("day",))
    lead_in, horizon = positive(course, "lead_in", zero=True), positive(course, "horizon")
    made = top.section("products").sections() if top.has("products") else ()
    products = {id: _product(id, part) for id, part in made}
    disease, classes = model.choice("disease", _diseases()), whole(model, "classes", least=2)
    arms = tuple(read_arm(id, part, products, disease, lead_in, horizon) for id, part in top.section("arms").sections())
    if not arms:
        raise top.fail("a study without arms", "arms", expected="at least one arm")
    endpoints = select(top.words("endpoints") or ("all",), where=top.at("endpoints"), disease=disease)
    population = _population(top.section("population"))
    if population.randomise and top.has("claims"):
        raise top.fail(
            "claims are judged in the same patients, and here every arm has its own", "claims",
            found="randomise: true", remedy="leave `randomise` or `claims` out",
        )  # fmt: skip
    return Study(
        name=_name(head),
        title=head.text("title"),
        question=head.text("question"),
        context_of_use=head.text("context_of_use"),
        disease=disease,
        classes=classes,
        population=population,
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
        visits=_visits(top, horizon),
        rules=read_rules(top, disease),
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


def _visits(top: Section, horizon: float) -> VisitPlan | None:
    if not top.has("visits"):
        return None
    part = top.section("visits")
    part.allow("every", "until")
    every = positive(part, "every") if part.has("every") else EVERY_DAYS
    until = part.optional_number("until")
    if every > horizon or (until is not None and not every <= until <= horizon):
        raise part.fail(
            "the visits do not fit into the course", "every" if until is None else "until",
            found=f"every {every:g} days until day {horizon if until is None else until:g}",
            expected=f"at least one visit up to day {horizon:g}", remedy="correct them",
        )  # fmt: skip
    return VisitPlan(every, until)


def _population(part: Section) -> PopulationPlan:
    part.allow("patients", "patients_per_draw", "seed", "structures", "randomise", "values")
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
        whole(part, "patients"), whole(part, "patients_per_draw"), whole(part, "seed", least=0), structures,
        flag(part, "randomise"), _values(part),
    )  # fmt: skip


def _values(part: Section) -> Mapping[str, float]:
    if not part.has("values"):
        return {}
    given = part.section("values")
    register = load_register()
    for id in given.data:
        if id not in register:
            near = nearest(str(id), register)
            raise given.fail(
                "the population sets an unknown parameter", str(id), found=id, expected="a parameter of the register",
                remedy=f"did you mean {near}?" if near else "see the parameters",
            )  # fmt: skip
    return {str(id): given.number(str(id)) for id in given.data}


def _product(id: str, part: Section) -> ProductPlan:
    from silicart.product import load_process, load_products

    part.allow("product", "label", "note", "process")
    catalogue = load_products()
    name = part.text("product")
    if name not in catalogue:
        raise unknown(part, "product", "unknown product", name, catalogue)
    product = catalogue[name]
    made_by = part.optional_text("process") or product.process
    if made_by is None and product.kind == "lymphodepletion":
        raise part.fail(f"{name} is given beside a product, and is none of its own", "product", found=name)
    # An antibody is bought, not made: no process, and no lot.
    process = None if made_by is None else load_process(made_by)
    if process is not None and process.product != name:
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


def _diseases() -> tuple[str, ...]:
    text = resources.files("silicart").joinpath("biology", "models", "assemblies.yaml").read_text(encoding="utf-8")
    return tuple(read_document(text, "biology/models/assemblies.yaml", StudyError).top().section("diseases").data)
