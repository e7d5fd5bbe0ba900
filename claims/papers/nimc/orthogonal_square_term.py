"""The term C in the proof of Lemma D.1: every display, for every k."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from claims.checkers.index_identity import Formula, decide_identity
from claims.evidence import Evidence
from claims.papers.nimc.notation import (
    DIAGONAL2,
    DIAGONAL_ROW_SUMS,
    FROBENIUS2,
    ROW_SUMS2,
    TRACE2,
    TRANSPOSE_INNER,
    Arrays,
    I,
    J,
    MomentNames,
    P,
    combination,
    diagonal,
    dot,
    form,
    frobenius2,
    inner,
    norm2,
    off_diagonal,
    off_diagonal_row_sums,
    off_diagonal_transposed,
    sq,
)
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Erratum, Hypothesis
from numeric.population.quadratic_instances import QuadraticInstance, quadratic_instances
from symbolic.population.index_sums import entry
from symbolic.population.population_form import square_term

GAUSSIAN = Hypothesis("standard normal", r"$x, y \sim \mathcal N(0, I_k)$ independent, any $k \ge 1$")
FINITE = Hypothesis(
    "finite moments", r"$\mathbb E[\phi^i z^j]$, $\mathbb E[\phi'^i z^j]$, $\mathbb E[\phi\phi'z]$ exist"
)
ORTHOGONAL = (GAUSSIAN, FINITE)

C = Formula(square_term(), lambda s: s.population[0])


def instances(*, beta_11_is_zero: bool = False) -> Iterator[QuadraticInstance]:
    """Return exact instances: degenerate and random matrices, several polynomial activations."""
    settings = current_sampling()
    rng = np.random.default_rng(settings.seed)
    return quadratic_instances(rng, odd_up_to_constant=beta_11_is_zero, trials=2)


# The forms in the first display, before facts B.1 and B.2 are used.
_PAIR_PRODUCT = Formula(
    form((entry("A", P, I) * entry("A", P, J)).summed(P).where_distinct(I, J).summed(I, J)),
    lambda s: sum((dot(s.A[:, i], s.A[:, j]) for i in range(s.size) for j in range(s.size) if i != j), Fraction(0)),
)


def _pairs(first: tuple[int, int], second: tuple[int, int]) -> Formula:
    """Return Σ_{i≠j} of two entries whose row and column are i (0) or j (1)."""
    letters = (I, J)
    (p, q), (r, t) = first, second
    product = entry("A", letters[p], letters[q]) * entry("A", letters[r], letters[t])

    def loop(s: QuadraticInstance) -> Any:
        total = 0 * s.A[0, 0]
        for i in range(s.size):
            for j in range(s.size):
                if i != j:
                    at = (i, j)
                    total += s.A[at[p], at[q]] * s.A[at[r], at[t]]
        return total

    return Formula(form(product.where_distinct(I, J).summed(I, J)), loop)


def _expansion(m_diag: int = 1) -> Formula:
    return combination(
        (lambda m: m_diag * m.alpha(2, 0) * (m.beta(2, 2) - m.beta(2, 0)), DIAGONAL2),
        (lambda m: m.alpha(2, 0) * m.beta(2, 0), FROBENIUS2),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 0) ** 2, _PAIR_PRODUCT),
        (lambda m: m.alpha(1, 0) ** 2 * _excess(m), _pairs((0, 0), (0, 1))),
        (lambda m: m.alpha(1, 0) ** 2 * _excess(m), _pairs((1, 0), (1, 1))),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, _pairs((0, 0), (1, 1))),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, _pairs((1, 0), (0, 1))),
    )


def _excess(m: MomentNames) -> Any:
    return m.beta(1, 2) * m.beta(1, 0) - m.beta(1, 0) ** 2


@claim(
    "nimc:lemma-D.1.C-expansion",
    kind="proof-step",
    label="Lemma D.1, proof, first display of C",
    printed=r"""$\mathbb E[(\sum_i\phi'(x_i)\phi(y_i)x^\top a_i)^2]
= \sum_i \alpha_{2,0}[(a_i^\top e_i)^2(\beta_{2,2}-\beta_{2,0})+\beta_{2,0}\|a_i\|^2]
+ \sum_{i\ne j}\alpha_{1,0}^2[\beta_{1,0}^2 a_i^\top a_j
+ (\beta_{1,2}\beta_{1,0}-\beta_{1,0}^2)(a_i^\top e_ie_i^\top a_j+a_i^\top e_ja_j^\top e_j)
+ \beta_{1,1}^2(a_i^\top e_ia_j^\top e_j+a_i^\top e_ja_j^\top e_i)] = C_1 + C_2$""",
    hypotheses=ORTHOGONAL,
)
def c_expansion() -> Evidence:
    """Split the expectation by which of the four indices coincide; each pattern is a product of moments."""
    return decide_identity(C, _expansion(), instances())


c_expansion.near_misses(
    lambda right: decide_identity(C, right, instances()),
    {
        "the diagonal term with the opposite sign": _expansion(-1),
        "one of the two mixed terms is dropped": combination(
            (lambda _m: 1, _expansion()),
            (lambda m: -(m.alpha(1, 0) ** 2) * _excess(m), _pairs((0, 0), (0, 1))),
        ),
    },
)


def _total(diagonal_coefficient: Any) -> Formula:
    """Return the paper's C_1 + C_2 in the six forms, with a given coefficient of ‖diag(A)‖²."""
    return combination(
        (lambda m: m.alpha(2, 0) * m.beta(2, 0) - m.alpha(1, 0) ** 2 * m.beta(1, 0) ** 2, FROBENIUS2),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, TRANSPOSE_INNER),
        (diagonal_coefficient, DIAGONAL2),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 0) ** 2, ROW_SUMS2),
        (lambda m: 2 * m.alpha(1, 0) ** 2 * _excess(m), DIAGONAL_ROW_SUMS),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, TRACE2),
    )


