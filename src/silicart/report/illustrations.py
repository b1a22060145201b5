"""Every figure of a report with its words: title, caption, what it shows for who cannot see it, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from silicart.claims.telling_apart import GOAL, SIZES, Telling, candidates, tell_apart
from silicart.report.figures.courses import COURSES, Course, course_figure, shown_strips
from silicart.report.figures.crs import crs_figure
from silicart.report.figures.durability import durability_figure
from silicart.report.figures.rivals import ROWS, rivals_figure
from silicart.report.figures.strips import Strip
from silicart.report.numbers import figure as written
from silicart.report.numbers import share
from silicart.report.outcomes import crs_of_arms, durability
from silicart.report.palette import ArmStyle
from silicart.report.series import Curves, Series, curves
from silicart.report.svg import inline_svg
from silicart.simulation import Progress

if TYPE_CHECKING:
    from silicart.simulation import Listener
    from silicart.study.result import StudyResult


MOST_RIVAL_ARMS = 3
MOST_CANDIDATES = 6
SHOWN_SIZES = (10, 50)
"""What the section on rivals shows at most, and the sizes of trials that its table prints."""

_SHARES = "Estimate [90 % interval over parameter draws]."


@dataclass(frozen=True)
class NumberTable:
    """The numbers behind a part of a figure: one row an arm, or something else that `heading` names."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[ArmStyle | str, tuple[str, ...]], ...]
    heading: str = "Arm"


@dataclass(frozen=True)
class Illustration:
    """A figure as it stands in the page; `note` says how its tables read, `keyed` whether it needs the arms' key."""

    id: str
    title: str
    caption: str
    svg: Markup
    tables: tuple[NumberTable, ...] = ()
    note: str = "Estimate [90 % interval over parameter draws] (5th to 95th percentile of patients)."
    keyed: bool = True


def illustrations(
    result: StudyResult,
    styles: Mapping[str, ArmStyle],
    structures: Mapping[str, str],
    listener: Listener | None = None,
) -> Iterator[Illustration]:
    """Yield the figures of a run in the page's order; what the run did not store is left out."""
    stored = curves(result.bands)
    draw: list[Callable[[], Illustration | None]] = [
        *(partial(_course, course, result, stored, styles) for course in COURSES),
        partial(_crs, result, styles),
        partial(_durability, result, stored, styles, structures),
        partial(_rivals, result, stored, styles, structures),
    ]
    told = Progress("drawing the report", len(draw), "figure", listener)
    for one in draw:
        drawn = one()
        told.advance()
        if drawn is not None:
            yield drawn


def _course(course: Course, result: StudyResult, stored: Curves, styles: Mapping[str, ArmStyle]) -> Illustration | None:
    horizon = result.study.horizon
    drawn = course_figure(course, stored, result.paths, styles, horizon)
    if drawn is None:
        return None
    strips = shown_strips(course, stored, horizon)
    names = ", ".join(style.label for style in styles.values())
    rows = "; ".join(strip.title for strip in strips)
    description = (
        f"Left of each row, the mean patient of every arm over time with its 90 % interval over parameter draws; "
        f"right, one panel an arm with the percentiles of the patients. Rows: {rows}. "
        f"Arms: {names}. The numbers follow the figure as tables."
    )
    svg = inline_svg(drawn, course.id, course.title, description)
    return Illustration(
        course.id,
        course.title,
        course.caption,
        Markup(svg),
        tuple(_numbers(course, strips, result.study.horizon, stored, styles)),
    )


def _numbers(
    course: Course, strips: Sequence[Strip], horizon: float, stored: Curves, styles: Mapping[str, ArmStyle]
) -> Iterator[NumberTable]:
    seen: set[str] = set()
    for strip in strips:
        if strip.observable in seen:
            continue
        seen.add(strip.observable)
        least = strip.floor if strip.scale == "log" else 0.01
        days = [day for day in course.days if day <= min(horizon, strip.end or horizon)]
        rows = []
        for name, style in styles.items():
            middle = stored.find(name, strip.observable, "uncertainty")
            spread = stored.find(name, strip.observable, "patients")
            if middle is not None and spread is not None:
                rows.append((style, tuple(_cell(middle, spread, day, least) for day in days)))
        title = strip.title.split(", first")[0].split(", whole")[0]
        yield NumberTable(f"{title} ({strip.axis})", tuple(f"day {day:g}" for day in days), tuple(rows))


def _cell(middle: Series, spread: Series, day: float, least: float) -> str:
    def write(value: float) -> str:
        return "0" if value == 0 else f"<{least:g}" if value < least else written(value, 2)

    at = int(abs(middle.time - day).argmin())
    same = int(abs(spread.time - day).argmin())
    interval = f"[{write(middle.q05[at])}, {write(middle.q95[at])}]"
    patients = f"({write(spread.q05[same])} to {write(spread.q95[same])})"
    return f"{write(middle.q50[at])} {interval} {patients}"


