"""Exact matrices over the rationals: ranks, null spaces and orthogonal bases, none of them with square roots."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, isqrt, lcm
from typing import Any

from flint import fmpq, fmpq_mat

Rational = int | Fraction | fmpq
Rows = Sequence[Sequence[Any]] | fmpq_mat


def rational(value: Any) -> fmpq:
    """Return ``value`` (an int, a Fraction, an fmpq or a SymPy Rational) as an exact fraction.

    Raises:
        TypeError: If it is a float or no number: exactness would be lost without a word.

    Example:
        >>> from fractions import Fraction
        >>> rational(Fraction(2, 4))
        1/2
    """
    if isinstance(value, fmpq):
        return value
    numerator, denominator = getattr(value, "numerator", None), getattr(value, "denominator", None)
    if numerator is None or denominator is None or isinstance(value, float):
        raise TypeError(f"expected an exact rational, got {value!r}; write it as a Fraction")
    return fmpq(int(numerator), int(denominator))


def matrix(rows: Rows, shape: tuple[int, int] | None = None) -> fmpq_mat:
    """Return ``rows`` as an exact matrix; ``shape`` is needed only where a side has length zero."""
    if isinstance(rows, fmpq_mat):
        return rows
    rows = [list(row) for row in rows]
    m, n = shape if shape is not None else (len(rows), len(rows[0]) if rows else 0)
    return fmpq_mat(m, n, [rational(value) for row in rows for value in row])


def zeros(m: int, n: int) -> fmpq_mat:
    """Return the m×n zero matrix."""
    return fmpq_mat(m, n)


def identity(n: int) -> fmpq_mat:
    """Return the n×n identity."""
    return fmpq_mat(n, n, [fmpq(int(i == j)) for i in range(n) for j in range(n)])


def columns(A: fmpq_mat, chosen: Sequence[int]) -> fmpq_mat:
    """Return the chosen columns of ``A``, in the order given."""
    return fmpq_mat(A.nrows(), len(chosen), [A[i, j] for i in range(A.nrows()) for j in chosen])


def rows(A: fmpq_mat, chosen: Sequence[int]) -> fmpq_mat:
    """Return the chosen rows of ``A``, in the order given."""
    return fmpq_mat(len(chosen), A.ncols(), [A[i, j] for i in chosen for j in range(A.ncols())])


def beside(*blocks: fmpq_mat) -> fmpq_mat:
    """Return the blocks side by side; all have the same number of rows."""
    n = blocks[0].nrows()
    values = [block[i, j] for i in range(n) for block in blocks for j in range(block.ncols())]
    return fmpq_mat(n, sum(block.ncols() for block in blocks), values)


def above(*blocks: fmpq_mat) -> fmpq_mat:
    """Return the blocks one above the other; all have the same number of columns."""
    return beside(*(block.transpose() for block in blocks)).transpose()


def frobenius2(*parts: fmpq_mat) -> fmpq:
    """Return the sum of the squares of all entries of all parts."""
    return sum((value * value for part in parts for value in part.entries()), fmpq(0))


def null_space(A: fmpq_mat) -> fmpq_mat:
    """Return a matrix whose columns are a basis of the vectors ``x`` with ``A x = 0``.

    Example:
        >>> null_space(matrix([[1, 2, 0], [0, 0, 1]])).tolist()
        [[-2], [1], [0]]
    """
    n = A.ncols()
    reduced, rank = A.rref() if A.nrows() else (A, 0)
    pivots = [next(j for j in range(n) if reduced[i, j] != 0) for i in range(rank)]
    free = [j for j in range(n) if j not in pivots]
    basis = fmpq_mat(n, len(free))
    for k, j in enumerate(free):
        basis[j, k] = fmpq(1)
        for i, pivot in enumerate(pivots):
            basis[pivot, k] = -reduced[i, j]
    return basis


def independent_columns(A: fmpq_mat) -> list[int]:
    """Return the indices of the first maximal set of independent columns of ``A``."""
    if not A.nrows():
        return []
    reduced, rank = A.rref()
    return [next(j for j in range(A.ncols()) if reduced[i, j] != 0) for i in range(rank)]


def orthogonal_columns(A: fmpq_mat) -> fmpq_mat:
    """Return pairwise orthogonal columns with the span of ``A``'s, by Gram-Schmidt without normalising.

    Example:
        >>> orthogonal_columns(matrix([[1, 1], [0, 1], [0, 1]])).tolist()
        [[1, 0], [0, 1], [0, 1]]
    """
    found: list[fmpq_mat] = []
    for j in independent_columns(A):
        v = columns(A, [j])
        for q in found:
            v = v - q * ((q.transpose() * v)[0, 0] / (q.transpose() * q)[0, 0])
        found.append(_primitive(v))
    return beside(*found) if found else zeros(A.nrows(), 0)


def _primitive(v: fmpq_mat) -> fmpq_mat:
    """Return the multiple of a column with coprime integer entries: small numbers for what follows."""
    values = [v[i, 0] for i in range(v.nrows())]
    scale = lcm(*(int(x.q) for x in values))
    return v * fmpq(scale, gcd(*(int(x.p) * (scale // int(x.q)) for x in values)))


def root_below(square: fmpq, bits: int = 24) -> fmpq:
    """Return a positive dyadic rational whose square is at most ``square``, within 2^(1 - bits) relatively.

    Dyadic, so that recursions that divide by it do not blow up denominators.

    Example:
        >>> root_below(fmpq(9, 4))
        3/2
        >>> 0 < 2 - root_below(fmpq(2)) ** 2 < fmpq(1, 10**6)
        True
    """
    p, q = int(square.p), int(square.q)
    places = max(0, bits + (q.bit_length() - p.bit_length()) // 2 + 1)
    return fmpq(isqrt((p << (2 * places)) // q), 1 << places)
