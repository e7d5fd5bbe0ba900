"""The ledger shows conditions transitively, survives a crash, and is the same text for any workers and hash seed."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from claims import ledger
from claims.registry import UnknownClaimError
from claims.statement import Erratum


@pytest.fixture
def add(empty_registry, checkers):
    """Register a claim that says one kind of evidence and depends on others."""

    def add(name, kind, *depends_on, function=None, paper="nimc", **options):
        return empty_registry.claim(
            f"{paper}:{name}",
            kind="fact",
            label=name,
            printed="$1 = 1$",
            depends_on=[d if ":" in d else f"nimc:{d}" for d in depends_on],
            **options,
        )(function or (lambda: checkers.say(kind)))

    return add


def conditions(result):
    return {row["id"].removeprefix("nimc:"): row["conditional_on"] for row in result["claims"]}


def test_conditions_are_transitive_and_in_ledger_order(add):
    add("cited", "Citation")
    add("proved", "Identity", "cited")
    add("sampled", "Sample")
    add("top", "Identity", "sampled", "proved")
    result = ledger.verify([ledger.get_claim(f"nimc:{n}") for n in ("cited", "proved", "sampled", "top")])
    assert conditions(result) == {
        "cited": [],
        "proved": ["nimc:cited"],
        "sampled": [],
        "top": ["nimc:cited", "nimc:sampled"],
    }


@pytest.mark.parametrize(
    ("kind", "inherited"),
    [
        ("Citation", True),
        ("Sample", True),
        ("Undecided", True),
        ("Witness", True),
        ("Identity", False),
        ("Enclosure", False),
    ],
)
def test_which_verdicts_are_conditions(add, kind, inherited):
    add("base", kind)
    top = add("top", "Identity", "base")
    result = ledger.verify([top])
    assert conditions(result) == {"top": ["nimc:base"] if inherited else []}
    assert ledger.ledger_row(top)["conditional_on"] == conditions(result)["top"]


def test_only_what_was_asked_is_reported(add):
    add("base", "Citation")
    result = ledger.verify([add("top", "Identity", "base")])
    assert [row["id"] for row in result["claims"]] == ["nimc:top"]
    assert result["totals"]["proved"] == 1
    assert sum(result["totals"].values()) == 1


def test_a_claim_that_crashes_is_undecided_and_says_so(add):
    def broken():
        raise ZeroDivisionError("division by zero\nsecond line")

    add("broken", "", function=broken)
    top = add("top", "Identity", "broken")
    result = ledger.verify(ledger.all_claims())
    assert result["crashed"] == {"nimc:broken": "ZeroDivisionError: division by zero"}
    rows = {row["id"]: row for row in result["claims"]}
    assert rows["nimc:broken"]["verdict"] == "undecided"
    assert rows["nimc:broken"]["reason"] == "crashed: ZeroDivisionError: division by zero"
    assert rows["nimc:top"]["conditional_on"] == ["nimc:broken"]
    assert ledger.ledger_row(top)["conditional_on"] == ["nimc:broken"]


def test_an_exception_without_words_is_reported(add):
    def broken():
        raise KeyError

    add("broken", "", function=broken)
    assert ledger.verify(ledger.all_claims())["crashed"] == {"nimc:broken": "KeyError: "}


def test_a_claim_that_returns_nothing_is_a_crash(add):
    add("silent", "", function=lambda: None)
    assert "TypeError" in ledger.verify(ledger.all_claims())["crashed"]["nimc:silent"]


def test_a_mutant_that_misses_the_checker_is_a_crash(add, checkers):
    made = add("demo", "Identity")
    made.mutant("misses")(lambda: checkers.require_even(3))
    assert "none of the claim's own checkers" in ledger.verify([made])["crashed"]["nimc:demo"]


def test_circular_reasoning_is_refused(add):
    add("a", "Identity", "b")
    add("b", "Identity", "a")
    with pytest.raises(ledger.CircularReasoningError, match="nimc:a"):
        ledger.verify(ledger.all_claims())


def test_unknown_dependency_is_named(add):
    add("a", "Identity", "nowhere")
    with pytest.raises(UnknownClaimError, match="nowhere"):
        ledger.verify(ledger.all_claims())


def test_rows_bear_exactly_the_agreed_keys(add):
    add("a", "Witness", erratum=Erratum("misprint", "a sign", corrected_by="nimc:b"))
    add("b", "Identity")
    result = ledger.verify(ledger.all_claims())
    assert list(result["claims"][0]) == [
        "id",
        "paper",
        "label",
        "kind",
        "verdict",
        "scope",
        "reason",
        "conditional_on",
        "erratum",
        "evidence",
        "mutants",
    ]
    assert result["claims"][0]["erratum"] == {"class": "misprint", "corrected_by": "nimc:b", "note": "a sign"}
    assert result["claims"][1]["erratum"] is None
    assert list(json.loads(ledger.dumps(result))) == ["schema", "claims", "totals"]


def test_rows_stand_in_the_papers_order(add):
    add("z", "Sample")
    add("a", "Sample")
    add("m", "Sample", paper="chain-rules")
    result = ledger.verify(ledger.all_claims())
    assert [row["id"] for row in result["claims"]] == ["chain-rules:m", "nimc:z", "nimc:a"]


def test_ledger_is_the_same_for_any_executor_and_order_of_finish(add):
    for name, kind in itertools.product("abcdef", ["Sample", "Identity"]):
        add(f"{name}-{kind}", kind)
    alone = ledger.dumps(ledger.verify(ledger.all_claims()))
    for workers in (1, 2, 5):
        with ThreadPoolExecutor(workers) as pool:
            assert ledger.dumps(ledger.verify(ledger.all_claims(), executor=pool)) == alone


def test_every_finished_claim_is_announced_once(add):
    add("base", "Citation")
    top = add("top", "Identity", "base")
    done = []
    ledger.verify([top], on_done=done.append)
    assert sorted(done) == ["nimc:base", "nimc:top"]
