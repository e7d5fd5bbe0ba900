r"""Hermite coefficients of φ(σ·), …, φ‴(σ·) as balls, σ = |u| the length of a column: one pass over nodes for all.

Let f_l(z) = φ^(l)(σz) and h_n the normalized Hermite polynomials. The trapezoidal sum h·Σ f_0(kh)h_n(kh)γ(kh) encloses
c_n = E[f_0 h_n] with two errors, both in the radius:

- *Step.* With the integrand analytic on |Im z| ≤ δ, δ ≤ D/σ, the error of the infinite sum is at most
  2M/(e^{2πδ/h} - 1), M an upper bound of ∫|f_0 h_n γ|(x ± iδ)dx. Since |γ(x + iδ)| = e^{δ²/2}γ(x), Cauchy and Schwarz
  give M ≤ e^{δ²/2}‖f_0(· + iδ)‖‖h_n(· + iδ)‖ in L²(γ), and from He_n(z + w) = Σ C(n, j) wʲ He_(n-j)(z),
  E|h_n(z + iδ)|² = Σ_j C(n, j)δ^{2j}/j! ≤ Σ_j (nδ²)ʲ/j!² ≤ e^{2δ√n}.
- *Cut.* |h_n(x)| ≤ 1.0865 e^{x²/4} (Cramér), against the majorant of f_0.

The coefficients of f_l follow by Stein's lemma, a^l_n = √((n+1)…(n+l))·c_{n+l}/σˡ. The same nodes give E[f_l f_m], and
Parseval's E[f_l²] - Σ_{n<N}(a^l_n)² is the square of what lies beyond the table: small, and proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, log2
from typing import Any

from flint import arb, arb_mat, ctx

from numeric.enclosures.ball_evaluation import evaluate_many
from numeric.enclosures.balls import rational_ball, widen, working_bits
from numeric.enclosures.growth import Growth, start_of_small_tail
from numeric.population_hessian.activation_strips import ORDERS, SmoothActivation, Strip
from numeric.population_hessian.hermite_nodes import HermiteNodes, hermite_nodes

MOST_VALUES = 3_000_000
"""Largest number of Hermite values, nodes times terms, that is tabulated."""

_TAIL_BITS = 512
_CRAMER = Fraction(10865, 10000)


class TableSizeError(ArithmeticError):
    """A table of Hermite values would be too large: the column is too long for so many terms."""


@dataclass(frozen=True)
class HermiteColumn:
    """The table of one length.

    Args:
        squared_length: |u|².
        coefficients: For l < 4 the balls a^l_0, …, a^l_(N-1).
        products: Balls of E[f_l f_m], l, m < 4.
    """

    squared_length: Fraction
    coefficients: tuple[tuple[Any, ...], ...]
    products: tuple[tuple[Any, ...], ...]

    @property
    def terms(self) -> int:
        """Return N."""
        return len(self.coefficients[0])

    def tail(self, order: int, start: int) -> Any:
        """Return an upper bound of (Σ_{n ≥ start}(a^l_n)²)^½, by Parseval; start ≤ N."""
        with ctx.workprec(_TAIL_BITS):
            kept = sum((a * a for a in self.coefficients[order][:start]), arb(0))
            rest = (self.products[order][order] - kept).upper()
            return rest.max(arb(0)).sqrt().upper()


@dataclass(frozen=True)
class _Rule:
    """Nodes for one length: step h, count, and the bounds of both errors relative to (1, 1) majorants."""

    step: Fraction
    reach: Any
    single: Any
    double: tuple[tuple[Any, ...], ...]


def hermite_columns(
    activation: SmoothActivation, squared_lengths: Sequence[Fraction], *, terms: int, digits: int
) -> list[HermiteColumn]:
    """Return the tables of several lengths; lengths with the same step share their Hermite values.

    Args:
        activation: What is proved of φ.
        squared_lengths: The |u|² > 0, exact.
        terms: N, the length of each table.
        digits: The discretization is aimed at 10**-digits after all divisions by σ; what is reached is in the radii.

    Raises:
        TableSizeError: If nodes times terms exceed :data:`MOST_VALUES`.
        GrowthError: If φ(σz)² or a needed φ^(l)(σz)² has no Gaussian expectation.
    """
    wanted = terms + ORDERS - 1
    found = []
    for squared in squared_lengths:
        loss = 3 * max(0.0, -log2(float(squared)) / 2) + 1.5 * log2(wanted)
        with working_bits(64):
            tolerance = (arb(10) ** -digits * arb(2) ** -int(loss + 1)).lower()
            rule = _rule(activation, squared, wanted, tolerance)
        bits = int(3.33 * digits + loss) + 24
        count = int((rule.reach / rational_ball(rule.step)).upper().floor().unique_fmpz()) + 1
        if count * wanted > MOST_VALUES:
            raise TableSizeError(
                f"a column of length {float(squared) ** 0.5:.4g} needs {count} nodes for {wanted} terms; "
                "ask for fewer digits, or scale the weights down"
            )
        nodes = hermite_nodes(rule.step, _rounded(count), wanted, bits)
        found.append(_column(activation, squared, rule, nodes, (terms, bits)))
    return found


def _rounded(count: int) -> int:
    """Round up to a multiple of 16, so that neighbouring lengths share a table."""
    return -(-count // 16) * 16


def _rule(activation: SmoothActivation, squared: Fraction, wanted: int, tolerance: Any) -> _Rule:
    scale = rational_ball(squared).sqrt()
    best: tuple[Any, Strip, Any] | None = None
    for strip in activation.strips:
        majorants = strip.scaled(scale)
        if any(4 * g.d >= 1 for g in majorants):
            continue  # f_l² would not be integrable with this majorant; a narrower strip may have a smaller one
        widest = (rational_ball(strip.half_width) / scale).lower()
        delta = widest.min((2 * (1 / tolerance).log()).sqrt().lower())
        swell = _swell(majorants, delta, wanted)
        step = (2 * arb.pi() * delta / (1 + 2 * swell / tolerance).log()).lower()
        if best is None or step > best[0]:
            best = (step, strip, delta)
    if best is None:
        scaled = activation.strips[-1].scaled(scale)
        (scaled[0] ** 2).check_integrable()
        best = (arb(1) / 64, activation.strips[-1], (rational_ball(activation.strips[-1].half_width) / scale).lower())
    step, strip, delta = best
    majorants = strip.scaled(scale)
    h = _nice(step)
    decay = (2 * arb.pi() * delta / rational_ball(h)).exp() - 1
    norms = [_norm(g) for g in majorants]
    swell = (delta * delta / 2).exp()
    single = 2 * swell * norms[0] * (delta * arb(wanted).sqrt()).exp() / decay
    double = tuple(tuple((2 * swell * a * b / decay).upper() for b in norms) for a in norms)
    cramer = Growth(rational_ball(_CRAMER), Fraction(0), arb(0), arb(1) / 4)
    tails = [majorants[0] * cramer, *(g * g for g in majorants)]
    reach = start_of_small_tail(tails, (tolerance / 4).lower(), arb(1))
    cut = 2 * (majorants[0] * cramer).grid_tail(reach, rational_ball(h))
    squares = tuple(
        tuple(
            (entry + 2 * (a * b).grid_tail(reach, rational_ball(h))).upper()
            for entry, b in zip(row, majorants, strict=True)
        )
        for row, a in zip(double, majorants, strict=True)
    )
    return _Rule(h, reach, (single + cut).upper(), squares)


def _swell(majorants: Sequence[Growth], delta: Any, wanted: int) -> Any:
    norms = [_norm(g) for g in majorants]
    largest = norms[0] * (delta * arb(wanted).sqrt()).exp()
    for norm in norms:
        largest = largest.max(norm * norm)
    return ((delta * delta / 2).exp() * largest).upper()


def _norm(majorant: Growth) -> Any:
    """Return an upper bound of the L²(γ) norm of both sides together."""
    return (2 * (majorant * majorant).gaussian_integral()).sqrt().upper()


def _nice(step: Any) -> Fraction:
    """Return the largest 2^-j, ¾·2^-j or ⅞·2^-j below the step: lengths that differ little share their nodes."""
    exponent = floor(log2(float(step)))
    unit = Fraction(2) ** exponent
    candidates = [unit * Fraction(q, 8) for q in (4, 5, 6, 7, 8, 10, 12, 14)]
    return max(c for c in candidates if rational_ball(c) <= step)


def _column(
    activation: SmoothActivation, squared: Fraction, rule: _Rule, nodes: HermiteNodes, size: tuple[int, int]
) -> HermiteColumn:
    terms, bits = size
    with ctx.workprec(bits + 32):
        scale = rational_ball(squared).sqrt()
        increment = scale * rational_ball(rule.step)
        even, odd = [], []
        totals = [[arb(0)] * ORDERS for _ in range(ORDERS)]
        for k, weight in enumerate(nodes.weights):
            right = evaluate_many(activation.trees, increment * k)
            left = evaluate_many(activation.trees, -(increment * k)) if k else None
            even.append(right[0] + left[0] if left else right[0])
            odd.append(right[0] - left[0] if left else arb(0))
            for values in (right, left) if left else (right,):
                for l in range(ORDERS):
                    lead = weight * values[l]
                    for m in range(l, ORDERS):
                        totals[l][m] += lead * values[m]
        rows = [arb_mat(1, len(f), f) * table for f, table in ((even, nodes.even), (odd, nodes.odd))]
        raw = [widen(rows[n % 2][0, n // 2], rule.single) for n in range(terms + ORDERS - 1)]
        products = tuple(
            tuple(widen(totals[min(l, m)][max(l, m)], rule.double[l][m]) for m in range(ORDERS)) for l in range(ORDERS)
        )
        return HermiteColumn(squared, _shifted(raw, scale, terms), products)


def _shifted(raw: Sequence[Any], scale: Any, terms: int) -> tuple[tuple[Any, ...], ...]:
    """Return a^l_n = √((n+1)…(n+l))·c_(n+l)/σˡ."""
    rows = [list(raw)]
    for _ in range(1, ORDERS):
        last = rows[-1]
        rows.append([arb(n + 1).sqrt() * last[n + 1] / scale for n in range(len(last) - 1)])
    return tuple(tuple(row[:terms]) for row in rows)
