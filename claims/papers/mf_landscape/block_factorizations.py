"""Equations (14) to (16) of the proof of Theorem 3.2: W′ of rank q as a block product."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from flint import fmpq, fmpq_mat

from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance
from claims.evidence import Evidence
from claims.papers.mf_landscape.canonical_notation import BLOCKS, WHOLE, F, P, inverse_diagonal
from claims.papers.mf_landscape.notation import sample_matrix, settle
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Hypothesis
from symbolic.landscape.rational_svd import columns, diagonal, identity, rational_orthogonal
from symbolic.matrix.expression import Expression
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import identity as eye
from symbolic.matrix.symbols import matrix

RANK = Hypothesis(
    "rank",
    r"""$\operatorname{rank}(W')=q$; $\Pi$ (printed $P$) is a permutation that puts $q$ independent columns of $W'$
first, $\hat W$ are these columns, and $W'\Pi=[\hat W\;\hat WF]$""",
)

W_HAT, COEFFICIENTS, PI = matrix("What", "m", "q"), matrix("F", "q", "f"), matrix("Pi", "k", "k")
U_HAT, SIGMA_HAT, V_HAT = matrix("Uhat", "m", "q"), matrix("Sigmahat", "q", "q", "diagonal"), matrix("Vhat", "q", "q")
SIGMA_INVERSE = matrix("Sigma_i", "q", "q", "diagonal")
U_BAR, Q = matrix("Ubar", "m", "q"), matrix("Q", "q", "q")
ROTATION = (Relation(V_HAT.T * V_HAT, eye("q")), Relation(V_HAT * V_HAT.T, eye("q")))
INVERSE = (Relation(SIGMA_HAT * SIGMA_INVERSE, eye("q")),)
TURN = (Relation(Q * Q.T, eye("q")), Relation(Q.T * Q, eye("q")))


def _rank_q_matrices() -> Iterator[MatrixInstance]:
    rng = np.random.default_rng(current_sampling().seed)
    for m, q, k in ((3, 2, 4), (4, 1, 3), (2, 2, 2), (2, 1, 2), (1, 1, 1), (3, 0, 2), (5, 3, 4)):
        u, v, turn = rational_orthogonal(m, 1), rational_orthogonal(q, 2), rational_orthogonal(q, 3)
        roots = diagonal([fmpq(2 * i + 1, 2) for i in range(q)], q, q)
        u_hat = columns(u, range(q))
        w_hat = u_hat * roots * v.transpose()
        coefficients = sample_matrix(rng, q, k - q)
        order = [int(i) for i in rng.permutation(k)]
        data = {
            "What": w_hat,
            "F": coefficients,
            "Pi": columns(identity(k), order),
            "Uhat": u_hat,
            "Sigmahat": roots,
            "Sigma_i": inverse_diagonal(roots),
            "Vhat": v,
            "Q": turn,
            "Ubar": u_hat * turn.transpose(),
            "P_q": columns(identity(k), range(q)).transpose(),
            "P_f": columns(identity(k), range(q, k)).transpose(),
            "W": _put_back(w_hat, w_hat * coefficients, order),
        }
        yield MatrixInstance({"m": m, "q": q, "k": k, "f": k - q}, data)


def _put_back(first: fmpq_mat, others: fmpq_mat, order: list[int]) -> fmpq_mat:
    """Return W′: its column order[j] is the j-th of [Ŵ ŴF], placed one by one."""
    out = fmpq_mat(first.nrows(), len(order))
    for j, place in enumerate(order):
        for i in range(first.nrows()):
            out[i, place] = first[i, j] if j < first.ncols() else others[i, j - first.ncols()]
    return out


def _settle(
    factors: Expression, printed: Expression, inverse: tuple[Expression, Expression], *more: Relation
) -> list[Evidence]:
    """Settle W′ = printed, where W′ = [factors, factors·F]Πᵀ, and that the inner factor has the given inverse."""
    given = (factors * P + factors * COEFFICIENTS * F) * PI.T
    return settle(
        {
            "the product": MatrixIdentity(given, printed, (*BLOCKS, *more), lambda at: at["W"]),
            "the factor is invertible": MatrixIdentity(inverse[0] * inverse[1], eye("k"), (*BLOCKS, *more, WHOLE)),
        },
        _rank_q_matrices,
    )


