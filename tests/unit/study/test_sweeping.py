"""A sweep gives the same people lots that were made differently, and reads them from the release test to the clinic."""

from __future__ import annotations

import pytest

from silicart.errors import ProcessError, StudyError
from silicart.study import Study, sweep_process


def test_a_longer_hold_dims_the_cells_and_brings_the_disease_back(small_study: Study) -> None:
    holds = [{"hold.hours": 24}, {"hold.hours": 72}]
    short, long = sweep_process(small_study, "mrna-arm", holds, ["CAR_at_release", "activity_6m"], patients=20)
    assert long.endpoints["CAR_at_release"].mean < short.endpoints["CAR_at_release"].mean
    assert long.endpoints["activity_6m"].mean > short.endpoints["activity_6m"].mean
    assert short.settings == {"hold.hours": 24}


def test_the_same_people_are_in_every_run(small_study: Study) -> None:
    one, same = sweep_process(small_study, "mrna-arm", [{}, {"hold.hours": 24}], ["activity_6m"], patients=20)
    assert one.endpoints == same.endpoints


def test_more_mrna_makes_more_cells_positive_and_fewer_viable(small_study: Study) -> None:
    ids = ["CAR_positive_at_release", "viability_at_release"]
    low, high = sweep_process(small_study, "mrna-arm", [{"delivery.dose": dose} for dose in (0.1, 4)], ids, patients=20)
    assert high.endpoints[ids[0]].mean > low.endpoints[ids[0]].mean
    assert high.endpoints[ids[1]].mean < low.endpoints[ids[1]].mean


def test_a_lot_without_CAR_has_a_course_that_no_number_of_lots_fills_and_the_run_goes_on(small_study: Study) -> None:
    settings = [{"delivery.dose": 1e-300}, {}]
    none, some = sweep_process(small_study, "mrna-arm", settings, ["lots_per_course", "cost_of_goods"], 20)
    for id in ("lots_per_course", "cost_of_goods"):
        assert none.endpoints[id].mean == float("inf")
        assert none.endpoints[id].interval is None
        assert 0 < some.endpoints[id].mean < 1e7


def test_an_arm_without_a_product_cannot_be_swept(small_study: Study) -> None:
    with pytest.raises(StudyError, match="no product whose process"):
        sweep_process(small_study, "care", [{}], patients=20)


def test_a_setting_that_the_process_has_not_is_refused(small_study: Study) -> None:
    with pytest.raises(ProcessError, match="no such setting"):
        sweep_process(small_study, "mrna-arm", [{"holt.hours": 12}], patients=20)
