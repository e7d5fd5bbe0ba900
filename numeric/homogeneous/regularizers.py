"""Regularizers g of matrix factorization: cost of a slice, best column for a fixed partner, polar atom and its bound.

All are products g(u, v) = ‖u‖‖v‖, possibly with both factors nonnegative, of degree 2 like φ(u, v) = uvᵀ; the sum form
½(‖u‖² + ‖v‖²) has the same minimum by balancing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from flint import arb, arb_mat
from numpy.typing import NDArray

from numeric.enclosures.balls import working_bits

Matrix = NDArray[np.float64]
_BITS = 128


class PolarBoundError(ValueError):
    """A certified upper bound of the polar was not found."""


@dataclass(frozen=True)
class Regularizer:
    """A regularizer of pairs (u, v), with what the meta-algorithm needs of it.

    Args:
        name: ``"l2-product"``, ``"l2-sum"``, ``"l1-product"`` or ``"nonnegative-l2"``.
        degree: Degree of positive homogeneity.
        norm: The norm of both factors.
        nonnegative: Whether both factors must be nonnegative.
        form: ``"product"`` or ``"sum"``.
    """

    name: str
    degree: int
    norm: Callable[[Matrix], float]
    nonnegative: bool
    form: Literal["product", "sum"]

    def cost(self, U: Matrix, V: Matrix) -> float:
        """Return Σ g(U_i, V_i)."""
        pairs = [(self.norm(u), self.norm(v)) for u, v in zip(U.T, V.T, strict=True)]
        if self.form == "sum":
            return float(sum(a * a + b * b for a, b in pairs) / 2)
        return float(sum(a * b for a, b in pairs))

    def shrink(self, target: Matrix, weight: float) -> Matrix:
        """Return argmin ½‖u − target‖² + weight·‖u‖ over the admissible u."""
        z = np.maximum(target, 0.0) if self.nonnegative else target
        if self.name == "l1-product":
            return np.asarray(np.sign(z) * np.maximum(np.abs(z) - weight, 0.0))
        length = float(np.linalg.norm(z))
        return z * max(0.0, 1.0 - weight / length) if length > 0 else z

    def polar_atom(self, W: Matrix) -> tuple[Matrix, Matrix]:
        """Return u, v of norm 1 with ⟨W, uvᵀ⟩ largest, or at a local maximum for nonnegative factors."""
        m, n = W.shape
        if self.name == "l1-product":
            i, j = np.unravel_index(int(np.abs(W).argmax()), W.shape)
            return np.eye(m)[i] * np.sign(W[i, j]), np.eye(n)[j]
        if not self.nonnegative:
            left, _, right = np.linalg.svd(W)
            return left[:, 0], right[0]
        return max(
            (_nonnegative_pair(W, np.eye(n)[j]) for j in range(n)), key=lambda pair: float(pair[0] @ W @ pair[1])
        )

    def enclose_polar_bound(self, W: Any) -> arb:
        """Return a ball whose upper end is proved to be at least the polar of the ball matrix W.

        Exact up to rounding for l1 (the largest entry) and l2 (the spectral norm); for nonnegative factors the spectral
        norm of the positive part, which may be larger than the polar.

        Raises:
            PolarBoundError: If no bound of the spectral norm could be verified.
        """
        with working_bits(_BITS):
            entries = [[W[i, j] for j in range(W.ncols())] for i in range(W.nrows())]
            if self.name == "l1-product":
                largest: arb = max((abs(x).upper() for row in entries for x in row), key=float)
                return largest
            if self.nonnegative:
                entries = [[x.upper().max(arb(0)) for x in row] for row in entries]
            return _spectral_norm_bound(arb_mat(entries))


def _nonnegative_pair(W: Matrix, v: Matrix) -> tuple[Matrix, Matrix]:
    """Return a pair reached from v by alternating projections of Wv and Wᵀu onto the nonnegative sphere."""
    u = np.zeros(W.shape[0])
    for _ in range(200):
        for side in (0, 1):
            z = np.maximum(W @ v if side == 0 else W.T @ u, 0.0)
            length = float(np.linalg.norm(z))
            if length == 0.0:
                return np.zeros(W.shape[0]), v
            u, v = (z / length, v) if side == 0 else (u, z / length)
    return u, v


def _spectral_norm_bound(W: Any) -> arb:
    """Return s with s²I − WᵀW proved positive definite by a Cholesky factorization in ball arithmetic."""
    gram = W.transpose() * W
    approximate = np.array([[float(W[i, j].mid()) for j in range(W.ncols())] for i in range(W.nrows())])
    estimate = float(np.linalg.norm(approximate, 2))
    for exponent in range(14, 4, -1):
        s = arb(estimate) * (1 + arb(10) ** -exponent) + arb(10) ** -30
        if _is_positive_definite(gram, s * s):
            return s.upper()
    raise PolarBoundError(f"spectral norm: no bound within 1e-5 of {estimate} could be verified")


def _is_positive_definite(gram: Any, shift: arb) -> bool:
    """Return whether shift·I − gram is certainly positive definite: all pivots of elimination are positive balls."""
    n = gram.nrows()
    a = [[(shift if i == j else arb(0)) - gram[i, j] for j in range(n)] for i in range(n)]
    for k in range(n):
        if not a[k][k] > 0:
            return False
        for i in range(k + 1, n):
            ratio = a[i][k] / a[k][k]
            for j in range(k, n):
                a[i][j] -= ratio * a[k][j]
    return True


def _l1(x: Matrix) -> float:
    return float(np.abs(x).sum())


def _l2(x: Matrix) -> float:
    return float(np.linalg.norm(x))


REGULARIZERS = {
    r.name: r
    for r in (
        Regularizer("l2-product", 2, _l2, nonnegative=False, form="product"),
        Regularizer("l2-sum", 2, _l2, nonnegative=False, form="sum"),
        Regularizer("l1-product", 2, _l1, nonnegative=False, form="product"),
        Regularizer("nonnegative-l2", 2, _l2, nonnegative=True, form="product"),
    )
}
