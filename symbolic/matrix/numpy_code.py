"""NumPy code for expressions: what to write for each operation, and self-contained modules of functions."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING

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
from symbolic.matrix.read_back import argument_matrix
from symbolic.matrix.tensor_sum import Applied, as_entry
from symbolic.matrix.text import derivative_name, index_names, is_negative, signed_sum, without_sign

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from symbolic.matrix.dimensions import Dimension, Factor

_RESERVED = {"np", "value", "hessian_map", "second_derivative"}
_WIDTH = 96


class NumpyCodeError(ValueError):
    """An expression cannot be written as NumPy code."""


def to_numpy(expression: Expression) -> str:  # noqa: C901  (one line a kind of expression)
    """Return a Python expression that computes a matrix expression with NumPy.

    Matrices and vectors are two-dimensional arrays (a vector is a column), scalars are numbers. Names of symbols,
    dimensions and functions stand for themselves.

    Raises:
        NumpyCodeError: If a function depends on more than two indices.

    Example:
        >>> from symbolic.matrix.symbols import matrix
        >>> print(to_numpy((matrix("W", "m", "k") * matrix("S", "k", "n")).T / 2))
        S.T @ W.T / 2
    """
    match expression:
        case Number(value):
            return str(value)
        case Symbol(name):
            return name
        case Size(dimension):
            return _size(dimension)
        case Constant():
            return _constant(expression)
        case Sum(terms):
            return signed_sum([(is_negative(t), to_numpy(without_sign(t))) for t in terms])
        case Product():
            return _product(expression)
        case Power(base, exponent):
            return f"{_operand(base)}**{exponent}"
        case Transpose(argument):
            return f"{_operand(argument)}.T"
        case Operation(head, arguments):
            return _operation(head, arguments)
        case Elementwise(function, order, argument):
            return f"{derivative_name(function, order)}({to_numpy(argument)})"
        case IndexSum():
            return _einsum(expression)
    raise NumpyCodeError(f"no NumPy code for {type(expression).__name__}")


def function_text(
    name: str, docstring: str, arguments: Sequence[str], symbols: Sequence[Symbol], body: Sequence[Expression]
) -> str:
    """Return the text of a function with keyword arguments that returns one value or a tuple of values.

    Args:
        name: Its name.
        docstring: The lines of its docstring.
        arguments: The names of its keyword arguments.
        symbols: The symbols among them, from whose shapes the dimensions are taken.
        body: The values to return.

    Raises:
        NumpyCodeError: If a name cannot be an argument.
    """
    for argument in arguments:
        if keyword.iskeyword(argument) or argument in _RESERVED:
            raise NumpyCodeError(f"{argument} cannot be the name of an argument in Python code; rename it")
    code = [to_numpy(e) for e in body]
    needed = sorted({f for e in body for f in _dimension_names(e)})
    lines = [f"def {name}(*, {', '.join(arguments)}):" if arguments else f"def {name}():"]
    lines += [f'    """{docstring}"""']
    lines += [f"    {dimension} = {_shape_entry(dimension, symbols)}" for dimension in needed]
    if len(code) == 1:
        lines.append(f"    return {code[0]}" if len(code[0]) < _WIDTH else f"    return (\n{_broken(body[0])}\n    )")
    else:
        lines.append("    return (")
        lines += [
            f"        {c}," if len(c) < _WIDTH else f"        (\n{_broken(e, 12)}\n        ),"
            for c, e in zip(code, body, strict=True)
        ]
        lines.append("    )")
    return "\n".join(lines) + "\n"


def _broken(expression: Expression, indent: int = 8) -> str:
    pad = " " * indent
    if not isinstance(expression, Sum):
        return pad + to_numpy(expression)
    first, *rest = expression.terms
    lines = [to_numpy(first)]
    lines += [("- " if is_negative(t) else "+ ") + to_numpy(without_sign(t)) for t in rest]
    return "\n".join(pad + line for line in lines)


def _dimension_names(expression: Expression) -> set[str]:
    found: set[str] = set()
    if isinstance(expression, Size):
        found |= {f for f in expression.dimension.factors if isinstance(f, str)}
    if isinstance(expression, Constant):
        found |= {f for d in (expression.rows, expression.cols) for f in d.factors if isinstance(f, str)}
    if isinstance(expression, IndexSum):
        found |= {f for f in expression.contraction.dims if isinstance(f, str)}
    return found.union(*(_dimension_names(child) for child in expression.children))


def _shape_entry(name: str, symbols: Sequence[Symbol]) -> str:
    for symbol in symbols:
        for axis, dimension in enumerate(symbol.shape):
            if dimension.factors == (name,):
                return f"{symbol.name}.shape[{axis}]"
    raise NumpyCodeError(f"the dimension {name} is not the number of rows or columns of any symbol")


def _size(dimension: Dimension) -> str:
    return " * ".join(map(str, dimension.factors)) or "1"


def _factor(factor: Factor) -> str:
    return str(factor)


def _constant(constant: Constant) -> str:
    m, n = _size(constant.rows), _size(constant.cols)
    match constant.kind:
        case "identity":
            return f"np.eye({m})"
        case "commutation":
            return f"np.eye({m} * {n})[np.arange({m} * {n}).reshape({n}, {m}).T.ravel()]"
        case kind:
            return f"np.{kind}(({m}, {n}))"


def _product(product: Product) -> str:
    chain = [_operand(M) for M in product.matrices]
    scalars = [_operand(s) for s in product.scalars]
    text = " @ ".join(chain)
    if product.is_scalar and chain:
        text = f"({text}).item()"
    elif chain and scalars and len(chain) > 1:
        text = f"({text})"
    text = " * ".join([*scalars, *([text] if text else [])])
    return _with_coefficient(
        product.coefficient, text, chained=len(chain) > 1 and not scalars and not product.is_scalar
    )


def _with_coefficient(coefficient: Fraction, text: str, *, chained: bool) -> str:
    if coefficient == 1:
        return text
    sign = "-" if coefficient < 0 else ""
    p, q = abs(coefficient.numerator), coefficient.denominator
    head = "" if p == 1 else f"{p} * " + (f"({text})" if chained else text)
    return sign + (head or text) + ("" if q == 1 else f" / {q}")


def _operand(expression: Expression) -> str:
    text = to_numpy(expression)
    loose = isinstance(expression, Sum | Product) or (
        isinstance(expression, Operation) and expression.head == "hadamard"
    )
    if isinstance(expression, Product) and expression.is_scalar and expression.matrices and not expression.scalars:
        loose = expression.coefficient != 1
    if isinstance(expression, Size):
        loose = len(expression.dimension.factors) > 1
    if isinstance(expression, Number):
        loose = expression.value < 0 or expression.value.denominator != 1
    return f"({text})" if loose or isinstance(expression, Power) else text


def _operation(head: str, arguments: tuple[Expression, ...]) -> str:
    first = arguments[0]
    match head:
        case "trace":
            return f"np.trace({to_numpy(first)})"
        case "norm2":
            return (
                f"{to_numpy(first)}**2"
                if isinstance(first, Symbol) and first.is_scalar
                else f"np.sum(({to_numpy(first)})**2)"
            )
        case "inner":
            return f"np.sum({_operand(first)} * {_operand(arguments[1])})"
        case "hadamard":
            return " * ".join(_operand(a) for a in arguments)
        case "kronecker":
            return f"np.kron({', '.join(map(to_numpy, arguments))})"
        case "vec":
            return f'{_operand(first)}.reshape(-1, 1, order="F")'
        case "diag" if first.shape.cols.is_one:
            return f"np.diagflat({to_numpy(first)})"
        case "diag":
            return f"np.diag({to_numpy(first)}).reshape(-1, 1)"
    raise NumpyCodeError(f"no NumPy code for {head}")


def _einsum(expression: IndexSum) -> str:
    term = expression.contraction
    names = index_names(len(term.dims))
    subscripts, operands = [], []
    for label, slots in term.nodes:
        if len(slots) > 2 and isinstance(label, Applied):
            raise NumpyCodeError(f"{expression}: a function depends on more than two indices")
        if isinstance(label, Applied):
            operand = _operand(Elementwise(label.function, label.order, argument_matrix(label)))
        else:
            entry = as_entry(label)
            operand = f"np.diag({entry.name})" if entry.structure == "diagonal" else entry.name
        sizes = "".join(f"{_factor(term.dims[v])}, " for v in slots)
        operands.append(f"np.reshape({operand}, ({sizes}))")
        subscripts.append("".join(names[v] for v in slots))
    met = {v for _, slots in term.nodes for v in slots}
    for v in range(len(term.dims)):
        if v not in met:
            operands.append(f"np.ones({_factor(term.dims[v])})")
            subscripts.append(names[v])
    output: list[str] = []
    fresh = iter(index_names(len(term.dims) + len(term.rows) + len(term.cols))[len(term.dims) :])
    for v in term.rows + term.cols:
        name = names[v]
        if name in output:
            # einsum wants distinct output letters: a repeated leg becomes a Kronecker delta.
            name = next(fresh)
            operands.append(f"np.eye({_factor(term.dims[v])})")
            subscripts.append(names[v] + name)
        output.append(name)
    shape = f"({_size(expression.shape.rows)}, {_size(expression.shape.cols)})"
    text = f'np.einsum("{",".join(subscripts)}->{"".join(output)}", {", ".join(operands)})'
    return f"{text}.item()" if expression.is_scalar else f"{text}.reshape{shape}"
