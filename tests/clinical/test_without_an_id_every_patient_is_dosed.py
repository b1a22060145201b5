"""A record without ID is for everyone; with ID it is for one patient, counted from 0."""

from __future__ import annotations

from silicart.simulation import Model, simulate


def test_without_an_id_every_patient_is_dosed(bag: Model) -> None:
    result = simulate(bag, {"A": [0.0, 1.0, 2.0]}, {"TIME": [1.0], "AMT": [10.0], "CMT": ["A"]}, [0.0, 1.0])
    assert result["A"][:, 1].tolist() == [10.0, 11.0, 12.0]


def test_with_an_id_one_patient_is_dosed(bag: Model) -> None:
    table = {"ID": [2, 0], "TIME": [1.0, 0.0], "AMT": [10.0, 20.0], "CMT": ["A", "A"]}
    result = simulate(bag, {"A": [0.0, 1.0, 2.0]}, table, [0.0, 1.0])
    assert result["A"][:, 1].tolist() == [20.0, 1.0, 12.0]
