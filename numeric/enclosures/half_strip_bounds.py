"""Proved bounds of a tree on a whole half-strip {Re z ≥ R, y₀ ≤ Im z ≤ y₁} or its mirror image, by rules on the tree.

With y₀ = y₁ = 0 the half-strip is a half-line of the reals. Every rule returns a rectangle that contains all values
on the region, a lower bound of the modulus, and a majorant of the modulus in x = |Re z|; a rule that cannot exclude
a pole or a branch cut raises instead of guessing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from numeric.enclosures.ball_evaluation import evaluate, integer_power, node_value
from numeric.enclosures.ball_expression import Expression
from numeric.enclosures.balls import rational_ball, working_bits
from numeric.enclosures.extended_intervals import POINT_ZERO, Interval, Rectangle, greatest, rectangle_of, symmetric
from numeric.enclosures.function_bounds import RULES
from numeric.enclosures.growth import Growth, constant_growth
from numeric.enclosures.half_strip import Bound, HalfStrip, SingularIntegrandError, bounded, disc, tighten
from numeric.enclosures.polynomial_trees import polynomial_coefficients

_INFINITY = arb.pos_inf()
_ONE = Rectangle(Interval(arb(1), arb(1)), POINT_ZERO)


def half_strip_growth(expressions: list[Expression], region: HalfStrip) -> list[Growth]:
    """Return majorants of the moduli of smooth trees on ``region``, each proved analytic there.

    Raises:
        SingularIntegrandError: If a pole or branch cut on the region cannot be excluded.
        GrowthError: If the growth is not of the form C(1+x)^p exp(cx + dx²).

    Example:
        >>> from flint import arb
        >>> from numeric.enclosures.ball_expression import Z, apply
        >>> right = HalfStrip(1, arb(1), arb(0), arb(0))
        >>> (g,) = half_strip_growth([Z * apply("tanh", Z)], right)
        >>> g.p, bool(g.C < 1.0001)
        (Fraction(1, 1), True)
    """
    memo: dict[Expression, Bound] = {}
    with working_bits(64):
        for expression in expressions:
            for node in expression.subexpressions():
                if node not in memo:
                    memo[node] = _bound(node, [memo[a] for a in node.arguments], region)
        return [memo[expression].growth for expression in expressions]


def half_strip_rectangle(expression: Expression, region: HalfStrip) -> Rectangle:
    """Return a rectangle, possibly unbounded, that contains all values of the smooth tree on ``region``."""
    memo: dict[Expression, Bound] = {}
    with working_bits(64):
        for node in expression.subexpressions():
            memo[node] = _bound(node, [memo[a] for a in node.arguments], region)
    return memo[expression].rectangle


def _bound(node: Expression, inner: list[Bound], region: HalfStrip) -> Bound:  # noqa: C901 - one case a head
    head = node.head
    if head == "z":
        y = region.height()
        rectangle = region.rectangle()
        return Bound(rectangle, rectangle.least_modulus(), Growth(greatest([arb(1), y]), Fraction(1), arb(0), arb(0)))
    if node.is_constant():
        return _constant(node)
    if head == "add":
        return _polynomial_range(node, _sum(inner), region)
    if head == "mul":
        total = inner[0]
        for factor in inner[1:]:
            total = _product(total, factor)
        return total
    g = inner[0]
    if head == "pow":
        return _power(node, g)
    rule = RULES.get(head)
    if rule is None:
        raise SingularIntegrandError(f"{head} has a kink; split the integrand into smooth pieces first")
    if head in {"exp", "sinh", "cosh"}:
        return rule(node, g, region)
    if g.rectangle.is_finite():
        value = node_value(node, [g.rectangle.ball()], None, analytic=True)
        if value.is_finite():
            rectangle = rectangle_of(value)
            if g.rectangle.is_real():
                rectangle = Rectangle(rectangle.re, POINT_ZERO)
            return bounded(rectangle)
    return rule(node, g, region)


def _constant(node: Expression) -> Bound:
    value = evaluate(node, arb(0))
    if not value.is_finite():
        raise SingularIntegrandError(f"the constant {node} is not a finite real number")
    return bounded(rectangle_of(value))


def _sum(terms: list[Bound]) -> Bound:
    rectangle, growth = terms[0].rectangle, terms[0].growth
    for term in terms[1:]:
        rectangle, growth = rectangle + term.rectangle, growth + term.growth
    # |a + rest| ≥ |a| − |rest| for each term a whose floor exceeds what the others can reach.
    floors = [arb(0)]
    for i, term in enumerate(terms):
        others = arb(0)
        for j, other in enumerate(terms):
            if j != i:
                others = others + (_finite_modulus(other))
        if term.floor.is_finite() and others.is_finite():
            floors.append(greatest([arb(0), (term.floor - others).lower()]))
    return tighten(Bound(rectangle, greatest(floors), growth))


def _finite_modulus(bound: Bound) -> Any:
    growth = bound.growth
    if growth.p == 0 and growth.c <= 0 and growth.d <= 0:
        return growth.C
    return bound.rectangle.greatest_modulus()


def _product(a: Bound, b: Bound) -> Bound:
    floor = arb(0) if a.floor == 0 or b.floor == 0 else (a.floor * b.floor).lower()
    return tighten(Bound(a.rectangle * b.rectangle, floor, a.growth * b.growth))


def _polynomial_range(node: Expression, naive: Bound, region: HalfStrip) -> Bound:
    """Sharpen the rectangle of a polynomial by Horner's rule, which sees that the leading term wins."""
    coefficients = polynomial_coefficients(node)
    if coefficients is None or len(coefficients) < 3:
        return naive
    z = region.rectangle()
    total = rectangle_of(evaluate(coefficients[-1], arb(0)))
    for coefficient in reversed(coefficients[:-1]):
        total = total * z + rectangle_of(evaluate(coefficient, arb(0)))
    both = Rectangle(total.re.intersection(naive.rectangle.re), total.im.intersection(naive.rectangle.im))
    return tighten(Bound(both, naive.floor, naive.growth))


