"""The keyed generator: published known answers, addresses, and the shape of its numbers."""

import numpy as np
import pytest

from silicart.errors import PopulationError
from silicart.population.keys import TYPICAL, normals, philox4x32, uniform, uniforms

# Known-answer vectors of Philox4x32-10, published with Random123 (tests/kat_vectors): counter, key, answer.
KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def words(text):
    return [np.array([int(word, 16)], dtype=np.uint64) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_philox_gives_the_published_known_answers(counter, key, answer):
    found = philox4x32(words(counter), words(key))
    assert " ".join(f"{int(word[0]):08x}" for word in found) == answer


def test_philox_is_vectorised_without_crosstalk():
    counters = [np.concatenate(column) for column in zip(*(words(row[0]) for row in KNOWN_ANSWERS), strict=True)]
    keys = [np.concatenate(column) for column in zip(*(words(row[1]) for row in KNOWN_ANSWERS), strict=True)]
    found = philox4x32(counters, keys)
    for lane, row in enumerate(KNOWN_ANSWERS):
        assert " ".join(f"{int(word[lane]):08x}" for word in found) == row[2]


def test_a_number_depends_on_each_part_of_its_address_and_on_nothing_else():
    base = float(uniform(7, 3, 31, "d_E", 2, 1))
    assert base == float(uniform(7, [2, 3], [31, 31], "d_E", 2, 1)[1])
    others = [
        uniform(8, 3, 31, "d_E", 2, 1),
        uniform(7, 4, 31, "d_E", 2, 1),
        uniform(7, 3, 32, "d_E", 2, 1),
        uniform(7, 3, 31, "d_T", 2, 1),
        uniform(7, 3, 31, "d_E", 1, 1),
        uniform(7, 3, 31, "d_E", 2, 2),
        uniform(7, 3, TYPICAL, "d_E", 2, 1),
    ]
    assert len({base, *(float(value) for value in others)}) == 8


def test_numbers_lie_in_the_open_interval_on_a_grid_of_53_bits():
    values = uniform(0, 0, np.arange(200_000), "grid")
    assert values.min() > 0.0
    assert values.max() < 1.0
    scaled = values * 2.0**53
    assert np.array_equal(scaled, np.floor(scaled))
    assert np.all(scaled % 2 == 1)


def test_numbers_are_uniform_and_uncorrelated_between_purposes_and_neighbours():
    patients = np.arange(100_000)
    both = uniforms(11, 0, patients, ("d_E", "d_T"))
    counts, _ = np.histogram(both[:, 0], bins=100, range=(0, 1))
    # Chi-squared on 99 degrees of freedom: 148.2 is its 99.9 % point.
    assert float(((counts - 1000) ** 2 / 1000).sum()) < 148.2
    limit = 4 / np.sqrt(len(patients))
    assert abs(np.corrcoef(both[:, 0], both[:, 1])[0, 1]) < limit
    assert abs(np.corrcoef(both[1:, 0], both[:-1, 0])[0, 1]) < limit


def test_normals_are_quantiles_of_the_same_numbers():
    z = normals(5, 0, np.arange(20_000), ("noise",))[:, 0]
    u = uniform(5, 0, np.arange(20_000), "noise")
    assert np.array_equal(np.argsort(z), np.argsort(u))
    assert abs(z.mean()) < 4 / np.sqrt(20_000)
    assert abs(z.std() - 1) < 0.02


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        ((-1, 0, 0, "d_E"), "seed"),
        ((2**64, 0, 0, "d_E"), "seed"),
        ((0, -1, 0, "d_E"), "draw"),
        ((0, 0, 2**32, "d_E"), "patient"),
        ((0, 0, 1.5, "d_E"), "patient"),
        ((0, 0, 0, "d_E", -1), "occasion"),
        ((0, 0, 0, "d_E", 0, 2**33), "attempt"),
    ],
)
def test_an_address_out_of_range_is_refused_by_name(arguments, where):
    with pytest.raises(PopulationError) as caught:
        uniform(*arguments)
    assert caught.value.where == where
