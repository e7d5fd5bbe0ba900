"""Equation (15), Theorem D.6: the ReLU Hessian with one row of U fixed is positive definite."""

from __future__ import annotations

from sympy import Expr, Integer, Rational, symbols

from claims.checkers.rational_functions import decide_order_bound, decide_rational_identity, prove_nonnegative
from claims.checkers.standing import leave_undecided
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import FULL_RANK, GAUSSIAN, NORMALIZED
from claims.papers.nimc.relu_loss import ANCHORED, HALVED, RELU
from claims.registry import claim
from claims.statement import Erratum
from numeric.nimc.relu_pairs import anchored_rayleigh_quotient

# ‖Â_o‖, ‖B̂_o‖, ‖T̂‖, ‖Q̂‖, ‖g_Â‖, and slacks of the inequalities used.
a, b, t, q, g, w, r = symbols("a b t q g w r")
s0, g0, DELTA, MU = symbols("slack_g slack_b delta mu")


def _row_constraint(weight: Expr) -> Evidence:
    return prove_nonnegative(
        weight * (a**2 + t**2) - (r * a + t) ** 2,
        "‖g‖ min|u_1i| ≤ ‖u^(1)‖‖A_o‖+‖T‖ by the constraint row by row; its square is at most (1+r)²(a²+t²)",
        squares=[(r, a - t)],
        part="constraint",
    )


def _other_diagonal(factor: Expr) -> Evidence:
    x, y = symbols("x y")
    return decide_rational_identity(
        x**2 + (x + y) ** 2 - factor * y**2,
        (2 * x + y) ** 2 / 2,
        "entry by entry ‖g_A‖²+‖g_A+g_B‖²-½‖g_B‖² is half a square",
        part="diagonals",
    )


def _final(constant: Expr, weight_of_t: int = 3) -> Evidence:
    ratio = 1 / (1 + DELTA)  # (min|u_1i|/(1+‖u^(1)‖))², at most 1
    # a² + t² = ratio·g²/2 + slack (the constraint) and ‖g_B‖² = 2g² + 2w² - slack (the diagonals).
    both = ratio * g**2 / 2 + s0
    other = 2 * g**2 + 2 * w**2 - g0
    form = both + (weight_of_t - 1) * t**2 + b**2 + w**2 + 3 * q**2
    return prove_nonnegative(
        form - constant * ratio * (g**2 + other + both + b**2 + q**2),
        "the bracket of (15) is at least (1/12)(min|u_1i|/(1+‖u^(1)‖))²(‖Â‖²+‖B̂‖²+‖T̂‖²+‖Q̂‖²)",
        part="bracket",
    )


def _norms(power: int) -> Evidence:
    largest = 1 + MU
    x, y = symbols("below_u below_v")
    # ‖R‖² + x = M² and ‖S‖² + y = M² with M = max(‖U*‖, ‖V*‖) ≥ σ_k = 1.
    return prove_nonnegative(
        largest**power * (a + b + t + q) - ((largest**2 - x) * a + (largest**2 - y) * b + t + q)
        if power == 2
        else largest**power * (a + b + t + q) - (largest**2 * a + largest**2 * b + t + q),
        "1 = ‖RÂ‖²+‖SB̂‖²+‖T̂‖²+‖Q̂‖² ≤ M²(‖Â‖²+‖B̂‖²+‖T̂‖²+‖Q̂‖²)",
        part="norms",
    )


