"""Trees of functions that combine the primitive heads: roots, the normal law, GELU, leaky ReLU, max and min."""

from __future__ import annotations

from fractions import Fraction

from numeric.enclosures.ball_expression import Expression, Z, apply, as_expression, power


def square_root(argument: Expression | Fraction | int) -> Expression:
    """Return the tree of √argument."""
    return power(as_expression(argument), Fraction(1, 2))


def normal_cdf(argument: Expression | Fraction | int) -> Expression:
    """Return the tree of the standard normal distribution function Φ = (1 + erf(·/√2))/2."""
    g = as_expression(argument)
    return Fraction(1, 2) + Fraction(1, 2) * apply("erf", g * square_root(Fraction(1, 2)))


def gelu(argument: Expression | Fraction | int = Z) -> Expression:
    """Return the tree of GELU, x·Φ(x)."""
    g = as_expression(argument)
    return g * normal_cdf(g)


def leaky_relu(argument: Expression | Fraction | int, slope: Expression | Fraction | int) -> Expression:
    """Return the tree of the leaky ReLU: x for x > 0, slope·x for x < 0."""
    g, s = as_expression(argument), as_expression(slope)
    return s * g + (1 - s) * apply("relu", g)


def maximum(left: Expression | Fraction | int, right: Expression | Fraction | int) -> Expression:
    """Return the tree of max(left, right) = right + relu(left − right)."""
    a, b = as_expression(left), as_expression(right)
    return b + apply("relu", a - b)


def minimum(left: Expression | Fraction | int, right: Expression | Fraction | int) -> Expression:
    """Return the tree of min(left, right) = left − relu(left − right)."""
    a, b = as_expression(left), as_expression(right)
    return a - apply("relu", a - b)
