"""Positive definiteness of a symmetric ball matrix, proved by block elimination; False proves nothing."""

from __future__ import annotations

from typing import Any

from flint import arb_mat

_LEAF = 12


def is_certainly_positive_definite(H: arb_mat, shift: Any = 0) -> bool:
    """Return whether every symmetric matrix in H - shift·I is certainly positive definite; False proves nothing.

    [A B; Bᵀ C] is positive definite if and only if A and C - BᵀA⁻¹B are. Halves are eliminated so, down to leaves of
    12 rows, where the pivots of LDLᵀ must be certainly positive.

    Args:
        H: A symmetric matrix of balls.
        shift: A number or a ball.

    Example:
        >>> from flint import arb
        >>> one = arb_mat(2, 2, [2, 1, 1, 2])
        >>> is_certainly_positive_definite(one, arb("0.99")), is_certainly_positive_definite(one, arb(1))
        (True, False)
    """
    size = H.nrows()
    rows = [[H[i, j] - shift if i == j else H[i, j] for j in range(size)] for i in range(size)]
    return _is_definite(rows)


def _is_definite(rows: list[list[Any]]) -> bool:
    size = len(rows)
    if size <= _LEAF:
        return _has_positive_pivots(rows)
    half = size // 2
    A = [row[:half] for row in rows[:half]]
    if not _is_definite(A):
        return False
    B = arb_mat(half, size - half, [value for row in rows[:half] for value in row[half:]])
    C = arb_mat(size - half, size - half, [value for row in rows[half:] for value in row[half:]])
    try:
        solved = arb_mat(half, half, [value for row in A for value in row]).solve(B, algorithm="lu")
    except ZeroDivisionError:
        return False
    complement = C - B.transpose() * solved
    table = complement.tolist()
    # The exact complement is symmetric, so it lies in both balls of a mirrored pair; the upper one is used for both.
    return _is_definite([[table[min(i, j)][max(i, j)] for j in range(len(table))] for i in range(len(table))])


def _has_positive_pivots(rows: list[list[Any]]) -> bool:
    rows = [list(row) for row in rows]
    size = len(rows)
    for n in range(size):
        pivot = rows[n][n]
        if not pivot > 0:
            return False
        for i in range(n + 1, size):
            factor = rows[i][n] / pivot
            for j in range(i, size):
                rows[i][j] -= factor * rows[n][j]
                rows[j][i] = rows[i][j]
    return True
