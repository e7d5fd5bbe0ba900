"""Polars of rectified, pooled and deep networks against grids, closed forms and the definition in fractions."""

from fractions import Fraction

import numpy as np
import pytest

from numeric.enclosures.balls import working_bits
from numeric.homogeneous.exact_maps import fractions, max_pool, network, rectify
from numeric.homogeneous.polars import piecewise_linear
from numeric.homogeneous.polars.deep import enclose_deep_polar
from numeric.homogeneous.polars.enclosure import PolarInputError
from numeric.homogeneous.polars.rectified import enclose_pooled_polar, enclose_rectified_polar
from numeric.homogeneous.polars.second_layer import covered_outputs_bound, second_layer_bound


def exactly(A):
    return fractions([[Fraction(float(x)) for x in row] for row in np.atleast_2d(A)])


def value_in_fractions(W, output):
    return sum((Fraction(w) * y for w, y in zip(exactly(W).ravel(), output.ravel(), strict=True)), Fraction(0))


def grid(d):
    if d == 1:
        return np.array([[1.0], [-1.0]])
    angles = np.linspace(0, 2 * np.pi, 60_001)
    if d == 2:
        return np.column_stack([np.cos(angles), np.sin(angles)])
    points = np.random.default_rng(0).normal(size=(60_000, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("N", "d", "k"), [(1, 1, 1), (5, 1, 3), (2, 2, 1), (7, 2, 2), (25, 2, 1), (4, 3, 1), (6, 3, 2)]
)
def test_rectified_polar_agrees_with_a_grid(N, d, k):
    rng = np.random.default_rng(10 * N + d)
    V, W = rng.normal(size=(N, d)), rng.normal(size=(N, k))
    polar = enclose_rectified_polar(V, W)
    best = np.linalg.norm(np.maximum(grid(d) @ V.T, 0) @ W, axis=1).max()
    assert polar.width < 1e-9
    assert best * (1 - 1e-14) <= polar.upper <= best * (1 + (1e-14, 1e-4, 1e-2)[d - 1])
    u, v = polar.atom
    output = np.multiply.outer(rectify(exactly(V).dot(exactly(u)[0])), exactly(v)[0])
    assert value_in_fractions(W, output) >= Fraction(polar.lower)
    assert sum(x * x for x in exactly(u)[0]) <= 1
    assert sum(x * x for x in exactly(v)[0]) <= 1


@pytest.mark.parametrize(
    ("V", "W", "expected"),
    [
        ([[1.0, 2.0], [1.0, 2.0], [0.0, 0.0]], [[1.0], [1.0], [7.0]], 2 * np.sqrt(5)),  # equal rows and a zero row
        ([[1.0, 2.0], [-2.0, -4.0]], [[1.0], [-1.0]], 2 * np.sqrt(5)),  # opposite rows: never active together
        ([[0.0, 0.0]], [[3.0]], 0.0),
        (np.eye(3), np.zeros((3, 2)), 0.0),
        (np.eye(3), np.eye(3), 1.0),  # every nonnegative unit vector attains it
        (np.eye(3), -np.eye(3), 1.0),  # v may be negative
        ([[1.0], [-2.0]], [[-1.0], [-1.0]], 2.0),
        ([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[1.0], [1.0], [-1.0]], np.sqrt(0.5)),  # cancels where all are active
        ([[1e200, 0.0], [0.0, 1e-200]], [[1.0], [1.0]], 1e200),
        ([[1.0, 0.0, 0.0]], [[1.0]], 1.0),
    ],
)
def test_rectified_polar_of_degenerate_data(V, W, expected):
    polar = enclose_rectified_polar(V, W)
    assert polar.lower <= expected * (1 + 1e-14)
    assert polar.upper >= expected * (1 - 1e-14)
    assert polar.upper - polar.lower <= 1e-9 * max(expected, 1e-300)


def test_rectified_polar_on_rational_data_is_exact_up_to_rounding():
    third, seventh = Fraction(1, 3), Fraction(1, 7)
    polar = enclose_rectified_polar([[third, seventh], [-third, -seventh]], [[1], [-1]])
    square = third**2 + seventh**2
    assert Fraction(polar.lower) ** 2 <= square <= Fraction(polar.upper) ** 2
    assert polar.width < 1e-15


def test_too_many_cells_give_a_looser_bound(monkeypatch):
    rng = np.random.default_rng(3)
    V, W = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    sharp = enclose_rectified_polar(V, W)
    monkeypatch.setattr(piecewise_linear, "MOST_CELLS", 10)
    loose = enclose_rectified_polar(V, W)
    assert loose.upper > sharp.upper
    assert loose.lower <= sharp.upper


def test_pooled_polar_agrees_with_a_grid_and_the_definition():
    rng = np.random.default_rng(6)
    for d in (2, 3):
        V, W = rng.normal(size=(6, d)), rng.normal(size=(3, 2))
        polar = enclose_pooled_polar(V, W, groups=[(0, 1), (2, 3), (4, 5)])
        hidden = np.maximum(grid(d) @ V.T, 0)
        pooled = np.stack([hidden[:, [2 * g, 2 * g + 1]].max(axis=1) for g in range(3)], axis=1)
        best = np.linalg.norm(pooled @ W, axis=1).max()
        assert polar.width < 1e-9
        assert best * (1 - 1e-14) <= polar.upper <= best * (1 + (1e-4, 1e-2)[d - 2])
        u, v = polar.atom
        values = max_pool(rectify(exactly(V).dot(exactly(u)[0])))
        assert value_in_fractions(W, np.multiply.outer(values, exactly(v)[0])) >= Fraction(polar.lower)


def test_pooling_single_rows_is_rectification_and_overlaps_are_counted(monkeypatch):
    rng = np.random.default_rng(7)
    V, W = rng.normal(size=(4, 2)), rng.normal(size=(4, 1))
    plain, pooled = enclose_rectified_polar(V, W), enclose_pooled_polar(V, W, groups=[(0,), (1,), (2,), (3,)])
    assert max(plain.lower, pooled.lower) <= min(plain.upper, pooled.upper)
    repeated = enclose_pooled_polar([[1.0, 0.0]], np.ones((4, 1)), groups=[(0,)] * 4)
    assert repeated.lower <= 4 <= repeated.upper
    monkeypatch.setattr(piecewise_linear, "MOST_CELLS", 1)
    assert enclose_pooled_polar([[1.0, 0.0]], np.ones((4, 1)), groups=[(0,)] * 4).upper >= 4


@pytest.mark.parametrize("widths", [(1,), (3,), (1, 1), (2, 2), (3, 1, 2)])
def test_deep_polar_on_scalar_inputs_is_the_larger_side(widths):
    V, W = [[1.0], [-2.0], [3.0]], [[1.0, 1.0], [-1.0, 0.5], [-1.0, 2.0]]
    polar = enclose_deep_polar(V, W, widths=widths)
    plus, minus = np.hypot(1 - 3, 1 + 6), np.hypot(2, 1)
    assert polar.lower <= max(plus, minus) * (1 + 1e-15)
    assert polar.upper >= max(plus, minus) * (1 - 1e-15)
    assert polar.width < 1e-14
    assert_atom(polar, V, W)


def assert_atom(polar, V, W):
    weights = [exactly(x) for x in polar.atom]
    assert all(sum(x * x for x in layer.ravel()) <= 1 for layer in weights)
    output = network(exactly(V))(*weights)
    assert value_in_fractions(W, output) >= Fraction(polar.lower)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("k", [1, 2])
def test_deep_polar_bounds_random_networks(seed, k):
    rng = np.random.default_rng(seed)
    V, W = rng.normal(size=(4, 2)), rng.normal(size=(4, k))
    polar = enclose_deep_polar(V, W, widths=(3, 2))
    assert_atom(polar, V, W)
    assert polar.lower >= enclose_rectified_polar(V, W).lower
    best = 0.0
    for _ in range(3000):
        X1, X2 = rng.normal(size=(2, 3)), rng.normal(size=(3, 2))
        output = np.maximum(np.maximum(V @ X1, 0) @ X2, 0) / np.linalg.norm(X1) / np.linalg.norm(X2)
        best = max(best, np.linalg.norm(W.T @ output))
    assert best <= polar.upper


@pytest.mark.parametrize("seed", [2, 7, 21])
def test_branching_closes_the_gap_that_the_monotone_bound_leaves(seed):
    rng = np.random.default_rng(seed)
    V, W = rng.normal(size=(5, 2)), rng.normal(size=(5, 1))
    V[:, 1] = 1.0
    deep = enclose_deep_polar(V, W, widths=(3, 1))
    split = np.hstack([np.maximum(W, 0), np.maximum(-W, 0)])
    assert enclose_rectified_polar(V, split).upper > 1.5 * deep.upper
    assert deep.width < 1e-8
    assert_atom(deep, V, W)


def test_two_hidden_layers_can_exceed_one():
    rng = np.random.default_rng(15)
    V, W = rng.normal(size=(8, 2)), rng.normal(size=(8, 1))
    V[:, 1] = 1.0
    V, W = np.round(V, 2), np.round(W, 2)
    deep, shallow = enclose_deep_polar(V, W, widths=(3, 1)), enclose_rectified_polar(V, W)
    assert deep.lower > shallow.upper * 1.0001
    assert deep.upper < deep.lower * 1.005
    assert_atom(deep, V, W)


def test_two_outputs_are_covered():
    rng = np.random.default_rng(5)
    V, W = rng.normal(size=(6, 2)), rng.normal(size=(6, 2))
    deep = enclose_deep_polar(V, W, widths=(6, 2), branched_outputs=2)
    assert deep.width < 1e-5
    assert_atom(deep, V, W)


def largest_in_the_hull(V, w, rng):
    """The best wᵀψ⁺(z) seen over random combinations of random ±ψ⁺(Vu)."""
    U = rng.normal(size=(4000, 3, V.shape[1]))
    U /= np.linalg.norm(U, axis=2, keepdims=True)
    weights = rng.dirichlet(np.ones(3), size=4000) * rng.choice([-1, 1], size=(4000, 3))
    z = np.einsum("sk,skn->sn", weights, np.maximum(U @ V.T, 0))
    return (np.maximum(z, 0) @ w).max()


@pytest.mark.parametrize("seed", range(5))
def test_second_layer_bound_holds_with_any_target(seed):
    rng = np.random.default_rng(seed)
    V, w = rng.normal(size=(5, 2)), rng.normal(size=5)
    best = largest_in_the_hull(V, w, rng)
    exact_rows = exactly(V)

    def polar(weights):
        return enclose_rectified_polar(exact_rows, weights[:, None])

    with working_bits(160):
        for attained in (0.0, best / 2, 2 * best):
            bound = float(second_layer_bound(exact_rows, w, polar=polar, attained=attained, tolerance=1e-9))
            assert bound >= best
        covered = covered_outputs_bound(exact_rows, w[:, None], polar=polar, tolerance=1e-6)
        assert covered >= largest_in_the_hull(V, w, rng)
        assert covered >= largest_in_the_hull(V, -w, rng)


def test_nonnegative_gram_makes_depth_irrelevant():
    rng = np.random.default_rng(11)
    V, W = rng.normal(size=(5, 2)), np.abs(rng.normal(size=(5, 2)))
    deep, shallow = enclose_deep_polar(V, W, widths=(3, 3, 3)), enclose_rectified_polar(V, W)
    assert deep.upper == shallow.upper
    assert deep.width < 1e-9
    assert_atom(deep, V, W)


@pytest.mark.parametrize(
    ("V", "W", "match"),
    [
        ([[1.0, 2.0]], [[1.0], [2.0]], "agree"),
        ([[float("nan"), 1.0]], [[1.0]], "exact finite number"),
        ([[1.0, 2.0]], [[float("inf")]], "infinite"),
        ([], [[1.0]], "at least one entry"),
    ],
)
def test_bad_network_data_are_refused(V, W, match):
    for enclose in (enclose_rectified_polar, lambda V, W: enclose_deep_polar(V, W, widths=(2, 2))):
        with pytest.raises(PolarInputError, match=match):
            enclose(V, W)


def test_bad_groups_and_widths_are_refused():
    for groups in ([], [()], [(0, 5)]):
        with pytest.raises(PolarInputError, match="groups"):
            enclose_pooled_polar([[1.0]], [[1.0]], groups=groups)
    for widths in ((), (0, 2)):
        with pytest.raises(PolarInputError, match="widths"):
            enclose_deep_polar([[1.0]], [[1.0]], widths=widths)
