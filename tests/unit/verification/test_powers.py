"""A result that stands on a power of a negative number comes with a warning, and no other does."""

from __future__ import annotations

from pathlib import Path

import pytest

from silicart.verification import Course, Job, run_job

MODEL = """\
<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
  <model id="m">
    <listOfParameters>
      <parameter id="n" value="{n}" constant="true"/>
      <parameter id="x" value="1" constant="false"/>
      <parameter id="y" constant="false"/>
    </listOfParameters>
    <listOfRules>
      <rateRule variable="x"><math xmlns="http://www.w3.org/1998/Math/MathML">{slope}</math></rateRule>
      <assignmentRule variable="y"><math xmlns="http://www.w3.org/1998/Math/MathML">{formula}</math></assignmentRule>
    </listOfRules>
  </model>
</sbml>
"""
POWER = "<apply><power/><ci> x </ci><ci> n </ci></apply>"
FALLS = "<cn> -1 </cn>"
FADES = "<apply><times/><cn> -40 </cn><ci> x </ci></apply>"
GUARDED = f"""<piecewise>
<piece>{POWER}<apply><gt/><ci> x </ci><cn> 0 </cn></apply></piece><otherwise><cn> 0 </cn></otherwise></piecewise>"""


@pytest.fixture
def course(tmp_path: Path):  # type: ignore[no-untyped-def]
    def run(n: float, slope: str, formula: str) -> Course:
        path = tmp_path / "m.xml"
        path.write_text(MODEL.format(n=n, slope=slope, formula=formula), encoding="utf-8")
        return run_job(Job(path, 0.0, 4.0, 4, ("x", "y")))

    return run


def test_a_power_of_a_negative_number_is_a_warning(course) -> None:  # type: ignore[no-untyped-def]
    found = course(0.3, FALLS, POWER)
    assert found.status == "warned"
    assert found.message.startswith("x^n has no value where its base is negative, at time 2")
    assert found.values.shape == (5, 2)


@pytest.mark.parametrize(
    ("n", "slope", "formula"),
    [
        pytest.param(3, FALLS, POWER, id="a whole power"),
        pytest.param(0.3, FALLS, GUARDED, id="a branch that is not taken"),
        pytest.param(0.3, FADES, POWER, id="a base that fades to nothing"),
        pytest.param(0.3, "<cn> 1 </cn>", POWER, id="a base that grows"),
    ],
)
def test_no_other_power_is(course, n: float, slope: str, formula: str) -> None:  # type: ignore[no-untyped-def]
    found = course(n, slope, formula)
    assert (found.status, found.message) == ("ok", "")
    assert found.values.shape == (5, 2)


def test_a_power_at_the_start_counts_as_well(tmp_path: Path) -> None:
    path = tmp_path / "m.xml"
    start = '<listOfInitialAssignments><initialAssignment symbol="y"><math xmlns="http://www.w3.org/1998/Math/MathML">'
    power = "<apply><power/><apply><minus/><ci> x </ci><cn> 3 </cn></apply><ci> n </ci></apply>"
    text = MODEL.format(n=0.3, slope="<cn> 9 </cn>", formula="<cn> 1 </cn>")
    rule = text[text.index("<assignmentRule") : text.index("</assignmentRule>") + len("</assignmentRule>")]
    text = text.replace(rule, "").replace(
        "<listOfRules>", f"{start}{power}</math></initialAssignment></listOfInitialAssignments><listOfRules>"
    )
    path.write_text(text, encoding="utf-8")
    found = run_job(Job(path, 0.0, 4.0, 4, ("x", "y")))
    assert found.status == "warned"
    assert "(x - 3)^n" in found.message
