"""Linear systems whose solutions are the directions in which the population Hessian at the truth vanishes, exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from numeric.population.polynomial_activation import Matrix, exact_rational, sample_rational_matrix


class RankError(ValueError):
    """The weights do not have full column rank."""


def full_rank_weights(rng: np.random.Generator, rows: int, k: int) -> Matrix:
    """Return a random rows × k matrix of Fractions of rank k: the identity on top of random rows, mixed.

    Raises:
        RankError: If ``k > rows``.
    """
    if k > rows:
        raise RankError(f"weights of shape ({rows}, {k}) cannot have rank {k}; take k ≤ {rows}")
    lower = np.tril(sample_rational_matrix(rng, (k, k)), -1)
    top = lower + np.array([[Fraction(int(i == j)) for j in range(k)] for i in range(k)], dtype=object)
    weights: Matrix = np.vstack([top, sample_rational_matrix(rng, (rows - k, k))])
    return weights


def linear_redundancy_system(U: Matrix, V: Matrix) -> fmpq_mat:
    r"""Return the matrix of :math:`(A, B)\mapsto AV^\top+UB^\top`, entries of A then of B row by row, exact.

    For linear φ and Gaussian features the form (8) is :math:`\|AV^\top+UB^\top\|_F^2`.

    Args:
        U: Weights, shape (d, k), Fractions.
        V: Weights, shape (e, k), Fractions.

    **Source:** [nimc] Counter Example 1.
    """
    (d, k), e = U.shape, V.shape[0]
    rows = [[fmpq(0)] * ((d + e) * k) for _ in range(d * e)]
    for p in range(d):
        for q in range(e):
            for i in range(k):
                rows[p * e + q][p * k + i] += exact_rational(V[q, i])
                rows[p * e + q][d * k + q * k + i] += exact_rational(U[p, i])
    return fmpq_mat(d * e, (d + e) * k, [value for row in rows for value in row])


def relu_redundancy_system(k: int) -> fmpq_mat:
    """Return the system A_o = 0, B_o = 0, g_A + g_B = 0 in the entries of A, then of B, row by row, exact.

    **Source:** [nimc] Counter Example 2, by the sum of squares in the proof of Lemma D.3.
    """
    width = 2 * k * k
    rows: list[dict[int, int]] = []
    for i in range(k):
        for j in range(k):
            entry, other = i * k + j, k * k + i * k + j
            rows += [{entry: 1, other: 1}] if i == j else [{entry: 1}, {other: 1}]
    return fmpq_mat(len(rows), width, [row.get(column, 0) for row in rows for column in range(width)])
