"""Section 4, "arbitrarily close to zero": exactly when strict saddles have least eigenvalues near zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat
from sympy import QQ, ring

from claims.checkers.landscape_points import (
    decide_at_points,
    prove_eventually_positive,
    prove_infeasible,
    prove_polynomials_vanish,
)
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance
from claims.evidence import Evidence
from claims.papers.mf_landscape.any_critical_point import PAIR, a, b, epsilon, instances, x
from claims.papers.mf_landscape.balanced_symbols import altered
from claims.papers.mf_landscape.notation import SHAPES, G, H, S, W, X, hessian_blocks, second, settle
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.landscape.inertia import inertia
from numeric.landscape.objective import gradient_by_differences, hessian_by_differences, hessian_entries
from symbolic.landscape.flattening import flat_saddle, has_flat_saddles
from symbolic.landscape.rational_svd import identity, rational_svd
from symbolic.matrix.operations import inner, norm2
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import zeros


@dataclass(frozen=True)
class Problem:
    """A matrix X by shape and singular values, k, and some of its strict saddles as (W, S)."""

    m: int
    n: int
    sigma: tuple[int, ...]
    k: int
    saddles: tuple[tuple[fmpq_mat, fmpq_mat], ...] = ()

    @property
    def X(self) -> fmpq_mat:
        """Return the diagonal matrix of the singular values."""
        return rational_svd(self.m, self.n, self.sigma, twist=0).X


def _stays_away(problem: Problem) -> Mapping[str, Any] | None:
    """Return why no strict saddle comes near zero, where k > m + n − 2 gives it, with the exact Hessians of some."""
    if problem.k <= problem.m + problem.n - 2:
        return None
    smallest = fmpq(min(problem.sigma))
    least = []
    for W_, S_ in problem.saddles:
        hessian = hessian_by_differences(W_, S_, problem.X)
        shifted = inertia(hessian + identity(hessian.nrows()) * smallest)
        if any(gradient_by_differences(W_, S_, problem.X)) or shifted.negative + shifted.zero == 0:
            return None
        least.append(str(hessian.charpoly()))
    words = f"every strict saddle has rank(W) + rank(S) < k, hence a least eigenvalue at most -{smallest}"
    return {
        "found": words,
        "m": problem.m,
        "n": problem.n,
        "k": problem.k,
        "singular_values": list(problem.sigma),
        "characteristic_polynomials": least,
    }


def _column(c: int) -> tuple[fmpq_mat, fmpq_mat]:
    return fmpq_mat(1, 2), fmpq_mat(2, 2, [0, c, 0, 2 * c])


LINE = Problem(1, 1, (1,), 1, ((fmpq_mat(1, 1), fmpq_mat(1, 1)),))
WIDE = Problem(1, 2, (1,), 2, tuple(_column(c) for c in (0, 1, 100, 10**6)))
SQUARE = Problem(2, 2, (3, 2), 3, ((fmpq_mat(2, 3), fmpq_mat(3, 2)),))


def _printed(problem: Problem) -> Evidence:
    scope = f"m={problem.m}, n={problem.n}, k={problem.k}, singular values {problem.sigma}"
    return decide_at_points(_stays_away, [problem], "strict saddles come arbitrarily close to zero", scope)


@claim(
    "mf-landscape:section-4.zero",
    kind="section",
    label="Section 4, close to zero",
    printed=r"""All critical points are either global minima or (strict) saddles. However, the minimum eigenvalue of
