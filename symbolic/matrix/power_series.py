"""Expressions as power series in a scalar ``t``, cut off after a given power.

This is how a derivation expands ``F(U + t*G)``: sums and products of series, and Taylor's polynomial of a function.
The product and chain rules are not used, so the coefficients check what those rules give.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import factorial
from typing import TYPE_CHECKING

from symbolic.matrix.canonical import (
    canonical_form,
    elementwise_form,
    operation_form,
    product_form,
    transpose_form,
)
from symbolic.matrix.dimensions import SCALAR
from symbolic.matrix.expression import (
    Elementwise,
    Expression,
    IndexSum,
    Operation,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
)
from symbolic.matrix.index_sums import expanded
from symbolic.matrix.tensor_sum import TensorSum, collected, constant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Series = list[TensorSum]
"""The coefficients of ``1, t, t**2, ...``."""


def taylor_coefficients(expression: Expression, t: Symbol, order: int) -> Series:
    """Return the coefficients of ``t**0, ..., t**order`` of an expression that contains the scalar ``t``.

    Args:
        expression: Any expression.
        t: A scalar symbol.
        order: The highest power wanted.

    Returns:
        Canonical forms; with the derivatives of opaque functions where ``t`` is inside their arguments.
    """
    if expression == t:
        return [constant(Fraction(int(i == 1))) for i in range(order + 1)]
    if isinstance(expression, IndexSum):
        return expanded(expression, lambda node: taylor_coefficients(node, t, order))
    parts = [taylor_coefficients(child, t, order) for child in expression.children]
    match expression:
        case Sum():
            return [
                collected(expression.shape, [item for part in parts for item in part[i].terms])
                for i in range(order + 1)
            ]
        case Product(coefficient):
            # Scalars before matrices, as in the expression; a scalar product of matrices is one factor.
            return [c.scaled(coefficient) for c in _folded(parts)]
        case Power(_, exponent):
            return _folded([parts[0]] * exponent)
        case Transpose():
            return [transpose_form(c) for c in parts[0]]
        case Operation(head):
            # norm2 is quadratic in its one operand, every other operation linear in each of its own.
            operands = [parts[0], parts[0]] if head == "norm2" else parts
            return _multilinear(lambda forms: operation_form(head, forms), operands, expression)
        case Elementwise(function, derivative, argument):
            return _composed(function, derivative, parts[0], argument)
    zero = TensorSum(expression.shape, ())
    return [canonical_form(expression), *[zero] * order]


def _multilinear(
    operation: Callable[[list[TensorSum]], TensorSum], operands: Sequence[Series], expression: Expression
) -> Series:
    order = len(operands[0]) - 1
    result = [TensorSum(expression.shape, ())] * (order + 1)
    for degrees in product(range(order + 1), repeat=len(operands)):
        forms = [series[d] for series, d in zip(operands, degrees, strict=True)]
        if sum(degrees) <= order and not any(form.is_zero for form in forms):
            result[sum(degrees)] = result[sum(degrees)] + operation(forms)
    return result


def _folded(operands: Sequence[Series]) -> Series:
    result = operands[0]
    for series in operands[1:]:
        shape = product_form([result[0], series[0]]).shape
        result = [
            collected(
                shape,
                [item for i in range(degree + 1) for item in product_form([result[i], series[degree - i]]).terms],
            )
            for degree in range(len(series))
        ]
    return result


def _composed(function: str, derivative: int, inside: Series, argument: Expression) -> Series:
    """Return ``f(a + r)`` as ``sum f^(j)(a) * r**j / j!`` with ``r`` the part of the argument divisible by ``t``."""
    order = len(inside) - 1
    rest = [TensorSum(argument.shape, ()), *inside[1:]]
    result = [elementwise_form(function, derivative, inside[0]), *[TensorSum(argument.shape, ())] * order]
    power = rest
    for j in range(1, order + 1):
        outer = elementwise_form(function, derivative + j, inside[0])
        for degree in range(order + 1):
            if not power[degree].is_zero:
                term = _entrywise_product(outer, power[degree]).scaled(Fraction(1, factorial(j)))
                result[degree] = result[degree] + term
        power = [
            collected(
                argument.shape,
                [item for i in range(degree) for item in _entrywise_product(power[i], rest[degree - i]).terms],
            )
            for degree in range(order + 1)
        ]
    return result


def _entrywise_product(left: TensorSum, right: TensorSum) -> TensorSum:
    return product_form([left, right]) if left.shape == SCALAR else operation_form("hadamard", [left, right])
