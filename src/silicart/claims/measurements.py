"""What would measure an uncertain input: the experiment or the trial sample that would narrow it, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from silicart.errors import ClaimError
from silicart.evidence import Entry, load_register, unit_text
from silicart.evidence.document import read_document

STRUCTURE = "structure"
_NAME = "biology/measurements.yaml"


def how_to_measure(entry: Entry | None) -> str:
    """Return what would narrow an input, or with None the choice between the rival structures.

    An input without a line in `biology/measurements.yaml` gets one from its register entry.

    Examples
    --------
    >>> how_to_measure(None).startswith("autoantibody")
    True
    """
    known = load_measurements()
    if entry is None:
        return known[STRUCTURE]
    if entry.id in known:
        return known[entry.id]
    span = (
        ""
        if entry.low is None
        else f", which now may lie from {entry.low:g} to {entry.high:g} {unit_text(entry.unit)}".rstrip()
    )
    return f"a direct measurement in patients of {entry.label}{span}"


@cache
def load_measurements() -> Mapping[str, str]:
    """Return id -> measurement.

    Raises ClaimError with file and line for an id that is not in the register, or that stands twice.
    """
    text = resources.files("silicart").joinpath("biology", "measurements.yaml").read_text(encoding="utf-8")
    top = read_document(text, _NAME, ClaimError).top()
    top.allow("measurements")
    known = {*load_register(), STRUCTURE}
    found: dict[str, str] = {}
    for part in top.listed("measurements"):
        part.allow("inputs", "measurement")
        for id in part.words("inputs"):
            if id not in known or id in found:
                problem = "a measurement stands twice" if id in found else "a measurement of an unknown input"
                raise part.fail(problem, "inputs", found=id, expected="ids of the register, once each")
            found[id] = part.text("measurement")
    return MappingProxyType(found)
