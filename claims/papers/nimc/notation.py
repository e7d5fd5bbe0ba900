"""The paper's letters for the orthogonal case, transcribed twice: as index sums and as exact arrays."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from claims.checkers.index_identity import Formula
from numeric.population.polynomial_activation import Matrix, PolynomialActivation
from symbolic.population import moment_ring
from symbolic.population.index_sums import Index, IndexExpression, OrbitForm, entry

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
        self.ones = np.array([Fraction(1)] * A.shape[1], dtype=object)

    @property
    def o(self) -> Matrix:
        """Return the off-diagonal part; the matrix must be square."""
        off: Matrix = self.full - np.diag(self.g)
        return off


def sq(values: Matrix) -> Fraction:
    """Return the sum of the squares of all entries."""
    return sum((value * value for value in values.ravel()), Fraction(0))


def total(values: Matrix) -> Fraction:
    """Return the sum of all entries."""
    return sum(values.ravel(), Fraction(0))


def dot(left: Matrix, right: Matrix) -> Fraction:
    """Return the sum of the products of corresponding entries."""
    return sum((a * b for a, b in zip(left.ravel(), right.ravel(), strict=True)), Fraction(0))


class MomentNames(Protocol):
    """The paper's names of the moments: implemented by exact numbers and by the symbolic moment ring."""

    def alpha(self, i: int, j: int, /) -> Any:
        """Return α_ij."""
        ...

    def beta(self, i: int, j: int, /) -> Any:
        """Return β_ij."""
        ...

    def gamma(self) -> Any:
        """Return γ."""
        ...


class Moments:
    """The moments of one polynomial activation under the paper's names, exact."""

    def __init__(self, activation: PolynomialActivation) -> None:
        self._activation = activation

    def alpha(self, i: int, j: int) -> Fraction:
        """Return α_ij."""
        return self._activation.moment(i, 0, j)

    def beta(self, i: int, j: int) -> Fraction:
        """Return β_ij."""
        return self._activation.moment(0, i, j)

    def gamma(self) -> Fraction:
        """Return γ."""
        return self._activation.moment(1, 1, 1)


def plus(left: Formula, right: Formula, factor: int) -> Formula:
    """Return ``left + factor * right``, in both transcriptions."""
    return Formula(left.form + right.form.scaled(factor), lambda s: left.value(s) + factor * right.value(s))


class _RingMoments:
    """The moments as generators of the ring ℚ[moments]."""

    alpha = staticmethod(moment_ring.alpha)
    beta = staticmethod(moment_ring.beta)
    gamma = staticmethod(moment_ring.gamma)


RING = _RingMoments()


def combination(*terms: tuple[Callable[[MomentNames], Any], Formula]) -> Formula:
    """Return the sum of ``coefficient(moments) * formula``, in both transcriptions."""
    total = OrbitForm(())
    for coefficient, formula in terms:
        factor = moment_ring.moment_ring()(coefficient(RING))
        total = total + formula.form.scaled(factor)

    def value(instance: Any) -> Fraction:
        names = Moments(instance.activation)
        return sum((Fraction(c(names)) * f.value(instance) for c, f in terms), Fraction(0))

    return Formula(total, value)


def swapped(formula: Formula) -> Formula:
    """Return the formula with A and B exchanged."""
    return Formula(formula.form.exchange("A", "B"), lambda s: formula.value(s.exchanged))


# The six quadratic forms of one matrix that the paper expands everything in.
FROBENIUS2 = Formula(form(frobenius2(columns())), lambda s: sq(s.A))
TRANSPOSE_INNER = Formula(form((columns() * entry("A", J, I)).summed(I, J)), lambda s: dot(s.A.T, s.A))
DIAGONAL2 = Formula(form(norm2(diagonal())), lambda s: sq(Arrays(s.A).g))
ROW_SUMS2 = Formula(form(norm2(row_sums())), lambda s: sq(s.A @ Arrays(s.A).ones))
DIAGONAL_ROW_SUMS = Formula(form(inner(diagonal(), row_sums())), lambda s: dot(Arrays(s.A).g, s.A @ Arrays(s.A).ones))
TRACE2 = Formula(form(diagonal().summed(I) * diagonal().at(i=J).summed(J)), lambda s: total(Arrays(s.A).g) ** 2)
