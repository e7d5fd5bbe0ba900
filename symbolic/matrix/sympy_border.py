"""To and from SymPy's matrix expressions. SymPy stores and prints them here; it never differentiates them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from sympy.core.function import AppliedUndef
from sympy.matrices import expressions as sm
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from symbolic.matrix.arithmetic import add, multiply, power
from symbolic.matrix.dimensions import ONE, Dimension, ShapeError
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
from symbolic.matrix.operations import ElementwiseFunction, diag, hadamard, kronecker, trace
from symbolic.matrix.symbols import identity, ones, scalar, zeros
from symbolic.matrix.sympy_probes import SYMPY_TRACE

_ENTRY = sympy.Dummy("x")


class UnsupportedSympyError(ValueError):
    """A SymPy expression has a part that this algebra cannot hold exactly, or the other way round."""


def from_sympy(expression: Any) -> Expression:
    """Return the expression for a SymPy scalar or matrix expression.

    Args:
        expression: Built of ``MatrixSymbol``, sums, products, integer powers, ``Transpose``, ``Trace``, ``Identity``,
            ``OneMatrix``, ``ZeroMatrix``, ``HadamardProduct``, ``KroneckerProduct``, ``DiagMatrix``,
            ``applyfunc`` of an undefined function, scalar symbols and rational numbers. A ``MatrixSymbol`` whose
            dimensions are symbols ``m``, ``n``, positive integers or products of those. A scalar symbol that is a
            dimension of a matrix in the expression is read as that dimension.

    Raises:
        UnsupportedSympyError: If something else occurs, e.g. an inverse, a float or a matrix element.

    Example:
        >>> m, n, k = sympy.symbols("m n k")
        >>> W, S = sympy.MatrixSymbol("W", m, k), sympy.MatrixSymbol("S", k, n)
        >>> print(from_sympy(sympy.Trace(W * S * S.T * W.T) / 2))
        trace(W*S*S.T*W.T)/2
    """
    if not isinstance(expression, sympy.Basic):
        raise UnsupportedSympyError(f"{expression!r}: not a SymPy expression")
    names = {str(s) for M in expression.atoms(sympy.MatrixSymbol) for d in M.shape for s in d.free_symbols}
    return _from(expression, names)


def to_sympy(expression: Expression) -> Any:  # noqa: C901  (one case a kind of expression)
    """Return the SymPy expression for an expression; it prints as LaTeX, and ``.doit()`` leaves it equal.

    Raises:
        UnsupportedSympyError: For ``vec`` and commutation matrices, a diag of a matrix, indices, and a symbol that is
            known to be diagonal, which SymPy's matrix expressions do not have.

    Example:
        >>> from symbolic.matrix.symbols import matrix
        >>> print(to_sympy(matrix("W", "m", "k").T * matrix("X", "m", "n") / 2))
        (1/2)*W.T*X
    """
    match expression:
        case Number(value):
            return sympy.Rational(value.numerator, value.denominator)
        case Size(d):
            return _size(d)
        case Symbol(name, rows, cols, structure):
            if structure != "general":
                raise UnsupportedSympyError(f"{name}: SymPy has no {structure} matrix symbol")
            return sympy.Symbol(name) if expression.is_scalar else sympy.MatrixSymbol(name, _size(rows), _size(cols))
        case Constant():
            return _constant_to(expression)
        case Sum(terms):
            made = [to_sympy(t) for t in terms]
            return sympy.Add(*made) if expression.is_scalar else sm.MatAdd(*made)
        case Product():
            return _product_to(expression)
        case Power(base, exponent):
            return to_sympy(base) ** exponent
        case Transpose(argument):
            return sm.Transpose(to_sympy(argument))
        case Elementwise(function, order, argument):
            return _elementwise_to(function, order, to_sympy(argument), scalar_valued=expression.is_scalar)
        case Operation(head, arguments):
            return _operation_to(head, [to_sympy(a) for a in arguments], expression)
        case IndexSum():
            raise UnsupportedSympyError(f"{expression}: SymPy's matrix expressions have no indices")
    raise UnsupportedSympyError(f"no SymPy expression for {type(expression).__name__}")


def _from(e: Any, names: set[str]) -> Expression:  # noqa: C901, PLR0912  (a table of heads)
    parts = [] if not hasattr(e, "args") else e.args
    match e:
        case sympy.Rational():
            return Number(Fraction(int(e.p), int(e.q)))
        case sympy.Symbol():
            return Size(_dimension(e)) if e.name in names else scalar(e.name)
        case sympy.MatrixSymbol():
            return Symbol(e.name, _dimension(e.shape[0]), _dimension(e.shape[1]))
        case sm.Identity():
            return identity(_dimension(e.shape[0]))
        case sm.special.OneMatrix():
            return ones(*map(_dimension, e.shape))
        case sm.ZeroMatrix():
            return zeros(*map(_dimension, e.shape))
        case sympy.Add() | sm.MatAdd():
            return add(*(_from(p, names) for p in parts))
        case sympy.Mul() | sm.MatMul():
            return multiply(*(_from(p, names) for p in parts))
        case sympy.Pow() | sm.MatPow() if parts[1].is_Integer and parts[1] >= 0:
            return power(_from(parts[0], names), int(parts[1]))
        case sm.Transpose():
            return _from(e.arg, names).T
        case SYMPY_TRACE():
            return trace(_from(e.arg, names))
        case sm.HadamardProduct():
            return hadamard(*(_from(p, names) for p in parts))
        case sm.KroneckerProduct():
            made = [_from(p, names) for p in parts]
            result = made[0]
            for factor in made[1:]:
                result = kronecker(result, factor)
            return result
        case sm.DiagMatrix():
            return diag(_from(parts[0], names))
        case sm.DiagonalMatrix():
            return diag(diag(_from(parts[0], names)))
        case ElementwiseApplyFunction():
            return _function_from(e.function(_ENTRY))(_from(e.expr, names))
        case sympy.Subs() if len(e.variables) == 1:
            outer = _function_from(e.expr.xreplace({e.variables[0]: _ENTRY}))
            return outer(_from(e.point[0], names))
        case AppliedUndef() if len(parts) == 1:
            return ElementwiseFunction(e.func.__name__)(_from(parts[0], names))
    raise UnsupportedSympyError(
        f"{type(e).__name__} {e}: not supported; a matrix expression here is a polynomial in matrices, their "
        "transposes, traces, Hadamard and Kronecker products and opaque functions, over the rationals"
    )


def _function_from(applied: Any) -> ElementwiseFunction:
    order = 0
    if isinstance(applied, sympy.Derivative) and applied.variables == (_ENTRY,) * len(applied.variables):
        applied, order = applied.expr, len(applied.variables)
    if isinstance(applied, AppliedUndef) and applied.args == (_ENTRY,):
        return ElementwiseFunction(applied.func.__name__, order)
    raise UnsupportedSympyError(f"{applied}: only an undefined function can be applied to every entry")


def _dimension(value: Any) -> Dimension:
    factors: list[int | str] = []
    for factor in sympy.Mul.make_args(value):
        if factor.is_Integer and factor > 0:
            factors += [int(factor)] if factor > 1 else []
        elif factor.is_Symbol:
            factors.append(factor.name)
        else:
            raise ShapeError(f"dimension {value}", f"{factor} is neither a symbol nor a positive integer")
    return Dimension(tuple(factors))


def _size(d: Dimension) -> Any:
    return sympy.Mul(*(sympy.Integer(f) if isinstance(f, int) else sympy.Symbol(f) for f in d.factors))


def _elementwise_to(function: str, order: int, argument: Any, *, scalar_valued: bool) -> Any:
    entry = sympy.Symbol("x")
    value = sympy.Function(function)(entry)
    value = sympy.Derivative(value, (entry, order)) if order else value
    if scalar_valued:
        return sympy.Subs(value, entry, argument) if order else value.subs(entry, argument)
    return ElementwiseApplyFunction(sympy.Lambda(entry, value), argument)


def _constant_to(constant: Constant) -> Any:
    rows, cols = _size(constant.rows), _size(constant.cols)
    match constant.kind:
        case "identity":
            return sm.Identity(rows)
        case "ones":
            return sm.special.OneMatrix(rows, cols)
        case "zeros":
            return sm.ZeroMatrix(rows, cols)
    raise UnsupportedSympyError(f"{constant}: SymPy has no {constant.kind} matrix")


def _product_to(product: Product) -> Any:
    c = sympy.Rational(product.coefficient.numerator, product.coefficient.denominator)
    scalars = sympy.Mul(c, *(to_sympy(s) for s in product.scalars))
    chain = [to_sympy(M) for M in product.matrices]
    if not chain:
        return scalars
    if not product.is_scalar:
        return sm.MatMul(scalars, *chain) if scalars != 1 else sm.MatMul(*chain)
    # SymPy's 1 by 1 matrices are not scalars; their traces are.
    return scalars * SYMPY_TRACE(sm.MatMul(*chain))


def _operation_to(head: str, made: list[Any], expression: Operation) -> Any:
    match head:
        case "trace":
            return SYMPY_TRACE(made[0])
        case "norm2" | "inner" if expression.arguments[0].is_scalar:
            return made[0] * made[-1]
        case "norm2" | "inner":
            return SYMPY_TRACE(sm.MatMul(sm.Transpose(made[0]).doit(), made[-1]))
        case "hadamard":
            return sm.HadamardProduct(*made)
        case "kronecker":
            return sm.KroneckerProduct(*made)
        case "diag" if expression.arguments[0].shape.cols == ONE:
            return sm.DiagMatrix(made[0])
    raise UnsupportedSympyError(f"{expression}: SymPy's matrix expressions have no {head}")
