"""Reading a YAML file so that every complaint can name the file and the line.

`read_document` keeps the line of every key; `Section` takes typed values out of a mapping and raises one family
of errors with file, line, what was found and what was expected. Other rooms that read YAML may use it too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from silicart.errors import RegisterError, SilicartError, nearest

Path = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_LONGEST_INTEGER = 300
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True)
class Document:
    """A YAML file as plain Python values, with the line on which each of them begins.

    `name` is what messages show; `lines` maps the path of a value (keys and list positions) to its line, from 1.
    `error` is the member of the error family that complaints about this file belong to.
    """

    name: str
    data: Any
    lines: Mapping[Path, int]
    error: type[SilicartError] = RegisterError

    def where(self, path: Path = ()) -> str:
        """Return `file:line` of the value at `path`, or of the nearest value above it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return f"{self.name}:{self.lines[path[:length]]}"
        return self.name

    def top(self) -> Section:
        """Return the whole file as a section; an empty file is an empty section."""
        if self.data is None:
            return Section(self, (), {})
        return Section(self, (), _expect_mapping(self, (), self.data))


@dataclass(frozen=True)
class Section:
    """A mapping inside a document, from which values are taken by name and type."""

    document: Document
    path: Path
    data: Mapping[str, Any]

    @property
    def where(self) -> str:
        """File and line at which the section begins."""
        return self.document.where(self.path)

    def at(self, key: str | int) -> str:
        """File and line of one key of the section."""
        return self.document.where((*self.path, key))

    def fail(self, problem: str, key: str | int | None = None, **parts: Any) -> SilicartError:
        """Build (not raise) an error that points at `key`, or at the section."""
        return self.document.error(problem, where=self.where if key is None else self.at(key), **parts)

    def allow(self, *keys: str) -> None:
        """Refuse every key that is not named, with the nearest name that is."""
        for key in self.data:
            if key not in keys:
                hint = nearest(str(key), keys)
                raise self.fail(
                    f"unknown key in {self.title}",
                    key,
                    found=key,
                    expected="one of: " + ", ".join(keys),
                    remedy=f"did you mean {hint}?" if hint else "remove it",
                )

    @property
    def title(self) -> str:
        """The section's own name for messages."""
        return _title(self.path)

    def has(self, key: str) -> bool:
        """True when the key is there and not null."""
        return self.data.get(key) is not None

    def value(self, key: str, *, expected: str = "a value") -> Any:
        """Return the value of a key that must be there."""
        if not self.has(key):
            raise self.fail(f"{self.title} has no {key}", found=None, expected=f"{key}: {expected}")
        return self.data[key]

    def text(self, key: str) -> str:
        """Return a string that must be there."""
        value = self.value(key, expected="text")
        if isinstance(value, bool | int | float | list | dict):
            raise self.fail(f"{key} of {self.title} is not text", key, found=value, expected="text")
        return str(value)

    def optional_text(self, key: str) -> str | None:
        """Return a string, or None when the key is absent."""
        return self.text(key) if self.has(key) else None

    def number(self, key: str) -> float:
        """Return a finite number that must be there."""
        value = self.value(key, expected="a number")
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.fail(f"{key} of {self.title} is not a number", key, found=value, expected="a finite number")
        return float(value)

    def optional_number(self, key: str) -> float | None:
        """Return a finite number, or None when the key is absent."""
        return self.number(key) if self.has(key) else None

    def optional_count(self, key: str) -> int | None:
        """Return a whole number from 0, or None when the key is absent."""
        if not self.has(key):
            return None
        value = self.data[key]
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.fail(f"{key} of {self.title} is not a count", key, found=value, expected="a whole number from 0")
        return value

    def optional_range(self, key: str) -> tuple[float, float] | None:
        """Return [low, high] in order, or None when the key is absent."""
        if not self.has(key):
            return None
        value = self.data[key]
        good = isinstance(value, list) and len(value) == 2
        good = good and all(isinstance(x, int | float) and not isinstance(x, bool) for x in value)
        if not good or not value[0] <= value[1]:
            raise self.fail(f"{key} of {self.title} is not a range", key, found=value, expected="[low, high] in order")
        return float(value[0]), float(value[1])

    def words(self, key: str) -> tuple[str, ...]:
        """Return one word or a list of words; an absent key gives none."""
        value = self.data.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in items):
            raise self.fail(f"{key} of {self.title} is not a list of words", key, found=value, expected="[word, word]")
        return tuple(items)

    def choice(self, key: str, options: Sequence[str]) -> str:
        """Return a word that must be one of `options`."""
        value = self.text(key)
        if value not in options:
            hint = nearest(value, options)
            raise self.fail(
                f"{key} of {self.title} is not known",
                key,
                found=value,
                expected="one of: " + ", ".join(options),
                remedy=f"did you mean {hint}?" if hint else None,
            )
        return value

    def section(self, key: str) -> Section:
        """Return a mapping that must be there as a section of its own."""
        value = self.value(key, expected="a mapping")
        path = (*self.path, key)
        return Section(self.document, path, _expect_mapping(self.document, path, value))

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Go through a mapping of mappings."""
        for key, value in self.data.items():
            path = (*self.path, key)
            yield key, Section(self.document, path, _expect_mapping(self.document, path, value))

    def listed(self, key: str) -> Iterator[Section]:
        """Go through a list of mappings; an absent key gives none."""
        value = self.data.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.fail(f"{key} of {self.title} is not a list", key, found=value, expected="a list")
        for position, item in enumerate(value):
            path = (*self.path, key, position)
            yield Section(self.document, path, _expect_mapping(self.document, path, item))


def read_document(text: str, name: str, error: type[SilicartError] = RegisterError) -> Document:
    """Read YAML text; numbers follow YAML 1.2, and a key that stands twice is refused.

    Errors: `error` (RegisterError unless given) with file and line when the text is not YAML.

    Examples
    --------
    >>> document = read_document("a: 1e8\\nb: [1, x]", "example.yaml")
    >>> document.data, document.where(("b", 1))
    ({'a': 100000000.0, 'b': [1, 'x']}, 'example.yaml:2')
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        # Pure: where the C extension happens to be installed it would be used, and it marks plain scalars differently.
        root = YAML(typ="safe", pure=True).compose(text)
        lines: dict[Path, int] = {}
        data = None if root is None else _plain(root, (), lines, name, error)
    except RecursionError:
        raise error("nested too deeply", where=name, expected="mappings and lists a few levels deep") from None
    except MarkedYAMLError as bad:
        line = bad.problem_mark.line + 1 if bad.problem_mark is not None else 1
        raise error("not readable as YAML", where=f"{name}:{line}", found=bad.problem) from None
    except YAMLError as bad:
        raise error("not readable as YAML", where=name, found=str(bad)) from None
    return Document(name, data, lines, error)


def _plain(node: Any, path: Path, lines: dict[Path, int], name: str, error: type[SilicartError]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node.value, str):
        return _scalar(node.value) if node.style is None else node.value
    if node.id == "sequence":
        return [_plain(item, (*path, i), lines, name, error) for i, item in enumerate(node.value)]
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in mapping:
            raise error("a key stands twice", where=f"{name}:{line}", found=key, remedy="keep one of them")
        lines[(*path, key)] = line
        mapping[key] = _plain(value_node, (*path, key), lines, name, error)
    return mapping


def _scalar(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        # Longer ones are beyond any number that is of use, and Python refuses to read the longest.
        return int(text) if len(text) <= _LONGEST_INTEGER else float(text)
    return float(text) if _NUMBER.match(text) else text


def _expect_mapping(document: Document, path: Path, value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise document.error(
            f"{_title(path)} is not a mapping", where=document.where(path), found=value, expected="key: value lines"
        )
    return value


def _title(path: Path) -> str:
    # The container at the top ("parameters") says nothing that file and line do not say.
    return " ".join(str(part) for part in (path[1:] or path)) or "the file"
