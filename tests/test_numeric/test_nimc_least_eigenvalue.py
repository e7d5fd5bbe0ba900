"""Lanczos on Hessian-vector products against the dense matrix, and what its residual says."""

import numpy as np
import pytest

from numeric.nimc.activations import Activation, MissingDerivativeError, activation
from numeric.nimc.dense_hessian import dense_hessian
from numeric.nimc.hessian_products import stack, unstack
from numeric.nimc.least_eigenvalue import LanczosConvergenceError, estimate_least_eigenvalue, hessian_operator
from numeric.nimc.loss import LossDataError, NimcLoss


def instance(phi="tanh", *, d=6, e=4, k=3, pairs=200, seed=0):
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((20, d)), rng.standard_normal((15, e))
    loss = NimcLoss(
        X, Y, rng.integers(0, 20, pairs), rng.integers(0, 15, pairs), rng.standard_normal(pairs), activation(phi)
    )
    return loss, rng.standard_normal((d, k)), rng.standard_normal((e, k))


@pytest.mark.parametrize("phi", ["sigmoid", "tanh", "relu", "linear"])
def test_it_is_the_least_eigenvalue_of_the_dense_matrix(phi):
    loss, U, V = instance(phi)
    H = dense_hessian(loss, U, V)
    found = estimate_least_eigenvalue(loss, U, V, np.random.default_rng(1))
    assert found.value == pytest.approx(np.linalg.eigvalsh(H)[0], rel=1e-9)
    assert np.linalg.norm(found.vector) == pytest.approx(1, rel=1e-13)
    assert found.residual < 1e-6
    assert found.residual == pytest.approx(np.linalg.norm(H @ found.vector - found.value * found.vector), abs=1e-13)
    assert found.products > 2


def test_some_eigenvalue_is_as_near_as_the_residual_says_even_when_stopped_early():
    loss, U, V = instance()
    eigenvalues = np.linalg.eigvalsh(dense_hessian(loss, U, V))
    found = estimate_least_eigenvalue(loss, U, V, np.random.default_rng(2), tolerance=0.3, subspace=3)
    assert found.residual > 1e-9
    assert np.abs(eigenvalues - found.value).min() <= found.residual
    assert found.value >= eigenvalues[0]


def test_the_same_seed_gives_the_same_estimate():
    loss, U, V = instance()
    first, second = (estimate_least_eigenvalue(loss, U, V, np.random.default_rng(3)) for _ in range(2))
    assert first.value == second.value
    np.testing.assert_array_equal(first.vector, second.vector)


def test_the_operator_is_symmetric_and_stacks_by_columns():
    loss, U, V = instance()
    operator = hessian_operator(loss, U, V)
    rng = np.random.default_rng(4)
    x, y = rng.standard_normal((2, operator.shape[0]))
    assert operator.matvec(x) @ y == pytest.approx(x @ operator.rmatvec(y), rel=1e-12)
    A, B = unstack(x, 6, 4)
    np.testing.assert_array_equal(A[:, 1], x[6:12])
    np.testing.assert_array_equal(B[:, 0], x[18:22])
    np.testing.assert_array_equal(stack(A, B), x)
    np.testing.assert_allclose(stack(*loss.hessian_vector_product(U, V, A, B)), operator.matvec(x), rtol=1e-13)


def test_the_zero_matrix_and_the_smallest_one():
    zero, one, pair = np.zeros((1, 1)), np.ones((1, 1)), np.zeros(1, dtype=np.int64)
    flat = NimcLoss(zero, zero, pair, pair, np.ones(1), activation("linear"))
    found = estimate_least_eigenvalue(flat, one, one, np.random.default_rng(0))
    assert (found.value, found.residual) == (0.0, 0.0)
    saddle = NimcLoss(one, one, pair, pair, np.array([5.0]), activation("linear"))
    found = estimate_least_eigenvalue(saddle, zero, zero, np.random.default_rng(0))
    assert found.value == pytest.approx(-5, rel=1e-12)


def test_no_convergence_is_said():
    loss, U, V = instance(d=30, e=30, k=5)
    with pytest.raises(LanczosConvergenceError, match="not reached for 300 unknowns with 1 restarts of 3 vectors"):
        estimate_least_eigenvalue(loss, U, V, np.random.default_rng(5), subspace=3, restarts=1)


def test_bad_input_is_named():
    loss, U, V = instance()
    rng = np.random.default_rng(6)
    for option in ({"tolerance": 0.0}, {"tolerance": np.nan}, {"subspace": 2}, {"restarts": 0}):
        with pytest.raises(LossDataError, match="expected them > 0, ≥ 3 and ≥ 1"):
            estimate_least_eigenvalue(loss, U, V, rng, **option)
    with pytest.raises(LossDataError, match=r"rng = 6; give a generator"):
        estimate_least_eigenvalue(loss, U, V, 6)
    with pytest.raises(LossDataError, match="with one k"):
        estimate_least_eigenvalue(loss, U, V[:, :1], rng)
    bare = NimcLoss(loss.X, loss.Y, loss.users, loss.items, loss.ratings, Activation("mine", np.sin, np.cos))
    with pytest.raises(MissingDerivativeError, match="hessian_operator: needs φ′′"):
        estimate_least_eigenvalue(bare, U, V, rng)
