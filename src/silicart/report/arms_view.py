"""The arms table: what each arm receives, and its key outcomes with both spreads kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from silicart.endpoints.registry import ENDPOINTS
from silicart.evidence import unit_text
from silicart.report.key_outcomes import KeyOutcome, key_outcomes
from silicart.report.numbers import figure, plain, reading, share
from silicart.report.outcomes import Summary, is_share, summary
from silicart.report.palette import ArmStyle
from silicart.report.references import References
from silicart.study.design import Arm, RegimenPlan, Study
from silicart.study.result import StudyResult


@dataclass(frozen=True)
class ArmView:
    """What an arm receives, in words."""

    style: ArmStyle
    product: str
    target: str
    doses: str
    lymphodepletion: str
    background: str
    note: str
    readings: tuple[tuple[str, tuple[int, ...], bool], ...]


@dataclass(frozen=True)
class Cell:
    """One outcome in one arm: the estimate, its interval over draws, and the 5th to 95th percentile of patients."""

    estimate: str
    interval: str
    patients: str
    remark: str = ""


@dataclass(frozen=True)
class OutcomeView:
    """One row of the outcomes: an endpoint in every arm; `group` is what it belongs to."""

    group: str
    label: str
    unit: str
    definition: str
    cells: tuple[Cell | None, ...]


def arm_views(study: Study, styles: Mapping[str, ArmStyle], references: References) -> Sequence[ArmView]:
    """Return what each arm receives, in the study's order."""
    return [_arm(study, arm, styles[arm.name], references) for arm in study.arms]


def outcome_views(result: StudyResult) -> Sequence[OutcomeView]:
    """Return the key outcomes that the run computed, each in every arm; those without a value in any are left out."""
    rows = []
    for group, one in key_outcomes(list(result.endpoints.columns)):
        endpoint = ENDPOINTS[one.endpoint]
        found = [summary(result.endpoints, arm.name, one.endpoint, at_least=one.at_least) for arm in result.study.arms]
        if not any(found):
            continue
        cells = tuple(None if each is None else _cell(each, endpoint.unit) for each in found)
        label = one.label or endpoint.label.removesuffix(", share of baseline")
        unit = _percent_of(result, one) if endpoint.unit == "dimensionless" else unit_text(endpoint.unit)
        rows.append(OutcomeView(group, label[0].upper() + label[1:], unit, endpoint.definition, cells))
    return rows


def first_outcomes(views: Sequence[OutcomeView], study: Study) -> Sequence[str]:
    """Return what a study without claims answers first: the first outcome of its disease, arm by arm, in sentences."""
    if not views:
        return ["This study judges no claims."]
    view = views[0]
    unit = "\u00a0%" + view.unit[1:] if view.unit.startswith("%") else f" {view.unit}"
    found = "; ".join(
        f"{arm.label}: {cell.estimate}{unit if place == 0 else unit.split(' of ')[0]} ({cell.interval})"
        for place, (arm, cell) in enumerate(zip(study.arms, view.cells, strict=True))
        if cell is not None
    )
    return ["This study judges no claims.", f"{view.label}. {found}.", "The table of outcomes holds the others."]


def _percent_of(result: StudyResult, one: KeyOutcome) -> str:
    """Return what a dimensionless outcome is a part of."""
    if one.part_of:
        return one.part_of
    if ENDPOINTS[one.endpoint].reads == "product":
        return "% of cells"
    share_of_patients = one.at_least is not None or one.endpoint.startswith("crs_")
    return "% of patients" if share_of_patients or is_share(result.endpoints, one.endpoint) else "% of baseline"


def schedule(arm: Arm) -> str:
    """Return the doses of an arm in words.

    Examples
    --------
    >>> from silicart.study.design import RegimenPlan
    >>> plan = RegimenPlan(5.25e7, "cell_per_kg", 6, 7.0, 0.0, (), 0.0)
    >>> schedule(Arm("a", "A", "p", plan))
    '6 × 5.25 × 10⁷ cells/kg, every 7 days'
    """
    return "; ".join(_doses(plan) for _, plan in arm.given) or "none"


def _doses(plan: RegimenPlan) -> str:
    dose = f"{plain(plan.dose)} {unit_text(plan.unit)}"
    if plan.number == 1:
        return f"{dose}, once"
    return f"{plan.number} × {dose}, every {plan.interval:g} days"


def _arm(study: Study, arm: Arm, style: ArmStyle, references: References) -> ArmView:
    products = [study.products[name] for name, _ in arm.given]
    days = next((plan.lymphodepletion_days for _, plan in arm.given if plan.lymphodepletion_days), ())
    depletion = f"fludarabine and cyclophosphamide, days {_days(days)}" if days else "none"
    readings = tuple((one.text, references.cite(one.evidence), "assumption" in one.evidence) for one in arm.readings)
    return ArmView(
        style=style,
        product=", ".join(one.label for one in products) or ("placebo" if arm.placebo else "no product"),
        target=", ".join(dict.fromkeys(one.target for one in products)) or "–",
        doses=schedule(arm),
        lymphodepletion=depletion,
        background=", ".join(arm.background),
        note=" ".join(note for note in (arm.note, *(one.note for one in products)) if note),
        readings=readings,
    )


def _days(days: Sequence[float]) -> str:
    # No line may break inside the list: a minus sign at its end would be lost.
    return ",\u00a0".join(f"{day:g}".replace("-", "−") for day in days)


def _cell(one: Summary, unit: str) -> Cell:
    def write(value: float | None) -> str:
        if unit == "per_year":
            return figure(value, 2)
        return share(value) if unit == "dimensionless" else reading(value, unit)

    remark = "" if one.patients == one.of else f"{one.patients} of {one.of} patients"
    patients = "" if one.p05 is None else f"{write(one.p05)} to {write(one.p95)}"
    return Cell(write(one.estimate), f"{write(one.low)} to {write(one.high)}", patients, remark)
