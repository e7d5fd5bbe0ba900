"""Lemma E.7: the mean of the cross block needs as many items as users."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from sympy import Expr, Integer, Rational, symbols

from claims.checkers.every_constant import CONSTANT, refute_for_every_constant
from claims.checkers.rational_functions import prove_nonnegative
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import GAUSSIAN
from claims.papers.nimc.rank_deficiency import EPSILON, ITEMS, POWER, M, exact_fraction, logarithm
from claims.papers.nimc.scarce_items import SAMPLES_E
from claims.registry import claim
from claims.statement import Erratum
from numeric.nimc.scarce_items import enclose_samples_asked


def _cross_block(share: Expr) -> Evidence:
    """Refute the bound C·share·ε at a ReLU pair's truth, ε = 1, by the fluctuation of the items' mean."""
    items = 4 * CONSTANT * (M - 1) + 1
    moved = Rational(1, 4) * Rational(1, 4) * (M**2 - 1) / (2 * ITEMS)
    probability = Rational(1, 24) * (1 - 8 / (M**2 - 1))

    def instance_at(constant: int) -> Mapping[str, bool]:
        m = 128 * constant**3 + 32 * constant**2
        d, n = m * m, 4 * constant * (m - 1) + 1
        energy, slope = Fraction(1, 4), Fraction(1, 2)  # Σφ²/n₂ at least half its mean 1/2; E[z²; z>0]
        chebyshev = 1 - Fraction(2 * (d - 1)) / Fraction(d - 1, 2) ** 2
        paley_zygmund = Fraction(1, 4) * Fraction(1, 2) ** 2 / Fraction(3, 2)
        return {
            "items": bool(enclose_samples_asked(constant, POWER, Fraction(1), d) <= n),
            "deviation": slope**2 * energy * Fraction(d - 1, 2) / n > (constant * exact_fraction(share)) ** 2,
            "probability": paley_zygmund * chebyshev > Fraction(1, d) ** POWER,
        }

    return refute_for_every_constant(
        moved - (CONSTANT * share * EPSILON) ** 2,
        {"probability - d^(-t)": probability - M ** (-2 * POWER)},
        {EPSILON: Integer(1), M: 128 * CONSTANT**3 + 32 * CONSTANT**2, ITEMS: items},
        instance_at,
        f"ReLU, k = 1, u = v = e₁, ε = 1: {_FLUCTUATION}: it exceeds C²ε² although E[N] has no part orthogonal to v; "
        "the inequality is strict, so it holds at finite n₁ and |Ω| large enough",
    )


_FLUCTUATION = (
    "as n₁, |Ω| → ∞ the mean of B tends to E[φ'φx]·N̂ᵀ with ‖E[φ'φx]‖ = 1/2 and N̂ the mean of (v·y)₊y over n₂ = "
    "4C(m-1)+1 ≥ Ct log d items, t = 2, d = m²; orthogonally to v its squared norm is (Σ(v·y)₊²/n₂²)·χ²_{d-1}, at "
    "least (1/4)(d-1)/(2n₂) with probability at least (1/24)(1-8/(d-1)) > d^(-t), by Paley-Zygmund and Chebyshev"
)


@claim(
    "nimc:lemma-E.7",
    kind="lemma",
    label="Lemma E.7",
    printed=r"""If $n_1\gtrsim\epsilon^{-2}td\log^2d$, $n_2\gtrsim\epsilon^{-2}t\log d$,
