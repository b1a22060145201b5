"""The shipped register: it loads, obeys its own rules of spread, and can give no negative rate."""

import math

import numpy as np
import pytest

from silicart.evidence import Entry, load_register

REGISTER = load_register()
CAPS = {"range": 0.35, "joint": 0.20}
CLINIC = {"emission", "lupus_clinic", "lupus_care", "myeloma_clinic", "myasthenia_clinic", "safety_clinic", "rules"}


def by_rule(entry: Entry, cap: float) -> float:
    """The stated range read as a 90 % interval, on the scale of the distribution, up to the cap."""
    assert entry.low is not None
    assert entry.high is not None

    def scale(x: float) -> float:
        if entry.uncertainty.kind == "lognormal":
            return math.log(x) if x > 0 else -math.inf
        return math.log(x / (1 - x)) if 0 < x < 1 else math.copysign(math.inf, x - 0.5)

    return min(cap, (scale(entry.high) - scale(entry.low)) / 3.29)


@pytest.mark.parametrize("id", [id for id, e in REGISTER.items() if e.uncertainty.basis in CAPS])
def test_spread_follows_its_rule(id: str) -> None:
    entry = REGISTER[id]
    cap = CAPS[str(entry.uncertainty.basis)]
    assert entry.uncertainty.spread <= cap
    if entry.uncertainty.basis == "range":
        # Written with two digits, rounded down; a narrower spread would claim knowledge that no source gives.
        assert entry.uncertainty.spread > by_rule(entry, cap) - 0.0101


@pytest.mark.parametrize("id", list(REGISTER.uncertain()))
def test_uncertainty_says_where_its_size_comes_from(id: str) -> None:
    assert REGISTER[id].uncertainty.basis


def test_an_assumption_is_uncertain_unless_it_is_a_choice() -> None:
    """Doses, definitions by us, shares that add up to 1, the anchor of a scale, what is off, and error models."""
    chosen = {
        *("dose_lv_bcma", "interval_in_vivo", "V_M", "BCMA_long", "ratio_cytokine", "w_imm"),
        *("volume_dish", "targets_dish", "assay_time"),
        *("reference_dose_lnp", "reference_dose_electroporation", "mRNA_length", "uptake_saturation"),
        *("endosomal_escape", "electroporation_entry"),
        "donor_growth",  # the typical donor is 1 by definition
        "host_inflammation",  # and so is the host in lupus
        *("w_A_IC", "w_A_IFN", "w_A_clone", *(f"pi_in_vivo_{k}" for k in range(6))),
        *("reporter_uptake", "reporter_percent_floor", "reporter_curve_days", "reporter_curve_doublings"),
        *(id for id, e in REGISTER.items() if e.mechanism in CLINIC),
    }
    fixed = {id for id, e in REGISTER.items() if e.grade == "C" and e.uncertainty.is_fixed}
    assert fixed - chosen == set()


def test_shares_and_probabilities_stay_between_0_and_1() -> None:
    extreme = np.array([1e-9, 1 - 1e-9])
    for id in ("f_eng", "f_15", "f_rec", "f_L", "f_T", "f_X", "f_max", "f_bg", "f_BAFF", "f_Sm", "w_S", "w_L", "w_d"):
        typical = REGISTER[id].uncertainty.quantile(REGISTER[id].value, extreme)
        patients = REGISTER[id].variability.quantile(typical, extreme)
        assert ((patients > 0) & (patients < 1)).all(), id


def test_no_draw_can_make_a_closure_negative() -> None:
    """Differences that stand in closures: each stays positive at six standard deviations of every term together."""
    far = np.array([1e-9, 1 - 1e-9])

    def ends(id: str) -> tuple[float, float]:
        typical = REGISTER[id].uncertainty.quantile(REGISTER[id].value, far)
        low, high = REGISTER[id].variability.quantile(typical, far)
        return float(low), float(high)

    assert ends("K_ar")[0] > 1.0
    assert ends("d_a")[0] > ends("s_a")[1]
    assert ends("C3_healthy")[0] > 0.97
    assert ends("C3_0")[1] < 1.0
    for id in ("k_PLb_excess", "K_L_excess", "rho_E6"):
        assert ends(id)[0] > 0.0


def test_growth_at_six_fold_interleukin_is_that_of_the_tuned_point() -> None:
    assert REGISTER["rho_E6"].value == pytest.approx(3.03 * 6 / (6 + REGISTER["K_15"].value), rel=1e-4)


def test_transfected_classes_add_up() -> None:
    assert sum(REGISTER[f"pi_in_vivo_{k}"].value for k in range(6)) == pytest.approx(1.0)


def test_each_structure_turns_on_one_loop() -> None:
    structure = REGISTER.category("structure")
    assert [option.id for option in structure.options] == ["a", "b", "c"]
    assert len({option.weight for option in structure.options}) == 1
    for option in structure.options:
        assert sum(option.settings.values()) == 1.0


def test_what_is_not_known_to_have_a_sign_is_free_in_both_directions() -> None:
    ratio = REGISTER["persistence_ratio_electroporation"]
    low, high = ratio.uncertainty.quantile(ratio.value, [0.05, 0.95])
    assert low < 1 < high
    assert low * high == pytest.approx(1.0)


def test_every_filter_admits_the_typical_patient_where_the_register_says_it() -> None:
    for filter in REGISTER.filters:
        id = {"IgG": "IgG_0", "sBCMA": "sBCMA_0", "C3": "C3_0"}.get(filter.quantity)
        if id is not None:
            assert filter.passes([REGISTER[id].value]).all(), filter.id
