"""SBML text to a document of libSBML: guarded before, checked after.

libSBML walks a document by recursion in C, so that a deeply nested file would end the whole process, as would a level
that no standard has; and a document type may name files and other entities. All are refused by a first pass over the
tags, before libSBML sees the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from xml.parsers import expat

from silicart.errors import ModelError, UnsupportedError
from silicart.network.refusals import refuse_features, refuse_packages

# libSBML needs about 2 kB of stack a level; the deepest of a thousand published models has 19 levels.
_DEEPEST = 400
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_INCLUSION = "http://www.w3.org/2001/XInclude"
# libSBML reads these as the number 0 without a word.
_HEXADECIMAL = re.compile(r"<(?:[\w.-]+:)?cn\b[^>]*>\s*([-+]?0[xX][0-9a-fA-F.pP]*)")


def read_document(text: str) -> tuple[Any, Any]:
    """Return the libSBML document of an SBML text, and its model.

    Level 1 comes back as libSBML's translation into Level 2. No entity is expanded and no other file is opened.

    Raises
    ------
    ModelError : the text is no SBML, is nested too deeply, has a document type, or uses what is refused by name.
    """
    import libsbml

    _guard(text)
    # The text is decoded already; what its first line says of its bytes no longer holds.
    document = libsbml.readSBMLFromString(_DECLARATION.sub("", text, count=1).lstrip("\ufeff \t\r\n"))
    refuse_packages(document, text)
    model = document.getModel()
    if model is not None:
        refuse_features(model)
    _refuse_errors(document)
    if model is None:
        raise ModelError("the file holds no model", expected="an SBML document with a model element")
    if document.getLevel() == 1:
        model = _translated(document)
    return document, model


class _TooDeep(Exception):
    """Leaves the first pass at a tag that is nested too deeply."""


class _HasDocumentType(Exception):
    """Leaves the first pass at a document type."""


def _guard(text: str) -> None:
    parser = expat.ParserCreate()
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth == 0:
            _check_root(name, attributes)
        depth += 1
        if depth > _DEEPEST:
            raise _TooDeep

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_parts: object) -> None:
        raise _HasDocumentType

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(text.lstrip("\ufeff \t\r\n"), True)
    except expat.ExpatError as error:
        line = max(error.lineno, 1)
        raise ModelError(
            f"the text is no well-formed XML: {expat.errors.messages[error.code]}",
            where=f"line {line}",
            found=next(iter(text.lstrip().splitlines()[line - 1 : line]), "nothing").strip()[:120],
            expected="an SBML document",
            remedy="correct the line, or export the model again",
        ) from None
    except (UnicodeEncodeError, ValueError) as error:
        raise ModelError("the text holds characters that XML cannot hold", found=str(error)) from None
    except _TooDeep:
        raise ModelError(
            "the document is nested too deeply",
            where=f"line {parser.CurrentLineNumber}",
            found=f"more than {_DEEPEST} elements inside each other",
            expected="formulas that are split up",
            remedy="give parts of the formula their own assignment rules",
        ) from None
    except _HasDocumentType:
        raise UnsupportedError(
            "not supported: a document type (DOCTYPE), which may refer to entities and other files",
            where=f"line {parser.CurrentLineNumber}",
            expected="an SBML document without a DOCTYPE",
            remedy="remove the DOCTYPE",
        ) from None
    if _INCLUSION in text:
        # libSBML would pass over it, and the model would be another one.
        raise ModelError(
            "not supported: XInclude, which refers to other files",
            found=_INCLUSION,
            expected="an SBML document that is complete",
            remedy="put what is included in its place",
        )
    hexadecimal = _HEXADECIMAL.search(text) if "0x" in text or "0X" in text else None
    if hexadecimal:
        raise ModelError("a number that SBML does not know", found=hexadecimal.group(1), expected="a decimal number")


def _check_root(name: str, attributes: dict[str, str]) -> None:
    prefix, _, plain = name.rpartition(":")
    namespace = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
    level, version = attributes.get("level", ""), attributes.get("version", "")
    if plain != "sbml" or _NAMESPACES.get((level, version)) != namespace:
        found = f"{plain} of level {level or '?'}, version {version or '?'} in {namespace or 'no namespace'}"
        raise ModelError(
            "the document is no SBML of a published level and version",
            where="line 1",
            found=found if plain == "sbml" else f"the element {plain}",
            expected="SBML Level 2 (versions 1 to 5) or Level 3 (versions 1 and 2)",
            remedy="correct the first lines, or export the model again",
        )


_SITE = "http://www.sbml.org/sbml"
_NAMESPACES = {
    **{("1", version): f"{_SITE}/level1" for version in "12"},
    ("2", "1"): f"{_SITE}/level2",
    **{("2", version): f"{_SITE}/level2/version{version}" for version in "2345"},
    **{("3", version): f"{_SITE}/level3/version{version}/core" for version in "12"},
}


def _refuse_errors(document: Any) -> None:
    for error in _errors(document):
        # The general sentence of the standard comes first, then what is wrong here.
        lines = [line.strip() for line in error.getMessage().splitlines() if line.strip()]
        detail = [line for line in lines if not line.startswith("Reference:")]
        raise ModelError(
            "libSBML cannot read the model",
            where=f"line {error.getLine()}",
            found=detail[-1] if detail else error.getShortMessage(),
            expected=f"valid SBML ({error.getShortMessage()}, error {error.getErrorId()})",
            remedy="correct the file, or export the model again",
        )


def _errors(document: Any) -> Iterator[Any]:
    """Yield the errors that leave the mathematics in doubt: not those of units, labels, notes and drawings."""
    import libsbml

    for index in range(document.getNumErrors()):
        error = document.getError(index)
        if error.getSeverity() < libsbml.LIBSBML_SEV_ERROR or error.getCategory() in _harmless_categories():
            continue
        # A package that means anything was refused before; an error of another one has nothing to spoil.
        if error.getErrorId() in _HARMLESS_ERRORS or error.getPackage() not in ("", "core", "l3v2extendedmath"):
            continue
        if _HARMLESS_MESSAGE.search(error.getMessage()):
            continue
        yield error


# Drawings; lists without entries; attributes of a foreign namespace.
_HARMLESS_MESSAGE = re.compile(
    r"\bPackage (render|layout|groups) Version|\bcannot be empty\.|Attribute '[^':]+:[^']*' is not part of"
)
# Syntax of ontology terms, metaids and unit ids; annotations; the order of lists and lists without entries; unit
# definitions; notes; packages that are declared but not used.
_HARMLESS_ERRORS = frozenset(
    (10308, 10309, 10311, 20202, 20203, 99107, *range(10401, 10405), *range(20401, 20422), *range(10801, 10806))
)


@cache
def _harmless_categories() -> frozenset[int]:
    import libsbml

    return frozenset(
        (
            libsbml.LIBSBML_CAT_UNITS_CONSISTENCY,
            libsbml.LIBSBML_CAT_SBO_CONSISTENCY,
            libsbml.LIBSBML_CAT_MODELING_PRACTICE,
        )
    )


def _translated(document: Any) -> Any:
    """Return the model of a Level 1 document as Level 2 says it."""
    document.getErrorLog().clearLog()
    if not document.setLevelAndVersion(2, 4, False):
        raise ModelError(
            "libSBML cannot translate this SBML Level 1 model",
            found=document.getError(0).getMessage().strip() if document.getNumErrors() else None,
            expected="SBML Level 2 or 3",
            remedy="export the model as Level 3",
        )
    return document.getModel()
