"""The checker of degrees of positive homogeneity: composition rules for all dimensions, exact points against them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from claims.evidence import CheckFailedError, Evidence, checker, mint
from numeric.homogeneous.exact_maps import ScalingPoint
from symbolic.homogeneous.degrees import DegreeError, Term, degree, proof


@checker
def decide_degree(term: Term, printed: int | Fraction, points: Sequence[ScalingPoint], *, part: str = "") -> Evidence:
    """Return `Derivation` if the composition has the printed degree, else a `Witness` that scales otherwise.

    Args:
        term: How the map is composed.
        printed: The degree claimed.
        points: Exact points of the same map, evaluated by code of its own; may be empty where values are not rational.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If the composition has no degree, or contradicts the points, or differs from the printed
            degree without a point to show it.
    """
    for point in points:
        if Fraction(printed).denominator == 1 and point.scaled_value() != point.expected(int(printed)):
            data = {"point": point.to_record(), "printed_degree": str(printed)}
            return mint("Witness", f"at an exact point the map does not scale with degree {printed}", data, part=part)
    try:
        found = degree(term)
    except DegreeError as error:
        raise CheckFailedError(str(error)) from error
    if found is not None and found != printed:
        raise CheckFailedError(f"{term} has degree {found}, not {printed}")
    shown = "every degree" if found is None else f"degree {found}"
    shows = {"composition": proof(term), "exact_points": len(points)}
    return mint("Derivation", f"positively homogeneous with {shown}, for all dimensions", shows, part=part)
