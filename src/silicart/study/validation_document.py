"""The validation table as a page of the documentation: met or missed, by how much, nothing hidden."""

from __future__ import annotations

import math
from collections.abc import Sequence

from silicart.evidence import unit_text
from silicart.study.validating import COHORTS_PER_DRAW, ValidationRow

_ARMS: tuple[tuple[str, str, str], ...] = (
    ("mg", "mrna-bcma", "mRNA BCMA CAR-T in myasthenia (six weekly infusions, no lymphodepletion)"),
    ("sle", "lentiviral-cd19", "Lentiviral CD19 CAR-T in lupus"),
    ("sle", "lentiviral-bcma", "Lentiviral BCMA CAR-T in lupus"),
    ("sle", "lentiviral-cd19-bcma", "Lentiviral CD19-BCMA CAR-T in lupus"),
    ("sle", "in-vivo-cd19", "In-vivo CD19 CAR by mRNA-LNP in lupus"),
    ("mm", "lentiviral-bcma", "Lentiviral BCMA CAR-T in myeloma"),
)

_ROLES = {"target": "used", "check": "not used", "fact": "recorded"}


def validation_markdown(rows: Sequence[ValidationRow]) -> str:
    """Return the validation page as Markdown: a summary, what the columns mean, and one table an arm."""
    banded = [row for row in rows if row.banded]
    free = [row for row in rows if not row.banded]
    unused = [row for row in rows if row.observation.role == "check"]
    missed = [row for row in rows if not row.met]
    lines = [
        "# The model beside published trials",
        "",
        f"{sum(row.met for row in banded)} of {len(banded)} published figures with an acceptance band are met; of "
        f"{len(free)} without one, the 90 % predictive range holds {sum(row.covered for row in free)}. Of the "
        f"{len(unused)} figures that were not used in building the model, {sum(row.met for row in unused)} are met or "
        "held.",
        "",
        "For every figure, virtual cohorts of the trial's own size are drawn from a virtual population "
        f"({COHORTS_PER_DRAW} from each draw of the uncertain values), read as the trial read its patients, and summed "
        "up as the trial did. *Predicted* is the median of their figures with the 5 % to 95 % range, which holds what "
        "is uncertain about the model and the chance of a small trial. *Band* is the acceptance band fixed beforehand; "
        "*met* says that the predicted median lies in it. Where there is no band, *held* says only that the range "
        "holds the published figure. *Off by* is the distance to the band, or to the figure. *Building* says whether "
        "the figure was used in building the model: agreement with one that was used is no independent test, and a "
        "wide range that holds a figure is weak evidence.",
        "",
        "SLEDAI, DORIS and MG-ADL are emissions of the model's latent states, without items, physician or steroid "
        "dose. Return of B cells is read at 5 % of the patient's own baseline; assays differ in what they see. The "
        "trials in lupus and myasthenia have 3 to 47 patients.",
    ]
    lines += ["", "## Missed", ""]
    lines += [_missed(row) for row in missed] or ["None."]
    for disease, arm, title in _ARMS:
        own = [row for row in rows if row.arm == arm and _disease(row) == disease]
        if own:
            lines += ["", f"## {title}", "", *_table(own)]
    return "\n".join(lines) + "\n"


def _disease(row: ValidationRow) -> str:
    # Figures from CD19 CAR-T in blood cancer stand beside the lupus arm, as in the clinical reading.
    return row.observation.disease or "sle"


def _table(rows: Sequence[ValidationRow]) -> list[str]:
    lines = [
        "| figure | unit | n | published | predicted (5 % to 95 %) | band | met | off by | building |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        one = row.observation
        band = "" if one.accept_low is None else f"{_number(one.accept_low)} to {_number(one.accept_high)}"
        predicted = f"{_number(row.predicted)} ({_number(row.low)} to {_number(row.high)})"
        verdict = ("met" if row.banded else "held") if row.met else "**missed**"
        cells = (
            one.label, unit_text(one.unit), str(row.size), _number(one.value), predicted, band, verdict,
            _number(row.off_by), _ROLES[one.role],
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _missed(row: ValidationRow) -> str:
    one = row.observation
    side = "above" if row.off_by > 0 else "below"
    inside = "the range holds the published figure" if row.covered else "the range does not hold the published figure"
    of = "the band" if one.accept_low is not None else "the published figure"
    return (
        f"- {one.label} ({row.arm}): published {_number(one.value)}, predicted {_number(row.predicted)} "
        f"({_number(row.low)} to {_number(row.high)}); {_number(abs(row.off_by))} {side} {of}, {inside}."
    )


def _number(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "none"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
