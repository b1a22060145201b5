"""Quantities of lupus that an observation may name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.lupus import courses, response
from silicart.endpoints.lupus.courses import BILAG_FLARES, MILD, MODERATE, SEVERE, FloatArray
from silicart.endpoints.quantity import Quantity

Compute = Callable[[Chunk, float], FloatArray]

_LLDAS = ("Franklyn2016", "LldasTable2020")
_DORIS = ("vanVollenhoven2021",)
_SLEDAI = ("Gladman2002",)
_CRR = ("BlissLnCriteria2022",)


def _quantity(id: str, label: str, unit: str, compute: Compute, definition: str, *citations: str) -> Quantity:
    return Quantity(id, label, unit, ("sle",), compute, definition, citations=citations, reads="chart")


def _share(id: str, label: str, compute: Compute, definition: str, *citations: str) -> Quantity:
    return _quantity(id, label, "dimensionless", compute, definition, *citations)


def _value(id: str, label: str, unit: str, definition: str, *citations: str, finding: str | None = None) -> Quantity:
    return _quantity(id, label, unit, partial(courses.value, name=finding or id), definition, *citations)


ACTIVITY: tuple[Quantity, ...] = (
    _value("SLEDAI", "SLEDAI-2K", "point", "The sum of the 24 items of SLEDAI-2K.", *_SLEDAI),
    _value("clinical_SLEDAI", "clinical SLEDAI-2K", "point", "SLEDAI-2K without its two items of serology.", *_SLEDAI),
    _quantity(
        "SLEDAI_change", "change of SLEDAI-2K", "point", partial(courses.change, name="SLEDAI"),
        "SLEDAI-2K less that at entry.", *_SLEDAI,
    ),
    _share(
        "SLEDAI_at_least_10", "SLEDAI-2K of 10 or more", partial(courses.at_least, name="SLEDAI", limit=10.0),
        "SLEDAI-2K of at least 10 points.", *_SLEDAI,
    ),
    _share(
        "SLEDAI_fell_4", "SLEDAI-2K fallen by 4 points", response.fell_by_4,
        "A fall of SLEDAI-2K by 4 points or more, whatever was taken.", *_SLEDAI,
    ),
    _value("PGA", "physician's global assessment", "dimensionless", "The physician's mark from 0 to 3."),
    _value("proteinuria", "proteinuria", "gram_per_day", "Protein in urine over 24 hours."),
    _share(
        "proteinuria_recovered", "proteinuria below 0.5 g/d",
        partial(courses.ever_below, name="proteinuria", limit=0.5),
        "Proteinuria below 0.5 g/d at some visit; no value where it was so at entry.", "Touma2014",
    ),
    _share(
        "C3_low", "C3 below 0.90 g/L", lambda chunk, day: 1.0 - courses.at_least(chunk, day, "C3_reading", 0.9),
        "A reading of C3 below 0.90 g/L.", "BlissBaseline",
    ),
    _share(
        "anti_dsDNA_positive", "increased DNA binding", partial(courses.at_least, name="anti_dsDNA", limit=1.0),
        "Anti-dsDNA at or above the upper limit of normal.", "BlissBaseline",
    ),
    *(
        _share(
            f"{organ}_quiet", f"{organ} without activity", partial(courses.quiet, organ=organ),
            f"No item of SLEDAI-2K of the {organ} in a patient who had one at entry; no value in others.",
        )
        for organ in ("kidneys", "heart", "lungs", "skin", "joints")
    ),
)  # fmt: skip

RESPONSES: tuple[Quantity, ...] = (
    _share("SRI4", "SRI-4", response.sri4, "Response by SRI-4, its medication rules included.", "SriResponders"),
    _share("BICLA", "BICLA", response.bicla, "Response by BICLA, its medication rules included.", "Wallace2011"),
    _share("DORIS", "DORIS remission", response.doris, "Remission by DORIS 2021.", *_DORIS),
    _share(
        "DORIS_off_drugs", "DORIS remission without drugs", response.doris_off_drugs,
        "Remission by DORIS 2021 without prednisone and without an immunosuppressant.", *_DORIS,
    ),
    _share(
        "DORIS_share", "share of visits in DORIS remission",
        partial(response.share_of_visits, reading=response.doris),
        "The share of visits after entry that find remission by DORIS 2021.", *_DORIS,
    ),
    _share("LLDAS", "LLDAS", response.lldas, "The lupus low disease activity state.", *_LLDAS),
    _share(
        "CRR", "complete renal response", response.renal_response,
        "Complete renal response; no value in a patient without nephritis.", *_CRR,
    ),
)  # fmt: skip

DRUGS: tuple[Quantity, ...] = (
    _quantity("prednisone", "prednisone", "mg_per_day", partial(courses.dose, drug="prednisone"), "Daily prednisone."),
    _share(
        "prednisone_at_least_10", "prednisone of 10 mg a day or more",
        partial(courses.dose_at_least, drug="prednisone", limit=10.0), "At least 10 mg of prednisone a day.",
    ),
    _share(
        "prednisone_tapered", "prednisone tapered for good", response.tapered,
        "At most 7.5 mg a day for the 12 weeks up to the day; no value with less than 10 mg at entry.",
        "TulipTaper2021",
    ),
    _share(
        "prednisone_free", "share of visits without prednisone", partial(courses.free_of, drug="prednisone"),
        "The share of visits after entry from which on no prednisone is taken.",
    ),
    _share(
        "immunosuppressant", "immunosuppressant taken",
        partial(courses.dose_at_least, drug="immunosuppressant", limit=0.5),
        "An immunosuppressant at half of its full dose or more.",
    ),
)  # fmt: skip

FLARES: tuple[Quantity, ...] = (
    _quantity(
        "flare_rate", "flares a year, by BILAG", "per_year", partial(courses.rate, names=BILAG_FLARES),
        "Flares with a new A or two new B of BILAG, a year from entry to the day.", "Vital2022",
    ),
    _quantity(
        "mild_moderate_flare_rate", "mild or moderate flares a year", "per_year",
        partial(courses.rate, names=(MILD, MODERATE)), "Mild or moderate flares a year, from entry to the day.",
    ),
    _quantity(
        "severe_flare_rate", "severe flares a year", "per_year", partial(courses.rate, names=(SEVERE,)),
        "Severe flares a year, from entry to the day.",
    ),
    _share(
        "severe_flare", "severe flare", partial(courses.any_event, names=(SEVERE,)),
        "At least one severe flare up to the day.", "Petri2013",
    ),
    _share(
        "BILAG_flare", "flare by BILAG", partial(courses.any_event, names=BILAG_FLARES),
        "At least one flare with a new A or two new B up to the day.", "Vital2022",
    ),
    _share(
        "any_flare", "any flare", partial(courses.any_event, names=(MILD, MODERATE, SEVERE)),
        "At least one flare of any severity up to the day.",
    ),
    _share(
        "relapse_when_quiet", "any flare after a quiet year",
        partial(courses.after_quiet_year, names=(MILD, MODERATE, SEVERE)),
        "Any flare after a first year without any; no value in a patient who was not quiet in it.", "Mathian2020",
    ),
    _share(
        "BILAG_relapse_when_quiet", "flare by BILAG after a quiet year",
        partial(courses.after_quiet_year, names=BILAG_FLARES),
        "A flare by BILAG after a first year without any flare; no value in a patient who was not quiet in it.",
        "JourdeChiche2022",
    ),
)  # fmt: skip

DAMAGE: tuple[Quantity, ...] = (
    _value("SDI", "damage (SDI)", "point", "Points of the damage index."),
    _share("SDI_at_least_1", "any damage", partial(courses.at_least, name="SDI", limit=1.0), "One point or more."),
    _quantity(
        "SDI_per_year", "damage (SDI) a year", "per_year", partial(courses.per_year, name="SDI"),
        "Points of the damage index gained a year, from entry to the day.",
    ),
    _share("death", "death", partial(courses.value, name="death"), "Death up to the day."),
    _share("alive", "survival", courses.alive, "Alive on the day."),
)  # fmt: skip

LUPUS_QUANTITIES: tuple[Quantity, ...] = (*ACTIVITY, *RESPONSES, *DRUGS, *FLARES, *DAMAGE)
"""Every quantity of the clinic of lupus."""
