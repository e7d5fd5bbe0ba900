"""Elemental mappings φ and regularizers g that can be judged: their parts, exact values, exact members of cones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Literal

from flint import fmpq, fmpq_mat

from symbolic.homogeneous.degrees import (
    Term,
    added,
    factor,
    indicator,
    linear,
    multilinear,
    norm,
    pooled,
    raised,
    rectified,
)

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]
ConeName = Literal["all", "orthant", "kernel", "polyhedral", "semidefinite", "sparse"]
_MOST_GRID = 7


class ElementalInputError(ValueError):
    """A description of φ or g does not fit together."""


def exact_matrix(rows: Sequence[Sequence[Fraction | int | str]]) -> Matrix:
    """Return a matrix of exact fractions.

    Example:
        >>> exact_matrix([[1, "1/2"]])
        ((Fraction(1, 1), Fraction(1, 2)),)
    """
    return tuple(tuple(Fraction(x) for x in row) for row in rows)


def kernel(A: Matrix, size: int) -> list[Vector]:
    """Return a basis of {x : Ax = 0}, exact; all unit vectors if A has no rows.

    Example:
        >>> kernel(exact_matrix([[1, -2, 1]]), 3)[0]
        (Fraction(2, 1), Fraction(1, 1), Fraction(0, 1))
    """
    if not A:
        return [tuple(Fraction(int(i == j)) for j in range(size)) for i in range(size)]
    reduced, rank = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in A]).rref()
    pivots = [next(j for j in range(size) if reduced[i, j] != 0) for i in range(rank)]
    basis = []
    for free in (j for j in range(size) if j not in pivots):
        x = [Fraction(int(j == free)) for j in range(size)]
        for i, pivot in enumerate(pivots):
            value = reduced[i, free]
            x[pivot] = -Fraction(int(value.p), int(value.q))
        basis.append(tuple(x))
    return basis


@dataclass(frozen=True)
class Cone:
    """A closed cone for one factor.

    Args:
        name: ``"all"`` (no constraint), ``"orthant"`` x ≥ 0, ``"kernel"`` Ax = 0, ``"polyhedral"`` Ax ≥ 0,
            ``"semidefinite"`` (x the rows of a symmetric matrix, one after the other) or ``"sparse"`` ‖x‖₀ ≤ most.
        A: The matrix of a kernel or polyhedral cone.
        most: The number of nonzero entries a sparse vector may have.
    """

    name: ConeName = "all"
    A: Matrix = ()
    most: int = 1

    def members(self, size: int) -> list[Vector]:
        """Return some nonzero members, exact; an empty list where none was found."""
        units = kernel((), size)
        match self.name:
            case "orthant":
                return [*units, tuple([Fraction(1)] * size)]
            case "kernel":
                basis = kernel(self.A, size)
                return [*basis, *(tuple(-value for value in x) for x in basis)]
            case "polyhedral":
                basis = kernel(self.A, size) if size > _MOST_GRID else []
                grid = product(map(Fraction, (0, 1, -1)), repeat=size) if size <= _MOST_GRID else iter(basis)
                return [x for x in grid if any(x) and all(value >= 0 for value in times(self.A, x))]
            case "semidefinite":
                n = _side(size)
                diagonals = [tuple(Fraction(int(i == j == k)) for i in range(n) for j in range(n)) for k in range(n)]
                return [*diagonals, tuple(Fraction(1) for _ in range(size))]
            case "sparse":
                return [tuple(sign * value for value in x) for x in units for sign in (1, -1)] if self.most >= 1 else []
            case "all":
                return [tuple(sign * value for value in x) for x in [*units, (Fraction(1),) * size] for sign in (1, -1)]

    def is_zero(self, size: int) -> bool:
        """Return whether zero is proved to be the only member."""
        return (self.name == "kernel" and not kernel(self.A, size)) or (self.name == "sparse" and self.most < 1)


def _side(size: int) -> int:
    n = next((n for n in range(1, size + 1) if n * n >= size), 0)
    if n * n != size:
        raise ElementalInputError(f"semidefinite cone: {size} entries do not fill a square matrix")
    return n


def times(A: Matrix, x: Vector) -> Vector:
    """Return Ax."""
    return tuple(sum((a * b for a, b in zip(row, x, strict=True)), Fraction(0)) for row in A)


@dataclass(frozen=True)
class Part:
    """What a regularizer does with one factor: γ(x)^power + δ_C(x), where γ is l_q, a seminorm ‖Ax‖_q, or absent.

    Args:
        size: ``"norm"`` (l_q, a pseudo-norm for q < 1), ``"seminorm"`` or ``"none"``: only the cone is imposed.
        q: Order, positive; ``None`` for l∞.
        power: Positive exponent of γ.
        cone: The cone imposed.
        A: The matrix of a seminorm.
    """

    size: Literal["norm", "seminorm", "none"] = "norm"
    q: Fraction | None = Fraction(2)
    power: Fraction = Fraction(1)
    cone: Cone = Cone()
    A: Matrix = ()

    def __post_init__(self) -> None:
        """Refuse orders and powers that are not positive."""
        if (self.q is not None and self.q <= 0) or self.power <= 0:
            raise ElementalInputError(f"regularizer: order q = {self.q} and power {self.power} must be positive")
        if self.size == "seminorm" and not self.A:
            raise ElementalInputError("regularizer: a seminorm ‖Ax‖ needs its matrix A")

    def require_size(self, dimension: int) -> None:
        """Refuse a factor whose number of entries does not fit the part's matrices or its cone.

        Raises:
            ElementalInputError: If it does not fit.
        """
        if any(len(row) != dimension for row in (*self.A, *self.cone.A)):
            raise ElementalInputError(f"regularizer: a matrix does not have the {dimension} columns its factor needs")
        if self.cone.name in {"kernel", "polyhedral"} and not self.cone.A:
            raise ElementalInputError(f"regularizer: the cone {self.cone.name!r} needs its matrix A")
        if self.cone.name == "semidefinite":
            _side(dimension)

    def null_space(self, dimension: int) -> list[Vector]:
        """Return a basis of the x where γ vanishes."""
        return kernel(self.A, dimension) if self.size == "seminorm" else []

    def vanishes(self, x: Vector) -> bool:
        """Return whether γ(x) = 0."""
        return self.size == "none" or not any(times(self.A, x) if self.size == "seminorm" else x)

    def term(self, name: str) -> Term:
        """Return the part as a term whose degree can be read off."""
        cone = indicator(factor(name), self.cone.name)
        if self.size == "none":
            return cone
        size = raised(norm(factor(name), f"l_{self.q or 'inf'}"), self.power)
        return size if self.cone.name == "all" else added(size, cone)


@dataclass(frozen=True)
class ElementalRegularizer:
    """g, a product or a sum of parts, one a factor."""

    form: Literal["product", "sum"]
    parts: tuple[Part, ...]

    def term(self) -> Term:
        """Return g as a term; in products, factors that are only constrained count as 1 there."""
        terms = [part.term(f"x{i}") for i, part in enumerate(self.parts, 1) if part.size != "none"]
        if not terms:
            return indicator(factor("x"), "cones")
        return multilinear(*terms, name="product") if self.form == "product" else added(*terms)


@dataclass(frozen=True)
class ElementalMap:
    """φ, homogeneous of degree 1 in each factor: x¹ ⊗ … ⊗ x^K, or a network on data V with rectified hidden layers.

    Args:
        name: ``"outer"``, ``"rectified"`` ψ⁺(Vx¹)(x²)ᵀ, ``"pooled"`` maxpool(ψ⁺(Vx¹))(x²)ᵀ, or ``"deep"``
            ψ⁺(… ψ⁺(Vx¹) …)x^K with hidden layers of the widths that ``dimensions`` says.
        dimensions: Number of entries of each factor; for ``"deep"``, d, the widths, and the number of outputs.
        V: Data of a network, one row an input.
        groups: Rows of V pooled into one output each.
    """

    name: Literal["outer", "rectified", "pooled", "deep"]
    dimensions: tuple[int, ...]
    V: Matrix = ()
    groups: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse sizes that do not fit."""
        if not self.dimensions or min(self.dimensions) < 1:
            raise ElementalInputError(f"mapping: dimensions {self.dimensions} must be positive")
        if self.name in {"rectified", "pooled"} and len(self.dimensions) != 2:
            raise ElementalInputError(f"mapping: {self.name} has two factors, not {len(self.dimensions)}")
        if self.name != "outer" and (not self.V or any(len(row) != self.dimensions[0] for row in self.V)):
            raise ElementalInputError(f"mapping: the rows of V must have {self.dimensions[0]} entries")
        if self.name == "deep" and len(self.dimensions) < 3:
            raise ElementalInputError("mapping: a deep network has at least one hidden layer")
        if self.name == "pooled" and not all(
            group and all(0 <= n < len(self.V) for n in group) for group in self.groups or ((),)
        ):
            raise ElementalInputError(f"mapping: groups {self.groups} must each name rows of V")

    @property
    def sizes(self) -> tuple[int, ...]:
        """Return the number of entries of each factor."""
        if self.name != "deep":
            return self.dimensions
        return tuple(a * b for a, b in zip(self.dimensions, self.dimensions[1:], strict=False))

    def term(self) -> Term:
        """Return φ as a term whose degree can be read off."""
        names = [factor(f"x{i}") for i in range(1, len(self.sizes) + 1)]
        if self.name == "outer":
            return multilinear(*names, name="outer product")
        hidden = rectified(linear(names[0], "V x1"))
        for x in names[1:-1]:
            hidden = rectified(multilinear(hidden, x))
        return multilinear(pooled(hidden) if self.name == "pooled" else hidden, names[-1])

    def is_zero_at(self, factors: Sequence[Vector]) -> bool:
        """Return whether φ vanishes at exact factors."""
        if self.name == "outer":
            return not all(any(x) for x in factors)
        if self.name != "deep":
            hidden = [max(value, Fraction(0)) for value in times(self.V, factors[0])]
            outputs = [max(hidden[n] for n in group) for group in self.groups] if self.name == "pooled" else hidden
            return not (any(outputs) and any(factors[1]))
        layer = [list(row) for row in self.V]
        for number, x in enumerate(factors):
            rows, columns = self.dimensions[number : number + 2]
            weights = [x[i * columns : (i + 1) * columns] for i in range(rows)]
            layer = [
                [sum((a * w[j] for a, w in zip(row, weights, strict=True)), Fraction(0)) for j in range(columns)]
                for row in layer
            ]
            if number + 1 < len(factors):
                layer = [[max(value, Fraction(0)) for value in row] for row in layer]
        return not any(value for row in layer for value in row)
