"""Arguments by multipliers and degrees: what they must refuse."""

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
from symbolic.homogeneous.support import support


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


def test_an_arbitrary_quantity_is_not_tied_to_what_does_not_follow_it():
    argument = Argument(("v", "w", "m", "x"), nonnegative={"v": ARBITRARY}, follows={"v": ("m",)})
    v, w, m, x = argument.generators
    for polynomial, sign in ((v - w, "="), (1 - v, ">="), (w - v * x, ">"), (v, "=")):
        with pytest.raises(ArgumentError, match="ties v"):
            argument.given("no", polynomial, sign)
    argument.given("m = v x", m - v * x, "=")
    for polynomial in (m - w, m - v * w, m - 1):
        with pytest.raises(ArgumentError, match="meaning already"):
            argument.given("a second equality", polynomial, "=")
    argument.given("what follows is at least w", m - w)
    assert argument.gaps == ()


def test_what_is_made_of_an_arbitrary_quantity_follows_it():
    argument = Argument(("v", "u", "w", "m"), indexed={"m": "i"}, follows={"v": ("u", "m")})
    v, u, w, _ = argument.generators
    step = argument.given("v > 0", v, ">", by=ARBITRARY)
    with pytest.raises(ArgumentError, match="w depends on v"):
        argument.define("w = v", w, v)
    assert argument.reciprocal("u = 1/v", u, step).polynomial == u * v - 1
    with pytest.raises(ArgumentError, match="depends on v"):
        Argument(("v", "m", "M"), indexed={"m": "i"}, totals={"M": ("m",)}, follows={"v": ("m",)})
    with pytest.raises(ArgumentError, match="follows v, so depends on e"):
        Argument(("e", "v", "m"), small={"e": ("v",)}, follows={"v": ("m",)})


def test_a_quantity_with_premises_is_not_declared_arbitrary_afterwards():
    argument = Argument(("v", "w"))
    v, w = argument.generators
    argument.given("v = w", v - w, "=")
    with pytest.raises(ArgumentError, match="not arbitrary"):
        argument.given("v > 0", v, ">", by=ARBITRARY)


def test_what_follows_a_choice_undeclared_is_a_gap():
    argument = Argument(("v", "w"), nonnegative={"v": ARBITRARY})
    v, w = argument.generators
    argument.given("v = w", v - w, "=")
    assert argument.gaps == ("v = w: what depends on the choice of v is not declared",)


def test_a_small_quantity_has_no_lower_bound():
    argument = Argument(("e", "f", "K"), small={"e": ("K",)}, fixed=("f",))
    e, f, K = argument.generators
    for polynomial, sign in ((e - 1, ">="), (e**2 - e, ">="), (-e, ">="), (e, "="), (e - f, ">="), (e * f - 1, "=")):
        with pytest.raises(ArgumentError, match="ties e"):
            argument.given("no", polynomial, sign)
    argument.given("e > 0", e, ">")
    argument.given("e ≤ 1", 1 - e)
    argument.given("K ≤ f + e", f + e - K)


def test_a_limit_keeps_only_what_is_declared_fixed():
    for fixed, gaps in ((None, 1), ((), 0)):
        argument = Argument(("e", "x", "K"), small={"e": ("K",)}, fixed=fixed)
        e, x, K = argument.generators
        below = argument.conclude(
            "x ≤ e", e - x, {argument.given("x ≤ K", K - x): 1, argument.given("K ≤ e", e - K): 1}
        )
        if gaps:
            assert argument.limit("x ≤ 0", below, e).polynomial == -x
            assert argument.gaps == ("x ≤ 0: x is not declared to be fixed while e tends to 0",)
        else:
            with pytest.raises(ArgumentError, match="x is neither fixed"):
                argument.limit("x ≤ 0", below, e)
    with pytest.raises(ArgumentError, match="cannot be fixed"):
        Argument(("e", "K"), small={"e": ("K",)}, fixed=("K",))


def test_one_limit_leaves_what_depends_on_another_small_quantity():
    argument = Argument(("s", "e", "K", "t"), small={"e": ("K", "t"), "s": ("t",)}, fixed=())
    s, e, K, t = argument.generators
    near = argument.conclude(
        "K ≤ e + s", e + s - K, {argument.given("K ≤ t", t - K): 1, argument.given("t ≤ e + s", e + s - t): 1}
    )
    assert argument.limit("K ≤ e", near, s).polynomial == e - K
    with pytest.raises(ArgumentError, match="K may change"):
        argument.limit("no", near, e)


