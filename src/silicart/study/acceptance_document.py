"""The acceptance tables as a page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence

from silicart.evidence import Observation, load_register
from silicart.study.acceptance import AcceptanceLine, acceptance_lines, load_acceptance
from silicart.study.validating import Validation
from silicart.study.validation_document import figure_with_unit, number
from silicart.study.validation_row import ValidationRow

COMMAND = "silicart validate --acceptance --markdown"


def acceptance_page(validation: Validation) -> str:
    """Return the page: each table line by line, with the figures that stand for a line."""
    tables = acceptance_lines(validation.rows)
    lines = [
        "# Acceptance targets",
        "",
        f"Printed by `{COMMAND}` with {validation.patients} virtual patients an arm; register `{register_mark()}`.",
        "",
        "Each line is what a credible model must reproduce, fixed beforehand from the readings of the literature. A "
        "figure is *met* when the mean of virtual trials of the published size lies in its band; otherwise the table "
        "says by how much it is missed. A figure without a band is *held* when the 90 % interval of its prediction "
        "holds it. A line is met when all of its figures are met or held. Figures that were used in building the model "
        "test nothing.",
    ]
    for table, found in tables.items():
        verdicts = [one.verdict for one in found]
        lines += [
            "",
            f"## {load_acceptance()[table][0]}",
            "",
            f"{verdicts.count('met')} of {len(found)} lines met, {verdicts.count('missed')} missed, "
            f"{verdicts.count('not simulated')} not simulated.",
            "",
            "| line | figure | n | published | virtual trials, mean (5 % to 95 %) | band | verdict | building |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for one in found:
            lines += _rows(one)
    return "\n".join(lines) + "\n"


def register_mark() -> str:
    """Return the first characters of the register's hash: the page belongs to the register that it was printed with."""
    return load_register().hash[:12]


def verdict_of(row: ValidationRow) -> str:
    """Return "met", "missed by" how much with its sign, or whether the interval holds a figure without a band."""
    if row.prediction is None:
        return "no value"
    if row.off_by is None:
        return "held" if row.inside else "not held"
    return "met" if row.off_by == 0.0 else f"missed by {number(row.off_by)}"


def _rows(one: AcceptanceLine) -> list[str]:
    head = f"| {one.line.row} | **{one.line.behaviour}** | | | | | **{one.verdict}** | |"
    lines = [head if one.reason is None else head.replace("**not simulated**", f"not simulated: {one.reason}")]
    for row in one.rows:
        of, made = row.observation, row.prediction
        model = "" if made is None else f"{number(made.expected)} ({number(made.low)} to {number(made.high)})"
        band = "" if of.accept_low is None else f"{number(of.accept_low)} to {number(of.accept_high)}"
        cells = (
            "", of.label, str(of.n), figure_with_unit(row), model, band, verdict_of(row),
            "used" if of.role == "target" else "not used",
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    for left in one.left_out if one.rows else ():
        figure = f"{left.n or ''} | {number(left.value)}"
        lines.append(f"|  | {left.label} | {figure} | | | not simulated: {why_left(left)} | |")
    return lines


def why_left(one: Observation) -> str:
    """Return why a recorded figure of a line is not simulated."""
    return one.note or "recorded only"


def summary(lines: Sequence[AcceptanceLine]) -> str:
    """Return how many lines are met, missed and not simulated, in words."""
    verdicts = [one.verdict for one in lines]
    return ", ".join(f"{verdicts.count(word)} {word}" for word in ("met", "missed", "not simulated"))
