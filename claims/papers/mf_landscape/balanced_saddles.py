"""Theorem 3.4, equations (25) and (26): the least eigenvalue at the strict saddles on M_0."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flint import fmpq, fmpq_mat
from sympy import QQ, ring

from claims.checkers.landscape_points import prove_infeasible
from claims.checkers.landscape_spectrum import BalancedCase
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, scalar_matrix
from claims.evidence import Evidence
from claims.papers.mf_landscape import balanced_symbols as letters
from claims.papers.mf_landscape.balanced_bounds import bound_holds, printed_bound
from claims.papers.mf_landscape.balanced_critical import S_24, W_24
from claims.papers.mf_landscape.balanced_symbols import INVERTIBLE_LAMBDA, LEFT_OUT, SELECTED, altered
from claims.papers.mf_landscape.notation import (
    S,
    W,
    X,
    hessian_blocks,
    hessian_value,
    second,
    second_by_differences,
    settle,
)
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from symbolic.landscape.canonical_points import balanced_point
from symbolic.landscape.rational_svd import columns, identity, rational_svd
from symbolic.matrix.arithmetic import as_expression
from symbolic.matrix.expression import Expression
from symbolic.matrix.operations import norm2
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import identity as eye
from symbolic.matrix.symbols import matrix, scalar, vector, zeros

# A singular pair (u, v) of value σ left out, and a unit vector e with SSᵀe = WᵀWe = λe. At (24) e is the unit vector
# e_j of a selected direction (λ = λ_j) or of an unused column (λ = 0).
u, v, e = vector("u", "m"), vector("v", "n"), vector("e", "k")
sigma, mu = scalar("sigma"), scalar("lambda")
ESCAPE = (u * e.T, e * v.T)
UNIT = tuple(Relation(a.T * a, as_expression(1)) for a in (u, v, e))
LEFT_OUT_PAIR = (
    Relation(W.T * u, zeros("k", 1)),
    Relation(S * v, zeros("k", 1)),
    Relation(X * v, sigma * u),
    Relation(X.T * u, sigma * v),
    Relation(S * S.T * e, mu * e),
    Relation(W.T * W * e, mu * e),
    *UNIT,
)

CASES = (
    BalancedCase(2, 3, (4, 1), 1, (1,)),
    BalancedCase(4, 3, (4, 4, 1), 2, (0, 2)),
    BalancedCase(3, 2, (9, 4), 4, (1,)),
    BalancedCase(2, 3, (9, 4), 4, (0,)),
    BalancedCase(1, 2, (4,), 3, ()),
    BalancedCase(1, 1, (1,), 1, ()),
    BalancedCase(3, 3, (4, 1, 1), 2, (0, 1)),
)


def escape_instances(wanted: Callable[[BalancedCase], bool] = lambda _: True) -> Iterator[MatrixInstance]:
    """Yield the balanced points of the cases with the largest value left out and e for the last of the k columns."""
    for case in CASES:
        if wanted(case):
            left_out = next(a for a in range(len(case.sigma)) if a not in case.selection)
            yield escape_instance(case, left_out, case.k - 1)


def escape_instance(case: BalancedCase, outer: int, inner: int) -> MatrixInstance:
    """Return the balanced point with u, v of index ``outer`` and e the unit vector of index ``inner``."""
    svd = case.svd
    point = balanced_point(svd, case.selection, case.k)
    unit = columns(identity(case.k), [inner])
    gram = point.S * point.S.transpose()
    values = {
        "W": point.W,
        "S": point.S,
        "X": svd.X,
        "u": columns(svd.U, [outer]),
        "v": columns(svd.V, [outer]),
        "e": unit,
        "sigma": scalar_matrix(svd.value(outer)),
        "lambda": scalar_matrix(gram[inner, inner]),
    }
    values["G"], values["H"] = values["u"] * unit.transpose(), unit * values["v"].transpose()
    return MatrixInstance({"m": case.m, "n": case.n, "k": case.k}, values)


def escape_evidence(
    value: Expression,
    instances: Callable[[], Iterator[MatrixInstance]],
    relations: tuple[Relation, ...] = LEFT_OUT_PAIR,
) -> list[Evidence]:
    """Return evidence that (ueᵀ, evᵀ) is an eigenvector of ∇²J of the given value, of squared norm 2.

    The Hessian map and D²J are compared with values found by differences of the objective.
    """
    image = hessian_blocks((W, S), ESCAPE)
    return settle(
        {
            "eigenvector, W": MatrixIdentity(image[0], value * ESCAPE[0], relations, left_value=hessian_value("W")),
            "eigenvector, S": MatrixIdentity(image[1], value * ESCAPE[1], relations, left_value=hessian_value("S")),
            "curvature": MatrixIdentity(second((W, S), ESCAPE), 2 * value, relations, left_value=second_by_differences),
            "norm": MatrixIdentity(norm2(ESCAPE[0]) + norm2(ESCAPE[1]), as_expression(2), relations),
        },
        instances,
    )


ESCAPE_PARTS = ["eigenvector, W", "eigenvector, S", "curvature", "norm"]

# Counting: p, q, k, r as in the text; c counts the selected values that are at least a given value.
_COUNTS, c, p, q, r, t = ring("c,p,q,r,t", QQ)


def left_out_before_p(*, needed: int = 1) -> Evidence:
    """Not maximal at p: not all of u_1, …, u_p are selected, so some u_a with σ_a ≥ σ_p is left out."""
    return prove_infeasible(
        {
            "if u_1, …, u_p are all selected, p selected values are at least σ_p": c - p,
            "λ_p < σ_p and λ decreases: at most p − 1 selected values are at least σ_p": p - needed - c,
        },
        {
            "if u_1, …, u_p are all selected, p selected values are at least σ_p": 1,
            "λ_p < σ_p and λ decreases: at most p − 1 selected values are at least σ_p": 1,
        },
        "a singular pair of value at least σ_p is left out",
        part="left out",
    )


def left_out_up_to_q(*, needed: int = 1) -> Evidence:
    """Only q are selected: not all of u_1, …, u_{q+1} are."""
    return prove_infeasible(
        {
            "if u_1, …, u_{q+1} are all selected, at least q + 1 are": c - (q + needed),
            "only q are selected": q - c,
        },
        {"if u_1, …, u_{q+1} are all selected, at least q + 1 are": 1, "only q are selected": 1},
        "a singular pair of value at least σ_{q+1} is left out",
        part="left out, maximal",
    )


def _all_selected(*, needed: int = 1) -> Evidence:
    """If q = r every nonzero value is selected and the point is maximal."""
    return prove_infeasible(
        {"a nonzero value is left out beside the q selected ones": r - q - needed, "q = r": q - r},
        {"a nonzero value is left out beside the q selected ones": 1, "q = r": 1},
        "a point with q = r is maximal, so one that is not has q = k",
        part="q = k",
    )


U1, V1, L1 = matrix("U_1", "m", "p"), matrix("V_1", "n", "p"), matrix("Sigma_1", "p", "p", "diagonal")


def _value(*, half: int = 2) -> Evidence:
    """J at (24) is half the sum of the squares left out; by Eckart and Young no rank-k product has less."""
    rest = U1 * L1 * V1.T
    orthonormal = (
        Relation(U1.T * U1, eye("p")),
        Relation(V1.T * V1, eye("p")),
        *(known.relation for known in (letters.ROOT, *letters.ROWS)),
    )

    def instances() -> Iterator[MatrixInstance]:
        for number, (case, at) in enumerate(zip(letters.SELECTIONS, letters.balanced_instances(), strict=True)):
            svd = rational_svd(case.m, case.n, case.sigma, twist=number)
            out = [a for a in range(svd.rank) if a not in case.chosen]
            values = [svd.value(a) if i == j else fmpq(0) for i, a in enumerate(out) for j in range(len(out))]
            sizes = {**at.sizes, "p": len(out)}
            made = letters.with_values(
                at, U_1=columns(svd.U, out), V_1=columns(svd.V, out), Sigma_1=fmpq_mat(len(out), len(out), values)
            )
            yield MatrixInstance(sizes, made.values)

    X_ = letters.U * letters.LAMBDA * letters.V.T + rest
    found = settle({"value": MatrixIdentity(norm2(W_24 * S_24 - X_) / 2, norm2(L1) / half, orthonormal)}, instances)
    return found[0]


def _theorem_a(
    *,
    value: Expression = mu - sigma,
    needed: int = 1,
    half: int = 2,
    bound: Callable[[BalancedCase], fmpq | None] = printed_bound,
) -> list[Evidence]:
    return [
        _value(half=half),
        *escape_evidence(value, escape_instances),
        left_out_before_p(needed=needed),
        _all_selected(needed=needed),
        bound_holds(bound, full=True, part="value"),
    ]


BALANCED = Hypothesis("balanced point", r"$(W,S)$ is the critical point (24)")


@claim(
    "mf-landscape:theorem-3.4.a",
    kind="theorem",
    label="Theorem 3.4 (a)",
    printed=r"""For $q=\min\{k,r\}$, if $(W,S)$ is maximal, it is a global minimum. If it is not maximal at $p$,
