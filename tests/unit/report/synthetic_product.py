"""A clearly synthetic product, for tests of what shows one: its curves are formulas, and none describes a product.

The numbers are chosen to be awkward to draw: lines that end close together, totals of unequal size, steps without CAR.
"""

from __future__ import annotations

import numpy as np

from silicart.evidence import Source
from silicart.report.product.cost_illustrations import cost_illustrations
from silicart.report.product.illustrations import (
    balance_illustration,
    donor_illustration,
    expression_illustration,
    killing_illustration,
    viability_illustration,
)
from silicart.report.product.page import Assumption, AttributeView, ProductPage, StepView, Table
from silicart.report.product.series import (
    BalanceColumn,
    Cost,
    CostOfRoute,
    DoseSeries,
    Estimate,
    ExpressionCourse,
    ExpressionOverTime,
    Killing,
    KillingCurve,
    KillingPoint,
    StepAmount,
    TornadoBar,
    ViabilityByDelivery,
    ViabilityCurve,
)


def expression() -> ExpressionOverTime:
    """Return three courses of which two end together."""
    hours = np.linspace(0, 192, 97)
    rising = -np.expm1(-hours / 8)
    courses = []
    for delivery, top, half, share in (
        ("lnp", 9000.0, 40.0, 0.82), ("electroporation", 12000.0, 34.0, 0.85), ("lentivirus", 15000.0, 1e9, 0.4)
    ):  # fmt: skip
        median = top * rising * np.exp(-hours / half) + 1e-9
        positive = share * rising / (1 + (hours / (3.2 * half)) ** 4)
        courses.append(ExpressionCourse(delivery, hours, median, median / 4, median * 5, positive))
    return ExpressionOverTime(tuple(courses), functional_threshold=800.0, flow_threshold=365.0)


def viability() -> ViabilityByDelivery:
    """Return a falling curve, three pulses and what was measured for two of them."""
    dose = np.linspace(0, 5, 41)
    return ViabilityByDelivery(
        lnp=ViabilityCurve("lnp", dose, 0.95 - 0.02 * dose, 0.93 - 0.05 * dose, 0.97 - 0.001 * dose),
        chosen=1.0,
        pulses=(
            Estimate("activated, mild pulse", 0.69, 0.6, 0.78), Estimate("activated, strong pulse", 0.24, 0.17, 0.33),
            Estimate("resting, mild pulse", 0.95, 0.92, 0.97),
        ),
        lentivirus=Estimate("lentivirus", 0.98, 0.96, 0.99),
        published=(
            Estimate("activated, mild pulse", 0.7, 0.63, 0.78), Estimate("activated, strong pulse", 0.24, 0.23, 0.25)
        ),
        graded_c=("loss of viability per ug",),
    )  # fmt: skip


def killing() -> Killing:
    """Return curves of three deliveries at four ages, and three points."""
    ratio = 2.0 ** np.linspace(-3, 4.5, 31)
    curves = [
        KillingCurve(delivery, hours, ratio, ceiling * -np.expm1(-ratio * np.exp(-hours / half) / 2))
        for delivery, ceiling, half in (("lnp", 0.95, 50.0), ("electroporation", 0.97, 40.0), ("lentivirus", 0.99, 1e9))
        for hours in ((24.0,) if delivery == "lentivirus" else (24.0, 48.0, 96.0, 144.0))
    ]
    points = (
        KillingPoint("lentivirus", "synthetic line A, 24 h, 5:1: 70 % (60 to 80)", 5.0, 0.7, 0.6, 0.8),
        KillingPoint("lentivirus", "synthetic line B, 24 h, 10:1: 57 % (53 to 60)", 10.0, 0.57, 0.53, 0.6),
        KillingPoint("lentivirus", "synthetic line C, 18 h, 20:1: more than 95 %", 20.0, 0.95),
        KillingPoint("lentivirus", "synthetic line D, 24 h, 5:1: 71 %", 5.0, 0.71),
        KillingPoint("lentivirus", "synthetic line E, duration not stated, 5:1: 69 %", 5.0, 0.69),
    )
    return Killing(tuple(curves), points, 24.0)


def cost() -> Cost:
    """Return two routes of which one has an activity that the other lacks, and a tornado across zero."""
    names = ("Apheresis", "Materials", "Labour", "Facility", "Quality control", "Logistics", "Failure")
    lnp = tuple(Estimate(name, value) for name, value in zip(names, (9, 8.5, 14, 10, 9, 6, 2.1), strict=True))
    virus = (*(Estimate(name, value) for name, value in zip(names, (9, 11, 21, 16, 12, 3, 6), strict=True)),)
    virus = (virus[0], virus[1], Estimate("Vector", 19.0), *virus[2:])
    bars = (
        TornadoBar("price of mRNA-LNP, per mg", "500", "20 000", -45.0, 22.0, "C"),
        TornadoBar("price of vector per transducing unit", "1e-6", "1e-4", 1.5, -60.0, "C"),
        TornadoBar(
            "a litre of medium with supplements and the bags that it passes through, clinical grade",
            "1 000",
            "4 000",
            -20.0,
            -40.0,
            "C",
        ),
        TornadoBar("share of lots that fail", "0.03", "0.16", -33.0, -40.0, "B"),
    )
    return Cost(
        (
            CostOfRoute("lnp", "mRNA-LNP, six infusions", lnp, Estimate("total", 58.6, 33.0, 96.0)),
            CostOfRoute("lentivirus", "lentivirus, one infusion", virus, Estimate("total", 97.0, 61.0, 170.0)),
        ),
        "thousand USD of 2024",
        Estimate("mRNA-LNP less lentivirus", -38.4, -110.0, 20.0),
        bars,
    )


