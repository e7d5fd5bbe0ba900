"""Equations (19) and (22): the second moments that enter Lemma E.13 carry a factor ε that cannot be there."""

from __future__ import annotations

from functools import partial

from sympy import Expr, Integer, Rational, symbols

from claims.checkers.rational_functions import decide_order_bound, prove_nonnegative
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import GAUSSIAN
from claims.papers.nimc.empirical_hessian import RELU
from claims.papers.nimc.feature_moments import ACTIVATION
from claims.registry import claim
from claims.statement import Erratum
from numeric.nimc.relu_second_moments import second_moment_norm
from symbolic.nimc.radial_moments import DIMENSION, radial_moment

S, C = symbols("s C")
_EXTRA = symbols("extra")
_NOTE = (
    "The factor ε is spurious: as n₁, n₂ grow the mean tends to E[BBᵀ], whose norm is (3/4)(d+2) for ReLU with all "
    "weights e₁, while ε may be as small as one likes. Without ε the bound is what the proof uses."
)


def _spurious(block: str, order: int = 1) -> Evidence:
    """Refute E-norm ≤ C·εd at d = 2, ε = 1/s, s = C + 1."""
    return decide_order_bound(
        (Integer(3) + 0 * S, lambda _: second_moment_norm(2, block)),
        (2 / S**order, lambda s: 2 * (1 / s) ** order),
        S,
        C + 1,
        "ReLU, all weights e₁, d = 2, ε = 1/s: the mean of BBᵀ tends to a matrix of norm (3/4)(d+2) = 3, the bound is "
        "2C/s",
    )


def _without(block: str, constant: Expr) -> Evidence:
    # ReLU: E‖·‖ of the block is at most the product of the two factors' radial moments.
    first, second = {
        "users": (radial_moment(1, 1), radial_moment(0, 2)),
        "cross": (radial_moment(0, 2), radial_moment(1, 1)),
    }[block]
    return prove_nonnegative(
        (constant * DIMENSION - first * second).subs(DIMENSION, 1 + _EXTRA),
        "|φ'| ≤ 1 and |φ(s)| ≤ |s| or 1: E‖x‖²(a·x)² ≤ d + 2 and E(v·y)⁴ ≤ 3 at unit weights, for every d",
    )


@claim(
    "nimc:equation-19",
    kind="proof-step",
    label="Equation (19), proof of Lemma E.3",
    printed=r"""For any $\epsilon>0$, from the sample sizes of the step:
$\max(\|\frac1{|S|}\sum_SB(x,y)B(x,y)^\top\|,\|\frac1{|S|}\sum_SB(x,y)^\top B(x,y)\|)\lesssim
\epsilon d\|v_i\|^{2p}\|v_j\|^{2p}$ with
$B(x,y)=\phi'(u_i^\top x)\phi'(u_j^\top x)xx^\top\phi(v_i^\top y)\phi(v_j^\top y)$""",
    hypotheses=[RELU, GAUSSIAN],
    erratum=Erratum("misprint", _NOTE, corrected_by="nimc:equation-19.corrected"),
)
def equation_19() -> Evidence:
    """The population value does not depend on ε."""
    return _spurious("users")


equation_19.near_misses(partial(_spurious, "users"), {"ε² in place of ε": 2, "ε³ in place of ε": 3})


@claim(
    "nimc:equation-19.corrected",
    kind="correction",
    label="Equation (19), corrected, in the mean",
    printed=r"At weights of length 1, $\|\mathbb E[BB^\top]\|\le9d$ and $\|\mathbb E[B^\top B]\|\le9d$",
    hypotheses=[ACTIVATION, GAUSSIAN],
)
def equation_19_corrected() -> Evidence:
    """The factors of x and of y are independent; each is at most a radial moment."""
    return _without("users", Integer(9))


equation_19_corrected.near_misses(
    partial(_without, "users"), {"constant 8": Integer(8), "constant 9/2": Rational(9, 2)}
)


@claim(
    "nimc:equation-22",
    kind="proof-step",
    label="Equation (22), proof of Lemma E.7",
    printed=r"""For any $\epsilon>0$, from the sample sizes of the step:
$\max(\|\frac1{|S|}\sum_SB(x,y)B(x,y)^\top\|,\|\frac1{|S|}\sum_SB(x,y)^\top B(x,y)\|)\lesssim
\epsilon d\|v_i\|^{2p}\|u_j\|^{2p}$ with
$B(x,y)=\phi'(u_i^\top x)\phi(u_j^\top x)xy^\top\phi'(v_j^\top y)\phi(v_i^\top y)$""",
    hypotheses=[RELU, GAUSSIAN],
    erratum=Erratum("misprint", _NOTE, corrected_by="nimc:equation-22.corrected"),
)
def equation_22() -> Evidence:
    """The population value does not depend on ε."""
    return _spurious("cross")


equation_22.near_misses(partial(_spurious, "cross"), {"ε² in place of ε": 2, "ε³ in place of ε": 3})


@claim(
    "nimc:equation-22.corrected",
    kind="correction",
    label="Equation (22), corrected, in the mean",
    printed=r"At weights of length 1, $\|\mathbb E[BB^\top]\|\le9d$ and $\|\mathbb E[B^\top B]\|\le9d$",
    hypotheses=[ACTIVATION, GAUSSIAN],
)
def equation_22_corrected() -> Evidence:
    """The factors of x and of y are independent; each is at most a radial moment."""
    return _without("cross", Integer(9))


equation_22_corrected.near_misses(
    partial(_without, "cross"), {"constant 8": Integer(8), "constant 9/2": Rational(9, 2)}
)
