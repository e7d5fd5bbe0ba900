"""Theorems C.2 and E.1, Lemmas E.2, E.14, E.15, E.18 for ReLU and smooth activations: what holds near, and not far."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sympy import Expr, Rational, symbols

from claims.checkers.rational_functions import decide_order_bound, prove_nonnegative
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import GAUSSIAN
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.nimc.relu_scalars import item_block_difference, product_difference, residual_cross_block

RELU = Hypothesis("ReLU", r"the bound for ReLU")
SAMPLES = Hypothesis("samples", r"$n_1,n_2,|\Omega|$ as large as asked, up to unspecified constants")

S = symbols("s")
C = symbols("C")
_FAR = "k = 1, truth u* = v* = e₁, point u = v = t·e₁ with t = 1 + s², any d ≥ 2"


def _far(power: Expr, evaluate: Callable[[Fraction], Fraction], choice: Expr, *, empirical: bool) -> Evidence:
    """The vv block moves by (t² - 1)/4, the printed bound by multiples of √(t - 1) = s."""
    tail = "; the samples may be as many as one likes, and ε = 1" if empirical else ""
    t = 1 + S**2
    return decide_order_bound(
        ((t**2 - 1) / 4, lambda s: item_block_difference(1 + s**2)),
        (power, evaluate),
        S,
        choice,
        f"{_FAR}: the Hessians differ by at least (t²-1)/4, the bound grows like √(t-1){tail}",
    )


_CHOICE = 8 * (C + 1)


@claim(
    "nimc:theorem-C.2",
    kind="theorem",
    label="Theorem C.2",
    printed=r"""For ReLU: $\|\nabla^2f_\Omega(U,V)-\nabla^2f_{\mathcal
D}(U^*,V^*)\|\lesssim(\|V-V^*\|^{1/2}+\|U-U^*\|^{1/2}
+\epsilon)(\|U^*\|+\|V^*\|)^2$ w.p. $1-d^{-t}$, for any $\epsilon>0$ and given U, V""",
    hypotheses=[RELU, SAMPLES, GAUSSIAN],
    erratum=Erratum(
        "missing-hypothesis",
        "U, V must be near the truth: far from it the Hessian grows like ‖U‖², the bound only like ‖U-U*‖^(1/2). With "
        "u = v = t·e₁ it fails for every constant once t is large, however many samples are taken.",
    ),
)
def theorem_c2_relu() -> Evidence:
    """By the law of large numbers the empirical Hessian tends to the population form, whose vv block is t²/4."""
    return _far(4 * (2 * S + 1), lambda s: (s + s + 1) * (1 + 1) ** 2, _CHOICE, empirical=True)


theorem_c2_relu.near_misses(
    lambda pair: _far(*pair, _CHOICE, empirical=True),
    {
        "without ε": (8 * S, lambda s: 8 * s),
        "with ‖U*‖ + ‖V*‖ not squared": (2 * (2 * S + 1), lambda s: 2 * (2 * s + 1)),
    },
)


@claim(
    "nimc:theorem-E.1",
    kind="theorem",
    label="Theorem E.1",
    printed=r"""For ReLU: $\|\nabla^2f_\Omega-\nabla^2f_{\mathcal
D}\|\lesssim((\|V-V^*\|/\sigma_k(V^*))^{1/2}+(\|U-U^*\|/
\sigma_k(U^*))^{1/2}+\epsilon)(\|U^*\|+\|V^*\|)^2$""",
    hypotheses=[RELU, SAMPLES, GAUSSIAN],
    erratum=Erratum(
        "missing-hypothesis",
        "As for Theorem C.2: it fails for every constant far from the truth. It differs from Theorem C.2, which it "
        "restates, by the factors σ_k and by n₂ ≳ ε⁻²t log d for n₂ ≳ ε⁻²td log²d.",
    ),
)
def theorem_e1_relu() -> Evidence:
    """At this truth σ_k = 1, so both printed forms say the same."""
    return _far(4 * (2 * S + 1), lambda s: (s + s + 1) * (1 + 1) ** 2, _CHOICE, empirical=True)


theorem_e1_relu.near_misses(
    lambda pair: _far(*pair, _CHOICE, empirical=True),
    {"without ε": (8 * S, lambda s: 8 * s), "with the square of the roots": (4 * (2 * S + 1) / 2, lambda s: 4 * s + 2)},
)


def _vanishing(power: int) -> Evidence:
    """At u = v = 2e₁ the residual's cross block has norm 3/4; ε = 1/s is chosen after the constant."""
    return decide_order_bound(
        (Rational(3, 4) * S, lambda s: s * residual_cross_block(Fraction(2))),
        (S ** (1 - power), lambda s: s * (1 / s) ** power),
        S,
        2 * (C + 1),
        "k = 1, u = v = 2e₁, truth e₁, ε = 1/s: the residual's cross block stays at 3/4 while the bound is C·ε",
    )


@claim(
    "nimc:lemma-E.2",
    kind="lemma",
    label="Lemma E.2",
    printed=r"For ReLU: $\|\nabla^2f_\Omega(U,V)-H(U,V)\|\lesssim\epsilon\|U^*\|\|V^*\|$ w.p. $1-d^{-t}$, any ε",
    hypotheses=[RELU, SAMPLES, GAUSSIAN],
    erratum=Erratum(
        "false-as-printed",
        "For ReLU φ'' = 0 removes the residual's term from the blocks u_i u_j, not from u_i v_i: E[hφ'φ'xyᵀ] stays. At "
        "u = v = 2e₁, truth e₁, it is (3/4)e₁e₁ᵀ for every sample size, while ε is arbitrary. The terms "
        "‖U-U*‖+‖V-V*‖ that are printed for sigmoid are needed for ReLU as well.",
    ),
)
def lemma_e2_relu() -> Evidence:
    """H(U, V) of (17) leaves the residual out; away from the truth the Hessian does not."""
    return _vanishing(1)