def _power(node: Expression, g: Bound) -> Bound:
    exponent = node.value
    if exponent.denominator == 1:
        n = abs(int(exponent))
        positive = _integer_power(g, n)
        return positive if exponent > 0 else _reciprocal(node, positive)
    if g.rectangle.is_real():
        if g.rectangle.re.lo < 0 or (exponent < 0 and not g.rectangle.re.lo > 0):
            raise SingularIntegrandError(f"{node}: the base is not proved positive for all large |z|")
    elif g.rectangle.meets_negative_axis():
        raise SingularIntegrandError(f"{node}: the base may meet the cut of the root")
    r = abs(exponent)
    modulus = g.rectangle.greatest_modulus()
    top = (modulus.log() * rational_ball(r)).exp().upper() if modulus.is_finite() else _INFINITY
    low = (g.floor.log() * rational_ball(r)).exp().lower() if g.floor > 0 else arb(0)
    # |arg| ≤ π/2 for Re ≥ 0, so |arg of the power| ≤ rπ/2.
    positive_real = g.rectangle.re.lo >= 0 and r <= 1
    real_low = (low * (rational_ball(r) * arb.pi() / 2).cos()).lower() if positive_real and r < 1 else -top
    if g.rectangle.is_real():
        real_low = low
    rectangle = Rectangle(Interval(real_low, top), POINT_ZERO if g.rectangle.is_real() else symmetric(top))
    positive = tighten(Bound(rectangle, low, g.growth**r))
    return positive if exponent > 0 else _reciprocal(node, positive)


def _integer_power(g: Bound, n: int) -> Bound:
    if g.rectangle.is_real() and n % 2 == 0:
        squares = g.rectangle.re.square()
        rectangle = Rectangle(_nonnegative_power(squares, n // 2), POINT_ZERO)
    elif g.rectangle.is_real():
        rectangle = Rectangle(
            g.rectangle.re.monotone_image(lambda x: integer_power(x, n), -_INFINITY, _INFINITY), POINT_ZERO
        )
    else:
        rectangle = _repeated_square(g.rectangle, n)
    floor = integer_power(g.floor, n).lower() if g.floor.is_finite() else arb(0)
    return tighten(Bound(rectangle, floor, g.growth**n))


def _nonnegative_power(interval: Interval, n: int) -> Interval:
    return interval.monotone_image(lambda x: integer_power(x, n), 0, _INFINITY)


def _repeated_square(rectangle: Rectangle, n: int) -> Rectangle:
    result: Rectangle | None = None
    while n:
        if n & 1:
            result = rectangle if result is None else result * rectangle
        n >>= 1
        if n:
            rectangle = rectangle.square()
    return result if result is not None else _ONE


def _reciprocal(node: Expression, g: Bound) -> Bound:
    if not g.floor > 0:
        raise SingularIntegrandError(f"{node}: the divisor is not proved different from 0 for all large |z|")
    if not g.floor.is_finite():
        return disc(0, arb(0), real=g.rectangle.is_real())
    top = (1 / g.floor).upper()
    re, im = g.rectangle.re, POINT_ZERO if g.rectangle.is_real() else symmetric(top)
    if re.lo >= 0:
        half = Interval(arb(0), top)
    elif re.hi <= 0:
        half = Interval(-top, arb(0))
    else:
        half = symmetric(top)
    modulus = g.rectangle.greatest_modulus()
    floor = (1 / modulus).lower() if modulus.is_finite() and modulus > 0 else arb(0)
    if g.rectangle.is_real() and half.lo >= 0:
        half = Interval(floor, half.hi)
    elif g.rectangle.is_real() and half.hi <= 0:
        half = Interval(half.lo, -floor)
    return Bound(Rectangle(half, im), floor, constant_growth(top))
