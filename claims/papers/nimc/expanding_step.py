"""Samples at which one gradient step near the truth leads away from it, more probable than d^(-t) for t large."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import arb
from sympy import Expr, Rational, symbols

from claims.checkers.every_constant import CONSTANT, refute_for_every_constant
from claims.evidence import Evidence
from numeric.nimc.sample_corners import covered_pull_floor, pulling_weight, repeated_pair_pull

R = symbols("r")
_FACTOR = 200
_OTHERS = 4  # in units of δ: |h| ≤ δ|y₂|, with |y₂| ≤ 2 for the pair's item, and E|a·x| ≤ 1; Markov with 1/2
_CONDITIONS = 3072  # 4 avoid the user, 8 x₁, 8 y₂ in [1, 2], 6C for y₁ in [-δ/2, 0], 2 Markov

STEP_WITNESS = (
    "tanh, k = 1, d = 3, U^c = U* = V* = e₁, V^c = e₁ + δe₂, δ = 1/C, t = 4r⁸, n₁ = n₂ = |Ω| = r⁹, r = 200C³: with "
    "probability above d^(-t) one pair is drawn r⁶ times, no other of the user's, with 1 ≤ x₁ ≤ 2, -δ/2 ≤ y₁ ≤ 0, "
    "1 ≤ y₂ ≤ 2 and x₂²+x₃² ≥ t log 3; along a = (0, x₂, x₃)/(x₂²+x₃²)^(1/2) the gradient in u is at least "
    "2r·0.0142δ² from the pair less 4δ from the others (their mean is at most 2δ); with M_u ≤ C and η ≥ 1/(C·M_u) ≥ "
    "1/C² already ‖U^(c+1) - U*‖ > δ = ‖W^c - W*‖: no factor 1 - M_l/M_u ≤ 1 is possible"
)


def expanding_step(growth: Expr, *, part: str = "") -> Evidence:
    """Refute ‖W^(c+1) - W*‖ ≤ growth·‖W^c - W*‖ for the step sizes η ≥ 1/(C·M_u), M_u ≤ C.

    The loss carries the factor 1/(2|Ω|); without it, as (3) is printed, the step is longer still.

    Args:
        growth: What the distance to the truth may be multiplied by: 1 for a contraction.
        part: The part of the statement this settles.
    """
    weight = pulling_weight()
    delta, least_step = 1 / CONSTANT, 1 / CONSTANT**2
    pulled = Rational(weight.numerator, weight.denominator) * 2 * R * delta**2

    def instance_at(constant: int) -> Mapping[str, bool]:
        r, distance = _FACTOR * constant**3, Fraction(1, constant)
        t, log_3 = 4 * r**8, arb(3).log()
        log_probability = -t * log_3 / 2 - r**6 * (18 * arb(r).log()) - arb(_CONDITIONS * constant).log()
        pull = covered_pull_floor(distance, weight * distance**2) * repeated_pair_pull(Fraction(r))
        allowed = Fraction(int(growth.p), int(growth.q)) * distance
        return {
            "samples": bool(constant * t * 3 * log_3**2 <= r**9),
            "probability": bool(log_probability > -t * log_3),
            "farther": (pull - _OTHERS * distance) / constant**2 > allowed,
        }

    return refute_for_every_constant(
        least_step * (pulled - _OTHERS * delta) - growth * delta,
        {
            # log²3 < 5/4; the instances enclose it. 3072 < 3⁸, log₃C ≤ C, log₃r ≤ r.
            "samples": R**9 - CONSTANT * 4 * R**8 * 3 * Rational(5, 4),
            "log_3(probability·d^t)": 4 * R**8 - 2 * R**8 - 18 * R**7 - 8 - CONSTANT,
        },
        {R: _FACTOR * CONSTANT**3},
        instance_at,
        STEP_WITNESS,
        part=part,
    )
