"""A synthetic result that the tests of the report and of the command line share."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from silicart.study import StudyResult


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    """The module of invented results."""
    path = Path(__file__).parent / "report" / "synthetic.py"
    spec = importlib.util.spec_from_file_location("synthetic_result", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def synthetic_result(synthetic: ModuleType) -> StudyResult:
    """An invented result with six arms and rows of all four verdicts."""
    result: StudyResult = synthetic.result()
    return result
