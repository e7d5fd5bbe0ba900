r"""The polar of uvᵀ for pairs of the norms l1, l2, l∞.

=======  ==========================  =========================  =======================================
u \ v    l1                          l2                         l∞
=======  ==========================  =========================  =======================================
l1       largest \|entry\|           largest row length         largest l1 norm of a row
l2       largest column length       spectral norm              max ‖Wv‖₂ over signs v (NP-hard)
l∞       largest l1 norm of a        max ‖Wᵀu‖₂ over signs u    max ‖Wᵀu‖₁ over signs u (NP-hard)
         column                      (NP-hard)
=======  ==========================  =========================  =======================================
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from flint import arb, arb_mat

from numeric.enclosures.balls import working_bits
from numeric.homogeneous.polars.eigenvalue_bounds import enclose_spectral_norm
from numeric.homogeneous.polars.enclosure import (
    BITS,
    PolarEnclosure,
    PolarInputError,
    RoundedData,
    Vector,
    ball_matrix,
    euclidean_length,
    in_unit_ball,
    root,
    rounded,
)
from numeric.homogeneous.polars.sign_forms import largest_image_norm, sign_ascent, sign_form_bound

Norm = Literal["l1", "l2", "linf"]
NORMS = ("l1", "l2", "linf")
DUAL = {"l1": "linf", "l2": "l2", "linf": "l1"}
ENUMERATED_SIGNS = 16


def enclose_norm_pair_polar(W: Any, norm_u: Norm = "l2", norm_v: Norm = "l2", *, sweeps: int = 4000) -> PolarEnclosure:
    """Return sup uᵀWv over ‖u‖ ≤ 1, ‖v‖ ≤ 1 between certified bounds.

    Args:
        W: m×n: doubles (taken as exact), exact fractions or balls.
        norm_u: ``"l1"``, ``"l2"`` or ``"linf"``.
        norm_v: The same for v.
        sweeps: Effort of the semidefinite bound where signs are too many to enumerate.

    Returns:
        Bounds equal up to rounding, except for the NP-hard pairs with more than 16 signs on the shorter side that has
        them: there the upper bound is Grothendieck's (below 1.783 times the polar for l∞/l∞, below 1.254 for l2/l∞).

    Raises:
        PolarInputError: If W is empty or not finite, or a norm is unknown.

    Example:
        >>> polar = enclose_norm_pair_polar([[1.0, -2.0], [3.0, 0.5]], "linf", "linf")
        >>> polar.lower, polar.upper
        (5.5, 5.5)
    """
    if norm_u not in NORMS or norm_v not in NORMS:
        raise PolarInputError(f"polar: norms {norm_u!r}, {norm_v!r}; each is one of {', '.join(NORMS)}")
    if norm_u == norm_v == "l2":
        return enclose_spectral_norm(W)
    data = rounded(W, 2)
    if norm_u == "l1" or norm_v == "l1":
        return _at_an_axis(data, norm_u, norm_v)
    if norm_u == norm_v:
        return _by_signs(data, norm_v, sweeps, transposed=data.center.shape[0] > data.center.shape[1])
    return _by_signs(data, "l2", sweeps, transposed=norm_v == "linf")


def _at_an_axis(data: RoundedData, norm_u: Norm, norm_v: Norm) -> PolarEnclosure:
    """Return the largest dual norm of a row (u on an axis) or of a column."""
    transposed = norm_u != "l1"
    A, norm = (data.center.T, norm_u) if transposed else (data.center, norm_v)
    lengths = [float(np.linalg.norm(row, {"linf": np.inf, "l2": 2, "l1": 1}[DUAL[norm]])) for row in A]
    i = int(np.argmax(lengths))
    axis = np.eye(len(A))[i]
    partner = in_unit_ball(_dual_vector(A[i], norm), norm)
    with working_bits(BITS):
        norms = [_dual_norm([arb(float(x)) for x in row], norm) for row in A]
        upper = norms[0]
        for value in norms[1:]:
            upper = upper.max(value)
        attained = sum((arb(float(x)) * arb(float(y)) for x, y in zip(A[i], partner, strict=True)), arb(0))
        above, below = data.upper(upper + data.l1_distance), data.lower(attained - data.l1_distance)
    pair = (partner, axis) if transposed else (axis, partner)
    return _enclosure(below, above, pair)


def _dual_vector(row: Vector, norm: Norm) -> Vector:
    if norm == "l1":
        j = int(np.abs(row).argmax())
        return np.asarray(np.eye(len(row))[j] * np.sign(row[j]))
    return np.asarray(row if norm == "l2" else np.sign(row))


def _dual_norm(row: list[arb], norm: Norm) -> arb:
    if norm == "l1":
        largest = arb(0)
        for x in row:
            largest = largest.max(abs(x))
        return largest
    if norm == "linf":
        return sum((abs(x) for x in row), arb(0))
    return euclidean_length(row)


def _by_signs(data: RoundedData, partner_norm: Norm, sweeps: int, *, transposed: bool) -> PolarEnclosure:
    """Return max ‖Aᵀz‖ over sign vectors z, in the dual of the partner's norm, with A = W or Wᵀ."""
    A = data.center.T if transposed else data.center
    order = 1 if partner_norm == "linf" else 2
    with working_bits(BITS):
        if len(A) <= ENUMERATED_SIGNS:
            upper, z = largest_image_norm(A, order)
        else:
            upper, z = _relaxed(A, order, sweeps)
        partner = in_unit_ball(_dual_vector(z @ A, partner_norm), partner_norm)
        image = arb_mat([[arb(float(x)) for x in z]]) * ball_matrix(A)
        attained = sum((image[0, j] * arb(float(x)) for j, x in enumerate(partner)), arb(0))
        above, below = data.upper(upper + data.l1_distance), data.lower(attained - data.l1_distance)
    return _enclosure(below, above, (partner, z) if transposed else (z, partner))


def _relaxed(A: Vector, order: int, sweeps: int) -> tuple[arb, Vector]:
    m, n = A.shape
    balls = ball_matrix(A)
    if order == 2:
        square, X = sign_form_bound(balls * balls.transpose(), sweeps=sweeps)
        upper = root(square)
    else:
        form = arb_mat(m + n, m + n)
        for i in range(m):
            for j in range(n):
                form[i, m + j] = form[m + j, i] = balls[i, j] / 2
        upper, X = sign_form_bound(form, sweeps=sweeps)

    def signs(x: Vector) -> Vector:
        return np.where(x >= 0, 1.0, -1.0)

    def improve(z: Vector) -> Vector:
        image = z @ A
        return signs(A @ (signs(image) if order == 1 else image))

    starts = [signs(column) for column in X[:m].T] + [signs(column) for column in A.T]
    z = sign_ascent(improve, lambda z: float(np.linalg.norm(z @ A, order)), starts)
    return upper, z


def _enclosure(below: float, above: float, pair: tuple[Vector, Vector]) -> PolarEnclosure:
    if below == 0.0:
        pair = np.zeros_like(pair[0]), np.zeros_like(pair[1])
    return PolarEnclosure(below, above, pair)
