"""The checker of equalities between polytopes; where one fails it shows a point and a separating direction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TypeVar

from flint import fmpq

from claims.checkers.exact_instances import Recordable
from claims.evidence import CheckFailedError, Evidence, checker, mint
from numeric.local_surjection.separation import separates
from symbolic.clarke.polytope import Polytope, Vector

T = TypeVar("T", bound=Recordable)


@checker
def decide_polytopes(
    left: Callable[[T], Polytope],
    right: Callable[[T], Polytope],
    instances: Iterable[T],
    scope: str,
    *,
    part: str = "",
) -> Evidence:
    """Return `FixedIdentity` if both polytopes are equal at every instance, else the first `Witness`.

    Membership is decided by an exact simplex method; a separating direction is tried anew by plain inner products.

    Args:
        left: One side of the stated equality, e.g. the hull of the limits of gradients.
        right: The other side.
        instances: Exact instances.
        scope: What they are.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If no instance is given, or a direction does not separate on a second look.
    """
    tried = 0
    for instance in instances:
        sides = left(instance), right(instance)
        for name, mine, other in (("left", sides[0], sides[1]), ("right", sides[1], sides[0])):
            outside = mine.difference(other)
            if outside is not None:
                return _witness(instance, name, outside, other, scope, part)
        tried += 1
    if not tried:
        raise CheckFailedError("no instance was given")
    return mint(
        "FixedIdentity",
        "both polytopes are equal at every instance",
        {"exact_instances": tried},
        scope=scope,
        part=part,
    )


def _witness(  # noqa: PLR0913, PLR0917 - all that the record shows
    instance: Recordable, name: str, outside: tuple[Vector, Vector], other: Polytope, scope: str, part: str
) -> Evidence:
    point, w = outside
    if not separates(_fractions(w), _fractions(point), [_fractions(p) for p in other.points]):
        raise CheckFailedError(f"direction {w} does not separate {point}")
    value = sum((a * b for a, b in zip(w, point, strict=True)), fmpq(0))
    data = {
        "instance": instance.to_record(),
        "point": [str(v) for v in point],
        "in": f"the {name} side only",
        "direction": [str(v) for v in w],
        "value_at_point": str(value),
        "largest_value_on_the_other_side": str(other.support(w)),
    }
    return mint("Witness", f"a point of the {name} side is not in the other", data, scope=scope, part=part)


def _fractions(vector: Vector) -> list[Fraction]:
    return [Fraction(int(v.p), int(v.q)) for v in vector]
