"""The checker of statements that rest on outside theory: named, and tried at exact instances before it is cited."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from claims.checkers.exact_instances import Recordable
from claims.evidence import CheckFailedError, Evidence, checker, mint

T = TypeVar("T", bound=Recordable)


@checker
def cite(theorem: str, source: str, holds: Callable[[T], bool], instances: Iterable[T], *, part: str = "") -> Evidence:
    """Return `Citation` of a theorem that held at every instance tried, or a `Witness` against its form here.

    Args:
        theorem: What it says, in one sentence.
        source: Where a proof stands.
        holds: Decides exactly whether the conclusion holds at an instance of the hypotheses.
        instances: Exact instances; at least one.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If no instance is given.
    """
    tried = 0
    for instance in instances:
        if not holds(instance):
            return mint("Witness", f"fails at an instance: {theorem}", {"instance": instance.to_record()}, part=part)
        tried += 1
    if not tried:
        raise CheckFailedError("no instance was given")
    return mint("Citation", theorem, {"source": source, "exact_instances": tried}, part=part)
