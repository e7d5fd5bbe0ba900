"""Certified moments of tanh- and sigmoid-like activations, from E[z^j tanh(s z)] by Stein's lemma on balls.

With ``t = tanh(s z)`` and ``m(i, j) = E[t^i z^j]``, Stein's lemma ``E[z g(z)] = E[g'(z)]`` for
``g = t^i z^j`` and ``t' = s (1 - t^2)`` give
``m(i+1, j) = m(i-1, j) + (j m(i, j-1) - m(i, j+1))/(i s)``. So the rows ``i = 0`` (Gaussian moments) and
``i = 1`` (:mod:`numeric.enclosures.theta_series`) give every row. An affine image ``phi = offset + factor t`` has
``phi' = factor s (1 - t^2)``: each ``E[phi^a phi'^b z^c]`` is a rational combination of the ``m(i, c)``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq_poly

from numeric.enclosures.theta_series import Scale, ScaleError, enclose_by_theta_series, to_rational

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

#: E[phi^a phi'^b z^c] for the names of [nimc] equation (9), and those that follow from them.
STANDARD_MOMENTS: dict[str, tuple[int, int, int]] = {
    "alpha_10": (1, 0, 0),
    "alpha_11": (1, 0, 1),
    "alpha_20": (2, 0, 0),
    "beta_10": (0, 1, 0),
    "beta_11": (0, 1, 1),
    "beta_12": (0, 1, 2),
    "beta_20": (0, 2, 0),
    "beta_22": (0, 2, 2),
    "gamma": (1, 1, 1),
}

_PILOT_DIGITS = 15
_MOST_GUARD_BITS = 50_000


class PrecisionLimitError(ArithmeticError):
    """The digits asked for were not reached before the guard bits ran out: the value may be zero."""


@dataclass(frozen=True)
class TanhActivation:
    """The activation ``offset + factor tanh(scale z)``.

    Args:
        scale: ``s``, exact rational or a ball; any sign.
        factor: Exact rational.
        offset: Exact rational.
    """

    scale: Scale
    factor: Fraction | int = 1
    offset: Fraction | int = 0


def sigmoid(scale: Fraction | int = 1) -> TanhActivation:
    """Return the logistic sigmoid ``1/(1 + exp(-scale z)) = (1 + tanh(scale z/2))/2``.

    Args:
        scale: Exact rational; 1 for the standard sigmoid.

    Raises:
        TypeError: If ``scale`` is a float or a ball.

    Example:
        >>> sigmoid().scale
        Fraction(1, 2)
    """
    half = to_rational(scale) / 2
    return TanhActivation(Fraction(int(half.p), int(half.q)), Fraction(1, 2), Fraction(1, 2))


@dataclass(frozen=True)
class RhoEnclosure:
    """Balls for both terms whose minimum is rho, the minimum, and the term that certainly attains it.

    ``attained_by`` is ``"off-diagonal"``, ``"diagonal"``, or ``"undecided"`` when the two balls overlap.
    """

    off_diagonal: Any
    diagonal: Any
    rho: Any
    attained_by: str


def enclose_tanh_moments(
    scale: Scale, orders: Sequence[int], *, digits: int, step_ratio: Fraction | int | None = None
) -> dict[int, Any]:
    """Return balls of relative radius below ``10^-digits`` that contain ``E[z^j tanh(scale z)]``.

    Args:
        scale: Exact rational or ball, any sign.
        orders: The ``j`` wanted; even ones (and all for scale 0) give exact zeros.
        digits: At least 1.
        step_ratio: As for :func:`numeric.enclosures.theta_series.enclose_by_theta_series`.

    Returns:
        Ball by order. Proved to contain the value; the radius is checked, not estimated.

    Raises:
        PrecisionLimitError: If the scale is a ball too wide for that many digits.

    Source: [nimc] equation (9).

    Example:
        >>> enclose_tanh_moments(1, [0, 1], digits=30)[1].str(30, radius=False)
        '0.605705509602158825583540227556'
    """
    wanted = sorted(set(orders))
    _check_orders(wanted)
    odd = [j for j in wanted if j % 2]
    values = dict.fromkeys(wanted, arb(0))
    sign, size = _sign_and_size(scale)
    if odd and sign:

        def evaluate(bits: int) -> list[Any]:
            balls = enclose_by_theta_series(size, odd[-1], bits=bits, step_ratio=step_ratio)
            with ctx.workprec(bits + 32):
                return [sign * balls[j // 2] for j in odd]

        values.update(zip(odd, _refine(evaluate, digits), strict=True))
    return values


def enclose_tanh_moment_table(
    activation: TanhActivation,
    wanted: Iterable[tuple[int, int, int]],
    *,
    digits: int,
    step_ratio: Fraction | int | None = None,
) -> dict[tuple[int, int, int], Any]:
    """Return balls that contain ``E[phi^a phi'^b z^c]``, of relative radius below ``10^-digits``.

    Args:
        activation: ``phi = offset + factor tanh(scale z)``.
        wanted: Triples of nonnegative integers.
        digits: At least 1.
        step_ratio: As for :func:`~numeric.enclosures.theta_series.enclose_by_theta_series`; another is an independent
            second evaluation.

    Returns:
        Ball by triple; a moment that vanishes by parity is the exact zero.

    Raises:
        PrecisionLimitError: If a moment is so close to zero (or the scale's ball so wide) that the digits
            are not reached.

    Source: [nimc] equation (9): alpha_ij = (i, 0, j), beta_ij = (0, i, j), gamma = (1, 1, 1).

    Example:
        >>> table = enclose_tanh_moment_table(sigmoid(), [(2, 0, 0), (0, 1, 1)], digits=20)
        >>> table[2, 0, 0].str(20, radius=False), table[0, 1, 1]
        ('0.29337903585809296274', 0)
    """
    triples = sorted(set(wanted))
    return dict(
        zip(triples, _refine(lambda bits: _moments(activation, triples, bits, step_ratio), digits), strict=True)
    )


def enclose_standard_moments(
    activation: TanhActivation, *, digits: int, step_ratio: Fraction | int | None = None
) -> tuple[dict[str, Any], RhoEnclosure]:
    """Return the moments of [nimc] equation (9) by name, and rho, of relative radius below ``10^-digits``.

    Args:
        activation: ``phi = offset + factor tanh(scale z)``.
        digits: At least 1.
        step_ratio: As for :func:`~numeric.enclosures.theta_series.enclose_by_theta_series`; another is an independent
            second evaluation.

    Returns:
        Balls by name (``alpha_10``, ..., ``gamma``), and :class:`RhoEnclosure`. The moments that vanish by
        parity are exact zeros.

    Raises:
        PrecisionLimitError: As for :func:`enclose_tanh_moment_table`.

    Source: [nimc] equation (9).

    Example:
        >>> moments, rho = enclose_standard_moments(sigmoid(), digits=20)
        >>> rho.rho.str(12, radius=False), rho.attained_by
        ('0.000658331663525', 'off-diagonal')
    """
    names = list(STANDARD_MOMENTS)
    triples = [STANDARD_MOMENTS[name] for name in names]

    def evaluate(bits: int) -> list[Any]:
        moments = _moments(activation, triples, bits, step_ratio)
        with ctx.workprec(bits):
            return [*moments, *_rho_terms(dict(zip(names, moments, strict=True)))]

    *moments, off_diagonal, diagonal = _refine(evaluate, digits)
    with ctx.workprec(max(64, _target_bits(digits) + 32)):
        rho = off_diagonal.min(diagonal)
        attained_by = "undecided"
        if off_diagonal < diagonal:
            attained_by, rho = "off-diagonal", off_diagonal
        elif diagonal < off_diagonal:
            attained_by, rho = "diagonal", diagonal
    return dict(zip(names, moments, strict=True)), RhoEnclosure(off_diagonal, diagonal, rho, attained_by)


def _rho_terms(by_name: dict[str, Any]) -> tuple[Any, Any]:
    a10, a11, a20 = by_name["alpha_10"], by_name["alpha_11"], by_name["alpha_20"]
    b10, b12, b20, b22 = by_name["beta_10"], by_name["beta_12"], by_name["beta_20"], by_name["beta_22"]
    return a20 * b20 - b10**2 * (a10**2 + a11**2), a20 * b22 - a10**2 * b12**2 - by_name["gamma"] ** 2


def _moments(
    activation: TanhActivation,
    triples: Sequence[tuple[int, int, int]],
    bits: int,
    step_ratio: Fraction | int | None,
) -> list[Any]:
    """One evaluation of E[phi^a phi'^b z^c] at a working precision."""
    polynomials = [_in_powers_of_tanh(activation, *triple) for triple in triples]
    sign, size = _sign_and_size(activation.scale)
    depth = max((p.degree() + c for p, (_, _, c) in zip(polynomials, triples, strict=True)), default=0)
    if sign == 0:
        return [_constant_moment(activation, *triple) for triple in triples]
    tanh_row = enclose_by_theta_series(size, max(depth, 1), bits=bits, step_ratio=step_ratio) if depth else []
    with ctx.workprec(bits + 32):
        s = arb(size if isinstance(size, arb) else to_rational(size))
        table = _stein_table(s, tanh_row, depth)
        # t is odd in the scale's sign; phi' carries the factor and one power of the signed scale.
        slope = arb(to_rational(activation.factor)) * s * sign
        results = []
        for polynomial, (_, b, c) in zip(polynomials, triples, strict=True):
            total = arb(0)
            for i, coefficient in enumerate(polynomial.coeffs()):
                if coefficient and (i + c) % 2 == 0:
                    total += table[i][c] * (coefficient * sign**i)
            results.append(total * slope**b)
        return results


def _in_powers_of_tanh(activation: TanhActivation, a: int, b: int, c: int) -> Any:
    """(offset + factor t)^a (1 - t^2)^b as a polynomial in t over the rationals."""
    if min(a, b, c) < 0:
        raise ValueError(f"moment ({a}, {b}, {c}): exponents must be nonnegative")
    phi = fmpq_poly([to_rational(activation.offset), to_rational(activation.factor)])
    return phi**a * fmpq_poly([1, 0, -1]) ** b


def _constant_moment(activation: TanhActivation, a: int, b: int, c: int) -> Any:
    """E[phi^a phi'^b z^c] for scale 0, where phi is the offset and phi' vanishes."""
    if b or c % 2:
        return arb(0)
    return arb(to_rational(activation.offset) ** a * _double_factorial(c - 1))


def _stein_table(s: Any, tanh_row: Sequence[Any], depth: int) -> list[list[Any]]:
    """m(i, j) = E[t^i z^j] for i + j <= depth; odd i + j is exactly 0."""
    table = [
        [arb(0) if j % 2 else arb(_double_factorial(j - 1)) for j in range(depth + 1)],
        [tanh_row[j // 2] if j % 2 else arb(0) for j in range(depth)],
    ]
    for i in range(1, depth):
        reciprocal = 1 / (i * s)
        last, row = table[i - 1], table[i]
        table.append(
            [
                arb(0) if (i + 1 + j) % 2 else last[j] + ((j * row[j - 1] if j else 0) - row[j + 1]) * reciprocal
                for j in range(depth - i)
            ]
        )
    return table


def _refine(evaluate: Callable[[int], Sequence[Any]], digits: int) -> Sequence[Any]:
    """Evaluate with more guard bits until every ball but exact zeros has relative radius below 10^-digits."""
    if digits < 1:
        raise ValueError(f"digits must be at least 1, got {digits}")
    guard = 32
    # A short run shows how many bits cancel; a long one then succeeds at once.
    for stage in dict.fromkeys((min(digits, _PILOT_DIGITS), digits)):
        target = _target_bits(stage)
        while True:
            balls = evaluate(target + guard)
            if all(_is_accurate(ball, stage) for ball in balls):
                break
            shortfall = max(target - ball.rel_accuracy_bits() for ball in balls if not ball.is_zero())
            guard = max(guard + min(shortfall, target) + 8, guard * 5 // 4)
            if guard > _MOST_GUARD_BITS:
                raise PrecisionLimitError(
                    f"{stage} digits not reached with {_MOST_GUARD_BITS} guard bits: "
                    "a moment is too close to zero, or the scale's ball is too wide"
                )
    return balls


def _is_accurate(ball: Any, digits: int) -> bool:
    if ball.is_zero():
        return True
    with ctx.workprec(64):
        return bool(arb(ball.rad()) < ball.abs_lower() * arb(10) ** -digits)


def _target_bits(digits: int) -> int:
    return math.ceil(digits * math.log2(10)) + 2


def _sign_and_size(scale: Scale) -> tuple[int, Scale]:
    """The scale's certain sign, and its absolute value."""
    exact = scale if isinstance(scale, arb) else to_rational(scale)
    if exact == 0:
        return 0, exact
    if exact > 0:
        return 1, exact
    if exact < 0:
        return -1, -exact
    raise ScaleError(f"the sign of the scale {scale} is not certain")


def _double_factorial(n: int) -> int:
    return math.prod(range(n, 0, -2))


def _check_orders(orders: Sequence[int]) -> None:
    if orders and orders[0] < 0:
        raise ValueError(f"orders must be nonnegative, got {orders[0]}")
