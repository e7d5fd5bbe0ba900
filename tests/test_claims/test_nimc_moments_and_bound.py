"""The claims of nimc: verdicts are those of the mathematics, every mutant dies, evidence cannot be swapped."""

from dataclasses import replace

import pytest

from claims.evidence import CheckFailedError, checking
from claims.registry import all_claims, get_claim
from claims.verdict import EvidenceMismatchError, verdict_of

FOUNDATION = {
    *("facts", "orthogonal_reduction", "activation_moments", "theta_series", "orthogonal_bound"),
    *("orthogonal_square_term", "orthogonal_cross_term", "orthogonal_spectrum", "orthonormal_weights", "lemma_d2"),
}
CLAIMS = [c for c in all_claims() if c.function.__module__.rpartition(".")[2] in FOUNDATION]
REQUIRED = (
    *(f"fact-B.{n}.{part}" for n in (1, 2) for part in ("I", "II", "III", "IV")),
    *("equation-9", "equation-10", "equation-11", "lemma-C.1", "lemma-D.1", "lemma-D.2"),
    *("section-C.2.rho-sigmoid", "section-C.2.rho-tanh", "section-C.2.beta11", "section-C.2.beta11-relu"),
    *("section-C.2.tight", "section-D.1.relu-moments"),
)


def test_every_statement_of_the_foundation_has_a_claim():
    assert len(CLAIMS) >= 38
    assert {f"nimc:{id_}" for id_ in REQUIRED} <= {c.id for c in CLAIMS}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_the_claim_is_settled_and_its_mutants_die(claim):
    outcome = claim.outcome
    assert outcome.verdict.status != "undecided", outcome.verdict.reason
    assert len(outcome.mutants) >= 2
    assert [m.description for m in outcome.mutants if not m.killed] == []


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_a_refuted_statement_points_to_a_corrected_one_that_holds(claim):
    if claim.verdict.status == "refuted":
        assert claim.erratum is not None
    if claim.erratum is not None and claim.erratum.corrected_by is not None:
        assert get_claim(claim.erratum.corrected_by).verdict.status in ("proved", "enclosed")
    if claim.erratum is not None and claim.erratum.kind != "proof-gap":
        assert claim.verdict.status == "refuted"


@pytest.mark.parametrize("id_", ["nimc:lemma-D.2", "nimc:equation-11", "nimc:section-C.2.rho-tanh"])
def test_a_mutants_evidence_turns_the_verdict(id_):
    claim = get_claim(id_)
    assert claim.verdict.status in ("proved", "enclosed")
    for mutant in claim.mutants:
        altered = replace(claim, function=mutant.function, mutants=[])
        try:
            assert altered.run().verdict.status == "refuted"
        except CheckFailedError:
            continue  # refused without a witness: no verdict at all, hence not the old one


def test_a_mutants_evidence_is_not_accepted_for_the_statement_itself():
    claim = get_claim("nimc:lemma-D.2")
    statement = claim.statement.mutated("drops the square on alpha_10")
    with checking(statement):
        evidence = claim.mutants[0].function()
    assert verdict_of(statement, [evidence]).status == "refuted"
    with pytest.raises(EvidenceMismatchError, match="another statement"):
        verdict_of(claim.statement, [evidence])
