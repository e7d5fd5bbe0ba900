"""The theta series against independent quadrature, against each other, and against near-miss mutants."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest
from flint import acb, arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.enclosures import theta_series
from numeric.enclosures.theta_series import (
    ScaleError,
    SeriesLengthError,
    StepRatioError,
    enclose_by_theta_series,
    to_rational,
)

HALF = Fraction(1, 2)


def integral(scale, order, bits):
    """E[z^j tanh(s z)] by adaptive Gauss-Legendre on [-L, L], with the cut tails bounded."""
    with ctx.workprec(bits + 16):
        s = arb(fmpq(scale.numerator, scale.denominator))
        cut = math.ceil(math.sqrt(2 * math.log(2) * (bits + 8))) + 4

        def integrand(z, _):
            return (-z * z / 2).exp() * (s * z).tanh() * z**order

        body = acb.integral(integrand, 0, cut).real
        # int_L^inf z^j e^(-z^2/2) <= 2 L^(j-1) e^(-L^2/2) while j <= L^2/4
        tail = 2 * arb(cut) ** (order - 1) * (-(arb(cut) ** 2) / 2).exp()
        return arb(body, tail.upper()) * (2 / arb.pi()).sqrt()


def mordell(scale, w, m, *, step_of=None):
    """J(w) by quadrature, and by the identity with step 2 s/m, in mpmath: no code shared with the series."""
    s, w = mpmath.mpf(scale.numerator) / scale.denominator, mpmath.mpmathify(w)
    a, h = mpmath.pi / s, 2 * s / (step_of or m)
    direct = mpmath.quad(lambda z: mpmath.exp(-z * z / 2 + w * z) * mpmath.tanh(s * z), mpmath.linspace(-14, 14, 29))
    total = (
        2
        * h
        * mpmath.fsum(
            mpmath.exp(-((n * h) ** 2) / 2) * mpmath.tanh(s * n * h) * mpmath.sinh(n * h * w)
            for n in range(1, math.ceil(14 / h))
        )
    )
    for l in range(1, math.ceil(12 / a) + 2):
        first = (-l) % m + 1
        y = a * (l - mpmath.mpf(1) / 2)
        weight = mpmath.exp(-y * y / 2 - a * y * (first - mpmath.mpf(1) / 2)) / (1 - mpmath.exp(-m * a * y))
        total += 4 * mpmath.pi / s * weight * mpmath.sin(w * y)
    theta = 1 + 2 * mpmath.fsum(
        mpmath.exp(-((k * m * a) ** 2) / 2) * mpmath.cos(k * m * a * w) for k in range(1, math.ceil(12 / a) + 2)
    )
    return direct, total / theta


@pytest.mark.parametrize("m", [1, 2, 3])
@settings(max_examples=6, deadline=None, derandomize=True)
@given(
    scale=st.fractions(min_value=Fraction(2, 5), max_value=3, max_denominator=20),
    real=st.fractions(min_value=-1, max_value=1, max_denominator=10),
    imag=st.fractions(min_value=Fraction(1, 10), max_value=1, max_denominator=10),
)
def test_identity_against_quadrature_at_complex_w(m, scale, real, imag):
    with mpmath.workdps(25):
        direct, series = mordell(scale, complex(float(real), float(imag)), m)
        assert abs(direct - series) < mpmath.mpf(10) ** -20 * max(1, abs(direct))


def test_the_same_check_refutes_a_step_with_the_wrong_theta_function():
    with mpmath.workdps(25):
        direct, series = mordell(Fraction(1), 0.25, 1, step_of=2)
        assert abs(direct - series) > mpmath.mpf(10) ** -5


@pytest.mark.parametrize("scale", [Fraction(1), HALF, Fraction(7, 3), Fraction(1, 20), Fraction(9)])
def test_balls_overlap_rigorous_quadrature_and_are_small(scale):
    bits = 200
    balls = enclose_by_theta_series(scale, 5, bits=bits)
    for order, ball in zip((1, 3, 5), balls, strict=True):
        assert ball.overlaps(integral(scale, order, bits))
        assert ball.rel_accuracy_bits() > bits - 24


@pytest.mark.parametrize("scale", [Fraction(1), HALF, Fraction(3), Fraction(1, 7)])
@pytest.mark.parametrize("other", [HALF, Fraction(1, 3), Fraction(1, 4)])
def test_different_steps_overlap_at_300_digits(scale, other):
    bits = 1000
    first = enclose_by_theta_series(scale, 7, bits=bits, step_ratio=1)
    second = enclose_by_theta_series(scale, 7, bits=bits, step_ratio=other)
    for x, y in zip(first, second, strict=True):
        assert x.overlaps(y)
        assert min(x.rel_accuracy_bits(), y.rel_accuracy_bits()) > bits - 3


@pytest.mark.parametrize(
    ("scale", "ratio", "bits"),
    [
        (Fraction(1, 30), 3, 60),
        (Fraction(1, 100), 9, 300),
        (Fraction(1, 50), 5, 100),
        (Fraction(1, 40), 9, 20),
    ],
)
def test_coarse_step_overlaps_theta_series(scale, ratio, bits):
    coarse = enclose_by_theta_series(scale, 5, bits=bits, step_ratio=ratio)
    exact = enclose_by_theta_series(scale, 5, bits=bits + 300, step_ratio=1)
    for x, y in zip(coarse, exact, strict=True):
        assert x.contains(y)


@pytest.mark.parametrize(("scale", "ratio"), [(1, 3), (1, 5), (Fraction(1, 2), 3), (Fraction(1, 5), 7)])
def test_aliasing_bound_holds_where_aliasing_is_large(scale, ratio):
    exact = enclose_by_theta_series(scale, 3, bits=100, step_ratio=1)
    coarse = enclose_by_theta_series(scale, 3, bits=100, step_ratio=ratio)
    for x, y in zip(coarse, exact, strict=True):
        assert x.contains(y)


def test_aliasing_bound_is_sharp_enough_to_matter():
    scale, ratio = Fraction(1, 20), 5
    exact = enclose_by_theta_series(scale, 1, bits=400, step_ratio=1)[0]
    coarse = enclose_by_theta_series(scale, 1, bits=400, step_ratio=ratio)[0]
    error = abs(coarse.mid() - exact.mid())
    assert error > 0
    assert coarse.contains(exact)
    assert coarse.rad() < 1e4 * error


@pytest.mark.parametrize("order", [0, 1, 5, 12])
@pytest.mark.parametrize("first", [1, 2, 9])
@pytest.mark.parametrize("exponent", [Fraction(-2), Fraction(-1, 3), Fraction(-1, 50)])
def test_tail_bound_covers_a_truncation_far_beyond(order, first, exponent):
    with ctx.workprec(200):
        q = arb(fmpq(exponent.numerator, exponent.denominator)).exp()
        bound = theta_series._tail(q, first, order, 2, -1)
        far = sum(((2 * n - 1) ** order * q ** (n * n) for n in range(first, first + 200)), arb(0))
        assert far <= bound
        if first == 9 and exponent < -1:
            assert bound < far * arb("1.01")


def test_tail_bound_says_infinity_when_the_terms_still_grow():
    with ctx.workprec(64):
        assert not theta_series._tail(arb("-0.0001").exp(), 1, 12, 1, 0).is_finite()


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_series_cut_too_early_still_encloses(monkeypatch, cut):
    truth = enclose_by_theta_series(1, 5, bits=200)
    monkeypatch.setattr(theta_series, "_cutoff", lambda *_: (cut, 0.0))
    for ratio in (1, HALF):
        for x, y in zip(enclose_by_theta_series(1, 5, bits=200, step_ratio=ratio), truth, strict=True):
            assert x.contains(y)
            assert x.rel_accuracy_bits() < 150


def test_a_dropped_tail_is_caught(monkeypatch):
    truth = enclose_by_theta_series(1, 1, bits=200)[0]
    monkeypatch.setattr(theta_series, "_cutoff", lambda *_: (3, 0.0))
    monkeypatch.setattr(theta_series, "_tail", lambda *_: arb(0))
    assert not enclose_by_theta_series(1, 1, bits=200)[0].overlaps(truth)


def _mutants():
    node, residue = theta_series._node_part, theta_series._residue_part

    def halved_nodes(s, ratio, orders):
        return [x / 2 for x in node(s, ratio, orders)]

    def halved_residues(s, m, orders):
        residues, thetas = residue(s, m, orders)
        return [x / 2 for x in residues], thetas

    def flipped_residues(s, m, orders):
        residues, thetas = residue(s, m, orders)
        return [-x for x in residues], thetas

    def growing_gaussian(s, m, orders):
        residues, thetas = residue(s, m, orders)
        return residues, [2 - thetas[0], *(-x for x in thetas[1:])]

    def wrong_theta(s, m, orders):
        return residue(s, m, orders)[0], residue(s, m + 1, orders)[1]

    return [
        ("_node_part", halved_nodes),
        ("_residue_part", halved_residues),
        ("_residue_part", flipped_residues),
        ("_residue_part", growing_gaussian),
        ("_residue_part", wrong_theta),
    ]


@pytest.mark.parametrize("mutant", _mutants(), ids=lambda pair: pair[1].__name__)
def test_mutants_do_not_overlap_quadrature(monkeypatch, mutant):
    truth = [integral(Fraction(2), order, 100) for order in (1, 3)]
    assert all(x.overlaps(y) for x, y in zip(enclose_by_theta_series(2, 3, bits=100), truth, strict=True))
    monkeypatch.setattr(theta_series, *mutant)
    assert not any(x.overlaps(y) for x, y in zip(enclose_by_theta_series(2, 3, bits=100), truth, strict=True))


def test_a_ball_as_scale_widens_the_result():
    wide = enclose_by_theta_series(arb(1, 1e-10), 3, bits=100)
    for x, y in zip(wide, enclose_by_theta_series(1, 3, bits=100), strict=True):
        assert x.contains(y)
        assert 1e-12 < x.rad() < 1e-7


def test_precision_of_the_caller_is_restored():
    before = ctx.prec
    enclose_by_theta_series(1, 3, bits=500)
    with pytest.raises(StepRatioError):
        enclose_by_theta_series(1, 3, bits=500, step_ratio=2)
    assert ctx.prec == before


@pytest.mark.parametrize("ratio", [2, 4, Fraction(3, 2), Fraction(2, 3), 0, -1, Fraction(-1, 2)])
def test_other_step_ratios_are_refused(ratio):
    with pytest.raises(StepRatioError, match="step ratio"):
        enclose_by_theta_series(1, 1, bits=53, step_ratio=ratio)


@pytest.mark.parametrize("scale", [0, -1, arb(0, 1), arb("nan"), arb("inf")])
def test_scales_not_certainly_positive_are_refused(scale):
    with pytest.raises(ScaleError, match="positive and finite"):
        enclose_by_theta_series(scale, 1, bits=53)


def test_hopelessly_long_series_are_refused():
    with pytest.raises(SeriesLengthError, match="terms would be needed"):
        enclose_by_theta_series(10**9, 1, bits=53)


@pytest.mark.parametrize("number", [1.0, True, "1", None])
def test_only_exact_rationals_are_rational(number):
    with pytest.raises(TypeError, match="Fraction"):
        to_rational(number)


def test_max_order_below_one_is_refused():
    with pytest.raises(ValueError, match="max_order"):
        enclose_by_theta_series(1, 0, bits=53)