def test_premises_with_an_index_say_that_they_hold_for_every_slice():
    argument = Argument(("x", "c"), indexed={"x": "i"})
    x, c = argument.generators
    assert argument.given("all are c", c - x, "=", each="i").to_latex().endswith(r"\forall i")
    assert argument.gaps == ()
    with pytest.raises(ArgumentError, match="have the index i"):
        argument.given("no", x, each="j")
    with pytest.raises(ArgumentError, match="have the index none"):
        argument.given("no", c, each="i")
    argument.given("one is c", c - x, "=")
    assert argument.gaps == ("one is c: not said to hold for every i",)


def test_numbers_are_no_premises_and_contradictions_no_conclusions():
    argument = Argument(("x",))
    (x,) = argument.generators
    for number in (0, 1, -1):
        with pytest.raises(ArgumentError, match="about no quantity"):
            argument.given("no", number, "=")
    low, high = argument.given("x ≥ 1", x - 1), argument.given("x ≤ 0", -x)
    with pytest.raises(ArgumentError, match="contradict"):
        argument.conclude("-1 ≥ 0", -1, {low: 1, high: 1})


def names(facts):
    return [fact.name for fact in facts]


def test_a_conclusion_rests_on_what_its_steps_use_and_on_nothing_else():
    argument = Argument(("a", "b", "t", "u"), nonnegative={"t": "weight", "u": "unused"})
    a, b, t, u = argument.generators
    first, second = argument.given("a ≥ 0", a, by="one"), argument.given("b ≥ 0", b, by="two")
    argument.given("b ≤ 1", 1 - b, by="three")
    argument.conclude("ta ≥ 0", t * a, {first: t, second: 0})
    argument.conclude("both", t * a + u**2 * b, {first: t, second: u**2})
    assert names(support(argument, "goal", t * a)) == ["a ≥ 0", "t is nonnegative"]
    assert names(support(argument, "goal", t * a + u**2 * b)) == ["a ≥ 0", "b ≥ 0", "t is nonnegative"]
    for polynomial, sign in ((a, ">="), (t * a, ">"), (2 * t * a, ">="), (-t * a, ">=")):
        with pytest.raises(ArgumentError, match="no step concludes"):
            support(argument, "goal", polynomial, sign)


def test_the_sign_of_a_reciprocal_is_a_ground():
    argument = Argument(("a", "b", "inverse"))
    a, b, inverse = argument.generators
    positive, other = argument.given("a > 0", a, ">"), argument.given("b ≥ 0", b)
    argument.reciprocal("1/a", inverse, positive)
    argument.conclude("b/a ≥ 0", b * inverse, {other: inverse})
    assert names(support(argument, "goal", b * inverse)) == ["a > 0", "b ≥ 0"]


def test_definitions_identities_and_named_constants_are_no_conclusions():
    argument = Argument(("x", "y", "w", "k"), nonnegative={"x": ARBITRARY})
    x, y, w, k = argument.generators
    argument.identity("x = x", x, x)
    naming, constant = argument.define("w = y", w, y), argument.define("k = 0", k, 0)
    argument.conclude("−k = 0", -k, {constant: -1})
    argument.conclude("2w = 2y", 2 * w - 2 * y, {naming: 2})
    argument.known("x ≥ 0", x)
    argument.conclude("2x ≥ 0", 2 * x, {argument.known("x ≥ 0", x): 2})
    argument.square("y² ≥ 0", y)
    assert support(argument, "a square", y**2) == ()
    assert names(support(argument, "of any x", 2 * x)) == ["x is nonnegative"]
    for polynomial, sign, match in (
        (0, "=", "definition or an identity"),
        (w - y, "=", "definition or an identity"),
        (k, "=", "definition or an identity"),
        (-k, "=", "naming a constant"),
        (2 * w - 2 * y, "=", "no premise"),
    ):
        with pytest.raises(ArgumentError, match=match):
            support(argument, "goal", polynomial, sign)
