"""Theorem 3.3: which orbits of critical points meet the balanced manifold M_0."""

from __future__ import annotations

from collections.abc import Iterator

from claims.checkers.matrix_argument import check_argument
from claims.checkers.matrix_identity import MatrixInstance
from claims.evidence import Evidence
from claims.papers.mf_landscape.balanced_symbols import (
    A_INVERSE,
    A_UNDONE,
    A_UNDONE_LEFT,
    C_0,
    COMPLETE,
    D_INVERSE,
    LAMBDA,
    N_GRAM,
    N_KERNEL,
    Q_ORTHOGONAL,
    ROOT,
    ROOT_INVERSE,
    ROWS,
    SELECTED,
    U_ORTHONORMAL,
    V_0,
    V_0_ORTHONORMAL,
    V_ORTHONORMAL,
    A,
    D,
    F,
    J,
    N,
    Q,
    U,
    V,
    altered,
    balanced_instances,
    with_values,
)
from claims.registry import claim
from claims.statement import Hypothesis
from symbolic.matrix.argument import Argument, Equation
from symbolic.matrix.expression import Expression
from symbolic.matrix.symbols import identity, matrix, zeros

CANONICAL = Hypothesis(
    "canonical",
    r"$(W,S)=\left([\bar U\;\mathbf0],[\Lambda\bar V^T;C_0^TV_0^T]\right)$ is of the form (18), any $m,n,k,q$",
)
ON_M0 = Hypothesis("balanced", r"$\mathcal M_0=\{(W,S):W^TW=SS^T\}$, the corrected definition")


def conclude_root(argument: Argument, squares: Equation, T: Expression, undone: Equation) -> Equation:
    """Show TTᵀ = Λ from (TTᵀ)² = Λ², where T has a right inverse: a positive definite root is unique.

    With the difference Δ = TTᵀ − Λ and Λ = D², ⟨Δ, (TTᵀ)² − Λ²⟩ = ‖ΔT‖² + ‖ΔD‖².

    Args:
        argument: The argument so far; it knows D² = Λ.
        squares: (TTᵀ)² = Λ².
        T: A matrix with q rows.
        undone: TT⁻ = I for the right inverse T⁻.
    """
    difference = T * T.T - D * D
    kernel, _ = argument.show_vanishing([difference * T, difference * D], ROOT, squares)
    first = argument.show(difference, difference * undone.left, undone)
    second = argument.show(difference * undone.left, zeros("q", "q"), kernel)
    zero = argument.chain(first, second)
    return argument.show(T * T.T, LAMBDA, zero, ROOT, because="a positive definite root is unique")


def _sufficient(*, moved: Expression, free: bool = False) -> Argument:
    """Move ([Ū, 0], [ΛV̄ᵀ; 0]) onto M_0 by A = diag(Λ^½, I)."""
    argument = Argument(U_ORTHONORMAL, V_ORTHONORMAL, V_0_ORTHONORMAL, ROOT, ROOT_INVERSE, *ROWS, COMPLETE, V_V0)
    by, back = J.T * moved * J + F.T * F, J.T * D_INVERSE * J + F.T * F
    lower = F.T * C_0.T * V_0.T
    S = J.T * LAMBDA * V.T + lower if free else J.T * LAMBDA * V.T
    argument.show(by * back, identity("k"), *ROWS, ROOT_INVERSE, COMPLETE, because="A is invertible")
    spread = argument.show(D_INVERSE * LAMBDA, D_INVERSE * D * D, ROOT)
    half = argument.chain(spread, argument.show(D_INVERSE * D * D, D, ROOT_INVERSE))
    left = argument.show(U * J * by, U * D * J, *ROWS)
    right = argument.show(back * S, J.T * D * V.T + (lower if free else zeros("k", "n")), *ROWS, half)
    gram = argument.show(left.right.T * left.right, J.T * LAMBDA * J, U_ORTHONORMAL, ROOT)
    other = argument.show(right.right * right.right.T, J.T * LAMBDA * J, V_ORTHONORMAL, V_0_ORTHONORMAL, V_V0, ROOT)
    argument.show(gram.left, other.left, gram, other, because="both Gram matrices agree")
    return argument


