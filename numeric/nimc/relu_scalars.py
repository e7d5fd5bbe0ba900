"""ReLU at weights t·e₁ against the truth e₁: exact values of the population quantities, by half-line moments."""

from __future__ import annotations

from fractions import Fraction

# E[zⁿ 1(z>0)], rational for even n.
_HALF_SECOND = Fraction(1, 2)


def residual_cross_block(t: Fraction) -> Fraction:
    """Return the norm of E[h φ'(u·x) φ'(v·y) x yᵀ] at u = v = t e₁, truth e₁, k = 1, t ≥ 1, any d.

    φ(tx)φ(ty) - φ(x)φ(y) is (t² - 1) xy on the quadrant x₁, y₁ > 0, and φ'φ' vanishes elsewhere.
    """
    return sum((sign * scale**2 * _HALF_SECOND * _HALF_SECOND for sign, scale in ((1, t), (-1, Fraction(1)))),
               Fraction(0))  # fmt: skip


def item_block_difference(t: Fraction) -> Fraction:
    """Return the norm of E[φ(u·x)²φ'(v·y)² y yᵀ] at u = v = t e₁ less the same at e₁, k = 1, t ≥ 1, any d.

    E[φ(tx)²] = t²/2 and E[1(y₁>0) y yᵀ] = I/2.
    """
    return (t * t * _HALF_SECOND - _HALF_SECOND) * Fraction(1, 2)


def product_difference(t: Fraction) -> Fraction:
    """Return E[(φ(v·y) - φ(v*·y))φ(v·y)] at v = t e₁, v* = e₁, t ≥ 1."""
    return t * t * _HALF_SECOND - t * _HALF_SECOND


def opposed_slope_block(s: Fraction) -> Fraction:
    """Return the norm of E[φ(u*·x)(φ'(u·x) - φ'(u*·x))x] at u = -s e₁, u* = e₁, any s > 0, k = 1, any d.

    Only x₁ > 0 counts; there φ'(u·x) = 0 and φ'(u*·x) = 1, so the vector is -E[z² 1(z>0)] e₁ for every s.
    """
    slopes = (Fraction(int(-s > 0)), Fraction(1))
    return abs((slopes[0] - slopes[1]) * _HALF_SECOND)
