"""One-sided difference quotients: which slopes belong to a subdifferential, straight from its definition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

Function = Callable[[Fraction], Fraction]


def is_frechet_subgradient(f: Function, x: Fraction, s: Fraction, step: Fraction = Fraction(1, 1000)) -> bool:
    """Return whether f(y) − f(x) − s(y − x) ≥ 0 at both neighbours.

    Exact for a piecewise-linear f whose other kinks lie farther than ``step``: there the quotients are constant.
    """
    return all(f(x + h) - f(x) - s * h >= 0 for h in (step, -step))


def gradients_nearby(f: Function, x: Fraction, step: Fraction = Fraction(1, 1000)) -> tuple[Fraction, Fraction]:
    """Return the slopes left and right of x, taken between x ± step/2 and x ± step."""
    right = (f(x + step) - f(x + step / 2)) / (step / 2)
    left = (f(x - step / 2) - f(x - step)) / (step / 2)
    return left, right


def is_limiting_subgradient(f: Function, x: Fraction, s: Fraction) -> bool:
    """Return whether s is a Fréchet subgradient at x or the slope of a neighbouring piece."""
    return is_frechet_subgradient(f, x, s) or s in gradients_nearby(f, x)


def is_clarke_subgradient(f: Function, x: Fraction, s: Fraction) -> bool:
    """Return whether s lies between the slopes of the neighbouring pieces."""
    left, right = gradients_nearby(f, x)
    return min(left, right) <= s <= max(left, right)


def members(test: Callable[[Function, Fraction, Fraction], bool], f: Function, x: Fraction) -> Sequence[Fraction]:
    """Return which of the slopes −3, −2.5, ..., 3 pass the test."""
    return [s for s in (Fraction(k, 2) for k in range(-6, 7)) if test(f, x, s)]
