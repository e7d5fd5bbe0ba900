"""Sampled deviations of empirical Hessian blocks from their means, divided by the error that is to bound them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from numeric.nimc.activations import Activation, Array
from numeric.nimc.dense_hessian import dense_hessian
from numeric.nimc.loss import NimcLoss
from numeric.nimc.observed_pairs import Indices
from numeric.nimc.plane_quadrature import estimate_population_hessian

_CONSTANT, _T = 4, 2
_BLOCK = 2**17
_CUT, _STEP = 9.0, 1 / 512


class SampleSizeError(ValueError):
    """A sample was asked for that has no features or no ratings."""


@dataclass(frozen=True)
class SampleSizes:
    """How many features and ratings are drawn.

    Args:
        dimension: d.
        users: n₁.
        items: n₂.
        ratings: |Ω|.

    Raises:
        SampleSizeError: If one of them is not positive.
    """

    dimension: int
    users: int
    items: int
    ratings: int

    def __post_init__(self) -> None:
        if min(self.dimension, self.users, self.items, self.ratings) < 1:
            raise SampleSizeError(f"SampleSizes: {self}; every size must be at least 1")


def stated_sizes(
    dimension: int, error: float = 1.0, *, error_power: int = 2, dimension_power: int = 1, many_items: bool = False
) -> SampleSizes:
    r"""Return the sizes :math:`4\epsilon^{-2}td\log^2d` and, for the items, :math:`4\epsilon^{-2}t\log d`, t = 2.

    Args:
        dimension: d ≥ 2.
        error: ε > 0.
        error_power: 2 in the text; the power of 1/ε.
        dimension_power: 1 in the text; the power of d for users and ratings.
        many_items: Whether the items are as many as the users, as in Theorem C.2.

    **Source:** [nimc] Lemmas E.3, E.6, E.7; the unspecified constant is taken as 4.
    """
    scale = _CONSTANT * error**-error_power * _T
    users = math.ceil(scale * dimension**dimension_power * math.log(dimension) ** 2)
    items = users if many_items else math.ceil(scale * math.log(dimension))
    return SampleSizes(dimension, users, items, users)


@dataclass(frozen=True)
class Sample:
    """Features X (n₁, d), Y (n₂, d) and the indices of |Ω| pairs, drawn with replacement."""

    X: Array
    Y: Array
    users: Indices
    items: Indices

    def user_means(self, items: Array) -> Array:
        """Return for each user the sum over its ratings of the item's value, divided by |Ω|."""
        found: Array = np.bincount(self.users, items[self.items], len(self.X)) / len(self.users)
        return found


def sample_ratings(sizes: SampleSizes, rng: np.random.Generator) -> Sample:
    """Return standard normal features and uniformly drawn pairs.

    Args:
        sizes: How many.
        rng: The generator.
    """
    return Sample(
        rng.standard_normal((sizes.users, sizes.dimension)),
        rng.standard_normal((sizes.items, sizes.dimension)),
        rng.integers(0, sizes.users, sizes.ratings),
        rng.integers(0, sizes.items, sizes.ratings),
    )


def sample_slope_block(
    sizes: SampleSizes, phi: Activation, rng: np.random.Generator, lengths: tuple[float, float] = (1.0, 1.0)
) -> float:
    """Return the norm of (E - mean over Ω) of φ'(u·x)²φ(v·y)²xxᵀ for one sample.

    Args:
        sizes: Sample sizes.
        phi: The activation.
        rng: The generator.
        lengths: ‖u‖ and ‖v‖; both point along the first axis.

    **Source:** [nimc] Lemma E.3 with i = j.
    """
    u, v = lengths
    slope = phi.derivative(1, "sample_slope_block")
    sample = sample_ratings(sizes, rng)
    weights = slope(u * sample.X[:, 0]) ** 2 * sample.user_means(phi.value(v * sample.Y[:, 0]) ** 2)
    beside, along = _slope_moments(phi, u)
    expected = np.full(sizes.dimension, beside)
    expected[0] = along
    return _norm(_product(sample.X, weights[:, None] * sample.X) - np.diag(expected * _second_moment(phi, v)))


def sample_residual_block(sizes: SampleSizes, phi: Activation, step: float, rng: np.random.Generator) -> float:
    """Return the norm of the mean over Ω of h·φ''(u·x)φ(v·y)xxᵀ for one sample.

    Args:
        sizes: Sample sizes, d ≥ 2.
        phi: A smooth activation.
        step: ‖u - u*‖ = ‖v - v*‖; u* = v* = e₁, u = v = e₁ + step·e₂.
        rng: The generator.

    **Source:** [nimc] Lemma E.6, k = 1.
    """
    curvature = phi.derivative(2, "sample_residual_block")
    sample = sample_ratings(sizes, rng)
    (ux, true_x), (vy, true_y) = _moved(sample.X, step), _moved(sample.Y, step)
    P, Q = phi.value(vy) ** 2, phi.value(vy) * phi.value(true_y)
    weights = curvature(ux) * (phi.value(ux) * sample.user_means(P) - phi.value(true_x) * sample.user_means(Q))
    return _norm(_product(sample.X, weights[:, None] * sample.X))


def sample_cross_block(sizes: SampleSizes, phi: Activation, rng: np.random.Generator) -> float:
    """Return the norm of (E - mean over Ω) of φ'(u·x)φ'(v·y)φ(v·y)φ(u·x)xyᵀ, u = v = e₁, for one sample.

    Args:
        sizes: Sample sizes.
        phi: The activation.
        rng: The generator.

    **Source:** [nimc] Lemma E.7 with i = j.
    """
    slope = phi.derivative(1, "sample_cross_block")
    sample = sample_ratings(sizes, rng)
    left, right = (slope(F[:, 0]) * phi.value(F[:, 0]) for F in (sample.X, sample.Y))
    mean = _rated_product(sample, left, right)
    mean[0, 0] -= _gamma(phi) ** 2
    return _norm(mean)


