"""The theory of nimc and nimc-2019: every listed statement has a row, verdicts are as found, every mutant dies."""

import re
from fractions import Fraction

import pytest

from claims.registry import all_claims, get_claim

CLAIMS = [c for c in all_claims() if c.statement.paper in {"nimc", "nimc-2019"}]
LISTED = (
    *("equation-1", "equation-2", "section-1.poly-log", "equation-3", "theorem-2.1"),
    *("counter-example-1", "counter-example-2", "definition-3.1", "theorem-3.2", "theorem-3.3", "equation-4"),
    *("theorem-3.4", *(f"section-3.3.{p}" for p in ("m3", "gamma0", "monotone", "nonzero", "recovery"))),
    *("figure-1", "section-4.1.success", "section-4.2.identical", "section-4.2.error", "section-4.2.table"),
    *("table-1", "equation-5", "figure-2", "section-C.cross-block", "equation-6", "equation-7"),
    *("section-C.1.population-blocks", "equation-8", "theorem-C.2", "equation-12", "lemma-D.3", "equation-13"),
    *("lemma-D.4", "theorem-D.5", "theorem-D.6", "equation-15", "equation-16", "equation-17", "theorem-E.1"),
    *(f"lemma-E.{n}" for n in (*range(2, 21), *range(22, 27))),
    *("theorem-E.21", "equation-31", "equation-32"),
)
LISTED_2019 = (
    *("theorem-2.1", "counter-example-1", "counter-example-2", "definition-3.1", "theorem-3.2", "theorem-3.3"),
    *("equation-4", "theorem-3.4", "equation-5", "section-3.3.blocks", "equation-6", "section-3.4.m3"),
    *(f"figure-1.{part}" for part in "abcd"),
    "table-1",
)
SETTLED = ("proved", "proved-fixed", "enclosed")


def test_every_listed_statement_has_a_claim():
    listed = {f"nimc:{i}" for i in LISTED} | {f"nimc-2019:{i}" for i in LISTED_2019}
    assert listed - {c.id for c in CLAIMS} == set()


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_mutants_die_and_what_is_decided_has_some(claim):
    outcome = claim.outcome
    assert [m.description for m in outcome.mutants if not m.killed] == []
    if {e.kind for e in outcome.evidence} - {"Undecided", "Citation"}:
        assert len(outcome.mutants) >= 2
    if outcome.verdict.status == "undecided":
        assert outcome.verdict.reason


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_what_is_refuted_says_what_is_wrong_and_what_holds(claim):
    status = claim.verdict.status
    if status == "refuted":
        assert claim.erratum is not None
    if claim.erratum is not None and claim.erratum.kind != "proof-gap":
        assert status == "refuted"
    if claim.erratum is not None and claim.erratum.corrected_by is not None:
        assert get_claim(claim.erratum.corrected_by).verdict.status in SETTLED


@pytest.mark.parametrize(("id_", "factor"), [("nimc:theorem-E.1", 4), ("nimc:lemma-E.2", 1)])
def test_few_items_violate_the_bound_as_it_stands_at_the_truth(id_, factor):
    """The bound is factor·Cε at ‖U*‖ = ‖V*‖ = 1, the difference 1/4: ε must be small against 1/(4·factor·C)."""
    (data,) = (e.data for e in get_claim(id_).outcome.evidence if "epsilon" in e.data.get("choices", {}))
    shape = re.fullmatch(r"1/\((\d+)\*C\)", data["choices"]["epsilon"])
    assert shape is not None
    assert Fraction(factor, int(shape[1])) < Fraction(1, 4)


@pytest.mark.parametrize(
    ("id_", "status"),
    [
        ("nimc:lemma-D.4", "refuted"),
        ("nimc:lemma-D.4.corrected", "proved"),
        ("nimc:theorem-D.5", "refuted"),
        ("nimc:theorem-D.5.corrected", "proved"),
        ("nimc:theorem-D.6", "undecided"),
        ("nimc:theorem-D.6.unnormalized", "refuted"),
        ("nimc:theorem-D.6.corrected", "proved"),
        ("nimc:section-C.cross-block", "proved"),
        ("nimc:equation-8", "proved"),
        ("nimc:section-3.3.m3", "proved"),
        ("nimc:theorem-3.2", "refuted"),
        ("nimc:theorem-E.1.smooth", "refuted"),
        ("nimc:lemma-E.4", "proved"),
        ("nimc:lemma-E.5", "refuted"),
        ("nimc:lemma-E.7", "refuted"),
        ("nimc:lemma-E.8.corrected", "proved"),
        ("nimc:lemma-E.10", "proved"),
        ("nimc:lemma-E.12", "refuted"),
        ("nimc:lemma-E.12.corrected", "proved"),
        ("nimc:lemma-E.14", "refuted"),
        ("nimc:lemma-E.14.unnormalized", "refuted"),
        ("nimc:lemma-E.14.corrected", "proved"),
        ("nimc:theorem-3.3", "refuted"),
        ("nimc:theorem-E.1", "refuted"),
        ("nimc:figure-1", "undecided"),
        ("nimc-2019:equation-6", "proved"),
        ("nimc-2019:counter-example-1", "refuted"),
    ],
)
def test_verdicts(id_, status):
    assert get_claim(id_).verdict.status == status
