"""The arms that the biology tests look at: each is simulated once, all arms of a disease in one call.

Lymphodepletion is given 5 to 3 days before an infusion on day 7 of the simulation; days in the tests count from the
infusion. Patients weigh 70 kg and have the typical values of the register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from silicart.simulation import Model, load_model, simulate

CLASSES = (0.33, 0.34, 0.24, 0.075, 0.014, 0.001)
"""Shares of the expression classes of the ex vivo mRNA product, as in section 1 of the model description."""
RESIDUAL = 0.9
"""Share of its cells that still translate at infusion."""
INFUSION = 7.0
"""Day of the infusion of arms with lymphodepletion."""
CD19 = {"target_BCMA": 0.0, "target_CD19": 1.0}
DUAL = {"target_BCMA": 1.0, "target_CD19": 1.0}
IN_VIVO = {**CD19, "delta_C": 1.36, "k_PT": 0.0}
STRUCTURES = {
    "a": {"loop_interferon": 1.0, "loop_linear": 0.0, "loop_help": 0.0},
    "b": {"loop_interferon": 0.0, "loop_linear": 1.0, "loop_help": 0.0},
    "c": {"loop_interferon": 0.0, "loop_linear": 0.0, "loop_help": 1.0},
}
DESCRIBED = {
    "ratio_cytokine": 1.0,
    "p_Gc": 51.6,
    "k_ci": 1.73,
    "r_C": 0.0103,
    "a_L": 0.078,
    "d_Ln": 4.69e-4,
    "I_n_0": 1e6,
    "d_I": 0.0,
    "CD19_intermediate": 0.0,
    "w_imm": 0.0,
    "p_LNP": 0.0,
    "c_PEG": 0.0,
    "tocilizumab_rescue": 0.0,
    "dexamethasone_rescue": 0.0,
    "host_inflammation_mm": 1.0,
    "g_T": 0.008,
    "tumour_0": 3.49e11,
    "p_M": 1.2e-11,
    "p_sMM": 1.69e-6,
    "BCMA_tumour_low": 150.0,
    "sheltered_share": 0.0,
}
"""The model description: values that the register has moved from since (decisions 0006 and 0019; myeloma: 0020), no
tumour in shelter, plasma cells that settle
as long-lived ones at once, which is what intermediate cells come to when they are few and none of them dies (decision
0018), no immunity against carriers, no rescue drug, and one host for all diseases."""


def described_in(model: Model) -> dict[str, float]:
    """Return the values of the description that a model has."""
    return {id: value for id, value in DESCRIBED.items() if id in model.parameters.ids}


MEASURED = (
    "CAR_per_microlitre",
    "CAR_functional_per_microlitre",
    "CAR_share_of_CD8",
    "B_blood_relative",
    "clone",
    "kill_flux",
    "cytokine_drive",
    "oxygen_need",
)

Dose = tuple[float, str, float]


@dataclass(frozen=True)
class Arm:
    """What is given (day, place, amount) and what is set."""

    doses: Sequence[Dose] = ()
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """One patient's course; `start` is the day that the tests count from."""

    times: NDArray[np.float64]
    values: Mapping[str, NDArray[np.float64]]
    start: float = 0.0

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        return self.values[name]

    @property
    def days(self) -> NDArray[np.float64]:
        return self.times - self.start

    def at(self, name: str, day: float) -> float:
        """Return the value on a day of the output grid."""
        (place,) = np.flatnonzero(np.isclose(self.days, day, atol=1e-9))
        return float(self[name][place])

    def relative(self, name: str, day: float) -> float:
        return self.at(name, day) / float(self[name][0])

    def peak_day(self, name: str) -> float:
        return float(self.days[self[name].argmax()])

    def below(self, name: str, level: float) -> tuple[float, float]:
        """Return the first and the last day below a level, interpolated; not a number when it never is."""
        y, t = self[name], self.days
        places = np.flatnonzero(y < level)
        if not len(places):
            return float("nan"), float("nan")
        first, last = places[0], places[-1]
        gone = t[first - 1] + (t[first] - t[first - 1]) * (y[first - 1] - level) / (y[first - 1] - y[first])
        if last == len(t) - 1:
            return float(gone), float("inf")
        back = t[last] + (t[last + 1] - t[last]) * (level - y[last]) / (y[last + 1] - y[last])
        return float(gone), float(back)


def lymphodepletion(intensity: float = 1.0) -> list[Dose]:
    return [(INFUSION - 5.0 + day, "chemo", intensity) for day in range(3)]


def lentiviral(cells: float, intensity: float = 1.0) -> list[Dose]:
    return [*lymphodepletion(intensity), (INFUSION, "D_1", cells)]


def messenger(cells: float, number: int = 6, interval: float = 7.0) -> list[Dose]:
    days = [interval * index for index in range(number)]
    places = [(f"T_blood_{k}", cells * share) for k, share in enumerate(CLASSES)] + [
        ("R_translation", cells * RESIDUAL)
    ]
    return [(day, place, amount) for day in days for place, amount in places]


