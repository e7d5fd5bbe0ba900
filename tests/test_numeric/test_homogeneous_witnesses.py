"""The witnesses behind the refutations of Corollary 18 and Section 6.2 and the barrier of Theorem 17, at numbers."""

from fractions import Fraction

import numpy as np
import pytest

from numeric.homogeneous.barrier_pair import on_the_barrier, slice_at
from numeric.homogeneous.boundary_pairs import shooting_off
from numeric.homogeneous.dead_units import Units
from numeric.homogeneous.slope_pair import SlopePoint, slope_cost, slope_run


def test_the_cost_of_slopes_is_continuous_and_least_at_minus_one():
    for k in range(-3, 6):
        for side in (-1, 1):
            near = slope_cost(Fraction(k) + side * Fraction(1, 10**6))
            assert abs(near - slope_cost(Fraction(k))) < Fraction(1, 10**5)
    assert min(slope_cost(Fraction(k, 12)) for k in range(-60, 600)) == slope_cost(Fraction(-1)) == Fraction(1, 2)


@pytest.mark.parametrize("k", [1, 2, 7])
def test_every_positive_slope_is_a_strict_local_minimum_of_the_cost(k):
    for step in range(1, 50):
        for side in (-1, 1):
            assert slope_cost(k + side * Fraction(step, 100)) > slope_cost(Fraction(k))


def test_the_point_of_corollary_18_is_stable_under_random_steps():
    generator = np.random.default_rng(11)
    point = slope_run(1).start
    weights, slopes = np.array([float(point.a), float(point.b)]), np.ones(2)
    x, y = np.sqrt(weights), np.sqrt(weights) * slopes

    def objective(x, y):
        cost = sum(float(u**2) * float(slope_cost(Fraction(v / u))) for u, v in zip(x, y, strict=True))
        return (np.sum(x**2) - 4) ** 2 / 2 + cost

    start = objective(x, y)
    assert start == pytest.approx(39 / 8)
    for _ in range(300):
        dx, dy = generator.normal(size=(2, 2)) * 0.05 * generator.uniform()
        assert objective(x + dx, y + dy) >= start - 1e-12


def test_the_run_never_comes_near_the_least_value():
    for sign in (-1, 1):
        run = slope_run(sign)
        assert run.visits_local_minima()
        assert run.descends_strictly()
        values = [p.value for p in run.minima()]
        assert values == sorted(values, reverse=True)
        assert min(values) > Fraction(7, 2)
    best = SlopePoint(Fraction(7, 4), Fraction(7, 4), -1)
    assert best.value == Fraction(15, 8)


def test_dead_units_are_stable_and_spurious():
    generator = np.random.default_rng(3)
    units = Units(((-1, 0),) * 3)
    assert (units.value, Units(((1, 4),)).value) == (Fraction(25, 2), Fraction(9, 2))
    assert units.all_units_are_dead()
    for _ in range(200):
        x = np.array(units.units, dtype=float) + generator.uniform(-0.5, 0.5, size=(3, 2))
        output = np.sum(np.maximum(x[:, 0], 0) * x[:, 1])
        assert (output - 5) ** 2 / 2 + np.sum(np.abs(x[:, 0] * x[:, 1])) >= 12.5


def test_the_barrier_lies_above_the_start():
    for point in on_the_barrier():
        assert point.value > slice_at(0, 1).value - Fraction(1, 100)
    x = Fraction(1, 2)
    ridge = [slice_at(x * t, Fraction(99, 70) * x * t).value for t in (Fraction(k, 10) for k in range(25))]
    assert min(ridge) > Fraction(77, 18) - Fraction(1, 1000)
    assert slice_at(0, 1).value == 4
    assert slice_at(1, 0).value == 3


def test_the_shear_slice_is_what_its_record_says():
    e = Fraction(1, 8)
    x, y = Fraction(1, 2), 1 / e
    assert (x * abs(x), x * y) == (Fraction(1, 4), 1 / (2 * e))
    assert shooting_off().to_record()["output"] == "(1/4, 1/2*e^-1)"
    assert not shooting_off().image_is_bounded()
