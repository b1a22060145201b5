"""Multiple myeloma as a clinic sees it: response by IMWG criteria, residual disease, progression, survival."""

from silicart.endpoints.myeloma.assessor import MYELOMA
from silicart.endpoints.myeloma.response import Response

__all__ = ["MYELOMA", "Response"]
