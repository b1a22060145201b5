"""Visits and decisions: what a clinic writes down, and what it changes because of it."""

from silicart.trial.rule import Decision, Rule
from silicart.trial.walking import walk

__all__ = ["Decision", "Rule", "walk"]
