r"""From a SymPy expression in z to an activation: kinks, and the logistic ODE behind exponentials, found exactly.

An expression whose only transcendental part is E = exp(kz) and that equals N(z, E)/(1 + E)^m with deg_E N ≤ m
is a polynomial
F(z, u) in z and the logistic u = E/(1 + E), because E^i/(1 + E)^m = u^i (1 - u)^{m-i}. So tanh(kz/2) = 2u -
1, z·u, tanh³ and every
affine image are recognised by arithmetic; the answer is verified by substituting back before it is used.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import gcd, lcm

from sympy import (
    Abs,
    Add,
    Expr,
    Float,
    Function,
    Heaviside,
    I,
    Max,
    Min,
    Piecewise,
    Poly,
    Rational,
    S,
    Symbol,
    cancel,
    cosh,
    exp,
    expand,
    fraction,
    oo,
    sech,
    sign,
    sinh,
    tanh,
    together,
)
from sympy.core.relational import Relational

from symbolic.moments.activation import Activation, ActivationError, Piece, piecewise, smooth
from symbolic.moments.expectation import generator, z
from symbolic.moments.polynomial_ode import PolynomialOde
from symbolic.moments.stein_reduction import SteinAlgebra

_KINKED = (Abs, Heaviside, Max, Min, Piecewise, sign)
_E = Symbol("E", positive=True)


def from_expression(expression: Expr, name: str | None = None) -> Activation:
    """Return the activation z ↦ expression, with its kinks and the ODE of the logistic in it, if there is one.

    Args:
        expression: A SymPy expression in a symbol named `z`; other symbols are parameters.
        name: What to call it; by default the expression itself.

    Returns:
        An activation. If no closed form is known for it, it still carries its expression and kinks.

    Raises:
        ActivationError: If it is text, has floating-point numbers or no z, or kinks at points that are not found
            exactly. Text is for `claims.grammar`, which runs nothing.

    Example:
        >>> from sympy import Rational
        >>> from_expression(3 * tanh(z / 2) + 1).algebra.ode.polynomial.as_expr()
        -u**2/6 + u/3 + 4/3
        >>> from_expression(z / (1 + exp(-Rational(851, 500) * z))).algebra.polynomial
        500*u*z/851
        >>> from_expression(Max(z, 0)).kinks
        (0,)
    """
    if isinstance(expression, str):
        raise ActivationError(f"activation {expression!r} is text; parse it with claims.grammar.parse_activation first")
    given = S(expression)
    inexact = sorted(given.atoms(Float), key=lambda number: number.sort_key())
    if inexact:
        raise ActivationError(
            f"activation {given}: {inexact[0]} is a floating-point number; write an exact Rational(p, q)"
        )
    body = given.xreplace({s: z for s in given.free_symbols if s.name == "z"})
    label = name if name is not None else str(given)
    if given.free_symbols and not body.has(z):
        symbols = ", ".join(sorted(s.name for s in given.free_symbols))
        raise ActivationError(f"activation {given}: the variable must be named z, but the symbols are {symbols}")
    if given.has(I):
        raise ActivationError(f"activation {given}: it contains the imaginary unit; activations are real functions")
    if body.has(*_KINKED):
        return piecewise(label, _pieces(body, -oo, oo, label))
    activation = smooth(label, body)
    algebra = _logistic_algebra(body)
    return activation if algebra is None else replace(activation, algebra=algebra)


# --- kinks
# ------------------------------------------------------------------------------------------------------------


def _pieces(body: Expr, lo: Expr, hi: Expr, label: str) -> list[Piece]:
    """Return the pieces of the body on (lo, hi), resolving the innermost kinked nodes first."""
    nodes = [node for node in body.atoms(*_KINKED) if not any(arg.has(*_KINKED) for arg in node.args)]
    if not nodes:
        return [(lo, hi, body)]
    inside = sorted({point for node in nodes for point in _kinks(node, label) if lo < point < hi})
    ends = [lo, *inside, hi]
    pieces: list[Piece] = []
    for left, right in pairwise(ends):
        sample = _between(left, right)
        resolved = body.xreplace({node: _resolve(node, sample) for node in nodes})
        for start, end, f in _pieces(resolved, left, right, label):
            if pieces and pieces[-1][2] == f:
                pieces[-1] = (pieces[-1][0], end, f)
            else:
                pieces.append((start, end, f))
    return pieces


def _between(lo: Expr, hi: Expr) -> Rational:
    if lo == -oo:
        return S.Zero if hi == oo else hi - 1
    return lo + 1 if hi == oo else (lo + hi) / 2


def _kinks(node: Expr, label: str) -> list[Rational]:
    """Return the points where the node may change its formula: the real roots of its switching functions."""
    points: list[Rational] = []
    for switch in _switches(node):
        exact = switch.is_polynomial(z) and not switch.free_symbols - {z}
        polynomial = switch.as_poly(z, extension=True) if exact else None
        if polynomial is None:
            raise ActivationError(
                f"{label}: the kinks where {switch} = 0 are not found exactly; give the pieces with `piecewise`"
            )
        if polynomial.degree() <= 0:
            continue
        roots = polynomial.real_roots(multiple=True)
        if any(not root.is_Rational for root in roots):
            raise ActivationError(
                f"{label}: a kink where {switch} = 0 is irrational; only rational kinks are supported"
            )
        points += roots
    return points


def _switches(node: Expr) -> list[Expr]:
    if isinstance(node, Max | Min):
        return [a - b for i, a in enumerate(node.args) for b in node.args[i + 1 :]]
    if isinstance(node, Piecewise):
        relations = [relation for _, condition in node.args for relation in condition.atoms(Relational)]
        return [relation.lhs - relation.rhs for relation in relations]
    return [node.args[0]]


def _resolve(node: Expr, sample: Rational) -> Expr:
    """Return the formula of one kinked node on the interval, free of its kinks, that contains the sample point."""
    if isinstance(node, Max | Min):
        pick = max if isinstance(node, Max) else min
        return pick(node.args, key=lambda arg: arg.subs(z, sample))
    if isinstance(node, Piecewise):
        return next(f for f, condition in node.args if condition.subs(z, sample) == True)  # noqa: E712 - SymPy's truth
    value = node.args[0].subs(z, sample)
    if isinstance(node, Abs):
        return node.args[0] if value >= 0 else -node.args[0]
    if isinstance(node, Heaviside):
        return S.One if value > 0 else S.Zero
    return sign(value)


# --- the logistic ODE
# -------------------------------------------------------------------------------------------------


def _logistic_algebra(body: Expr) -> SteinAlgebra | None:
    """Return the algebra of a polynomial in z and a logistic of kz, k > 0, or None if the body is none."""
    rewritten = body
    for head, in_exp in _IN_EXPONENTIALS:
        rewritten = rewritten.replace(head, in_exp)
    exponentials = sorted(rewritten.atoms(exp), key=lambda node: node.sort_key())
    rates = [cancel(node.args[0] / z) for node in exponentials]
    if not rates or any(rate.has(z) or rate == 0 for rate in rates):
        return None
    unit = rates[0] if rates[0].is_positive else -rates[0]
    ratios = [cancel(rate / unit) for rate in rates]
    if not unit.is_positive or not all(ratio.is_Rational for ratio in ratios):
        return None
    step = Rational(gcd(*(int(r.p) for r in ratios)), lcm(*(int(r.q) for r in ratios)))
    powers = {node: _E ** int(ratio / step) for node, ratio in zip(exponentials, ratios, strict=True)}
    rational = rewritten.xreplace(powers)
    return None if rational.has(exp) else _in_logistic(rational, unit * step)


def _in_logistic(rational: Expr, k: Expr) -> SteinAlgebra | None:
    numerator, denominator = fraction(cancel(together(rational)))
    if not (numerator.is_polynomial(z, _E) and denominator.is_polynomial(_E)) or denominator.has(z):
        return None
    N, D = Poly(numerator, z, _E), Poly(denominator, _E)
    # With g the greatest common divisor of the powers of E, the expression is one in E^g = exp(g k z).
    g = gcd(*(j for _, j in N.monoms()), *(j for (j,) in D.monoms()))
    if g > 1:
        return _in_logistic(rational.subs(_E, _E ** Rational(1, g)), g * k)
    m = D.degree()
    lead = D.LC()
    if any(c.atoms(Function) for c in [*N.coeffs(), lead]):
        return None
    if expand(denominator - lead * (1 + _E) ** m) != 0 or N.degree(_E) > m:
        return None
    F = Add(*(c / lead * z**i * generator**j * (1 - generator) ** (m - j) for (i, j), c in N.terms())).expand()
    if cancel(F.subs(generator, _E / (1 + _E)) - rational) != 0:
        raise ArithmeticError(f"recognition of {rational}: the polynomial {F} in the logistic does not reproduce it")
    return _own_generator(F, k)


def _own_generator(F: Expr, k: Expr) -> SteinAlgebra | None:
    """Return the algebra with φ its own generator if φ = m + h·u with rational m, h ≠ 0, else with F in u."""
    if not F.has(generator):
        return None
    m, h = F.subs(generator, 0), F.coeff(generator, 1)
    if F.has(z) or F.as_poly(generator).degree() != 1 or not (m.is_Rational and h.is_Rational):
        # The algebra scales z and u together: φ(z) = G(kz, u(kz)) with G(y, u) = F(y/k, u).
        logistic = PolynomialOde((S.Zero, S.One, S.NegativeOne), S.Half)
        return SteinAlgebra(logistic, F.subs(z, z / k).expand(), k)
    # u = (φ - m)/h, so φ' = h·k·u(1 - u) is a polynomial in φ; the rational part of k goes into it, the rest
    # is the scale.
    rational_part, scale = k.as_coeff_Mul(rational=True)
    u = (generator - m) / h
    P = Poly(rational_part * h * u * (1 - u), generator)
    return SteinAlgebra(PolynomialOde(tuple(reversed(P.all_coeffs())), m + h / 2), generator, scale)


_IN_EXPONENTIALS = (
    (tanh, lambda x: 1 - 2 / (exp(2 * x) + 1)),
    (sech, lambda x: 2 * exp(x) / (exp(2 * x) + 1)),
    (sinh, lambda x: (exp(x) - exp(-x)) / 2),
    (cosh, lambda x: (exp(x) + exp(-x)) / 2),
)
