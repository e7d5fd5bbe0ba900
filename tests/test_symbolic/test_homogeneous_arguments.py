"""Arguments by multipliers, degrees and weighted slices: what they must refuse."""

from fractions import Fraction

import pytest

from symbolic.homogeneous.argument import ARBITRARY, Argument, ArgumentError, Fact
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


def test_sums_over_slices_need_an_indexed_factor_in_every_term():
    argument = Argument(("a", "b", "c", "A", "B"), indexed={"a": "i", "b": "j"}, totals={"A": ("a",), "B": ("b",)})
    a, b, c, A, B = argument.generators
    fact = argument.given("termwise", 2 * c * a)
    assert argument.sum_over("summed", fact).polynomial == 2 * c * A
    for polynomial in (a + 1, a + c, a**2, a * b):
        with pytest.raises(ArgumentError, match="no declared total"):
            argument.sum_over("no", argument.given("no", polynomial))
    assert argument.sum_over("both sums", argument.given("of one line", a - b, "=")).polynomial == A - B


def test_a_strict_termwise_inequality_need_not_be_strict_when_summed():
    argument = Argument(("a", "A"), indexed={"a": "i"}, totals={"A": ("a",)})
    a, A = argument.generators
    total = argument.sum_over("there may be no slice", argument.given("a_i > 0", a, ">"))
    assert (total.sign, total.polynomial) == (">=", A)


@pytest.mark.parametrize(
    ("totals", "match"),
    [
        ({"A": ("a", "b")}, "one index"),
        ({"A": ("c",)}, "one index"),
        ({"A": ("a",), "B": ("a",)}, "another role"),
        ({"b": ("a",)}, "another role"),
    ],
)
def test_totals_are_of_one_index_and_have_one_role(totals, match):
    with pytest.raises(ArgumentError, match=match):
        Argument(("a", "b", "c", "A", "B"), indexed={"a": "i", "b": "j"}, totals=totals)


def test_a_limit_is_taken_only_where_nothing_else_moves():
    argument = Argument(("e", "x", "y"), small={"e": ("y",)}, fixed=("x",))
    e, x, y = argument.generators
    near, most = argument.given("y ≤ e + ex", e + x * e - y), argument.given("x + y ≥ 0", x + y)
    assert argument.limit("x ≥ 0", argument.conclude("near", x + e + x * e, {near: 1, most: 1}), e).polynomial == x
    strict = argument.given("y < e", e - y, ">")
    assert argument.limit("not strict", argument.conclude("near", x + e, {strict: 1, most: 1}), e).sign == ">="
    with pytest.raises(ArgumentError, match="y may change"):
        argument.limit("no", argument.given("y + e ≥ 0", y + e), e)
    with pytest.raises(ArgumentError, match="not declared arbitrarily small"):
        argument.limit("no", argument.given("x ≥ 0", x), x)


def test_names_are_given_to_fresh_symbols_only_and_hide_no_dependence():
    argument = Argument(("e", "i", "x", "y", "z", "w"), indexed={"i": "slice"}, small={"e": ("z",)})
    e, i, x, y, z, w = argument.generators
    argument.given("x ≥ 0", x)
    for symbol, value, match in (
        (x, y, "not fresh"),
        (y, y + 1, "not fresh"),
        (e, x, "not fresh"),
        (y, i, "must have the index"),
        (y, e, "depends on e"),
        (y, z, "depends on e"),
        (2 * y, x, "not a symbol"),
    ):
        with pytest.raises(ArgumentError, match=match):
            argument.define("no", symbol, value)
    assert argument.define("w = 2x", w, 2 * x).polynomial == w - 2 * x


def test_reciprocals_and_roots_need_signs():
    argument = Argument(("x", "y", "r", "s"), nonnegative={"x": "arbitrary"})
    x, y, r, s = argument.generators
    weak, strict = argument.given("x ≥ 0", x), argument.given("y > 0", y, ">")
    with pytest.raises(ArgumentError, match="positive"):
        argument.reciprocal("no", r, weak)
    inverse = argument.reciprocal("r = 1/y", r, strict)
    assert argument.conclude("rx ≥ 0: r is nonnegative now", r * x, {weak: r}).sign == ">="
    assert inverse.polynomial == r * y - 1
    assert argument.root("s² = x", s, weak).polynomial == s**2 - x
    with pytest.raises(ArgumentError, match="equality"):
        argument.root("no", s, inverse)


def test_what_is_defined_or_a_total_is_not_arbitrary():
    argument = Argument(("x", "y", "a", "A"), indexed={"a": "i"}, totals={"A": ("a",)})
    x, y, _, A = argument.generators
    argument.define("x = -1", x, -1)
    for quantity in (x, A):
        with pytest.raises(ArgumentError, match="is not arbitrary"):
            argument.given("it is positive", quantity, ">", by=ARBITRARY)
    argument.given("y > 0", y, ">", by=ARBITRARY)
    with pytest.raises(ArgumentError, match="not fresh"):
        argument.define("y = -1", y, -1)
