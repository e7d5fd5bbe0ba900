"""Lemmas E.14-E.16, E.18, E.20: how the population form moves with the weights."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sympy import Expr, Rational, symbols

from claims.checkers.rational_functions import decide_order_bound, decide_rational_identity, prove_nonnegative
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import GAUSSIAN, NORMALIZED
from claims.papers.nimc.empirical_hessian import RELU, far
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.nimc.relu_pairs import user_block_difference
from numeric.nimc.relu_scalars import product_difference
from symbolic.nimc.gaussian_polynomials import gaussian_expectation

S, C = symbols("s C")


def _unnormalized(bound: Expr, evaluate: Callable[[Fraction], Fraction]) -> Evidence:
    """At u = u* = e₁, v* = M·e₁, v = (10/9)M·e₁, M = s: near, as ‖V-V*‖ = σ_k(V*)/9, but σ_k(V*) = M."""
    return decide_order_bound(
        (Rational(19, 324) * S**2, lambda s: user_block_difference(Fraction(10, 9) * s, s)),
        (bound, evaluate),
        S,
        20 * (C + 1),
        "k = 1, u = u* = e₁, v* = M·e₁, v = (10/9)M·e₁, M = s: the users' block moves by (19/324)M², the bound is "
        "(1/3)(1+M) times its constant",
    )


def _far_from_truth(bound: Expr, evaluate: Callable[[Fraction], Fraction]) -> Evidence:
    return far(bound, evaluate, empirical=False)


_PRINTED = r"""For ReLU:
$\|H(U,V)-\nabla^2f_{\mathcal D}(U^*,V^*)\|\lesssim((\|V-V^*\|/\sigma_k(V^*))^{1/2}\|U^*\|+(\|U-U^*\|/
\sigma_k(U^*))^{1/2}\|V^*\|)(\|U^*\|+\|V^*\|)$"""


@claim(
    "nimc:lemma-E.14",
    kind="lemma",
    label="Lemma E.14",
    printed=_PRINTED,
    hypotheses=[RELU, GAUSSIAN, NORMALIZED],
    erratum=Erratum(
        "missing-hypothesis",
        "It fails for every constant at u = v = t·e₁, t large: ‖U-U*‖ ≤ σ_k(U*), ‖V-V*‖ ≤ σ_k(V*) are needed. Section "
        "2's normalization σ_k(U*) = σ_k(V*) = 1, which the paper assumes throughout, cannot be dropped, although the "
        "formula prints σ_k: see lemma-E.14.unnormalized.",
        corrected_by="nimc:lemma-E.14.corrected",
    ),
)
def lemma_e14_relu() -> Evidence:
    """The vv block is E[φ(u·x)²]·I/2, of order ‖U‖²; the bound grows like ‖U‖^(1/2)."""
    return _far_from_truth(4 * S, lambda s: (s * 1 + s * 1) * 2)


lemma_e14_relu.near_misses(
    lambda pair: _far_from_truth(*pair),
    {"twice the bound": (8 * S, lambda s: 8 * s), "without the last factor": (2 * S, lambda s: 2 * s)},
)


@claim(
    "nimc:lemma-E.14.unnormalized",
    kind="remark",
    label="Lemma E.14, read without the normalization",
    printed=rf"""{_PRINTED} for $\|U-U^*\|\le\sigma_k(U^*)$, $\|V-V^*\|\le\sigma_k(V^*)$ and any
$\sigma_k(U^*),\sigma_k(V^*)>0$ (our reading of the printed $\sigma_k$, not the paper's)""",
    hypotheses=[RELU, GAUSSIAN],
    erratum=Erratum(
        "missing-hypothesis",
        "At u = u* = e₁, v* = M·e₁, v = (10/9)M·e₁ the users' block moves by (19/324)M², the bound is of order M. The "
        "paper assumes σ_k(U*) = σ_k(V*) = 1 throughout; under it the form near the truth holds.",
        corrected_by="nimc:lemma-E.14.corrected",
    ),
)
def lemma_e14_unnormalized() -> Evidence:
    """The uu block is E[φ(v·y)²]·I/2, of order ‖V*‖²·‖V-V*‖/‖V*‖, at ‖U*‖ = 1."""
    return _unnormalized((1 + S) / 3, lambda s: Fraction(1, 3) * 1 * (1 + s))


