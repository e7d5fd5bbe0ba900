"""Families of samples on which an empirical Hessian is far from its mean, with exact lower bounds of how far.

Three events, each more probable than the d⁻ᵗ that a bound with probability 1 - d⁻ᵗ leaves out.

* One user with a long feature is rated often (d = 3, t large): N = s² times among |Ω| = s⁵, with ‖x‖² ≥ t log 3,
  t = 4s⁴.
* One pair is (the same sizes; both squared lengths at least (t/2) log 3, or one of them t log 3; at a gradient step
  t = 4r⁸, N = r⁶, |Ω| = r⁹).
* There are fewer items than dimensions (n₂ = √d): the mean of y over the items has length √(d/n₂).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from numeric.enclosures.balls import rational_ball
from numeric.nimc.certified_floors import certified_floor, first_moment_floor, second_moment_floor, sigmoid_floor


def repeated_user_load(s: Fraction) -> Fraction:
    """Return a lower bound of N‖x‖²/|Ω| for the user of the first event, d = 3.

    Args:
        s: The family's parameter; integers are samples.
    """
    ratings, tail, sample = s * s, 4 * s**4, s**5
    return ratings * tail * _log_3() / sample


def repeated_pair_load(s: Fraction) -> Fraction:
    """Return a lower bound of N‖x‖‖y‖/|Ω| for the pair of the second event, d = 3; each square is half as long."""
    ratings, tail, sample = s * s, 4 * s**4, s**5
    return ratings * (tail / 2) * _log_3() / sample


def centred_sigmoid_weight() -> Fraction:
    """Return φ'(0)²φ(0)² for the sigmoid, exactly."""
    return Fraction(1, 4) ** 2 * Fraction(1, 2) ** 2


def slope_change_weight() -> Fraction:
    """Return a lower bound of (φ'(0) - φ'(x))·φ'(0)φ(0)² for the sigmoid on 1 ≤ |x| ≤ 2, where φ' falls.

    φ'(1) = φ(1)(1 - φ(1)), and φ(1) > 73/100.
    """
    value = sigmoid_floor(0, 1, Fraction(73, 100))
    return (Fraction(1, 4) - value * (1 - value)) * Fraction(1, 16)


def residual_curvature_weight() -> Fraction:
    """Return a lower bound of |(φ(x) - φ(-x))φ''(x)|/8 for the sigmoid on 1 ≤ |x| ≤ 2.

    φ(x) - φ(-x) = 2φ(x) - 1 grows with x; |φ''| rises to its maximum in between and then falls, so its least value
    is at an end. One eighth: at least half of the ratings have φ(y)² ≥ 1/4.
    """
    value = 2 * sigmoid_floor(0, 1, Fraction(73, 100)) - 1
    curvature = min(sigmoid_floor(2, 1, Fraction(79, 1000)), sigmoid_floor(2, 2, Fraction(79, 1000)))
    return value * curvature / 8


def residual_slope_weight() -> Fraction:
    """Return a lower bound of |φ(x) - φ(-x)|φ'(x)·φ(y)φ'(y) for the sigmoid on 1 ≤ |x| ≤ 2, |y| ≤ 1."""
    value = 2 * sigmoid_floor(0, 1, Fraction(73, 100)) - 1
    slope = sigmoid_floor(1, 2, Fraction(1, 10))
    item = sigmoid_floor(0, -1, Fraction(26, 100)) * sigmoid_floor(1, 1, Fraction(19, 100))
    return value * slope * item


def item_mean_block(s: Fraction) -> Fraction:
    """Return a lower bound of the norm of the residual's cross block with n₂ = s² items in d = s⁴ + 1 dimensions.

    Sigmoid, k = 1, U = V = 0, truth e₁: the block is φ'(0)²·E[φ(x)x]·e₁·(mean of φ(y₁)y)ᵀ up to sign. The mean has
    squared length at least (d-1)/2 · 1/8 / n₂ beside e₁.
    """
    moment = first_moment_floor("sigmoid", Fraction(1, 5))
    squared = s**4 / 2 * Fraction(1, 8) / s**2
    root = s / 4
    if root * root != squared:
        raise ArithmeticError(f"{root}² is not {squared}")
    return Fraction(1, 16) * moment * root


