"""A checker for equalities at listed exact instances: proof for those, a witness where one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from claims.evidence import CheckFailedError, Evidence, checker, mint


class Recordable(Protocol):
    """An exact instance that can be written down."""

    def to_record(self) -> dict[str, Any]:
        """Return the instance as JSON-ready exact text."""
        ...


T = TypeVar("T", bound=Recordable)


@checker
def decide_at_instances(
    left: Callable[[T], Fraction],
    right: Callable[[T], Fraction],
    instances: Iterable[T],
    scope: str,
    *,
    part: str = "",
) -> Evidence:
    """Return `FixedIdentity` if both sides agree exactly at every instance, else the first `Witness`.

    Args:
        left: Evaluates one side, exactly.
        right: Evaluates the other side, exactly.
        instances: Exact instances; at least one.
        scope: What the instances are, e.g. ``"k=1,2,3, rational rotations"``.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If no instance is given.
    """
    tried = 0
    for instance in instances:
        values = left(instance), right(instance)
        if values[0] != values[1]:
            data = {"instance": instance.to_record(), "left": str(values[0]), "right": str(values[1])}
            return mint(
                "Witness", f"the left side is {values[0]}, the right side {values[1]}", data, scope=scope, part=part
            )
        tried += 1
    if not tried:
        raise CheckFailedError("no instance was given")
    return mint(
        "FixedIdentity", "both sides are equal at every instance", {"exact_instances": tried}, scope=scope, part=part
    )
