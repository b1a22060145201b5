"""The catalogue is data: what it says is checked against what the model and the sources know."""

from __future__ import annotations

import pytest

from silicart.errors import DoseError
from silicart.product import load_products, read_products

ENTRY = """
products:
  x:
    label: X
    kind: transient
    carrier: lnp
    targets: [BCMA]
    process: mrna-lnp-bcma
    source: [assumption]
    reasoning: because
"""


def test_the_shipped_catalogue_loads_and_every_product_has_a_source() -> None:
    products = load_products()
    assert {"mrna_lnp_bcma", "electroporated_mrna_bcma", "lentiviral_cd19", "in_vivo_cd19"} <= set(products)
    assert all(product.evidence for product in products.values())


def test_target_and_dose_units_follow_from_the_entry() -> None:
    products = load_products()
    assert products["lentiviral_cd19_bcma"].target == "CD19+BCMA"
    assert products["in_vivo_cd19"].dose_units == ("mg",)
    assert products["flu_cy"].target == ""


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("label: X", "lable: X", 4, "unknown key"),
        ("kind: transient", "kind: transiant", 5, "kind"),
        ("carrier: lnp", "carrier: pulse", 6, "carrier"),
        ("kind: transient", "kind: integrating", 6, "has no carrier"),
        ("[BCMA]", "[BMCA]", 7, "unknown antigen"),
        ("[BCMA]", "[]", 7, "do not fit its kind"),
        ("    process: mrna-lnp-bcma\n", "", 3, "process"),
        ("[assumption]", "[Nobody1999]", 9, "without a known source"),
        ("    source: [assumption]\n", "", 3, "without a known source"),
        ("    reasoning: because\n", "", 3, "assumed without a reason"),
    ],
)
def test_a_bad_entry_is_refused_with_file_and_line(old: str, new: str, line: int, says: str) -> None:
    assert old in ENTRY
    with pytest.raises(DoseError, match=says) as caught:
        read_products(ENTRY.replace(old, new), "own.yaml")
    assert caught.value.where == f"own.yaml:{line}"
