"""The report of a run: one self-contained HTML file that a decision maker reads and a reviewer can check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from silicart.evidence import Register
    from silicart.simulation import Listener
    from silicart.study.result import StudyResult

REPORT = "report.html"
"""Name of the report in the folder of a stored result."""


def render_report(result: StudyResult, progress: Listener | None = None) -> str:
    """Return the report of a run as one HTML text that asks nothing of any network.

    `progress` is told of each figure that is drawn.

    Raises StoreError when the register is no longer the one that the run used: it would show values of another run.
    """
    from silicart.errors import StoreError
    from silicart.evidence import load_observations, load_sources
    from silicart.report.page import page

    register = register_of(result)
    used = result.manifest.get("hashes", {}).get("register")
    if used is not None and used != register.hash:
        raise StoreError(
            "the parameter values have changed since this run, so its report cannot be written again",
            where=str(result.path or result.study.name),
            found=f"register {register.hash[:12]}",
            expected=f"register {used[:12]}",
            remedy="run the study again; a report that was written with the run stays in its folder",
        )
    return page(result, register, load_sources(), load_observations(), progress)


def write_report(result: StudyResult, path: Path | str, progress: Listener | None = None) -> Path:
    """Write the report of a run to a file and return its path.

    Raises StoreError as `render_report` does, or when the file cannot be written.
    """
    from silicart.errors import StoreError

    place = Path(path)
    text = render_report(result, progress)
    try:
        place.write_text(text, encoding="utf-8")
    except OSError as bad:
        raise StoreError(
            "the report cannot be written", where=str(place), found=bad.strerror, remedy="choose another path"
        ) from None
    return place


def register_of(result: StudyResult) -> Register:
    """Return the register with the values of the user that the run used laid over it."""
    from silicart.evidence import load_register
    from silicart.evidence.document import read_document
    from silicart.evidence.register import lay_over

    register = load_register()
    if result.overlay_text is None:
        return register
    return lay_over(register, read_document(result.overlay_text, "overlay.yaml"))


__all__ = ["REPORT", "register_of", "render_report", "write_report"]
