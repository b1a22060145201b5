"""What is not known differs between draws, donors and lots inside a draw, and the two are never mixed."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.errors import PopulationError, ProcessError
from silicart.evidence import load_register
from silicart.product.making.drawing import draw_lots
from silicart.product.making.process import load_process
from silicart.product.making.summary import summarise_process, sweep

REGISTER = load_register()


def test_what_donors_bring_is_a_level_of_its_own() -> None:
    donors = set(REGISTER.variable("donors"))
    assert {"collected_CD3", "activation_survival", "donor_growth", "donor_transduction"} <= donors
    assert not donors & {*REGISTER.variable("patients"), *REGISTER.variable("lots")}


def test_the_same_donors_and_lots_stand_in_every_draw() -> None:
    drawn = draw_lots(REGISTER, ["thaw_recovery", "collected_CD3", "wash_dead_removal"], lots=200, draws=3, seed=5)
    for id in ("thaw_recovery", "collected_CD3"):
        table = drawn.by_draw(drawn.values[id])
        order = np.argsort(table, axis=1)
        assert (order == order[0]).all(), id
        assert len(np.unique(table[:, 0])) == 3, id
        assert len(np.unique(table[0])) == 200, id
    fixed = drawn.by_draw(drawn.values["wash_dead_removal"])
    assert (fixed == fixed[:, :1]).all()


def test_more_lots_or_draws_change_nobody() -> None:
    few = draw_lots(REGISTER, ["thaw_recovery"], lots=3, draws=2, seed=5)
    many = draw_lots(REGISTER, ["thaw_recovery", "wash_recovery"], lots=7, draws=4, seed=5)
    name = "thaw_recovery"
    assert (many.by_draw(many.values[name])[:2, :3] == few.by_draw(few.values[name])).all()


def test_lots_around_the_median_spread_as_the_register_says() -> None:
    drawn = draw_lots(REGISTER, ["collected_CD3"], lots=4000, draws=1, seed=2)
    spread = np.log(drawn.values["collected_CD3"]).std()
    assert spread == pytest.approx(REGISTER["collected_CD3"].variability.spread, rel=0.05)


def test_a_summary_tells_how_lots_differ_from_what_is_not_known() -> None:
    process = load_process("lentiviral-bcma")
    one = summarise_process(process, REGISTER, lots=50, draws=1)
    several = summarise_process(process, REGISTER, lots=50, draws=12)
    known = one.attributes["CAR_median"]
    assert known.known_from == known.known_to
    assert several.attributes["CAR_median"].known_from < several.attributes["CAR_median"].known_to
    assert known.low < known.median < known.high


def test_without_lots_or_values_there_is_nothing_to_say() -> None:
    process = load_process("lentiviral-bcma")
    with pytest.raises(PopulationError, match="no lots"):
        summarise_process(process, REGISTER, lots=0)
    with pytest.raises(ProcessError, match="without values"):
        sweep(process, REGISTER, "delivery.MOI", [])
    with pytest.raises(ProcessError, match="not possible"):
        sweep(process, REGISTER, "delivery.MOI", [1.0, 0.0])
