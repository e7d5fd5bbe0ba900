"""Instances with few items: what the sample sizes ask for and what the moments are, in balls."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from numeric.enclosures.ball_expression import Z, apply
from numeric.enclosures.balls import rational_ball
from numeric.enclosures.moment_enclosure import enclose_expectation

_DIGITS = 30


def enclose_samples_asked(constant: int, power: int, error: Fraction, dimension: int, *, order: int = 2) -> Any:
    r"""Return a ball of :math:`C\,\epsilon^{-q}\,t\log d`, the number of items asked for; q is 2 in the text.

    Args:
        constant: C ≥ 1.
        power: t ≥ 1.
        error: ε > 0.
        dimension: d ≥ 2.
        order: q.

    **Source:** [nimc] Theorem E.1, Lemmas E.2 and E.7.
    """
    return constant * power * arb(dimension).log() / rational_ball(error) ** order


def enclose_energy_product(activation: str, method: str) -> Any:
    r"""Return a ball of :math:`\alpha_{2,0}\beta_{2,0}=\mathbb E[\phi(z)^2]\,\mathbb E[\phi'(z)^2]` for a smooth φ.

    Args:
        activation: A smooth named activation.
        method: ``"trapezoid"`` or ``"gauss-legendre"``.
    """
    phi = apply(activation, Z)
    squares = (phi**2, phi.derivative() ** 2)
    first, second = (enclose_expectation(f, _DIGITS, method=method, check_digits=0).value for f in squares)
    return first * second
