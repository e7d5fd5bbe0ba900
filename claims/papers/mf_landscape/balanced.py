"""Theorem 3.3 and equations (20) to (22): which orbits of critical points meet the balanced manifold M_0."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq, fmpq_mat

from claims.checkers.matrix_argument import check_argument
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance
from claims.evidence import Evidence
from claims.papers.mf_landscape.balanced_symbols import (
    A_INVERSE,
    A_UNDONE,
    A_UNDONE_LEFT,
    C_0,
    COMPLETE,
    D_INVERSE,
    INVERTIBLE_LAMBDA,
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
    balanced_instances,
    with_values,
)
from claims.papers.mf_landscape.notation import settle
from claims.registry import claim
from claims.statement import Hypothesis
from symbolic.matrix.argument import Argument, Equation
from symbolic.matrix.expression import Expression, as_expression, identity, matrix, vector, zeros

CANONICAL = Hypothesis(
    "canonical",
    r"$(W,S)=\left([\bar U\;\mathbf0],[\Lambda\bar V^T;C_0^TV_0^T]\right)$ is of the form (18), any $m,n,k,q$",
)
ON_M0 = Hypothesis("balanced", r"$\mathcal M_0=\{(W,S):W^TW=SS^T\}$, the corrected definition")

R1, R2, R3 = matrix("R_1", "q", "q", "symmetric"), matrix("R_2", "f", "f", "symmetric"), matrix("R_3", "q", "f")
SPREAD = J.T * R1 * J + J.T * R3 * F + F.T * R3.T * J + F.T * R2 * F


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
    printed=r"""Fix $\bar U\in\mathrm{St}_{m,q}$ with $XX^T\bar U=\bar U\Lambda^2$ and consider the canonical points (18). There
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
    lambda change: _theorem_a(**change),
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

x, y = vector("x", "k"), vector("y", "f")


def _twenty(*, sign: int = 1) -> list[Evidence]:
    R = A * A.T
    r1, r2, r3 = J * R * J.T, F * R * F.T, J * R * F.T

    def definite() -> Argument:
        argument = Argument(
            A_UNDONE, *ROWS, Equation(x.T * R * x, as_expression(0)), Equation(y.T * r2 * y, as_expression(0))
        )
        for vector_, form in ((x, argument.assumed[-2]), (F.T * y, argument.assumed[-1])):
            flat = argument.show_vanishing([A.T * vector_], form)[0]
            first = argument.show(vector_, (A * A_INVERSE).T * vector_, A_UNDONE)
            zero = argument.chain(first, argument.show(first.right, zeros("k", 1), flat))
        argument.chain(argument.show(y, F * F.T * y, *ROWS), argument.show(F * F.T * y, zeros("f", 1), zero))
        return argument

    blocks = MatrixIdentity(
        J.T * r1 * J + J.T * r3 * F + sign * F.T * r3.T * J + F.T * r2 * F,
        R,
        (COMPLETE.relation, *(e.relation for e in ROWS)),
    )
    instances = lambda: _no_direction()  # noqa: E731
    return [
        *settle({"blocks": blocks}, lambda: balanced_instances(free=True)),
        check_argument(definite, instances(), "xᵀRx = 0 only for x = 0, and so for R₂", part="definite"),
    ]


def _no_direction() -> Iterator[MatrixInstance]:
    for at in balanced_instances():
        yield with_values(at, x=fmpq_mat(at.sizes["k"], 1), y=fmpq_mat(at.sizes["f"], 1))


@claim(
    "mf-landscape:equation-20",
    kind="equation",
    label="Equation (20)",
    printed=r"""For $A\in\mathrm{GL}_k$ let $R=AA^T$. Note that $R\succ\mathbf0$. Write
$R=\begin{bmatrix}R_1&R_3\\R_3^T&R_2\end{bmatrix}$""",
    hypotheses=[Hypothesis("sizes", r"$R_1\in\mathbb R^{q\times q}$, $R_2\in\mathbb R^{(k-q)\times(k-q)}$")],
    parts=["blocks", "definite"],
)
def equation_20() -> list[Evidence]:
    """R = (JᵀJ + FᵀF)R(JᵀJ + FᵀF), and xᵀRx = ‖Aᵀx‖²."""
    return _twenty()


