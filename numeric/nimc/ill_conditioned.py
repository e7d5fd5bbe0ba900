"""Enclosures of both sides of the population Hessian's lower bounds at diagonal weights, each by two methods."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from flint import arb

from numeric.enclosures.ball_expression import Z, apply
from numeric.enclosures.balls import rational_ball
from numeric.enclosures.moment_enclosure import enclose_expectation, enclose_moments

_DIGITS = 30
METHODS = ("trapezoid", "gauss-legendre")
_RHO = [(2, 0, 0), (1, 0, 0), (1, 0, 1), (0, 2, 0), (0, 1, 0), (0, 2, 2), (0, 1, 2), (1, 1, 1)]


def enclose_rho(activation: str, method: str) -> Any:
    """Return a ball of ρ for a smooth named activation by one method.

    **Source:** [nimc] equation (9).
    """
    found = enclose_moments(apply(activation, Z), _RHO, _DIGITS, method=method, check_digits=0)
    a20, a10, a11, b20, b10, b22, b12, gamma = (moment.value for moment in found)
    off_diagonal = a20 * b20 - (a10 * b10) ** 2 - (b10 * a11) ** 2
    diagonal = a20 * b22 - (a10 * b12) ** 2 - gamma**2
    return off_diagonal.min(diagonal)


def enclose_scaled_rayleigh_quotient(activation: str, scale: Fraction, method: str) -> Any:
    r"""Return a ball of :math:`\mathbb E[\phi'(\sigma x)^2x^2]\,\mathbb E[\phi(y)^2]`, an upper bound of λ_min(H*).

    It is the value of (8) at the unit direction :math:`a_1=e_1`, all others 0, for any weights with
    :math:`u_1=\sigma e_1` and :math:`\|v_1\|=1`.

    Args:
        activation: A smooth named activation.
        scale: σ > 0.
        method: One of :data:`METHODS`.
    """
    phi = apply(activation, Z)
    slope = apply(activation, scale * Z).derivative() / scale
    first = enclose_expectation(slope**2 * Z**2, _DIGITS, method=method, check_digits=0)
    second = enclose_expectation(phi**2, _DIGITS, method=method, check_digits=0)
    return first.value * second.value


def enclose_gaussian_bump(scales: Sequence[Fraction], method: str) -> Any:
    r"""Return a ball of :math:`\mathbb E\exp(-\|s\|^2)` for s with independent N(0, σ_i²) entries.

    Args:
        scales: The σ_i.
        method: ``"closed-form"``, the product of :math:`(1+2\sigma_i^2)^{-1/2}`, or a quadrature of each factor.
    """
    total = arb(1)
    for scale in scales:
        if method == "closed-form":
            total *= rational_ball(1 + 2 * scale**2).rsqrt()
        else:
            integrand = apply("exp", -(scale**2) * Z**2)
            total *= enclose_expectation(integrand, _DIGITS, method=method, check_digits=0).value
    return total


def printed_lambda(scales: Sequence[Fraction]) -> Fraction:
    """Return σ₁ᵏ / ∏ σ_i as printed, for singular values in any order."""
    return max(scales) ** len(scales) / _product(scales)


def attained_lambda(scales: Sequence[Fraction]) -> Fraction:
    """Return ∏ σ_i / σ_kᵏ, the constant that the change of variables gives."""
    return _product(scales) / min(scales) ** len(scales)


def condition_number(scales: Sequence[Fraction]) -> Fraction:
    """Return κ = σ₁ / σ_k."""
    return max(scales) / min(scales)


def both_methods(enclose: Callable[[str], Any], methods: Sequence[str] = METHODS) -> tuple[Any, Any]:
    """Return the same quantity as two functions without arguments, one a method."""
    first, second = methods
    return lambda: enclose(first), lambda: enclose(second)


def _product(values: Sequence[Fraction]) -> Fraction:
    result = Fraction(1)
    for value in values:
        result *= value
    return result
