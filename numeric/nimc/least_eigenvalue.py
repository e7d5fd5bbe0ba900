"""Estimates of the Hessian's least eigenvalue from Hessian-vector products alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from numeric.nimc.activations import Array
from numeric.nimc.hessian_products import stack, unstack
from numeric.nimc.loss import LossDataError, NimcLoss


class LanczosConvergenceError(ValueError):
    """Lanczos' method did not reach the accuracy asked for within the iterations allowed."""


@dataclass(frozen=True)
class RitzPair:
    """What Lanczos' method found.

    Args:
        value: θ = xᵀHx for the unit vector x. No eigenvalue bound but λ_min ≤ θ follows from it (up to rounding).
        vector: x, stacked u_1, …, u_k, v_1, …, v_k, of norm 1.
        residual: The norm of Hx − θx, computed with one more product. SOME eigenvalue λ of H has |λ − θ| ≤ residual
            (up to rounding); that this one is the least is what the method is known for, not what the number shows.
        products: How many Hessian-vector products were taken, the one for the residual included.
    """

    value: float
    vector: Array
    residual: float
    products: int


def hessian_operator(loss: NimcLoss, U: Array, V: Array) -> LinearOperator:
    """Return the Hessian at (U, V) as an operator on stacked vectors u_1, …, u_k, v_1, …, v_k.

    Raises:
        MissingDerivativeError: If the activation has no φ′ or φ″.
        LossDataError: If U or V does not fit the data or is not finite.
    """
    products = loss.hessian_products(U, V, "hessian_operator")
    (d, k), e = U.shape, V.shape[0]

    def apply(vector: Array) -> Array:
        return stack(*products(*unstack(vector.ravel(), d, e)))

    size = (d + e) * k
    return LinearOperator((size, size), matvec=apply, rmatvec=apply, dtype=np.float64)


def estimate_least_eigenvalue(  # noqa: PLR0913 - the iteration has three independent knobs
    loss: NimcLoss,
    U: Array,
    V: Array,
    rng: np.random.Generator,
    *,
    tolerance: float = 1e-8,
    subspace: int = 40,
    restarts: int = 1000,
) -> RitzPair:
    """Return an estimate of the Hessian's least eigenvalue by Lanczos' method with restarts; not a lower bound.

    Memory grows with ``subspace`` vectors of (d+e)k entries, time with the products; the matrix is never formed.

    Args:
        loss: The loss of a data set.
        U: Users' weights, shape (d, k).
        V: Items' weights, shape (e, k).
        rng: Draws the starting vector.
        tolerance: Accuracy relative to |θ| at which the iteration stops, positive.
        subspace: Number of Lanczos vectors kept, at least 3; a larger one needs fewer products.
        restarts: How many times the iteration may start again from the best vectors found, at least 1.

    Returns:
        The Ritz pair, with its residual measured afterwards.

    Raises:
        LanczosConvergenceError: If the accuracy is not reached; the message tells how far it came.
        LossDataError: If an option is out of range, or U or V does not fit the data or is not finite.
        MissingDerivativeError: If the activation has no φ′ or φ″.

    Example:
        >>> from numeric.nimc.activations import activation
        >>> one, pair = np.ones((1, 1)), np.zeros(1, dtype=np.int64)
        >>> loss = NimcLoss(one, one, pair, pair, np.array([6.0]), activation("linear"))
        >>> found = estimate_least_eigenvalue(loss, 2 * one, 2 * one, np.random.default_rng(0))
        >>> round(found.value, 10), found.residual < 1e-9
        (2.0, True)
    """
    if not isinstance(rng, np.random.Generator):
        raise LossDataError(
            f"estimate_least_eigenvalue: rng = {rng!r}; give a generator, such as np.random.default_rng(0)"
        )
    if not (tolerance > 0 and subspace >= 3 and restarts >= 1):
        raise LossDataError(
            f"estimate_least_eigenvalue: tolerance {tolerance}, subspace {subspace}, restarts {restarts}; "
            f"expected them > 0, ≥ 3 and ≥ 1"
        )
    operator = hessian_operator(loss, U, V)
    size, taken = operator.shape[0], 0

    def counted(vector: Array) -> Array:
        nonlocal taken
        taken += 1
        return np.asarray(operator.matvec(vector))

    start = rng.standard_normal(size)
    image = counted(start)
    if not image.any():
        # Almost surely H = 0, which Lanczos' method cannot start from.
        return RitzPair(0.0, start / np.linalg.norm(start), 0.0, taken)
    try:
        _, vectors = eigsh(
            LinearOperator((size, size), matvec=counted, dtype=np.float64),
            k=1,
            which="SA",
            v0=start,
            tol=tolerance,
            ncv=min(size, subspace),
            maxiter=restarts,
        )
    except ArpackNoConvergence as failure:
        raise LanczosConvergenceError(
            f"estimate_least_eigenvalue: relative accuracy {tolerance} not reached for {size} unknowns with {restarts} "
            f"restarts of {min(size, subspace)} vectors ({taken} products); allow more restarts, a larger "
            f"subspace or less accuracy"
        ) from failure
    x = vectors[:, 0] / np.linalg.norm(vectors[:, 0])
    image = counted(x)
    value = float(x @ image)
    return RitzPair(value, x, float(np.linalg.norm(image - value * x)), taken)
