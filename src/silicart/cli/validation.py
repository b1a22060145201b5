"""The command on validation: the model beside observed trials."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from silicart.cli.terminal import guarded, results, write_json
from silicart.errors import StudyError


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(guarded(validate))


def validate(
    observations: Annotated[
        Path | None,
        typer.Option(help="A file of your own observations, in place of those that come with silicart.",
                     show_default=False),
    ] = None,
    acceptance: Annotated[
        bool, typer.Option("--acceptance", help="Print the acceptance tables line by line instead.")
    ] = False,
    patients: Annotated[
        int | None,
        typer.Option(help="Virtual patients in each arm (1200); fewer than 400 are rough.", show_default=False),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads; they change no number.", show_default=False)
    ] = None,
    product: Annotated[
        bool,
        typer.Option("--product", help="Set making and testing the cells beside published figures instead."),
    ] = False,
    draws: Annotated[
        int | None,
        typer.Option(min=2, help="With --product: parameter draws behind each interval.", show_default=False),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write the page of the documentation instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON to standard output, nothing else.")] = False,
) -> None:  # fmt: skip
    """Set the model beside observed trials: coverage, calibration and width of its predictive intervals."""
    if product:
        _refuse(patients, "--patients", "--draws")
        _refuse(threads, "--threads", "--draws")
        _refuse(observations, "--observations", "validate without --product")
        _refuse(acceptance or None, "--acceptance", "validate without --product")
        from silicart.cli.acceptance_table import show_acceptance

        show_acceptance(draws, markdown=markdown, as_json=as_json)
        return
    _refuse(draws, "--draws", "--patients", when="without --product")
    if acceptance:
        _refuse(observations, "--observations", "validate without --acceptance", when="with --acceptance")
    from silicart.cli import validation_table as shown
    from silicart.cli.progress import shown_progress
    from silicart.study import validate as validate_model
    from silicart.study.acceptance import accepted_observations
    from silicart.study.acceptance_document import acceptance_page
    from silicart.study.validation_document import validation_markdown

    only = accepted_observations() if acceptance else None
    with shown_progress("drawing the population") as progress:
        validation = validate_model(observations, patients, progress, threads, only=only)
    if as_json:
        write_json(shown.acceptance_record(validation) if acceptance else shown.record(validation))
    elif markdown:
        page = acceptance_page(validation) if acceptance else validation_markdown(validation)
        results().out(page, highlight=False, end="")
    elif acceptance:
        shown.print_acceptance(validation)
    else:
        shown.print_validation(validation)


def _refuse(given: object, option: str, instead: str, when: str = "with --product") -> None:
    if given is not None:
        raise StudyError(
            f"{option} says nothing {when}", found=f"{option} {given}", expected=instead, remedy="leave it out"
        )
