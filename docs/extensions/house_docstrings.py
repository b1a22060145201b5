"""Reads docstrings as this project writes them and hands Sphinx reStructuredText.

A docstring is prose with `names` in single backticks, lines of items "name : what it is" that continue indented, and
sections with an underline. Everything that is no item stays prose, so that no character of a formula is taken for
markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sphinx.application import Sphinx

RAISES = ("Raises", "Errors")
SILENT = ("Parameters", "Attributes", *RAISES)
_ITEM = re.compile(r"(?P<names>\*{0,2}[A-Za-z_][\w.*, ]*?) : (?P<text>.*)")
_CODE = re.compile(r"``(?P<double>[^`]+)``|`(?P<single>[^`]+)`")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", _process)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _process(app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]) -> None:
    lines[:] = list(convert(lines))


def convert(lines: list[str]) -> Iterator[str]:
    """Yield the reStructuredText of a docstring."""
    section: str | None = None
    example = items = False
    place = 0
    while place < len(lines):
        line = lines[place]
        if place + 1 < len(lines) and re.fullmatch(r"-{3,}", lines[place + 1]):
            section = line.strip()
            if section not in SILENT:
                yield from ("", f".. rubric:: {section}", "")
            place += 2
            continue
        # A doctest block lasts until the next empty line and is code.
        example = line.lstrip().startswith(">>>") or (example and bool(line.strip()))
        if example:
            yield line
        elif item := _ITEM.fullmatch(line):
            if not items:
                yield ""
            yield _field(item, raises=section in RAISES)
            items = True
        else:
            if items and line and not line.startswith(" "):
                yield ""
                items = False
            yield prose(line)
        place += 1


def prose(text: str) -> str:
    """Return a line of prose with names as code and everything else without meaning as markup.

    >>> prose("|x| of `state` * 2")
    '\\\\|x\\\\| of ``state`` \\\\* 2'
    """
    parts, last = [], 0
    for found in _CODE.finditer(text):
        parts += [_plain(text[last : found.start()]), f"``{found['double'] or found['single']}``"]
        last = found.end()
    return "".join([*parts, _plain(text[last:])])


def _plain(text: str) -> str:
    return re.sub(r"(?<!\w)_|_(?!\w)|[*|]", lambda mark: "\\" + mark[0], text)


def _field(item: re.Match[str], *, raises: bool) -> str:
    if raises:
        return f":raises {item['names']}: {prose(item['text'])}"
    names = ", ".join(f"``{name.strip()}``" for name in item["names"].split(","))
    return f":{names}: {prose(item['text'])}"
