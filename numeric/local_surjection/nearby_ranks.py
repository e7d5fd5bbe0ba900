"""Openness of XᵀY decided another way: is there a point with the same value and a surjective Jacobian nearby?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from numeric.local_surjection.exact_values import (
    Matrix,
    column,
    dot,
    factorization_jacobian,
    factorization_value,
    rank,
)


def has_regular_neighbour(X: Matrix, Y: Matrix, m: int, n: int, rng: np.random.Generator) -> bool:
    """Return whether moving Y orthogonally to X, or X orthogonally to Y, leads to a surjective Jacobian.

    Such moves keep XᵀY; arbitrarily small multiples have the same generic rank, so a yes certifies local surjection
    by the inverse function theorem (the value and the Jacobian's rank are computed exactly at the moved point). A no
    rests on three random moves, each generic with overwhelming probability.
    """
    value = factorization_value(X, Y, m, n)
    for _ in range(3):
        for moved in ((X, _moved(Y, X, rng)), (_moved(X, Y, rng), Y)):
            same = factorization_value(*moved, m, n) == value
            if same and rank(factorization_jacobian(*moved, m, n)) == m * n:
                return True
    return False


def _moved(A: Matrix, B: Matrix, rng: np.random.Generator) -> Matrix:
    """Return A plus random columns, each orthogonal to all columns of B."""
    d, count = len(A), len(A[0])
    basis = _orthogonal_basis(B)
    added = []
    for _ in range(count):
        v = [Fraction(int(x)) for x in rng.integers(-50, 51, d)]
        for b in basis:
            factor = dot(v, b) / dot(b, b)
            v = [x - factor * y for x, y in zip(v, b, strict=True)]
        added.append(v)
    return [[A[l][j] + added[j][l] for j in range(count)] for l in range(d)]


def _orthogonal_basis(B: Matrix) -> list[list[Fraction]]:
    basis: list[list[Fraction]] = []
    for j in range(len(B[0])):
        v = column(B, j)
        for b in basis:
            factor = dot(v, b) / dot(b, b)
            v = [x - factor * y for x, y in zip(v, b, strict=True)]
        if any(v):
            basis.append(v)
    return basis