equation_20.near_misses(
    lambda sign: _twenty(sign=sign), {"the lower corner with the opposite sign": -1, "the lower corner twice": 2}
)


def _blocks_21(*, corner: Expression) -> MatrixIdentity:
    right = J.T * R1 * R1 * J + J.T * R1 * R3 * F + F.T * R3.T * R1 * J + F.T * corner * F
    return MatrixIdentity(SPREAD * J.T * J * SPREAD, right, tuple(e.relation for e in ROWS))


def _with_blocks(*, solution: bool = False) -> Iterator[MatrixInstance]:
    for at in balanced_instances():
        q, f = at.sizes["q"], at.sizes["f"]
        second = fmpq_mat(f, f, [fmpq(4 if i == j else 0) for i in range(f) for j in range(f)])
        first, mixed = at["Lambda"], fmpq_mat(q, f)
        if not solution:
            mixed = fmpq_mat(q, f, [fmpq(i - 1) for i in range(q * f)])
        yield with_values(
            at, R_1=first, R_2=second, R_3=mixed, H=second * fmpq(1, 2), H_i=second * fmpq(1, 8), Z=_root(at)
        )


def _root(at: MatrixInstance) -> fmpq_mat:
    """Return A = diag(Λ^½, R₂^½)Q for R₂ = 4."""
    J_, F_ = at["J"], at["F"]
    return (J_.transpose() * at["D"] * J_ + F_.transpose() * F_ * 2) * at["Q"]


def _solutions() -> Argument:
    """R = diag(Λ, R₂) solves (21) and nothing else with a positive definite R₁ = TTᵀ does."""
    T, T_i = matrix("T", "q", "k"), matrix("T_i", "k", "q")
    positive = Equation(T * T_i, identity("q"))
    definition = T * T.T
    conditions = (
        Equation(definition * definition, LAMBDA * LAMBDA),
        Equation(definition * R3, zeros("q", "f")),
        Equation(R3.T * R3, zeros("f", "f")),
    )
    argument = Argument(ROOT, *ROWS, positive, *conditions)
    argument.show_vanishing([R3], conditions[2], because="R₃ᵀR₃ = 0")
    root = conclude_root(argument, conditions[0], T, positive)
    solved = J.T * LAMBDA * J + F.T * R2 * F
    argument.show(
        solved * J.T * J * solved, J.T * LAMBDA * LAMBDA * J, *ROWS, because="conversely, diag(Λ, R₂) solves (21)"
    )
    assert root.right == LAMBDA
    return argument


def _with_root() -> Iterator[MatrixInstance]:
    for at in _with_blocks(solution=True):
        yield with_values(at, T=at["D"] * at["J"], T_i=at["J"].transpose() * at["D_i"])


def _all_transports(*, half: Expression = D) -> Argument:
    """AAᵀ = diag(Λ, H²) iff A = diag(Λ^½, H)Q with Q orthogonal, and L_A(W, S) does not depend on H."""
    H, H_i, Z = matrix("H", "f", "f", "symmetric"), matrix("H_i", "f", "f", "symmetric"), matrix("Z", "k", "k")
    undone = Equation(H * H_i, identity("f"))
    undone_left = Equation(H_i * H, identity("f"))
    known = Equation(Z * Z.T, J.T * D * D * J + F.T * H * H * F)
    argument = Argument(ROOT_INVERSE, *ROWS, COMPLETE, undone, undone_left, known)
    by, back = J.T * half * J + F.T * H * F, J.T * D_INVERSE * J + F.T * H_i * F
    argument.show(by * back, identity("k"), *ROWS, ROOT_INVERSE, undone, COMPLETE)
    turn = back * Z
    shaped = argument.show(turn * turn.T, back * (J.T * D * D * J + F.T * H * H * F) * back.T, known)
    unit = argument.show(shaped.right, identity("k"), *ROWS, ROOT_INVERSE, undone, undone_left, COMPLETE)
    argument.chain(shaped, unit, because="Q = diag(Λ^½, H)⁻¹A is orthogonal")
    argument.show(U * J * by, U * half * J, *ROWS, because="WA = [ŪΛ^½ 0]Q")
    argument.show(back * J.T * D * D * V.T, J.T * half * V.T, *ROWS, ROOT_INVERSE, because="A⁻¹S = Qᵀ[Λ^½V̄ᵀ; 0]")
    return argument


