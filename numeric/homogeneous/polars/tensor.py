"""The polar of x¹ ⊗ … ⊗ x^K with l2 norms: the spectral norm of a tensor.

For a third-order tensor, f(u) = ‖Σuᵢ Wᵢ‖₂ is convex and homogeneous in the smallest factor, so that its maximum over
the sphere is bounded on orthants cut into small cones. An unfolding's spectral norm bounds tensors of every order.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from flint import arb, arb_mat

from numeric.enclosures.balls import working_bits
from numeric.homogeneous.polars.convex_cover import ConvexPieces, bounded_maximum
from numeric.homogeneous.polars.eigenvalue_bounds import spectral_norm_bound
from numeric.homogeneous.polars.enclosure import (
    BITS,
    PolarEnclosure,
    PolarInputError,
    Vector,
    entries_of,
    in_unit_ball,
    rounded,
)

COVERED_DIMENSION = 4


def enclose_tensor_polar(W: Any, *, tolerance: float = 1e-10, max_cones: int = 10_000) -> PolarEnclosure:
    """Return sup ⟨W, x¹ ⊗ … ⊗ x^K⟩ over ‖xᵏ‖₂ ≤ 1 between certified bounds.

    Args:
        W: A tensor with K ≥ 1 axes: doubles (taken as exact), exact fractions or balls.
        tolerance: Relative width wanted.
        max_cones: Number of cones after which halving stops.

    Returns:
        For K ≤ 2, or K = 3 with a smallest dimension of at most 4, bounds ``tolerance`` apart unless ``max_cones`` was
        reached; otherwise the best spectral norm of an unfolding, which may be larger than the polar.

    Raises:
        PolarInputError: If W is empty or not finite.

    Example:
        >>> polar = enclose_tensor_polar([[[1.0, 0.0], [0.0, -1.0]], [[0.0, -1.0], [-1.0, 0.0]]])
        >>> bool(polar.lower <= 1 <= polar.upper), polar.width < 1e-8
        (True, True)
    """
    order = entries_of(W).ndim
    if order < 1:
        raise PolarInputError("tensor polar: W is a number; it needs at least one axis")
    data = rounded(W, order)
    center = data.center
    with working_bits(BITS):
        upper = min((_unfolded_bound(center, k) for k in range(order)), key=float)
    atom, value = _ascended_from_unfoldings(center)
    kept = [k for k in range(order) if center.shape[k] > 1]
    gap = float(upper) - value
    if len(kept) == 3 and min(center.shape[k] for k in kept) <= COVERED_DIMENSION and gap > tolerance * value:
        axis = min(kept, key=lambda k: center.shape[k])
        slices = np.moveaxis(center, axis, 0).reshape(center.shape[axis], *(center.shape[k] for k in kept if k != axis))
        cover = bounded_maximum(
            _slice_pieces(slices),
            tolerance=tolerance / 2,
            max_cones=max_cones,
            ascend=lambda u: _ascended_slice(slices, u),
            floor=1e-15 * float(np.linalg.norm(center)),
        )
        found = _alternated(center, _factors_at(center, slices, cover.point, kept, axis))
        atom, value = max((atom, value), found, key=lambda pair: pair[1])
        upper = upper.min(cover.upper)
    unit = tuple(in_unit_ball(x) for x in atom)
    with working_bits(BITS):
        lower = data.lower(_value(center, unit) - data.distance)
        above = data.upper(upper + data.distance)
    if lower == 0.0:
        unit = tuple(np.zeros(size) for size in center.shape)
    return PolarEnclosure(lower, above, unit)


def _unfolded_bound(center: Vector, k: int) -> arb:
    unfolded = np.moveaxis(center, k, 0).reshape(center.shape[k], -1)
    return spectral_norm_bound(arb_mat([[arb(float(x)) for x in row] for row in unfolded]))


def _contracted(center: Vector, factors: list[Vector], kept: int) -> Vector:
    """Return W contracted with every factor but one."""
    result = np.moveaxis(center, kept, 0)
    for k in reversed([k for k in range(center.ndim) if k != kept]):
        result = result @ factors[k]
    return np.asarray(result)


def _alternated(center: Vector, factors: list[Vector]) -> tuple[list[Vector], float]:
    """Return factors and value after maximizing over one factor at a time."""
    value = 0.0
    for _ in range(1000):
        before = value
        for k in range(center.ndim):
            z = _contracted(center, factors, k)
            value = float(np.linalg.norm(z))
            if value == 0.0:
                return factors, 0.0
            factors = [z / value if i == k else x for i, x in enumerate(factors)]
        if value - before <= 1e-16 * value:
            break
    return factors, value


def _ascended_from_unfoldings(center: Vector) -> tuple[list[Vector], float]:
    """Return the better of the local maxima reached from the unfoldings' leading vectors and from the largest entry."""
    leading = [
        np.linalg.svd(np.moveaxis(center, k, 0).reshape(center.shape[k], -1), full_matrices=False)[0][:, 0]
        for k in range(center.ndim)
    ]
    largest = np.unravel_index(int(np.abs(center).argmax()), center.shape)
    units = [np.eye(size)[i] for size, i in zip(center.shape, largest, strict=True)]
    return max((_alternated(center, start) for start in (leading, units)), key=lambda pair: pair[1])


