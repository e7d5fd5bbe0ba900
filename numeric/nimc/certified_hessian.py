"""The population Hessian at given weights as a matrix of balls, and certified bounds of its least eigenvalue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from numeric.nimc.pair_expectations import Column, column, enclose_pair
from numeric.population.polynomial_activation import Matrix

_BITS = 320


class WeightsError(ValueError):
    """Weights are not two matrices of rational numbers of one shape (d, k) with k ≤ d and full column rank."""


@dataclass(frozen=True)
class LeastEigenvalue:
    """Certified bounds of the least eigenvalue: below by a factorization, above by a Rayleigh quotient."""

    lower: Any
    upper: Any


def enclose_population_hessian(activation: str, U: Matrix, V: Matrix, *, terms: int = 60) -> arb_mat:
    """Return H* at the truth (U, V) as balls, shape (2dk, 2dk), rows u_1, …, u_k, v_1, …, v_k; every entry proved.

    Args:
        activation: A smooth named activation, ``"tanh"`` or ``"sigmoid"``.
        U: Weights, shape (d, k), Fractions, of rank k.
        V: Weights, shape (d, k), Fractions, of rank k.
        terms: Length of Mehler's expansion; the tail is in the radius.

    Raises:
        WeightsError: If the weights are not of one shape, k > d, or a rank is below k.

    **Source:** [nimc] appendix C.1; by Stein's lemma each block needs scalar expectations only.
    """
    _check(U, V)
    users, items = (_Side(activation, W, terms) for W in (U, V))
    (d, k) = U.shape
    with ctx.workprec(_BITS):
        H = arb_mat(2 * d * k, 2 * d * k)
        for i in range(k):
            for j in range(k):
                for offset, own, other in ((0, users, items), (d * k, items, users)):
                    weight = other.expect(i, j, (0, 0))
                    for p, q, value in own.second_moment(i, j):
                        H[offset + i * d + p, offset + j * d + q] = weight * value
                left, right = users.first_moment(i, j), items.first_moment(j, i)
                for p in range(d):
                    for q in range(d):
                        H[i * d + p, d * k + j * d + q] = left[p] * right[q]
                        H[d * k + j * d + q, i * d + p] = left[p] * right[q]
        return H


class _Side:
    """The scalar expectations of one matrix of weights."""

    def __init__(self, activation: str, W: Matrix, terms: int) -> None:
        self.weights = W
        self.d, self.k = W.shape
        self.gram = W.T @ W
        self.columns: list[Column] = [column(activation, Fraction(self.gram[i, i]), terms) for i in range(self.k)]

    def expect(self, i: int, j: int, orders: tuple[int, int]) -> Any:
        if i == j:
            return self.columns[i].products[orders[0]][orders[1]]
        return enclose_pair(self.columns[i], self.columns[j], Fraction(self.gram[i, j]), orders)

    def second_moment(self, i: int, j: int) -> list[tuple[int, int, Any]]:
        """Return the entries of E[φ'(w_i·z)φ'(w_j·z) z zᵀ]."""
        plain, left, both, right = (self.expect(i, j, o) for o in ((1, 1), (3, 1), (2, 2), (1, 3)))
        a, b = ([_ball(v) for v in self.weights[:, n]] for n in (i, j))
        return [
            (
                p,
                q,
                a[p] * a[q] * left
                + (a[p] * b[q] + b[p] * a[q]) * both
                + b[p] * b[q] * right
                + (plain if p == q else arb(0)),
            )
            for p in range(self.d)
            for q in range(self.d)
        ]

    def first_moment(self, i: int, j: int) -> list[Any]:
        """Return E[φ'(w_i·z)φ(w_j·z) z]."""
        own, other = self.expect(i, j, (2, 0)), self.expect(i, j, (1, 1))
        return [_ball(self.weights[p, i]) * own + _ball(self.weights[p, j]) * other for p in range(self.d)]


def certify_least_eigenvalue(H: arb_mat, *, relative_gap: Fraction = Fraction(1, 10**6)) -> LeastEigenvalue:
    """Return certified bounds of the least eigenvalue of a symmetric ball matrix; repeated eigenvalues do no harm.

    A floating-point eigenvector proposes both: its Rayleigh quotient in balls is the upper bound, and the lower bound
    is that quotient less ``relative_gap`` of it, lowered until all pivots of LDLᵀ of H - c·I are certainly positive.

    Args:
        H: A symmetric matrix of balls.
        relative_gap: How far below the quotient the first lower bound is tried.

    Raises:
        ArithmeticError: If no lower bound down to minus the quotient's size can be certified.
    """
    size = H.nrows()
    middle = np.array([[float(H[i, j].mid()) for j in range(size)] for i in range(size)])
    vector = np.linalg.eigh((middle + middle.T) / 2)[1][:, 0]
    exact = [_ball(Fraction(float(v))) for v in vector]
    with ctx.workprec(_BITS):
        image = [sum((H[i, j] * exact[j] for j in range(size)), arb(0)) for i in range(size)]
        quotient = sum((a * b for a, b in zip(exact, image, strict=True)), arb(0)) / sum((a * a for a in exact), arb(0))
        gap = _ball(relative_gap)
        while gap < 4:
            candidate = (quotient - abs(quotient) * gap).lower()
            if is_certainly_positive_definite(H, candidate):
                return LeastEigenvalue(candidate, quotient.upper())
            gap *= 4
    raise ArithmeticError(f"no lower bound near {quotient.str(6)} could be certified; take more terms")


def is_certainly_positive_definite(H: arb_mat, shift: Any) -> bool:
    """Return whether all pivots of LDLᵀ of H - shift·I are certainly positive, in balls; False proves nothing."""
    size = H.nrows()
    rows = [[H[i, j] - (shift if i == j else 0) for j in range(size)] for i in range(size)]
    for n in range(size):
        pivot = rows[n][n]
        if not pivot > 0:
            return False
        for i in range(n + 1, size):
            factor = rows[i][n] / pivot
            for j in range(i, size):
                rows[i][j] -= factor * rows[n][j]
                rows[j][i] = rows[i][j]
    return True


def _check(U: Matrix, V: Matrix) -> None:
    if U.ndim != 2 or U.shape != V.shape:
        raise WeightsError(f"population Hessian: U is {U.shape} and V is {V.shape}; both must be (d, k)")
    d, k = U.shape
    if k > d:
        raise WeightsError(f"population Hessian: k = {k} columns in dimension d = {d}; full column rank needs k ≤ d")
    for name, W in (("U", U), ("V", V)):
        entries: Sequence[Any] = list(W.ravel())
        if not all(isinstance(v, Fraction) for v in entries):
            raise WeightsError(f"population Hessian: {name} must hold Fractions (exact, hence finite) only")
        rank = fmpq_mat(d, k, [fmpq(v.numerator, v.denominator) for v in entries]).rank()
        if rank < k:
            raise WeightsError(f"population Hessian: {name} has rank {rank}, below k = {k}; it must have full rank")


def _ball(value: Fraction) -> Any:
    return arb(fmpq(value.numerator, value.denominator))
