"""Numbers a + b√2 as pairs of Fractions: products and size comparisons written out, to try towers anew."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Pair = tuple[Fraction, Fraction]


def product_sum(u: Sequence[Pair], v: Sequence[Pair], upto: int | None = None) -> Pair:
    """Return Σ_k u_k v_k, over the first ``upto`` coordinates if given."""
    rational = root = Fraction(0)
    for (a, b), (c, e) in list(zip(u, v, strict=True))[:upto]:
        rational += a * c + 2 * b * e
        root += a * e + b * c
    return rational, root


def is_at_most(value: Pair, bound2: Fraction) -> bool:
    """Return whether (a + b√2)² ≤ bound2, decided with signs and squares.

    Example:
        >>> is_at_most((Fraction(0), Fraction(1)), Fraction(2)), is_at_most((Fraction(1), Fraction(1)), Fraction(5))
        (True, False)
    """
    a, b = value
    # (a + b√2)² = p + q√2 ≤ bound2 means q√2 ≤ bound2 − p.
    p, q = a * a + 2 * b * b, 2 * a * b
    slack = bound2 - p
    if q <= 0:
        return slack >= 0 or slack * slack <= 2 * q * q
    return slack >= 0 and 2 * q * q <= slack * slack
