"""Unit operations lose nothing silently: what is brought and made comes out or is lost by a named cause."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silicart.evidence import load_register
from silicart.product.making import operations
from silicart.product.making.batch import Batch
from silicart.product.making.lots import make_lot
from silicart.product.making.process import load_process
from silicart.product.making.transducing import transduce, transduced_share
from silicart.product.values import centres

VALUES = {id: np.asarray(value) for id, value in centres(load_register()).items()}
EX_VIVO = ("mrna-lnp-bcma", "electroporated-mrna-bcma", "lentiviral-bcma")


def started() -> Batch:
    return operations.activation(operations.selection(operations.leukapheresis(VALUES), VALUES), VALUES, 2.0)


def test_cells_grow_as_the_logistic_equation_with_death_integrated_in_small_steps() -> None:
    start = started()
    after = operations.culture(start, VALUES, 9.0, 5.0)
    rate = VALUES["division_rate"] * VALUES["donor_growth"]
    room = VALUES["culture_density"] * 5.0 * 1000.0
    cells, dead, steps = float(start.cells), 0.0, 200_000
    for _ in range(steps):
        died = VALUES["death_in_culture"] * cells * 9.0 / steps
        cells, dead = cells + rate * cells * (1 - cells / room) * 9.0 / steps - died, dead + died
    assert after.cells == pytest.approx(cells, rel=1e-3)
    assert after.rows[-1].cells.lost["death"] == pytest.approx(dead, rel=1e-3)


def test_dividing_cells_reach_the_published_viability_and_expansion() -> None:
    """98 % viable in three runs; 300-fold in 11 days where there is room."""
    wide = operations.culture(started(), VALUES, 9.0, 1e4)
    assert wide.viability == pytest.approx(0.98, abs=0.005)
    assert 150 < wide.cells / started().rows[1].cells.out < 600


def test_cells_stand_still_before_activation_has_worked_and_beyond_the_room_are_lost() -> None:
    waiting = operations.selection(operations.leukapheresis(VALUES), VALUES)
    same = operations.culture(waiting, VALUES, 3.0, 100.0)
    assert same.cells == pytest.approx(waiting.cells)
    cramped = operations.culture(started(), VALUES, 2.0, 0.1)
    assert cramped.cells < 0.1 * 1000.0 * VALUES["culture_density"]
    assert cramped.rows[-1].cells.lost["no room in the vessel"] > 0


def test_cells_that_die_faster_than_they_divide_fade_and_are_not_thrown_out_of_the_vessel() -> None:
    start = started()
    for rate, death in ((0.0, 0.01), (0.5, 1.0), (0.3, 0.3), (0.0, 0.0)):
        values = {**VALUES, "division_rate": np.asarray(rate), "death_in_culture": np.asarray(death)}
        days = 4.0
        after = operations.culture(start, values, days, 1e6)
        growing = float(np.clip(start.day + days - start.grows_from, 0.0, days))
        count = after.rows[-1].cells
        assert after.cells == pytest.approx(
            start.cells * np.exp((rate * VALUES["donor_growth"] - death) * growing), 1e-3
        )
        assert count.lost["no room in the vessel"] == 0
        assert count.made >= 0
        assert count.unexplained() == pytest.approx(0, abs=1.0)


@settings(max_examples=40)
@given(
    days=st.floats(0.0, 20.0), litres=st.floats(1e-3, 100.0), MOI=st.floats(0.01, 50.0), hours=st.floats(0.0, 72.0),
    change=st.dictionaries(
        st.sampled_from(["thaw_recovery", "wash_recovery", "death_in_culture", "activation_survival"]),
        st.floats(0.02, 0.98),
    ),
)  # fmt: skip
def test_every_cell_and_molecule_is_accounted_for_from_transduction_to_infusion(
    days: float, litres: float, MOI: float, hours: float, change: Mapping[str, float]
) -> None:
    v = {**VALUES, **{id: np.asarray(value) for id, value in change.items()}}
    batch = operations.activation(operations.selection(operations.leukapheresis(v), v), v, 2.0)
    batch = transduce(batch, v, np.minimum(batch.cells, 1e8), MOI, hours)
    batch = operations.formulation(operations.wash(operations.culture(batch, v, days, litres), v), v)
    batch = operations.waiting(operations.thaw(operations.cryopreservation(batch), v), v, "waiting", hours / 24.0)
    assert_closed(batch)


@settings(max_examples=25)
@given(
    name=st.sampled_from(EX_VIVO), dose=st.floats(0.05, 20.0), hold=st.floats(24.0, 200.0),
    change=st.dictionaries(
        st.sampled_from(["thaw_recovery", "wash_recovery", "thaw_CAR_retention", "cold_rate_factor", "death_in_cold",
                         "selection_recovery", "formulation_recovery", "activation_survival"]),
        st.floats(0.05, 0.95),
    ),
    growth=st.floats(0.2, 2.0), lag=st.floats(0.01, 0.2),
)  # fmt: skip
def test_cells_CAR_and_mRNA_close_through_wash_division_freeze_and_thaw_up_to_the_infused_lot(
    name: str, dose: float, hold: float, change: Mapping[str, float], growth: float, lag: float
) -> None:
    values = {**VALUES, **change, "donor_growth": growth, "expression_lag": lag}
    changes = {"delivery.dose": dose} if name.startswith("lentiviral") else {"delivery.dose": dose, "hold.hours": hold}
    lot = make_lot(load_process(name), values, **changes)
    previous = None
    for row in lot.balance:
        for quantity in ("cells", "CAR", "mRNA"):
            count = getattr(row, quantity)
            turned = float(count.brought + count.made)
            assert abs(float(count.unexplained())) <= 1e-9 * max(turned, 1.0), (row.step, quantity)
            assert all(float(lost) >= -1e-9 * max(turned, 1.0) for lost in count.lost.values()), (row.step, quantity)
            assert float(count.out) >= 0
            if previous is not None:
                assert float(count.brought) == float(getattr(previous, quantity).out)
        previous = row
    # What the last row says is what the lot is measured to hold.
    assert lot.balance[-1].cells.out == pytest.approx(lot.attributes["viable_cells"])


@pytest.mark.parametrize("name", ["mrna-lnp-bcma", "electroporated-mrna-bcma"])
def test_CAR_of_the_balance_is_CAR_of_the_measured_cells(name: str) -> None:
    """Counted step by step, or as cells times the mean of the distribution that the patient gets."""
    lot = make_lot(load_process(name), {**VALUES, "CAR_threshold": np.asarray(1e-6)})
    measured = lot.attributes["CAR_positive_cells"] * lot.attributes["CAR_mean"]
    # The rest is on its way to the surface.
    assert 0.9 * lot.balance[-1].CAR.out < measured < lot.balance[-1].CAR.out


def test_copies_that_spread_at_random_would_give_far_more_positive_cells() -> None:
    assert transduced_share(2.32, 1e9) == pytest.approx(1 - np.exp(-2.32))
    assert transduced_share(2.32, VALUES["vector_copy_dispersion"]) == pytest.approx(0.40, abs=0.01)
    assert transduced_share(0.0, 0.2) == 0.0


def assert_closed(batch: Batch) -> None:
    for row in batch.rows:
        for count in (row.cells, row.CAR, row.mRNA):
            turned = float(count.brought + count.made)
            assert abs(float(count.unexplained())) <= 1e-9 * max(turned, 1.0), row.step
            assert all(float(lost) >= -1e-9 * max(turned, 1.0) for lost in count.lost.values()), row.step
