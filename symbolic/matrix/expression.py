"""Matrix expressions as they are written: typed by symbolic shapes, checked when they are built.

An expression keeps the form its author gave it; whether two expressions are *equal* is decided in
:mod:`symbolic.matrix.canonical`, never here. ``==`` compares the written forms. A scalar is a 1 by 1 matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from symbolic.matrix.dimensions import SCALAR, Dimension, Shape, ShapeError

if TYPE_CHECKING:
    from symbolic.matrix.contraction import Contraction

STRUCTURES = ("general", "symmetric", "diagonal")


# Arithmetic is built on the classes below, so their operators import it when they are used.


def _sum(*terms: Expression) -> Expression:
    from symbolic.matrix.arithmetic import add  # noqa: PLC0415

    return add(*terms)


def _product(*factors: Expression) -> Expression:
    from symbolic.matrix.arithmetic import multiply  # noqa: PLC0415

    return multiply(*factors)


def _exact(value: Expression | int | Fraction) -> Expression:
    from symbolic.matrix.arithmetic import as_expression  # noqa: PLC0415

    return as_expression(value)


class Expression:
    """A matrix expression: ``+``, ``-``, ``*`` (or ``@``), ``/`` by numbers, ``**`` of scalars, ``.T``.

    Attributes:
        shape: Rows and columns, as symbolic dimensions.
    """

    @property
    def shape(self) -> Shape:
        """Return the shape."""
        raise NotImplementedError

    @property
    def is_scalar(self) -> bool:
        """Whether the expression is 1 by 1."""
        return self.shape == SCALAR

    @property
    def children(self) -> tuple[Expression, ...]:
        """Return the expressions this one is built from directly."""
        return ()

    @property
    def T(self) -> Expression:
        """Return the transpose, moved through products."""
        return self if self.is_scalar else Transpose(self)

    def __add__(self, other: Expression | int | Fraction) -> Expression:
        return _sum(self, _exact(other))

    def __radd__(self, other: int | Fraction) -> Expression:
        return _sum(_exact(other), self)

    def __sub__(self, other: Expression | int | Fraction) -> Expression:
        return _sum(self, -_exact(other))

    def __rsub__(self, other: int | Fraction) -> Expression:
        return _sum(_exact(other), -self)

    def __neg__(self) -> Expression:
        return _product(Number(Fraction(-1)), self)

    def __mul__(self, other: Expression | int | Fraction) -> Expression:
        return _product(self, _exact(other))

    def __rmul__(self, other: int | Fraction) -> Expression:
        return _product(_exact(other), self)

    def __matmul__(self, other: Expression) -> Expression:
        return _product(self, other)

    def __truediv__(self, other: int | Fraction) -> Expression:
        if not isinstance(other, int | Fraction):
            raise TypeError(f"({self})/({other}): only division by rational numbers is exact here")
        return _product(Number(1 / Fraction(other)), self)

    def __pow__(self, exponent: int) -> Expression:
        from symbolic.matrix.arithmetic import power  # noqa: PLC0415

        return power(self, exponent)

    def __str__(self) -> str:
        from symbolic.matrix.text import to_text  # noqa: PLC0415  (printers need the classes below)

        return to_text(self)

    def __repr__(self) -> str:
        return f"<{self.shape} {self}>"

    def to_latex(self) -> str:
        """Return LaTeX, on one line."""
        from symbolic.matrix.latex import to_latex  # noqa: PLC0415  (printers need the classes below)

        return to_latex(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex()}$"


@dataclass(frozen=True, repr=False)
class Number(Expression):
    """A rational number."""

    value: Fraction

    @property
    def shape(self) -> Shape:
        """Return the shape of a scalar."""
        return SCALAR


@dataclass(frozen=True, repr=False)
class Symbol(Expression):
    """A matrix, vector or scalar known by its name; make it with :func:`matrix`, :func:`vector`, :func:`scalar`."""

    name: str
    rows: Dimension
    cols: Dimension
    structure: str = "general"

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"symbol: {self.name!r} is not a name")
        if self.structure not in STRUCTURES:
            raise ValueError(f"symbol {self.name}: structure {self.structure!r} is not one of {', '.join(STRUCTURES)}")
        if self.structure != "general" and self.rows != self.cols:
            raise ShapeError(f"{self.structure} {self.name}", f"{self.name} is {self.shape}, which is not square")
        if self.structure != "general" and len(self.rows.factors) != 1:
            raise ShapeError(f"{self.structure} {self.name}", f"its dimension {self.rows} is not a single index range")

    @property
    def shape(self) -> Shape:
        """Return the declared shape."""
        return Shape(self.rows, self.cols)

    @property
    def T(self) -> Expression:
        """Return the transpose; a symmetric or diagonal symbol is its own."""
        return self if self.is_scalar or self.structure != "general" else Transpose(self)


@dataclass(frozen=True, repr=False)
class Size(Expression):
    """A dimension as a scalar, e.g. the trace of the identity."""

    dimension: Dimension

    @property
    def shape(self) -> Shape:
        """Return the shape of a scalar."""
        return SCALAR


@dataclass(frozen=True, repr=False)
class Constant(Expression):
    """The identity, the matrix of ones or of zeros, or the commutation matrix of a shape.

    Args:
        kind: ``"identity"``, ``"ones"``, ``"zeros"`` or ``"commutation"``. For ``"commutation"``, ``rows`` and
            ``cols`` are ``m`` and ``n``, and the value is the matrix that takes vec of an m by n matrix to vec
            of its transpose.
        rows: The number of rows.
        cols: The number of columns.
    """

    kind: str
    rows: Dimension
    cols: Dimension

    @property
    def shape(self) -> Shape:
        """Return the shape."""
        if self.kind == "commutation":
            return Shape(self.rows * self.cols, self.cols * self.rows)
        return Shape(self.rows, self.cols)

    @property
    def T(self) -> Expression:
        """Return the transpose, which is a constant of the same kind."""
        return self if self.kind == "identity" else Constant(self.kind, self.cols, self.rows)


@dataclass(frozen=True, repr=False)
class Sum(Expression):
    """A sum of at least two terms of one shape."""

    terms: tuple[Expression, ...]

    @property
    def shape(self) -> Shape:
        """Return the common shape of the terms."""
        return self.terms[0].shape

    @property
    def children(self) -> tuple[Expression, ...]:
        """Return the terms."""
        return self.terms


@dataclass(frozen=True, repr=False)
class Product(Expression):
    """A rational coefficient times scalar factors and a chain of matrices."""

    coefficient: Fraction
    factors: tuple[Expression, ...]

    @property
    def shape(self) -> Shape:
        """Return the rows of the first and the columns of the last matrix."""
        chain = self.matrices
        return Shape(chain[0].shape.rows, chain[-1].shape.cols) if chain else SCALAR

    @property
    def matrices(self) -> tuple[Expression, ...]:
        """Return the factors that are not scalars."""
        return tuple(f for f in self.factors if not f.is_scalar)

    @property
    def scalars(self) -> tuple[Expression, ...]:
        """Return the factors that are scalars."""
        return tuple(f for f in self.factors if f.is_scalar)

    @property
    def children(self) -> tuple[Expression, ...]:
        """Return the factors."""
        return self.factors

    @property
    def T(self) -> Expression:
        """Return the product of the transposes in the opposite order."""
        if self.is_scalar:
            return self
        return _product(Number(self.coefficient), *self.scalars, *(f.T for f in reversed(self.matrices)))


@dataclass(frozen=True, repr=False)
class Power(Expression):
    """A scalar to a positive integer power."""

    base: Expression
    exponent: int

    @property
    def shape(self) -> Shape:
        """Return the shape of a scalar."""
        return SCALAR

    @property
    def children(self) -> tuple[Expression, ...]:
        """Return the base."""
        return (self.base,)


@dataclass(frozen=True, repr=False)
class Transpose(Expression):
    """The transpose of something that is not a product."""

    argument: Expression

    @property
    def shape(self) -> Shape:
        """Return the argument's shape, turned."""
        return self.argument.shape.transposed

    @property
    def children(self) -> tuple[Expression, ...]:
        """Return the argument."""
        return (self.argument,)

    @property
    def T(self) -> Expression:
        """Return the argument."""
        return self.argument


