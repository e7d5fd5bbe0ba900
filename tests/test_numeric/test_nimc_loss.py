"""The floating-point loss against the exact one, its derivatives, and bad input."""

from fractions import Fraction

import numpy as np
import pytest

from numeric.nimc.activations import (
    Activation,
    ActivationValueError,
    MissingDerivativeError,
    UnknownActivationError,
    activation,
)
from numeric.nimc.dense_hessian import dense_hessian
from numeric.nimc.exact_loss import loss_along, loss_instances, printed_mean_form, second_derivative_along
from numeric.nimc.loss import LossDataError, NimcLoss


def polynomial(coefficients):
    p = np.polynomial.Polynomial([float(c) for c in coefficients])
    return Activation("polynomial", p, p.deriv(), p.deriv(2))


def floats(matrix):
    return np.array(matrix, dtype=np.float64)


def loss_of(instance):
    phi = activation("relu") if instance.activation is None else polynomial(instance.activation.coefficients)
    X, Y = floats(instance.X).T, floats(instance.Y).T
    truth = phi.value(X @ floats(instance.U_true)) * phi.value(Y @ floats(instance.V_true))
    index = np.arange(instance.pairs)
    return NimcLoss(X, Y, index, index, truth.sum(axis=1), phi)


def sample_loss(rng, phi, *, d=4, e=3, k=2, users=6, items=5, pairs=40):
    X, Y = rng.standard_normal((users, d)), rng.standard_normal((items, e))
    i, j = rng.integers(0, users, pairs), rng.integers(0, items, pairs)
    loss = NimcLoss(X, Y, i, j, rng.standard_normal(pairs), phi)
    return loss, rng.standard_normal((d, k)), rng.standard_normal((e, k))


@pytest.mark.parametrize("relu", [False, True])
def test_agrees_with_exact_rational_derivatives(relu):
    for s in loss_instances(np.random.default_rng(1), relu=relu):
        loss, U, V, A, B = loss_of(s), *map(floats, (s.U, s.V, s.A, s.B))
        exact = loss_along(s)
        gradient = loss.gradient(U, V)
        along = sum(np.vdot(g, direction) for g, direction in zip(gradient, (A, B), strict=True))
        users, items = loss.hessian_vector_product(U, V, A, B)
        form = np.vdot(users, A) + np.vdot(items, B)
        assert loss.value(U, V) == pytest.approx(float(Fraction(str(exact[0]))) / (2 * s.pairs), rel=1e-10)
        assert along == pytest.approx(float(Fraction(str(exact[1]))) / (2 * s.pairs), rel=1e-9, abs=1e-9)
        assert form == pytest.approx(float(second_derivative_along(s)) / (2 * s.pairs), rel=1e-9, abs=1e-9)
        assert form == pytest.approx(float(printed_mean_form(s, with_curvature=not relu)), rel=1e-9, abs=1e-9)


def test_taylor_remainders_have_slopes_two_and_three():
    rng = np.random.default_rng(3)
    loss, U, V = sample_loss(rng, activation("tanh"))
    A, B = rng.standard_normal(U.shape), rng.standard_normal(V.shape)
    first = sum(np.vdot(g, h) for g, h in zip(loss.gradient(U, V), (A, B), strict=True))
    second = sum(np.vdot(g, h) for g, h in zip(loss.hessian_vector_product(U, V, A, B), (A, B), strict=True))
    steps = np.array([2.0**-n for n in range(8, 13)])
    gaps = np.array([loss.value(U + t * A, V + t * B) - loss.value(U, V) for t in steps])
    slope = np.polyfit(np.log(steps), np.log(np.abs(gaps - steps * first)), 1)[0]
    curve = np.polyfit(np.log(steps), np.log(np.abs(gaps - steps * first - steps**2 * second / 2)), 1)[0]
    assert slope == pytest.approx(2, abs=0.15)
    assert curve == pytest.approx(3, abs=0.15)


