"""Section 3.1, Theorem 3.1 and Figure 1: what is inherited along an orbit, and the way to its canonical point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial

import numpy as np
from flint import fmpq, fmpq_mat, fmpq_poly

from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance
from claims.evidence import Evidence
from claims.papers.mf_landscape.notation import (
    A_INVERSE,
    INVERTIBLE,
    SHAPES,
    WITH_INVERSE,
    A,
    G,
    H,
    J,
    Point,
    S,
    W,
    X,
    acted,
    fraction,
    free_instances,
    gradient_blocks,
    hessian_blocks,
    hessian_value,
    pair,
    sample_invertible,
    sample_matrix,
    second,
    settle,
    small,
)
from claims.papers.mf_landscape.orbits import BACKWARDS, FORWARDS, GROUP, IMAGE, MOVED_DIRECTION
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.landscape.objective import hessian_by_differences
from symbolic.landscape.rational_svd import columns, diagonal, rational_orthogonal, rational_svd
from symbolic.matrix.expression import Expression
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import identity, matrix

ORTHOGONAL_GROUP = Hypothesis("orthogonal", r"$Q\in\mathcal O_k$")


def _global_minima(image: Point) -> list[Evidence]:
    there = MatrixIdentity(J(image), J(), INVERTIBLE)
    return settle({"": there}, WITH_INVERSE)


@claim(
    "mf-landscape:theorem-3.1.a",
    kind="theorem",
    label="Theorem 3.1 (a)",
    printed=r"If $(W,S)$ is a global minimum, so is every point in $\Theta(W,S)$",
    hypotheses=[SHAPES, GROUP],
    depends_on=["mf-landscape:equation-8"],
)
def theorem_3_1_a() -> list[Evidence]:
    """J has the same, least, value at L_A(W, S)."""
    return _global_minima(IMAGE)


theorem_3_1_a.near_misses(
    _global_minima,
    {"A in both factors": (W * A, A * S), "A^T instead of the inverse": (W * A, A.T * S)},
)


def _preserved(by: Point, direction: Point) -> list[Evidence]:
    gradients = zip(("W", "S"), gradient_blocks(IMAGE), acted(gradient_blocks(), *by), strict=True)
    back = acted(acted((G, H)), A_INVERSE, A)
    identities = {f"critical, {name}": MatrixIdentity(left, right, INVERTIBLE) for name, left, right in gradients}
    identities["negative curvature"] = MatrixIdentity(second(IMAGE, direction), second(), INVERTIBLE)
    identities["no direction is lost, G"] = MatrixIdentity(back[0], G, INVERTIBLE)
    identities["no direction is lost, H"] = MatrixIdentity(back[1], H, INVERTIBLE)
    return settle(identities, WITH_INVERSE)


@claim(
    "mf-landscape:theorem-3.1.b",
    kind="theorem",
    label="Theorem 3.1 (b)",
    printed=r"If $(W,S)$ is a critical point (resp. strict saddle), so is every point in $\Theta(W,S)$",
    hypotheses=[SHAPES, GROUP],
    depends_on=["mf-landscape:lemma-3.1.a", "mf-landscape:lemma-3.1.d", "mf-landscape:section-2.strict-saddle"],
    parts=["critical, W", "critical, S", "negative curvature", "no direction is lost, G", "no direction is lost, H"],
)
def theorem_3_1_b() -> list[Evidence]:
    """The gradient is mapped linearly, and L_A(G, H) ≠ 0 keeps its negative curvature.

    It is no longer of unit norm, so λ_min changes: λ_min(∇²J(L_A(W, S))) ≤ −λ/‖L_A(G, H)‖². The whole inertia is
    kept.
    """
    return _preserved(BACKWARDS, MOVED_DIRECTION)


theorem_3_1_b.near_misses(
    lambda wrong: _preserved(*wrong),
    {
        "the gradient moves with the point": (FORWARDS, MOVED_DIRECTION),
        "the direction stays behind": (BACKWARDS, (G, H)),
    },
)


# Theorem 3.1 (c): with A = Q orthogonal, A⁻¹ = Aᵀ, the Hessian map is conjugated by the orthogonal map L_Q.

Q = matrix("Q", "k", "k")
ORTHOGONAL = (Relation(Q * Q.T, identity("k")), Relation(Q.T * Q, identity("k")))


def _add_orthogonal(_rng: np.random.Generator, sizes: Mapping[str, int], values: dict[str, fmpq_mat]) -> None:
    values["Q"] = rational_orthogonal(sizes["k"], 1)


def _charpoly(W_: fmpq_mat, S_: fmpq_mat, X_: fmpq_mat) -> fmpq_poly:
    return hessian_by_differences(W_, S_, X_).charpoly()


def _group_instances(*, orthogonal: bool) -> Iterator[MatrixInstance]:
    rng = np.random.default_rng(1)
    for m, n, k in ((2, 3, 1), (1, 2, 3), (3, 1, 2), (2, 2, 2), (1, 1, 1)):
        by = rational_orthogonal(k, 1) if orthogonal else sample_invertible(rng, k)
        if k == 1:
            by = small(1, 1, -1 if orthogonal else 2)
        data = {"X": sample_matrix(rng, m, n), "W": sample_matrix(rng, m, k), "S": sample_matrix(rng, k, n), "A": by}
        yield MatrixInstance({"m": m, "n": n, "k": k}, data)


def _characteristic_value(at: MatrixInstance, *, moved_by_a: bool) -> Fraction:
    """Return the value of the characteristic polynomial of the Hessian at 101/7."""
    W_, S_ = at["W"], at["S"]
    if moved_by_a:
        W_, S_ = W_ * at["A"], at["A"].inv() * S_
    return fraction(_charpoly(W_, S_, at["X"])(fmpq(101, 7)))


def _invariant_spectrum(
    inverse: Expression, relations: tuple[Relation, ...], *, orthogonal: bool = True
) -> list[Evidence]:
    image, direction = acted((W, S), Q, inverse), acted((G, H), Q, inverse)
    blocks = zip(("W", "S"), hessian_blocks(image, direction), acted(hessian_blocks(), Q, inverse), strict=True)
    norms = MatrixIdentity(pair(direction, direction), pair((G, H), (G, H)), relations)
    identities = {name: MatrixIdentity(left, right, relations) for name, left, right in blocks}
    tried = decide_at_instances(
        partial(_characteristic_value, moved_by_a=False),
        partial(_characteristic_value, moved_by_a=True),
        _group_instances(orthogonal=orthogonal),
        "(m, n, k) = (2,3,1), (1,2,3), (3,1,2), (2,2,2), (1,1,1): the characteristic polynomial at 101/7",
        part="norms",
    )
    made = free_instances([X, W, S, G, H], _add_orthogonal)
    return [*settle({**identities, "norms": norms}, made), tried]


@claim(
    "mf-landscape:theorem-3.1.c",
    kind="theorem",
    label="Theorem 3.1 (c)",
    printed=r"The eigenvalues of $\nabla^2J(W,S)$ are invariant in $\mathcal O(W,S)$",
    hypotheses=[SHAPES, ORTHOGONAL_GROUP],
    depends_on=["mf-landscape:lemma-3.1.c"],
    parts=["W", "S", "norms"],
)
def theorem_3_1_c() -> list[Evidence]:
    """∇²J(L_Q(W, S)) = L_Q ∇²J(W, S) L_Q⁻¹ with L_Q orthogonal: the same eigenvalues with the same multiplicities.

    The proof's "λ is also an eigenvector" means eigenvalue, and its last display is at L_A(W, S).
    """
    return _invariant_spectrum(Q.T, ORTHOGONAL)


theorem_3_1_c.near_misses(
    lambda orthogonal: _invariant_spectrum(Q.T, ORTHOGONAL, orthogonal=orthogonal),
    {"on the whole orbit Theta(W, S)": False},
)


@theorem_3_1_c.mutant("Q in both factors")
def _() -> list[Evidence]:
    return _invariant_spectrum(Q, ORTHOGONAL)


# The proof's last display leaves the Hessian at (W, S). W = (1 0), S = 0, X = 0: (0, e_1) has eigenvalue 1.


def _eigenvector_at(by: fmpq_mat) -> Evidence:
    k = by.nrows()
    first = fmpq_mat(k, 1, [int(j == 0) for j in range(k)])
    data = {"W": first.transpose(), "S": first * 0, "X": small(1, 1, 0), "G": first.transpose() * 0}
    at = MatrixInstance({"m": 1, "n": 1, "k": k}, {**data, "Q": by, "H": by.transpose() * first})
    place = max(j for j in range(k) if at["H"][j, 0] != 0)
    scope = f"m=n=1, k={k}, W = e_1ᵀ, S = 0, X = 0, (G, H) = (0, e_1), λ = 1: an entry of both sides"
    return decide_at_instances(
        lambda s: fraction(hessian_value("S")(s)[place, 0]), lambda s: fraction(s["H"][place, 0]), [at], scope
    )


@claim(
    "mf-landscape:theorem-3.1.proof",
    kind="proof-step",
    label="Theorem 3.1 (c), proof",
    printed=r"""If $A\in\mathcal O_k$ and $\nabla^2J(W,S)[(G,H)]=\lambda(G,H)$, then
