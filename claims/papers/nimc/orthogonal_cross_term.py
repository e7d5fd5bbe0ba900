"""The term D in the proof of Lemma D.1: every display, for every k."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from claims.checkers.index_identity import Formula, decide_identity
from claims.evidence import Evidence
from claims.papers.nimc.notation import (
    Arrays,
    I,
    J,
    MomentNames,
    columns,
    combination,
    diagonal,
    dot,
    form,
    inner,
    off_diagonal,
    off_diagonal_row_sums,
    row_sums,
    total,
)
from claims.papers.nimc.orthogonal_square_term import ORTHOGONAL, instances
from claims.registry import claim
from claims.statement import Erratum
from numeric.population.quadratic_instances import QuadraticInstance
from symbolic.population.index_sums import IndexExpression, entry
from symbolic.population.population_form import cross_term

D = Formula(cross_term(), lambda s: s.population[2])


def _pairs(left: IndexExpression, right: IndexExpression, at: tuple[tuple[int, int], tuple[int, int]]) -> Formula:
    """Return Σ_{i≠j} A[..] B[..] with rows and columns i (0) or j (1), transcribed as index sum and as loop."""
    (p, q), (r, t) = at

    def loop(s: QuadraticInstance) -> Fraction:
        pairs = [(i, j) for i in range(s.size) for j in range(s.size) if i != j]
        return sum((s.A[at[p], at[q]] * s.B[at[r], at[t]] for at in pairs), Fraction(0))

    return Formula(form((left * right).where_distinct(I, J).summed(I, J)), loop)


DIAGONALS = Formula(form(inner(diagonal("A"), diagonal("B"))), lambda s: dot(Arrays(s.A).g, Arrays(s.B).g))
# a_i·e_j b_j·e_i, a_i·e_j b_j·e_j, a_i·e_i b_j·e_i and a_i·e_i b_j·e_j, summed over i ≠ j.
CROSSED = _pairs(entry("A", J, I), entry("B", I, J), ((1, 0), (0, 1)))
A_OFF_B_DIAGONAL = _pairs(entry("A", J, I), entry("B", J, J), ((1, 0), (1, 1)))
A_DIAGONAL_B_OFF = _pairs(entry("A", I, I), entry("B", I, J), ((0, 0), (0, 1)))
BOTH_DIAGONAL = _pairs(entry("A", I, I), entry("B", J, J), ((0, 0), (1, 1)))


def _mixed(m: MomentNames) -> Any:
    return m.alpha(1, 0) * m.alpha(1, 1) * m.beta(1, 0) * m.beta(1, 1)


FIRST_PRINTED = combination(
    (lambda m: m.gamma() ** 2, DIAGONALS),
    (lambda m: m.alpha(1, 1) ** 2, CROSSED),
    (lambda m: m.alpha(1, 1) * m.beta(1, 1), A_OFF_B_DIAGONAL),
    (lambda m: m.alpha(1, 1) * m.beta(1, 1), A_DIAGONAL_B_OFF),
    (lambda m: m.beta(1, 1) ** 2, BOTH_DIAGONAL),
)


def _first_corrected(crossed_power: int = 2) -> Formula:
    return combination(
        (lambda m: m.gamma() ** 2, DIAGONALS),
        (lambda m: m.beta(1, 0) ** crossed_power * m.alpha(1, 1) ** 2, CROSSED),
        (_mixed, A_OFF_B_DIAGONAL),
        (_mixed, A_DIAGONAL_B_OFF),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, BOTH_DIAGONAL),
    )


@claim(
    "nimc:lemma-D.1.D-first",
    kind="proof-step",
    label="Lemma D.1, proof, first expansion of D",
    printed=r"""$D = \sum_i\gamma^2a_i^\top e_ib_i^\top e_i+\sum_{i\ne j}\alpha_{1,1}^2a_i^\top e_jb_j^\top e_i
+\alpha_{1,1}\beta_{1,1}(a_i^\top e_jb_j^\top e_j+a_i^\top e_ib_j^\top e_i)
+\beta_{1,1}^2a_i^\top e_ib_j^\top e_j$""",
    hypotheses=ORTHOGONAL,
    erratum=Erratum(
        "misprint",
        "The moments of the other two factors are lost: β₁₀² belongs to the first term of the second sum, α₁₀β₁₀ to "
        "the next two and α₁₀² to the last. The next line of the display has them again. (In the line before, "
        "φ'(y_j)φ(x_i) in the sum over i alone should read φ'(y_i)φ(x_i).)",
        corrected_by="nimc:lemma-D.1.D-first.corrected",
    ),
)
def d_first() -> Evidence:
    """For i ≠ j four one-coordinate factors remain, not two; the print keeps only those that contain z."""
    return decide_identity(D, FIRST_PRINTED, instances())


d_first.near_misses(
    lambda right: decide_identity(D, right, instances()),
    {
        "gamma not squared": combination((lambda m: m.gamma(), DIAGONALS)),
        "only the terms i = j": combination((lambda m: m.gamma() ** 2, DIAGONALS)),
    },
)


@claim(
    "nimc:lemma-D.1.D-first.corrected",
    kind="correction",
    label="Lemma D.1, proof, first expansion of D with all its moments",
    printed=r"""$D = \sum_i\gamma^2a_i^\top e_ib_i^\top e_i+
