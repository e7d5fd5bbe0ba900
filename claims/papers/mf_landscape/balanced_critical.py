"""Corollary 3.1, equations (23) and (24): all critical points on the balanced manifold M_0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flint import fmpq_mat

from claims.checkers.landscape_points import decide_at_points
from claims.checkers.matrix_argument import check_argument
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance
from claims.evidence import Evidence
from claims.papers.mf_landscape.balanced import ON_M0, conclude_root
from claims.papers.mf_landscape.balanced_symbols import (
    D_INVERSE,
    INVERTIBLE_LAMBDA,
    LAMBDA,
    LEFT_IMAGE,
    Q_ORTHOGONAL,
    RIGHT_IMAGE,
    ROOT,
    ROOT_INVERSE,
    ROWS,
    SELECTED,
    U_ORTHONORMAL,
    V_ORTHONORMAL,
    D,
    J,
    Q,
    U,
    V,
    X,
    balanced_instances,
    with_values,
)
from claims.papers.mf_landscape.notation import gradient_value, settle, small
from claims.registry import claim
from claims.statement import Erratum
from numeric.landscape.flow import exact_balance
from numeric.landscape.objective import gradient_by_differences
from symbolic.matrix.argument import Argument, Equation
from symbolic.matrix.expression import Expression
from symbolic.matrix.symbols import identity, matrix, zeros

W_24, S_24 = U * D * J, J.T * D * V.T
KNOWN = tuple(e.relation for e in (U_ORTHONORMAL, V_ORTHONORMAL, LEFT_IMAGE, RIGHT_IMAGE, *ROWS, ROOT, *Q_ORTHOGONAL))


def _with_point(*, turned: bool = False) -> Iterator[MatrixInstance]:
    for at in balanced_instances():
        turn = at["Q"] if turned else at["Q"] * at["Q"].transpose()
        W, S = at["U"] * at["D"] * at["J"], at["J"].transpose() * at["D"] * at["V"].transpose()
        yield with_values(at, W=W * turn, S=turn.transpose() * S)


def _critical_and_balanced(W: Expression, S: Expression, *, turned: bool = False) -> list[Evidence]:
    E = W * S - X
    return settle(
        {
            "gradient, W": MatrixIdentity(E * S.T, zeros("m", "k"), KNOWN, left_value=gradient_value("W")),
            "gradient, S": MatrixIdentity(W.T * E, zeros("k", "n"), KNOWN, left_value=gradient_value("S")),
            "balance": MatrixIdentity(
                W.T * W - S * S.T, zeros("k", "k"), KNOWN, left_value=lambda at: exact_balance(at["W"], at["S"])
            ),
        },
        lambda: _with_point(turned=turned),
    )


PARTS = ["gradient, W", "gradient, S", "balance"]


# The literal reading: *the* set of critical points on M_0, for one fixed Ū.

LINE = {"W": small(1, 1, 0), "S": small(1, 1, 0), "X": small(1, 1, 1)}
OTHER = {"W": small(2, 1, 1, 0), "S": small(1, 2, 1, 0), "X": small(2, 2, 1, 0, 0, 1)}
HALF = {"W": small(2, 2, 0, 0, 0, 1), "S": small(2, 2, 0, 0, 0, 1), "X": small(2, 2, 1, 0, 0, 1)}


def _lies_on_the_suborbit(case: tuple[Mapping[str, fmpq_mat], fmpq_mat]) -> dict[str, Any] | None:
    """Return what is found at a critical point on M_0 that is not of the form (23) for the given Ū."""
    at, U_bar = case
    W, S, X_ = at["W"], at["S"], at["X"]
    if any(gradient_by_differences(W, S, X_)) or any(exact_balance(W, S).entries()):
        return None
    # On the suborbit (23) col W = col Ū.
    projected = U_bar * (U_bar.transpose() * W)
    if projected == W and W.rank() == U_bar.ncols():
        return None
    point = {name: [str(e) for e in M.entries()] for name, M in at.items()}
    words = f"a balanced critical point with rank(W) = {W.rank()} whose columns do not span those of the fixed U"
    return {"found": words, **point, "U_bar": [str(e) for e in U_bar.entries()]}


def _literally(case: tuple[Mapping[str, fmpq_mat], fmpq_mat]) -> Evidence:
    return decide_at_points(
        _lies_on_the_suborbit, [case], "every critical point on M_0 is of the form (23)", "m=n=k=1, X=1, the origin"
    )


@claim(
    "mf-landscape:corollary-3.1",
    kind="corollary",
    label="Corollary 3.1",
    printed=r"""(Under (ii) we can apply $L_{\Lambda^{1/2}}$ to map the canonical point in (18) with $C_0=\mathbf0$
to $\mathcal M_0$.)
Fix $\bar U\in\mathrm{St}_{m,q}$ with $XX^T\bar U=\bar U\Lambda^2$ and $\Lambda\in\mathrm{GL}_q$. Then the set of
critical
points on $\mathcal M_0$ is $\mathcal O\left([\bar U\Lambda^{1/2}\;\mathbf0],[\Lambda^{1/2}\bar
V^T;\mathbf0]\right)$""",
    hypotheses=[SELECTED, ON_M0],
    depends_on=["mf-landscape:theorem-3.3.a"],
    erratum=Erratum(
        "missing-hypothesis",
        "It is the set of those critical points on $\\mathcal M_0$ whose W has the columns' span of the fixed Ū: the "
        "origin is "
        "a critical point on $\\mathcal M_0$ and belongs to no such set with q ≥ 1 (X = 1, m = n = k = 1). The set "
        "of all of "
        "them is the union over Ū. Before it, $L_{\\Lambda^{1/2}}$ is q×q where a k×k matrix, diag(Λ^½, I), is needed.",
        corrected_by="mf-landscape:corollary-3.1.corrected",
    ),
)
def corollary_3_1() -> Evidence:
    """For a fixed Ū the set leaves out every critical point with another range of W."""
    return _literally((LINE, small(1, 1, 1)))


corollary_3_1.near_misses(
    _literally,
    {
        "with Ū the second singular vector only": (OTHER, small(2, 1, 0, 1)),
        "with Ū the first singular vector, k = 2": (HALF, small(2, 1, 1, 0)),
    },
)


def _only_these(*, images: int = 1) -> Argument:
    """Show that W = ŪY, S is of the form (23), from ∇J = 0 and balance; Y has the right inverse Y⁻."""
    Y, Y_i, S = matrix("Y", "q", "k"), matrix("Y_i", "k", "q"), matrix("S", "k", "n")
    W = U * Y
    full_rank = Equation(Y * Y_i, identity("q"))
    critical = Equation(Y.T * U.T * (W * S - X), zeros("k", "n"))
    balanced = Equation(S * S.T, Y.T * Y)
    argument = Argument(U_ORTHONORMAL, LEFT_IMAGE, V_ORTHONORMAL, ROOT, ROOT_INVERSE, full_rank, critical, balanced)
    # Wᵀ E = 0 is Yᵀ(YS − ŪᵀX) = 0, and Yᵀ can be cancelled.
    inner = argument.show(Y.T * (Y * S - LAMBDA * V.T), critical.left, U_ORTHONORMAL, LEFT_IMAGE)
    nothing = argument.chain(inner, critical)
    first = argument.show(Y * S - LAMBDA * V.T, (Y * Y_i).T * (Y * S - LAMBDA * V.T), full_rank)
    image = argument.chain(first, argument.show(first.right, zeros("q", "n"), nothing))
    image = argument.show(Y * S, images * LAMBDA * V.T, image, because="YS = ΛV̄ᵀ")
    # (YYᵀ)² = YSSᵀYᵀ = Λ².
    gram = argument.show(Y * S * (Y * S).T, LAMBDA * LAMBDA, image, V_ORTHONORMAL)
    squares = argument.show(Y * Y.T * Y * Y.T, Y * S * (Y * S).T, balanced)
    root = conclude_root(argument, argument.chain(squares, gram), Y, full_rank)
    rows = argument.show((D_INVERSE * Y) * (D_INVERSE * Y).T, D_INVERSE * LAMBDA * D_INVERSE, root)
    cancel = argument.show(rows.right, D_INVERSE * D * D * D_INVERSE, ROOT)
    unit = argument.show(cancel.right, identity("q"), ROOT_INVERSE)
    argument.chain(rows, cancel, unit, because="Λ^{-½}Y has orthonormal rows: Y = Λ^½[I 0]Q, W = [ŪΛ^½ 0]Q")
    # S − YᵀΛ⁻¹YS = (I − Π)S with the projector Π = YᵀΛ⁻¹Y, and SSᵀ = YᵀY lies in its range.
    weight = D_INVERSE * D_INVERSE
    rest = S - Y.T * weight * Y * S
    seven = argument.show(Y.T * weight * Y * Y.T, Y.T * weight * LAMBDA, root)
    eight = argument.show(Y.T * weight * LAMBDA, Y.T * weight * D * D, ROOT)
    nine = argument.show(Y.T * weight * D * D, Y.T, ROOT_INVERSE)
    fixed = argument.chain(seven, eight, nine)
    spread = argument.show(
        rest * rest.T,
        Y.T * Y
        - Y.T * weight * Y * Y.T * Y
        - Y.T * Y * Y.T * weight * Y
        + Y.T * weight * Y * Y.T * Y * Y.T * weight * Y,
        balanced,
    )
    zero = argument.chain(spread, argument.show(spread.right, zeros("k", "k"), fixed))
    argument.show_vanishing([rest], zero)
    last = argument.show(Y.T * weight * Y * S, Y.T * weight * LAMBDA * V.T, image)
    spread = argument.show(last.right, Y.T * weight * D * D * V.T, ROOT)
    even = argument.show(spread.right, Y.T * V.T, ROOT_INVERSE)
    argument.chain(last, spread, even, because="S = Y^TΛ^{-1}YS = Y^TV̄^T = Q^T[Λ^½V̄^T; 0]")
    return argument


def _with_factor() -> Iterator[MatrixInstance]:
    for at in _with_point(turned=True):
        Y = at["D"] * at["J"] * at["Q"]
        inverse = (at["J"] * at["Q"]).transpose() * at["D_i"]
        yield with_values(at, Y=Y, Y_i=inverse)


def _corollary(W: Expression, S: Expression, images: int = 1) -> list[Evidence]:
    return [
        *_critical_and_balanced(W, S, turned=True),
        check_argument(
            lambda: _only_these(images=images),
            _with_factor(),
            "a balanced critical point with col W = col Ū has W = ŪY, Y = Λ^½[I 0]Q and S = YᵀΛ⁻¹·ΛV̄ᵀ",
            part="no others",
        ),
    ]


TURNED = (W_24 * Q, Q.T * S_24)


@claim(
    "mf-landscape:corollary-3.1.corrected",
    kind="correction",
    label="Corollary 3.1, corrected",
    printed=r"""Fix $\bar U$ as there. The set of critical points on $\mathcal M_0$ with
