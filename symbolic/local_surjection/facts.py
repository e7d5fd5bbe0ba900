"""Inequalities for all sizes: facts `p ≥ 0` and `q = 0`, and new ones by combinations that are expanded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, Poly, Rational, latex, prod

from symbolic.derivation import Derivation, Rule


@dataclass(frozen=True)
class Facts:
    """What is known: polynomials that are at least zero, and polynomials that vanish.

    Args:
        nonnegative: Polynomials in opaque sizes, norms and bounds, each ≥ 0.
        zero: Polynomials, each = 0.
    """

    nonnegative: tuple[Expr, ...] = ()
    zero: tuple[Expr, ...] = ()

    def to_latex(self) -> str:
        """Return the facts in LaTeX, inequalities first."""
        parts = [rf"{latex(p)} \ge 0" for p in self.nonnegative] + [rf"{latex(q)} = 0" for q in self.zero]
        return r",\quad ".join(parts)

    def __str__(self) -> str:
        return ", ".join([f"{p} >= 0" for p in self.nonnegative] + [f"{q} = 0" for q in self.zero])


Term = tuple[int | Rational, tuple[Expr, ...]]


def combination(terms: Sequence[Term], multiples: Sequence[tuple[Expr, Expr]] = ()) -> Rule:
    """Return the rule that adds p ≥ 0 where p is a positive combination of products of known facts.

    Args:
        terms: Pairs (c, factors): a rational c ≥ 0 times a product of known non-negative polynomials or of squares
            (a factor that occurs twice is a square and need not be known).
        multiples: Pairs (q, multiplier): a known zero polynomial and what it is multiplied by.

    Example:
        >>> from sympy import symbols
        >>> from symbolic.derivation import Derivation
        >>> a, b = symbols("a b")
        >>> known = Facts((a - 1, b - 1))
        >>> rule = combination([(1, (a - 1, b - 1)), (1, (a - 1,)), (1, (b - 1,))])
        >>> Derivation(known).then(also(known, a * b - 1), rule).recheck()
        True
    """

    def holds(before: object, after: object) -> bool:
        if not isinstance(before, Facts) or not isinstance(after, Facts) or before.zero != after.zero:
            return False
        if after.nonnegative[:-1] != before.nonnegative:
            return False
        for coefficient, factors in terms:
            if coefficient < 0 or not all(_is_allowed(f, factors, before) for f in factors):
                return False
        if not all(q in before.zero for q, _ in multiples):
            return False
        total = sum(c * prod(factors) for c, factors in terms) + sum(q * w for q, w in multiples)
        return vanishes(after.nonnegative[-1] - total)

    return Rule("positive combination of what is known", holds)


def _is_allowed(factor: Expr, factors: tuple[Expr, ...], known: Facts) -> bool:
    return factor in known.nonnegative or factors.count(factor) % 2 == 0


def also(known: Facts, polynomial: Expr) -> Facts:
    """Return the facts with one more non-negative polynomial."""
    return Facts((*known.nonnegative, polynomial), known.zero)


def vanishes(expression: Expr) -> bool:
    """Return whether a polynomial expression is the zero polynomial, decided by expansion in ℚ[symbols].

    Example:
        >>> from sympy.abc import x, y
        >>> vanishes((x + y) ** 2 - x**2 - 2 * x * y - y**2), vanishes(x - y)
        (True, False)
    """
    symbols = sorted(expression.free_symbols, key=str)
    if not symbols:
        return bool(expression == 0)
    return bool(Poly(expression, *symbols, domain="QQ").is_zero)


def facts_of(chain: Derivation) -> Facts:
    """Return what is known at the end of a chain of facts.

    Raises:
        TypeError: If the chain is about something else.
    """
    if isinstance(chain.result, Facts):
        return chain.result
    raise TypeError(f"expected a chain of facts, it ends in {chain.result}")