PARTS = ["the product", "the factor is invertible"]
SHEAR, SHEAR_INVERSE = (P.T * P + sign * P.T * COEFFICIENTS * F + F.T * F for sign in (1, -1))


def _equation_14(shear: Expression) -> list[Evidence]:
    return _settle(W_HAT, W_HAT * P * shear * PI.T, (shear, SHEAR_INVERSE))


@claim(
    "mf-landscape:equation-14",
    kind="equation",
    label="Equation (14)",
    printed=r"$W'=[\hat W\;\mathbf0]\begin{bmatrix}I_q&F\\\mathbf0&I_{k-q}\end{bmatrix}P^T$",
    hypotheses=[RANK],
    parts=PARTS,
)
def equation_14() -> list[Evidence]:
    """The last columns of W′Π are combinations of the first; the shear is undone by −F."""
    return _equation_14(SHEAR)


equation_14.near_misses(
    _equation_14,
    {"the opposite sign of F": SHEAR_INVERSE, "F added twice": P.T * P + 2 * P.T * COEFFICIENTS * F + F.T * F},
)

TOP = SIGMA_HAT * V_HAT.T
C_FACTOR = P.T * TOP * P + P.T * TOP * COEFFICIENTS * F + F.T * F
C_INVERSE = P.T * V_HAT * SIGMA_INVERSE * P - P.T * COEFFICIENTS * F + F.T * F


def _equation_15(factor: Expression) -> list[Evidence]:
    printed = U_HAT * P * factor * PI.T
    return _settle(U_HAT * TOP, printed, (factor, C_INVERSE), *ROTATION, *INVERSE)


@claim(
    "mf-landscape:equation-15",
    kind="equation",
    label="Equation (15)",
    printed=r"""$W'=[\hat U\;\mathbf0]\begin{bmatrix}\hat\Sigma\hat V^T&\hat\Sigma\hat
V^TF\\\mathbf0&I_{k-q}\end{bmatrix}P^T$ with a compact SVD $\hat W=\hat U\hat\Sigma\hat V^T$""",
    hypotheses=[RANK],
    depends_on=["mf-landscape:equation-14"],
    parts=PARTS,
)
def equation_15() -> list[Evidence]:
    """Ŵ has full column rank, so V̂ ∈ 𝒪_q and Σ̂ ∈ GL_q, and C is invertible."""
    return _equation_15(C_FACTOR)


equation_15.near_misses(
    _equation_15,
    {
        "F alone in the corner": P.T * TOP * P + P.T * COEFFICIENTS * F + F.T * F,
        "V instead of its transpose": P.T * SIGMA_HAT * V_HAT * P + P.T * TOP * COEFFICIENTS * F + F.T * F,
    },
)

TURNED = (Relation(U_BAR * Q, U_HAT),)


def _equation_16(turn: Expression) -> list[Evidence]:
    D, inverse = P.T * turn * P + F.T * F, P.T * Q.T * P + F.T * F
    printed = U_BAR * P * D * C_FACTOR * PI.T
    return _settle(U_HAT * TOP, printed, (D, inverse), *TURNED, *TURN)


@claim(
    "mf-landscape:equation-16",
    kind="equation",
    label="Equation (16)",
    printed=r"""$W'=[\bar U\;\mathbf0]\begin{bmatrix}Q&\mathbf0\\\mathbf0&I_{k-q}\end{bmatrix}
\begin{bmatrix}\hat\Sigma\hat V^T&\hat\Sigma\hat V^TF\\\mathbf0&I_{k-q}\end{bmatrix}P^T$ with $\hat U=\bar UQ$""",
    hypotheses=[RANK, Hypothesis("turn", r"$\hat U=\bar UQ$, $Q\in\mathcal O_q$ (printed $\mathcal O_k$)")],
    depends_on=["mf-landscape:equation-15"],
    parts=PARTS,
)
def equation_16() -> list[Evidence]:
    """D moves Q to Ū; its inverse holds Qᵀ."""
    return _equation_16(Q)


equation_16.near_misses(_equation_16, {"the transpose of Q": Q.T, "Q twice": Q * Q})
