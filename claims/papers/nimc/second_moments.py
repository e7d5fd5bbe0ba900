"""Lemmas E.12 and E.13: the empirical second moment and the partially observed matrix."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from sympy import Expr, Rational

from claims.checkers.certified_bounds import decide_bound_at
from claims.checkers.derivation import check_derivation
from claims.checkers.rational_functions import prove_nonnegative
from claims.evidence import Evidence
from claims.papers.nimc.matrix_bernstein import BERNSTEIN_HYPOTHESES, EPS, EXTRA, LOG, MEAN, NU, SPARE, M, T
from claims.registry import claim
from claims.statement import Erratum
from numeric.nimc.ill_conditioned import both_methods
from numeric.nimc.rare_hits import RareHit
from symbolic.derivation import Derivation
from symbolic.nimc.bound_chain import AT_LEAST


def _second_moment(bound_term: Expr) -> Evidence:
    """Compare the bracket with the one Lemma E.10 asks for, applied to TTᵀ with ‖TTᵀ‖ ≤ m²."""
    return prove_nonnegative(
        NU + (MEAN + EPS) ** 2 + bound_term - (NU + (MEAN + EPS) ** 2 + M**2 * EPS),
        "Lemma E.10 for B = TTᵀ, ‖B‖ ≤ m², asks for the term m²ε",
    )


@claim(
    "nimc:lemma-E.12.reduction",
    kind="proof-step",
    label="Lemma E.12, proof",
    printed=r"""“The proof directly follows by applying Lemma E.10”: the bracket
$\nu_z+(\|\bar T\|+\epsilon)^2+m_z^2$ is at least the one Lemma E.10 asks for with $B=TT^\top$""",
    hypotheses=[BERNSTEIN_HYPOTHESES],
    erratum=Erratum(
        "misprint",
        "Lemma E.10 applied to TTᵀ needs m²ε where m² is printed; at ε = 2 it asks for 2m².",
        corrected_by="nimc:lemma-E.12.corrected",
    ),
)
def lemma_e12_reduction() -> Evidence:
    """At ε = 2 Lemma E.10 asks for 2m²."""
    return _second_moment(M**2)


lemma_e12_reduction.near_misses(_second_moment, {"m instead of m²": M, "no term": 0 * M})

RARE = RareHit(bound=10**9, power=5, factor=40, samples=6492191, gamma=Fraction(1, 10**12))


def _rare_hit(instance: RareHit) -> Evidence:
    """Compare the allowed probability of failure with that of a hit, each hit violating the bound."""
    shown = {
        "T": "1×1, T² = m² with probability 1/m², else 0",
        "m²": str(instance.bound),
        "d": "2",
        "t": str(instance.power),
        "epsilon": f"{instance.factor}·t·log 2",
        "n": str(instance.samples),
        "gamma": str(instance.gamma),
    }
    methods = ("power", "exponential")
    return decide_bound_at(
        both_methods(instance.enclose_allowance, methods),
        both_methods(instance.enclose_failure, methods),
        shown,
        "the failure is as rare as promised here",
    )


@claim(
    "nimc:lemma-E.12",
    kind="lemma",
    label="Lemma E.12",
    printed=r"""$d$ the sum of the two dimensions of $T(z)$, $\bar T=\mathbb E[T(z)T(z)^\top]$,
(I) $\Pr[\|T(z)\|\le m_z]\ge1-\gamma_z$, (II) $\max_{\|a\|=1}(\mathbb E[(a^\top TT^\top a)^2])^{1/2}\le L_z$,
(III) $\|\mathbb E[TT^\top TT^\top]\|\le\nu_z$. For any $t>1$, if
$n\ge(18t\log d)\cdot(\nu_z+(\|\bar T\|+\epsilon)^2+m_z^2)/\epsilon^2$ and
$\gamma_z\le(\epsilon/(2L_z))^2$, then with probability at least $1-d^{-2t}-n\gamma_z$,
$\|\frac1n\sum_{i\in[n]}T(z_i)T(z_i)^\top\|\le\|\mathbb E[T(z)T(z)^\top]\|+\epsilon$""",
    hypotheses=[BERNSTEIN_HYPOTHESES],
    depends_on=["nimc:section-E.matrix-bernstein"],
    erratum=Erratum(
        "false-as-printed",
        "False for large ε, where m² should be m²ε: T of size 1×1 with T² = 10⁹ with probability 10⁻⁹, else 0, t = 5, "
        "ε = 200 log 2, n = 6492191 meets every hypothesis, one hit violates the bound, and a hit has probability "
        "6.47e-3, while 2⁻¹⁰ + nγ < 9.9e-4 is allowed. For ε ≤ 9 it is true as printed, but ε is not meant small: "
        "Lemma E.3, where ν is of order d³ and n of order td log²d, uses it with ε of order d.",
        corrected_by="nimc:lemma-E.12.corrected",
    ),
)
def lemma_e12() -> Evidence:
    """A rare large value: Bernstein's exponent is then nε/m², not nε²/ν."""
    return _rare_hit(RARE)


