"""Upper bounds of the largest eigenvalue and the spectral norm, proved by a congruence and Gershgorin's discs."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb, arb_mat

from numeric.enclosures.balls import working_bits
from numeric.homogeneous.polars.enclosure import BITS, PolarEnclosure, ball_matrix, in_unit_ball, root, rounded


class EigenvalueBoundError(ValueError):
    """The approximate eigenvectors are too far from orthogonal for a bound."""


def largest_eigenvalue_bound(A: Any) -> arb:
    """Return a number proved to be at least the largest eigenvalue of every symmetric matrix in the ball matrix A.

    With Q the approximate eigenvectors, QᵀQ is strictly diagonally dominant, so that Q is invertible, and for the λ
    returned λQᵀQ − QᵀAQ is diagonally dominant, so that λI − A is positive semidefinite. The bound exceeds the
    eigenvalue by about n·10⁻¹⁶ times ‖A‖.

    Args:
        A: Symmetric n×n ``arb_mat``, n ≥ 1; only symmetric matrices in it are meant.

    Raises:
        EigenvalueBoundError: If no bound could be proved.

    Example:
        >>> bound = largest_eigenvalue_bound(arb_mat([[2, 1], [1, 2]]))
        >>> bool(bound >= 3), bool(bound < 3 + 1e-14)
        (True, True)
    """
    n = A.nrows()
    middle = np.array([[float(A[i, j].mid()) for j in range(n)] for i in range(n)])
    columns = np.linalg.eigh((middle + middle.T) / 2)[1]
    Q = ball_matrix(columns)
    gram, turned = Q.transpose() * Q, Q.transpose() * A * Q
    bound: arb | None = None
    for i in range(n):
        off_gram = sum((gram[i, j].abs_upper() for j in range(n) if j != i), arb(0))
        off_turned = sum((turned[i, j].abs_upper() for j in range(n) if j != i), arb(0))
        least, most = gram[i, i] - off_gram, gram[i, i] + off_gram
        if not least > 0:
            raise EigenvalueBoundError(f"eigenvalue bound: the approximate eigenvectors of a {n}×{n} matrix degenerate")
        disc = turned[i, i] + off_turned
        # Row i of λQᵀQ − QᵀAQ dominates if λ·(QᵀQ)ᵢᵢ − |λ|·off ≥ disc.
        needed = (disc / least).max(disc / most).upper()
        bound = needed if bound is None else bound.max(needed)
    if bound is None or not bound.is_finite():
        raise EigenvalueBoundError(f"eigenvalue bound: nothing finite for a {n}×{n} matrix")
    return bound


def spectral_norm_bound(W: Any) -> arb:
    """Return a number proved to be at least ‖W‖₂ for every matrix in the ball matrix W."""
    m, n = W.nrows(), W.ncols()
    gram = W.transpose() * W if n <= m else W * W.transpose()
    if min(m, n) == 1:
        return root(gram[0, 0]).upper()
    if min(m, n) == 2:
        half_sum, half_difference = (gram[0, 0] + gram[1, 1]) / 2, (gram[0, 0] - gram[1, 1]) / 2
        distance = root(half_difference * half_difference + gram[0, 1] * gram[0, 1])
        return root(half_sum + distance).upper()
    return root(largest_eigenvalue_bound(gram)).upper()


def enclose_spectral_norm(W: Any) -> PolarEnclosure:
    """Return the spectral norm between certified bounds: the polar for uᵀWv with l2 on both sides.

    Args:
        W: m×n, doubles (taken as exact), exact fractions or balls.

    Returns:
        Bounds within about 10⁻¹⁴ of each other, relative, and the leading singular pair.

    Raises:
        PolarInputError: If W is empty or not finite.

    Example:
        >>> norm = enclose_spectral_norm([[3.0, 0.0], [4.0, 0.0]])
        >>> norm.lower <= 5 <= norm.upper, norm.width < 1e-14
        (True, True)
    """
    data = rounded(W, 2)
    left, _, right = np.linalg.svd(data.center)
    pair = in_unit_ball(left[:, 0]), in_unit_ball(right[0])
    with working_bits(BITS):
        center = ball_matrix(data.center)
        upper = data.upper(spectral_norm_bound(center) + data.distance)
        lower = data.lower(bilinear(data.center, *pair) - data.distance)
    if lower == 0.0:
        pair = np.zeros_like(pair[0]), np.zeros_like(pair[1])
    return PolarEnclosure(lower, upper, pair)


def bilinear(W: Any, u: Any, v: Any) -> arb:
    """Return uᵀWv in balls, doubles taken as exact."""
    row, column = (arb_mat([[arb(float(x)) for x in values]]) for values in (u, v))
    center = arb_mat([[arb(float(x)) for x in values] for values in W])
    return (row * center * column.transpose())[0, 0]
