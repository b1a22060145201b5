"""Hand-made courses: a few days and values a patient, from which every answer can be read by eye."""

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk


@pytest.fixture(name="chunk")
def chunk_maker():
    """Return a function that makes a chunk from days and courses, id -> one list of values a patient."""

    limits = {
        "DORIS_limit": 3.0,
        "IgG_infection_limit": 4.0,
        "fever_threshold": 1.0,
        "fever_noise_SD": 0.25,
        "pressure_threshold_2": 20.0,
        "pressure_threshold_3": 35.0,
        "pressure_noise_SD": 8.0,
        "pressure_threshold_4": 50.0,
        "oxygen_low_flow": 2.0,
        "oxygen_ventilation": 15.0,
        "oxygen_noise_SD": 0.7,
        "CRS_death_share": 0.5,
        "icans_endothelium": 1.4,
        "icans_log_SD": 1.0,
        "icans_points": 8.0,
        "icans_coma_points": 5.0,
    }

    def make(days, infusions=(0.0,), seed=1, good=None, parameters=None, **courses):
        arrays = {name: np.asarray(values, dtype=float) for name, values in courses.items()}
        patients = np.arange(len(next(iter(arrays.values()))))
        marks = None if good is None else np.asarray(good)
        own = {
            name: np.broadcast_to(np.asarray(value, dtype=float), len(patients))
            for name, value in {**limits, **(parameters or {})}.items()
        }
        return Chunk(np.asarray(days, dtype=float), arrays, patients, patients // 10, seed, infusions, own, marks)

    return make
