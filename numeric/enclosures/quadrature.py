"""Gaussian moments over pieces of the line, by two methods that share nothing but the integrand.

``enclose_by_gauss_legendre`` is FLINT's adaptive Gauss–Legendre rule with its own error bound (``acb.integral``);
``enclose_by_taylor`` expands the integrand about the centre of each cell and bounds the rest by Cauchy's estimate
on a larger disc. Both integrate up to a cut and add the proved bound of the tail beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import acb, arb

from numeric.enclosures.ball_evaluation import evaluate_many, evaluate_series
from numeric.enclosures.ball_expression import Expression, Z, apply
from numeric.enclosures.balls import hull, log2_magnitude, rational_ball, series_length, widen, working_bits
from numeric.enclosures.growth import IntegrandError, constant_growth, log_peak, start_of_small_tail
from numeric.enclosures.kinks import BreakPoint, Piece
from numeric.enclosures.moment_problem import MomentProblem, monomials
from numeric.enclosures.real_line_bounds import RealLineBounds, real_line_bounds

_EXPONENT = -(Z**2) / 2
_EVALUATIONS = 150_000
_BITS_PER_NEPER = 1.4426950408889634


class QuadratureLimitError(IntegrandError):
    """An adaptive quadrature needed more cells than it is allowed; the integrand varies too fast."""


@dataclass(frozen=True)
class PieceProblem:
    """The moments restricted to one smooth piece, with the proved bounds there."""

    piece: Piece
    problem: MomentProblem
    bounds: RealLineBounds


@dataclass(frozen=True)
class QuadratureResult:
    """Enclosures of the moments with the work and the tail they include."""

    values: tuple[Any, ...]
    bits: int
    evaluations: int
    tail_bound: Any


def piece_problem(piece: Piece, exponents: tuple[tuple[int, int, int], ...]) -> PieceProblem:
    """Return the moments on one piece, proved analytic and integrable on it (its end brackets included).

    Raises:
        IntegrandError: Named for the cause, if that cannot be proved.
    """
    problem = MomentProblem(piece.tree, exponents)
    lower = None if piece.left is None else piece.left.low
    upper = None if piece.right is None else piece.right.high
    bounds = real_line_bounds(problem.factors, lower, upper)
    for majorant in (*problem.majorants(list(bounds.left)), *problem.majorants(list(bounds.right))):
        majorant.check_integrable()
    return PieceProblem(piece, problem, bounds)


def enclose_by_gauss_legendre(part: PieceProblem, tolerances: list[Any]) -> QuadratureResult:
    """Return balls that contain ∫_piece φ^a φ'^b z^c·density for every moment, by ``acb.integral``.

    Args:
        part: A smooth piece.
        tolerances: Absolute radius to aim at, one a moment.
    """
    values, tails, evaluations, most_bits = [], [], 0, 0
    for exponents, tolerance in zip(part.problem.exponents, tolerances, strict=True):
        # Moments are integrated one by one, so each has the cut and the precision of its own size.
        alone = MomentProblem(part.problem.phi, (exponents,))
        cut = _cut(PieceProblem(part.piece, alone, part.bounds), [tolerance])
        integrand = _GuardedIntegrand(alone.integrand(exponents))
        with working_bits(cut.bits):
            integral = acb.integral(
                integrand,
                acb(rational_ball(cut.low)),
                acb(rational_ball(cut.high)),
                abs_tol=tolerance / 4,
                rel_tol=arb(2) ** (8 - cut.bits),
                eval_limit=_EVALUATIONS,
            )
            integrand.raise_if_stopped()
            values.append(widen(integral.real * (2 * arb.pi()).rsqrt(), cut.fringes[0]))
        tails.append(cut.fringes[0])
        evaluations, most_bits = evaluations + integrand.evaluations, max(most_bits, cut.bits)
    return QuadratureResult(tuple(values), most_bits, evaluations, _largest(tails))


class _GuardedIntegrand:
    """The integrand of ``acb.integral``, counted; what is raised in it, such as Ctrl-C, is kept for afterwards.

    ``acb.integral`` ignores an exception in its callback and goes on to its last evaluation.
    """

    def __init__(self, tree: Expression) -> None:
        self.evaluations = 0
        self._trees = [tree, _EXPONENT]
        self._stopped_by: BaseException | None = None

    def __call__(self, z: Any, analytic: bool) -> Any:  # noqa: FBT001 - the signature acb.integral calls
        try:
            if self._stopped_by is not None:
                return acb(0)  # the integral of zero ends at once
            self.evaluations += 1
            value, exponent = evaluate_many(self._trees, z, analytic=analytic)
            return acb(value) * exponent.exp()
        except BaseException as stop:  # noqa: BLE001 - raised again by raise_if_stopped
            self._stopped_by = stop
            return acb(0)

    def raise_if_stopped(self) -> None:
        """Raise what was raised during the integration, if anything was."""
        if self._stopped_by is not None:
            raise self._stopped_by


@dataclass(frozen=True)
class _Cut:
    """The exact finite interval integrated over, and per moment a bound of all that lies outside it."""

    low: Fraction
    high: Fraction
    fringes: list[Any]
    bits: int


def _cut(part: PieceProblem, tolerances: list[Any]) -> _Cut:
    """Choose where to cut infinite ends and which exact point to take for inexact ones; bound what is left out."""
    with working_bits(64):
        smallest = tolerances[0]
        for tolerance in tolerances[1:]:
            smallest = min(smallest, tolerance)
        left = part.problem.majorants(list(part.bounds.left))
        right = part.problem.majorants(list(part.bounds.right))
        fringes = [arb(0) for _ in tolerances]
        ends: list[Fraction] = []
        margin = max(16, int(-log2_magnitude(smallest))) + 16
        for end, majorants, side in ((part.piece.left, left, -1), (part.piece.right, right, 1)):
            if end is None:
                start = start_of_small_tail(majorants, (smallest / 16).lower(), arb(part.bounds.start))
                start = start.ceil()
                ends.append(Fraction(side * int(start.unique_fmpz())))
                fringes = [f + g.tail_integral(start) for f, g in zip(fringes, majorants, strict=True)]
            else:
                point, skipped = _exact_end(part, end, margin)
                ends.append(point)
                fringes = [f + s for f, s in zip(fringes, skipped, strict=True)]
        largest = _largest([m.C for m in part.problem.majorants([constant_growth(b) for b in part.bounds.middle])])
        far = float(max(abs(ends[0]), abs(ends[1])))
        peak = log_peak([*left, *right], float(part.bounds.start), max(far, float(part.bounds.start)))
        floor = log2_magnitude(smallest)
        bits = int(max(log2_magnitude(largest), _BITS_PER_NEPER * peak, floor) - floor) + 32
        return _Cut(ends[0], ends[1], [f.upper() for f in fringes], max(53, bits))


def _exact_end(part: PieceProblem, end: BreakPoint, margin: int) -> tuple[Fraction, list[Any]]:
    """Return a point of the end's bracket and bounds of the integral over the bracket (0 if the end is exact)."""
    if end.is_exact():
        return end.low, [arb(0) for _ in part.problem.exponents]
    inside = [m.C for m in part.problem.majorants([constant_growth(b) for b in part.bounds.middle])]
    near = end.refined(margin + max([0, *(int(log2_magnitude(m)) for m in inside if m > 0)]) + 8)
    width = rational_ball(near.high - near.low)
    return (near.low + near.high) / 2, [(width * value).upper() for value in inside]


