"""Lemma D.3: the ReLU Hessian at orthogonal weights, one row of U fixed, is positive definite for every k."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpq_poly
from sympy import Expr, Rational, symbols

from claims.checkers.index_identity import Formula, decide_identity
from claims.checkers.rational_functions import prove_nonnegative
from claims.evidence import Evidence
from claims.papers.nimc.notation import plus, swapped
from claims.papers.nimc.orthogonal_bound import (
    BOTH_OFF_DIAGONAL2,
    DIAGONAL_SUM2,
    OFF_PLUS_TRANSPOSED,
    SELF_PLUS_TRANSPOSED,
    TRACE_SUM2,
    vector_square,
)
from claims.papers.nimc.relu_loss import ANCHORED, RELU
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Erratum, Hypothesis
from numeric.nimc.half_line import relu_population_value
from numeric.population.quadratic_instances import QuadraticInstance, quadratic_instances
from symbolic.population.index_sums import OrbitForm
from symbolic.population.moment_ring import alpha, beta, gamma, moment_ring, substitute
from symbolic.population.population_form import population_form

ORTHOGONAL = Hypothesis("orthogonal", r"$d=k$, $U^*$, $V^*$ orthogonal")

# α₁₀ = β₁₁ = m = 1/√(2π), every other moment that occurs is 1/2.
_M = alpha(1, 0)
_HALF = moment_ring()(Rational(1, 2))
_RELU = {
    beta(1, 1): _M,
    gamma(): _HALF,
    alpha(1, 1): _HALF,
    alpha(2, 0): _HALF,
    **{beta(i, j): _HALF for i, j in ((1, 0), (1, 2), (2, 0), (2, 2))},
}
_m = fmpq_poly([0, 1])


def _value(s: Any) -> Any:
    """Return a polynomial in m, exact: compared with other such polynomials only."""
    return relu_population_value(s.A, s.B)


FORM = Formula(population_form().map(lambda c: substitute(c, _RELU)), _value)


def _one(_: Any) -> int:
    return 1


_ROWS = vector_square(_one, _one, _one, letters=("A", "A", "B"))
_VECTOR_SQUARES = plus(_ROWS, swapped(_ROWS), 1)
_SELF = plus(SELF_PLUS_TRANSPOSED, swapped(SELF_PLUS_TRANSPOSED), 1)


def _weights(off: int = 1) -> list[tuple[Any, Any, Formula]]:
    """Return (coefficient in the ring, the same in m, square) of the decomposition."""

    def both(build: Callable[[Any, Callable[[int, int], Any]], Any], formula: Formula) -> tuple[Any, Any, Formula]:
        return (
            build(_M, lambda p, q: moment_ring()(Rational(p, q))),
            build(_m, lambda p, q: fmpq_poly([fmpq(p, q)])),
            formula,
        )

    return [
        both(lambda m, q: q(3, 16) - q(1, 4) * m**2 - off * m**4, BOTH_OFF_DIAGONAL2),
        both(lambda m, q: q(1, 4) - q(1, 2) * m**2 - m**4, DIAGONAL_SUM2),
        both(lambda _, q: q(1, 16), OFF_PLUS_TRANSPOSED),
        both(lambda m, q: q(1, 2) * m**4, _SELF),
        both(lambda m, q: q(1, 4) * m**2, _VECTOR_SQUARES),
        both(lambda m, _: m**4, TRACE_SUM2),
    ]


def _decomposition(weights: list[tuple[Any, Any, Formula]]) -> Formula:
    total = OrbitForm(())
    for ring, _, formula in weights:
        total = total + formula.form.scaled(ring)

    def value(s: Any) -> Any:
        terms = ((w, formula.value(s)) for _, w, formula in weights)
        return sum((w * fmpq(v.numerator, v.denominator) for w, v in terms), fmpq_poly([0]))

    return Formula(total, value)


def _instances() -> Iterator[QuadraticInstance]:
    rng = np.random.default_rng(current_sampling().seed)
    every = quadratic_instances(rng, sizes=(1, 2, 3), trials=1)
    return (s for s in every if s.activation.coefficients == (Fraction(0), Fraction(1)))


def _relu_identity(weights: list[tuple[Any, Any, Formula]], part: str = "identity") -> Evidence:
    return decide_identity(FORM, _decomposition(weights), _instances(), part=part)


P, SPARE = symbols("p spare")
# p = m² = 1/(2π) < 4/25, as π > 25/8; every p in (0, 4/25] is 4/25/(1 + spare).
_P = Rational(4, 25) / (1 + SPARE)


def _at_least(coefficient: Expr, least: Expr, part: str) -> Evidence:
    return prove_nonnegative(
        (coefficient - least).subs(P, _P), f"the coefficient is at least {least} for every m² ≤ 4/25", part=part
    )


_OFF, _DIAGONAL, _ORTHOGONAL_PART = (
    Rational(3, 16) - P / 4 - P**2,
    Rational(1, 4) - P / 2 - P**2,
    Rational(1, 4) - P / 4,
)


@claim(
    "nimc:lemma-D.3.display",
    kind="proof-step",
    label="Lemma D.3, proof, the lower bound from (11)",
    printed=r"""$\lambda_{\min}(H)\ge\min C_0(\|A_o\|^2+\|B_o\|^2+\dots+\|g_A+g_B\|^2+\dots)$ with a universal
