"""One observed figure beside the model's."""

from __future__ import annotations

from dataclasses import dataclass

from silicart.evidence import Observation
from silicart.study.validation_mathematics import Prediction


@dataclass(frozen=True)
class ValidationRow:
    """One observed figure beside the model's.

    id : of the observation; of a range `:lowest` and `:highest` are two rows.
    statistic : what the trial reports; observed : the figure.
    study, arm, disease : what was simulated.
    entered, draws : patients who met the criteria of entry, and the parameter draws that they come from.
    prediction : what trials of that size report; None where no patient entered or none has a value.
    """

    id: str
    observation: Observation
    statistic: str
    observed: float
    study: str
    arm: str
    disease: str
    unit: str
    entered: int
    draws: int
    prediction: Prediction | None

    @property
    def inside(self) -> bool:
        """Whether the predictive interval holds the observed figure; without a prediction it does not."""
        return self.prediction is not None and self.prediction.inside

    @property
    def off_by(self) -> float | None:
        """How far the mean figure of virtual trials lies outside the acceptance band; None without a band."""
        one = self.observation
        if one.accept_low is None or one.accept_high is None or self.prediction is None:
            return None
        mean = self.prediction.expected
        return min(mean - one.accept_low, 0.0) + max(mean - one.accept_high, 0.0)
