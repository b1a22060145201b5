"""A clearly synthetic result of a study, for tests of what shows a result: its curves are formulas, not simulations.

Every number here is invented to exercise the page (wide and narrow intervals, empty cells, all four verdicts); none of
it says anything about a therapy.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from silicart.claims.row import Decider, GradeCTest, LedgerRow, PublishedValue, Statement, StructureEstimate
from silicart.study.design import Arm, PopulationPlan, ProductPlan, Reading, RegimenPlan, Study
from silicart.study.result import StudyResult

SEED = 20261124
HORIZON = 730.0


def study() -> Study:
    """Return a study of six arms that looks like the built-in one."""
    products = {
        "alpha": ProductPlan("alpha", "alpha", "mRNA-LNP BCMA CAR-T", "mrna_lnp", "BCMA"),
        "beta": ProductPlan("beta", "beta", "electroporated mRNA BCMA CAR-T", "mrna_electroporation", "BCMA"),
        "gamma": ProductPlan("gamma", "gamma", "lentiviral CD19 CAR-T", "lentiviral", "CD19"),
        "delta": ProductPlan("delta", "delta", "lentiviral BCMA CAR-T", "lentiviral", "BCMA"),
        "epsilon": ProductPlan("epsilon", "epsilon", "in-vivo-made CD19 CAR-T", "in_vivo", "CD19"),
    }

    def regimen(dose: float, unit: str, number: int, interval: float, depleted: bool) -> RegimenPlan:
        days = (-5.0, -4.0, -3.0) if depleted else ()
        return RegimenPlan(dose, unit, number, interval, 0.0, days, 1.0 if depleted else 0.0)

    read = (Reading("52.5 million CAR+ cells per kg, weekly, six times", ("synthetic_source_one",)),)
    arms = (
        Arm("mrna_lnp", "mRNA-LNP BCMA, 6 weekly", "alpha", regimen(52.5e6, "cell_per_kg", 6, 7, False),
            "dose and spacing as another product", read),
        Arm("mrna_ep", "Electroporated mRNA BCMA, 6 weekly", "beta", regimen(52.5e6, "cell_per_kg", 6, 7, False)),
        Arm("lv_cd19", "Lentiviral CD19, once after Flu/Cy", "gamma", regimen(1e6, "cell_per_kg", 1, 0, True)),
        Arm("lv_bcma", "Lentiviral BCMA, once after Flu/Cy", "delta", regimen(1e6, "cell_per_kg", 1, 0, True)),
        Arm("in_vivo", "In-vivo-made CD19, 3 doses", "epsilon", regimen(4.0, "mg", 3, 3, False)),
        Arm("standard", "Standard care", None, None),
    )  # fmt: skip
    return Study(
        name="synthetic",
        title="A synthetic study for the tests of the page",
        question="Does the page show a result as it is?",
        context_of_use="Tests of the report and of the command line only.",
        disease="sle",
        classes=6,
        population=PopulationPlan(60, 10, SEED, ("a", "b", "c")),
        products=products,
        arms=arms,
        lead_in=14.0,
        horizon=HORIZON,
        endpoints=(),
        observables=(),
        claims=None,
        notes=("Dose and spacing of the first arm are those of another product, because its own are not published.",),
        not_computed=("SRI-4", "organ damage"),
        text="name: synthetic\n",
        source="synthetic.yaml",
    )


_DEPTH = {"mrna_lnp": 0.7, "mrna_ep": 0.6, "lv_cd19": 0.97, "lv_bcma": 0.9, "in_vivo": 0.85, "standard": 0.0}
_RETURN = {"mrna_lnp": 60, "mrna_ep": 50, "lv_cd19": 130, "lv_bcma": 90, "in_vivo": 20, "standard": 1}


def _curve(observable: str, arm: str, time: np.ndarray) -> np.ndarray:
    after = np.maximum(time, 0.0)
    depth, back = _DEPTH[arm], _RETURN[arm]
    dip = depth * (1 - np.exp(-after / 6)) * np.exp(-after / back)
    kept = depth * (1 - np.exp(-after / 40)) * np.exp(-after / (back * 12))
    if observable == "CAR_per_microlitre":
        if arm == "standard":
            return np.zeros_like(time)
        if arm in ("mrna_lnp", "mrna_ep", "in_vivo"):
            doses = 6 if arm.startswith("mrna") else 3
            gaps = 7.0 if arm.startswith("mrna") else 3.0
            return sum(
                np.where(time >= k * gaps, 120 * depth * np.exp(-np.maximum(time - k * gaps, 0) / 2.5), 0.0)
                for k in range(doses)
            )
        return 90 * depth * np.where(time > 0, np.exp(-(((np.log(after + 0.1) - np.log(10)) / 0.5) ** 2)), 0) + (
            0.4 * depth * (1 - np.exp(-after / 20)) * np.exp(-after / 120)
        )
    if observable == "CAR_molecules_per_cell":
        return np.where(time > 0, 11000 * np.exp(-np.minimum(after, 60) / (5 if "mrna" in arm else 1e4)), 0.0)
    if observable.startswith(("B_", "plasma_short", "sBCMA")):
        return (25.0 if "microlitre" in observable else 1.0) * (1 - dip)
    if observable == "plasma_long_relative":
        return 1 - 0.5 * dip
    if observable == "IgG":
        return 14 * (1 - 0.25 * kept)
    if observable in ("Ab_dsDNA", "Ab_Ro", "Ab_vaccine"):
        return 1 - {"Ab_dsDNA": 0.9, "Ab_Ro": 0.5, "Ab_vaccine": 0.15}[observable] * kept
    if observable == "activity":
        return 12 * (1 - kept)
    if observable == "IL6":
        return 4 + 300 * depth * np.exp(-(((after - 8) / 4) ** 2))
    raise KeyError(observable)


OBSERVABLES = (
    "CAR_per_microlitre", "CAR_molecules_per_cell", "B_blood_per_microlitre", "B_naive_relative",
    "B_memory_relative", "B_auto_relative", "plasma_short_relative", "plasma_long_relative", "sBCMA_relative", "IgG",
    "Ab_dsDNA", "Ab_Ro", "Ab_vaccine", "activity", "IL6",
)  # fmt: skip

FOLLOWED = ("SRI4", "DORIS", "SLEDAI", "prednisone")
"""What is followed at visits; LLDAS and damage are left out, as in a run that did not read them."""


def visit_bands(arm: str) -> list[pd.DataFrame]:
    """Return what is followed at visits in one arm."""
    days = np.concatenate([[-14.0], np.arange(28.0, HORIZON, 28.0)])
    kept = _DEPTH[arm] * (1 - np.exp(-np.maximum(days, 0.0) / 40))
    middles = {"SRI4": 0.9 * kept, "DORIS": 0.7 * kept, "SLEDAI": 10 * (1 - kept), "prednisone": 12 * (1 - kept)}
    return [
        pd.DataFrame(
            {"arm": arm, "structure": "all", "time": days, "observable": name, "spread": "uncertainty", "mean": middle}
            | {
                f"q{percent:02d}": factor * middle
                for percent, factor in ((5, 0.8), (25, 0.9), (50, 0.95), (75, 1.0), (95, 1.1))
            }
        )
        for name, middle in middles.items()
    ]


def charts(arms: tuple[Arm, ...]) -> pd.DataFrame:
    """Return charts of eight patients an arm; patient 3 dies at the tenth visit, patient 5 flares at the fourth."""
    days = np.concatenate([[-14.0], np.arange(28.0, HORIZON, 28.0)])
    rows = []
    for arm in arms:
        for patient in range(8):
            score = (6.0 + patient) * (1 - _DEPTH[arm.name] * (1 - np.exp(-np.maximum(days, 0.0) / 40)))
            for place, day in enumerate(days):
                rows.append((arm.name, patient, day, "SLEDAI", float(np.round(score[place]))))
                rows.append((arm.name, patient, day, "severe_flare", float(patient == 5 and place == 4)))
                rows.append((arm.name, patient, day, "death", float(patient == 3 and place >= 10)))
    return pd.DataFrame(rows, columns=["arm", "patient", "day", "name", "value"])


def medication(arms: tuple[Arm, ...]) -> pd.DataFrame:
    """Return the infusions of these patients, and prednisone that ends after half a year."""
    rows = []
    for arm in arms:
        for patient in range(8):
            for _, plan in arm.given:
                for dose in range(plan.number):
                    day = dose * plan.interval
                    rows.append((arm.name, patient, "alpha", "a product", "transient", day, day, 1e9, "cell"))
            rows.append((arm.name, patient, "prednisone", "prednisone", "background", -14.0, 182.0, 10.0, "mg_per_day"))
    columns = ["arm", "patient", "drug", "label", "kind", "start", "end", "amount", "unit"]
    return pd.DataFrame(rows, columns=columns)


def tables(arms: tuple[Arm, ...]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return bands, single patients' paths and endpoints of the arms."""
    random = np.random.default_rng(SEED)
    time = np.unique(np.concatenate([np.arange(-14, 60, 1.0), np.arange(60, HORIZON + 1, 7.0)]))
    bands, paths, endpoints = [], [], []
    for arm in arms:
        wide = {name: _curve(name, arm.name, time) for name in OBSERVABLES}
        for name, middle in wide.items():
            for spread, width in (("patients", 0.45), ("uncertainty", 0.18)):
                for structure, tilt in (("all", 1.0), ("a", 0.9), ("b", 1.25), ("c", 0.85)):
                    if structure != "all" and (name != "activity" or spread == "patients"):
                        continue
                    scale = middle * np.where(time > 200, tilt, 1.0)
                    quantiles = {
                        f"q{percent:02d}": scale * np.exp(width * z)
                        for percent, z in ((5, -1.64), (25, -0.67), (50, 0.0), (75, 0.67), (95, 1.64))
                    }
                    bands.append(
                        pd.DataFrame(
                            {
                                "arm": arm.name,
                                "structure": structure,
                                "time": time,
                                "observable": name,
                                "spread": spread,
                                "mean": scale,
                                **quantiles,
                            }
                        )
                    )
        bands += visit_bands(arm.name)
        for patient in range(8):
            factor = np.exp(0.3 * random.standard_normal())
            paths.append(
                pd.DataFrame(
                    {"arm": arm.name, "patient": patient, "time": time}
                    | {name: values * factor for name, values in wide.items()}
                )
            )
        patients = np.arange(60)
        endpoints.append(
            pd.DataFrame(
                {
                    "arm": arm.name,
                    "patient": patients,
                    "draw": patients // 10,
                    "structure": np.take(list("abc"), patients // 20),
                    **{
                        f"crs_probability_{grade}": share * _DEPTH[arm.name] * random.uniform(0.5, 1.0, 60)
                        for grade, share in ((1, 0.8), (2, 0.3), (3, 0.1))
                    },
                    "remission_1y": (random.random(60) < 0.9 * _DEPTH[arm.name]).astype(float),
                    "relapse_2y": (random.random(60) < 1 - 0.9 * _DEPTH[arm.name]).astype(float),
                    "IgG_nadir": 14 * (1 - 0.2 * _DEPTH[arm.name]) * np.exp(0.2 * random.standard_normal(60)),
                }
            )
        )
    return (
        pd.concat(bands, ignore_index=True),
        pd.concat(paths, ignore_index=True),
        pd.concat(endpoints, ignore_index=True),
    )


def ledger() -> tuple[LedgerRow, ...]:
    """Return rows of every verdict, with and without comparator."""
    common = {"endpoint": "synthetic_endpoint", "margin_reason": "a margin for the tests", "statistic": "mean"}
    decider = Decider(
        "input", "phi_blood", "killing in blood against tissue", 0.41, "C", "B cells and CAR-T in one patient"
    )
    return (
        LedgerRow(
            id="crs", claim_id="side_effects", claim="Side effects are fewer", direction="below",
            quantity="Patients with CRS of any grade, less CD19", arm="mrna_lnp", comparator="lentiviral CD19",
            margin=-0.2, unit="dimensionless", estimate=-0.55, interval=(-0.71, -0.33), verdict="supported",
            interval_verdict="supported", reason="the whole interval lies below the margin",
            evidence=("synthetic_source_one", "synthetic_source_two"),
            published=(PublishedValue("0 of 14 against 41 of 47", "synthetic_source_one", -0.87),),
            decided_by=(decider,),
            per_structure=(StructureEstimate("a", "loop", -0.55, (-0.7, -0.35), "supported"),), **common),
        LedgerRow(
            id="activity", claim_id="relief", claim="Relief lasts", quantity="Disease activity at two years",
            arm="mrna_lnp", comparator=None, direction="below", margin=1.0, unit="point", estimate=2.4,
            interval=(0.2, 7.9), verdict="undecided", interval_verdict="undecided",
            reason="the interval holds the margin", evidence=("synthetic_source_two",),
            decided_by=(Decider("structure", "structure", "which rival structure holds", 0.52), decider),
            grade_c=(
                GradeCTest("phi_blood", "killing in blood against tissue", 0.5, 4.4, (2.0, 9.0), "contradicted", True),
            ),
            per_structure=(
                StructureEstimate("a", "antibody and interferon loop", 2.0, (0.2, 9.1), "undecided"),
                StructureEstimate("b", "linear sources, slow refill", 3.1, (1.4, 6.0), "contradicted"),
                StructureEstimate("c", "T-cell help with memory", 0.6, (0.1, 2.2), "undecided"),
            ), durability=True, **common),
        LedgerRow(
            id="depth", claim_id="kills", claim="They kill BCMA-positive cells",
            quantity="Long-lived plasma cells left at day 60",
            arm="mrna_lnp", comparator=None, direction="below", margin=0.5, unit="dimensionless", estimate=0.81,
            interval=(0.66, 0.93), verdict="contradicted", interval_verdict="contradicted",
            reason="the whole interval lies above the margin", evidence=("synthetic_source_one",),
            decided_by=(Decider("draws", "draws", "no single input stands out"),), **common),
        LedgerRow(
            id="cost", claim_id="cost", claim="CAR-T by mRNA costs less", quantity="Cost of goods of one course",
            arm="mrna_lnp", comparator="lentiviral CD19", direction="below", margin=0.0, unit="USD",
            estimate=None, interval=None,
            verdict="not computed", interval_verdict="not computed", reason="the room of economics is not built yet",
            evidence=(), decided_by=(Decider("room", "economics", "economics"),), needs_room="economics", **common),
    )  # fmt: skip


def result() -> StudyResult:
    """Return the whole synthetic result."""
    plan = study()
    bands, paths, endpoints = tables(plan.arms)
    return StudyResult(
        study=plan,
        endpoints=endpoints,
        population=pd.DataFrame({"patient": range(60), "draw": np.arange(60) // 10, "structure": "a"}),
        typical=pd.DataFrame({"draw": range(6), "structure": "a"}),
        bands=bands,
        paths=paths,
        failures=pd.DataFrame({"arm": [], "patient": [], "time": [], "state": [], "reason": []}),
        rejections=pd.DataFrame({"reason": ["k_LPm is negative", "IgG outside 6 to 30 g/L"],
                                 "kind": ["closure", "filter"], "count": [1, 7]}),
        ledger=ledger(),
        charts=charts(plan.arms),
        medication=medication(plan.arms),
        statements=(
            Statement("first", "world's first", "Nobody has counted.", "A synthetic registry", "2026-11-01"),
        ),
        model_text="model synthetic\nend\n",
        study_text=plan.text,
        manifest={"complete": True, "seed": SEED, "patients": 60, "silicart_version": "0.1.0",
                  "runtime_s": {"arms": 3.2}, "versions": {"numpy": "2.0"}, "hashes": {"study": "0" * 64}},
    )  # fmt: skip
