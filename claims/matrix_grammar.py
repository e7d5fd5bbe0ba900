"""The text of a matrix objective, as the command line takes it, read into an expression. Nothing is evaluated.

The text is parsed as a Python expression and its tree is translated head by head: ``+ - * @ / **``, ``.T``,
``trace``, ``inner``, ``norm2``, ``hadamard``, ``kronecker``, ``vec``, ``diag``, ``identity``, ``ones``, ``zeros``,
``commutation``, opaque functions applied to every entry, and ``I``, the identity of the size its place asks for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from claims.matrix_declarations import GrammarError, UnknownNameError, dimension_names, parse_shapes, shortened
from symbolic.matrix.arithmetic import add, as_expression, multiply, power, unsigned
from symbolic.matrix.dimensions import Dimension, ShapeError, dimension
from symbolic.matrix.expression import Expression, Number, Size, Symbol
from symbolic.matrix.objective import DerivedObjective, TooManyTermsError, derive
from symbolic.matrix.operations import (
    ElementwiseFunction,
    diag,
    hadamard,
    inner,
    kronecker,
    norm2,
    symbols_of,
    trace,
    vec,
)
from symbolic.matrix.symbols import commutation, identity, ones, zeros

LONGEST_TEXT = 2000
LONGEST_NUMBER = 30
LARGEST_EXPONENT = 20
DEEPEST = 60
FUNCTIONS = ("phi", "psi", "sigma", "theta", "rho", "g", "h")
"""Names that may be used for opaque functions without declaring them."""

_ONE = {"trace": trace, "tr": trace, "norm2": norm2, "vec": vec, "diag": diag}
_TWO = {"inner": inner, "kronecker": kronecker, "kron": kronecker}
_SIZED = {"identity": (1, 1), "ones": (1, 2), "zeros": (1, 2), "commutation": (2, 2)}
_HEADS = sorted({*_ONE, *_TWO, *_SIZED, "hadamard"})
_DERIVATIVE = re.compile(r"d(?P<order>[2-9]?)(?P<name>.+)")


@dataclass(frozen=True)
class _UnsizedIdentity:
    """``scale * I`` before its size is known."""

    scale: Expression


_Value = Expression | _UnsizedIdentity


def derive_from_text(
    expr: str,
    wrt: str | Sequence[str],
    shapes: Iterable[str] | Mapping[str, Symbol],
    *,
    hessian: bool = False,
) -> DerivedObjective:
    """Return the objective a text stands for, with its gradient and, if asked for, its Hessian.

    Args:
        expr: The objective, e.g. ``"norm2(X - W*S)/2"``.
        wrt: The variables, ``"W,S"`` or a sequence of names.
        shapes: The declarations, e.g. ``["X:m,n", "W:m,k", "S:k,n"]``, or symbols by name.
        hessian: Whether to derive the Hessian too.

    Returns:
        The derived objective, exact for all dimensions.

    Raises:
        GrammarError: If the text cannot be read, with a message of one line.
        UnknownNameError: If a name is not declared.
        ShapeError: If shapes do not fit; the message names the operation and, where there is one, a remedy.

    Example:
        >>> found = derive_from_text("norm2(X - W*S)/2", "W", ["X:m,n", "W:m,k", "S:k,n"])
        >>> print(found.gradient[found.variables[0]])
        (W*S - X)*S.T
    """
    symbols = shapes if isinstance(shapes, Mapping) else parse_shapes(shapes)
    names = [name.strip() for name in (wrt.split(",") if isinstance(wrt, str) else wrt)]
    shown = shortened(expr)
    try:
        objective = parse_expression(expr, symbols)
    except ShapeError as error:
        raise error.within(f"gradient of {shown}") from None
    if not objective.is_scalar:
        raise ShapeError(
            f"gradient of {shown}", f"{shown} is {objective.shape}, not a scalar", f"did you mean norm2({shown})?"
        )
    if len(set(names)) < len(names):
        raise GrammarError(f"wrt {','.join(names)}: a variable is named twice")
    present = {symbol.name for symbol in symbols_of(objective)}
    if not all(names):
        raise GrammarError(f"wrt {','.join(names)}: name at least one variable, separated by commas")
    for name in names:
        if name not in symbols:
            raise UnknownNameError(_undeclared(name, symbols))
        if name not in present:
            raise GrammarError(f"wrt {name}: {name} does not occur in {shown}")
    try:
        return derive(objective, [symbols[name] for name in names], hessian=hessian)
    except TooManyTermsError as error:
        raise GrammarError(str(error)) from None


def parse_expression(text: str, symbols: Mapping[str, Symbol]) -> Expression:
    """Return the expression a text stands for.

    Args:
        text: A matrix expression.
        symbols: What its names stand for; names of dimensions may be used as scalars.

    Raises:
        GrammarError: If the text is empty, too long, unbalanced, or uses something that is not in the grammar.
        UnknownNameError: If a name is not declared.
        ShapeError: If shapes do not fit.
    """
    if len(text) > LONGEST_TEXT:
        raise GrammarError(f"{shortened(text)}: {len(text)} characters, the most is {LONGEST_TEXT}")
    if not text.strip():
        raise GrammarError("the expression is empty")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise GrammarError(f"{shortened(text)}: {error.msg} at character {error.offset}") from None
    except (ValueError, RecursionError, MemoryError):
        raise GrammarError(f"{shortened(text)}: cannot be read as an expression") from None
    value = _Reader(text.strip(), symbols).read(tree.body, DEEPEST)
    if isinstance(value, _UnsizedIdentity):
        raise ShapeError(shortened(text), "the size of I cannot be inferred", "write identity(n)")
    return value


class _Reader:
    """Translates the tree of one text."""

    def __init__(self, text: str, symbols: Mapping[str, Symbol]) -> None:
        self.text, self.symbols = text, symbols
        self.dimensions = dimension_names(symbols)

    def read(self, node: ast.expr, depth: int) -> _Value:
        if depth == 0:
            raise GrammarError(f"{shortened(self.text)}: nested more than {DEEPEST} deep")
        match node:
            case ast.Constant():
                return self._number(node)
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute(value=inside, attr="T"):
                return _transposed(self.read(inside, depth - 1))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _times(Number(Fraction(-1)), self.read(operand, depth - 1))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, depth - 1)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self._power(self.read(left, depth - 1), right)
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(op, self.read(left, depth - 1), self.read(right, depth - 1), node)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._call(name, args, depth - 1, node)
        raise GrammarError(f"{self._source(node)}: not part of a matrix expression")

    def _source(self, node: ast.AST) -> str:
        return shortened(ast.get_source_segment(self.text, node) or type(node).__name__)

    def _number(self, node: ast.Constant) -> Number:
        source = self._source(node)
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise GrammarError(f"{source}: not a number")
        if len(source) > LONGEST_NUMBER or "e" in source.lower():
            raise GrammarError(f"{source}: write numbers as decimals of at most {LONGEST_NUMBER} characters")
        try:
            # The decimal as it is written, not the float nearest to it.
            return Number(Fraction(source.replace("_", "")))
        except ValueError:
            raise GrammarError(f"{source}: write numbers as decimals or fractions") from None

    def _name(self, name: str) -> _Value:
        if name in self.symbols:
            return self.symbols[name]
        if name in self.dimensions:
            return Size(dimension(name))
        if name == "I":
            return _UnsizedIdentity(Number(Fraction(1)))
        raise UnknownNameError(_undeclared(name, self.symbols))

    def _binary(self, op: ast.operator, left: _Value, right: _Value, node: ast.expr) -> _Value:
        match op:
            case ast.Add():
                return _plus(left, right, "+")
            case ast.Sub():
                return _plus(left, _times(Number(Fraction(-1)), right), "-")
            case ast.Mult() | ast.MatMult():
                return _times(left, right)
            case ast.Div():
                if not isinstance(right, Number) or right.value == 0:
                    raise GrammarError(f"{self._source(node)}: only division by numbers other than 0 is supported")
                return _times(Number(1 / right.value), left)
        raise GrammarError(f"{self._source(node)}: this operator is not part of a matrix expression")

    def _power(self, base: _Value, exponent: ast.expr) -> _Value:
        if not (
            isinstance(exponent, ast.Constant)
            and type(exponent.value) is int
            and 0 <= exponent.value <= LARGEST_EXPONENT
        ):
            raise GrammarError(
                f"**{self._source(exponent)}: the exponent must be an integer from 0 to {LARGEST_EXPONENT}"
            )
        if isinstance(base, _UnsizedIdentity):
            return _UnsizedIdentity(power(base.scale, exponent.value))
        return power(base, exponent.value)

    def _call(self, name: str, args: list[ast.expr], depth: int, node: ast.expr) -> _Value:
        if name in _SIZED:
            return self._sized(name, args, node)
        if name in self.symbols:
            raise GrammarError(f"{self._source(node)}: {name} is a matrix, not a function; write {name}*(...)")
        if name not in _HEADS:
            _function(name)  # an unknown name is the first thing to say about the call
        values = [self.read(arg, depth) for arg in args]
        if name in _ONE:
            return _ONE[name](_sized_only(self._expect(1, values, node)[0], self._source(node)))
        if name in _TWO:
            return _TWO[name](*self._alike(self._expect(2, values, node), node))
        if name == "hadamard":
            return hadamard(*self._alike(self._expect(max(2, len(values)), values, node), node))
        return _function(name)(_sized_only(self._expect(1, values, node)[0], self._source(node)))

    def _expect(self, count: int, values: list[_Value], node: ast.expr) -> list[_Value]:
        if len(values) != count:
            raise GrammarError(f"{self._source(node)}: takes {count} argument{'s' * (count > 1)}, not {len(values)}")
        return values

    def _alike(self, values: list[_Value], node: ast.expr) -> list[Expression]:
        """Give I the size of its neighbours."""
        model = next((v for v in values if isinstance(v, Expression)), None)
        if model is None:
            raise ShapeError(self._source(node), "the size of I cannot be inferred", "write identity(n)")
        return [_resolved(v, model, self._source(node)) for v in values]

    def _sized(self, name: str, args: list[ast.expr], node: ast.expr) -> Expression:
        least, most = _SIZED[name]
        if not least <= len(args) <= most:
            raise GrammarError(f"{self._source(node)}: takes {least} to {most} dimensions")
        builders: dict[str, Callable[..., Expression]] = {
            "identity": identity,
            "ones": ones,
            "zeros": zeros,
            "commutation": commutation,
        }
        return builders[name](*(self._dimension(arg) for arg in args))

    def _dimension(self, node: ast.expr) -> Dimension:
        match node:
            case ast.Constant(value=int(value)) if not isinstance(value, bool) and 0 < value < 10**6:
                return dimension(value)
            case ast.Name(id=name) if name in self.dimensions:
                return dimension(name)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return self._dimension(left) * self._dimension(right)
        known = ", ".join(sorted(self.dimensions)) or "none"
        raise GrammarError(f"{self._source(node)}: not a dimension; the dimensions in use are {known}")


def _function(name: str) -> ElementwiseFunction:
    if _is_opaque(name):
        return ElementwiseFunction(name)
    match = _DERIVATIVE.fullmatch(name)
    if match is not None and _is_opaque(match["name"]):
        return ElementwiseFunction(match["name"], int(match["order"] or 1))
    raise UnknownNameError(
        f"{name}: unknown function; known are {', '.join(_HEADS)}, and the opaque functions {', '.join(FUNCTIONS)}"
    )


def _is_opaque(name: str) -> bool:
    return name.split("_", maxsplit=1)[0] in FUNCTIONS


def _transposed(value: _Value) -> _Value:
    return value if isinstance(value, _UnsizedIdentity) else value.T


def _plus(left: _Value, right: _Value, sign: str) -> _Value:
    if isinstance(left, Expression):
        return add(left, _resolved(right, left, f"{left} {sign} I"))
    if isinstance(right, Expression):
        return add(_resolved(left, right, f"I {sign} {right}"), right)
    return _UnsizedIdentity(add(left.scale, right.scale))


def _times(left: _Value, right: _Value) -> _Value:
    if isinstance(left, _UnsizedIdentity):
        if isinstance(right, _UnsizedIdentity):
            return _UnsizedIdentity(multiply(left.scale, right.scale))
        product = multiply(left.scale, right)
        return _UnsizedIdentity(product) if right.is_scalar else product
    return _times(right, left) if isinstance(right, _UnsizedIdentity) else multiply(left, right)


def _resolved(value: _Value, model: Expression, operation: str) -> Expression:
    if isinstance(value, Expression):
        return value
    if model.is_scalar:
        raise ShapeError(
            operation,
            f"{unsigned(model)} is a scalar, so I has no size",
            f"did you mean ({unsigned(model)})*I?",
        )
    if model.shape.rows != model.shape.cols:
        raise ShapeError(operation, f"{model} is {model.shape}, which is not square, so I has no size")
    return multiply(value.scale, identity(model.shape.rows))


def _sized_only(value: _Value, source: str) -> Expression:
    if isinstance(value, _UnsizedIdentity):
        raise ShapeError(source, "the size of I cannot be inferred", "write identity(n)")
    return as_expression(value)


def _undeclared(name: str, symbols: Mapping[str, Symbol]) -> str:
    known = ", ".join(sorted(symbols)) or "none"
    return f"{name}: unknown name; declared are {known}; declare it with --shape {name}:rows,cols"
