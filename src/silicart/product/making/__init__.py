"""How a product is made: process files, unit operations, lots, release, and what a whole course needs."""

from silicart.product.making.course import Course, course_of
from silicart.product.making.lots import lot_parameters, make_lot
from silicart.product.making.process import Process, Step, built_in_processes, load_process, read_process, with_settings
from silicart.product.making.release import Limit, Limits, Release, judge, load_limits

__all__ = [
    "Course",
    "Limit",
    "Limits",
    "Process",
    "Release",
    "Step",
    "built_in_processes",
    "course_of",
    "judge",
    "load_limits",
    "load_process",
    "lot_parameters",
    "make_lot",
    "read_process",
    "with_settings",
]
