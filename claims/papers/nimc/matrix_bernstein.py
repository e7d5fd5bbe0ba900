"""Lemmas E.10-E.13: what the constants of the matrix Bernstein inequality really give."""

from __future__ import annotations

from sympy import Expr, Rational, symbols

from claims.checkers.matrix_words import decide_matrix_identity
from claims.checkers.rational_functions import prove_nonnegative
from claims.checkers.standing import cite, leave_undecided
from claims.evidence import Evidence
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from symbolic.matrix import Expression, matrix

BERNSTEIN_HYPOTHESES = Hypothesis(
    "(I)-(III)",
    r"$\Pr[\|B\|\le m]\ge1-\gamma$; $\|\mathbb EBB^\top\|,\|\mathbb EB^\top B\|\le\nu$; second moments ≤ L²",
)

NU, M, EPS, MEAN, SPARE = symbols("nu m epsilon mean t_minus_1")


@claim(
    "nimc:section-E.matrix-bernstein",
    kind="remark",
    label="Appendix E, matrix Bernstein inequality",
    printed=r"""$\Pr[\|\frac1n\sum Z_i\|\ge\epsilon]\le d\exp(-\frac{\epsilon^2n/2}{\nu+R\epsilon/3})$ for independent
centred
$Z_i$ with $\|Z_i\|\le R$, $\|\mathbb EZZ^\top\|,\|\mathbb EZ^\top Z\|\le\nu$""",
)
def matrix_bernstein() -> Evidence:
    """Outside theory."""
    return cite("matrix Bernstein inequality, rectangular case", "[Tro12], Theorem 6.1")


def _exponent(constant: Expr, deviation: Expr, part: str = "") -> Evidence:
    """Show that n ≥ constant·t·log d·((ε+b)²+mε+ν)/ε² makes the exponent at least 3t log d, so d¹⁻³ᵗ ≤ d⁻²ᵗ.

    The exponent in units of t·log d is (δ²/2)·constant·K/ε² over V + 2mδ/3, with δ the deviation, K the bracket and
    V = ν + (b² + ε² + εb) the variance bound of the printed proof.
    """
    bracket = (EPS + MEAN) ** 2 + M * EPS + NU
    variance = NU + MEAN**2 + EPS**2 + EPS * MEAN
    gained = constant * (deviation / EPS) ** 2 / 2 * bracket
    needed = 3 * (variance + 2 * M * deviation / 3)
    return prove_nonnegative(
        gained - needed, "the exponent is at least 3t log d, and d^(1-3t) ≤ d^(-2t) for t ≥ 1", part=part
    )


def _printed_exponent(deviation: Expr) -> Evidence:
    return _exponent(Rational(18), deviation)


@claim(
    "nimc:lemma-E.10.constant",
    kind="proof-step",
    label="Lemma E.10, proof, the third term with constant 18",
    printed=r"""$n\ge(18t\log d)((\epsilon+\|\bar B\|)^2+m\epsilon+\nu)/\epsilon^2$ gives
$\|\frac1n\sum M_i-\bar M\|\le\frac\epsilon2$ with probability $1-d^{-2t}$ by the displayed Bernstein bound""",
    hypotheses=[BERNSTEIN_HYPOTHESES],
    erratum=Erratum(
        "proof-gap",
        "The display bounds a deviation of ε but is used for ε/2: the exponent it gives is then below 3t log d (for "
        "small m and mean 9/4 t log d, so d^(1-9t/4), larger than d^(-2t) for t < 4). With 24 for 18 the step follows.",
        corrected_by="nimc:lemma-E.10.corrected",
    ),
)
def lemma_e10_constant() -> Evidence:
    """Halving the deviation costs a factor 4 in the exponent."""
    return _printed_exponent(EPS / 2)


lemma_e10_constant.near_misses(_printed_exponent, {"deviation ε/3": EPS / 3, "deviation ε/4": EPS / 4})


def _corrected(constant: Expr) -> Evidence:
    return _exponent(constant, EPS / 2, part="exponent")


def _truncation(share: Expr) -> Evidence:
    bound = symbols("L")
    gamma = (EPS / (2 * bound)) ** 2
    return prove_nonnegative(
        (share * EPS) ** 2 - bound**2 * gamma, "‖M̄-B̄‖ ≤ L√γ ≤ ε/2 by Cauchy-Schwarz", part="truncation"
    )