\sum_{i\ne j}\bigl(\beta_{1,0}^2\alpha_{1,1}^2a_i^\top e_jb_j^\top e_i
+\alpha_{1,0}\alpha_{1,1}\beta_{1,0}\beta_{1,1}(a_i^\top e_jb_j^\top e_j+a_i^\top e_ib_j^\top e_i)
+\alpha_{1,0}^2\beta_{1,1}^2a_i^\top e_ib_j^\top e_j\bigr)$""",
    hypotheses=ORTHOGONAL,
)
def d_first_corrected() -> Evidence:
    """Each coincidence pattern gives one moment for each coordinate of x and of y."""
    return decide_identity(D, _first_corrected(), instances())


d_first_corrected.near_misses(
    lambda right: decide_identity(D, right, instances()),
    {"drops a factor beta_10": _first_corrected(1), "as printed": FIRST_PRINTED},
)

A_ROWS_B_DIAGONAL = Formula(
    form(inner(row_sums("A"), diagonal("B"))), lambda s: dot(s.A @ Arrays(s.A).ones, Arrays(s.B).g)
)
B_ROWS_A_DIAGONAL = Formula(
    form(inner(row_sums("B"), diagonal("A"))), lambda s: dot(s.B @ Arrays(s.B).ones, Arrays(s.A).g)
)
TRACES = Formula(
    form(diagonal("A").summed(I) * diagonal("B").at(i=J).summed(J)),
    lambda s: total(Arrays(s.A).g) * total(Arrays(s.B).g),
)
TRANSPOSED_INNER = Formula(form((columns("A") * entry("B", J, I)).summed(I, J)), lambda s: dot(s.A, s.B.T))


def _second(twice: int = 2) -> Formula:
    return combination(
        (
            lambda m: (
                m.gamma() ** 2
                - m.beta(1, 0) ** 2 * m.alpha(1, 1) ** 2
                - twice * _mixed(m)
                - m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2
            ),
            DIAGONALS,
        ),
        (lambda m: m.beta(1, 0) ** 2 * m.alpha(1, 1) ** 2, TRANSPOSED_INNER),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, TRACES),
        (_mixed, A_ROWS_B_DIAGONAL),
        (_mixed, B_ROWS_A_DIAGONAL),
    )


@claim(
    "nimc:lemma-D.1.D-second",
    kind="proof-step",
    label="Lemma D.1, proof, second expansion of D",
    printed=r"""$D = (\gamma^2-\beta_{1,0}^2\alpha_{1,1}^2-2\alpha_{1,0}\alpha_{1,1}\beta_{1,0}\beta_{1,1}
-\alpha_{1,0}^2\beta_{1,1}^2)g_A^\top g_B+\beta_{1,0}^2\alpha_{1,1}^2\langle A,B^\top\rangle
+\alpha_{1,0}^2\beta_{1,1}^2(g_A^\top\mathbf 1)(g_B^\top\mathbf 1)
+\alpha_{1,0}\alpha_{1,1}\beta_{1,0}\beta_{1,1}[(A\mathbf 1)^\top g_B+(B\mathbf 1)^\top g_A]$""",
    hypotheses=ORTHOGONAL,
    depends_on=["nimc:lemma-D.1.D-first.corrected"],
)
def d_second() -> Evidence:
    """The sums over i ≠ j completed to full sums, the diagonal taken off."""
    return decide_identity(D, _second(), instances())


d_second.near_misses(
    lambda right: decide_identity(D, right, instances()),
    {"the mixed moment taken off once": _second(1), "the mixed moment added": _second(-2)},
)

OFF_TRANSPOSED_INNER = Formula(
    form((off_diagonal("A") * entry("B", J, I).where_distinct(I, J)).summed(I, J)),
    lambda s: dot(Arrays(s.A).o, Arrays(s.B).o.T),
)
A_OFF_ROWS_B_DIAGONAL = Formula(
    form(inner(off_diagonal_row_sums("A"), diagonal("B"))),
    lambda s: dot(Arrays(s.A).o @ Arrays(s.A).ones, Arrays(s.B).g),
)
B_OFF_ROWS_A_DIAGONAL = Formula(
    form(inner(off_diagonal_row_sums("B"), diagonal("A"))),
    lambda s: dot(Arrays(s.B).o @ Arrays(s.B).ones, Arrays(s.A).g),
)


def _final(sign: int = -1, crossed: Formula = OFF_TRANSPOSED_INNER) -> Formula:
    return combination(
        (lambda m: m.gamma() ** 2 + sign * m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, DIAGONALS),
        (lambda m: m.beta(1, 0) ** 2 * m.alpha(1, 1) ** 2, crossed),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, TRACES),
        (_mixed, A_OFF_ROWS_B_DIAGONAL),
        (_mixed, B_OFF_ROWS_A_DIAGONAL),
    )


@claim(
    "nimc:lemma-D.1.D-final",
    kind="proof-step",
    label="Lemma D.1, proof, last line of D",
    printed=r"""$D = (\gamma^2-\alpha_{1,0}^2\beta_{1,1}^2)g_A^\top g_B
+\beta_{1,0}^2\alpha_{1,1}^2\langle A_o,B_o^\top\rangle
+\alpha_{1,0}^2\beta_{1,1}^2(g_A^\top\mathbf 1)(g_B^\top\mathbf 1)
+\alpha_{1,0}\alpha_{1,1}\beta_{1,0}\beta_{1,1}[(A_o\mathbf 1)^\top g_B+(B_o\mathbf 1)^\top g_A]$""",
    hypotheses=ORTHOGONAL,
    depends_on=["nimc:lemma-D.1.D-second"],
)
def d_final() -> Evidence:
    """The diagonal separated: its part of ⟨A, Bᵀ⟩ and of the row sums cancels the corrections."""
    return decide_identity(D, _final(), instances())


d_final.near_misses(
    lambda right: decide_identity(D, right, instances()),
    {
        "the sign of the correction flipped": _final(1),
        "the diagonal kept in the transposed product": _final(-1, TRANSPOSED_INNER),
    },
)
