"""Lemmas E.22-E.26 with what they need: how far an empirical Hessian moves with the point, from any sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, Integer, Rational, symbols

from claims.checkers.rational_functions import prove_nonnegative
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import GAUSSIAN
from claims.papers.nimc.smooth_increment import SMOOTH, WIDTH
from claims.registry import claim
from claims.statement import Hypothesis

REACH = r"R=2d+3\log|\Omega|+3t\log d"
SPREAD = r"S=\max(\|\frac1{|\Omega|}\sum_\Omega xx^\top\|,\|\frac1{|\Omega|}\sum_\Omega yy^\top\|)"
ANY_SAMPLE = Hypothesis(
    "any sample",
    rf"Ω is drawn with replacement from the pairs, independently of the features; any $n_1,n_2,|\Omega|\ge1$, $t\ge1$; "
    rf"${REACH}$, ${SPREAD}$",
)

_STEP_U, _STEP_V = symbols("step_U step_V")
STEP = _STEP_U + _STEP_V


@dataclass(frozen=True)
class Factor:
    """A factor of an integrand: a bound of its size, and of its change in units of √R.

    Args:
        size: sup of its absolute value.
        change: What it moves by, divided by the largest ‖x‖, ‖y‖ in Ω.
    """

    size: Expr
    change: Expr


def _slope(step: Expr) -> Factor:
    return Factor(Integer(1), step)


def _curvature(step: Expr) -> Factor:
    return Factor(Integer(1), 2 * step)


_RESIDUAL = Factor(2 * WIDTH, WIDTH * STEP)
"""h: |h| ≤ 2k; Σ_j|φ(u_j·x) - φ(u_j^a·x)| ≤ √k‖(U-U^a)ᵀx‖ ≤ k‖U-U^a‖‖x‖, and the same for the items."""


def _moved(factors: Sequence[Factor]) -> Expr:
    """Return the bound of a product's change that replacing one factor at a time gives (equation (32))."""
    total: Expr = Integer(0)
    for replaced in range(len(factors)):
        term: Expr = Integer(1)
        for place, factor in enumerate(factors):
            term *= factor.change if place == replaced else factor.size
        total += term
    return total


def _increment(bound: Expr, factors: Sequence[Factor], part: str = "") -> Evidence:
    return prove_nonnegative(
        bound - _moved(factors),
        "each factor moves by its Lipschitz constant times the step times ‖x‖ or ‖y‖, both at most √R on Ω, and "
        "|a·(mean of w·xyᵀ)·b| ≤ max|w|·(mean of (a·x)²)^(1/2)(mean of (b·y)²)^(1/2) ≤ S·max|w|, for all points at "
        "once",
        part=part,
    )


def _constants_of_tanh(bound_second: Expr, bound_third: Expr) -> list[Evidence]:
    """Squares of tanh'' and tanh''' in T = tanh² = τ/(1+τ); the sigmoid is (1 + tanh(z/2))/2, so it has less."""
    tau = symbols("tau")
    share = tau / (1 + tau)
    second = 4 * share * (1 - share) ** 2
    third = 2 * (1 - share) * (1 - 3 * share)
    return [
        prove_nonnegative(
            bound_second**2 - second,
            "tanh''² = 4T(1-T)², T = tanh² < 1",
            squares=[(1 / (1 + tau) ** 3, tau - Rational(1, 2))],
            part="φ''",
        ),
        prove_nonnegative(bound_third**2 - third**2, "tanh''' = -2(1-T)(1-3T), T = tanh² < 1", part="φ'''"),
    ]


@claim(
    "nimc:section-E.1.smooth-constants",
    kind="correction",
    label="Appendix E.1, sigmoid and tanh are Lipschitz with all derivatives used",
    printed=r"For sigmoid and tanh $|\phi''|\le1$ and $|\phi'''|\le2$",
    parts=["φ''", "φ'''"],
)
def smooth_constants() -> list[Evidence]:
    """The text says: bounded and Lipschitz continuous."""
    return _constants_of_tanh(Integer(1), Integer(2))


