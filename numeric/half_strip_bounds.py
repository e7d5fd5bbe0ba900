"""Proved bounds of a tree on a whole half-strip {Re z ≥ R, y₀ ≤ Im z ≤ y₁} or its mirror image, by rules on the tree.

With y₀ = y₁ = 0 the half-strip is a half-line of the reals. Every rule returns a rectangle that contains all values
on the region, a lower bound of the modulus, and a majorant of the modulus in x = |Re z|; a rule that cannot exclude
a pole or a branch cut raises instead of guessing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import arb

from numeric.ball_evaluation import evaluate, integer_power, node_value
from numeric.ball_expression import Expression
from numeric.balls import rational_ball, working_bits
from numeric.extended_intervals import (
    POINT_ZERO,
    Interval,
    Rectangle,
    exponential,
    greatest,
    rectangle_of,
    symmetric,
)
from numeric.growth import Growth, GrowthError, IntegrandError, constant_growth

_INFINITY = arb.pos_inf()
_ONE = Rectangle(Interval(arb(1), arb(1)), POINT_ZERO)


class SingularIntegrandError(IntegrandError):
    """An integrand that has, or cannot be proved free of, a pole or branch cut where it must be analytic."""


@dataclass(frozen=True)
class HalfStrip:
    """The region {side·Re z ≥ start, low ≤ Im z ≤ high}; ``start``, ``low``, ``high`` exact ``arb``, side ±1."""

    side: int
    start: Any
    low: Any
    high: Any

    def rectangle(self) -> Rectangle:
        """Return the region as a rectangle with one infinite end."""
        re = Interval(self.start, _INFINITY) if self.side > 0 else Interval(-_INFINITY, -self.start)
        return Rectangle(re, Interval(self.low, self.high))

    def height(self) -> Any:
        """Return the largest |Im z|."""
        return greatest([abs(self.low), abs(self.high)])


@dataclass(frozen=True)
class Bound:
    """What is proved of a tree on a region: ``rectangle`` ∋ values, |values| ≥ ``floor``, |values| ≤ ``growth``."""

    rectangle: Rectangle
    floor: Any
    growth: Growth


def half_strip_growth(expressions: list[Expression], region: HalfStrip) -> list[Growth]:
    """Return majorants of the moduli of smooth trees on ``region``, each proved analytic there.

    Raises:
        SingularIntegrandError: If a pole or branch cut on the region cannot be excluded.
        GrowthError: If the growth is not of the form C(1+x)^p exp(cx + dx²).

    Example:
        >>> from flint import arb
        >>> from numeric.ball_expression import Z, apply
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
    rule = _RULES.get(head)
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
            return _bounded(rectangle)
    return rule(node, g, region)


def _constant(node: Expression) -> Bound:
    value = evaluate(node, arb(0))
    if not value.is_finite():
        raise SingularIntegrandError(f"the constant {node} is not a finite real number")
    return _bounded(rectangle_of(value))


def _bounded(rectangle: Rectangle) -> Bound:
    return Bound(rectangle, rectangle.least_modulus(), constant_growth(rectangle.greatest_modulus()))


def _disc(centre: int, radius: Any, *, real: bool) -> Bound:
    re = Interval((centre - radius).lower(), (centre + radius).upper())
    return _bounded(Rectangle(re, POINT_ZERO if real else symmetric(radius)))


def _tighten(bound: Bound) -> Bound:
    """Use the rectangle where it says more than the majorant or the floor."""
    floor = greatest([bound.floor, bound.rectangle.least_modulus()])
    modulus = bound.rectangle.greatest_modulus()
    growth = bound.growth
    if modulus.is_finite() and constant_growth(modulus).is_smaller_rate(growth):
        growth = constant_growth(modulus)
    return Bound(bound.rectangle, floor, growth)


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
    return _tighten(Bound(rectangle, greatest(floors), growth))


def _finite_modulus(bound: Bound) -> Any:
    growth = bound.growth
    if growth.p == 0 and growth.c <= 0 and growth.d <= 0:
        return growth.C
    return bound.rectangle.greatest_modulus()


def _product(a: Bound, b: Bound) -> Bound:
    floor = arb(0) if a.floor == 0 or b.floor == 0 else (a.floor * b.floor).lower()
    return _tighten(Bound(a.rectangle * b.rectangle, floor, a.growth * b.growth))


