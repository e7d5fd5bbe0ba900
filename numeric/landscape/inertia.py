"""Inertia of symmetric rational matrices, exactly."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq, fmpq_mat


@dataclass(frozen=True)
class Inertia:
    """The numbers of negative, zero and positive eigenvalues."""

    negative: int
    zero: int
    positive: int


def inertia(M: fmpq_mat) -> Inertia:
    """Return the inertia of a symmetric matrix by congruence to a diagonal one (exact LDLᵀ with pivoting).

    Where every remaining diagonal entry vanishes but M is not zero, an index pair (i, j) with M_ij ≠ 0 is turned
    by the congruence e_i → e_i + e_j, which makes the diagonal entry 2M_ij; Sylvester's law does the rest.

    Args:
        M: Symmetric, over ℚ.

    Raises:
        ValueError: If M is not symmetric.

    Example:
        >>> inertia(fmpq_mat(2, 2, [0, -1, -1, 0]))
        Inertia(negative=1, zero=0, positive=1)
    """
    size, flipped = M.nrows(), M.transpose()
    if flipped != M:
        raise ValueError(f"inertia: the {size}×{M.ncols()} matrix is not symmetric")
    rows: list[list[fmpq]] = [[M[i, j] for j in range(size)] for i in range(size)]
    signs = {-1: 0, 1: 0}
    while rows:
        left = range(len(rows))
        pivot = next((i for i in left if rows[i][i] != 0), None)
        if pivot is None:
            pair = next(((i, j) for i in left for j in range(i) if rows[i][j] != 0), None)
            if pair is None:
                break
            pivot, other = pair
            rows[pivot] = [x + y for x, y in zip(rows[pivot], rows[other], strict=True)]
            for row in rows:
                row[pivot] += row[other]
        head, value = rows[pivot], rows[pivot][pivot]
        signs[1 if value > 0 else -1] += 1
        rows = [[rows[i][j] - rows[i][pivot] * head[j] / value for j in left if j != pivot] for i in left if i != pivot]
    return Inertia(signs[-1], size - signs[-1] - signs[1], signs[1])
