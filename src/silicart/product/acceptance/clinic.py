"""Targets that are read from treated patients: the comparison with published trials holds them."""

from __future__ import annotations

from silicart.product.acceptance.target import Target

_GROUP = "in patients"
_WHERE = "silicart validate"

CLINIC_TARGETS = tuple(
    Target(observation, _GROUP, number, reason=f"{_WHERE} compares it ({observation})", elsewhere=True)
    for observation, number in (
        ("tisa_peak_day", "day of the CAR-T peak of a lentiviral CD19 product"),
        ("mm_cilta_tmax", "day of the CAR-T peak of a lentiviral BCMA product"),
        ("mm_cilta_half_life", "half-life of lentiviral BCMA CAR-T in blood, days 28 to 100"),
        ("mrna_bcma_mg_crs", "patients with CRS of any grade, mRNA BCMA CAR-T in myasthenia"),
    )
)