@lru_cache(maxsize=4096)
def polynomial_coefficients(node: Expression) -> tuple[Expression, ...] | None:
    """Return the constant coefficients, lowest first, if the tree is a polynomial in z; else None."""
    one, zero = Expression("rational", (), Fraction(1)), Expression("rational", (), Fraction(0))
    if node.is_constant():
        return (node,)
    if node.head == "z":
        return (zero, one)
    inner = [polynomial_coefficients(a) for a in node.arguments]
    if any(p is None for p in inner):
        return None
    polynomials = [p for p in inner if p is not None]
    if node.head == "add":
        length = max(map(len, polynomials))
        return tuple(sum((p[i] for p in polynomials if i < len(p)), zero) for i in range(length))
    if node.head == "mul" or (node.head == "pow" and node.value.denominator == 1 and 0 < node.value <= 64):
        factors = polynomials if node.head == "mul" else polynomials * int(node.value)
        product = factors[0]
        for factor in factors[1:]:
            product = tuple(
                sum(
                    (product[i] * factor[k - i] for i in range(len(product)) if 0 <= k - i < len(factor)),
                    zero,
                )
                for k in range(len(product) + len(factor) - 1)
            )
        return product
    return None


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
    return _tighten(Bound(both, naive.floor, naive.growth))


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
    positive = _tighten(Bound(rectangle, low, g.growth**r))
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
    return _tighten(Bound(rectangle, floor, g.growth**n))


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
        return _disc(0, arb(0), real=g.rectangle.is_real())
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


def _exponential(node: Expression, g: Bound, region: HalfStrip) -> Bound:
    """|exp g| = exp(Re g); the majorant from the polynomial of degree ≤ 2 if g is one, else from the bounds of g."""
    modulus = exponential(g.rectangle.re)
    rectangle = Rectangle(modulus, POINT_ZERO)
    if not g.rectangle.is_real():
        angle = g.rectangle.im
        if angle.is_finite():
            ball = angle.ball()
            cosine, sine = rectangle_of(ball.cos()).re, rectangle_of(ball.sin()).re
        else:
            cosine = sine = symmetric(arb(1))
        rectangle = Rectangle(modulus * cosine, modulus * sine)
    return Bound(rectangle, modulus.lo, _exponential_growth(node.arguments[0], g, region))


def _exponential_growth(argument: Expression, g: Bound, region: HalfStrip) -> Growth:
    coefficients = polynomial_coefficients(argument)
    if coefficients is not None and len(coefficients) <= 3:
        c0, b, a = ([rectangle_of(evaluate(k, arb(0))).re for k in coefficients] + [POINT_ZERO, POINT_ZERO])[:3]
        # Re(a·z² + b·z + c₀) = a·x² − a·y² + b·x + c₀ at z = x + iy.
        at_zero = c0 + -(a * Interval(region.low, region.high).square())
        slope = b if region.side > 0 else -b
        return Growth(at_zero.hi.exp().upper(), Fraction(0), slope.hi, a.hi)
    if g.rectangle.re.hi.is_finite():
        return constant_growth(g.rectangle.re.hi.exp().upper())
    growth = g.growth
    if growth.c > 0 or growth.d > 0 or growth.p > 2:
        raise GrowthError(
            f"exp({argument}) grows faster than exp(d*z**2) for every d, so the normal density does not tame it; "
            "only integrands bounded by C*exp(d*z**2) with d < 1/2 have an expectation here"
        )
    if growth.p <= 1:
        return Growth(growth.C.exp().upper(), Fraction(0), growth.C, arb(0))
    return Growth(growth.C.exp().upper(), Fraction(0), (2 * growth.C).upper(), growth.C)


