"""What is not computed in this release, by name and with the reason: nothing stands in for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NotComputed:
    """An endpoint that a reader may look for: its short id, its name, and why this release has no value for it."""

    id: str
    label: str
    reason: str


_NO_ITEMS = "the model has one activity score and no organ items to score"

NOT_COMPUTED: tuple[NotComputed, ...] = (
    NotComputed("SLEDAI", "SLEDAI-2K and its items", _NO_ITEMS),
    NotComputed("SRI4", "SRI-4", f"{_NO_ITEMS}, no BILAG and no physician's assessment"),
    NotComputed(
        "DORIS",
        "DORIS remission",
        "it needs a clinical SLEDAI, a physician's assessment and the steroid dose; remission here is activity below "
        "3 points and nothing more",
    ),
    NotComputed(
        "LLDAS", "LLDAS", "it needs SLEDAI-2K, new activity by organ, a physician's assessment and the steroid dose"
    ),
    NotComputed("BICLA", "BICLA", "it needs BILAG by organ system"),
    NotComputed(
        "flares", "flares by SFI or BILAG", "there is no flare process; a relapse is a state of the disease loop"
    ),
    NotComputed("proteinuria", "proteinuria and renal response", "the model has no kidney"),
    NotComputed("SDI", "organ damage (SDI) accrual", "there is no organ damage by item and no steroid exposure yet"),
    NotComputed("steroid_dose", "steroid dose and steroid-free time", "there is no medication record and no taper yet"),
    NotComputed("survival", "survival", "there is no hazard of death"),
    NotComputed("thrombocytopenia", "platelets and red cells", "the model has neutrophils only"),
    NotComputed("SLE_quality_of_life", "quality of life and QALYs", "there is no utility model yet"),
    NotComputed("anti_drug_antibody", "anti-CAR and anti-PEG antibodies", "the model carries cellular rejection only"),
    NotComputed("IgM_IgA", "IgM and IgA", "the model carries IgG only"),
)