def test_linear_activation_has_the_null_space_of_a_change_of_basis():
    rng = np.random.default_rng(5)
    loss, U, V = sample_loss(rng, activation("linear"), users=30, items=30, pairs=400)
    at_truth = NimcLoss(loss.X, loss.Y, loss.users, loss.items, loss.residuals(U, V) + loss.ratings, loss.phi)
    eigenvalues = np.linalg.eigvalsh(dense_hessian(at_truth, U, V))
    k = U.shape[1]
    assert eigenvalues[k * k - 1] < 1e-12
    assert eigenvalues[k * k] > 1e-4


def test_bad_input_is_named():
    rng = np.random.default_rng(6)
    loss, U, V = sample_loss(rng, activation("tanh"))
    with pytest.raises(LossDataError, match=r"X\[0, 1\] is nan"):
        NimcLoss(_with_nan(loss.X), loss.Y, loss.users, loss.items, loss.ratings, loss.phi)
    with pytest.raises(LossDataError, match=r"users must lie in 0\.\.5"):
        NimcLoss(loss.X, loss.Y, loss.users + 1, loss.items, loss.ratings, loss.phi)
    with pytest.raises(LossDataError, match="no observed pair"):
        NimcLoss(loss.X, loss.Y, loss.users[:0], loss.items[:0], loss.ratings[:0], loss.phi)
    with pytest.raises(LossDataError, match="with one k"):
        loss.value(U, V[:, :1])
    with pytest.raises(LossDataError, match=r"U\[0, 1\] is nan"):
        loss.gradient(_with_nan(U), V)
    with pytest.raises(LossDataError, match="users has entries of type float64; expected integers"):
        NimcLoss(loss.X, loss.Y, loss.users + 0.0, loss.items, loss.ratings, loss.phi)
    with pytest.raises(LossDataError, match=r"items must lie in 0\.\.4, found -1\.\.3"):
        NimcLoss(loss.X, loss.Y, loss.users, loss.items - 1, loss.ratings, loss.phi)
    with pytest.raises(LossDataError, match="X has entries of type complex128; expected real numbers"):
        NimcLoss(loss.X * 1j, loss.Y, loss.users, loss.items, loss.ratings, loss.phi)
    with pytest.raises(LossDataError, match=r"X \(6, 0\) or Y \(5, 3\) is empty"):
        NimcLoss(loss.X[:, :0], loss.Y, loss.users, loss.items, loss.ratings, loss.phi)
    with pytest.raises(LossDataError, match=r"ratings \(39,\); expected"):
        NimcLoss(loss.X, loss.Y, loss.users, loss.items, loss.ratings[1:], loss.phi)
    with pytest.raises(LossDataError, match=r"directions \(4, 2\) and \(4, 2\); expected \(4, 2\) and \(3, 2\)"):
        loss.hessian_vector_product(U, V, U, U)
    with pytest.raises(LossDataError, match=r"hessian_vector_product: A\[0, 1\] is nan"):
        loss.hessian_vector_product(U, V, _with_nan(U), V)
    with pytest.raises(ActivationValueError, match="residuals: φ of activation 'log' is nan at -"):
        NimcLoss(loss.X, loss.Y, loss.users, loss.items, loss.ratings, Activation("log", _log)).value(U, V)
    bare = NimcLoss(loss.X, loss.Y, loss.users, loss.items, loss.ratings, Activation("mine", np.sin, np.cos))
    assert len(bare.gradient(U, V)) == 2
    with pytest.raises(MissingDerivativeError, match="hessian_vector_product: needs φ′′, which activation 'mine'"):
        bare.hessian_vector_product(U, V, U, V)


def _log(z):
    with np.errstate(invalid="ignore"):
        return np.log(z)


def _with_nan(values):
    changed = values.copy()
    changed[0, 1] = np.nan
    return changed


def test_a_bare_name_is_no_activation():
    one, pair = np.ones((1, 1)), np.zeros(1, dtype=np.int64)
    with pytest.raises(UnknownActivationError, match=r"NimcLoss: phi = 'tanh'; give an Activation"):
        NimcLoss(one, one, pair, pair, np.ones(1), "tanh")
