"""Files of data by name or by path: what ships with silicart, and what a user wrote in the same form."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from silicart.errors import SilicartError, nearest

SUFFIXES = (".yaml", ".yml")


@cache
def shipped_names(folder: str) -> tuple[str, ...]:
    """Return the names of the files of a folder of `biology`.

    Examples
    --------
    >>> "sys6020-sle" in shipped_names("studies")
    True
    """
    place = resources.files("silicart").joinpath("biology", folder)
    return tuple(sorted(item.name.removesuffix(".yaml") for item in place.iterdir() if item.name.endswith(".yaml")))


def find_text(name_or_path: str | Path, folder: str, what: str, error: type[SilicartError]) -> tuple[str, str]:
    """Return the text of a file, and what to call it in messages.

    Parameters
    ----------
    name_or_path : a file of `folder` by its name, or any YAML file by its path.
    what : a word for what such a file holds, such as "study".
    error : the kind of error that is raised.

    Raises
    ------
    SilicartError : of the kind `error`: no such name, with the nearest one, or a file that cannot be read.

    Examples
    --------
    >>> from silicart.errors import StudyError
    >>> find_text("sys6020-sle", "studies", "study", StudyError)[1]
    'biology/studies/sys6020-sle.yaml'
    """
    shown, names = str(name_or_path), shipped_names(folder)
    if shown in names:
        file = resources.files("silicart").joinpath("biology", folder, f"{shown}.yaml")
        return file.read_text(encoding="utf-8"), f"biology/{folder}/{shown}.yaml"
    path = Path(name_or_path)
    if path.suffix not in SUFFIXES:
        near = nearest(shown, names)
        raise error(
            f"unknown {what}", found=shown, expected="a .yaml file, or one of: " + ", ".join(names),
            remedy=f"did you mean {near}?" if near else f"give the path of a {what} file",
        )  # fmt: skip
    try:
        return path.read_text(encoding="utf-8"), shown
    except (OSError, UnicodeDecodeError) as bad:
        raise error(
            f"the {what} file cannot be read", where=shown, found=getattr(bad, "strerror", None) or "not UTF-8",
            remedy="check the path",
        ) from None  # fmt: skip
