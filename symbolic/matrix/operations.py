"""Trace, inner product, Hadamard and Kronecker product, vec, diag, and opaque elementwise functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from symbolic.matrix.arithmetic import add, multiply, power
from symbolic.matrix.dimensions import ONE, SCALAR, Dimension, Shape, ShapeError
from symbolic.matrix.expression import (
    Constant,
    Elementwise,
    Expression,
    IndexSum,
    Number,
    Operation,
    Power,
    Product,
    Size,
    Sum,
    Symbol,
    Transpose,
)
from symbolic.matrix.symbols import identity
from symbolic.matrix.tensor_sum import Applied, Entry, TensorSum, labels

if TYPE_CHECKING:
    from symbolic.matrix.contraction import Label


def trace(M: Expression) -> Expression:
    """Return the trace of a square matrix.

    Raises:
        ShapeError: If ``M`` is not square.
    """
    if M.shape.rows != M.shape.cols:
        raise ShapeError(f"trace({M})", f"{M} is {M.shape}, which is not square")
    return M if M.is_scalar else _with_number_outside("trace", M)


def inner(A: Expression, B: Expression) -> Expression:
    """Return the Frobenius inner product ``trace(A.T*B)`` of two matrices of one shape.

    Raises:
        ShapeError: If the shapes differ.
    """
    _same_shape("inner", A, B)
    return multiply(A, B) if A.is_scalar else Operation("inner", (A, B), SCALAR)


def norm2(M: Expression) -> Expression:
    """Return the squared Frobenius norm, ``inner(M, M)``.

    Example:
        >>> from symbolic.matrix.symbols import matrix
        >>> X, W, S = matrix("X", "m", "n"), matrix("W", "m", "k"), matrix("S", "k", "n")
        >>> print(norm2(X - W * S) / 2)
        norm2(X - W*S)/2
    """
    return Operation("norm2", (M,), SCALAR)


def hadamard(*factors: Expression) -> Expression:
    """Return the entrywise product of matrices of one shape.

    Raises:
        ShapeError: If the shapes differ.
    """
    if not factors:
        raise ValueError("hadamard: needs at least one matrix")
    for factor in factors[1:]:
        _same_shape("hadamard", factors[0], factor)
    if factors[0].is_scalar:
        return multiply(*factors)
    outside = [
        f for factor in factors if isinstance(factor, Product) for f in (Number(factor.coefficient), *factor.scalars)
    ]
    if any(f != Number(Fraction(1)) for f in outside):
        inside = [multiply(*f.matrices) if isinstance(f, Product) else f for f in factors]
        return multiply(*outside, hadamard(*inside))
    flat = [a for f in factors for a in (f.arguments if isinstance(f, Operation) and f.head == "hadamard" else (f,))]
    kept = [a for a in flat if not (isinstance(a, Constant) and a.kind == "ones")] or flat[:1]
    return kept[0] if len(kept) == 1 else Operation("hadamard", tuple(kept), factors[0].shape)


def kronecker(A: Expression, B: Expression) -> Expression:
    """Return the Kronecker product: the block matrix of all ``A[i,j] * B``."""
    if A.is_scalar or B.is_scalar:
        return multiply(A, B)
    if all(isinstance(M, Constant) and M.kind == "identity" for M in (A, B)):
        return identity(A.shape.rows * B.shape.rows)
    shape = Shape(A.shape.rows * B.shape.rows, A.shape.cols * B.shape.cols)
    return Operation("kronecker", (A, B), shape)


def vec(M: Expression) -> Expression:
    """Return the columns of ``M`` stacked under each other: ``vec(A*X*B) = kronecker(B.T, A)*vec(X)``.

    This is the one vec order of the project. The index of the column moves slowest.
    """
    if M.shape.cols.is_one:
        return M
    return M.T if M.shape.rows.is_one else Operation("vec", (M,), Shape(M.shape.cols * M.shape.rows, ONE))


def diag(M: Expression) -> Expression:
    """Return the diagonal matrix of a column vector, or the diagonal of a square matrix as a column vector.

    Raises:
        ShapeError: If ``M`` is neither a column nor square.
    """
    rows, cols = M.shape
    if M.is_scalar:
        return M
    if cols.is_one:
        if isinstance(M, Operation) and M.head == "diag":
            inside = M.arguments[0]
            if isinstance(inside, Symbol) and inside.structure == "diagonal":
                return inside
        return Operation("diag", (M,), Shape(rows, rows))
    if rows != cols:
        raise ShapeError(f"diag({M})", f"{M} is {M.shape}, neither a column nor square")
    return Operation("diag", (M,), Shape(rows, ONE))


@dataclass(frozen=True)
class ElementwiseFunction:
    """A smooth function known by its name only, applied to every entry of a matrix.

    Args:
        name: Its name; its derivatives are written ``dphi``, ``d2phi``, ....
        order: Which derivative of the named function this is.

    Example:
        >>> from symbolic.matrix.symbols import matrix
        >>> phi, M = ElementwiseFunction("phi"), matrix("M", "m", "n")
        >>> print(phi(M), phi.derivative()(M))
        phi(M) dphi(M)
    """

    name: str
    order: int = 0

    def __call__(self, M: Expression) -> Expression:
        """Return the function applied to every entry of ``M``."""
        return Elementwise(self.name, self.order, M)

    def derivative(self, order: int = 1) -> ElementwiseFunction:
        """Return the derivative of the given order of this function."""
        return ElementwiseFunction(self.name, self.order + order)


def substitute(expression: Expression, values: dict[Symbol, Expression]) -> Expression:
    """Return the expression with symbols replaced by expressions of the same shapes.

    Raises:
        ShapeError: If a symbol and its value have different shapes.
    """
    for symbol, value in values.items():
        if symbol.shape != value.shape:
            raise ShapeError(f"{symbol} := {value}", f"{symbol} is {symbol.shape} but {value} is {value.shape}")
    return _substitute(expression, values)


def symbols_of(expression: Expression) -> list[Symbol]:
    """Return the symbols of an expression, in the order of their names."""
    found: dict[str, Symbol] = {}
    pending = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, IndexSum):
            pending += [Symbol(e.name, *e.shape, e.structure) for e in _labels_of(node) if isinstance(e, Entry)]
        elif isinstance(node, Symbol):
            if found.setdefault(node.name, node) != node:
                raise ShapeError(
                    str(expression),
                    f"{node.name} is both {found[node.name].shape} and {node.shape}",
                    "rename one",
                )
        else:
            pending += node.children
    return [found[name] for name in sorted(found)]


def dimension_names(expression: Expression) -> set[str]:
    """Return the names of the dimensions that occur in an expression, those that are summed over too."""
    dims = set(expression.shape)
    if isinstance(expression, Size):
        dims.add(expression.dimension)
    if isinstance(expression, IndexSum):
        dims.add(Dimension(expression.contraction.dims))
    names = {f for d in dims for f in d.factors if isinstance(f, str)}
    return names.union(*(dimension_names(child) for child in expression.children))


def functions_of(expression: Expression) -> dict[str, int]:
    """Return the opaque functions of an expression with the highest derivative of each, in order of name."""
    found: dict[str, int] = {}
    pending = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, Elementwise):
            found[node.function] = max(node.order, found.get(node.function, 0))
        if isinstance(node, IndexSum):
            for label in _labels_of(node):
                if isinstance(label, Applied):
                    found[label.function] = max(label.order, found.get(label.function, 0))
        pending += node.children
    return dict(sorted(found.items()))


def _substitute(node: Expression, values: dict[Symbol, Expression]) -> Expression:
    match node:
        case Symbol():
            return values.get(node, node)
        case Elementwise(function, order, argument):
            return Elementwise(function, order, _substitute(argument, values))
        case IndexSum():
            from symbolic.matrix.index_sums import substituted  # noqa: PLC0415  (it needs the constructors above)

            return substituted(node, values)
        case _ if not node.children:
            return node
    return rebuild(node, [_substitute(child, values) for child in node.children])


def rebuild(node: Expression, children: list[Expression]) -> Expression:
    """Return an expression of the same kind with other operands, of the same shapes."""
    match node:
        case Sum():
            return add(*children)
        case Product(coefficient):
            return multiply(Number(coefficient), *children)
        case Power(_, exponent):
            return power(children[0], exponent)
        case Transpose():
            return children[0].T
        case Elementwise(function, order):
            return Elementwise(function, order, children[0])
        case Operation(head):
            return BUILDERS[head](*children)
    raise TypeError(f"cannot rebuild {type(node).__name__}")


def _labels_of(node: IndexSum) -> list[Label]:
    return labels(TensorSum(node.shape, ((node.contraction, Fraction(1)),)))


def _same_shape(operation: str, A: Expression, B: Expression) -> None:
    if A.shape != B.shape:
        fits = A.shape == B.shape.transposed
        raise ShapeError(
            f"{operation}({A}, {B})",
            f"{A} is {A.shape} but {B} is {B.shape}",
            f"did you mean {operation}({A}, {B.T})?" if fits else "",
        )


def _with_number_outside(head: str, M: Expression) -> Expression:
    if isinstance(M, Product) and M.coefficient != 1:
        return multiply(Number(M.coefficient), Operation(head, (multiply(*M.factors),), SCALAR))
    return Operation(head, (M,), SCALAR)


BUILDERS: dict[str, Callable[..., Expression]] = {
    "trace": trace,
    "inner": inner,
    "norm2": norm2,
    "hadamard": hadamard,
    "kronecker": kronecker,
    "vec": vec,
    "diag": diag,
}