lemma_e2_relu.near_misses(_vanishing, {"ε² instead": 2, "ε³ instead": 3})


@claim(
    "nimc:lemma-E.14",
    kind="lemma",
    label="Lemma E.14",
    printed=r"""For ReLU:
$\|H(U,V)-\nabla^2f_{\mathcal D}(U^*,V^*)\|\lesssim((\|V-V^*\|/\sigma_k(V^*))^{1/2}\|U^*\|+(\|U-U^*\|/
\sigma_k(U^*))^{1/2}\|V^*\|)(\|U^*\|+\|V^*\|)$""",
    hypotheses=[RELU, GAUSSIAN],
    erratum=Erratum(
        "missing-hypothesis",
        "It fails for every constant at u = v = t·e₁, t large: a bound ‖U-U*‖ ≲ σ_k(U*), ‖V-V*‖ ≲ σ_k(V*) is needed.",
    ),
)
def lemma_e14_relu() -> Evidence:
    """The vv block is E[φ(u·x)²]·I/2, of order ‖U‖²."""
    return _far(4 * S, lambda s: (s * 1 + s * 1) * 2, _CHOICE, empirical=False)


lemma_e14_relu.near_misses(
    lambda pair: _far(*pair, _CHOICE, empirical=False),
    {"twice the bound": (8 * S, lambda s: 8 * s), "without the last factor": (2 * S, lambda s: 2 * s)},
)


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


def _cauchy_schwarz(constant: Expr, part: str = "") -> Evidence:
    """2·E|XY| ≤ E X² + E Y² for X, Y scaled to second moment 1."""
    return prove_nonnegative(
        constant * (_FIRST**2 + _SECOND**2) - _FIRST * _SECOND,
        "E|(δ·y)(w·y)| ≤ |δ||w| by Cauchy-Schwarz, as E(δ·y)² = |δ|²; |φ(s)-φ(s')| ≤ |s-s'|, |φ(s)| ≤ |s| or 1, "
        "|φ'| ≤ 1: the integrand is at most such a product, for every d",
        squares=[(Rational(1, 2), _FIRST - _SECOND)],
        part=part,
    )


@claim(
    "nimc:lemma-E.15.corrected",
    kind="correction",
    label="Lemma E.15, corrected",
    printed=r"$|\mathbb E[(\phi(v_i^\top y)-\phi(v_i^{*\top}y))\phi(v_j^\top y)]|\le\|v_j\|^p\|v_i-v_i^*\|$",
    hypotheses=[GAUSSIAN],
)
def lemma_e15_corrected() -> Evidence:
    """The constant is 1 for 1-Lipschitz φ with |φ(s)| ≤ |s|ᵖ."""
    return _cauchy_schwarz(Rational(1, 2))


lemma_e15_corrected.near_misses(_cauchy_schwarz, {"a third": Rational(1, 3), "a quarter": Rational(1, 4)})


@claim(
    "nimc:lemma-E.18",
    kind="lemma",
    label="Lemma E.18",
    printed=r"""$\|\mathbb E[(\phi(u_j^\top x)-\phi(u_j^{*\top}x))\phi'(u_i^\top x)x]\|\lesssim\|U-U^*\|$""",
    hypotheses=[GAUSSIAN, Hypothesis("Lipschitz", r"$|\phi'|\le1$")],
)
def lemma_e18() -> Evidence:
    """Contracted with a unit vector a the integrand is at most |(u_j-u_j*)·x||a·x|: the constant is 1."""
    return _cauchy_schwarz(Rational(1, 2))


lemma_e18.near_misses(_cauchy_schwarz, {"a third": Rational(1, 3), "a quarter": Rational(1, 4)})


def _smooth_blocks(constant: Expr) -> Evidence:
    # E|δ·x|(a·x)² ≤ √(E(δ·x)²)√(E(a·x)⁴) = √3|δ|; in squares: second = √3.
    return prove_nonnegative(
        constant - 3,
        "|φ''| ≤ 1 and |φ'| ≤ 1: contracted with a unit vector the integrand is at most |δ·x|(a·x)², whose mean is at "
        "most |δ|√3, the square of the constant being E(a·x)⁴ = 3, for every d",
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
    return _smooth_blocks(Rational(3))


lemma_e16.near_misses(_smooth_blocks, {"constant √2": Rational(2), "constant 1": Rational(1)})


@claim(
    "nimc:lemma-E.20",
    kind="lemma",
    label="Lemma E.20",
    printed=r"""For sigmoid and tanh:
$\|\mathbb E[\phi(u_j^{*\top}x)(\phi'(u_i^\top x)-\phi'(u_i^{*\top}x))x]\|\lesssim\|U-U^*\|$""",
    hypotheses=[GAUSSIAN, Hypothesis("bounded", r"$|\phi|\le1$, $|\phi''|\le1$")],
)
def lemma_e20() -> Evidence:
    """Contracted with a unit vector a the integrand is at most |(u_i-u_i*)·x||a·x|: the constant is 1."""
    return _cauchy_schwarz(Rational(1, 2))


lemma_e20.near_misses(_cauchy_schwarz, {"a third": Rational(1, 3), "a quarter": Rational(1, 4)})
