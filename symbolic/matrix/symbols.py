"""Symbols and constants: matrices, vectors and scalars by name, the identity, ones, zeros, commutation matrices."""

from __future__ import annotations

from fractions import Fraction

from symbolic.matrix.dimensions import ONE, DimensionLike, dimension
from symbolic.matrix.expression import Constant, Expression, Number, Symbol


def matrix(name: str, rows: DimensionLike, cols: DimensionLike, structure: str = "general") -> Symbol:
    """Return a matrix symbol.

    Args:
        name: Its name.
        rows: The number of rows, a name or a positive integer.
        cols: The number of columns.
        structure: ``"general"``, ``"symmetric"`` or ``"diagonal"``.

    Example:
        >>> X, W = matrix("X", "m", "n"), matrix("W", "m", "k")
        >>> print((X.T * W).shape)
        (n, k)
    """
    return Symbol(name, dimension(rows), dimension(cols), structure)


def vector(name: str, size: DimensionLike) -> Symbol:
    """Return a column vector symbol."""
    return Symbol(name, dimension(size), ONE)


def scalar(name: str) -> Symbol:
    """Return a scalar symbol."""
    return Symbol(name, ONE, ONE)


def identity(size: DimensionLike) -> Expression:
    """Return the identity matrix of a size."""
    n = dimension(size)
    return Number(Fraction(1)) if n.is_one else Constant("identity", n, n)


def ones(rows: DimensionLike, cols: DimensionLike = 1) -> Expression:
    """Return the matrix (or by default the vector) of ones."""
    m, n = dimension(rows), dimension(cols)
    return Number(Fraction(1)) if m.is_one and n.is_one else Constant("ones", m, n)


def zeros(rows: DimensionLike, cols: DimensionLike = 1) -> Expression:
    """Return the zero matrix (or by default the zero vector)."""
    m, n = dimension(rows), dimension(cols)
    return Number(Fraction(0)) if m.is_one and n.is_one else Constant("zeros", m, n)


def commutation(rows: DimensionLike, cols: DimensionLike) -> Expression:
    """Return the matrix K with ``K vec(M) = vec(M.T)`` for every ``rows`` by ``cols`` matrix M."""
    m, n = dimension(rows), dimension(cols)
    return identity(m * n) if m.is_one or n.is_one else Constant("commutation", m, n)