def _hyperbolic(node: Expression, g: Bound, region: HalfStrip) -> Bound:
    """Sinh and cosh as half the sum of two exponentials."""
    argument = node.arguments[0]
    plus = _exponential(Expression("exp", (argument,)), g, region)
    minus_argument = -argument
    mirrored = Bound(-g.rectangle, g.floor, g.growth)
    minus = _exponential(Expression("exp", (minus_argument,)), mirrored, region)
    half = Rectangle(Interval(arb(0.5), arb(0.5)), POINT_ZERO)
    sign = minus.rectangle if node.head == "cosh" else -minus.rectangle
    rectangle = half * (plus.rectangle + sign)
    growth = constant_growth(arb(0.5)) * (plus.growth + minus.growth)
    if g.rectangle.is_real():
        if node.head == "cosh":
            low = g.rectangle.re.least_magnitude().cosh().lower()
            rectangle = Rectangle(Interval(greatest([rectangle.re.lo, low]), rectangle.re.hi), POINT_ZERO)
        else:
            rectangle = Rectangle(g.rectangle.re.monotone_image(lambda x: x.sinh(), -_INFINITY, _INFINITY), POINT_ZERO)
    # |cosh g| and |sinh g| ≥ sinh|Re g|.
    return _tighten(Bound(rectangle, g.rectangle.re.least_magnitude().sinh().lower(), growth))


