"""The second half of mf-landscape: verdicts, mutants, errata, and the checkers' own refusals."""

from dataclasses import replace

import pytest
from flint import fmpq, fmpq_mat
from sympy import QQ, ring

from claims.checkers.landscape_points import (
    decide_at_points,
    prove_eventually_positive,
    prove_infeasible,
    prove_polynomials_nonnegative,
    prove_polynomials_vanish,
)
from claims.checkers.landscape_spectrum import BalancedCase, decide_balanced_spectrum, exact_spectrum
from claims.checkers.matrix_argument import check_argument
from claims.checkers.matrix_identity import MatrixInstance
from claims.evidence import CheckFailedError, checking
from claims.registry import all_claims, get_claim
from claims.statement import Statement
from symbolic.landscape.eigenvectors import balanced_eigenpairs
from symbolic.matrix.argument import Argument, Equation, UnknownPremiseError, UnprovedError
from symbolic.matrix.symbols import identity, matrix, zeros

MODULES = (
    "invariant",
    "gradient_descent",
    "balanced",
    "balanced_blocks",
    "balanced_critical",
    "balanced_saddles",
    "balanced_saddle_proofs",
    "uniform_bound",
    "spectrum",
    "any_critical_point",
    "flat_saddles",
    "degradation",
    "off_balance_uniform",
)
CLAIMS = [c for c in all_claims() if c.function.__module__.rpartition(".")[2] in MODULES and c.id.startswith("mf-")]
REQUIRED = {
    "section-3.3.manifold": "refuted",
    "equation-19": "proved",
    "lemma-3.4": "refuted",
    "theorem-3.3.a": "proved",
    "theorem-3.3.b": "proved",
    "equation-20": "proved",
    "equation-21": "proved",
    "equation-22": "proved",
    "corollary-3.1": "refuted",
    "equation-23": "proved",
    "equation-24": "proved",
    "theorem-3.4.a": "proved",
    "theorem-3.4.b": "proved",
    "equation-25": "proved",
    "equation-26": "proved",
    "section-3.3.uniform": "proved",
    "section-3.3.spectrum": "proved",
    "section-4.zero": "refuted",
    "section-4.degrade": "proved",
}
STATEMENT = Statement("demo:one", "remark", "One", "$1 = 1$")


@pytest.mark.parametrize(("local", "verdict"), REQUIRED.items())
def test_every_listed_statement_is_settled(local, verdict):
    assert get_claim(f"mf-landscape:{local}").verdict.status == verdict


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_no_mutant_lives(claim):
    assert len(claim.outcome.mutants) >= 2
    assert [m.description for m in claim.outcome.mutants if not m.killed] == []


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_errata_point_to_claims_that_hold(claim):
    if claim.verdict.status == "refuted":
        assert claim.erratum is not None
        assert claim.erratum.corrected_by is not None
    if claim.erratum is not None and claim.erratum.corrected_by is not None:
        assert get_claim(claim.erratum.corrected_by).verdict.status in {"proved", "proved-fixed"}


def test_dependencies_exist():
    for claim in CLAIMS:
        for id_ in claim.statement.depends_on:
            assert get_claim(id_).id == id_


def test_no_claim_rests_on_samples():
    assert {item.kind for claim in CLAIMS for item in claim.outcome.evidence}.isdisjoint({"Sample", "Undecided"})


def test_an_argument_refuses_what_does_not_follow():
    A, B = matrix("A", "k", "k"), matrix("B", "k", "k")
    inverse = Equation(A * B, identity("k"))
    argument = Argument(inverse)
    with pytest.raises(UnprovedError):
        argument.show(B * A * B, A, inverse)
    with pytest.raises(UnknownPremiseError):
        argument.show(A * B, identity("k"), Equation(B * A, identity("k")))
    with pytest.raises(UnprovedError):
        argument.show_vanishing([A], inverse)
    assert argument.steps == []


def test_a_sum_of_squares_vanishes_only_if_it_is_one():
    A, B = matrix("A", "m", "k"), matrix("B", "m", "k")
    both = Equation(A.T * A + B.T * B, zeros("k", "k"))
    argument = Argument(both)
    assert [str(e) for e in argument.show_vanishing([A, B], both)] == ["A = zeros(m, k)", "B = zeros(m, k)"]
    assert argument.recheck()


def test_a_false_argument_has_a_witness_among_the_instances():
    A = matrix("A", "k", "k")
    at = MatrixInstance({"k": 1}, {"A": fmpq_mat(1, 1, [2])})

    def build():
        argument = Argument()
        argument.show(A * A, A)
        return argument

    with checking(STATEMENT):
        assert check_argument(build, [at], "nothing").kind == "Witness"
    with checking(STATEMENT), pytest.raises(CheckFailedError):
        check_argument(build, [MatrixInstance({"k": 1}, {"A": fmpq_mat(1, 1, [1])})], "nothing")


def test_an_instance_outside_the_hypotheses_is_refused():
    A = matrix("A", "k", "k")
    idempotent = Equation(A * A, A)

    def build():
        argument = Argument(idempotent)
        argument.show(A * A * A, A, idempotent)
        return argument

    with checking(STATEMENT), pytest.raises(CheckFailedError, match="violates the hypothesis"):
        check_argument(build, [MatrixInstance({"k": 1}, {"A": fmpq_mat(1, 1, [3])})], "powers")


def test_the_polynomial_checkers_refuse_what_is_not_so():
    _, x, y = ring("x,y", QQ)
    with checking(STATEMENT):
        assert prove_polynomials_vanish({"zero": x - x}, "zero").kind == "Identity"
        assert prove_infeasible({"a": x - 1, "b": -x}, {"a": 1, "b": 1}, "both").kind == "Infeasibility"
        assert prove_eventually_positive({"p": x**2 - 100 * x}, "large").kind == "Identity"
        for refused in (
            lambda: prove_polynomials_vanish({"x": x}, "x"),
            lambda: prove_polynomials_vanish({}, "none"),
            lambda: prove_polynomials_nonnegative({"x": x - y}, "x"),
            lambda: prove_polynomials_nonnegative({}, "none"),
            lambda: prove_infeasible({"a": x - 1, "b": -x}, {"a": 1, "b": 2}, "not constant"),
            lambda: prove_infeasible({"a": x, "b": -x}, {"a": 1, "b": 1}, "zero"),
            lambda: prove_infeasible({"a": 1 - x, "b": x}, {"a": -1, "b": -1}, "negative multipliers"),
            lambda: prove_infeasible({"a": x}, {}, "none"),
            lambda: prove_eventually_positive({"p": 100 * x - x**2}, "not"),
            lambda: prove_eventually_positive({"p": x - x}, "zero"),
            lambda: decide_at_points(lambda _: None, [], "empty", "none"),
        ):
            with pytest.raises(CheckFailedError):
                refused()


def test_the_spectrum_checker_refuses_a_wrong_eigenpair():
    pairs = list(balanced_eigenpairs())
    pairs[0] = replace(pairs[0], value=pairs[0].value + 1)
    with checking(STATEMENT), pytest.raises(CheckFailedError, match="no eigenvector"):
        decide_balanced_spectrum(pairs, exact_spectrum, [BalancedCase(1, 1, (4,), 1, ())])


def test_a_case_is_made_from_values_of_the_objective():
    case = BalancedCase(1, 1, (4,), 1, (0,))
    assert case.hessian() == fmpq_mat(2, 2, [4, 4, 4, 4])
    assert exact_spectrum(case).lambda_min == fmpq(0)
