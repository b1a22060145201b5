"""One published figure, with all that says what it is and where it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Observation:
    """One published figure.

    Parameters
    ----------
    id : name of the observation, which claims and tables cite as evidence.
    label : what was observed, in words.
    quantity, arm, disease : what it is compared with in a run; arm and disease may be None for a plain fact.
    time : day after the first dose, or None.
    value : the figure, in `unit`; count / n where counts were published.
    count, n : patients with the event, and patients observed; n alone for other figures.
    spread : published standard deviation between patients, or None.
    low, high : interval of the figure: the published one, or the exact 95 % binomial limits of count and n.
    interval : where the interval comes from ("exact binomial 95 %", "as published", or None).
    accept_low, accept_high : band inside which a simulated cohort counts as agreeing, or None.
    band : whose band it is: "record" (published with the figure), "reading" (a tolerance set when the figure was read),
        or None where that is not said.
    study : the built-in study, or the path of a study file, whose `arm` is simulated for it; None where the arm stands
        in the file of the observation itself, or nothing is simulated.
    statistic : what the trial reports of its patients (`STATISTICS`); None where nothing is simulated.
    since : where the figure is over a period, its first day; `time` is then its last.
    comparator, comparator_n : with "difference", the arm that is subtracted, and its patients.
    at_least, at_most : with "fraction" of a quantity that is no yes-or-no, what counts as yes.
    population : criteria of entry: quantity or value of the register, with "_at_least" or "_at_most" -> limit.
    table, row : the line of an acceptance table that the figure belongs to.
    tried : what was tried to bring the model nearer, in words.
    follow_up : median months for which the patients were observed, or None where it was not read.
    role : "target" (used in building the model), "check" (not used), "fact" (recorded, not simulated).
    sources, seen, records : keys of `sources.bib` (in a user's own file any text), how the figure was read, and the
        dossier records it came from.

    Examples
    --------
    >>> from silicart.evidence import load_observations
    >>> observation = load_observations()["mrna_bcma_mg_crs"]
    >>> observation.count, observation.n, round(observation.high, 3)
    (0, 14, 0.232)
    """

    id: str
    label: str
    quantity: str
    arm: str | None
    disease: str | None
    time: float | None
    value: float
    count: int | None
    n: int | None
    spread: float | None
    low: float | None
    high: float | None
    interval: str | None
    unit: str
    accept_low: float | None
    accept_high: float | None
    role: str
    sources: tuple[str, ...]
    seen: str
    records: tuple[str, ...]
    note: str | None = None
    band: str | None = None
    follow_up: float | None = None
    study: str | None = None
    statistic: str | None = None
    since: float | None = None
    comparator: str | None = None
    comparator_n: int | None = None
    at_least: float | None = None
    at_most: float | None = None
    population: Mapping[str, float] = field(default_factory=dict)
    table: str | None = None
    row: int | None = None
    tried: str | None = None
    where: str = field(default="", compare=False)

    def accepts(self, value: float) -> bool | None:
        """Say whether a simulated value lies in the acceptance band; None where there is no band."""
        if self.accept_low is None or self.accept_high is None:
            return None
        return self.accept_low <= value <= self.accept_high

    @property
    def simulated(self) -> bool:
        """Whether there is something to simulate it with."""
        return self.statistic is not None and self.arm is not None and self.role != "fact"


def exact_interval(count: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) two-sided interval of a proportion.

    Examples
    --------
    >>> low, high = exact_interval(0, 14)
    >>> round(low, 3), round(high, 3)
    (0.0, 0.232)
    """
    from scipy.special import betaincinv

    tail = (1.0 - level) / 2.0
    low = 0.0 if count == 0 else float(betaincinv(count, n - count + 1, tail))
    high = 1.0 if count == n else float(betaincinv(count + 1, n - count, 1.0 - tail))
    return low, high
