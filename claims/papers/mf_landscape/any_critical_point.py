"""Beyond the paper: the spectrum at any critical point, from W, S and E alone, and when it is a global minimum."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly
from sympy import QQ, ring

from claims.checkers.citation import cite
from claims.checkers.landscape_points import decide_at_points, prove_polynomials_vanish
from claims.checkers.landscape_spectrum import decide_critical_spectrum
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, scalar_matrix
from claims.evidence import Evidence
from claims.papers.mf_landscape.balanced_symbols import altered
from claims.papers.mf_landscape.notation import SHAPES, S, W, X, hessian_blocks, hessian_value, settle
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.landscape.inertia import inertia
from numeric.landscape.objective import hessian_entries
from symbolic.landscape.canonical_points import canonical_point
from symbolic.landscape.critical import CriticalPoint, critical_charpoly, negative_eigenvalue_count
from symbolic.landscape.rational_svd import columns, rational_orthogonal, rational_svd
from symbolic.matrix.arithmetic import as_expression
from symbolic.matrix.expression import Expression
from symbolic.matrix.operations import inner, norm2
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import matrix, scalar, vector, zeros

CRITICAL = Hypothesis("critical", r"$E=WS-X$, $ES^T=\mathbf0$, $W^TE=\mathbf0$; $w,s$ the ranks of $W$ and $S$")
SETTINGS = (
    (2, 3, (2, 1), (1,), 4),
    (3, 2, (3, 1), (0,), 1),
    (4, 3, (2, 2, 1), (1,), 2),
    (3, 4, (2, 1), (1, 2), 2),
    (1, 2, (1,), (), 3),
    (3, 3, (3, 2, 1), (0, 2), 2),
    (2, 2, (1, 1), (0,), 1),
)


def points() -> Iterator[tuple[CriticalPoint, fmpq_mat, fmpq_mat, fmpq]]:
    """Yield critical points far from balance, each with a left-out singular pair (a, b) and its value."""
    for number, (m, n, values, chosen, k) in enumerate(SETTINGS):
        svd = rational_svd(m, n, values, twist=number + 1)
        free = (n - svd.rank, k - len(chosen))
        C_0 = fmpq_mat(*free, [fmpq(i % 2 + 1) for i in range(free[0] * free[1])])
        move = rational_orthogonal(k, number + 2)
        for i in range(k):
            move[i, i] = move[i, i] + number + 1
        moved = canonical_point(svd, chosen, k, C_0=C_0).transported(move)
        out = next(a for a in range(min(m, n)) if a not in chosen)
        yield CriticalPoint(moved.W, moved.S, svd.X), columns(svd.U, [out]), columns(svd.V, [out]), svd.value(out)


a, b, x, y = vector("a", "m"), vector("b", "n"), vector("x", "k"), vector("y", "k")
epsilon = scalar("epsilon")
PAIR = (
    Relation(W.T * a, zeros("k", 1)),
    Relation(S * b, zeros("k", 1)),
    Relation(X * b, epsilon * a),
    Relation(X.T * a, epsilon * b),
)
Y, Z = matrix("Y", "k", "k"), matrix("Z", "k", "k")
FLAT = (Relation(W * S * S.T, X * S.T), Relation(W.T * W * S, W.T * X))


def instances() -> Iterator[MatrixInstance]:
    """Yield the same points with vectors x, y and matrices Y, Z, as instances of the identities."""
    for point, left, right, value in points():
        m, n, k = point.shape
        column = [fmpq_mat(k, 1, [fmpq(i * i - j) for i in range(k)]) for j in (1, 3)]
        square = [fmpq_mat(k, k, [fmpq((i * j) % 5 - 2) for i in range(k * k)]) for j in (2, 3)]
        values = {
            "W": point.W,
            "S": point.S,
            "X": point.X,
            "a": left,
            "b": right,
            "epsilon": scalar_matrix(value),
            "x": column[0],
            "y": column[1],
            "Y": square[0],
            "Z": square[1],
        }
        values["G"], values["H"] = left * column[0].transpose(), column[1] * right.transpose()
        yield MatrixInstance({"m": m, "n": n, "k": k}, values)


def _regular_instances() -> Iterator[MatrixInstance]:
    for at in instances():
        yield MatrixInstance(at.sizes, {**at.values, "G": at["W"] * at["Y"], "H": at["Z"] * at["S"]})


def _planes(*, sign: int = -1, factor: int = 1) -> list[Evidence]:
    P, Q = S * S.T, W.T * W
    G, H = a * x.T, y * b.T
    image = hessian_blocks((W, S), (G, H))
    direction = (W * Y, Z * S)
    flat = hessian_blocks((W, S), direction)
    T = direction[0] * S + W * direction[1]
    adjoint = T * S.T * S + W * W.T * T
    found = settle(
        {
            "singular pairs, W": MatrixIdentity(
                image[0], a * (P * x + sign * epsilon * y).T, PAIR, left_value=hessian_value("W")
            ),
            "singular pairs, S": MatrixIdentity(
                image[1], (Q * y + sign * epsilon * x) * b.T, PAIR, left_value=hessian_value("S")
            ),
        },
        instances,
    )
    return found + settle(
        {
            "the rest, W": MatrixIdentity(flat[0], factor * T * S.T, FLAT, left_value=hessian_value("W")),
            "the rest, S": MatrixIdentity(flat[1], factor * W.T * T, FLAT, left_value=hessian_value("S")),
            "its squares": MatrixIdentity(T * S.T * S + W * (W.T * T), adjoint),
        },
        _regular_instances,
    )


_SIZES, m, n, k, w, s, d = ring("m,n,k,w,s,d", QQ)


def _count(*, planes: int = 2) -> Evidence:
    """Add the sizes up."""
    sums, flat, pairs = w * s, k * (w + s) - w * s, planes * k * d
    return prove_polynomials_vanish(
        {"k(m + n) less the eigenvalues listed": k * (m + n) - sums - flat - pairs - k * (m - w - d) - k * (n - s - d)},
        "nothing is missing",
        part="count",
    )


def _polynomials(closed_form: Callable[[CriticalPoint], fmpq_poly] = critical_charpoly) -> Evidence:
    return decide_critical_spectrum(
        closed_form, (point for point, *_ in points()), "critical points far from balance", part="count"
    )


LINES = ["singular pairs, W", "singular pairs, S", "the rest, W", "the rest, S", "its squares"]


def _whole(
    *,
    sign: int = -1,
    factor: int = 1,
    planes: int = 2,
    closed_form: Callable[[CriticalPoint], fmpq_poly] = critical_charpoly,
) -> list[Evidence]:
    return [*_planes(sign=sign, factor=factor), _polynomials(closed_form), _count(planes=planes)]


@claim(
    "mf-landscape:section-3.3.spectrum.any",
    kind="remark",
    label="All Hessian eigenvalues at any critical point (ours)",
    printed=r"""At every critical point, with $P=SS^T$, $Q=W^TW$, $\omega_i,\varsigma_j$ the nonzero singular values