def _twenty_one(*, corner: Expression = R3.T * R3, half: Expression = D) -> list[Evidence]:
    return [
        *settle({"blocks": _blocks_21(corner=corner)}, _with_blocks),
        check_argument(_solutions, _with_root(), "the solutions are R = diag(Λ, R₂)", part="solutions R"),
        check_argument(
            lambda: _all_transports(half=half),
            _with_blocks(solution=True),
            "the solutions are A = diag(Λ^½, R₂^½)Q, and R₂ plays no role in L_A(W, S)",
            part="solutions A",
        ),
    ]


@claim(
    "mf-landscape:equation-21",
    kind="equation",
    label="Equation (21)",
    printed=r"""$R\begin{bmatrix}I_q&\mathbf0\\\mathbf0&\mathbf0\end{bmatrix}R=\begin{bmatrix}R_1^2&R_1R_3\\R_3^TR_1&R_3^TR_3
\end{bmatrix}=\begin{bmatrix}\Lambda^2&\mathbf0\\\mathbf0&\mathbf0\end{bmatrix}$; the solutions are
$\{R=\operatorname{diag}(\Lambda,R_2):R_2\succ\mathbf0\}$ and
$\{A=\operatorname{diag}(\sqrt\Lambda,\sqrt{R_2})Q:Q\in\mathcal O_k\}$; $R_2$ plays no role in $L_A(W,S)$""",
    hypotheses=[SELECTED, INVERTIBLE_LAMBDA],
    depends_on=["mf-landscape:equation-20"],
    parts=["blocks", "solutions R", "solutions A"],
)
def equation_21() -> list[Evidence]:
    """R₃ = 0 from R₃ᵀR₃ = 0; R₁ = Λ as the positive definite root; A = R^½Q because R^{-½}A is orthogonal."""
    return _twenty_one()


equation_21.near_misses(
    lambda change: _twenty_one(**change),
    {"R₂² in the lower corner": {"corner": R2 * R2}, "Λ in place of its root": {"half": LAMBDA}},
)


def _twenty_two(*, corner: Expression = C_0.T * C_0) -> list[Evidence]:
    W, S = U * J, J.T * N + F.T * C_0.T * V_0.T
    rows = tuple(e.relation for e in (U_ORTHONORMAL, *ROWS, N_GRAM, N_KERNEL, V_0_ORTHONORMAL))
    made = lambda: balanced_instances(free=True, singular=True)  # noqa: E731
    return [
        *settle(
            {
                "W^T W": MatrixIdentity(W.T * W, J.T * J, rows),
                "S S^T": MatrixIdentity(S * S.T, J.T * LAMBDA * LAMBDA * J + F.T * corner * F, rows),
            },
            made,
        ),
        *settle({"blocks": _blocks_21(corner=R3.T * R3)}, _with_blocks),
    ]


@claim(
    "mf-landscape:equation-22",
    kind="equation",
    label="Equation (22)",
    printed=r"""$W^TW=\begin{bmatrix}I_q&\mathbf0\\\mathbf0&\mathbf0\end{bmatrix}$,
$SS^T=\begin{bmatrix}\Lambda^2&\mathbf0\\\mathbf0&C_0^TC_0\end{bmatrix}$, and $L_A(W,S)\in\mathcal M_0$ iff
$R\begin{bmatrix}I_q&\mathbf0\\\mathbf0&\mathbf0\end{bmatrix}R=\begin{bmatrix}R_1^2&R_1R_3\\R_3^TR_1&R_3^TR_3\end{bmatrix}
=\begin{bmatrix}\Lambda^2&\mathbf0\\\mathbf0&C_0^TC_0\end{bmatrix}$""",
    hypotheses=[SELECTED, CANONICAL],
    depends_on=["mf-landscape:equation-20"],
    parts=["W^T W", "S S^T", "blocks"],
)
def equation_22() -> list[Evidence]:
    """The mixed block ΛV̄ᵀV₀ vanishes for singular Λ too, because XV₀ = 0."""
    return _twenty_two()


equation_22.near_misses(
    lambda corner: _twenty_two(corner=corner),
    {"twice the corner": 2 * C_0.T * C_0, "no corner": zeros("f", "f")},
)
