"""The generator of a polynomial-ODE activation as an affine image of tanh: its moments have certified digits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import Rational

from numeric.enclosures.tanh_moments import TanhActivation
from symbolic.moments.stein_reduction import SteinAlgebra


def generator_form(algebra: SteinAlgebra) -> TanhActivation | None:
    """Return the algebra's generator u(z) as offset + factor·tanh(scale·z), or ``None`` if it is not one.

    A quadratic ODE u' = c(u - m - h)(u - m + h) with u(0) = m has the solution m + h·tanh(-c·h·z):
    its derivative is -c·h²(1 - tanh²), and (u - m)² - h² = -h²(1 - tanh²).

    Example:
        >>> from symbolic.moments.activation import named_activation
        >>> generator_form(named_activation("sigmoid").algebra)
        TanhActivation(scale=Fraction(1, 2), factor=Fraction(1, 2), offset=Fraction(1, 2))
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
