"""Theorems C.2 and E.1, Lemma E.2 for ReLU: what fails far from the truth, and at the truth with few items."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sympy import Expr, symbols

from claims.checkers.rational_functions import decide_order_bound
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import GAUSSIAN
from claims.papers.nimc.rank_deficiency import by_rank, logarithm, unseen
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.nimc.relu_scalars import item_block_difference, residual_cross_block

RELU = Hypothesis("ReLU", r"the bound for ReLU")
SAMPLES = Hypothesis("samples", r"$n_1,n_2,|\Omega|$ as large as asked, up to unspecified constants")

S = symbols("s")
C = symbols("C")
_FAR = "k = 1, truth u* = v* = e₁, point u = v = t·e₁ with t = 1 + s², any d ≥ 2"


def far(bound: Expr, evaluate: Callable[[Fraction], Fraction], *, empirical: bool) -> Evidence:
    """The vv block moves by (t² - 1)/4, the printed bound by multiples of √(t - 1) = s."""
    tail = "; the samples may be as many as one likes, and ε = 1" if empirical else ""
    t = 1 + S**2
    return decide_order_bound(
        ((t**2 - 1) / 4, lambda s: item_block_difference(1 + s**2)),
        (bound, evaluate),
        S,
        8 * (C + 1),
        f"{_FAR}: the Hessians differ by at least (t²-1)/4, the bound grows like √(t-1){tail}",
    )


@claim(
    "nimc:theorem-C.2",
    kind="theorem",
    label="Theorem C.2",
    printed=r"""For any $\epsilon>0$, if $n_1,n_2,|\Omega|\gtrsim\epsilon^{-2}td\log^2d$, then with probability at least
$1-d^{-t}$, for ReLU: $\|\nabla^2f_\Omega(U,V)-\nabla^2f_{\mathcal D}(U^*,V^*)\|\lesssim(\|V-V^*\|^{1/2}
+\|U-U^*\|^{1/2}+\epsilon)(\|U^*\|+\|V^*\|)^2$""",
    hypotheses=[RELU, SAMPLES, GAUSSIAN],
    erratum=Erratum(
        "missing-hypothesis",
        "The statement omits that U, V are near the truth; the title of its section, “near the ground truth”, supplies "
        "it. Far away the Hessian grows like ‖U‖², the bound only like ‖U-U*‖^(1/2): with u = v = t·e₁ it fails for "
        "every constant once t is large, however many samples are taken.",
    ),
)
def theorem_c2_relu() -> Evidence:
    """By the law of large numbers the empirical Hessian tends to the population form, whose vv block is t²/4."""
    return _far_empirical((4 * (2 * S + 1), lambda s: (s + s + 1) * (1 + 1) ** 2))


def _far_empirical(bound: tuple[Expr, Callable[[Fraction], Fraction]]) -> Evidence:
    return far(*bound, empirical=True)


theorem_c2_relu.near_misses(
    _far_empirical,
    {
        "without ε": (8 * S, lambda s: 8 * s),
        "with ‖U*‖ + ‖V*‖ not squared": (2 * (2 * S + 1), lambda s: 2 * (2 * s + 1)),
    },
)


def _few_items(order: int) -> Evidence:
    return by_rank("relu", order, factor=(1 + 1) ** 2)  # (‖U*‖ + ‖V*‖)² at unit vectors


@claim(
    "nimc:theorem-E.1",
    kind="theorem",
    label="Theorem E.1",
    printed=r"""For any $\epsilon>0$, if $n_1\gtrsim\epsilon^{-2}td\log^2d$, $n_2\gtrsim\epsilon^{-2}t\log d$,
