"""Visits and decisions: what a clinic writes down, and what it changes because of it."""

from silicart.trial.clinic import clinic_of
from silicart.trial.rule import Decision, Dose, Rule
from silicart.trial.walking import Orders, Walk, walk

__all__ = ["Decision", "Dose", "Orders", "Rule", "Walk", "clinic_of", "walk"]
