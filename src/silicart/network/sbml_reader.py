"""SBML text and files to a frozen Network.

Nothing but the text itself is read: a document type, an external model definition or any other reference to a file is
refused before it is followed.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from silicart.errors import ModelError
from silicart.network.network import Network
from silicart.network.reading_process import read_apart


def read_sbml_text(text: str, where: str = "<text>") -> Network:
    """Return the Network of an SBML text: Level 2 or Level 3 core (Level 1 in libSBML's translation into Level 2).

    A value that the file leaves open is NaN. Of the packages of Level 3, l3v2extendedmath is read; layout, render and
    groups, which only draw and label, are passed over. Constraints change no solution: they stand in `notes`.

    Parameters
    ----------
    text : the document.
    where : what to call the text in messages, usually a file name.

    Raises
    ------
    ModelError : the text is no SBML, contradicts itself, or uses a feature that is refused by name (algebraic rules,
        the delay symbol, fast reactions, comp, fbc and every other package).

    Examples
    --------
    >>> text = '''<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="m">
    ... <listOfParameters><parameter id="k" value="0.5" constant="true"/></listOfParameters></model></sbml>'''
    >>> read_sbml_text(text).parameters[0].value
    0.5
    """
    return read_apart("sbml", text, where)


def read_sbml_here(text: str, where: str, _folder: Path | None = None) -> Network:
    """Return the Network of an SBML text, read in this process; what breaks libSBML ends it."""
    from silicart.network.sbml import network_from_sbml

    try:
        return network_from_sbml(text)
    except ModelError as error:
        raise error.at(_place(text, where, error.where)) from None


def read_sbml_file(path: str | Path) -> Network:
    """Return the Network of an SBML file.

    Raises
    ------
    ModelError : the file cannot be read, or as for `read_sbml_text`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "small.xml"
    ...     _ = path.write_text('<sbml xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="4">'
    ...                         '<model id="m"/></sbml>')
    ...     read_sbml_file(path).id
    'm'
    """
    path = Path(path)
    try:
        text = _decoded(path.read_bytes())
    except (OSError, UnicodeDecodeError, LookupError) as error:
        raise ModelError(
            "the model file cannot be read",
            where=str(path),
            found=getattr(error, "strerror", None) or type(error).__name__,
            expected="a readable SBML file in the encoding that it declares",
            remedy="check the path, the permissions and the first line of the file",
        ) from error
    return read_sbml_text(text, str(path))


_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding)
    declared = _ENCODING.match(data[:200])
    encoding = declared.group(1).decode("ascii") if declared else "utf-8"
    # Python knows "encodings" that unpack or transform; those that XML may use turn bytes into text.
    if not codecs.lookup(encoding)._is_text_encoding:
        raise LookupError(encoding)
    return data.decode(encoding)


def _place(text: str, where: str, place: str | None) -> str:
    """Return `where:line` of a line, or of the element that has or sets the id `place`."""
    if place is None:
        return where
    if place.startswith("line "):
        return f"{where}:{place.removeprefix('line ')}"
    attribute = re.compile(rf"""\b(?:id|variable|symbol)\s*=\s*["']{re.escape(place)}["']""")
    match = attribute.search(text)
    return f"{where} ({place})" if match is None else f"{where}:{text.count(chr(10), 0, match.start()) + 1} ({place})"
