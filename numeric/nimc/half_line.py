"""The ReLU population form at orthonormal weights, exact: orthant by orthant, as a polynomial in m = 1/√(2π)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly

from numeric.population.polynomial_activation import Matrix, ShapeError

# E[zⁿ 1(z>0)] for n = 0..4, as polynomials in m.
_HALF_LINE = (
    fmpq_poly([fmpq(1, 2)]),
    fmpq_poly([0, 1]),
    fmpq_poly([fmpq(1, 2)]),
    fmpq_poly([0, 2]),
    fmpq_poly([fmpq(3, 2)]),
)


def relu_population_value(A: Matrix, B: Matrix) -> fmpq_poly:
    r"""Return :math:`\mathbb E[(\sum_i 1_{x_i>0}\,y_i^+\,x^\top a_i + 1_{y_i>0}\,x_i^+\,y^\top b_i)^2]`, exact.

    Args:
        A: Directions a_i as columns, shape (k, k), Fractions.
        B: Directions b_i as columns, shape (k, k), Fractions.

    Returns:
        A polynomial in m = 1/√(2π) with rational coefficients: on each of the 4ᵏ orthants the integrand is a
        polynomial, and its expectation a product of half-line moments. No moment algebra enters.

    Raises:
        ShapeError: If A and B are not square of one size.

    Example:
        >>> import numpy as np
        >>> from fractions import Fraction
        >>> one, zero = (np.array([[Fraction(v)]], dtype=object) for v in (1, 0))
        >>> relu_population_value(one, zero), relu_population_value(one, -one)
        (1/4, 0)

    **Source:** [nimc] equation (10).
    """
    k = A.shape[0]
    if A.shape != (k, k) or B.shape != (k, k):
        raise ShapeError(f"ReLU population form: A is {A.shape} and B is {B.shape}; both must be (k, k)")
    context = fmpq_mpoly_ctx.get([f"{letter}{i}" for letter in "xy" for i in range(k)], "lex")
    x, y = context.gens()[:k], context.gens()[k:]
    total = fmpq_poly([0])
    for signs in product((0, 1), repeat=2 * k):
        integrand = x[0] * 0
        for i in range(k):
            # 1(x_i>0)·y_i⁺ and 1(y_i>0)·x_i⁺ live on the same orthants.
            if signs[i] and signs[k + i]:
                integrand += y[i] * _dot(x, A[:, i]) + x[i] * _dot(y, B[:, i])
        total += _orthant_expectation(integrand * integrand, signs)
    return total


def _orthant_expectation(polynomial: fmpq_mpoly, signs: Sequence[int]) -> fmpq_poly:
    total = fmpq_poly([0])
    for exponents, coefficient in polynomial.to_dict().items():
        weight = fmpq_poly([coefficient])
        for power, positive in zip(exponents, signs, strict=True):
            weight *= _HALF_LINE[int(power)] * (1 if positive or not power % 2 else -1)
        total += weight
    return total


def _dot(variables: Sequence[fmpq_mpoly], column: Matrix) -> fmpq_mpoly:
    terms = zip(variables, column, strict=True)
    return sum((v * fmpq(c.numerator, c.denominator) for v, c in terms), variables[0] * 0)
