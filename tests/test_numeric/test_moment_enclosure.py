"""Enclosures: value and radius, two methods that overlap, closed forms, refusals, and bounds that are too small."""

import random
from fractions import Fraction

import mpmath
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.enclosures import quadrature, trapezoid
from numeric.enclosures.activation_trees import gelu, leaky_relu, maximum, square_root
from numeric.enclosures.ball_expression import PI, ZERO, Z, apply, rational
from numeric.enclosures.balls import has_relative_radius, power_of_ten, rational_ball, working_bits
from numeric.enclosures.fast_paths import fast_paths, scaled_tanh
from numeric.enclosures.growth import Growth
from numeric.enclosures.kinks import KinkError
from numeric.enclosures.moment_enclosure import (
    DisjointEnclosuresError,
    MomentRequestError,
    enclose_expectation,
    enclose_moment,
    enclose_moments,
)
from numeric.enclosures.moment_problem import MomentProblem
from numeric.enclosures.real_line_bounds import GrowthError, SingularIntegrandError, real_line_bounds
from numeric.enclosures.trapezoid import NoStripError, StripBound, enclose_by_trapezoid, strip_bounds

A = apply
TANH, SIGMOID = A("tanh", Z), A("sigmoid", Z)
SILU = Z / (1 + A("exp", -Z * Fraction(851, 500)))
SPIKE = A("exp", -1000 * (Z - Fraction(1, 3)) ** 2)
ELU = A("relu", Z) - A("relu", 1 - A("exp", Z))
MOMENTS = [(1, 0, 0), (2, 0, 0), (1, 0, 1), (0, 1, 0), (0, 1, 1), (0, 2, 0), (0, 2, 2), (1, 1, 1)]


def spike_value():
    # E exp(−k(z − m)²) = exp(−k m²/(2k + 1))/√(2k + 1).
    return (-rational_ball(Fraction(1000, 9 * 2001))).exp() / arb(2001).sqrt()


def arcsine(a):
    # E erf(az)² = (2/π)·asin(2a²/(1 + 2a²)).
    x = 2 * a * a / (1 + 2 * a * a)
    return 2 / arb.pi() * rational_ball(x).asin()


CLOSED_FORMS = {
    "E relu^2": (A("relu", Z) ** 2, lambda: rational_ball(Fraction(1, 2))),
    "E relu": (A("relu", Z), (2 * arb.pi()).rsqrt),
    "E leaky^2": (leaky_relu(Z, Fraction(1, 10)) ** 2, lambda: rational_ball(Fraction(101, 200))),
    "E |z|^3": (A("abs", Z) ** 3, lambda: 2 * (2 / arb.pi()).sqrt()),
    "E z^10": (Z**10, lambda: arb(945)),
    "E erf^2": (A("erf", Z / 3) ** 2, lambda: arcsine(Fraction(1, 3))),
    "E sin^2": (A("sin", 2 * Z) ** 2, lambda: (1 - (-arb(8)).exp()) / 2),
    "E cos": (A("cos", 5 * Z), (-arb(25) / 2).exp),
    "E exp": (A("exp", 3 * Z), (arb(9) / 2).exp),
    "E cosh": (A("cosh", Z), (arb(1) / 2).exp),
    "E exp z^2/3": (A("exp", Z**2 / 3), lambda: arb(3).sqrt()),
    "E sigmoid": (SIGMOID, lambda: rational_ball(Fraction(1, 2))),
    "E 1/(1+z^2)": (1 / (1 + Z**2), lambda: (arb.pi() / 2).sqrt() * (arb(1) / 2).exp() * (arb(1) / 2).sqrt().erfc()),
    "E gelu": (gelu(), lambda: 1 / (2 * arb.pi().sqrt())),
    "E spike": (SPIKE, spike_value),
    "E relu(z-1)": (
        A("relu", Z - 1),
        lambda: (-arb(1) / 2).exp() * (2 * arb.pi()).rsqrt() - (arb(1) / 2).sqrt().erfc() / 2,
    ),
    "E relu(z-pi)^0": (
        A("heaviside", Z - PI),
        lambda: (arb.pi() * (arb(1) / 2).sqrt()).erfc() / 2,
    ),
}


