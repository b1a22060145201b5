"""The parts that the clinic is made of, on numbers that can be checked by hand."""

import numpy as np
import pytest

from silicart.endpoints.lupus import damage, entry_care, flares, kidney, latent, serology

ONE = np.ones(1)


def test_a_fluctuation_is_stationary_and_exact_in_time():
    generator = np.random.default_rng(1)
    size = 40_000
    level, spread, time = np.full(size, -0.2), np.full(size, 0.3), np.full(size, 50.0)
    value = np.zeros(size)
    for _ in range(20):
        value = latent.fluctuate(value, level, spread, time, 28.0, generator.standard_normal(size))
    assert value.mean() == pytest.approx(-0.2, abs=0.01)
    assert value.std() == pytest.approx(0.3, abs=0.01)
    still = latent.fluctuate(value, level, spread, time, 0.0, generator.standard_normal(size))
    assert still == pytest.approx(value)


def test_a_flare_that_began_at_a_random_time_fades_on_average_as_said():
    left, fresh = latent.decayed(30.0, 45.0 * ONE)
    since = np.linspace(0.0, 30.0, 100_001)
    assert fresh[0] == pytest.approx(np.exp(-since / 45.0).mean(), rel=1e-4)
    assert left[0] == pytest.approx(np.exp(-30.0 / 45.0))


def test_what_was_never_taken_cannot_be_withdrawn():
    ratios = (4.0 * ONE, 2.0 * ONE)
    never = flares.withdrawal(0 * ONE, 0 * ONE, (0 * ONE, 0 * ONE), ratios)
    half = flares.withdrawal(2.5 * ONE, ONE, (20 * ONE, ONE), ratios)
    both = flares.withdrawal(0 * ONE, 0 * ONE, (5 * ONE, ONE), ratios)
    assert (never[0], half[0], both[0]) == (1.0, 2.0, 8.0)


def test_the_hazard_vanishes_with_the_disease():
    args = (0.002 * ONE, 0.1 * ONE)
    assert flares.hazard(*args, 8 * ONE, 0 * ONE, ONE)[0] == 0
    assert flares.hazard(*args, 10 * ONE, 8 * ONE, ONE)[0] == pytest.approx(0.002 * np.exp(0.2))
    assert flares.hazard(*args, 60 * ONE, 8 * ONE, ONE)[0] == pytest.approx(0.002 * np.exp(1.7))


def test_proteinuria_resolves_by_half_in_its_half_time():
    target = kidney.aim(3.1 * ONE, 0.1 * ONE, 0 * ONE)
    assert target[0] == pytest.approx(0.1)
    half_time = 60.0 * np.log(2.0)
    assert kidney.resolve(3.1 * ONE, target, half_time, 60 * ONE)[0] == pytest.approx(1.6)
    assert kidney.aim(3.1 * ONE, 0.1 * ONE, 9 * ONE)[0] == pytest.approx(0.1 + 2 * 3.0)


def test_proneness_has_mean_1_and_damage_its_distribution():
    shares = (np.arange(100_000) + 0.5) / 100_000
    prone = damage.frailty(np.full(shares.size, 0.6), shares)
    assert prone.mean() == pytest.approx(1.0, abs=0.01)
    points = damage.at_entry(0.6 * prone, np.random.default_rng(2).permutation(shares))
    assert points.mean() == pytest.approx(0.6, abs=0.01)
    assert (points >= 1).mean() == pytest.approx(1 - 0.5**0.6, abs=0.01)  # negative binomial


def test_damage_falls_on_the_organ_of_its_share():
    shares = np.array([[0.1, 0.2, 0.3, 0.1]])
    places = [int(damage.organ(np.array([u]), shares)[0]) for u in (0.05, 0.15, 0.5, 0.65, 0.9)]
    assert places == [0, 1, 2, 3, 4]


def test_mortality_by_damage():
    base = damage.mortality(1e-5 * ONE, 0 * ONE, np.log(1.46) * ONE, 5 * ONE, 0.05 * ONE)
    one = damage.mortality(1e-5 * ONE, 1 * ONE, np.log(1.46) * ONE, 5 * ONE, 0.05 * ONE)
    many = damage.mortality(1e-5 * ONE, 9 * ONE, np.log(1.46) * ONE, 5 * ONE, 0.05 * ONE)
    assert (base[0], one[0] / base[0]) == (pytest.approx(1e-5), pytest.approx(1.46))
    assert many[0] / base[0] == pytest.approx(1.46**5)


def test_complement_recovers_with_the_disease_and_never_vanishes():
    gone = serology.complement(1.2 * ONE, 0.5 * ONE, 0 * ONE, 0 * ONE, 0 * ONE)
    worst = serology.complement(1.2 * ONE, 9 * ONE, ONE, 0 * ONE, 0 * ONE)
    assert (gone[0], worst[0]) == (pytest.approx(1.2), pytest.approx(0.24))


def test_prednisone_is_taken_in_half_tablets():
    values = {
        "prednisone_share": np.full(500, 0.8), "prednisone_entry": np.full(500, 10.5),
        "prednisone_entry_log_SD": np.full(500, 0.5), "immunosuppressant_share": np.full(500, 0.5),
        "hydroxychloroquine_share": np.full(500, 0.7),
    }  # fmt: skip
    care = entry_care.drugs(values, np.random.default_rng(3).uniform(size=(500, 4)))
    assert (care["prednisone"] % 2.5 == 0).all()
    assert care["prednisone"].max() <= 40
    assert (care["prednisone"] > 0).mean() == pytest.approx(0.8, abs=0.06)
