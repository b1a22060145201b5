"""A user's own file of observations: entries, and arms of trials that no study file describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from silicart.errors import StudyError
from silicart.evidence.document import Section, read_document
from silicart.evidence.observation import Observation
from silicart.evidence.observation_reading import read_observation
from silicart.evidence.sources import load_sources
from silicart.evidence.units import load_units


@dataclass(frozen=True)
class ObservationFile:
    """What a file says.

    observations : by id, in the order of the file.
    arms : the section of arms that stand in the file itself, read by the room `study`; None without any.
    """

    observations: Mapping[str, Observation]
    arms: Section | None


def read_observation_file(path: str | Path) -> ObservationFile:
    """Read a file of observations.

    Raises StudyError with file and line: not YAML, an unknown key (with the nearest name), a count above n, an arm
    that stands nowhere.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as bad:
        raise StudyError(
            "the file of observations cannot be read", where=str(file), found=str(bad), expected="a YAML file in UTF-8",
            remedy="check the path",
        ) from None  # fmt: skip
    return parse_observation_file(text, str(file))


def parse_observation_file(text: str, name: str) -> ObservationFile:
    """Read the text of a file of observations; `name` is what messages show. Raises as `read_observation_file`.

    Examples
    --------
    >>> file = parse_observation_file('''
    ... observations:
    ...   remission:
    ...     study: sys6020-sle
    ...     arm: lentiviral-cd19
    ...     quantity: DORIS
    ...     time: {month: 3}
    ...     statistic: fraction
    ...     count: 5
    ...     n: 6
    ...     source: our own series
    ... ''', "ours.yaml")
    >>> one = file.observations["remission"]
    >>> one.time, round(one.value, 3), one.role
    (91.0, 0.833, 'check')
    """
    top = read_document(text, name, StudyError).top()
    top.allow("arms", "observations")
    arms = top.section("arms") if top.has("arms") else None
    here = () if arms is None else tuple(arms.data)
    found: dict[str, Observation] = {}
    for id, section in top.section("observations").sections():
        one = read_observation(id, section, load_sources(), load_units(), own=True)
        _place(one, section, here)
        found[id] = one
    if not found:
        raise top.fail("no observation", "observations", found="nothing", expected="at least one entry")
    return ObservationFile(found, arms)


def _place(one: Observation, section: Section, here: tuple[str, ...]) -> None:
    if one.statistic is None:
        raise section.fail(f"{one.id} has no statistic", expected="statistic: mean, median, fraction, ...")
    if one.study is not None:
        return
    for key, arm in (("arm", one.arm), ("comparator", one.comparator)):
        if arm is not None and arm not in here:
            raise section.fail(
                "an arm that stands nowhere", key, found=arm,
                expected="study: a study that has it, or one of the file's own arms: " + (", ".join(here) or "none"),
                remedy="name the study, or describe the arm in the section arms",
            )  # fmt: skip