@pytest.mark.parametrize("name", CLOSED_FORMS)
@pytest.mark.parametrize("digits", [15, 50])
def test_closed_forms_lie_in_balls_of_the_promised_radius(name, digits):
    f, exact = CLOSED_FORMS[name]
    found = enclose_expectation(f, digits)
    with working_bits(400):
        assert found.value.overlaps(exact())
        assert has_relative_radius(found.value, digits)
        assert arb(found.value.rad()) < abs(exact()) * power_of_ten(-digits)
    assert found.accuracy == "relative"
    assert found.check_method not in {"none", found.method}


@pytest.mark.parametrize("name", ["E erf^2", "E cos", "E gelu", "E spike", "E relu(z-1)"])
def test_two_hundred_digits(name):
    f, exact = CLOSED_FORMS[name]
    found = enclose_expectation(f, 200)
    with working_bits(1000):
        assert found.value.overlaps(exact())
    assert has_relative_radius(found.value, 200)
    assert found.check_digits == 60


@pytest.mark.parametrize("method", ["trapezoid", "gauss-legendre", "taylor"])
@pytest.mark.parametrize("phi", [TANH, A("sigmoid", 2 * Z + 1), gelu(), 1 / (1 + Z**2)])
def test_every_method_gives_the_same_number(phi, method):
    chosen = [(2, 0, 0), (1, 1, 1), (0, 2, 2)]
    reference = enclose_moments(phi, chosen, 25, check_digits=0)
    for mine, other in zip(enclose_moments(phi, chosen, 18, method=method, check_digits=0), reference, strict=True):
        assert mine.method == method
        assert mine.value.overlaps(other.value)
        assert has_relative_radius(mine.value, 18)


@pytest.mark.parametrize("phi", [SILU, ELU, A("softplus", Z), Z * A("tanh", A("softplus", Z)), square_root(1 + Z**2)])
def test_moments_shared_and_alone_agree_with_mpmath(phi):
    found = enclose_moments(phi, MOMENTS, 15)
    alone = enclose_moment(phi, 1, 1, 1, 15)
    assert alone.value.overlaps(found[-1].value)
    with mpmath.workdps(25):
        value = mpmath.quad(lambda x: evaluated(phi, x) ** 2 * mpmath.npdf(x), [-14, -3, 0, 3, 14])
        assert abs(value - mpmath.mpf(found[1].value.str(20, radius=False))) < 1e-12


def evaluated(tree, x):
    """Evaluate with mpmath alone, so that the comparison shares no ball arithmetic."""
    inner = [evaluated(a, x) for a in tree.arguments]
    if tree.head == "rational":
        return mpmath.mpf(tree.value.numerator) / tree.value.denominator
    table = {
        "z": lambda: x,
        "add": lambda: mpmath.fsum(inner),
        "mul": lambda: mpmath.fprod(inner),
        "pow": lambda: inner[0] ** (mpmath.mpf(tree.value.numerator) / tree.value.denominator),
        "sigmoid": lambda: 1 / (1 + mpmath.exp(-inner[0])),
        "softplus": lambda: mpmath.log(1 + mpmath.exp(inner[0])),
        "relu": lambda: max(inner[0], 0),
    }
    return table[tree.head]() if tree.head in table else getattr(mpmath, tree.head)(*inner)


def test_proved_parity_gives_exact_zeros():
    found = enclose_moments(SIGMOID, [(0, 1, 1), (0, 2, 1), (1, 0, 0)], 20)
    assert [m.accuracy for m in found] == ["exact", "exact", "relative"]
    assert found[0].value.is_exact()
    assert found[0].value == 0
    assert enclose_expectation(ZERO, 5).value == 0


def test_a_zero_without_parity_is_said_to_be_absolute():
    found = enclose_expectation(A("cos", Z) ** 2 - A("cos", 2 * Z) / 2 - Fraction(1, 2) + Z, 10)
    assert found.accuracy in {"absolute", "exact"}
    assert found.value.contains(0)
    assert found.value.rad() < 1e-100


def test_a_parity_zero_still_needs_an_integrable_function():
    with pytest.raises(SingularIntegrandError):
        enclose_expectation(1 / Z, 10)
    with pytest.raises(GrowthError):
        enclose_expectation(Z * A("exp", Z**2), 10)


