"""The multilinear maps whose local surjection is studied, with their exact values and Jacobians."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from flint import fmpq, fmpq_mat

from symbolic.local_surjection.errors import PointShapeError
from symbolic.local_surjection.rational_matrices import matrix, rational

Point = tuple[fmpq_mat, ...]


class MultilinearMap(Protocol):
    """A map between matrix spaces that is linear in each of its arguments."""

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Return the shapes of the arguments."""
        ...

    def value(self, point: Point) -> tuple[fmpq, ...]:
        """Return the value as a vector (matrices row by row)."""
        ...


def checked_point(map_: MultilinearMap, point: Any) -> Point:
    """Return ``point`` as exact matrices of the map's shapes.

    Raises:
        PointShapeError: If their number or a shape differs; the message says which.
    """
    shapes = map_.shapes
    if isinstance(point, fmpq_mat):
        point = (point,)
    if len(point) != len(shapes):
        raise PointShapeError(f"{map_}: expected {len(shapes)} matrices of shapes {list(shapes)}, got {len(point)}")
    made = []
    for given, shape in zip(point, shapes, strict=True):
        rows_ = given.tolist() if isinstance(given, fmpq_mat) else [list(row) for row in given]
        found = (len(rows_), len(rows_[0]) if rows_ else shape[1])
        if isinstance(given, fmpq_mat):
            found = (given.nrows(), given.ncols())
        if found != shape or any(len(row) != shape[1] for row in rows_):
            raise PointShapeError(f"{map_}: expected shapes {list(shapes)}, got {found} where {shape} belongs")
        made.append(matrix(rows_, shape))
    return tuple(made)


def jacobian(map_: MultilinearMap, point: Point) -> fmpq_mat:
    """Return the exact Jacobian: a row an output, a column an entry of the arguments (matrices row by row).

    The maps are affine in every single entry, so one exact difference an entry is the partial derivative.

    Example:
        >>> jacobian(MatrixFactorization(1, 1, 1), checked_point(MatrixFactorization(1, 1, 1), ([[2]], [[3]]))).tolist()
        [[3, 2]]
    """
    base = map_.value(point)
    found = []
    for k, part in enumerate(point):
        for i in range(part.nrows()):
            for j in range(part.ncols()):
                moved = fmpq_mat(part)
                moved[i, j] += 1
                shifted = map_.value((*point[:k], moved, *point[k + 1 :]))
                found.append([a - b for a, b in zip(shifted, base, strict=True)])
    return fmpq_mat(len(found), len(base), [v for column in found for v in column]).transpose()


@dataclass(frozen=True)
class MatrixFactorization:
    """The map (X, Y) ↦ XᵀY from R^{d×m} × R^{d×n} to R^{m×n}. **Source:** `[chain-rules]` equation (2)."""

    m: int
    n: int
    d: int

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Return the shapes of X and Y."""
        return (self.d, self.m), (self.d, self.n)

    def value(self, point: Point) -> tuple[fmpq, ...]:
        """Return XᵀY row by row."""
        X, Y = point
        return tuple((X.transpose() * Y).entries())


@dataclass(frozen=True)
class FactorizationMachine:
    """The map P ↦ (a_ij p_i·p_j), j > i, from R^{d×d0}. **Source:** `[chain-rules]` equation (9).

    Args:
        d0: Number of columns of P.
        d: Latent dimension.
        a: The coefficients a_ij ≠ 0 in lexicographic order of (i, j); ``None`` for all ones.
    """

    d0: int
    d: int
    a: tuple[fmpq, ...] | None = None

    def __post_init__(self) -> None:
        given = self.a
        if given is None:
            return
        values = tuple(rational(v) for v in given)
        if len(values) != len(self.pairs) or any(v == 0 for v in values):
            raise PointShapeError(f"{len(self.pairs)} nonzero coefficients are needed for d0 = {self.d0}, got {given}")
        object.__setattr__(self, "a", values)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Return the pairs i < j in lexicographic order."""
        return [(i, j) for i in range(self.d0) for j in range(i + 1, self.d0)]

    @property
    def coefficients(self) -> tuple[fmpq, ...]:
        """Return the coefficients a_ij in the order of :attr:`pairs`."""
        return self.a if self.a is not None else (fmpq(1),) * len(self.pairs)

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Return the shape of P."""
        return ((self.d, self.d0),)

    def value(self, point: Point) -> tuple[fmpq, ...]:
        """Return a_ij p_i·p_j in the order of :attr:`pairs`."""
        gram = point[0].transpose() * point[0]
        return tuple(a * gram[i, j] for a, (i, j) in zip(self.coefficients, self.pairs, strict=True))


@dataclass(frozen=True)
class TensorFactorization:
    """The map (X, Y, Z) ↦ ⟦X, Y, Z⟧, entries Σ_l x_li y_lj z_lk. **Source:** `[chain-rules]` equation (17)."""

    n1: int
    n2: int
    n3: int
    d: int

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Return the shapes of X, Y and Z."""
        return (self.d, self.n1), (self.d, self.n2), (self.d, self.n3)

    def value(self, point: Point) -> tuple[fmpq, ...]:
        """Return the tensor's entries in lexicographic order of (i, j, k)."""
        X, Y, Z = point
        found: list[fmpq] = []
        for i in range(self.n1):
            scaled = fmpq_mat(self.d, self.n3, [X[l, i] * Z[l, k] for l in range(self.d) for k in range(self.n3)])
            found += (Y.transpose() * scaled).entries()
        return tuple(found)


def weighted_factorization(n2: int, n3: int, d: int) -> TensorFactorization:
    """Return the map (x, Y, Z) ↦ Yᵀ diag(x) Z; x is passed as a d×1 matrix. **Source:** Proposition 3.18."""
    return TensorFactorization(1, n2, n3, d)
