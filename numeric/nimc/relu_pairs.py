"""ReLU with the items' weight scaled, the users' kept: exact population quantities by half-line moments."""

from __future__ import annotations

from fractions import Fraction

_HALF_SECOND = Fraction(1, 2)  # E[z²; z>0]


def user_block_difference(first: Fraction, second: Fraction) -> Fraction:
    r"""Return the norm of :math:`(\mathbb E\phi(s y_1)^2-\mathbb E\phi(r y_1)^2)\,\mathbb E[1(x_1>0)xx^\top]`, ReLU.

    It is how far the users' block moves when the items' weight moves from r·e₁ to s·e₁, k = 1, any d.

    Args:
        first: s > 0.
        second: r > 0.

    Example:
        >>> user_block_difference(Fraction(2), Fraction(1))
        Fraction(3, 4)
    """
    moved = first**2 * _HALF_SECOND - second**2 * _HALF_SECOND
    return abs(moved) * Fraction(1, 2)  # E[1(x₁>0)xxᵀ] = I/2


def anchored_rayleigh_quotient(scale: Fraction) -> Fraction:
    r"""Return the value of the Hessian form of (12) at u* = v* = s·e₁, d = 2, k = 1, along a = e₂, b = 0.

    It is twice :math:`\mathbb E[(1(sx_1>0)\,\phi(sy_1)\,x_2)^2]`, as (12) lacks the factor ½.

    Args:
        scale: s > 0.

    Example:
        >>> anchored_rayleigh_quotient(Fraction(1, 2))
        Fraction(1, 8)

    **Source:** [nimc] equations (12) and (13).
    """
    half_line = Fraction(1, 2)  # P(x₁ > 0)
    return 2 * half_line * scale**2 * _HALF_SECOND