lemma_e14_unnormalized.near_misses(
    lambda pair: _unnormalized(*pair),
    {
        "without the root": ((1 + S) / 9, lambda s: Fraction(1, 9) * (1 + s)),
        "without the last factor": (Rational(1, 3) * S**0, lambda _: Fraction(1, 3)),
    },
)

# ‖U*‖ = 1 + p, ‖V*‖ = 1 + q as σ_k = 1; η_u^(1/2) = ‖U-U*‖^(1/2) = 1/(1+e) ≤ 1, the same for V.
_P, _Q, _E, _F = symbols("p q e f")
_LARGE_U, _LARGE_V = 1 + _P, 1 + _Q
_ROOT_U, _ROOT_V = 1 / (1 + _E), 1 / (1 + _F)
_PRINTED_BOUND = (_ROOT_V * _LARGE_U + _ROOT_U * _LARGE_V) * (_LARGE_U + _LARGE_V)
_SLOPES = Rational(7, 2)


def _diagonal_block(constant: Expr, part: str = "blocks u_i u_j") -> Evidence:
    """X Y - X*Y* = (X-X*)Y + X*(Y-Y*), X = E[φ'φ'xxᵀ], Y = E[φφ]."""
    V = _LARGE_V + _ROOT_V**2
    slopes = 2 * _SLOPES * _ROOT_U * V**2
    values = _ROOT_V**2 * V + _LARGE_V * _ROOT_V**2
    return prove_nonnegative(
        constant * _PRINTED_BOUND - slopes - values,
        "‖X-X*‖ ≤ 2·(7/2)η_u^(1/2) by Lemma E.17, |Y| ≤ ‖V‖² ≤ (‖V*‖+‖V-V*‖)², ‖X*‖ ≤ 1, and |Y-Y*| ≤ "
        "‖V-V*‖(‖V‖+‖V*‖) by Lemma E.15; ‖V-V*‖ = η_v ≤ 1. The blocks v_i v_j are the same with U and V exchanged",
        part=part,
    )


def _cross_block(constant: Expr, part: str = "blocks u_i v_j") -> Evidence:
    """P Qᵀ - P*Q*ᵀ = (P-P*)Qᵀ + P*(Q-Q*)ᵀ, P = E[φ'(u_i·x)φ(u_j·x)x], Q the same for the items."""
    first = (_ROOT_U**2 + _SLOPES * _ROOT_U * _LARGE_U) * (_LARGE_V + _ROOT_V**2)
    second = _LARGE_U * (_ROOT_V**2 + _SLOPES * _ROOT_V * _LARGE_V)
    return prove_nonnegative(
        constant * _PRINTED_BOUND - first - second,
        "‖P-P*‖ ≤ ‖U-U*‖ + (7/2)η_u^(1/2)‖U*‖ by Lemma E.18 and, with the event of Lemma E.17 and Cauchy-Schwarz, "
        "E 1_A|u_j*·x||a·x| ≤ (7/2)η_u^(1/2)‖u_j*‖; ‖Q‖ ≤ ‖V‖, ‖P*‖ ≤ ‖U*‖",
        part=part,
    )


def _all_blocks(rows: int, part: str = "sum") -> Evidence:
    count, norm = symbols("k norm")
    return prove_nonnegative(
        56 * count * norm - rows * count * 28 * norm,
        "a matrix of 2k × 2k blocks of norm at most β has norm at most 2kβ",
        part=part,
    )