$\operatorname{col}W=\operatorname{col}\bar U$ is
$\mathcal O\left([\bar U\Lambda^{1/2}\;\mathbf0],[\Lambda^{1/2}\bar V^T;\mathbf0]\right)$; the set of all critical
points on
$\mathcal M_0$ is the union of these over the $\bar U$ with $q\le\min\{k,r\}$ columns, the origin being that of
$q=0$""",
    hypotheses=[SELECTED, INVERTIBLE_LAMBDA, ON_M0],
    depends_on=["mf-landscape:theorem-3.2.converse", "mf-landscape:theorem-3.3.a"],
    parts=[*PARTS, "no others"],
)
def corollary_3_1_corrected() -> list[Evidence]:
    """Directly, without an SVD of W: YS = ΛV̄ᵀ and SSᵀ = YᵀY give (YYᵀ)² = Λ², so YYᵀ = Λ, and S = YᵀΛ⁻¹YS."""
    return _corollary(*TURNED)


corollary_3_1_corrected.near_misses(
    lambda wrong: _corollary(wrong[0], wrong[1], wrong[2]),
    {
        "Q on both factors": (W_24 * Q, Q * S_24, 1),
        "Λ in place of its root in W": (U * LAMBDA * J * Q, Q.T * S_24, 1),
        "YS = 2ΛV̄ᵀ": (*TURNED, 2),
    },
)


@claim(
    "mf-landscape:equation-23",
    kind="equation",
    label="Equation (23)",
    printed=r"""$\mathcal O\left(\begin{bmatrix}\bar U\Lambda^{1/2}&\mathbf0_{m\times(k-q)}\end{bmatrix},
\begin{bmatrix}\Lambda^{1/2}\bar V^T\\\mathbf0_{(k-q)\times n}\end{bmatrix}\right)$ consists of critical points on
$\mathcal M_0$""",
    hypotheses=[SELECTED, INVERTIBLE_LAMBDA, ON_M0],
    parts=PARTS,
)
def equation_23() -> list[Evidence]:
    """Every point L_Q of (24) is critical and balanced."""
    return _critical_and_balanced(*TURNED, turned=True)


equation_23.near_misses(
    lambda point: _critical_and_balanced(*point, turned=True),
    {
        "S turned the wrong way": (W_24 * Q, Q * S_24),
        "the whole Λ in both factors": (U * LAMBDA * J * Q, Q.T * J.T * LAMBDA * V.T),
    },
)


@claim(
    "mf-landscape:equation-24",
    kind="equation",
    label="Equation (24)",
    printed=r"""By Theorem 3.2 the behavior around these points is completely determined by that around
