"""Arguments by multipliers, degrees and weighted slices: what they must refuse."""

from fractions import Fraction

import pytest

from symbolic.homogeneous.argument import Argument, ArgumentError, Fact
from symbolic.homogeneous.degrees import (
    DegreeError,
    added,
    constant,
    degree,
    factor,
    indicator,
    linear,
    multilinear,
    norm,
    pooled,
    raised,
    rectified,
)
from symbolic.homogeneous.weighted_slices import UnknownSliceError, WeightedSlices


def test_multipliers_of_inequalities_must_be_nonnegative():
    argument = Argument(("a", "b", "t"), nonnegative=("t",))
    a, b, t = argument.generators
    fact = argument.given("a ≥ b", a - b)
    assert argument.conclude("times t", t * (a - b), {fact: t}).sign == ">="
    assert argument.conclude("times a square", a**2 * (a - b), {fact: a**2}).sign == ">="
    for multiplier in (-1, a, t - 1, -t, a * b):
        with pytest.raises(ArgumentError, match="may be negative"):
            argument.conclude("no", (a - b) * multiplier, {fact: multiplier})


def test_equalities_may_be_multiplied_by_anything_and_strictness_needs_a_positive_number():
    argument = Argument(("a", "b", "t"), nonnegative=("t",))
    a, b, t = argument.generators
    equal = argument.given("a = b", a - b, "=")
    strict = argument.given("b > 0", b, ">")
    assert argument.conclude("scaled", -a * (a - b), {equal: -a}).sign == "="
    assert argument.conclude("a > 0", a, {equal: 1, strict: 1}).sign == ">"
    assert argument.conclude("t may be 0", t * b, {strict: t}).sign == ">="
    assert argument.conclude("nothing", argument.ring.zero, {strict: 0}).sign == ">="


def test_conclusions_rest_on_facts_of_the_argument_and_on_the_identity():
    argument = Argument(("a",))
    (a,) = argument.generators
    with pytest.raises(ArgumentError, match="neither given nor concluded"):
        argument.conclude("foreign", a, {Fact("typed", a, ">="): 1})
    fact = argument.given("a ≥ 0", a)
    with pytest.raises(ArgumentError, match="the facts give"):
        argument.conclude("too much", 2 * a, {fact: 1})
    with pytest.raises(ArgumentError, match="is not"):
        argument.identity("no", a, a + 1)


def test_undeclared_nonnegative_quantities_are_refused():
    with pytest.raises(ArgumentError, match="not declared"):
        Argument(("a",), nonnegative=("b",))


def test_degrees_of_compositions():
    x, y = factor("x"), factor("y")
    assert degree(multilinear(pooled(rectified(linear(x))), y)) == 2
    assert degree(raised(norm(x), Fraction(1, 2))) == Fraction(1, 2)
    assert degree(added(multilinear(norm(x), norm(y)), raised(norm(x), 2))) == 2
    assert degree(indicator(x, "C")) is None
    assert degree(added(norm(x), indicator(x, "C"))) == 1


@pytest.mark.parametrize(
    "term",
    [
        added(norm(factor("x")), raised(norm(factor("y")), 2)),
        raised(norm(factor("x")), 0),
        raised(norm(factor("x")), -1),
        multilinear(indicator(factor("x"), "C"), factor("y")),
        added(linear(factor("x")), constant("bias")),
    ],
)
def test_compositions_without_a_degree_are_refused(term):
    with pytest.raises(DegreeError):
        degree(term)


def test_a_slice_without_a_value_is_refused():
    with pytest.raises(UnknownSliceError, match="x"):
        WeightedSlices((("x", 1),)).total({})
