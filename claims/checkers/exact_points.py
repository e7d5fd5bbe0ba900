"""A checker of statements at exact points: hypotheses first, then the conclusion, by rational arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from claims.checkers.exact_instances import Recordable
from claims.evidence import CheckFailedError, Evidence, checker, mint

T = TypeVar("T", bound=Recordable)
Property = Callable[[T], bool]


@checker
def decide_at_points(  # noqa: PLR0913 - a statement, its points and how it is shown
    points: Sequence[T],
    hypotheses: Mapping[str, Property[T]],
    conclusion: Property[T],
    says: str,
    scope: str,
    *,
    part: str = "",
) -> Evidence:
    """Return the first `Witness` against "hypotheses imply conclusion", or `FixedIdentity` if it holds at every point.

    Args:
        points: Exact points; at least one.
        hypotheses: What the statement assumes, by name; each is decided exactly at each point.
        conclusion: What the statement concludes, decided exactly.
        says: The statement in words.
        scope: What the points are.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If no point is given, or one of them does not satisfy the hypotheses.
    """
    if not points:
        raise CheckFailedError("no point was given")
    for point in points:
        for name, holds in hypotheses.items():
            if not holds(point):
                raise CheckFailedError(f"the point {point.to_record()} does not satisfy: {name}")
        if not conclusion(point):
            data = {"point": point.to_record(), "hypotheses_checked": list(hypotheses)}
            return mint("Witness", f"fails at an exact point: {says}", data, scope=scope, part=part)
    counted = {"points": len(points), "hypotheses_checked": list(hypotheses)}
    return mint("FixedIdentity", says, counted, scope=scope, part=part)


@checker
def exhibit(point: T, properties: Mapping[str, Property[T]], says: str, *, part: str = "") -> Evidence:
    """Return `Construction` evidence for "there is ...": one exact object with all the properties.

    Args:
        point: The object.
        properties: What it must satisfy, by name; each is decided exactly.
        says: What exists, in words.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If the object lacks a property, or none is asked for.
    """
    if not properties:
        raise CheckFailedError("no property was asked for")
    for name, holds in properties.items():
        if not holds(point):
            raise CheckFailedError(f"the object {point.to_record()} does not satisfy: {name}")
    return mint("Construction", says, {"object": point.to_record(), "properties": list(properties)}, part=part)
