"""One spread around a centre: how a typical value is uncertain, or how patients, lots and visits vary.

A distribution never carries the centre. The register holds the centre once; uncertainty moves it, and
variability is drawn around wherever uncertainty has moved it to. The median is always the centre, so a draw at
u = 0.5 is the published typical patient.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silicart.errors import RegisterError, nearest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

KINDS = ("fixed", "normal", "lognormal", "logitnormal", "uniform", "loguniform")
LEVELS = ("values", "patients", "donors", "lots", "visits")


@dataclass(frozen=True)
class Distribution:
    """A spread around a centre that is given at the time of drawing.

    Parameters
    ----------
    kind : one of `KINDS`.
    spread : standard deviation (normal), standard deviation of the natural logarithm (lognormal) or of the logit
        (logitnormal), half-width (uniform), half-width of the natural logarithm (loguniform); 0 for fixed.
        Additive spreads (normal, uniform) carry the unit of the value, the others have none.
    lower, upper : bounds of a logit-normal value, in the unit of the value; 0 and 1 unless given.
    between : what differs: "values" (uncertainty of a typical value), "patients", "donors" (whose cells they are, apart
        from the patient as a patient), "lots" or "visits".
    basis : where the size of the spread comes from, in a word or a short phrase.

    Examples
    --------
    >>> Distribution("lognormal", 0.35).quantile(2.0, [0.05, 0.5, 0.95]).round(3).tolist()
    [1.125, 2.0, 3.557]
    >>> Distribution("fixed").is_fixed
    True
    """

    kind: str = "fixed"
    spread: float = 0.0
    lower: float = 0.0
    upper: float = 1.0
    between: str = "values"
    basis: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise RegisterError(
                "unknown kind of distribution",
                found=self.kind,
                expected="one of: " + ", ".join(KINDS),
                remedy=_did_you_mean(self.kind, KINDS),
            )
        if self.between not in LEVELS:
            raise RegisterError(
                "unknown level of a distribution",
                found=self.between,
                expected="one of: " + ", ".join(LEVELS),
                remedy=_did_you_mean(self.between, LEVELS),
            )
        if not math.isfinite(self.spread) or self.spread < 0 or (self.spread == 0) != (self.kind == "fixed"):
            raise RegisterError(
                f"the spread of a {self.kind} distribution is not valid",
                found=self.spread,
                expected="0 for fixed, otherwise a positive finite number",
            )
        if not self.lower < self.upper:
            raise RegisterError(
                "the bounds of a logit-normal distribution are not in order",
                found=f"{self.lower} to {self.upper}",
                expected="lower below upper",
            )

    @property
    def is_fixed(self) -> bool:
        """True when drawing always returns the centre."""
        return self.kind == "fixed"

    def quantile(self, centre: ArrayLike, u: ArrayLike) -> NDArray[np.float64]:
        """Return the value below which a share `u` of draws around `centre` lies.

        `centre` and `u` broadcast against each other; the result has their common shape and the unit of
        `centre`. `u` lies strictly between 0 and 1.

        Errors: RegisterError when `u` leaves (0, 1) or a centre cannot carry this distribution (a log-normal
        around a negative number, a logit-normal around a number outside its bounds).

        Examples
        --------
        >>> Distribution("uniform", 2.0).quantile(10.0, [0.25, 0.75]).tolist()
        [9.0, 11.0]
        """
        import numpy as np

        middle, share = np.broadcast_arrays(np.asarray(centre, dtype=float), np.asarray(u, dtype=float))
        if share.size and not bool(np.all((share > 0.0) & (share < 1.0))):
            raise RegisterError(
                "a quantile is asked outside the open interval from 0 to 1",
                found=f"{share.min()} to {share.max()}",
                expected="0 < u < 1",
            )
        self.check_centre(middle)
        if self.kind == "fixed":
            return np.array(middle, dtype=float)
        if self.kind == "uniform":
            return np.asarray(middle + self.spread * (2.0 * share - 1.0), dtype=float)
        if self.kind == "loguniform":
            return np.asarray(middle * np.exp(self.spread * (2.0 * share - 1.0)), dtype=float)
        from scipy.special import expit, logit, ndtri

        step = self.spread * ndtri(share)
        if self.kind == "normal":
            return np.asarray(middle + step, dtype=float)
        if self.kind == "lognormal":
            return np.asarray(middle * np.exp(step), dtype=float)
        width = self.upper - self.lower
        return np.asarray(self.lower + width * expit(logit((middle - self.lower) / width) + step), dtype=float)

    def check_centre(self, centre: ArrayLike) -> None:
        """Raise RegisterError when this distribution cannot be centred on `centre`."""
        import numpy as np

        values = np.asarray(centre, dtype=float)
        if self.kind in ("lognormal", "loguniform") and not bool(np.all(values > 0.0)):
            raise RegisterError(
                f"a {self.kind} distribution needs a positive centre",
                found=float(values.min()),
                expected="a number above 0",
                remedy="use a normal or uniform spread, or fix the value",
            )
        inside = (values > self.lower) & (values < self.upper)
        if self.kind == "logitnormal" and not bool(np.all(inside)):
            raise RegisterError(
                "a logit-normal distribution needs a centre inside its bounds",
                found=f"{float(values.min())} to {float(values.max())}",
                expected=f"between {self.lower} and {self.upper}, both excluded",
            )

    def describe(self) -> str:
        """Say the distribution in words, with the central 90 % where it does not depend on the centre.

        Examples
        --------
        >>> Distribution("lognormal", 0.35).describe()
        'log-normal, log-SD 0.35 (90 % between 1/1.78 and 1.78 times the centre)'
        >>> Distribution("fixed").describe()
        'fixed'
        """
        size = f"{self.spread:.3g}"
        if self.kind == "fixed":
            return "fixed"
        if self.kind == "normal":
            return f"normal, SD {size} (90 % within {1.645 * self.spread:.3g} of the centre)"
        if self.kind == "uniform":
            return f"uniform, within {size} of the centre"
        if self.kind == "lognormal":
            fold = f"{math.exp(1.645 * self.spread):.2f}"
            return f"log-normal, log-SD {size} (90 % between 1/{fold} and {fold} times the centre)"
        if self.kind == "loguniform":
            fold = f"{math.exp(self.spread):.2f}"
            return f"log-uniform between 1/{fold} and {fold} times the centre"
        bounds = "" if (self.lower, self.upper) == (0.0, 1.0) else f" between {self.lower:.3g} and {self.upper:.3g}"
        return f"logit-normal{bounds}, logit-SD {size}"

    def canonical(self) -> Mapping[str, object]:
        """Return what the hash of the register is taken over."""
        return {
            "kind": self.kind,
            "spread": self.spread,
            "lower": self.lower,
            "upper": self.upper,
            "between": self.between,
        }


def _did_you_mean(name: str, options: tuple[str, ...]) -> str | None:
    hint = nearest(name, options)
    return None if hint is None else f"did you mean {hint}?"
