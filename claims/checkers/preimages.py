"""The checker of right inverses: preimages are evaluated entry by entry by code that did not construct them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq

from claims.evidence import CheckFailedError, Evidence, checker, mint
from numeric.local_surjection.exact_values import (
    Matrix,
    exact,
    factorization_value,
    machine_value,
    squared_distance,
    tensor_value,
)
from symbolic.local_surjection.errors import HypothesisError, OutsideRadiusError
from symbolic.local_surjection.maps import FactorizationMachine, MatrixFactorization, Point
from symbolic.local_surjection.right_inverse import Map, Preimage


@dataclass(frozen=True)
class PreimageRequest:
    """A map, a point, an offset of the value, and the radius of the ball the preimage must lie in."""

    map_: Map
    point: Point
    offset: tuple[fmpq, ...]
    t: fmpq

    @property
    def target(self) -> tuple[fmpq, ...]:
        """Return the value at the point plus the offset."""
        return tuple(a + b for a, b in zip(self.map_.value(self.point), self.offset, strict=True))

    def to_record(self) -> dict[str, Any]:
        """Return the request as JSON-ready exact text."""
        return {
            "map": str(self.map_),
            "point": [[[str(v) for v in row] for row in part.tolist()] for part in self.point],
            "target": [str(v) for v in self.target],
            "t": str(self.t),
        }


def evaluate(map_: Map, point: Point) -> list[Fraction]:
    """Return the map's value written out in Fractions."""
    parts = [exact(part.tolist()) for part in point]
    if isinstance(map_, MatrixFactorization):
        return factorization_value(parts[0], parts[1], map_.m, map_.n)
    if isinstance(map_, FactorizationMachine):
        return machine_value(parts[0], [_fraction(a) for a in map_.coefficients], map_.d0)
    return tensor_value(parts[0], parts[1], parts[2], (map_.n1, map_.n2, map_.n3))


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


@checker
def decide_preimages(
    solve: Callable[[PreimageRequest], Preimage], requests: Iterable[PreimageRequest], scope: str, *, part: str = ""
) -> Evidence:
    """Return `Construction` if every request is met exactly, else a `Witness` where the preimage is wrong.

    Args:
        solve: The right inverse.
        requests: Points, targets and balls.
        scope: What the requests are, e.g. ``"m, n ≤ 4, d ≤ 8"``.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If no request is given, or the right inverse refuses one.
    """
    met, largest = 0, 0
    for request in requests:
        try:
            found = solve(request)
        except (HypothesisError, OutsideRadiusError) as refusal:
            raise CheckFailedError(str(refusal)) from refusal
        value = evaluate(request.map_, found.point)
        moved = squared_distance(_parts(found.point), _parts(request.point))
        if value != [_fraction(v) for v in request.target] or moved > _fraction(request.t) ** 2:
            data = {"request": request.to_record(), "value": [str(v) for v in value], "distance2": str(moved)}
            return mint("Witness", "the constructed point misses the target or the ball", data, scope=scope, part=part)
        met += 1
        largest = max(largest, len(value))
    if not met:
        raise CheckFailedError("no request was given")
    return mint(
        "Construction",
        "each target has an exact preimage in the ball",
        {"preimages": met, "largest_number_of_outputs": largest},
        scope=scope,
        part=part,
    )


def _parts(point: Point) -> list[Matrix]:
    return [exact(part.tolist()) for part in point]


@checker
def sample_preimages(
    trials: Iterable[tuple[float, float, float]], tolerance: float, scope: str, *, part: str = ""
) -> Evidence:
    """Return `Sample` evidence that floating-point preimages keep their bounds; never a proof.

    Args:
        trials: For each seeded trial the residual, the distance moved and the bound for it.
        tolerance: Largest residual accepted.
        scope: What was drawn.
        part: The part of the statement this supports.

    Raises:
        CheckFailedError: If a residual exceeds the tolerance or a distance its bound, or nothing was tried.
    """
    tried = 0
    for residual, distance, bound in trials:
        if not residual <= tolerance or not distance <= bound:
            raise CheckFailedError(
                f"trial {tried}: residual {residual:.3g}, distance {distance:.3g} against {bound:.3g}"
            )
        tried += 1
    if not tried:
        raise CheckFailedError("nothing was tried")
    return mint(
        "Sample",
        "preimages found in floating point within the bound",
        {"trials": tried, "tolerance": str(tolerance)},
        scope=scope,
        part=part,
    )
