"""The premises of every argument of global-optimality can hold together: none argues from a contradiction."""

import pytest

import symbolic.homogeneous.argument as arguments
from claims.evidence import checking
from claims.registry import all_claims

z3 = pytest.importorskip("z3")
CLAIMS = [c for c in all_claims() if c.statement.paper == "global-optimality"]


SMALL = z3.Q(1, 10**6)


def value_of(polynomial, quantities):
    total = z3.RealVal(0)
    for monomial, coefficient in polynomial.terms():
        term = z3.RealVal(str(coefficient))
        for quantity, power in zip(quantities, monomial, strict=True):
            for _ in range(power):
                term = term * quantity
        total = total + term
    return total


def premises(argument):
    """Yield the premises and definitions of an argument, for one slice: every total is its one summand."""
    quantities = [z3.Real(name) for name in argument.names]
    named = dict(zip(argument.names, quantities, strict=True))
    compare = {"=": lambda v: v == 0, ">=": lambda v: v >= 0, ">": lambda v: v > 0}
    for fact in argument.assumptions:
        yield compare[fact.sign](value_of(fact.polynomial, quantities))
    for inference in argument.inferences:
        if inference.rule in {"definition", "reciprocal", "square root"}:
            yield value_of(inference.conclusion.polynomial, quantities) == 0
    for small in argument.small:
        # It may be taken as small as one likes, so in particular below whatever bound could be met by accident.
        yield named[small] > 0
        yield named[small] < SMALL
    for total, factors in argument.totals.items():
        product = z3.RealVal(1)
        for factor in factors:
            product = product * named[factor]
        yield named[total] == product


def choices(argument):
    """Yield values for the arbitrary quantities with declared followers: the premises must hold for each of them."""
    depending = {name for names in argument.small_dependents.values() for name in names} | set(argument.small)
    free = [name for name in argument.arbitrary if name in argument.followers and name not in depending]
    for value in (z3.Q(1, 10**3), z3.RealVal(1), z3.RealVal(10**3)) if free else (None,):
        yield [z3.Real(name) == value for name in free]


def is_consistent(argument):
    found = []
    for chosen in choices(argument):
        solver = z3.SolverFor("QF_NRA")
        solver.set("timeout", 20000)
        solver.add(*premises(argument), *chosen)
        found.append(str(solver.check()))
    return set(found) == {"sat"}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_premises_are_consistent(claim, monkeypatch):
    made = []
    build = arguments.Argument.__init__

    def recorded(self, *args, **kwargs):
        build(self, *args, **kwargs)
        made.append(self)

    monkeypatch.setattr(arguments.Argument, "__init__", recorded)
    with checking(claim.statement):
        claim.function()
    assert all(is_consistent(argument) for argument in made)


def test_a_contradiction_would_be_noticed():
    argument = arguments.Argument(("a",))
    (a,) = argument.generators
    argument.given("a > 0", a, ">")
    argument.given("-a ≥ 0", -a)
    assert not is_consistent(argument)


def test_a_bound_from_below_on_a_small_quantity_would_be_noticed():
    argument = arguments.Argument(("e", "K"), small={"e": ("K",)})
    e, K = argument.generators
    argument.given("K ≤ e", e - K)
    assert is_consistent(argument)
    argument.given("K ≥ 1", K - 1)
    assert not is_consistent(argument)


def test_a_bound_on_an_arbitrary_quantity_would_be_noticed():
    argument = arguments.Argument(("v", "m"), nonnegative={"v": arguments.ARBITRARY}, follows={"v": ("m",)})
    v, m = argument.generators
    argument.given("m = 2v", m - 2 * v, "=")
    assert is_consistent(argument)
    argument.given("m ≤ 1", 1 - m)
    assert not is_consistent(argument)
