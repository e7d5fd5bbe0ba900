"""A family of Gaussian moments E[φ^a φ'^b z^c] of one activation, prepared for the quadratures that share its nodes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import arb

from numeric.enclosures.ball_expression import ONE, ZERO, Expression, Z
from numeric.enclosures.balls import log2_magnitude, working_bits
from numeric.enclosures.growth import Growth, constant_growth
from numeric.enclosures.half_strip import HalfStrip
from numeric.enclosures.half_strip_bounds import half_strip_growth

Exponents = tuple[int, int, int]


@dataclass(frozen=True)
class MomentProblem:
    """The integrands φ^a φ'^b z^c for each (a, b, c), φ smooth on the part of the line considered."""

    phi: Expression
    exponents: tuple[Exponents, ...]

    @cached_property
    def factors(self) -> list[Expression]:
        """φ, φ′ and z; φ′ is replaced by 0 when no moment needs it, so that nothing is demanded of it."""
        needed = any(b for _, b, _ in self.exponents)
        return [self.phi, self.phi.derivative() if needed else ZERO, Z]

    def integrand(self, exponents: Exponents) -> Expression:
        """Return the tree of φ^a φ'^b z^c."""
        total = ONE
        for factor, exponent in zip(self.factors, exponents, strict=True):
            total = total * factor**exponent
        return total

    def majorants(self, factors: list[Growth]) -> list[Growth]:
        """Return a majorant of each integrand from majorants of φ, φ′ and z (none from none)."""
        totals: list[Growth] = []
        if not factors:
            return totals
        for exponents in self.exponents:
            total = constant_growth(arb(1))
            for growth, exponent in zip(factors, exponents, strict=True):
                if exponent:
                    total = total * growth**exponent
            totals.append(total)
        return totals

    def half_strip_majorants(self, region: HalfStrip) -> list[Growth]:
        """Return majorants of the integrands on a half-strip, where all factors are proved analytic."""
        return self.majorants(half_strip_growth(self.factors, region))


def monomials(values: list[Any], exponents: tuple[Exponents, ...]) -> list[Any]:
    """Return φ^a φ'^b z^c for each (a, b, c) from the values (balls or series) of φ, φ′ and z.

    Powers are formed once and shared.
    """
    tables: list[list[Any]] = []
    for i, value in enumerate(values):
        table: list[Any] = [None]
        for _ in range(max(e[i] for e in exponents)):
            table.append(value if table[-1] is None else table[-1] * value)
        tables.append(table)
    products = []
    for e in exponents:
        product: Any = None
        for table, exponent in zip(tables, e, strict=True):
            if exponent:
                product = table[exponent] if product is None else product * table[exponent]
        products.append(1 if product is None else product)
    return products


def bits_for(largest: Any, tolerance: Any) -> int:
    """Return the bits of a term as large as ``largest`` whose absolute error must be below ``tolerance``."""
    with working_bits(64):
        return max(32, int(log2_magnitude(largest) - log2_magnitude(tolerance)) + 24)
