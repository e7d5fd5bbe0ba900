"""Hidden units that no input activates: φ(x₁, x₂) = ψ⁺(x₁)x₂, g = |x₁||x₂|, loss ½(Φ − 5)², λ = 1, in rationals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

TARGET = Fraction(5)


@dataclass(frozen=True)
class Units:
    """Units (x₁, x₂) of a network with one input, which is 1, and one output."""

    units: tuple[tuple[int, int], ...]

    @property
    def value(self) -> Fraction:
        """Return the objective.

        Example:
            >>> Units(((1, 4),)).value
            Fraction(9, 2)
        """
        output = sum((max(a, 0) * b for a, b in self.units), 0)
        return (output - TARGET) ** 2 / 2 + sum((abs(a * b) for a, b in self.units), 0)

    def is_wide(self) -> bool:
        """Return whether r > card(D) = 1."""
        return len(self.units) > 1

    def all_units_are_dead(self) -> bool:
        """Return whether every unit has x₁ < 0 and x₂ = 0: nearby the output is 0 and the cost at least 0."""
        return all(a < 0 and b == 0 for a, b in self.units)

    def has_the_least_value(self) -> bool:
        """Return whether the value is at most that of the one unit (1, 4)."""
        return self.value <= Units(((1, 4),)).value

    def to_record(self) -> dict[str, str]:
        """Return the units as exact text."""
        return {"units": str(self.units), "value": str(self.value), "smaller_value": "9/2 at the unit (1, 4)"}
