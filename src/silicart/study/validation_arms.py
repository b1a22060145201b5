"""Which arm of which study is simulated for an observation, and arms that stand in a file of observations itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.quantities import find_quantity
from silicart.endpoints.quantity import Quantity
from silicart.errors import StudyError
from silicart.evidence import Observation, load_sources
from silicart.evidence.document import Document, Section
from silicart.evidence.observation_reading import DAYS, criterion
from silicart.evidence.sources import ASSUMPTION
from silicart.study.design import Arm, Study
from silicart.study.reading import load_study, study_of

YEAR = 365.0
CLASSES, LEAD_IN, VISIT_EVERY = 6, 7.0, 28.0
"""Of arms in a file: age classes of plasma cells, days before the first infusion, days between visits."""

RULES: Mapping[str, tuple[str, ...]] = MappingProxyType({"sle": ("taper_steroid", "rescue_drug")})
"""Disease -> the decisions of everyday care in an arm in a file that names no `rules`, as in the built-in studies."""

PERIOD_READINGS = 5
"""How many days a mean over a period is read on."""

_HERE = ""


@dataclass(frozen=True)
class Comparison:
    """What is simulated and read for one observation.

    endpoints : the readings whose mean is the patient's value: one, or several over a period.
    criteria : endpoint at entry -> the limit, and whether it is the least value that enters.
    values : the same for values of the register that the patients carry.
    """

    observation: Observation
    study: Study
    arm: Arm
    comparator: Arm | None
    quantity: Quantity
    endpoints: tuple[Endpoint, ...]
    criteria: tuple[tuple[Endpoint, float, bool], ...]
    values: tuple[tuple[str, float, bool], ...]

    @property
    def unit(self) -> str:
        """The unit of the figure: a share of patients, or a ratio, has none."""
        return _unit_of(self.observation, self.quantity)

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arms that it needs."""
        return (self.arm,) if self.comparator is None else (self.arm, self.comparator)


def studies_of(observations: Mapping[str, Observation], arms: Section | None) -> dict[tuple[str, str], Study]:
    """Return (study's name or "", arm's name) -> study, for all simulated observations.

    Raises StudyError with file and line where a study or an inline arm cannot be read.
    """
    inline = {} if arms is None else _inline(arms)
    loaded: dict[str, Study] = {}
    found: dict[tuple[str, str], Study] = {}
    for one in observations.values():
        if not one.simulated:
            continue
        for name in (one.arm, one.comparator):
            if name is None:
                continue
            if one.study is None:
                found[_HERE, name] = inline[name]
            else:
                if one.study not in loaded:
                    loaded[one.study] = _loaded(one)
                found[one.study, name] = loaded[one.study]
    return found


def _loaded(one: Observation) -> Study:
    assert one.study is not None
    try:
        return load_study(one.study)
    except StudyError as bad:
        # Who wrote the observation must find the line that names the study.
        if bad.where is not None:
            raise
        raise StudyError(
            bad.problem, where=one.where, found=bad.found, expected=bad.expected, remedy=bad.remedy
        ) from None


def compared(one: Observation, studies: Mapping[tuple[str, str], Study], names: frozenset[str]) -> Comparison:
    """Return what is simulated and read for an observation; `names` are the values that patients carry.

    Raises StudyError at the observation's line: an unknown quantity or arm, no time, another unit.
    """
    source = one.study or _HERE
    arm = one.arm
    assert arm is not None
    study = studies[source, arm]
    quantity = find_quantity(one.quantity, study.disease, where=one.where)
    unit = _unit_of(one, quantity)
    one = _in_unit(one, unit)
    if one.unit and one.unit != unit:
        raise StudyError(
            "an observation in another unit than its quantity", where=one.where, found=one.unit, expected=unit,
            remedy="convert the figure; a share may be in percent",
        )  # fmt: skip
    if one.statistic == "fraction" and unit != "dimensionless":
        raise StudyError(
            f"a fraction of {quantity.id}, which is no yes or no", where=one.where, found=f"a number in {unit}",
            expected="at_least or at_most: what counts as yes", remedy="or another statistic",
        )  # fmt: skip
    if one.time is not None and min(one.time, one.time if one.since is None else one.since) < -study.lead_in:
        raise StudyError(
            "a time before the course begins", where=one.where, found=f"day {one.time:g}",
            expected=f"day {-study.lead_in:g} or later; day 0 is the first infusion",
        )  # fmt: skip
    if quantity.timed and one.time is None:
        raise StudyError(
            f"{quantity.id} is read on a day, and the observation names none", where=one.where, found=None,
            expected="time: a day, or {month: 9}",
        )  # fmt: skip
    end = study.horizon if one.time is None else one.time
    days: tuple[float, ...] = (end,)
    if one.since is not None and one.since > 0.0:
        step = (end - one.since) / (PERIOD_READINGS - 1)
        days = tuple(one.since + step * place for place in range(PERIOD_READINGS))
    criteria, values = [], []
    for key, limit in one.population.items():
        id, least = criterion(key)
        if id in names:
            values.append((id, limit, least))
        else:
            entry = find_quantity(id, study.disease, where=one.where).on(-study.lead_in)
            criteria.append((replace(entry, id=f"{id}_at_entry"), limit, least))
    return Comparison(
        one, study, _arm(study, arm, one), None if one.comparator is None else _arm(study, one.comparator, one),
        quantity, tuple(quantity.on(day) for day in days), tuple(criteria), tuple(values),
    )  # fmt: skip


