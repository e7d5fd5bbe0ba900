"""Equations (20) to (22): the blocks of R = AAᵀ that decide whether an orbit meets the balanced manifold M_0."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flint import fmpq, fmpq_mat

from claims.checkers.matrix_argument import check_argument
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance
from claims.evidence import Evidence
from claims.papers.mf_landscape.balanced import CANONICAL, conclude_root
from claims.papers.mf_landscape.balanced_symbols import (
    A_INVERSE,
    A_UNDONE,
    C_0,
    COMPLETE,
    D_INVERSE,
    INVERTIBLE_LAMBDA,
    LAMBDA,
    N_GRAM,
    N_KERNEL,
    ROOT,
    ROOT_INVERSE,
    ROWS,
    SELECTED,
    U_ORTHONORMAL,
    V_0,
    V_0_ORTHONORMAL,
    A,
    D,
    F,
    J,
    N,
    U,
    V,
    altered,
    balanced_instances,
    with_values,
)
from claims.papers.mf_landscape.notation import settle
from claims.registry import claim
from claims.statement import Hypothesis
from symbolic.matrix.argument import Argument, Equation
from symbolic.matrix.arithmetic import as_expression
from symbolic.matrix.expression import Expression
from symbolic.matrix.symbols import identity, matrix, vector, zeros

R1, R2, R3 = matrix("R_1", "q", "q", "symmetric"), matrix("R_2", "f", "f", "symmetric"), matrix("R_3", "q", "f")
SPREAD = J.T * R1 * J + J.T * R3 * F + F.T * R3.T * J + F.T * R2 * F

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
    return [
        *settle({"blocks": blocks}, _any_transport),
        check_argument(definite, _no_direction(), "xᵀRx = 0 only for x = 0, and so for R₂", part="definite"),
    ]


def _any_transport() -> Iterator[MatrixInstance]:
    for at in balanced_instances():
        k = at.sizes["k"]
        shear = fmpq_mat(k, k, [fmpq(int(i == j) + int(i == 0) * j) for i in range(k) for j in range(k)])
        yield with_values(at, A=at["A"] * shear)


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
    conclude_root(argument, conditions[0], T, positive)
    solved = J.T * LAMBDA * J + F.T * R2 * F
    argument.show(
        solved * J.T * J * solved, J.T * LAMBDA * LAMBDA * J, *ROWS, because="conversely, diag(Λ, R₂) solves (21)"
    )
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
    altered(_twenty_one),
    {"R₂² in the lower corner": {"corner": R2 * R2}, "Λ in place of its root": {"half": LAMBDA}},
)


def _twenty_two(*, corner: Expression = C_0.T * C_0) -> list[Evidence]:
    W, S = U * J, J.T * N + F.T * C_0.T * V_0.T
    rows = tuple(e.relation for e in (U_ORTHONORMAL, *ROWS, N_GRAM, N_KERNEL, V_0_ORTHONORMAL))
    made = partial(balanced_instances, free=True, singular=True)
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
