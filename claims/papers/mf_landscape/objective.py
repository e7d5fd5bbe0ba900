"""Section 2.1: the objective and its least value."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from flint import fmpq, fmpq_mat

from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, scalar_matrix
from claims.evidence import Evidence
from claims.papers.mf_landscape.notation import (
    PLAIN,
    SHAPES,
    J,
    S,
    W,
    X,
    fraction,
    sample_matrix,
    settle,
)
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Hypothesis
from numeric.landscape.objective import objective
from symbolic.landscape.rational_svd import diagonal, rational_orthogonal
from symbolic.matrix.expression import Expression, Size
from symbolic.matrix.operations import inner, norm2, trace
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import identity, matrix, scalar
from symbolic.matrix.symbols import zeros as zero_matrix

DECREASING = Hypothesis(
    "ordered", r"the SVD lists its singular values in decreasing order, $\sigma_1\ge\dots\ge\sigma_r>0$"
)


def _value(at: MatrixInstance) -> fmpq_mat:
    return scalar_matrix(objective(at["W"], at["S"], at["X"]))


def _objective(printed: Expression) -> list[Evidence]:
    cross = norm2(X) / 2 - inner(X, W * S) + norm2(W * S) / 2
    transposed = norm2(X.T - S.T * W.T) / 2
    return settle(
        {
            "entrywise": MatrixIdentity(cross, printed, left_value=_value),
            "transposition": MatrixIdentity(transposed, printed, left_value=_value),
        },
        PLAIN,
    )


@claim(
    "mf-landscape:equation-3",
    kind="equation",
    label="Equation (3)",
    printed=r"$J(W,S)=\tfrac12\|X-WS\|_F^2$",
    hypotheses=[SHAPES],
    parts=["entrywise", "transposition"],
)
def equation_3() -> list[Evidence]:
    """A definition: half the sum of squares, entry by entry; J for X at (W, S) is J for Xᵀ at (Sᵀ, Wᵀ)."""
    return _objective(J())


equation_3.near_misses(
    _objective, {"without the half": 2 * J(), "the sum instead of the difference": norm2(X + W * S) / 2}
)


# The least value. X = U₁A₁ + U₂A₂, the first k left singular vectors and the rest, A = UᵀX; s = σ_k lies between the
# values of both, and the gaps D₁ − s² and s² − D₂ are squares of real diagonal matrices τ₁, τ₂. Y = BZ has its columns
# in the span of those of B.

U1, U2, B = matrix("U_1", "m", "k"), matrix("U_2", "m", "p"), matrix("B", "m", "w")
A1, A2 = matrix("A_1", "k", "n"), matrix("A_2", "p", "n")
D1, D2 = matrix("D_1", "k", "k", "diagonal"), matrix("D_2", "p", "p", "diagonal")
T1, T2 = matrix("tau_1", "k", "k", "diagonal"), matrix("tau_2", "p", "p", "diagonal")
Z, s = matrix("Z", "w", "n"), scalar("s")
SPLIT = (
    Relation(B.T * B, identity("w")),
    Relation(U1.T * U1, identity("k")),
    Relation(U2.T * U2, identity("p")),
    Relation(U2 * U2.T, identity("m") - U1 * U1.T),
    Relation(U1.T * U2, zero_matrix("k", "p")),
    Relation(A1 * A1.T, D1),
    Relation(A2 * A2.T, D2),
    Relation(A1 * A2.T, zero_matrix("k", "p")),
    Relation(T1 * T1, D1 - s**2 * identity("k")),
    Relation(T2 * T2, s**2 * identity("p") - D2),
)
K_MINUS_W = Size(U1.cols) - Size(B.cols)


def best_approximation(*, defect: Expression = K_MINUS_W, excess: Expression = T1) -> MatrixIdentity:
    """Return ‖X − BZ‖² − Σ_{i>k} σ_i² as a sum of squares plus σ_k²(k − w)."""
    given = U1 * A1 + U2 * A2
    outside = identity("m") - B * B.T
    squares = norm2(B.T * given - Z) + norm2(outside * U1 * excess) + norm2(B.T * U2 * T2) + s**2 * defect
    return MatrixIdentity(norm2(given - B * Z) - trace(D2), squares, SPLIT)


def _eckart_young(**change: Expression) -> list[Evidence]:
    return settle({"": best_approximation(**change)}, _low_rank_instances)


def _low_rank_instances() -> Iterator[MatrixInstance]:
    """Yield matrices of known singular values and others of rank at most w ≤ k: below, at, and above the best."""
    from numpy.random import default_rng  # noqa: PLC0415

    rng = default_rng(current_sampling().seed)
    # (σ, ρ) with σ² = 16 ± ρ²: the values around s = 4.
    above, below = ((5, 3), (4, 0), ("20/3", "16/3")), ((4, 0), ("12/5", "16/5"), (0, 4))
    for m, n, k, w in (
        (4, 5, 2, 1),
        (5, 4, 3, 3),
        (3, 4, 1, 0),
        (3, 3, 2, 2),
        (1, 2, 1, 1),
        (2, 2, 2, 1),
        (1, 1, 1, 1),
    ):
        upper = [above[i % 3] for i in range(k)]
        lower = [below[i % 3] if k + i < n else below[2] for i in range(m - k)]
        numbers = [[fmpq(*map(int, str(number).split("/"))) for number in entry] for entry in (*upper, *lower)]
        values = [entry[0] for entry in numbers]
        U, V = rational_orthogonal(m, 1), rational_orthogonal(n, 2)
        given = U * diagonal(values[: min(m, n)], m, n) * V.transpose()
        data = {
            "A_1": _columns(U, range(k)).transpose() * given,
            "A_2": _columns(U, range(k, m)).transpose() * given,
            "U_1": _columns(U, range(k)),
            "U_2": _columns(U, range(k, m)),
            "B": _columns(rational_orthogonal(m, 3), range(w)),
            "s": scalar_matrix(fmpq(4)),
            "Z": sample_matrix(rng, w, n),
        }
        for name, part in (("1", numbers[:k]), ("2", numbers[k:])):
            data[f"D_{name}"] = diagonal([e[0] ** 2 for e in part], len(part), len(part))
            data[f"tau_{name}"] = diagonal([e[1] for e in part], len(part), len(part))
        yield MatrixInstance({"m": m, "n": n, "k": k, "w": w, "p": m - k}, data)


def _columns(M: fmpq_mat, picked: range) -> fmpq_mat:
    return fmpq_mat(M.nrows(), len(picked), [M[i, j] for i in range(M.nrows()) for j in picked])


@claim(
    "mf-landscape:eckart-young",
    kind="theorem",
    label="Used without statement: Eckart, Young, Mirsky",
    printed=r"""Let $\sigma_1\ge\sigma_2\ge\dots$ be the singular values of $X$ and $k\le m$. Every $Y$ with
