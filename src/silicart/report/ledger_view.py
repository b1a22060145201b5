"""The ledger as a reader sees it: words for numbers, verdicts as word and shape, and the answer in one paragraph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from silicart.claims.row import Decider, LedgerRow, Verdict
from silicart.evidence import unit_text
from silicart.report.interval_bar import interval_bar, scale_of
from silicart.report.numbers import figure, share
from silicart.report.palette import ArmStyle, elsewhere_style
from silicart.report.references import References
from silicart.study.design import Study
from silicart.study.reading import load_study

VERDICTS: tuple[Verdict, ...] = ("supported", "contradicted", "undecided", "not computed")
VERDICT_MEANING: Mapping[Verdict, str] = {
    "supported": "the whole 90 % interval lies on the claim's side of the margin",
    "contradicted": "the whole 90 % interval lies on the other side",
    "undecided": "the interval reaches across the margin, or the verdict hangs on a grade C input",
    "not computed": "a part of silicart that the row needs is not built yet",
}
_SHAPES: Mapping[Verdict, str] = {
    "supported": '<circle cx="8" cy="8" r="7" fill="currentColor"/>'
    '<path d="M4.6 8.2l2.4 2.5 4.4-5" fill="none" stroke="#fff" stroke-width="1.8"/>',
    "contradicted": '<rect x="1" y="1" width="14" height="14" fill="currentColor"/>'
    '<path d="M4.8 4.8l6.4 6.4M11.2 4.8l-6.4 6.4" stroke="#fff" stroke-width="1.8"/>',
    "undecided": '<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6"/>'
    '<path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor"/>',
    "not computed": '<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6" '
    'stroke-dasharray="2.4 2.2"/>',
}


@dataclass(frozen=True)
class Part:
    """One line of a row's detail: a rival structure or a moved input, and where the row would stand."""

    label: str
    estimate: str
    interval: str
    verdict: str
    remark: str = ""


@dataclass(frozen=True)
class RowView:
    """A row of the ledger in words; `bar` is its interval as SVG.

    `elsewhere` is the title of the study of another disease in which the row was computed; empty for the run's own.
    """

    row: LedgerRow
    style: ArmStyle
    elsewhere: str
    estimate: str
    interval: str
    unit: str
    bar: Markup
    margin: str
    published: tuple[tuple[str, tuple[int, ...]], ...]
    evidence: tuple[int, ...]
    decided_by: tuple[tuple[str, str], ...]
    structures: tuple[Part, ...]
    grade_c: tuple[Part, ...]
    movers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ClaimView:
    """One claim of the announcement with its rows."""

    id: str
    claim: str
    rows: tuple[RowView, ...]


def shape(verdict: Verdict) -> Markup:
    """Return the shape of a verdict, so that the word and the colour are never alone."""
    return Markup(f'<svg class="shape" viewBox="0 0 16 16" aria-hidden="true">{_SHAPES[verdict]}</svg>')


def claims(ledger: Iterable[LedgerRow], styles: Mapping[str, ArmStyle], references: References) -> Sequence[ClaimView]:
    """Return the claims in the order of the ledger, each with its rows."""
    groups: dict[str, list[RowView]] = {}
    words: dict[str, str] = {}
    for row in ledger:
        words[row.claim_id] = row.claim
        groups.setdefault(row.claim_id, []).append(_view(row, styles, references))
    return [ClaimView(id, words[id], tuple(rows)) for id, rows in groups.items()]


def tally(ledger: Iterable[LedgerRow]) -> Mapping[Verdict, int]:
    """Return how many rows have each verdict."""
    counts = dict.fromkeys(VERDICTS, 0)
    for row in ledger:
        counts[row.verdict] += 1
    return counts


def answer(views: Sequence[ClaimView]) -> Sequence[str]:
    """Return the answer in sentences, each read off the ledger.

    Examples
    --------
    >>> answer([])
    ['This study judges no claims.']
    """
    if not views:
        return ["This study judges no claims."]
    rows = [view.row for claim in views for view in claim.rows]
    counts = tally(rows)
    computed = len(rows) - counts["not computed"]
    sentences = [
        f"The {_plural(len(views), 'claim')} of the announcement turn on {_plural(len(rows), 'quantity')}, of which "
        f"this run computed {computed}: {counts['supported']} supported, {counts['contradicted']} contradicted, "
        f"{counts['undecided']} undecided."
    ]
    standing: dict[str, list[str]] = {}
    for claim in views:
        heading, text = _standing(claim)
        standing.setdefault(heading, []).append(text)
    sentences += [f"{heading}: {'; '.join(standing[heading])}." for heading in _HEADINGS if heading in standing]
    hanging = [row for row in rows if row.verdict == "undecided" and row.interval_verdict != "undecided"]
    if hanging:
        sentences.append(
            f"The interval alone would decide {_plural(len(hanging), 'more quantity')}; grade C inputs, which nobody "
            f"has measured, could turn {'it' if len(hanging) == 1 else 'them'} round."
        )
    return sentences


