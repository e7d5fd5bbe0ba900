"""The population Hessian in floating point by a trapezoidal rule in all coordinates: an independent second opinion."""

from __future__ import annotations

import numpy as np

from numeric.nimc.activations import Activation, Array

_MOST_DIMENSIONS = 3


class DimensionError(ValueError):
    """A product rule was asked for in more dimensions than it can serve."""


def estimate_population_hessian(phi: Activation, U: Array, V: Array, *, step: float = 0.2, cut: float = 9.0) -> Array:
    """Return H* at the truth (U, V), shape (2dk, 2dk), rows u_1, …, u_k, v_1, …, v_k; an estimate, not a bound.

    The trapezoidal rule converges like exp(-c/step) for φ analytic in a strip; no Stein identity, no expansion enters.

    Args:
        phi: A smooth activation with φ′.
        U: Weights, shape (d, k), d ≤ 3.
        V: Weights, shape (d, k).
        step: Distance of the nodes in each coordinate.
        cut: The nodes cover [-cut, cut] in each coordinate.

    Raises:
        DimensionError: If d > 3.
    """
    d, k = U.shape
    if d > _MOST_DIMENSIONS:
        raise DimensionError(f"estimate_population_hessian: d = {d}; a product rule serves d ≤ {_MOST_DIMENSIONS}")
    axis = np.arange(-round(cut / step), round(cut / step) + 1) * step
    nodes = np.stack([g.ravel() for g in np.meshgrid(*[axis] * d, indexing="ij")], axis=1)
    weights = np.exp(-(nodes**2).sum(axis=1) / 2) * (step / np.sqrt(2 * np.pi)) ** d
    slope = phi.derivative(1, "estimate_population_hessian")
    (P, P1), (Q, Q1) = ((phi.value(nodes @ W), slope(nodes @ W)) for W in (U, V))
    H = np.empty((2 * d * k, 2 * d * k))
    for i in range(k):
        for j in range(k):
            for offset, own, other in ((0, P1, Q), (d * k, Q1, P)):
                scalar = weights @ (other[:, i] * other[:, j])
                block = nodes.T @ ((weights * own[:, i] * own[:, j])[:, None] * nodes)
                rows, columns = (slice(offset + n * d, offset + (n + 1) * d) for n in (i, j))
                H[rows, columns] = scalar * block
            cross = np.outer((weights * P1[:, i] * P[:, j]) @ nodes, (weights * Q[:, i] * Q1[:, j]) @ nodes)
            rows, columns = slice(i * d, (i + 1) * d), slice(d * k + j * d, d * k + (j + 1) * d)
            H[rows, columns], H[columns, rows] = cross, cross.T
    return H