of $W$ and $S$, and
$\varepsilon_1,\dots,\varepsilon_d$, $d=\min\{m-w,n-s\}$, the singular values of $E:\ker
S\to(\operatorname{col}W)^\perp$, the
eigenvalues of $\nabla^2J(W,S)$ are: $\omega_i^2+\varsigma_j^2$, and $0$ a further $k(w+s)-ws$ times; those of
$\begin{bmatrix}P&-\varepsilon_iI\\-\varepsilon_iI&Q\end{bmatrix}$, $i\le d$; those of $P$, $m-w-d$ times, and of
$Q$, $n-s-d$ times""",
    hypotheses=[SHAPES, CRITICAL],
    depends_on=["mf-landscape:equation-5", "mf-landscape:equation-7"],
    parts=[*LINES, "count"],
)
def any_critical_point() -> list[Evidence]:
    """No SVD of X is needed: (G, H) = (axᵀ, ybᵀ) for a singular pair of E, and (WY, ZS) where ∇²J = T*T.

    T(G, H) = GS + WH maps onto col W ⊗ row S, where TT*Z = ZSᵀS + WWᵀZ has the eigenvalues ω² + ς².
    """
    return _whole()


any_critical_point.near_misses(
    altered(_whole),
    {
        "+ε in the blocks": {"sign": 1},
        "twice T*T": {"factor": 2},
        "one eigenvalue for each singular pair": {"planes": 1},
        "a constant term that is off": {
            "closed_form": lambda point: critical_charpoly(point) + fmpq_poly([1]),
        },
    },
)

# The dichotomy. u, v: with x = Wᵀu, the form of the block M(τ) is a sum of two nonnegative terms.
u, v = vector("u", "m"), vector("v", "n")
tau, step = scalar("tau"), scalar("t")
TOP = (
    Relation(W * S * v, tau * u),
    Relation(S.T * W.T * u, tau * v),
    Relation(u.T * u, as_expression(1)),
    Relation(v.T * v, as_expression(1)),
)


def block_form(x_: Expression, y_: Expression, value: Expression) -> Expression:
    """Return the quadratic form of M(ε): ‖Sᵀx‖² + ‖Wy‖² − 2εxᵀy, which is D²J along (axᵀ, ybᵀ)."""
    return norm2(S.T * x_) + norm2(W * y_) - 2 * value * inner(x_, y_)


def _dichotomy(*, sign: int = -1, half: int = 1) -> list[Evidence]:
    X_, Y_ = W.T * u, S * v
    found = settle(
        {
            "ε ≤ σ_k: no negative direction": MatrixIdentity(
                block_form(W.T * u, y, tau),
                (norm2(S.T * W.T * u) + sign * tau**2 * norm2(u)) + norm2(tau * u - W * y),
            )
        },
        with_vectors,
    )
    found += settle(
        {
            "ε > σ_k > 0: a negative direction": MatrixIdentity(
                block_form(X_, Y_, epsilon), 2 * half * tau * (tau - epsilon), TOP
            )
        },
        with_top_pair,
    )
    found += settle(
        {
            "σ_k = 0, Sᵀx = 0": MatrixIdentity(
                block_form(x, step * x, epsilon),
                half * step * (step * norm2(W * x) - 2 * epsilon * norm2(x)),
                (Relation(S.T * x, zeros("n", 1)),),
            )
        },
        _with_kernel,
    )
    found += settle(
        {
            "orthogonal parts, rows": MatrixIdentity(W * S * E.T, zeros("m", "m"), ORTHOGONAL),
            "orthogonal parts, columns": MatrixIdentity((W * S).T * E, zeros("n", "n"), ORTHOGONAL),
            "value": MatrixIdentity(norm2(W * S - E), norm2(W * S) - sign * norm2(E), ORTHOGONAL),
        },
        _with_residual,
    )
    return found


E = matrix("E", "m", "n")
ORTHOGONAL = (Relation(E * S.T, zeros("m", "k")), Relation(W.T * E, zeros("k", "n")))


def _with_residual() -> Iterator[MatrixInstance]:
    for at in instances():
        yield MatrixInstance(at.sizes, {**at.values, "E": at["W"] * at["S"] - at["X"]})


def with_vectors() -> Iterator[MatrixInstance]:
    """Yield the instances with a vector u and a number τ beside them."""
    for at in instances():
        rows = at.sizes["m"]
        yield MatrixInstance(
            at.sizes,
            {**at.values, "u": fmpq_mat(rows, 1, [fmpq(i + 1) for i in range(rows)]), "tau": at["epsilon"] * 2},
        )


def with_top_pair() -> Iterator[MatrixInstance]:
    """Yield points whose WS carries the selected pairs of X: (u, v) the least selected one."""
    for (m_, n_, values, chosen, k_), at, number in zip(SETTINGS, instances(), range(len(SETTINGS)), strict=True):
        svd = rational_svd(m_, n_, values, twist=number + 1)
        carried = [i for i in chosen if svd.value(i) != 0]
        if len(carried) == k_:
            i = carried[-1]
            extra = {"u": columns(svd.U, [i]), "v": columns(svd.V, [i]), "tau": scalar_matrix(svd.value(i))}
            yield MatrixInstance(at.sizes, {**at.values, **extra})
    yield MatrixInstance(
        {"m": 2, "n": 3, "k": 1},
        {
            "W": fmpq_mat(2, 1, [2, 0]),
            "S": fmpq_mat(1, 3, [1, 0, 0]),
            "u": fmpq_mat(2, 1, [1, 0]),
            "v": fmpq_mat(3, 1, [1, 0, 0]),
            "tau": scalar_matrix(fmpq(2)),
            "epsilon": scalar_matrix(fmpq(5)),
        },
    )


def _with_kernel() -> Iterator[MatrixInstance]:
    for m_, n_, k_ in ((2, 4, 3), (3, 2, 2)):
        values = {
            "W": fmpq_mat(m_, k_, [fmpq(i % 3) for i in range(m_ * k_)]),
            "S": fmpq_mat(k_, n_),
            "x": fmpq_mat(k_, 1, [fmpq(0)] * (k_ - 1) + [fmpq(2)]),
            "epsilon": scalar_matrix(fmpq(3)),
            "t": scalar_matrix(fmpq(1, 7)),
        }
        values["S"][0, 0] = fmpq(5)
        yield MatrixInstance({"m": m_, "n": n_, "k": k_}, values)


@claim(
    "mf-landscape:section-3.2.saddles.criterion",
    kind="remark",
    label="A global minimum or a strict saddle, without an SVD of X (ours)",
    printed=r"""A critical point is a global minimum if $\|E\|_2\le\sigma_k(WS)$ ($\sigma_k=0$ for $k>\min\{m,n\}$)
