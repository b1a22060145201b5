"""Published figures on making and testing CAR-T cells, with the product model's numbers beside them."""

from silicart.product.acceptance.comparing import AcceptanceRow, compare
from silicart.product.acceptance.page import acceptance_markdown
from silicart.product.acceptance.target import Target
from silicart.product.acceptance.targets import TARGETS

__all__ = ["TARGETS", "AcceptanceRow", "Target", "acceptance_markdown", "compare"]