V_V0 = Equation(V.T * V_0, zeros("q", "z"))


def transport_equations(argument: Argument, free: Expression) -> tuple[Equation, Equation, Equation]:
    """Show R₁² = Λ², R₁R₃ = 0 and R₃ᵀR₃ = C₀ᵀC₀ for R = AAᵀ, from the balance of L_A(W, S).

    Args:
        argument: The argument so far; its hypotheses include :data:`MEETS`.
        free: What stands for C₀ᵀC₀.
    """
    inside = J.T * LAMBDA * LAMBDA * J + F.T * free * F
    R = A * A.T
    outer = argument.show(R * J.T * J * R, A * A_INVERSE * inside * A_INVERSE.T * A.T, MEETS)
    whole = argument.chain(outer, argument.show(outer.right, inside, A_UNDONE), because="(20) and (22): RWᵀWR = SSᵀ")
    r1, r3 = J * R * J.T, J * R * F.T
    return (
        argument.show(r1 * r1, LAMBDA * LAMBDA, whole, *ROWS),
        argument.show(r1 * r3, zeros("q", "f"), whole, *ROWS),
        argument.show(r3.T * r3, free, whole, *ROWS),
    )


MEETS = Equation(A.T * J.T * J * A, A_INVERSE * (J.T * LAMBDA * LAMBDA * J + F.T * C_0.T * C_0 * F) * A_INVERSE.T)


def _necessary(*, free: Expression = C_0.T * C_0) -> Argument:
    """Suppose L_A(W, S) is on M_0; show that Λ has an inverse and C₀ = 0."""
    argument = Argument(ROOT, *ROWS, COMPLETE, A_UNDONE, A_UNDONE_LEFT, MEETS)
    squares, mixed, lower = transport_equations(argument, free)
    T, T_inverse = J * A, A_INVERSE * J.T
    undone = argument.show(T * T_inverse, identity("q"), A_UNDONE, *ROWS)
    root = conclude_root(argument, squares, T, undone)
    R3_ = J * A * A.T * F.T
    # R₁R₃ = 0 with R₁ = TTᵀ: tr R₃ᵀTTᵀR₃ = ‖TᵀR₃‖² = 0, and Tᵀ has a left inverse.
    kernel = argument.show_vanishing([T.T * R3_], mixed)[0]
    first = argument.show(R3_, (T * T_inverse).T * R3_, A_UNDONE, *ROWS)
    nothing = argument.chain(first, argument.show((T * T_inverse).T * R3_, zeros("q", "f"), kernel))
    gram = argument.show(C_0.T * C_0, R3_.T * R3_, lower)
    empty = argument.chain(gram, argument.show(R3_.T * R3_, zeros("f", "f"), nothing))
    argument.show_vanishing([C_0], empty, because="C₀ = 0")
    inverse = J * A_INVERSE.T * A_INVERSE * J.T
    start = argument.show(LAMBDA * inverse, T * T.T * inverse, root)
    end = argument.show(T * T.T * inverse, identity("q"), COMPLETE, nothing, A_UNDONE_LEFT, A_UNDONE, *ROWS)
    argument.chain(start, end, because="Λ is invertible")
    return argument


def _gram_matrices(*, gram: Expression = LAMBDA * LAMBDA) -> Argument:
    """Show W^TW and SS^T of (18), so that the hypothesis of the necessary part is the balance of L_A(W, S)."""
    argument = Argument(U_ORTHONORMAL, *ROWS, N_GRAM, N_KERNEL, V_0_ORTHONORMAL)
    S = J.T * N + F.T * C_0.T * V_0.T
    argument.show((U * J).T * U * J, J.T * J, U_ORTHONORMAL)
    argument.show(S * S.T, J.T * gram * J + F.T * C_0.T * C_0 * F, N_GRAM, N_KERNEL, V_0_ORTHONORMAL)
    return argument