@claim(
    "nimc:lemma-E.14.corrected",
    kind="correction",
    label="Lemma E.14, corrected",
    printed=r"""For ReLU, if $\sigma_k(U^*)=\sigma_k(V^*)=1$, $\|U-U^*\|\le1$ and $\|V-V^*\|\le1$:
$\|H(U,V)-\nabla^2f_{\mathcal D}(U^*,V^*)\|\le56k(\|V-V^*\|^{1/2}\|U^*\|+\|U-U^*\|^{1/2}\|V^*\|)
(\|U^*\|+\|V^*\|)$""",
    hypotheses=[RELU, GAUSSIAN, NORMALIZED],
    depends_on=["nimc:lemma-E.15.corrected", "nimc:lemma-E.17", "nimc:lemma-E.18"],
    parts=["blocks u_i u_j", "blocks u_i v_j", "sum"],
)
def lemma_e14_corrected() -> list[Evidence]:
    """The printed proof, block by block, with constants; σ_k = 1 is what lets ‖V*‖ be bounded by ‖U*‖‖V*‖."""
    return [_diagonal_block(Rational(28)), _cross_block(Rational(28)), _all_blocks(2)]


lemma_e14_corrected.near_misses(_diagonal_block, {"constant 6": Rational(6), "constant 1": Rational(1)})
lemma_e14_corrected.near_misses(_cross_block, {"constant 1": Rational(1)})


def _product_bound(bound: Expr, evaluate: Callable[[Fraction], Fraction]) -> Evidence:
    t = 1 + S
    return decide_order_bound(
        (t * (t - 1) / 2, lambda s: product_difference(1 + s)),
        (bound, evaluate),
        S,
        2 * (C + 1),
        "ReLU, v_i = v_j = t·e₁ with t = 1 + s, truth e₁: the left side is t(t-1)/2",
    )


@claim(
    "nimc:lemma-E.15",
    kind="lemma",
    label="Lemma E.15",
    printed=r"""$|\mathbb E[(\phi(v_i^\top y)-\phi(v_i^{*\top}y))\phi(v_j^\top y)]|\lesssim\|V^*\|^p\|V-V^*\|$,
p = 1 for ReLU""",
    hypotheses=[GAUSSIAN],
    erratum=Erratum(
        "missing-hypothesis",
        "φ(v_j·y) is of the size of V, not V*: with v = t·e₁, v* = e₁ the left side is t(t-1)/2, the bound C(t-1). "
        "With ‖V‖ for ‖V*‖ it holds with constant 1.",
        corrected_by="nimc:lemma-E.15.corrected",
    ),
)
def lemma_e15() -> Evidence:
    """True with ‖V‖, or near the truth."""
    return _product_bound(S, lambda s: s)


lemma_e15.near_misses(
    lambda pair: _product_bound(*pair),
    {"a tenth of the bound": (S / 10, lambda s: s / 10), "‖V-V*‖^0": (S**0, lambda _: Fraction(1))},
)

_FIRST, _SECOND = symbols("first second")
_PAIR = ("second moment", "product")


def _second_moment(length: Expr) -> Evidence:
    z, scale = symbols("z scale")
    return decide_rational_identity(
        gaussian_expectation((scale * z) ** 2, [z]),
        length,
        "δ·y is |δ| times a standard normal variable, for every d: E(δ·y)² = |δ|²",
        part="second moment",
    )


def _half_squares(constant: Expr) -> Evidence:
    """XY ≤ (X² + Y²)/2 pointwise, X = |δ·y|/|δ| and Y = |w·y|/|w| having second moment 1."""
    return prove_nonnegative(
        constant * (_FIRST**2 + _SECOND**2) - _FIRST * _SECOND,
        "|φ(s)-φ(s')| ≤ |s-s'|, |φ(s)| ≤ |s| or 1, |φ'| ≤ 1: the integrand is at most |δ·y||w·y| or |δ·y|; divided by "
        "|δ||w| its mean is at most (1 + 1)/2 = 1",
        squares=[(Rational(1, 2), _FIRST - _SECOND)],
        part="product",
    )


_SQUARED_LENGTH = symbols("scale") ** 2


def _cauchy_schwarz(constant: Expr) -> list[Evidence]:
    """E|(δ·y)(w·y)| ≤ |δ||w|."""
    return [_second_moment(_SQUARED_LENGTH), _half_squares(constant)]


