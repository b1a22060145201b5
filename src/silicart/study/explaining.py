"""What a study will do, said before it is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from silicart.claims.claim import ClaimSet
from silicart.endpoints.registry import select
from silicart.evidence import load_register
from silicart.study.acting import acting_inputs, model_of
from silicart.study.design import Arm, RegimenPlan, Study, VisitPlan
from silicart.study.running import claims_of, with_population
from silicart.study.treatment import regimen_of
from silicart.study.visiting import visits_of
from silicart.therapy.regimen import PER_KG
from silicart.trial.rules.registry import RULES

PATIENT_YEARS_PER_SECOND = 1000.0
"""Patients times years that two cores simulate in a second, the reading of endpoints included: a rough figure for the
time estimate alone, measured on the built-in study."""

REPETITIONS_SHARE = 3.4
"""What the ledger costs (grade C inputs moved, other studies asked), in units of the run itself; measured as above."""

START_SECONDS = 8.0


@dataclass(frozen=True)
class ArmExplanation:
    """One arm in words: what is given, how much for a patient of the typical weight, what is decided at visits."""

    arm: str
    label: str
    given: str
    total: str
    sources: tuple[str, ...]
    note: str | None
    decisions: tuple[str, ...] = ()


@dataclass(frozen=True)
class StudyExplanation:
    """A study in words and numbers, before it is run.

    grade_c : the uncertain inputs of grade C that can act in it; grades : how many values of each grade it uses.
    randomised : every arm has patients of its own.
    visits : when patients are seen; empty where they are not.
    claims, waiting : rows of the ledger that will be computed, and rows whose rooms do not exist yet.
    seconds : rough time on two cores.
    """

    study: str
    title: str
    question: str
    patients: int
    draws: int
    patients_per_draw: int
    structures: tuple[str, ...]
    years: float
    arms: tuple[ArmExplanation, ...]
    claims: int
    waiting: tuple[str, ...]
    grades: dict[str, int]
    grade_c: tuple[str, ...]
    notes: tuple[str, ...]
    not_computed: tuple[str, ...]
    seconds: float
    randomised: bool = False
    visits: str = ""

    @property
    def text(self) -> str:
        """The explanation as a reader meets it."""
        return "\n".join(_lines(self))


def check_study(study: Study, patients: int | None = None, seed: int | None = None) -> StudyExplanation:
    """Check a study as far as that is possible without running it, and say in words what a run would do.

    Raises StudyError or ClaimError as a run would.

    Examples
    --------
    >>> from silicart.study import load_study
    >>> explanation = check_study(load_study("sys6020-sle"), patients=200)
    >>> explanation.draws, explanation.arms[0].given
    (20, '5.25e+07 cells per kg, 6 times, every 7 days, no lymphodepletion')
    """
    study = with_population(study, patients, seed)
    register = load_register()
    claims = claims_of(study)
    plan = study.population
    years = (study.horizon + study.lead_in) / 365.25
    acting = [register[id] for id in acting_inputs(study, model_of(study, register), register)]
    repeated = REPETITIONS_SHARE if claims is not None else 0.0
    work = plan.patients * len(study.arms) * years * (1.0 + repeated) / PATIENT_YEARS_PER_SECOND
    return StudyExplanation(
        study=study.name,
        title=study.title,
        question=study.question,
        patients=plan.patients,
        draws=-(-plan.patients // plan.patients_per_draw),
        patients_per_draw=plan.patients_per_draw,
        structures=plan.structures,
        years=round(study.horizon / 365.0, 2),
        arms=tuple(
            replace(_arm(study, arm, register["body_weight"].value), decisions=_decisions(study, arm))
            for arm in study.arms
        ),
        randomised=plan.randomise,
        visits=_visits(study),
        claims=0 if claims is None else sum(row.needs_room is None for row in claims.rows),
        waiting=_waiting(claims),
        grades=dict(sorted(Counter(entry.grade for entry in acting).items())),
        grade_c=tuple(
            f"{entry.id}: {entry.label}" for entry in acting if entry.grade == "C" and not entry.uncertainty.is_fixed
        ),
        notes=study.notes,
        not_computed=study.not_computed,
        seconds=round(START_SECONDS + work, 0),
    )


def _arm(study: Study, arm: Arm, weight: float) -> ArmExplanation:
    beside = [f"with {', '.join(arm.background)}"] if arm.background else []
    beside += ["blinded"] if arm.blinded else []
    note = arm.note
    if not arm.given:
        nothing = "; ".join(["a placebo" if arm.placebo else "no product", *beside])
        return ArmExplanation(arm.name, arm.label, nothing, "nothing", (), note)
    words = [_given(study, arm, name, plan, weight) for name, plan in arm.given]
    named = len(words) > 1
    given = [f"{study.products[name].label}: {one}" if named else one
             for (name, _), (one, _) in zip(arm.given, words, strict=True)]  # fmt: skip
    sources = tuple(dict.fromkeys(source for reading in arm.readings for source in reading.evidence))
    return ArmExplanation(
        arm.name, arm.label, "; ".join([*given, *beside]), "; ".join(total for _, total in words), sources, note
    )


def _given(study: Study, arm: Arm, product: str, plan: RegimenPlan, weight: float) -> tuple[str, str]:
    # A dose of viable cells stays one in these words: which of them carry the CAR is for each lot to say.
    unit = plan.unit.removesuffix(PER_KG)
    one = plan.dose * weight if plan.unit.endswith("_per_kg") else plan.dose
    times = f"{plan.number} times, every {plan.interval:g} days" if plan.number > 1 else "once"
    days = regimen_of(study, arm).days(product)
    words = {
        "cell_per_kg": "cells per kg", "cell": "cells", "mg": "mg",
        "viable_cell_per_kg": "viable cells per kg", "viable_cell": "viable cells",
    }  # fmt: skip
    chemo = plan.lymphodepletion_days
    given = f"{plan.dose:.3g} {words.get(plan.unit, plan.unit)}, {times}, " + (
        f"lymphodepletion on days {', '.join(f'{day:g}' for day in chemo)}" if chemo else "no lymphodepletion"
    )
    total = f"{one:.3g} {words.get(unit, unit)} per infusion at {weight:g} kg, {one * plan.number:.3g} in all"
    if len(days) > 1:
        total += f", the last on day {days[-1]:g}"
    return given, total


def _visits(study: Study) -> str:
    """Return in words when patients are seen; nothing where nobody is."""
    grid = select(study.endpoints)
    if all(visits_of(study, arm, grid) is None for arm in study.arms):
        return ""
    days = study.visit_days()
    every = (study.visits or VisitPlan()).every
    return f"Visits: at entry (day {days[0]:g}) and every {every:g} days up to day {days[-1]:g}, {len(days)} in all."


def _decisions(study: Study, arm: Arm) -> tuple[str, ...]:
    """Return the rules of an arm in words, with what the study sets of them."""
    told = []
    for rule in study.rules_of(arm):
        kind = RULES[rule.id]
        set_to = [f"{name} {value:g}" for name in kind.settings if (value := getattr(rule, name)) is not None]
        told.append(f"{kind.label}" + (f" ({', '.join(set_to)})" if set_to else ""))
    return tuple(told)


def _waiting(claims: ClaimSet | None) -> tuple[str, ...]:
    if claims is None:
        return ()
    return tuple(f"{row.quantity}: {row.needs_room}" for row in claims.rows if row.needs_room is not None)


def _lines(one: StudyExplanation) -> list[str]:
    lines = [one.title, "", f"Question: {one.question}", ""]
    lines.append(
        f"{one.patients} virtual patients, {one.draws} draws of the uncertain values with up to "
        f"{one.patients_per_draw} patients each, under the rival structures {', '.join(one.structures)}. "
        + ("Every arm has as many patients of its own" if one.randomised else "The same patients are in every arm")
        + f", followed for {one.years:g} years."
    )
    lines += [one.visits] if one.visits else []
    lines += ["", "Arms:"]
    for arm in one.arms:
        lines.append(f"  {arm.arm}: {arm.label}")
        lines.append(f"    {arm.given}")
        if arm.sources:
            lines.append(f"    {arm.total} (sources: {', '.join(arm.sources)})")
        lines += [f"    at visits: {rule}" for rule in arm.decisions]
        if arm.note:
            lines.append(f"    {arm.note}")
    lines += ["", f"Ledger: {one.claims} rows are computed, {len(one.waiting)} wait for what is not built yet."]
    lines += [f"  not computed: {row}" for row in one.waiting]
    counts = ", ".join(f"{count} of grade {grade}" for grade, count in one.grades.items())
    lines += ["", f"Values: {counts}. {len(one.grade_c)} uncertain ones are grade C (assumed or tuned):"]
    lines += [f"  {name}" for name in _wrapped(one.grade_c)]
    lines += ["", *(f"Note: {note}" for note in one.notes)]
    lines += [
        "",
        f"Estimated time on two cores: {one.seconds:.0f} s (longer on the first run, which compiles the model).",
    ]
    return lines


def _wrapped(names: Sequence[str], width: int = 110) -> list[str]:
    import textwrap

    return textwrap.wrap("; ".join(name.split(":")[0] for name in names), width)
