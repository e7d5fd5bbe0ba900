"""Lemmas E.9 and E.22: with n₂ of order log d items in d dimensions the mean over the items is not near its limit."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import arb
from sympy import Expr, Integer, Rational, symbols

from claims.checkers.every_constant import CONSTANT, refute_for_every_constant
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import GAUSSIAN
from claims.papers.nimc.sample_corners import MEAN, ORDER_ONE, RESIDUAL, SAMPLES, SIZES
from claims.papers.nimc.smooth_increment import SMOOTH
from claims.registry import claim
from claims.statement import Erratum
from numeric.nimc.sample_corners import item_curvature_change, item_mean_block

S = symbols("s")
_T = 2


def _residual_norm(bound: Expr) -> Evidence:
    """n₂ = s² items, d = s⁴ + 1, t = 2; log(1 + s⁴) ≤ 4 log(1 + s) ≤ 4s."""
    right = Fraction(int(bound.p), int(bound.q))

    def instance_at(constant: int) -> Mapping[str, bool]:
        s = 700 * constant
        return {
            "items": bool(constant * _T * arb(s**4 + 1).log() <= s**2),
            "probability": (1 - Fraction(8, s**4)) / 2 > Fraction(1, (s**4 + 1) ** _T),
            "deviation": item_mean_block(Fraction(s)) > constant * right,
        }

    return refute_for_every_constant(
        S / 320 - CONSTANT * bound,
        {"items": S**2 - CONSTANT * _T * 4 * S, "probability - d^(-t)": (1 - 8 / S**4) / 2 - 1 / S**8},
        {S: 700 * CONSTANT},
        instance_at,
        "sigmoid, k = 1, U = V = 0, truth e₁, d = s⁴+1, n₂ = s², n₁ and |Ω| as large as one likes: with probability at "
        "least 1/2 - 4/s⁴ > d⁻² the norm is at least √((d-1)/n₂)/320 (less what vanishes as n₁, |Ω| grow)",
    )


@claim(
    "nimc:lemma-E.9",
    kind="lemma",
    label="Lemma E.9",
    printed=rf"""If $n_1\gtrsim td\log^2d$, $n_2\gtrsim t\log d$, $|\Omega|\gtrsim td\log^2d$ then with probability at
least
$1-d^{{-t}}$, $\|{MEAN}[{RESIDUAL}\phi'(u_i^\top x)\phi'(v_i^\top y)xy^\top]\|\lesssim\|U-U^*\|+\|V-V^*\|$""",
    hypotheses=[SMOOTH, GAUSSIAN, ORDER_ONE],
    depends_on=["nimc:lemma-E.7"],
    erratum=Erratum(
        "missing-hypothesis",
        "The items must be at least of order d: the mean over n₂ items of φ(y₁)y has length of order √(d/n₂). At "
        "U = V = 0, truth e₁, the left side is then at least √(d/n₂)/320, the bound 2C. With n₂ of order d log²d the "
        "measurement supports it (lemma-E.9.measured).",
    ),
)
def lemma_e9() -> Evidence:
    """‖y‖ is √d, and averaging n₂ of them gains √n₂ only."""
    return _residual_norm(Integer(2))


lemma_e9.near_misses(_residual_norm, {"at half the distance": Integer(1), "a quarter of it": Rational(1, 2)})


def _supremum(bound: Expr) -> Evidence:
    """n₂ = s items, d = s², t = 2, ε = 1, s = 100C²; log d = 4 log √s ≤ 4√s = 40C, and d^(1/2)·r = √2 < 3/2."""
    right = Fraction(int(bound.p), int(bound.q))

    def instance_at(constant: int) -> Mapping[str, bool]:
        s = 100 * constant**2
        return {
            "items": bool(constant * _T * arb(s**2).log() <= s),
            "probability": 1 - Fraction(8, s**2) > Fraction(1, s ** (2 * _T)),
            "deviation": item_curvature_change(Fraction(s)) > constant * right,
        }

    return refute_for_every_constant(
        Rational(1131, 10000) * S - CONSTANT * bound,
        {"items": S - CONSTANT * _T * 40 * CONSTANT, "probability - d^(-t)": 1 - 8 / S**2 - 1 / S**4},
        {S: 100 * CONSTANT**2},
        instance_at,
        "tanh, k = 1, U = U^a = e₁, U* = e₂, V* = e₁, V^a = 0, V = √(2/d)·y₁/‖y₁‖, d = s², n₂ = s, n₁ and |Ω| as large "
        "as one likes: if ‖y₁‖² ≥ d/2 (probability at least 1 - 8/d > d⁻²) the block vv moves by at least 0.11·d/n₂ "
        "along y₁ (less what vanishes as n₁, |Ω| grow), while d^(1/2)·r = √2",
    )


@claim(
    "nimc:lemma-E.22",
    kind="lemma",
    label="Lemma E.22",
    printed=rf"""Let the activation function be tan/sigmoid. For given $U^a,V^a$ and $r>0$, if
${SIZES}$ then with probability $1-d^{{-t}}$,
$\sup_{{\|U-U^a\|+\|V-V^a\|\le r}}\|\nabla^2f_\Omega(U,V)-\nabla^2f_\Omega(U^a,V^a)\|\lesssim d^{{1/2}}\cdot r$""",
    hypotheses=[SMOOTH, GAUSSIAN, SAMPLES],
    depends_on=["nimc:lemma-E.23", "nimc:lemma-E.24", "nimc:lemma-E.25", "nimc:lemma-E.26"],
    erratum=Erratum(
        "missing-hypothesis",
        "The items must be at least of order d: one item has weight ‖y‖²/n₂ ≈ d/n₂ in the block vv, and a step of "
        "d^(-1/2) towards it changes φ'(v·y) by a constant. With n₂ of order log d the left side is of order d/n₂, "
        "the bound of order 1. (tan is printed for tanh, and ε stands in the sample sizes alone.)",
        corrected_by="nimc:lemma-E.22.corrected",
    ),
)
def lemma_e22() -> Evidence:
    """tanh'² + tanh·tanh'' = (1-T)(1-3T) with T = tanh²: it falls from 1 by T(4-3T) ≥ T, so no item's term grows and
    the one in the chosen direction falls. E φ(x₁)φ(x₂) = 0 removes the truth."""  # noqa: D205, D209
    return _supremum(Rational(3, 2))


lemma_e22.near_misses(_supremum, {"half the bound": Rational(3, 4), "a tenth of it": Rational(3, 20)})