$\nabla^2J(W,S)[L_A(G,H)]=\lambda L_A((G,H))$; thus $\lambda$ is also an eigenvector of $\nabla^2J(WA,A^{-1}S)$""",
    hypotheses=[SHAPES, ORTHOGONAL_GROUP],
    erratum=Erratum(
        "misprint",
        "The Hessian on the left is the one at L_A(W, S), and λ is an eigenvalue. At (W, S) it is false: W = (1 0), S "
        "= 0, X = 0, (G, H) = (0, e₁), λ = 1, and A exchanges e₁ and e₂: the left side is 0. The theorem is not "
        "affected.",
        corrected_by="mf-landscape:theorem-3.1.c",
    ),
)
def theorem_3_1_proof() -> Evidence:
    """The moved direction is an eigenvector at the moved point, not at the old one."""
    return _eigenvector_at(small(2, 2, 0, 1, 1, 0))


theorem_3_1_proof.near_misses(
    _eigenvector_at,
    {"by a rotation": small(2, 2, 0, 1, -1, 0), "by a cyclic exchange, k = 3": small(3, 3, 0, 1, 0, 0, 0, 1, 1, 0, 0)},
)

# Figure 1. W = ÛΣ̂V̂ᵀ of rank k: V̂ ∈ 𝒪_k and Σ̂ ∈ GL_k. With k > m there is no such W.

U_HAT, SIGMA_HAT, V_HAT = matrix("Uhat", "m", "k"), matrix("Sigmahat", "k", "k", "diagonal"), matrix("Vhat", "k", "k")
SIGMA_INVERSE, EIGENVALUES = matrix("Sigma_i", "k", "k", "diagonal"), matrix("Lambda", "k", "k", "diagonal")
COMPACT = (
    Relation(U_HAT.T * U_HAT, identity("k")),
    Relation(V_HAT.T * V_HAT, identity("k")),
    Relation(SIGMA_INVERSE * SIGMA_HAT, identity("k")),
)
PROJECTED = (Relation(SIGMA_HAT * V_HAT.T * S, U_HAT.T * X),)
SPECTRAL = (Relation(U_HAT.T * X * X.T * U_HAT, Q.T * EIGENVALUES * EIGENVALUES * Q),)


def _square_factor(W_: fmpq_mat) -> Evidence:
    m, k = W_.nrows(), W_.ncols()
    at = MatrixInstance({"m": m, "k": k}, {"W": W_})
    scope = f"m={m}, k={k}, rank(W) = min(k, m): columns of V̂ and its rows"
    return decide_at_instances(lambda s: Fraction(int(s["W"].rank())), lambda s: Fraction(s.sizes["k"]), [at], scope)


@claim(
    "mf-landscape:figure-1",
    kind="figure",
    label="Figure 1",
    printed=r"""$(W,S)$ critical with $\operatorname{rank}(W)=\min\{k,m\}$ and compact SVD $W=\hat U\hat\Sigma\hat