def _diagonal_printed(m: MomentNames) -> Any:
    spread = m.alpha(2, 0) * (m.beta(2, 2) - m.beta(2, 0))
    return spread - 2 * m.alpha(1, 0) ** 2 * _excess(m) - 2 * m.alpha(1, 0) * m.beta(1, 1) ** 2


def _diagonal_corrected(m: MomentNames) -> Any:
    spread = m.alpha(2, 0) * (m.beta(2, 2) - m.beta(2, 0))
    return spread - 2 * m.alpha(1, 0) ** 2 * _excess(m) - 2 * m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2


def _diagonal_unexcessive(m: MomentNames) -> Any:
    return _diagonal_corrected(m) + m.alpha(1, 0) ** 2 * _excess(m)


# C_2 alone, and the printed line in which a parenthesis slipped.
C2 = combination(
    (lambda _m: 1, C),
    (lambda m: -m.alpha(2, 0) * (m.beta(2, 2) - m.beta(2, 0)), DIAGONAL2),
    (lambda m: -m.alpha(2, 0) * m.beta(2, 0), FROBENIUS2),
)


def _c2_line(norms_taken_off: int) -> Formula:
    return combination(
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 0) ** 2, ROW_SUMS2),
        (lambda m: -(m.alpha(1, 0) ** 2) * m.beta(1, 0) ** 2, FROBENIUS2),
        (lambda m: 2 * m.alpha(1, 0) ** 2 * _excess(m), DIAGONAL_ROW_SUMS),
        (lambda m: -norms_taken_off * m.alpha(1, 0) ** 2 * _excess(m), DIAGONAL2),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, TRACE2),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, TRANSPOSE_INNER),
        (lambda m: -2 * m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, DIAGONAL2),
    )


# As printed: the group of α₁₀² closes before β₁₁², and the norm of the diagonal stands outside the product.
_C2_LITERAL = combination(
    (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 0) ** 2, ROW_SUMS2),
    (lambda m: -(m.alpha(1, 0) ** 2) * m.beta(1, 0) ** 2, FROBENIUS2),
    (lambda m: 2 * m.alpha(1, 0) ** 2 * _excess(m), DIAGONAL_ROW_SUMS),
    (lambda m: -(m.alpha(1, 0) ** 2), DIAGONAL2),
    (lambda m: m.beta(1, 1) ** 2, TRACE2),
    (lambda m: m.beta(1, 1) ** 2, TRANSPOSE_INNER),
    (lambda m: -2 * m.beta(1, 1) ** 2, DIAGONAL2),
)


