"""Exact objectives whose degrees do not balance, or are negative, and paths on which they are tried."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from numeric.homogeneous.exact_maps import fractions


@dataclass(frozen=True)
class CubicPoint:
    """A point of f(x, y) = ½(xy² − 1)² + x²: Φ = xy² of degree 3, G = x² of degree 2, positive where Φ is not zero."""

    x: Fraction
    y: Fraction

    @property
    def value(self) -> Fraction:
        """Return f(x, y)."""
        return (self.x * self.y**2 - 1) ** 2 / 2 + self.x**2

    def is_within(self, radius: Fraction) -> bool:
        """Return whether the point is in the ball of that radius."""
        return self.x**2 + self.y**2 <= radius**2

    def is_above_origin(self) -> bool:
        """Return whether f(x, y) ≥ f(0, 0)."""
        return self.value >= CubicPoint(Fraction(0), Fraction(0)).value

    def satisfies_hypotheses(self) -> bool:
        """Return whether Φ and G scale with degrees 3 and 2 here, and G > 0 if Φ ≠ 0."""
        scaled = CubicPoint(2 * self.x, 2 * self.y)
        degrees = scaled.x * scaled.y**2 == 8 * self.x * self.y**2 and scaled.x**2 == 4 * self.x**2
        return degrees and (self.x * self.y**2 == 0 or self.x**2 > 0)

    def to_record(self) -> dict[str, str]:
        """Return the point as exact text."""
        return {"x": str(self.x), "y": str(self.y), "value": str(self.value), "value_at_origin": "1/2"}


def curve_point(y: Fraction | int | str, divisor: int = 4) -> CubicPoint:
    """Return the point (y²/divisor, y)."""
    exact = Fraction(y)
    return CubicPoint(exact**2 / divisor, exact)


@dataclass(frozen=True)
class EscapePath:
    """The path (0, 0) → (0, height) → (end, height) for f(x, y) = ½(xy² − 1)² + x²."""

    height: Fraction
    end: Fraction

    def first_leg_is_flat(self) -> bool:
        """Return whether f is constant along x = 0: Φ and G vanish there."""
        return all(CubicPoint(Fraction(0), self.height * Fraction(k, 4)).value == Fraction(1, 2) for k in range(5))

    def starts_at_origin_and_escapes(self) -> bool:
        """Return whether the path ends strictly below the value at the origin."""
        return CubicPoint(self.end, self.height).value < Fraction(1, 2)

    def never_increases(self) -> bool:
        """Return whether the convex quadratic f(·, height) has slope at most 0 at the end of the second leg."""
        h = self.height**2
        return (h * self.end - 1) * h + 2 * self.end <= 0 and self.first_leg_is_flat()

    def must_increase(self) -> bool:
        """Return whether the path increases somewhere."""
        return not self.never_increases()

    def to_record(self) -> dict[str, str]:
        """Return the path as exact text."""
        return {"corners": f"(0, 0), (0, {self.height}), ({self.end}, {self.height})"}


@dataclass(frozen=True)
class Doubling:
    """Factors U, V of ℓ(UVᵀ) + λ(‖U‖_q^p' + ‖V‖_q^p') and their doubled, scaled versions; entrywise norms.

    Args:
        U: Entries of U, one row.
        V: Entries of V, one row.
        q: Order of the norm; p' must be a multiple of q·2 so that all values are rational.
        power: p'.
        columnwise: Take Σᵢ‖Uᵢ‖^p' over columns instead of the norm of the whole matrix.
    """

    U: tuple[int, ...]
    V: tuple[int, ...]
    q: int
    power: int
    columnwise: bool = False

    def _norm_power(self, row: tuple[int, ...]) -> Fraction:
        if self.columnwise:
            return sum((Fraction(abs(u)) ** self.power for u in row), Fraction(0))
        return sum((Fraction(abs(u)) ** self.q for u in row), Fraction(0)) ** (self.power // self.q)

    def degree_is_large(self) -> bool:
        """Return whether p' > 2 and the norm's powers are rational."""
        return self.power > 2 and self.power % (2 * self.q) == 0

    def original(self) -> Fraction:
        """Return ‖U‖^p' + ‖V‖^p'."""
        return self._norm_power(self.U) + self._norm_power(self.V)

    def doubled(self) -> Fraction:
        """Return (√2/2)^p' (‖[U U]‖^p' + ‖[V V]‖^p')."""
        scale = Fraction(1, 2) ** (self.power // 2)
        return scale * (self._norm_power(self.U * 2) + self._norm_power(self.V * 2))

    def product_is_kept(self) -> bool:
        """Return whether ½[U U][V V]ᵀ = UVᵀ."""
        U, V = fractions(self.U), fractions(self.V)
        return bool(fractions(self.U * 2).dot(fractions(self.V * 2)) / 2 == U.dot(V))

    def is_decreased(self) -> bool:
        """Return whether doubling lowers the regularizer."""
        return self.doubled() < self.original()

    def to_record(self) -> dict[str, str]:
        """Return the instance as exact text."""
        return {
            "U": str(self.U),
            "V": str(self.V),
            "q": str(self.q),
            "p'": str(self.power),
            "original": str(self.original()),
            "doubled": str(self.doubled()),
        }
