"""Where the maps are open: the paper's sufficient conditions and exact criteria, decided through ranks."""

from __future__ import annotations

from typing import Literal

from flint import fmpq_mat

from symbolic.local_surjection.maps import (
    FactorizationMachine,
    MatrixFactorization,
    Point,
    TensorFactorization,
    jacobian,
)
from symbolic.local_surjection.rational_matrices import beside, rows

Decision = Literal["open", "not open", "undecided"]


def span_dimension(*parts: fmpq_mat) -> int:
    """Return the dimension of the span of all columns of all parts."""
    return int(beside(*parts).rank())


def satisfies_condition_5(map_: MatrixFactorization, point: Point) -> bool:
    """Return whether d ≥ dim span(columns of X and Y) + min(m, n). **Source:** `[chain-rules]` equation (5)."""
    return map_.d >= span_dimension(*point) + min(map_.m, map_.n)


def factorization_deficit(m: int, n: int, d: int, ranks: tuple[int, int, int]) -> int:
    """Return d − (rank X + rank Y − rank XᵀY) − min(m − rank X, n − rank Y): not negative exactly where it is open.

    Args:
        m: Columns of X.
        n: Columns of Y.
        d: Latent dimension.
        ranks: rank X, rank Y, rank XᵀY.
    """
    p, q, r = ranks
    return d - (p + q - r) - min(m - p, n - q)


def factorization_ranks(point: Point) -> tuple[int, int, int]:
    """Return rank X, rank Y and rank XᵀY."""
    X, Y = point
    return int(X.rank()), int(Y.rank()), int((X.transpose() * Y).rank())


def is_factorization_open(map_: MatrixFactorization, point: Point) -> bool:
    """Return whether (X, Y) ↦ XᵀY is locally surjective at the point; the criterion is exact for all sizes.

    Example:
        >>> from symbolic.local_surjection.maps import checked_point
        >>> small = MatrixFactorization(1, 1, 1)
        >>> is_factorization_open(small, checked_point(small, ([[1]], [[0]])))
        True
    """
    return factorization_deficit(map_.m, map_.n, map_.d, factorization_ranks(point)) >= 0


def rank_configurations(m: int, n: int, d: int) -> list[tuple[int, int, int]]:
    """Return every (rank X, rank Y, rank XᵀY) that occurs for X in R^{d×m} and Y in R^{d×n}."""
    return [
        (p, q, r)
        for p in range(min(m, d) + 1)
        for q in range(min(n, d) + 1)
        for r in range(max(0, p + q - d), min(p, q) + 1)
    ]


def decide_machine(map_: FactorizationMachine, point: Point) -> Decision:
    """Return whether P ↦ (a_ij p_i·p_j) is locally surjective at P, where one of three arguments settles it.

    Open for d ≥ d0 − 1 everywhere, and wherever the Jacobian is surjective; not open where d < d0 − 1 and the columns
    are pairwise orthogonal (then a target with all products negative would need d0 − 1 dimensions).
    """
    if map_.d >= map_.d0 - 1:
        return "open"
    if jacobian(map_, point).rank() == len(map_.pairs):
        return "open"
    return "not open" if all(v == 0 for v in map_.value(point)) else "undecided"


def decide_weighted(map_: TensorFactorization, point: Point) -> Decision:
    """Return whether (x, Y, Z) ↦ Yᵀ diag(x) Z is locally surjective at the point, where ranks settle it.

    Open if the coordinates with x_i ≠ 0 alone satisfy the criterion of matrix factorization, or the Jacobian is
    surjective; not open at x = 0 if the matrices y_i z_iᵀ are independent but do not span.
    """
    x, Y, Z = point
    if map_.n1 != 1:
        raise ValueError(f"the weighted map has n1 = 1, this one n1 = {map_.n1}")
    support = [i for i in range(map_.d) if x[i, 0] != 0]
    scaled = fmpq_mat(len(support), map_.n2, [x[i, 0] * Y[i, j] for i in support for j in range(map_.n2)])
    ranks = factorization_ranks((scaled, rows(Z, support)))
    if factorization_deficit(map_.n2, map_.n3, len(support), ranks) >= 0:
        return "open"
    J = jacobian(map_, point)
    if J.rank() == map_.n2 * map_.n3:
        return "open"
    if not support and J.rank() == map_.d:
        return "not open"
    return "undecided"