@claim(
    "nimc:lemma-E.15.corrected",
    kind="correction",
    label="Lemma E.15, corrected",
    printed=r"$|\mathbb E[(\phi(v_i^\top y)-\phi(v_i^{*\top}y))\phi(v_j^\top y)]|\le\|v_j\|^p\|v_i-v_i^*\|$",
    hypotheses=[GAUSSIAN],
    parts=_PAIR,
)
def lemma_e15_corrected() -> list[Evidence]:
    """The constant is 1 for 1-Lipschitz φ with |φ(s)| ≤ |s|ᵖ."""
    return _cauchy_schwarz(Rational(1, 2))


lemma_e15_corrected.near_misses(_half_squares, {"a third": Rational(1, 3), "a quarter": Rational(1, 4)})
lemma_e15_corrected.near_misses(_second_moment, {"the length, not squared": symbols("scale")})


def _fourth_order(bound: Expr) -> Evidence:
    """E(δ·x)²(a·x)² for unit δ and a = c·δ + s·δ^⊥, c² + s² = 1."""
    z, g, c, s = symbols("z g c s")
    return prove_nonnegative(
        bound * (c**2 + s**2) - gaussian_expectation(z**2 * (c * z + s * g) ** 2, [z, g]),
        "|φ''| ≤ 1 and |φ'| ≤ 1: contracted with a unit vector a the integrand is at most |δ·x||a·x|·|a·x|, and "
        "E(δ·x)²(a·x)² ≤ 3|δ|², E(a·x)² = 1, for every d; so the mean is at most √3|δ| by Cauchy-Schwarz",
    )


@claim(
    "nimc:lemma-E.16",
    kind="lemma",
    label="Lemma E.16",
    printed=r"""For smooth φ:
$\|\mathbb E[(\phi'(u_i^\top x)-\phi'(u_i^{*\top}x))\phi'(u_i^\top x)xx^\top]\|\lesssim\|U-U^*\|$""",
    hypotheses=[GAUSSIAN, Hypothesis("smooth", r"$|\phi'|,|\phi''|\le1$ (sigmoid, tanh)")],
)
def lemma_e16() -> Evidence:
    """The constant is √3. The text's second factor should bear another index, as in (26); the bound is the same."""
    return _fourth_order(Rational(3))


lemma_e16.near_misses(_fourth_order, {"constant √2": Rational(2), "constant 1": Rational(1)})


@claim(
    "nimc:lemma-E.18",
    kind="lemma",
    label="Lemma E.18",
    printed=r"""$\|\mathbb E[(\phi(u_j^\top x)-\phi(u_j^{*\top}x))\phi'(u_i^\top x)x]\|\lesssim\|U-U^*\|$""",
    hypotheses=[GAUSSIAN, Hypothesis("Lipschitz", r"$|\phi'|\le1$")],
    parts=_PAIR,
)
def lemma_e18() -> list[Evidence]:
    """Contracted with a unit vector a the integrand is at most |(u_j-u_j*)·x||a·x|: the constant is 1."""
    return _cauchy_schwarz(Rational(1, 2))


lemma_e18.near_misses(_half_squares, {"a third": Rational(1, 3), "a quarter": Rational(1, 4)})
lemma_e18.near_misses(_second_moment, {"the length, not squared": symbols("scale")})


@claim(
    "nimc:lemma-E.20",
    kind="lemma",
    label="Lemma E.20",
    printed=r"""For sigmoid and tanh:
$\|\mathbb E[\phi(u_j^{*\top}x)(\phi'(u_i^\top x)-\phi'(u_i^{*\top}x))x]\|\lesssim\|U-U^*\|$""",
    hypotheses=[GAUSSIAN, Hypothesis("bounded", r"$|\phi|\le1$, $|\phi''|\le1$")],
    parts=_PAIR,
)
def lemma_e20() -> list[Evidence]:
    """Contracted with a unit vector a the integrand is at most |(u_i-u_i*)·x||a·x|: the constant is 1."""
    return _cauchy_schwarz(Rational(1, 2))


lemma_e20.near_misses(_half_squares, {"a third": Rational(1, 3), "a quarter": Rational(1, 4)})
lemma_e20.near_misses(_second_moment, {"the length, not squared": symbols("scale")})
