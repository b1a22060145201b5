"""A process file is read with every default filled in, and an order that cannot be carried out is refused by line."""

from __future__ import annotations

import re

import pytest

from silicart.errors import ProcessError
from silicart.product.making.process import built_in_processes, load_process, read_process, with_settings

HEAD = "process: own\ntitle: Own\nproduct: {product}\nsource: assumption\nsteps:\n"
LNP = "{by: lnp, dose_ug_per_million_cells: 1, exposure_hours: 24, cells_per_mL: 1e6}"
VIRUS = "{by: lentivirus, MOI: 5, exposure_hours: 24, cells_per_mL: 1e6}"
START = ("leukapheresis: {}", "selection: {}", "activation: {days: 2}")


def own(*steps: str, product: str = "mrna_lnp_bcma") -> str:
    return HEAD.format(product=product) + "".join(f"  - {step}\n" for step in steps)


def refused(*steps: str, product: str = "mrna_lnp_bcma") -> ProcessError:
    with pytest.raises(ProcessError) as raised:
        read_process(own(*steps, product=product), "own.yaml")
    return raised.value


def test_every_shipped_process_reads_and_names_itself() -> None:
    assert set(built_in_processes()) >= {
        *("mrna-lnp-bcma", "electroporated-mrna-bcma", "lentiviral-bcma", "lentiviral-cd19"),
        *("in-vivo-cd19", "in-vivo-bcma"),
    }
    for name in built_in_processes():
        process = load_process(name)
        assert process.id == name
        assert process.warnings == ()


def test_defaults_are_filled_in_and_what_is_only_recorded_stands_apart() -> None:
    delivery = LNP.replace("by: lnp", "by: lnp, PDI: 0.1, ionizable_lipid: ALC-0315")
    process = read_process(own(*START, f"delivery: {delivery}"), "own.yaml")
    assert process.delivery.number("encapsulation") == 1.0
    assert process.delivery.optional("cells") is None
    assert dict(process.recorded) == {"delivery.PDI": 0.1, "delivery.ionizable_lipid": "ALC-0315"}


@pytest.mark.parametrize(
    ("steps", "problem", "line"),
    [
        ((*START, f"delivery: {LNP}", "thaw: {}"), "thaw without cryopreservation", 10),
        ((*START, "wash: {}", f"delivery: {LNP}"), "wash without delivery", 9),
        ((*START, f"delivery: {LNP}", f"delivery: {LNP}"), "one delivery", 10),
        ((*START, "culture: {days: 3, volume_litres: 1}"), "delivers nothing", 5),
        ((START[1], START[0], START[2], f"delivery: {LNP}"), "starts with the cells of a donor", 6),
        ((START[0], f"delivery: {LNP}", START[1]), "delivery without selection", 7),
        ((*START[:2], "culture: {days: 3, volume_litres: 1}", f"delivery: {LNP}"), "culture without activation", 8),
        ((*START, f"delivery: {LNP}", "hold: {hours: 6, at: culture}"), "exposure is longer than the hold", 9),
        ((*START, f"delivery: {LNP}", "wash: {}", "hold: {hours: 48, at: cold}"), "follows its delivery", 11),
        ((*START, f"delivery: {LNP}", "wash: {}", "culture: {days: 1, volume_litres: 1}"), "culture after wash", 11),
        ((*START, f"delivery: {LNP}", "wash: {}", "wash: {}"), "stands twice", 11),
        ((*START, f"delivery: {LNP}", "wash: {}", "formulation: {}", "cryopreservation: {}"), "never thawed", 12),
        ((*START, f"delivery: {LNP}", "shipping: {days: 1}"), "not formulated", 10),
        ((*START, f"delivery: {LNP}", "wash: {}", "formulation: {}", "shipping: {days: 1}"), "without a time", 12),
        (
            (*START, f"delivery: {LNP}", "wash: {}", "formulation: {}", "shipping: {days: 3, stable_hours: 48}"),
            "longer on the road than they stay stable", 12,
        ),
        (
            (*START, f"delivery: {LNP}", "wash: {}", "formulation: {}", "cryopreservation: {}",
             "shipping: {days: 3, stable_hours: 48}", "thaw: {}"),
            "frozen cells do not age", 13,
        ),
        ((*START, f"delivery: {VIRUS}"), "not made that way", 9),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_carried_out_is_refused_where_it_stands(
    steps: tuple[str, ...], problem: str, line: int
) -> None:
    error = refused(*steps)
    assert problem in error.problem
    assert error.where == f"own.yaml:{line}"
    assert error.found or error.expected


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ((*START[:2], f"delivery: {VIRUS}"), "lentivirus before activation"),
        ((*START, f"delivery: {VIRUS}", "hold: {hours: 30, at: cold}"), "a hold is for mRNA"),
        ((*START, f"delivery: {VIRUS.replace('MOI: 5', 'MOI: 0')}"), "MOI of delivery is not possible"),
    ],
)
def test_a_lentiviral_process_has_rules_of_its_own(steps: tuple[str, ...], problem: str) -> None:
    assert problem in refused(*steps, product="lentiviral_bcma").problem


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ("dose_ug_per_million_cells: 1", "dose_ug_per_million_cells: 0", "0"),
        ("exposure_hours: 24", "exposure_hours: -4", "-4"),
        ("exposure_hours: 24", "exposure_hours: a day", "a day"),
        ("by: lnp", "by: lnp, encapsulation: 1.2", "1.2"),
        ("by: lnp", "by: lnp, hydroxycholesterol_percent: 80", "80"),
    ],
)
def test_a_setting_outside_its_bounds_is_refused(was: str, now: str, found: str) -> None:
    error = refused(*START, f"delivery: {LNP.replace(was, now)}")
    assert (error.found, error.where) == (found, "own.yaml:9")
    assert error.expected


