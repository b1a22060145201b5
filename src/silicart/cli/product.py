"""The command on products: a process carried out, its lots, their release, and what a course takes and costs."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from silicart.cli.product_study import print_study, study_record, swept_in_study
from silicart.cli.terminal import NOTICE, guarded, messages, results, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from silicart.evidence import Register
    from silicart.product.lot import Count
    from silicart.product.making.process import Process
    from silicart.product.making.settings import Value
    from silicart.product.making.summary import ProcessSummary


PAGE = "product.html"
"""Name of a product's page in its folder."""


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(guarded(product))


def product(
    process: Annotated[
        str, typer.Argument(metavar="PROCESS", help="A process file (.yaml), or the name of a built-in process.")
    ],
    lots: Annotated[int, typer.Option(min=1, help="Lots in each of 20 draws of what is not known.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of donors, lots and draws; a study keeps its own.")] = 1,
    overlay: Annotated[
        Path | None,
        typer.Option(
            "--values",
            "--overlay",
            help="YAML file of your own parameter values; they show as 'user'.",
            show_default=False,
        ),
    ] = None,
    sweep: Annotated[
        str | None,
        typer.Option(
            metavar="STEP.SETTING=A,B,...",
            help="One row a value of a setting, such as delivery.dose=0.1,0.3,1,3 or hold.hours=24,48,72.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for product.html: the lot, its release, figures, course and cost on one page.",
            show_default=False,
        ),
    ] = None,
    study: Annotated[
        str | None,
        typer.Option(
            metavar="STUDY",
            help="With --sweep: a study whose patients get the lots of each row, from product to relapse at one year.",
            show_default=False,
        ),
    ] = None,
    arm: Annotated[
        str | None,
        typer.Option(help="The study's arm. Default: the one that gives this product.", show_default=False),
    ] = None,
    patients: Annotated[
        int | None,
        typer.Option(min=1, help="Virtual patients of --study, in place of the study's number.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON to standard output, nothing else.")] = False,
) -> None:
    """Make lots by a process: cells and molecules step by step, the lot, its release, what a course takes and costs."""
    from silicart.errors import ProcessError
    from silicart.evidence import load_register
    from silicart.product.making.process import load_process
    from silicart.product.making.summary import summarise_process

    register, read = load_register(overlay), load_process(process)
    if sweep is not None and out is not None:
        raise ProcessError(
            "a page is of one process, a sweep of many", found="--sweep and --out", remedy="leave one of them out"
        )
    if study is None and (arm is not None or patients is not None):
        raise ProcessError(
            "an arm or patients without a study", found="--arm" if arm is not None else "--patients",
            expected="--study STUDY beside it", remedy="name the study that is meant",
        )  # fmt: skip
    if study is not None and sweep is None:
        raise ProcessError(
            "a study without a sweep", found=f"--study {study}", expected="--sweep STEP.SETTING=A,B,... beside it",
            remedy=f"for the study as it is: silicart run {study}",
        )  # fmt: skip
    if sweep is not None:
        setting, values = sweep_of(sweep)
        rows = swept(read, register, setting, values, lots=lots, seed=seed)
        clinic = None
        if study is not None:
            clinic = swept_in_study(study, read, setting, values, arm=arm, patients=patients, overlay=overlay)
        if as_json:
            records = [{"setting": setting, "value": value, **record_of(one)} for value, one in rows]
            if clinic is not None:
                for record, row in zip(records, clinic[1], strict=True):
                    record["study"] = {"study": study, "arm": clinic[0], **study_record(row)}
            write_json(records)
            return
        from silicart.cli.product_sweep import print_sweep

        print_sweep(results(), setting, rows)
        if any(setting in one.process.recorded for _, one in rows):
            results().print(
                f"warning: {setting} is recorded and not modelled: it changes nothing.", style="bold yellow"
            )
        if study is not None and clinic is not None:
            print_study(results(), study, clinic[0], setting, clinic[1])
        results().print(NOTICE, style="dim")
        return
    summary = summarise_process(read, register, lots=lots, seed=seed)
    if as_json:
        write_json(record_of(summary))
    else:
        from silicart.cli.product_table import print_product

        print_product(results(), summary)
    if out is not None:
        from silicart.report.product.filling import product_page
        from silicart.report.product.page import write_product_page

        options = f" --lots {lots} --seed {seed}" + ("" if overlay is None else f" --values {overlay}")
        page = product_page(summary, register, command=f"silicart product {process}{options} --out {out}", donors=True)
        messages().print(f"page: {write_product_page(page, out / PAGE)}", markup=False, soft_wrap=True)