the Hessian map
over the strict saddle points is arbitrarily close to zero""",
    hypotheses=[SHAPES],
    depends_on=["mf-landscape:section-4.zero.corrected"],
    erratum=Erratum(
        "missing-hypothesis",
        "It needs k ≤ m + n − 2 (and more for k = 1): with m = 1, n = 2, k = 2, X = (1 0), inside the paper's m < n, "
        "the strict "
        "saddles are W = 0, S = c(0 1), and all have λ_min = −1, for every c; with m = n = k = 1, X = 1 the only one "
        "is the origin.",
        corrected_by="mf-landscape:section-4.zero.corrected",
    ),
)
def zero() -> Evidence:
    """If rank(W) + rank(S) < k some x ≠ 0 has Wx = 0 and Sᵀx = 0, and (axᵀ, xbᵀ) shows −‖E‖₂."""
    return _printed(WIDE)


zero.near_misses(_printed, {"for the scalar problem": LINE, "for a square matrix with k = 3": SQUARE})

KERNEL = (*PAIR, Relation(W * x, zeros("m", 1)), Relation(S.T * x, zeros("n", 1)))


def _in_both_kernels() -> Iterator[MatrixInstance]:
    for at in instances():
        m, n, k = (at.sizes[name] for name in ("m", "n", "k"))
        # One more column in W and row in S: the new index is in both kernels.
        wide = fmpq_mat(m, k + 1, [e for i in range(m) for e in (*(at["W"][i, j] for j in range(k)), fmpq(0))])
        tall = fmpq_mat(k + 1, n, [*at["S"].entries(), *([fmpq(0)] * n)])
        unit = fmpq_mat(k + 1, 1, [fmpq(int(i == k)) for i in range(k + 1)])
        values = {**at.values, "W": wide, "S": tall, "x": unit}
        values |= {"G": at["a"] * unit.transpose(), "H": unit * at["b"].transpose()}
        yield MatrixInstance({"m": m, "n": n, "k": k + 1}, values)


def _common_kernel(*, sign: int = -1, needed: int = 1) -> list[Evidence]:
    image = hessian_blocks((W, S), (a * x.T, x * b.T))
    E = W * S - X
    found = settle(
        {
            "eigenvector, W": MatrixIdentity(image[0], sign * epsilon * (a * x.T), KERNEL),
            "eigenvector, S": MatrixIdentity(image[1], sign * epsilon * (x * b.T), KERNEL),
            "never below": MatrixIdentity(second((W, S), (G, H)), norm2(G * S + W * H) - 2 * sign * inner(E, G * H)),
        },
        _in_both_kernels,
    )
    _, w, s, m, n, k = ring("w,s,m,n,k", QQ)
    constraints = {
        "rank(W) ≤ m − 1, for a column of (col W)^⊥ carries E": m - needed - w,
        "rank(S) ≤ n − 1, for a vector of ker S does": n - needed - s,
        "no common kernel: rank(W) + rank(S) ≥ k": w + s - k,
        "k ≥ m + n − 1": k - m - n + 1,
    }
    shows = "k > m + n - 2 leaves a common kernel vector of W and S^T at every strict saddle"
    return [*found, prove_infeasible(constraints, dict.fromkeys(constraints, 1), shows, part="ranks")]


_FLAT, T, lam, eps = ring("T,lambda,epsilon", QQ)


def _blocks(*, shear: int = 1) -> list[Evidence]:
    """Make the blocks of T³M + T² from A, and their leading minors: P = A⁻¹diag(λ², 0)A⁻ᵀ, Q = Aᵀdiag(1, 0)A."""
    one, none = _FLAT(1), _FLAT(0)
    minors = {}
    # 1×1 pieces: A = T on an index of W, 1/T on an index of S; entries times T², then T for the shift 1/T.
    for name, p, q in (("both", lam**2, T**4), ("left", none, T**4), ("right", T**4, none)):
        minors[f"{name}, det"] = (p + T) * (q + T) - eps**2 * T**4
        minors[f"{name}, corner"] = p + T
    # An index of both joined to an idle one: A = [[1, T], [T, 1 + T²]], of determinant 1.
    A = [[one, T], [T, 1 + T**2]]
    inverse = [[1 + T**2, -shear * T], [-T, one]]
    Q = [[A[0][i] * A[0][j] for j in range(2)] for i in range(2)]
    P = [[lam**2 * inverse[i][0] * inverse[j][0] for j in range(2)] for i in range(2)]
    shift = [[one * int(i == j) for j in range(2)] for i in range(2)]
    M = [
        [T * P[i][j] + shift[i][j] for j in range(2)] + [-eps * T * shift[i][j] for j in range(2)] for i in range(2)
    ] + [[-eps * T * shift[i][j] for j in range(2)] + [T * Q[i][j] + shift[i][j] for j in range(2)] for i in range(2)]
    unit = [[sum((A[i][l] * inverse[l][j] for l in range(2)), none) - shift[i][j] for j in range(2)] for i in range(2)]
    inverted = prove_polynomials_vanish(
        {f"AA⁻¹ − I, entry {i + 1}, {j + 1}": unit[i][j] for i in range(2) for j in range(2)},
        "the shear has this inverse",
        part="flat blocks",
    )
    minors |= {f"joined, minor {size}": _determinant([row[:size] for row in M[:size]]) for size in (1, 2, 3, 4)}
    shows = "M + 1/T is positive definite for all large T, so λ_min > −1/T there"
    return [inverted, prove_eventually_positive(minors, shows, part="flat blocks")]


def _determinant(M: list[list[Any]]) -> Any:
    if len(M) == 1:
        return M[0][0]
    minors = ([row[:j] + row[j + 1 :] for row in M[1:]] for j in range(len(M)))
    return sum(((-1) ** j * M[0][j] * _determinant(rest) for j, rest in enumerate(minors)), _FLAT(0))


def _columns(*, spare: int = 2) -> Evidence:
    """Count the columns: with ρ = min(r, k) − 1 in both, n − r and m − r alone, the idle ones find partners."""
    _, m, n, k, r = ring("m,n,k,r", QQ)
    both = r - 1
    idle = k - both - (n - r) - (m - r)
    return prove_polynomials_vanish(
        {"partners less idle columns, less m + n − 2 − k": (both - idle) - (m + n - spare - k)},
        "if all of ker X and of the complement are used there are at least as many partners as idle columns, for k ≤ "
        "m + n − 2",
        part="enough partners",
    )


FAMILY = (
    *((1, 2, (1,), 1), (2, 1, (1,), 1), (2, 2, (2, 1), 1), (2, 2, (1, 1), 2), (2, 2, (1,), 2), (3, 2, (2, 1), 3)),
    *((2, 3, (2, 2), 3), (3, 3, (2, 1, 1), 3), (3, 3, (1,), 4), (1, 3, (2,), 2)),
)


def _not_flat(at: tuple[int, int, tuple[int, ...], int]) -> Mapping[str, Any] | None:
    m, n, sigma, k = at
    for size in (100, 1000):
        point = flat_saddle(rational_svd(m, n, sigma), k, size)
        hessian = hessian_entries(point.W, point.S, point.svd.X)
        close = inertia(hessian + identity(hessian.nrows()) * fmpq(1, size)).negative == 0
        if not (close and inertia(hessian).negative > 0):
            return {"found": f"at T = {size} the least eigenvalue is not in (−1/T, 0)", "case": [m, n, list(sigma), k]}
    return None


def _wrong_predicate(
    predicate: Callable[..., bool],
) -> Callable[[tuple[int, int, int, tuple[int, ...]]], Mapping[str, Any] | None]:
    """Compare the condition with a search over all types of strict saddles for one with rank(W) + rank(S) ≥ k."""

    def failure(at: tuple[int, int, int, tuple[int, ...]]) -> Mapping[str, Any] | None:
        m, n, k, sigma = at
        r, found = len(sigma), False
        for rho in range(min(k, r)):
            for z in range(min(m - r, k - rho) + 1):
                found = found or any(2 * rho + z + c >= k for c in range(min(n - r, k - rho - z) + 1))
        # ρ = k < r nonzero values: no global minimum only if the values are not all equal.
        found = found or (k < r and len(set(sigma)) > 1)
        if predicate(sigma, m, n, k) == found:
            return None
        return {
            "found": f"the condition and the search disagree ({found})",
            "m": m,
            "n": n,
            "k": k,
            "sigma": list(sigma),
        }

    return failure


def _shapes() -> Iterator[tuple[int, int, int, tuple[int, ...]]]:
    for m in range(1, 6):
        for n in range(1, 6):
            for k in range(1, 11):
                for r in range(1, min(m, n) + 1):
                    yield from {(m, n, k, (1,) * r): 0, (m, n, k, tuple(range(r, 0, -1))): 0}


def _corrected(
    *,
    sign: int = -1,
    needed: int = 1,
    shear: int = 1,
    spare: int = 2,
    predicate: Callable[..., bool] = has_flat_saddles,
) -> list[Evidence]:
    return [
        *_common_kernel(sign=sign, needed=needed),
        *_blocks(shear=shear),
        _columns(spare=spare),
        decide_at_points(
            _not_flat,
            FAMILY,
            "−1/T < λ_min < 0 at the strict saddles of the family, T = 100, 1000",
            "shapes up to 3×3, k ≤ 4",
            part="flat blocks",
        ),
        decide_at_points(
            _wrong_predicate(predicate),
            _shapes(),
            "the condition holds iff some type of strict saddle has rank(W) + rank(S) ≥ k",
            "m, n ≤ 5, k ≤ 10, every rank",
            part="the condition",
        ),
    ]


@claim(
    "mf-landscape:section-4.zero.corrected",
    kind="correction",
    label="Section 4, close to zero, corrected",
    printed=r"""For $X\neq\mathbf0$ the supremum of $\lambda_{\min}(\nabla^2J)$ over the strict saddles is $0$ iff
