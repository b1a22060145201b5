"""What silicart refuses by name, and the wording of a refusal."""

from __future__ import annotations

import re
from typing import Any

from silicart.errors import UnsupportedError

#: Packages of SBML Level 3 that are read past: the first only adds functions, which are read as all others are; the
#: rest are drawings and labels. Every other package is refused, also where the file says that it is not required:
#: of flux bounds, submodels or distributions nothing may be lost without a word.
HARMLESS_PACKAGES = ("l3v2extendedmath", "layout", "render", "groups")


def refused(feature: str, owner: str | None = None) -> UnsupportedError:
    """Return the error for a feature that is refused by name.

    Examples
    --------
    >>> print(refused("fast reactions", "binding"))
    not supported: fast reactions
      where:    binding
      expected: reactions, rules, initial assignments, events and constants
      remedy:   rewrite the model without it
    """
    return UnsupportedError(
        f"not supported: {feature}",
        where=owner,
        expected="reactions, rules, initial assignments, events and constants",
        remedy="rewrite the model without it",
    )


def refuse_packages(document: Any, text: str) -> None:
    """Refuse an SBML document with a package that may change what the model means.

    A package that is declared but not used, as some programs write it, is none.

    Raises
    ------
    UnsupportedError : naming the package.
    """
    for index in range(document.getNumPlugins()):
        plugin = document.getPlugin(index)
        name = plugin.getPackageName()
        if name not in HARMLESS_PACKAGES and _is_used(text, plugin.getPrefix(), plugin.getURI()):
            raise refused(f"the SBML package {name}")
    for index in range(document.getNumUnknownPackages()):
        uri = document.getUnknownPackageURI(index)
        if _is_used(text, document.getUnknownPackagePrefix(index), uri):
            raise refused(f"an SBML package that nothing here knows, {uri}")


def _is_used(text: str, prefix: str, uri: str) -> bool:
    """Return whether anything but the declaration, and the flag "required" beside it, belongs to a package."""
    return text.count(uri) != 1 or re.search(rf"[\s<]{re.escape(prefix)}:(?!required\s*=)", text) is not None


def refuse_features(model: Any) -> None:
    """Refuse algebraic rules and fast reactions; the delay symbol is refused where formulas are read.

    Raises
    ------
    UnsupportedError : naming the feature and, where it has one, the id of the element.
    """
    for rule in model.getListOfRules():
        if rule.isAlgebraic():
            raise refused("algebraic rules")
    for reaction in model.getListOfReactions():
        if reaction.isSetFast() and reaction.getFast():
            raise refused("fast reactions", reaction.getId())