def item_curvature_change(s: Fraction) -> Fraction:
    """Return a lower bound of the move of the block vv in the direction of one of n₂ = s items, d = s² dimensions.

    tanh, k = 1: E[φ(u·x)²]·tanh²(r‖y‖)·‖y‖²/n₂ with ‖y‖² ≥ d/2 and r² = 2/d.
    """
    second = second_moment_floor("tanh", Fraction(39, 100))
    turned = certified_floor(arb(1).tanh() ** 2, Fraction(29, 50), "tanh² at 1")
    return second * turned * (s**2 / 2) / s


def _log_3() -> Fraction:
    return certified_floor(arb(3).log(), Fraction(1), "log 3")


def indefinite_smooth_weight() -> Fraction:
    """Return c with φ'(x)φ(z)²(1 - 3φ(x)²) ≤ -c·δ² for tanh, 1 ≤ x ≤ 2, δ/2 ≤ z, δ ≤ 1.

    φ' falls and φ² rises in x; φ(δ/2) ≥ δ/3 by concavity, as φ(1/2) > 1/3.
    """
    slope = certified_floor(1 - arb(2).tanh() ** 2, Fraction(7, 100), "tanh' at 2")
    square = certified_floor(arb(1).tanh() ** 2, Fraction(29, 50), "tanh² at 1")
    third = certified_floor(arb(0.5).tanh(), Fraction(1, 3), "tanh at 1/2")
    return slope * (3 * square - 1) * third**2


def repeated_pair_pull(r: Fraction) -> Fraction:
    """Return a lower bound of N‖x'‖/|Ω| for a pair drawn N = r⁶ times among |Ω| = r⁹, ‖x'‖² ≥ t log 3, t = 4r⁸."""
    ratings, length, sample = r**6, 2 * r**4, r**9
    certified_floor(arb(3).log(), Fraction(1), "log 3")
    return ratings * length / sample


def pulling_weight() -> Fraction:
    """Return c with φ(x)φ'(x)φ(z)(φ(z) - φ(y)) ≥ cδ² for tanh, 1 ≤ x ≤ 2, z ≥ δ/2, y ≤ 0, δ ≤ 1.

    φφ' = T(1 - T²) falls for T² > 1/3, hence on [1, 2]; φ(δ/2) ≥ δφ(1/2) by concavity, and -φ(y) ≥ 0.
    """
    certified_floor(arb(1).tanh() ** 2, Fraction(1, 3), "tanh² at 1")
    value = certified_floor(arb(2).tanh(), Fraction(96, 100), "tanh at 2")
    slope = certified_floor(1 - arb(2).tanh() ** 2, Fraction(7, 100), "tanh' at 2")
    half = certified_floor(arb(0.5).tanh(), Fraction(46, 100), "tanh at 1/2")
    return value * slope * half**2


def covered_pull_floor(step: Fraction, proposed: Fraction) -> Fraction:
    """Return ``proposed`` if φ(x)φ'(x)φ(z)(φ(z) - φ(y)) is certainly larger on a box, tanh, without monotony.

    The box 1 ≤ x ≤ 2, δ/2 ≤ z ≤ 2δ, -δ/2 ≤ y ≤ 0 is covered by balls; no derivative's sign is used.

    Args:
        step: δ > 0.
        proposed: The rational lower bound.

    Raises:
        FloorError: If it is not certain.

    Example:
        >>> covered_pull_floor(Fraction(1), Fraction(14, 1000))
        Fraction(7, 500)
    """

    def of_item(z: Any) -> Any:
        return min((z.tanh() * (z.tanh() - y.tanh())).lower() for y in others)

    others = _cover(-step / 2, Fraction(0), 8)
    user = min((x.sinh() / x.cosh() ** 3).lower() for x in _cover(Fraction(1), Fraction(2), 1024))
    item = min(of_item(z) for z in _cover(step / 2, 2 * step, 512))
    return certified_floor(user * item, proposed, "the pull of one pair")


def _cover(left: Fraction, right: Fraction, pieces: int) -> list[Any]:
    radius = (right - left) / (2 * pieces)
    middles = [left + (2 * j + 1) * radius for j in range(pieces)]
    return [arb(rational_ball(middle), rational_ball(radius)) for middle in middles]