@claim(
    "nimc:equation-15",
    kind="equation",
    label="Equation (15) and the bound of its minimum",
    printed=r"""$\min\frac1{16\lambda(U^*)\lambda(V^*)}(\|\hat A_o\|^2+\|\hat B_o\|^2+\|g_{\hat A}+g_{\hat
B}\|^2+3(\|\hat T\|^2
+\|\hat Q\|^2))$ s.t. $\|R\hat A\|^2+\|S\hat B\|^2+\|\hat T\|^2+\|\hat Q\|^2=1$, $e_1^\top PR\hat A+e_1^\top
P_\perp\hat T=0$
is at least $\frac1{200\lambda(U^*)\lambda(V^*)}(\min|u^*_{1,i}|/((1+\|u^{*(1)}\|)\max\{\|U^*\|,\|V^*\|\}))^2$""",
    hypotheses=[FULL_RANK, NORMALIZED, ANCHORED],
    parts=["constraint", "diagonals", "bracket", "norms", "constant"],
)
def equation_15() -> list[Evidence]:
    """Every inequality of the printed proof, in the norms it uses; the argument gives 1/192. It needs
    max{‖U*‖, ‖V*‖} ≥ 1, that is the normalization, which the theorem does not repeat."""  # noqa: D205, D209
    return [
        _row_constraint((1 + r) ** 2),
        _other_diagonal(Rational(1, 2)),
        _final(Rational(1, 12)),
        _norms(2),
        _constant(Rational(1, 200)),
    ]


def _constant(claimed: Expr) -> Evidence:
    return prove_nonnegative(
        Rational(1, 16) * Rational(1, 12) - claimed, "1/16 · 1/12 = 1/192 ≥ 1/200", part="constant"
    )


equation_15.near_misses(_row_constraint, {"(1+r²) without the cross term": 1 + r**2 - r, "r² only": r**2})
equation_15.near_misses(_final, {"constant 1 instead of 1/12": Rational(1), "constant 1/2": Rational(1, 2)})
equation_15.near_misses(_constant, {"1/100": Rational(1, 100)})
equation_15.near_misses(_norms, {"M instead of M²": 1})


LENGTH = symbols("s")
_C = symbols("C")


def _scaled_weights(power: int) -> Evidence:
    """At d = 2, k = 1, u* = v* = s·e₁ the direction a = e₂ gives the Hessian of (12) the value s²/2."""
    return decide_order_bound(
        ((1 + LENGTH) ** -power, lambda s: (s / ((1 + s) * s)) ** power),
        (LENGTH**2 / 2, anchored_rayleigh_quotient),
        LENGTH,
        1 / (1 + _C),
        "d = 2, k = 1, u* = v* = s·e₁, a = e₂: λ_min ≤ s²/2, while λ = 1 and (|u₁|/((1+|u^(1)|)·max(|u|,|v|)))² = "
        "(1+s)⁻² tends to 1 as s → 0",
    )


_PRINTED = r"""Consider the activation to be ReLU. Assume $U^*,V^*$ are full-column-rank matrices and $u^*_{1,i}\ne0$
for all $i\in[k]$. Then
$\lambda_{\min}(\nabla^2f^{\mathrm{ReLU}}_{\mathcal D}(W^*,V^*))\gtrsim\frac1{\lambda(U^*)\lambda(V^*)}
(\min_i|u^*_{1,i}|/((1+\|u^{*(1)}\|)\max\{\|U^*\|,\|V^*\|\}))^2$"""


@claim(
    "nimc:theorem-D.6.unnormalized",
    kind="remark",
    label="Theorem D.6, read without the normalization",
    printed=rf"""{_PRINTED} for any $\sigma_k(U^*),\sigma_k(V^*)>0$ (read without Section 2's normalization
$\sigma_k(U^*)=\sigma_k(V^*)=1$, which the theorem does not repeat)""",
    hypotheses=[RELU, FULL_RANK, ANCHORED, GAUSSIAN],
    erratum=Erratum(
        "missing-hypothesis",
        "With both weights scaled by s → 0 the Hessian goes to 0 like s², the bound to a positive constant, already at "
        "k = 1: the normalization of Section 2, which Theorem D.5 repeats, is needed here too.",
        corrected_by="nimc:theorem-D.6.corrected",
    ),
)
def theorem_d6_unnormalized() -> Evidence:
    """ReLU is homogeneous, the fixed row is not scaled away: the bound has no dimension, the Hessian has."""
    return _scaled_weights(2)


theorem_d6_unnormalized.near_misses(_scaled_weights, {"without the square": 1, "the fourth power": 4})


