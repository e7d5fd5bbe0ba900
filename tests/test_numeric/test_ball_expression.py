"""Trees: constructors fold exactly; derivative, series and complex values agree with one another; kinks; parity."""

from fractions import Fraction

import pytest
from flint import acb, arb
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.enclosures.activation_trees import gelu, leaky_relu, maximum, minimum, square_root
from numeric.enclosures.ball_evaluation import evaluate, evaluate_series
from numeric.enclosures.ball_expression import (
    PI,
    SMOOTH_HEADS,
    ZERO,
    ExpressionError,
    Z,
    apply,
    as_expression,
    rational,
)
from numeric.enclosures.balls import rational_ball, series_length, working_bits
from numeric.enclosures.kinks import KinkError, break_points, smooth_pieces
from numeric.enclosures.parity import is_identically_zero, parity

HALF = Fraction(1, 2)
SAFE_HEADS = [h for h in SMOOTH_HEADS if h not in {"log", "tan", "exp", "sinh", "cosh"}]
POINTS = st.fractions(min_value=-3, max_value=3, max_denominator=17)


def trees(depth=3):
    leaves = st.sampled_from([Z, rational(2), rational(Fraction(-1, 3)), PI, Z**2 - 1])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
            st.tuples(st.sampled_from(SAFE_HEADS), inner).map(lambda p: apply(*p)),
            inner.map(lambda f: 1 / (1 + f**2)),
            inner.map(lambda f: square_root(1 + f**2)),
        ),
        max_leaves=depth,
    )


@given(trees(), POINTS)
@settings(max_examples=60, deadline=None)
def test_own_derivative_is_the_first_series_coefficient(f, point):
    with working_bits(128), series_length(3):
        x = rational_ball(point)
        series = evaluate_series([f], x)[0]
        assert evaluate(f, x).overlaps(series[0])
        slope = evaluate(f.derivative(), x)
        assert slope.overlaps(series[1])
        assert slope.rad() < 1e-20 * (1 + abs(slope))


@given(trees(), POINTS)
@settings(max_examples=60, deadline=None)
def test_real_and_complex_values_agree(f, point):
    with working_bits(128):
        x = rational_ball(point)
        value = evaluate(f, acb(x), analytic=True)
        assert value.real.overlaps(evaluate(f, x))
        assert value.imag.contains(0)


@given(trees(), POINTS)
@settings(max_examples=60, deadline=None)
def test_a_proved_parity_holds_at_points(f, point):
    for g in (f, f * Z, f - f.substitute({Z: -Z})):
        kind = parity(g)
        with working_bits(128):
            left, right = evaluate(g, rational_ball(-point)), evaluate(g, rational_ball(point))
            if kind == "odd":
                assert (left + right).contains(0)
            if kind == "even":
                assert (left - right).contains(0)


@pytest.mark.parametrize(
    ("f", "kind"),
    [
        (apply("sigmoid", Z).derivative(), "even"),
        (apply("sigmoid", Z).derivative() * Z, "odd"),
        (apply("sigmoid", Z), None),
        (apply("sigmoid", Z + 1).derivative(), None),
        (apply("softplus", Z) - Z / 2, "even"),
        (apply("relu", Z) - Z / 2, "even"),
        (gelu() - Z / 2, "even"),
        (apply("sign", Z) ** 2 * Z, "odd"),
        (Z**2 + Z**3, None),
        (ZERO, "even"),
    ],
)
def test_parity_sees_through_sigmoid_and_relatives(f, kind):
    assert parity(f) == kind


def test_identical_zero():
    s = apply("sigmoid", Z)
    assert is_identically_zero((s - HALF) * 2 - apply("tanh", Z / 2))
    assert not is_identically_zero(s)


