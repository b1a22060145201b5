"""Published observations: what a simulated cohort is compared with, and the facts that claims stand beside."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from silicart.evidence.document import Document, read_document
from silicart.evidence.observation import Observation
from silicart.evidence.observation_reading import read_observation
from silicart.evidence.sources import Source, load_sources
from silicart.evidence.units import load_units


@cache
def load_observations() -> Mapping[str, Observation]:
    """Return every shipped observation by id.

    Errors: RegisterError with file and line for anything missing, unknown or recalled.
    """
    folder = resources.files("silicart").joinpath("biology", "observations")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".yaml"))
    found: dict[str, Observation] = {}
    for name in names:
        document = read_document(folder.joinpath(name).read_text(encoding="utf-8"), f"biology/observations/{name}")
        read_observations(document, load_sources(), load_units(), found)
    return MappingProxyType(found)


def read_observations(
    document: Document, sources: Mapping[str, Source], units: frozenset[str], found: dict[str, Observation]
) -> None:
    """Read one file of observations into `found`.

    Errors: RegisterError with file and line.
    """
    top = document.top()
    # Whole courses stand beside the single figures; whoever fits them reads them.
    top.allow("observations", "series")
    for id, section in top.section("observations").sections():
        if id in found:
            raise section.fail("an observation stands twice", found=id, expected=f"only the one at {found[id].where}")
        found[id] = read_observation(id, section, sources, units)
