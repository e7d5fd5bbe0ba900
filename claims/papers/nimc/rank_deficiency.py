"""The refutation by rank shared by Theorem E.1 and Lemma E.2: fewer items than directions leave a direction unseen."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import arb
from sympy import Expr, Rational, symbols

from claims.checkers.every_constant import CONSTANT, refute_for_every_constant
from claims.checkers.matrix_words import decide_matrix_identity
from claims.checkers.rational_functions import prove_nonnegative
from claims.evidence import Evidence
from numeric.nimc.ill_conditioned import METHODS
from numeric.nimc.scarce_items import enclose_energy_product, enclose_samples_asked
from symbolic.matrix import Expression, Relation, norm2, zeros
from symbolic.nimc.objective import B, Y, item_form

# d = m², t = 2, ε, n₂ items.
M, EPSILON, ITEMS = symbols("m epsilon n_2")
POWER = 2
_SPARE = symbols("spare")


def logarithm() -> Evidence:
    """Show log d ≤ 2(m-1) for d = m²: equality at m = 1, and the difference does not decrease."""
    return prove_nonnegative(
        2 - 2 / (1 + _SPARE), "the derivative of 2(m-1) - log m² in m ≥ 1 is 2 - 2/m ≥ 0, and both are 0 at m = 1"
    )


NOTHING = 0 * norm2(Y)


def unseen(found: Expression = NOTHING, part: str = "") -> Evidence:
    """Show that the items' form vanishes along directions orthogonal to every item, for every truth and any φ."""
    return decide_matrix_identity(
        item_form(),
        found,
        "BᵀY = 0 makes every term of the items' Hessian form vanish, for all k, d, ratings and any φ",
        relations=[Relation(B.T * Y, zeros("k", "n"))],
        part=part,
    )


# α₂₀β₂₀ from below: 0.01315… for sigmoid, 1/4 for ReLU.
_LEAST = {"sigmoid": Rational(1, 77), "relu": Rational(1, 5)}


def _energy_exceeds(activation: str, least: Fraction) -> bool:
    if activation == "relu":
        return Fraction(1, 2) * Fraction(1, 2) > least  # E[z²; z>0]·P(z>0)
    balls = [enclose_energy_product(activation, method) for method in METHODS]
    bound = arb(least.numerator) / least.denominator
    return bool(balls[0].overlaps(balls[1]) and all(ball > bound for ball in balls))


def by_rank(activation: str, order: int = 2, part: str = "", *, factor: int = 1) -> Evidence:
    """Refute a bound factor·C·ε at the truth: k = 1, u* = v* = e₁, n₂ ≤ d - 2.

    Args:
        activation: ``"sigmoid"`` or ``"relu"``.
        order: The power of 1/ε in the number of items.
        part: The part of the statement this settles.
        factor: What multiplies Cε in the statement's bound at this truth.
    """
    least = _LEAST[activation]
    error = least / (2 * factor * CONSTANT)
    growth = 2 * CONSTANT * POWER * error ** (-order)  # the items asked for are at most growth·(m - 1), rounded up

    def instance_at(constant: int) -> Mapping[str, bool]:
        at = {CONSTANT: constant}
        m, small = (exact_fraction(expression.subs(at)) for expression in (growth + 2, error))
        d = int(m) ** 2
        return {
            "m is an integer": m.denominator == 1,
            "the items asked for are at most d - 3": bool(
                enclose_samples_asked(constant, POWER, small, d, order=order) <= d - 3
            ),
            "α₂₀β₂₀ is at least what is used": _energy_exceeds(activation, exact_fraction(least)),
            "it exceeds the bound": factor * constant * small < exact_fraction(least),
        }

    return refute_for_every_constant(
        least - factor * CONSTANT * EPSILON,
        {"d - 2 - n_2": M**2 - 2 - ITEMS},
        {EPSILON: error, M: growth + 2, ITEMS: growth * (M - 1) + 1},
        instance_at,
        f"{activation}, k = 1, U = U* = e₁, V = V* = e₁, t = 2, d = m²: n₂ ≥ Cε⁻²t log d items may be at most d - 2; "
        "then some unit w is orthogonal to e₁ and to every item, the empirical form is 0 along it, the population form "
        f"α₂₀β₂₀ > {factor if factor > 1 else ''}Cε: the bound fails with probability 1, however large n₁ and |Ω| are",
        part=part,
    )


def exact_fraction(value: Expr) -> Fraction:
    """Return a rational SymPy number as a Fraction."""
    rational = Rational(value)
    return Fraction(int(rational.p), int(rational.q))
