"""Theorem E.1, Lemma E.2 at the truth: n₂ of order log d items cannot determine d directions."""

from __future__ import annotations

from functools import partial

from sympy import Expr, symbols

from claims.checkers.rational_functions import decide_rational_identity
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import GAUSSIAN
from claims.papers.nimc.rank_deficiency import (
    by_rank,
    logarithm,
    unseen,
)
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from symbolic.matrix import norm2
from symbolic.nimc.gaussian_polynomials import gaussian_expectation
from symbolic.nimc.objective import slope_along_users, user_form

SAMPLES_E = Hypothesis(
    "samples",
    r"$n_1,|\Omega|\gtrsim\epsilon^{-2}td\log^2d$, $n_2\gtrsim\epsilon^{-2}t\log d$, any $\epsilon>0$",
)
SMOOTH_PHI = Hypothesis("smooth", "φ is sigmoid or tanh")

_RANK_NOTE = (
    "n₂ ≳ ε⁻²t log d is too few items: the block v₁v₁ of the empirical Hessian has rank at most n₂ < d - 1, that of "
    "H(U*, V*) is α₂₀β₂₀ > 0 along every w orthogonal to v₁ (0.01315 for sigmoid). At the truth the difference is at "
    "least that with probability 1, for every constant once ε is small and d large. n₂ must be of order d at least, "
    "as in Theorem C.2."
)


@claim(
    "nimc:theorem-E.1.smooth",
    kind="theorem",
    label="Theorem E.1, sigmoid and tanh",
    printed=r"""For any $\epsilon>0$, if $n_1\gtrsim\epsilon^{-2}td\log^2d$, $n_2\gtrsim\epsilon^{-2}t\log d$,
$|\Omega|\gtrsim\epsilon^{-2}td\log^2d$, then with probability $1-d^{-t}$, for sigmoid/tanh,
$\|\nabla^2f_\Omega(U,V)-\nabla^2f_{\mathcal D}(U^*,V^*)\|\lesssim\epsilon+\|U-U^*\|+\|V-V^*\|$""",
    hypotheses=[SMOOTH_PHI, SAMPLES_E, GAUSSIAN],
    depends_on=["nimc:lemma-E.2.items"],
    erratum=Erratum("false-as-printed", _RANK_NOTE, corrected_by="nimc:lemma-E.2.items"),
)
def theorem_e1_smooth() -> list[Evidence]:
    """It restates Theorem C.2 with n₂ ≳ ε⁻²t log d where that has n₂ ≳ ε⁻²td log²d: the factor d log d is needed."""
    return [logarithm(), unseen(), by_rank("sigmoid")]


@claim(
    "nimc:lemma-E.2.smooth",
    kind="lemma",
    label="Lemma E.2, sigmoid and tanh",
    printed=r"""For any $\epsilon>0$, if $n_1\gtrsim\epsilon^{-2}td\log^2d$, $n_2\gtrsim\epsilon^{-2}t\log d$,
$|\Omega|\gtrsim\epsilon^{-2}td\log^2d$, then with probability $1-d^{-t}$, for sigmoid/tanh,
$\|\nabla^2f_\Omega(U,V)-H(U,V)\|\lesssim\epsilon+\|U-U^*\|+\|V-V^*\|$""",
    hypotheses=[SMOOTH_PHI, SAMPLES_E, GAUSSIAN],
    depends_on=["nimc:lemma-E.2.items"],
    erratum=Erratum("false-as-printed", _RANK_NOTE, corrected_by="nimc:lemma-E.2.items"),
)
def lemma_e2_smooth() -> list[Evidence]:
    """At the truth H(U*, V*) is the population Hessian and the right side is Cε."""
    return [logarithm(), unseen(), by_rank("sigmoid")]


for _claim in (theorem_e1_smooth, lemma_e2_smooth):
    _claim.near_misses(partial(by_rank, "sigmoid"), {"n₂ ≳ ε⁻¹t log d": 1, "n₂ ≳ t log d": 0})


def _form_along(direction: Expr) -> Evidence:
    """Show E[s·(w·y)²] = s·|w|² for w orthogonal to v₁, s the part that depends on v₁·y and x alone."""
    g, s, w = symbols("g s w")
    return decide_rational_identity(
        gaussian_expectation(s * (w * g) ** 2, [g]),
        direction,
        "w·y = |w|g with g standard normal and independent of x and of v₁·y: along w the population form is "
        "E[φ(u₁·x)²φ'(v₁·y)²]|w|² = α₂₀β₂₀|w|² at unit u₁, v₁",
        part="population",
    )


_S, _W = symbols("s w")


@claim(
    "nimc:lemma-E.2.items",
    kind="correction",
    label="Lemma E.2, how many items are needed",
    printed=r"""k = 1, $\|u^*\|=\|v^*\|=1$: if $n_2\le d-2$ then
$\|\nabla^2f_\Omega(U^*,V^*)-\nabla^2f_{\mathcal D}(U^*,V^*)\|\ge\alpha_{2,0}\beta_{2,0}$ for every sample:
$n_2\ge d-1$, and by symmetry $n_1\ge d-1$, is necessary for the conclusions of Theorem E.1 and Lemma E.2""",
    hypotheses=[GAUSSIAN],
    parts=["empirical", "population"],
)
def lemma_e2_items() -> list[Evidence]:
    """n₂ + 1 ≤ d - 1 vectors, the items and v*, leave a unit w orthogonal to them all."""
    return [unseen(part="empirical"), _form_along(_S * _W**2)]


lemma_e2_items.near_misses(
    partial(unseen, part="empirical"),
    {"the users' form as well": user_form(), "the square of the users' slope": norm2(slope_along_users())},
)
lemma_e2_items.near_misses(_form_along, {"three times": 3 * _S * _W**2, "without |w|²": _S})
