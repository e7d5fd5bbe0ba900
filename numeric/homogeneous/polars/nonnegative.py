"""The polar of uvᵀ with l2 norms and nonnegative factors: sup uᵀWv over u, v ≥ 0 in the unit balls.

The bound is λ_max of [[0, W], [Wᵀ, 0]] + N with N ≥ 0. Where that is not sharp and W has few rows or columns, the
maximum of the convex function ‖(Wᵀu)₊‖ over the nonnegative part of the sphere is bounded on small cones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb, arb_mat

from numeric.enclosures.balls import working_bits
from numeric.homogeneous.polars.convex_cover import ConvexPieces, bounded_maximum
from numeric.homogeneous.polars.copositive import nonnegative_form_bound
from numeric.homogeneous.polars.eigenvalue_bounds import bilinear, spectral_norm_bound
from numeric.homogeneous.polars.enclosure import (
    BITS,
    PolarEnclosure,
    Vector,
    ball_matrix,
    euclidean_length,
    in_unit_ball,
    rounded,
)

COVERED_DIMENSION = 5


def enclose_nonnegative_polar(
    W: Any, *, tolerance: float = 1e-10, max_cones: int = 10_000, steps: int = 3000
) -> PolarEnclosure:
    """Return sup uᵀWv over u, v ≥ 0, ‖u‖₂, ‖v‖₂ ≤ 1 between certified bounds.

    Args:
        W: m×n: doubles (taken as exact), exact fractions or balls.
        tolerance: Relative width wanted.
        max_cones: Number of cones after which halving stops.
        steps: Steps spent on the semidefinite relaxation of larger matrices.

    Returns:
        Bounds ``tolerance`` apart for min(m, n) ≤ 5 unless ``max_cones`` was reached; otherwise as near as the
        relaxation is. Zero exactly where no entry of W is positive.

    Raises:
        PolarInputError: If W is empty or not finite.

    Example:
        >>> polar = enclose_nonnegative_polar([[1.0, -2.0], [-3.0, 0.5]])
        >>> bool(polar.lower <= 1 <= polar.upper), polar.width < 1e-9
        (True, True)
        >>> enclose_nonnegative_polar([[-1.0, 0.0]]).upper
        0.0
    """
    data = rounded(W, 2)
    center = data.center
    u, v = _best_pair(center)
    pair = in_unit_ball(u), in_unit_ball(v)
    value = float(u @ center @ v)
    with working_bits(BITS):
        positive = arb_mat([[arb(max(float(x), 0.0)) for x in row] for row in center])
        upper = spectral_norm_bound(positive)
        for bound in _bounds(center, (u, v), tolerance, max_cones, steps):
            if float(upper) <= value * (1 + tolerance):
                break
            upper = upper.min(bound())
        above = data.upper(upper + data.distance)
        lower = data.lower(bilinear(center, *pair) - data.distance)
    if lower == 0.0:
        return PolarEnclosure(0.0, above, (np.zeros_like(u), np.zeros_like(v)))
    return PolarEnclosure(lower, above, pair)


def _bounds(center: Vector, pair: tuple[Vector, Vector], tolerance: float, max_cones: int, steps: int) -> list[Any]:
    """Return what to try after the spectral norm of the positive part, in order."""
    u, v = pair

    def relaxed() -> arb:
        m, n = center.shape
        M = np.block([[np.zeros((m, m)), center], [center.T, np.zeros((n, n))]])
        return nonnegative_form_bound(M, np.concatenate([u, v]) / np.sqrt(2), steps=steps)

    def covered() -> arb:
        A = center if center.shape[0] <= center.shape[1] else center.T
        return bounded_maximum(
            _positive_part_pieces(A),
            tolerance=tolerance / 2,
            max_cones=max_cones,
            ascend=lambda start: _climbed(A, start),
            floor=1e-15 * float(np.linalg.norm(A)),
        ).upper

    spectral = [lambda: spectral_norm_bound(ball_matrix(center))]
    return [*spectral, relaxed, *([covered] if min(center.shape) <= COVERED_DIMENSION else [])]


def _positive_part_pieces(A: Vector) -> ConvexPieces:
    d = len(A)
    columns = ball_matrix(A)

    def enclose(_: int, u: list[arb]) -> arb:
        images = arb_mat([u]) * columns
        parts = [images[0, j].max(arb(0)) for j in range(images.ncols())]
        return euclidean_length(parts)

    return ConvexPieces(
        [np.diag(np.ones(d, dtype=object))],
        lambda _, points: np.linalg.norm(np.maximum(points @ A, 0.0), axis=1),
        enclose,
        np.array([np.inf]),
    )


def _climbed(A: Vector, u: Vector) -> tuple[Vector, float]:
    value = float(np.linalg.norm(np.maximum(u @ A, 0.0)))
    for _ in range(300):
        z = np.maximum(A @ np.maximum(u @ A, 0.0), 0.0)
        length = float(np.linalg.norm(z))
        if length == 0.0:
            break
        better = float(np.linalg.norm(np.maximum(z / length @ A, 0.0)))
        if better <= value * (1 + 1e-16):
            break
        u, value = z / length, better
    return u, value


def _best_pair(W: Vector) -> tuple[Vector, Vector]:
    """Return the best nonnegative pair reached from the columns, the rows' mean and the largest entry."""
    m, n = W.shape
    starts = [*np.eye(m)[: min(m, 60)], np.ones(m) / np.sqrt(m)]
    left = np.linalg.svd(W, full_matrices=False)[0][:, 0]
    starts += [np.maximum(s * left, 0.0) for s in (1, -1)]
    starts.append(np.eye(m)[int(np.unravel_index(int(W.argmax()), W.shape)[0])])
    u, value = max((_climbed(W, start) for start in starts), key=lambda pair: pair[1])
    if value <= 0.0:
        return np.zeros(m), np.zeros(n)
    v = np.maximum(u @ W, 0.0)
    return u, v / float(np.linalg.norm(v))
