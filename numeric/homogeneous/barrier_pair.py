"""A pair of quartics whose cost is locally least in two directions: φ = (x² + y²)², g = x⁴ + 2y⁴ + 6x²y².

With ℓ = ½(X − 3)² and λ = 1 the slice (0, 1) is a local minimum of f₁ of value 4, and (1, 0) has the value 3. Between
them lies the cone y² = 2x², on which f₁ = ½(9x⁴ − 2/3)² + 77/18.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class QuarticSlice:
    """A slice (x, y)."""

    x: Fraction
    y: Fraction

    @property
    def value(self) -> Fraction:
        """Return f₁ at the slice.

        Example:
            >>> QuarticSlice(Fraction(0), Fraction(1)).value, QuarticSlice(Fraction(1), Fraction(0)).value
            (Fraction(4, 1), Fraction(3, 1))
        """
        x, y = self.x**2, self.y**2
        return ((x + y) ** 2 - 3) ** 2 / 2 + x**2 + 2 * y**2 + 6 * x * y

    @property
    def side(self) -> Fraction:
        """Return y² − 2x²: positive on the side of (0, 1), negative on that of (1, 0)."""
        return self.y**2 - 2 * self.x**2

    def to_record(self) -> dict[str, str]:
        """Return the slice as exact text."""
        return {"slice": f"({self.x}, {self.y})", "value": str(self.value), "y^2 - 2x^2": str(self.side)}


def on_the_barrier() -> list[QuarticSlice]:
    """Return rational slices close to the cone y² = 2x², on either side, and the zero slice."""
    pairs = [(0, 0), (5, 7), (12, 17), (-29, 41)]
    return [QuarticSlice(Fraction(x, 20), Fraction(y, 20)) for x, y in pairs]


def slice_at(x: Fraction | int | str, y: Fraction | int | str) -> QuarticSlice:
    """Return the slice (x, y)."""
    return QuarticSlice(Fraction(x), Fraction(y))
