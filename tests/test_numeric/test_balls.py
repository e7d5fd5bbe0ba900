"""Decimal strings contain their ball; precision contexts restore what they changed."""

from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from numeric.enclosures.balls import (
    NotFiniteBallError,
    bits_of_digits,
    decimal_ball,
    has_relative_radius,
    power_of_ten,
    series_length,
    working_bits,
)


def exact(ball):
    mantissa, exponent = ball.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def interval(ball):
    mid, rad = exact(ball.mid()), exact(arb(ball.rad()))
    return mid - rad, mid + rad


@given(
    st.fractions(max_denominator=10**9),
    st.integers(-200, 200),
    st.fractions(min_value=0, max_value=1, max_denominator=1000),
    st.integers(1, 40),
)
def test_decimal_strings_contain_the_whole_ball(value, scale, radius, digits):
    with working_bits(120):
        ball = arb(fmpq(value.numerator, value.denominator)) * arb(2) ** scale
        ball = ball + arb(0, 1) * arb(fmpq(radius.numerator, radius.denominator)) * arb(2) ** (scale - 50)
        mid, rad = (Fraction(text) for text in decimal_ball(ball, digits))
        low, high = interval(ball)
    assert mid - rad <= low
    assert high <= mid + rad


def test_the_printed_radius_is_close_to_what_the_digits_allow():
    with working_bits(bits_of_digits(60)):
        mid, rad = decimal_ball(arb.pi(), 50)
    assert Fraction(rad) < Fraction(1, 10**50)
    assert mid.startswith("3.14159265358979323846264338327950288419716939937510")


@pytest.mark.parametrize("scale", [-3000, -7, 0, 9, 40, 3000])
def test_small_and_large_values_read_back(scale):
    with working_bits(200):
        mid, rad = decimal_ball(arb(2) ** scale / 3, 20)
    value = Fraction(2) ** scale / 3
    assert abs(Fraction(mid) - value) <= Fraction(rad) < value / 10**20


def test_exact_values_print_exactly():
    assert decimal_ball(arb(0), 10) == ("0", "0")
    assert decimal_ball(arb("-0.5"), 10) == ("-0.5", "0")
    assert decimal_ball(arb(1200), 10) == ("1200", "0")


def test_ten_thousand_digits():
    with working_bits(bits_of_digits(10_010)):
        mid, rad = decimal_ball(arb.pi(), 10_000)
    assert len(mid) > 10_000
    assert int(rad.split("e-")[1]) > 10_000


def test_a_ball_that_is_not_finite_is_refused():
    with pytest.raises(NotFiniteBallError, match="not finite"):
        decimal_ball(arb("nan"), 5)


def test_contexts_restore_precision_and_length_after_an_error():
    bits, cap = ctx.prec, ctx.cap
    inside = []

    def fail():
        with working_bits(777), series_length(33):
            inside.append((ctx.prec, ctx.cap))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert inside == [(777, 33)]
    assert (ctx.prec, ctx.cap) == (bits, cap)


def test_relative_radius_is_refused_to_balls_around_zero():
    with working_bits(100):
        assert not has_relative_radius(arb(0, 1e-30), 3)
        assert has_relative_radius(arb(0), 1000)
        assert has_relative_radius(1 / arb(3), 29)
        assert not has_relative_radius(1 / arb(3), 31)
        assert power_of_ten(-2).overlaps(arb("0.01"))
