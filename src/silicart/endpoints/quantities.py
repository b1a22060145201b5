"""Every quantity that an observation may name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from silicart.endpoints.quantity import Quantity

GROUPS: Mapping[str, tuple[Quantity, ...]] = MappingProxyType({})
"""Group -> its quantities: one a file that defines some."""

QUANTITIES: Mapping[str, Quantity] = MappingProxyType({one.id: one for group in GROUPS.values() for one in group})
"""Id -> quantity."""
