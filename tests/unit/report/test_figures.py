"""Figures show the stored curves, keep the two spreads in different panels, and read without colour."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from matplotlib.figure import Figure

from silicart.report.figures.courses import ACTIVITY, CAR_T, course_figure
from silicart.report.figures.crs import crs_figure
from silicart.report.figures.strips import Strip, strips_figure
from silicart.report.outcomes import crs_of_arms
from silicart.report.palette import ArmStyle, arm_styles
from silicart.report.series import Curves, curves
from silicart.report.svg import inline_svg
from silicart.study import StudyResult


@pytest.fixture(scope="module")
def styles(synthetic_result: StudyResult) -> Mapping[str, ArmStyle]:
    return arm_styles(synthetic_result.study.arms)


@pytest.fixture(scope="module")
def stored(synthetic_result: StudyResult) -> Curves:
    return curves(synthetic_result.bands)


@pytest.fixture(scope="module")
def activity(synthetic_result: StudyResult, stored: Curves, styles: Mapping[str, ArmStyle]) -> Figure:
    figure = course_figure(ACTIVITY, stored, synthetic_result.paths, styles, 730.0)
    assert figure is not None
    return figure


def test_left_is_uncertainty_and_right_is_variability(
    activity: Figure, stored: Curves, styles: Mapping[str, ArmStyle]
) -> None:
    overview, *panels = activity.axes
    assert len(panels) == len(styles)
    for panel, name in zip(panels, styles, strict=True):
        uncertain = stored.find(name, "activity", "uncertainty")
        patients = stored.find(name, "activity", "patients")
        assert uncertain is not None
        assert patients is not None
        drawn = [line for line in overview.get_lines() if line.get_label() == styles[name].label]
        assert np.array_equal(drawn[0].get_ydata(), uncertain.between(0.0, 730.0).q50)
        band = panel.collections[0].get_paths()[0].get_extents()
        shown = patients.between(0.0, 730.0)
        assert band.ymin == pytest.approx(shown.q05.min())
        assert band.ymax == pytest.approx(shown.q95.max())


def test_a_strip_has_one_scale_that_cuts_nothing_off(
    activity: Figure, stored: Curves, styles: Mapping[str, ArmStyle]
) -> None:
    limits = {axes.get_ylim() for axes in activity.axes}
    assert len(limits) == 1
    highest = max(
        curve.between(0.0, 730.0).q95.max()
        for name in styles
        if (curve := stored.find(name, "activity", "patients")) is not None
    )
    assert limits.pop()[1] >= highest


def test_an_arm_has_the_same_colour_in_every_figure(
    activity: Figure, synthetic_result: StudyResult, stored: Curves, styles: Mapping[str, ArmStyle]
) -> None:
    kinetics = course_figure(CAR_T, stored, synthetic_result.paths, styles, 730.0)
    assert kinetics is not None
    for figure in (activity, kinetics):
        for line in figure.axes[0].get_lines():
            named = [style for style in styles.values() if style.label == line.get_label()]
            assert all(line.get_color() == style.colour for style in named)
    crs = crs_figure(crs_of_arms(synthetic_result.endpoints, list(styles)), styles)
    colours = [line.get_color() for line in crs.axes[1].get_lines()]
    assert colours == [style.colour for style in styles.values() for _ in range(2)]


def test_arms_differ_in_line_pattern_as_well(styles: Mapping[str, ArmStyle]) -> None:
    assert len({style.dash for style in styles.values()}) == len(styles)


@pytest.mark.parametrize("name", ["mrna_lnp", "mrna_ep", "lv_cd19", "lv_bcma", "in_vivo", "standard"])
def test_text_in_an_arm_s_ink_is_legible_on_white(styles: Mapping[str, ArmStyle], name: str) -> None:
    # WCAG 2 asks for a contrast of 4.5 for text.
    assert 1.05 / (_luminance(styles[name].ink) + 0.05) >= 4.5


def test_what_never_leaves_the_floor_is_said_and_not_drawn(
    synthetic_result: StudyResult, stored: Curves, styles: Mapping[str, ArmStyle]
) -> None:
    strip = Strip("CAR_per_microlitre", "CAR-T", "cells per µL", "log", 1e-2, end=60.0)
    figure = strips_figure(stored, synthetic_result.paths, styles, (strip,), 730.0)
    standard = figure.axes[1 + list(styles).index("standard")]
    assert [text.get_text() for text in standard.texts] == ["nothing above the axis"]
    assert not standard.collections


def test_inline_svg_keeps_labels_and_drops_addresses(activity: Figure, stored: Curves) -> None:
    from silicart.report.figures import canvas

    with canvas.drawing():
        figure = canvas.sheet(100)
        axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
        axes.text(0.123456789, 0.5, "0.00123456")
        axes.plot([0, 1 / 3], [0, 1 / 7])
    svg = inline_svg(figure, "small", "A <title>", "What & where")
    assert ">0.00123456<" in svg
    assert "http" not in svg
    assert "&lt;title&gt;" in svg
    assert 'id="small-' in svg
    assert "matplotlib" not in svg.lower()


def test_the_caller_s_look_of_figures_is_left_alone(activity: Figure) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    inline_svg(activity, "again", "T", "D")
    assert dict(matplotlib.rcParams) == before


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