def _largest(values: Sequence[Any]) -> Any:
    best = values[0]
    for value in values[1:]:
        best = max(best, value)
    return best


def enclose_by_taylor(part: PieceProblem, tolerances: list[Any]) -> QuadratureResult:
    """Return balls that contain ∫_piece φ^a φ'^b z^c·density for every moment, by Taylor series cell by cell.

    On a cell of half-width w about m, with |F| ≤ M on the disc of radius r > w about m, the coefficients obey
    |F_n| ≤ M/r^n, so the terms from degree N on integrate to at most 2w·M·(w/r)^N/(1 − w/r).

    Raises:
        QuadratureLimitError: If more than 4000 cells would be needed.
    """
    cut = _cut(part, tolerances)
    totals = [arb(0) for _ in tolerances]
    used = 0
    with working_bits(cut.bits + 16):
        length = cut.high - cut.low
        allowed = [t / (4 * rational_ball(length)) if length > 0 else t for t in tolerances]
        # Two bits a term (w/r = 1/4), and a few for the size of the integrand on the disc.
        terms = max(0, *(int(-log2_magnitude(t)) for t in allowed)) // 2 + 12
        stack = _first_cells(cut.low, cut.high)
        while stack:
            a, b = stack.pop()
            used += 1
            if used > 4000:
                raise QuadratureLimitError(f"Taylor quadrature of {part.piece.tree}: more than 4000 cells are needed")
            found = _cell(part, (a, b), terms, allowed)
            if found is None:
                middle = (a + b) / 2
                stack += [(middle, b), (a, middle)]
            else:
                totals = [t + f for t, f in zip(totals, found, strict=True)]
        values = tuple(widen(t, f) for t, f in zip(totals, cut.fringes, strict=True))
    return QuadratureResult(values, cut.bits + 16, used, _largest(cut.fringes))


def _first_cells(low: Fraction, high: Fraction) -> list[tuple[Fraction, Fraction]]:
    count = max(1, int(2 * (high - low)) + 1) if high > low else 0
    width = (high - low) / count if count else Fraction(0)
    return [(low + width * j, low + width * (j + 1)) for j in reversed(range(count))]


def _cell(part: PieceProblem, cell: tuple[Fraction, Fraction], terms: int, allowed: list[Any]) -> list[Any] | None:
    """Return the integrals over one cell, or None if the disc is not proved analytic or the remainder is too large."""
    (a, b), norm = cell, (2 * arb.pi()).rsqrt()
    half = (b - a) / 2
    w, centre = rational_ball(half), rational_ball((a + b) / 2)
    with working_bits(64):
        radius = 4 * half
        r = rational_ball(radius)
        disc = acb(hull(centre - r, centre + r), hull(-r, r))
        trees = [*part.problem.factors, _EXPONENT]
        values = evaluate_many(trees, disc, analytic=True)
        if not all(value.is_finite() for value in values):
            return None
        peak = values[-1].exp().abs_upper()
        products = monomials([v.abs_upper() for v in values[:-1]], part.problem.exponents)
        remainders = [(2 * w * p * peak * (w / r) ** terms / (1 - w / r)).upper() for p in products]
        if not all(bool(e < 2 * w * t) for e, t in zip(remainders, allowed, strict=True)):
            return None
    with series_length(terms):
        series = evaluate_series([*part.problem.factors, apply("exp", _EXPONENT)], centre)
        totals = []
        for product, remainder in zip(monomials(series[:-1], part.problem.exponents), remainders, strict=True):
            coefficients = (product * series[-1]).coeffs()
            total = arb(0)
            step = 2 * w
            for n in range(0, min(terms, len(coefficients)), 2):
                total = total + coefficients[n] * step / (n + 1)
                step = step * w * w
            totals.append(widen(total * norm, remainder))
    return totals