$\operatorname{rank}(Y)\le k$ has $\|X-Y\|_F^2\ge\sum_{i>k}\sigma_i^2$; hence
$J(W,S)\ge\tfrac12\sum_{i>k}\sigma_i^2$""",
    hypotheses=[
        SHAPES,
        Hypothesis("orthonormal eigenvectors", r"$XX^T=U_1D_1U_1^T+U_2D_2U_2^T$, $D_1$ the $k$ largest $\sigma_i^2$"),
        Hypothesis("low rank", r"$Y=BZ$, $B^TB=I_w$, $w\le k$: a basis of a space that contains the columns of $Y$"),
    ],
)
def eckart_young() -> list[Evidence]:
    """The excess is a sum of squares plus σ_k²(k − w).

    With s = σ_k, τ₁² = D₁ − s² ≥ 0 and τ₂² = s² − D₂ ≥ 0: ‖X − BZ‖² − Σ_{i>k} σ_i² = ‖BᵀX − Z‖² + ‖(I − BBᵀ)U₁τ₁‖² +
    ‖BᵀU₂τ₂‖² + s²(k − w).
    """
    return _eckart_young()


eckart_young.near_misses(
    lambda run: run(),
    {
        "the defect of rank with the wrong sign": partial(_eckart_young, defect=-K_MINUS_W),
        "rank one more than k allowed at no cost": partial(_eckart_young, defect=K_MINUS_W + 1),
        "the excess of the large values counted twice": partial(_eckart_young, excess=2 * T1),
    },
)


# The solution by SVD: C is the diagonal root of Σ_k.

C = matrix("C", "k", "k", "diagonal")
SIGMA_K, SIGMA_REST = matrix("Sigma_k", "k", "k", "diagonal"), matrix("Sigma_r", "l", "l", "diagonal")
Uk, Vk = matrix("U_k", "m", "k"), matrix("V_k", "n", "k")
U_REST, V_REST = matrix("U_r", "m", "l"), matrix("V_r", "n", "l")
SVD_PARTS = (
    Relation(C * C, SIGMA_K),
    Relation(U_REST.T * U_REST, identity("l")),
    Relation(V_REST.T * V_REST, identity("l")),
)
GIVEN = Uk * SIGMA_K * Vk.T + U_REST * SIGMA_REST * V_REST.T


def _svd_instances(*, ordered: bool = True) -> Iterator[MatrixInstance]:
    for m, n, k, roots in (
        (4, 5, 2, (3, 2, 1)),
        (5, 4, 3, (2, 2, 2, 1)),
        (3, 3, 2, (2, 1)),
        (2, 3, 1, (1, 1)),
        (1, 1, 1, (2,)),
    ):
        used = list(roots) if ordered else list(roots)[::-1]
        r = len(used)
        values = [fmpq(c) ** 2 for c in used]
        U, V = rational_orthogonal(m, 1), rational_orthogonal(n, 2)
        data = {
            "U_k": _columns(U, range(k)),
            "V_k": _columns(V, range(k)),
            "U_r": _columns(U, range(k, r)),
            "V_r": _columns(V, range(k, r)),
            "C": diagonal([fmpq(c) for c in used[:k]], k, k),
            "Sigma_k": diagonal(values[:k], k, k),
            "Sigma_r": diagonal(values[k:], r - k, r - k),
            "X": U * diagonal(values + [fmpq(0)] * (min(m, n) - r), m, n) * V.transpose(),
        }
        data |= {"W": data["U_k"] * data["C"], "S": data["C"] * data["V_k"].transpose()}
        yield MatrixInstance({"m": m, "n": n, "k": k, "l": r - k}, data)


def _least(at: MatrixInstance) -> Fraction:
    """Return half the sum of the n − k least eigenvalues' worth: the sum of all but the k largest squares."""
    diagonals = [at[name] for name in ("Sigma_k", "Sigma_r")]
    squares = sorted((D[i, i] ** 2 for D in diagonals for i in range(D.nrows())), reverse=True)
    return fraction(sum(squares[at.sizes["k"] :], fmpq(0)) / 2)


