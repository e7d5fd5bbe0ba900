"""Paths in card(D) + 1 slots: continuous, never increasing, optimal at the end; and what they refuse."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.homogeneous.exact_paths import Atom
from numeric.homogeneous.path_instances import (
    UncertifiedOptimumError,
    hard_starts,
    least_value,
    path_from,
    planted_path,
    planted_starts,
    rank_one,
    soft_threshold,
)
from numeric.homogeneous.slot_paths import NoPathError, slot_path, with_jump

ENTRY = st.integers(-3, 3)


def assert_is_good(path):
    assert path.begins_at_the_start()
    assert path.is_continuous()
    assert path.stays_in_its_slots()
    assert path.never_increases()
    assert path.ends_at_the_least_value()
    assert path.is_as_wide_as_needed()


@pytest.mark.parametrize("number", range(len(hard_starts())))
def test_hard_starts(number):
    assert_is_good(hard_starts()[number])


@pytest.mark.parametrize("number", range(len(planted_starts())))
def test_planted_starts(number):
    assert_is_good(planted_starts()[number])


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_directions_with_a_planted_optimum(data):
    D = data.draw(st.integers(1, 4))
    W = data.draw(st.tuples(*[st.integers(-2, 2)] * D))
    directions = data.draw(st.lists(st.tuples(*[st.integers(-2, 2)] * D), min_size=D + 1, max_size=2 * D + 3))
    slack = [data.draw(st.integers(0, 2)) for _ in directions]
    pairing = [sum(w * x for w, x in zip(W, a, strict=True)) for a in directions]
    tight = [i for i, (p, s) in enumerate(zip(pairing, slack, strict=True)) if p >= 0 and s == 0]
    weights = st.integers(1, 3)
    goal = [(i, data.draw(weights)) for i in tight if data.draw(st.booleans())]
    numbers = data.draw(st.lists(st.integers(0, len(directions) - 1), max_size=D + 1))
    start = [(i, data.draw(weights)) for i in numbers]
    assert_is_good(planted_path(W, directions, slack, goal, start, data.draw(st.sampled_from([1, Fraction(1, 2), 3]))))


def test_a_planted_optimum_needs_a_certificate():
    with pytest.raises(UncertifiedOptimumError, match="cost more"):
        planted_path((1,), [(1,)], (1,), [(0, 1)], [])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_start_of_small_integers(data):
    m, n = data.draw(st.sampled_from([(1, 1), (1, 2), (1, 3), (2, 2)]))
    slices = data.draw(st.integers(0, m * n + 1))
    start = [(data.draw(st.tuples(*[ENTRY] * m)), data.draw(st.tuples(*[ENTRY] * n))) for _ in range(slices)]
    Y = data.draw(st.tuples(*[st.integers(-6, 6)] * (m * n)))
    assert_is_good(path_from(start, Y, data.draw(st.integers(1, 3))))


def test_the_values_in_between_are_those_of_the_factors():
    for path in hard_starts():
        for segment in path.segments:
            values = [segment.objective(Fraction(k, 7)) for k in range(8)]
            assert values == sorted(values, reverse=True)
            assert all(value >= path.least for value in values)


def test_the_goal_is_the_optimum_of_the_convex_problem():
    Y, weight = tuple(map(Fraction, (5, -2, 1, 0))), Fraction(3, 2)
    goal = soft_threshold(Y, weight)
    X = [sum((a.output[k] for a in goal), Fraction(0)) for k in range(4)]
    W = [(y - x) / weight for x, y in zip(X, Y, strict=True)]
    assert all(abs(w) <= 1 for w in W)
    assert sum(w * x for w, x in zip(W, X, strict=True)) == sum(map(abs, X))
    value = sum((x - y) ** 2 for x, y in zip(X, Y, strict=True)) / 2 + weight * sum(map(abs, X))
    assert value == least_value(Y, weight)


def test_more_slices_than_slots_are_refused():
    Y = (Fraction(1),)
    with pytest.raises(NoPathError, match="3 slices"):
        slot_path([rank_one((1,), (1,))] * 3, [], Y, Fraction(1), Fraction(0))


def test_a_goal_that_is_not_optimal_gives_a_path_that_increases():
    worse = [Atom((Fraction(-9),), Fraction(9))]
    path = slot_path([rank_one((1,), (1,))], worse, (Fraction(4),), Fraction(1), Fraction(7, 2))
    assert path.is_continuous()
    assert not path.never_increases()


def test_a_jump_is_noticed():
    path = hard_starts()[8]
    assert path.is_continuous()
    assert not with_jump(path).is_continuous()
