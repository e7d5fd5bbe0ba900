"""Elemental mappings and regularizers: proved degrees, gradients, exact and enclosed values, norms and their maps."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from numeric.enclosures.balls import working_bits
from numeric.homogeneous.charts import Chart
from numeric.homogeneous.elemental_maps import cp_map, elemental_map
from numeric.homogeneous.exact_maps import network, two_layers
from numeric.homogeneous.local_descent import proximal_blocks
from numeric.homogeneous.network_maps import max_pool, parallel_relu
from numeric.homogeneous.norms import IrrationalNormError, converted, exact_ball, rectified, shrunk, slice_norms
from numeric.homogeneous.problem import problem
from numeric.homogeneous.regularizers import regularizer
from numeric.homogeneous.slices import dependence, emptied, image_columns, reweighed
from symbolic.homogeneous import degrees

V = np.array([[1.0, 0.5], [-1.0, 2.0], [0.25, -1.0], [2.0, 0.0]])
MAPS = {
    "outer": cp_map((2, 3)),
    "cp": cp_map((2, 3, 2)),
    "cp of order 4": cp_map((2, 1, 3, 2)),
    "relu": parallel_relu(V, outputs=2),
    "three layers": parallel_relu(V, widths=(3, 2), outputs=2),
    "four layers": parallel_relu(V, widths=(2, 2, 1)),
    "max-pool": max_pool(V, [(0, 1), (2, 3), (1,)], outputs=2),
}
CONSTRUCTORS = {
    "linear": degrees.linear,
    "multilinear": degrees.multilinear,
    "rectified": degrees.rectified,
    "pooled": degrees.pooled,
    "norm": degrees.norm,
    "sum": degrees.added,
    "power": degrees.raised,
}


def term(composition):
    if isinstance(composition, str):
        return degrees.factor(composition)
    head, *arguments = composition
    return CONSTRUCTORS[head](*(a if isinstance(a, int) else term(a) for a in arguments))


def rational_factors(phi, r=3):
    values = iter(Fraction((7 * k) % 11 - 5, 4) for k in range(1000))
    return tuple(
        np.array([next(values) for _ in range(int(np.prod(s)) * r)], dtype=object).reshape(*s, r) for s in phi.shapes
    )


def doubles(factors):
    return tuple(X.astype(float) for X in factors)


@pytest.mark.parametrize("name", MAPS)
def test_the_degree_is_the_one_proved_of_the_composition(name):
    phi = MAPS[name]
    assert degrees.degree(term(phi.composition)) == phi.degree == len(phi.shapes)
    assert degrees.proof(term(phi.composition))[-1]["degree"] == f"degree {phi.degree}"


@pytest.mark.parametrize("g", ["l2-product", "l2-sum", "l1/l2/linf-product", "nonnegative-linf-sum", "l1-sum^2"])
def test_the_degree_of_a_regularizer_is_the_one_proved(g):
    penalty = regularizer(g, 3)
    assert degrees.degree(term(penalty.composition)) == penalty.degree


@pytest.mark.parametrize("name", MAPS)
def test_images_scale_exactly_with_the_degree(name):
    phi = MAPS[name]
    factors = rational_factors(phi)
    for alpha in (Fraction(0), Fraction(1, 3), Fraction(2)):
        scaled = phi.images(tuple(alpha * X for X in factors))
        assert (scaled == alpha**phi.degree * phi.images(factors)).all()
    one_by_one = [phi.images(tuple(X[..., [i]] for X in factors))[..., 0] for i in range(3)]
    assert (phi.total(factors) == sum(one_by_one)).all()


def test_networks_agree_with_their_definition_slice_by_slice():
    exact = converted(V, Fraction)
    two, three = MAPS["relu"], MAPS["three layers"]
    for phi, definition in ((two, two_layers(exact)), (three, network(exact))):
        factors = rational_factors(phi)
        for i in range(3):
            assert (phi.images(factors)[..., i] == definition(*(X[..., i] for X in factors))).all()


@pytest.mark.parametrize("name", MAPS)
def test_balls_contain_the_exact_images_and_doubles_are_near(name):
    phi = MAPS[name]
    factors = rational_factors(phi)
    exact = phi.images(factors)
    with working_bits(100):
        balls = phi.images(tuple(converted(X, exact_ball) for X in factors))
        assert all(b.contains(exact_ball(x)) for b, x in zip(balls.ravel(), exact.ravel(), strict=True))
    np.testing.assert_allclose(phi.images(doubles(factors)), exact.astype(float), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", MAPS)
def test_pullbacks_are_gradients(name):
    phi, rng = MAPS[name], np.random.default_rng(7)
    first, *others = (rng.normal(size=(*shape, 2)) for shape in phi.shapes)
    factors = (first, *map(np.abs, others))  # no layer is dead
    direction = tuple(rng.normal(size=X.shape) for X in factors)
    W = rng.normal(size=phi.output_shape)
    slope = sum(float((b * d).sum()) for b, d in zip(phi.pullback(factors, W), direction, strict=True))
    errors = []
    for h in (1e-3, 1e-4):
        moved = tuple(X + h * d for X, d in zip(factors, direction, strict=True))
        errors.append(abs(float((W * (phi.total(moved) - phi.total(factors))).sum()) - h * slope))
    assert errors[1] < errors[0] / 50


@pytest.mark.parametrize("g", ["l2-product", "l2-sum", "l1-product", "linf-product", "l1/linf-sum", "nonnegative-l2"])
def test_charts_return_their_factors_and_true_gradients(g):
    rng = np.random.default_rng(3)
    Y = rng.normal(size=(2, 3))
    task = problem(Y, phi="outer", g=g, lam=0.7)
    factors = tuple(np.abs(rng.normal(size=(n, 2))) for n in (2, 3))
    balanced = task.g.balance(factors)
    chart = Chart(task, balanced)
    for X, Z in zip(chart.factors(chart.z), balanced, strict=True):
        np.testing.assert_allclose(X, Z, atol=1e-14)
    assert chart.value(chart.z)[0] == pytest.approx(task.objective(balanced), rel=1e-12)
    assert task.objective(balanced) <= task.objective(factors) * (1 + 1e-14)
    inner = np.clip(chart.z, chart.lower + 1e-2, chart.upper - 1e-2)
    value, gradient = chart.value(inner)
    direction = rng.normal(size=inner.size)
    errors = [abs(chart.value(inner + h * direction)[0] - value - h * gradient @ direction) for h in (1e-3, 1e-4)]
    assert errors[1] < errors[0] / 50


def test_balls_are_rectified_where_their_sign_is_open():
    with working_bits(60):
        found = rectified(np.array([arb(0, 1), arb(-2), arb(3)], dtype=object))
        assert found[0].contains(arb(1))
        assert found[0].contains(arb(0))
        assert found[1] == 0
        assert found[2] == 3


def test_norms_of_fractions_are_exact_or_refused():
    X = np.array([[Fraction(3), Fraction(1)], [Fraction(-4), Fraction(1)]], dtype=object)
    assert list(slice_norms("l1", X)) == [7, 2]
    assert list(slice_norms("linf", X)) == [4, 1]
    assert slice_norms("l2", X[:, :1])[0] == 5
    with pytest.raises(IrrationalNormError, match="irrational"):
        slice_norms("l2", X)
    assert regularizer("l2-sum", 2).costs((X, X))[1] == 2


@pytest.mark.parametrize("norm", ["l1", "l2", "linf"])
@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0, 50.0])
def test_shrinking_minimizes(norm, weight):
    rng = np.random.default_rng(1)
    target = rng.normal(size=4)

    def value(x):
        return ((x - target) ** 2).sum() / 2 + weight * float(slice_norms(norm, x[:, None])[0])

    best = shrunk(norm, target, weight)
    for _ in range(200):
        assert value(best) <= value(best + rng.normal(size=4) * 10.0 ** -rng.integers(0, 5)) + 1e-12


def test_balancing_keeps_images_and_drops_one_sided_slices():
    g = regularizer("l1/l2-product", 2)
    U, W = np.array([[3.0, 1.0], [-1.0, 0.0]]), np.array([[0.5, 0.0], [0.25, 0.0]])
    A, B = g.balance((U, W))
    np.testing.assert_allclose(A @ B.T, U @ W.T, atol=1e-15)
    np.testing.assert_allclose(slice_norms("l1", A), slice_norms("l2", B))
    assert not A[:, 1].any()


def test_emptying_keeps_the_image_and_never_adds_cost():
    task = problem(np.ones((2, 2)), phi="outer", g="l2-product", lam=1.0)
    rng = np.random.default_rng(2)
    factors = tuple(rng.normal(size=(2, 9)) for _ in range(2))
    fewer = emptied(task, factors)
    assert fewer[0].shape[-1] <= 4
    np.testing.assert_allclose(task.phi.total(fewer), task.phi.total(factors), atol=1e-12)
    assert task.g.cost(*fewer) <= task.g.cost(*factors) + 1e-12
    assert dependence(image_columns(task, fewer)) is None
    best = reweighed(task, fewer)
    assert task.objective(best) <= task.objective(fewer)
    slopes = image_columns(task, best).T @ task.residual(best).ravel() - task.lam * task.g.costs(best)
    np.testing.assert_allclose(slopes, 0, atol=1e-10)


def test_proximal_steps_stay_at_a_one_sided_local_minimum():
    task = problem([[5.0, 0.0]], phi="outer", g="l2-product", lam=1.0)
    U, W = np.zeros((1, 2)), np.array([[0.0, 0.0], [1.0, 1.0]])
    for X, Z in zip(proximal_blocks(task, (U, W)), (U, W), strict=True):
        assert (X == Z).all()


def test_own_mappings_run_slice_by_slice():
    phi = elemental_map("cube", [(2,)], (2,), 3, lambda x: x * x * x, lambda W, x: (3 * W * x * x,))
    x = (np.array([[1.0, 2.0], [0.0, -1.0]]),)
    assert phi.total(x).tolist() == [9.0, -1.0]
    assert phi.pullback(x, np.array([1.0, 2.0]))[0].tolist() == [[3.0, 12.0], [0.0, 6.0]]
    assert phi.images((np.zeros((2, 0)),)).shape == (2, 0)