def balance() -> tuple[BalanceColumn, ...]:
    """Return three kinds through eight steps; CAR and mRNA begin at delivery."""
    steps = ("leukapheresis", "selection", "activation", "culture", "delivery", "hold", "cryopreservation", "thaw")
    into = (1e10, 1e10, 4e9, 3.6e9, 3e10, 2.8e10, 2.7e10, 2.6e10)
    out = (1e10, 4e9, 3.6e9, 3e10, 2.8e10, 2.7e10, 2.6e10, 2.1e10)
    cells = tuple(
        StepAmount(step, before, after, max(after - before, 0.0), (("left behind", max(before - after, 0.0)),))
        for step, before, after in zip(steps, into, out, strict=True)
    )
    car = tuple(
        StepAmount(step, None if place < 4 else 2e14 * (place > 4), None if place < 4 else 2e14 - 2e13 * (place - 4),
                   2e14 * (place == 4), (("turnover", 2e13),))
        for place, step in enumerate(steps)
    )  # fmt: skip
    mrna = tuple(
        StepAmount(step, None if place < 4 else 3e16 / 10 ** (place - 4),
                   None if place < 4 else 3e15 / 10 ** (place - 4), 0.0, (("washed away", 2.7e16 / 10 ** (place - 4)),))
        for place, step in enumerate(steps)
    )  # fmt: skip
    return (
        BalanceColumn("Cells", "viable cells", cells),
        BalanceColumn("CAR", "molecules", car),
        BalanceColumn("mRNA", "copies", mrna),
    )


def donors() -> tuple[DoseSeries, ...]:
    """Return two donors at three doses, one of the six not measured."""
    days, fine = np.arange(1.0, 7.0), np.linspace(0.5, 7, 40)
    series = []
    for donor, gain in (("A", 0.0), ("B", 0.8)):
        for place, dose in enumerate((400.0, 800.0, 1600.0)):
            if (donor, dose) == ("B", 800.0):
                continue
            half = 2.5 + gain + 0.7 * place

            def share(time: np.ndarray, half: float = half) -> np.ndarray:
                return 88 / (1 + np.exp(1.1 * (time - half)))

            middle = share(fine)
            series.append(DoseSeries(donor, dose, days, share(days) + 3 * np.cos(days), days < 1.5, fine, middle,
                                     np.maximum(middle - 12, 0), np.minimum(middle + 12, 100)))  # fmt: skip
    return tuple(series)


def page() -> ProductPage:
    """Return a page with every part filled."""
    return ProductPage(
        title="A synthetic product",
        name="synthetic.yaml",
        summary="A typical lot holds 21 billion viable cells, of which 82 % carry CAR; it takes 13 days.",
        notes=("Only the design of this product is published.", "The hold is an assumption."),
        steps=(
            StepView("leukapheresis"), StepView("activation", (("days", "2"),)),
            StepView("delivery", (("by", "lnp"), ("dose", "1 ug per million cells"), ("exposure", "24 h"),
                                  ("encapsulation", "0.95"), ("mRNA integrity", "0.9"))),
            StepView("thaw"),
        ),
        attributes=(
            AttributeView("viable cells", "2.1 × 10¹⁰", "0.9 to 4.1 × 10¹⁰", "1.2 to 3.3 × 10¹⁰", "cells"),
            AttributeView("viability", "88", "80 to 93", "84 to 91", "%", "at least 80 %", True),
            AttributeView("CAR-positive", "12", "6 to 30", "9 to 15", "%", "at least 20 %", False),
        ),
        verdict="out of specification",
        reasons=("CAR-positive is 12 %, the limit is at least 20 %",),
        limits="mrna-car-t",
        figures=(
            expression_illustration(expression()), viability_illustration(viability()),
            killing_illustration(killing()), *cost_illustrations(cost()), balance_illustration(balance()),
            donor_illustration(donors()),
        ),
        course=(Table("Six infusions", ("Of a course", "Value"), (("CAR+ cells", "2.2 × 10¹⁰"), ("Lots", "2"))),),
        release=(Table("What becomes of lots", ("Outcome", "%"), (("Released", "61 [40 to 80]"),)),),
        recorded=(("apolipoprotein E", "1 ug/mL"),),
        assumptions=(Assumption("loss", "loss of viability per µg", "2", "0 to 5", "Nobody has measured it."),),
        sources=(Source("one", "article", title="A work", author="Nobody N", year="2020", doi="10.1000/1"),),
        version="0.1.0",
        command="silicart product synthetic.yaml --out folder",
        hashes=(("register", "0" * 64),),
    )  # fmt: skip
