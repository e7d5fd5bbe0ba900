"""The checker of refutations of “≳ … ≲” statements: one family of instances that beats every pair of constants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import sympy
from flint import ctx
from sympy import Expr, Integer, Poly, Symbol

from claims.checkers.rational_functions import value_at
from claims.evidence import CheckFailedError, Evidence, checker, mint

CONSTANT = Symbol("C")
"""The constant of every ≳ and ≲ in the statement; a larger one weakens the statement, so it may be an integer ≥ 1."""

_SPARE = Symbol("spare")
_BITS = 192
_TRIED = (1, 2, 5)


@checker
def refute_for_every_constant(  # noqa: PLR0913 - a family, what it must satisfy, how it is shown
    violated: Expr,
    needs: Mapping[str, Expr],
    choices: Mapping[Symbol, Expr],
    instance_at: Callable[[int], Mapping[str, bool]],
    shows: str,
    *,
    part: str = "",
) -> Evidence:
    """Return a `Witness` against a statement with unspecified constants: for every C ≥ 1 an instance that violates it.

    Args:
        violated: By how much the conclusion, its constant being C, fails: must be positive for every C ≥ 1.
        needs: What else must hold of the instance, by name, such as the sample sizes asked for with the constant C:
            each must be non-negative for every C ≥ 1.
        choices: The parameters of the family as rational functions of C, each possibly of those before it.
        instance_at: Decides the same at an integer constant without these formulas: sizes are computed, logarithms
            and moments enclosed in balls. Each answer must be yes.
        shows: One sentence: the family, and what happens on it.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If a requirement is not manifestly met for every C ≥ 1, or an instance tried does not meet it.
    """
    at_one = CONSTANT, 1 + _SPARE
    chosen: dict[Symbol, Expr] = {}
    for symbol, choice in choices.items():
        chosen[symbol] = choice.subs(chosen)
    for name, expression in {**needs, "violation": violated}.items():
        substituted = expression.subs(chosen)
        _require_manifest(substituted.subs(*at_one), name, strict=expression is violated)
        for constant in _TRIED:
            value = value_at(substituted, {CONSTANT: Fraction(constant)})
            if value is None or value < 0:
                raise CheckFailedError(f"{name}: {substituted} is {value} at C = {constant}")
    for constant in _TRIED:
        with ctx.workprec(_BITS):
            answers = instance_at(constant)
        if not all(answers.values()):
            failing = [name for name, holds in answers.items() if not holds]
            raise CheckFailedError(
                f"at C = {constant} the instance does not satisfy: {', '.join(failing) or 'nothing'}"
            )
    data = {
        "choices": {symbol.name: str(sympy.factor(choice)) for symbol, choice in chosen.items()},
        "needs": {name: str(expression) for name, expression in needs.items()},
        "violation": str(sympy.factor(violated.subs(chosen))),
        "instances_checked_at_C": list(_TRIED),
    }
    return mint("Witness", f"for every C: {shows}", data, part=part)


def _require_manifest(expression: Expr, name: str, *, strict: bool) -> None:
    """Accept a rational function of the spare ≥ 0 whose numerator and denominator have no negative coefficient."""
    above, below = sympy.fraction(sympy.together(expression))
    polynomials = [Poly(p, _SPARE, domain="QQ") for p in (above, below)]
    if polynomials[1].LC() < 0:
        polynomials = [-p for p in polynomials]
    manifest = all(c >= 0 for p in polynomials for c in p.coeffs())
    least = Integer(0) if not strict else polynomials[0].nth(0)
    if not manifest or polynomials[1].nth(0) <= 0 or (strict and least <= 0):
        sign = "positive" if strict else "non-negative"
        raise CheckFailedError(f"{name}: {sympy.factor(expression)} is not manifestly {sign} for every C ≥ 1")
