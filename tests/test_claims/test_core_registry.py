"""Claims are registered once, their mutants meet their own checkers, and no verdict is stored to be changed."""

import pytest

from claims.evidence import CheckFailedError, checker, mint
from claims.registry import Claim, MutantError, UnknownClaimError
from claims.sampling import Sampling, current_sampling, sampling
from claims.statement import StatementError
from claims.verdict import EvidenceMismatchError


def register(registry, function, id_="nimc:demo", **options):
    return registry.claim(id_, kind="fact", label="Demo", printed="$1 + 2 = 3$", **options)(function)


@pytest.fixture
def demo(empty_registry, checkers):
    def demo():
        """Addition."""
        return checkers.decide_sum([1, 2], 3)

    return register(empty_registry, demo)


def test_mutant_refuted_by_the_claims_own_checker_is_killed(demo, checkers):
    demo.mutant("says 4")(lambda: checkers.decide_sum([1, 2], 4))
    outcome = demo.run()
    assert outcome.verdict.status == "proved"
    assert [(m.description, m.killed) for m in outcome.mutants] == [("says 4", True)]


def test_mutant_that_holds_is_alive(demo, checkers):
    demo.mutant("says 3 in other words")(lambda: checkers.decide_sum([2, 1], 3))
    assert demo.run().killed == 0


def test_undecided_or_sampled_mutants_are_alive(demo, checkers):
    demo.mutant("nothing found")(lambda: (checkers.decide_sum([1, 2], 3), checkers.say("Undecided")))
    demo.mutant("no evidence")(lambda: [checkers.decide_sum([1, 2], 3)][1:])
    assert demo.run().killed == 0


def test_failed_check_kills(empty_registry, checkers):
    even = register(empty_registry, lambda: checkers.require_even(2))
    even.mutant("odd")(lambda: checkers.require_even(3))
    assert even.run().mutants[0].how == "check failed: 3 is odd"
    assert even.run().killed == 1


def test_mutant_must_meet_the_claims_own_checker(demo, checkers):
    demo.mutant("never meets decide_sum")(lambda: checkers.require_even(3))
    with pytest.raises(MutantError, match="none of the claim's own checkers"):
        demo.run()


def test_mutant_must_be_refuted_by_the_claims_own_checker(demo, checkers):
    # It passes the claim's checker, then dies by another's hand: the own checker would have let it live.
    demo.mutant("killed by a stranger")(lambda: (checkers.decide_sum([1, 2], 3), checkers.require_even(3)))
    with pytest.raises(MutantError, match="not by one of the claim's own"):
        demo.run()


def test_mutant_cannot_die_by_its_own_word(demo, checkers):
    def suicide():
        checkers.decide_sum([1, 2], 3)
        raise CheckFailedError("I say so")

    demo.mutant("raises by hand")(suicide)
    with pytest.raises(MutantError, match="not by one of the claim's own"):
        demo.run()


def test_refutation_inside_a_nested_checker_counts_for_the_outer(empty_registry, checkers):
    @checker
    def outer(n):
        return mint("Identity", "even", {}) if n % 2 == 0 else checkers.say("Witness")

    nested = register(empty_registry, lambda: outer(2))
    nested.mutant("odd")(lambda: outer(3))
    assert nested.run().killed == 1


def test_mutant_cannot_return_the_true_claims_evidence(demo, checkers):
    kept = []

    def keeps():
        kept.append(checkers.decide_sum([1, 2], 3))
        return kept[0]

    demo.function = keeps
    demo.mutant("returns what the claim got")(lambda: (checkers.decide_sum([1, 2], 3), kept[0]))
    with pytest.raises(EvidenceMismatchError, match="another statement"):
        demo.run()


def test_replacing_a_claims_evidence_by_a_mutants_turns_the_verdict(demo, checkers):
    assert demo.verdict.status == "proved"
    swapped = Claim(demo.statement, lambda: checkers.decide_sum([1, 2], 4))
    assert swapped.verdict.status == "refuted"


def test_no_verdict_is_stored(demo, empty_registry):
    assert demo.verdict.status == "proved"
    with pytest.raises(AttributeError):
        demo.verdict = "proved"
    with pytest.raises(AttributeError):
        demo.outcome = None
    with pytest.raises(AttributeError):
        object.__setattr__(demo.outcome, "verdict", "proved")
    # An outcome put in place by force still has its verdict computed from its evidence, for this statement.
    other = register(empty_registry, demo.function, "nimc:other")
    demo._outcome = other.outcome
    with pytest.raises(EvidenceMismatchError):
        _ = demo.verdict


def test_outcome_is_of_the_default_seed_whoever_asks_first(empty_registry, checkers):
    seen = []

    def sampled():
        seen.append(current_sampling())
        return checkers.say("Sample")

    made = register(empty_registry, sampled)
    with sampling(Sampling(seed=7, trials=1)):
        assert made.verdict.status == "sampled"
    assert seen == [Sampling()]


@pytest.mark.usefixtures("demo")
def test_an_id_is_claimed_once(empty_registry, checkers):
    def another():
        return checkers.decide_sum([1, 1], 2)

    with pytest.raises(StatementError, match="already registered"):
        register(empty_registry, another)


def test_loading_a_claim_again_keeps_its_place(demo, empty_registry):
    again = register(empty_registry, demo.function)
    assert again.order == demo.order
    assert empty_registry.get_claim("nimc:demo") is again


@pytest.mark.parametrize("id_", ["nimc", "nimc:", ":x", "nimc:a b", "novel:lemma-1"])
def test_bad_ids_are_refused(empty_registry, checkers, id_):
    with pytest.raises(StatementError):
        register(empty_registry, lambda: checkers.say("Sample"), id_)


@pytest.mark.usefixtures("demo")
def test_unknown_ids_are_named_with_the_nearest(empty_registry):
    with pytest.raises(UnknownClaimError, match="did you mean nimc:demo"):
        empty_registry.get_claim("nimc:demi")
    with pytest.raises(UnknownClaimError):
        empty_registry.select(["nimc:demo", "nothing-like-it"])


def test_select_keeps_ledger_order_and_counts_each_once(demo, empty_registry, checkers):
    first = register(empty_registry, lambda: checkers.say("Sample"), "chain-rules:z")
    assert empty_registry.select(["nimc:demo", "nimc", "chain-rules"]) == [first, demo]
    assert empty_registry.select([]) == [first, demo]