_HEADINGS = (
    "Supported in every quantity computed",
    "Supported in part",
    "Contradicted in part",
    "Contradicted in every quantity computed",
    "Undecided in every quantity computed",
    "Not computed at all",
)


def _standing(claim: ClaimView) -> tuple[str, str]:
    """Return under which heading a claim stands, and its words there."""
    counts = tally(view.row for view in claim.rows)
    computed = len(claim.rows) - counts["not computed"]
    # An abbreviation keeps its capitals in the middle of a sentence.
    start = claim.claim[:1] if claim.claim[1:2].isupper() else claim.claim[:1].lower()
    words = f"“{start}{claim.claim[1:]}”"
    if computed == 0:
        return "Not computed at all", words
    for verdict in ("supported", "contradicted", "undecided"):
        if counts[verdict] == computed:
            return f"{verdict.capitalize()} in every quantity computed", f"{words} ({computed})"
    heading = "Contradicted in part" if counts["contradicted"] else "Supported in part"
    number = counts["contradicted"] or counts["supported"]
    return heading, f"{words} ({number} of {computed})"


def in_words(row: LedgerRow) -> tuple[str, str, str]:
    """Return the estimate, the interval and the unit of a row as text."""
    scale = scale_of(row)
    write = share if scale == 100.0 else figure
    unit = unit_text(row.unit) if scale == 1.0 else ("pp" if row.comparator else "%")
    if row.estimate is None:
        return "–", "", ""
    interval = "" if row.interval is None else f"{write(row.interval[0])} to {write(row.interval[1])}"
    return write(row.estimate), interval, unit


@cache
def _study(name: str) -> Study:
    return load_study(name)


def elsewhere(row: LedgerRow) -> str:
    """Return the title of the study of another disease in which a row was computed; empty for the run's own."""
    return "" if row.study is None else _study(row.study).title


def _style(row: LedgerRow, styles: Mapping[str, ArmStyle]) -> ArmStyle:
    # An arm of another study has no colour here: it may bear the name of an arm of this one, and give something else.
    return styles[row.arm] if row.study is None else elsewhere_style(_study(row.study).arm(row.arm))


def _view(row: LedgerRow, styles: Mapping[str, ArmStyle], references: References) -> RowView:
    style = _style(row, styles)
    estimate, interval, unit = in_words(row)
    write = share if scale_of(row) == 100.0 else figure
    margin_unit = unit or ("%" if scale_of(row) == 100.0 else unit_text(row.unit))
    return RowView(
        row=row,
        style=style,
        elsewhere=elsewhere(row),
        estimate=estimate,
        interval=interval,
        unit=unit,
        bar=interval_bar(row, style.colour),
        margin=f"{row.direction} {write(row.margin)}{_after(margin_unit)}",
        published=tuple((one.text, references.cite((one.evidence,))) for one in row.published),
        evidence=references.cite(row.evidence),
        decided_by=tuple((_decider(one), one.measurement or "") for one in row.decided_by),
        structures=tuple(
            Part(
                f"({one.structure}) {one.label}",
                write(one.estimate),
                f"{write(one.interval[0])} to {write(one.interval[1])}",
                one.verdict,
            )
            for one in row.per_structure
        ),
        grade_c=tuple(_grade_c(row)),
        movers=tuple(
            (one.label[:1].upper() + one.label[1:], f"{share(one.share)} %")
            for one in row.movers
            if one.share is not None
        ),
    )


def _decider(one: Decider) -> str:
    # The label of the choice of structure lists the rivals after a colon; they have a table of their own.
    label = one.label.split(": ")[0]
    remarks = [f"{share(one.share)} % of the spread" if one.share is not None else ""]
    remarks.append(f"grade {one.grade}" if one.grade else "")
    inside = ", ".join(remark for remark in remarks if remark)
    return label[0].upper() + label[1:] + (f" ({inside})" if inside else "")


def _grade_c(row: LedgerRow) -> Iterable[Part]:
    write = share if scale_of(row) == 100.0 else figure
    for test in row.grade_c:
        words = {0.5: "halved", 2.0: "doubled"}.get(test.factor, f"times {test.factor:g}")
        interval = "" if test.interval is None else f"{write(test.interval[0])} to {write(test.interval[1])}"
        yield Part(
            f"{test.label}, {words}",
            write(test.estimate),
            interval,
            test.verdict or "no test",
            "flips the verdict" if test.flips else (test.note or ""),
        )


def _after(unit: str) -> str:
    return f" {unit}" if unit else ""


def _plural(count: int, word: str) -> str:
    if count == 1:
        return f"1 {word}"
    return f"{count} {word[:-1]}ies" if word.endswith("y") else f"{count} {word}s"
