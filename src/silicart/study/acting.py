"""Which values of the register can act in a study, and what the ledger is told of its run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from silicart.claims.ledger import RunTables
from silicart.evidence import Register
from silicart.population import Population
from silicart.simulation import BUILT_IN, Model, load_model
from silicart.study.design import Study
from silicart.study.repeating import MADE_WITH
from silicart.trial.clinic import FILES

if TYPE_CHECKING:
    import pandas as pd

PRODUCT_MECHANISMS = MADE_WITH | {"car_expression", "in_vivo", "dosing"}
"""Files of the register whose values act through the product and its dose, not as parameters of the model."""

NO_COURSE = frozenset({"potency", "cost", "genome_safety"})
"""Files of the register that change nothing that is infused."""

EMISSION = frozenset({"emission"})
"""Files of the register that readings of every disease share."""

IN_A_PRODUCT = PRODUCT_MECHANISMS | {"killing", "antigen_density", "integrating"}
"""Files of the register that can move an endpoint read in the product: the killing assay shares the killing law."""


def model_of(study: Study, register: Register, own_values: bool = False) -> Model:
    """Return the composed model of a study; the shipped one is shared between studies."""
    return load_model(study.disease, classes=study.classes, register=register if own_values else None)


def run_tables(
    study: Study, model: Model, register: Register, population: Population, endpoints: pd.DataFrame
) -> RunTables:
    """Return what the ledger needs of a run: endpoints, uncertain inputs that can act in it, typical values."""
    ids = [id for id in acting_inputs(study, model, register) if not register[id].uncertainty.is_fixed]
    mechanism = {id: register[id].mechanism for id in ids}
    seen_at_visits = FILES[study.disease] | EMISSION
    return RunTables(
        endpoints=endpoints,
        inputs={id: population.parameters[id] for id in ids},
        patients=population.patients,
        typical=population.typical,
        structures={one.id: one.label for one in register.category("structure").options},
        acting={
            "course": tuple(id for id in ids if mechanism[id] not in NO_COURSE | seen_at_visits),
            "chart": tuple(id for id in ids if mechanism[id] not in NO_COURSE),
            "product": tuple(id for id in ids if mechanism[id] in IN_A_PRODUCT),
        },
    )


def acting_inputs(study: Study, model: Model, register: Register) -> tuple[str, ...]:
    """Return the ids of the register's values that can act in a study: in its model, in its clinic, or through product
    and dose."""
    settable = set(model.parameters.ids)
    others = tuple(f"_{disease}" for disease in BUILT_IN if disease != study.disease)
    beside = PRODUCT_MECHANISMS | FILES[study.disease] | EMISSION
    through_product = (id for id, entry in register.items() if entry.mechanism in beside)
    return (
        *(id for id in register if id in settable),
        *(id for id in through_product if id not in settable and not id.endswith(others)),
    )
