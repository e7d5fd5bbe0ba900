r"""The moments of a pair of columns by a trapezoidal rule in their plane, as balls: no Hermite polynomial, no Stein.

Let q = û·x and z the coordinate orthogonal to it in the plane, v·x = τ(ρq + rz) with r = √(1-ρ²). The integrands are
g(σq)f(τ(ρq + rz))qᵃzᵇ with f, g ∈ {φ, φ'}, a, b ≤ 2, and (q, z) standard normal. As |ρq + rz| ≤ |q| + |z| and
(ρq + rz)² ≤ q² + z², a majorant of f and g splits into P(|q|)·Q(|z|). With steps h in q and e in z:

- *Step in q* (the sum over q against the exact integral over z): shift q by iδ, δ ≤ D/max(σ, |ρ|τ); at most
  2e^{δ²/2}E[P]E[Q]/(e^{2πδ/h} - 1).
- *Step in z*, for each real node q: shift z by iη, η ≤ D/(rτ); at most 2e^{η²/2}P(q)E[Q]/(e^{2πη/e} - 1), summed over
  the nodes q.
- *Cuts* |q| ≤ X, |z| ≤ Y: tails of the sums of P and Q times a bound of the other sum.

Small r costs nothing: then φ(τ(ρq + rz)) hardly varies with z and few nodes in z do. What this method shares with
Mehler's is the evaluation of φ, φ' and their majorants on a strip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from numeric.enclosures.ball_evaluation import evaluate_many
from numeric.enclosures.balls import rational_ball, widen, working_bits
from numeric.enclosures.growth import Growth, start_of_small_tail
from numeric.population_hessian.activation_strips import SmoothActivation, Strip
from numeric.population_hessian.hermite_columns import TableSizeError
from numeric.population_hessian.pair_moments import PairMoments

MOST_EVALUATIONS = 2_000_000


@dataclass(frozen=True)
class _Axis:
    """One coordinate: the step, the cut, the total sum and the tail of its real majorant, the error of the step."""

    step: Any
    count: int
    total: Any
    tail: Any
    error: Any


def enclose_pair_by_trapezoid(  # noqa: PLR0913 - the pair is three numbers
    activation: SmoothActivation,
    squared_first: Fraction,
    squared_second: Fraction,
    inner: Fraction,
    *,
    digits: int = 16,
    most_evaluations: int = MOST_EVALUATIONS,
) -> PairMoments:
    """Return the moments of two columns that are not parallel, as balls.

    Args:
        activation: What is proved of φ.
        squared_first: |u|² > 0.
        squared_second: |v|² > 0.
        inner: u·v with (u·v)² < |u|²|v|².
        digits: The errors aimed at are 10**-digits; what is reached is in the radii.
        most_evaluations: Refuse beyond that many nodes.

    Raises:
        TableSizeError: If more nodes are needed.
        GrowthError: If the majorants leave no Gaussian decay.
    """
    with working_bits(64):
        tolerance = (arb(10) ** -digits).lower()
        sigma, tau = rational_ball(squared_first).sqrt(), rational_ball(squared_second).sqrt()
        rho = rational_ball(inner) / (sigma * tau)
        r = rational_ball(1 - inner**2 / (squared_first * squared_second)).sqrt()
        outer, inside, error = _axes(activation, (sigma, tau), (rho, r), tolerance)
    nodes = (2 * outer.count + 1) * (2 * inside.count + 1)
    if nodes > most_evaluations:
        raise TableSizeError(
            f"the plane of lengths {float(sigma):.4g}, {float(tau):.4g} needs {nodes} nodes; ask for fewer digits"
        )
    with ctx.workprec(int(3.33 * digits) + 64):
        sums = _sums(activation, (squared_first, squared_second, inner), outer, inside)
        return _assembled([widen(value, error) for value in sums], squared_first, squared_second, inner)


def enclose_own_by_trapezoid(activation: SmoothActivation, squared: Fraction, *, digits: int = 16) -> PairMoments:
    """Return the moments of a column with itself by the rule in one coordinate, from φ and φ' alone.

    Args:
        activation: What is proved of φ.
        squared: |u|² > 0.
        digits: As in :func:`enclose_pair_by_trapezoid`.
    """
    with working_bits(64):
        tolerance = (arb(10) ** -digits / 4).lower()
        sigma = rational_ball(squared).sqrt()
        real = _split(activation.strips[-1], sigma, sigma)[0]
        best: _Axis | None = None
        for strip in activation.strips:
            P, _ = _split(strip, sigma, sigma)
            if 2 * P.d < 1 and 2 * real.d < 1:
                mean = (2 * P.gaussian_integral()).upper()
                axis = _axis(mean, real, (rational_ball(strip.half_width) / sigma).lower(), tolerance)
                best = axis if best is None or axis.count < best.count else best
        if best is None:
            real.check_integrable()
            raise TableSizeError("the majorants of the activation leave no room for a trapezoidal rule at this length")
    with ctx.workprec(int(3.33 * digits) + 64):
        totals, sigma = [arb(0)] * 4, rational_ball(squared).sqrt()
        for k in range(-best.count, best.count + 1):
            q, w = _weight(best.step, k)
            own, slope = evaluate_many(activation.trees[:2], sigma * q)
            for n, term in enumerate((own * own, slope * slope, slope * slope * q * q, slope * own * q)):
                totals[n] += w * term
        value, plain, squares, cross = (widen(total, best.error + best.tail) for total in totals)
        scale = rational_ball(squared)
        zero = arb(0)
        along = cross / scale.sqrt()
        return PairMoments(value, plain, (squares - plain) / scale, zero, zero, (along, zero), (along, zero))


def _axes(
    activation: SmoothActivation, lengths: tuple[Any, Any], direction: tuple[Any, Any], tolerance: Any
) -> tuple[_Axis, _Axis, Any]:
    (sigma, tau), (rho, r) = lengths, direction
    width = [rational_ball(strip.half_width) for strip in activation.strips]
    # On the real line the majorant of any strip holds; the narrowest strip has the smallest constants.
    real_P, real_Q = _split(activation.strips[-1], sigma, tau)
    best: tuple[Any, _Axis, _Axis, Any] | None = None
    for strip, D in zip(activation.strips, width, strict=True):
        P, Q = _split(strip, sigma, tau)
        if not all(4 * g.d < 1 for g in (P, Q, real_P, real_Q)):
            continue
        delta = (D / sigma.max(abs(rho) * tau)).lower()
        eta = (D / (r * tau)).lower()
        mean_P, mean_Q = ((2 * g.gaussian_integral()).upper() for g in (P, Q))
        outer = _axis(mean_P, real_P, delta, (tolerance / (16 * mean_Q.max(arb(1)))).lower())
        inside = _axis(mean_Q, real_Q, eta, (tolerance / (16 * mean_P.max(arb(1)))).lower())
        # Each real node q contributes P(q), with the constant of the strip in which z is shifted.
        end = outer.step * (outer.count + 1)
        over_nodes = (_sum_bound(P, outer.step, end) + 2 * P.grid_tail(end.lower(), outer.step)).upper()
        error = (outer.error * mean_Q + over_nodes * inside.error).upper()
        cost = arb(outer.count) * inside.count
        if error.is_finite() and (best is None or cost < best[0]):
            best = (cost, outer, inside, error)
    if best is None:
        (_split(activation.strips[-1], sigma, tau)[0] ** 2).check_integrable()
        raise TableSizeError("the majorants of the activation leave no room for a trapezoidal rule at these lengths")
    _, outer, inside, error = best
    return outer, inside, (error + outer.tail * inside.total + outer.total * inside.tail).upper()


def _split(strip: Strip, sigma: Any, tau: Any) -> tuple[Growth, Growth]:
    """Return P, Q with |g(σq)f(τ(ρq+rz))qᵃzᵇ| ≤ P(|Re q|)Q(|Re z|) for shifts that stay in the strip and are ≤ 16."""
    own, other = (g[0].hull(g[1]) for g in (strip.scaled(sigma), strip.scaled(tau)))
    power = Growth(arb(_LARGEST_SHIFT**2), Fraction(2), arb(0), arb(0))  # |q + iδ| ≤ 16(1 + |q|)
    return own * other * power, Growth(arb(1), other.p, other.c, other.d) * power


_LARGEST_SHIFT = 16


def _axis(mean: Any, real: Growth, widest: Any, tolerance: Any) -> _Axis:
    shift = widest.min((2 * (1 / tolerance).log()).sqrt().lower()).min(arb(_LARGEST_SHIFT))
    lead = (2 * (shift * shift / 2).exp() * mean).upper()
    step = (2 * arb.pi() * shift / (1 + lead / tolerance).log()).lower()
    reach = start_of_small_tail([real], tolerance, arb(1))
    count = int((reach / step).upper().floor().unique_fmpz()) + 1
    end = (step * (count + 1)).lower()
    tail = (2 * real.grid_tail(end, step)).upper()
    total = (_sum_bound(real, step, end) + tail).upper()
    return _Axis(step, count, total, tail, (lead / ((2 * arb.pi() * shift / step).exp() - 1)).upper())


def _sum_bound(majorant: Growth, step: Any, end: Any) -> Any:
    """Return an upper bound of step·Σ majorant·density over a grid within ±end: cell maxima on a grid of width ¼."""
    cells = int((4 * end).upper().ceil().unique_fmpz())
    total = arb(0)
    for cell in range(cells):
        low, high = arb(cell) / 4, arb(cell + 1) / 4
        swell = (1 + high).log() * rational_ball(majorant.p) + majorant.c.max(arb(0)) * high
        total += (swell + majorant.d.max(arb(0)) * high * high - low * low / 2).exp()
    # At most 1/(4·step) + 1 nodes in each half-open cell, on both sides.
    return (2 * (arb(1) / 4 + step) * majorant.C * total * (2 * arb.pi()).rsqrt()).upper()


def _sums(
    activation: SmoothActivation, pair: tuple[Fraction, Fraction, Fraction], outer: _Axis, inside: _Axis
) -> list[Any]:
    squared_first, squared_second, inner = pair
    sigma = rational_ball(squared_first).sqrt()
    lean = rational_ball(inner) / sigma  # τρ
    spread = rational_ball(squared_second - inner**2 / squared_first).sqrt()  # τr
    trees = activation.trees[:2]
    weights = [_weight(inside.step, l) for l in range(-inside.count, inside.count + 1)]
    totals = [arb(0)] * 9
    for k in range(-outer.count, outer.count + 1):
        q = outer.step * k
        own, slope = evaluate_many(trees, sigma * q)
        centre = lean * q
        plain = [arb(0)] * 5  # Σ over z of φ, φz, φ', φ'z, φ'z²
        for z, weight in weights:
            value, other = evaluate_many(trees, centre + spread * z)
            weighted, turned = weight * value, weight * other
            plain[0] += weighted
            plain[1] += weighted * z
            plain[2] += turned
            turned = turned * z
            plain[3] += turned
            plain[4] += turned * z
        _, w = _weight(outer.step, k)
        own, slope = own * w, slope * w
        for n, term in enumerate(_terms(own, slope, q, plain)):
            totals[n] += term
    return totals


def _terms(own: Any, slope: Any, q: Any, sums: Sequence[Any]) -> tuple[Any, ...]:
    """Return φφ; φ'φ'·(1, q², qz, z²); φ'(u·x)φ(v·x)·(q, z); φ(u·x)φ'(v·x)·(q, z)."""
    return (
        own * sums[0],
        slope * sums[2],
        slope * sums[2] * q * q,
        slope * sums[3] * q,
        slope * sums[4],
        slope * sums[0] * q,
        slope * sums[1],
        own * sums[2] * q,
        own * sums[3],
    )


def _weight(step: Any, k: int) -> tuple[Any, Any]:
    z = step * k
    return z, step * (-z * z / 2).exp() * (2 * arb.pi()).rsqrt()


def _assembled(sums: Sequence[Any], squared_first: Fraction, squared_second: Fraction, inner: Fraction) -> PairMoments:
    """Write x = q û + z ŵ + rest, ŵ = (v - (u·v/|u|²)u)/(τr), and collect the coefficients of u and v."""
    value, plain, qq, qz, zz, left_q, left_z, right_q, right_z = sums
    inverse = 1 / rational_ball(squared_first).sqrt()  # û = inverse·u
    onto_v = 1 / rational_ball(squared_second - inner**2 / squared_first).sqrt()  # ŵ = onto_v·v - back·u
    back = onto_v * rational_ball(inner / squared_first)
    # E[φ'φ'xxᵀ] = plain·(I - ûûᵀ - ŵŵᵀ) + qq ûûᵀ + qz(ûŵᵀ + ŵûᵀ) + zz ŵŵᵀ.
    along, across = qq - plain, zz - plain
    return PairMoments(
        value,
        plain,
        along * inverse * inverse - 2 * qz * inverse * back + across * back * back,
        qz * inverse * onto_v - across * back * onto_v,
        across * onto_v * onto_v,
        (left_q * inverse - left_z * back, left_z * onto_v),
        (right_q * inverse - right_z * back, right_z * onto_v),
    )