smooth_constants.near_misses(
    lambda bounds: _constants_of_tanh(*bounds),
    {"|φ''| ≤ 1/2": (Rational(1, 2), Integer(2)), "|φ'''| ≤ 1": (Integer(1), Integer(1))},
)

_WITH = r"with probability at least $1-2d^{-t}$, for all points at once:"
_RESTS_ON = ["nimc:section-E.chi-square-tail", "nimc:lemma-E.4.corrected", "nimc:section-E.1.smooth-constants"]
_STEPS = symbols("step_ui step_uj step_vi step_vj")
_FOUR = [Factor(Integer(1), step) for step in _STEPS]


def _four_factors(bound: Expr) -> Evidence:
    return _increment(bound, _FOUR)


def _residual_uu(constant: Expr) -> Evidence:
    return _increment(constant * WIDTH * STEP, [_RESIDUAL, _curvature(_STEP_U), Factor(Integer(1), _STEP_V)])


def _residual_uv(constant: Expr) -> Evidence:
    return _increment(constant * WIDTH * STEP, [_RESIDUAL, _slope(_STEP_U), _slope(_STEP_V)])


_SUM = r"\|u_i-u_i^a\|+\|u_j-u_j^a\|+\|v_i-v_i^a\|+\|v_j-v_j^a\|"
_MEAN = r"\frac1{|\Omega|}\sum_{(x,y)\in\Omega}"


@claim(
    "nimc:lemma-E.23.corrected",
    kind="correction",
    label="Lemma E.23, corrected",
    printed=rf"""{_WITH}
$\|{_MEAN}[(\phi'(u_i^\top x)\phi'(u_j^\top x)\phi(v_i^\top y)\phi(v_j^\top y)-\phi'(u_i^{{a\top}}x)
\phi'(u_j^{{a\top}}x)\phi(v_i^{{a\top}}y)\phi(v_j^{{a\top}}y))xx^\top]\|\le({_SUM})R^{{1/2}}S$""",
    hypotheses=[SMOOTH, GAUSSIAN, ANY_SAMPLE],
    depends_on=["nimc:equation-32", *_RESTS_ON],
)
def lemma_e23_corrected() -> Evidence:
    """Each of at most |Ω| users drawn has ‖x‖² > R with probability at most d^(-t)/|Ω|, and so has each item."""
    return _four_factors(sum(_STEPS, Integer(0)))


lemma_e23_corrected.near_misses(
    _four_factors,
    {"half the bound": sum(_STEPS, Integer(0)) / 2, "without the last step": sum(_STEPS[:3], Integer(0))},
)


@claim(
    "nimc:lemma-E.24.corrected",
    kind="correction",
    label="Lemma E.24, corrected",
    printed=rf"""{_WITH} for $h=\phi(U^\top x)^\top\phi(V^\top y)-\phi(U^{{*\top}}x)^\top\phi(V^{{*\top}}y)$ and
$h^a$, the same at $U^a,V^a$,
$\|{_MEAN}[(h\phi''(u_i^\top x)\phi(v_i^\top y)-h^a\phi''(u_i^{{a\top}}x)\phi(v_i^{{a\top}}y))xx^\top]\|\le
5k(\|U-U^a\|+\|V-V^a\|)R^{{1/2}}S$""",
    hypotheses=[SMOOTH, GAUSSIAN, ANY_SAMPLE],
    depends_on=_RESTS_ON,
)
def lemma_e24_corrected() -> Evidence:
    """As Lemma E.23, with the residual for one factor."""
    return _residual_uu(Integer(5))


lemma_e24_corrected.near_misses(_residual_uu, {"constant 4k": Integer(4), "constant 3k": Integer(3)})


@claim(
    "nimc:lemma-E.25.corrected",
    kind="correction",
    label="Lemma E.25, corrected",
    printed=rf"""{_WITH}
$\|{_MEAN}[(\phi'(u_i^\top x)\phi'(v_j^\top y)\phi(v_i^\top y)\phi(u_j^\top x)-\phi'(u_i^{{a\top}}x)
\phi'(v_j^{{a\top}}y)\phi(v_i^{{a\top}}y)\phi(u_j^{{a\top}}x))xy^\top]\|\le({_SUM})R^{{1/2}}S$""",
    hypotheses=[SMOOTH, GAUSSIAN, ANY_SAMPLE],
    depends_on=["nimc:equation-32", *_RESTS_ON],
)
def lemma_e25_corrected() -> Evidence:
    """As Lemma E.23; S bounds the mean of |a·x||b·y| too."""
    return _four_factors(sum(_STEPS, Integer(0)))


