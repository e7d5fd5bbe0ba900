"""Expressions as LaTeX, on one line or broken before the signs of a long sum."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sympy import Symbol as SympySymbol
from sympy import latex

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
from symbolic.matrix.text import index_names, is_negative, signed_sum, without_sign

if TYPE_CHECKING:
    from fractions import Fraction

    from symbolic.matrix.contraction import Contraction
    from symbolic.matrix.dimensions import Dimension

_HEADS = {
    "trace": r"\operatorname{tr}\left(%s\right)",
    "norm2": r"\left\lVert %s \right\rVert_F^2",
    "vec": r"\operatorname{vec}\left(%s\right)",
    "diag": r"\operatorname{diag}\left(%s\right)",
    "inner": r"\left\langle %s,\, %s \right\rangle",
}
_INFIX = {"hadamard": r" \circ ", "kronecker": r" \otimes "}
_TERMS_A_LINE = 3


def to_latex(expression: Expression) -> str:  # noqa: C901, PLR0912  (one case a kind of expression)
    """Return the expression as LaTeX on one line."""
    match expression:
        case Number(value):
            return _fraction(value)
        case Symbol(name):
            return name_to_latex(name)
        case Size(dimension):
            return _dimension(dimension)
        case Constant("identity", rows):
            return f"I_{{{_dimension(rows)}}}"
        case Constant("ones", rows, cols):
            return rf"\mathbf{{1}}_{{{_dimension(rows)}" + ("" if cols.is_one else rf" \times {_dimension(cols)}") + "}"
        case Constant("commutation", rows, cols):
            return f"K_{{{_dimension(rows)},{_dimension(cols)}}}"
        case Constant("zeros", rows, cols):
            return rf"0_{{{_dimension(rows)} \times {_dimension(cols)}}}"
        case Sum(terms):
            return signed_sum([(is_negative(t), to_latex(without_sign(t))) for t in terms])
        case Product(coefficient, factors):
            return _product(coefficient, factors)
        case Power(base, exponent):
            return f"{_power_base(base)}^{{{exponent}}}"
        case Transpose(argument):
            return _transpose(argument)
        case Operation(head, arguments) if head in _INFIX:
            return _INFIX[head].join(_operand(a) for a in arguments)
        case Operation(head, arguments):
            return _HEADS[head] % tuple(map(to_latex, arguments))
        case Elementwise(function, order, argument):
            return rf"{_primed(function, order)}\left({to_latex(argument)}\right)"
        case IndexSum(contraction):
            return _index_latex(contraction)
    raise TypeError(f"no LaTeX for {type(expression).__name__}")


def to_latex_lines(expression: Expression, terms_a_line: int = _TERMS_A_LINE) -> str:
    """Return the expression as LaTeX, a long sum broken into an ``aligned`` block before its signs.

    Args:
        expression: What to print.
        terms_a_line: How many terms of a sum stand on one line.
    """
    if not isinstance(expression, Sum) or len(expression.terms) <= terms_a_line:
        return to_latex(expression)
    lines = []
    for start in range(0, len(expression.terms), terms_a_line):
        piece = expression.terms[start : start + terms_a_line]
        text = signed_sum([(is_negative(t), to_latex(without_sign(t))) for t in piece])
        if start:
            text = "{}" + (" - " + text[1:] if is_negative(piece[0]) else " + " + text)
        lines.append("& " + text)
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


@cache
def name_to_latex(name: str) -> str:
    """Return a name as LaTeX: Greek letters and subscripts as such, a direction ``dW`` upright in its d."""
    base = name[1:].split("_", maxsplit=1)[0]
    if name.startswith("d") and base and (len(base) == 1 or base[0].isupper() or _is_greek(base)):
        return rf"\mathrm{{d}}{name_to_latex(name[1:])}"
    return str(latex(SympySymbol(name)))


def _is_greek(name: str) -> bool:
    return str(latex(SympySymbol(name))).startswith("\\")


def _fraction(value: Fraction) -> str:
    sign = "-" if value < 0 else ""
    if value.denominator == 1:
        return str(value)
    return rf"{sign}\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def _dimension(dimension: Dimension) -> str:
    return " ".join(name_to_latex(f) if isinstance(f, str) else str(f) for f in dimension.factors) or "1"


def _product(coefficient: Fraction, factors: tuple[Expression, ...]) -> str:
    body = r" \, ".join(_factor(f) for f in factors)
    if coefficient == 1:
        return body
    return "-" + body if coefficient == -1 else rf"{_fraction(coefficient)} \, {body}"


def _factor(factor: Expression) -> str:
    loose = isinstance(factor, Sum | IndexSum) or (isinstance(factor, Operation) and factor.head in _INFIX)
    return rf"\left({to_latex(factor)}\right)" if loose else to_latex(factor)


def _operand(operand: Expression) -> str:
    loose = isinstance(operand, Sum | Product | IndexSum) or (isinstance(operand, Operation) and operand.head in _INFIX)
    return rf"\left({to_latex(operand)}\right)" if loose else to_latex(operand)


def _power_base(base: Expression) -> str:
    return to_latex(base) if isinstance(base, Symbol | Size) else rf"\left({to_latex(base)}\right)"


def _transpose(argument: Expression) -> str:
    if isinstance(argument, Symbol):
        name = name_to_latex(argument.name)
        return f"{{{name}}}^{{\\top}}" if "^" in name else rf"{name}^{{\top}}"
    if isinstance(argument, Elementwise):
        return rf"{to_latex(argument)}^{{\top}}"
    return rf"\left({to_latex(argument)}\right)^{{\top}}"


def _primed(function: str, order: int) -> str:
    name = name_to_latex(function)
    return name + ("'" * order if order < 4 else f"^{{({order})}}")


def _index_latex(contraction: Contraction) -> str:
    from symbolic.matrix.read_back import argument_matrix  # noqa: PLC0415  (reading back prints while it works)

    names = index_names(len(contraction.dims))
    factors = []
    for label, slots in contraction.nodes:
        indices = "".join(names[v] for v in slots)
        if isinstance(label, Entry):
            head = name_to_latex(label.name)
        else:
            applied = as_applied(label)
            argument = to_latex(argument_matrix(applied))
            head = rf"{_primed(applied.function, applied.order)}\left({argument}\right)"
        factors.append(f"{head}_{{{indices}}}" if indices else head)
    bound = [names[v] for v in range(len(names)) if v not in contraction.legs]
    legs = ",".join(names[v] for v in contraction.rows) + ";" + ",".join(names[v] for v in contraction.cols)
    body = (rf"\sum_{{{','.join(bound)}}} " if bound else "") + (r" \, ".join(factors) or "1")
    return body if legs == ";" else rf"\left[ {body} \right]_{{{legs}}}"
