"""Folders of tiny cases, written by hand: the decay of a species, and what can go wrong with it."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

DECAY = """\
<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
  <model id="decay">
    <listOfCompartments><compartment id="body" spatialDimensions="3" size="2" constant="true"/></listOfCompartments>
    <listOfSpecies>
      <species id="S" compartment="body" initialAmount="6" hasOnlySubstanceUnits="false" boundaryCondition="false"
               constant="false"/>
    </listOfSpecies>
    <listOfParameters><parameter id="k" value="0.5" constant="true"/></listOfParameters>
    {rules}
    <listOfReactions>
      <reaction id="fades" reversible="false">
        <listOfReactants><speciesReference species="S" stoichiometry="1" constant="true"/></listOfReactants>
        <kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML">
          <apply><times/><ci> k </ci><ci> S </ci><ci> body </ci></apply>
        </math></kineticLaw>
      </reaction>
    </listOfReactions>
  </model>
</sbml>
"""
ALGEBRAIC = """\
<listOfRules><algebraicRule><math xmlns="http://www.w3.org/1998/Math/MathML">
  <apply><minus/><ci> k </ci><cn> 0.5 </cn></apply>
</math></algebraicRule></listOfRules>"""

OSCILLATOR = """\
<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
  <model id="oscillator">
    <listOfParameters>
      <parameter id="x" value="1" constant="false"/><parameter id="y" value="0" constant="false"/>
    </listOfParameters>
    <listOfRules>
      <rateRule variable="x"><math xmlns="http://www.w3.org/1998/Math/MathML"><ci> y </ci></math></rateRule>
      <rateRule variable="y"><math xmlns="http://www.w3.org/1998/Math/MathML">
        <apply><minus/><ci> x </ci></apply></math></rateRule>
    </listOfRules>
  </model>
</sbml>
"""

Folder = Callable[..., Path]


def amounts(times: Iterable[float]) -> list[float]:
    """How much of S there is."""
    return [6.0 * math.exp(-0.5 * time) for time in times]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The model file of the decay."""
    path = tmp_path / "decay.xml"
    path.write_text(DECAY.format(rules=""), encoding="utf-8")
    return path


@pytest.fixture
def suite(tmp_path: Path) -> Folder:
    """Write a suite of the named cases and return its folder."""
    return lambda *names, folder="tiny": write_suite(tmp_path, *names, folder=folder)


def write_suite(where: Path, *names: str, folder: str) -> Path:
    """Write the named cases below `where` as a suite and return its folder."""
    place = where / folder
    place.mkdir()
    rows = []
    for name in names:
        sbml, expected, tags, settings, results = _cases()[name]
        case = place / name
        case.mkdir()
        (case / "m.xml").write_text(sbml, encoding="utf-8")
        said = "".join(f"{key}: {value}\n" for key, value in settings.items())
        (case / "settings.txt").write_text(said, encoding="utf-8")
        (case / "results.csv").write_text(results, encoding="utf-8")
        rows.append([name, "m.xml", expected, tags, "Amount"])
    with (place / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["case", "sbml", "expected", "componentTags", "testTags"], *rows])
    return place


def _cases() -> dict[str, tuple[str, str, str, dict[str, str], str]]:
    settings = {
        "start": "0",
        "duration": "4",
        "steps": "4",
        "variables": "S, k",
        "amount": "S",
        "concentration": "",
        "absolute": "1e-7",
        "relative": "1e-4",
    }
    right = "time, S, k\n" + "".join(f"{time},{s!r},0.5\n" for time, s in enumerate(amounts(range(5))))
    wrong = right.replace(repr(amounts([2.0])[0]), repr(amounts([2.0])[0] * 1.001))
    late = "time,S,k\n" + "".join(f"{time},{s!r},0.5\n" for time, s in zip((2, 3, 4), amounts((2, 3, 4)), strict=True))
    forever = {**settings, "duration": "1e9", "steps": "1", "variables": "x", "amount": ""}
    decay, algebraic = DECAY.format(rules=""), DECAY.format(rules=ALGEBRAIC)
    return {
        "right": (decay, "pass", "Species;Reaction", settings, right),
        "late": (decay, "pass", "Species", {**settings, "start": "2", "duration": "2", "steps": "2"}, late),
        "wrong": (decay, "pass", "Species;Event", settings, wrong),
        "refused": (algebraic, "refuse:algebraic_rule", "AlgebraicRule", settings, right),
        "weak": (algebraic, "refuse:csymbol_delay", "CSymbolDelay", settings, right),
        "unexpected": (algebraic, "pass", "AlgebraicRule", settings, right),
        "broken": (decay.replace("<ci> k </ci>", "<ci> k "), "pass", "Species", settings, right),
        "forever": (OSCILLATOR, "pass", "RateRule", forever, "time,x\n0,1\n1e9,0\n"),
    }
