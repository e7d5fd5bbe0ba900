"""Checkers for what holds at exact points of the landscape: proof for those tried, a witness where it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from claims.evidence import CheckFailedError, Evidence, checker, mint

T = TypeVar("T")
Finding = Mapping[str, Any] | None


@checker
def decide_at_points(
    failure: Callable[[T], Finding],
    points: Iterable[T],
    shows: str,
    scope: str,
    *,
    part: str = "",
) -> Evidence:
    """Return `FixedIdentity` if nothing fails at any point, else a `Witness`: the first failure, with its values.

    Args:
        failure: Returns ``None`` where the property holds, else what was found there, as exact JSON-ready text. It
            must decide exactly.
        points: The points; at least one.
        shows: One sentence: what holds at all of them.
        scope: Which points they are.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If there is no point.
    """
    tried = 0
    for point in points:
        found = failure(point)
        if found is not None:
            words = str(found.get("found", f"it is not so that {shows}"))
            return mint("Witness", words, {k: v for k, v in found.items() if k != "found"}, scope=scope, part=part)
        tried += 1
    if not tried:
        raise CheckFailedError("there is no point to look at")
    return mint("FixedIdentity", shows, {"exact_points": tried}, scope=scope, part=part)


@checker
def prove_polynomials_vanish(
    remainders: Mapping[str, Any], shows: str, *, kind: str = "identity", part: str = ""
) -> Evidence:
    """Return `Identity` if every polynomial is zero; they are named by what vanishes.

    Args:
        remainders: Elements of a polynomial ring over ℚ, each the difference of two sides.
        shows: One sentence: what their vanishing shows.
        kind: What the polynomials stand for, for the record.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If one does not vanish, or none is given.
    """
    for name, remainder in remainders.items():
        if remainder != 0:
            raise CheckFailedError(f"{name}: {remainder} is left over")
    if not remainders:
        raise CheckFailedError("no polynomial is given")
    return mint("Identity", shows, {"of": kind, "vanishing": list(remainders)}, part=part)


@checker
def prove_polynomials_nonnegative(values: Mapping[str, Any], shows: str, *, part: str = "") -> Evidence:
    """Return `Infeasibility` of a negative value: every polynomial has nonnegative coefficients and even squares.

    A polynomial whose coefficients are all ≥ 0 is ≥ 0 wherever its variables are.

    Args:
        values: Polynomials over ℚ in variables that are nonnegative, named by what they stand for.
        shows: One sentence: what this shows.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If a coefficient is negative, or none is given.
    """
    for name, value in values.items():
        if any(coefficient < 0 for _, coefficient in value.terms()):
            raise CheckFailedError(f"{name}: {value} has a negative coefficient")
    if not values:
        raise CheckFailedError("no polynomial is given")
    return mint("Infeasibility", shows, {"nonnegative": {k: str(v) for k, v in values.items()}}, part=part)


@checker
def prove_infeasible(
    constraints: Mapping[str, Any], multipliers: Mapping[str, int], shows: str, *, part: str = ""
) -> Evidence:
    """Return `Infeasibility`: the given nonnegative combination of the constraints is a negative number.

    Args:
        constraints: Polynomials over ℚ that would all have to be ≥ 0, named by what they say.
        multipliers: The nonnegative multiplier of each constraint used (Farkas).
        shows: One sentence: what therefore cannot be.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If a multiplier is negative, or the combination is not a negative number.
    """
    if any(value < 0 for value in multipliers.values()):
        raise CheckFailedError("a multiplier is negative")
    if not multipliers:
        raise CheckFailedError("no multiplier is given")
    terms = [constraints[name] * value for name, value in multipliers.items()]
    total = sum(terms[1:], terms[0])
    if not total.is_ground or not total.coeff(1) < 0:
        raise CheckFailedError(f"the combination of the constraints is {total}, not a negative number")
    data = {"nonnegative": {name: str(value) for name, value in constraints.items()}, "multipliers": dict(multipliers)}
    return mint("Infeasibility", shows, {**data, "combination": str(total)}, part=part)


@checker
def prove_eventually_positive(values: Mapping[str, Any], shows: str, *, part: str = "") -> Evidence:
    """Return `Identity` showing that polynomials are positive for all large values of their first variable.

    The coefficient of its highest power must have positive coefficients only, in variables that are positive.

    Args:
        values: Polynomials over ℚ, named by what they are.
        shows: One sentence: what this shows.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If a leading coefficient is not manifestly positive, or none is given.
    """
    leading = {}
    for name, value in values.items():
        degree = max((exponents[0] for exponents, _ in value.terms()), default=0)
        top = {exponents: c for exponents, c in value.terms() if exponents[0] == degree}
        if not top or any(c <= 0 for c in top.values()):
            raise CheckFailedError(f"{name}: the leading part of {value} is not manifestly positive")
        leading[name] = f"{len(top)} positive term(s) in the power {degree}"
    if not leading:
        raise CheckFailedError("no polynomial is given")
    return mint("Identity", shows, {"leading": leading}, part=part)
