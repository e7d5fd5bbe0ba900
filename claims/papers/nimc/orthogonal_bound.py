"""Equations (10)-(11) and Lemma C.1: the lower bound ρ of the orthogonal population Hessian, for every k."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from sympy.polys.rings import PolyElement

from claims.checkers.index_identity import Formula, Square, decide_identity, prove_lower_bound
from claims.evidence import Evidence
from claims.papers.nimc.notation import (
    DIAGONAL2,
    RING,
    Arrays,
    I,
    J,
    MomentNames,
    Moments,
    combination,
    diagonal,
    form,
    norm2,
    off_diagonal,
    off_diagonal_row_sums,
    off_diagonal_transposed,
    plus,
    sq,
    swapped,
    total,
)
from claims.papers.nimc.orthogonal_cross_term import DIAGONALS
from claims.papers.nimc.orthogonal_square_term import OFF_DIAGONAL2, ORTHOGONAL, instances
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from symbolic.population.index_sums import IndexExpression, entry
from symbolic.population.moment_ring import beta, substitute
from symbolic.population.population_form import population_form

BETA_11 = Hypothesis("beta_11 = 0", r"$\beta_{1,1} = \mathbb E[\phi'(z)z] = 0$")

FORM = Formula(population_form(), lambda s: s.population[0] + s.population[1] + 2 * s.population[2])
BOTH_OFF_DIAGONAL2 = plus(OFF_DIAGONAL2, swapped(OFF_DIAGONAL2), 1)
BOTH_DIAGONAL2 = plus(DIAGONAL2, swapped(DIAGONAL2), 1)

Weight = Callable[[MomentNames], Any]


def _matrix_square(left: IndexExpression, right: IndexExpression, value: Callable[[Any], Any]) -> Formula:
    return Formula(form(((left + right) * (left + right)).summed(I, J)), lambda s: sq(value(s)))


OFF_PLUS_TRANSPOSED = _matrix_square(
    off_diagonal("A"), off_diagonal_transposed("B"), lambda s: Arrays(s.A).o + Arrays(s.B).o.T
)
SELF_PLUS_TRANSPOSED = _matrix_square(
    off_diagonal("A"), off_diagonal_transposed("A"), lambda s: Arrays(s.A).o + Arrays(s.A).o.T
)
DIAGONAL_SUM2 = Formula(form(norm2(diagonal("A") + diagonal("B"))), lambda s: sq(Arrays(s.A).g + Arrays(s.B).g))
_TRACES = diagonal("A") + diagonal("B")
TRACE_SUM2 = Formula(
    form(_TRACES.summed(I) * _TRACES.at(i=J).summed(J)), lambda s: total(Arrays(s.A).g + Arrays(s.B).g) ** 2
)


def vector_square(rows: Weight, own: Weight, other: Weight, *, letters: tuple[str, str, str]) -> Formula:
    """Return ‖rows·X_o1 + own·g_Y + other·g_Z‖² with the weights moments of φ and X, Y, Z given by ``letters``."""
    x, y, z = letters

    def symbolic() -> IndexExpression:
        summands = ((off_diagonal_row_sums(x), rows), (diagonal(y), own), (diagonal(z), other))
        return sum((vector * weight(RING) for vector, weight in summands), IndexExpression(()))

    def value(s: Any) -> Fraction:
        m = Moments(s.activation)
        X, Y, Z = (Arrays(s.A if letter == "A" else s.B) for letter in letters)
        return sq(X.o @ X.ones * rows(m) + Y.g * own(m) + Z.g * other(m))

    return Formula(form(norm2(symbolic())), value)


def _equation_11(*, cross: int = 2, outer: str = "1/2", diagonal_power: int = 2) -> Formula:
    def off_weight(m: MomentNames) -> Any:
        product = m.alpha(1, 0) ** 2 * m.beta(1, 0) ** 2 + m.beta(1, 0) ** 2 * m.alpha(1, 1) ** 2
        return m.alpha(2, 0) * m.beta(2, 0) - product - m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2

    def diagonal_weight(m: MomentNames) -> Any:
        lost = m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2 + m.alpha(1, 0) ** 2 * m.beta(1, 2) ** diagonal_power
        return m.alpha(2, 0) * m.beta(2, 2) - lost - m.alpha(1, 1) ** 2 * m.beta(1, 1) ** 2

    def cross_weight(m: MomentNames) -> Any:
        mixed = m.alpha(1, 0) * m.alpha(1, 1) * m.beta(1, 1) * m.beta(1, 2)
        return 2 * (m.gamma() ** 2 - m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2 - cross * mixed)

    def rows(m: MomentNames) -> Any:
        return m.alpha(1, 0) * m.beta(1, 0)

    def own(m: MomentNames) -> Any:
        return m.alpha(1, 0) * m.beta(1, 2)

    def other(m: MomentNames) -> Any:
        return m.alpha(1, 1) * m.beta(1, 1)

    share = Fraction(outer)
    trace_weight: Weight = lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2  # noqa: E731 - used twice below
    return combination(
        (lambda m: m.beta(1, 0) ** 2 * m.alpha(1, 1) ** 2, OFF_PLUS_TRANSPOSED),
        (lambda _m: 1, vector_square(rows, own, other, letters=("A", "A", "B"))),
        (lambda _m: 1, vector_square(rows, own, other, letters=("B", "B", "A"))),
        (off_weight, BOTH_OFF_DIAGONAL2),
        (lambda m: _scaled(trace_weight(m), share), plus(SELF_PLUS_TRANSPOSED, swapped(SELF_PLUS_TRANSPOSED), 1)),
        (diagonal_weight, BOTH_DIAGONAL2),
        (cross_weight, DIAGONALS),
        (trace_weight, TRACE_SUM2),
    )


def _scaled(value: Any, share: Fraction) -> Any:
    return value * share.numerator / share.denominator


@claim(
    "nimc:equation-11",
    kind="equation",
    label="Equation (11)",
    printed=r"""$\lambda_{\min}(H^*)=\min_{\|A\|_F^2+\|B\|_F^2=1}\bigl(\beta_{1,0}^2\alpha_{1,1}^2\|A_o+B_o^\top\|_F^2
+\|\alpha_{1,0}\beta_{1,0}A_o\mathbf 1+\alpha_{1,0}\beta_{1,2}g_A+\alpha_{1,1}\beta_{1,1}g_B\|^2
+\|\alpha_{1,0}\beta_{1,0}B_o\mathbf 1+\alpha_{1,0}\beta_{1,2}g_B+\alpha_{1,1}\beta_{1,1}g_A\|^2
+(\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2-\beta_{1,0}^2\alpha_{1,1}^2-\alpha_{1,0}^2\beta_{1,1}^2)
(\|A_o\|_F^2+\|B_o\|_F^2)
+\tfrac12\alpha_{1,0}^2\beta_{1,1}^2(\|A_o+A_o^\top\|_F^2+\|B_o+B_o^\top\|_F^2)
+[\alpha_{2,0}\beta_{2,2}-\alpha_{1,0}^2\beta_{1,1}^2-\alpha_{1,0}^2\beta_{1,2}^2-\alpha_{1,1}^2\beta_{1,1}^2]
(\|g_A\|^2+\|g_B\|^2)
+2(\gamma^2-\alpha_{1,0}^2\beta_{1,1}^2-2\alpha_{1,0}\alpha_{1,1}\beta_{1,1}\beta_{1,2})g_A^\top g_B
+\alpha_{1,0}^2\beta_{1,1}^2(g_A^\top\mathbf 1+g_B^\top\mathbf 1)^2\bigr)$""",
    hypotheses=ORTHOGONAL,
    depends_on=["nimc:equation-10", "nimc:lemma-D.1.C-final", "nimc:lemma-D.1.D-final"],
)
def equation_11() -> Evidence:
    """C(A) + C(B) + 2D(A, B) with the squares completed; true for every activation, also with β₁₁ ≠ 0."""
    return decide_identity(FORM, _equation_11(), instances())


equation_11.near_misses(
    lambda right: decide_identity(FORM, right, instances()),
    {
        "the mixed moment in the cross term once": _equation_11(cross=1),
        "the factor 1/2 dropped": _equation_11(outer="1"),
        "beta_12 not squared in the diagonal term": _equation_11(diagonal_power=1),
    },
)

# With β₁₁ = 0, as in the displays after equation (11): on the symbolic side a substitution, on the exact side only
# activations whose derivative is even.


def _without_beta_11(formula: Formula) -> Formula:
    return Formula(formula.form.map(lambda c: substitute(c, {beta(1, 1): 0})), formula.value)


FORM_0 = _without_beta_11(FORM)


def rho_off_diagonal(m: MomentNames) -> Any:
    """Return the first of the two terms whose minimum is ρ."""
    return (
        m.alpha(2, 0) * m.beta(2, 0) - m.alpha(1, 0) ** 2 * m.beta(1, 0) ** 2 - m.beta(1, 0) ** 2 * m.alpha(1, 1) ** 2
    )


def rho_diagonal(m: MomentNames) -> Any:
    """Return the second of the two terms whose minimum is ρ."""
    return m.alpha(2, 0) * m.beta(2, 2) - m.alpha(1, 0) ** 2 * m.beta(1, 2) ** 2 - m.gamma() ** 2


_OUTER: tuple[tuple[Weight, Formula], ...] = (
    (rho_off_diagonal, BOTH_OFF_DIAGONAL2),
    (rho_diagonal, BOTH_DIAGONAL2),
    (lambda m: m.beta(1, 0) ** 2 * m.alpha(1, 1) ** 2, OFF_PLUS_TRANSPOSED),
    (lambda m: m.gamma() ** 2, DIAGONAL_SUM2),
)


def _nothing(_m: MomentNames) -> Any:
    return 0


def _beta_10(m: MomentNames) -> Any:
    return m.beta(1, 0)


def _beta_12(m: MomentNames) -> Any:
    return m.beta(1, 2)


SPECIAL_PRINTED = combination(
    *_OUTER,
    (lambda m: m.alpha(1, 0) ** 2, vector_square(_beta_12, _beta_10, _nothing, letters=("A", "A", "A"))),
    (lambda m: m.alpha(1, 0) ** 4, vector_square(_beta_12, _beta_10, _nothing, letters=("B", "A", "A"))),
)


def _special(rows: Weight = _beta_10, own: Weight = _beta_12) -> Formula:
    return combination(
        *_OUTER,
        (lambda m: m.alpha(1, 0) ** 2, vector_square(rows, own, _nothing, letters=("A", "A", "A"))),
        (lambda m: m.alpha(1, 0) ** 2, vector_square(rows, own, _nothing, letters=("B", "B", "B"))),
    )


@claim(
    "nimc:lemma-D.1.special",
    kind="proof-step",
    label="Lemma D.1, proof, equation (11) at β₁₁ = 0",
    printed=r"""$\lambda_{\min}(H^*)=\min_{\|A\|_F^2+\|B\|_F^2=1}
