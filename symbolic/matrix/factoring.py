"""Sums of matrix products gathered by common factors, so that they read like a person wrote them."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from symbolic.matrix.arithmetic import add, multiply
from symbolic.matrix.canonical import is_equal
from symbolic.matrix.expression import Constant, Expression, Number, Operation, Product, Sum, transposes
from symbolic.matrix.operations import hadamard
from symbolic.matrix.symbols import identity
from symbolic.matrix.text import is_negative

Term = tuple[Fraction, tuple[Expression, ...], tuple[Expression, ...]]
"""A rational coefficient, scalar factors, and a chain of matrices."""


def factored(expression: Expression) -> Expression:
    """Return an equal expression with common factors of the terms taken out, e.g. ``(W*S - X)*S.T``.

    The equality is decided before the result is returned; were it not to hold, the expression comes back as it was.
    """
    if not isinstance(expression, Sum):
        return expression
    terms = [_term(t) for t in expression.terms]
    tried = [_with_content_outside(_gather(terms, ends)) for ends in ((True, False), (False, True))]
    result = min(tried, key=lambda e: (len(str(e)), str(e)))
    return result if is_equal(result, expression) else expression


def _term(expression: Expression) -> Term:
    if isinstance(expression, Product):
        return expression.coefficient, expression.scalars, expression.matrices
    if isinstance(expression, Number):
        return expression.value, (), ()
    return (Fraction(1), (expression,), ()) if expression.is_scalar else (Fraction(1), (), (expression,))


def _written(term: Term) -> Expression:
    return multiply(Number(term[0]), *term[1], *term[2])


def _gather(terms: list[Term], ends: tuple[bool, bool]) -> Expression:
    """Return the sum of the terms with common matrices taken out, at the end (True) or beginning first."""
    if len(terms) == 1:
        return _written(terms[0])
    group, common, at_end = _largest_group(terms, ends)
    if common is None:
        return add(*sorted((_written(t) for t in terms), key=is_negative))
    rest = [t for i, t in enumerate(terms) if i not in group]
    if at_end is None:
        together = _gather_hadamard([terms[i] for i in group], common, ends)
    else:
        inside = [_stripped(terms[i], common, at_end=at_end) for i in group]
        body = _turned(_with_content_outside(_gather(inside, ends)))
        together = multiply(body, common) if at_end else multiply(common, body)
    if not rest:
        return together
    return add(*sorted((together, *_flat(_gather(rest, ends))), key=is_negative))


def _flat(expression: Expression) -> tuple[Expression, ...]:
    return expression.terms if isinstance(expression, Sum) else (expression,)


def _largest_group(terms: list[Term], ends: tuple[bool, bool]) -> tuple[list[int], Expression | None, bool | None]:
    """Return the terms that share a last or first matrix (or Hadamard factors), that matrix, and which it is."""
    best: tuple[list[int], Expression | None, bool | None] = ([0], None, None)
    for at_end in ends:
        for _, _, chain in terms:
            if not chain:
                continue
            end = chain[-1 if at_end else 0]
            group = [i for i, t in enumerate(terms) if t[2] and t[2][-1 if at_end else 0] == end]
            if len(group) > max(1, len(best[0])):
                best = (group, end, at_end)
    if best[1] is None:
        for _, _, chain in terms:
            if len(chain) != 1 or not isinstance(chain[0], Operation) or chain[0].head != "hadamard":
                continue
            for factor in chain[0].arguments:
                group = [i for i, t in enumerate(terms) if len(t[2]) == 1 and factor in _entries(t[2][0])]
                if len(group) > max(1, len(best[0])):
                    best = (group, factor, None)
    return best


def _entries(M: Expression) -> tuple[Expression, ...]:
    return M.arguments if isinstance(M, Operation) and M.head == "hadamard" else (M,)


def _stripped(term: Term, common: Expression, *, at_end: bool) -> Term:
    """Return the term without the common matrix at its end or beginning; the identity if nothing is left."""
    c, scalars, chain = term
    left = chain[:-1] if at_end else chain[1:]
    if isinstance(common, Constant) and common.kind == "identity":
        return c, scalars, left
    size = common.shape.rows if at_end else common.shape.cols
    return c, scalars, left or (() if size.is_one else (identity(size),))


def _gather_hadamard(terms: list[Term], factor: Expression, ends: tuple[bool, bool]) -> Expression:
    """Return a sum of Hadamard products with a common factor as one Hadamard product."""
    inside: list[Term] = []
    for c, scalars, chain in terms:
        left = list(_entries(chain[0]))
        left.remove(factor)
        rest = hadamard(*left) if left else Constant("ones", *factor.shape)
        more, scalars_inside, chain_inside = _term(rest)
        inside.append((c * more, scalars + scalars_inside, chain_inside))
    return hadamard(factor, _with_content_outside(_gather(inside, ends)))


def _turned(expression: Expression) -> Expression:
    """Return the transpose of the sum of the transposes, if that has fewer of them."""
    if not isinstance(expression, Sum) or expression.is_scalar:
        return expression
    other = add(*(t.T for t in expression.terms))
    return other.T if transposes(other) + 1 < transposes(expression) else expression


def _with_content_outside(expression: Expression) -> Expression:
    """Return the sum with the greatest common divisor of its coefficients in front, unless that is 1."""
    if not isinstance(expression, Sum):
        return expression
    coefficients = [_term(t)[0] for t in expression.terms]
    content = Fraction(gcd(*(c.numerator for c in coefficients)), lcm(*(c.denominator for c in coefficients)))
    if content == 1:
        return expression
    return multiply(Number(content), add(*(multiply(Number(1 / content), t) for t in expression.terms)))
