"""Rational numbers that certainly lie below moments and values of an activation: the constants of counterexamples."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from numeric.enclosures.ball_expression import Expression, Z, apply
from numeric.enclosures.moment_enclosure import enclose_expectation

_DIGITS = 15


class FloorError(ValueError):
    """A number proposed as a lower bound is not certainly below the quantity."""


def certified_floor(ball: Any, proposed: Fraction, quantity: str) -> Fraction:
    """Return ``proposed`` if it certainly lies below every number in ``ball``.

    Args:
        ball: A real ball.
        proposed: The rational lower bound.
        quantity: What the ball encloses, for the message.

    Raises:
        FloorError: If the ball does not lie above it.

    Example:
        >>> certified_floor(arb(2).sqrt(), Fraction(7, 5), "√2")
        Fraction(7, 5)
    """
    if not ball > arb(fmpq(proposed.numerator, proposed.denominator)):
        raise FloorError(f"lower bound of {quantity}: {proposed} is not certainly below {ball.str(10)}; propose less")
    return proposed


def second_moment_floor(activation: str, proposed: Fraction) -> Fraction:
    """Return ``proposed`` if E[φ(z)²] is certainly larger.

    Args:
        activation: A named activation.
        proposed: The rational lower bound.

    Raises:
        FloorError: If it is not.
    """
    return certified_floor(_expectation(apply(activation, Z) ** 2), proposed, f"E φ² of {activation}")


def first_moment_floor(activation: str, proposed: Fraction) -> Fraction:
    """Return ``proposed`` if E[φ(z)z] is certainly larger; see :func:`second_moment_floor`."""
    return certified_floor(_expectation(apply(activation, Z) * Z), proposed, f"E φz of {activation}")


def mean_slope_drop_floor(activation: str, scale: int, proposed: Fraction) -> Fraction:
    """Return ``proposed`` if E[φ'(z)]² - E[φ'(scale·z)]² is certainly larger; see :func:`second_moment_floor`."""
    near, far = (_expectation(apply(activation, s * Z).derivative()) / s for s in (1, scale))
    return certified_floor(near**2 - far**2, proposed, f"the drop of (E φ')² of {activation}")


def sigmoid_floor(order: int, at: int, proposed: Fraction) -> Fraction:
    """Return ``proposed`` if the sigmoid's derivative of order 0, 1 or 2 at an integer certainly exceeds it in size.

    Args:
        order: 0, 1 or 2.
        at: The argument.
        proposed: The rational lower bound of the absolute value.

    Raises:
        FloorError: If it is not certain.

    Example:
        >>> sigmoid_floor(1, 2, Fraction(1, 10))
        Fraction(1, 10)
    """
    value = 1 / (1 + arb(-at).exp())
    slope = value * (1 - value)
    derivatives = (value, slope, slope * (1 - 2 * value))
    return certified_floor(abs(derivatives[order]), proposed, f"sigmoid, derivative {order} at {at}")


def _expectation(tree: Expression) -> Any:
    return enclose_expectation(tree, _DIGITS, check_digits=0).value
