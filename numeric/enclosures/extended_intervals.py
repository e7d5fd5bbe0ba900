"""Real intervals whose ends may be infinite, and complex rectangles made of two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import acb, arb

_INFINITY = arb.pos_inf()


@dataclass(frozen=True)
class Interval:
    """The set lo ≤ x ≤ hi with exact ``arb`` ends, either of which may be infinite.

    Example:
        >>> from flint import arb
        >>> half_line = Interval(arb(2), arb.pos_inf())
        >>> (half_line * half_line).lo == 4
        True
    """

    lo: Any
    hi: Any

    def __add__(self, other: Interval) -> Interval:
        return Interval((self.lo + other.lo).lower(), (self.hi + other.hi).upper())

    def __neg__(self) -> Interval:
        return Interval(-self.hi, -self.lo)

    def __mul__(self, other: Interval) -> Interval:
        products = [_product(a, b) for a in (self.lo, self.hi) for b in (other.lo, other.hi)]
        return Interval(_least([p.lower() for p in products]), _greatest([p.upper() for p in products]))

    def square(self) -> Interval:
        """Return the interval of x², which is never negative."""
        a, b = self.least_magnitude(), self.greatest_magnitude()
        return Interval((a * a).lower(), (b * b).upper())

    def least_magnitude(self) -> Any:
        """Return the least |x| in the interval (0 if it contains 0)."""
        if self.lo > 0:
            return self.lo
        return -self.hi if self.hi < 0 else arb(0)

    def greatest_magnitude(self) -> Any:
        """Return the greatest |x| in the interval, possibly infinite."""
        return _greatest([abs(self.lo), abs(self.hi)])

    def contains_zero(self) -> bool:
        """Return whether 0 may lie in the interval."""
        return not (self.lo > 0 or self.hi < 0)

    def is_finite(self) -> bool:
        """Return whether both ends are finite."""
        return bool(self.lo.is_finite() and self.hi.is_finite())

    def is_zero(self) -> bool:
        """Return whether the interval is {0}."""
        return bool(self.lo == 0 and self.hi == 0)

    def intersection(self, other: Interval) -> Interval:
        """Return the common part of two intervals known to share a point."""
        return Interval(_greatest([self.lo, other.lo]), _least([self.hi, other.hi]))

    def ball(self) -> Any:
        """Return a ball that contains the (finite) interval."""
        return self.lo.union(self.hi)

    def monotone_image(self, function: Any, at_minus_infinity: Any, at_infinity: Any) -> Interval:
        """Return the image under an increasing ``function`` with the given limits (outward rounded)."""
        low = (
            function(self.lo).lower()
            if self.lo.is_finite()
            else _limit(self.lo, at_minus_infinity, at_infinity).lower()
        )
        high = (
            function(self.hi).upper()
            if self.hi.is_finite()
            else _limit(self.hi, at_minus_infinity, at_infinity).upper()
        )
        return Interval(low, high)


def _limit(end: Any, at_minus_infinity: Any, at_infinity: Any) -> Any:
    return arb(at_infinity) if end > 0 else arb(at_minus_infinity)


def _product(a: Any, b: Any) -> Any:
    # 0·∞ = 0: the zero end is attained, the infinite end is only a limit.
    return arb(0) if a == 0 or b == 0 else a * b


def _least(values: list[Any]) -> Any:
    best = values[0]
    for value in values[1:]:
        best = min(best, value)
    return best


def _greatest(values: list[Any]) -> Any:
    best = values[0]
    for value in values[1:]:
        best = max(best, value)
    return best


least, greatest = _least, _greatest
REAL_LINE = Interval(-_INFINITY, _INFINITY)
POINT_ZERO = Interval(arb(0), arb(0))


def interval_of(ball: Any) -> Interval:
    """Return the interval of a real ball."""
    return Interval(ball.lower(), ball.upper()) if ball.is_finite() else REAL_LINE


def symmetric(bound: Any) -> Interval:
    """Return [−bound, bound]."""
    return Interval(-bound, bound)


def exponential(interval: Interval) -> Interval:
    """Return the interval of exp."""
    return interval.monotone_image(lambda x: x.exp(), 0, _INFINITY)


@dataclass(frozen=True)
class Rectangle:
    """The complex numbers with real part in ``re`` and imaginary part in ``im``."""

    re: Interval
    im: Interval

    def __add__(self, other: Rectangle) -> Rectangle:
        return Rectangle(self.re + other.re, self.im + other.im)

    def __neg__(self) -> Rectangle:
        return Rectangle(-self.re, -self.im)

    def __mul__(self, other: Rectangle) -> Rectangle:
        return Rectangle(
            self.re * other.re + -(self.im * other.im),
            self.re * other.im + self.im * other.re,
        )

    def square(self) -> Rectangle:
        """Return a rectangle of all squares."""
        doubled = Interval(arb(2), arb(2))
        return Rectangle(self.re.square() + -self.im.square(), doubled * (self.re * self.im))

    def is_real(self) -> bool:
        """Return whether all members are real."""
        return self.im.is_zero()

    def is_finite(self) -> bool:
        """Return whether the rectangle is bounded."""
        return self.re.is_finite() and self.im.is_finite()

    def least_modulus(self) -> Any:
        """Return a lower bound of the modulus."""
        a, b = self.re.least_magnitude(), self.im.least_magnitude()
        return (a * a + b * b).sqrt().lower() if a.is_finite() and b.is_finite() else greatest([a, b])

    def greatest_modulus(self) -> Any:
        """Return an upper bound of the modulus, possibly infinite."""
        if not self.is_finite():
            return _INFINITY
        a, b = self.re.greatest_magnitude(), self.im.greatest_magnitude()
        return (a * a + b * b).sqrt().upper()

    def ball(self) -> Any:
        """Return a complex ball that contains the bounded rectangle."""
        return acb(self.re.ball(), self.im.ball())

    def meets_negative_axis(self) -> bool:
        """Return whether some member may be real and ≤ 0, where log and roots have their cut."""
        return not (self.re.lo > 0 or not self.im.contains_zero())


def rectangle_of(ball: Any) -> Rectangle:
    """Return the rectangle of a real or complex ball."""
    if isinstance(ball, acb):
        return Rectangle(interval_of(ball.real), interval_of(ball.imag))
    return Rectangle(interval_of(ball), POINT_ZERO)
