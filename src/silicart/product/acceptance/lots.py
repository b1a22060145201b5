"""Targets on lots: what a delivery leaves alive, what a lentiviral process makes, and what is not released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from silicart.product.acceptance.target import FloatArray, Target
from silicart.product.making.carrying import survival_of
from silicart.product.making.lots import make_lot
from silicart.product.making.process import Process, load_process
from silicart.product.making.release import judge, load_limits

_ALIVE, _LENTIVIRAL, _RELEASE = "viability after delivery", "the lentiviral product", "release"
_AFTER_FREEZE = ("cryopreservation", "shipping", "thaw")


def _pulse_survival(values: Mapping[str, FloatArray]) -> FloatArray:
    delivery = load_process("electroporated-mrna-bcma").delivery
    return survival_of(
        values, "electroporation", dose=delivery.number("dose_ug_per_million_cells"), pulse=delivery.word("pulse"),
        activated=True,
    )  # fmt: skip


def _lnp_leaves_more(values: Mapping[str, FloatArray]) -> FloatArray:
    """1 in a lot of which LNP leaves more cells alive than the pulse would have, else 0."""
    dose = load_process("mrna-lnp-bcma").delivery.number("dose_ug_per_million_cells")
    lnp = survival_of(values, "lnp", dose=dose, pulse=None, activated=True)
    return np.asarray(lnp > _pulse_survival(values), dtype=np.float64)


def _before_freeze(process: Process) -> Process:
    """The process up to the vial: published release figures are of cells that were not yet frozen."""
    return replace(process, steps=tuple(step for step in process.steps if step.kind not in _AFTER_FREEZE))


def _attribute(values: Mapping[str, FloatArray], name: str) -> FloatArray:
    lot = make_lot(_before_freeze(load_process("lentiviral-bcma")), values)
    return lot.attributes[name]


def _out_of_specification(values: Mapping[str, FloatArray]) -> FloatArray:
    process = load_process("lentiviral-bcma")
    assert process.release is not None
    return judge(make_lot(process, values), load_limits(process.release), values).out_of_specification


def _failed(values: Mapping[str, FloatArray]) -> FloatArray:
    process = load_process("lentiviral-bcma")
    assert process.release is not None
    return judge(make_lot(process, values), load_limits(process.release), values).failure


_PULSE = "live activated cells after the mild pulse, relative to no pulse"
_OUT = "share of lots that exist and miss a limit of release, lentiviral BCMA, as infused"
_FAILURE = "share of lots that fail, lentiviral BCMA"

LOT_TARGETS = (
    Target("electroporation_viability_donor16", _ALIVE, _PULSE, _pulse_survival),
    Target("electroporation_viability_donor17", _ALIVE, _PULSE, _pulse_survival),
    Target("electroporation_viability_platform", _ALIVE, _PULSE, _pulse_survival),
    Target(
        "lnp_viability_above_electroporation", _ALIVE, "share of lots in which LNP leaves more cells alive",
        _lnp_leaves_more, over_lots=True, published="more",
    ),
    Target(
        "lv_viability_run1", _LENTIVIRAL, "viability before the freeze", partial(_attribute, name="viability"),
        published="0.979, 0.981 and 0.98 in three runs",
    ),
    Target(
        "lv_car_positive_run1", _LENTIVIRAL, "CAR+ share of viable cells", partial(_attribute, name="CAR_positive"),
        published="0.26, 0.419 and 0.397 in three runs",
    ),
    Target(
        "lv_car_positive_programme", _LENTIVIRAL, "CAR+ share of viable cells",
        partial(_attribute, name="CAR_positive"),
    ),
    Target(
        "lv_vector_copies_run1", _LENTIVIRAL, "vector copies per cell", partial(_attribute, name="vector_copies"),
        published="1.45, 2.32 and 2.51 in three runs",
    ),
    Target(
        "lv_culture_days", _LENTIVIRAL, "days from activation to release", partial(_attribute, name="process_days"),
    ),
    Target("out_of_specification_cilta", _RELEASE, _OUT, _out_of_specification, over_lots=True),
    Target("manufacturing_failure_cilta", _RELEASE, _FAILURE, _failed, over_lots=True),
    Target("manufacturing_failure_programme", _RELEASE, _FAILURE, _failed, over_lots=True),
    Target("not_infused_china", _RELEASE, _FAILURE, _failed, over_lots=True),
)  # fmt: skip
