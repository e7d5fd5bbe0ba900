"""The refuter of statements with unspecified constants: it needs every constant, every requirement, every instance."""

import pytest
from sympy import Rational, symbols

from claims.checkers.every_constant import CONSTANT, refute_for_every_constant
from claims.evidence import CheckFailedError, checking
from claims.statement import Statement

STATEMENT = Statement("demo:bound", "lemma", "Bound", r"$s^2\lesssim s$")
S = symbols("s")


def refute(violated, needs, choice, instance_at=lambda _: {"an instance": True}):
    with checking(STATEMENT):
        return refute_for_every_constant(violated, needs, {S: choice}, instance_at, "s² against C·s")


def test_a_family_that_beats_every_constant_is_a_witness():
    evidence = refute(S**2 - CONSTANT * S, {"s - 1": S - 1}, CONSTANT + 1)
    assert evidence.kind == "Witness"
    assert evidence.data["instances_checked_at_C"] == [1, 2, 5]


@pytest.mark.parametrize("choice", [CONSTANT, Rational(10), CONSTANT - 1])
def test_a_family_that_beats_some_constants_only_is_refused(choice):
    with pytest.raises(CheckFailedError, match="violation"):
        refute(S**2 - CONSTANT * S, {}, choice)


def test_an_unmet_requirement_is_named():
    with pytest.raises(CheckFailedError, match="enough samples"):
        refute(S**2 - CONSTANT * S, {"enough samples": 2 - S}, CONSTANT + 1)


def test_an_instance_that_contradicts_the_formulas_is_named():
    with pytest.raises(CheckFailedError, match="at C = 2 the instance does not satisfy: items"):
        refute(S**2 - CONSTANT * S, {}, CONSTANT + 1, lambda constant: {"items": constant != 2})