def _same_constant(k: int, part: str) -> Evidence:
    sigmas = symbols(f"sigma1:{k + 1}")
    product: Expr = Integer(1)
    for sigma in sigmas:
        product *= sigma
    return decide_rational_identity(
        sigmas[0] ** k / product, product / sigmas[-1] ** k, f"λ = λ' for k = {k}", part=part
    )


@claim(
    "nimc:theorem-D.6",
    kind="theorem",
    label="Theorem D.6",
    printed=_PRINTED,
    hypotheses=[RELU, FULL_RANK, NORMALIZED, ANCHORED, GAUSSIAN],
    depends_on=["nimc:theorem-D.6.corrected"],
    parts=["k = 1", "k = 2", "k ≥ 3"],
    erratum=Erratum(
        "proof-gap",
        "Under σ_k(U*) = σ_k(V*) = 1, which Section 2 assumes throughout, it is true for k ≤ 2, with constant 1/200. "
        "For k ≥ 3 the proof rests on the false Lemma D.4: it gives the bound with λ' = ∏σ_i/σ_kᵏ for λ, and neither "
        "proof nor counterexample with λ is known here. Read without the normalization, which Theorem D.5 repeats and "
        "this one does not, it is false (theorem-D.6.unnormalized). Slips of its text: φ(y_i) for φ(σ_k(V*)y_i); (15) "
        "minimizes over P̂ where Q̂ is meant, and puts hats on R and S.",
        corrected_by="nimc:theorem-D.6.corrected",
    ),
)
def theorem_d6() -> list[Evidence]:
    """True for k ≤ 2 by the corrected form, λ' being λ; (12) lacks the factor ½, so its Hessian is twice as large.

    For k ≥ 3 neither the printed argument nor a counterexample settles it.
    """
    return [
        _same_constant(1, "k = 1"),
        _same_constant(2, "k = 2"),
        leave_undecided(
            "for k ≥ 3 the printed λ rests on the false Lemma D.4; with λ' in its place the bound is proved",
            part="k ≥ 3",
        ),
    ]


theorem_d6.near_misses(
    lambda k: _same_constant(k, "k = 2"), {"k = 3 by the same identity": 3, "k = 4 by the same identity": 4}
)


@claim(
    "nimc:theorem-D.6.corrected",
    kind="correction",
    label="Theorem D.6, corrected",
    printed=r"""If $\sigma_k(U^*)=\sigma_k(V^*)=1$ and the loss carries the factor ½,
$\lambda_{\min}\ge\frac1{200\lambda'(U^*)\lambda'(V^*)}(\min_i|u^*_{1,i}|/((1+\|u^{*(1)}\|)\max\{\|U^*\|,\|V^*\|\}))^2$
with $\lambda'(U)=\prod_i\sigma_i(U)/\sigma_k^k(U)$, for all d, k""",
    hypotheses=[RELU, FULL_RANK, NORMALIZED, ANCHORED, GAUSSIAN, HALVED],
    depends_on=[
        "nimc:lemma-D.4.corrected",
        "nimc:lemma-D.2",
        "nimc:theorem-D.5.corrected",
        "nimc:lemma-D.3.display",
        "nimc:equation-15",
        "nimc:equation-13",
    ],
)
def theorem_d6_corrected() -> Evidence:
    """The printed proof with the corrected Lemma D.4: 1/16 from Lemma D.3, 3/16 from Lemma D.2, then (15)."""
    return _together(Rational(1, 200))


def _together(claimed: Expr) -> Evidence:
    x, y = symbols("bracket margin")
    # The form is at least (1/16)·bracket/(λ'λ'), the bracket at least (1/12)·ratio²/M².
    return prove_nonnegative(
        Rational(1, 16) * (x / 12 + y) - claimed * x, "the constants of the steps multiply to at least 1/200"
    )


theorem_d6_corrected.near_misses(_together, {"1/100": Rational(1, 100), "1/16": Rational(1, 16)})