$q=k$ and
$(W,S)$ is a strict saddle with $\lambda_{\min}(\nabla^2J(W,S))\le-(\sigma_p-\lambda_k)$""",
    hypotheses=[SELECTED, INVERTIBLE_LAMBDA, BALANCED],
    depends_on=["mf-landscape:equation-24", "mf-landscape:equation-6", "mf-landscape:eckart-young"],
    parts=["value", *ESCAPE_PARTS, "left out", "q = k"],
    erratum=Erratum(
        "proof-gap",
        "The proof takes u_p for an eigenvector that is not a column of Ū, which fails when σ_p is repeated and u_p is "
        "selected: then another pair of value at least σ_p is left out and must be used. Also, its middle display "
        "loses a "
        "factor ½. The statement is true, with equality.",
        corrected_by="mf-landscape:theorem-3.4.equality",
    ),
)
def theorem_3_4_a() -> list[Evidence]:
    """J = ½Σσ² over the values left out: the least possible if q = k (Eckart and Young), zero if q = r.

    Otherwise (ueᵀ, evᵀ) with a left-out pair of value σ ≥ σ_p and e = e_k is an eigenvector of value λ_k − σ, and
    σ ≥ σ_p > λ_p ≥ λ_k.
    """
    return _theorem_a()


theorem_3_4_a.near_misses(
    altered(_theorem_a),
    {
        "the sum λ_k + σ_p in place of the difference": {"value": mu + sigma},
        "the sum of squares without its half": {"half": 1},
        "a pair is left out with nothing needed": {"needed": 0},
        "a gap twice as large": {"bound": lambda case: None if (b := printed_bound(case)) is None else 2 * b},
    },
)


def _is_low(at: BalancedCase) -> bool:
    return len(at.selection) < at.k


def _theorem_b(
    *, value: Expression = -sigma, needed: int = 1, bound: Callable[[BalancedCase], fmpq | None] = printed_bound
) -> list[Evidence]:
    return [
        *escape_evidence(value, lambda: escape_instances(_is_low), UNUSED),
        left_out_before_p(needed=needed),
        left_out_up_to_q(needed=needed),
        bound_holds(bound, full=False, part="left out"),
    ]


UNUSED = (*LEFT_OUT_PAIR[:4], Relation(S.T * e, zeros("n", 1)), Relation(W * e, zeros("m", 1)), *UNIT)


@claim(
    "mf-landscape:theorem-3.4.b",
    kind="theorem",
    label="Theorem 3.4 (b)",
    printed=r"""For $q<\min\{k,r\}$, $(W,S)$ is a strict saddle with $\lambda_{\min}(\nabla^2J(W,S))\le-\sigma_{q+1}$