lemma_e25_corrected.near_misses(
    _four_factors,
    {"half the bound": sum(_STEPS, Integer(0)) / 2, "without the first step": sum(_STEPS[1:], Integer(0))},
)


@claim(
    "nimc:lemma-E.26.corrected",
    kind="correction",
    label="Lemma E.26, corrected",
    printed=rf"""{_WITH} for h and $h^a$ as in Lemma E.24,
$\|{_MEAN}[(h\phi'(u_i^\top x)\phi'(v_i^\top y)-h^a\phi'(u_i^{{a\top}}x)\phi'(v_i^{{a\top}}y))xy^\top]\|\le
3k(\|U-U^a\|+\|V-V^a\|)R^{{1/2}}S$""",
    hypotheses=[SMOOTH, GAUSSIAN, ANY_SAMPLE],
    depends_on=_RESTS_ON,
)
def lemma_e26_corrected() -> Evidence:
    """As Lemma E.24, with φ' for φ''."""
    return _residual_uv(Integer(3))


lemma_e26_corrected.near_misses(_residual_uv, {"constant 2k": Integer(2), "constant k": Integer(1)})


def _whole_row(constant: Expr, part: str = "norm") -> Evidence:
    """Sum a block row: k blocks of each kind at most 2·step each, and two residual terms on the diagonals."""
    blocks = 2 * WIDTH * 2 * STEP
    residuals = 5 * WIDTH * STEP + 3 * WIDTH * STEP
    return prove_nonnegative(
        constant * WIDTH * STEP - blocks - residuals,
        "a symmetric matrix of blocks has norm at most its largest sum of block norms in a row; the sums are those of "
        "Lemmas E.23-E.26, each column's step at most ‖U-U^a‖ or ‖V-V^a‖",
        part=part,
    )


_OVER_OMEGA, _OVER_T, _LOG_OMEGA, _T_LOG_D = symbols("over_omega over_t log_omega t_log_d")


def _rate(constant: Expr, part: str = "rate") -> Evidence:
    """Write d = log|Ω| + one slack = t log d + another: compare constant·d, half of it written with each, with R."""
    twice_d = (_LOG_OMEGA + _OVER_OMEGA) + (_T_LOG_D + _OVER_T)
    return prove_nonnegative(
        (constant - 2) * twice_d / 2 - 3 * _LOG_OMEGA - 3 * _T_LOG_D,
        "for log|Ω| ≤ d and t·log d ≤ d the number R is at most 8d: the printed rate d^(1/2) up to S",
        part=part,
    )


@claim(
    "nimc:lemma-E.22.corrected",
    kind="correction",
    label="Lemma E.22, corrected",
    printed=rf"""{_WITH}
$\sup_{{\|U-U^a\|+\|V-V^a\|\le r}}\|\nabla^2f_\Omega(U,V)-\nabla^2f_\Omega(U^a,V^a)\|\le12kR^{{1/2}}S\,r$;
$R\le8d$ if $|\Omega|\le e^d$ and $t\log d\le d$""",
    hypotheses=[SMOOTH, GAUSSIAN, ANY_SAMPLE],
    depends_on=[f"nimc:lemma-E.{n}.corrected" for n in (23, 24, 25, 26)],
    parts=["norm", "rate"],
)
def lemma_e22_corrected() -> list[Evidence]:
    """The rate d^(1/2) costs S: bounded once users and items are both at least of order d, and of order d/n₂ below."""
    return [_whole_row(Integer(12)), _rate(Integer(8))]


lemma_e22_corrected.near_misses(_whole_row, {"constant 11k": Integer(11), "constant 8k": Integer(8)})
lemma_e22_corrected.near_misses(_rate, {"R ≤ 7d": Integer(7), "R ≤ 2d": Integer(2)})