(\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2-\beta_{1,0}^2\alpha_{1,1}^2)(\|A_o\|_F^2+\|B_o\|_F^2)
+(\alpha_{2,0}\beta_{2,2}-\alpha_{1,0}^2\beta_{1,2}^2-\gamma^2)(\|g_A\|^2+\|g_B\|^2)
+\beta_{1,0}^2\alpha_{1,1}^2\|A_o+B_o^\top\|_F^2+\gamma^2\|g_A+g_B\|^2
+\alpha_{1,0}^2(\|\beta_{1,0}g_A+\beta_{1,2}A_o\mathbf 1\|^2
+\alpha_{1,0}^2\|\beta_{1,0}g_A+\beta_{1,2}B_o\mathbf 1\|^2)$""",
    hypotheses=[*ORTHOGONAL, BETA_11],
    erratum=Erratum(
        "misprint",
        "β₁₀ and β₁₂ have changed places in the last two squares, the second of them must have g_B instead of g_A, "
        "and the inner factor α₁₀² is one too many. The lower bound ρ that follows is not affected. (Just before, A "
        "and B are “separated into the off-diagonal elements and off-diagonal elements”: diagonal and off-diagonal.)",
        corrected_by="nimc:lemma-D.1.special.corrected",
    ),
)
def special() -> Evidence:
    """Put β₁₁ = 0 into equation (11) and collect: the last line of the display does not come out."""
    return decide_identity(FORM_0, _without_beta_11(SPECIAL_PRINTED), instances(beta_11_is_zero=True))


special.near_misses(
    lambda right: decide_identity(FORM_0, _without_beta_11(right), instances(beta_11_is_zero=True)),
    {
        "g_B put right, the betas still exchanged": _special(_beta_12, _beta_10),
        "both squares with beta_10 only": _special(_beta_10, _beta_10),
    },
)


@claim(
    "nimc:lemma-D.1.special.corrected",
    kind="correction",
    label="Lemma D.1, proof, equation (11) at β₁₁ = 0, corrected",
    printed=r"""$\mathbb E[(\dots)^2]=