and otherwise a strict
saddle, with $\lambda_{\min}(\nabla^2J)=\lambda_{\min}\begin{bmatrix}P&-\|E\|_2I\\-\|E\|_2I&Q\end{bmatrix}<0$""",
    hypotheses=[SHAPES, CRITICAL],
    depends_on=["mf-landscape:section-3.3.spectrum.any", "mf-landscape:eckart-young"],
    parts=[
        "ε ≤ σ_k: no negative direction",
        "ε > σ_k > 0: a negative direction",
        "σ_k = 0, Sᵀx = 0",
        "orthogonal parts, rows",
        "orthogonal parts, columns",
        "value",
    ],
)
def criterion() -> list[Evidence]:
    """The block's form decides. If σ_k > 0 then W has rank k and every x is Wᵀu with u in col W = col WS.

    There ‖(WS)ᵀu‖ ≥ σ_k‖u‖, so the form is ≥ 0 for ε ≤ σ_k; at x = Wᵀu, y = Sv with WSv = σ_k u it is 2σ_k(σ_k − ε).
    If σ_k = 0,
    then W or Sᵀ has a kernel vector x; S^Tx = 0 makes (x, tx) negative for small t (the other case by
    transposition). WS and
    −E have orthogonal row and column spaces, so X has the singular values of both: if ‖E‖₂ ≤ σ_k(WS), WS carries the
    k largest.
    """
    return _dichotomy()


criterion.near_misses(
    altered(_dichotomy),
    {"the sign of τ²‖u‖² flipped": {"sign": 1}, "the form halved": {"half": 2}},
)


def _miscounts(count: Callable[[CriticalPoint], int]) -> Callable[[CriticalPoint], Mapping[str, Any] | None]:
    def failure(point: CriticalPoint) -> Mapping[str, Any] | None:
        exact = inertia(hessian_entries(point.W, point.S, point.X)).negative
        found = count(point)
        return None if found == exact else {"found": f"{found} counted, {exact} there are", "shape": list(point.shape)}

    return failure


def _negative(count: Callable[[CriticalPoint], int]) -> list[Evidence]:
    return [
        decide_at_points(
            _miscounts(count),
            [point for point, *_ in points()],
            "the count is the number of negative eigenvalues of the exact Hessian",
            "critical points far from balance, k > r, m ≠ n, ties and C_0 ≠ 0 among them",
        ),
        cite(
            "two positive semidefinite matrices P, Q have an invertible T with TᵀPT and T⁻¹QT⁻ᵀ diagonal, which "
            "splits the "
            "block into planes of determinant σ_j² − ε_i²",
            "contragredient diagonalization; Horn and Johnson, Matrix Analysis, 4.5",
            lambda at: _miscounts(count)(CriticalPoint(at["W"], at["S"], at["X"])) is None,
            instances(),
        ),
    ]


@claim(
    "mf-landscape:section-3.3.spectrum.negative",
    kind="remark",
    label="The number of negative eigenvalues at any critical point (ours)",
    printed=r"$\nabla^2J(W,S)$ has $\#\{(i,j):j\le k,\;\sigma_j(WS)<\varepsilon_i\}$ negative eigenvalues",
    hypotheses=[SHAPES, CRITICAL],
    depends_on=["mf-landscape:section-3.3.spectrum.any"],
)
def negative() -> list[Evidence]:
    """Exact on the points tried; for all dimensions it rests on the diagonalization that is cited."""
    return _negative(negative_eigenvalue_count)


negative.near_misses(
    _negative,
    {
        "one fewer": lambda point: max(negative_eigenvalue_count(point) - 1, 0),
        "k for each positive singular value of E": lambda point: point.shape[2] * int(point.E.rank()),
    },
)