def _crs(result: StudyResult, styles: Mapping[str, ArmStyle]) -> Illustration | None:
    rows = crs_of_arms(result.endpoints, list(styles))
    if not rows:
        return None
    words = "; ".join(
        f"{styles[row.arm].label}: any grade {share(row.at_least[0].estimate)} %, grade 2 or more "
        f"{share(row.at_least[1].estimate)} %, grade 3 or more {share(row.at_least[2].estimate)} %"
        for row in rows
    )
    table = NumberTable(
        "CRS, % of patients",
        ("grade 1 or more", "grade 2 or more", "grade 3 or more"),
        tuple(
            (styles[row.arm], tuple(f"{share(g.estimate)} [{share(g.low)}, {share(g.high)}]" for g in row.at_least))
            for row in rows
        ),
    )
    title = "Cytokine release syndrome by grade"
    return Illustration(
        "crs",
        title,
        "Worst grade of a patient, from the fever and the fall of blood pressure that the model computes. Oxygen need, "
        "vasopressors and death are not in the model, so the grades from 3 upwards are one class.",
        Markup(inline_svg(crs_figure(rows, styles), "crs", title, words)),
        (table,),
        _SHARES,
    )


def _durability(
    result: StudyResult, stored: Curves, styles: Mapping[str, ArmStyle], structures: Mapping[str, str]
) -> Illustration | None:
    present = set(result.endpoints["structure"].unique())
    rivals = {name: words for name, words in structures.items() if name in present}
    outcomes = durability(result.endpoints, list(styles), list(rivals))
    if len(rivals) < 2 or not outcomes:
        return None
    drawn = durability_figure(stored, outcomes, rivals, styles, result.study.horizon)
    words = "; ".join(
        f"{label}, structure {one.structure}, {styles[one.arm].label}: {share(one.estimate)} %"
        for label, values in outcomes.items()
        for one in values
    )
    title = "Durability under the three rival structures" if len(rivals) == 3 else "Durability under rival structures"
    tables = tuple(
        NumberTable(
            f"{label}, % of patients",
            tuple(f"({name}) {text}" for name, text in rivals.items()),
            tuple(
                (
                    style,
                    tuple(
                        next(
                            (
                                f"{share(one.estimate)} [{share(one.low)}, {share(one.high)}]"
                                for one in values
                                if one.arm == name and one.structure == rival
                            ),
                            "–",
                        )
                        for rival in rivals
                    ),
                )
                for name, style in styles.items()
            ),
        )
        for label, values in outcomes.items()
    )
    return Illustration(
        "durability",
        title,
        "Nobody knows what keeps the autoreactive clone alive. Each column repeats the run under one answer; where the "
        "columns part, the durable outcome is an assumption and not a finding.",
        Markup(inline_svg(drawn, "durability", title, words)),
        tables,
        _SHARES,
    )


def _rivals(
    result: StudyResult, stored: Curves, styles: Mapping[str, ArmStyle], structures: Mapping[str, str]
) -> Illustration | None:
    present = set(result.endpoints["structure"].unique())
    rivals = {name: words for name, words in structures.items() if name in present}
    treated = [one for one in result.study.arms if one.regimen is not None and one.name in styles]
    told = tell_apart(result.endpoints, candidates([one.name for one in treated], list(result.endpoints.columns)))
    # One arm of each kind of treatment is shown, the first of it.
    kinds = {(one.product and result.study.products[one.product].kind, one.background): one for one in treated[::-1]}
    arms = [
        styles[one.name]
        for one in treated
        if one in kinds.values()
        and all(stored.find(one.name, row, "uncertainty", rival) for row, _, _ in ROWS for rival in rivals)
    ][:MOST_RIVAL_ARMS]
    if len(rivals) < 2 or not arms or not told:
        return None
    rows = tuple((_in_words(one.candidate.words, styles), _telling(one, rivals)) for one in told[:MOST_CANDIDATES])
    title = "Where the rival structures part, and what would tell them apart"
    words = ". ".join(f"{name}: picked right in {cells[-1]} % at best" for name, cells in rows)
    columns = (
        *(f"mean under ({name})" for name in rivals),
        *(f"{size} patients, %" for size in SHOWN_SIZES),
        f"patients for {share(GOAL)} %",
        "without end, %",
    )
    return Illustration(
        "rivals",
        title,
        "The mean patient under each structure. The table simulates trials that report an observation, and counts how "
        "often the structure under which it is most likely is the right one; by chance that is one over the number of "
        "structures. Nature's own draw is left out, so uncertain values may hide the structure however many patients "
        "there are.",
        Markup(inline_svg(rivals_figure(stored, arms, rivals, result.study.horizon), "rivals", title, words)),
        (NumberTable("Share of trials in which the right structure is picked", columns, rows, "Observation"),),
        f"Best first, in any arm. Up to {SIZES[-1]} patients were tried; – means that they do not do.",
        keyed=False,
    )


def _in_words(words: str, styles: Mapping[str, ArmStyle]) -> str:
    arm, _, observation = words.partition(": ")
    return f"{styles[arm].label}: {observation}"


def _telling(one: Telling, rivals: Mapping[str, str]) -> tuple[str, ...]:
    return (
        *(written(one.centres[name], 2) for name in rivals),
        *(share(one.right[size]) for size in SHOWN_SIZES),
        "–" if one.patients is None else str(one.patients),
        share(one.ceiling),
    )
