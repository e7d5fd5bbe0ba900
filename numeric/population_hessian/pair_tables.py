"""The moments of all pairs of columns of one matrix of weights, each pair by the method that serves it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal, get_args

from flint import arb, ctx

from numeric.population_hessian.activation_strips import HomogeneousActivation, SmoothActivation
from numeric.population_hessian.hermite_columns import HermiteColumn, TableSizeError, hermite_columns
from numeric.population_hessian.homogeneous_pairs import enclose_homogeneous_pair, enclose_own_homogeneous_moments
from numeric.population_hessian.mehler_pairs import enclose_own_moments, enclose_pair_by_mehler
from numeric.population_hessian.pair_moments import PairMoments
from numeric.population_hessian.plane_trapezoid import enclose_own_by_trapezoid, enclose_pair_by_trapezoid

Method = Literal["mehler", "trapezoid"]
Gram = Sequence[Sequence[Fraction]]
Pair = tuple[int, int]
Table = list[list[PairMoments]]


class AccuracyError(ValueError):
    """An accuracy or a method was asked for that nothing could serve."""


_ONE_TERM = 2
_LADDER = (48, 96, 192, 384, 768, 1536)


def pair_table(
    activation: SmoothActivation | HomogeneousActivation,
    inner: Gram,
    *,
    digits: int,
    terms: int | None = None,
    method: Method = "mehler",
) -> Table:
    """Return the moments of all pairs of columns of one matrix of weights, as balls.

    Args:
        activation: What is proved of φ.
        inner: The Gram matrix WᵀW, exact, positive definite.
        digits: Radii of 10**-digits are aimed at. Mehler's tables are doubled until the pair is that accurate; pairs
            for which the longest table is too short (long and nearly parallel columns) go to the plane, if need be
            with half the digits. The radii say what was reached.
        terms: A fixed length of Mehler's tables instead, no resort to the plane.
        method: ``"trapezoid"``: all pairs in their planes.

    Raises:
        AccuracyError: If ``digits`` or ``terms`` is below 1, or the method has no such name.
        TableSizeError: If a pair is beyond both methods.
    """
    require_accuracy(digits, terms, method)
    with ctx.workprec(bits_of_table(digits)):
        return _pair_table(activation, inner, digits=digits, terms=terms, method=method)


def require_accuracy(digits: int, terms: int | None, method: str) -> None:
    """Refuse an accuracy or a method that nothing could serve.

    Raises:
        AccuracyError: If ``digits`` or ``terms`` is below 1, or the method has no such name.
    """
    if digits < 1:
        raise AccuracyError(f"population Hessian: digits = {digits}; ask for at least 1")
    if terms is not None and terms < 1:
        raise AccuracyError(f"population Hessian: terms = {terms}; Mehler's expansion needs at least 1")
    if method not in get_args(Method):
        raise AccuracyError(f"population Hessian: unknown method {method!r}; known: {', '.join(get_args(Method))}")


def bits_of_table(digits: int) -> int:
    """Return the working precision for radii of 10**-digits, with room for cancellation in the assembly."""
    return int(3.33 * digits) + 160


def _pair_table(
    activation: SmoothActivation | HomogeneousActivation,
    inner: Gram,
    *,
    digits: int,
    terms: int | None,
    method: Method,
) -> Table:
    k = len(inner)
    every = [(i, j) for i in range(k) for j in range(i + 1, k)]
    if isinstance(activation, HomogeneousActivation):
        own = [enclose_own_homogeneous_moments(activation, inner[i][i]) for i in range(k)]
        pairs = {(i, j): enclose_homogeneous_pair(activation, inner[i][i], inner[j][j], inner[i][j]) for i, j in every}
    elif method == "trapezoid":
        own = [enclose_own_by_trapezoid(activation, inner[i][i], digits=digits) for i in range(k)]
        pairs = {pair: _in_plane(activation, inner, pair, digits) for pair in every}
    else:
        tables, pairs = _by_mehler(activation, inner, every, digits=digits, terms=terms)
        own = [enclose_own_moments(tables[inner[i][i]]) for i in range(k)]
        for pair in every:
            if terms is None and not _is_accurate(pairs.get(pair), digits):
                pairs[pair] = _in_plane_or(pairs.get(pair), activation, inner, pair, digits)
    return [[own[i] if i == j else pairs[i, j] if i < j else pairs[j, i].swapped() for j in range(k)] for i in range(k)]


def _by_mehler(
    activation: SmoothActivation, inner: Gram, missing: list[Pair], *, digits: int, terms: int | None
) -> tuple[dict[Fraction, HermiteColumn], dict[Pair, PairMoments]]:
    """Return tables and pairs; the tables of columns in pairs that are not yet accurate are lengthened."""
    tables: dict[Fraction, HermiteColumn] = {}
    found: dict[Pair, PairMoments] = {}
    wanted = sorted({inner[i][i] for i in range(len(inner))})
    uncorrelated = all(inner[i][j] == 0 for i, j in missing)
    for size in (terms,) if terms is not None else (_ONE_TERM,) if uncorrelated else _LADDER:
        try:
            for squared in wanted:
                (tables[squared],) = hermite_columns(activation, [squared], terms=size, digits=digits + 2)
        except TableSizeError:
            if len(tables) < len(wanted):
                raise
            break
        for i, j in missing:
            found[i, j] = enclose_pair_by_mehler(tables[inner[i][i]], tables[inner[j][j]], inner[i][j])
        missing = [pair for pair in missing if not _is_accurate(found[pair], digits)]
        wanted = sorted({inner[n][n] for pair in missing for n in pair})
        if not missing:
            break
    return tables, found


def _in_plane(activation: SmoothActivation, inner: Gram, pair: Pair, digits: int) -> PairMoments:
    i, j = pair
    return enclose_pair_by_trapezoid(activation, inner[i][i], inner[j][j], inner[i][j], digits=digits)


def _in_plane_or(
    fallback: PairMoments | None, activation: SmoothActivation, inner: Gram, pair: Pair, digits: int
) -> PairMoments:
    """Return what the plane gives, with fewer digits if those need too many nodes, or Mehler's wide balls at last."""
    for fewer in (digits, 2 * digits // 3, digits // 2):
        try:
            return _in_plane(activation, inner, pair, fewer)
        except TableSizeError:
            continue
    if fallback is None:
        return _in_plane(activation, inner, pair, digits)
    return fallback


def _is_accurate(moments: PairMoments | None, digits: int) -> bool:
    return moments is not None and all(arb(value.rad()) <= _tolerance(digits) for value in moments.all())


def _tolerance(digits: int) -> Any:
    return arb(10) ** -digits
