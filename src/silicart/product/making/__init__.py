"""How a product is made: process files, unit operations, lots, release, and what a whole course needs."""

from silicart.product.making.course import Course, course_of
from silicart.product.making.drawing import DrawnLots, draw_lots
from silicart.product.making.lots import lot_parameters, make_lot
from silicart.product.making.process import (
    Process,
    Step,
    built_in_processes,
    load_process,
    read_process,
    with_settings,
)
from silicart.product.making.release import Limit, Limits, Release, judge, load_limits, read_limits
from silicart.product.making.summary import ProcessSummary, summarise_process, sweep

__all__ = [
    "Course",
    "DrawnLots",
    "Limit",
    "Limits",
    "Process",
    "ProcessSummary",
    "Release",
    "Step",
    "built_in_processes",
    "course_of",
    "draw_lots",
    "judge",
    "load_limits",
    "load_process",
    "lot_parameters",
    "make_lot",
    "read_limits",
    "read_process",
    "summarise_process",
    "sweep",
    "with_settings",
]