@claim(
    "nimc:lemma-D.1.C2-line",
    kind="proof-step",
    label="Lemma D.1, proof, C₂ after facts B.1 and B.2",
    printed=r"""$C_2 = \alpha_{1,0}^2(\beta_{1,0}^2(\|A\mathbf 1\|^2-\|A\|_F^2)
+ (\beta_{1,2}\beta_{1,0}-\beta_{1,0}^2)\,2\cdot(\mathrm{diag}(A)^\top(A\mathbf 1)) - \|\mathrm{diag}(A)\|_2^2)
+ \beta_{1,1}^2((\mathrm{diag}(A)^\top\mathbf 1)^2+\langle A^\top,A\rangle-2\|\mathrm{diag}(A)\|_2^2)$""",
    hypotheses=ORTHOGONAL,
    erratum=Erratum(
        "misprint",
        "Two parentheses are misplaced: 2(β₁₂β₁₀ - β₁₀²) must multiply the difference diag(A)ᵀA1 - ‖diag(A)‖², and the "
        "group of α₁₀² must reach to the end. The coefficients collected from this line are not affected.",
        corrected_by="nimc:lemma-D.1.C2-line.corrected",
    ),
)
def c2_line() -> Evidence:
    """Take the parentheses as they stand; at φ = 1 + z², A = 1, k = 1 the left side is an empty sum, the right -4."""
    return decide_identity(C2, _C2_LITERAL, instances())


c2_line.near_misses(
    lambda right: decide_identity(C2, right, instances()),
    {"the norm of the diagonal not taken off": _c2_line(0), "added instead": _c2_line(-2)},
)


@claim(
    "nimc:lemma-D.1.C2-line.corrected",
    kind="correction",
    label="Lemma D.1, proof, C₂ with its parentheses",
    printed=r"""$C_2 = \alpha_{1,0}^2\bigl(\beta_{1,0}^2(\|A\mathbf 1\|^2-\|A\|_F^2)
+ 2(\beta_{1,2}\beta_{1,0}-\beta_{1,0}^2)(\mathrm{diag}(A)^\top A\mathbf 1 - \|\mathrm{diag}(A)\|_2^2)
+ \beta_{1,1}^2((\mathrm{diag}(A)^\top\mathbf 1)^2+\langle A^\top,A\rangle-2\|\mathrm{diag}(A)\|_2^2)\bigr)$""",
    hypotheses=ORTHOGONAL,
    depends_on=["nimc:fact-B.1.IV", "nimc:fact-B.2.I", "nimc:fact-B.2.II", "nimc:fact-B.2.III", "nimc:fact-B.2.IV"],
)
def c2_line_corrected() -> Evidence:
    """Facts B.1 (IV) and B.2 (I)-(IV), term by term."""
    return decide_identity(C2, _c2_line(2), instances())


c2_line_corrected.near_misses(
    lambda right: decide_identity(C2, right, instances()),
    {"the norm of the diagonal once only": _c2_line(1), "three times": _c2_line(3)},
)


@claim(
    "nimc:lemma-D.1.C-diagonal",
    kind="proof-step",
    label="Lemma D.1, proof, the coefficient of ‖diag(A)‖² and the first two lines of C₁ + C₂",
    printed=r"""$C_1+C_2 = \dots + (\alpha_{2,0}(\beta_{2,2}-\beta_{2,0})
-2\alpha_{1,0}^2(\beta_{1,2}\beta_{1,0}-\beta_{1,0}^2)-2\alpha_{1,0}\beta_{1,1}^2)\|\mathrm{diag}(A)\|_2^2 + \dots$""",
    hypotheses=ORTHOGONAL,
    erratum=Erratum(
        "misprint",
        "The last summand must be -2α₁₀²β₁₁²: the square on α₁₀ is lost where the coefficient is collected and in the "
        "first two lines of the display that follows. The last line of that display is right again.",
        corrected_by="nimc:lemma-D.1.C-diagonal.corrected",
    ),
)
def c_diagonal() -> Evidence:
    """The six forms are linearly independent, so one wrong coefficient makes the whole line false."""
    return decide_identity(C, _total(_diagonal_printed), instances())


c_diagonal.near_misses(
    lambda coefficient: decide_identity(C, _total(coefficient), instances()),
    {
        "the first product once only": _diagonal_unexcessive,
        "no diagonal term at all": lambda _m: 0,
    },
)


