"""Majorants C·(1 + x)^p·exp(c·x + d·x²) on x ≥ 0 and their Gaussian integrals, in closed form and outward rounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import log
from typing import Any

from flint import arb

from numeric.enclosures.balls import rational_ball
from numeric.enclosures.extended_intervals import greatest, least


class IntegrandError(ValueError):
    """An integrand for which no enclosure of its Gaussian expectation is given."""


class GrowthError(IntegrandError):
    """An integrand that grows too fast: it is not bounded by C·exp(d·z²) with d < 1/2, or no such bound is provable."""


@dataclass(frozen=True)
class Growth:
    """The majorant C·(1 + x)^p·exp(c·x + d·x²) of a modulus, for x = |Re z| on one side of the line.

    Attributes:
        C: Exact ``arb`` ≥ 0.
        p: Exact power ≥ 0.
        c, d: Exact ``arb`` rates, of either sign.
    """

    C: Any
    p: Fraction
    c: Any
    d: Any

    def __add__(self, other: Growth) -> Growth:
        # All four factors increase with their rate for x ≥ 0, so the larger rate bounds both summands.
        return Growth(
            (self.C + other.C).upper(),
            max(self.p, other.p),
            greatest([self.c, other.c]),
            greatest([self.d, other.d]),
        )

    def __mul__(self, other: Growth) -> Growth:
        return Growth(
            (self.C * other.C).upper(),
            self.p + other.p,
            (self.c + other.c).upper(),
            (self.d + other.d).upper(),
        )

    def __pow__(self, exponent: Fraction | int) -> Growth:
        """Return the majorant of the power, exponent > 0."""
        r = rational_ball(exponent)
        grown = (self.C.log() * r).exp().upper() if self.C > 0 else arb(0)
        return Growth(grown, self.p * Fraction(exponent), (self.c * r).upper(), (self.d * r).upper())

    def hull(self, other: Growth) -> Growth:
        """Return a majorant of both."""
        return Growth(
            greatest([self.C, other.C]),
            max(self.p, other.p),
            greatest([self.c, other.c]),
            greatest([self.d, other.d]),
        )

    def without_decay(self) -> Growth:
        """Return the majorant with negative rates replaced by 0 (so it can be extended to smaller x)."""
        return Growth(self.C, self.p, greatest([self.c, arb(0)]), greatest([self.d, arb(0)]))

    def is_smaller_rate(self, other: Growth) -> bool:
        """Return whether this majorant grows more slowly than ``other`` (first d, then c, then p, then C)."""
        for mine, theirs in ((self.d, other.d), (self.c, other.c)):
            if mine < theirs:
                return True
            if mine > theirs:
                return False
        return self.p < other.p or (self.p == other.p and bool(self.C < other.C))

    def check_integrable(self) -> None:
        """Raise unless d < 1/2.

        Raises:
            GrowthError: If d ≥ 1/2.
        """
        self._excess()

    def _excess(self) -> Any:
        """Return s = 1/2 − d > 0, the Gaussian rate left after the growth.

        Raises:
            GrowthError: If d ≥ 1/2.
        """
        s = (rational_ball(Fraction(1, 2)) - self.d).lower()
        if not s > 0:
            raise GrowthError(
                "the integrand grows like exp(d*z**2) with d >= 1/2, as fast as the normal density falls: "
                "its expectation does not exist or cannot be bounded; only slower growth is accepted"
            )
        return s

    def gaussian_integral(self) -> Any:
        """Return an upper bound of ∫₀^∞ C(1+x)^p e^{cx+dx²} e^{−x²/2}/√(2π) dx.

        With s = 1/2 − d and m = c/(2s) the exponent is c²/(4s) − s(x − m)², and
        (1 + x)^p ≤ 2^p((1 + |m|)^p + |x − m|^p); both terms integrate over ℝ in closed form.
        """
        if self.C == 0:
            return arb(0)
        s = self._excess()
        p = rational_ball(self.p)
        m = abs(self.c / (2 * s)).upper()
        lead = (self.C * (self.c * self.c / (4 * s)).exp() * (2 * arb.pi()).rsqrt() * (p * arb(2).log()).exp()).upper()
        flat = ((1 + m).log() * p).exp() * (arb.pi() / s).sqrt()
        peak = (-(p + 1) / 2 * s.log()).exp() * ((p + 1) / 2).gamma()
        if self.c < 0:
            # For c < 0 the exponent decreases from x = 0 on: ∫₀^∞ (1+x)^p e^{−|c|x} e^{−s x²} is no larger with c = 0.
            flat_total = Growth(self.C, self.p, arb(0), self.d).gaussian_integral()
            return least([(lead * (flat + peak)).upper(), flat_total])
        return (lead * (flat + peak)).upper()

    def at(self, x: Any) -> Any:
        """Return an upper bound of majorant × normal density at the point x ≥ 0."""
        exponent = rational_ball(self.p) * (1 + x).log() + self.c * x + (self.d - rational_ball(Fraction(1, 2))) * x * x
        return (self.C * exponent.exp() * (2 * arb.pi()).rsqrt()).upper()

    def tail_integral(self, start: Any) -> Any:
        """Return an upper bound of ∫_start^∞ majorant × density, or infinity if ``start`` is too small to tell.

        The exponent p·log(1+x) + cx − s·x² is concave, so it lies below its tangent at ``start``; when that tangent
        falls with slope −λ < 0, the integral is at most (value at start)/λ.
        """
        if self.C == 0:
            return arb(0)
        slope = self._slope(start)
        return (self.at(start) / slope).upper() if slope > 0 else arb.pos_inf()

    def _slope(self, start: Any) -> Any:
        return (2 * self._excess() * start - self.c - rational_ball(self.p) / (1 + start)).lower()

    def grid_tail(self, start: Any, step: Any) -> Any:
        """Return an upper bound of step·Σ_{j≥0} (majorant × density)(start + j·step): integral test plus one term."""
        return (self.tail_integral(start) + step * self.at(start)).upper() if self.C != 0 else arb(0)

    def log_profile(self) -> Callable[[float], float]:
        """Return x ↦ about log(majorant × density), in floats (a heuristic, for choosing precisions)."""
        if self.C == 0:
            return lambda _: float("-inf")
        at_zero, p, c, s = float(self.C.log()) - 0.9, float(self.p), float(self.c), float(self.d) - 0.5
        return lambda x: at_zero + p * log(1 + x) + c * x + s * x * x


def log_peak(growths: list[Growth], start: float, reach: float) -> float:
    """Return about the largest log(majorant × density) over [start, reach], by samples (it only chooses precisions)."""
    steps = [start + (reach - start) * k / 32 for k in range(33)]
    return max((profile(x) for profile in (g.log_profile() for g in growths) for x in steps), default=float("-inf"))


def constant_growth(bound: Any) -> Growth:
    """Return the majorant of a bounded function."""
    return Growth(bound, Fraction(0), arb(0), arb(0))


def start_of_small_tail(growths: list[Growth], tolerance: Any, least_start: Any) -> Any:
    """Return some x ≥ ``least_start`` beyond which each tail integral plus one grid cell is at most ``tolerance``.

    Args:
        growths: Majorants valid for x ≥ ``least_start``.
        tolerance: Positive ``arb``.
        least_start: Exact ``arb`` ≥ 0.

    Raises:
        GrowthError: If a majorant grows too fast for any such x.
    """

    def small(x: Any) -> bool:
        return all(bool(g.tail_integral(x) + g.at(x) < tolerance) for g in growths)

    low, high = least_start, greatest([least_start, arb(1)])
    while not small(high):
        low, high = high, (2 * high).mid()
        if high > arb(2) ** 40:
            raise GrowthError("the integrand is bounded only by a majorant whose Gaussian tail is too heavy to cut off")
    for _ in range(12):
        middle = ((low + high) / 2).mid()
        low, high = (low, middle) if small(middle) else (middle, high)
    return high
