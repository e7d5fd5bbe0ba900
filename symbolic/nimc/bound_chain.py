"""Rules for chains of bounds between rational functions of non-negative quantities, each step decided exactly."""

from __future__ import annotations

import sympy
from sympy import Expr, Poly, Symbol

from symbolic.derivation import Rule


def is_manifestly_nonnegative(expression: Expr) -> bool:
    """Return whether numerator and denominator of a rational function over ℚ have no negative coefficient.

    If so, the function is ≥ 0 wherever its symbols are ≥ 0 and it is defined. The converse fails: a bound that
    holds may be refused.

    Args:
        expression: A rational function over ℚ; its symbols stand for non-negative numbers.

    Example:
        >>> from sympy import symbols
        >>> x, y = symbols("x y")
        >>> is_manifestly_nonnegative((x + 1) / (y + 2)), is_manifestly_nonnegative(x - y)
        (True, False)
    """
    symbols = sorted((s for s in expression.free_symbols if isinstance(s, Symbol)), key=lambda s: s.name)
    above, below = sympy.fraction(sympy.together(expression))
    polynomials = [Poly(part, *(symbols or [Symbol("unit")]), domain="QQ") for part in (above, below)]
    if all(coefficient <= 0 for coefficient in polynomials[1].coeffs()):
        polynomials = [-polynomial for polynomial in polynomials]
    return all(coefficient >= 0 for polynomial in polynomials for coefficient in polynomial.coeffs())


def _difference_is_nonnegative(larger: object, smaller: object) -> bool:
    return isinstance(larger, Expr) and isinstance(smaller, Expr) and is_manifestly_nonnegative(larger - smaller)


AT_LEAST = Rule("non-negative coefficients", _difference_is_nonnegative, r"\ge")
"""The quantity before is at least the one after, for all non-negative values of the symbols."""

AT_MOST = Rule("non-negative coefficients", lambda before, after: _difference_is_nonnegative(after, before), r"\le")
"""The quantity before is at most the one after, for all non-negative values of the symbols."""