@pytest.mark.parametrize(
    ("f", "error"),
    [
        (1 / Z, SingularIntegrandError),
        (A("log", Z), SingularIntegrandError),
        (square_root(Z), SingularIntegrandError),
        (A("tan", Z), SingularIntegrandError),
        (1 / (Z**2 - 2), SingularIntegrandError),
        (1 / A("relu", Z - 1), SingularIntegrandError),
        (A("exp", Z**2), GrowthError),
        (A("exp", Z**2 / 2), GrowthError),
        (A("abs", A("sin", Z)), KinkError),
    ],
)
def test_refusals(f, error):
    with pytest.raises(error) as caught:
        enclose_expectation(f, 10)
    assert isinstance(caught.value, ValueError)


def test_squares_may_grow_too_fast_where_the_function_does_not():
    f = A("exp", Z**2 / 3)
    assert enclose_moment(f, 1, 0, 0, 10).accuracy == "relative"
    with pytest.raises(GrowthError):
        enclose_moment(f, 2, 0, 0, 10)


def test_senseless_requests_are_refused():
    with pytest.raises(MomentRequestError, match="digits"):
        enclose_expectation(TANH, 0)
    with pytest.raises(MomentRequestError, match="unknown method"):
        enclose_expectation(TANH, 5, method="simpson")
    with pytest.raises(MomentRequestError, match="non-negative"):
        enclose_moment(TANH, -1, 0, 0, 5)
    with pytest.raises(MomentRequestError, match="piecewise polynomial"):
        enclose_expectation(SILU, 5, method="closed-form")
    with pytest.raises(NoStripError, match="kinks"):
        enclose_expectation(ELU, 5, method="trapezoid")
    assert enclose_moments(TANH, [], 5) == []


def test_a_strip_bound_that_is_too_small_gives_a_wrong_ball_and_is_caught(monkeypatch):
    def too_small(problem, tolerance):
        return [
            StripBound(s.half_width, tuple(n * arb(10) ** -40 for n in s.line_integrals))
            for s in strip_bounds(problem, tolerance)
        ]

    f = A("erf", Z / 3) ** 2
    problem = MomentProblem(f, ((1, 0, 0),))
    bounds = real_line_bounds(problem.factors)
    honest = enclose_by_trapezoid(problem, bounds, [arb(10) ** -20])
    mutant = enclose_by_trapezoid(problem, bounds, [arb(10) ** -20], strips=too_small)
    with working_bits(200):
        truth = arcsine(Fraction(1, 3))
        assert honest.values[0].overlaps(truth)
        assert not mutant.values[0].overlaps(truth)
    monkeypatch.setattr(trapezoid, "strip_bounds", too_small)
    with pytest.raises(DisjointEnclosuresError, match="gives"):
        enclose_expectation(f, 20)


def test_a_forgotten_residue_is_caught(monkeypatch):
    monkeypatch.setattr(trapezoid, "_residue_terms", lambda problem, *_: ([arb(0)] * len(problem.exponents), 0))
    with pytest.raises(DisjointEnclosuresError):
        enclose_expectation(SILU, 20)


def test_a_tail_bound_that_is_too_small_gives_a_wrong_ball_and_is_caught(monkeypatch):
    f = Z**2 * (1 + TANH)  # E = 1
    assert enclose_expectation(f, 20).value.contains(1)
    honest = Growth.at
    monkeypatch.setattr(Growth, "at", lambda self, x: honest(self, x) * arb(10) ** -12)
    with working_bits(200):
        cut = enclose_expectation(f, 20, method="gauss-legendre", check_digits=0)
    assert not cut.value.contains(1)
    # The two methods cut at different places, so the mutant cannot hide from the comparison either.
    with pytest.raises(DisjointEnclosuresError):
        enclose_expectation(f, 20)


def test_mpmath_misses_the_spike_and_we_do_not():
    estimate, claimed = mpmath.quad(
        lambda x: mpmath.exp(-100000 * (x - mpmath.mpf(1) / 3) ** 2) * mpmath.npdf(x),
        [-mpmath.inf, mpmath.inf],
        error=True,
    )
    found = enclose_expectation(A("exp", -100000 * (Z - Fraction(1, 3)) ** 2), 15).value
    assert not found.overlaps(arb(str(estimate), str(claimed)))
    with working_bits(200):
        exact = (-rational_ball(Fraction(100000, 9 * 200001))).exp() / arb(200001).sqrt()
        assert found.overlaps(exact)


