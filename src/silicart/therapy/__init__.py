"""What is given: regimens as event tables, background drugs, and the medication record."""

from silicart.therapy.background import BACKGROUND_DRUGS, BackgroundDrug, background_settings
from silicart.therapy.record import medication_record
from silicart.therapy.regimen import FLU_CY, LEAD_IN, UNITS, Course, Regimen, build_regimen, event_table
from silicart.therapy.supply import Supply

__all__ = [
    "BACKGROUND_DRUGS",
    "FLU_CY",
    "LEAD_IN",
    "UNITS",
    "BackgroundDrug",
    "Course",
    "Regimen",
    "Supply",
    "background_settings",
    "build_regimen",
    "event_table",
    "medication_record",
]
