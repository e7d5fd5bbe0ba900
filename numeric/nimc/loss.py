r"""The NIMC loss in floating point, :math:`\frac1{2|\Omega|}\sum(\phi(U^\top x)^\top\phi(V^\top y)-A)^2`.

Users and items are given once each; the observed pairs index them. Every sum over pairs then factors through the
distinct users and items: a sparse matrix holds the residuals, the rest are dense products. With A and B directions of
U and V, P = φ(XU), Q = φ(YV), R the residuals (both n₁ × n₂, sparse) the gradients are

    ∇_U = Xᵀ(P′ ∘ RQ)/|Ω|,    ∇_V = Yᵀ(Q′ ∘ RᵀP)/|Ω|.

Parameters are stacked as u_1, …, u_k, v_1, …, v_k where a single vector or matrix is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from numeric.nimc.activations import Activation, Array

Indices = NDArray[np.int64]


class LossDataError(ValueError):
    """Features, ratings or weights have shapes or values that no loss can be made of."""


@dataclass(frozen=True)
class NimcLoss:
    """The loss of one data set; its methods take the weights.

    Args:
        X: Distinct users' features, shape (n1, d).
        Y: Distinct items' features, shape (n2, e).
        users: Row of X of each observed pair, shape (m,).
        items: Row of Y of each observed pair, shape (m,); pairs may repeat.
        ratings: The m ratings.
        phi: The activation.

    Raises:
        LossDataError: If shapes do not fit, an index is out of range, there is no pair, or an entry is not finite.
    """

    X: Array
    Y: Array
    users: Indices
    items: Indices
    ratings: Array
    phi: Activation

    def __post_init__(self) -> None:
        m = self.users.shape
        if not (self.X.ndim == self.Y.ndim == 2 and len(m) == 1 and self.items.shape == self.ratings.shape == m):
            raise LossDataError(
                f"NimcLoss: X {self.X.shape}, Y {self.Y.shape}, users {m}, items {self.items.shape}, ratings "
                f"{self.ratings.shape}; expected (n1, d), (n2, e) and three times (m,)"
            )
        if m[0] == 0:
            raise LossDataError("NimcLoss: no observed pair; the mean over no pairs is not defined")
        for name, index, size in (("users", self.users, len(self.X)), ("items", self.items, len(self.Y))):
            if index.min() < 0 or index.max() >= size:
                raise LossDataError(f"NimcLoss: {name} must lie in 0..{size - 1}, found {index.min()}..{index.max()}")
        for name in ("X", "Y", "ratings"):
            _require_finite("NimcLoss", name, getattr(self, name))

    @cached_property
    def pairs(self) -> int:
        """Return the number m of observed pairs."""
        return int(self.users.shape[0])

    @cached_property
    def counts(self) -> Any:
        """Return how often each user meets each item, sparse, shape (n1, n2)."""
        return self.sparse(np.ones(self.pairs))

    def sparse(self, values: Array) -> Any:
        """Return values of the pairs as a sparse matrix, shape (n1, n2), repeated pairs added."""
        return csr_array((values, (self.users, self.items)), shape=(len(self.X), len(self.Y)))

    def residuals(self, U: Array, V: Array) -> Array:
        """Return prediction less rating for each pair, shape (m,)."""
        self._check(U, V)
        return self._inner(self.phi.value(self.X @ U), self.phi.value(self.Y @ V)) - self.ratings

    def value(self, U: Array, V: Array) -> float:
        """Return the loss: half the mean squared residual.

        **Source:** [nimc] equation (3), divided by 2|Ω| as in (4).
        """
        r = self.residuals(U, V)
        return float(r @ r) / (2 * self.pairs)

    def gradient(self, U: Array, V: Array) -> tuple[Array, Array]:
        """Return the gradients in U and V, of their shapes.

        Raises:
            MissingDerivativeError: If the activation has no φ′.
        """
        slope = self.phi.derivative(1, "gradient")
        R = self.sparse(self.residuals(U, V))
        Zu, Zv = self.X @ U, self.Y @ V
        P, Q = self.phi.value(Zu), self.phi.value(Zv)
        return (
            self.X.T @ (slope(Zu) * (R @ Q)) / self.pairs,
            self.Y.T @ (slope(Zv) * (R.T @ P)) / self.pairs,
        )

    def hessian_vector_product(self, U: Array, V: Array, A: Array, B: Array) -> tuple[Array, Array]:
        """Return the derivative of both gradients along (A, B), the directions of U and V.

        Raises:
            MissingDerivativeError: If the activation has no φ′ or φ″.
        """
        slope, curvature = (self.phi.derivative(n, "hessian_vector_product") for n in (1, 2))
        R = self.sparse(self.residuals(U, V))
        Zu, Zv, Au, Bv = self.X @ U, self.Y @ V, self.X @ A, self.Y @ B
        P, Q, P1, Q1 = self.phi.value(Zu), self.phi.value(Zv), slope(Zu), slope(Zv)
        dP, dQ = P1 * Au, Q1 * Bv
        dR = self.sparse(self._inner(dP, Q) + self._inner(P, dQ))
        users = curvature(Zu) * Au * (R @ Q) + P1 * (dR @ Q + R @ dQ)
        items = curvature(Zv) * Bv * (R.T @ P) + Q1 * (dR.T @ P + R.T @ dP)
        return self.X.T @ users / self.pairs, self.Y.T @ items / self.pairs

    def _inner(self, P: Array, Q: Array) -> Array:
        found: Array = np.einsum("pk,pk->p", P[self.users], Q[self.items])
        return found

    def _check(self, U: Array, V: Array) -> None:
        d, e = self.X.shape[1], self.Y.shape[1]
        if U.ndim != 2 or V.ndim != 2 or U.shape[0] != d or V.shape[0] != e or U.shape[1] != V.shape[1]:
            raise LossDataError(
                f"NimcLoss: weights U {U.shape} and V {V.shape}; expected ({d}, k) and ({e}, k) with one k"
            )
        _require_finite("NimcLoss", "U", U)
        _require_finite("NimcLoss", "V", V)


def _require_finite(operation: str, name: str, values: Array) -> None:
    if not np.isfinite(values).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
        raise LossDataError(f"{operation}: {name}{list(where)} is {values[where]}; every entry must be finite")