def sample_residual_cross_block(sizes: SampleSizes, phi: Activation, step: float, rng: np.random.Generator) -> float:
    """Return the norm of the mean over Ω of h·φ'(u·x)φ'(v·y)xyᵀ for one sample; see :func:`sample_residual_block`.

    Args:
        sizes: Sample sizes, d ≥ 2.
        phi: The activation.
        step: ‖u - u*‖ = ‖v - v*‖.
        rng: The generator.

    **Source:** [nimc] Lemma E.9, k = 1.
    """
    slope = phi.derivative(1, "sample_residual_cross_block")
    sample = sample_ratings(sizes, rng)
    (ux, true_x), (vy, true_y) = _moved(sample.X, step), _moved(sample.Y, step)
    at_point = _rated_product(sample, phi.value(ux) * slope(ux), phi.value(vy) * slope(vy))
    at_truth = _rated_product(sample, phi.value(true_x) * slope(ux), phi.value(true_y) * slope(vy))
    return _norm(at_point - at_truth)


def sample_hessian_error(sizes: SampleSizes, phi: Activation, step: float, rng: np.random.Generator) -> float:
    """Return the norm of the empirical Hessian at (U, V) less the population Hessian at the truth, for one sample.

    Args:
        sizes: Sample sizes, d ≥ 3.
        phi: A smooth activation.
        step: ‖U - U*‖ = ‖V - V*‖; the truth is (e₁, e₂) on both sides, both columns move by step·e₃/√2.
        rng: The generator.

    **Source:** [nimc] Theorem C.2, k = 2.
    """
    d = sizes.dimension
    sample = sample_ratings(sizes, rng)
    truth = np.eye(d)[:, :2]
    point = truth.copy()
    point[2] += step / np.sqrt(2)
    P, Q = phi.value(sample.X @ truth)[sample.users], phi.value(sample.Y @ truth)[sample.items]
    loss = NimcLoss(sample.X, sample.Y, sample.users, sample.items, np.einsum("pk,pk->p", P, Q), phi)
    return _norm(dense_hessian(loss, point, point) - _population_at_truth(phi, d))


def _rated_product(sample: Sample, left: Array, right: Array) -> Array:
    """Return the mean over Ω of left(x)right(y)xyᵀ."""
    counts = csr_array((np.ones(len(sample.users)), (sample.users, sample.items)), (len(sample.X), len(sample.Y)))
    rated: Array = np.asarray(counts @ (right[:, None] * sample.Y))
    return _product(left[:, None] * sample.X, rated) / len(sample.users)


def _product(left: Array, right: Array) -> Array:
    """Return leftᵀ·right, in blocks of rows small enough that the time does not depend on how many threads BLAS has."""
    rows = max(1, _BLOCK // (left.shape[1] * right.shape[1]))
    total = np.zeros((left.shape[1], right.shape[1]))
    for start in range(0, len(left), rows):
        total += left[start : start + rows].T @ right[start : start + rows]
    return total


def _moved(features: Array, step: float) -> tuple[Array, Array]:
    true = features[:, 0]
    return true + step * features[:, 1], true


def _norm(matrix: Array) -> float:
    return float(np.linalg.norm(matrix, 2))


def _population_at_truth(phi: Activation, d: int) -> Array:
    """Return H* at U* = V* = (e₁, e₂) in d ≥ 3 dimensions: beside the plane it is what it is along e₃."""
    plane = _population_in_space(phi)
    H = np.zeros((4 * d, 4 * d))
    for row in range(4):
        for column in range(4):
            block = plane[3 * row : 3 * row + 3, 3 * column : 3 * column + 3]
            target = H[d * row : d * row + d, d * column : d * column + d]
            target[:3, :3] = block
            target[np.arange(3, d), np.arange(3, d)] = block[2, 2]
    return H


@lru_cache(maxsize=8)
def _population_in_space(phi: Activation) -> Array:
    truth = np.eye(3)[:, :2]
    # The poles of sigmoid and tanh are at least π/2 away: the error is of order 1e-7, far below any deviation.
    return estimate_population_hessian(phi, truth, truth, step=0.4, cut=8.0)


@lru_cache(maxsize=64)
def _slope_moments(phi: Activation, length: float) -> tuple[float, float]:
    """Return E φ'(‖u‖z)² and E φ'(‖u‖z)²z²."""
    z, density = _midpoints()
    square = phi.derivative(1, "slope moments")(length * z) ** 2
    return float(density @ square), float(density @ (square * z**2))


@lru_cache(maxsize=64)
def _second_moment(phi: Activation, length: float) -> float:
    z, density = _midpoints()
    return float(density @ phi.value(length * z) ** 2)


@lru_cache(maxsize=8)
def _gamma(phi: Activation) -> float:
    z, density = _midpoints()
    return float(density @ (phi.value(z) * phi.derivative(1, "gamma")(z) * z))


@lru_cache(maxsize=1)
def _midpoints() -> tuple[Array, Array]:
    """Return the midpoint rule on [-9, 9]: no node at a kink at 0."""
    count = round(_CUT / _STEP)
    z: Array = (np.arange(-count, count, dtype=np.float64) + 0.5) * _STEP
    density: Array = np.exp(-(z**2) / 2) * (_STEP / math.sqrt(2 * math.pi))
    return z, density
