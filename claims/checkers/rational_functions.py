"""Checkers for identities, bounds and orders of growth of rational functions over ℚ, by canonical forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product
from typing import Any, TypeAlias

import sympy
from sympy import Expr, Integer, Poly, Rational, Symbol

from claims.evidence import CheckFailedError, Evidence, checker, mint

_GRID = tuple(Fraction(p, q) for p, q in ((1, 1), (2, 1), (1, 2), (3, 1), (0, 1), (10, 1), (1, 10)))
_SIGNED = (*_GRID, *(-value for value in _GRID if value))
_TRIALS = 4000

Quantity: TypeAlias = Callable[[Fraction], Fraction]
"""Evaluates a quantity at a rational argument without the formula it is to check."""


def value_at(expression: Expr, at: Mapping[Symbol, Fraction]) -> Fraction | None:
    """Return the value of a rational expression at a rational point, or ``None`` at a pole.

    It walks the tree in ``Fraction`` arithmetic: no expansion and no canonical form enters.

    Raises:
        CheckFailedError: If the expression is not rational in its symbols.
    """
    if isinstance(expression, Rational):
        return Fraction(int(expression.p), int(expression.q))
    if isinstance(expression, Symbol):
        return at[expression]
    values = [value_at(argument, at) for argument in expression.args]
    if any(value is None for value in values):
        return None
    known = [value for value in values if value is not None]
    if isinstance(expression, sympy.Add):
        return sum(known, Fraction(0))
    if isinstance(expression, sympy.Mul):
        result = Fraction(1)
        for value in known:
            result *= value
        return result
    if isinstance(expression, sympy.Pow) and isinstance(expression.exp, Integer):
        return None if known[0] == 0 and expression.exp < 0 else known[0] ** int(expression.exp)
    raise CheckFailedError(f"{expression} is not a rational function over the rationals")


def _split(expression: Expr, symbols: Sequence[Symbol]) -> tuple[Any, Any]:
    """Return numerator and denominator as polynomials over ℚ."""
    above, below = sympy.fraction(sympy.together(expression))
    generators = list(symbols) or [Symbol("unit")]
    return Poly(above, *generators, domain="QQ"), Poly(below, *generators, domain="QQ")


def _symbols(*expressions: Expr) -> list[Symbol]:
    found = {s for e in expressions for s in e.free_symbols}
    return sorted((s for s in found if isinstance(s, Symbol)), key=lambda s: s.name)


def _shown(at: Mapping[Symbol, Fraction]) -> dict[str, str]:
    return {symbol.name: str(value) for symbol, value in at.items()}


@checker
def decide_rational_identity(left: Expr, right: Expr, shows: str, *, part: str = "") -> Evidence:
    """Return `Identity` if two rational functions over ℚ are equal, else a `Witness` at a rational point.

    Args:
        left: One side.
        right: The other side.
        shows: One sentence: what the identity shows, and why it covers all sizes.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If they differ but no point tried shows it.
    """
    symbols = _symbols(left, right)
    above, _ = _split(left - right, symbols)
    for point in islice(product(_SIGNED[1:], repeat=len(symbols)), _TRIALS):
        at = dict(zip(symbols, point, strict=True))
        values = value_at(left, at), value_at(right, at)
        if None not in values and values[0] != values[1]:
            if above.is_zero:
                raise CheckFailedError(f"equal as rational functions, but {values[0]} ≠ {values[1]} at {_shown(at)}")
            data = {"at": _shown(at), "left": str(values[0]), "right": str(values[1])}
            return mint("Witness", f"the sides are {values[0]} and {values[1]}", data, part=part)
    if not above.is_zero:
        raise CheckFailedError("the sides differ as rational functions, but no point tried shows it")
    return mint("Identity", shows, {"left": str(left), "right": str(right)}, part=part)


@checker
def prove_nonnegative(
    expression: Expr, shows: str, *, squares: Sequence[tuple[Expr, Expr]] = (), part: str = ""
) -> Evidence:
    """Return `Identity` if a rational function is ≥ 0 wherever its symbols are ≥ 0 and it is defined.

    Args:
        expression: The function; all of its symbols stand for non-negative numbers.
        shows: One sentence: what the bound shows, and why it covers all sizes.
        squares: Pairs (weight, root): ``expression - Σ weight·root²`` and every weight must have a numerator and a
            denominator without negative coefficients.
        part: The part of the statement this settles.

    Returns:
        The proof, or a `Witness` at a rational point with non-negative coordinates where the value is negative.

    Raises:
        CheckFailedError: If neither is found.
    """
    symbols = _symbols(expression)
    for point in islice(product(_GRID, repeat=len(symbols)), _TRIALS):
        at = dict(zip(symbols, point, strict=True))
        value = value_at(expression, at)
        if value is not None and value < 0:
            return mint("Witness", f"the value is {value} < 0", {"at": _shown(at), "value": str(value)}, part=part)
    rest = expression - sum((weight * root**2 for weight, root in squares), Integer(0))
    for term in (rest, *(weight for weight, _ in squares)):
        above, below = _split(term, _symbols(term))
        if not (_manifest(above) and _manifest(below)) and not (_manifest(-above) and _manifest(-below)):
            raise CheckFailedError(f"{sympy.factor(term)} is not manifestly non-negative")
    return mint("Identity", shows, {"expression": str(expression), "squares": [str(r) for _, r in squares]}, part=part)


def _manifest(polynomial: Any) -> bool:
    return all(coefficient >= 0 for coefficient in polynomial.coeffs())


@checker
def decide_order_bound(  # noqa: PLR0913 - two quantities on a family of instances
    left: tuple[Expr, Quantity],
    right: tuple[Expr, Quantity],
    parameter: Symbol,
    choice: Expr,
    shows: str,
    *,
    part: str = "",
) -> Evidence:
    """Return a `Witness` against ``left ≲ right``: for every constant C a parameter at which left > C·right.

    Args:
        left: The quantity as a rational function of ``parameter`` on an explicit family of instances, and its
            independent evaluation at a rational value of the parameter.
        right: The same for the bound, without its constant.
        parameter: The parameter of the family.
        choice: The parameter as a rational function of the constant, the symbol ``C`` ≥ 0.
        shows: One sentence: the family.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If the formulas and the evaluations disagree, or left - C·right at the choice is not
            positive for every C ≥ 0.
    """
    constant = Symbol("C")
    for sample in (Fraction(1), Fraction(5, 2), Fraction(7)):
        at = {constant: sample}
        chosen = value_at(choice, at)
        if chosen is None:
            raise CheckFailedError(f"the choice {choice} has a pole at C = {sample}")
        for formula, quantity in (left, right):
            if value_at(formula, {parameter: chosen}) != quantity(chosen):
                raise CheckFailedError(f"{formula} is not {quantity(chosen)} at {parameter} = {chosen}")
    gap = (left[0] - constant * right[0]).subs(parameter, choice)
    above, below = _split(gap, [constant])
    if not (_manifest(above) and _manifest(below) and above.nth(0) > 0 and below.nth(0) > 0):
        raise CheckFailedError(f"left - C·right = {sympy.factor(gap)} is not manifestly positive for all C ≥ 0")
    data = {"left": str(left[0]), "right": str(right[0]), str(parameter): str(choice), "gap": str(sympy.factor(gap))}
    return mint("Witness", f"for every C: {shows}", data, part=part)
