"""Counter Examples 1 and 2: the redundant directions of linear and ReLU activations, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq_mat
from sympy import Expr, symbols

from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.kernels import decide_nullity
from claims.checkers.matrix_identity import decide_matrix_identity
from claims.checkers.rational_functions import decide_rational_identity
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import FULL_RANK
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Erratum, Hypothesis
from numeric.nimc.redundancy import full_rank_weights, linear_redundancy_system, relu_redundancy_system
from numeric.polynomial_activation import Matrix
from symbolic.matrix import Expression, Relation, identity, matrix

LINEAR = Hypothesis("linear", r"$\phi(z)=z$")
RELU = Hypothesis("ReLU", r"$\phi(z)=\max(z,0)$")
INVERTIBLE = Hypothesis("invertible", r"$R\in\mathbb R^{k\times k}$ has an inverse")

U, V = matrix("U", "d", "k"), matrix("V", "e", "k")
R, INVERSE, M = matrix("R", "k", "k"), matrix("S", "k", "k"), matrix("M", "k", "k")


@dataclass(frozen=True)
class Change:
    """Weights and a change of basis R with its inverse, exact."""

    U: Matrix
    V: Matrix
    R: Matrix
    inverse: Matrix

    def to_record(self) -> dict[str, Any]:
        """Return the instance as JSON-ready exact text."""
        return {n: [[str(v) for v in row] for row in getattr(self, n)] for n in ("U", "V", "R", "inverse")}


def _changes() -> Iterator[Change]:
    rng = np.random.default_rng(current_sampling().seed)
    one, zero = Fraction(1), Fraction(0)
    shear = np.array([[one, one], [zero, one]], dtype=object)
    back = np.array([[one, -one], [zero, one]], dtype=object)
    yield Change(full_rank_weights(rng, 2, 2), full_rank_weights(rng, 3, 2), shear, back)
    yield Change(full_rank_weights(rng, 3, 2), full_rank_weights(rng, 2, 2), back, shear)


def _total(values: Matrix) -> Fraction:
    """Return a fixed generic linear functional of a matrix, so that one number tells matrices apart here."""
    return sum((Fraction(3**n) * v for n, v in enumerate(values.ravel())), Fraction(0))


def _same_ratings(second: Callable[[Change], Matrix]) -> Evidence:
    return decide_at_instances(
        lambda s: _total((s.U @ s.R) @ second(s).T),
        lambda s: _total(s.U @ s.V.T),
        _changes(),
        "k=2, d and e up to 3, R a shear",
    )


@claim(
    "nimc:counter-example-1",
    kind="example",
    label="Counter Example 1",
    printed=r"""For linear activation and any full-rank $R\in\mathbb R^{k\times k}$, $(U^*R,V^*R^{-1})$ is also a global
optimum""",
    hypotheses=[LINEAR, INVERTIBLE],
    erratum=Erratum(
        "misprint",
        "U*R(V*R⁻¹)ᵀ = U*RR⁻ᵀV*ᵀ, which is U*V*ᵀ for symmetric R only; with R = [[1,1],[0,1]] it is not. The "
        "pair meant is (U*R, V*R⁻ᵀ). The conclusion stands.",
        corrected_by="nimc:counter-example-1.corrected",
    ),
)
def counter_example_1() -> Evidence:
    """The inverse must be transposed: the ratings depend on U V ᵀ."""
    return _same_ratings(lambda s: s.V @ s.inverse)


counter_example_1.near_misses(_same_ratings, {"R itself": lambda s: s.V @ s.R, "the transpose": lambda s: s.V @ s.R.T})

_INVERSE = [Relation(R * INVERSE, identity("k")), Relation(INVERSE * R, identity("k"))]


def _optimum(left: Expression) -> Evidence:
    return decide_matrix_identity(
        left, U * V.T, "all ratings are unchanged, for every d, e and k", relations=_INVERSE, part="optimum"
    )


def _tangent(right: Expression) -> Evidence:
    # The matrix of the form (8): A Vᵀ + U Bᵀ at A = UM, B = right.
    return decide_matrix_identity(
        U * M * V.T + U * right.T, 0 * U * V.T, "the directions (UM, -VMᵀ) leave the ratings alone", part="directions"
    )


def _linear_system(k: int) -> fmpq_mat:
    rng = np.random.default_rng(current_sampling().seed)
    return linear_redundancy_system(full_rank_weights(rng, k + 1, k), full_rank_weights(rng, k, k))


def _linear_nullity(expected: Callable[[int], int]) -> Evidence:
    return decide_nullity(
        _linear_system,
        expected,
        (1, 2, 3, 4),
        "the null space has dimension k²; in general A V ᵀ = -U Bᵀ forces A = UM and then B = -V Mᵀ",
        part="dimension",
    )


@claim(
    "nimc:counter-example-1.corrected",
    kind="correction",
    label="Counter Example 1, corrected",
    printed=r"""For linear φ, $(U^*R,V^*R^{-\top})$ is a global optimum for every invertible R; the null space of the
