"""Published models that silicart ships as peers: each with the scenario that it was read with and what came out.

A peer is a file of its own, `biology/peers/NAME.ant`, and shares nothing with silicart's patients; beside it stands
`NAME.yaml` with doses, settings and reference outputs. `docs/peers.md` says what each teaches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silicart.errors import ModelError
from silicart.evidence.document import Section, read_document
from silicart.evidence.shipped import find_text, shipped_names
from silicart.simulation.model import Model, load_model
from silicart.simulation.reductions import Area, Maximum, Reduction, TimeAbove, TimeOfMaximum
from silicart.simulation.run import baseline, simulate
from silicart.simulation.summarise import summarise

TAKES = ("at", "maximum", "time_of_maximum", "area", "time_above", "computed")
RTOL = 1e-9
"""A reference is printed to two to four digits; the integrator must not be what differs."""
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class PeerOutput:
    """A reference output: what is taken of a course, and what was published or recomputed by others.

    of : id of a state, observable or computed parameter.
    take : one of `TAKES`; "at" needs `time`, "time_above" needs `threshold`, all others but "computed" take a `window`.
    per : what the number is divided by, such as the dose.
    value, tolerance : the reference and half a unit of its last printed digit.
    below : the reference is only a bound; `value` is then that bound.
    missed : why ours does not round to the reference, where that is known.
    """

    id: str
    of: str
    take: str
    value: float
    tolerance: float
    time: float = 0.0
    window: tuple[float, float] | None = None
    threshold: float = 0.0
    per: float = 1.0
    below: bool = False
    missed: str | None = None

    def agrees(self, ours: float) -> bool:
        """Say whether a number rounds to the reference, or stays below its bound."""
        if self.below:
            return ours < self.value
        # The sliver is for the binary form of the printed decimal.
        return abs(ours - self.value) <= self.tolerance * (1 + 1e-9)


@dataclass(frozen=True)
class PeerScenario:
    """What is given and set, and for how long: `until` in the model's time unit. Outputs are medians over patients."""

    id: str
    label: str
    until: float
    doses: tuple[Mapping[str, Any], ...]
    parameters: Mapping[str, Any]
    outputs: tuple[PeerOutput, ...]

    @property
    def dose_table(self) -> dict[str, list[Any]] | None:
        """The event table for `simulate`; None without a dose."""
        if not self.doses:
            return None
        return {key: [dose[key] for dose in self.doses] for key in ("TIME", "AMT", "CMT", "II", "ADDL")}


@dataclass(frozen=True, eq=False)
class Peer:
    """A published model with its scenarios.

    source : id in `biology/sources.bib`.
    teaches : what silicart learns from it, in one line.
    reference : where the reference outputs come from.
    """

    name: str
    label: str
    source: str
    teaches: str
    reference: str
    model: Model
    scenarios: Mapping[str, PeerScenario]


@dataclass(frozen=True)
class PeerRow:
    """A reference output beside what silicart's engine makes of it; `difference` is relative, NaN for a bound."""

    peer: str
    scenario: str
    output: PeerOutput
    ours: float
    unit: str | None
    difference: float
    agrees: bool


def peer_names() -> tuple[str, ...]:
    """Return the names of the peers.

    Examples
    --------
    >>> "stein-2019" in peer_names()
    True
    """
    return shipped_names("peers")


def load_peer(name: str | Path) -> Peer:
    """Load a peer by its name, or a YAML file of the same form with an .ant file of the same name beside it.

    Raises
    ------
    ModelError : an unknown name, or a file that is not valid, with its line.

    Examples
    --------
    >>> peer = load_peer("stein-2019")
    >>> peer.model.parameters["Cmax"].value, sorted(peer.scenarios)
    (24000.0, ['typical'])
    """
    text, where = find_text(name, "peers", "peer", ModelError)
    top = read_document(text, where, ModelError).top()
    top.allow("label", "source", "teaches", "reference", "scenarios")
    words = {key: top.text(key) for key in ("label", "source", "teaches", "reference")}
    scenarios = {id: _scenario(id, part) for id, part in top.section("scenarios").sections()}
    if str(name) in peer_names():
        with resources.as_file(resources.files("silicart").joinpath("biology", "peers", f"{name}.ant")) as path:
            model = load_model(path)
    else:
        model = load_model(Path(name).with_suffix(".ant"))
    return Peer(model.name, model=model, scenarios=scenarios, **words)


