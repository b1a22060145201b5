"""Numbers and names in a study file, taken out with a complaint that names the place."""

from __future__ import annotations

from collections.abc import Collection

from silicart.errors import nearest
from silicart.evidence.document import Section


def positive(part: Section, key: str, *, zero: bool = False) -> float:
    """Return a number above 0, or from 0."""
    value = part.number(key)
    if value < 0 or (value == 0 and not zero):
        expected = "a number from 0" if zero else "a positive number"
        raise part.fail(f"{key} of {part.title} is out of range", key, found=f"{value:g}", expected=expected)
    return value


def whole(part: Section, key: str, least: int = 1) -> int:
    """Return a whole number from `least`."""
    value = part.number(key)
    if value != int(value) or value < least:
        raise part.fail(
            f"{key} of {part.title} is not a count", key, found=f"{value:g}", expected=f"a whole number from {least}"
        )
    return int(value)


def unknown(part: Section, key: str, problem: str, found: str, options: Collection[str]) -> Exception:
    """Build (not raise) the complaint about a name that is none of `options`, with the nearest one."""
    near = nearest(found, options)
    shown = sorted(options) if len(options) <= 20 else ["see sources.bib and biology/observations"]
    return part.fail(
        problem,
        key,
        found=found,
        expected="one of: " + ", ".join(shown),
        remedy=f"did you mean {near}?" if near else "check the spelling",
    )
