"""A study file becomes a run: the one room that knows the whole road."""

from silicart.study.design import Arm, PopulationPlan, ProductPlan, Reading, RegimenPlan, Study, VisitPlan
from silicart.study.explaining import StudyExplanation, check_study
from silicart.study.reading import built_in_studies, load_study, read_study
from silicart.study.result import StudyResult
from silicart.study.running import find_result, run_study
from silicart.study.source import arm_patients
from silicart.study.storing import open_result, store_result
from silicart.study.sweeping import Estimate, SweptSetting, sweep_process
from silicart.study.validating import Validation, validate
from silicart.study.validation_row import ValidationRow

__all__ = [
    "Arm",
    "Estimate",
    "PopulationPlan",
    "ProductPlan",
    "Reading",
    "RegimenPlan",
    "Study",
    "StudyExplanation",
    "StudyResult",
    "SweptSetting",
    "Validation",
    "ValidationRow",
    "VisitPlan",
    "arm_patients",
    "built_in_studies",
    "check_study",
    "find_result",
    "load_study",
    "open_result",
    "read_study",
    "run_study",
    "store_result",
    "sweep_process",
    "validate",
]
