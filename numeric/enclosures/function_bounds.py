"""Proved bounds of each function of a tree on a half-strip, from the bounds of its argument there.

Every rule returns a rectangle of values, a lower bound of the modulus and a majorant; one that cannot exclude a pole
or a branch cut raises instead of guessing.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb

from numeric.enclosures.ball_evaluation import evaluate
from numeric.enclosures.ball_expression import Expression
from numeric.enclosures.balls import rational_ball
from numeric.enclosures.extended_intervals import (
    POINT_ZERO,
    Interval,
    Rectangle,
    exponential,
    greatest,
    rectangle_of,
    symmetric,
)
from numeric.enclosures.growth import Growth, GrowthError, constant_growth
from numeric.enclosures.half_strip import Bound, HalfStrip, SingularIntegrandError, bounded, disc, tighten
from numeric.enclosures.polynomial_trees import polynomial_coefficients

_INFINITY = arb.pos_inf()


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
    return tighten(Bound(rectangle, g.rectangle.re.least_magnitude().sinh().lower(), growth))


def _tanh(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    """|tanh(x+iy)|² = (sinh²x + sin²y)/(sinh²x + cos²y) ≤ max(1, tan²y); near ±1 for large |x|."""
    rectangle = g.rectangle
    if rectangle.is_real():
        return bounded(Rectangle(rectangle.re.monotone_image(lambda x: x.tanh(), -1, 1), POINT_ZERO))
    m = rectangle.re.least_magnitude()
    if m > 0:
        q = (-2 * m).exp().upper()
        return disc(1 if rectangle.re.lo > 0 else -1, (2 * q / (1 - q)).upper(), real=False)
    return disc(0, _greatest_tangent(node, rectangle.im), real=False)


def _greatest_tangent(node: Expression, angle: Interval) -> Any:
    tangent = angle.ball().tan() if angle.is_finite() else arb("nan")
    if not tangent.is_finite():
        raise SingularIntegrandError(f"{node}: the region may hold poles of {node.head}")
    return greatest([arb(1), tangent.abs_upper()])


def _sigmoid(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    rectangle = g.rectangle
    if rectangle.is_real():
        return bounded(Rectangle(rectangle.re.monotone_image(lambda x: 1 / (1 + (-x).exp()), 0, 1), POINT_ZERO))
    m = rectangle.re.least_magnitude()
    if m > 0:
        # |1/(1+w) − 1| and |w/(1+w)| ≤ q/(1 − q) for |w| ≤ q = e^{−m}.
        q = (-m).exp().upper()
        return disc(1 if rectangle.re.lo > 0 else 0, (q / (1 - q)).upper(), real=False)
    half = Interval(arb(0.5), arb(0.5))
    tangent = _greatest_tangent(node, half * rectangle.im)  # sigmoid(g) = (1 + tanh(g/2))/2
    return disc(0, ((1 + tangent) / 2).upper(), real=False)


def _sech(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    """|cosh(x+iy)|² = sinh²x + cos²y."""
    rectangle = g.rectangle
    if rectangle.is_real():
        return bounded(Rectangle(Interval(arb(0), (1 / rectangle.re.least_magnitude().cosh()).upper()), POINT_ZERO))
    m = rectangle.re.least_magnitude()
    cosine = rectangle.im.ball().cos().abs_lower() if rectangle.im.is_finite() else arb(0)
    floor = greatest([cosine, m.sinh().lower()])
    if not floor > 0:
        raise SingularIntegrandError(f"{node}: the region may hold poles of 1/cosh")
    return disc(0, (1 / floor).upper(), real=False)


def _erf(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    """|erf(x+iy) − erf(x)| = |2/√π ∫₀^y e^{(t−ix)²} dt| ≤ (2/√π)·|y|·e^{y²−x²}."""
    complement = node.head == "erfc"
    re = g.rectangle.re.monotone_image(lambda x: x.erf(), -1, 1)
    if complement:
        re = Interval(arb(1), arb(1)) + -re
    if g.rectangle.is_real():
        return bounded(Rectangle(re, POINT_ZERO))
    y = g.rectangle.im.greatest_magnitude()
    if not y.is_finite():
        raise GrowthError(f"{node}: no bound is known where the imaginary part of the argument is unbounded")
    x = g.rectangle.re.least_magnitude()
    away = (2 * y * (y * y - x * x).exp() / arb.pi().sqrt()).upper()
    return bounded(Rectangle(re + symmetric(away), symmetric(away)))


def _sine(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    """|sin| and |cos| ≤ cosh(Im g)."""
    if g.rectangle.is_real():
        return bounded(Rectangle(symmetric(arb(1)), POINT_ZERO))
    y = g.rectangle.im.greatest_magnitude()
    if not y.is_finite():
        raise GrowthError(f"{node}: no bound is known where the imaginary part of the argument is unbounded")
    return disc(0, y.cosh().upper(), real=False)


def _tan(node: Expression, _g: Bound, _: HalfStrip) -> Bound:
    raise SingularIntegrandError(f"{node}: tan has poles, and the argument is not proved to avoid them for large |z|")


def _atan(node: Expression, g: Bound, _: HalfStrip) -> Bound:
    """The vertical segment from x to x + iy changes atan by at most ∫ dt/(1 − t²) = atanh|y|, |y| < 1."""
    half_pi = (arb.pi() / 2).upper()
    re = g.rectangle.re.monotone_image(lambda x: x.atan(), -half_pi, half_pi)
    if g.rectangle.is_real():
        return bounded(Rectangle(re, POINT_ZERO))
    y, x = g.rectangle.im.greatest_magnitude(), g.rectangle.re.least_magnitude()
    if y < 1:
        away = y.atanh().upper()
    elif x > 1:
        # atan z = ±π/2 − atan(1/z) off the imaginary axis, and |atan w| ≤ atanh|w| for |w| < 1.
        away = (1 / x).atanh().upper()
        re = symmetric(half_pi)
    else:
        raise SingularIntegrandError(f"{node}: the argument may meet the cuts of atan on the imaginary axis")
    return bounded(Rectangle(re + symmetric(away), symmetric(away)))


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
    return tighten(Bound(Rectangle(re, im), arb(0), total))


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
        return disc(0, (-(1 - q).log()).upper(), real=real)
    if not y < arb.pi():
        raise SingularIntegrandError(f"{node}: the imaginary part of the argument may reach the cut at ±π")
    # d softplus = sigmoid, |1 + e^{x+it}| ≥ 1 for |t| ≤ π/2 and ≥ |sin t| beyond.
    away = y if y < arb.pi() / 2 else (y / y.sin()).upper()
    away = arb(0) if real else away
    image = Rectangle(re + symmetric(away), POINT_ZERO if real else symmetric(away))
    growth = constant_growth((arb(2).log() + away).upper()) + g.growth
    return tighten(Bound(image, arb(0), growth))


RULES: dict[str, Callable[[Expression, Bound, HalfStrip], Bound]] = {
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
