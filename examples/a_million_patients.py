"""A million virtual lupus patients, two years each, without a trajectory.

    python examples/a_million_patients.py --patients 1000000

Patients are drawn, treated and simulated a thousand at a time; of each of them five numbers are kept. Memory stays
flat and the rate constant: the last lines say how flat and how constant.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

import silicart as sc
from silicart.cli.progress import shown_progress
from silicart.simulation import Listener, ProgressEvent

YEAR = 365.0


class Witness:
    """Passes progress on to who shows it, and keeps when how many were done and how much memory was in use.

    Rates are told twice, by the clock and by processor time: the second says the same on a machine with other work.
    """

    def __init__(self, shown: Listener) -> None:
        self._shown = shown
        self.seen: list[tuple[float, float, int, float]] = []

    def __call__(self, event: ProgressEvent) -> None:
        self.seen.append((time.monotonic(), time.process_time(), event.done, resident_mb()))
        self._shown(event)

    def report(self) -> dict[str, float]:
        """Return the rate of the first, middle and last tenth of the patients, and the memory at those times."""
        found = {}
        total = self.seen[-1][2]
        for name, first, last in (("first", 0.0, 0.1), ("middle", 0.45, 0.55), ("last", 0.9, 1.0)):
            begin = [one for one in self.seen if one[2] <= first * total][-1]
            end = next(one for one in self.seen if one[2] >= last * total)
            done = end[2] - begin[2]
            found[f"per_second_{name}"] = round(done / (end[0] - begin[0]), 1)
            found[f"per_core_second_{name}"] = round(done / (end[1] - begin[1]), 1)
            found[f"memory_mb_{name}"] = round(end[3], 1)
        return found


def resident_mb() -> float:
    """Return the memory in use now, or the highest so far where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    """Run it and print a table, then one line of JSON."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--patients", type=int, default=1_000_000)
    arguments.add_argument("--arm", default="mrna-lnp-bcma")
    arguments.add_argument("--threads", type=int)
    asked = arguments.parse_args()

    study = sc.load_study("sys6020-sle")
    model = sc.load_model(study.disease)
    end = study.lead_in + 2.0 * YEAR
    times = [0.0, study.lead_in, study.lead_in + YEAR, end]
    reductions = [
        sc.Minimum("activity", window=(study.lead_in, end)),
        sc.TimeOfMinimum("activity", window=(study.lead_in, end)),
        sc.TimeAbove("activity", 4.0, window=(study.lead_in, end)),
        sc.Area("activity", window=(study.lead_in, end)),
        sc.Minimum("IgG"),
        sc.Quantiles("activity", (0.05, 0.5, 0.95), bounds=(1e-6, 100.0), bins=2000, scale="log"),
    ]
    source = sc.arm_patients(study, asked.arm, asked.patients)
    with shown_progress("compiling") as shown:
        witness = Witness(shown)
        found = sc.summarise(model, source, None, times, reductions, threads=asked.threads, progress=witness)
    numbers = found.to_pandas().drop(columns=["patient", "status"])
    print(numbers.describe().T[["count", "mean", "min", "50%", "max"]].to_string())
    print(found.quantiles["activity"].to_pandas().to_string(index=False))
    print(f"{len(found.failed)} of {len(found)} patients failed")
    print(json.dumps({"patients": len(found), "failed": len(found.failed), **witness.report()}))


if __name__ == "__main__":
    main()
