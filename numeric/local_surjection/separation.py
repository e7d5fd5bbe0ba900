"""Separating directions, tried anew by plain inner products."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from numeric.local_surjection.exact_values import dot


def separates(direction: Sequence[Fraction], point: Sequence[Fraction], others: Iterable[Sequence[Fraction]]) -> bool:
    """Return whether ``point`` has a larger inner product with ``direction`` than every one of ``others``.

    Example:
        >>> one, zero = Fraction(1), Fraction(0)
        >>> separates([one, zero], [one, one], [[zero, one], [zero, zero]])
        True
    """
    reached = dot(direction, point)
    return all(dot(direction, other) < reached for other in others)
