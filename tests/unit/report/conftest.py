"""An invented product that the tests of its figures and of its page share."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from silicart.report.product.page import ProductPage


@pytest.fixture(scope="session")
def invented() -> ModuleType:
    """The module of invented products."""
    path = Path(__file__).parent / "synthetic_product.py"
    spec = importlib.util.spec_from_file_location("synthetic_product", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def invented_page(invented: ModuleType) -> ProductPage:
    """A page with every part filled."""
    page: ProductPage = invented.page()
    return page
