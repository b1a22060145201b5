"""What the register cites: a strict reader of a small part of BibTeX.

Entries are @article or @misc with braced fields. Each says in `read` what was actually read of it, because a
number seen in an abstract is worth less than one seen in its table. Two keys are built in: `assumption` for what
nobody measured, and `definition` for settings that are neither measured nor assumed (a switch, a unit of dose).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from silicart.errors import RegisterError, nearest

READINGS = ("primary text", "abstract", "secondary page", "model file")
RECALLED = "recalled"
ASSUMPTION = "assumption"
DEFINITION = "definition"
USER = "user"

_FIELDS = ("author", "title", "journal", "year", "volume", "number", "pages", "doi", "url", "read", "note")
_START = re.compile(r"^@", re.MULTILINE)
_HEAD = re.compile(r"@(?P<kind>\w+)\s*\{\s*(?P<key>[^\s,{}]+)\s*,")
_FIELD = re.compile(r"\s*(?P<name>\w+)\s*=\s*\{")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_:-]*\Z")


@dataclass(frozen=True)
class Source:
    """One cited work, and how it was read.

    Examples
    --------
    >>> Source("Doe2020", "article", author="Doe J", journal="J Ex", year="2020", read="abstract").citation()
    'Doe J. J Ex 2020'
    """

    key: str
    kind: str
    author: str | None = None
    title: str | None = None
    journal: str | None = None
    year: str | None = None
    volume: str | None = None
    number: str | None = None
    pages: str | None = None
    doi: str | None = None
    url: str | None = None
    read: str = ""
    note: str | None = None
    line: int = 0

    def citation(self) -> str:
        """Return one line in the order of a reference list, without what is not recorded."""
        place = " ".join(part for part in (self.journal, self.year) if part)
        if self.volume:
            place += f";{self.volume}" + (f"({self.number})" if self.number else "")
        if self.pages:
            place += f":{self.pages}"
        return ". ".join(part.rstrip(".") for part in (self.author, self.title, place) if part)


BUILT_IN: Mapping[str, Source] = MappingProxyType(
    {
        ASSUMPTION: Source(ASSUMPTION, "misc", title="Assumption of this model, reasoned at the value", read="none"),
        DEFINITION: Source(DEFINITION, "misc", title="Setting or definition, not a measurement", read="none"),
        USER: Source(USER, "misc", title="Value given by the user in an overlay file", read="none"),
    }
)


@cache
def load_sources() -> Mapping[str, Source]:
    """Return every source of the shipped `sources.bib` by key, with the three built-in ones.

    Errors: RegisterError with file and line when the file is malformed.

    Examples
    --------
    >>> load_sources()["assumption"].title
    'Assumption of this model, reasoned at the value'
    """
    text = resources.files("silicart").joinpath("biology", "sources.bib").read_text(encoding="utf-8")
    return read_sources(text, "biology/sources.bib")


def read_sources(text: str, name: str) -> Mapping[str, Source]:
    """Read BibTeX text; `name` is what messages show.

    Errors: RegisterError with file and line for an unknown kind or field, a key that stands twice, an unbalanced
    brace, a source without author, title and journal, or one that was only recalled.
    """
    found: dict[str, Source] = dict(BUILT_IN)
    for source in _entries(text, name):
        where = f"{name}:{source.line}"
        if source.key in found:
            raise RegisterError("a source key stands twice", where=where, found=source.key, remedy="rename one of them")
        if not (source.author or source.title or source.journal):
            raise RegisterError(
                f"source {source.key} cannot be found by a reader",
                where=where,
                expected="at least one of author, title, journal",
            )
        if source.read == RECALLED:
            raise RegisterError(
                f"source {source.key} was only recalled, not read",
                where=where,
                found=source.read,
                expected="one of: " + ", ".join(READINGS),
                remedy="cite assumption with a reason and a range, and let the recalled record widen the range",
            )
        if source.read not in READINGS:
            raise RegisterError(
                f"source {source.key} does not say how it was read",
                where=where,
                found=source.read or None,
                expected="read = {" + "} or {".join(READINGS) + "}",
            )
        found[source.key] = source
    return MappingProxyType(found)


def _entries(text: str, name: str) -> Iterator[Source]:
    position = 0
    while True:
        mark = _START.search(text, position)
        start = len(text) if mark is None else mark.start()
        _refuse_stray(text[position:start], name, text, position)
        if mark is None:
            return
        line = text.count("\n", 0, start) + 1
        head = _HEAD.match(text, start)
        if head is None or not _KEY.match(head["key"]):
            raise RegisterError(
                "a source does not begin as it should", where=f"{name}:{line}", expected="@article{key, or @misc{key,"
            )
        kind = head["kind"].lower()
        if kind not in ("article", "misc"):
            raise RegisterError(
                "unknown kind of source", where=f"{name}:{line}", found=head["kind"], expected="@article or @misc"
            )
        fields, position = _fields(text, head.end(), name)
        yield Source(head["key"], kind, line=line, **fields)


def _refuse_stray(gap: str, name: str, text: str, position: int) -> None:
    for number, row in enumerate(gap.split("\n")):
        if row.strip() and not row.lstrip().startswith("%"):
            line = text.count("\n", 0, position) + 1 + number
            raise RegisterError(
                "text outside a source",
                where=f"{name}:{line}",
                found=row.strip()[:60],
                remedy="start comment lines with %",
            )


def _fields(text: str, position: int, name: str) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    while True:
        match = _FIELD.match(text, position)
        if match is None:
            rest = re.compile(r"\s*\}").match(text, position)
            line = text.count("\n", 0, position) + 1
            if rest is None:
                raise RegisterError(
                    "a field of a source is not readable", where=f"{name}:{line}", expected="field = {value},"
                )
            return fields, rest.end()
        line = text.count("\n", 0, match.start("name")) + 1
        field = match["name"].lower()
        if field not in _FIELDS or field in fields:
            hint = nearest(field, _FIELDS)
            raise RegisterError(
                "unknown field of a source" if field not in _FIELDS else "a field of a source stands twice",
                where=f"{name}:{line}",
                found=field,
                expected="one of: " + ", ".join(_FIELDS),
                remedy=f"did you mean {hint}?" if hint and hint != field else None,
            )
        value, position = _braced(text, match.end(), name, line)
        fields[field] = " ".join(value.split())
        comma = re.compile(r"\s*,").match(text, position)
        position = comma.end() if comma else position


def _braced(text: str, start: int, name: str, line: int) -> tuple[str, int]:
    depth = 1
    for position in range(start, len(text)):
        if text[position] == "{":
            depth += 1
        elif text[position] == "}":
            depth -= 1
            if depth == 0:
                return text[start:position], position + 1
    raise RegisterError("a brace is never closed", where=f"{name}:{line}", expected="a closing brace")
