"""Lemma 13, 1 implies 2, corrected: every subgradient of Ω satisfies condition 2."""

from __future__ import annotations

from claims.checkers.argument import prove_by_argument
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import DEGREE, DUAL, INFIMUM, NONDEGENERATE, SUBGRADIENT, SUPREMUM
from claims.registry import claim
from claims.statement import Hypothesis
from symbolic.homogeneous.argument import Argument

PAIR = [DEGREE, NONDEGENERATE]
PROPOSITION_12 = "global-optimality:proposition-12"
TRIANGLE = "global-optimality:proposition-11.3"


def _subgradient_polar(bound: int = 1) -> Argument:
    """One slice z more: ⟨W, φ(z)⟩ ≤ Ω(X + φ(z)) − Ω(X) ≤ Ω(φ(z)) ≤ g(z)."""
    argument = Argument(
        ("polar", "w", "g", "further", "Omega", "alone", "e"),
        small={"e": ("w", "g", "further", "alone")},
        fixed=("polar",),
    )
    polar, w, g, further, Omega, alone, e = argument.generators
    above = argument.given("Ω(X + φ(z)) ≥ Ω(X) + ⟨W, φ(z)⟩", further - Omega - w, by="subgradient")
    triangle = argument.given("Ω(X + φ(z)) ≤ Ω(X) + Ω(φ(z))", Omega + alone - further, by=TRIANGLE)
    single = argument.given("z is a factorization of φ(z): Ω(φ(z)) ≤ g(z)", g - alone, by=INFIMUM)
    slice_ = argument.conclude("⟨W, φ(z)⟩ ≤ g(z)", g - w, {above: 1, triangle: 1, single: 1})
    level = argument.given("in the supremum g(z) ≤ 1", bound - g, by=SUPREMUM)
    near = argument.given("some ⟨W, φ(z)⟩ in it is within e of Ω°(W)", w + e - polar, by=SUPREMUM)
    nearly = argument.conclude("up to e", 1 + e - polar, {slice_: 1, level: 1, near: 1})
    argument.limit("Ω°(W) ≤ 1", nearly, e)
    return argument


def _subgradient(dual: int = 0) -> Argument:
    argument = Argument(("WX", "Omega", "dual", "cost"))
    WX, Omega, dual_value, cost = argument.generators
    fenchel = argument.given("W ∈ ∂Ω(X): ⟨W, X⟩ = Ω(X) + Ω*(W)", WX - Omega - dual_value, "=", by=SUBGRADIENT)
    zero = argument.given("Ω°(W) ≤ 1, so Ω*(W) = 0", dual_value - dual, "=", by=PROPOSITION_12)
    optimal = argument.given("condition 1: Σg(X_i) = Ω(X)", cost - Omega, "=", by="condition 1")
    argument.conclude("condition 2: ⟨W, X⟩ = Σg(X_i)", WX - cost, {fenchel: 1, zero: 1, optimal: -1})
    return argument


@claim(
    "global-optimality:lemma-13.1-2.corrected",
    kind="correction",
    label="Lemma 13, 1 implies 2, corrected",
    printed=r"""if $\sum_ig(X_i)=\Omega_{\phi,g}(X)$ and $\partial\Omega_{\phi,g}(X)\ne\emptyset$, as when $X$ is
    in the relative
interior of the domain of $\Omega_{\phi,g}$, then every $W\in\partial\Omega_{\phi,g}(X)$ satisfies condition 2""",
    hypotheses=[
        *PAIR,
        DUAL,
        Hypothesis("condition 1", r"$\sum_ig(X_i)=\Omega_{\phi,g}(X)$"),
        Hypothesis("subgradient", r"$\Omega_{\phi,g}(Y)\ge\Omega_{\phi,g}(X)+\langle W,Y-X\rangle$ for every $Y$"),
    ],
    depends_on=[PROPOSITION_12, SUBGRADIENT, TRIANGLE, INFIMUM, SUPREMUM],
    parts=["polar", "pairing"],
)
def lemma_13_1_2_corrected() -> list[Evidence]:
    """One slice more raises Ω by no more than its cost; then Fenchel's equality and Proposition 12. That there is a
    subgradient in the relative interior is what is cited."""  # noqa: D205, D209
    return [
        prove_by_argument(
            _subgradient_polar,
            "a subgradient has a polar of at most 1",
            concludes=lambda q: {"⟨W, φ(z)⟩ ≤ g(z)": q["g"] - q["w"], "Ω°(W) ≤ 1": 1 - q["polar"]},
            part="polar",
        ),
        prove_by_argument(
            _subgradient,
            "any subgradient serves as W",
            concludes=lambda q: {"condition 2: ⟨W, X⟩ = Σg(X_i)": (q["WX"] - q["cost"], "=")},
            discharged={PROPOSITION_12: {"cases": "polar"}},
            part="pairing",
        ),
    ]


lemma_13_1_2_corrected.near_misses(
    lambda dual: prove_by_argument(lambda: _subgradient(dual), "mutant", part="pairing"), {"Ω* = 1": 1, "Ω* = −1": -1}
)
lemma_13_1_2_corrected.near_misses(
    lambda bound: prove_by_argument(lambda: _subgradient_polar(bound), "mutant", part="polar"),
    {"slices of level 2": 2},
)
