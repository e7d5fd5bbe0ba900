"""Factorizations of a number by rows U, V: the smallest problems, in rational arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

TARGET, WEIGHT = Fraction(2), Fraction(1)


@dataclass(frozen=True)
class ScalarFactors:
    """Rows U, V with UVᵀ a number; loss ½(UVᵀ − 2)², λ = 1, regularizer Σ|U_i||V_i|."""

    U: tuple[int, ...]
    V: tuple[int, ...]

    @property
    def product(self) -> Fraction:
        """Return UVᵀ."""
        return sum((Fraction(u) * v for u, v in zip(self.U, self.V, strict=True)), Fraction(0))

    @property
    def cost(self) -> Fraction:
        """Return Σ|U_i||V_i|."""
        return sum((abs(Fraction(u) * v) for u, v in zip(self.U, self.V, strict=True)), Fraction(0))

    def solves_convex_problem(self) -> bool:
        """Return whether the product minimizes ½(x − 2)² + |x|: x − 2 + sign(x) = 0 there, and x > 0."""
        return self.product > 0 and self.product - TARGET + WEIGHT == 0

    def solves_factored_problem(self) -> bool:
        """Return whether the factored objective is at its least value, ½ + 1."""
        return (self.product - TARGET) ** 2 / 2 + WEIGHT * self.cost == Fraction(3, 2)

    def attains_norm(self) -> bool:
        """Return whether the cost is the absolute value of the product."""
        return self.cost == abs(self.product)

    def to_record(self) -> dict[str, str]:
        """Return the factors as exact text."""
        return {"U": str(self.U), "V": str(self.V)}
