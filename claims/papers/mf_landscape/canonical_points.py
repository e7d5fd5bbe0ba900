"""Section 3.2, (13) and Theorem 3.2: canonical points are critical, and their orbits hold every critical point."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

import numpy as np
from flint import fmpq, fmpq_mat

from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, scalar_matrix
from claims.evidence import Evidence
from claims.papers.mf_landscape.canonical_notation import (
    BLOCKS,
    GIVEN,
    L1,
    ORTHONORMAL,
    S_CANONICAL,
    SELECTION,
    W_CANONICAL,
    WHOLE,
    F,
    L,
    P,
    U,
    V,
    canonical_instances,
)
from claims.papers.mf_landscape.notation import (
    SHAPES,
    S,
    X,
    gradient_value,
    sample_invertible,
    sample_matrix,
    settle,
)
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.landscape.objective import objective
from symbolic.landscape.canonical_points import stack
from symbolic.landscape.rational_svd import rational_orthogonal, zeros
from symbolic.matrix.expression import Expression
from symbolic.matrix.operations import norm2
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import identity as eye
from symbolic.matrix.symbols import matrix

ALL = (*ORTHONORMAL, *BLOCKS)


def _stacked_w(at: MatrixInstance) -> fmpq_mat:
    """Return [Ū 0] put together column by column."""
    extra = zeros(at.sizes["f"], at.sizes["m"])
    return stack(at["Ubar"].transpose(), extra).transpose()


def _stacked_s(at: MatrixInstance) -> fmpq_mat:
    """Return [ΛV̄ᵀ; C̄ᵀV̄ᵀ + C₀ᵀV₀ᵀ] put together row by row."""
    lower = at["Cbar"].transpose() * at["Vbar"].transpose() + at["C_0"].transpose() * at["V_0"].transpose()
    return stack(at["Ubar"].transpose() * at["X"], lower)


def _canonical(W_: Expression, S_: Expression) -> list[Evidence]:
    return settle(
        {
            "W": MatrixIdentity(W_CANONICAL, W_, left_value=_stacked_w),
            "S": MatrixIdentity(S_CANONICAL, S_, left_value=_stacked_s),
            "rank": MatrixIdentity((W_ * P.T).T * (W_ * P.T), eye("q"), ALL),
            "rows": MatrixIdentity(U.T * GIVEN, L * V.T, ORTHONORMAL),
            "columns": MatrixIdentity(GIVEN * V, U * L, ORTHONORMAL),
            "product": MatrixIdentity(W_ * S_, U * L * V.T, ALL),
        },
        canonical_instances(),
    )


@claim(
    "mf-landscape:equation-13",
    kind="equation",
    label="Equation (13)",
    printed=r"""The canonical point is $(W,S)=\Bigl([\bar U\;\mathbf0_{m\times(k-q)}], \begin{bmatrix}\Lambda\bar
V^T\\\bar C^T\bar V^T+C_0^TV_0^T\end{bmatrix}\Bigr)$; $\bar U^TX=\Lambda\bar V^T$, $X\bar V=\bar U\Lambda$""",
    hypotheses=[SHAPES, SELECTION],
    parts=["W", "S", "rank", "rows", "columns", "product"],
)
def equation_13() -> list[Evidence]:
    """Well formed for every selection: W has rank q, and WS = ŪΛV̄ᵀ whatever C̄ and C₀ are."""
    return _canonical(W_CANONICAL, S_CANONICAL)


equation_13.near_misses(
    lambda wrong: _canonical(*wrong),
    {
        "Lambda left out of S": (W_CANONICAL, S_CANONICAL - P.T * L * V.T + P.T * V.T),
        "Lambda in W as well": (U * L * P, S_CANONICAL),
    },
)


S2 = matrix("S_2", "f", "n")


def _any_lower_block(rng: np.random.Generator, at: MatrixInstance) -> dict[str, fmpq_mat]:
    return {"S_2": sample_matrix(rng, at.sizes["f"], at.sizes["n"])}


def _forward(S_: Expression) -> list[Evidence]:
    E = W_CANONICAL * S_ - GIVEN
    return settle(
        {
            "W": MatrixIdentity(E * S_.T, 0 * W_CANONICAL, ALL, gradient_value("W") if S_ is S_CANONICAL else None),
            "S": MatrixIdentity(W_CANONICAL.T * E, 0 * S, ALL, gradient_value("S") if S_ is S_CANONICAL else None),
        },
        canonical_instances(complete=_any_lower_block),
    )


@claim(
    "mf-landscape:theorem-3.2.forward",
    kind="theorem",
    label="Theorem 3.2, canonical points are critical",
    printed=r"For $1\le q\le\min\{k,m\}$, $(W,S)$ specified by (13) is a critical point",
    hypotheses=[SHAPES, SELECTION],
    depends_on=["mf-landscape:equation-7", "mf-landscape:equation-13"],
    parts=["W", "S"],
)
def theorem_3_2_forward() -> list[Evidence]:
    """E = −U₁Σ₁V₁ᵀ, and neither Ū nor the rows of S meet it. It holds for q = 0 too, and for m ≥ n."""
    return _forward(S_CANONICAL)


theorem_3_2_forward.near_misses(
    _forward,
    {
        "the first block doubled": S_CANONICAL + P.T * L * V.T,
        "the lower block not in the span of (12)": P.T * L * V.T + F.T * S2,
    },
)


def _loss(selected: Expression) -> list[Evidence]:
    loss = norm2(GIVEN - W_CANONICAL * S_CANONICAL) / 2
    truth: Callable[[MatrixInstance], fmpq_mat] = lambda at: scalar_matrix(objective(at["W"], at["S"], at["X"]))  # noqa: E731
    return settle(
        {
            "the loss": MatrixIdentity(loss, (norm2(L) + norm2(L1)) / 2 - selected / 2, ALL, truth),
            # Σ_{i ≤ r} σ_i²: the selected squares and those left out, zeros adding nothing.
            "all squares": MatrixIdentity(norm2(GIVEN), norm2(L) + norm2(L1), ORTHONORMAL),
        },
        canonical_instances(),
    )


@claim(
    "mf-landscape:theorem-3.2.value",
    kind="theorem",
    label="Theorem 3.2, the value",
    printed=r"$J(W,S)=\tfrac12\bigl(\sum_{i=1}^r\sigma_i^2-\sum_{j=1}^q\lambda_j^2\bigr)$ at (13)",
    hypotheses=[SHAPES, SELECTION],
    depends_on=["mf-landscape:equation-13"],
    parts=["the loss", "all squares"],
)
def theorem_3_2_value() -> list[Evidence]:
    """E = −U₁Σ₁V₁ᵀ has the squares left out for its squared norm."""
    return _loss(norm2(L))


theorem_3_2_value.near_misses(
    _loss, {"the selected squares twice": 2 * norm2(L), "the selected squares added": -norm2(L)}
)

# The converse. W′ = ÛY with ÛᵀÛ = I and Y of full row rank: Y_r is a right inverse, the rows of N complete those of Y.

U_HAT, Y, Y_RIGHT = matrix("Uhat", "m", "q"), matrix("Y", "q", "k"), matrix("Y_r", "k", "q")
N, N_RIGHT, Q = matrix("N", "f", "k"), matrix("N_r", "k", "f"), matrix("Q", "q", "q")
ORTHONORMAL_RANGE = (Relation(U_HAT.T * U_HAT, eye("q")),)
RIGHT_INVERSE = (Relation(Y * Y_RIGHT, eye("q")),)
PROJECTED = (Relation(Y * S, U_HAT.T * X),)
TURN = (Relation(Q * Q.T, eye("q")), Relation(Q.T * Q, eye("q")))
SPECTRAL = (Relation(U_HAT.T * X * X.T * U_HAT, Q.T * L * L * Q),)
COMPLETED = (
    *RIGHT_INVERSE,
    Relation(N * N_RIGHT, eye("f")),
    Relation(Y * N_RIGHT, 0 * (Y * N_RIGHT)),
    Relation(N * Y_RIGHT, 0 * (N * Y_RIGHT)),
)


def _critical_point(rng: np.random.Generator, at: MatrixInstance) -> dict[str, fmpq_mat]:
    """Return any critical point on the orbit of the canonical one, with an orthonormal basis Û of its range."""
    B, turn = sample_invertible(rng, at.sizes["k"]), rational_orthogonal(at.sizes["q"], 2)
    return {
        "W": at["W"] * B,
        "S": B.inv() * at["S"],
        "Uhat": at["Ubar"] * turn,
        "Q": turn,
        "Y": turn.transpose() * at["P_q"] * B,
        "Y_r": B.inv() * at["P_q"].transpose() * turn,
        "N": at["P_f"] * B,
        "N_r": B.inv() * at["P_f"].transpose(),
    }


def _converse(turn: Expression, *, sign: int = 1) -> list[Evidence]:
    E = U_HAT * Y * S - X
    off = U_HAT * U_HAT.T - eye("m")
    U_BAR = U_HAT * Q.T
    B = P.T * turn * Y + F.T * N
    inverse = Y_RIGHT * Q.T * P + N_RIGHT * F
    hypotheses = (*PROJECTED, *BLOCKS, *TURN)
    return settle(
        {
            "W'E = 0 gives YS = U'X": MatrixIdentity(
                Y_RIGHT.T * (U_HAT * Y).T * E, Y * S - sign * U_HAT.T * X, (*ORTHONORMAL_RANGE, *RIGHT_INVERSE)
            ),
            "ES' = 0 gives an invariant range": MatrixIdentity(E * S.T * Y.T, off * X * X.T * U_HAT, PROJECTED),
            "eigenvectors": MatrixIdentity(U_HAT * U_HAT.T * X * X.T * U_BAR, U_BAR * L * L, (*SPECTRAL, *TURN)),
            "A is invertible": MatrixIdentity(B * inverse, eye("k"), (*COMPLETED, *TURN, WHOLE)),
            "transport of W": MatrixIdentity(U_BAR * P * B, U_HAT * Y, hypotheses),
            "transport of S": MatrixIdentity(B * S, P.T * U_BAR.T * X + F.T * N * S, hypotheses),
            "(12) for S_2 = NS": MatrixIdentity(
                (U_BAR * U_BAR.T - eye("m")) * X * (N * S).T, E * S.T * N.T, hypotheses
            ),
        },
        canonical_instances(complete=_critical_point),
    )


@claim(
    "mf-landscape:theorem-3.2.converse",
    kind="theorem",
    label="Theorem 3.2, conversely",
    printed=r"""If $(W',S')$ is a critical point with $\operatorname{rank}(W')=q$, then there are a critical point
$(W,S)$ of the form (13) and $A\in\mathrm{GL}_k$ with $(W',S')=L_A(W,S)$""",
    hypotheses=[SHAPES, Hypothesis("critical", r"$E'S'^T=\mathbf0$ and $W'^TE'=\mathbf0$ for $E'=W'S'-X$")],
    depends_on=["mf-landscape:equation-7", "mf-landscape:spectral-theorem", "mf-landscape:lemma-3.2.a"],
    parts=[
        "W'E = 0 gives YS = U'X",
        "ES' = 0 gives an invariant range",
        "eigenvectors",
        "A is invertible",
        "transport of W",
        "transport of S",
        "(12) for S_2 = NS",
    ],
)
def theorem_3_2_converse() -> list[Evidence]:
    """Write W′ = ÛY; the range of Û is invariant under XXᵀ, so it has a basis Ū = ÛQᵀ of eigenvectors.

    With A = [QY; N], N completing the rows of Y: W′ = [Ū 0]A, and AS′ = [ŪᵀX; S₂] where S₂ = NS′ satisfies (12), so
    it is C̄ᵀV̄ᵀ + C₀ᵀV₀ᵀ by Lemma 3.2. The orthogonal complement of Ū is invariant too, so Ū extends to an
    eigenbasis. Holds for q = 0 and for all m, n.
    """
    return _converse(Q)


theorem_3_2_converse.near_misses(
    lambda run: run(),
    {"Q turned the other way in A": partial(_converse, turn=Q.T), "S_1 = -U'X": partial(_converse, turn=Q, sign=-1)},
)


# What the proof prints for the sizes of Q.


def _printed_size(sizes: tuple[int, int, int]) -> Evidence:
    m, q, k = sizes
    at = MatrixInstance({"m": m, "q": q, "k": k}, {"Uhat": _first_columns(m, q)})

    def trace(s: MatrixInstance) -> Fraction:
        gram = s["Uhat"].transpose() * s["Uhat"]
        return Fraction(sum(int(gram[i, i].p) for i in range(gram.nrows())))

    scope = f"m={m}, q={q}, k={k}: the trace of ÛᵀÛ and that of I_k"
    return decide_at_instances(trace, lambda s: Fraction(s.sizes["k"]), [at], scope)


def _first_columns(m: int, q: int) -> fmpq_mat:
    return fmpq_mat(m, q, [fmpq(int(i == j)) for i in range(m) for j in range(q)])


@claim(
    "mf-landscape:theorem-3.2.proof",
    kind="proof-step",
    label="Theorem 3.2, proof of the converse",
    printed=r"""$\hat U=\bar UQ$, $Q\in\mathrm{GL}_q$; $I_k=\hat U^T\hat U=Q^TQ$, hence $Q\in\mathcal O_k$;
$(W'(DC)^{-1},(WD)S')$""",
    hypotheses=[Hypothesis("rank", r"$\hat U\in\mathrm{St}_{m,q}$, $q\le k$")],
    erratum=Erratum(
        "misprint",
        "ÛᵀÛ = I_q and Q ∈ 𝒪_q: for m = k = 2, q = 1 the trace of ÛᵀÛ is 1, not 2. The transported second factor is "
        "(DC)S′, not (WD)S′. The theorem is not affected.",
        corrected_by="mf-landscape:theorem-3.2.converse",
    ),
)
def theorem_3_2_proof() -> Evidence:
    """Û has q columns."""
    return _printed_size((2, 1, 2))


theorem_3_2_proof.near_misses(_printed_size, {"q = 2, k = 3": (4, 2, 3), "q = 0": (1, 0, 1)})
