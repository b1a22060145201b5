"""The reference list of a report: who is cited, in which order, and the numbers that stand in the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from silicart.endpoints.registry import ENDPOINTS
from silicart.evidence import Observation, Register, Source
from silicart.evidence.sources import ASSUMPTION, DEFINITION, USER
from silicart.study.result import StudyResult

_NOT_WORKS = frozenset({ASSUMPTION, DEFINITION, USER})


@dataclass(frozen=True)
class References:
    """Cited works in the order in which a reader meets them; `numbers` maps a source key to its number from 1."""

    works: tuple[Source, ...]
    numbers: Mapping[str, int]
    observations: Mapping[str, Observation]

    def cite(self, evidence: Iterable[str]) -> tuple[int, ...]:
        """Return the numbers of the works behind evidence ids, which may be observations or sources."""
        found: dict[int, None] = {}
        for key in self._keys(evidence):
            if key in self.numbers:
                found[self.numbers[key]] = None
        return tuple(sorted(found))

    def _keys(self, evidence: Iterable[str]) -> Iterable[str]:
        return source_keys(evidence, self.observations)


def source_keys(evidence: Iterable[str], observations: Mapping[str, Observation]) -> Iterable[str]:
    """Yield the source keys behind evidence ids: an observation stands for its sources, any other id for itself."""
    for id in evidence:
        if id in observations:
            yield from observations[id].sources
        else:
            yield id


def collect(
    result: StudyResult, register: Register, sources: Mapping[str, Source], observations: Mapping[str, Observation]
) -> References:
    """Return the works that a run rests on: ledger, statements, arms, endpoints, then the parameters."""
    keys: dict[str, None] = {}

    def add(evidence: Iterable[str]) -> None:
        keys.update(dict.fromkeys(source_keys(evidence, observations)))

    for row in result.ledger:
        add(one.evidence for one in row.published)
        add(row.evidence)
    for statement in result.statements:
        add(statement.evidence)
    for arm in result.study.arms:
        for reading in arm.readings:
            add(reading.evidence)
    for product in result.study.products.values():
        add(product.evidence)
    add(id for id, one in observations.items() if one.arm == "standard_care")
    for name in result.study.endpoints:
        add(ENDPOINTS[name].citations)
    for entry in register.values():
        add(entry.sources)
    works = tuple(sources[key] for key in keys if key in sources and key not in _NOT_WORKS)
    return References(works, {work.key: place for place, work in enumerate(works, start=1)}, observations)


def address(source: Source) -> str:
    """Return where a work is found, without a scheme: the page names addresses, it never calls them.

    Examples
    --------
    >>> address(Source("a", "misc", title="T", url="https://www.example.org/x/"))
    'www.example.org/x'
    >>> address(Source("a", "article", title="T", doi="10.1000/1"))
    'doi:10.1000/1'
    """
    if source.doi:
        return "doi:" + source.doi.removeprefix("https://doi.org/")
    if source.url:
        return source.url.split("://", 1)[-1].rstrip("/")
    return ""
