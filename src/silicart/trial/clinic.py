"""Who sees the patients of a disease at visits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from silicart.endpoints.lupus.assessor import LUPUS
from silicart.endpoints.myasthenia.assessor import MYASTHENIA
from silicart.endpoints.myeloma.assessor import MYELOMA
from silicart.endpoints.safety.assessor import SAFETY
from silicart.endpoints.visit import Assessor

CLINICS: Mapping[str, tuple[Assessor, ...]] = MappingProxyType(
    {"sle": (LUPUS, SAFETY), "mg": (MYASTHENIA, SAFETY), "mm": (MYELOMA, SAFETY)}
)
"""Disease -> its assessors, in the order in which they see a patient."""

FILES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "sle": frozenset({"lupus_clinic", "lupus_care", "safety_clinic", "rules"}),
        "mg": frozenset({"myasthenia_clinic", "safety_clinic", "rules"}),
        "mm": frozenset({"myeloma_clinic", "safety_clinic", "rules"}),
    }
)
"""Disease -> files of the register that its clinic and its rules read."""


def clinic_of(disease: str) -> tuple[Assessor, ...]:
    """Return the assessors of a disease in order; nobody for a disease without a clinic.

    Examples
    --------
    >>> clinic_of("unheard-of")
    ()
    """
    return CLINICS.get(disease, ())