if it is
maximal, and $\le-\sigma_p$ if it is not maximal at $p$""",
    hypotheses=[SELECTED, INVERTIBLE_LAMBDA, BALANCED],
    depends_on=["mf-landscape:equation-24", "mf-landscape:equation-6"],
    parts=[*ESCAPE_PARTS, "left out", "left out, maximal"],
    erratum=Erratum(
        "proof-gap",
        "Cases (ii) and (iii) of the proof assume q < min{k, r − 1} and leave out q = r − 1 < k; and they use u_p, "
        "u_{q+1} "
        "as if these could not be columns of Ū, which repeated values allow. The statement is true, with equality.",
        corrected_by="mf-landscape:theorem-3.4.equality",
    ),
)
def theorem_3_4_b() -> list[Evidence]:
    """With e the unit vector of an unused column (q + 1 ≤ k), We = 0 and Sᵀe = 0, a left-out pair gives −σ.

    q = 0 is included: W = 0 and S = 0 are then used by no direction, and a pair of value σ_1 is left out.
    """
    return _theorem_b()


theorem_3_4_b.near_misses(
    altered(_theorem_b),
    {
        "the positive eigenvalue": {"value": sigma},
        "half of the eigenvalue": {"value": -sigma / 2},
        "a pair is left out with nothing needed": {"needed": 0},
    },
)


def _origin(value: Expression) -> list[Evidence]:
    origin = (*LEFT_OUT_PAIR[2:4], Relation(W, zeros("m", "k")), Relation(S, zeros("k", "n")), *UNIT)
    return escape_evidence(value, lambda: escape_instances(lambda case: not case.selection), origin)


@claim(
    "mf-landscape:equation-25",
    kind="equation",
    label="Equation (25)",
    printed=r"""$D^2J(\mathbf0,\mathbf0)[(G_{1,1},H_{1,1})]=-2\sigma_1$,
