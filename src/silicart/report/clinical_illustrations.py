"""The figures of what a clinic reports: responses and scores over time, survival, and single patients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from silicart.report.cases import KINDS, Case, cases
from silicart.report.figures.canvas import DAYS_PER_MONTH
from silicart.report.figures.cases import cases_figure
from silicart.report.figures.clinic import Panel, clinic_figure, estimate, shown_panels
from silicart.report.figures.survival import marks, survival_figure
from silicart.report.illustrations import Illustration, NumberTable
from silicart.report.numbers import figure as written
from silicart.report.numbers import share
from silicart.report.palette import ArmStyle
from silicart.report.series import Curves, curves
from silicart.report.survival import SurvivalOfArm, survival
from silicart.report.svg import inline_svg

if TYPE_CHECKING:
    from silicart.study.result import StudyResult

_TABLE_DAYS = (91.0, 182.0, 365.0, 730.0)
_SHARES = "Estimate [90 % interval over parameter draws]."
_EVENTS = (("Free of progression and alive", "PFS_day", "PFS_6m"), ("Alive", "OS_day", "OS_6m"))


def clinical_illustrations(result: StudyResult, styles: Mapping[str, ArmStyle]) -> Iterator[Illustration]:
    """Yield the figures that the run has data for, in the page's order."""
    for one in (_clinic(result, styles), _survival(result, styles), _cases(result, styles)):
        if one is not None:
            yield one


def _clinic(result: StudyResult, styles: Mapping[str, ArmStyle]) -> Illustration | None:
    study, stored = result.study, curves(result.bands)
    panels = shown_panels(study.disease, stored)
    if not panels:
        return None
    drawn = clinic_figure(panels, stored, styles, study.visit_days()[0], study.horizon)
    title = "What the clinic sees, from visit to visit"
    words = (
        f"One panel a quantity, all arms together, with the 90 % interval of the mean over parameter draws. Panels: "
        f"{'; '.join(panel.title for panel in panels)}. Arms: {', '.join(one.label for one in styles.values())}. "
        f"The numbers follow the figure as tables."
    )
    return Illustration(
        "clinic",
        title,
        "Mean of an arm at each visit, or its share of patients. Readings carry a clinic's noise: scores swing and "
        "patients improve by chance, by placebo and by change of drugs, so an arm without a product is not flat.",
        Markup(inline_svg(drawn, "clinic", title, words)),
        tuple(_numbers(panels, stored, styles, study.horizon)),
        _SHARES,
    )


def _numbers(
    panels: Sequence[Panel], stored: Curves, styles: Mapping[str, ArmStyle], horizon: float
) -> Iterator[NumberTable]:
    days = [day for day in _TABLE_DAYS if day <= horizon]
    for panel in panels:
        rows = []
        for name, style in styles.items():
            curve = stored.find(name, panel.quantity, "uncertainty")
            if curve is not None:
                # The last visit by the day, as an endpoint reads it.
                places = [int(curve.time.searchsorted(day + 1e-6)) - 1 for day in days]
                limits = estimate(curve)
                rows.append((style, tuple(_cell(panel, *(float(values[at]) for values in limits)) for at in places)))
        yield NumberTable(f"{panel.title} ({panel.axis})", tuple(f"day {day:g}" for day in days), tuple(rows))


def _cell(panel: Panel, low: float, middle: float, high: float) -> str:
    texts = [share(one) if panel.share else written(one, 2) for one in (middle, low, high)]
    return f"{texts[0]} [{texts[1]}, {texts[2]}]"


def _survival(result: StudyResult, styles: Mapping[str, ArmStyle]) -> Illustration | None:
    horizon = result.study.horizon
    panels = {
        words: found
        for words, day, alive in _EVENTS
        if (found := survival(result.endpoints, list(styles), day, alive, horizon))
    }
    if not panels:
        return None
    drawn = survival_figure(panels, styles, horizon)
    title = "Progression-free and overall survival"
    words = ". ".join(
        f"{panel}: " + "; ".join(_in_words(one, styles) for one in arms) for panel, arms in panels.items()
    )
    months = marks(horizon)[1:]
    tables = tuple(
        NumberTable(
            f"{panel}, % of patients",
            ("median, months", *(f"month {month}" for month in months)),
            tuple((styles[one.arm], (_median(one), *_shares(one, months, horizon))) for one in arms),
        )
        for panel, arms in panels.items()
    )
    return Illustration(
        "survival",
        title,
        "Progression as the myeloma criteria confirm it at visits, and death from any cause. Every patient is "
        "followed to the end of the course, so no curve falls for want of follow-up.",
        Markup(inline_svg(drawn, "survival", title, words)),
        tables,
        _SHARES,
    )


def _median(one: SurvivalOfArm) -> str:
    return "not reached" if one.median is None else written(one.median / DAYS_PER_MONTH, 2)


def _in_words(one: SurvivalOfArm, styles: Mapping[str, ArmStyle]) -> str:
    return f"{styles[one.arm].label}, {share(one.at(one.grid[-1]))} % at the end, median {_median(one)}"


def _shares(one: SurvivalOfArm, months: Sequence[int], horizon: float) -> Iterator[str]:
    for month in months:
        day = min(month * DAYS_PER_MONTH, horizon)
        at = int(abs(one.grid - day).argmin())
        yield f"{share(one.at(day))} [{share(float(one.low[at]))}, {share(float(one.high[at]))}]"


def _cases(result: StudyResult, styles: Mapping[str, ArmStyle]) -> Illustration | None:
    study = result.study
    rows = cases(result)
    if not rows:
        return None
    kind = KINDS[study.disease]
    drawn = cases_figure(rows, kind, styles, min(study.visit_days()[0], 0.0), study.horizon)
    title = "Single simulated patients"
    same = (
        "Each arm has patients of its own."
        if study.population.randomise
        else "A row is the same person in every arm, with the same luck."
    )
    order = "in its column" if study.population.randomise else "under the first arm"
    table = NumberTable(
        f"{kind.axis}{' as a share of entry' if kind.relative else ''} at entry, at its lowest and at the last visit; "
        "what befell the patient",
        tuple(styles[one.arm].label for one in rows[0]),
        tuple((f"Patient {' / '.join(dict.fromkeys(str(one.patient) for one in row))}", tuple(map(_case, row)))
              for row in rows),
        "Patient",
    )  # fmt: skip
    words = f"{len(rows)} patients in {len(rows[0])} arms; the table below the figure says what each panel shows."
    return Illustration(
        "cases",
        title,
        f"{same} They are {len(rows)} of the few whose charts are kept, from the lowest score {order} (top) "
        "to the highest. They show what one course looks like and are no estimate.",
        Markup(inline_svg(drawn, "cases", title, words)),
        (table,),
        "One simulated patient each; no interval belongs to them.",
        keyed=False,
    )


def _case(one: Case) -> str:
    entry, lowest, last = (written(float(value), 2) for value in (one.score[0], one.score.min(), one.score[-1]))
    counts: dict[str, int] = {}
    for event in one.events:
        counts[event.kind] = counts.get(event.kind, 0) + 1
    befell = ", ".join(words if count == 1 else f"{words} × {count}" for words, count in counts.items())
    return f"{entry}, {lowest}, {last}" + (f"; {befell}" if befell else "")
