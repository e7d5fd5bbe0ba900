"""The maps written out entry by entry in Fractions, and ranks by plain elimination: nothing shared with `symbolic`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Matrix = list[list[Fraction]]


def exact(rows: Sequence[Sequence[object]]) -> Matrix:
    """Return a matrix of Fractions from anything with exact numerators and denominators."""
    return [[Fraction(int(v.numerator), int(v.denominator)) for v in row] for row in rows]  # type: ignore[attr-defined]


def column(A: Matrix, j: int) -> list[Fraction]:
    """Return column ``j``."""
    return [row[j] for row in A]


def dot(*vectors: Sequence[Fraction]) -> Fraction:
    """Return the sum over the coordinates of the product of all vectors' entries."""
    total = Fraction(0)
    for values in zip(*vectors, strict=True):
        product = Fraction(1)
        for value in values:
            product *= value
        total += product
    return total


def factorization_value(X: Matrix, Y: Matrix, m: int, n: int) -> list[Fraction]:
    """Return x_i·y_j, i first."""
    return [dot(column(X, i), column(Y, j)) for i in range(m) for j in range(n)]


def machine_value(P: Matrix, a: Sequence[Fraction], d0: int) -> list[Fraction]:
    """Return a_ij p_i·p_j for i < j."""
    pairs = [(i, j) for i in range(d0) for j in range(i + 1, d0)]
    return [c * dot(column(P, i), column(P, j)) for c, (i, j) in zip(a, pairs, strict=True)]


def tensor_value(X: Matrix, Y: Matrix, Z: Matrix, sizes: tuple[int, int, int]) -> list[Fraction]:
    """Return ⟨x_i, y_j, z_k⟩ in lexicographic order."""
    n1, n2, n3 = sizes
    return [dot(column(X, i), column(Y, j), column(Z, k)) for i in range(n1) for j in range(n2) for k in range(n3)]


def squared_distance(A: Sequence[Matrix], B: Sequence[Matrix]) -> Fraction:
    """Return the squared Euclidean distance of two tuples of matrices."""
    return sum(
        (
            (u - v) ** 2
            for left, right in zip(A, B, strict=True)
            for row, other in zip(left, right, strict=True)
            for u, v in zip(row, other, strict=True)
        ),
        Fraction(0),
    )


def rank(A: Matrix) -> int:
    """Return the rank by elimination."""
    work = [row[:] for row in A]
    found = 0
    for j in range(len(work[0]) if work else 0):
        pivot = next((i for i in range(found, len(work)) if work[i][j] != 0), None)
        if pivot is None:
            continue
        work[found], work[pivot] = work[pivot], work[found]
        for i in range(found + 1, len(work)):
            factor = work[i][j] / work[found][j]
            work[i] = [u - factor * v for u, v in zip(work[i], work[found], strict=True)]
        found += 1
    return found


def factorization_jacobian(X: Matrix, Y: Matrix, m: int, n: int) -> Matrix:
    """Return the Jacobian of (X, Y) ↦ XᵀY by the product rule: d(x_i·y_j) = dx_i·y_j + x_i·dy_j."""
    d = len(X)
    rows = []
    for i in range(m):
        for j in range(n):
            by_x = [Y[l][j] if i == k else Fraction(0) for l in range(d) for k in range(m)]
            by_y = [X[l][i] if j == k else Fraction(0) for l in range(d) for k in range(n)]
            rows.append(by_x + by_y)
    return rows


def solve_left(A: Matrix) -> Matrix:
    """Return a left inverse (AᵀA)⁻¹Aᵀ of a matrix of full column rank.

    Raises:
        ZeroDivisionError: If the columns are dependent.
    """
    n = len(A[0])
    gram = [[dot(column(A, i), column(A, j)) for j in range(n)] for i in range(n)]
    work = [gram[i] + [row[i] for row in A] for i in range(n)]
    for j in range(n):
        pivot = next((i for i in range(j, n) if work[i][j] != 0), None)
        if pivot is None:
            raise ZeroDivisionError(f"the {len(A)}×{n} matrix has dependent columns: no left inverse")
        work[j], work[pivot] = work[pivot], work[j]
        work[j] = [v / work[j][j] for v in work[j]]
        for i in range(n):
            if i != j and work[i][j] != 0:
                factor = work[i][j]
                work[i] = [u - factor * v for u, v in zip(work[i], work[j], strict=True)]
    return [row[n:] for row in work]
