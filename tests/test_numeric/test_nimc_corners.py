"""The corners of nimc's probability lemmas: hypotheses are enforced, values agree with independent ones."""

from dataclasses import replace
from fractions import Fraction
from math import erfc, exp, log, sqrt

import numpy as np
import pytest
from flint import arb

from numeric.nimc.rare_hits import RareHit, UnmetHypothesisError
from numeric.nimc.relu_pairs import anchored_rayleigh_quotient, user_block_difference
from numeric.nimc.relu_second_moments import second_moment_norm
from numeric.nimc.scarce_items import enclose_energy_product, enclose_samples_asked
from numeric.nimc.tail_probabilities import enclose_planar_confidence, enclose_product_excess

RARE = RareHit(bound=10**9, power=5, factor=40, samples=6492191, gamma=Fraction(1, 10**12))


def test_the_rare_hit_is_more_likely_than_allowed():
    failure, again = RARE.enclose_failure("power"), RARE.enclose_failure("exponential")
    assert failure.overlaps(again)
    assert float(failure) == pytest.approx(1 - exp(-6492191e-9), rel=1e-6)
    assert RARE.enclose_allowance("power") < failure


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"samples": 6492190}, "not certainly at least"),
        ({"gamma": Fraction(1, 2)}, "γ"),
        ({"samples": 10**7}, "one hit"),
    ],
)
def test_an_instance_outside_the_hypotheses_is_refused(change, message):
    with pytest.raises(UnmetHypothesisError, match=message):
        replace(RARE, **change).enclose_failure("power")


def test_tails_agree_with_floating_point():
    excess = enclose_product_excess(3040, Fraction(11, 10), "erfc")
    assert float(excess) == pytest.approx(erfc(sqrt(5.5 * log(3040)) / sqrt(2)) / 2, rel=1e-9)
    assert float(enclose_planar_confidence(3, "integral")) == pytest.approx(1 - 0.5 * 3.0**-10, abs=1e-12)
    assert float(enclose_planar_confidence(1, "closed-form")) == 0.5


def test_scarce_items():
    assert float(enclose_samples_asked(3, 2, Fraction(1, 2), 100)) == pytest.approx(24 * log(100))
    balls = [enclose_energy_product("sigmoid", method) for method in ("trapezoid", "gauss-legendre")]
    assert balls[0].overlaps(balls[1])
    assert all(abs(ball - arb("0.01315")) < arb("0.00001") for ball in balls)


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_second_moments_agree_with_sampling(dimension):
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((2, 400_000, dimension))
    squared = (x**2).sum(axis=1)
    users = ((x[:, 0] > 0) * squared * x.T**2).mean(axis=1) * (np.maximum(y[:, 0], 0) ** 4).mean()
    cross = (np.maximum(x[:, 0], 0) ** 2 * x.T**2).mean(axis=1) * (
        np.maximum(y[:, 0], 0) ** 2 * (y**2).sum(axis=1)
    ).mean()
    assert users.max() == pytest.approx(float(second_moment_norm(dimension, "users")), rel=0.05)
    assert cross.max() == pytest.approx(float(second_moment_norm(dimension, "cross")), rel=0.05)


def test_relu_pairs():
    assert user_block_difference(Fraction(10, 9), Fraction(1)) == Fraction(19, 324)
    assert user_block_difference(Fraction(1), Fraction(1)) == 0
    assert anchored_rayleigh_quotient(Fraction(3)) == Fraction(9, 2)