@claim(
    "nimc:lemma-E.10",
    kind="lemma",
    label="Lemma E.10",
    printed=r"""If $n\ge(18t\log d)((\epsilon+\|\bar B\|)^2+m\epsilon+\nu)/\epsilon^2$, $\gamma\le(\epsilon/2L)^2$,
$t\ge1$,
then $\|\frac1n\sum B_i-\mathbb EB\|\le\epsilon$ with probability at least $1-d^{-2t}-n\gamma$""",
    hypotheses=[BERNSTEIN_HYPOTHESES],
    depends_on=["nimc:section-E.matrix-bernstein"],
    parts=["truncation", "concentration"],
    erratum=Erratum(
        "proof-gap",
        "The proof's inequalities give 24, not 18 (see lemma-E.10.constant); nothing here shows the printed constant "
        "to be false. The proof also counts four properties where three are stated.",
        corrected_by="nimc:lemma-E.10.corrected",
    ),
)
def lemma_e10() -> list[Evidence]:
    """Truncate at m; the truncated mean moves by at most ε/2; the rest is where the constant is lost."""
    return [
        _truncation(Rational(1, 2)),
        leave_undecided("the printed argument yields the constant 24; for 18 neither proof nor counterexample is known "
                        "here", part="concentration"),
    ]  # fmt: skip


lemma_e10.near_misses(_truncation, {"a third of ε": Rational(1, 3), "a quarter of ε": Rational(1, 4)})


@claim(
    "nimc:lemma-E.10.corrected",
    kind="correction",
    label="Lemma E.10, with constant 24",
    printed=r"""If $n\ge(24t\log d)((\epsilon+\|\bar B\|)^2+m\epsilon+\nu)/\epsilon^2$, $\gamma\le(\epsilon/2L)^2$,
$t\ge1$,
then $\|\frac1n\sum B_i-\mathbb EB\|\le\epsilon$ with probability at least $1-d^{-2t}-n\gamma$""",
    hypotheses=[BERNSTEIN_HYPOTHESES],
    depends_on=["nimc:section-E.matrix-bernstein"],
    parts=["exponent", "truncation"],
)
def lemma_e10_corrected() -> list[Evidence]:
    """Truncate at m; the truncated mean moves by at most ε/2; Bernstein bounds the rest by ε/2."""
    return [_corrected(Rational(24)), _truncation(Rational(1, 2))]


lemma_e10_corrected.near_misses(_corrected, {"constant 18": Rational(18), "constant 23": Rational(23)})
lemma_e10_corrected.near_misses(_truncation, {"a third of ε": Rational(1, 3)})

_MX, _NY = matrix("M", "p", "q"), matrix("N", "q", "r")
_MH, _NH = matrix("S", "p", "q"), matrix("T", "q", "r")


def _product(right: Expression) -> Evidence:
    return decide_matrix_identity(
        _MH * _NH - _MX * _NY,
        right,
        "with M̂-M̄ ≤ ε₁, N̂-N̄ ≤ ε₂ the three terms are at most ε₁ε₂, ε₂‖M̄‖, ε₁‖N̄‖, for all shapes",
    )


@claim(
    "nimc:lemma-E.11",
    kind="lemma",
    label="Lemma E.11, equation (25)",
    printed=r"""$\|\mathbb E B-\frac1{|S|}\sum_SB\|\le\epsilon_2\|\bar M\|+\epsilon_1\|\bar N\|+\epsilon_1\epsilon_2$
for
$B(x,y)=M(x)N(y)$, the two means within $\epsilon_1$, $\epsilon_2$ by Lemma E.10""",
    hypotheses=[BERNSTEIN_HYPOTHESES],
    depends_on=["nimc:lemma-E.10"],
)
def lemma_e11() -> Evidence:
    """The mean over S = X × Y is the product of the means. The sample sizes need Lemma E.10's constant 24 for 18."""
    return _product((_MH - _MX) * (_NH - _NY) + _MX * (_NH - _NY) + (_MH - _MX) * _NY)


lemma_e11.near_misses(
    _product,
    {
        "without the product of the errors": _MX * (_NH - _NY) + (_MH - _MX) * _NY,
        "the sample mean in the second term": (_MH - _MX) * (_NH - _NY) + _MH * (_NH - _NY) + (_MH - _MX) * _NY,
    },
)