def test_unknown_names_are_refused_with_the_nearest_one() -> None:
    step = refused(*START, "delivry: {}")
    assert (step.problem, step.remedy) == ("unknown step", "did you mean delivery?")
    setting = refused(*START, f"delivery: {LNP.replace('exposure_hours', 'exposure_hrs')}")
    assert setting.remedy == "did you mean exposure_hours?"
    missing = refused(*START, "delivery: {by: lnp, exposure_hours: 24, cells_per_mL: 1e6}")
    assert "dose_ug_per_million_cells" in missing.problem
    with pytest.raises(ProcessError, match="did you mean mrna-lnp-bcma"):
        load_process("mrna-lnp-bmca")


def test_culture_after_an_mrna_delivery_is_possible_but_warned() -> None:
    late = (*START, f"delivery: {LNP}", "hold: {hours: 24, at: culture}", "culture: {days: 3, volume_litres: 1}")
    process = read_process(own(*late, "wash: {}"), "own.yaml")
    assert len(process.warnings) == 1
    assert re.search("3 days of culture after the mRNA", process.warnings[0])


def test_no_cells_are_taken_in_vivo() -> None:
    text = own("leukapheresis: {}", "delivery: {by: targeted_lnp, dose_mg: 4}", product="in_vivo_cd19")
    with pytest.raises(ProcessError, match="no cells are taken"):
        read_process(text.replace("source:", "route: in_vivo\nsource:"), "own.yaml")
    with pytest.raises(ProcessError, match="route does not fit"):
        read_process(text, "own.yaml")


def test_a_changed_setting_is_checked_like_one_in_the_file() -> None:
    process = load_process("mrna-lnp-bcma")
    changed = with_settings(process, {"delivery.dose": 2, "hold.hours": 72})
    assert changed.delivery.number("dose_ug_per_million_cells") == 2.0
    assert process.delivery.number("dose_ug_per_million_cells") == 1.0
    for changes, problem in (
        ({"delivery.dose": 0}, "dose_ug_per_million_cells of delivery is not possible"),
        ({"hold.hours": 4}, "exposure is longer than the hold"),
        ({"delivery.MOI": 3}, "delivery has no such setting"),
        ({"holt.hours": 6}, "did you mean hold.hours"),
        ({"hold": 6}, "no such setting in this process"),
    ):
        with pytest.raises(ProcessError, match=problem):
            with_settings(process, changes)


def test_a_step_that_stands_twice_is_named_by_its_turn() -> None:
    steps = (*START, "culture: {days: 4, volume_litres: 1}", f"delivery: {LNP}", "culture: {days: 1, volume_litres: 1}")
    process = read_process(own(*steps), "own.yaml")
    changed = with_settings(process, {"culture.2.days": 3})
    assert [step.number("days") for step in changed.steps if step.kind == "culture"] == [4.0, 3.0]
    with pytest.raises(ProcessError, match="stands 2 times"):
        with_settings(process, {"culture.days": 3})