population Hessian at a full-rank truth is $\{(U^*M,-V^*M^\top)\}$, of dimension $k^2$""",
    hypotheses=[LINEAR, INVERTIBLE, FULL_RANK],
    depends_on=["nimc:equation-8"],
    parts=["optimum", "directions", "dimension"],
)
def counter_example_1_corrected() -> list[Evidence]:
    """For Gaussian features the form (8) is ‖AV*ᵀ + U*Bᵀ‖²; its kernel is parametrized by the k² entries of M."""
    return [
        _optimum(U * R * (V * INVERSE.T).T),
        _tangent(-1 * V * M.T),
        _linear_nullity(lambda k: k * k),
    ]


counter_example_1_corrected.near_misses(
    _linear_nullity, {"dimension k": lambda k: k, "dimension k(k-1)/2": lambda k: k * (k - 1) // 2}
)


@counter_example_1_corrected.mutant("M not transposed")
def _() -> Evidence:
    return _tangent(-1 * V * M)


_S, _P, _T, _Q, _C = symbols("slope_u u_x slope_v v_y c")


def _rescaled(scaled: Expr) -> Evidence:
    return decide_rational_identity(
        (_S * _C * _P) * (_T * scaled * _Q),
        (_S * _P) * (_T * _Q),
        "on each linear piece, term by term in i, hence for every k: φ(cz)φ(w/c) = φ(z)φ(w) for c > 0",
        part="optimum",
    )


def _euler(sign: int) -> Evidence:
    users = _S * (_C * _P) * (_T * _Q)
    items = _T * (sign * _C * _Q) * (_S * _P)
    return decide_rational_identity(
        users + items,
        users - users,
        "with a_i = c_i u_i, b_i = -c_i v_i each summand of (8) vanishes, as φ'(z)z = φ(z), for every k",
        part="directions",
    )


def _relu_nullity(expected: Callable[[int], int]) -> Evidence:
    return decide_nullity(
        relu_redundancy_system,
        expected,
        (1, 2, 3, 4),
        "at orthonormal weights the form vanishes iff A_o = B_o = 0 and g_A = -g_B (Lemma D.3's sum of squares)",
        part="dimension",
    )


@claim(
    "nimc:counter-example-2",
    kind="example",
    label="Counter Example 2",
    printed=r"""For ReLU and any diagonal D with positive entries $(U^*D,V^*D^{-1})$ is also a global optimum, so the
Hessian
at the truth is not positive definite; its null space at orthonormal weights has dimension k""",
    hypotheses=[RELU],
    depends_on=["nimc:equation-8", "nimc:lemma-D.3.display"],
    parts=["optimum", "directions", "dimension"],
)
def counter_example_2() -> list[Evidence]:
    """Here D⁻¹ is right: it is its own transpose. The k directions (c_i u_i, -c_i v_i) are all there is."""
    return [_rescaled(1 / _C), _euler(-1), _relu_nullity(lambda k: k)]


counter_example_2.near_misses(_rescaled, {"V*D instead": _C, "V* itself": _C / _C})
counter_example_2.near_misses(_euler, {"the same sign in both": 1})
counter_example_2.near_misses(_relu_nullity, {"dimension k²": lambda k: k * k, "dimension 1": lambda _: 1})
