"""Chains of bounds: what is manifestly non-negative is accepted, what is negative somewhere never."""

from fractions import Fraction
from itertools import product

import pytest
from sympy import Rational, symbols

from symbolic.derivation import Derivation, StepError
from symbolic.nimc.bound_chain import AT_LEAST, AT_MOST, is_manifestly_nonnegative

x, y = symbols("x y")


@pytest.mark.parametrize("expression", [x, x * y + 1, (x + 1) / (y + 2), -x / (-1 - y), Rational(0), x - x])
def test_accepts_what_has_no_negative_coefficient(expression):
    assert is_manifestly_nonnegative(expression)


@pytest.mark.parametrize("expression", [x - y, Rational(-1, 3), 1 / (x - 2), (x - 1) ** 2, -x, (x**2 - 1) / (x - 1)])
def test_refuses_the_rest_even_a_square(expression):
    assert not is_manifestly_nonnegative(expression)


def test_accepted_steps_hold_at_points():
    start = Derivation((x + 2 * y + 3) / (1 + y))
    chain = start.then((x + y + 3) / (1 + y), AT_LEAST).then(Rational(1), AT_LEAST)
    points = product((Fraction(0), Fraction(1, 3), Fraction(7)), repeat=2)
    for a, b in points:
        at = {x: Rational(a.numerator, a.denominator), y: Rational(b.numerator, b.denominator)}
        values = [step.before.subs(at) for step in chain] + [chain.result.subs(at)]
        assert values == sorted(values, reverse=True)


def test_directions_are_not_confused():
    Derivation(x).then(x + y, AT_MOST)
    with pytest.raises(StepError, match="non-negative coefficients"):
        Derivation(x).then(x + y, AT_LEAST)
