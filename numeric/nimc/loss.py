r"""The NIMC loss in floating point, :math:`\frac1{2|\Omega|}\sum(\phi(U^\top x)^\top\phi(V^\top y)-A)^2`.

Users and items are given once each; the observed pairs index them. Every sum over pairs then factors through the
distinct users and items: a sparse matrix holds the residuals, the rest are dense products. With P = φ(XU),
Q = φ(YV) and R the residuals as a sparse n₁ × n₂ matrix the gradients are

    ∇_U = Xᵀ(P′ ∘ RQ)/|Ω|,    ∇_V = Yᵀ(Q′ ∘ RᵀP)/|Ω|.

Parameters are stacked as u_1, …, u_k, v_1, …, v_k where a single vector or matrix is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from numeric.nimc.activations import Activation, Array, require_activation
from numeric.nimc.hessian_products import HessianProducts, TowerValues
from numeric.nimc.observed_pairs import Indices, PairPattern


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
        phi: The activation: ``activation("tanh")`` and the like, or an ``Activation`` of your own, both of
            :mod:`numeric.nimc.activations`.

    Raises:
        UnknownActivationError: If ``phi`` is something else.
        LossDataError: If shapes do not fit, an index is no integer or out of range, there is no pair or no feature,
            or an entry is not a finite real number.

    Example:
        >>> from numeric.nimc.activations import activation
        >>> X, Y = np.eye(2), np.array([[1.0], [2.0]])
        >>> loss = NimcLoss(X, Y, [0, 1], [1, 0], [2.0, 3.0], activation("linear"))
        >>> U, V = np.array([[1.0], [1.0]]), np.array([[1.0]])
        >>> loss.value(U, V), [block.tolist() for block in loss.gradient(U, V)]
        (1.0, [[[0.0], [-1.0]], [[-1.0]]])
    """

    X: Array
    Y: Array
    users: Indices
    items: Indices
    ratings: Array
    phi: Activation

    def __post_init__(self) -> None:
        require_activation(self.phi, "NimcLoss")
        for name in ("X", "Y", "ratings"):
            object.__setattr__(self, name, _real("NimcLoss", name, getattr(self, name)))
        for name in ("users", "items"):
            object.__setattr__(self, name, _integral("NimcLoss", name, getattr(self, name)))
        m = self.users.shape
        if not (self.X.ndim == self.Y.ndim == 2 and len(m) == 1 and self.items.shape == self.ratings.shape == m):
            raise LossDataError(
                f"NimcLoss: X {self.X.shape}, Y {self.Y.shape}, users {m}, items {self.items.shape}, ratings "
                f"{self.ratings.shape}; expected (n1, d), (n2, e) and three times (m,)"
            )
        if 0 in self.X.shape or 0 in self.Y.shape:
            raise LossDataError(f"NimcLoss: X {self.X.shape} or Y {self.Y.shape} is empty; no pair can be formed")
        if m[0] == 0:
            raise LossDataError("NimcLoss: no observed pair; the mean over no pairs is not defined")
        for name, index, size in (("users", self.users, len(self.X)), ("items", self.items, len(self.Y))):
            if index.min() < 0 or index.max() >= size:
                raise LossDataError(f"NimcLoss: {name} must lie in 0..{size - 1}, found {index.min()}..{index.max()}")

    @cached_property
    def pairs(self) -> int:
        """Return the number m of observed pairs."""
        return int(self.users.shape[0])

    @cached_property
    def pattern(self) -> PairPattern:
        """Return where the observed pairs are among users × items."""
        return PairPattern(self.users, self.items, (len(self.X), len(self.Y)))

    def residuals(self, U: Array, V: Array) -> Array:
        """Return prediction less rating for each pair, shape (m,)."""
        P, Q = self._values(0, *self._products(U, V), "residuals")
        return self.pattern.inner_products(P, Q) - self.ratings

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
        Zu, Zv = self._products(U, V)
        P, Q = self._values(0, Zu, Zv, "gradient")
        P1, Q1 = self._values(1, Zu, Zv, "gradient")
        R = self.pattern.matrix(self.pattern.inner_products(P, Q) - self.ratings)
        return self.X.T @ (P1 * (R @ Q)) / self.pairs, self.Y.T @ (Q1 * (R.T @ P)) / self.pairs

    def hessian_products(self, U: Array, V: Array, operation: str = "hessian_products") -> HessianProducts:
        """Return the Hessian at (U, V) as a map of directions; products with many directions share its work.

        Raises:
            MissingDerivativeError: If the activation has no φ′ or φ″.
        """
        Zu, Zv = self._products(U, V)
        users, items = (TowerValues.at(self.phi, Z, operation) for Z in (Zu, Zv))
        residuals = self.pattern.inner_products(users.value, items.value) - self.ratings
        return HessianProducts(self.X, self.Y, self.pattern, users, items, residuals)

    def hessian_vector_product(self, U: Array, V: Array, A: Array, B: Array) -> tuple[Array, Array]:
        """Return the derivative of both gradients along (A, B), the directions of U and V.

        Raises:
            MissingDerivativeError: If the activation has no φ′ or φ″.
            LossDataError: If (A, B) has not the shapes of (U, V).
        """
        products = self.hessian_products(U, V, "hessian_vector_product")
        if A.shape != U.shape or B.shape != V.shape:
            raise LossDataError(
                f"hessian_vector_product: directions {A.shape} and {B.shape}; expected {U.shape} and {V.shape}"
            )
        return products(_real("hessian_vector_product", "A", A), _real("hessian_vector_product", "B", B))

    def _values(self, order: int, Zu: Array, Zv: Array, operation: str) -> tuple[Array, Array]:
        return self.phi.at(order, Zu, operation), self.phi.at(order, Zv, operation)

    def _products(self, U: Array, V: Array) -> tuple[Array, Array]:
        d, e = self.X.shape[1], self.Y.shape[1]
        if U.ndim != 2 or V.ndim != 2 or U.shape[0] != d or V.shape[0] != e or U.shape[1] != V.shape[1] or not U.size:
            raise LossDataError(
                f"NimcLoss: weights U {U.shape} and V {V.shape}; expected ({d}, k) and ({e}, k) with one k ≥ 1"
            )
        return self.X @ _real("NimcLoss", "U", U), self.Y @ _real("NimcLoss", "V", V)


def _real(operation: str, name: str, values: Array) -> Array:
    given = np.asarray(values)
    if given.dtype.kind not in "fiub":
        raise LossDataError(f"{operation}: {name} has entries of type {given.dtype}; expected real numbers")
    if not np.isfinite(given).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(given))[0])
        raise LossDataError(f"{operation}: {name}{list(where)} is {given[where]}; every entry must be finite")
    return given.astype(np.float64, copy=False)


def _integral(operation: str, name: str, values: Indices) -> Indices:
    given = np.asarray(values)
    if given.size and given.dtype.kind not in "iu":
        raise LossDataError(
            f"{operation}: {name} has entries of type {given.dtype}; expected integers, rows of features"
        )
    return given.astype(np.int64, copy=False)
