"""Enclosures of E[φ^a φ'^b z^c], z standard normal: best method chosen, a second one must overlap, radius proved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flint import arb

from numeric.enclosures.ball_expression import Expression
from numeric.enclosures.balls import has_absolute_radius, has_relative_radius, power_of_ten, working_bits
from numeric.enclosures.fast_paths import Computation, fast_paths
from numeric.enclosures.growth import constant_growth
from numeric.enclosures.kinks import smooth_pieces
from numeric.enclosures.moment_problem import Exponents, MomentProblem
from numeric.enclosures.parity import is_identically_zero, parity
from numeric.enclosures.quadrature import (
    PieceProblem,
    QuadratureResult,
    enclose_by_gauss_legendre,
    enclose_by_taylor,
    piece_problem,
)
from numeric.enclosures.trapezoid import NoStripError, enclose_by_trapezoid
from numeric.enclosures.truncated_gaussian import enclose_in_closed_form, has_closed_form

_ROUNDS = 16
METHODS = ("auto", "trapezoid", "gauss-legendre", "taylor", "closed-form")


class DisjointEnclosuresError(ArithmeticError):
    """Two methods gave disjoint enclosures of one number: a defect of this library, never of the input."""


class EnclosureAccuracyError(ValueError):
    """The accuracy asked for was not reached within the limits of precision."""


class MomentRequestError(ValueError):
    """A request that makes no sense: negative exponents, no digits, an unknown method."""


@dataclass(frozen=True)
class MomentEnclosure:
    """A proved enclosure of one expectation, and how it was obtained and checked.

    Attributes:
        value: A real ball that contains the expectation.
        digits: The digits asked for.
        accuracy: ``"relative"``: the radius is below 10**-digits of the value. ``"exact"``: the ball is the exact 0,
            proved by parity. ``"absolute"``: the ball contains 0 and has radius below 10**-(2·digits + 100) times a
            bound of E|φ^a φ'^b z^c|; nothing proves that the value is 0.
        method: What computed ``value``.
        bits: Working precision.
        tail_bound: What was proved to lie beyond the cut (already inside the radius).
        evaluations: Nodes, cells or calls of the integrand used in the last round.
        check_method: The independent method that overlaps.
        check_digits: Digits at which it was run.
    """

    value: Any
    digits: int
    accuracy: str
    method: str
    bits: int
    tail_bound: Any
    evaluations: int
    check_method: str
    check_digits: int


_Method = Callable[[tuple[Exponents, ...], list[Any]], Computation]


def enclose_expectation(
    expression: Expression, digits: int, *, method: str = "auto", check_digits: int | None = None
) -> MomentEnclosure:
    """Return a proved enclosure of E[f(z)], z standard normal.

    Args:
        expression: The tree of f, real on the real line.
        digits: Decimal digits, ≥ 1: the relative radius is below 10**-digits.
        method: One of ``METHODS``; ``"auto"`` takes the fastest that applies.
        check_digits: Digits for the second method; default: the same up to 60, 60 beyond. 0 leaves the check out.

    Returns:
        The enclosure; value and radius are proved, and a second independent method overlaps it.

    Raises:
        IntegrandError: A subclass named for the cause, if f has a pole or branch cut on the real line, grows too
            fast, or has kinks that cannot be isolated.
        EnclosureAccuracyError: If the digits cannot be reached.
        DisjointEnclosuresError: If the two methods contradict each other (a defect).

    Example:
        >>> from numeric.enclosures.ball_expression import Z, apply
        >>> r = enclose_expectation(apply("relu", Z) ** 2, 20)
        >>> r.value.overlaps(arb(0.5)), r.accuracy, r.method
        (True, 'relative', 'closed-form')
    """
    return enclose_moments(expression, [(1, 0, 0)], digits, method=method, check_digits=check_digits)[0]


def enclose_moment(  # noqa: PLR0913 - the three exponents are the moment
    phi: Expression,
    a: int,
    b: int,
    c: int,
    digits: int,
    *,
    method: str = "auto",
    check_digits: int | None = None,
) -> MomentEnclosure:
    """Return a proved enclosure of E[φ(z)^a φ'(z)^b z^c]; see :func:`enclose_moments`."""
    return enclose_moments(phi, [(a, b, c)], digits, method=method, check_digits=check_digits)[0]


def enclose_moments(
    phi: Expression,
    exponents: Sequence[Exponents],
    digits: int,
    *,
    method: str = "auto",
    check_digits: int | None = None,
) -> list[MomentEnclosure]:
    """Return proved enclosures of E[φ^a φ'^b z^c] for every (a, b, c), sharing the values of φ and φ' at the nodes.

    Args:
        phi: The activation's tree; φ' is taken almost everywhere.
        exponents: Triples of non-negative integers.
        digits: Decimal digits of relative accuracy for every moment.
        method: One of ``METHODS``.
        check_digits: As in :func:`enclose_expectation`.

    Returns:
        One record a triple, in order.

    Raises:
        As :func:`enclose_expectation`; MomentRequestError for a senseless request.

    Example:
        >>> from numeric.enclosures.ball_expression import Z, apply
        >>> odd, second = enclose_moments(apply("tanh", Z), [(1, 0, 0), (2, 0, 0)], 15)
        >>> odd.value, odd.accuracy, second.value.str(10)
        (0, 'exact', '[0.3942944904 +/- 2.17e-12]')
    """
    wanted = _checked_request(exponents, digits, method)
    if not wanted:
        return []
    check_at = min(digits, 60) if check_digits is None else check_digits
    parts = [piece_problem(piece, tuple(wanted)) for piece in smooth_pieces(phi)]
    whole = MomentProblem(phi, tuple(wanted))
    zero = [_is_odd(whole.integrand(e)) for e in wanted]
    rest = tuple(e for e, is_zero in zip(wanted, zero, strict=True) if not is_zero)
    found: dict[Exponents, MomentEnclosure] = {}
    if rest:
        scales = dict(zip(wanted, _absolute_moments(parts), strict=True))
        records = _enclosed(_methods(phi, parts, method), [(e, scales[e]) for e in rest], digits, check_at)
        found = dict(zip(rest, records, strict=True))
    odd = MomentEnclosure(arb(0), digits, "exact", "parity", 0, arb(0), 0, "none needed", 0)
    return [odd if is_zero else found[e] for e, is_zero in zip(wanted, zero, strict=True)]


def _checked_request(exponents: Sequence[Exponents], digits: int, method: str) -> list[Exponents]:
    if digits < 1:
        raise MomentRequestError(f"enclose_moments: digits is {digits}; at least 1 is needed")
    if method not in METHODS:
        raise MomentRequestError(f"enclose_moments: unknown method {method!r}; known: {', '.join(METHODS)}")
    for triple in exponents:
        if any(n < 0 for n in triple):
            raise MomentRequestError(f"enclose_moments: exponents {triple} must be three non-negative integers")
    return list(exponents)


def _is_odd(integrand: Expression) -> bool:
    return parity(integrand) == "odd" or is_identically_zero(integrand)


def _methods(phi: Expression, parts: list[PieceProblem], method: str) -> tuple[_Method, _Method]:
    """Return the method to use and the independent one that checks it."""
    gauss = partial(_by_pieces, parts, enclose_by_gauss_legendre, "gauss-legendre")
    taylor = partial(_by_pieces, parts, enclose_by_taylor, "taylor")
    if method == "gauss-legendre":
        return gauss, taylor
    if method == "taylor":
        return taylor, gauss
    if method == "closed-form" or (method == "auto" and all(map(has_closed_form, parts))):
        if not all(map(has_closed_form, parts)):
            raise MomentRequestError(f"closed-form: {phi} is not piecewise polynomial; use method='auto'")
        return partial(_by_pieces, parts, enclose_in_closed_form, "closed-form"), gauss
    if len(parts) == 1:
        trapezoid = partial(_by_trapezoid, parts[0])
        for path in fast_paths if method == "auto" else ():
            parameters = path.recognise(phi)
            if parameters is not None:
                return partial(path.enclose, parameters), trapezoid
        if method == "trapezoid":
            return trapezoid, gauss
        return partial(_first_applicable, (trapezoid, gauss)), gauss
    if method == "trapezoid":
        raise NoStripError(f"trapezoidal rule: {phi} has kinks, so it is analytic in no strip; use method='auto'")
    return gauss, taylor


def _first_applicable(
    methods: tuple[_Method, ...], exponents: tuple[Exponents, ...], tolerances: list[Any]
) -> Computation:
    try:
        return methods[0](exponents, tolerances)
    except NoStripError:
        return methods[1](exponents, tolerances)


def _by_trapezoid(part: PieceProblem, exponents: tuple[Exponents, ...], tolerances: list[Any]) -> Computation:
    result = enclose_by_trapezoid(MomentProblem(part.problem.phi, exponents), part.bounds, tolerances)
    return Computation(result.values, "trapezoid", result.bits, result.tail_bound, result.nodes)


def _by_pieces(
    parts: list[PieceProblem],
    integrate: Callable[[PieceProblem, list[Any]], QuadratureResult],
    name: str,
    exponents: tuple[Exponents, ...],
    tolerances: list[Any],
) -> Computation:
    shares = [t / (2 * len(parts)) for t in tolerances]
    results = [
        integrate(PieceProblem(part.piece, MomentProblem(part.problem.phi, exponents), part.bounds), shares)
        for part in parts
    ]
    bits = max(result.bits for result in results)
    with working_bits(bits + 8):
        values = [arb(0) for _ in exponents]
        tail = arb(0)
        for result in results:
            values = [total + value for total, value in zip(values, result.values, strict=True)]
            tail = tail + result.tail_bound
    return Computation(tuple(values), name, bits, tail, sum(result.evaluations for result in results))


def _absolute_moments(parts: list[PieceProblem]) -> list[Any]:
    """Return upper bounds of E|φ^a φ'^b z^c|: the scale that a tolerance must be seen against."""
    with working_bits(64):
        totals = [power_of_ten(-400) for _ in parts[0].problem.exponents]
        for part in parts:
            middle = [m.C for m in part.problem.majorants([constant_growth(b) for b in part.bounds.middle])]
            tails = [
                part.problem.majorants(list(side)) or [constant_growth(arb(0))] * len(totals)
                for side in (part.bounds.left, part.bounds.right)
            ]
            totals = [
                (t + m + left.gaussian_integral() + right.gaussian_integral()).upper()
                for t, m, left, right in zip(totals, middle, *tails, strict=True)
            ]
        return totals


def _enclosed(
    methods: tuple[_Method, _Method], scaled: list[tuple[Exponents, Any]], digits: int, check_digits: int
) -> list[MomentEnclosure]:
    run, check_run = methods
    exponents, scales = tuple(e for e, _ in scaled), [scale for _, scale in scaled]
    final, accuracies = _to_digits(run, exponents, scales, digits)
    if check_digits <= 0:
        return [_record(final, i, digits, accuracies[i], ("none", 0)) for i in range(len(exponents))]
    with working_bits(64):
        tolerances = [_tolerance(value, scale, check_digits) for value, scale in zip(final.values, scales, strict=True)]
    if final.method == "gauss-legendre" and isinstance(check_run, partial) and "gauss-legendre" in check_run.args:
        check_run = partial(check_run.func, check_run.args[0], enclose_by_taylor, "taylor")
    check = _checked(check_run, exponents, tolerances)
    for triple, value, other in zip(exponents, final.values, check.values, strict=True):
        if not value.overlaps(other):
            raise DisjointEnclosuresError(
                f"moment {triple}: {final.method} gives {value.str(30)} but {check.method} gives {other.str(30)}"
            )
    return [_record(final, i, digits, accuracies[i], (check.method, check_digits)) for i in range(len(exponents))]


def _checked(run: _Method, exponents: tuple[Exponents, ...], tolerances: list[Any]) -> Computation:
    """Return the check's balls, each proved small: a ball as wide as the line would overlap anything."""
    asked = tolerances
    for _ in range(4):
        check = run(exponents, asked)
        with working_bits(64):
            if all(has_absolute_radius(v, 2**10 * t) for v, t in zip(check.values, tolerances, strict=True)):
                return check
            asked = [(t / 2**32).lower() for t in asked]
    raise EnclosureAccuracyError(
        f"{check.method}: the independent check did not reach its accuracy; ask for other check_digits or method"
    )


def _record(final: Computation, i: int, digits: int, accuracy: str, check: tuple[str, int]) -> MomentEnclosure:
    return MomentEnclosure(
        final.values[i],
        digits,
        accuracy,
        final.method,
        final.bits,
        final.tail_bound,
        final.evaluations,
        *check,
    )


def _tolerance(value: Any, scale: Any, digits: int) -> Any:
    """Return an absolute tolerance for ``digits`` of a value known roughly; of its scale if it may be 0."""
    size = value.abs_lower()
    return ((size if size > 0 else scale) * power_of_ten(-digits) / 4).lower()


def _to_digits(
    run: _Method, exponents: tuple[Exponents, ...], scales: list[Any], digits: int
) -> tuple[Computation, list[str]]:
    """Run the method with absolute tolerances that follow the size of the values until all radii are small enough."""
    with working_bits(64):
        tolerances = [(scale * power_of_ten(-min(digits, 12) - 2)).lower() for scale in scales]
        floors = [(scale * power_of_ten(-2 * digits - 100)).lower() for scale in scales]
    misses = 0
    for _ in range(_ROUNDS):
        found = run(exponents, tolerances)
        accuracies = []
        following = []
        with working_bits(64):
            for value, tolerance, scale, floor in zip(found.values, tolerances, scales, floors, strict=True):
                accuracy = _accuracy(value, digits, floor)
                accuracies.append(accuracy)
                following.append(tolerance if accuracy else _next_tolerance(value, tolerance, (scale, floor), digits))
        if all(accuracies):
            return found, accuracies
        misses = 0 if all(value.is_finite() for value in found.values) else misses + 1
        if misses > 2:
            break
        tolerances = following
    raise EnclosureAccuracyError(
        f"{found.method}: {digits} digits were not reached at {found.bits} bits; radii "
        + ", ".join(value.rad().str(3, radius=False) for value in found.values)
    )


def _accuracy(value: Any, digits: int, floor: Any) -> str:
    if has_relative_radius(value, digits):
        return "relative"
    return "absolute" if value.contains(0) and has_absolute_radius(value, floor) else ""


def _next_tolerance(value: Any, tolerance: Any, limits: tuple[Any, Any], digits: int) -> Any:
    """Return a smaller tolerance: what the size of the value asks for, or a guess while the radius still hides it."""
    scale, floor = limits
    size = value.abs_lower() if value.is_finite() else arb(0)
    # Hidden: square the accuracy relative to the scale and look again, down to the floor.
    proposal = size * power_of_ten(-digits) / 4 if size > 0 else (tolerance * tolerance / scale).max(floor / 4)
    return (proposal if proposal < tolerance else tolerance / 2**16).lower()