def _second_moment(bound_term: Expr, part: str = "") -> Evidence:
    """Compare the bracket with the one Lemma E.10 asks for, applied to TTᵀ with ‖TTᵀ‖ ≤ m²."""
    return prove_nonnegative(
        NU + (MEAN + EPS) ** 2 + bound_term - (NU + (MEAN + EPS) ** 2 + M**2 * EPS),
        "Lemma E.10 for B = TTᵀ, ‖B‖ ≤ m², asks for the term m²ε",
        part=part,
    )


def _small_error(bound_term: Expr) -> Evidence:
    smaller = 1 / (1 + SPARE)  # every ε in (0, 1]
    return prove_nonnegative(
        bound_term - M**2 * smaller, "for ε ≤ 1 the printed term m² is at least m²ε", part="epsilon at most 1"
    )


@claim(
    "nimc:lemma-E.12.reduction",
    kind="proof-step",
    label="Lemma E.12, proof",
    printed=r"""Lemma E.12 follows directly by applying Lemma E.10: its bracket $\nu_z+(\|\bar T\|+\epsilon)^2+m_z^2$
is at
least the one Lemma E.10 asks for""",
    hypotheses=[BERNSTEIN_HYPOTHESES],
    erratum=Erratum(
        "misprint",
        "Lemma E.10 applied to TTᵀ needs m²ε where m² is printed: for ε > 1 the printed sample size is too small for "
        "the argument; for ε ≤ 1 it is enough.",
        corrected_by="nimc:lemma-E.12.corrected",
    ),
)
def lemma_e12_reduction() -> Evidence:
    """At ε = 2 Lemma E.10 asks for 2m²."""
    return _second_moment(M**2)


lemma_e12_reduction.near_misses(_second_moment, {"m instead of m²": M, "no term": 0 * M})


@claim(
    "nimc:lemma-E.12",
    kind="lemma",
    label="Lemma E.12",
    printed=r"""If $n\ge(18t\log d)(\nu_z+(\|\bar T\|+\epsilon)^2+m_z^2)/\epsilon^2$ and
$\gamma_z\le(\epsilon/2L_z)^2$ then
$\|\frac1n\sum TT^\top\|\le\|\mathbb ETT^\top\|+\epsilon$ w.p. $1-d^{-2t}-n\gamma_z$""",
    hypotheses=[BERNSTEIN_HYPOTHESES],
    depends_on=["nimc:lemma-E.10"],
    parts=["epsilon at most 1", "epsilon above 1"],
    erratum=Erratum(
        "proof-gap",
        "See lemma-E.12.reduction: the term m² should be m²ε, and the constant 18 has the gap of Lemma E.10.",
        corrected_by="nimc:lemma-E.12.corrected",
    ),
)
def lemma_e12() -> list[Evidence]:
    """As good as Lemma E.10 for ε ≤ 1."""
    return [
        _small_error(M**2),
        leave_undecided("for ε > 1 the printed sample size is below what the argument needs", part="epsilon above 1"),
    ]


lemma_e12.near_misses(_small_error, {"m²/2": M**2 / 2, "m": M})


@claim(
    "nimc:lemma-E.12.corrected",
    kind="correction",
    label="Lemma E.12, corrected",
    printed=r"""If $n\ge(24t\log d)(\nu_z+(\|\bar T\|+\epsilon)^2+m_z^2\epsilon)/\epsilon^2$ and
$\gamma_z\le(\epsilon/2L_z)^2$ then $\|\frac1n\sum TT^\top\|\le\|\mathbb ETT^\top\|+\epsilon$ w.p.
$1-d^{-2t}-n\gamma_z$, d the
number of rows of TTᵀ, twice""",
    hypotheses=[BERNSTEIN_HYPOTHESES],
    depends_on=["nimc:lemma-E.10.corrected"],
)
def lemma_e12_corrected() -> Evidence:
    """Lemma E.10 for the matrices TTᵀ and the triangle inequality."""
    return _second_moment(M**2 * EPS)


lemma_e12_corrected.near_misses(_second_moment, {"m²ε/2": M**2 * EPS / 2, "mε": M * EPS})


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
