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
    NotComputed("infections", "infections", "there is no hazard of infection; low IgG and B-cell depletion are given"),
    NotComputed("cytopenias", "cytopenias", "the model has no neutrophils, platelets or red cells"),
    NotComputed("ICANS", "neurotoxicity (ICANS)", "the model has no nervous system"),
    NotComputed("SLE_quality_of_life", "quality of life and QALYs", "there is no utility model yet"),
    NotComputed("anti_drug_antibody", "anti-CAR and anti-PEG antibodies", "the model carries cellular rejection only"),
    NotComputed("IgM_IgA", "IgM and IgA", "the model carries IgG only"),
)