$\lambda_{\min}(\nabla^2J(\mathbf0,\mathbf0))\le-\sigma_1$""",
    hypotheses=[Hypothesis("nonzero", r"$r\ge1$; $Xv_1=\sigma_1u_1$, $X^Tu_1=\sigma_1v_1$")],
    depends_on=["mf-landscape:equation-6"],
    parts=ESCAPE_PARTS,
)
def equation_25() -> list[Evidence]:
    """The direction is an eigenvector of value −σ_1; by the spectrum at q = 0 it is the least one."""
    return _origin(-sigma)


equation_25.near_misses(_origin, {"twice the value": -2 * sigma, "the opposite sign": sigma})


def _direction(value: Expression) -> list[Evidence]:
    image = hessian_blocks((W, S), ESCAPE)
    return settle(
        {
            "W": MatrixIdentity(image[0], value * ESCAPE[0], UNUSED, left_value=hessian_value("W")),
            "S": MatrixIdentity(image[1], value * ESCAPE[1], UNUSED, left_value=hessian_value("S")),
            "curvature": MatrixIdentity(second((W, S), ESCAPE), 2 * value, UNUSED, left_value=second_by_differences),
        },
        lambda: escape_instances(_is_low),
    ) + settle(
        {
            "if u_p is selected": MatrixIdentity(
                second((W, S), ESCAPE), as_expression(0), CAUGHT, left_value=second_by_differences
            )
        },
        _caught,
    )


CAUGHT = (
    Relation(S.T * e, zeros("n", 1)),
    Relation(W * e, zeros("m", 1)),
    Relation((W * S - X) * v, zeros("m", 1)),
)


def _caught() -> Iterator[MatrixInstance]:
    for case, outer in ((CASES[2], 1), (CASES[3], 0), (BalancedCase(2, 2, (1, 1), 3, (1,)), 1)):
        yield escape_instance(case, outer, case.k - 1)


@claim(
    "mf-landscape:equation-26",
    kind="equation",
    label="Equation (26)",
    printed=r"""$(G_{p,q+1},H_{q+1,p})=(u_p\mathbf e_{q+1}^T,\mathbf e_{q+1}v_p^T)$, along which $D^2J=-2\sigma_p$""",
    hypotheses=[SELECTED, BALANCED, Hypothesis("room", r"$q<k$"), LEFT_OUT],
    depends_on=["mf-landscape:equation-6"],
    parts=["W", "S", "curvature", "if u_p is selected"],
)
def equation_26() -> list[Evidence]:
    """If u_p is left out the direction is an eigenvector of value −σ_p; if it is selected, D²J vanishes along it."""
    return _direction(-sigma)


equation_26.near_misses(_direction, {"twice the curvature": -2 * sigma, "the opposite sign": sigma})
