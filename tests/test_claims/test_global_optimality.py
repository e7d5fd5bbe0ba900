"""The claims of global-optimality: every listed statement is settled, mutants die, corrections hold."""

import pytest

from claims.registry import all_claims, get_claim

CLAIMS = [c for c in all_claims() if c.statement.paper == "global-optimality"]
REQUIRED = (
    *("equation-3", "equation-6.a", "equation-6.b", "equation-6.c", "equation-8", "section-2.solutions"),
    *("definition-3", "definition-5", "definition-6", *(f"equation-{n}" for n in range(10, 19))),
    *("section-4.1.max-pooling", "section-4.1.imagenet", "section-4.1.powers", "definition-7", "section-4.2.norms"),
    *("section-4.2.cones", "section-4.2.combination", "section-4.2.equivalence", "definition-8", "footnote-3"),
    *("definition-9", "footnote-4", "section-4.3.one-slice", "proposition-10", "equation-21"),
    *(f"proposition-11.{n}" for n in range(1, 6)),
    *(f"equation-{n}" for n in (22, 23, 24, 25, 26, 29, 57, 58)),
    *("proposition-12", "lemma-13.1-2", "lemma-13.2-1", "lemma-13.2-3", "lemma-14", "theorem-15", "corollary-16"),
    *("theorem-17", "algorithm-1", "corollary-18", "proposition-19", "section-6.1.increasing-path", "section-6.2"),
)
REFUTED = {
    *("section-2.which-problem", "section-4.1.powers", "section-4.2.combination"),
    *("footnote-3", "footnote-4", "section-4.3.one-slice", "proposition-11.1", "proposition-11.5", "equation-22"),
    *("lemma-13.1-2", "theorem-17", "algorithm-1"),
    *("corollary-18", "proposition-19", "section-6.1.increasing-path", "equation-58", "section-6.2"),
}


def test_every_listed_statement_has_a_claim():
    assert {f"global-optimality:{id_}" for id_ in REQUIRED} <= {c.id for c in CLAIMS}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_the_claim_is_settled_and_its_mutants_die(claim):
    outcome = claim.outcome
    refuted = claim.statement.local_id in REFUTED
    assert (outcome.verdict.status == "refuted") is refuted
    assert outcome.verdict.status in ("proved", "proved-fixed", "refuted")
    assert len(outcome.mutants) >= 2
    assert [m.description for m in outcome.mutants if not m.killed] == []


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.statement.local_id in REFUTED], ids=lambda c: c.id)
def test_a_refuted_statement_has_a_witness_and_a_correction_that_holds(claim):
    assert any(item.kind == "Witness" for item in claim.outcome.evidence)
    assert claim.erratum is not None
    assert get_claim(claim.erratum.corrected_by).verdict.status in ("proved", "proved-fixed")


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.statement.local_id not in REFUTED], ids=lambda c: c.id)
def test_an_erratum_stands_only_where_something_is_refuted(claim):
    assert claim.erratum is None
