"""What figures follow at every visit is what endpoints read there."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.quantities import find_quantity
from silicart.endpoints.visit import Chart
from silicart.study.following import FOLLOWED, at_visits, followed


@pytest.mark.parametrize("disease", list(FOLLOWED))
def test_what_is_followed_is_a_quantity_of_the_disease(disease: str) -> None:
    assert [find_quantity(id, disease).id for id in followed(disease)] == list(followed(disease))


def test_every_visit_is_read_and_a_failed_patient_has_no_value() -> None:
    change = np.array([[0.0, -1.0, -3.0], [0.0, -2.0, -1.0]])
    findings = {"MG_ADL_change": change, "QMG_change": change, "MG_ADL": 6.0 + 2 * change}
    chart = Chart(np.array([-7.0, 28.0, 56.0]), findings, {"prednisone": np.full((2, 3), 10.0)})
    chunk = Chunk(np.array([-7.0, 56.0]), {}, np.arange(2), np.zeros(2, dtype=np.int64), 1, chart=chart)
    read = at_visits(chunk, "mg")
    assert read["MG_ADL_change"].tolist() == change.tolist()
    assert read["MG_ADL_improved_2"].tolist() == [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    assert read["MG_prednisone"].tolist() == [[10.0] * 3] * 2
    failed = Chunk(chunk.days, {}, chunk.patients, chunk.draws, 1, good=np.array([True, False]), chart=chart)
    assert np.isnan(at_visits(failed, "mg")["MG_ADL_change"]).tolist() == [[False] * 3, [True] * 3]
