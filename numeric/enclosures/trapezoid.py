"""Gaussian moments by the trapezoidal rule on the whole line, with the strip bound of Trefethen and Weideman.

For F = f·density analytic in |Im z| ≤ d except for poles off the real line,

    ∫F = h·ΣF(kh) − 2·Re(2πi·Σ_{0 < Im p < d} Res_p F(z)/(e^{−2πiz/h} − 1)) + error,   |error| ≤ 2N/(e^{2πd/h} − 1),

N an upper bound of ∫|F(x ± id)|dx: shift the two lines of the contour integral of F(z)/(1 − e^{−2πiz/h}), which has
the grid sum as its residues, to Im z = ±d; F(z̄) is the conjugate of F(z) because f is real on the real line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any

from flint import acb, acb_series, arb

from numeric.enclosures.ball_evaluation import evaluate_many, evaluate_series
from numeric.enclosures.ball_expression import Expression, Z, apply
from numeric.enclosures.balls import hull, log2_magnitude, series_length, widen, working_bits
from numeric.enclosures.extended_intervals import greatest
from numeric.enclosures.grid_evaluation import ExponentialSequence, GridEvaluator
from numeric.enclosures.growth import Growth, IntegrandError, constant_growth, start_of_small_tail
from numeric.enclosures.half_strip import HalfStrip, SingularIntegrandError
from numeric.enclosures.half_strip_bounds import half_strip_growth
from numeric.enclosures.moment_problem import MomentProblem, monomials
from numeric.enclosures.parity import parity
from numeric.enclosures.real_line_bounds import RealLineBounds
from numeric.enclosures.strip_poles import is_meromorphic_by_construction, laurent, pole_order, poles_below

_BITS_PER_NEPER = 1.4426950408889634


class NoStripError(IntegrandError):
    """No strip around the real line is proved free of singularities, so the strip bound does not apply."""


@dataclass(frozen=True)
class TrapezoidResult:
    """Enclosures by the trapezoidal rule and how they were obtained."""

    values: tuple[Any, ...]
    bits: int
    nodes: int
    residues: int
    step: Any
    half_width: Any
    tail_bound: Any
    strip_bound: Any


@dataclass(frozen=True)
class StripBound:
    """Proved: no singularity in 0 ≤ Im z ≤ d but the poles known, and ∫|F(x + id)|dx ≤ ``line_integrals``."""

    half_width: Any
    line_integrals: tuple[Any, ...]


def enclose_by_trapezoid(
    problem: MomentProblem,
    bounds: RealLineBounds,
    tolerances: list[Any],
    *,
    strips: Callable[[MomentProblem, Any], list[StripBound]] | None = None,
) -> TrapezoidResult:
    """Return balls that contain E[φ^a φ'^b z^c] for every moment of ``problem``.

    Args:
        problem: A smooth activation on the whole line and the moments wanted.
        bounds: Its proved bounds on the real line.
        tolerances: Absolute radius to aim at, one a moment (the radius reached is what the balls say).
        strips: Supplies candidate strips for a smallest tolerance; the default proves them.

    Raises:
        NoStripError: If no strip around the real line is proved free of branch cuts and unknown poles.
    """
    with working_bits(64):
        smallest = _least_positive(tolerances)
        strip, step = _widest_step((strips or strip_bounds)(problem, smallest), tolerances)
        sums = [left + right for left, right in zip(*_tail_majorants(problem, bounds), strict=True)]
        tail = (smallest / 8).lower()
        reach = start_of_small_tail(sums, tail, arb(bounds.start))
        count = int((reach / step).upper().floor().unique_fmpz()) + 1
        reach = step * (count + 1)
        tails = [(g.grid_tail(reach.lower(), step)).upper() for g in sums]
        line = (2 * arb.pi() * strip.half_width / step).exp() - 1
        strip_errors = [(2 * n / line).upper() for n in strip.line_integrals]
        levels = _levels(problem, bounds, float(step), count)
        bits = max(64, int(_BITS_PER_NEPER * levels[0] - log2_magnitude(smallest)) + 2 * count.bit_length() + 24)
    sums_of_nodes, evaluations = _grid_sums(problem, step, bits, levels)
    residues, crossed = _residue_terms(problem, step, strip.half_width, bits)
    values = []
    with working_bits(bits):
        for total, residue, tail_error, strip_error in zip(sums_of_nodes, residues, tails, strip_errors, strict=True):
            values.append(widen(widen(step * total - residue, tail_error), strip_error))
    return TrapezoidResult(
        tuple(values),
        bits,
        evaluations,
        crossed,
        step,
        strip.half_width,
        greatest(tails),
        greatest(strip_errors),
    )


def _least_positive(tolerances: list[Any]) -> Any:
    smallest = tolerances[0]
    for tolerance in tolerances[1:]:
        smallest = min(smallest, tolerance)
    return smallest


def _widest_step(strips: list[StripBound], tolerances: list[Any]) -> tuple[StripBound, Any]:
    """Return the strip that allows the largest step for all tolerances, and that step as an exact ball."""
    best: tuple[StripBound, Any] | None = None
    for strip in strips:
        step: Any = None
        for n, tolerance in zip(strip.line_integrals, tolerances, strict=True):
            allowed = 2 * arb.pi() * strip.half_width / (1 + 16 * n / tolerance).log()
            if allowed.is_finite() and (step is None or allowed < step):
                step = allowed
        if step is not None and step > 0 and (best is None or step.lower() > best[1]):
            best = (strip, step.lower())
    if best is None:
        raise NoStripError("trapezoidal rule: no strip around the real line is proved free of singularities")
    return best


def _tail_majorants(problem: MomentProblem, bounds: RealLineBounds) -> tuple[list[Growth], list[Growth]]:
    return problem.majorants(list(bounds.left)), problem.majorants(list(bounds.right))


def _levels(problem: MomentProblem, bounds: RealLineBounds, step: float, count: int) -> list[float]:
    """Return about log of the largest integrand at ±kh or farther out, for k = 0, …, count.

    It only chooses precisions, so floats will do. "Or farther out": an exponential advanced by multiplication keeps
    the precision it was given, so a term that grows again must not have been rounded before.
    """
    left, right = _tail_majorants(problem, bounds)
    profiles = [growth.log_profile() for growth in (*left, *right)]
    middle = [m.log_profile()(0.0) for m in problem.majorants([constant_growth(bound) for bound in bounds.middle])]
    flat = max([*middle, *(profile(float(bounds.start)) for profile in profiles)])
    levels = [flat if step * k < bounds.start else max(p(step * k) for p in profiles) for k in range(count + 1)]
    return list(accumulate(reversed(levels), max))[::-1]


def _grid_sums(problem: MomentProblem, step: Any, bits: int, levels: list[float]) -> tuple[list[Any], int]:
    """Return ΣF(kh) for |k| ≤ count; even integrands from one side. Precision falls as the terms shrink."""
    even = [parity(problem.integrand(e)) == "even" for e in problem.exponents]
    totals = [arb(0) for _ in even]
    evaluations = 0
    count = len(levels) - 1
    for side in (1,) if all(even) else (1, -1):
        with working_bits(bits):
            grid = GridEvaluator(problem.factors, side * step)
            half = -step * step / 2
            weight = ExponentialSequence(half, arb(0), -(2 * arb.pi()).log() / 2)
        for k in range(count + 1):
            drop = min(bits, int(_BITS_PER_NEPER * (levels[0] - max(levels[k], levels[0] - bits))))
            with working_bits(max(32, bits - drop)):
                if k or side > 0:
                    evaluations += 1
                    terms = monomials(grid.values(), problem.exponents)
                    for i, term in enumerate(terms):
                        if side > 0 or not even[i]:
                            factor = 2 if even[i] and k else 1
                            weighted = factor * term * weight.value
                            with working_bits(bits):
                                totals[i] = totals[i] + weighted
                if k < count:
                    grid.advance()
                    weight.advance()
    return totals, evaluations


def _residue_terms(problem: MomentProblem, step: Any, half_width: Any, bits: int) -> tuple[list[Any], int]:
    """Return 2·Re(2πi·Σ Res F/(e^{−2πiz/h} − 1)) over the poles in 0 < Im z < d, one total a moment."""
    totals = [arb(0) for _ in problem.exponents]
    if not all(map(is_meromorphic_by_construction, problem.factors)):
        return totals, 0
    poles = [p for p in poles_below(problem.factors, float(half_width) + 1) if p.point().imag < half_width]
    if not poles:
        return totals, 0
    orders = [pole_order(factor) for factor in problem.factors]
    length = max(1, *(sum(o * n for o, n in zip(orders, e, strict=True)) for e in problem.exponents))
    density = apply("exp", -(Z**2) / 2)
    with working_bits(bits), series_length(length):
        for pole in poles:
            factors = [laurent(factor, pole, length) for factor in problem.factors]
            weight = evaluate_series([density], pole.point())[0] * (2 * arb.pi()).rsqrt()
            rate = acb(0, -2) * arb.pi() / step
            kernel = 1 / (acb_series([rate * pole.point(), rate]).exp() - 1)
            smooth = weight * kernel
            for i, product in enumerate(monomials(factors, problem.exponents)):
                if product == 1:
                    continue
                residue = _coefficient_of_product(product, smooth)
                totals[i] = totals[i] + 2 * (acb(0, 2) * arb.pi() * residue).real
    return totals, len(poles)


def _coefficient_of_product(product: Any, smooth: Any) -> Any:
    """Return the coefficient of t⁻¹ of a Laurent series times a power series."""
    total = acb(0)
    for n in range(product.order):
        total = total + product.series[n] * smooth[product.order - 1 - n]
    return total


def strip_bounds(problem: MomentProblem, tolerance: Any) -> list[StripBound]:
    """Return strips proved usable, for the step to be chosen among: wide ones first explored, all with their bounds.

    Trees that are meromorphic by construction may have poles inside the strip; others must be analytic in it, which
    is proved by ball evaluation of boxes that cover the strip up to the half-strips where rules take over.
    """
    if all(map(is_meromorphic_by_construction, problem.factors)):
        return _strips_across_poles(problem, tolerance)
    return _strips_by_boxes(problem)


def _strips_across_poles(problem: MomentProblem, tolerance: Any) -> list[StripBound]:
    widest = 4 + 1.6 * max(0.0, -0.6931 * log2_magnitude(tolerance)) ** 0.5
    rows = sorted({p.height() for p in poles_below(problem.factors, widest + 4)})
    heights = [widest * 1.25**-k for k in range(22)]
    if rows:
        gaps = [(low + high) / 2 for low, high in pairwise(rows)]
        if len(gaps) > 48:
            gaps = gaps[:: len(gaps) // 48 + 1]
        heights = [rows[0] * f for f in (0.5, 0.7, 0.8, 0.9, 0.95)] + [g for g in gaps if g <= widest]
    found = []
    for height in heights:
        strip = _strip_at(problem, height)
        if strip is not None:
            found.append(strip)
    return found


def _strip_at(problem: MomentProblem, height: float) -> StripBound | None:
    """Return the bound on the line Im z = d, if the strip below it decays at both ends (the contour may be moved)."""
    d = arb(height)
    for far in (1, 8, 64):
        try:
            for side in (1, -1):
                for growth in problem.half_strip_majorants(HalfStrip(side, arb(far), arb(0), d)):
                    growth.check_integrable()
            sides = [problem.half_strip_majorants(HalfStrip(side, arb(0), d, d)) for side in (1, -1)]
        except IntegrandError:
            continue
        return StripBound(d, _line_integrals(sides[0], sides[1], d))
    return None


def _line_integrals(left: list[Growth], right: list[Growth], d: Any) -> tuple[Any, ...]:
    """Return upper bounds of ∫|f(x + id)|·|density(x + id)|dx; the density contributes the factor e^{d²/2}."""
    swell = (d * d / 2).exp()
    return tuple(
        ((a.gaussian_integral() + b.gaussian_integral()) * swell).upper() for a, b in zip(left, right, strict=True)
    )


def _strips_by_boxes(problem: MomentProblem) -> list[StripBound]:
    found: list[StripBound] = []
    low, high = 0.0, 8.0
    for height in (4.0, 2.0, 1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125):
        strip = strip_by_boxes(problem, height)
        if strip is not None:
            found.append(strip)
            low = height
            break
        high = height
    for _ in range(4 if found else 0):
        middle = (low + high) / 2
        strip = strip_by_boxes(problem, middle)
        if strip is None:
            high = middle
        else:
            found.append(strip)
            low = middle
    return found


def strip_by_boxes(problem: MomentProblem, height: float, budget: int = 3000) -> StripBound | None:
    """Return the bound for the strip 0 ≤ Im z ≤ height if every factor is proved analytic in it, else None."""
    d = arb(height)
    for far in (3, 12, 48):
        try:
            sides = [half_strip_growth(problem.factors, HalfStrip(side, arb(far), arb(0), d)) for side in (1, -1)]
            middle = _box_bounds(problem.factors, far, height, budget)
        except IntegrandError:
            continue
        # From the boxes and the tail rules, one majorant on each half of the line.
        halves = [
            problem.majorants([g.without_decay().hull(constant_growth(m)) for g, m in zip(side, middle, strict=True)])
            for side in sides
        ]
        return StripBound(d, _line_integrals(halves[0], halves[1], d))
    return None


def _box_bounds(factors: list[Expression], far: int, height: float, budget: int) -> list[Any]:
    """Return bounds of |factors| on |Re z| ≤ far, 0 ≤ Im z ≤ height, all proved analytic there."""
    tall = Fraction(height)
    bounds = [arb(0) for _ in factors]
    columns = max(1, int(2 * far / max(height, 0.25)))
    width = Fraction(2 * far, columns)
    stack = [(-far + width * j, -far + width * (j + 1), Fraction(0), tall, 0) for j in range(columns)]
    # Singularities lie where |Re z| is small more often than not: meet them first, to fail early.
    stack.sort(key=lambda box: -abs(box[0] + box[1]))
    with working_bits(53):
        while stack:
            x0, x1, y0, y1, depth = stack.pop()
            budget -= 1
            box = acb(hull(arb(float(x0)), arb(float(x1))), hull(arb(float(y0)), arb(float(y1))))
            values = evaluate_many(factors, box, analytic=True)
            if all(value.is_finite() for value in values):
                bounds = [bound.max(value.abs_upper()) for bound, value in zip(bounds, values, strict=True)]
                continue
            if depth >= 7 or budget < 0:
                raise SingularIntegrandError(f"strip of half-width {height}: not proved analytic near {box}")
            xm, ym = (x0 + x1) / 2, (y0 + y1) / 2
            if x1 - x0 >= y1 - y0:
                stack += [(x0, xm, y0, y1, depth + 1), (xm, x1, y0, y1, depth + 1)]
            if x1 - x0 < y1 - y0:
                stack += [(x0, x1, y0, ym, depth + 1), (x0, x1, ym, y1, depth + 1)]
    return bounds
