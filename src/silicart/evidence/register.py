"""The register: every parameter file, the constraints, and a user's overlay, loaded and checked as one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from silicart.errors import RegisterError, nearest
from silicart.evidence.constraints import Category, Correlation, Filter, read_constraints
from silicart.evidence.distribution import Distribution
from silicart.evidence.document import Document, Section, read_document
from silicart.evidence.entry import GRADES, Entry, check_centre, read_distribution, read_entry
from silicart.evidence.sources import USER, Source, load_sources
from silicart.evidence.units import load_units

CONSTRAINTS = "constraints"
# Units that every model language already has; all others are defined in biology/units.yaml.


@dataclass(frozen=True)
class Register(Mapping[str, Entry]):
    """Every value the model may use, by id, in the order of the files.

    `correlations`, `filters` and `categories` say what ties values together; `hash` (sha256) changes with
    anything that could change a result.
    """

    entries: Mapping[str, Entry]
    correlations: tuple[Correlation, ...]
    filters: tuple[Filter, ...]
    categories: tuple[Category, ...]
    hash: str

    def __getitem__(self, id: str) -> Entry:
        return self.entries[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __hash__(self) -> int:
        return hash(self.hash)

    def entry(self, id: str) -> Entry:
        """Return one entry; RegisterError with the nearest name when there is none."""
        if id not in self.entries:
            raise RegisterError("unknown parameter", found=id, remedy=_did_you_mean(id, self.entries))
        return self.entries[id]

    def category(self, id: str) -> Category:
        """Return one choice between structures; RegisterError when there is none."""
        for category in self.categories:
            if category.id == id:
                return category
        names = [category.id for category in self.categories]
        raise RegisterError("unknown category", found=id, expected="one of: " + ", ".join(names))

    def uncertain(self) -> tuple[str, ...]:
        """Ids whose typical value is drawn."""
        return tuple(id for id, entry in self.entries.items() if not entry.uncertainty.is_fixed)

    def variable(self, between: str = "patients") -> tuple[str, ...]:
        """Ids that differ between patients (or lots, or visits)."""
        found = (
            id for id, e in self.entries.items() if not e.variability.is_fixed and e.variability.between == between
        )
        return tuple(found)


def load_register(overlay: Path | str | None = None) -> Register:
    """Load the shipped register, with the values of an overlay file laid over it.

    The overlay is a YAML file with `parameters:`; each id needs `value` and `unit` and may give `range`,
    `uncertainty`, `variability`, `grade` and `reasoning`. It never edits the register: its entries show origin
    "user".

    Errors: RegisterError with file and line for anything that is missing, malformed or unknown.

    Examples
    --------
    >>> register = load_register()
    >>> register["k_kill"].unit
    'per_day'
    >>> register["k_kill"].origin
    'register'
    """
    register = _shipped()
    if overlay is None:
        return register
    path = Path(overlay)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as bad:
        raise RegisterError(
            "the overlay file cannot be read", where=str(path), found=bad.strerror, remedy="check the path"
        ) from None
    return lay_over(register, read_document(text, str(overlay)))


def build_register(
    documents: Sequence[Document],
    constraints: Document | None,
    sources: Mapping[str, Source],
    units: frozenset[str],
) -> Register:
    """Build a register from parameter documents (`load_register` does this with the shipped files).

    Errors: RegisterError with file and line.
    """
    entries: dict[str, Entry] = {}
    for document in documents:
        top = document.top()
        top.allow("parameters")
        mechanism = Path(document.name).stem
        for id, section in top.section("parameters").sections():
            # The id alone is the section's name in messages; the file is already in `where`.
            if id in entries:
                raise section.fail(
                    "a parameter stands twice", found=id, expected=f"only the one at {entries[id].where}"
                )
            entries[id] = read_entry(id, section, sources, units, mechanism)
    if constraints is None:
        return _sealed(entries, (), (), ())
    return _sealed(entries, *read_constraints(constraints, entries, sources, units))


def lay_over(register: Register, document: Document) -> Register:
    """Return the register with a user's values; the register itself is left as it is."""
    top = document.top()
    top.allow("parameters")
    entries = dict(register.entries)
    for id, section in top.section("parameters").sections():
        if id not in entries:
            raise section.fail("the overlay names an unknown parameter", found=id, remedy=_did_you_mean(id, entries))
        entries[id] = _overlaid(entries[id], section)
    return _sealed(entries, register.correlations, register.filters, register.categories)


@cache
def _shipped() -> Register:
    folder = resources.files("silicart").joinpath("biology", "parameters")
    documents = {name: _shipped_document(folder, name) for name in sorted(_yaml_names(folder))}
    constraints = documents.pop(CONSTRAINTS, None)
    return build_register(tuple(documents.values()), constraints, load_sources(), load_units())


def _yaml_names(folder: Traversable) -> Iterator[str]:
    for item in folder.iterdir():
        if item.name.endswith(".yaml"):
            yield item.name.removesuffix(".yaml")


def _shipped_document(folder: Traversable, name: str) -> Document:
    text = folder.joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return read_document(text, f"biology/parameters/{name}.yaml")


def _overlaid(entry: Entry, section: Section) -> Entry:
    section.allow("value", "unit", "range", "uncertainty", "variability", "grade", "reasoning")
    unit = section.text("unit")
    if unit != entry.unit:
        raise section.fail(
            f"the overlay gives {entry.id} in another unit",
            "unit",
            found=unit,
            expected=entry.unit,
            remedy="convert the value; units are never converted silently",
        )
    value = section.number("value")
    bounds = section.optional_range("range")
    if bounds is not None and not bounds[0] <= value <= bounds[1]:
        raise section.fail(
            f"the value of {entry.id} lies outside its range",
            "value",
            found=value,
            expected=f"{bounds[0]} to {bounds[1]}",
        )
    low, high = bounds if bounds is not None else (entry.low, entry.high)
    laid = replace(
        entry,
        value=value,
        # A user's value may leave the published range; the range then reaches as far as the value.
        low=None if low is None else min(low, value),
        high=None if high is None else max(high, value),
        uncertainty=_given(section, "uncertainty", entry),
        variability=_given(section, "variability", entry),
        grade=section.choice("grade", GRADES) if section.has("grade") else "C",
        sources=(USER,),
        reading="none",
        reasoning=section.optional_text("reasoning"),
        tuned_to=None,
        origin="user",
        where=section.where,
    )
    check_centre(section, laid)
    return laid


def _given(section: Section, key: str, entry: Entry) -> Distribution:
    kept = entry.uncertainty if key == "uncertainty" else entry.variability
    return read_distribution(section, key, kept.between) if section.has(key) else kept


def _sealed(
    entries: Mapping[str, Entry],
    correlations: tuple[Correlation, ...],
    filters: tuple[Filter, ...],
    categories: tuple[Category, ...],
) -> Register:
    content = {
        "entries": [entries[id].canonical() for id in sorted(entries)],
        "correlations": sorted((c.first, c.second, c.coefficient, c.level) for c in correlations),
        "filters": sorted((f.id, f.quantity, str(f.low), str(f.high), f.structures, f.diseases) for f in filters),
        "categories": [(c.id, [(o.id, o.weight, dict(o.settings)) for o in c.options]) for c in categories],
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return Register(dict(entries), correlations, filters, categories, digest)


def _did_you_mean(id: str, ids: Mapping[str, Entry]) -> str:
    hint = nearest(id, ids)
    return f"did you mean {hint}?" if hint else "see the parameter table for the ids"
