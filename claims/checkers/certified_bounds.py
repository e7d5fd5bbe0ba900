"""The checker of inequalities at one instance, both sides enclosed by two methods that must overlap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from flint import ctx

from claims.evidence import CheckFailedError, Evidence, checker, mint

Enclose: TypeAlias = Callable[[], Any]
"""Returns a ball that contains the quantity, at the working precision in force."""

_BITS = 192


@checker
def decide_bound_at(
    left: tuple[Enclose, Enclose],
    right: tuple[Enclose, Enclose],
    instance: Mapping[str, str],
    shows: str,
    *,
    part: str = "",
) -> Evidence:
    """Return `Enclosure` if left ≥ right is certain at the instance, a `Witness` if left < right is.

    Args:
        left: Two independent enclosures of the left side; for a `Witness` an upper bound of it may be given.
        right: Two independent enclosures of the right side.
        instance: What the instance is, exact.
        shows: One sentence: what the comparison shows if the bound holds.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If two enclosures of one side are disjoint, or the sides cannot be told apart.
    """
    with ctx.workprec(_BITS):
        sides = []
        for first, second in (left, right):
            ball, check = first(), second()
            if not ball.overlaps(check):
                raise CheckFailedError(f"two enclosures of one side are disjoint: {ball.str(15)} and {check.str(15)}")
            sides.append(ball)
        shown = [side.str(10, radius=False) for side in sides]
        certain = (sides[0] >= sides[1], sides[0] < sides[1])
    data = {"instance": dict(instance), "left": shown[0], "right": shown[1]}
    scope = ", ".join(f"{name}={value}" for name, value in instance.items())
    if certain[1]:
        return mint("Witness", f"left {shown[0]} < right {shown[1]}", data, scope=scope, part=part)
    if certain[0]:
        return mint("Enclosure", shows, data, scope=scope, part=part)
    raise CheckFailedError(f"the sides {shown[0]} and {shown[1]} cannot be told apart")
