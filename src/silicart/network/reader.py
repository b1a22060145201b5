"""Antimony text to a frozen Network, by way of SBML.

Antimony keeps its models in global state, so one lock serves every reader of this process. What silicart does not
support is refused by name; nothing that a file says is silently left out.
"""

from __future__ import annotations

import re
import threading
from pathlib import Path

from silicart.errors import ModelError
from silicart.network.network import Network
from silicart.network.reading_process import read_apart

_BRACKETS = re.compile(r"[()]")
_DEEPEST = 400
_LOCK = threading.Lock()
_ANTIMONY_ERROR = re.compile(r"Error in (?:model string|file '[^']*'), line (\d+):\s*(.*)", re.DOTALL)

_LONGEST = 20_000
_IMPORT = re.compile(r"(?:^|[;\n])\s*(import\s*\"[^\"\n]*\")")


def read_antimony_text(text: str, where: str = "<text>") -> Network:
    """Return the Network of the last model in an Antimony text.

    Parameters
    ----------
    text : Antimony; times in the model's own time unit.
    where : what to call the text in messages, usually a file name.

    Raises
    ------
    ModelError : the text cannot be parsed, imports files, holds no model, leaves something without a value, or uses a
        feature that is refused by name (the delay symbol, fast reactions, algebraic rules).

    Examples
    --------
    >>> network = read_antimony_text("model decay; species A; A = 10; k = 0.5; A -> ; k*A; end")
    >>> network.states
    ('A',)
    """
    return read_apart("antimony", text, where)


def read_antimony_file(path: str | Path) -> Network:
    """Return the Network of the last model in an Antimony file; files that it imports are found beside it.

    Raises
    ------
    ModelError : the file cannot be read, or as for `read_antimony_text`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "decay.ant"
    ...     _ = path.write_text("model decay; species A; A = 10; k = 0.5; A -> ; k*A; end")
    ...     read_antimony_file(path).id
    'decay'
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            "the model file cannot be read",
            where=str(path),
            found=getattr(error, "strerror", None) or type(error).__name__,
            expected="a readable Antimony text file in UTF-8",
            remedy="check the path and the permissions",
        ) from error
    return read_apart("antimony", text, str(path), path.parent)


def read_antimony_here(text: str, where: str, folder: Path | None = None) -> Network:
    """Return the Network of an Antimony text, read in this process; what breaks the parser ends it."""
    from silicart.network.sbml import network_from_sbml

    with _LOCK:
        sbml = _antimony_to_sbml(text, where, folder)
    try:
        network = network_from_sbml(sbml, strict=True)
    except ModelError as error:
        raise error.at(_place(text, where, error.where)) from None
    if not (network.species or network.parameters or network.reactions or network.events):
        raise ModelError(
            "the file holds no model",
            where=where,
            expected="model NAME ... end, with species, parameters or reactions",
            remedy="check that this is the right file, and that it was saved",
        )
    return network


def _antimony_to_sbml(text: str, where: str, folder: Path | None) -> str:
    import antimony

    _check_characters(text, where)
    _check_depth(text, where)
    _refuse_endless_lines(text, where)
    imported = _IMPORT.search(text)
    if folder is None and imported:
        # Antimony would look in whatever folder the process happens to be in.
        raise ModelError(
            "a text cannot import files",
            where=where,
            found=imported.group(1),
            expected="a text that stands alone",
            remedy="write it to a file beside those that it imports",
        )
    antimony.clearPreviousLoads()
    antimony.clearDirectories()
    if folder is not None:
        antimony.addDirectory(str(folder))
    try:
        if antimony.loadAntimonyString(text) < 0:
            raise _syntax_error(text, where, _last_error())
        # "__main" exists always; it is the model only when nothing was declared inside a "model ... end" block.
        return str(antimony.getSBMLString(antimony.getMainModuleName()))
    finally:
        antimony.clearPreviousLoads()
        antimony.freeAll()


def _check_characters(text: str, where: str) -> None:
    # Antimony would take a text for ended at the first, and cannot be handed the second.
    found = next((character for character in text if character == "\0" or "\ud800" <= character <= "\udfff"), None)
    if found is not None:
        line = text.count("\n", 0, text.index(found)) + 1
        raise ModelError(
            "a character that no Antimony text may hold",
            where=f"{where}:{line}",
            found=ascii(found),
            expected="plain text",
            remedy="remove the character",
        )


def _check_depth(text: str, where: str) -> None:
    # The parsers take longer with the square of the depth, and what is nested deeper is refused afterwards anyway.
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        for bracket in _BRACKETS.findall(line):
            depth += 1 if bracket == "(" else -1
            if depth > _DEEPEST:
                raise ModelError(
                    "brackets are nested too deeply",
                    where=f"{where}:{number}",
                    found=f"more than {_DEEPEST} inside each other",
                    expected="formulas that are split up",
                    remedy="give parts of the formula their own assignment rules",
                )


def _last_error() -> str:
    import antimony

    try:
        return antimony.getLastError() or "unknown error"
    except UnicodeDecodeError:
        # Antimony quotes a text byte by byte, and may cut a character in two.
        return "a character that stands where none of its kind may"


def _refuse_endless_lines(text: str, where: str) -> None:
    """Refuse what Antimony would work on for minutes: its time grows with the square of a formula's length."""
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > _LONGEST and any(len(statement) > _LONGEST for statement in line.split(";")):
            raise ModelError(
                "a statement is too long",
                where=f"{where}:{number}",
                found=f"{len(line)} characters",
                expected=f"at most {_LONGEST} characters in a statement",
                remedy="give parts of the formula their own assignment rules",
            )


def _syntax_error(text: str, where: str, message: str) -> ModelError:
    match = _ANTIMONY_ERROR.search(message)
    number, reason = (int(match.group(1)), match.group(2)) if match else (0, message)
    # Where libSBML refuses what Antimony made of the text, its quotations of the standard bury the one line that helps.
    detail = next((line for line in reason.splitlines() if line.startswith(" The ")), reason)
    lines = text.splitlines()
    return ModelError(
        f"Antimony cannot read the model: {detail.strip()}",
        where=f"{where}:{number}" if match else where,
        found=lines[number - 1].strip() if 0 < number <= len(lines) else None,
        expected="Antimony syntax",
        remedy="correct the line, or the one before it when this one looks right",
    )


def _place(text: str, where: str, identifier: str | None) -> str:
    """Return `where:line` of the place that defines `identifier`, or of its first use."""
    if identifier is None:
        return where
    word = re.escape(identifier)
    defines = re.compile(rf"(^|[;\s]){word}\s*('|:=|=|:|has\b|in\b)")
    uses = re.compile(rf"(?<!\w){word}(?!\w)")
    lines = [line.split("//")[0] for line in text.splitlines()]
    for pattern in (defines, uses):
        for number, line in enumerate(lines, start=1):
            if pattern.search(line):
                return f"{where}:{number} ({identifier})"
    return f"{where} ({identifier})"
