r"""Balls of :math:`\mathbb E[\phi^{(l)}(u^\top x)\phi^{(m)}(v^\top x)]` by Mehler's expansion, smooth φ.

With s = |u|, t = |v| and correlation ρ the expectation is Σ ρⁿ a_n b_n, where a_n, b_n are the coefficients of
φ^(l)(s·) and φ^(m)(t·) in normalized Hermite polynomials. They come from one table a column: moments E[φ(sz)zʲ],
combined with integers; derivatives shift the index (Stein's lemma). What lies beyond the table is at most
|ρ|ᴺ √(E[φ^(l)(sz)²] - Σ a_n²) √(the same for v), by Parseval and Cauchy-Schwarz.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from flint import arb, ctx, fmpq, fmpz, fmpz_poly

from numeric.enclosures.ball_expression import Expression, Z, apply, power, rational
from numeric.enclosures.moment_enclosure import enclose_moments

ORDERS = 4
"""Derivatives φ, φ′, φ″, φ‴ enter a block of the Hessian."""

_BITS = 320
_DIGITS = 70


@dataclass(frozen=True)
class Column:
    """What one weight vector contributes.

    Args:
        squared_norm: |u|².
        coefficients: For each order l the balls a_0, …, a_(N-1) of φ^(l)(|u|z).
        products: Balls of E[φ^(l)(|u|z) φ^(m)(|u|z)] for l, m < 4.
    """

    squared_norm: Fraction
    coefficients: tuple[tuple[Any, ...], ...]
    products: tuple[tuple[Any, ...], ...]

    def tail(self, order: int) -> Any:
        """Return an upper bound of the norm of the coefficients beyond the table."""
        rest = self.products[order][order] - sum((a * a for a in self.coefficients[order]), arb(0))
        return arb(max(arb(0), rest.upper())).sqrt()


@cache
def column(activation: str, squared_norm: Fraction, terms: int) -> Column:
    """Return the table of one weight vector, computed once for each length.

    Args:
        activation: A smooth named activation.
        squared_norm: |u|² > 0.
        terms: N, the number of coefficients of each order.
    """
    with ctx.workprec(_BITS):
        scale = power(rational(squared_norm), Fraction(1, 2))
        phi = apply(activation, scale * Z)
        wanted = terms + ORDERS
        found = enclose_moments(phi, [(1, 0, j) for j in range(wanted)], _DIGITS, method="trapezoid", check_digits=0)
        moments = [moment.value for moment in found]
        s = _ball(squared_norm).sqrt()
        raw = [_against_hermite(n, moments) for n in range(wanted)]
        coefficients = tuple(
            tuple(raw[n + l] / arb(fmpz(_factorial(n))).sqrt() / s**l for n in range(terms)) for l in range(ORDERS)
        )
        return Column(squared_norm, coefficients, _products(phi, s))


def _products(phi: Expression, s: Any) -> tuple[tuple[Any, ...], ...]:
    trees = [phi]
    for _ in range(ORDERS - 1):
        trees.append(trees[-1].derivative())
    table = []
    for l in range(ORDERS):
        row = []
        for m in range(ORDERS):
            tree = trees[l] * trees[m]
            value = enclose_moments(tree, [(1, 0, 0)], 40, method="trapezoid", check_digits=0)[0].value
            row.append(value / s ** (l + m))
        table.append(tuple(row))
    return tuple(table)


def _against_hermite(n: int, moments: list[Any]) -> Any:
    """Return E[φ He_n] from the moments of φ, He_n monic."""
    return sum((arb(c) * moments[j] for j, c in enumerate(_hermite(n).coeffs()) if c), arb(0))


@cache
def _hermite(n: int) -> Any:
    if n < 2:
        return fmpz_poly([0, 1]) if n else fmpz_poly([1])
    return fmpz_poly([0, 1]) * _hermite(n - 1) - (n - 1) * _hermite(n - 2)


def enclose_pair(first: Column, second: Column, inner: Fraction, orders: tuple[int, int]) -> Any:
    """Return a ball of E[φ^(l)(u·x)φ^(m)(v·x)] for weights of the two lengths and the inner product given.

    Args:
        first: The table of u.
        second: The table of v.
        inner: u·v.
        orders: (l, m), each below 4.
    """
    l, m = orders
    if inner**2 == first.squared_norm * second.squared_norm and first == second and inner > 0:
        return first.products[l][m]
    with ctx.workprec(_BITS):
        correlation = _ball(inner) / (_ball(first.squared_norm) * _ball(second.squared_norm)).sqrt()
        pairs = list(zip(first.coefficients[l], second.coefficients[m], strict=True))
        total = sum((correlation**n * (a * b) for n, (a, b) in enumerate(pairs)), arb(0))
        tail = (abs(correlation) ** len(pairs) * first.tail(l) * second.tail(m)).upper()
        return total + arb(0, tail)


@cache
def _factorial(n: int) -> int:
    return n * _factorial(n - 1) if n else 1


def _ball(value: Fraction) -> Any:
    return arb(fmpq(value.numerator, value.denominator))