$k\le m+n-2$ and not ($k=1$,
$m=n=r$ and all singular values equal). Otherwise every strict saddle has $\lambda_{\min}=-\|E\|_2\le-\sigma_r$. (For
$m=1$, $n=2$,
$k=1$, $X=(1\;0)$: $W=0$, $S=(0\;t)$ has $\lambda_{\min}=-2/(t^2+\sqrt{t^4+4})$.)""",
    hypotheses=[SHAPES, Hypothesis("nonzero", r"$X\neq\mathbf0$")],
    depends_on=["mf-landscape:section-3.2.saddles.criterion", "mf-landscape:theorem-3.2.converse"],
    parts=[
        "eigenvector, W",
        "eigenvector, S",
        "never below",
        "ranks",
        "flat blocks",
        "enough partners",
        "the condition",
    ],
)
def zero_corrected() -> list[Evidence]:
    """Bounded: a common kernel vector gives −‖E‖₂, and D²J ≥ −‖E‖₂‖·‖² always. Flat: an explicit family on each shape.

    By the converse of Theorem 3.2 orbits have ρ nonzero and z zero directions in W and c vectors of ker X in S; A
    scales these by T
    and 1/T, and joins each idle column to one of both kinds by a shear; M is then a direct sum of the blocks below.
    """
    return _corrected()


def _without_exception(sigma: tuple[int, ...], m: int, n: int, k: int) -> bool:
    return bool(sigma) and k <= m + n - 2


zero_corrected.near_misses(
    altered(_corrected),
    {
        "+‖E‖₂ at a common kernel vector": {"sign": 1},
        "ranks up to m and n": {"needed": 0},
        "the inverse of the shear with a doubled entry": {"shear": 2},
        "k ≤ m + n − 1 in the count": {"spare": 1},
        "no exception for k = 1": {"predicate": _without_exception},
        "k ≤ m + n − 1 in the condition": {
            "predicate": lambda s_, m, n, k: has_flat_saddles(s_, m, n, k) or k == m + n - 1
        },
    },
)