$(W,S)=\left(\begin{bmatrix}\bar U\Lambda^{1/2}&\mathbf0\end{bmatrix},\begin{bmatrix}\Lambda^{1/2}\bar V^T\\\mathbf0
\end{bmatrix}\right)$""",
    hypotheses=[SELECTED, INVERTIBLE_LAMBDA, ON_M0],
    depends_on=["mf-landscape:theorem-3.1.c", "mf-landscape:lemma-3.1.d"],
    parts=PARTS,
    erratum=Erratum(
        "misprint",
        "The reference should be to Theorem 3.1 (c) and Lemma 3.1: Theorem 3.2 says nothing about behavior. Also, "
        "'not maximal "
        "at p' here drops the word 'least' of Section 3.2; the bounds of Theorem 3.4 hold for any p with "
        "$\\lambda_p<\\sigma_p$.",
    ),
)
def equation_24() -> list[Evidence]:
    """The representative is critical and balanced; the suborbit carries its eigenvalues."""
    return _critical_and_balanced(W_24, S_24)


equation_24.near_misses(
    lambda point: _critical_and_balanced(*point),
    {
        "the canonical point (18) itself": (U * J, J.T * LAMBDA * V.T),
        "the inverse root in S": (W_24, J.T * D_INVERSE * V.T),
        "the second factor with the opposite sign": (W_24, -S_24),
    },
)
