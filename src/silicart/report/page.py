"""The report as one HTML page: gathers what each section shows and fills the templates; nothing leaves the page."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from silicart.evidence import Observation, Register, Source, unit_text
from silicart.report import arms_view, ledger_view, parameters
from silicart.report.clinical_illustrations import clinical_illustrations
from silicart.report.illustrations import illustrations
from silicart.report.numbers import figure, plain, share
from silicart.report.palette import arm_styles
from silicart.report.product.section import product_section
from silicart.report.provenance import provenance
from silicart.report.references import address, collect

if TYPE_CHECKING:
    from jinja2 import Environment

    from silicart.simulation import Listener
    from silicart.study.result import StudyResult

_STANDARD_CARE = "standard-care"
"""How the names of studies start whose arms are the placebo arms of published trials."""

_PERCENT = re.compile(r"(?<=\d) %")


@dataclass(frozen=True)
class Background:
    """One published figure on background therapy."""

    label: str
    value: str
    cited: tuple[int, ...]


def page(
    result: StudyResult,
    register: Register,
    sources: Mapping[str, Source],
    observations: Mapping[str, Observation],
    progress: Listener | None = None,
) -> str:
    """Return the report of a run as HTML.

    `register` must be the one that the run used, `sources` and `observations` those that its ids refer to; `progress`
    is told of each figure.
    """
    styles = arm_styles(result.study.arms)
    references = collect(result, register, sources, observations)
    structures = {option.id: option.label for one in register.categories for option in one.options}
    clinical = {one.id: one for one in clinical_illustrations(result, styles)}
    figures = {one.id: one for one in illustrations(result, styles, structures, progress)}
    products = product_section(register, result.study.products, result.study.arms)
    claims = ledger_view.claims(result.ledger, styles, references)
    outcomes = arms_view.outcome_views(result)
    context: dict[str, Any] = {
        "study": result.study,
        "styles": styles,
        "provenance": provenance(result, register),
        "answer": ledger_view.answer(claims) if claims else arms_view.first_outcomes(outcomes, result.study),
        "tally": ledger_view.tally(result.ledger),
        "claims": claims,
        "verdict_meaning": ledger_view.VERDICT_MEANING,
        "statements": result.statements,
        "arms": arms_view.arm_views(result.study, styles, references),
        "outcomes": outcomes,
        "clinical": clinical,
        "figures": figures,
        "figure_order": _numbered([*clinical, *figures, *(one.id for one in products)]),
        "products": products,
        "background": _background(observations, result.study.disease, references.cite),
        "parameters": parameters.parameter_views(register, references),
        "grades": parameters.grade_counts(register),
        "hanging": parameters.hangs_on_grade_c(result.ledger),
        "structures": structures,
        "references": references,
        "style": asset("style.css"),
        "script": asset("filter.js"),
        "script_hash": _hash(asset("filter.js")),
    }
    return keep_percent(environment().get_template("report.html.j2").render(context))


def keep_percent(text: str) -> str:
    """Return the text with every per cent sign tied to its number, so that none starts a line."""
    return _PERCENT.sub("\u00a0%", text)


def _numbered(figures: Sequence[str]) -> Mapping[str, int]:
    return {id: place for place, id in enumerate(figures, start=1)}


def _background(observations: Mapping[str, Observation], disease: str, cite: Any) -> Sequence[Background]:
    rows = []
    for one in observations.values():
        # What patients bring to a trial is no outcome of its placebo arm.
        if not (one.study or "").startswith(_STANDARD_CARE) or one.disease != disease or not one.time:
            continue
        if one.unit == "dimensionless" and 0 <= one.value <= 1 and "per_year" not in one.quantity:
            value = f"{share(one.value)} %"
        else:
            value = f"{figure(one.value)} {unit_text(one.unit)}".strip()
        counted = f" ({one.count} of {one.n})" if one.count is not None else f" (n = {one.n})" if one.n else ""
        rows.append(Background(one.label, value + counted, cite((one.id,))))
    return rows


def environment() -> Environment:
    """Return what fills the templates of the report's pages: a name that is missing is an error, text is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("silicart.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(shape=ledger_view.shape, address=address, plain=plain, share=share)
    return environment


def asset(name: str) -> str:
    """Return the text of a file that stands beside the templates."""
    return resources.files("silicart.report").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    # The page forbids every script but this one: its policy names the script's own digest.
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
