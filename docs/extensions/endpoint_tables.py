"""The list of endpoints, one row for those that differ in nothing but the day on which they read."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from silicart.endpoints.endpoint import Endpoint

Table = Callable[[Sequence[str], Iterable[Sequence[object]]], str]

ENDING = re.compile(r"_(\d+[my])$")
"""What an endpoint that reads at a month or a year has at the end of its id."""

WITHOUT_TIME = (
    (re.compile(r"(,| at| by) (month|year) \d+"), ""),
    (re.compile(r"\b(month|year) \d+"), r"the \1"),
    (re.compile(r"\bdays \d+ to \d+"), "days of the year"),
    (re.compile(r"\bday \d+"), "the day"),
)
"""What stands in a text for the time, and what stands there for any time."""


def endpoint_tables(table: Table, unit_text: Callable[[str], str]) -> str:
    """Return the endpoints by theme; `table` writes a Markdown table, `unit_text` a unit for a reader."""
    from silicart.endpoints.registry import THEMES

    parts = []
    for theme, group in THEMES.items():
        parts.append(f"## {_title(theme)}\n\n{_first_sentence(theme)}\n")
        rows = []
        for alike in _alike(group):
            one, worded = alike[0], _timeless if len(alike) > 1 else str
            sources = ", ".join(one.citations)
            rows.append((_ids(alike), worded(one.label), unit_text(one.unit), worded(one.definition), sources))
        parts.append(table(("id", "reads", "unit", "definition", "sources"), rows))
    return "\n".join(parts)


def _alike(group: Iterable[Endpoint]) -> list[list[Endpoint]]:
    sets: dict[tuple[str, ...], list[Endpoint]] = {}
    for one in group:
        stem = ENDING.sub("", one.id)
        key = (stem, one.unit, _timeless(one.label), _timeless(one.definition), *one.citations)
        sets.setdefault(key, []).append(one)
    return list(sets.values())


def _ids(alike: Sequence[Endpoint]) -> str:
    first, *others = (one.id for one in alike)
    return ", ".join([f"`{first}`", *(f"`{found[0]}`" for id in others if (found := ENDING.search(id)))])


def _timeless(text: str) -> str:
    for pattern, plain in WITHOUT_TIME:
        text = pattern.sub(plain, text)
    return text


def _title(theme: str) -> str:
    words = theme.replace("_", " ")
    return {"crs": "Cytokine release", "safety": "Side effects"}.get(theme, words.capitalize())


def _first_sentence(theme: str) -> str:
    doc = importlib.import_module(f"silicart.endpoints.{theme}").__doc__ or ""
    return doc.strip().split("\n\n")[0].replace("\n", " ")