def _in_unit(one: Observation, unit: str) -> Observation:
    """Return an observation of a time in the unit of its quantity: papers write months where the model counts days."""
    if one.unit == unit or one.unit not in DAYS or unit not in DAYS:
        return one
    size = DAYS[one.unit] / DAYS[unit]
    figures = {
        name: size * found
        for name in ("value", "low", "high", "spread", "accept_low", "accept_high")
        if (found := getattr(one, name)) is not None
    }
    return replace(one, unit=unit, **figures)


def _unit_of(one: Observation, quantity: Quantity) -> str:
    shared = one.statistic == "CV" or one.at_least is not None or one.at_most is not None
    return "dimensionless" if shared else quantity.unit


def _arm(study: Study, name: str, one: Observation) -> Arm:
    try:
        return study.arm(name)
    except StudyError as unknown:
        raise StudyError(
            unknown.problem, where=one.where, found=unknown.found, expected=unknown.expected, remedy=unknown.remedy
        ) from None


def _inline(arms: Section) -> dict[str, Study]:
    """Return arm's name -> the study of its disease, made of all inline arms of that disease."""
    diseases: dict[str, dict[str, Section]] = {}
    for name, part in arms.sections():
        diseases.setdefault(part.text("disease"), {})[name] = part
    found = {}
    for disease, parts in diseases.items():
        study = _study(arms.document, disease, parts)
        found.update(dict.fromkeys(parts, study))
    return found


def _study(document: Document, disease: str, parts: Mapping[str, Section]) -> Study:
    from silicart.product import load_products

    products: dict[str, Any] = {
        name: {"product": name} for name, one in load_products().items() if one.process is not None
    }
    given: dict[str, Any] = {}
    lines = dict(document.lines)
    randomise = False
    first = next(iter(parts.values()))
    lines["model", "disease"] = lines.get((*first.path, "disease"), lines[first.path])
    for name, part in parts.items():
        arm = dict(part.data)
        arm.pop("disease")
        for id, product in arm.pop("products", {}).items():
            if products.get(id, product) != product:
                raise part.fail(
                    "one name for two products", "products", found=id, expected="one product under each name",
                    remedy="rename one of them",
                )  # fmt: skip
            products[id] = product
            lines[("products", id)] = document.lines.get(("arms", name, "products", id), document.lines[part.path])
        arm.setdefault("label", name.replace("-", " "))
        arm.setdefault("note", "As given in the file of observations.")
        if "randomise" in arm:
            randomise = arm.pop("randomise") or randomise
            lines["population", "randomise"] = lines[*part.path, "randomise"]
        given[name] = _sourced(arm)
    data: dict[str, Any] = {
        "study": {
            "name": f"observed-{disease}", "title": "Arms of a file of observations", "question": "What was observed?",
            "context_of_use": "Comparison with observed trials.",
        },
        "model": {"disease": disease, "classes": CLASSES},
        "population": {"patients": 1000, "patients_per_draw": 20, "seed": 6020, "randomise": randomise},
        "visits": {"every": VISIT_EVERY},
        "rules": list(RULES.get(disease, ())),
        "course": {"unit": "day", "lead_in": LEAD_IN, "horizon": YEAR},
        "products": products,
        "arms": given,
        "endpoints": ["cells"],
    }  # fmt: skip
    return study_of(Document(document.name, data, lines, StudyError).top(), "", document.name)


def _sourced(value: Any) -> Any:
    """Return an arm in which every dose names a source that a study file knows: a user's own text is an assumption."""
    if isinstance(value, list):
        return [_sourced(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _sourced(item) for key, item in value.items()}
    if "amount" in found or "days" in found:
        named = found.get("source")
        known = named if isinstance(named, list) else [named]
        if not all(one in load_sources() for one in known):
            found["source"] = ASSUMPTION
    return found