(\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2-\beta_{1,0}^2\alpha_{1,1}^2)(\|A_o\|_F^2+\|B_o\|_F^2)
+(\alpha_{2,0}\beta_{2,2}-\alpha_{1,0}^2\beta_{1,2}^2-\gamma^2)(\|g_A\|^2+\|g_B\|^2)
+\beta_{1,0}^2\alpha_{1,1}^2\|A_o+B_o^\top\|_F^2+\gamma^2\|g_A+g_B\|^2
+\alpha_{1,0}^2(\|\beta_{1,0}A_o\mathbf 1+\beta_{1,2}g_A\|^2+\|\beta_{1,0}B_o\mathbf 1+\beta_{1,2}g_B\|^2)$""",
    hypotheses=[*ORTHOGONAL, BETA_11],
    depends_on=["nimc:equation-11"],
)
def special_corrected() -> Evidence:
    """The squares of equation (11) divided by α₁₀², which is all that β₁₁ = 0 leaves of them."""
    return decide_identity(FORM_0, _without_beta_11(_special()), instances(beta_11_is_zero=True))


special_corrected.near_misses(
    lambda right: decide_identity(FORM_0, _without_beta_11(right), instances(beta_11_is_zero=True)),
    {"as printed": SPECIAL_PRINTED, "beta_10 and beta_12 exchanged": _special(_beta_12, _beta_10)},
)


def _ring(weight: Weight) -> PolyElement:
    return weight(RING)


def _bound_squares() -> list[Square]:
    """Return the four squares by which the form exceeds ρ-weighted norms; all coefficients are even monomials."""
    weighted = [off_diagonal_row_sums(x) * _ring(_beta_10) + diagonal(x) * _ring(_beta_12) for x in ("A", "B")]
    alpha_10_squared = RING.alpha(1, 0) ** 2
    return [
        Square(
            RING.beta(1, 0) ** 2 * RING.alpha(1, 1) ** 2,
            off_diagonal("A") + entry("B", J, I).where_distinct(I, J),
            (I, J),
        ),
        Square(RING.gamma() ** 2, diagonal("A") + diagonal("B"), (I,)),
        *(Square(alpha_10_squared, root, (I,)) for root in weighted),
    ]


def _weighted_norms(off: Weight, on: Weight) -> Formula:
    return _without_beta_11(combination((off, BOTH_OFF_DIAGONAL2), (on, BOTH_DIAGONAL2)))


def _bounded_by(off: Weight, on: Weight) -> Evidence:
    return prove_lower_bound(FORM_0, _weighted_norms(off, on), _bound_squares(), instances(beta_11_is_zero=True))


LEMMA_C1 = r"""If $d=k$, $U^*, V^*$ are unitary and $\beta_{1,1}=0$, then $\lambda_{\min}(H^*)\ge\rho
=\min\{\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2-\beta_{1,0}^2\alpha_{1,1}^2,\;
\alpha_{2,0}\beta_{2,2}-\alpha_{1,0}^2\beta_{1,2}^2-\gamma^2\}$"""


@claim(
    "nimc:lemma-C.1",
    kind="lemma",
    label="Lemma C.1",
    printed=LEMMA_C1,
    hypotheses=[*ORTHOGONAL, BETA_11],
    depends_on=["nimc:equation-10", "nimc:lemma-D.1.special.corrected"],
)
def lemma_c1() -> Evidence:
    """The form exceeds ρ_off(‖A_o‖² + ‖B_o‖²) + ρ_diag(‖g_A‖² + ‖g_B‖²) by four squares, hence ρ times the norm."""
    return _bounded_by(rho_off_diagonal, rho_diagonal)


lemma_c1.near_misses(
    lambda pair: _bounded_by(*pair),
    {
        "drops the square on alpha_10 in the off-diagonal term": (
            lambda m: (
                m.alpha(2, 0) * m.beta(2, 0)
                - m.alpha(1, 0) * m.beta(1, 0) ** 2
                - m.beta(1, 0) ** 2 * m.alpha(1, 1) ** 2
            ),
            rho_diagonal,
        ),
        "gamma squared added instead of taken off": (
            rho_off_diagonal,
            lambda m: rho_diagonal(m) + 2 * m.gamma() ** 2,
        ),
        "beta_20 instead of beta_22 in the diagonal term": (
            rho_off_diagonal,
            lambda m: rho_diagonal(m) + m.alpha(2, 0) * (m.beta(2, 0) - m.beta(2, 2)),
        ),
    },
)


@claim(
    "nimc:lemma-D.1",
    kind="lemma",
    label="Lemma D.1",
    printed=LEMMA_C1 + ", restated from Lemma C.1",
    hypotheses=[*ORTHOGONAL, BETA_11],
    depends_on=["nimc:equation-10", "nimc:lemma-D.1.special.corrected"],
    erratum=Erratum(
        "proof-gap",
        "The lemma is true and its proof's idea is sound, but four of its displays are misprinted, the last of them "
        "the one the bound is read off from; with the corrected display the bound follows.",
        corrected_by="nimc:lemma-D.1.special.corrected",
    ),
)
def lemma_d1() -> Evidence:
    """The bound again, proved from the corrected display."""
    return _bounded_by(rho_off_diagonal, rho_diagonal)


lemma_d1.near_misses(
    lambda pair: _bounded_by(*pair),
    {
        "alpha_11 not taken off in the off-diagonal term": (
            lambda m: rho_off_diagonal(m) + m.beta(1, 0) ** 2 * m.alpha(1, 1) ** 2,
            rho_diagonal,
        ),
        "both terms doubled": (lambda m: 2 * rho_off_diagonal(m), lambda m: 2 * rho_diagonal(m)),
    },
)
