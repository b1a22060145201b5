"""The comparison with observed trials as a page of the documentation: totals, what lies outside, every figure."""

from __future__ import annotations

import math
from collections.abc import Mapping

from silicart.evidence import unit_text
from silicart.study.validating import PATIENTS_PER_DRAW, Validation
from silicart.study.validation_mathematics import TRIALS_PER_DRAW
from silicart.study.validation_row import ValidationRow
from silicart.study.validation_totals import INDICATIONS, Total

COMMAND = "silicart validate --markdown"
ROLES: Mapping[str, str] = {"target": "used", "check": "not used"}

MATHEMATICS = rf"""
## What is computed

For every observation a population is simulated in the arm that the trial gave: draws of the uncertain typical values
of the register, {PATIENTS_PER_DRAW} patients in each. Patients who would not have entered (`population`) are left out.
A virtual trial takes one draw and $n$ of its patients, $n$ being the published number, and reports the statistic that
the trial reported. Nothing else is added: no error of the model's form, no difference between assays.

- **Figures** (mean, median, lowest, highest, SD, CV, difference): {TRIALS_PER_DRAW} trials of each draw. Patients are
  taken without replacement where a draw has $n$ of them. Where it has fewer they are taken with replacement, and the
  differences between draws, whose variance $V$ the few patients of a draw raise by $\bar v$ (bootstrapped), are shrunk
  by $\sqrt{{1 - \bar v / V}}$. In a difference the two arms hold different patients of the same draw.
- **Counts**: computed, not resampled. With $x_j$ of $m_j$ patients of draw $j$ having the event, the share $p_j$ is
  $\mathrm{{Beta}}(\mu\kappa + x_j,\ (1-\mu)\kappa + m_j - x_j)$; $\mu$ is the share of all patients and $\kappa$ the
  most likely concentration of shares over draws. The count of a trial is the mixture of the beta-binomials of $n$.
- **Prediction**: median, and 5 % to 95 % as the 90 % predictive interval; *inside* when it holds the observed figure.
- **Surprise**: $2\min(F, 1 - F)$ with $F = P(X < x) + P(X = x) / 2$, so that 0 of 14 with $P(X = 0) = 0.5$ is no
  surprise (0.5). If the intervals are right, one observation in ten has a surprise below 0.1, half of them below 0.5,
  and the mean is 0.5; more small ones mean that the model is too sure or wrong, fewer that it is too wide.
- **Width ratio**: width of the predictive interval divided by the width that the data's own sampling justifies. For
  counts that is the number of outcomes in the 90 % interval of a binomial with share $(k + 1/2)/(n + 1)$; for means and
  medians with a published spread $s$ it is $2 \cdot 1.645\, s/\sqrt n$ (times $\sqrt{{\pi/2}}$ for a median); otherwise
  the median over draws of the width of bootstrapped trials of one draw. Totals are geometric means. A ratio of 1 would
  be a model without uncertainty; a wide interval that holds a figure is weak evidence.

A figure that was used in building the model (`target`) tests nothing; only those that were not (`check`) do.
"""


def validation_markdown(validation: Validation) -> str:
    """Return the page as Markdown: totals, the mathematics, what lies outside, and one table an arm."""
    whole = validation.totals
    outside = [row for row in validation.rows if not row.inside]
    lines = [
        "# The model beside observed trials",
        "",
        f"Printed by `{COMMAND}` with {validation.patients} virtual patients an arm.",
        "",
        f"Of {whole.overall.observations} observed figures {whole.overall.inside} lie in the 90 % interval of their "
        "prediction "
        f"({100 * whole.overall.coverage:.0f} %). The intervals are {number(whole.overall.width_ratio)} times "
        "as wide as the chance of trials of that size.",
        "",
        "| | figures | inside | coverage | surprise < 0.1 | surprise < 0.5 | mean surprise | width ratio |",
        "|---|---|---|---|---|---|---|---|",
        _total("all", whole.overall),
        *(
            _total(f"{'used in building' if role == 'target' else 'not used'}", one)
            for role, one in whole.by_role.items()
        ),
        *(_total(name, one) for name, one in whole.by_indication.items()),
        *(_total(name, one) for name, one in whole.by_arm.items()),
        MATHEMATICS,
        "## Outside",
        "",
    ]
    lines += [_outside(row) for row in outside] or ["None."]
    for disease, title in INDICATIONS.items():
        for arm in dict.fromkeys((row.study, row.arm) for row in validation.rows if row.disease == disease):
            lines += ["", f"## {title[:1].upper()}{title[1:]}: {arm[1]} ({arm[0]})", ""]
            lines += _table([row for row in validation.rows if (row.study, row.arm) == arm])
    return "\n".join(lines) + "\n"


def number(value: float | None) -> str:
    """Return a number in three figures; "none" where there is none."""
    if value is None or not math.isfinite(value):
        return "none"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def figure_with_unit(row: ValidationRow) -> str:
    """Return the observed figure: a count as such, another with its unit."""
    one = row.observation
    if one.count is not None:
        return f"{one.count} of {one.n}"
    unit = "" if row.statistic in ("CV", "fraction") else unit_text(row.unit)
    return f"{number(row.observed)} {unit}".strip()


def words_of(row: ValidationRow) -> str:
    """Return the label of an observation; of a range also which end."""
    return (
        f"{row.observation.label} ({row.statistic})" if row.observation.statistic == "range" else row.observation.label
    )


def interval_text(row: ValidationRow) -> str:
    """Return the predicted median with its interval."""
    one = row.prediction
    return "no value" if one is None else f"{number(one.predicted)} ({number(one.low)} to {number(one.high)})"


def _total(name: str, one: Total) -> str:
    cells = (
        name, str(one.observations), str(one.inside), f"{100 * one.coverage:.0f} %", number(one.surprise_below_10),
        number(one.surprise_below_50), number(one.mean_surprise), number(one.width_ratio),
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _table(rows: list[ValidationRow]) -> list[str]:
    lines = [
        "| figure | statistic | n | observed | predicted (5 % to 95 %) | inside | surprise | width ratio | building |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        one, made = row.observation, row.prediction
        cells = (
            words_of(row), row.statistic, str(one.n), figure_with_unit(row), interval_text(row),
            "yes" if row.inside else "**no**", number(None if made is None else made.surprise),
            number(None if made is None else made.width_ratio), ROLES[one.role],
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _outside(row: ValidationRow) -> str:
    one = row.observation
    tried = f" Tried: {one.tried}" if one.tried else ""
    return (
        f"- {words_of(row)} ({row.arm}, {ROLES[one.role]}): observed {figure_with_unit(row)}, predicted "
        f"{interval_text(row)}.{tried}"
    )
