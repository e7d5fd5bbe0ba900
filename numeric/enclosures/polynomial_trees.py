"""Trees that are polynomials in z: their constant coefficients."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from numeric.enclosures.ball_expression import Expression


@lru_cache(maxsize=4096)
def polynomial_coefficients(node: Expression) -> tuple[Expression, ...] | None:
    """Return the constant coefficients, lowest first, if the tree is a polynomial in z; else None."""
    one, zero = Expression("rational", (), Fraction(1)), Expression("rational", (), Fraction(0))
    if node.is_constant():
        return (node,)
    if node.head == "z":
        return (zero, one)
    inner = [polynomial_coefficients(a) for a in node.arguments]
    if any(p is None for p in inner):
        return None
    polynomials = [p for p in inner if p is not None]
    if node.head == "add":
        length = max(map(len, polynomials))
        return tuple(sum((p[i] for p in polynomials if i < len(p)), zero) for i in range(length))
    if node.head == "mul" or (node.head == "pow" and node.value.denominator == 1 and 0 < node.value <= 64):
        factors = polynomials if node.head == "mul" else polynomials * int(node.value)
        product = factors[0]
        for factor in factors[1:]:
            product = tuple(
                sum(
                    (product[i] * factor[k - i] for i in range(len(product)) if 0 <= k - i < len(factor)),
                    zero,
                )
                for k in range(len(product) + len(factor) - 1)
            )
        return product
    return None
