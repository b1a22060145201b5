"""Every rule that a study may name, and how its settings are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from types import MappingProxyType

from silicart.errors import StudyError, nearest
from silicart.trial.rule import Rule
from silicart.trial.rules.give_tocilizumab import GiveTocilizumab
from silicart.trial.rules.replace_immunoglobulin import ReplaceImmunoglobulin
from silicart.trial.rules.rescue_drug import RescueDrug
from silicart.trial.rules.retreat_on_relapse import RetreatOnRelapse
from silicart.trial.rules.taper_in_myasthenia import TaperInMyasthenia
from silicart.trial.rules.taper_steroid import TaperSteroid
from silicart.trial.rules.withdraw_drug import WithdrawDrug


@dataclass(frozen=True)
class RuleKind:
    """A rule before a study has set it.

    label : what it does, a phrase for a reader.
    diseases : where it has a meaning.
    make : a frozen dataclass whose fields are the settings that a study may give; `disease`, where it is a field, is
        that of the study.
    """

    label: str
    diseases: tuple[str, ...]
    make: Callable[..., Rule]

    @property
    def settings(self) -> Mapping[str, object]:
        """Setting -> its default; None is "the number of the register"."""
        entries = fields(self.make)  # type: ignore[arg-type]  # a rule is a dataclass, which Callable does not say
        return {one.name: None if one.default is MISSING else one.default for one in entries if one.name != "disease"}


RULES: Mapping[str, RuleKind] = MappingProxyType(
    {
        "retreat_on_relapse": RuleKind(
            "gives the arm's whole course again at a relapse after a response", ("sle",), RetreatOnRelapse
        ),
        "taper_steroid": RuleKind(
            "tapers prednisone while disease is quiet, raises it at a flare", ("sle",), TaperSteroid
        ),
        "rescue_drug": RuleKind(
            "gives steroid and an immunosuppressant at a severe flare or a relapse", ("sle",), RescueDrug
        ),
        "taper_in_myasthenia": RuleKind(
            "lowers prednisone while MG-ADL is better, and raises it when symptoms return", ("mg",), TaperInMyasthenia
        ),
        "withdraw_drug": RuleKind("stops prednisone or an immunosuppressant on a day", ("sle",), WithdrawDrug),
        "give_tocilizumab": RuleKind(
            "says from when on the ward gives tocilizumab and dexamethasone between visits, or that it gives none",
            ("sle", "mg", "mm"),
            GiveTocilizumab,
        ),
        "replace_immunoglobulin": RuleKind(
            "gives immunoglobulin at a visit that finds IgG below its limit", ("sle", "mg", "mm"), ReplaceImmunoglobulin
        ),
    }
)
"""Id -> rule, in the order of the list in the documentation."""


def build_rule(id: str, settings: Mapping[str, object], disease: str, *, where: str = "rules") -> Rule:
    """Return a rule of a study with its settings.

    Raises
    ------
    StudyError : an unknown rule or setting (with the nearest name), a value that is none, or another disease.

    Examples
    --------
    >>> build_rule("retreat_on_relapse", {"maximum": 1}, "sle").id
    'retreat_on_relapse'
    """
    if id not in RULES:
        near = nearest(id, RULES)
        raise StudyError(
            "unknown rule", where=where, found=id, expected="one of: " + ", ".join(RULES),
            remedy=f"did you mean {near}?" if near else "see the rules in the documentation of study files",
        )  # fmt: skip
    kind = RULES[id]
    if disease not in kind.diseases:
        raise StudyError(
            f"the rule {id} has no meaning in this disease", where=where, found=disease,
            expected="one of: " + ", ".join(kind.diseases), remedy="leave the rule out",
        )  # fmt: skip
    for name, value in settings.items():
        if name not in kind.settings:
            near = nearest(name, kind.settings)
            raise StudyError(
                f"the rule {id} has no such setting", where=where, found=name,
                expected="one of: " + ", ".join(kind.settings) if kind.settings else "no setting",
                remedy=f"did you mean {near}?" if near else "remove it",
            )  # fmt: skip
        whole = isinstance(kind.settings[name], int) and not isinstance(kind.settings[name], bool)
        number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        if not number or (whole and value != int(value)):  # type: ignore[call-overload]  # a number by now
            raise StudyError(
                f"{name} of the rule {id} is not a number", where=where, found=value,
                expected="a whole number from 0" if whole else "a number from 0", remedy="correct it",
            )  # fmt: skip
    given = dict(settings) | ({"disease": disease} if _asks_for_disease(kind) else {})
    return kind.make(**given)


def _asks_for_disease(kind: RuleKind) -> bool:
    return any(one.name == "disease" for one in fields(kind.make))  # type: ignore[arg-type]  # as above