def sweep_of(text: str) -> tuple[str, list[Value]]:
    """Return the setting and the values of `step.setting=a,b,c`; what is no number is a word.

    Raises
    ------
    ProcessError : no setting or no values.

    Examples
    --------
    >>> sweep_of("hold.hours=24,72"), sweep_of("hold.at=cold,culture")
    (('hold.hours', [24.0, 72.0]), ('hold.at', ['cold', 'culture']))
    """
    from silicart.errors import ProcessError

    setting, equals, listed = text.partition("=")
    words = [word.strip() for word in listed.split(",")]
    if not equals or not setting.strip() or not all(words):
        raise ProcessError(
            "a sweep is not readable", where="--sweep", found=text, expected="step.setting=value,value",
            remedy="write for example --sweep delivery.dose=0.1,0.3,1,3",
        )  # fmt: skip
    return setting.strip(), [_value(word) for word in words]


def swept(
    process: Process, register: Register, setting: str, values: Sequence[Value], *, lots: int, seed: int
) -> list[tuple[Value, ProcessSummary]]:
    """Return the summary at each value, and show how far it is."""
    from time import monotonic

    from silicart.cli.progress import shown_progress
    from silicart.product.making.summary import sweep
    from silicart.simulation import ProgressEvent

    rows: list[tuple[Value, ProcessSummary]] = []
    started = monotonic()
    with shown_progress("making lots") as progress:
        for row in sweep(process, register, setting, values, lots=lots, seed=seed):
            rows.append(row)
            passed = max(monotonic() - started, 1e-6)
            left = passed / len(rows) * (len(values) - len(rows))
            progress(ProgressEvent("making lots", len(rows), len(values), "setting", passed, len(rows) / passed, left))
    return rows


def record_of(summary: ProcessSummary) -> dict[str, Any]:
    """Return a summary as JSON takes it."""
    process, release, course = summary.process, summary.release, summary.course
    return {
        "process": process.id,
        "title": process.title,
        "product": process.product,
        "route": process.route,
        "warnings": list(process.warnings),
        "steps": [{"step": step.kind, **step.settings, "recorded": dict(step.recorded)} for step in process.steps],
        "recorded_not_modelled": dict(process.recorded),
        "lots": summary.lots,
        "draws": summary.draws,
        "seed": summary.seed,
        "typical": {
            "attributes": {id: float(value) for id, value in summary.typical.attributes.items()},
            "resources": {id: float(value) for id, value in summary.typical.resources.items()},
            "class_fractions": summary.typical.class_fractions.tolist(),
            "residual_translation": float(summary.typical.residual_translation),
        },
        "balance": [
            {"step": row.step, **{name: _count(getattr(row, name)) for name in ("cells", "CAR", "mRNA")}}
            for row in summary.typical.balance
        ],
        "attributes": {id: dataclasses.asdict(spread) for id, spread in summary.attributes.items()},
        "resources": {id: dataclasses.asdict(spread) for id, spread in summary.resources.items()},
        "release": None if release is None else {
            "limits": release.limits.id,
            "tested_not_modelled": list(release.limits.tested),
            "released": dataclasses.asdict(release.released),
            "out_of_specification": dataclasses.asdict(release.out_of_specification),
            "failed": dataclasses.asdict(release.failed),
            "reasons": {reason: dataclasses.asdict(share) for reason, share in release.misses.items()},
            "causes_of_failure": {cause: dataclasses.asdict(share) for cause, share in release.causes.items()},
        },
        "course": None if course is None else dataclasses.asdict(course),
        "cost": None if summary.cost is None else dataclasses.asdict(summary.cost),
        "in_body": None if summary.body is None else dataclasses.asdict(summary.body),
        "assumed": [entry.id for entry in summary.assumed],
    }  # fmt: skip


def _count(count: Count) -> dict[str, Any]:
    return {
        "brought": float(count.brought),
        "made": float(count.made),
        "out": float(count.out),
        "lost": {cause: float(amount) for cause, amount in count.lost.items()},
    }


def _value(word: str) -> Value:
    try:
        return float(word)
    except ValueError:
        return word
