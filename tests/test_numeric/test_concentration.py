"""Sampled deviations agree with what the same quantity is by other means, and shrink as they must."""

import numpy as np
import pytest

from numeric.nimc.activations import activation
from numeric.nimc.concentration import (
    SampleSizeError,
    SampleSizes,
    _gamma,
    _population_at_truth,
    _product,
    _second_moment,
    _slope_moments,
    sample_cross_block,
    sample_hessian_error,
    sample_ratings,
    sample_residual_block,
    sample_residual_cross_block,
    sample_slope_block,
    stated_sizes,
)
from numeric.nimc.dense_hessian import dense_hessian
from numeric.nimc.loss import NimcLoss
from numeric.nimc.plane_quadrature import estimate_population_hessian

TANH, RELU = activation("tanh"), activation("relu")


def test_sizes_are_as_stated():
    assert stated_sizes(8) == SampleSizes(8, 277, 17, 277)
    assert stated_sizes(8, 1 / 2).items == pytest.approx(4 * 17, abs=3)
    assert stated_sizes(8, many_items=True).items == 277
    assert stated_sizes(64).items < 64
    with pytest.raises(SampleSizeError, match="at least 1"):
        SampleSizes(3, 1, 0, 1)


def test_moments_of_relu_are_exact_although_it_has_a_kink():
    assert _slope_moments(RELU, 3.0) == pytest.approx((0.5, 0.5), abs=1e-6)
    assert _second_moment(RELU, 2.0) == pytest.approx(2.0, abs=1e-6)
    assert _gamma(RELU) == pytest.approx(0.5, abs=1e-6)


def test_moments_of_tanh():
    assert _second_moment(TANH, 1.0) == pytest.approx(0.3942944904, abs=1e-9)


def test_product_in_blocks():
    rng = np.random.default_rng(0)
    left, right = rng.standard_normal((5000, 40)), rng.standard_normal((5000, 30))
    assert np.abs(_product(left, right) - left.T @ right).max() < 1e-9


@pytest.mark.parametrize(
    "measure",
    [
        lambda sizes, rng: sample_slope_block(sizes, TANH, rng),
        lambda sizes, rng: sample_slope_block(sizes, RELU, rng, (2.0, 1.0)),
        lambda sizes, rng: sample_cross_block(sizes, TANH, rng),
        lambda sizes, rng: sample_cross_block(sizes, RELU, rng),
        lambda sizes, rng: sample_hessian_error(sizes, TANH, 0.0, rng),
    ],
)
def test_deviation_vanishes_as_the_samples_grow(measure):
    rng = np.random.default_rng(1)
    few, many = (np.median([measure(SampleSizes(3, n, n, n), rng) for _ in range(7)]) for n in (400, 40_000))
    assert 5 < few / many < 20


@pytest.mark.parametrize("seed", range(3))
def test_residual_blocks_are_those_of_the_dense_hessian(seed):
    """At k = 1 the Hessian less its Gauss-Newton part consists of the residual's blocks."""
    sizes, step = SampleSizes(4, 30, 20, 50), 0.3
    sample = sample_ratings(sizes, np.random.default_rng(seed))
    truth = np.eye(4)[:, :1]
    point = truth + step * np.eye(4)[:, 1:2]
    exact = np.einsum(
        "pk,pk->p", TANH.value(sample.X @ truth)[sample.users], TANH.value(sample.Y @ truth)[sample.items]
    )
    fitted = np.einsum(
        "pk,pk->p", TANH.value(sample.X @ point)[sample.users], TANH.value(sample.Y @ point)[sample.items]
    )
    H, without = (
        dense_hessian(NimcLoss(sample.X, sample.Y, sample.users, sample.items, r, TANH), point, point)
        for r in (exact, fitted)
    )
    residual = H - without
    found = sample_residual_block(sizes, TANH, step, np.random.default_rng(seed))
    assert found == pytest.approx(np.linalg.norm(residual[:4, :4], 2), rel=1e-9)
    found = sample_residual_cross_block(sizes, TANH, step, np.random.default_rng(seed))
    assert found == pytest.approx(np.linalg.norm(residual[:4, 4:], 2), rel=1e-9)


def test_population_hessian_beside_the_plane():
    full = estimate_population_hessian(TANH, np.eye(3)[:, :2], np.eye(3)[:, :2])
    assert np.abs(_population_at_truth(TANH, 3) - full).max() < 1e-6
    larger = _population_at_truth(TANH, 5)
    assert larger[4, 4] == pytest.approx(full[2, 2], rel=1e-5)
    assert larger[2, 4] == 0
