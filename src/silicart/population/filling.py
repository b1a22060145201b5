"""Filling a population: draw typical values, draw candidates around them, refuse the impossible, draw those again.

Nothing here depends on who else is asked for. A draw is always filled whole, with all its `per_draw` patients, even
when only one of them is wanted, because whether a draw can be filled is a property of the draw; and each patient has
its own row of attempts, of which the first possible one is taken, however many are evaluated at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.errors import PopulationError
from silicart.evidence import Register
from silicart.population.draws import TypicalValues, draw_patient_values, draw_typical_values
from silicart.population.filters import Check, Evaluate, refusals
from silicart.population.population import Population, Rejections

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

STRUCTURE = "structure"
"""The category of the register whose option is a population's rival structure."""

ATTEMPTS = 240
"""A patient of a draw gets this many attempts; a draw in which one is not enough is drawn again."""

BARREN = 20
"""A draw in which no patient is possible within this many attempts is drawn again at once."""

REDRAWS = 20
"""A draw is drawn again this often before the error says that no population fits."""

_BATCH = 2000


def fill(
    register: Register,
    checks: Sequence[Check],
    evaluate: Evaluate,
    numbers: IntArray,
    seed: int,
    per_draw: int,
    *,
    overrides: Mapping[str, float] | None = None,
    options: Mapping[str, Sequence[str]] | None = None,
) -> Population:
    """Draw the patients `numbers`, with `evaluate` giving the untreated values that `checks` look at."""
    draws = np.unique(numbers // per_draw)
    tally = _Tally(checks)
    filled = _Filled.empty(draws, per_draw)
    pending = np.arange(len(draws))
    for redraw in range(REDRAWS):
        if not pending.size:
            break
        typical = draw_typical_values(
            register, seed, draws[pending], np.full(len(pending), redraw), options=options, overrides=overrides
        )
        filled.redraws[pending] = redraw
        attempt = _Attempt(register, checks, evaluate, seed, per_draw, typical, redraw * ATTEMPTS, overrides)
        failed = attempt.run(filled, pending, tally)
        pending = pending[failed]
    if pending.size:
        raise _cannot_fill(int(draws[pending[0]]), tally)
    return filled.population(register, numbers, seed, per_draw, tally)


class _Tally:
    """Counts of candidates and of the reasons to refuse them."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self.checks = checks
        self.candidates = self.passed = self.closures = 0
        self.counts = np.zeros(len(checks), dtype=np.int64)
        self.alone = np.zeros(len(checks), dtype=np.int64)
        self._closure = np.array([check.kind == "closure" for check in checks], dtype=np.bool_)

    def add(self, refused: NDArray[np.bool_]) -> None:
        """Count candidates, (checks, candidates)."""
        reasons = refused.sum(axis=0)
        self.candidates += refused.shape[1]
        self.passed += int((reasons == 0).sum())
        self.closures += int(refused[self._closure].any(axis=0).sum())
        self.counts += refused.sum(axis=1)
        self.alone += (refused & (reasons == 1)).sum(axis=1)

    def rejections(self) -> tuple[Rejections, ...]:
        """Return the reasons that refused somebody, most frequent first."""
        rows = [
            Rejections(check.reason, check.kind, int(count), int(alone))
            for check, count, alone in zip(self.checks, self.counts, self.alone, strict=True)
            if count
        ]
        return tuple(sorted(rows, key=lambda one: (-one.count, one.reason)))


@dataclass
class _Filled:
    """The whole draws being filled: arrays (draws,) and (draws, per_draw), written in place."""

    draws: IntArray
    typical: dict[str, FloatArray]
    structure: NDArray[np.str_]
    patients: dict[str, FloatArray]
    attempts: IntArray
    redraws: IntArray

    @classmethod
    def empty(cls, draws: IntArray, per_draw: int) -> _Filled:
        size = (len(draws), per_draw)
        zeros = np.zeros(len(draws), dtype=np.int64)
        return cls(draws, {}, np.full(len(draws), "", dtype="<U64"), {}, np.zeros(size, dtype=np.int64), zeros)

    def keep_typical(self, rows: IntArray, typical: TypicalValues) -> None:
        for id, values in typical.values.items():
            self.typical.setdefault(id, np.empty(len(self.draws)))[rows] = values
        if STRUCTURE in typical.choices:
            self.structure[rows] = typical.choices[STRUCTURE]

    def keep_patients(self, row: IntArray, place: IntArray, values: Mapping[str, FloatArray], used: IntArray) -> None:
        for id, numbers in values.items():
            self.patients.setdefault(id, np.empty(self.attempts.shape))[row, place] = numbers
        self.attempts[row, place] += used

    def population(self, register: Register, numbers: IntArray, seed: int, per_draw: int, tally: _Tally) -> Population:
        row, place = np.searchsorted(self.draws, numbers // per_draw), numbers % per_draw
        return Population(
            seed=seed,
            per_draw=per_draw,
            patients=numbers,
            draw=numbers // per_draw,
            structure=self.structure[row],
            parameters={id: values[row, place] for id, values in self.patients.items()},
            draws=self.draws,
            draw_structure=self.structure,
            typical_values={id: self.typical[id] for id in register.uncertain()},
            attempts=self.attempts[row, place],
            redraws=self.redraws,
            candidates=tally.candidates,
            passed=tally.passed,
            closures_refused=tally.closures,
            rejected=tally.rejections(),
        )


@dataclass(frozen=True)
class _Attempt:
    """One set of typical values for some draws, and the candidates drawn around them."""

    register: Register
    checks: Sequence[Check]
    evaluate: Evaluate
    seed: int
    per_draw: int
    typical: TypicalValues
    first_attempt: int
    overrides: Mapping[str, float] | None

    def run(self, filled: _Filled, rows: IntArray, tally: _Tally) -> NDArray[np.bool_]:
        """Fill the draws in `rows` of `filled`; return which of them could not be filled."""
        filled.keep_typical(rows, self.typical)
        row = np.repeat(np.arange(len(rows)), self.per_draw)
        place = np.tile(np.arange(self.per_draw), len(rows))
        possible = np.zeros(len(rows), dtype=np.bool_)
        done = 0
        while row.size and done < ATTEMPTS:
            # Candidates of a round stay about as many while the patients left get fewer; a round never steps over
            # the attempt at which a draw is given up, so what is kept does not depend on who else is drawn.
            stop = BARREN if done < BARREN else ATTEMPTS
            ahead = int(np.clip(_BATCH // row.size, 1, stop - done))
            found = self._round(filled, rows, row, place, done, ahead, tally)
            possible[row[found]] = True
            done += ahead
            left = ~found
            if done == BARREN:
                left &= possible[row]
            row, place = row[left], place[left]
        unfilled = ~possible
        unfilled[row] = True
        return unfilled

    def _round(
        self, filled: _Filled, rows: IntArray, row: IntArray, place: IntArray, done: int, ahead: int, tally: _Tally
    ) -> NDArray[np.bool_]:
        """Try the next `ahead` attempts at each patient, keep the first possible one, say who was found."""
        row_each, place_each = np.repeat(row, ahead), np.repeat(place, ahead)
        number = self.typical.draws[row_each] * self.per_draw + place_each
        attempt = self.first_attempt + done + np.tile(np.arange(ahead), row.size)
        values = draw_patient_values(
            self.register, self.seed, self.typical, row_each, number, attempt, overrides=self.overrides
        )
        structures = self.typical.choices.get(STRUCTURE, np.full(len(self.typical.draws), ""))
        refused = refusals(self.checks, self.evaluate, values, structures[row_each])
        possible = ~refused.any(axis=0).reshape(row.size, ahead)
        first, found = possible.argmax(axis=1), np.asarray(possible.any(axis=1))
        used = np.where(found, first + 1, ahead)
        tally.add(refused[:, (np.arange(ahead) < used[:, np.newaxis]).ravel()])
        taken = np.flatnonzero(found) * ahead + first[found]
        filled.keep_patients(rows[row[found]], place[found], {id: v[taken] for id, v in values.items()}, used[found])
        filled.attempts[rows[row[~found]], place[~found]] += ahead
        return found


def _cannot_fill(draw: int, tally: _Tally) -> PopulationError:
    reasons = tally.rejections()
    shares = ", ".join(f"{one.reason} ({100 * one.count / tally.candidates:.0f} %)" for one in reasons[:3])
    return PopulationError(
        f"parameter draw {draw} cannot be filled with possible patients",
        where="population",
        found=f"{tally.passed} of {tally.candidates} candidates possible; refused most: {shares}",
        expected=f"{REDRAWS} sets of typical values, one of which gives every patient within {ATTEMPTS} attempts",
        remedy=f"look at what sets {reasons[0].reason.split()[0]}, or widen its filter",
    )
