"""One keyed random generator: a number is a function of who it is for and what for, never of when it was asked.

A random number is addressed by (seed, parameter draw, patient, purpose, occasion, attempt). Because nothing is
consumed in sequence, patient 17 is the same person in any run, arm, chunk and population size, and a new
parameter, whose name is a new purpose, changes nobody.

The generator is Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): the seed and
the purpose make its 64-bit key, the other four addresses are its 128-bit counter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import PopulationError

TYPICAL = 0xFFFF_FFFF
"""The patient number under which a parameter draw's own numbers (its typical values) are addressed."""

_WORD = 0xFFFF_FFFF
_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (np.uint64(0x9E3779B9), np.uint64(0xBB67AE85))
_LOW = np.uint64(_WORD)
_SHIFT = np.uint64(32)


def uniform(
    seed: int, draw: ArrayLike, patient: ArrayLike, purpose: str, occasion: ArrayLike = 0, attempt: ArrayLike = 0
) -> NDArray[np.float64]:
    """Return the uniform number in the open interval (0, 1) at each address.

    `draw`, `patient`, `occasion` and `attempt` broadcast against each other and give the shape of the result; each
    is a whole number from 0 to 2**32 - 1. The numbers are odd multiples of 2**-53, so 0 and 1 never occur and a
    quantile function never meets an infinity.

    Raises PopulationError when the seed or an address is out of range.

    Examples
    --------
    >>> alone = uniform(1, 1, 17, "k_kill")
    >>> among_others = uniform(1, 1, [11, 17, 19], "k_kill")
    >>> bool(alone == among_others[1])
    True
    """
    return uniforms(seed, draw, patient, (purpose,), occasion, attempt)[..., 0]


def uniforms(
    seed: int,
    draw: ArrayLike,
    patient: ArrayLike,
    purposes: Sequence[str],
    occasion: ArrayLike = 0,
    attempt: ArrayLike = 0,
) -> NDArray[np.float64]:
    """Return `uniform` for several purposes at once, one more axis at the end, in the order of `purposes`.

    Examples
    --------
    >>> both = uniforms(1, 1, [11, 17, 19], ("k_kill", "d_E"))
    >>> both.shape, bool((both[:, 1] == uniform(1, 1, [11, 17, 19], "d_E")).all())
    ((3, 2), True)
    """
    names = ("draw", "patient", "occasion", "attempt")
    addresses = [_address(name, value) for name, value in zip(names, (draw, patient, occasion, attempt), strict=True)]
    counter = [word[..., np.newaxis] for word in np.broadcast_arrays(*addresses)]
    keys = np.array([_key(seed, purpose) for purpose in purposes], dtype=np.uint64).reshape(-1, 2)
    high, low, _, _ = philox4x32(counter, (keys[:, 0], keys[:, 1]))
    bits = (high << np.uint64(20)) | (low >> np.uint64(12))
    # 52 random bits and a half: exactly representable, symmetric about one half, and never 0 or 1.
    return np.asarray((bits.astype(np.float64) + 0.5) * 2.0**-52)


def normals(
    seed: int,
    draw: ArrayLike,
    patient: ArrayLike,
    purposes: Sequence[str],
    occasion: ArrayLike = 0,
    attempt: ArrayLike = 0,
) -> NDArray[np.float64]:
    """Return standard normal numbers at the addresses of `uniforms`, which they are the quantiles of."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniforms(seed, draw, patient, purposes, occasion, attempt)), dtype=np.float64)


def philox4x32(
    counter: Sequence[NDArray[np.uint64]], key: Sequence[NDArray[np.uint64]], rounds: int = 10
) -> tuple[NDArray[np.uint64], ...]:
    """Return the four 32-bit words of Philox4x32 for each counter and key, carried in 64-bit integers.

    Examples
    --------
    >>> zero = np.zeros(1, dtype=np.uint64)
    >>> " ".join(f"{int(word[0]):08x}" for word in philox4x32([zero] * 4, [zero] * 2))
    '6627e8d5 e169c58d bc57ac4c 9b00dbd8'
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(rounds):
        first, second = _MULTIPLIERS[0] * c0, _MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (second >> _SHIFT) ^ c1 ^ k0, second & _LOW, (first >> _SHIFT) ^ c3 ^ k1, first & _LOW
        k0, k1 = (k0 + _WEYL[0]) & _LOW, (k1 + _WEYL[1]) & _LOW
    return c0, c1, c2, c3


@lru_cache(maxsize=4096)
def _key(seed: int, purpose: str) -> tuple[int, int]:
    if not 0 <= seed < 2**64:
        raise PopulationError(
            "the seed is out of range",
            where="seed",
            found=seed,
            expected="a whole number from 0 to 2**64 - 1",
            remedy="give another seed",
        )
    digest = hashlib.blake2b(purpose.encode(), digest_size=8, key=seed.to_bytes(8, "little")).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def _address(name: str, value: ArrayLike) -> NDArray[np.uint64]:
    numbers = np.asarray(value)
    whole = np.issubdtype(numbers.dtype, np.integer) or numbers.size == 0
    if not whole or (numbers.size and (numbers.min() < 0 or numbers.max() > _WORD)):
        raise PopulationError(
            f"the {name} number of a random number is out of range",
            where=name,
            found=value,
            expected="whole numbers from 0 to 2**32 - 1",
            remedy=f"number the {name}s from 0",
        )
    return numbers.astype(np.uint64)