def _slice_pieces(slices: Vector) -> ConvexPieces:
    """Return f(u) = ‖Σuᵢ Wᵢ‖₂ on the orthants of ±u ~ u."""
    k = len(slices)
    orthants = [np.diag(np.array([1, *signs], dtype=object)) for signs in product((1, -1), repeat=k - 1)]
    balls = [arb_mat([[arb(float(x)) for x in row] for row in part]) for part in slices]

    def enclose(_: int, u: list[arb]) -> arb:
        total = balls[0] * u[0]
        for part, weight in zip(balls[1:], u[1:], strict=True):
            total += part * weight
        return spectral_norm_bound(total)

    return ConvexPieces(
        orthants,
        lambda _, points: np.linalg.norm(np.tensordot(points, slices, axes=1), 2, axis=(1, 2)),
        enclose,
        np.full(len(orthants), np.inf),
    )


def _ascended_slice(slices: Vector, u: Vector) -> tuple[Vector, float]:
    value = 0.0
    for _ in range(200):
        left, singular, right = np.linalg.svd(np.tensordot(u, slices, axes=1))
        before, value = value, float(singular[0])
        gradient = np.einsum("kij,i,j->k", slices, left[:, 0], right[0])
        length = float(np.linalg.norm(gradient))
        if length == 0.0 or value - before <= 1e-16 * value:
            break
        u = gradient / length
    return u, value


def _factors_at(center: Vector, slices: Vector, u: Vector, kept: list[int], axis: int) -> list[Vector]:
    left, _, right = np.linalg.svd(np.tensordot(u, slices, axes=1))
    factors = [np.ones(1) for _ in range(center.ndim)]
    factors[axis] = u
    first, second = (k for k in kept if k != axis)
    factors[first], factors[second] = left[:, 0], right[0]
    return factors


def _value(center: Vector, factors: tuple[Vector, ...]) -> arb:
    """Return ⟨W, x¹ ⊗ … ⊗ x^K⟩ in balls."""
    rows = arb_mat([[arb(float(x)) for x in row] for row in center.reshape(center.shape[0], -1)])
    for k, x in enumerate(factors):
        columns = arb_mat([[arb(float(value)) for value in x]]) * rows
        if k + 1 < len(factors):
            width = center.shape[k + 1]
            entries = [columns[0, j] for j in range(columns.ncols())]
            depth = len(entries) // width
            rows = arb_mat([entries[i * depth : (i + 1) * depth] for i in range(width)])
        else:
            return columns[0, 0]
    raise AssertionError("a tensor has at least one axis")
