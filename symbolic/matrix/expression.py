"""Matrix expressions as they are written: typed by symbolic shapes, checked when they are built.

An expression keeps the form its author gave it; whether two expressions are *equal* is decided in
:mod:`symbolic.matrix.canonical`, never here. ``==`` compares the written forms. A scalar is a 1 by 1 matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from symbolic.matrix.dimensions import ONE, SCALAR, Dimension, DimensionLike, Shape, ShapeError, dimension

if TYPE_CHECKING:
    from symbolic.matrix.contraction import Contraction

ExpressionLike = "Expression | int | Fraction"

STRUCTURES = ("general", "symmetric", "diagonal")


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
        return add(self, as_expression(other))

    def __radd__(self, other: int | Fraction) -> Expression:
        return add(as_expression(other), self)

    def __sub__(self, other: Expression | int | Fraction) -> Expression:
        return add(self, -as_expression(other))

    def __rsub__(self, other: int | Fraction) -> Expression:
        return add(as_expression(other), -self)

    def __neg__(self) -> Expression:
        return multiply(Number(Fraction(-1)), self)

    def __mul__(self, other: Expression | int | Fraction) -> Expression:
        return multiply(self, as_expression(other))

    def __rmul__(self, other: int | Fraction) -> Expression:
        return multiply(as_expression(other), self)

    def __matmul__(self, other: Expression) -> Expression:
        return multiply(self, other)

    def __truediv__(self, other: int | Fraction) -> Expression:
        if not isinstance(other, int | Fraction):
            raise TypeError(f"({self})/({other}): only division by rational numbers is exact here")
        return multiply(Number(1 / Fraction(other)), self)

    def __pow__(self, exponent: int) -> Expression:
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
            raise ValueError(
                f"symbol {self.name}: structure {self.structure!r} is not one of {', '.join(STRUCTURES)}"
            )
        if self.structure != "general" and self.rows != self.cols:
            raise ShapeError(
                f"{self.structure} {self.name}", f"{self.name} is {self.shape}, which is not square"
            )
        if self.structure != "general" and len(self.rows.factors) != 1:
            raise ShapeError(
                f"{self.structure} {self.name}", f"its dimension {self.rows} is not a single index range"
            )

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
        return multiply(Number(self.coefficient), *self.scalars, *(f.T for f in reversed(self.matrices)))


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


def as_expression(value: Expression | int | Fraction) -> Expression:
    """Return the value as an expression.

    Raises:
        TypeError: If it is neither an expression nor a rational number (floating point is not exact).
    """
    if isinstance(value, Expression):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise TypeError(f"{value!r} is not an exact rational number; write Fraction(1, 2), not 0.5")
    return Number(Fraction(value))


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


def add(*terms: Expression) -> Expression:
    """Return the sum of expressions of one shape; nested sums are flattened, zeros dropped.

    Raises:
        ShapeError: If the shapes differ.
    """
    for term in terms[1:]:
        if term.shape != terms[0].shape:
            fits = term.shape.transposed == terms[0].shape
            raise ShapeError(
                str_sum(terms),
                f"{terms[0]} is {terms[0].shape} but {unsigned(term)} is {term.shape}",
                f"did you mean {unsigned(term).T}?" if fits else "",
            )
    flat = [t for term in terms for t in (term.terms if isinstance(term, Sum) else (term,))]
    kept = [t for t in flat if not _is_zero(t)]
    if len(kept) < 2:
        return kept[0] if kept else zeros(*terms[0].shape)
    if all(isinstance(t, Number) for t in kept):
        return Number(sum((t.value for t in kept if isinstance(t, Number)), Fraction(0)))
    return Sum(tuple(kept))


def multiply(*factors: Expression) -> Expression:
    """Return the product of expressions; a scalar commutes with everything, matrices must chain.

    Raises:
        ShapeError: If neighbouring matrices do not fit; the message proposes a transposition that does.
    """
    coefficient, flat = Fraction(1), []
    for factor in factors:
        if isinstance(factor, Number):
            coefficient *= factor.value
        elif isinstance(factor, Product) and (not factor.is_scalar or not factor.matrices):
            coefficient *= factor.coefficient
            flat += factor.factors
        elif isinstance(factor, Product):
            # A scalar made of matrices (x.T*y) stays one factor: its matrices must not join the chain.
            coefficient *= factor.coefficient
            flat.append(Product(Fraction(1), factor.factors))
        else:
            flat.append(factor)
    chain = [f for f in flat if not f.is_scalar]
    for left, right in zip(chain, chain[1:], strict=False):
        if left.shape.cols != right.shape.rows:
            raise _product_error(left, right)
    if coefficient == 0 or any(_is_zero(f) for f in flat):
        return zeros(chain[0].shape.rows, chain[-1].shape.cols) if chain else Number(Fraction(0))
    scalars = [f for f in flat if f.is_scalar]
    kept = [f for f in chain if not (isinstance(f, Constant) and f.kind == "identity")] or chain[:1]
    ordered = (*scalars, *kept)
    if not ordered:
        return Number(coefficient)
    if coefficient == 1 and len(ordered) == 1:
        return ordered[0]
    return Product(coefficient, ordered)


def transposes(expression: Expression) -> int:
    """Return how many transposes are written in an expression."""
    own = 1 if isinstance(expression, Transpose) else 0
    return own + sum(transposes(child) for child in expression.children)


def power(base: Expression, exponent: int) -> Expression:
    """Return a nonnegative integer power of a scalar, or of a square matrix as a product.

    Raises:
        ValueError: If the exponent is not a nonnegative integer.
        ShapeError: If the base is not square.
    """
    if isinstance(exponent, bool) or not isinstance(exponent, int) or exponent < 0:
        raise ValueError(f"({base})**{exponent}: the exponent must be a nonnegative integer")
    if base.shape.rows != base.shape.cols:
        raise ShapeError(f"({base})**{exponent}", f"{base} is {base.shape}, which is not square")
    if exponent == 0:
        return identity(base.shape.rows)
    if isinstance(base, Number):
        return Number(base.value**exponent)
    if not base.is_scalar:
        return multiply(*[base] * exponent)
    return base if exponent == 1 else Power(base, exponent)


def unsigned(term: Expression) -> Expression:
    """Return the term without the sign or number in front of it."""
    if isinstance(term, Product):
        return multiply(*term.factors)
    return term


def str_sum(terms: tuple[Expression, ...]) -> str:
    """Return the text of a sum whose shapes may not fit."""
    return str(Sum(terms))


def _is_zero(term: Expression) -> bool:
    return (isinstance(term, Number) and term.value == 0) or (
        isinstance(term, Constant) and term.kind == "zeros"
    )


def _product_error(left: Expression, right: Expression) -> ShapeError:
    candidates = ((left.T, right), (left, right.T), (left.T, right.T), (right, left))
    fits = next((pair for pair in candidates if pair[0].shape.cols == pair[1].shape.rows), None)
    return ShapeError(
        str(Product(Fraction(1), (left, right))),
        f"{left} is {left.shape} but {right} is {right.shape}",
        f"did you mean {Product(Fraction(1), fits)}?" if fits else "",
    )
