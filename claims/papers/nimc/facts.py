"""Facts B.1 and B.2: sums over columns, for every k."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

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
    P,
    diagonal,
    dot,
    form,
    inner,
    plus,
)
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Erratum, Hypothesis
from numeric.population.polynomial_activation import Matrix
from numeric.population.quadratic_instances import QuadraticInstance, quadratic_instances
from symbolic.population.index_sums import IndexExpression, entry

SQUARE = Hypothesis("square", r"$A = [a_1 \dots a_k] \in \mathbb R^{k\times k}$, any $k \ge 1$")


def _instances() -> Iterator[QuadraticInstance]:
    rng = np.random.default_rng(current_sampling().seed)
    every = quadratic_instances(rng, sizes=(1, 2, 3, 5), trials=3)
    # The facts do not mention the activation: instances of one of them are enough.
    return (instance for instance in every if instance.activation.coefficients == (Fraction(0), Fraction(1)))


def _double_sum(
    summand: IndexExpression, term: Callable[[Matrix, int, int], Fraction], *, distinct: bool = True
) -> Formula:
    """Return the sum over i, j (or i ≠ j), transcribed as an index sum and as a plain double loop."""
    restricted = summand.where_distinct(I, J) if distinct else summand

    def loop(instance: QuadraticInstance) -> Fraction:
        k = range(instance.size)
        return sum((term(instance.A, i, j) for i in k for j in k if not (distinct and i == j)), Fraction(0))

    return Formula(form(restricted.summed(I, J)), loop)


def _single_sum(summand: IndexExpression, term: Callable[[Matrix, int], Fraction]) -> Formula:
    return Formula(form(summand.summed(I)), lambda s: sum((term(s.A, i) for i in range(s.size)), Fraction(0)))


COLUMN_PRODUCT = (entry("A", P, I) * entry("A", P, J)).summed(P)
COLUMN_NORM = (entry("A", P, I) * entry("A", P, I)).summed(P)


def _column_product(A: Matrix, i: int, j: int) -> Fraction:
    return dot(A[:, i], A[:, j])


def _claims_equal(left: Formula) -> Callable[[Formula], Evidence]:
    return lambda right: decide_identity(left, right, _instances())


DIAGONAL_SQUARES = _single_sum(diagonal() * diagonal(), lambda A, i: A[i, i] ** 2)


@claim(
    "nimc:fact-B.1.I",
    kind="fact",
    label="Fact B.1 (I)",
    printed=r"$\sum_{i=1}^k (a_i^\top e_i)^2 = \|\mathrm{diag}(A)\|_2^2$",
    hypotheses=[SQUARE],
)
def fact_b1_i() -> Evidence:
    """Both sides are the sum of the squares A_ii²."""
    return decide_identity(DIAGONAL_SQUARES, DIAGONAL2, _instances())


fact_b1_i.near_misses(
    _claims_equal(DIAGONAL_SQUARES),
    {"the whole Frobenius norm on the right": FROBENIUS2, "the square of the trace on the right": TRACE2},
)


# The sum of fourth-degree terms is what is printed; no quadratic form can equal it.
NORMS_FOURTH = _single_sum(
    COLUMN_NORM * (entry("A", J, I) * entry("A", J, I)).summed(J), lambda A, i: dot(A[:, i], A[:, i]) ** 2
)
COLUMN_NORMS = _single_sum(COLUMN_NORM, lambda A, i: dot(A[:, i], A[:, i]))


@claim(
    "nimc:fact-B.1.II",
    kind="fact",
    label="Fact B.1 (II)",
    printed=r"$\sum_{i=1}^k (a_i^\top a_i)^2 = \|A\|_F^2$",
    hypotheses=[SQUARE],
    erratum=Erratum(
        "misprint",
        "The left side is of degree four in A, the right side of degree two: at A = 2 (k = 1) they are 16 and 4. "
        "Without the outer square the identity holds, and that is how the proof of (IV) uses it. Neither fact states "
        "the size of A: diag(A) in ℝᵏ and a_i·e_i need k × k; (II)-(IV) of B.1 hold for d × k too.",
        corrected_by="nimc:fact-B.1.II.corrected",
    ),
)
def fact_b1_ii() -> Evidence:
    """The square does not belong there: the sum of (a_i·a_i)² is not the sum of a_i·a_i."""
    return decide_identity(NORMS_FOURTH, FROBENIUS2, _instances())


fact_b1_ii.near_misses(
    _claims_equal(NORMS_FOURTH),
    {"the norm of the diagonal on the right": DIAGONAL2, "the norm of A·1 on the right": ROW_SUMS2},
)


@claim(
    "nimc:fact-B.1.II.corrected",
    kind="correction",
    label="Fact B.1 (II), corrected",
    printed=r"$\sum_{i=1}^k a_i^\top a_i = \|A\|_F^2$",
    hypotheses=[SQUARE],
)
def fact_b1_ii_corrected() -> Evidence:
    """Both sides are the sum of the squares of all entries."""
    return decide_identity(COLUMN_NORMS, FROBENIUS2, _instances())


fact_b1_ii_corrected.near_misses(
    _claims_equal(COLUMN_NORMS),
    {"twice the Frobenius norm": plus(FROBENIUS2, FROBENIUS2, 1), "the norm of A·1": ROW_SUMS2},
)

ALL_PRODUCTS = _double_sum(COLUMN_PRODUCT, _column_product, distinct=False)


@claim(
    "nimc:fact-B.1.III",
    kind="fact",
    label="Fact B.1 (III)",
    printed=r"$\sum_{i=1}^k\sum_{j=1}^k a_i^\top a_j = \|A\cdot\mathbf 1\|_2^2$",
    hypotheses=[SQUARE],
)
def fact_b1_iii() -> Evidence:
    """The sum of all column products is the squared norm of the sum of the columns."""
    return decide_identity(ALL_PRODUCTS, ROW_SUMS2, _instances())


fact_b1_iii.near_misses(
    _claims_equal(ALL_PRODUCTS),
    {
        "the diagonal i = j is left out on the right": plus(ROW_SUMS2, FROBENIUS2, -1),
        "the trace squared on the right": TRACE2,
    },
)

PAIR_PRODUCTS = _double_sum(COLUMN_PRODUCT, _column_product)


@claim(
    "nimc:fact-B.1.IV",
    kind="fact",
    label="Fact B.1 (IV)",
    printed=r"$\sum_{i\neq j} a_i^\top a_j = \|A\cdot\mathbf 1\|_2^2 - \|A\|_F^2$",
    hypotheses=[SQUARE],
    depends_on=["nimc:fact-B.1.II.corrected", "nimc:fact-B.1.III"],
)
def fact_b1_iv() -> Evidence:
    """(III) without the terms i = j, which (II) in its corrected form adds up."""
    return decide_identity(PAIR_PRODUCTS, plus(ROW_SUMS2, FROBENIUS2, -1), _instances())


fact_b1_iv.near_misses(
    _claims_equal(PAIR_PRODUCTS),
    {
        "the sign of the Frobenius norm flipped": plus(ROW_SUMS2, FROBENIUS2, 1),
        "the diagonal's norm instead of the Frobenius norm": plus(ROW_SUMS2, DIAGONAL2, -1),
    },
)


PAIRS_I = _double_sum(entry("A", I, I) * entry("A", I, J), lambda A, i, j: A[i, i] * A[i, j])


@claim(
    "nimc:fact-B.2.I",
    kind="fact",
    label="Fact B.2 (I)",
    printed=r"$\sum_{i\ne j} a_i^\top e_i e_i^\top a_j = \mathrm{diag}(A)^\top(A\mathbf 1)-\|\mathrm{diag}(A)\|_2^2$",
    hypotheses=[SQUARE],
)
def fact_b2_i() -> Evidence:
    """The sum over j of A_ii A_ij is the i-th diagonal entry times the i-th row sum, less the term j = i."""
    return decide_identity(PAIRS_I, plus(DIAGONAL_ROW_SUMS, DIAGONAL2, -1), _instances())


fact_b2_i.near_misses(
    _claims_equal(PAIRS_I),
    {
        "the terms i = j are not taken off": DIAGONAL_ROW_SUMS,
        "the trace squared instead of diag(A)·A1": plus(TRACE2, DIAGONAL2, -1),
    },
)

PAIRS_II = _double_sum(entry("A", J, I) * entry("A", J, J), lambda A, i, j: A[j, i] * A[j, j])


@claim(
    "nimc:fact-B.2.II",
    kind="fact",
    label="Fact B.2 (II)",
    printed=r"$\sum_{i\ne j} a_i^\top e_j e_j^\top a_j = \mathrm{diag}(A)^\top(A\mathbf 1)-\|\mathrm{diag}(A)\|_2^2$",
    hypotheses=[SQUARE],
)
def fact_b2_ii() -> Evidence:
    """Fact B.2 (I) with i and j exchanged."""
    return decide_identity(PAIRS_II, plus(DIAGONAL_ROW_SUMS, DIAGONAL2, -1), _instances())


COLUMN_SUMS = Formula(
    form(inner(diagonal(), entry("A", J, I).summed(J))), lambda s: dot(Arrays(s.A).g, s.A.T @ Arrays(s.A).ones)
)
fact_b2_ii.near_misses(
    _claims_equal(PAIRS_II),
    {
        "column sums instead of row sums": plus(COLUMN_SUMS, DIAGONAL2, -1),
        "the Frobenius norm taken off": plus(DIAGONAL_ROW_SUMS, FROBENIUS2, -1),
    },
)

PAIRS_III = _double_sum(entry("A", I, I) * entry("A", J, J), lambda A, i, j: A[i, i] * A[j, j])


@claim(
    "nimc:fact-B.2.III",
    kind="fact",
    label="Fact B.2 (III)",
    printed=r"$\sum_{i\ne j} a_i^\top e_i a_j^\top e_j = (\mathrm{diag}(A)^\top\mathbf 1)^2-\|\mathrm{diag}(A)\|_2^2$",
    hypotheses=[SQUARE],
)
def fact_b2_iii() -> Evidence:
    """The square of the trace without its squared terms."""
    return decide_identity(PAIRS_III, plus(TRACE2, DIAGONAL2, -1), _instances())


fact_b2_iii.near_misses(
    _claims_equal(PAIRS_III),
    {
        "the squared terms are added": plus(TRACE2, DIAGONAL2, 1),
        "the squared terms are taken off twice": plus(TRACE2, DIAGONAL2, -2),
    },
)

PAIRS_IV = _double_sum(entry("A", J, I) * entry("A", I, J), lambda A, i, j: A[j, i] * A[i, j])


@claim(
    "nimc:fact-B.2.IV",
    kind="fact",
    label="Fact B.2 (IV)",
    printed=r"$\sum_{i\ne j} a_i^\top e_j a_j^\top e_i = \langle A^\top,A\rangle-\|\mathrm{diag}(A)\|_2^2$",
    hypotheses=[SQUARE],
)
def fact_b2_iv() -> Evidence:
    """The sum of A_ji A_ij off the diagonal."""
    return decide_identity(PAIRS_IV, plus(TRANSPOSE_INNER, DIAGONAL2, -1), _instances())


fact_b2_iv.near_misses(
    _claims_equal(PAIRS_IV),
    {
        "the transpose is dropped": plus(FROBENIUS2, DIAGONAL2, -1),
        "the diagonal is not taken off": TRANSPOSE_INNER,
    },
)
