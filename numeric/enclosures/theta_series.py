r"""Enclosures of E[z^j tanh(s z)], z ~ N(0, 1), by theta-type series whose terms fall like q^(n^2).

Write ``a = pi/s``. The generating function ``J(w) = E[exp(w z) tanh(s z)] sqrt(2 pi)`` is a Mordell
integral. Its integrand has period ``i a`` up to a Gaussian factor, and the trapezoidal sum of step
``h = 2 s/m`` aliases it exactly at multiples of ``i m a``. Hence for each ``m = 1, 2, 3, ...``::

    theta_m(w) J(w) = 2 h sum_{n>=1} exp(-n^2 h^2/2) tanh(n h s) sinh(n h w)
                      + (4 pi/s) sum_{K>=1} sum_{0<=c<m} exp(-(a^2/2) (m^2 K^2 - (c+1/2)^2))
                        * sin(a w (m K - c - 1/2)) / (1 - exp(-a^2 m (m K - c - 1/2))),
    theta_m(w) = 1 + 2 sum_{k>=1} exp(-(k m a)^2/2) cos(k m a w).

Coefficients of powers of ``w`` give every ``T_j``. For small ``s`` a step ``h = 2 s M`` with ``M`` odd is
better: then nothing is divided out, and what the trapezoidal sum aliases is bounded instead
(:func:`_aliasing_bound`).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, TypeAlias

from flint import arb, ctx, fmpq

Scale: TypeAlias = "int | Fraction | fmpq | arb"

# Longer series mean minutes of work: better to say so than to hang.
_LONGEST_SERIES = 4_000_000
_BOUND_BITS = 64


class SeriesLengthError(ValueError):
    """The series for this scale and precision would need too many terms."""


class StepRatioError(ValueError):
    """The ratio of the step to twice the scale is neither 1/m nor an odd integer M >= 3."""


class ScaleError(ValueError):
    """The scale is not certainly positive, or not finite."""


def to_rational(number: object) -> fmpq:
    """Return an ``int``, ``Fraction`` or ``fmpq`` as ``fmpq``.

    Raises:
        TypeError: If ``number`` is of another type (a float is no exact rational: say which one is meant).

    Example:
        >>> to_rational(Fraction(1, 3))
        1/3
    """
    if isinstance(number, bool) or not isinstance(number, int | Fraction | fmpq):
        raise TypeError(f"expected int, Fraction or fmpq, got {type(number).__name__} {number!r}")
    return fmpq(number.numerator, number.denominator) if isinstance(number, Fraction) else fmpq(number)


def enclose_by_theta_series(
    scale: Scale, max_order: int, *, bits: int, step_ratio: Fraction | int | None = None
) -> list[Any]:
    r"""Return balls that contain ``T_j = E[z^j tanh(s z)]`` for ``j = 1, 3, 5, ... <= max_order``.

    One evaluation at a given working precision: the radius is proved, but nothing is promised about its
    size; see :func:`numeric.enclosures.tanh_moments.enclose_tanh_moments` for a promised number of digits.

    Args:
        scale: ``s > 0``, exact or a ball.
        max_order: Largest ``j`` wanted, at least 1.
        bits: Working precision; also fixes where the series are cut.
        step_ratio: ``h/(2 s)``: either ``1/m`` (theta series with residues) or an odd ``M >= 3`` (coarse
            step, aliasing bounded). Different ratios sum different terms, so two of them check each other.
            ``None`` takes the cheapest.

    Returns:
        ``[T_1, T_3, ...]`` as ``arb``. Proved: rounding is followed by ball arithmetic, and the tail of every
        series (a geometric majorant of the omitted terms) is part of the radius.

    Raises:
        ScaleError, StepRatioError, SeriesLengthError: See there.

    Source: [nimc] equation (9), whose moments for tanh and sigmoid all reduce to these.

    Example:
        >>> balls = enclose_by_theta_series(1, 3, bits=64)
        >>> [ball.str(12, radius=False) for ball in balls]
        ['0.605705509602', '1.45352115253']
        >>> others = enclose_by_theta_series(1, 3, bits=64, step_ratio=Fraction(1, 2))
        >>> all(x.overlaps(y) for x, y in zip(balls, others))
        True
    """
    if max_order < 1:
        raise ValueError(f"max_order must be at least 1, got {max_order}")
    with ctx.workprec(bits + 8 * max_order + 24):
        s = arb(scale if isinstance(scale, arb) else to_rational(scale))
        if not (s.is_finite() and s > 0):
            raise ScaleError(f"the scale must be certainly positive and finite, got {scale}")
        ratio = _cheapest_ratio(s, bits) if step_ratio is None else Fraction(step_ratio)
        theta = ratio.numerator == 1
        if not theta and not (ratio.denominator == 1 and ratio > 2 and ratio.numerator % 2):
            raise StepRatioError(f"step ratio {ratio}: take 1/m with an integer m >= 1, or an odd integer >= 3")
        orders = range(1, max_order + 1, 2)
        nodes = _node_part(s, ratio, orders)
        if theta:
            return _divide_by_theta(nodes, *_residue_part(s, ratio.denominator, orders))
        errors = [_aliasing_bound(s, ratio.numerator, j) for j in orders]
        return [arb(ball, error) for ball, error in zip(nodes, errors, strict=True)]


def _cheapest_ratio(s: Any, bits: int) -> Fraction:
    """The largest odd M whose aliasing exp(-(pi/(s M))^2/2) stays near 2^-bits, or 1 if that is below 3."""
    frequency = math.sqrt(2 * (bits + 48) * math.log(2))
    mantissa, exponent = (arb.pi() / (s * arb(frequency))).lower().man_exp()
    largest = int(mantissa) << int(exponent) if exponent >= 0 else int(mantissa) >> -int(exponent)
    odd = largest - 1 + largest % 2
    return Fraction(odd) if odd >= 3 else Fraction(1)


def _node_part(s: Any, ratio: Fraction, orders: range) -> list[Any]:
    """sqrt(2/pi) h^(j+1) sum_{n>=1} n^j exp(-n^2 h^2/2) tanh(n h s) for each order j, with its tail."""
    bits = ctx.prec
    numerator, denominator = ratio.numerator, ratio.denominator
    # h^2/2 = 2 s^2 ratio^2 and h s = 2 s^2 ratio are integer multiples of one exponent: one exponential.
    base = (-2 * s * s * numerator / denominator**2).exp()
    q = base**numerator
    x_step = base ** (2 * denominator)
    count, rate = _cutoff(2 * s * s * numerator**2 / denominator**2, bits, orders[-1])
    sums = [arb(0) for _ in orders]
    gauss, gauss_step, gauss_step_step = arb(1), q, q * q
    x = arb(1)
    for n in range(1, count + 1):
        with ctx.workprec(max(bits - int(rate * n * n), 0) + 32):
            gauss = gauss * gauss_step  # q^(n^2)
            gauss_step = gauss_step * gauss_step_step  # q^(2n+1)
            x = x * x_step  # exp(-2 n h s)
            term = gauss * ((1 - x) / (1 + x)) * n
        _accumulate(sums, term, n * n)
    tails = [_tail(q, count + 1, j, 1, 0) for j in orders]
    h = 2 * s * numerator / denominator
    factor = (2 / arb.pi()).sqrt() * h * h
    parts = []
    for total, tail in zip(sums, tails, strict=True):
        parts.append(factor * arb(total, tail))
        factor = factor * h * h
    return parts


def _residue_part(s: Any, m: int, orders: range) -> tuple[list[Any], list[Any]]:
    """The residue series' coefficients for each order, and theta_m's coefficients for orders 0, 2, 4, ....

    Both run over the same powers of exp(-a^2/2). Coefficients are those of w^j/j!.
    """
    bits = ctx.prec
    a = arb.pi() / s
    quarter = (-a * a / 8).exp()
    Q = quarter**4
    Q_m = Q ** (m * m)
    count, rate = _cutoff(m * m * a * a / 2, bits, orders[-1])
    theta_sums = [arb(0) for _ in range(0, orders[-1], 2)]
    residue_sums = [[arb(0) for _ in orders] for _ in range(m)]
    power, power_step, power_step_step = arb(1), Q_m, Q_m * Q_m
    # exp(-a^2 m (m K - c - 1/2)) = Q^(m (2 m K - 2 c - 1)), started at K = 0.
    poles = [1 / Q ** (m * (2 * c + 1)) for c in range(m)]
    for K in range(1, count + 1):
        # c = m - 1 gives the largest term, Q^(-(m-1/2)^2) above Q_m^(K^2).
        with ctx.workprec(max(bits - int(rate * (K * K - 1)), 0) + 32):
            power = power * power_step  # Q^(m^2 K^2)
            power_step = power_step * power_step_step
            poles = [pole * power_step_step for pole in poles]
            terms = [power / (1 - pole) * (2 * (m * K - c) - 1) for c, pole in enumerate(poles)]
        _accumulate(theta_sums, power, K * K)
        for c, term in enumerate(terms):
            _accumulate(residue_sums[c], term, (2 * (m * K - c) - 1) ** 2)
    residues = [arb(0) for _ in orders]
    for c in range(m):
        scale_c = quarter ** (-((2 * c + 1) ** 2))
        largest_pole = Q ** (m * (2 * m * (count + 1) - 2 * c - 1))
        for i, j in enumerate(orders):
            tail = _tail(Q_m, count + 1, j, 2 * m, -2 * c - 1) / (1 - largest_pole)
            residues[i] += scale_c * arb(residue_sums[c][i], tail)
    factor = 2 * (2 / arb.pi()).sqrt() * a
    half = a / 2
    for i, j in enumerate(orders):
        residues[i] = factor * half**j * residues[i] * (-1) ** (j // 2)
    thetas = [
        2 * (-1) ** i * (m * a) ** (2 * i) * arb(total, _tail(Q_m, count + 1, 2 * i, 1, 0))
        for i, total in enumerate(theta_sums)
    ]
    thetas[0] += 1
    return residues, thetas


def _divide_by_theta(nodes: list[Any], residues: list[Any], thetas: list[Any]) -> list[Any]:
    """Divide generating functions in w: T_j theta_0 = R_j - sum_i binomial(j, 2i) theta_2i T_(j-2i)."""
    moments: list[Any] = []
    for i, (node, residue) in enumerate(zip(nodes, residues, strict=True)):
        j = 2 * i + 1
        rest = node + residue
        for earlier in range(i):
            rest -= math.comb(j, 2 * earlier + 1) * thetas[i - earlier] * moments[earlier]
        moments.append(rest / thetas[0])
    return moments


def _accumulate(sums: list[Any], term: Any, square: int) -> None:
    """Add term, term*square, term*square^2, ... to the sums."""
    for i in range(len(sums)):
        sums[i] = sums[i] + term
        if i + 1 < len(sums):
            term = term * square


def _cutoff(decay: Any, bits: int, order: int) -> tuple[int, float]:
    """How many terms reach n^order exp(-decay n^2) ~ 2^-bits, and the bits lost per n^2.

    Floating point is enough: what is cut off is bounded afterwards, by :func:`_tail`.
    """
    rate = min(float(decay.mid()), 1e300)
    count = 1.0
    for _ in range(4):
        count = math.sqrt((bits * math.log(2) + order * math.log(count + 2)) / max(rate, 1e-300)) + 1
    if not count < _LONGEST_SERIES:
        raise SeriesLengthError(
            f"about {count:.1e} terms would be needed at {bits} bits (limit {_LONGEST_SERIES}): "
            "the scale is too extreme; ask for fewer digits"
        )
    return int(count), rate / math.log(2)


def _tail(q: Any, first: int, order: int, slope: int, intercept: int) -> Any:
    """An upper bound of sum_{n>=first} (slope n + intercept)^order q^(n^2), for 0 < q < 1.

    The ratio of consecutive terms is ``((slope (n+1) + intercept)/(slope n + intercept))^order q^(2n+1)``,
    which decreases in n: the tail is at most its first term over one minus its first ratio.
    """
    with ctx.workprec(_BOUND_BITS):
        q = arb(q)
        here, after = slope * first + intercept, slope * (first + 1) + intercept
        ratio = (arb(after) / here) ** order * q ** (2 * first + 1)
        if not ratio < 1:
            return arb.pos_inf()
        return (arb(here) ** order * q ** (first * first) / (1 - ratio)).upper()


def _aliasing_bound(s: Any, M: int, order: int) -> Any:
    r"""An upper bound of the error in T_j of the trapezoidal rule with step h = 2 s M, M odd and at least 3.

    The rule returns sum_k J(w - i k b) with b = 2 pi/h = a/M. For k > 0 move the line of J(w - i k b) to
    Im z = -k b: there the integrand is exp(-k^2 b^2/2 - i k b w) exp(-z^2/2 + w z) tanh(s z - i pi k/M),
    and |tanh| <= max(1, |tan(pi k/M)|) <= 2 M/pi: k/M is never half an odd integer. The poles crossed lie at
    -i y, y = a (p - 1/2) < k b, hence only for k >= (M+1)/2; each contributes at most
    (2 pi/s) exp(((k b - y)^2 - k^2 b^2)/2 + |w| k b), where y >= M b/2 and there are at most k of them.
    On |w| = 1/b Cauchy's estimate turns the sum into a bound of the coefficient of w^j/j!.
    """
    with ctx.workprec(_BOUND_BITS):
        b = arb.pi() / (s * M)
        square = b * b / 2
        radius_factor = (1 / (2 * b * b)).exp()  # |exp(w^2/2)|
        ratio = (1 - 3 * square).exp()
        lines = 2 * radius_factor * (2 * M / arb.pi()) * (1 - square).exp()
        # exponent -(b^2/2)(k M - M^2/4) + k, at most k residues, from k = (M+1)/2 on
        k = (M + 1) // 2
        pole_ratio = arb(k + 1) / k * (1 - M * square).exp()
        poles = 2 * (2 * arb.pi()).sqrt() / s * k * (k - square * (arb(k * M) - arb(M * M) / 4)).exp()
        if not (ratio < 1 and pole_ratio < 1):
            return arb.pos_inf()
        bound = lines / (1 - ratio) + poles / (1 - pole_ratio)
        return (bound * arb(order).fac() * b**order).upper()
