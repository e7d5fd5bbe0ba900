"""Which activations are affine images of tanh(sz): those the theta series give digits for."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import Poly, Rational

from numeric.tanh_moments import TanhActivation
from symbolic.activation import Activation
from symbolic.expectation import generator, z
from symbolic.stein_reduction import SteinAlgebra


def tanh_form(activation: Activation) -> TanhActivation | None:
    """Return ``activation`` as offset + factor·tanh(scale·z), or ``None`` if it is not recognised as one.

    Example:
        >>> from symbolic.activation import named_activation
        >>> tanh_form(named_activation("sigmoid"))
        TanhActivation(scale=Fraction(1, 2), factor=Fraction(1, 2), offset=Fraction(1, 2))
    """
    if activation.algebra is None:
        return None
    solution = generator_form(activation.algebra)
    linear = Poly(activation.algebra.polynomial, z, generator)
    if solution is None or linear.degree(z) > 0 or linear.degree(generator) != 1:
        return None
    slope, constant = linear.coeff_monomial(generator), linear.coeff_monomial(1)
    if not (isinstance(slope, Rational) and isinstance(constant, Rational)):
        return None
    factor = _fraction(slope)
    return TanhActivation(solution.scale, factor * solution.factor, _fraction(constant) + factor * solution.offset)


def generator_form(algebra: SteinAlgebra) -> TanhActivation | None:
    """Return the algebra's generator u as offset + factor·tanh(scale·z), or ``None`` if it is not one.

    A quadratic ODE u' = c(u - m - h)(u - m + h) with u(0) = m has the solution m + h·tanh(-c·h·z):
    its derivative is -c·h²(1 - tanh²), and (u - m)² - h² = -h²(1 - tanh²).
    """
    ode: Any = algebra.ode
    coefficients = [Rational(c) for c in ode.coefficients]
    if len(coefficients) != 3 or not coefficients[2] or not isinstance(algebra.scale, Rational):
        return None
    c0, c1, c2 = coefficients
    middle = -c1 / (2 * c2)
    half_width = (middle**2 - c0 / c2) ** Rational(1, 2)
    if Rational(ode.value_at_zero) != middle or not isinstance(half_width, Rational) or half_width <= 0:
        return None
    return TanhActivation(_fraction(-c2 * half_width * algebra.scale), _fraction(half_width), _fraction(middle))


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))
