"""Dimensions and shapes of matrices, and the error raised when two of them do not fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Factor = int | str
"""One index range: a positive integer, or the name of a positive integer that is not fixed."""


@dataclass(frozen=True)
class Dimension:
    """The number of rows or columns of a matrix: an ordered product of index ranges.

    A Kronecker product has rows numbered by a *pair* of indices, the first one moving slowest, so its
    dimension is the ordered product ``m*p``. The empty product is the dimension 1 of a vector's columns.

    Args:
        factors: The index ranges, slowest first; ranges of size 1 are left out.

    Example:
        >>> m, n = dimensions("m n")
        >>> print(m * n, Dimension(()))
        m*n 1
    """

    factors: tuple[Factor, ...]

    def __post_init__(self) -> None:
        for factor in self.factors:
            if isinstance(factor, int) and factor < 2:
                raise ShapeError("dimension", f"an index range must be at least 1, not {factor}")
            if isinstance(factor, str) and not factor.isidentifier():
                raise ShapeError("dimension", f"{factor!r} is not a name")

    def __mul__(self, other: Dimension) -> Dimension:
        return Dimension(self.factors + other.factors)

    def __str__(self) -> str:
        return "*".join(map(str, self.factors)) or "1"

    @property
    def is_one(self) -> bool:
        """Whether the dimension is 1 whatever its names stand for."""
        return not self.factors

    def value(self, sizes: dict[str, int]) -> int:
        """Return the dimension as a number, its names replaced by ``sizes``."""
        product = 1
        for factor in self.factors:
            product *= factor if isinstance(factor, int) else sizes[factor]
        return product


DimensionLike = Dimension | Factor


def dimension(value: DimensionLike) -> Dimension:
    """Return a dimension from a name, a positive integer, or a dimension.

    Raises:
        ShapeError: If the integer is not positive or the text is not a name.
    """
    if isinstance(value, Dimension):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ShapeError("dimension", f"{value!r} is neither a name nor a positive integer")
    return Dimension(() if value == 1 else (value,))


def dimensions(names: str) -> tuple[Dimension, ...]:
    """Return one symbolic dimension per name in ``names``, which are separated by blanks or commas.

    Example:
        >>> [str(d) for d in dimensions("m, n k")]
        ['m', 'n', 'k']
    """
    return tuple(dimension(name) for name in names.replace(",", " ").split())


class Shape(NamedTuple):
    """Rows and columns."""

    rows: Dimension
    cols: Dimension

    def __str__(self) -> str:
        return f"({self.rows}, {self.cols})"

    @property
    def transposed(self) -> Shape:
        """Return the shape of the transpose."""
        return Shape(self.cols, self.rows)


ONE = Dimension(())
SCALAR = Shape(ONE, ONE)


class ShapeError(ValueError):
    """Shapes do not fit the operation asked for.

    Args:
        operation: What was asked for, e.g. ``"X*W"`` or ``"gradient of trace(X*W)"``.
        cause: The shapes found.
        remedy: What to write instead, if something fits.
    """

    def __init__(self, operation: str, cause: str, remedy: str = "") -> None:
        self.operation, self.cause, self.remedy = operation, cause, remedy
        super().__init__(f"{operation}: {cause}" + (f"; {remedy}" if remedy else ""))

    def within(self, operation: str) -> ShapeError:
        """Return the same complaint, told of the larger ``operation`` it happened in."""
        return ShapeError(operation, self.cause, self.remedy)
