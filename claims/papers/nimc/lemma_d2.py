"""Lemma D.2 and its proof's display, for every k and d."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq_mat

from claims.checkers.exact_points import decide_at_points
from claims.checkers.index_identity import Formula, Square, decide_identity, prove_lower_bound
from claims.evidence import Evidence
from claims.papers.nimc.notation import RING, Arrays, I, MomentNames, combination, form, sq
from claims.papers.nimc.orthogonal_square_term import FINITE
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Erratum, Hypothesis
from numeric.population.polynomial_activation import single_sum_norm
from numeric.population.quadratic_instances import QuadraticInstance, quadratic_instances
from symbolic.population.index_sums import Index, entry
from symbolic.population.population_form import single_sum_form

COLUMNS = Hypothesis(
    "columns", r"$A = [a_1, \dots, a_k] \in \mathbb R^{d\times k}$, $d, k \ge 1$; $x, y\sim\mathcal D_k$"
)

_ROW = Index("p", "d")
_ENTRY = entry("A", _ROW, I)
_ROW_SUM = _ENTRY.summed(I)

EXPECTATION = Formula(single_sum_form(), lambda s: single_sum_norm(s.activation, s.A))
FROBENIUS2 = Formula(form((_ENTRY * _ENTRY).summed(_ROW, I)), lambda s: sq(s.A))
ROW_SUMS2 = Formula(form((_ROW_SUM * _ROW_SUM).summed(_ROW)), lambda s: sq(s.A @ Arrays(s.A).ones))


def _instances() -> Iterator[QuadraticInstance]:
    rng = np.random.default_rng(current_sampling().seed)
    for rows in (1, 2, 4):
        yield from quadratic_instances(rng, sizes=(1, 2, 3), rows=rows, trials=1)


def _gap(m: MomentNames) -> Any:
    return m.alpha(2, 0) * m.beta(2, 0) - m.alpha(1, 0) ** 2 * m.beta(1, 0) ** 2


def _display(power: int = 2) -> Formula:
    return combination((_gap, FROBENIUS2), (lambda m: m.alpha(1, 0) ** power * m.beta(1, 0) ** 2, ROW_SUMS2))


@claim(
    "nimc:lemma-D.2.display",
    kind="proof-step",
    label="Lemma D.2, proof",
    printed=r"""$\mathbb E\|\sum_i\phi'(x_i)\phi(y_i)a_i\|^2
=(\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2)\|A\|_F^2
+\alpha_{1,0}^2\beta_{1,0}^2\|A\cdot\mathbf 1\|^2$""",
    hypotheses=[COLUMNS, FINITE],
)
def lemma_d2_display() -> Evidence:
    """For i = j the expectation is α₂₀β₂₀, for i ≠ j it is α₁₀²β₁₀²."""
    return decide_identity(EXPECTATION, _display(), _instances())


lemma_d2_display.near_misses(
    lambda right: decide_identity(EXPECTATION, right, _instances()),
    {"drops the square on alpha_10": _display(1), "fourth power of alpha_10": _display(4)},
)


@dataclass(frozen=True)
class Sizes:
    """The sizes d and k of A and the length of the vector of ones."""

    d: int
    k: int
    ones: int

    def to_record(self) -> dict[str, str]:
        """Return the sizes as text."""
        return {"d": str(self.d), "k": str(self.k), "length of 1": str(self.ones)}


def _is_defined(sizes: Sizes) -> bool:
    return bool(fmpq_mat(sizes.d, sizes.k).ncols() == fmpq_mat(sizes.ones, 1).nrows())


def _ones_of(length: Callable[[int, int], int], tried: Sequence[tuple[int, int]]) -> Evidence:
    return decide_at_points(
        [Sizes(d, k, length(d, k)) for d, k in tried],
        {"A has k ≥ 1 columns": lambda s: s.k >= 1},
        _is_defined,
        "the product A·1 of the display is defined",
        "d and k up to 3",
    )


_SIZES = ((1, 1), (2, 1), (3, 2))  # k ≤ d throughout, as in Section 2


@claim(
    "nimc:lemma-D.2.ones",
    kind="proof-step",
    label="Lemma D.2, proof, the vector of ones",
    printed=r"""“Recall $\mathbf 1\in\mathbb R^d$ denote the all ones vector”, with $A\in\mathbb R^{d\times k}$ and
$A\cdot\mathbf 1$""",
    hypotheses=[COLUMNS],
    erratum=Erratum(
        "misprint",
        "A·1 sums the k columns: 1 is in ℝᵏ. With 1 in ℝᵈ the product is not defined for d ≠ k, as at d = 2, k = 1.",
        corrected_by="nimc:lemma-D.2.display",
    ),
)
def lemma_d2_ones() -> Evidence:
    """The display is right with 1 in ℝᵏ, as in Fact B.1."""
    return _ones_of(lambda d, _: d, _SIZES)


lemma_d2_ones.near_misses(
    lambda length: _ones_of(length, _SIZES), {"in ℝ^(k+1)": lambda _, k: k + 1, "in ℝ^(d+k)": lambda d, k: d + k}
)


@claim(
    "nimc:lemma-D.2",
    kind="lemma",
    label="Lemma D.2",
    printed=r"""$\mathbb E_{x,y\sim\mathcal D_k}\bigl[\|\sum_{i=1}^k\phi'(x_i)\phi(y_i)a_i\|^2\bigr]
\ge(\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2)\|A\|_F^2$""",
    hypotheses=[COLUMNS, FINITE],
    depends_on=["nimc:lemma-D.2.display"],
)
def lemma_d2() -> Evidence:
    """Both sides differ by the square α₁₀²β₁₀²‖A1‖²; equality holds exactly when α₁₀β₁₀A1 = 0."""
    return _bounded(_gap)


def _bounded(weight: Any) -> Evidence:
    square = Square(RING.alpha(1, 0) ** 2 * RING.beta(1, 0) ** 2, _ROW_SUM, (_ROW,))
    return prove_lower_bound(EXPECTATION, combination((weight, FROBENIUS2)), [square], _instances())


lemma_d2.near_misses(
    _bounded,
    {
        "drops the square on alpha_10": lambda m: m.alpha(2, 0) * m.beta(2, 0) - m.alpha(1, 0) * m.beta(1, 0) ** 2,
        "nothing taken off": lambda m: m.alpha(2, 0) * m.beta(2, 0),
        "alpha_10 beta_10 not squared": lambda m: m.alpha(2, 0) * m.beta(2, 0) - m.alpha(1, 0) * m.beta(1, 0),
    },
)
