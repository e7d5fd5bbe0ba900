"""Balls of all eigenvalues of a small symmetric matrix of balls; repeated eigenvalues do no harm."""

from __future__ import annotations

from functools import reduce
from typing import Any

import mpmath
from flint import arb, arb_mat, ctx


class NotSymmetricError(ValueError):
    """A matrix is not square, or an entry and its mirror image are certainly different."""


def enclose_symmetric_eigenvalues(matrix: arb_mat) -> list[Any]:
    r"""Return a ball of each eigenvalue, least first: the n-th ball contains the n-th eigenvalue of every such matrix.

    An approximate eigenbasis X, of floating-point numbers, need not be accurate for the proof: XᵀSX has eigenvalues
    θ_n λ_n(S) with θ_n between the extreme eigenvalues of XᵀX (Ostrowski), and is so nearly diagonal that its sorted
    diagonal is off by no more than the largest row sum beside the diagonal (Weyl). Multiplicities play no part.

    Args:
        matrix: A symmetric matrix of balls, shape (n, n), at the working precision in force; only symmetric matrices
            within the balls are meant.

    Returns:
        n balls in ascending order of their midpoints; neighbours overlap where eigenvalues repeat.

    Raises:
        NotSymmetricError: If the matrix is not square or certainly not symmetric.

    Example:
        >>> [value.str(5, radius=False) for value in enclose_symmetric_eigenvalues(arb_mat([[2, 1], [1, 2]]))]
        ['1.0000', '3.0000']
    """
    size = matrix.nrows()
    if matrix.ncols() != size:
        raise NotSymmetricError(f"eigenvalues: the matrix is {size} x {matrix.ncols()}; it must be square")
    for i in range(size):
        for j in range(i):
            if not matrix[i, j].overlaps(matrix[j, i]):
                raise NotSymmetricError(f"eigenvalues: entries ({i}, {j}) and ({j}, {i}) differ; it must be symmetric")
    if size == 1:
        return [matrix[0, 0]]
    basis = _approximate_eigenbasis(matrix)
    nearly_diagonal = basis.transpose() * matrix * basis
    gram = basis.transpose() * basis
    spread = arb(0, reduce(arb.max, (_row_sum(nearly_diagonal, i) for i in range(size))))
    stretch = 1 + arb(0, reduce(arb.max, (_row_sum(gram, i, diagonal=1) for i in range(size))))
    if not stretch > 0:
        raise ArithmeticError("eigenvalues: the approximate eigenbasis is not nearly orthonormal; raise the precision")
    return [(value + spread) / stretch for value in _sorted_balls([nearly_diagonal[i, i] for i in range(size)])]


def _approximate_eigenbasis(matrix: arb_mat) -> arb_mat:
    size = matrix.nrows()
    with mpmath.workprec(ctx.prec):
        middle = mpmath.matrix(size, size)
        for i in range(size):
            for j in range(i + 1):
                mantissa, exponent = matrix[i, j].mid().man_exp()
                middle[i, j] = middle[j, i] = mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))
        vectors = mpmath.eigsy(middle)[1]
        return arb_mat([[_ball(vectors[i, j]) for j in range(size)] for i in range(size)])


def _ball(value: Any) -> Any:
    mantissa, exponent = value.man_exp
    return arb((-int(mantissa) if value < 0 else int(mantissa), int(exponent)))


def _row_sum(matrix: arb_mat, row: int, diagonal: int = 0) -> Any:
    """Return an upper bound of the sum of |entries| of a row, the diagonal reduced by 1 or left out."""
    total = arb(0)
    for j in range(matrix.ncols()):
        if j != row:
            total += abs(matrix[row, j])
        elif diagonal:
            total += abs(matrix[row, j] - diagonal)
    return total.abs_upper()


def _sorted_balls(values: list[Any]) -> list[Any]:
    """Return balls of the ascending rearrangement: sorting the lower ends and the upper ends each keeps the order."""
    lower = sorted(value.lower() for value in values)
    upper = sorted(value.upper() for value in values)
    return [low.union(high) for low, high in zip(lower, upper, strict=True)]
