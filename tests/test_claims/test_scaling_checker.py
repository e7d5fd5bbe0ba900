"""A flat ratio is supported, a growing or unbounded one is not, and what is minted is a Sample and no more."""

import math

import pytest

from claims.checkers.scaling import Series, fitted_exponent, support_rate
from claims.evidence import CheckFailedError, checking
from claims.registry import get_claim
from claims.sampling import Sampling, sampling
from claims.statement import Statement
from claims.verdict import verdict_of

STATEMENT = Statement("nimc:demo", "lemma", "Demo", "$1=1$")
MEASURED = ("lemma-E.3", "lemma-E.6", "lemma-E.7", "lemma-E.9", "theorem-C.2", "theorem-3.2")


def series(power, noise=0.1, sizes=(1, 2, 4, 8, 16)):
    return Series("d", [(d, lambda rng, d=d: d**power * math.exp(noise * rng.standard_normal())) for d in sizes])


def support(lines, corners=(), at_most=100.0):
    with checking(STATEMENT):
        return support_rate(lines, corners, at_most, "a ratio", "d = 1..16")


def test_a_flat_or_falling_ratio_is_supported_and_only_sampled():
    evidence = support([series(0), series(-0.5)])
    assert evidence.kind == "Sample"
    assert "support, not proof" in evidence.summary
    assert verdict_of(STATEMENT, [evidence]).status == "sampled"
    assert evidence.data["trials_at_each_size"] == 25


@pytest.mark.parametrize("power", [0.35, 0.5, 1.0])
def test_a_trend_is_no_support(power):
    with pytest.raises(CheckFailedError, match="grows with exponent"):
        support([series(0), series(power)])


def test_a_scatter_too_wide_to_tell_is_no_support():
    with pytest.raises(CheckFailedError, match="no support"):
        support([Series("d", [(1, lambda _: 1.0), (2, lambda _: 9.0), (4, lambda _: 1.0)])])


@pytest.mark.parametrize("value", [101.0, math.nan, math.inf, -1.0])
def test_a_ratio_out_of_bounds_fails_wherever_it_stands(value):
    with pytest.raises(CheckFailedError, match="more than 100"):
        support([series(0)], [("corner", lambda _: value)])
    with pytest.raises(CheckFailedError, match="more than 100"):
        support([Series("d", [(1, lambda _: 1.0), (2, lambda _: value), (4, lambda _: 1.0)])])


def test_nothing_measured_is_no_support():
    with pytest.raises(CheckFailedError, match="nothing was measured"):
        support([], [("corner", lambda _: 1.0)])


@pytest.mark.parametrize(("sizes", "values"), [([1, 2], [1, 1]), ([1, 2, 4], [1, 0, 1]), ([1, 2, 4], [1, math.nan, 1])])
def test_no_exponent_from_too_little(sizes, values):
    with pytest.raises(CheckFailedError, match="no exponent"):
        fitted_exponent(sizes, values)


@pytest.mark.parametrize("local", MEASURED)
def test_measured_claims_are_sampled_and_their_near_misses_die(local):
    outcome = get_claim(f"nimc:{local}.measured").outcome
    assert outcome.verdict.status == "sampled"
    assert outcome.killed == len(outcome.mutants) >= 2


def test_another_seed_and_number_of_trials_are_recorded():
    claim = get_claim("nimc:lemma-E.6.measured")
    with sampling(Sampling(seed=3, trials=30)):
        data = claim.run(with_mutants=False).evidence[0].data
    assert (data["seed"], data["trials_at_each_size"]) == (3, 30)
    assert data["largest_ratio"] != claim.outcome.evidence[0].data["largest_ratio"]
