"""Background therapy: drugs that change the model while they are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from silicart.errors import DoseError, nearest


@dataclass(frozen=True)
class BackgroundDrug:
    """A drug as switches of the model: `parameters` is what a full, continuous dose sets them to."""

    id: str
    label: str
    parameters: Mapping[str, float]


BACKGROUND_DRUGS: Mapping[str, BackgroundDrug] = {
    drug.id: drug
    for drug in (
        BackgroundDrug("steroid", "glucocorticoid, high dose", {"steroid": 1.0}),
        BackgroundDrug("tocilizumab", "tocilizumab", {"tocilizumab": 1.0}),
        BackgroundDrug("interferon_block", "interferon receptor antibody", {"block_IFN": 1.0}),
        BackgroundDrug("help_block", "block of T-cell help", {"block_help": 1.0}),
        BackgroundDrug("anifrolumab", "anifrolumab", {"block_IFN": 1.0}),
        BackgroundDrug("belimumab", "belimumab", {"belimumab": 1.0}),
        BackgroundDrug("mycophenolate", "mycophenolate", {"mycophenolate": 1.0}),
        BackgroundDrug("hydroxychloroquine", "hydroxychloroquine", {"hydroxychloroquine": 1.0}),
    )
}
"""Drugs taken all along, by name: switches of the model, relative to the patient's own baseline care."""

GIVEN_IN_DOSES = ("rituximab", "obinutuzumab", "teclistamab", "ivig")
"""Drugs that wane between doses, so that they are products of a study, with a schedule."""


def background_settings(names: Iterable[str]) -> dict[str, float]:
    """Return model parameter -> value under the named drugs.

    Raises DoseError, with the nearest name, for a drug that the model does not know.

    Examples
    --------
    >>> background_settings(["interferon_block"])
    {'block_IFN': 1.0}
    """
    settings: dict[str, float] = {}
    for name in names:
        if name not in BACKGROUND_DRUGS:
            near = nearest(name, BACKGROUND_DRUGS)
            raise DoseError(
                "unknown background therapy",
                where="background",
                found=name,
                expected="one of: " + ", ".join(BACKGROUND_DRUGS),
                remedy="it is given in doses: name it under products"
                if name in GIVEN_IN_DOSES
                else f"did you mean {near}?"
                if near
                else "leave it out; the model has no mechanism for it",
            )
        settings.update(BACKGROUND_DRUGS[name].parameters)
    return settings
