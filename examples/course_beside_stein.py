"""The lentiviral course of silicart beside a published model: Stein 2019 (tisagenlecleucel), each over its peak.

Run it with `python examples/course_beside_stein.py FIGURE.svg`; without a path it prints the numbers alone.
"""

from __future__ import annotations

import sys

import numpy as np

import silicart as sc

INFUSION = 7.0
DAYS = np.arange(0.0, 366.0, 0.05)
DOSES = {"TIME": [2.0, 3.0, 4.0, INFUSION], "AMT": [1.0, 1.0, 1.0, 7e7], "CMT": ["chemo", "chemo", "chemo", "D_1"]}


def courses() -> dict[str, np.ndarray]:
    """Cells of blood over their peak: published, and of the typical lupus patient for two targets."""
    found = {"Stein 2019, CD19, leukaemia": sc.simulate(sc.load_peer("stein-2019").model, times=DAYS,
                                                       observe=["transgene"]).values[0, :, 0]}  # fmt: skip
    lupus, times = sc.load_model("sle"), [0.0, *(INFUSION + DAYS)]
    for target in ("CD19", "BCMA"):
        aimed = {"target_BCMA": float(target == "BCMA"), "target_CD19": float(target == "CD19")}
        course = sc.simulate(lupus, aimed, DOSES, times, ["CAR_per_microlitre"])
        found[f"silicart, {target}, lupus"] = course.values[0, 1:, 0]
    return {name: course / course.max() for name, course in found.items()}


def describe(course: np.ndarray) -> tuple[float, float, float, float]:
    """Day of the peak; area of 28 days over the peak (days); level on day 90; half-life from day 90 to 180."""
    month, level = DAYS <= 28, {day: course[np.argmin(abs(DAYS - day))] for day in (90, 180)}
    area = float(np.trapezoid(course[month], DAYS[month]))
    return float(DAYS[course.argmax()]), area, level[90], 90 * np.log(2) / np.log(level[90] / level[180])


def draw(found: dict[str, np.ndarray], path: str) -> None:
    """Write the courses as a figure."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 3.6), layout="constrained")
    for (name, course), colour in zip(found.items(), ("#404040", "#0072B2", "#D55E00"), strict=True):
        axes.semilogy(DAYS, course, label=name, color=colour)
    axes.set(xlim=(0, 200), ylim=(1e-5, 2), xlabel="days after infusion", ylabel="CAR-T cells of blood / peak")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    shown = courses()
    print(f"{'':28s}{'peak, day':>11s}{'AUC0-28/peak':>14s}{'level, day 90':>15s}{'half-life, d':>14s}")
    for name, course in shown.items():
        peak, area, level, half_life = describe(course)
        print(f"{name:28s}{peak:11.1f}{area:14.1f}{level:15.4f}{half_life:14.0f}")
    if len(sys.argv) > 1:
        draw(shown, sys.argv[1])
