"""What silicart refuses by name, and the wording of a refusal."""

from __future__ import annotations

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


def refuse_packages(document: Any) -> None:
    """Refuse an SBML document with a package that may change what the model means.

    Raises
    ------
    UnsupportedError : naming the package.
    """
    names = [document.getPlugin(index).getPackageName() for index in range(document.getNumPlugins())]
    for name in names:
        if name not in HARMLESS_PACKAGES:
            raise refused(f"the SBML package {name}")
    for index in range(document.getNumUnknownPackages()):
        raise refused(f"an SBML package that nothing here knows, {document.getUnknownPackageURI(index)}")


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