$|\Omega|\gtrsim\epsilon^{-2}td\log^2d$, then with probability $1-d^{-t}$, for ReLU,
$\|\nabla^2f_\Omega(U,V)-\nabla^2f_{\mathcal D}(U^*,V^*)\|\lesssim((\|V-V^*\|/\sigma_k(V^*))^{1/2}
+(\|U-U^*\|/\sigma_k(U^*))^{1/2}+\epsilon)(\|U^*\|+\|V^*\|)^2$""",
    hypotheses=[RELU, SAMPLES, GAUSSIAN],
    depends_on=["nimc:lemma-E.2.items"],
    erratum=Erratum(
        "false-as-printed",
        "At the truth itself n₂ ≳ ε⁻²t log d is too few items: the items' block has rank at most n₂ < d - 1, the "
        "population's is 1/4 orthogonally to v, the bound 4Cε. And nearness to the truth is omitted, as in Theorem "
        "C.2, of which this is called a restatement: that has n₂ ≳ ε⁻²td log²d and no σ_k.",
        corrected_by="nimc:lemma-E.2.items",
    ),
)
def theorem_e1_relu() -> list[Evidence]:
    """The first witness is at the truth; far from it (σ_k = 1 there) it fails as Theorem C.2 does."""
    return [
        logarithm(),
        unseen(),
        _few_items(2),
        _far_empirical((4 * (2 * S + 1), lambda s: (s + s + 1) * (1 + 1) ** 2)),
    ]


theorem_e1_relu.near_misses(
    _far_empirical,
    {"without ε": (8 * S, lambda s: 8 * s), "with the square of the roots": (4 * (2 * S + 1) / 2, lambda s: 4 * s + 2)},
)
theorem_e1_relu.near_misses(_few_items, {"n₂ ≳ ε⁻¹t log d": 1, "n₂ ≳ t log d": 0})


def _vanishing(power: int) -> Evidence:
    """At u = v = (1+δ)e₁ the residual's cross block has norm ((1+δ)²-1)/4; δ = 1/s, and ε = δ²."""
    return decide_order_bound(
        (((1 + 1 / S) ** 2 - 1) / 4, lambda s: residual_cross_block(1 + 1 / s)),
        (S ** (-2 * power), lambda s: (1 / s**2) ** power),
        S,
        2 * (C + 1),
        "k = 1, u = v = (1+δ)e₁, truth e₁, δ = 1/s, ε = δ²: as n₁, n₂, |Ω| grow the residual's cross block tends to "
        "(2δ+δ²)/4·e₁e₁ᵀ, the bound is C·δ²",
    )


@claim(
    "nimc:lemma-E.2",
    kind="lemma",
    label="Lemma E.2",
    printed=r"""For any $\epsilon>0$, if $n_1\gtrsim\epsilon^{-2}td\log^2d$, $n_2\gtrsim\epsilon^{-2}t\log d$,
$|\Omega|\gtrsim\epsilon^{-2}td\log^2d$, then with probability $1-d^{-t}$, for ReLU,
$\|\nabla^2f_\Omega(U,V)-H(U,V)\|\lesssim\epsilon\|U^*\|\|V^*\|$""",
    hypotheses=[RELU, SAMPLES, GAUSSIAN],
    depends_on=["nimc:lemma-E.2.items"],
    erratum=Erratum(
        "false-as-printed",
        "For ReLU φ'' = 0 removes the residual's term from the blocks u_i u_j, not from u_i v_i: E[hφ'φ'xyᵀ] stays. At "
        "u = v = (1+δ)e₁, truth e₁, its mean is ((1+δ)²-1)/4·e₁e₁ᵀ (3/4 at 2e₁), as near the truth as one likes, "
        "while ε is arbitrary. Terms in ‖U-U*‖ and ‖V-V*‖, as printed for sigmoid, are needed for ReLU as well, "
        "weighted by the size of the weights. At the truth n₂ ≳ ε⁻²t log d items are too few, as in Theorem E.1.",
        corrected_by="nimc:lemma-E.2.items",
    ),
)
def lemma_e2_relu() -> list[Evidence]:
    """H(U, V) of (17) leaves the residual out; away from the truth the Hessian does not."""
    return [_vanishing(1), logarithm(), unseen(), by_rank("relu")]


lemma_e2_relu.near_misses(_vanishing, {"ε² instead": 2, "ε³ instead": 3})
