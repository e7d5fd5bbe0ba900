"""The claims of global-optimality: every listed statement is settled, mutants die, corrections hold."""

import pytest

from claims.checkers.argument import prove_by_argument
from claims.evidence import CheckFailedError, checking
from claims.ledger import dependencies
from claims.registry import all_claims, get_claim
from symbolic.homogeneous.argument import Argument

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
    textbook = claim.statement.local_id.startswith("textbook.")
    assert outcome.verdict.status in ("proved", "refuted", *(("cited",) if textbook else ()))
    assert len(outcome.mutants) >= 2 or outcome.evidence[0].checker == "standing.cite"
    assert [m.description for m in outcome.mutants if not m.killed] == []


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.statement.local_id in REFUTED], ids=lambda c: c.id)
def test_a_refuted_statement_has_a_witness_and_a_correction_that_holds(claim):
    assert any(item.kind == "Witness" for item in claim.outcome.evidence)
    assert claim.erratum is not None
    assert get_claim(claim.erratum.corrected_by).verdict.status == "proved"


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.statement.local_id not in REFUTED], ids=lambda c: c.id)
def test_an_erratum_stands_only_where_something_is_refuted(claim):
    assert claim.erratum is None


PROVED = [c for c in CLAIMS if c.verdict.status == "proved"]


@pytest.mark.parametrize("claim", PROVED, ids=lambda c: c.id)
def test_what_is_proved_for_all_sizes_has_no_open_premise(claim):
    for item in claim.outcome.evidence:
        assert not {"open_premises", "open_points"} & set(item.data)


@pytest.mark.parametrize("claim", PROVED, ids=lambda c: c.id)
def test_a_proof_rests_on_nothing_that_is_refuted_or_undecided(claim):
    below = dependencies([claim])
    assert {get_claim(id_).verdict.status for id_ in below} <= {"proved", "cited"}


def test_the_argument_of_a_claim_may_not_call_on_a_hypothesis_it_does_not_have():
    def build():
        argument = Argument(("a", "b"))
        a, b = argument.generators
        argument.conclude("a + b ≥ 0", a + b, {argument.given("a + b ≥ 0", a + b, by="nowhere"): 1})
        return argument

    with checking(CLAIMS[0].statement), pytest.raises(CheckFailedError, match="is no hypothesis"):
        prove_by_argument(build, "refused")


@pytest.mark.parametrize(("sign", "accepted"), [(">=", True), (">", True), ("=", False)])
def test_of_an_arbitrary_quantity_only_the_sign_is_assumed(sign, accepted):
    def build(product=1):
        argument = Argument(("a", "b"))
        a, b = argument.generators
        fact = argument.given("arbitrary", a * b if product else a, sign, by="arbitrary")
        argument.conclude("it", fact.polynomial, {fact: 1})
        return argument

    with checking(CLAIMS[0].statement):
        with pytest.raises(CheckFailedError, match="more is assumed"):
            prove_by_argument(build, "a product is not arbitrary")
        if accepted:
            assert "open_premises" not in prove_by_argument(lambda: build(0), "a sign").data


def test_a_premise_without_a_reason_keeps_the_verdict_down():
    def build():
        argument = Argument(("a",))
        (a,) = argument.generators
        argument.conclude("a ≥ 0", a, {argument.given("a ≥ 0", a): 1})
        return argument

    with checking(CLAIMS[0].statement):
        evidence = prove_by_argument(build, "from its premise", concludes=lambda q: {"a ≥ 0": q["a"]})
    assert evidence.scope == "from the premises listed"
    assert evidence.data["open_premises"] == ["a ≥ 0"]


def test_a_part_rests_on_earlier_parts_only():
    theorem = get_claim("global-optimality:theorem-15").statement

    def build(name):
        argument = Argument(("a",))
        (a,) = argument.generators
        argument.conclude("a = 0", a, {argument.given("a = 0", a, "=", by=name): 1})
        return argument

    with checking(theorem):
        goal = {"concludes": lambda q: {"a = 0": (q["a"], "=")}}
        assert prove_by_argument(lambda: build("(37)"), "later", part="(47)", **goal).scope == "all"
        for part in ("(37)", "(39)"):
            with pytest.raises(CheckFailedError, match="is no hypothesis"):
                prove_by_argument(lambda: build("(39)"), "itself or later", part=part)
