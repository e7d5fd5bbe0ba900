"""Closed form of ∫_a^b p(z)·density dz for polynomials p: what the pieces of ReLU and its kin are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb

from numeric.enclosures.ball_evaluation import evaluate
from numeric.enclosures.ball_expression import Expression
from numeric.enclosures.balls import log2_magnitude, rational_ball, working_bits
from numeric.enclosures.kinks import BreakPoint
from numeric.enclosures.polynomial_trees import polynomial_coefficients
from numeric.enclosures.quadrature import PieceProblem, QuadratureResult


def has_closed_form(part: PieceProblem) -> bool:
    """Return whether the activation is a polynomial on the piece."""
    return polynomial_coefficients(part.problem.phi) is not None


def enclose_in_closed_form(part: PieceProblem, tolerances: list[Any]) -> QuadratureResult:
    """Return balls that contain ∫_piece φ^a φ'^b z^c·density for every moment, φ a polynomial on the piece.

    By parts, J_n = ∫_a^b z^n·density satisfies J_n = (n−1)·J_{n−2} + a^{n−1}·density(a) − b^{n−1}·density(b),
    from J_0 = (erfc(a/√2) − erfc(b/√2))/2 and J_1 = density(a) − density(b). Nothing is cut off.
    """
    bits = max(64, int(-log2_magnitude(min(tolerances, key=log2_magnitude))) + 32)
    polynomials = [polynomial_coefficients(part.problem.integrand(e)) for e in part.problem.exponents]
    degree = max(len(p) for p in polynomials if p is not None)
    bits += 4 * degree + 16
    with working_bits(bits):
        truncated = truncated_moments(part.piece.left, part.piece.right, degree, bits)
        values = tuple(_combined(p or (), truncated) for p in polynomials)
    return QuadratureResult(values, bits, 2, arb(0))


def _combined(polynomial: Sequence[Expression], truncated: list[Any]) -> Any:
    total = arb(0)
    for coefficient, moment in zip(polynomial, truncated, strict=False):
        total = total + evaluate(coefficient, arb(0)) * moment
    return total


def truncated_moments(left: BreakPoint | None, right: BreakPoint | None, count: int, bits: int) -> list[Any]:
    """Return J_0, …, J_{count−1}, J_n = ∫ z^n·density over the interval (None: infinite end).

    Example:
        >>> from fractions import Fraction
        >>> zero = BreakPoint(Fraction(0), Fraction(0))
        >>> with working_bits(64):
        ...     [round(float(j), 6) for j in truncated_moments(zero, None, 4, 64)]
        [0.5, 0.398942, 0.5, 0.797885]
    """
    norm = (2 * arb.pi()).rsqrt()
    ends: list[Any] = []
    upper_mass: list[Any] = []
    for end, mass in ((left, arb(1)), (right, arb(0))):
        if end is None:
            ends.append(None)
            upper_mass.append(mass)
        else:
            near = end.refined(bits)
            point = (
                rational_ball(near.low).union(rational_ball(near.high))
                if not near.is_exact()
                else rational_ball(near.low)
            )
            ends.append(point)
            upper_mass.append((point / arb(2).sqrt()).erfc() / 2)
    densities = [arb(0) if e is None else norm * (-e * e / 2).exp() for e in ends]
    moments = [upper_mass[0] - upper_mass[1], densities[0] - densities[1]]
    powers = list(densities)
    for n in range(2, count):
        powers = [arb(0) if e is None else p * e for e, p in zip(ends, powers, strict=True)]
        moments.append((n - 1) * moments[n - 2] + powers[0] - powers[1])
    return moments[:count]
