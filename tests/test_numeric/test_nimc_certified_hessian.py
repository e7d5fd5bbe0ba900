"""Certified population Hessians: two methods of balls, an estimate that shares nothing with them, bad weights."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat, ctx

from numeric.enclosures.activation_trees import leaky_relu
from numeric.enclosures.ball_expression import Z, apply
from numeric.enclosures.growth import GrowthError
from numeric.enclosures.half_strip import SingularIntegrandError
from numeric.nimc.activations import activation
from numeric.nimc.certified_hessian import (
    WeightsError,
    certify_least_eigenvalue,
    enclose_population_hessian,
    is_certainly_positive_definite,
)
from numeric.nimc.half_line import relu_population_value
from numeric.nimc.ill_conditioned import enclose_rho
from numeric.nimc.plane_quadrature import DimensionError, estimate_population_hessian
from numeric.population_hessian.activation_strips import (
    HomogeneousActivation,
    UnsupportedActivationError,
    analyse_activation,
)
from numeric.population_hessian.certified_hessian import enclose_spectral_parts
from numeric.population_hessian.least_eigenvalue import NotABallMatrixError, certify_least_of_parts
from numeric.population_hessian.pair_tables import AccuracyError

TERMS = 24


def exact(rows):
    return np.array([[Fraction(v) for v in row] for row in rows], dtype=object)


def middle(H):
    return np.array([[float(H[i, j].mid()) for j in range(H.ncols())] for i in range(H.nrows())])


def radius(H):
    return max(float(H[i, j].rad()) for i in range(H.nrows()) for j in range(H.ncols()))


IDENTITY = exact([[1, 0], [0, 1]])
SKEW = exact([[1, Fraction(3, 5)], [0, Fraction(4, 5)]])
TALL = exact([[1, 0], [Fraction(1, 2), 1], [0, Fraction(-1, 3)], [1, 1]])


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
def test_a_fixed_number_of_terms_puts_the_tail_into_the_radius(name):
    H = enclose_population_hessian(name, SKEW, IDENTITY, terms=TERMS)
    by_nodes = estimate_population_hessian(activation(name), SKEW.astype(float), IDENTITY.astype(float))
    assert 1e-16 < radius(H) < 1e-5  # a tail of 0.6**24 in the radius
    assert np.abs(middle(H) - by_nodes).max() < radius(H) + 1e-9
    least = certify_least_eigenvalue(H, relative_gap=Fraction(1, 100))
    assert least.lower < np.linalg.eigvalsh(by_nodes)[0] < least.upper + 1e-9


SMOOTH = ["tanh", "sigmoid", "erf", "sin", "softplus", "gelu", "silu", "atan", Z**3 - Z]
SLOW = [pytest.param(Z / (1 + Z**2), marks=pytest.mark.slow)]


@pytest.mark.parametrize("phi", SMOOTH + SLOW, ids=str)
def test_both_methods_of_balls_overlap(phi):
    U, V = exact([[1, Fraction(1, 2)], [Fraction(1, 3), -1]]), exact([[Fraction(1, 2), 0], [Fraction(1, 4), 1]])
    H = enclose_population_hessian(phi, U, V, digits=18)
    other = enclose_population_hessian(phi, U, V, digits=6, method="trapezoid")
    assert radius(H) < 1e-16
    assert radius(other) < 1e-5 * max(1.0, np.abs(middle(H)).max())
    assert H.overlaps(other)
    assert np.abs(middle(H) - middle(other)).max() < 1e-9 * max(1.0, np.abs(middle(H)).max())


def test_the_estimate_in_all_coordinates_lies_within_its_own_error():
    H = enclose_population_hessian("tanh", SKEW, IDENTITY)
    by_nodes = estimate_population_hessian(activation("tanh"), SKEW.astype(float), IDENTITY.astype(float), step=0.1)
    assert radius(H) < 1e-24
    assert np.abs(middle(H) - by_nodes).max() < 1e-13


def test_lengths_that_differ_a_hundredfold():
    U = exact([[8, Fraction(1, 20)], [1, Fraction(1, 15)]])
    H = enclose_population_hessian("tanh", U, IDENTITY, digits=18)
    by_plane = enclose_population_hessian("tanh", U, IDENTITY, digits=3, method="trapezoid")
    assert radius(H) < 1e-15
    assert H.overlaps(by_plane)
    assert radius(by_plane) < 1e-3


def test_long_and_nearly_parallel_columns_go_to_the_plane():
    U = exact([[4, 4], [0, Fraction(1, 100)]])
    H = enclose_population_hessian("tanh", U, IDENTITY, digits=8)
    short = enclose_population_hessian("tanh", U, IDENTITY, terms=200)
    assert radius(H) < 1e-4 < radius(short)
    assert H.overlaps(short)


def test_relu_is_the_exact_form_of_its_orthogonal_hessian():
    H = enclose_population_hessian("relu", IDENTITY, IDENTITY)
    A, B = exact([[1, 2], [-3, Fraction(1, 2)]]), exact([[0, 1], [5, -1]])
    direction = [*A.T.ravel(), *B.T.ravel()]
    with ctx.workprec(200):
        balls = [arb(v.numerator) / v.denominator for v in direction]
        value = sum((a * H[i, j] * b for i, a in enumerate(balls) for j, b in enumerate(balls)), arb(0))
        m = 1 / (2 * arb.pi()).sqrt()
        polynomial = relu_population_value(A, B)
        expected = sum((arb(c) * m**n for n, c in enumerate(polynomial.coeffs())), arb(0))
    assert value.overlaps(expected)
    assert float(value.rad()) < 1e-30


@pytest.mark.parametrize("slope", [Fraction(0), Fraction(1, 10), Fraction(-1, 2), Fraction(1)])
def test_piecewise_linear_hessians_are_seen_by_samples(slope):
    U, V = exact([[1, Fraction(4, 5)], [Fraction(1, 5), 1]]), exact([[1, -1], [Fraction(1, 2), 1]])
    phi = leaky_relu(Z, slope)
    H = middle(enclose_population_hessian(phi, U, V))
    rng = np.random.default_rng(7)
    x, y = rng.standard_normal((2, 2, 200_000))
    s, t = U.astype(float).T @ x, V.astype(float).T @ y
    c = float(slope)
    value = lambda z: np.where(z > 0, z, c * z)  # noqa: E731 - two one-line functions
    first = lambda z: np.where(z > 0, 1.0, c)  # noqa: E731
    rows = [first(s)[i] * value(t)[i] * x for i in (0, 1)] + [value(s)[i] * first(t)[i] * y for i in (0, 1)]
    gradient = np.concatenate(rows)
    assert np.abs(gradient @ gradient.T / x.shape[1] - H).max() < 0.06


def test_the_least_eigenvalue_at_orthonormal_weights_is_repeated_and_is_rho():
    H = enclose_population_hessian("tanh", IDENTITY, IDENTITY, terms=TERMS)
    least = certify_least_eigenvalue(H)
    with ctx.workprec(200):
        assert least.lower.union(least.upper).overlaps(enclose_rho("tanh", "trapezoid"))
        assert least.upper - least.lower < arb(10) ** -25
    assert is_certainly_positive_definite(H, arb("0.0094"))
    assert not is_certainly_positive_definite(H, arb("0.0095"))


def test_more_dimensions_than_columns_repeat_small_blocks():
    U, V = TALL, exact([[1, 0], [0, 1], [0, 0]])
    whole = enclose_population_hessian("sigmoid", U, V)
    parts = enclose_spectral_parts("sigmoid", U, V)
    assert (whole.nrows(), parts.core.nrows(), parts.users_times, parts.items_times) == (14, 8, 2, 1)
    blocks = [parts.core] + [parts.users] * 2 + [parts.items]
    together = np.sort(np.concatenate([np.linalg.eigvalsh(middle(M)) for M in blocks]))
    assert np.abs(together - np.linalg.eigvalsh(middle(whole))).max() < 1e-14
    least, direct = certify_least_of_parts(parts), certify_least_eigenvalue(whole)
    assert least.lower.union(least.upper).overlaps(direct.lower.union(direct.upper))
    assert least.is_certainly_positive()


def test_floats_integers_and_fractions_are_the_same_numbers():
    exactly = enclose_population_hessian("tanh", exact([[1, Fraction(1, 2)], [0, 2]]), IDENTITY)
    assert enclose_population_hessian("tanh", np.array([[1, 0.5], [0, 2]]), np.eye(2, dtype=int)).overlaps(exactly)


@pytest.mark.parametrize(
    ("U", "V", "message"),
    [
        (exact([[1, 1], [1, 1]]), IDENTITY, "U has rank 1, below k = 2"),
        (IDENTITY, exact([[1, 2], [0, 0]]), "V has rank 1, below k = 2"),
        (exact([[1, 0]]), exact([[1, 0]]), "full column rank needs k ≤ d"),
        (IDENTITY, exact([[1], [0]]), "with the same k"),
        (np.array([[np.nan, 0.0], [0.0, 1.0]]), IDENTITY, "finite floats only, but holds nan"),
        (IDENTITY, np.array([[1.0, 0.0], [0.0, np.inf]]), "finite floats only, but holds inf"),
        (np.array([["1", "0"], ["0", "1"]]), IDENTITY, "holds a str"),
        (np.array([1.0, 2.0]), IDENTITY, "must be a matrix"),
        (np.zeros((2, 0)), np.zeros((2, 0)), "d and k positive"),
        (np.array([[1j, 0], [0, 1]]), IDENTITY, "holds a complex"),
    ],
)
def test_bad_weights_are_named(U, V, message):
    with pytest.raises(WeightsError, match=message):
        enclose_population_hessian("tanh", U, V)


@pytest.mark.parametrize(
    ("phi", "error", "message"),
    [
        ("swishy", UnsupportedActivationError, "unknown activation 'swishy'"),
        (apply("relu", Z - 1), UnsupportedActivationError, "its blocks need φ″"),
        (apply("relu", Z + 1) - apply("relu", Z - 1), UnsupportedActivationError, "its blocks need φ″"),
        ("heaviside", UnsupportedActivationError, "its blocks need φ″"),
        (apply("relu", Z) ** 2, UnsupportedActivationError, "its blocks need φ″"),
        (Z * 0 + 1, UnsupportedActivationError, "is constant"),
        (1 / Z, SingularIntegrandError, "near z = 0"),
        (apply("exp", Z**2), GrowthError, r"d >= 1/2|grows"),
    ],
    ids=str,
)
def test_activations_without_a_formula_are_named(phi, error, message):
    with pytest.raises(error, match=message):
        enclose_population_hessian(phi, IDENTITY, IDENTITY)


def test_growth_that_only_long_columns_feel_is_named():
    phi = apply("exp", Z**2 / 20)
    assert radius(enclose_population_hessian(phi, exact([[1, 0], [0, 1]]), IDENTITY, digits=8)) < 1e-6
    with pytest.raises(GrowthError):
        enclose_population_hessian(phi, exact([[3, 0], [0, 1]]), IDENTITY)


def test_kinds_of_activation():
    assert analyse_activation(3 * apply("abs", Z)) == HomogeneousActivation(Fraction(0), Fraction(3))
    assert analyse_activation("linear") == HomogeneousActivation(Fraction(1), Fraction(0))
    widths = [strip.half_width for strip in analyse_activation("tanh").strips]
    assert widths == sorted(widths, reverse=True)
    assert 1.5 < widths[0] < 1.5708  # tanh has its poles at ±iπ/2


def test_a_product_rule_refuses_many_dimensions():
    with pytest.raises(DimensionError, match="d = 4"):
        estimate_population_hessian(activation("tanh"), np.eye(4), np.eye(4))


@pytest.mark.parametrize(
    "wish", [{"digits": 0}, {"digits": -5}, {"terms": 0}, {"terms": -1}, {"method": "foo"}], ids=repr
)
def test_an_accuracy_that_nothing_could_serve_is_refused(wish):
    with pytest.raises(AccuracyError, match=str(next(iter(wish.values())))):
        enclose_population_hessian("tanh", [[1]], [[1]], **wish)


@pytest.mark.parametrize("length", [1e-200, 1e200])
def test_lengths_beyond_the_range_of_doubles_are_refused(length):
    with pytest.raises(WeightsError, match="rescale"):
        enclose_population_hessian("tanh", [[length]], [[1]])


@pytest.mark.parametrize("exponent", [-400, 400])
def test_matrices_beyond_the_range_of_doubles_are_refused(exponent):
    x = arb(10) ** exponent
    with pytest.raises(NotABallMatrixError, match="rescale"):
        certify_least_eigenvalue(arb_mat(2, 2, [2 * x, x, x, 2 * x]))
