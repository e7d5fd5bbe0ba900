"""The verdict is a pure function of the evidence, and only stronger evidence raises it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.evidence import checker, checking, mint
from claims.statement import Statement, StatementError
from claims.verdict import STATUSES, EvidenceMismatchError, Verdict, verdict_of

WHOLE = Statement("nimc:whole", "fact", "Whole", "$1 = 1$")
PARTS = Statement("nimc:parts", "fact", "Parts", "$1 = 1$, $2 = 2$", parts=("a", "b"))

# Kind and scope, with the strongest verdict the pair may give (written down here anew, not read from the code).
GRANTS = [
    ("Identity", "all", "proved"),
    ("Derivation", "all", "proved"),
    ("Construction", "all", "proved"),
    ("Infeasibility", "all", "proved"),
    ("Construction", "k=2", "proved-fixed"),
    ("Infeasibility", "k=2", "proved-fixed"),
    ("FixedIdentity", "k=2", "proved-fixed"),
    ("FixedIdentity", "all", "proved-fixed"),
    ("Enclosure", "all", "enclosed"),
    ("Sample", "all", "sampled"),
    ("Citation", "all", "cited"),
    ("Undecided", "all", "undecided"),
    ("Witness", "all", "refuted"),
]
ORDER = ["undecided", "cited", "sampled", "enclosed", "proved-fixed", "proved"]


@checker
def say(kind, scope="all", part=""):
    return mint(kind, f"said {kind}", {}, scope=scope, part=part)


def verdict(statement, *items):
    with checking(statement):
        evidence = [say(*item) for item in items]
    return verdict_of(statement, evidence)


@pytest.mark.parametrize(("kind", "scope", "status"), GRANTS)
def test_what_each_kind_can_give(kind, scope, status):
    assert verdict(WHOLE, (kind, scope)).status == status


def test_identity_for_listed_sizes_is_not_proved_for_all():
    assert verdict(WHOLE, ("Identity", "k=2")).status == "proved-fixed"
    assert verdict(WHOLE, ("Derivation", "m=2, n=3")).status == "proved-fixed"


def test_no_evidence_is_undecided():
    assert verdict(WHOLE).status == "undecided"
    assert verdict(PARTS).status == "undecided"


def test_every_part_needs_evidence_of_its_own():
    assert verdict(PARTS, ("Identity", "all", "a")).status == "undecided"
    assert verdict(PARTS, ("Identity", "all", "a")).reason == "no evidence for b"
    assert verdict(PARTS, ("Identity", "all", "a"), ("Sample", "all", "b")).status == "sampled"
    assert verdict(PARTS, ("Identity", "all", "a"), ("Identity", "all", "b")).status == "proved"


def test_evidence_for_the_whole_does_not_settle_the_parts():
    assert verdict(PARTS, ("Identity", "all", "")).status == "undecided"
    assert verdict(PARTS, ("Identity", "all", ""), ("Sample", "all", "a"), ("Sample", "all", "b")).status == "sampled"


def test_undeclared_part_is_refused():
    with pytest.raises(EvidenceMismatchError, match="undeclared part"):
        verdict(PARTS, ("Identity", "all", "c"))
    with pytest.raises(EvidenceMismatchError, match="undeclared part"):
        verdict(WHOLE, ("Identity", "all", "a"))


@pytest.mark.parametrize("parts", [("a", "a"), ("",), ("a", "")])
def test_parts_must_be_distinct_names(parts):
    with pytest.raises(StatementError, match="distinct names"):
        Statement("nimc:x", "fact", "X", "$x$", parts=parts)


def test_a_witness_beats_everything():
    every = [(kind, scope) for kind, scope, _ in GRANTS]
    assert verdict(WHOLE, *every).status == "refuted"
    assert verdict(PARTS, ("Identity", "all", "a"), ("Witness", "k=2", "b")).status == "refuted"
    assert verdict(PARTS, ("Witness", "all", "a")).status == "refuted"


not_witnesses = st.lists(st.sampled_from([g for g in GRANTS if g[0] != "Witness"]), min_size=1, max_size=5)


@given(not_witnesses)
def test_whole_statement_takes_its_strongest_evidence(items):
    expected = max((status for _, _, status in items), key=ORDER.index)
    assert verdict(WHOLE, *[(kind, scope) for kind, scope, _ in items]).status == expected


@given(not_witnesses, not_witnesses)
def test_statement_is_as_strong_as_its_weakest_part(first, second):
    strongest = [max((s for _, _, s in part), key=ORDER.index) for part in (first, second)]
    items = [(k, s, "a") for k, s, _ in first] + [(k, s, "b") for k, s, _ in second]
    assert verdict(PARTS, *items).status == min(strongest, key=ORDER.index)


@given(not_witnesses, st.randoms(use_true_random=False))
def test_order_of_evidence_does_not_matter(items, random):
    shuffled = list(items)
    random.shuffle(shuffled)
    keep = [(kind, scope) for kind, scope, _ in items]
    assert verdict(WHOLE, *keep).status == verdict(WHOLE, *[(kind, scope) for kind, scope, _ in shuffled]).status


def test_undecided_never_gains_by_repetition():
    for count in range(1, 4):
        assert verdict(WHOLE, *[("Undecided", "all")] * count).status == "undecided"
        assert verdict(WHOLE, *[("Sample", "all")] * count).status == "sampled"


@pytest.mark.parametrize("status", STATUSES)
def test_a_verdict_has_no_truth_value(status):
    with pytest.raises(TypeError, match="no truth value"):
        bool(Verdict(status))
    with pytest.raises(TypeError):
        assert Verdict(status)
    with pytest.raises(TypeError):
        all([Verdict(status)])


def test_witness_kinds_are_all_known():
    kinds = {kind for kind, _, _ in GRANTS}
    assert len(kinds) == 10
    assert {status for _, _, status in GRANTS} == set(STATUSES)
    assert len(list(itertools.chain(STATUSES))) == len(set(STATUSES))
