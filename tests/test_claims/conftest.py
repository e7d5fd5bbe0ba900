"""A registry of its own for each test, and two honest little checkers to fill it with."""

import types

import pytest

from claims import registry
from claims.evidence import CheckFailedError, checker, mint


@checker
def decide_sum(terms, total, part=""):
    """Prove that integers add up to ``total``, or show that they do not."""
    if sum(terms) == total:
        return mint("Identity", "the sum is as stated", {"terms": list(terms)}, part=part)
    return mint("Witness", "the sum differs", {"sum": str(sum(terms))}, part=part)


@checker
def require_even(n):
    """Prove that ``n`` is even, or fail."""
    if n % 2:
        raise CheckFailedError(f"{n} is odd")
    return mint("Identity", "even", {"n": n})


@checker
def say(kind, scope="all", part="", data=None):
    """Mint evidence of any kind: for tests of the verdict's rules only."""
    return mint(kind, f"said {kind}", data or {}, scope=scope, part=part)


@pytest.fixture
def checkers():
    return types.SimpleNamespace(decide_sum=decide_sum, require_even=require_even, say=say)


@pytest.fixture
def empty_registry(monkeypatch):
    """Run the test with no claims registered but its own."""
    registry.load()
    monkeypatch.setattr(registry, "_claims", {})
    return registry
