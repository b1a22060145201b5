"""Every acceptance target, in the order in which they are shown."""

from __future__ import annotations

from silicart.product.acceptance.clinic import CLINIC_TARGETS
from silicart.product.acceptance.donors import DONOR_TARGETS
from silicart.product.acceptance.expression import EXPRESSION_TARGETS
from silicart.product.acceptance.killing import KILLING_TARGETS
from silicart.product.acceptance.lots import LOT_TARGETS
from silicart.product.acceptance.safety import SAFETY_TARGETS
from silicart.product.acceptance.target import Target

TARGETS: tuple[Target, ...] = (
    *DONOR_TARGETS,
    *EXPRESSION_TARGETS,
    *KILLING_TARGETS,
    *LOT_TARGETS,
    *CLINIC_TARGETS,
    *SAFETY_TARGETS,
)
