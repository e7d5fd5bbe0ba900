"""Samples at which the Hessian near the truth has a negative eigenvalue, more probable than d^(-t) for t large."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import arb
from sympy import Expr, Integer, Rational, symbols

from claims.checkers.every_constant import CONSTANT, refute_for_every_constant
from claims.evidence import Evidence
from claims.papers.nimc.sample_corners import T_REMEDY
from numeric.nimc.sample_corners import indefinite_smooth_weight, repeated_user_load

S = symbols("s")
_FACTOR = 400

T_NOTE = (
    "t may not be large against d. With probability above d^(-t) one pair with a feature of squared length of order t "
    "is drawn of order t/log t times among order t: its residual's term is then of order -δ²t/log t in a direction "
    f"beside u, at distance δ from the truth, and the Hessian is indefinite. {T_REMEDY}"
)
_SIZES = "t = 4s⁴, n₁ = n₂ = |Ω| = s⁵, s = 400C², δ = 1/C"
SMOOTH_WITNESS = (
    f"tanh, k = 1, d = 3, U = U* = V* = e₁, V = e₁ + δe₂, {_SIZES}: with probability above d^(-t) one pair is drawn s² "
    "times, no other of the user's, with 1 ≤ x₁ ≤ 2, -δ/2 ≤ y₁ ≤ 0, 1 ≤ y₂ ≤ 2 and ‖x'‖² = x₂²+x₃² ≥ t log 3; along "
    "a = x'/‖x'‖ in the block u its term is φ'(x₁)φ(v·y)(φ'(x₁)φ(v·y) - 2φ(x₁)²(φ(v·y) - φ(y₁)))‖x'‖² ≤ "
    "-0.0057δ²‖x'‖², the others' mean at most 6 (its expectation is at most 3)"
)
RELU_WITNESS = (
    f"ReLU, k = 1, d = 4, U = U* = V* = e₁, V = e₁ + δe₂, {_SIZES}: with probability above d^(-t) one pair is drawn s² "
    "times, none other with its user or item, with 1 ≤ x₁ ≤ 2, -δ/2 ≤ y₁ ≤ 0, 1 ≤ y₂ ≤ 2 and x₃²+x₄², y₃²+y₄² in "
    "[q, q+2], q = (t/2)log 4; along (a, b) in the planes of the last two coordinates with (v·y)(a·x) = -(u·x)(b·y) "
    "its term is -2(v·y)²(a·x)² ≤ -δ²q/20, the others' mean at most 22 (its expectation is at most 11)"
)


def indefinite_smooth(positive: Expr, *, part: str = "") -> Evidence:
    """Refute λ_min ≥ 1/(Cλ²κ) for tanh: λ_min < 0.

    Args:
        positive: An upper bound of the mean of the other terms along the direction; 6 follows by Markov's inequality
            with probability 1/2.
        part: The part of the statement this settles.
    """
    weight = indefinite_smooth_weight()
    margin = 4 * Rational(weight.numerator, weight.denominator) * S / CONSTANT**2 - positive
    return _indefinite(
        margin,
        lambda s, delta: weight * delta**2 * repeated_user_load(s) > Fraction(int(positive.p), int(positive.q)),
        (3, Rational(5, 4), 3072),
        SMOOTH_WITNESS,
        part,
    )


def indefinite_relu(positive: Expr, *, part: str = "") -> Evidence:
    """Refute λ_min ≥ u₀²/(Cλ²κ⁴) for ReLU: λ_min < 0; see :func:`indefinite_smooth`."""
    return _indefinite(
        S / (10 * CONSTANT**2) - positive,
        lambda s, delta: delta**2 / 20 * (s**2 * (2 * s**4) / s**5) > Fraction(int(positive.p), int(positive.q)),
        (4, Integer(2), 49152),
        RELU_WITNESS,
        part,
    )


def _indefinite(
    margin: Expr, is_negative: Callable[[Fraction, Fraction], bool], event: tuple[int, Expr, int], shows: str, part: str
) -> Evidence:
    dimension, log_squared, conditions = event

    def instance_at(constant: int) -> Mapping[str, bool]:
        s = _FACTOR * constant**2
        t, log_d = 4 * s**4, arb(dimension).log()
        rest = arb(conditions * constant).log()
        log_probability = -t * log_d / 2 - s**2 * (7 * arb(s).log()) - rest
        return {
            "samples": bool(constant * t * dimension * log_d**2 <= s**5),
            "probability": bool(log_probability > -t * log_d),
            "negative": is_negative(Fraction(s), Fraction(1, constant)),
        }

    return refute_for_every_constant(
        margin,
        {
            # The squared logarithm of d is enclosed at the instances; 3072, 49152 < d⁸ and C, log s ≤ s.
            "samples": S**5 - CONSTANT * 4 * S**4 * dimension * log_squared,
            "log_d(probability·d^t)": 4 * S**4 - 2 * S**4 - 7 * S**3 - 8 - S,
        },
        {S: _FACTOR * CONSTANT**2},
        instance_at,
        shows,
        part=part,
    )
