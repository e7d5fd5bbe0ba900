"""Balls for exact constants: a SymPy closed form, or a polynomial in basis moments, evaluated in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import add, mul
from typing import Any

import sympy
from flint import arb, fmpq


class UnknownConstantError(ValueError):
    """An exact form holds something that has no ball here."""


_FUNCTIONS: dict[Any, Callable[[Any], Any]] = {
    sympy.exp: lambda x: x.exp(),
    sympy.log: lambda x: x.log(),
    sympy.erf: lambda x: x.erf(),
    sympy.erfc: lambda x: x.erfc(),
    sympy.sin: lambda x: x.sin(),
    sympy.cos: lambda x: x.cos(),
    sympy.tan: lambda x: x.tan(),
    sympy.sinh: lambda x: x.sinh(),
    sympy.cosh: lambda x: x.cosh(),
    sympy.tanh: lambda x: x.tanh(),
    sympy.asin: lambda x: x.asin(),
    sympy.acos: lambda x: x.acos(),
    sympy.atan: lambda x: x.atan(),
}


def ball_of(expression: Any, basis: Mapping[Any, Any] | None = None) -> Any:
    """Return a ball, at the working precision in force, that provably contains the value of an exact form.

    Args:
        expression: A SymPy constant, or a SymPy expression in the keys of ``basis``.
        basis: Balls of the atoms that are not constants, such as basis moments.

    Raises:
        UnknownConstantError: If something in it is neither in ``basis`` nor a known constant or function.

    Example:
        >>> from sympy import Rational, exp, pi, sqrt
        >>> ball = ball_of(sqrt(2) / (2 * sqrt(pi)) - exp(-Rational(1, 2)))
        >>> ball.str(8, radius=False), ball.rad() < 1e-12
        ('-0.20758838', True)
    """
    known = basis or {}
    if expression in known:
        return known[expression]
    if isinstance(expression, sympy.Rational):
        return arb(fmpq(int(expression.p), int(expression.q)))
    if expression is sympy.pi:
        return arb.pi()
    if expression is sympy.E:
        return arb(1).exp()
    arguments = [ball_of(argument, known) for argument in expression.args]
    if isinstance(expression, sympy.Add):
        return reduce(add, arguments)
    if isinstance(expression, sympy.Mul):
        return reduce(mul, arguments)
    if isinstance(expression, sympy.Pow):
        return _power(expression, arguments)
    if expression.func in _FUNCTIONS:
        return _FUNCTIONS[expression.func](arguments[0])
    raise UnknownConstantError(f"no ball for {expression.func.__name__} in an exact form")


def _power(expression: Any, arguments: list[Any]) -> Any:
    base, exponent = arguments
    written = expression.exp
    if isinstance(written, sympy.Integer):
        return base ** int(written)
    if isinstance(written, sympy.Rational) and written.q == 2:
        return base.sqrt() ** int(written.p)
    return (base.log() * exponent).exp()
