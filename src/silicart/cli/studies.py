"""Commands on studies: check, run, claims, report."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from silicart.cli.terminal import (
    FAILURE_BOUND,
    INCOMPLETE,
    NOTICE,
    WIDTH,
    guarded,
    messages,
    results,
    say,
    write_json,
)

if TYPE_CHECKING:
    from silicart.simulation import Listener
    from silicart.study import Study, StudyResult
    from silicart.study.storing import Finish

StudyArgument = Annotated[
    str, typer.Argument(metavar="STUDY", help="A built-in study's name, or a study file (.yaml).")
]
Patients = Annotated[
    int | None, typer.Option(help="Virtual patients, in place of the study's number.", show_default=False)
]
Seed = Annotated[int | None, typer.Option(help="Seed, in place of the study's.", show_default=False)]
Out = Annotated[
    Path | None, typer.Option(help="Folder of the result. Default: out/NAME-OF-THE-STUDY.", show_default=False)
]
Threads = Annotated[int | None, typer.Option(min=1, help="Threads; they change no number.", show_default=False)]
Overlay = Annotated[
    Path | None,
    typer.Option(
        "--overlay",
        "--values",
        help="YAML file of your own parameter values; they show as 'user'.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Write one JSON document to standard output, nothing else.")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (check, run, claims, report):
        app.command()(guarded(command))


def check(study: StudyArgument, patients: Patients = None, seed: Seed = None, as_json: Json = False) -> None:
    """Explain what a study asks and does, and find its mistakes, before it runs."""
    from silicart.study import check_study, load_study

    explained = check_study(load_study(study), patients, seed)
    if as_json:
        write_json(dataclasses.asdict(explained))
        return
    for line in explained.text.splitlines():
        say(_wrapped(line))


def _wrapped(line: str) -> str:
    import textwrap

    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(line, WIDTH, subsequent_indent=indent + ("  " if indent else ""), break_on_hyphens=False)


def run(
    study: StudyArgument,
    patients: Patients = None,
    seed: Seed = None,
    out: Out = None,
    threads: Threads = None,
    overlay: Overlay = None,
    as_json: Json = False,
) -> None:
    """Run a study: population, arms, ledger of claims and report, stored complete or not at all."""
    from silicart.study import load_study

    result = _run(load_study(study), patients, seed, out, threads, overlay)
    _show_result(result, as_json)
    _leave_with(result)


def claims(
    study: StudyArgument,
    patients: Patients = None,
    seed: Seed = None,
    out: Out = None,
    threads: Threads = None,
    overlay: Overlay = None,
    as_json: Json = False,
) -> None:
    """Print the ledger of claims of a study; the study runs first where no stored result fits."""
    result = _found_or_run(study, patients, seed, out, threads, overlay)
    if as_json:
        write_json([row.contract() for row in result.ledger])
    else:
        _print_ledger(result)
        _print_citations(result)
    _leave_with(result)


def report(
    study: Annotated[str, typer.Argument(metavar="DIR|STUDY", help="Folder of a result, or a study as in `run`.")],
    out: Annotated[
        Path | None,
        typer.Option(help="File to write. Default: report.html in the result's folder.", show_default=False),
    ] = None,
) -> None:
    """Write the report of a stored result as one HTML file; for a study without a fitting result, run it first."""
    from silicart.cli.progress import shown_progress
    from silicart.report import REPORT, write_report
    from silicart.study import load_study, open_result, store_result

    stored = open_result(study) if Path(study).is_dir() else _find(study, None, None, None, None)
    result = _run(load_study(study), None, None, None, None, None) if stored is None else stored
    folder = _folder(result)
    with shown_progress("drawing the report") as progress:
        if out is not None:
            write_report(result, out, progress)
        elif stored is not None:
            # The folder is sealed by the hashes in its manifest: it is written anew, report included.
            store_result(result, folder, _finish(progress))
    say(str(folder / REPORT if out is None else out))
    messages().print(NOTICE, style="dim")


def _run(
    study: Study,
    patients: int | None,
    seed: int | None,
    out: Path | None,
    threads: int | None,
    overlay: Path | None,
) -> StudyResult:
    from silicart.cli.progress import shown_progress
    from silicart.study import run_study

    place = Path("out") / study.name if out is None else out
    with shown_progress("drawing the population") as progress:
        return run_study(study, patients, seed, place, progress, threads, overlay=overlay, finish=_finish(progress))


def _finish(progress: Listener) -> Finish:
    def finish(result: StudyResult, folder: Path) -> None:
        from silicart.report import REPORT, write_report

        write_report(result, folder / REPORT, progress)

    return finish


def _find(
    study: str, patients: int | None, seed: int | None, out: Path | None, overlay: Path | None
) -> StudyResult | None:
    from silicart.study import find_result, load_study

    loaded = load_study(study)
    return find_result(loaded, patients, seed, Path("out") / loaded.name if out is None else out, overlay)


def _found_or_run(
    study: str, patients: int | None, seed: int | None, out: Path | None, threads: int | None, overlay: Path | None
) -> StudyResult:
    from silicart.study import load_study

    found = _find(study, patients, seed, out, overlay)
    if found is not None:
        return found
    messages().print(f"No stored result fits {study}: it runs now.", style="dim", markup=False)
    return _run(load_study(study), patients, seed, out, threads, overlay)


def _show_result(result: StudyResult, as_json: bool) -> None:
    from silicart.report import REPORT

    folder = _folder(result)
    if as_json:
        write_json(_summary(result))
        return
    _print_ledger(result)
    took = sum(float(seconds) for seconds in result.manifest["runtime_s"].values())
    arms = "1 arm" if len(result.study.arms) == 1 else f"{len(result.study.arms)} arms"
    say(f"{result.study.population.patients} patients, {arms}, {took:.0f} s")
    say(f"result: {folder}")
    say(f"report: {folder / REPORT}")
    _print_citations(result)


def _folder(result: StudyResult) -> Path:
    if result.path is None:
        raise AssertionError("every result of the command line is stored")
    return result.path


def _summary(result: StudyResult) -> dict[str, Any]:
    from silicart.report import REPORT

    folder = _folder(result)
    return {
        "study": result.study.name,
        "path": str(folder),
        "report": str(folder / REPORT),
        "patients": result.study.population.patients,
        "seed": result.study.population.seed,
        "silicart_version": result.manifest["silicart_version"],
        "hashes": result.manifest["hashes"],
        "runtime_s": result.manifest["runtime_s"],
        "failures": len(result.failures),
        "cite": _cited(result),
        "ledger": [row.contract() for row in result.ledger],
    }


def _print_ledger(result: StudyResult) -> None:
    from silicart.cli.ledger_table import print_ledger
    from silicart.cli.outcomes_table import print_outcomes
    from silicart.cli.rivals_table import print_rivals

    console = results()
    console.print(result.study.title, style="bold", markup=False)
    if not result.ledger:
        console.print("This study judges no claims.")
        print_outcomes(console, result)
        print_rivals(console, result)
        return
    print_ledger(console, result.ledger, result.statements)


def _cited(result: StudyResult) -> list[str]:
    from silicart.evidence import load_observations, load_sources
    from silicart.report.references import source_keys

    ids = [id for row in result.ledger for id in row.evidence]
    known = load_sources()
    return [key for key in dict.fromkeys(source_keys(ids, load_observations())) if key in known]


def _print_citations(result: StudyResult) -> None:
    console = results()
    version = result.manifest["silicart_version"]
    keys = _cited(result)
    text = f"Cite silicart {version}"
    if keys:
        text += f", and of the works behind the ledger those you lean on: {', '.join(keys)}"
    console.print(f"{text}. The report lists every work; `silicart sources KEY` prints one.", style="dim", markup=False)
    console.print(NOTICE, style="dim")


def _leave_with(result: StudyResult) -> None:
    """Leave with the code of an incomplete run when too many patients of an arm failed."""
    patients = result.study.population.patients
    counts = result.failures["arm"].value_counts()
    over = {str(arm): int(count) for arm, count in counts.items() if count > FAILURE_BOUND * patients}
    if over:
        listed = ", ".join(f"{arm}: {count} of {patients}" for arm, count in over.items())
        messages().print(f"Too many patients could not be simulated ({listed}).", style="bold red", markup=False)
        raise typer.Exit(INCOMPLETE)
