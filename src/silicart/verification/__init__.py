"""Is the engine right: one case from the outside, and whole suites of cases with known results."""

from silicart.verification.adapter import answer, answering, exit_code
from silicart.verification.cases import Case, Suite, find_suites, verification_folder
from silicart.verification.course import Course, run_job
from silicart.verification.job import Job
from silicart.verification.judging import OUTCOMES, Outcome, judge
from silicart.verification.summary import Counts, counts_by_suite, counts_by_tag
from silicart.verification.workers import judge_all

__all__ = [
    "OUTCOMES",
    "Case",
    "Counts",
    "Course",
    "Job",
    "Outcome",
    "Suite",
    "answer",
    "answering",
    "counts_by_suite",
    "counts_by_tag",
    "exit_code",
    "find_suites",
    "judge",
    "judge_all",
    "run_job",
    "verification_folder",
]
