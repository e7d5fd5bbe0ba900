"""Claims of global-optimality lose their proof when a hypothesis that they need is taken away."""

from dataclasses import replace

import pytest

from claims.evidence import CheckFailedError, checking
from claims.registry import all_claims, get_claim
from claims.verdict import verdict_of

# Hypotheses that the proofs recorded do not use, besides those that a claim itself declares idle: they say what the
# words of the statement mean.
IDLE = {
    ("definition-6", "positive degree"),
    ("section-4.1.imagenet", "linear layers"),
    ("section-4.2.combination.corrected", "positive degree"),
    ("equation-17", "positive degree"),
    ("theorem-15.finite-value", "convex loss"),
}


def _status_without(claim, name):
    kept = tuple(h for h in claim.statement.hypotheses if h.name != name)
    statement = replace(claim.statement, hypotheses=kept)
    try:
        with checking(statement):
            evidence = claim.function()
    except CheckFailedError:
        return "refused"
    return verdict_of(statement, evidence if isinstance(evidence, (list, tuple)) else [evidence]).status


@pytest.mark.parametrize(
    ("local", "name"),
    [
        ("theorem-15", "zero slice"),
        ("theorem-15", "local minimum"),
        ("theorem-15", "finite value"),
        ("corollary-16", "padded local minimum"),
        ("algorithm-1.corrected", "local minimum"),
        ("algorithm-1.corrected", "dependence"),
        ("theorem-17.path", "local minimum"),
        ("theorem-17.path", "dependence"),
        ("theorem-17.corrected", "minimizer"),
        ("theorem-17.corrected", "finite start"),
        ("theorem-17.corrected", "positive degree"),
        ("proposition-12", "cases"),
        ("proposition-11.4", "positive degree"),
        ("proposition-11.4", "weights"),
        ("proposition-11.5.corrected", "compact"),
        ("proposition-11.5.corrected", "nondegenerate"),
        ("equation-18", "iterated infimum"),
        ("equation-18.reduction", "positive degree"),
        ("lemma-14", "finite value"),
        ("lemma-14", "local minimum"),
        ("proposition-19.corrected", "bounds"),
        ("proposition-19.corrected", "near the origin"),
        ("equation-57", "bounded map"),
    ],
)
def test_the_proof_is_lost_with_the_hypothesis(local, name):
    claim = get_claim(f"global-optimality:{local}")
    assert name in {hypothesis.name for hypothesis in claim.statement.hypotheses}
    assert claim.verdict.status == "proved"
    assert _status_without(claim, name) in ("refused", "proved-fixed")


def test_no_hypothesis_is_idle_but_those_known_to_be():
    found = {
        (claim.statement.local_id, hypothesis.name)
        for claim in all_claims()
        if claim.statement.paper == "global-optimality" and claim.verdict.status == "proved"
        for hypothesis in claim.statement.hypotheses
        if _status_without(claim, hypothesis.name) == "proved"
    }
    assert found == IDLE


@pytest.mark.parametrize("local", ["theorem-15", "corollary-16", "algorithm-1.corrected", "proposition-11.4"])
def test_the_conclusion_and_its_grounds_are_in_the_record(local):
    for evidence in get_claim(f"global-optimality:{local}").outcome.evidence:
        if evidence.kind == "Derivation":
            assert evidence.data["concludes"]
            assert evidence.data["rests_on"]
