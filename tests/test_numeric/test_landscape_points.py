"""The numeric side of the landscape: objective, inertia, flow, enclosures, classification."""

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from scipy.integrate import solve_ivp

from numeric.landscape.classify import PointError, classify
from numeric.landscape.curvature import hessian_matrix
from numeric.landscape.flow import (
    aligned_flow,
    estimate_gradient_flow,
    gradient_descent_drift,
)
from numeric.landscape.inertia import Inertia, inertia
from numeric.landscape.objective import gradient_by_differences, hessian_by_differences
from numeric.landscape.shapes import FactorizationShapeError
from numeric.landscape.singular_values import (
    EnclosureError,
    enclose_least_eigenvalue,
    enclose_singular_values,
    is_positive_definite,
)

X = np.array([[3.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def rational(M):
    return fmpq_mat(*M.shape, [int(x) for x in M.ravel()])


def floats(M):
    return np.array([[float(int(x.p)) / float(int(x.q)) for x in row] for row in M.tolist()])


@pytest.mark.parametrize("seed", range(5))
def test_float_hessian_is_the_exact_one(seed):
    rng = np.random.default_rng(seed)
    m, n, k = rng.integers(1, 4, 3)
    W, S, A = (rng.integers(-3, 4, shape) for shape in ((m, k), (k, n), (m, n)))
    exact = hessian_by_differences(rational(W), rational(S), rational(A))
    assert np.array_equal(hessian_matrix(W * 1.0, S * 1.0, A * 1.0), floats(exact))


def test_gradient_by_differences_has_the_order_of_the_coordinates():
    W, S, A = fmpq_mat(2, 1, [1, 2]), fmpq_mat(1, 2, [3, 5]), fmpq_mat(2, 2, [1, 1, 1, 1])
    E = W * S - A
    wanted = [*(E * S.transpose()).entries(), *(W.transpose() * E).entries()]
    assert gradient_by_differences(W, S, A) == wanted


def test_inertia_of_degenerate_matrices():
    assert inertia(fmpq_mat(3, 3, [0, 1, 0, 1, 0, 0, 0, 0, 0])) == Inertia(1, 1, 1)
    assert inertia(fmpq_mat(3, 3)) == Inertia(0, 3, 0)
    assert inertia(fmpq_mat(4, 4, [0, 0, 1, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 2, 0, 0])) == Inertia(2, 0, 2)
    with pytest.raises(ValueError, match="not symmetric"):
        inertia(fmpq_mat(2, 2, [0, 1, 0, 0]))


@pytest.mark.parametrize("seed", range(5))
def test_inertia_agrees_with_eigenvalues(seed):
    rng = np.random.default_rng(seed)
    B = rng.integers(-2, 3, (5, 3))
    M = B @ np.diag([1, -1, -1]) @ B.T
    values = np.linalg.eigvalsh(M)
    exact = inertia(rational(M))
    assert (exact.negative, exact.positive) == ((values < -1e-9).sum(), (values > 1e-9).sum())


@pytest.mark.parametrize("seed", range(4))
def test_gradient_descent_drifts_by_the_second_order_term_alone(seed):
    rng = np.random.default_rng(seed)
    W, S, A = (rational(rng.integers(-3, 4, shape)) for shape in ((3, 2), (2, 4), (3, 4)))
    E, eta = W * S - A, fmpq(1, 7)
    G, H = E * S.transpose(), W.transpose() * E
    drift = (G.transpose() * G - H * H.transpose()) * (eta * eta)
    assert gradient_descent_drift(W, S, A, eta) == drift
    assert gradient_descent_drift(W, S, A, eta) != drift * -1


@pytest.mark.parametrize(
    "start", [(0.5, 0.5), (0.5, -0.5), (1.5, 0.2), (-1.5, 0.2), (0.1, -2.0), (0.0, 0.7), (0.0, 0.0)]
)
@pytest.mark.parametrize("sigma", [0.0, 2.0])
def test_aligned_flow_solves_its_equation(start, sigma):
    solved = solve_ivp(
        lambda _, z: [(sigma - z[0] * z[1]) * z[1], (sigma - z[0] * z[1]) * z[0]],
        (0, 1.3),
        start,
        rtol=1e-11,
        atol=1e-13,
    )
    assert np.allclose(aligned_flow(sigma, *start, 1.3), solved.y[:, -1], rtol=1e-8, atol=1e-9)
    assert np.allclose(aligned_flow(sigma, *start, 0.0), start)


def test_integrators_against_the_aligned_flow_and_the_conserved_balance():
    A = np.diag([3.0, 1.0])
    W, S = np.diag([0.3, 0.5]), np.diag([0.3, -0.2])
    exact = [aligned_flow(s, w, t, 1.0) for s, w, t in ((3.0, 0.3, 0.3), (1.0, 0.5, -0.2))]
    errors, drifts = {}, {}
    for method in ("gradient-descent", "implicit-midpoint", "runge-kutta-4"):
        for steps in (50, 100):
            path = estimate_gradient_flow(W, S, A, time=1.0, steps=steps, method=method)
            end = [(path.W[-1][i, i], path.S[-1][i, i]) for i in range(2)]
            errors[method, steps] = np.abs(np.array(end) - np.array(exact)).max()
            drifts[method, steps] = path.balance_drift()
    orders = {method: np.log2(errors[method, 50] / errors[method, 100]) for method, _ in errors}
    assert abs(orders["gradient-descent"] - 1) < 0.2
    assert abs(orders["implicit-midpoint"] - 2) < 0.1
    assert abs(orders["runge-kutta-4"] - 4) < 0.2
    assert drifts["implicit-midpoint", 50] < 1e-13
    assert drifts["gradient-descent", 50] > 1e-3


def test_flow_refuses_bad_input():
    W = np.ones((1, 1))
    with pytest.raises(ValueError, match="unknown method 'euler'"):
        estimate_gradient_flow(W, W, W, time=1.0, steps=1, method="euler")
    with pytest.raises(ValueError, match="must be positive"):
        estimate_gradient_flow(W, W, W, time=-1.0, steps=1)
    with pytest.raises(FactorizationShapeError):
        estimate_gradient_flow(W, np.ones((2, 1)), W, time=1.0, steps=1)
    with pytest.raises(ValueError, match="take more steps"), np.errstate(all="ignore"):
        estimate_gradient_flow(W * 1e60, W * 1e60, W, time=9.0, steps=9, method="gradient-descent")


@pytest.mark.parametrize("sigma", [(3.0, 1.0), (2.0, 2.0), (1.0, 0.0), (0.0, 0.0), (1.0, 1e-9)])
def test_singular_value_balls_contain_the_values(sigma):
    rotation = np.array([[0.6, -0.8], [0.8, 0.6]])
    M = rotation @ np.diag(sigma) @ np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    for ball, value in zip(enclose_singular_values(M), sigma, strict=True):
        assert float(ball.lower()) <= value + 1e-15
        assert float(ball.upper()) >= value - 1e-15
        assert float(ball.rad()) < 1e-12
    with pytest.raises(EnclosureError, match="NaN"):
        enclose_singular_values(np.array([[np.inf]]))


def test_least_eigenvalue_is_enclosed_and_definiteness_is_never_claimed_wrongly():
    M = np.array([[1.0, 2.0], [2.0, 1.0]])
    bounds = enclose_least_eigenvalue(M)
    assert bounds.lower <= -1 <= bounds.upper
    assert not is_positive_definite(M, -1.0)
    assert not is_positive_definite(M, -0.9)
    assert is_positive_definite(M, -1.1)
    with pytest.raises(EnclosureError, match="not symmetric"):
        enclose_least_eigenvalue(np.array([[1.0, 2.0], [0.0, 1.0]]))


CASES = {
    "origin": (np.zeros((2, 1)), np.zeros((1, 3)), "strict saddle", -3.0),
    "second direction": ([[0.0], [1.0]], [[0.0, 1.0, 0.0]], "strict saddle", -2.0),
    "first direction": ([[1.0], [0.0]], [[3.0, 0.0, 0.0]], "global minimum", 0.0),
    "full rank": (np.eye(2), X, "global minimum", 0.0),
    "spare columns": (np.eye(2, 3), np.vstack([X, [[0.0, 0.0, 7.0]]]), "global minimum", 0.0),
    "nowhere": ([[1.0], [1.0]], [[3.0, 0.0, 0.0]], "not critical", None),
    "near the origin": ([[1e-9], [1e-9]], [[1e-9, 0.0, 0.0]], "strict saddle", None),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("dense_limit", [600, 0])
def test_classification(name, dense_limit):
    W, S, verdict, least = CASES[name]
    found = classify(W, S, X, dense_limit=dense_limit)
    assert found.verdict == verdict
    lower, upper = found.lambda_min
    assert lower <= upper
    if least is not None:
        assert lower <= least <= upper + 1e-15
    if verdict == "strict saddle":
        assert found.escape.decrease > 0
        assert found.escape.curvature < 0
        t = found.escape.step
        W, S = np.array(W) + t * found.escape.G, np.array(S) + t * found.escape.H
        assert 0.5 * ((X - W @ S) ** 2).sum() < float(found.objective.lower())


@pytest.mark.parametrize("seed", range(20))
def test_lower_bounds_hold_at_points_of_all_scales(seed):
    rng = np.random.default_rng(seed)
    m, n, k = rng.integers(1, 5, 3)
    W, S = (rng.normal(size=shape) * 10.0 ** rng.integers(-3, 4) for shape in ((m, k), (k, n)))
    A = rng.normal(size=(m, n))
    values = np.linalg.eigvalsh(hessian_matrix(W, S, A))
    slack = 1e-14 * np.abs(values).max()
    for dense_limit in (0, 200):
        lower, upper = classify(W, S, A, dense_limit=dense_limit).lambda_min
        assert lower <= values[0] + slack
        assert values[0] <= upper + slack


def test_the_small_block_gives_a_sharp_lower_bound_where_the_residual_norm_does_not():
    rng = np.random.default_rng(7)
    U, V = (np.linalg.qr(rng.normal(size=(size, size)))[0] for size in (30, 40))
    A = U[:, :4] @ np.diag([9.0, 5.0, 4.0, 1.0]) @ V[:, :4].T
    mix = np.array([[2.0, 1.0], [0.5, 1.0]])
    W, S = U[:, [0, 2]] @ mix, np.linalg.inv(mix) @ np.diag([9.0, 4.0]) @ V[:, [0, 2]].T
    found = classify(W, S, A, dense_limit=0)
    assert (found.verdict, found.method) == ("strict saddle", "escape block")
    assert found.lambda_min[1] - found.lambda_min[0] < 1e-8
    assert found.lambda_min[0] >= -1


def test_a_far_from_balanced_saddle_is_still_a_saddle():
    found = classify([[0.0], [1e-5]], [[0.0, 1e5, 0.0]], X)
    assert found.verdict == "strict saddle"
    assert -1e-8 < found.lambda_min[1] < 0


def test_a_zero_target_and_ties():
    assert classify(np.zeros((2, 1)), np.zeros((1, 2)), np.zeros((2, 2))).verdict == "global minimum"
    assert classify([[1.0], [0.0]], [[2.0, 0.0]], 2 * np.eye(2)).verdict == "global minimum"
    nearly = np.diag([1.0, 1.0 - 1e-12])
    assert classify([[0.0], [1.0]], [[0.0, nearly[1, 1]]], nearly).verdict == "global minimum"
    assert classify([[0.0], [1.0]], [[0.0, nearly[1, 1]]], nearly, tolerance=1e-14).verdict == "strict saddle"


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_classification_scales(scale):
    root = np.sqrt(scale)
    found = classify(np.array([[0.0], [root]]), np.array([[0.0, root, 0.0]]), scale * X)
    assert found.verdict == "strict saddle"
    assert np.isclose(found.lambda_min[1], -2 * scale)


@pytest.mark.parametrize(
    ("W", "S", "error", "text"),
    [
        ([[1.0], [0.0]], [[3.0], [0.0], [0.0]], FactorizationShapeError, "did you mean S.T"),
        ([[np.nan], [0.0]], [[3.0, 0.0, 0.0]], PointError, r"W\(0, 0\) is nan"),
        ([1.0, 2.0], [[3.0, 0.0, 0.0]], FactorizationShapeError, "1 dimensions"),
        ([["a"], [0.0]], [[3.0, 0.0, 0.0]], PointError, "not a matrix of real numbers"),
        ([[1j], [0.0]], [[3.0, 0.0, 0.0]], PointError, "complex"),
        ([[1.0], [0.0, 1.0]], [[3.0, 0.0, 0.0]], PointError, "not a matrix"),
        ([[1e200], [0.0]], [[1e200, 0.0, 0.0]], PointError, "beyond the range of floats"),
        (np.zeros((2, 0)), np.zeros((0, 3)), FactorizationShapeError, "at least 1"),
    ],
)
def test_classification_refuses_bad_points(W, S, error, text):
    with pytest.raises(error, match=text):
        classify(W, S, X)


def test_classification_refuses_points_that_underflow():
    with pytest.raises(PointError, match="beyond the range"):
        classify([[1e-160]], [[1e-160]], [[1e-320]])
    assert classify([[1.0]], [[0.0]], [[0.0]]).verdict == "global minimum"


def test_classification_refuses_bad_tolerance():
    with pytest.raises(ValueError, match="tolerance = 0"):
        classify([[0.0]], [[0.0]], [[0.0]], tolerance=0)
