"""Half-strips of the complex plane, and what can be proved of a function on one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb

from numeric.enclosures.extended_intervals import POINT_ZERO, Interval, Rectangle, greatest, symmetric
from numeric.enclosures.growth import Growth, IntegrandError, constant_growth

_INFINITY = arb.pos_inf()


class SingularIntegrandError(IntegrandError):
    """An integrand that has, or cannot be proved free of, a pole or branch cut where it must be analytic."""


@dataclass(frozen=True)
class HalfStrip:
    """The region {side·Re z ≥ start, low ≤ Im z ≤ high}; ``start``, ``low``, ``high`` exact ``arb``, side ±1."""

    side: int
    start: Any
    low: Any
    high: Any

    def rectangle(self) -> Rectangle:
        """Return the region as a rectangle with one infinite end."""
        re = Interval(self.start, _INFINITY) if self.side > 0 else Interval(-_INFINITY, -self.start)
        return Rectangle(re, Interval(self.low, self.high))

    def height(self) -> Any:
        """Return the largest |Im z|."""
        return greatest([abs(self.low), abs(self.high)])


@dataclass(frozen=True)
class Bound:
    """What is proved of a tree on a region: ``rectangle`` ∋ values, |values| ≥ ``floor``, |values| ≤ ``growth``."""

    rectangle: Rectangle
    floor: Any
    growth: Growth


def bounded(rectangle: Rectangle) -> Bound:
    """Return the bound that a rectangle of values says."""
    return Bound(rectangle, rectangle.least_modulus(), constant_growth(rectangle.greatest_modulus()))


def disc(centre: int, radius: Any, *, real: bool) -> Bound:
    """Return the bound of values within ``radius`` of an integer (on the real line if ``real``)."""
    re = Interval((centre - radius).lower(), (centre + radius).upper())
    return bounded(Rectangle(re, POINT_ZERO if real else symmetric(radius)))


def tighten(bound: Bound) -> Bound:
    """Use the rectangle where it says more than the majorant or the floor."""
    floor = greatest([bound.floor, bound.rectangle.least_modulus()])
    modulus = bound.rectangle.greatest_modulus()
    growth = bound.growth
    if modulus.is_finite() and constant_growth(modulus).is_smaller_rate(growth):
        growth = constant_growth(modulus)
    return Bound(bound.rectangle, floor, growth)
