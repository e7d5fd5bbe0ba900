"""Expectations of polynomials in independent standard normal variables, exact, other symbols kept."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Integer, Poly, Symbol, factorial2


def gaussian_expectation(polynomial: Expr, variables: Sequence[Symbol]) -> Expr:
    """Return E of a polynomial over independent standard normal ``variables``; all other symbols are constants.

    Args:
        polynomial: A polynomial in ``variables`` whose coefficients may hold other symbols.
        variables: The Gaussian variables, at least one.

    Returns:
        The exact expectation: odd powers give 0, the even power 2m gives (2m - 1)!!.

    Example:
        >>> from sympy import symbols
        >>> g, h, c = symbols("g h c")
        >>> gaussian_expectation(c * g**4 + g * h + h**2, [g, h])
        3*c + 1
    """
    total: Expr = Integer(0)
    for powers, coefficient in Poly(polynomial, *variables).terms():
        if not any(power % 2 for power in powers):
            weight = Integer(1)
            for power in powers:
                weight *= factorial2(power - 1) if power else 1
            total += weight * coefficient
    return total
