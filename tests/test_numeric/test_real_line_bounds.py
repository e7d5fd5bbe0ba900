"""Majorants hold at sampled points of their region; singular and fast-growing trees are refused by name."""

import random
from fractions import Fraction

import pytest
from flint import acb, arb

from numeric.enclosures.activation_trees import gelu, square_root
from numeric.enclosures.ball_evaluation import evaluate
from numeric.enclosures.ball_expression import Z, apply, rational
from numeric.enclosures.balls import rational_ball, working_bits
from numeric.enclosures.growth import Growth, start_of_small_tail
from numeric.enclosures.half_strip import HalfStrip
from numeric.enclosures.half_strip_bounds import half_strip_growth, half_strip_rectangle
from numeric.enclosures.real_line_bounds import GrowthError, IntegrandError, SingularIntegrandError, real_line_bounds

A = apply
ACCEPTED = {
    "silu": Z / (1 + A("exp", -Z * Fraction(851, 500))),
    "tanh^3": A("tanh", Z) ** 3,
    "softplus": A("softplus", Z),
    "mish": Z * A("tanh", A("softplus", Z)),
    "witch": 1 / (1 + Z**2),
    "root": square_root(1 + Z**2),
    "exp": A("exp", Z),
    "spike": A("exp", -1000 * (Z - Fraction(1, 3)) ** 2),
    "gelu": gelu(),
    "bounded denominator": 1 / (2 + A("sin", Z)),
    "quartic": A("exp", -(Z**4) + 3 * Z**3),
    "log": A("log", 2 + A("exp", Z**2 / 8)),
    "atan": A("atan", 2 * Z - 1),
    "cosh": A("cosh", 3 * Z) / A("exp", Z),
    "sinh": A("sinh", Z / 2),
    "erfc": A("erfc", Z) * Z**3,
    "power": (1 + Z**2) ** Fraction(-2, 3),
    "sigmoid of a square": A("sigmoid", Z**2),
    "sech": A("sech", Z),
    "third": A("exp", Z**2 / 3),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_real_majorants_hold(name):
    f = ACCEPTED[name]
    bounds = real_line_bounds([f, f.derivative()])
    rng = random.Random(name)  # noqa: S311 - test points
    with working_bits(128):
        for _ in range(30):
            x = Fraction(rng.randint(0, 40 * 64), 64)
            for side, growths in ((1, bounds.right), (-1, bounds.left)):
                for i, tree in enumerate([f, f.derivative()]):
                    value = abs(evaluate(tree, rational_ball(side * x))).lower()
                    if x >= bounds.start:
                        assert value <= majorant(growths[i], x)
                    else:
                        assert value <= bounds.middle[i]


def majorant(g, x):
    x = rational_ball(x)
    return (g.C * (1 + x) ** rational_ball(g.p) * (g.c * x + g.d * x * x).exp()).upper()


@pytest.mark.parametrize("name", ACCEPTED)
@pytest.mark.parametrize("side", [1, -1])
def test_complex_majorants_and_rectangles_hold(name, side):
    f = ACCEPTED[name]
    rng = random.Random(name)  # noqa: S311 - test points
    proved = 0
    for height in (Fraction(1, 4), Fraction(1), Fraction(2)):
        region = HalfStrip(side, arb(3), rational_ball(-height / 2), rational_ball(height))
        try:
            growth = half_strip_growth([f], region)[0]
            rectangle = half_strip_rectangle(f, region)
        except IntegrandError:
            continue
        proved += 1
        with working_bits(128):
            for _ in range(20):
                x = 3 + Fraction(rng.randint(0, 20 * 64), 64)
                y = -height / 2 + height * Fraction(3, 2) * Fraction(rng.randint(0, 64), 64)
                value = evaluate(f, acb(rational_ball(side * x), rational_ball(y)))
                assert value.abs_lower() <= majorant(growth, x)
                assert not value.real < rectangle.re.lo
                assert not value.real > rectangle.re.hi
                assert not value.imag < rectangle.im.lo
                assert not value.imag > rectangle.im.hi
    # The strips of these two meet growth and cuts that are really there.
    assert proved or name in {"quartic", "log"}


@pytest.mark.parametrize(
    ("f", "error", "words"),
    [
        (1 / Z, SingularIntegrandError, "near z = 0"),
        (A("log", Z), SingularIntegrandError, "log"),
        (square_root(Z), SingularIntegrandError, "positive"),
        (A("tan", Z), SingularIntegrandError, "tan has poles"),
        (1 / (Z**2 - 2), SingularIntegrandError, "near z = -1.41421"),
        (A("log", Z**2), SingularIntegrandError, "logarithm"),
        (1 / (1 - A("exp", Z)), SingularIntegrandError, "division"),
        (1 / A("sin", Z), SingularIntegrandError, "divisor"),
        (A("log", rational(-1)) * Z, SingularIntegrandError, "constant"),
        (A("exp", Z**2), GrowthError, "d >= 1/2"),
        (A("exp", Z**2 / 2), GrowthError, "d >= 1/2"),
        (A("exp", Z**3), GrowthError, "faster"),
        (A("exp", A("exp", Z)), GrowthError, "faster"),
        (A("cosh", Z**2), GrowthError, "d >= 1/2"),
    ],
)
def test_refusals_name_the_cause(f, error, words):
    with pytest.raises(error, match=words):
        real_line_bounds([f])


def test_the_tail_bound_is_above_the_tail_and_not_far():
    # E[z²; z > 5] in closed form.
    with working_bits(128):
        density = (-arb(25) / 2).exp() / (2 * arb.pi()).sqrt()
        truth = 5 * density + (arb(5) / arb(2).sqrt()).erfc() / 2
        bound = Growth(arb(1), Fraction(2), arb(0), arb(0)).tail_integral(arb(5))
    assert truth < bound < 2 * truth


def test_gaussian_integrals_are_bounds():
    with working_bits(128):
        # ∫₀^∞ e^{3x}·density = e^{9/2}·Φ(3); with d = −2: s = 5/2.
        first = Growth(arb(1), Fraction(0), arb(3), arb(0)).gaussian_integral()
        truth = (arb(9) / 2).exp() * (1 + (arb(3) / arb(2).sqrt()).erf()) / 2
        assert truth < first < 8 * truth
        falling = Growth(arb(1), Fraction(0), arb(-3), arb(-2)).gaussian_integral()
        assert falling > arb("0.12")
        assert falling.is_finite()


def test_a_start_with_a_small_tail_is_proved():
    growth = Growth(arb(1), Fraction(3), arb(10), arb("0.25").mid())
    with working_bits(64):
        start = start_of_small_tail([growth], arb(10) ** -30, arb(2))
        assert growth.tail_integral(start) < arb(10) ** -30


def test_sigmoid_of_a_steep_argument_is_analytic():
    """exp of a wide ball reaches below -1 by rounding alone; the function has no pole on the line."""
    steep = apply("sigmoid", 10**5 * Z)
    assert bool(real_line_bounds([steep]).middle[0] < 1.01)
