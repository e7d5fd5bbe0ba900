"""Named rational values: the points at which statements are tried."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class ExactPoint:
    """Rational values by name, in a fixed order.

    Example:
        >>> point = at(x="1/2", n=3)
        >>> point["x"] * point["n"], point.to_record()
        (Fraction(3, 2), {'x': '1/2', 'n': '3'})
    """

    values: tuple[tuple[str, Fraction], ...]

    def __getitem__(self, name: str) -> Fraction:
        """Return the value called ``name``."""
        return dict(self.values)[name]

    def to_record(self) -> dict[str, str]:
        """Return the values as exact text."""
        return {name: str(value) for name, value in self.values}


def at(**values: Fraction | int | str) -> ExactPoint:
    """Return the point with the given values."""
    return ExactPoint(tuple((name, Fraction(value)) for name, value in values.items()))