@dataclass(frozen=True, repr=False)
class Operation(Expression):
    """A named operation on matrices, its shape worked out by the function that made it.

    Args:
        head: ``trace``, ``inner``, ``norm2``, ``hadamard``, ``kronecker``, ``vec`` or ``diag``.
        arguments: The operands.
        result: The shape of the value.
    """

    head: str
    arguments: tuple[Expression, ...]
    result: Shape

    @property
    def shape(self) -> Shape:
        """Return the shape of the value."""
        return self.result

    @property
    def children(self) -> tuple[Expression, ...]:
        """Return the operands."""
        return self.arguments

    @property
    def T(self) -> Expression:
        """Return the transpose; Hadamard and Kronecker products pass it on if that does not make it longer."""
        if self.is_scalar or (self.head == "diag" and self.shape.rows == self.shape.cols):
            return self
        if self.head in {"hadamard", "kronecker"}:
            turned = Operation(self.head, tuple(a.T for a in self.arguments), self.result.transposed)
            if transposes(turned) <= max(1, transposes(self)):
                return turned
        return Transpose(self)


@dataclass(frozen=True, repr=False)
class Elementwise(Expression):
    """A derivative of an opaque function, applied to every entry."""

    function: str
    order: int
    argument: Expression

    @property
    def shape(self) -> Shape:
        """Return the argument's shape."""
        return self.argument.shape

    @property
    def children(self) -> tuple[Expression, ...]:
        """Return the argument."""
        return (self.argument,)


@dataclass(frozen=True, repr=False)
class IndexSum(Expression):
    """A contraction that no matrix notation was found for, written with its indices."""

    contraction: Contraction
    result: Shape

    @property
    def shape(self) -> Shape:
        """Return the shape of the value."""
        return self.result


def transposes(expression: Expression) -> int:
    """Return how many transposes are written in an expression."""
    own = 1 if isinstance(expression, Transpose) else 0
    return own + sum(transposes(child) for child in expression.children)
