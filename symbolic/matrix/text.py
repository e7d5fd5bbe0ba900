"""Expressions as plain text, in the grammar the command line reads."""

from __future__ import annotations

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
from symbolic.matrix.tensor_sum import Entry, as_applied

if TYPE_CHECKING:
    from fractions import Fraction

    from symbolic.matrix.contraction import Contraction, Label

INDICES = "ijklpqrsuvwxyzabcdefgh"


def to_text(expression: Expression) -> str:  # noqa: C901  (one case a kind of expression)
    """Return the expression as text, e.g. ``norm2(X - W*S)/2``.

    The text reads back as an equal expression, except for :class:`IndexSum`, which is for reading only.
    """
    match expression:
        case Number(value):
            return str(value)
        case Symbol(name):
            return name
        case Size(dimension):
            return str(dimension)
        case Constant("identity", rows):
            return f"identity({rows})"
        case Constant(kind, rows, cols):
            return f"{kind}({rows}, {cols})"
        case Sum(terms):
            return signed_sum([(is_negative(t), to_text(without_sign(t))) for t in terms])
        case Product(coefficient, factors):
            return _product(coefficient, [_atom(f, product=True) for f in factors])
        case Power(base, exponent):
            return f"{_atom(base, product=False)}**{exponent}"
        case Transpose(argument):
            return f"{_atom(argument, product=False)}.T"
        case Operation(head, arguments):
            return f"{head}({', '.join(map(to_text, arguments))})"
        case Elementwise(function, order, argument):
            return f"{derivative_name(function, order)}({to_text(argument)})"
        case IndexSum(contraction):
            return _index_text(contraction)
    raise TypeError(f"no text for {type(expression).__name__}")


def derivative_name(function: str, order: int) -> str:
    """Return the name of a derivative: ``phi``, ``dphi``, ``d2phi``, ...."""
    return function if order == 0 else f"d{order if order > 1 else ''}{function}"


def is_negative(term: Expression) -> bool:
    """Whether the term is written with a minus sign."""
    return (isinstance(term, Product) and term.coefficient < 0) or (isinstance(term, Number) and term.value < 0)


def without_sign(term: Expression) -> Expression:
    """Return the term without its minus sign, if it has one."""
    if isinstance(term, Number):
        return Number(abs(term.value))
    if not isinstance(term, Product) or term.coefficient > 0:
        return term
    if term.coefficient == -1 and len(term.factors) == 1:
        return term.factors[0]
    return Product(-term.coefficient, term.factors)


def signed_sum(terms: list[tuple[bool, str]]) -> str:
    """Return the terms joined by their signs."""
    first, *rest = terms
    return ("-" if first[0] else "") + first[1] + "".join((" - " if minus else " + ") + t for minus, t in rest)


def index_names(count: int) -> list[str]:
    """Return names for ``count`` indices."""
    return [INDICES[i] if i < len(INDICES) else f"i{i}" for i in range(count)]


def _product(coefficient: Fraction, factors: list[str]) -> str:
    sign = "-" if coefficient < 0 else ""
    numerator, denominator = abs(coefficient.numerator), coefficient.denominator
    head = f"{numerator}*" if numerator != 1 else ""
    return sign + head + "*".join(factors) + (f"/{denominator}" if denominator != 1 else "")


def _atom(expression: Expression, *, product: bool) -> str:
    """Return the text of an operand, in parentheses where it would otherwise fall apart."""
    loose = isinstance(expression, Sum | Product | IndexSum) or (
        isinstance(expression, Number) and (expression.value < 0 or expression.value.denominator != 1)
    )
    if not product:
        loose = (
            loose
            or isinstance(expression, Power)
            or (isinstance(expression, Size) and "*" in str(expression.dimension))
        )
        loose = loose or isinstance(expression, Number)
    return f"({to_text(expression)})" if loose else to_text(expression)


def _index_text(contraction: Contraction) -> str:
    names = index_names(len(contraction.dims))
    factors = []
    for label, slots in contraction.nodes:
        indices = ",".join(names[v] for v in slots)
        head = label.name if isinstance(label, Entry) else _applied_text(label)
        factors.append(f"{head}[{indices}]" if indices else head)
    bound = [names[v] for v in range(len(names)) if v not in contraction.legs]
    legs = ",".join(names[v] for v in contraction.rows) + ";" + ",".join(names[v] for v in contraction.cols)
    return f"[{legs}] " + (f"sum_{{{','.join(bound)}}} " if bound else "") + ("*".join(factors) or "1")


def _applied_text(label: Label) -> str:
    from symbolic.matrix.read_back import argument_matrix  # noqa: PLC0415  (reading back prints while it works)

    applied = as_applied(label)
    return f"{derivative_name(applied.function, applied.order)}({to_text(argument_matrix(applied))})"