@claim(
    "nimc:lemma-D.1.C-diagonal.corrected",
    kind="correction",
    label="Lemma D.1, proof, C₁ + C₂ in the six forms",
    printed=r"""$C_1+C_2 = (\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2)\|A\|_F^2
+\alpha_{1,0}^2\beta_{1,1}^2\langle A,A^\top\rangle
+(\alpha_{2,0}(\beta_{2,2}-\beta_{2,0})-2\alpha_{1,0}^2(\beta_{1,2}\beta_{1,0}-\beta_{1,0}^2)
-2\alpha_{1,0}^2\beta_{1,1}^2)\|\mathrm{diag}(A)\|_2^2
+\alpha_{1,0}^2\beta_{1,0}^2\|A\mathbf 1\|^2
+2\alpha_{1,0}^2(\beta_{1,2}\beta_{1,0}-\beta_{1,0}^2)\mathrm{diag}(A)^\top A\mathbf 1
+\alpha_{1,0}^2\beta_{1,1}^2(\mathrm{diag}(A)^\top\mathbf 1)^2$""",
    hypotheses=ORTHOGONAL,
    depends_on=["nimc:lemma-D.1.C-expansion", "nimc:lemma-D.1.C2-line.corrected"],
)
def c_diagonal_corrected() -> Evidence:
    """With the square restored the coefficients of all six forms are right."""
    return decide_identity(C, _total(_diagonal_corrected), instances())


c_diagonal_corrected.near_misses(
    lambda coefficient: decide_identity(C, _total(coefficient), instances()),
    {
        "drops the square on alpha_10": _diagonal_printed,
        "the first product once only": _diagonal_unexcessive,
    },
)

OFF_DIAGONAL2 = Formula(form(frobenius2(off_diagonal())), lambda s: sq(Arrays(s.A).o))
OFF_TRANSPOSE_INNER = Formula(
    form((off_diagonal() * off_diagonal_transposed()).summed(I, J)), lambda s: dot(Arrays(s.A).o, Arrays(s.A).o.T)
)
OFF_ROW_SUMS2 = Formula(form(norm2(off_diagonal_row_sums())), lambda s: sq(Arrays(s.A).o @ Arrays(s.A).ones))
DIAGONAL_OFF_ROW_SUMS = Formula(
    form(inner(diagonal(), off_diagonal_row_sums())), lambda s: dot(Arrays(s.A).g, Arrays(s.A).o @ Arrays(s.A).ones)
)


def _final(diagonal_coefficient: Any, mixed: Any) -> Formula:
    return combination(
        (lambda m: m.alpha(2, 0) * m.beta(2, 0) - m.alpha(1, 0) ** 2 * m.beta(1, 0) ** 2, OFF_DIAGONAL2),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, OFF_TRANSPOSE_INNER),
        (diagonal_coefficient, DIAGONAL2),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 0) ** 2, OFF_ROW_SUMS2),
        (mixed, DIAGONAL_OFF_ROW_SUMS),
        (lambda m: m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2, TRACE2),
    )


def _diagonal_final(m: MomentNames) -> Any:
    return m.alpha(2, 0) * m.beta(2, 2) - m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2


def _mixed_final(m: MomentNames) -> Any:
    return 2 * m.alpha(1, 0) ** 2 * m.beta(1, 2) * m.beta(1, 0)


@claim(
    "nimc:lemma-D.1.C-final",
    kind="proof-step",
    label="Lemma D.1, proof, last line of C₁ + C₂",
    printed=r"""$C_1+C_2 = (\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2)\|A_o\|_F^2
+\alpha_{1,0}^2\beta_{1,1}^2\langle A_o,A_o^\top\rangle+(\alpha_{2,0}\beta_{2,2}-\alpha_{1,0}^2\beta_{1,1}^2)\|g_A\|^2
+\alpha_{1,0}^2\beta_{1,0}^2\|A_o\mathbf 1\|^2+2\alpha_{1,0}^2\beta_{1,2}\beta_{1,0}\,g_A^\top A_o\mathbf 1
+\alpha_{1,0}^2\beta_{1,1}^2(g_A^\top\mathbf 1)^2$""",
    hypotheses=ORTHOGONAL,
)
def c_final() -> Evidence:
    """The off-diagonal and diagonal parts separated; right although the lines before it are not."""
    return decide_identity(C, _final(_diagonal_final, _mixed_final), instances())


c_final.near_misses(
    lambda pair: decide_identity(C, _final(*pair), instances()),
    {
        "the sign of beta_11 in the diagonal term flipped": (
            lambda m: m.alpha(2, 0) * m.beta(2, 2) + m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2,
            _mixed_final,
        ),
        "beta_12 replaced by beta_10 in the mixed term": (
            _diagonal_final,
            lambda m: 2 * m.alpha(1, 0) ** 2 * m.beta(1, 0) ** 2,
        ),
    },
)