V^T$: $L_{\hat V}(W,S)=(\hat U\hat\Sigma,\hat V^TS)$ is on the same suborbit; $L_{\Sigma^{-1}}$ takes it to $(\hat
U,\hat\Sigma\hat V^TS)$; $\hat U=\bar UQ$ with $Q$ orthogonal and $\bar U$ of $k$ orthonormal eigenvectors of
$XX^T$; so $(\bar U,\Lambda\bar V^T)$ is on the same suborbit as $(\hat U,\hat\Sigma\hat V^TS)$""",
    hypotheses=[SHAPES],
    erratum=Erratum(
        "missing-hypothesis",
        "It needs rank(W) = k. For m = 1, k = 2, W = (1 0) the compact SVD has a 2×1 factor V̂, so L_V̂ is not "
        "defined, and there are no two orthonormal vectors in ℝ¹. L_{Σ⁻¹} should be L_{Σ̂⁻¹}.",
        corrected_by="mf-landscape:figure-1.corrected",
    ),
)
def figure_1() -> Evidence:
    """With k > m the factor V̂ of a compact SVD is not square."""
    return _square_factor(small(1, 2, 1, 0))


figure_1.near_misses(
    _square_factor, {"m = 2, k = 3": small(2, 3, 1, 0, 0, 0, 1, 0), "m = 1, k = 3": small(1, 3, 1, 2, 2)}
)


def _full_rank_points() -> Iterator[MatrixInstance]:
    for m, n, k, sigma, selection in (
        (3, 4, 2, (3, 2, 1), (0, 2)),
        (4, 3, 2, (2, 1), (1, 3)),
        (2, 3, 1, (1, 1), (1,)),
        (2, 2, 2, (2, 1), (0, 1)),
        (1, 1, 1, (), (0,)),
    ):
        svd = rational_svd(m, n, sigma)
        turn, v_hat = rational_orthogonal(k, 2), rational_orthogonal(k, 3)
        roots = diagonal([fmpq(j + 2, 3) for j in range(k)], k, k)
        u_hat = columns(svd.U, selection) * turn
        data = {"X": svd.X, "Uhat": u_hat, "Sigmahat": roots, "Vhat": v_hat, "Q": turn, "Sigma_i": roots.inv()}
        data["Lambda"] = diagonal([svd.value(a) for a in selection], k, k)
        data["W"] = u_hat * roots * v_hat.transpose()
        data["S"] = v_hat * roots.inv() * u_hat.transpose() * svd.X
        yield MatrixInstance({"m": m, "n": n, "k": k}, data)


def _chain(scaling: Expression, *, sign: int = 1) -> list[Evidence]:
    factored = U_HAT * SIGMA_HAT * V_HAT.T
    E = factored * S - X
    upper = SIGMA_HAT * V_HAT.T * S
    u_bar = U_HAT * Q.T
    return settle(
        {
            "L_Vhat": MatrixIdentity(factored * V_HAT, U_HAT * SIGMA_HAT, COMPACT),
            "L_(Sigma_hat^-1)": MatrixIdentity(U_HAT * SIGMA_HAT * scaling, U_HAT, COMPACT),
            "W'E = 0": MatrixIdentity(SIGMA_INVERSE * V_HAT.T * factored.T * E, upper - sign * U_HAT.T * X, COMPACT),
            "ES' = 0": MatrixIdentity(
                E * S.T * V_HAT * SIGMA_HAT, (U_HAT * U_HAT.T - identity("m")) * X * X.T * U_HAT, PROJECTED
            ),
            "eigenvectors": MatrixIdentity(
                U_HAT * U_HAT.T * X * X.T * u_bar, u_bar * EIGENVALUES * EIGENVALUES, (*SPECTRAL, *ORTHOGONAL)
            ),
            "L_(Q')": MatrixIdentity(Q * upper, u_bar.T * X, PROJECTED),
        },
        _full_rank_points,
    )


@claim(
    "mf-landscape:figure-1.corrected",
    kind="correction",
    label="Figure 1, corrected",
    printed=r"""For a critical $(W,S)$ with $\operatorname{rank}(W)=k$, $W=\hat U\hat\Sigma\hat V^T$: $L_{\hat V}$,
