"""The acceptance targets as a page of the documentation: met or missed, by how much, nothing hidden."""

from __future__ import annotations

import math
from collections.abc import Sequence

from silicart.evidence import unit_text
from silicart.product.acceptance.comparing import AcceptanceRow

COMMAND = "silicart validate --product --markdown"

_ROLES = {"target": "used", "check": "not used", "fact": "recorded"}


def acceptance_markdown(rows: Sequence[AcceptanceRow]) -> str:
    """Return the page as Markdown: a summary, what the columns mean, what is missed, and one table a group.

    Examples
    --------
    >>> acceptance_markdown([]).splitlines()[0]
    '# The product beside published figures'
    """
    judged = [row for row in rows if row.verdict in ("met", "missed") and row.band_low is not None]
    readings = [row for row in judged if row.band == "reading"]
    records = [row for row in judged if row.band != "reading"]
    missed = [row for row in rows if row.verdict == "missed"]
    absent = [row for row in rows if row.model is None]
    lines = [
        "# The product beside published figures",
        "",
        f"Printed by `{COMMAND}`.",
        "",
        f"{_met(records)} of {len(records)} figures with a band of their own publication are met, and "
        f"{_met(readings)} of {len(readings)} whose band (marked \\*) is a tolerance that the reader of the "
        f"publication set. {len(absent)} have no number here; the tables say why.",
        "",
        "*Model* is the number at the centre of the register, with the 5 % to 95 % range over parameter draws (for the "
        "two donors: of the fitted model, over its posterior). *Met* says that the number lies in the band; *held*, "
        "where there is no band, that the range holds the figure. *Off by* is the distance to the band, or to the "
        "figure. *Building* says whether the figure was used in building the model: agreement with one that was used "
        "is no independent test. A wide range that holds a figure is weak evidence.",
        "",
        "No dose response of mRNA-LNP in primary human T cells was read. What is said of LNP here is extrapolated from "
        "electroporation and from other cells.",
        "",
        "## Missed",
        "",
    ]
    lines += [_missed(row) for row in missed] or ["None."]
    for group in dict.fromkeys(row.target.group for row in rows):
        own = [row for row in rows if row.target.group == group]
        lines += ["", f"## {group[:1].upper()}{group[1:]}", "", *_table(own)]
    return "\n".join(lines) + "\n"


def published_text(row: AcceptanceRow) -> str:
    """Return the published figure with its unit, or in words where it is another quantity than the model's number."""
    return row.target.published or f"{_number(row.observation.value)} {unit_text(row.observation.unit)}".strip()


def band_text(row: AcceptanceRow) -> str:
    """Return the band, with a star where it is the reading's own; empty without one."""
    if row.band_low is None or row.band_high is None:
        return ""
    return f"{_number(row.band_low)} to {_number(row.band_high)}" + ("*" if row.band == "reading" else "")


def model_text(row: AcceptanceRow) -> str:
    """Return the model's number with its range, or that there is none."""
    if row.model is None:
        return row.verdict
    return f"{_number(row.model)} ({_number(row.low)} to {_number(row.high)})"


def _met(rows: Sequence[AcceptanceRow]) -> int:
    return sum(row.verdict == "met" for row in rows)


def _table(rows: Sequence[AcceptanceRow]) -> list[str]:
    lines = [
        "| figure | n | published | model's number | model (5 % to 95 %) | band | met | off by | building |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        one = row.observation
        words = row.target.number if row.target.reason is None else f"{row.target.number}: {row.target.reason}"
        verdict = f"**{row.verdict}**" if row.verdict == "missed" else row.verdict if row.model is not None else ""
        cells = (
            _label(one.label, one.follow_up), "" if one.n is None else str(one.n),
            published_text(row), words, model_text(row), band_text(row).replace("*", "\\*"), verdict,
            _number(row.off_by) if row.off_by is not None else "", _ROLES[one.role],
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _label(label: str, follow_up: float | None) -> str:
    if follow_up is None or "follow-up" in label:
        return label
    return f"{label} (median follow-up {follow_up:g} months)"


def _missed(row: AcceptanceRow) -> str:
    assert row.off_by is not None
    side = "above" if row.off_by > 0 else "below"
    of = "the published figure" if row.band_low is None else "the band"
    reaches = "reaches it" if row.covered else "does not reach it"
    return (
        f"- {row.observation.label}: published {published_text(row)}, model {model_text(row)}; "
        f"{_number(abs(row.off_by))} {side} {of}, the range {reaches}."
    )


def _number(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "none"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
