"""The two ways in which a judge outside talks to silicart: one command a case, or a line of JSON a case.

Both write the table of a job to its file: a header `time,a,b,c`, then one row for each time, numbers in full so that
they read back to the same bits.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

from silicart.errors import SilicartError
from silicart.verification.course import Course, one_line, run_job
from silicart.verification.job import Job

EXIT_CODES: Mapping[str, int] = {"ok": 0, "error": 1, "refused": 3, "warned": 4}


def exit_code(said: Mapping[str, Any]) -> tuple[int, str]:
    """Run one job and return the exit code of the command and the line for standard error.

    0 : the table was written. 3 : refused, the line names the feature. 4 : as 0, but the line says why the result
    cannot be relied on. 1 : an error.

    Examples
    --------
    >>> exit_code({"sbml": "absent.xml", "duration": 1, "steps": 1, "variables": "A"})[0]
    1
    """
    course = _answered(said)
    return EXIT_CODES[course.status], course.message


def answer(line: str) -> str:
    """Return the answer to one line of a batch, both JSON objects; no line, however bad, raises.

    Examples
    --------
    >>> answer("nonsense")
    '{"status": "error", "message": "the line is no JSON object (found: nonsense)"}'
    """
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if isinstance(said, dict):
        course = _answered(said)
    else:
        course = Course("error", f"the line is no JSON object (found: {line.strip()[:80]})")
    return json.dumps({"status": course.status, "message": course.message})


@contextmanager
def answering() -> Iterator[TextIO]:
    """Give the stream for answers; whatever else writes to standard output meanwhile goes to standard error.

    Compiled libraries write past Python, so the file descriptor itself is turned.
    """
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with os.fdopen(os.dup(kept), "w", encoding="utf-8") as answers:
            yield answers
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def write_table(job: Job, course: Course) -> None:
    """Write the values of a course to the file of its job, in one go."""
    assert job.out is not None
    assert course.values is not None
    with job.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["time", *job.variables])
        for time, row in zip(job.times, course.values.tolist(), strict=True):
            writer.writerow([repr(time), *map(repr, row)])


def _answered(said: Mapping[str, Any]) -> Course:
    try:
        job = Job.of(said)
    except SilicartError as error:
        return Course("error", one_line(error))
    course = run_job(job)
    if course.values is not None and job.out is not None:
        try:
            write_table(job, course)
        except OSError as error:
            return Course("error", f"the table cannot be written: {error.strerror} ({job.out})")
    return course
