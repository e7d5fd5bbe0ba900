"""Arguments for all sizes and the rules they are made with: each refuses a near miss."""

import inspect

import pytest
from flint import fmpq
from sympy import symbols

from symbolic.clarke import PiecewiseLinear, Polytope
from symbolic.derivation import Derivation, StepError
from symbolic.local_surjection import machine_arguments, matrix_arguments
from symbolic.local_surjection.block_words import ONE, Product, blocks, multiplication, word
from symbolic.local_surjection.closure_argument import dense_part_suffices
from symbolic.local_surjection.facts import Facts, also, combination, vanishes
from symbolic.local_surjection.root_two import RootTwo, half_power

x, y = symbols("x y")


def arguments():
    for module in (matrix_arguments, machine_arguments):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield pytest.param(function, id=name)


@pytest.mark.parametrize("argument", list(arguments()))
def test_every_argument_holds_and_survives_a_recheck(argument):
    needed = [p for p in inspect.signature(argument).parameters.values() if p.default is p.empty]
    for choice in (True, False) if needed else (None,):
        derivation = argument() if choice is None else argument(choice)
        assert derivation.steps
        assert derivation.recheck()
        assert all(isinstance(value, str) for record in derivation.to_records() for value in record.values())


@pytest.mark.parametrize(
    ("terms", "multiples", "goal"),
    [
        ([(-1, (x,))], [], -x),  # a negative coefficient
        ([(1, (y,))], [], y),  # a factor that is not known
        ([(1, (x,))], [(y, x)], x + x * y),  # an equation that is not known
        ([(1, (x,))], [], x + 1),  # does not add up
        ([(1, (y, y, y))], [], y**3),  # an odd power is no square
    ],
)
def test_combination_refuses(terms, multiples, goal):
    known = Facts((x,))
    with pytest.raises(StepError):
        Derivation(known).then(also(known, goal), combination(terms, multiples))


def test_combination_refuses_to_drop_or_change_what_is_known():
    with pytest.raises(StepError):
        Derivation(Facts((x, y))).then(Facts((y, y)), combination([(1, (y,))]))
    with pytest.raises(StepError):
        Derivation(Facts((x,))).then(Facts((x, x), (y,)), combination([(1, (x,))]))


def test_squares_and_equations_may_be_used():
    known = Facts((), (x - 1,))
    chain = Derivation(known).then(also(known, y**2), combination([(1, (y, y))]))
    assert chain.then(also(chain.result, x - 1), combination([], [(x - 1, 1)])).recheck()


def test_vanishing_is_decided_by_expansion():
    assert vanishes((x + y) * (x - y) - x**2 + y**2)
    assert not vanishes(x * y - 1)


def test_words_do_not_commute():
    product = Product((blocks(["A"]), blocks(["B"])))
    assert Derivation(product).then(blocks(["A B"]), multiplication({})).recheck()
    with pytest.raises(StepError):
        Derivation(product).then(blocks(["B A"]), multiplication({}))


def test_transposition_reverses():
    assert word("B A'") - ONE == (word("A B'") - ONE).T


def test_closure_argument_needs_both_hypotheses():
    assert len(dense_part_suffices()) == 3
    for hypothesis in ("compact", "dense"):
        with pytest.raises(StepError):
            dense_part_suffices(**{hypothesis: False})


def test_signs_in_root_two():
    assert RootTwo(fmpq(3), fmpq(-2)).sign == 1
    assert RootTwo(fmpq(-3), fmpq(2)).sign == -1
    assert RootTwo(fmpq(0), fmpq(0)).sign == 0
    assert half_power(3) * half_power(3) == RootTwo(fmpq(1, 8), fmpq(0))


def test_polytope_membership_and_separation():
    triangle = Polytope.of([[0, 0], [4, 0], [0, 4]])
    assert triangle.separating_direction((fmpq(1), fmpq(1))) is None
    assert triangle.separating_direction((fmpq(2), fmpq(2))) is None
    w = triangle.separating_direction((fmpq(3), fmpq(2)))
    assert 3 * w[0] + 2 * w[1] > triangle.support(w)
    assert triangle.difference(triangle.times(fmpq(2))) is None
    point, w = triangle.times(fmpq(2)).difference(triangle)
    assert point in triangle.times(fmpq(2)).points


def test_polytope_sum_of_segments_is_the_square():
    square = Polytope.of([[0, 0], [1, 0]]) + Polytope.of([[0, 0], [0, 1]])
    assert len(square.points) == 4
    assert Polytope.of([[0], [1]]).beside(Polytope.of([[0], [1]])) == square


@pytest.mark.parametrize("points", [[], [[0], [0, 1]]])
def test_bad_polytopes(points):
    with pytest.raises(ValueError, match="polytope"):
        Polytope.of(points)


def test_piecewise_values_and_limits():
    f = PiecewiseLinear.of([0, 2], [-1, 0, 3])
    assert [f(fmpq(v)) for v in (-2, 0, 1, 2, 4)] == [2, 0, 0, 0, 6]
    assert f.clarke(fmpq(2)) == (0, 3)
    assert PiecewiseLinear.of([0], [2, 1]).frechet(fmpq(0)) == ()
    with pytest.raises(ValueError, match="do not describe"):
        PiecewiseLinear.of([0, 0], [1, 2, 3])
