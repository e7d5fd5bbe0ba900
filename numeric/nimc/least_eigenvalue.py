"""Estimates of the Hessian's least eigenvalue from Hessian-vector products alone."""

from __future__ import annotations

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

from numeric.nimc.activations import Array
from numeric.nimc.loss import NimcLoss


def hessian_operator(loss: NimcLoss, U: Array, V: Array) -> LinearOperator:
    """Return the Hessian at (U, V) as an operator on stacked vectors u_1, …, u_k, v_1, …, v_k."""
    (d, k), e = U.shape, V.shape[0]

    def apply(vector: Array) -> Array:
        A = vector[: d * k].reshape(k, d).T
        B = vector[d * k :].reshape(k, e).T
        users, items = loss.hessian_vector_product(U, V, A, B)
        return np.concatenate([users.T.ravel(), items.T.ravel()])

    size = (d + e) * k
    return LinearOperator((size, size), matvec=apply, dtype=np.float64)


def estimate_least_eigenvalue(
    loss: NimcLoss, U: Array, V: Array, rng: np.random.Generator, *, tolerance: float = 1e-8
) -> float:
    """Return an estimate of the Hessian's least eigenvalue by Lanczos' method; not a bound.

    Args:
        loss: The loss of a data set.
        U: Users' weights, shape (d, k).
        V: Items' weights, shape (e, k).
        rng: Draws the starting vector.
        tolerance: Relative accuracy at which the iteration stops.
    """
    operator = hessian_operator(loss, U, V)
    start = rng.standard_normal(operator.shape[0])
    found = eigsh(operator, k=1, which="SA", v0=start, tol=tolerance, return_eigenvectors=False)
    return float(found[0])
