"""The polar of x¹ ⊗ … ⊗ x^K with l2 norms: the spectral norm of a tensor.

The spectral norm f(u) of the slices' combination Σuᵢ Wᵢ is convex and homogeneous in the smallest factor, so that its
maximum over the sphere is bounded on orthants cut into small cones: for third order from norms of matrices, for fourth
order from third. An unfolding's spectral norm bounds tensors of every order.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from flint import arb, arb_mat
from numpy.typing import NDArray

from numeric.enclosures.balls import working_bits
from numeric.homogeneous.polars.convex_cover import ConvexPieces, bounded_maximum
from numeric.homogeneous.polars.eigenvalue_bounds import spectral_norm_bound
from numeric.homogeneous.polars.enclosure import (
    BITS,
    PolarEnclosure,
    PolarInputError,
    Vector,
    ball_matrix,
    entries_of,
    in_unit_ball,
    rounded,
)

COVERED_DIMENSIONS = {3: 5, 4: 2}  # by order, the largest smallest dimension


def enclose_tensor_polar(W: Any, *, tolerance: float = 1e-10, max_cones: int = 10_000) -> PolarEnclosure:
    """Return sup ⟨W, x¹ ⊗ … ⊗ x^K⟩ over ‖xᵏ‖₂ ≤ 1 between certified bounds.

    Args:
        W: A tensor with K ≥ 1 axes: doubles (taken as exact), exact fractions or balls.
        tolerance: Relative width wanted.
        max_cones: Number of cones after which halving stops.

    Returns:
        Dimensions of 1 left out: for K ≤ 2, K = 3 with a smallest dimension of at most 5, or K = 4 with one of 2,
        bounds ``tolerance`` apart unless ``max_cones`` was reached (it is, from dimension 5 on, and where maximizers
        fill a sphere); otherwise the best spectral norm of an unfolding, which may be larger than the polar.

    Raises:
        PolarInputError: If W is empty or not finite.

    Example:
        >>> polar = enclose_tensor_polar([[[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 0.0]]])
        >>> bool(polar.lower <= 2 / 3**0.5 <= polar.upper), polar.width < 1e-9
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
    kept.sort(key=lambda k: center.shape[k])
    if (
        kept
        and center.shape[kept[0]] <= COVERED_DIMENSIONS.get(len(kept), 0)
        and float(upper) - value > tolerance * value
    ):
        slices = np.transpose(center, [*kept, *(k for k in range(order) if k not in kept)])
        slices = slices.reshape([center.shape[k] for k in kept])
        cover = bounded_maximum(
            _slice_pieces(slices, tolerance / 8),
            tolerance=tolerance / 2,
            max_cones=max_cones,
            ascend=lambda u: _ascended_slice(slices, u)[1:],
            floor=1e-15 * float(np.linalg.norm(center)),
        )
        found = dict(zip(kept, _ascended_slice(slices, cover.point)[0], strict=True))
        polished = _alternated(center, [found.get(k, np.ones(1)) for k in range(order)])
        atom, value = max((atom, value), polished, key=lambda pair: pair[1])
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
    return spectral_norm_bound(ball_matrix(unfolded))


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


def _slice_pieces(slices: Vector, tolerance: float) -> ConvexPieces:
    """Return f(u), the spectral norm of Σuᵢ Wᵢ, on the orthants of ±u ~ u."""
    k = len(slices)
    orthants = [np.diag(np.array([1, *signs], dtype=object)) for signs in product((1, -1), repeat=k - 1)]
    shape = slices.shape[1:]
    balls = arb_mat([[arb(float(x)) for x in part.ravel()] for part in slices])
    seen: dict[bytes, float] = {}

    def norm(u: Vector) -> float:
        if u.tobytes() not in seen:
            seen[u.tobytes()] = enclose_tensor_polar(np.tensordot(u, slices, axes=1), tolerance=tolerance).upper
        return seen[u.tobytes()]

    def value(_: NDArray[np.intp], points: Vector) -> Vector:
        if len(shape) == 2:
            return np.asarray(np.linalg.norm(np.tensordot(points, slices, axes=1), 2, axis=(1, 2)))
        return np.array([norm(u) for u in points])

    def enclose(_: int, u: list[arb]) -> arb:
        total = arb_mat([u]) * balls
        entries = [total[0, j] for j in range(total.ncols())]
        if len(shape) == 2:
            return spectral_norm_bound(arb_mat(*shape, entries))
        combined = np.empty(len(entries), dtype=object)
        combined[:] = entries
        return arb(enclose_tensor_polar(combined.reshape(shape), tolerance=tolerance).upper)

    return ConvexPieces(orthants, value, enclose, np.full(len(orthants), np.inf))


def _ascended_slice(slices: Vector, u: Vector) -> tuple[list[Vector], Vector, float]:
    """Return the factors reached from the best ones for u, the first of them, and their value."""
    partners, _ = _ascended_from_unfoldings(np.tensordot(u, slices, axes=1))
    factors, value = _alternated(slices, [u, *partners])
    return factors, factors[0], value


def _value(center: Vector, factors: tuple[Vector, ...]) -> arb:
    """Return ⟨W, x¹ ⊗ … ⊗ x^K⟩ in balls."""
    rows: arb_mat = ball_matrix(center.reshape(center.shape[0], -1))
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
