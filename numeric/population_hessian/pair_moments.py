"""The nine scalars of a pair of columns that the blocks of the population Hessian are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PairMoments:
    """Expectations over x ~ N(0, I) for columns u, v; all entries balls, or all floats.

    Args:
        value: E[φ(u·x)φ(v·x)].
        identity, left, mixed, right: p, a, b, c with E[φ'(u·x)φ'(v·x)xxᵀ] = p I + a uuᵀ + b(uvᵀ + vuᵀ) + c vvᵀ.
        slope_left: (s, t) with E[φ'(u·x)φ(v·x)x] = s u + t v.
        slope_right: (s, t) with E[φ(u·x)φ'(v·x)x] = s u + t v.
    """

    value: Any
    identity: Any
    left: Any
    mixed: Any
    right: Any
    slope_left: tuple[Any, Any]
    slope_right: tuple[Any, Any]

    def swapped(self) -> PairMoments:
        """Return the moments of (v, u)."""
        return PairMoments(
            self.value, self.identity, self.right, self.mixed, self.left, self.slope_right[::-1], self.slope_left[::-1]
        )

    def all(self) -> tuple[Any, ...]:
        """Return the nine numbers in order."""
        return (self.value, self.identity, self.left, self.mixed, self.right, *self.slope_left, *self.slope_right)
