"""Balls: precision contexts, accuracy of a ball, and decimal strings `mid ± rad` that provably contain it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import ceil
from typing import Any

from flint import acb, arb, ctx, fmpq, fmpz

BITS_PER_DIGIT = 3.3219280948873626


class NotFiniteBallError(ValueError):
    """A ball that holds NaN or an infinity has no decimal midpoint and radius."""


@contextmanager
def working_bits(bits: int) -> Iterator[None]:
    """Run the block at ``bits`` of working precision and restore the earlier precision, also after an error.

    Example:
        >>> from flint import ctx
        >>> before = ctx.prec
        >>> with working_bits(200):
        ...     ctx.prec
        200
        >>> ctx.prec == before
        True
    """
    before = ctx.prec
    ctx.prec = max(2, int(bits))
    try:
        yield
    finally:
        ctx.prec = before


@contextmanager
def series_length(length: int) -> Iterator[None]:
    """Truncate every power series made in the block to ``length`` coefficients, and restore the earlier cap."""
    before = ctx.cap
    ctx.cap = max(1, int(length))
    try:
        yield
    finally:
        ctx.cap = before


def bits_of_digits(digits: int) -> int:
    """Return a number of bits that resolves ``digits`` decimal digits, rounded up."""
    return ceil(digits * BITS_PER_DIGIT) + 1


def rational_ball(value: Fraction | int) -> Any:
    """Return the ``arb`` of an exact rational at the working precision."""
    fraction = Fraction(value)
    return arb(fmpq(fmpz(fraction.numerator), fmpz(fraction.denominator)))


def power_of_ten(exponent: int) -> Any:
    """Return the ``arb`` of 10**exponent at the working precision."""
    return arb(10) ** exponent if exponent >= 0 else 1 / arb(10) ** (-exponent)


def upper_bound(ball: Any) -> Any:
    """Return an exact ``arb`` that is at least every |x| with x in the real or complex ``ball``."""
    return ball.abs_upper() if isinstance(ball, arb | acb) else arb(ball).abs_upper()


def hull(lower: Any, upper: Any) -> Any:
    """Return a ball that contains the real interval from ``lower`` to ``upper``."""
    return arb(lower).union(arb(upper))


def widen(ball: Any, radius: Any) -> Any:
    """Return the real ``ball`` with ``radius`` ≥ 0 added to its radius."""
    return ball + arb(0, 1) * arb(radius).abs_upper()


def log2_magnitude(ball: Any) -> float:
    """Return about log2 of the largest |x| in ``ball`` (a heuristic float; minus infinity for zero)."""
    bound = upper_bound(ball)
    if bound == 0:
        return float("-inf")
    if not bound.is_finite():
        return float("inf")
    mantissa, exponent = bound.man_exp()
    return float(int(exponent) + int(mantissa.bit_length()))


def has_relative_radius(ball: Any, digits: int) -> bool:
    """Return whether the radius is proved below 10**-digits times every |x| in the ball (true for an exact zero).

    Example:
        >>> from flint import arb
        >>> with working_bits(200):
        ...     has_relative_radius(arb.pi(), 50), has_relative_radius(arb.pi(), 70)
        (True, False)
    """
    if not ball.is_finite():
        return False
    if ball.is_exact():
        return True
    with working_bits(64):
        return bool(arb(ball.rad()) < ball.abs_lower() * power_of_ten(-digits))


def has_absolute_radius(ball: Any, tolerance: Any) -> bool:
    """Return whether the radius of ``ball`` is proved at most ``tolerance``."""
    return bool(ball.is_finite() and arb(ball.rad()) <= tolerance)


def decimal_ball(ball: Any, digits: int) -> tuple[str, str]:
    """Return decimal strings ``(mid, rad)`` with the whole ball inside [mid − rad, mid + rad].

    The conversion rounds the midpoint; the distance it moves is included in ``rad``, which is itself rounded
    upwards. Both are exact decimals: no reader needs to round again.

    Args:
        ball: A finite real ball.
        digits: Significant digits wanted of the midpoint (a few more are printed).

    Returns:
        The midpoint and the radius. If the ball has relative radius below 10**-(digits + 2) then ``rad`` is
        below 10**-digits relative to the value.

    Raises:
        NotFiniteBallError: If the ball is not finite.

    Example:
        >>> from flint import arb
        >>> with working_bits(100):
        ...     decimal_ball(arb.pi(), 10)
        ('3.14159265358979323', '2e-17')
    """
    if not ball.is_finite():
        raise NotFiniteBallError(f"decimal_ball: {ball} is not finite, so it has no decimal midpoint")
    # FLINT proves: ball ⊂ [mid ± rad]·10^exponent, its own rounding included in rad.
    mid, rad, exponent = ball.mid_rad_10exp(max(1, digits) + 3)
    return _decimal(mid, int(exponent)), _rounded_up(rad, int(exponent))


def _decimal(integer: Any, exponent: int) -> str:
    """Return integer·10**exponent written out when short, else in scientific notation; nothing is rounded."""
    sign, text = ("-", str(-integer)) if integer < 0 else ("", str(integer))
    if text == "0":
        return "0"
    stripped = text.rstrip("0")
    exponent += len(text) - len(stripped)
    point = len(stripped) + exponent  # value = 0.stripped · 10^point
    if -5 < point <= 0:
        return f"{sign}0.{'0' * -point}{stripped}"
    if 0 < point <= 25:
        whole = stripped[:point].ljust(point, "0")
        return f"{sign}{whole}.{stripped[point:]}" if len(stripped) > point else f"{sign}{whole}"
    fraction = f".{stripped[1:]}" if len(stripped) > 1 else ""
    return f"{sign}{stripped[0]}{fraction}e{point - 1}"


def _rounded_up(radius: Any, exponent: int) -> str:
    """Return a decimal ≥ radius·10**exponent with at most three significant digits."""
    text = str(radius)
    if text == "0":
        return "0"
    dropped = len(text) - 3
    if dropped > 0:
        leading = int(text[:3]) + (text[3:].strip("0") != "")
        text, exponent = str(leading), exponent + dropped
    stripped = text.rstrip("0")
    exponent += len(text) - len(stripped) + len(stripped) - 1
    fraction = f".{stripped[1:]}" if len(stripped) > 1 else ""
    return f"{stripped[0]}{fraction}e{exponent}"
