"""The built-in construct as text, and worked out once: choosing its codons takes seconds."""

from __future__ import annotations

from importlib import resources

import pytest

from silicart.product.construct import Design, load_construct, work_out


@pytest.fixture(scope="session")
def example() -> str:
    """The text of the built-in construct file."""
    place = resources.files("silicart").joinpath("biology", "constructs", "bcma-bbz.yaml")
    return place.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def design() -> Design:
    """The built-in construct, worked out."""
    return work_out(load_construct("bcma-bbz"))
