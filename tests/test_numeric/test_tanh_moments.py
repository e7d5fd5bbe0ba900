"""Tanh and sigmoid moments against rigorous quadrature, by value and radius at usual and extreme scales."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import acb, arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.enclosures import tanh_moments
from numeric.enclosures.tanh_moments import (
    STANDARD_MOMENTS,
    PrecisionLimitError,
    TanhActivation,
    enclose_standard_moments,
    enclose_tanh_moment_table,
    enclose_tanh_moments,
    sigmoid,
)
from numeric.enclosures.theta_series import ScaleError, enclose_by_theta_series

TANH = TanhActivation(1)
SCALED = TanhActivation(Fraction(-3, 4), Fraction(5, 2), Fraction(-1, 3))


def quadrature(activation, triple, digits):
    """E[phi^a phi'^b z^c] from its definition; |phi| <= |offset| + |factor| and |phi'| <= |factor s|."""
    a, b, c = triple
    bits = math.ceil(digits * math.log2(10)) + 32
    with ctx.workprec(bits):
        s, factor, offset = (
            arb(fmpq(Fraction(x).numerator, Fraction(x).denominator))
            for x in (activation.scale, activation.factor, activation.offset)
        )
        cut = math.ceil(math.sqrt(2 * math.log(2) * bits)) + 4

        def integrand(z, _):
            t = (s * z).tanh()
            return (-z * z / 2).exp() * (offset + factor * t) ** a * (factor * s * (1 - t * t)) ** b * z**c

        body = acb.integral(integrand, -cut, cut).real
        bound = (abs(offset) + abs(factor)) ** a * (abs(factor * s)) ** b
        tail = 4 * bound * arb(cut) ** (c - 1) * (-(arb(cut) ** 2) / 2).exp()
        return arb(body, tail.upper()) / (2 * arb.pi()).sqrt()


def has_digits(ball, digits):
    return bool(arb(ball.rad()) < ball.abs_lower() * arb(10) ** -digits)


@pytest.mark.parametrize("activation", [TANH, sigmoid(), SCALED, TanhActivation(Fraction(1, 50)), TanhActivation(7)])
def test_standard_moments_overlap_quadrature(activation):
    digits = 40
    moments, _ = enclose_standard_moments(activation, digits=digits)
    for name, triple in STANDARD_MOMENTS.items():
        truth = quadrature(activation, triple, digits)
        assert moments[name].overlaps(truth), name
        assert truth.rad() < 1e-30
        assert moments[name].is_zero() or has_digits(moments[name], digits)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    scale=st.fractions(min_value=-3, max_value=3, max_denominator=9),
    factor=st.fractions(min_value=-2, max_value=2, max_denominator=5),
    offset=st.fractions(min_value=-2, max_value=2, max_denominator=5),
    triple=st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 5)),
)
def test_any_affine_image_and_any_exponents(scale, factor, offset, triple):
    activation = TanhActivation(scale, factor, offset)
    try:
        ball = enclose_tanh_moment_table(activation, [triple], digits=15)[triple]
    except PrecisionLimitError:  # an accidental zero cannot have relative digits
        return
    truth = quadrature(activation, triple, 20)
    assert ball.overlaps(truth)
    assert ball.is_zero() or has_digits(ball, 15)


def test_stein_identities_hold_between_separately_asked_moments():
    # E[z phi] = E[phi'] and E[z phi phi'] = E[phi'^2 + phi phi''], phi'' = -2 s^2 t (1 - t^2)
    moments, _ = enclose_standard_moments(TANH, digits=50)
    table = enclose_tanh_moment_table(TANH, [(2, 1, 0)], digits=50)
    with ctx.workprec(200):
        assert moments["alpha_11"].overlaps(moments["beta_10"])
        assert moments["gamma"].overlaps(moments["beta_20"] - 2 * table[2, 1, 0])
        assert not moments["gamma"].overlaps(moments["beta_20"] - table[2, 1, 0])


@pytest.mark.parametrize("digits", [1, 15, 50, 300])
@pytest.mark.parametrize("activation", [TANH, sigmoid(), SCALED])
def test_radius_keeps_its_promise_and_precisions_nest(activation, digits):
    moments, rho = enclose_standard_moments(activation, digits=digits)
    finer, finer_rho = enclose_standard_moments(activation, digits=digits + 40)
    for name, ball in moments.items():
        assert ball.is_zero() or has_digits(ball, digits)
        assert ball.overlaps(finer[name])
    assert has_digits(rho.rho, digits)
    assert rho.rho.overlaps(finer_rho.rho)
    assert rho.attained_by == finer_rho.attained_by


def test_rho_of_sigmoid_and_tanh_round_to_the_printed_numbers():
    rho_sigmoid = enclose_standard_moments(sigmoid(), digits=20)[1]
    rho_tanh = enclose_standard_moments(TANH, digits=20)[1]
    assert rho_sigmoid.rho.overlaps(arb(0.000658, 5e-7))
    assert rho_tanh.rho.overlaps(arb(0.0095, 5e-5))
    assert (rho_sigmoid.attained_by, rho_tanh.attained_by) == ("off-diagonal", "diagonal")
    assert rho_sigmoid.off_diagonal < rho_sigmoid.diagonal
    assert rho_tanh.diagonal < rho_tanh.off_diagonal


@pytest.mark.parametrize("scale", [Fraction(1, 1000), 50, Fraction(1, 10**12), Fraction(1, 10**400), 400])
def test_extreme_scales(scale):
    digits = 60
    moments, rho = enclose_standard_moments(TanhActivation(scale), digits=digits)
    assert all(ball.is_zero() or has_digits(ball, digits) for ball in moments.values())
    assert has_digits(rho.rho, digits)
    with ctx.workprec(4000):
        s = arb(fmpq(Fraction(scale).numerator, Fraction(scale).denominator))
        if scale < 1:
            # s z - s^3 z^3/3 <= tanh(s z) <= s z for z > 0: E[z tanh] lies between s - s^3 and s
            assert s - 2 * s**3 < moments["alpha_11"]
            assert moments["alpha_11"] < s
        else:
            # 0 <= |z| - z tanh(s z) <= 2 |z| exp(-2 s |z|), whose mean is below 2 sqrt(2/pi)/(4 s^2)
            limit = (2 / arb.pi()).sqrt()
            assert moments["alpha_11"] < limit
            assert limit * (1 - 1 / (2 * s * s)) < moments["alpha_11"]


def test_scale_zero_is_a_constant_activation():
    table = enclose_tanh_moment_table(TanhActivation(0, 1, 3), [(2, 0, 4), (1, 1, 0), (1, 0, 3)], digits=10)
    assert table[2, 0, 4] == 27
    assert table[1, 1, 0].is_zero()
    assert table[1, 0, 3].is_zero()


def test_moments_without_tanh_are_gaussian():
    table = enclose_tanh_moment_table(TANH, [(0, 0, 0), (0, 0, 6), (0, 0, 5)], digits=10)
    assert (table[0, 0, 0], table[0, 0, 6], table[0, 0, 5]) == (1, 15, 0)


def test_odd_orders_change_sign_with_the_scale():
    positive = enclose_tanh_moments(Fraction(2, 3), [0, 1, 2, 5], digits=200)
    negative = enclose_tanh_moments(Fraction(-2, 3), [0, 1, 2, 5], digits=200)
    assert positive[0].is_zero()
    assert negative[2].is_zero()
    with ctx.workprec(800):
        for order in (1, 5):
            assert has_digits(positive[order], 200)
            assert (positive[order] + negative[order]).contains(0)


def test_two_steps_give_overlapping_promised_digits():
    one = enclose_tanh_moments(1, [1, 3], digits=300)
    two = enclose_tanh_moments(1, [1, 3], digits=300, step_ratio=Fraction(1, 2))
    assert all(one[j].overlaps(two[j]) and has_digits(two[j], 300) for j in (1, 3))


def test_two_steps_give_overlapping_standard_moments_and_rho(monkeypatch):
    asked = []

    def recording(*args, **kwargs):
        asked.append(kwargs["step_ratio"])
        return enclose_by_theta_series(*args, **kwargs)

    monkeypatch.setattr(tanh_moments, "enclose_by_theta_series", recording)
    one, rho_one = enclose_standard_moments(sigmoid(), digits=300, step_ratio=1)
    two, rho_two = enclose_standard_moments(sigmoid(), digits=300, step_ratio=Fraction(1, 2))
    assert set(asked) == {1, Fraction(1, 2)}
    assert all(one[name].overlaps(two[name]) for name in STANDARD_MOMENTS)
    assert rho_one.rho.overlaps(rho_two.rho)


def test_constant_images_of_tanh():
    table = enclose_tanh_moment_table(TanhActivation(1, 0, 0), [(1, 0, 0), (2, 3, 1), (0, 0, 2)], digits=10)
    assert [str(table[triple]) for triple in sorted(table)] == ["1.00000000000000", "0", "0"]
    assert enclose_tanh_moment_table(TanhActivation(1, 0, 2), [(3, 0, 0)], digits=10)[3, 0, 0] == 8


@pytest.mark.parametrize("change", ["drop j", "flip sign", "no division by i"])
def test_mutants_of_the_recursion_are_caught(monkeypatch, change):
    genuine = tanh_moments._stein_table

    def mutant(s, tanh_row, depth):
        if change == "flip sign":
            return genuine(-s, tanh_row, depth)
        table = genuine(s, tanh_row, depth)
        for i in range(1, depth):
            for j in range(depth - i):
                if (i + 1 + j) % 2 == 0:
                    before = table[i][j - 1] if j else 0
                    weight = i if change == "no division by i" else 1
                    lowered = before * (j if change != "drop j" else 1) - table[i][j + 1]
                    table[i + 1][j] = table[i - 1][j] + lowered * weight / (i * s)
        return table

    monkeypatch.setattr(tanh_moments, "_stein_table", mutant)
    triples = [(2, 0, 0), (3, 0, 1), (2, 0, 2), (2, 1, 2)]
    table = enclose_tanh_moment_table(TANH, triples, digits=10)
    assert not all(table[triple].overlaps(quadrature(TANH, triple, 20)) for triple in triples)


def test_a_wide_scale_is_refused_not_answered():
    with pytest.raises(PrecisionLimitError, match="too wide"):
        enclose_tanh_moments(arb(1, 1e-5), [1], digits=10)
    with pytest.raises(ScaleError, match="sign"):
        enclose_tanh_moments(arb(0, 1), [1], digits=10)


def test_a_narrow_scale_ball_keeps_its_digits():
    with ctx.workprec(200):
        root = arb(2).sqrt()
    ball = enclose_tanh_moments(root, [1], digits=40)[1]
    assert has_digits(ball, 40)
    lower, upper = (enclose_tanh_moments(Fraction(n, 10**6), [1], digits=20)[1] for n in (1414213, 1414214))
    assert lower < ball < upper


@pytest.mark.parametrize("scale", [0.5, "1/2", arb(1)])
def test_sigmoid_wants_an_exact_scale(scale):
    with pytest.raises(TypeError, match="Fraction"):
        sigmoid(scale)


@pytest.mark.parametrize("digits", [0, -3])
def test_digits_below_one_are_refused(digits):
    with pytest.raises(ValueError, match="digits"):
        enclose_standard_moments(TANH, digits=digits)


@pytest.mark.parametrize("triple", [(-1, 0, 0), (0, -1, 0), (0, 0, -1)])
def test_negative_exponents_are_refused(triple):
    with pytest.raises(ValueError, match="nonnegative"):
        enclose_tanh_moment_table(TANH, [triple], digits=5)
    with pytest.raises(ValueError, match="nonnegative"):
        enclose_tanh_moments(1, [-1], digits=5)