def test_constructors_stay_exact():
    assert str(Z / (1 + apply("exp", -Z))) == "z*sigmoid(z)"
    assert str(1 / apply("cosh", Z)) == "sech(z)"
    assert str(apply("log", 1 + apply("exp", 3 * Z))) == "softplus(3*z)"
    assert (Z - Z) == ZERO
    assert (square_root(2) ** 2) == rational(2)
    # √z·√z must not become z: that would define the product where it is not.
    assert str(square_root(Z) ** 2) != "z"
    with pytest.raises(ExpressionError, match="division by zero"):
        1 / (Z - Z)
    with pytest.raises(ExpressionError, match="use an int or a Fraction"):
        as_expression(0.1)
    with pytest.raises(ExpressionError, match="unknown function"):
        apply("tanhh", Z)


def test_odd_and_even_heads_have_one_form():
    assert apply("tanh", -Z) == -apply("tanh", Z)
    assert apply("cos", 1 - Z) + apply("cos", -(1 - Z)) == 2 * apply("cos", 1 - Z)
    ratio = (apply("exp", Z) - apply("exp", -Z)) / (apply("exp", Z) + apply("exp", -Z))
    assert parity(ratio) == "odd"


def test_ball_values_contain_the_function_on_wide_balls():
    wide = arb(0).union(arb(2))
    for head in ("relu", "abs", "sign", "heaviside", "tanh", "softplus"):
        value = evaluate(apply(head, Z - 1), wide)
        for x in (0, Fraction(1, 2), Fraction(3, 2), 2):
            assert value.contains(evaluate(apply(head, Z - 1), rational_ball(x)).mid())


def test_analytic_flag_is_honoured_at_cuts():
    across = acb(arb(-2, 0.5), arb(0, 0.5))
    for f in (square_root(Z), apply("log", Z), Z ** Fraction(1, 3)):
        assert not evaluate(f, across, analytic=True).is_finite()
        assert evaluate(f, acb(2, 0.5), analytic=True).is_finite()
    on_cut = acb(arb(0, 0.1), arb(2, 0.1))
    assert not evaluate(apply("atan", Z), on_cut, analytic=True).is_finite()
    assert not evaluate(apply("softplus", Z), acb(1, arb.pi()), analytic=True).is_finite()


def test_a_kink_has_no_complex_value():
    with pytest.raises(TypeError, match="split the tree"):
        evaluate(apply("abs", Z), acb(1))


@pytest.mark.parametrize(
    ("f", "ends", "first"),
    [
        (apply("relu", 2 * Z - 1), [HALF], "0"),
        (leaky_relu(Z, Fraction(1, 10)), [0], "1/10*z"),
        (apply("abs", apply("abs", Z) - 1), [-1, 0, 1], "-1*z + -1"),
        (maximum(0, minimum(1, Z / 6 + HALF)), [-3, 3], "0"),
        (apply("relu", apply("tanh", Z - 2)), [2], "0"),
        (apply("relu", Z) - apply("relu", 1 - apply("exp", Z)), [0], "-1 + exp(z)"),
        (apply("abs", Z**2), [], "z**2"),
        (apply("abs", Z) ** 2, [], "z**2"),
        (apply("abs", Z**3 - Z), [-1, 0, 1], "-1*z**3 + z"),
    ],
)
def test_kinks_are_found_exactly(f, ends, first):
    pieces = smooth_pieces(f)
    assert [p.right.low for p in pieces[:-1]] == ends
    assert all(p.right.is_exact() for p in pieces[:-1])
    assert str(pieces[0].tree) == first


def test_irrational_kinks_are_bracketed():
    (low, high) = (p.refined(300) for p in break_points(Z**2 - 2))
    assert high.high - high.low <= Fraction(1, 2**300)
    assert high.low**2 < 2 < high.high**2
    assert low.high < 0


@pytest.mark.parametrize("f", [apply("abs", apply("sin", Z)), apply("relu", Z - apply("sin", Z))])
def test_kinks_that_cannot_be_isolated_are_refused(f):
    with pytest.raises(KinkError):
        smooth_pieces(f)