def _svd_solution(*, root: Expression = C, ordered: bool = True) -> list[Evidence]:
    factored = MatrixIdentity(norm2(GIVEN - Uk * root * root * Vk.T) / 2, norm2(SIGMA_REST) / 2, SVD_PARTS)
    attained = decide_at_instances(
        lambda at: fraction(objective(at["W"], at["S"], at["X"])),
        _least,
        _svd_instances(ordered=ordered),
        "(m, n, k, r) = (4,5,2,3), (5,4,3,4), (3,3,2,2), (2,3,1,2), (1,1,1,1)",
        part="the value is the least",
    )
    bound = settle({"the value": factored}, lambda: _svd_instances(ordered=ordered))
    least = settle({"the value is the least": best_approximation()}, _low_rank_instances)
    return [*bound, *least, attained]


@claim(
    "mf-landscape:section-2.1.svd-solution",
    kind="section",
    label="Section 2.1, solution by SVD",
    printed=r"""For $k\le r$ and any compact SVD $X=U\Sigma V^T$, with $U_k,V_k$ the first $k$ columns and
$\Sigma_k$ the top left $k\times k$ block, $(W,S)=(U_k\sqrt{\Sigma_k},\sqrt{\Sigma_k}V_k^T)$ is a global minimum of
(3)""",
    hypotheses=[SHAPES, DECREASING, Hypothesis("low rank", r"$k\le r=\operatorname{rank}(X)$")],
    depends_on=["mf-landscape:eckart-young"],
    parts=["the value", "the value is the least"],
)
def section_2_1_svd_solution() -> list[Evidence]:
    """J is ½Σ_{i>k} σ_i² there, and no W with k columns does better. "Any" SVD means any in decreasing order."""
    return _svd_solution()


section_2_1_svd_solution.near_misses(
    lambda run: run(),
    {
        "singular values not in decreasing order": partial(_svd_solution, ordered=False),
        "the singular values in both factors, not their roots": partial(_svd_solution, root=SIGMA_K),
    },
)
