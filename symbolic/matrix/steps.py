"""The rules by which derivatives of matrix expressions are derived, each one decided on canonical forms."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symbolic.derivation import Rule
from symbolic.matrix.canonical import canonical_form, is_equal
from symbolic.matrix.expression import Expression, Operation, Product, Symbol
from symbolic.matrix.power_series import taylor_coefficients


@dataclass(frozen=True)
class Expansion:
    """A polynomial in a scalar ``t`` with matrix coefficients, up to a remainder.

    Args:
        parameter: The scalar ``t``.
        coefficients: The coefficients of ``1, t, t**2, ...``.
    """

    parameter: Symbol
    coefficients: tuple[Expression, ...]

    def __str__(self) -> str:
        terms = [f"({c})*{self.parameter}**{i}" for i, c in enumerate(self.coefficients)]
        return " + ".join(terms) + f" + O({self.parameter}**{len(terms)})"

    def to_latex(self) -> str:
        """Return LaTeX of the polynomial with its remainder."""
        t = self.parameter.to_latex()
        powers = ["", rf"{t} \, ", *(rf"{t}^{{{i}}} \, " for i in range(2, len(self.coefficients)))]
        terms = [
            rf"{power}\left({c.to_latex()}\right)" if power else c.to_latex()
            for power, c in zip(powers, self.coefficients, strict=True)
        ]
        return " + ".join(terms) + f" + O({t}^{{{len(terms)}}})"


def _expands(before: object, after: object) -> bool:
    if not isinstance(before, Expression) or not isinstance(after, Expansion):
        return False
    found = taylor_coefficients(before, after.parameter, len(after.coefficients) - 1)
    return found == [canonical_form(c) for c in after.coefficients]


def _is_first_coefficient(before: object, after: object) -> bool:
    if not isinstance(before, Expansion) or not isinstance(after, Expression):
        return False
    return are_equal(before.coefficients[1], after)


def _is_twice_second_coefficient(before: object, after: object) -> bool:
    if not isinstance(before, Expansion) or not isinstance(after, Expression):
        return False
    return canonical_form(before.coefficients[2]).scaled(Fraction(2)) == canonical_form(after)


def are_equal(before: object, after: object) -> bool:
    """Return whether both are expressions, of one shape and with one canonical form."""
    if not isinstance(before, Expression) or not isinstance(after, Expression):
        return False
    return before.shape == after.shape and is_equal(before, after)


def _is_riesz_factor(before: object, after: object) -> bool:
    if not isinstance(before, Expression) or not isinstance(after, Expression):
        return False
    if isinstance(before, Operation) and before.head == "inner":
        first, direction = before.arguments
        return isinstance(direction, Symbol) and first == after
    # inner of scalars is written as a product; the direction is its last factor or all of it.
    direction = before.factors[-1] if isinstance(before, Product) else before
    return isinstance(direction, Symbol) and direction.is_scalar and is_equal(before, after * direction)


SUBSTITUTE = Rule("substitute and expand in t", _expands)
"""An expression in ``t`` becomes its Taylor polynomial: powers of t counted, functions replaced by theirs."""

READ_FIRST = Rule("read off the coefficient of t", _is_first_coefficient, r"\Rightarrow")
"""The derivative along the line is the coefficient of ``t``."""

READ_SECOND = Rule("read off twice the coefficient of t²", _is_twice_second_coefficient, r"\Rightarrow")
"""The second derivative along the line is twice the coefficient of ``t**2``."""

SAME = Rule("canonical form", are_equal)
"""Both sides have the same canonical form."""

ADJOINT = Rule("move the direction out of the trace", are_equal)
"""A scalar linear in the direction becomes an inner product with the direction."""

RIESZ = Rule("the gradient is the factor of the direction", _is_riesz_factor, r"\Rightarrow")
"""The derivative ``inner(M, G)`` for every direction ``G`` says that the gradient is ``M``."""

VECTORISE = Rule("vec(A X B) = (Bᵀ ⊗ A) vec(X)", are_equal)
"""The vec of a linear map's value is a matrix times the vec of the direction."""
