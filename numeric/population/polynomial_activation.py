"""Exact expectations for polynomial activations: an evaluator of identities and witnesses that knows no shortcuts.

For a polynomial φ with rational coefficients every expectation in `nimc` is a rational number: expand the integrand
as a polynomial in the Gaussian coordinates and replace each monomial by its product of double factorials. No
independence argument, no moment algebra and no index pattern enters, so agreement with the symbolic side is a check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly
from numpy.typing import NDArray

Matrix = NDArray[np.object_]
"""A NumPy array of Fractions."""


class ShapeError(ValueError):
    """Matrices of an instance do not have the shapes the statement asks for."""


def gaussian_moment(power: int) -> int:
    """Return E[z^power] for z ~ N(0, 1): 0 for odd powers, (power - 1)!! for even ones.

    Example:
        >>> [gaussian_moment(n) for n in range(7)]
        [1, 0, 1, 0, 3, 0, 15]
    """
    if power % 2:
        return 0
    value = 1
    for odd in range(1, power, 2):
        value *= odd
    return value


@dataclass(frozen=True)
class PolynomialActivation:
    """A polynomial activation with rational coefficients, lowest degree first.

    Args:
        coefficients: ``c[0] + c[1] z + c[2] z**2 + …``.

    Example:
        >>> square = PolynomialActivation((Fraction(0), Fraction(0), Fraction(1)))
        >>> square.moment(2, 0, 0), square.moment(0, 1, 1), square.moment(1, 1, 1)
        (Fraction(3, 1), Fraction(2, 1), Fraction(6, 1))
    """

    coefficients: tuple[Fraction, ...]

    @cached_property
    def polynomial(self) -> fmpq_poly:
        """Return φ as a flint polynomial."""
        return fmpq_poly([fmpq(c.numerator, c.denominator) for c in self.coefficients])

    def moment(self, phi_power: int, derivative_power: int, z_power: int) -> Fraction:
        """Return E[φ^a φ'^b z^c], exact."""
        phi = self.polynomial
        z = fmpq_poly([0, 1])
        product = phi**phi_power * phi.derivative() ** derivative_power * z**z_power
        total = sum((c * gaussian_moment(n) for n, c in enumerate(product.coeffs())), fmpq(0))
        return Fraction(int(total.p), int(total.q))

    def at(self, variable: fmpq_mpoly, *, derivative: bool = False) -> fmpq_mpoly:
        """Return φ (or φ′) of a coordinate, as a polynomial in all coordinates."""
        source = self.polynomial.derivative() if derivative else self.polynomial
        result = variable * 0
        for coefficient in reversed(source.coeffs()):
            result = result * variable + coefficient
        return result


def gaussian_expectation(polynomial: fmpq_mpoly) -> Fraction:
    """Return the expectation of a polynomial in independent standard normal coordinates, exact."""
    total = fmpq(0)
    for exponents, coefficient in polynomial.to_dict().items():
        weight = 1
        for power in exponents:
            weight *= gaussian_moment(int(power))
        total += coefficient * weight
    return Fraction(int(total.p), int(total.q))


def population_terms(activation: PolynomialActivation, A: Matrix, B: Matrix) -> tuple[Fraction, Fraction, Fraction]:
    r"""Return (C(A), C(B), D(A, B)) of the orthogonal population Hessian by expanding the expectation.

    Args:
        activation: A polynomial activation.
        A: Directions a_i as columns, shape (k, k), Fractions.
        B: Directions b_i as columns, shape (k, k), Fractions.

    Returns:
        E[(Σ φ'(x_i)φ(y_i) x·a_i)²], the same for y and B, and E of the product of both sums; exact.

    Raises:
        ShapeError: If A and B are not square of one size.

    **Source:** [nimc] proof of Lemma D.1.
    """
    k = A.shape[0]
    if A.shape != (k, k) or B.shape != (k, k):
        raise ShapeError(f"population form: A is {A.shape} and B is {B.shape}; both must be (k, k)")
    context = fmpq_mpoly_ctx.get([f"{letter}{i}" for letter in "xy" for i in range(k)], "lex")
    x, y = context.gens()[:k], context.gens()[k:]
    first = sum(
        (activation.at(x[i], derivative=True) * activation.at(y[i]) * _dot(x, A[:, i]) for i in range(k)),
        x[0] * 0,
    )
    second = sum(
        (activation.at(y[i], derivative=True) * activation.at(x[i]) * _dot(y, B[:, i]) for i in range(k)),
        x[0] * 0,
    )
    return (
        gaussian_expectation(first * first),
        gaussian_expectation(second * second),
        gaussian_expectation(first * second),
    )


def single_sum_norm(activation: PolynomialActivation, A: Matrix) -> Fraction:
    """Return E‖Σ φ'(x_i)φ(y_i) a_i‖² for the columns a_i of A, shape (d, k), by expanding the expectation; exact.

    **Source:** [nimc] Lemma D.2.
    """
    d, k = A.shape
    context = fmpq_mpoly_ctx.get([f"{letter}{i}" for letter in "xy" for i in range(k)], "lex")
    x, y = context.gens()[:k], context.gens()[k:]
    weights = [activation.at(x[i], derivative=True) * activation.at(y[i]) for i in range(k)]
    total = Fraction(0)
    for row in range(d):
        component = sum((weights[i] * exact_rational(A[row, i]) for i in range(k)), x[0] * 0)
        total += gaussian_expectation(component * component)
    return total


def sample_rational_matrix(rng: np.random.Generator, shape: Sequence[int], *, bound: int = 3) -> Matrix:
    """Return a random matrix of Fractions p/q, p from -bound to bound and q from 1 to 3; zeros are common."""
    numerators = rng.integers(-bound, bound + 1, size=tuple(shape))
    denominators = rng.integers(1, 4, size=tuple(shape))
    flat = [Fraction(int(p), int(q)) for p, q in zip(numerators.ravel(), denominators.ravel(), strict=True)]
    matrix: Matrix = np.array(flat, dtype=object).reshape(tuple(shape))
    return matrix


def _dot(variables: Sequence[fmpq_mpoly], column: Matrix) -> fmpq_mpoly:
    return sum((v * exact_rational(c) for v, c in zip(variables, column, strict=True)), variables[0] * 0)


def exact_rational(value: Fraction) -> fmpq:
    """Return the FLINT rational of a Fraction."""
    return fmpq(value.numerator, value.denominator)


def general_population_value(activation: PolynomialActivation, U: Matrix, V: Matrix, A: Matrix, B: Matrix) -> Fraction:
    r"""Return :math:`\mathbb E[(\sum_i \phi'(u_i^\top x)\phi(v_i^\top y)x^\top a_i + \dots)^2]` for any weights, exact.

    Args:
        activation: A polynomial activation.
        U: Weights u_i as columns, shape (d, k), Fractions.
        V: Weights v_i as columns, shape (d, k), Fractions.
        A: Directions a_i as columns, shape (d, k), Fractions.
        B: Directions b_i as columns, shape (d, k), Fractions.

    Raises:
        ShapeError: If the four matrices are not of one shape.

    **Source:** [nimc] equation (8).
    """
    if not U.shape == V.shape == A.shape == B.shape:
        raise ShapeError(f"population value: U {U.shape}, V {V.shape}, A {A.shape}, B {B.shape} must have one shape")
    d, k = U.shape
    context = fmpq_mpoly_ctx.get([f"{letter}{i}" for letter in "xy" for i in range(d)], "lex")
    x, y = context.gens()[:d], context.gens()[d:]
    total = x[0] * 0
    for i in range(k):
        user, item = _dot(x, U[:, i]), _dot(y, V[:, i])
        total += activation.at(user, derivative=True) * activation.at(item) * _dot(x, A[:, i])
        total += activation.at(item, derivative=True) * activation.at(user) * _dot(y, B[:, i])
    return gaussian_expectation(total * total)


def sample_rational_orthogonal(rng: np.random.Generator, size: int) -> Matrix:
    """Return a random orthogonal matrix of Fractions: the Cayley transform (I - S)(I + S)⁻¹, signs mixed."""
    upper = np.triu(rng.integers(-2, 3, size=(size, size)), 1)
    skew = fmpq_mat(size, size, [int(v) for v in (upper - upper.T).ravel()])
    identity = fmpq_mat(size, size, [int(v) for v in np.eye(size).ravel()])
    rotation = (identity - skew) * (identity + skew).inv()
    entries = [Fraction(int(value.p), int(value.q)) for value in rotation.entries()]
    signs = [Fraction(int(s)) for s in rng.choice([-1, 1], size=size)]
    matrix: Matrix = np.array(entries, dtype=object).reshape(size, size) * np.array(signs, dtype=object)
    return matrix
