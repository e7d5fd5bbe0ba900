"""The paper's letters for the orthogonal case, transcribed twice: as index sums and as exact arrays."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from numeric.polynomial_activation import Matrix, PolynomialActivation
from symbolic.index_sums import Index, IndexExpression, OrbitForm, entry

I, J, P = Index("i"), Index("j"), Index("p")


def columns(letter: str = "A") -> IndexExpression:
    """Return the entry of the full matrix, A[i, j]."""
    return entry(letter, I, J)


def off_diagonal(letter: str = "A") -> IndexExpression:
    """Return the entry of the off-diagonal part, A_o[i, j]."""
    return entry(letter, I, J).where_distinct(I, J)


def off_diagonal_transposed(letter: str = "A") -> IndexExpression:
    """Return the entry of A_oᵀ, at [i, j]."""
    return entry(letter, J, I).where_distinct(I, J)


def diagonal(letter: str = "A") -> IndexExpression:
    """Return the entry of g_A = diag(A), at [i]."""
    return entry(letter, I, I)


def row_sums(letter: str = "A") -> IndexExpression:
    """Return the entry of A·1, at [i]."""
    return columns(letter).summed(J)


def off_diagonal_row_sums(letter: str = "A") -> IndexExpression:
    """Return the entry of A_o·1, at [i]."""
    return off_diagonal(letter).summed(J)


def norm2(vector: IndexExpression) -> IndexExpression:
    """Return the squared norm of a vector with free index i."""
    return (vector * vector).summed(I)


def frobenius2(matrix: IndexExpression) -> IndexExpression:
    """Return the squared Frobenius norm of a matrix with free indices i, j."""
    return (matrix * matrix).summed(I, J)


def inner(left: IndexExpression, right: IndexExpression) -> IndexExpression:
    """Return the inner product of two vectors with free index i."""
    return (left * right).summed(I)


def form(expression: IndexExpression) -> OrbitForm:
    """Return the canonical form."""
    return OrbitForm.of(expression)


class Arrays:
    """The same letters for one exact instance: NumPy arrays of Fractions."""

    def __init__(self, A: Matrix) -> None:
        self.full = A
        self.g = np.diagonal(A)
        self.o = A - np.diag(self.g)
        self.ones = np.array([Fraction(1)] * A.shape[1], dtype=object)


def sq(values: Matrix) -> Fraction:
    """Return the sum of the squares of all entries."""
    return sum((value * value for value in values.ravel()), Fraction(0))


def dot(left: Matrix, right: Matrix) -> Fraction:
    """Return the sum of the products of corresponding entries."""
    return sum((a * b for a, b in zip(left.ravel(), right.ravel(), strict=True)), Fraction(0))


class Moments:
    """The moments of one polynomial activation under the paper's names."""

    def __init__(self, activation: PolynomialActivation) -> None:
        self._activation = activation

    def alpha(self, i: int, j: int) -> Fraction:
        """Return α_ij."""
        return self._activation.moment(i, 0, j)

    def beta(self, i: int, j: int) -> Fraction:
        """Return β_ij."""
        return self._activation.moment(0, i, j)

    @property
    def gamma(self) -> Fraction:
        """Return γ."""
        return self._activation.moment(1, 1, 1)
