"""Moments of a standard normal vector's length and one coordinate, as polynomials in the dimension."""

from __future__ import annotations

from sympy import Expr, Integer, Poly, Symbol, binomial, factorial2

DIMENSION = Symbol("d")


def radial_moment(radius_power: int, coordinate_power: int) -> Expr:
    r"""Return :math:`\mathbb E[\|z\|^{2p}(a^\top z)^{2q}]` for z ~ N(0, I_d), ‖a‖ = 1, as a polynomial in d.

    The squared length is the square of the coordinate along a plus an independent χ² with d - 1 degrees of freedom.

    Args:
        radius_power: p ≥ 0.
        coordinate_power: q ≥ 0.

    Example:
        >>> radial_moment(1, 1), radial_moment(2, 0)
        (d + 2, d**2 + 2*d)
    """
    total: Expr = Integer(0)
    for j in range(radius_power + 1):
        along = 2 * (j + coordinate_power)
        across: Expr = Integer(1)
        for step in range(radius_power - j):
            across *= DIMENSION - 1 + 2 * step
        total += binomial(radius_power, j) * (factorial2(along - 1) if along else 1) * across
    return Poly(total, DIMENSION).as_expr()