lemma_e12.near_misses(
    _rare_hit,
    {
        "constant 24 in place of 18": replace(RARE, factor=50, samples=5540034, constant=24),
        "constant 36 in place of 18": replace(RARE, factor=75, samples=3693426, constant=36),
    },
)


def _second_moment_exponent(constant: Expr, largest: Expr, term: Expr, part: str) -> Evidence:
    """Bound the exponent of the one-sided Bernstein inequality at the deviation ε from below.

    Args:
        constant: The constant of the sample size.
        largest: ε as a rational function of non-negative symbols.
        term: The term of the sample size in m² and ε.
        part: The part of the claim.
    """
    scale = (1 + T) * LOG
    bracket = NU + (MEAN + largest) ** 2 + term

    def build() -> Derivation:
        variance = NU + M**2 * largest / 3
        start = Derivation((constant * scale * bracket / largest**2 + EXTRA) * largest**2 / 2 / variance)
        least = start.then(constant / 2 * scale * bracket / variance, AT_LEAST, "n at its least")
        bare = least.then(3 * scale, AT_LEAST, "3 times the variance term is at most the bracket's share")
        return bare.then(2 * scale + LOG, AT_LEAST, "t ≥ 1; so d₁·exp(-exponent) ≤ d^(-2t)")

    return check_derivation(
        build,
        "S = TTᵀ·1(‖T‖≤m) has 0 ⪯ S ⪯ m²I, ES ⪯ T̄ and E(S-ES)² ⪯ ES² ⪯ νI: the one-sided matrix Bernstein inequality "
        "bounds λ_max of the mean of S - ES by ε, and the mean of S is that of TTᵀ with probability 1 - nγ",
        part=part,
    )


_UP_TO_NINE, _EVERY = "epsilon at most 9", "every epsilon"


@claim(
    "nimc:lemma-E.12.corrected",
    kind="correction",
    label="Lemma E.12, corrected",
    printed=r"""The conclusion of Lemma E.12 holds, with no condition on $\gamma_z$ and $L_z$, for every
$\epsilon\le9$ if $n\ge(18t\log d)(\nu_z+(\|\bar T\|+\epsilon)^2+m_z^2)/\epsilon^2$, and for every $\epsilon>0$ if
$n\ge(18t\log d)(\nu_z+(\|\bar T\|+\epsilon)^2+m_z^2\epsilon)/\epsilon^2$; $t\ge1$""",
    hypotheses=[BERNSTEIN_HYPOTHESES],
    depends_on=["nimc:section-E.matrix-bernstein"],
    parts=[_UP_TO_NINE, _EVERY],
)
def lemma_e12_corrected() -> list[Evidence]:
    """Truncation only lowers a positive semidefinite mean: there is no bias, and one side of Bernstein is enough."""
    return [
        _second_moment_exponent(Rational(18), 9 / (1 + SPARE), M**2, _UP_TO_NINE),
        _second_moment_exponent(Rational(18), EPS, M**2 * EPS, _EVERY),
    ]


lemma_e12_corrected.near_misses(
    lambda largest: _second_moment_exponent(Rational(18), largest, M**2, _UP_TO_NINE),
    {"for ε ≤ 10": 10 / (1 + SPARE), "for every ε, m² in place of m²ε": EPS},
)
lemma_e12_corrected.near_misses(
    lambda constant: _second_moment_exponent(constant, EPS, M**2 * EPS, _EVERY), {"constant 5": Rational(5)}
)


def _partial_sample(constant: Expr) -> Evidence:
    gained = constant / 2 * (NU + MEAN**2 + M * EPS)
    needed = 3 * (NU + 2 * M * EPS / 3)
    return prove_nonnegative(
        gained - needed,
        "given the features, Z = B - B̄_S has ‖Z‖ ≤ 2m and second moment at most ν: the exponent is at least 3t log d",
    )


@claim(
    "nimc:lemma-E.13",
    kind="lemma",
    label="Lemma E.13",
    printed=r"""If $|\Omega|\ge(18t\log d_B)(\nu_B+\|\bar B_S\|^2+m_B\epsilon)/\epsilon^2$, $t\ge1$, then
$\|\bar B_S-\frac1{|\Omega|}\sum_\Omega B\|\le\epsilon$ with probability at least $1-d_B^{-2t}$""",
    hypotheses=[BERNSTEIN_HYPOTHESES],
    depends_on=["nimc:section-E.matrix-bernstein"],
)
def lemma_e13() -> Evidence:
    """Here nothing is truncated and the deviation is ε: 18 is three times what is needed."""
    return _partial_sample(Rational(18))


lemma_e13.near_misses(_partial_sample, {"constant 3": Rational(3), "constant 5": Rational(5)})
