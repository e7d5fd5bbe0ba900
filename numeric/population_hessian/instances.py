"""Seeded weights, random and ill-conditioned on purpose, as exact rationals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from numeric.nimc.activations import Array
from numeric.population.polynomial_activation import Matrix

KINDS = ("orthogonal", "random", "spread singular values", "nearly parallel columns", "different lengths")
_DENOMINATOR = 2**30


class InstanceError(ValueError):
    """A kind of weights that is not known, or a size that makes no sense."""


def sample_weights(kind: str, k: int, rng: np.random.Generator, *, condition: float = 1e3) -> Matrix:
    """Return a k × k matrix of weights over the rationals with denominators 2³⁰.

    Args:
        kind: One of :data:`KINDS`. Singular values spread from 1 to 1/condition; columns that differ by about
            1/condition; orthogonal columns (up to rounding) of lengths from 4 to 4/condition; normal entries of
            variance 1/k; or the identity.
        k: At least 2.
        rng: The seeded generator.
        condition: About the condition number of the ill-conditioned kinds.

    Raises:
        InstanceError: If the kind is unknown or k < 2.

    Example:
        >>> W = sample_weights("different lengths", 3, np.random.default_rng(0))
        >>> round(float(np.linalg.cond(W.astype(float))))
        1000
    """
    if kind not in KINDS or k < 2:
        raise InstanceError(f"sample_weights: kind {kind!r}, k = {k}; known: {', '.join(KINDS)}, k ≥ 2")
    normal, other = rng.standard_normal((2, k, k))
    falling = condition ** -np.linspace(0, 1, k)
    basis, turned = np.linalg.qr(normal)[0], np.linalg.qr(other)[0]
    match kind:
        case "orthogonal":
            floats = np.eye(k)
        case "random":
            floats = normal / np.sqrt(k)
        case "spread singular values":
            floats = basis @ np.diag(falling) @ turned
        case "nearly parallel columns":
            floats = normal[:, :1] / np.linalg.norm(normal[:, 0]) + other / condition
        case _:
            floats = basis * (4 * falling)
    return _rational(floats)


def _rational(floats: Array) -> Matrix:
    exact = np.empty(floats.size, dtype=object)
    exact[:] = [Fraction(round(float(value) * _DENOMINATOR), _DENOMINATOR) for value in floats.ravel()]
    return exact.reshape(floats.shape)
