"""Products of the NIMC Hessian with directions, all that does not depend on the direction computed once.

With P = φ(XU), Q = φ(YV), R the residuals as a sparse n₁ × n₂ matrix and (A, B) a direction, the product is

    Xᵀ(φ″(XU) ∘ XA ∘ RQ + P′ ∘ (Ṙ Q + R Q̇))/|Ω|,    Yᵀ(φ″(YV) ∘ YB ∘ RᵀP + Q′ ∘ (Ṙᵀ P + RᵀṖ))/|Ω|,

where Ṗ = P′ ∘ XA, Q̇ = Q′ ∘ YB and Ṙ holds Ṗ_i·Q_j + P_i·Q̇_j on the pairs. No matrix of size (d+e)k is formed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from numeric.nimc.activations import Activation, Array
from numeric.nimc.observed_pairs import PairPattern


@dataclass(frozen=True)
class TowerValues:
    """φ, φ′ and φ″ at the inner products of one side's features and weights, each of shape (n, k)."""

    value: Array
    slope: Array
    curvature: Array

    @classmethod
    def at(cls, phi: Activation, products: Array, operation: str) -> TowerValues:
        """Return φ and its derivatives at ``products``, in the name of ``operation`` for messages."""
        value, slope, curvature = (phi.at(order, products, operation) for order in range(3))
        return cls(value, slope, curvature)


@dataclass(frozen=True)
class HessianProducts:
    """The Hessian at one pair of weights, as a map of directions.

    Args:
        X: Users' features, shape (n1, d).
        Y: Items' features, shape (n2, e).
        pattern: Where the observed pairs are.
        at_users: φ, φ′, φ″ at XU.
        at_items: φ, φ′, φ″ at YV.
        residuals: Prediction less rating of each pair, shape (m,).
    """

    X: Array
    Y: Array
    pattern: PairPattern
    at_users: TowerValues
    at_items: TowerValues
    residuals: Array

    def __call__(self, A: Array, B: Array) -> tuple[Array, Array]:
        """Return the derivative of both gradients along (A, B), of shapes (d, k) and (e, k)."""
        users, items, R = self.at_users, self.at_items, self._residual_matrix
        along_users, along_items = self.X @ A, self.Y @ B
        dP, dQ = users.slope * along_users, items.slope * along_items
        dR = self.pattern.matrix(
            self.pattern.inner_products(dP, items.value) + self.pattern.inner_products(users.value, dQ)
        )
        bend_users, bend_items = self._bends
        at_users = bend_users * along_users + users.slope * (dR @ items.value + R @ dQ)
        at_items = bend_items * along_items + items.slope * (dR.T @ users.value + R.T @ dP)
        m = len(self.residuals)
        return self.X.T @ at_users / m, self.Y.T @ at_items / m

    @cached_property
    def _residual_matrix(self) -> Any:
        return self.pattern.matrix(self.residuals)

    @cached_property
    def _bends(self) -> tuple[Array, Array]:
        R = self._residual_matrix
        return self.at_users.curvature * (R @ self.at_items.value), self.at_items.curvature * (
            R.T @ self.at_users.value
        )


def stack(A: Array, B: Array) -> Array:
    """Return (A, B) as one vector u_1, …, u_k, v_1, …, v_k of their columns."""
    return np.concatenate([A.T.ravel(), B.T.ravel()])


def unstack(vector: Array, d: int, e: int) -> tuple[Array, Array]:
    """Return the pair of matrices, with d and e rows, whose stacked vector is given."""
    k = vector.size // (d + e)
    return vector[: d * k].reshape(k, d).T, vector[d * k :].reshape(k, e).T
