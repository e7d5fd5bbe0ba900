"""The premises of every argument of global-optimality can hold together: none argues from a contradiction."""

import pytest

import symbolic.homogeneous.argument as arguments
from claims.evidence import checking
from claims.registry import all_claims

z3 = pytest.importorskip("z3")
CLAIMS = [c for c in all_claims() if c.statement.paper == "global-optimality"]


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
        yield named[small] > 0
    for total, factors in argument.totals.items():
        product = z3.RealVal(1)
        for factor in factors:
            product = product * named[factor]
        yield named[total] == product


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
    for argument in made:
        solver = z3.SolverFor("QF_NRA")
        solver.set("timeout", 20000)
        solver.add(*premises(argument))
        assert str(solver.check()) == "sat"


def test_a_contradiction_would_be_noticed():
    argument = arguments.Argument(("a",))
    (a,) = argument.generators
    argument.given("a > 0", a, ">")
    argument.given("-a ≥ 0", -a)
    solver = z3.SolverFor("QF_NRA")
    solver.add(*premises(argument))
    assert str(solver.check()) == "unsat"