@given(
    st.integers(-5, 5), st.integers(1, 5), st.sampled_from([TANH, SIGMOID, gelu(), ELU, A("relu", Z - 1), A("cos", Z)])
)
@settings(max_examples=12, deadline=None)
def test_expectation_is_linear(p, q, f):
    g = A("softplus", Z) if f != ELU else A("abs", Z)
    together = enclose_expectation(p * f + q * g, 12, check_digits=0).value
    apart = p * enclose_expectation(f, 14, check_digits=0).value + q * enclose_expectation(g, 14, check_digits=0).value
    assert together.overlaps(apart)


@pytest.mark.parametrize("seed", range(6))
def test_steins_lemma_on_random_trees(seed):
    rng = random.Random(seed)  # noqa: S311 - test instances
    inner = rng.randint(1, 4) * Z / 2 + Fraction(rng.randint(-3, 3), 2)
    f = A(rng.choice(["tanh", "sigmoid", "erf", "sin", "atan", "softplus", "sech"]), inner)
    f = f * f + rng.randint(1, 3) * f * Z
    by_parts, derivative = enclose_expectation(Z * f, 15), enclose_expectation(f.derivative(), 15)
    assert by_parts.value.overlaps(derivative.value)


def test_the_theta_series_is_the_default_where_it_applies():
    assert scaled_tanh(3 - 2 * A("tanh", Z / 5)).factor == -2
    assert scaled_tanh(A("tanh", Z + 1)) is None
    assert scaled_tanh(TANH + SIGMOID) is None
    assert scaled_tanh(TANH**2) is None
    assert scaled_tanh(rational(1)) is None
    found = enclose_moment(3 - 2 * A("tanh", Z / 5), 2, 1, 2, 80)
    assert (found.method, found.check_method, found.check_digits) == ("theta-series", "trapezoid", 60)
    assert fast_paths[0].name == "theta-series"


def test_a_wrong_fast_path_is_caught(monkeypatch):
    path = fast_paths[0]

    def shifted(parameters, exponents, tolerances):
        honest = path.enclose(parameters, exponents, tolerances)
        return type(honest)(tuple(v + arb(10) ** -9 for v in honest.values), "mutant", 0, arb(0), 0)

    monkeypatch.setattr(
        "numeric.enclosures.moment_enclosure.fast_paths", [type(path)("mutant", path.recognise, shifted)]
    )
    with pytest.raises(DisjointEnclosuresError):
        enclose_moment(TANH, 2, 0, 0, 15)


def test_large_and_tiny_values_keep_their_relative_accuracy():
    for f, exact in [
        (A("exp", 60 * Z), lambda: arb(1800).exp()),
        (A("cos", 20 * Z) * A("cos", 20 * Z) - Fraction(1, 2), lambda: (-arb(800)).exp() / 2),
        (A("relu", Z - 30), None),
    ]:
        found = enclose_expectation(f, 12)
        assert found.accuracy in {"relative", "absolute"}
        if exact is not None:
            with working_bits(200):
                assert found.value.overlaps(exact())
        if found.accuracy == "relative":
            assert has_relative_radius(found.value, 12)


def test_maximum_of_two_curves_is_split_where_they_cross():
    # E max(z, 1 − z) = E|z − 1/2| + 1/2.
    found = enclose_expectation(maximum(Z, 1 - Z), 20)
    other = enclose_expectation(A("abs", Z - Fraction(1, 2)), 20)
    assert found.value.overlaps(other.value + rational_ball(Fraction(1, 2)))


def test_results_are_reproducible():
    assert enclose_moments(SILU, MOMENTS, 20)[0].value.str(40) == enclose_moments(SILU, MOMENTS, 20)[0].value.str(40)


def test_an_exception_in_the_integrand_is_not_lost_in_acb_integral(monkeypatch):
    """acb.integral goes on after an exception in its callback, so Ctrl-C would wait for its last evaluation."""
    calls = []

    def interrupted(*_arguments, **_options):
        calls.append(1)
        raise KeyboardInterrupt

    monkeypatch.setattr(quadrature, "evaluate_many", interrupted)
    with pytest.raises(KeyboardInterrupt):
        enclose_moments(apply("atan", Z), [(1, 0, 2), (2, 0, 0)], 10, method="gauss-legendre")
    assert len(calls) == 1