$|\Omega|\gtrsim\epsilon^{-2}td\log^2d$, then with probability at least $1-d^{-t}$,
$\|(\mathbb E_{x,y}-\frac1{|\Omega|}\sum_{(x,y)\in\Omega})[\phi'(u_i^\top x)\phi'(v_j^\top y)xy^\top\phi(v_i^\top y)
\phi(u_j^\top x)]\|\lesssim\epsilon\|v_i\|^p\|u_j\|^p$""",
    hypotheses=[SAMPLES_E, GAUSSIAN],
    depends_on=["nimc:section-E.chi-square-tail"],
    erratum=Erratum(
        "false-as-printed",
        "n₂ ≳ ε⁻²t log d, probably a misprint, is too few items and makes the statement false, already at ε = 1: the "
        "mean of φ'φy over n₂ items is off by √(d/n₂). The proof asks for n₂ ≳ ε⁻²td log²d, three times; that is the "
        "number to print here, in E.2 and in E.1.",
        corrected_by="nimc:lemma-E.7.corrected",
    ),
)
def lemma_e7() -> list[Evidence]:
    """Many users and many ratings do not help: the items' mean is a fixed random vector."""
    return [logarithm(), _cross_block(Integer(1))]


lemma_e7.near_misses(_cross_block, {"a tenth of the bound": Rational(1, 10), "the bound 0": Integer(0)})

_MEAN_GAP, _ROOT_D, _LOG_N, _T, _DEVIATION = symbols("mean_gap root_d log_n t epsilon")


def _bracket(second_moment: Expr) -> Evidence:
    """Compare the sample size asked for with that of Lemma E.10 at ν = 3d, ‖M̄‖ ≤ 1, m = 5·(2t)·√d·log n."""
    mean = 1 / (1 + _MEAN_GAP)
    tail = 10 * _T * _ROOT_D * _LOG_N * _DEVIATION
    return prove_nonnegative(
        second_moment + (1 + _DEVIATION) ** 2 + tail - (3 * _ROOT_D**2 + (mean + _DEVIATION) ** 2 + tail),
        "Lemma E.8 at 2t: ν ≤ 3d, ‖ET‖ ≤ 1, ‖T‖ ≤ 10t√d log n but for nγ = d^(-2t); then Lemma E.10 for the columns M "
        "and the rows N, d+1 the sum of their dimensions",
        part="samples",
    )


def _both_means(bound: Expr) -> Evidence:
    mean, other = 1 / (1 + _MEAN_GAP), 1 / (1 + symbols("other_gap"))
    return prove_nonnegative(
        bound - (_DEVIATION * mean + _DEVIATION * other + _DEVIATION**2),
        "equation (25) with ‖M̄‖, ‖N̄‖ ≤ 1",
        part="product",
    )


@claim(
    "nimc:lemma-E.7.corrected",
    kind="correction",
    label="Lemma E.7, equation (21), corrected",
    printed=r"""Let $\|u_j\|=\|v_i\|=1$, $d\ge2$, $t\ge1$, $\epsilon>0$. If $n_1,n_2\ge d$ and both satisfy
$n\ge(18t\log(d+1))(3d+(1+\epsilon)^2+10t\sqrt d\,\epsilon\log n)/\epsilon^2$, the mean of
$B(x,y)=\phi'(u_i^\top x)\phi(u_j^\top x)\,xy^\top\phi'(v_j^\top y)\phi(v_i^\top y)$ over all of S is within
$2\epsilon+\epsilon^2$ of $\mathbb EB$ with probability at least $1-2(d+1)^{-2t}-2d^{-2t}$""",
    hypotheses=[GAUSSIAN],
    depends_on=["nimc:lemma-E.8.corrected", "nimc:lemma-E.10.sharper", "nimc:lemma-E.11"],
    parts=["samples", "product"],
)
def lemma_e7_corrected() -> list[Evidence]:
    """What the printed argument gives, with n₂ of order ε⁻²td log d as n₁."""
    return [_bracket(3 * _ROOT_D**2), _both_means(2 * _DEVIATION + _DEVIATION**2)]


lemma_e7_corrected.near_misses(_bracket, {"ν = 2d": 2 * _ROOT_D**2, "ν = 3√d": 3 * _ROOT_D})
lemma_e7_corrected.near_misses(_both_means, {"2ε alone": 2 * _DEVIATION, "ε + ε²": _DEVIATION + _DEVIATION**2})
