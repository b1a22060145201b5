"""Targets that are read from treated patients: the comparison with published trials holds them."""

from __future__ import annotations

from silicart.product.acceptance.target import Target

_GROUP = "in patients"
_WHERE = "silicart validate"

CLINIC_TARGETS = (
    Target(
        "tisa_peak_day", _GROUP, "day of the CAR-T peak of a lentiviral CD19 product", elsewhere=True,
        reason=f"{_WHERE} compares the peak of another lentiviral CD19 product (lv_cd19_car_t_tmax)",
    ),
    Target(
        "mm_cilta_tmax", _GROUP, "day of the CAR-T peak of a lentiviral BCMA product", elsewhere=True,
        reason=f"{_WHERE} compares it (mm_cilta_tmax)",
    ),
    Target(
        "mm_cilta_half_life", _GROUP, "half-life of lentiviral BCMA CAR-T in blood",
        reason=f"{_WHERE} has no reading of a half-life",
    ),
    Target(
        "mrna_bcma_mg_crs", _GROUP, "patients with CRS of any grade, mRNA BCMA CAR-T in myasthenia", elsewhere=True,
        reason=f"{_WHERE} compares it (mrna_bcma_mg_crs)",
    ),
)  # fmt: skip