$L_{\hat\Sigma^{-1}}$ and $L_{Q^T}$ lead to $(\bar U,\bar U^TX)=(\bar U,\Lambda\bar V^T)$, $\bar U=\hat UQ^T$,
$XX^T\bar U=\bar U\Lambda^2$; the first and the last stay on a suborbit""",
    hypotheses=[SHAPES, Hypothesis("full rank", r"$\operatorname{rank}(W)=k\le m$")],
    depends_on=["mf-landscape:equation-7", "mf-landscape:equation-8", "mf-landscape:spectral-theorem"],
    parts=["L_Vhat", "L_(Sigma_hat^-1)", "W'E = 0", "ES' = 0", "eigenvectors", "L_(Q')"],
)
def figure_1_corrected() -> list[Evidence]:
    """WᵀE = 0 gives Σ̂V̂ᵀS = ÛᵀX, ESᵀ = 0 then an invariant range of Û, and Q diagonalizes ÛᵀXXᵀÛ."""
    return _chain(SIGMA_INVERSE)


figure_1_corrected.near_misses(
    lambda run: run(),
    {
        "L_Sigmahat instead of its inverse": partial(_chain, scaling=SIGMA_HAT),
        "the upper block with the opposite sign": partial(_chain, scaling=SIGMA_INVERSE, sign=-1),
    },
)
