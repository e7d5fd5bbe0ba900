"""Balls of tail probabilities at the corners where the printed tail bounds fail, each by two methods."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import acb, arb

from numeric.enclosures.balls import rational_ball


def enclose_normal_tail(threshold: Any, method: str) -> Any:
    """Return a ball of P(z > a), z standard normal, a > 0.

    Args:
        threshold: A ball of a.
        method: ``"erfc"``, or ``"integral"``: ½ less the integral of the density over [0, a].
    """
    if method == "erfc":
        return (threshold / arb(2).sqrt()).erfc() / 2
    area = acb.integral(lambda t, _analytic: (-t * t / 2).exp(), acb(0), acb(threshold)).real
    return arb(0.5) - area / (2 * arb.pi()).sqrt()


def enclose_product_excess(samples: int, power: Fraction, method: str) -> Any:
    """Return a ball of P(ReLU(z)² > 5 t log n), the complement in Lemma E.5 (I) with v_i = v_j a unit vector."""
    return enclose_normal_tail((5 * rational_ball(power) * arb(samples).log()).sqrt(), method)


def enclose_planar_confidence(samples: int, method: str) -> Any:
    """Return a ball of P(1(z₁>0)‖z‖² ≤ 20 log n), z in the plane: Lemma E.4 (I) at d = t = 2, ReLU, u_i = u_j unit.

    Args:
        samples: n ≥ 1.
        method: ``"closed-form"``: 1 - n⁻¹⁰/2, or ``"integral"``: half of 1 plus the χ² density's integral.
    """
    threshold = 20 * arb(samples).log()
    if method == "closed-form":
        return 1 - (-threshold / 2).exp() / 2
    area = acb.integral(lambda t, _analytic: (-t / 2).exp() / 2, acb(0), acb(threshold)).real
    return (1 + area) / 2


def enclose_log_ten(method: str) -> Any:
    """Return a ball of log 10, ``"direct"`` or as log 2 + log 5."""
    return arb(10).log() if method == "direct" else arb(2).log() + arb(5).log()


def enclose_vector_confidence(dimension: int, method: str) -> Any:
    r"""Return an upper bound of P(‖T(z)‖ ≤ 5·t·√d·log n) of Lemma E.8 (I) at n = 2, t = 11/10, ReLU, u_i = u_j unit.

    ‖T‖ = z₁‖z‖ for z₁ > 0. If z₁ > 4 and the other coordinates' squares sum to at least 91 d/100, the bound
    5·(11/10)·√d·log 2 < (3.8125)·√d < 4·√(91/100)·√d is exceeded; Chebyshev bounds the second event's complement.

    Args:
        dimension: d, large enough for Chebyshev's inequality to say anything.
        method: As in :func:`enclose_normal_tail`.

    Raises:
        ValueError: If the numerical comparison of the two thresholds fails.
    """
    if not rational_ball(Fraction(11, 2)) * arb(2).log() < 4 * rational_ball(Fraction(91, 100)).sqrt():
        raise ValueError("the threshold of Lemma E.8 (I) is not below 4·√0.91")
    degrees = dimension - 1
    shortfall = Fraction(degrees) - Fraction(91, 100) * dimension
    failure = Fraction(2 * degrees) / shortfall**2
    return 1 - enclose_normal_tail(arb(4), method) * (1 - rational_ball(failure))