$C_0>0$; used in
Theorem D.6 as: the form is at least $\frac1{16}(\|A_o\|_F^2+\|B_o\|_F^2+\|g_A+g_B\|^2)$""",
    hypotheses=[RELU, ORTHOGONAL],
    depends_on=["nimc:section-D.1.relu-moments.corrected", "nimc:equation-10"],
    parts=["identity", "off-diagonal", "diagonal", "orthogonal part"],
)
def lemma_d3_display() -> list[Evidence]:
    """With the true α₁₀ = β₁₁ = 1/√(2π) the form of (11) is a sum of squares with positive coefficients, for every k;
    the printed values 1/2 are not needed. The last part is the coefficient 3/16 of ‖T‖², ‖Q‖² in D.6."""  # noqa: D205, D209
    return [
        _relu_identity(_weights()),
        _at_least(_OFF, Rational(1, 16), "off-diagonal"),
        _at_least(_DIAGONAL, Rational(1, 16), "diagonal"),
        _at_least(_ORTHOGONAL_PART, Rational(3, 16), "orthogonal part"),
    ]


lemma_d3_display.near_misses(
    _relu_identity, {"twice m⁴ taken off": _weights(2), "nothing of order m⁴ taken off": _weights(0)}
)


@lemma_d3_display.mutant("coefficient 1/6 of the off-diagonal part")
def _() -> Evidence:
    return _at_least(_OFF, Rational(1, 6), "off-diagonal")


@claim(
    "nimc:lemma-D.3",
    kind="lemma",
    label="Lemma D.3",
    printed=r"""Consider the activation to be ReLU, $k=d$, $U^*,V^*$ unitary, $u^*_{1,i}\ne0$ for all $i\in[k]$. Then
$\lambda_{\min}(\nabla^2f^{\mathrm{ReLU}}_{\mathcal D}(W^*,V^*))\gtrsim\min_{i\in[k]}\{u_{1,i}^{*2}\}$,
$W^*=U^*_{2:d}$""",
    hypotheses=[RELU, ORTHOGONAL, ANCHORED],
    depends_on=["nimc:theorem-D.6.corrected"],
    erratum=Erratum(
        "proof-gap",
        "The proof's moments are misprinted (α₁₀ and β₁₁ are 1/√(2π), not 1/2), it shows λ_min > 0 for each instance "
        "only, and defers the constant; Theorem D.6, corrected, gives min u₁ᵢ²/800 for every k. Slips of the text: the "
        "risk is that of (12), not of (4); u_{i,1} stands for u_{1,i}; after x = U*s the display keeps φ(x_i) for "
        "φ(s_i); u*^(1) is a row in (4), where it is transposed to a column, and a column in u*^(1)ᵀa_i = 0.",
        corrected_by="nimc:lemma-D.3.display",
    ),
)
def lemma_d3() -> Evidence:
    """λ' = 1, ‖U*‖ = ‖V*‖ = 1 and ‖u*^(1)‖ = 1: the bound is (1/200)(min|u₁ᵢ|/2)²; twice that for (12) without ½."""
    return _orthogonal_constant(Rational(1, 800))


def _orthogonal_constant(claimed: Expr) -> Evidence:
    least = symbols("least")
    return prove_nonnegative(
        (least / 2) ** 2 / 200 - claimed * least**2, "the constant 1/800 is universal: it does not depend on k"
    )


lemma_d3.near_misses(_orthogonal_constant, {"1/400": Rational(1, 400), "1/200": Rational(1, 200)})