def _theorem_a(
    *, moved: Expression = D, free: bool = False, gram: Expression = LAMBDA * LAMBDA, lower: Expression = C_0.T * C_0
) -> list[Evidence]:
    return [
        check_argument(
            lambda: _sufficient(moved=moved, free=free),
            balanced_instances(free=free),
            "A = diag(Λ^½, I) moves the point onto M_0",
            part="if",
        ),
        check_argument(
            lambda: _gram_matrices(gram=gram),
            balanced_instances(free=True, singular=True),
            "the Gram matrices of (18), Λ singular or not",
            part="Gram matrices",
        ),
        check_argument(
            lambda: _necessary(free=lower),
            balanced_instances(),
            "if the orbit meets M_0, then AAᵀ has the corner Λ, Λ has an inverse and C₀ = 0",
            part="only if",
        ),
    ]


@claim(
    "mf-landscape:theorem-3.3.a",
    kind="theorem",
    label="Theorem 3.3 (a)",
    printed=r"""Fix $\bar U\in\mathrm{St}_{m,q}$ with $XX^T\bar U=\bar U\Lambda^2$ and consider the canonical points
(18). There
exists $A\in\mathrm{GL}_k$ such that $L_A(W,S)\in\mathcal M_0$ if and only if $\Lambda^2$ is invertible and
$C_0=\mathbf0$""",
    hypotheses=[SELECTED, CANONICAL, ON_M0],
    depends_on=["mf-landscape:equation-18", "mf-landscape:section-3.3.manifold.corrected"],
    parts=["if", "Gram matrices", "only if"],
)
def theorem_3_3_a() -> list[Evidence]:
    """(If) by the transport diag(Λ^½, I). (Only if) R₁ = TTᵀ with T = [I 0]A is the positive definite root of Λ².

    The paper infers the inverse of Λ from the claim that its entries are nonzero; here it comes out: Λ = R₁. All of it
    holds for q = 0 as well, where it says that ([0], S) is on an orbit that meets M_0 iff S = 0.
    """
    return _theorem_a()


theorem_3_3_a.near_misses(
    altered(_theorem_a),
    {
        "the transport diag(Λ, I)": {"moved": LAMBDA},
        "any C₀ will do": {"free": True},
        "SSᵀ with the corner Λ": {"gram": LAMBDA},
        "R₃ᵀR₃ = 2C₀ᵀC₀": {"lower": 2 * C_0.T * C_0},
    },
)


def _turned(*, by: Expression = Q) -> Argument:
    W, S = matrix("W", "m", "k"), matrix("S", "k", "n")
    balanced = Equation(A.T * W.T * W * A, A_INVERSE * S * S.T * A_INVERSE.T)
    argument = Argument(A_UNDONE, *Q_ORTHOGONAL, balanced)
    argument.show(
        A * by * (Q.T * A_INVERSE), identity("k"), A_UNDONE, *Q_ORTHOGONAL, because="AQ has the inverse QᵀA⁻¹"
    )
    left, right = W * A * by, Q.T * A_INVERSE * S
    argument.show(left.T * left, right * right.T, balanced, because="both Gram matrices are conjugated by Q")
    return argument


def _with_point() -> Iterator[MatrixInstance]:
    for at in balanced_instances():
        yield with_values(at, W=at["U"] * at["J"], S=at["J"].transpose() * at["N"])


def _theorem_b(by: Expression) -> Evidence:
    return check_argument(
        lambda: _turned(by=by), _with_point(), "the balance of L_{AQ}(W, S) is that of L_A(W, S), turned"
    )


@claim(
    "mf-landscape:theorem-3.3.b",
    kind="theorem",
    label="Theorem 3.3 (b)",
    printed=r"If $L_A(W,S)\in\mathcal M_0$, then for each $Q\in\mathcal O_k$, $L_{AQ}(W,S)\in\mathcal M_0$",
    hypotheses=[ON_M0],
    depends_on=["mf-landscape:equation-8"],
)
def theorem_3_3_b() -> Evidence:
    """L_{AQ} = L_Q ∘ L_A, and Qᵀ(WᵀW − SSᵀ)Q vanishes with WᵀW − SSᵀ; any point (W, S) will do."""
    return _theorem_b(Q)


theorem_3_3_b.near_misses(_theorem_b, {"Q on one side and Qᵀ on the other": Q.T, "AQ² with the inverse of AQ": Q * Q})
