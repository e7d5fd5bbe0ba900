"""Steps of the tail bounds (I) of Lemmas E.4 and E.8: Chernoff's inequality for χ²_d at one exponent, d by d."""

from __future__ import annotations

from sympy import Expr, Integer, Rational, symbols

from claims.checkers.derivation import check_derivation
from claims.checkers.rational_functions import decide_rational_identity, prove_nonnegative
from claims.evidence import Evidence
from symbolic.derivation import Derivation
from symbolic.nimc.bound_chain import AT_LEAST

# t - 1, log 2, log n - log 2 or log n - log d, log d - log 2, d less its least value.
T, LOG2, BEYOND, ABOVE, EXTRA = symbols("t_minus_1 log_2 beyond above extra")

TILT = Rational(3, 8)
"""The θ of E exp(θχ²_d) = (1-2θ)^(-d/2): at 3/8 this is 2ᵈ."""


def tilt(part: str) -> Evidence:
    """Show (1-2θ)·2² = 1 at θ = 3/8, so that P(χ²_d > s) ≤ 2ᵈ exp(-3s/8)."""
    return decide_rational_identity(
        (1 - 2 * TILT) * 2**2,
        Integer(1),
        "E exp(θz²) = (1-2θ)^(-1/2) = 2 at θ = 3/8; by independence and Markov P(χ²_d > s) ≤ 2ᵈ exp(-3s/8)",
        part=part,
    )


def _chain(exponent: Expr, needed: Expr, shows: str, part: str, *between: tuple[Expr, str]) -> Evidence:
    def build() -> Derivation:
        chain = Derivation(exponent)
        for bound, reason in between:
            chain = chain.then(bound, AT_LEAST, reason)
        return chain.then(needed, AT_LEAST, "the exponent of n⁻¹d⁻ᵗ, bounded from above")

    return check_derivation(build, shows, part=part)


def length_in_one_dimension(constant: Expr, part: str) -> Evidence:
    """Show P(z² > c·t·log n) ≤ n⁻¹ for t, n ≥ 1, from P(|z| > a) ≤ exp(-a²/2)."""
    log_n = LOG2 + BEYOND
    return _chain(constant * (1 + T) * log_n / 2, log_n, "d = 1: half the threshold is at least log n", part)


def length_in_two_dimensions(constant: Expr, part: str) -> Evidence:
    """Show P(χ²_2 > 2c·t·log n) = n^(-ct) ≤ n⁻¹2⁻ᵗ for n ≥ 2."""
    log_n = LOG2 + BEYOND
    return _chain(
        constant * (1 + T) * log_n, log_n + (1 + T) * LOG2, "d = 2: P(χ²_2 > s) = exp(-s/2) exactly; n ≥ 2", part
    )


def length_in_three_dimensions(constant: Expr, part: str) -> Evidence:
    """Show the same for d = 3, with log 3 ≤ (13/8)·log 2."""
    log_n = LOG2 + BEYOND
    return _chain(
        TILT * constant * 3 * (1 + T) * log_n - 3 * LOG2,
        log_n + (1 + T) * Rational(13, 8) * LOG2,
        "d = 3: the exponent of 2³exp(-3s/8), s = 3c·t·log n, for n ≥ 2",
        part,
    )


def log_three(part: str) -> Evidence:
    """Show log 3 ≤ (13/8)·log 2."""
    return prove_nonnegative(Integer(2) ** 13 - Integer(3) ** 8, "3⁸ ≤ 2¹³", part=part)


def length_in_more_dimensions(constant: Expr, part: str) -> Evidence:
    """Show the same for d ≥ 4, with log d ≤ (d/2)·log 2."""
    log_n, d = LOG2 + BEYOND, 4 + EXTRA
    return _chain(
        TILT * constant * d * (1 + T) * log_n - d * LOG2,
        log_n + (1 + T) * d / 2 * LOG2,
        "d ≥ 4: the exponent of 2ᵈexp(-3s/8), s = cd·t·log n, for n ≥ 2",
        part,
    )


def square_below_power(part: str, least: int = 4) -> Evidence:
    """Show d² ≤ 2ᵈ for d ≥ 4: equality there, and 2d² ≥ (d+1)²."""
    d = least + EXTRA
    return prove_nonnegative(
        2 * d**2 - (d + 1) ** 2, "4² = 2⁴ and (d+1)² ≤ 2d² for d ≥ 4, so d² ≤ 2ᵈ by induction", part=part
    )


def coordinate_of_vector(squared: Expr, part: str) -> Evidence:
    """Show ½exp(-a²/2) ≤ ½n⁻¹d⁻ᵗ for a² = squared·t·log n, n ≥ d."""
    log_d = LOG2 + ABOVE
    log_n = log_d + BEYOND
    return _chain(
        squared * (1 + T) * log_n / 2,
        log_n + (1 + T) * log_d,
        "P(u·z > a) ≤ ½exp(-a²/2) ≤ ½n⁻¹d⁻ᵗ, as log d ≤ log n",
        part,
    )


def split_of_threshold(squared: Expr, length: Expr, part: str) -> Evidence:
    """Show that (u·z)₊‖z‖ > 5t√d·log n makes u·z or ‖z‖ large: a²·b = 25t²d·log²n."""
    t, log_n, d = symbols("t log_n d")
    return decide_rational_identity(
        (squared * t * log_n) * (length * t * log_n * d),
        25 * t**2 * log_n**2 * d,
        "if u·z ≤ a and ‖z‖² ≤ b then (u·z)₊‖z‖ ≤ a√b, the threshold",
        part=part,
    )


def length_of_vector_in_two(length: Expr, part: str) -> Evidence:
    """Show P(χ²_2 > 2b·t·log n) ≤ ½n⁻¹2⁻ᵗ for n ≥ 2."""
    log_n = LOG2 + BEYOND
    return _chain(
        length * (1 + T) * log_n, LOG2 + log_n + (1 + T) * LOG2, "d = 2: P(χ²_2 > s) = exp(-s/2) ≤ ½n⁻¹2⁻ᵗ", part
    )


def length_of_vector(length: Expr, part: str) -> Evidence:
    """Show P(χ²_d > bd·t·log n) ≤ ½n⁻¹d⁻ᵗ for n ≥ d ≥ 3."""
    log_d, d = LOG2 + ABOVE, 3 + EXTRA
    log_n = log_d + BEYOND
    return _chain(
        TILT * length * d * (1 + T) * log_n - d * LOG2,
        LOG2 + log_n + (1 + T) * log_d,
        "d ≥ 3: 2ᵈexp(-3s/8) ≤ ½n⁻¹d⁻ᵗ at s = bd·t·log n, as log 2 ≤ log d ≤ log n",
        part,
    )


def bounded_vector(part: str) -> Evidence:
    """Show 25t²d·log²n ≥ 5td·log n for n ≥ 2: for |φ| ≤ 1 the bound of Lemma E.4 (I) is enough."""
    log_n, d = Rational(1, 2) + BEYOND, 1 + EXTRA
    return _chain(
        25 * (1 + T) ** 2 * d * log_n**2,
        5 * (1 + T) * d * log_n,
        "p = 0: ‖T‖ ≤ ‖z‖, the threshold's square is at least that of Lemma E.4 (I); log n ≥ log 2 ≥ 1/2",
        part,
    )
