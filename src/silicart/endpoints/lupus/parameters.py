"""Which values of the register the clinic of lupus reads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.lupus.items import SHARES

FloatArray = NDArray[np.float64]

SEROLOGY = (
    *("anti_dsDNA_positive_share", "anti_dsDNA_log_SD", "anti_dsDNA_assay_log_SD", "serology_correlation"),
    *("C3_without_disease", "C3_own_log_SD", "C3_consumption", "C3_consumption_log_SD", "C3_assay_log_SD"),
    *("C3_low_limit", "C3_healthy"),
)
ACTIVITY = (
    "SLEDAI_offset",
    *("entry_selection", "fluctuation_log_SD", "fluctuation_time", "unspecific_response", "unspecific_response_time"),
    *(
        "steroid_effect_most",
        "steroid_half_dose",
        "immunosuppressant_effect",
        "hydroxychloroquine_effect",
        "drug_effect_time",
    ),
)
ORGANS = ("item_log_SD", "organ_swing", "BILAG_B_margin", "BILAG_A_margin", "entry_SLEDAI", *SHARES)
PHYSICIAN = ("PGA_half_activity", "PGA_physician_log_SD", "PGA_visit_log_SD")
FLARES = (
    *(
        "flare_shape",
        "flare_rate_8",
        "flare_slope",
        "flare_moderate_share",
        "severe_flare_rate_8",
        "severe_flare_slope",
    ),
    *("flare_serology_ratio", "flare_half_activity", "flare_mild_rise", "flare_moderate_rise", "flare_severe_rise"),
    *("flare_duration", "prednisone_withdrawal_ratio", "immunosuppressant_withdrawal_ratio", "withdrawal_time"),
)
KIDNEY = (
    *("kidney_share", "proteinuria_entry", "proteinuria_entry_log_SD", "proteinuria_normal", "proteinuria_time"),
    *("scar_share", "scar_proteinuria", "renal_response", "renal_response_logit_SD", "renal_response_time"),
    *("renal_response_time_log_SD", "proteinuria_reading_log_SD", "eGFR_entry", "eGFR_entry_SD", "eGFR_loss"),
)
DAMAGE = (
    *("damage_entry", "damage_shape", "damage_rate", "damage_per_mg", "damage_activity_share"),
    *("damage_kidney", "damage_heart", "damage_lung", "damage_skin"),
    *("antimalarial_damage_ratio", "death_rate", "death_per_SDI", "death_slope"),
)
CARE = (
    *("prednisone_share", "prednisone_entry", "prednisone_entry_log_SD", "immunosuppressant_share"),
    *("hydroxychloroquine_share", "CAR_T_prednisone_limit"),
)
ALL: tuple[str, ...] = (*SEROLOGY, *ACTIVITY, *ORGANS, *PHYSICIAN, *FLARES, *KIDNEY, *DAMAGE, *CARE)


def values_of(chunk: Chunk) -> dict[str, FloatArray]:
    """Return name -> (patients,) of every value that the clinic of lupus reads.

    Raises StudyError when the population does not carry one.
    """
    return {name: chunk.parameter(name) for name in ALL}
