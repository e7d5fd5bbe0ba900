"""The NIMC loss at exact rational data: its derivatives read off a polynomial in the step, its blocks entry by entry.

No matrix calculus enters: the loss along a line is expanded as a polynomial in t. A ReLU is replaced, at each
pre-activation that is not zero, by the linear piece it is there, which is what it is near t = 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq_poly

from numeric.population.polynomial_activation import (
    Matrix,
    PolynomialActivation,
    exact_rational,
    sample_rational_matrix,
)


class KinkError(ValueError):
    """A pre-activation lies on the kink, where the second derivative does not exist."""


@dataclass(frozen=True)
class LossInstance:
    """Weights, truth, directions (columns u_i, …; Fractions), stacked pairs, and a polynomial or ``None`` for ReLU."""

    U: Matrix
    V: Matrix
    U_true: Matrix
    V_true: Matrix
    A: Matrix
    B: Matrix
    X: Matrix
    Y: Matrix
    activation: PolynomialActivation | None

    def to_record(self) -> dict[str, Any]:
        """Return the instance as JSON-ready exact text."""
        names = ("U", "V", "U_true", "V_true", "A", "B", "X", "Y")
        record: dict[str, Any] = {n: [[str(v) for v in row] for row in getattr(self, n)] for n in names}
        record["phi"] = "relu" if self.activation is None else [str(c) for c in self.activation.coefficients]
        return record

    def jet(self, at: Fraction, slope: Fraction) -> fmpq_poly:
        """Return φ(at + t·slope) near t = 0 as a polynomial in t.

        Raises:
            KinkError: If φ is ReLU and ``at`` is 0.
        """
        line = fmpq_poly([exact_rational(at), exact_rational(slope)])
        if self.activation is not None:
            result: fmpq_poly = self.activation.polynomial(line)
            return result
        if at == 0:
            raise KinkError("a pre-activation of ReLU is 0: the loss has no second derivative there")
        return line if at > 0 else line * 0

    def derivative(self, at: Fraction, order: int) -> Fraction:
        """Return φ, φ′ or φ″ at a number."""
        jet, factor = self.jet(at, Fraction(1)), (1, 1, 2)[order]
        value = jet[order] * factor
        return Fraction(int(value.p), int(value.q))

    @property
    def pairs(self) -> int:
        """Return the number of pairs."""
        return int(self.X.shape[1])


def loss_along(s: LossInstance) -> fmpq_poly:
    """Return Σ (prediction - rating)² at (U + tA, V + tB) as a polynomial in t near 0, exact.

    **Source:** [nimc] equation (3).
    """
    total = fmpq_poly([0])
    for n in range(s.pairs):
        x, y = s.X[:, n], s.Y[:, n]
        gap = fmpq_poly([0])
        for i in range(s.U.shape[1]):
            gap += s.jet(_dot(s.U[:, i], x), _dot(s.A[:, i], x)) * s.jet(_dot(s.V[:, i], y), _dot(s.B[:, i], y))
            truth = s.jet(_dot(s.U_true[:, i], x), Fraction(0)) * s.jet(_dot(s.V_true[:, i], y), Fraction(0))
            gap -= truth
        total += gap * gap
    return total


def second_derivative_along(s: LossInstance) -> Fraction:
    """Return the second derivative at t = 0 of :func:`loss_along`, exact."""
    value = 2 * loss_along(s)[2]
    return Fraction(int(value.p), int(value.q))


def printed_mean_form(s: LossInstance, *, with_curvature: bool = True, with_residual: bool = True) -> Fraction:
    """Return the quadratic form of the printed blocks: the mean over the pairs, entry by entry, exact.

    Args:
        s: The instance.
        with_curvature: Keep the terms in φ″.
        with_residual: Keep the cross blocks' term in the residual.

    **Source:** [nimc] equation (6) and the cross blocks of appendix C.
    """
    total = Fraction(0)
    k = s.U.shape[1]
    for n in range(s.pairs):
        x, y = s.X[:, n], s.Y[:, n]
        f = [[[s.derivative(_dot(W[:, i], z), order) for order in (0, 1, 2)] for i in range(k)] for W, z in
             ((s.U, x), (s.V, y), (s.U_true, x), (s.V_true, y))]  # fmt: skip
        a, b = [_dot(s.A[:, i], x) for i in range(k)], [_dot(s.B[:, i], y) for i in range(k)]
        h = sum((f[0][i][0] * f[1][i][0] - f[2][i][0] * f[3][i][0] for i in range(k)), Fraction(0))
        for i in range(k):
            for j in range(k):
                total += f[0][i][1] * f[0][j][1] * f[1][i][0] * f[1][j][0] * a[i] * a[j]
                total += f[1][i][1] * f[1][j][1] * f[0][i][0] * f[0][j][0] * b[i] * b[j]
                total += 2 * f[0][i][1] * f[1][j][1] * f[1][i][0] * f[0][j][0] * a[i] * b[j]
            if with_curvature:
                total += h * (f[0][i][2] * f[1][i][0] * a[i] ** 2 + f[0][i][0] * f[1][i][2] * b[i] ** 2)
            if with_residual:
                total += 2 * h * f[0][i][1] * f[1][i][1] * a[i] * b[i]
    return total / s.pairs


def loss_instances(
    rng: np.random.Generator,
    *,
    relu: bool = False,
    at_truth: bool = False,
    shapes: Sequence[tuple[int, int, int, int]] = ((1, 1, 1, 1), (2, 3, 1, 2), (3, 2, 2, 4), (2, 2, 3, 5)),
) -> Iterator[LossInstance]:
    """Yield exact instances (d, e, k, n), the smallest first, none square throughout; repeated users on purpose."""
    activations = [None] if relu else [
        PolynomialActivation(tuple(map(Fraction, c))) for c in ((0, 1), (1, 0, 1), (0, 2, -1, 1))
    ]  # fmt: skip
    for d, e, k, n in shapes:
        for activation in activations:
            U, U_true, A = (sample_rational_matrix(rng, (d, k)) + Fraction(1, 7) for _ in range(3))
            V, V_true, B = (sample_rational_matrix(rng, (e, k)) + Fraction(1, 7) for _ in range(3))
            X, Y = sample_rational_matrix(rng, (d, n)) + Fraction(1, 11), sample_rational_matrix(rng, (e, n))
            X, Y = X.copy(), Y + Fraction(1, 13)
            X[:, -1] = X[:, 0]
            truth = (U, V) if at_truth else (U_true, V_true)
            yield LossInstance(U, V, *truth, A, B, X, Y, activation)


def scaled(factor: Fraction, of: Callable[[LossInstance], Fraction]) -> Callable[[LossInstance], Fraction]:
    """Return the quantity multiplied by a number."""
    return lambda s: factor * of(s)


def _dot(left: Matrix, right: Matrix) -> Fraction:
    return sum((a * b for a, b in zip(left, right, strict=True)), Fraction(0))