def run(model: Model, arms: Mapping[str, Arm], times: NDArray[np.float64]) -> dict[str, Course]:
    """Simulate all arms as patients of one call."""
    rows = [
        {"ID": patient, "TIME": day, "AMT": amount, "CMT": place}
        for patient, arm in enumerate(arms.values())
        for day, place, amount in sorted(arm.doses)
    ]
    defaults = {entry.id: entry.value for entry in (*model.parameters, *model.states)}
    names = sorted({name for arm in arms.values() for name in arm.values})
    parameters = {name: np.array([arm.values.get(name, defaults[name]) for arm in arms.values()]) for name in names}
    # One patient without anything set still needs to be counted.
    parameters["k_kill"] = parameters.get("k_kill", np.full(len(arms), defaults["k_kill"]))
    observe = (*model.states.ids, *MEASURED)
    found = simulate(model, parameters, pd.DataFrame(rows) if rows else None, times, observe)
    assert (found.status == 0).all(), found.failures
    return {
        name: Course(
            times,
            {id: found.values[patient, :, place] for place, id in enumerate(found.observables)},
            INFUSION if any(place == "D_1" for _, place, _ in arm.doses) else 0.0,
        )
        for patient, (name, arm) in enumerate(arms.items())
    }


LUPUS_ARMS = {
    "no dose": Arm(),
    "mRNA BCMA": Arm(messenger(3.675e9)),
    "mRNA BCMA once": Arm(messenger(3.675e9, 1)),
    "LV CD19": Arm(lentiviral(7e7), CD19),
    "LV BCMA": Arm(lentiviral(7e7)),
    "LV dual": Arm(lentiviral(1.4e7), DUAL),
    "LV CD19, no lymphodepletion": Arm([(INFUSION, "D_1", 7e7)], CD19),
    "LV CD19, tenth of the dose": Arm(lentiviral(7e6), CD19),
    "LNP CD19": Arm([(day, "LNP", 4.0) for day in (0.0, 3.0, 6.0)], IN_VIVO),
    "LV CD19, no antigen": Arm(
        lentiviral(7e7),
        {**CD19, **dict.fromkeys((f"CD19_{kind}" for kind in ("mature", "pro", "auto", "short", "intermediate")), 0.0)},
    ),
}
MYELOMA_ARMS = {"LV BCMA": Arm(lentiviral(5.25e7, 1.61))}
MYASTHENIA_ARMS = {"no dose": Arm(), "mRNA BCMA": Arm(messenger(3.675e9))}


@pytest.fixture(scope="session")
def lupus_model() -> Model:
    return load_model("sle")


@pytest.fixture(scope="session")
def myeloma_model() -> Model:
    return load_model("mm")


@pytest.fixture(scope="session")
def myasthenia_model() -> Model:
    return load_model("mg")


@pytest.fixture(scope="session")
def lupus(lupus_model: Model) -> dict[str, Course]:
    return run(lupus_model, LUPUS_ARMS, np.arange(0.0, 740.0, 0.25))


@pytest.fixture(scope="session")
def myeloma(myeloma_model: Model) -> Course:
    return run(myeloma_model, MYELOMA_ARMS, np.arange(0.0, 420.0, 0.25))["LV BCMA"]


@pytest.fixture(scope="session")
def myasthenia(myasthenia_model: Model) -> dict[str, Course]:
    return run(myasthenia_model, MYASTHENIA_ARMS, np.arange(0.0, 740.0, 0.25))


@pytest.fixture(scope="session")
def as_described(lupus_model: Model, myeloma_model: Model, myasthenia_model: Model) -> dict[str, Course]:
    """Every scenario of the model description, with its own values."""
    times = np.arange(0.0, 400.0, 0.25)

    def scenarios(model: Model, arms: Mapping[str, Arm], prefix: str) -> dict[str, Course]:
        own = described_in(model)
        described = {name: Arm(arm.doses, {**arm.values, **own}) for name, arm in arms.items() if arm.doses}
        return {f"{prefix}, {name}": course for name, course in run(model, described, times).items()}

    return {
        **scenarios(lupus_model, LUPUS_ARMS, "SLE"),
        **scenarios(myeloma_model, MYELOMA_ARMS, "MM"),
        **scenarios(myasthenia_model, MYASTHENIA_ARMS, "MG"),
    }


@pytest.fixture(scope="session")
def simulate_arms():
    """Simulate arms of one's own: (model, {name: (doses, values)}, times) to {name: course}."""
    return lambda model, arms, times: run(model, {name: Arm(*parts) for name, parts in arms.items()}, np.asarray(times))


@pytest.fixture(scope="session")
def structures() -> dict[str, dict[str, float]]:
    """Switches of the three rival structures."""
    return STRUCTURES


@pytest.fixture(scope="session")
def described(lupus_model: Model) -> dict[str, float]:
    """Values with which the model in lupus is that of the description."""
    return described_in(lupus_model)


@pytest.fixture(scope="session")
def regimens() -> dict[str, list[Dose]]:
    """Doses of the arms that compare structures."""
    return {
        "LV CD19": lentiviral(7e7),
        "3 weekly": messenger(3.675e9, 3),
        "6 weekly": messenger(3.675e9),
        "6 every 4 weeks": messenger(3.675e9, 6, 28.0),
        "6 weekly, quarter of the dose": messenger(9.2e8),
    }
