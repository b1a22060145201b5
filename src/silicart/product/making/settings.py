"""The steps that a process file may name, and the settings of each: which are modelled, and which are only recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from silicart.errors import nearest
from silicart.evidence.document import Section
from silicart.product.delivery import RECEPTORS

Value = float | str


@dataclass(frozen=True)
class Setting:
    """One setting of a step that the model uses.

    unit : of a number, as a reader writes it.
    low, high : bounds of a number; the upper one is allowed, the lower one only with `from_low`.
    choices : the words allowed, for a setting that is no number.
    default : value when the file does not name it; a setting without one must be named.
    optional : it may be absent without having a default.
    """

    unit: str = ""
    low: float = 0.0
    high: float = float("inf")
    from_low: bool = False
    whole: bool = False
    choices: tuple[str, ...] = ()
    default: Value | None = None
    optional: bool = False

    @property
    def expected(self) -> str:
        """What would be accepted, in words."""
        if self.choices:
            return "one of: " + ", ".join(self.choices)
        kind = "a whole number" if self.whole else "a number"
        lowest = f"{'from' if self.from_low else 'above'} {self.low:g}"
        highest = "" if self.high == float("inf") else f", at most {self.high:g}"
        return f"{kind} {lowest}{highest}{f' ({self.unit})' if self.unit else ''}"


@dataclass(frozen=True)
class StepKind:
    """What a step may say: settings that the model uses, and settings that are written down without evidence."""

    settings: Mapping[str, Setting]
    recorded: tuple[str, ...] = ()


_SHARE = Setting(high=1.0, default=1.0)
_DOSE = Setting("µg mRNA per 10⁶ cells", high=1000.0)
_CARRIER_RECORDED = ("CD4_CD8_ratio", "memory_share", "medium", "serum_percent", "dsRNA_percent", "construct")

CARRIERS: Mapping[str, StepKind] = {
    "lnp": StepKind(
        {
            "dose_ug_per_million_cells": _DOSE,
            "exposure_hours": Setting("h", high=240.0),
            "cells_per_mL": Setting("cells/mL", high=1e9),
            "encapsulation": _SHARE,
            "mRNA_integrity": _SHARE,
            "hydroxycholesterol_percent": Setting("%", high=50.0, from_low=True, default=0.0),
            "cells": Setting("cells", optional=True),
        },
        (*_CARRIER_RECORDED, "ionizable_lipid", "particle_size_nm", "PDI", "ApoE_ug_per_mL", "N_P_ratio"),
    ),
    "electroporation": StepKind(
        {
            "dose_ug_per_million_cells": _DOSE,
            "pulse": Setting(choices=("mild", "strong")),
            "cells_per_pulse": Setting("cells", high=1e12),
            "cells_per_mL": Setting("cells/mL", high=1e9),
            "mRNA_integrity": _SHARE,
            "cells": Setting("cells", optional=True),
        },
        (*_CARRIER_RECORDED, "instrument", "buffer", "volts"),
    ),
    "lentivirus": StepKind(
        {
            "MOI": Setting("vector units per cell", high=1000.0),
            "exposure_hours": Setting("h", high=240.0),
            "cells_per_mL": Setting("cells/mL", high=1e9),
            "cells": Setting("cells", optional=True),
        },
        (*_CARRIER_RECORDED, "titre", "enhancer"),
    ),
    "targeted_lnp": StepKind(
        {"dose_mg": Setting("mg mRNA", high=1000.0), "receptor": Setting(choices=RECEPTORS, default="CD8")},
        ("ionizable_lipid", "particle_size_nm", "PDI", "encapsulation", "mRNA_integrity", "construct"),
    ),
    "targeted_lentivirus": StepKind(
        {"vector_units": Setting("transducing units", high=1e13)}, ("titre", "binder", "construct")
    ),
}
"""Settings of the step `delivery`, by what its setting `by` names."""

DOSE_SETTINGS: Mapping[str, str] = {
    "lnp": "dose_ug_per_million_cells",
    "electroporation": "dose_ug_per_million_cells",
    "lentivirus": "MOI",
    "targeted_lnp": "dose_mg",
    "targeted_lentivirus": "vector_units",
}
"""What `delivery.dose` means in a sweep, by carrier."""

MRNA_CARRIERS = ("lnp", "electroporation")
"""Carriers that bring mRNA into cells outside the body; what they give fades."""

STEPS: Mapping[str, StepKind] = {
    "leukapheresis": StepKind({"collections": Setting(low=1, from_low=True, whole=True, default=1.0)}, ("device",)),
    "selection": StepKind({}, ("method", "CD4_CD8_ratio", "memory_share")),
    "activation": StepKind(
        {"days": Setting("d", high=7.0)},
        ("reagent", "medium", "serum_percent", "IL2_IU_per_mL", "IL7_ng_per_mL", "IL15_ng_per_mL"),
    ),
    "culture": StepKind(
        {"days": Setting("d", high=60.0, from_low=True), "volume_litres": Setting("L", high=1e4)},
        ("vessel", "medium", "serum_percent", "IL2_IU_per_mL", "IL7_ng_per_mL", "IL15_ng_per_mL"),
    ),
    "delivery": StepKind({}),
    "hold": StepKind({"hours": Setting("h", high=720.0), "at": Setting(choices=("culture", "cold"))}),
    "wash": StepKind({}, ("device", "volumes")),
    "formulation": StepKind(
        {"doses": Setting(low=1, from_low=True, whole=True, default=1.0)}, ("excipient", "volume_mL")
    ),
    "cryopreservation": StepKind({}, ("cryoprotectant", "cooling_rate", "storage")),
    "shipping": StepKind(
        {"days": Setting("d", high=60.0, from_low=True), "stable_hours": Setting("h", high=720.0, optional=True)},
        ("carrier",),
    ),
    "thaw": StepKind({"hours": Setting("h", high=72.0, from_low=True, default=0.0)}, ("method",)),
}
"""The steps that a process may have, in their usual order."""


def kind_of(step: str, section: Section) -> StepKind:
    """Return what a step may say; a delivery must say by what it delivers.

    Raises
    ------
    ProcessError : with file and line, for a delivery that does not say by what, or by something unknown.
    """
    return CARRIERS[section.choice("by", tuple(CARRIERS))] if step == "delivery" else STEPS[step]


def read_settings(step: str, section: Section) -> tuple[dict[str, Value], dict[str, Value]]:
    """Return the modelled and the recorded settings of a step, defaults filled in.

    Raises
    ------
    ProcessError : with file and line, for an unknown setting, one that is missing, or a value outside its bounds.
    """
    kind = kind_of(step, section)
    modelled: dict[str, Value] = {"by": section.text("by")} if step == "delivery" else {}
    recorded: dict[str, Value] = {}
    for name in section.data:
        if name in kind.recorded:
            recorded[name] = _recorded(section, name)
        elif name not in kind.settings and name not in modelled:
            known = (*kind.settings, *kind.recorded)
            near = nearest(str(name), known)
            raise section.fail(
                f"{step} has no such setting", name, found=name, expected="one of: " + ", ".join(known) or "none",
                remedy=f"did you mean {near}?" if near else "remove it; a note may go into a comment",
            )  # fmt: skip
    for name, setting in kind.settings.items():
        if section.has(name):
            modelled[name] = checked(section, step, name, setting)
        elif setting.default is not None:
            modelled[name] = setting.default
        elif not setting.optional:
            raise section.fail(f"{step} does not say {name}", expected=f"{name}: {setting.expected}")
    return modelled, recorded


def checked(section: Section, step: str, name: str, setting: Setting) -> Value:
    """Return a setting's value, refused where it lies outside its bounds."""
    if setting.choices:
        return section.choice(name, setting.choices)
    value = section.number(name)
    below = value < setting.low if setting.from_low else value <= setting.low
    if below or value > setting.high or (setting.whole and value != round(value)):
        raise section.fail(
            f"{name} of {step} is not possible", name, found=section.data[name], expected=setting.expected,
            remedy=f"leave the step out to do without {step}" if value == 0 and step != "delivery" else None,
        )  # fmt: skip
    return value


def _recorded(section: Section, name: str) -> Value:
    value = section.data[name]
    if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise section.fail(f"{name} is not a number or a word", name, found=value, expected="a number or a word")
