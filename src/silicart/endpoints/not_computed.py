"""What is not computed in this release, by name and with the reason: nothing stands in for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NotComputed:
    """An endpoint that a reader may look for: its short id, its name, and why this release has no value for it."""

    id: str
    label: str
    reason: str


NOT_COMPUTED: tuple[NotComputed, ...] = (
    NotComputed("thrombocytopenia", "platelets and red cells", "the model has neutrophils only"),
    NotComputed("SLE_quality_of_life", "quality of life and QALYs", "there is no utility model yet"),
    NotComputed(
        "anti_drug_antibody",
        "anti-CAR and anti-PEG antibodies",
        "rejection of CAR-T cells and antibody to a carrier's lipids act in the model, but no titre is read",
    ),
    NotComputed("IgM_IgA", "IgM and IgA", "the model carries IgG only"),
)
