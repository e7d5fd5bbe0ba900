"""Objectives to put to SymPy's own matrix derivative. This module imports SymPy only.

It is the one place where SymPy differentiates matrix expressions, and nothing is derived from what it answers:
the probes exist to show, for the pinned version, where the answers are right, wrong or missing.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import HadamardProduct, Identity, MatrixSymbol

SYMPY_TRACE: Any = type(sympy.trace(MatrixSymbol("M", 2, 2)))
"""SymPy's class of unevaluated traces. (Its name means something else in this project.)"""


@dataclass(frozen=True)
class Probe:
    """An objective and the variable to differentiate it by.

    Args:
        text: The objective in our grammar.
        objective: The same as a SymPy expression.
        variable: The SymPy variable.
    """

    text: str
    objective: Any
    variable: Any


def probes() -> tuple[Probe, ...]:
    """Return the fixed list of probes."""
    m, n, k, d = sympy.symbols("m n k d", integer=True, positive=True)
    A, X, M = (MatrixSymbol(name, m, n) for name in "AXM")
    U, V = MatrixSymbol("U", m, k), MatrixSymbol("V", k, n)
    W, S = MatrixSymbol("W", m, k), MatrixSymbol("S", k, n)
    Q, B = MatrixSymbol("Q", n, n), MatrixSymbol("B", n, n)
    P, Y = MatrixSymbol("P", d, k), MatrixSymbol("Y", d, n)
    x = MatrixSymbol("x", n, 1)
    phi = sympy.Function("phi")

    def norm2(E: Any) -> Any:
        return SYMPY_TRACE(E.T * E)

    half = sympy.Rational(1, 2)
    return (
        Probe("trace(A.T*X)", SYMPY_TRACE(A.T * X), X),
        Probe("norm2(X)/2", half * norm2(X), X),
        Probe("norm2(X - W*S)/2", half * norm2(X - W * S), W),
        Probe("norm2(A - U*V)/2 + norm2(U)/2", half * norm2(A - U * V) + half * norm2(U), U),
        Probe("trace(Q)**2", SYMPY_TRACE(Q) ** 2, Q),
        Probe("trace(I - Q)**2", SYMPY_TRACE(Identity(n) - Q) ** 2, Q),
        Probe("trace(Q*B*Q)", SYMPY_TRACE(Q * B * Q), Q),
        Probe("trace(Q*Q*Q)", SYMPY_TRACE(Q**3), Q),
        Probe("norm2(U.T*U - V*V.T)/4", norm2(U.T * U - V * V.T) / 4, U),
        Probe("trace(X.T*A)*trace(Q)", SYMPY_TRACE(X.T * A) * SYMPY_TRACE(Q), X),
        Probe("norm2(hadamard(M, U*V - A))/2", half * norm2(HadamardProduct(M, U * V - A)), U),
        Probe("norm2(phi(P.T*Y))/2", half * norm2((P.T * Y).applyfunc(phi)), P),
        Probe("trace(x.T*Q*x)", SYMPY_TRACE(x.T * Q * x), x),
    )


def sympy_gradient(probe: Probe) -> Any:
    """Return what SymPy gives for the derivative of a probe, evaluated.

    Raises:
        Exception: Whatever SymPy raises.
    """
    with warnings.catch_warnings():
        # SymPy warns about its own internals on the way; only its answer is of interest here.
        warnings.simplefilter("ignore")
        return sympy.diff(probe.objective, probe.variable).doit()
