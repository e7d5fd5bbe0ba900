"""Evidence cannot be made, altered, moved or disguised outside the checker that did the work."""

import base64
import copy
import dataclasses
import json
import pickle
import subprocess
import sys
import threading

import pytest

from claims.evidence import (
    CheckFailedError,
    Evidence,
    EvidenceContentError,
    ForgedEvidenceError,
    checker,
    checking,
    is_genuine,
    mint,
)
from claims.statement import Statement
from claims.verdict import EvidenceMismatchError, verdict_of

ONE = Statement("nimc:one", "fact", "One", "$1 = 1$")
OTHER = Statement("nimc:other", "fact", "Other", "$1 = 2$")


@pytest.fixture
def sample(checkers):
    with checking(ONE):
        return checkers.say("Sample")


def test_constructor_refuses_outside_a_checker():
    with pytest.raises(ForgedEvidenceError, match="only be made by a checker"):
        Evidence("Identity", "all", "typed by hand", "{}")


def test_constructor_refuses_inside_a_check_but_outside_a_checker():
    with checking(ONE), pytest.raises(ForgedEvidenceError):
        Evidence("Identity", "all", "typed by hand", "{}")
    with checking(ONE), pytest.raises(ForgedEvidenceError):
        mint("Identity", "typed by hand", {})


def test_a_checker_without_a_statement_under_check_cannot_mint(checkers):
    with pytest.raises(ForgedEvidenceError):
        checkers.say("Identity")


def test_licence_ends_when_the_checker_returns_or_raises(checkers):
    with checking(ONE):
        checkers.say("Identity")
        with pytest.raises(CheckFailedError):
            checkers.require_even(3)
        with pytest.raises(ForgedEvidenceError):
            mint("Identity", "after the checker", {})


def test_licence_does_not_pass_into_a_claim_that_a_checker_runs():
    @checker
    def runs_another_check():
        with checking(OTHER):
            return mint("Identity", "inside, but of the inner check", {})

    with checking(ONE), pytest.raises(ForgedEvidenceError):
        runs_another_check()


def test_licence_does_not_pass_into_another_thread():
    caught = []

    @checker
    def starts_a_thread():
        def work():
            try:
                mint("Identity", "from another thread", {})
            except ForgedEvidenceError as error:
                caught.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    with checking(ONE):
        starts_a_thread()
    assert len(caught) == 1


@pytest.mark.parametrize(
    "change", [{"kind": "Identity"}, {"scope": "k=2"}, {"summary": "x"}, {"content": '{"a": 1}'}, {"part": "b"}]
)
def test_replace_raises(sample, change):
    with pytest.raises(ForgedEvidenceError):
        dataclasses.replace(sample, **change)
    with checking(ONE), pytest.raises(ForgedEvidenceError):
        dataclasses.replace(sample, **change)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "Identity"),
        ("scope", "m=2, n=3"),
        ("summary", "stronger words"),
        ("content", '{"trials": 1000000}'),
        ("part", "b"),
        ("statement_digest", OTHER.digest),
        ("checker", "identity.prove"),
        ("seal", "0" * 64),
        ("seal", ""),
    ],
)
@pytest.mark.parametrize("through", ["setattr", "copy", "dict"])
def test_alterations_are_seen(sample, name, value, through):
    assert is_genuine(sample)
    forged = copy.copy(sample) if through == "copy" else sample
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(forged, name, value)
    if through == "dict":
        forged.__dict__[name] = value
    else:
        object.__setattr__(forged, name, value)
    assert not is_genuine(forged)
    with pytest.raises(EvidenceMismatchError):
        verdict_of(OTHER if name == "statement_digest" else ONE, [forged])


def test_evidence_for_another_statement_or_variant_is_refused(sample):
    assert verdict_of(ONE, [sample]).status == "sampled"
    for statement in (OTHER, ONE.mutated("flips a sign"), dataclasses.replace(ONE, printed="$1 = 3$")):
        with pytest.raises(EvidenceMismatchError, match="another statement"):
            verdict_of(statement, [sample])


class _LyingEvidence(Evidence):
    """Bears a true seal over a Sample, and calls itself an Identity."""

    def __post_init__(self):
        pass


class _LyingText(str):
    """Is written as ``Sample`` and equal to everything."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def test_subclasses_cannot_carry_a_true_seal(sample):
    fields = [getattr(sample, f.name) for f in dataclasses.fields(Evidence)]
    assert not is_genuine(_LyingEvidence(*fields))
    disguised = copy.copy(sample)
    object.__setattr__(disguised, "kind", _LyingText("Sample"))
    assert not is_genuine(disguised)
    with pytest.raises(EvidenceMismatchError):
        verdict_of(ONE, [disguised])


def test_evidence_is_not_genuine_in_another_process(sample):
    program = (
        "import base64, pickle, sys\n"
        "from claims.evidence import is_genuine\n"
        "print(is_genuine(pickle.loads(base64.b64decode(sys.argv[1]))))\n"
    )
    text = base64.b64encode(pickle.dumps(sample)).decode()
    result = subprocess.run([sys.executable, "-c", program, text], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
    assert is_genuine(pickle.loads(pickle.dumps(sample)))  # noqa: S301 - our own bytes


@pytest.mark.parametrize("data", [{"x": float("nan")}, {"x": float("inf")}, {"x": {1, 2}}, {"x": object()}])
def test_details_must_be_json(checkers, data):
    with checking(ONE), pytest.raises(EvidenceContentError):
        checkers.say("Sample", data=data)


@pytest.mark.parametrize("key", ["kind", "scope", "summary", "part", "checker"])
def test_details_cannot_overwrite_the_record(checkers, key):
    with checking(ONE), pytest.raises(EvidenceContentError, match=key):
        checkers.say("Sample", data={key: "Identity"})


def test_record_shows_no_seal_and_reads_back(checkers):
    with checking(ONE):
        record = checkers.say("Sample", data={"trials": 25}).to_record()
    assert record == {
        "kind": "Sample",
        "scope": "all",
        "summary": "said Sample",
        "checker": "conftest.say",
        "trials": 25,
    }
    assert json.loads(json.dumps(record)) == record
