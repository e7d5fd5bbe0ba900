"""From an exact SymPy constant to a ball that contains it: the meeting point of both sides, used by checkers only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add, mul
from typing import Any

from flint import arb, fmpq
from sympy import Add, E, Expr, Mul, Pow, Rational, acos, asin, atan, erf, exp, log, pi
from sympy.functions.elementary.hyperbolic import tanh


class NotAConstantError(ValueError):
    """An expression contains something that has no ball: a free symbol or an unknown function."""


_FUNCTIONS: dict[Any, str] = {
    exp: "exp",
    log: "log",
    erf: "erf",
    asin: "asin",
    acos: "acos",
    atan: "atan",
    tanh: "tanh",
}


def ball_of(expression: Expr, atoms: Mapping[Expr, Any] | None = None) -> Any:
    """Return an ``arb`` that contains the exact value, at the working precision in force.

    Args:
        expression: A SymPy constant built from rationals, π, e, + - * /, powers and elementary functions.
        atoms: Balls of subexpressions that stay unevaluated on the exact side, such as ``E[phi**2]``.

    Raises:
        NotAConstantError: If a symbol or function has no ball.

    Example:
        >>> from sympy import Rational, asin, pi
        >>> bool(ball_of(2 * asin(Rational(2, 3)) / pi) > arb("0.4645"))
        True
    """
    known = atoms or {}
    if expression in known:
        return known[expression]
    if isinstance(expression, Rational):
        return arb(fmpq(int(expression.p), int(expression.q)))
    if expression in (pi, E):
        return arb.pi() if expression == pi else arb(1).exp()
    parts = [ball_of(part, known) for part in expression.args]
    if isinstance(expression, Add):
        return reduce(add, parts)
    if isinstance(expression, Mul):
        return reduce(mul, parts)
    if isinstance(expression, Pow):
        return _power(expression, parts)
    name = _FUNCTIONS.get(expression.func)
    if name is None:
        raise NotAConstantError(f"{expression} has no ball: it is neither a constant nor among the known functions")
    return getattr(parts[0], name)()


def _power(expression: Expr, parts: list[Any]) -> Any:
    base, exponent = parts
    if expression.exp.is_Integer:
        return base ** int(expression.exp)
    if isinstance(expression.exp, Rational) and expression.exp.q == 2:
        return base.sqrt() ** int(expression.exp.p)
    return base**exponent