def reproduce(peer: Peer) -> tuple[PeerRow, ...]:
    """Run every scenario of a peer and set what comes out beside its reference outputs.

    Raises
    ------
    SimulationError : a scenario that does not fit the model.
    ModelError : a patient of a scenario could not be simulated.

    Examples
    --------
    >>> rows = {row.output.id: row for row in reproduce(load_peer("stein-2019"))}
    >>> round(rows["transgene_28"].ours), rows["transgene_28"].agrees
    (1374, True)
    """
    return tuple(row for scenario in peer.scenarios.values() for row in _rows(peer, scenario))


def _rows(peer: Peer, scenario: PeerScenario) -> list[PeerRow]:
    outputs, model = scenario.outputs, peer.model
    times = sorted({0.0, scenario.until, *(one.time for one in outputs)})
    of_course = sorted({one.of for one in outputs if one.take == "at"})
    course = simulate(model, scenario.parameters, scenario.dose_table, times, of_course or None, rtol=RTOL)
    reductions = {one.id: made for one in outputs if (made := _reduction(one)) is not None}
    kept = None
    if reductions:
        wanted = list(reductions.values())
        kept = summarise(model, scenario.parameters, scenario.dose_table, [0.0, scenario.until], wanted, rtol=RTOL)
    if np.any(course.status) or (kept is not None and np.any(kept.status)):
        raise ModelError("a patient of a peer could not be simulated", where=f"{peer.name}, {scenario.id}")
    rows = []
    for one in outputs:
        if one.take == "at":
            values = course[one.of][:, times.index(one.time)]
        elif kept is not None and one.id in reductions:
            values = kept[reductions[one.id]]
        else:
            values = baseline(model, scenario.parameters, [one.of])[one.of]
        ours = float(np.median(values)) / one.per
        unit = _unit(model, one)
        difference = float("nan") if one.below else ours / one.value - 1
        rows.append(PeerRow(peer.name, scenario.id, one, ours, unit, difference, one.agrees(ours)))
    return rows


def _reduction(one: PeerOutput) -> Reduction | None:
    if one.take == "time_above":
        return TimeAbove(one.of, one.threshold, window=one.window)
    kinds = {"maximum": Maximum, "time_of_maximum": TimeOfMaximum, "area": Area}
    return kinds[one.take](one.of, window=one.window) if one.take in kinds else None


def _unit(model: Model, one: PeerOutput) -> str | None:
    reduction, unit = _reduction(one), model.unit(one.of)
    if one.per != 1.0:
        return "dimensionless"
    # The engine's time unit has the name of what it is in these files.
    time = {86400.0: "day", 3600.0: "hour"}.get(_seconds(model), "time unit")
    return reduction.unit(unit, time) if reduction is not None else unit


def _seconds(model: Model) -> float:
    unit = model.network.units.get(model.network.time_unit or "")
    return float("nan") if unit is None else unit.scale


def _scenario(id: str, part: Section) -> PeerScenario:
    part.allow("label", "until", "doses", "parameters", "outputs")
    parameters = {} if not part.has("parameters") else dict(part.section("parameters").data)
    outputs = tuple(_output(name, one) for name, one in part.section("outputs").sections())
    doses = tuple(_dose(one) for one in part.listed("doses"))
    return PeerScenario(id, part.text("label"), part.number("until"), doses, parameters, outputs)


def _dose(part: Section) -> dict[str, Any]:
    part.allow("time", "amount", "into", "every", "more")
    every = part.optional_number("every") or 0.0
    more = part.optional_count("more") or 0
    return {
        "TIME": part.number("time"), "AMT": part.number("amount"), "CMT": part.text("into"), "II": every, "ADDL": more,
    }  # fmt: skip


def _output(id: str, part: Section) -> PeerOutput:
    part.allow("of", "take", "time", "window", "threshold", "per", "value", "below", "missed")
    bound = part.has("below")
    value, tolerance = (part.number("below"), 0.0) if bound else _printed(part)
    take = part.choice("take", TAKES)
    return PeerOutput(
        id, part.text("of"), take, value, tolerance, below=bound, missed=part.optional_text("missed"),
        time=part.number("time") if take == "at" else 0.0,
        window=part.optional_range("window"),
        threshold=part.number("threshold") if take == "time_above" else 0.0,
        per=1.0 if (per := part.optional_number("per")) is None else per,
    )  # fmt: skip


def _printed(part: Section) -> tuple[float, float]:
    """Return a value that is written as text, and half a unit of its last digit."""
    text = part.text("value")
    try:
        printed = Decimal(text)
    except InvalidOperation:
        raise part.fail(
            "a reference is not a number", "value", found=text, expected='digits in quotes: "1.43e4"'
        ) from None
    exponent = printed.as_tuple().exponent
    if not isinstance(exponent, int):
        raise part.fail("a reference is not finite", "value", found=text, expected='digits in quotes: "1.43e4"')
    return float(printed), 0.5 * 10.0**exponent
