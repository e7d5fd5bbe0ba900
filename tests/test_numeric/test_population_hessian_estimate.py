"""The fast estimate of the population Hessian against the certified balls, and its refusals."""

import numpy as np
import pytest

from numeric.nimc.activations import Activation, MissingDerivativeError, UnknownActivationError, activation, leaky_relu
from numeric.population_hessian.certified_hessian import enclose_population_hessian
from numeric.population_hessian.fast_estimate import (
    estimate_population_hessian_by_mehler,
    estimate_population_least_eigenvalue,
)
from numeric.population_hessian.weights import WeightsError


def middle(H):
    return np.array([[float(H[i, j].mid()) for j in range(H.ncols())] for i in range(H.nrows())])


def instances():
    rng = np.random.default_rng(5)
    U, V = rng.standard_normal((2, 3, 3))
    near = U.copy()
    near[:, 1] = near[:, 0] + 1e-3 * near[:, 1]
    return {
        "random": (U, V),
        "nearly parallel": (near, V),
        "nearly opposite": (near * [1, -1, 1], V),
        "lengths 100 to 1": (U * [0.05, 1, 5], V),
        "orthogonal": (np.eye(3), np.eye(3)),
        "tall": (rng.standard_normal((5, 2)), rng.standard_normal((3, 2))),
        "one column": (U[:, :1], V[:, :1]),
    }


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu", "linear"])
@pytest.mark.parametrize("kind", list(instances()))
def test_the_estimate_agrees_with_the_balls(name, kind):
    U, V = instances()[kind]
    H = middle(enclose_population_hessian(name, U, V, digits=16))
    estimate = estimate_population_hessian_by_mehler(activation(name), U, V)
    assert np.abs(estimate - H).max() < 1e-12 * max(1.0, np.abs(H).max())
    least = estimate_population_least_eigenvalue(activation(name), U, V)
    assert abs(least - np.linalg.eigvalsh(H)[0]) < 2e-12 * max(1.0, np.abs(H).max())


def test_long_nearly_parallel_columns_go_to_the_grid():
    U = np.array([[5.0, 5.0], [0.0, 0.05]])
    H = middle(enclose_population_hessian("tanh", U, np.eye(2), digits=6, method="trapezoid"))
    estimate = estimate_population_hessian_by_mehler(activation("tanh"), U, np.eye(2))
    assert np.abs(estimate - H).max() < 1e-9  # 1/sin² of the angle, 2.6e4, costs digits


def test_leaky_relu_uses_its_closed_form():
    from_balls = enclose_population_hessian("relu", np.eye(2), np.eye(2))
    assert (
        np.abs(estimate_population_hessian_by_mehler(leaky_relu(0.0), np.eye(2), np.eye(2)) - middle(from_balls)).max()
        < 1e-15
    )


@pytest.mark.parametrize(
    ("U", "V", "message"),
    [
        (np.ones((1, 2)), np.ones((1, 2)), "k ≤ d"),
        (np.eye(2), np.eye(3), "k must be the same"),
        (np.full((2, 2), np.nan), np.eye(2), "U must be finite"),
        (np.array([[0.0, 1.0], [0.0, 1.0]]), np.eye(2), "a column is zero"),
    ],
)
def test_bad_weights_are_named(U, V, message):
    with pytest.raises(WeightsError, match=message):
        estimate_population_hessian_by_mehler(activation("tanh"), U, V)


def test_a_missing_derivative_is_named():
    bare = Activation("bare", np.tanh)
    with pytest.raises(MissingDerivativeError, match="needs φ′, which activation 'bare' lacks"):
        estimate_population_least_eigenvalue(bare, np.eye(2), np.eye(2))


@pytest.mark.parametrize("phi", ["tanh", np.tanh])
def test_what_is_no_activation_is_named(phi):
    with pytest.raises(UnknownActivationError, match=r"give an Activation .*activation\('tanh'\)"):
        estimate_population_least_eigenvalue(phi, np.eye(2), np.eye(2))