def _tanh(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    """|tanh(x+iy)|² = (sinh²x + sin²y)/(sinh²x + cos²y) ≤ max(1, tan²y); near ±1 for large |x|."""
    rectangle = g.rectangle
    if rectangle.is_real():
        return _bounded(Rectangle(rectangle.re.monotone_image(lambda x: x.tanh(), -1, 1), POINT_ZERO))
    m = rectangle.re.least_magnitude()
    if m > 0:
        q = (-2 * m).exp().upper()
        return _disc(1 if rectangle.re.lo > 0 else -1, (2 * q / (1 - q)).upper(), real=False)
    return _disc(0, _greatest_tangent(node, rectangle.im), real=False)


def _greatest_tangent(node: Expression, angle: Interval) -> Any:
    tangent = angle.ball().tan() if angle.is_finite() else arb("nan")
    if not tangent.is_finite():
        raise SingularIntegrandError(f"{node}: the region may hold poles of {node.head}")
    return greatest([arb(1), tangent.abs_upper()])


def _sigmoid(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    rectangle = g.rectangle
    if rectangle.is_real():
        return _bounded(Rectangle(rectangle.re.monotone_image(lambda x: 1 / (1 + (-x).exp()), 0, 1), POINT_ZERO))
    m = rectangle.re.least_magnitude()
    if m > 0:
        # |1/(1+w) − 1| and |w/(1+w)| ≤ q/(1 − q) for |w| ≤ q = e^{−m}.
        q = (-m).exp().upper()
        return _disc(1 if rectangle.re.lo > 0 else 0, (q / (1 - q)).upper(), real=False)
    half = Interval(arb(0.5), arb(0.5))
    tangent = _greatest_tangent(node, half * rectangle.im)  # sigmoid(g) = (1 + tanh(g/2))/2
    return _disc(0, ((1 + tangent) / 2).upper(), real=False)


def _sech(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    """|cosh(x+iy)|² = sinh²x + cos²y."""
    rectangle = g.rectangle
    if rectangle.is_real():
        return _bounded(Rectangle(Interval(arb(0), (1 / rectangle.re.least_magnitude().cosh()).upper()), POINT_ZERO))
    m = rectangle.re.least_magnitude()
    cosine = rectangle.im.ball().cos().abs_lower() if rectangle.im.is_finite() else arb(0)
    floor = greatest([cosine, m.sinh().lower()])
    if not floor > 0:
        raise SingularIntegrandError(f"{node}: the region may hold poles of 1/cosh")
    return _disc(0, (1 / floor).upper(), real=False)


def _erf(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    """|erf(x+iy) − erf(x)| = |2/√π ∫₀^y e^{(t−ix)²} dt| ≤ (2/√π)·|y|·e^{y²−x²}."""
    complement = node.head == "erfc"
    re = g.rectangle.re.monotone_image(lambda x: x.erf(), -1, 1)
    if complement:
        re = Interval(arb(1), arb(1)) + -re
    if g.rectangle.is_real():
        return _bounded(Rectangle(re, POINT_ZERO))
    y = g.rectangle.im.greatest_magnitude()
    if not y.is_finite():
        raise GrowthError(f"{node}: no bound is known where the imaginary part of the argument is unbounded")
    x = g.rectangle.re.least_magnitude()
    away = (2 * y * (y * y - x * x).exp() / arb.pi().sqrt()).upper()
    return _bounded(Rectangle(re + symmetric(away), symmetric(away)))


def _sine(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    """|sin| and |cos| ≤ cosh(Im g)."""
    if g.rectangle.is_real():
        return _bounded(Rectangle(symmetric(arb(1)), POINT_ZERO))
    y = g.rectangle.im.greatest_magnitude()
    if not y.is_finite():
        raise GrowthError(f"{node}: no bound is known where the imaginary part of the argument is unbounded")
    return _disc(0, y.cosh().upper(), real=False)


def _tan(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    raise SingularIntegrandError(f"{node}: tan has poles, which {g.rectangle.re.lo} ≤ argument ≤ … does not exclude")


def _atan(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    """The vertical segment from x to x + iy changes atan by at most ∫ dt/(1 − t²) = atanh|y|, |y| < 1."""
    half_pi = (arb.pi() / 2).upper()
    re = g.rectangle.re.monotone_image(lambda x: x.atan(), -half_pi, half_pi)
    if g.rectangle.is_real():
        return _bounded(Rectangle(re, POINT_ZERO))
    y, x = g.rectangle.im.greatest_magnitude(), g.rectangle.re.least_magnitude()
    if y < 1:
        away = y.atanh().upper()
    elif x > 1:
        # atan z = ±π/2 − atan(1/z) off the imaginary axis, and |atan w| ≤ atanh|w| for |w| < 1.
        away = (1 / x).atanh().upper()
        re = symmetric(half_pi)
    else:
        raise SingularIntegrandError(f"{node}: the argument may meet the cuts of atan on the imaginary axis")
    return _bounded(Rectangle(re + symmetric(away), symmetric(away)))


def _log(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    if (g.rectangle.is_real() and not g.rectangle.re.lo > 0) or g.rectangle.meets_negative_axis() or not g.floor > 0:
        raise SingularIntegrandError(f"{node}: the argument is not proved to stay off the cut (-oo, 0] for large |z|")
    modulus = g.rectangle.greatest_modulus()
    re = Interval(g.floor.log().lower(), modulus.log().upper() if modulus.is_finite() else _INFINITY)
    im = POINT_ZERO if g.rectangle.is_real() else symmetric(arb.pi().upper())
    # log⁺|g| ≤ log⁺C + p·log(1+x) + c⁺x + d⁺x², with log(1+x) ≤ x.
    growth = g.growth.without_decay()
    start = greatest([growth.C, arb(1)]).log().upper() + abs(g.floor.log()).upper() + arb(4)
    linear, quadratic = (growth.c + rational_ball(growth.p)).upper(), growth.d
    degree = Fraction(2 if quadratic > 0 else 1 if linear > 0 else 0)
    total = Growth((start + linear + quadratic).upper(), degree, arb(0), arb(0))
    return _tighten(Bound(Rectangle(re, im), arb(0), total))


def _softplus(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    """log(1 + e^g): small for Re g < 0, g plus something small for Re g > 0, near the real value otherwise."""
    rectangle = g.rectangle
    real = rectangle.is_real()

    def on_reals(x: Any) -> Any:
        return x + (1 + (-x).exp()).log() if x > 0 else (1 + x.exp()).log()

    y = rectangle.im.greatest_magnitude()
    re = rectangle.re.monotone_image(on_reals, 0, _INFINITY)
    if rectangle.re.hi < 0:
        q = rectangle.re.hi.exp().upper()
        return _disc(0, (-(1 - q).log()).upper(), real=real)
    if not y < arb.pi():
        raise SingularIntegrandError(f"{node}: the imaginary part of the argument may reach the cut at ±π")
    # d softplus = sigmoid, |1 + e^{x+it}| ≥ 1 for |t| ≤ π/2 and ≥ |sin t| beyond.
    away = y if y < arb.pi() / 2 else (y / y.sin()).upper()
    away = arb(0) if real else away
    image = Rectangle(re + symmetric(away), POINT_ZERO if real else symmetric(away))
    growth = constant_growth((arb(2).log() + away).upper()) + g.growth
    return _tighten(Bound(image, arb(0), growth))


_RULES: dict[str, Callable[[Expression, Bound, HalfStrip], Bound]] = {
    "exp": _exponential,
    "sinh": _hyperbolic,
    "cosh": _hyperbolic,
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "sech": _sech,
    "erf": _erf,
    "erfc": _erf,
    "sin": _sine,
    "cos": _sine,
    "tan": _tan,
    "atan": _atan,
    "log": _log,
    "softplus": _softplus,
}
