"""Section 3.2, equations (10) and (11): singular values and vectors of every matrix."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import fmpq_mat
from sympy import Poly, Rational, Symbol

from claims.checkers.citation import cite
from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, scalar_matrix
from claims.evidence import Evidence
from claims.papers.mf_landscape.canonical_notation import (
    inverse_diagonal,
)
from claims.papers.mf_landscape.notation import PLAIN, SHAPES, J, S, W, X, settle, small
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from symbolic.landscape.rational_svd import columns, diagonal, identity, rational_svd, zeros
from symbolic.matrix.expression import Expression
from symbolic.matrix.operations import norm2
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import identity as eye
from symbolic.matrix.symbols import matrix, scalar, vector
from symbolic.matrix.symbols import zeros as zero

SYMMETRIC = Hypothesis("symmetric", r"$M=M^T\in\mathbb R^{d\times d}$")


def _has_orthonormal_eigenbasis(at: MatrixInstance) -> bool:
    """Decide exactly: M is normal, its eigenvalues are real, and the squarefree part of χ annihilates it."""
    M = at["M"]
    if M * M.transpose() != M.transpose() * M:
        return False
    characteristic = M.charpoly()
    squarefree = characteristic / characteristic.gcd(characteristic.derivative())
    value = zeros(M.nrows(), M.nrows())
    for c in reversed(squarefree.coeffs()):
        value = value * M + identity(M.nrows()) * c
    x = Symbol("x")
    exact = Poly([Rational(int(c.p), int(c.q)) for c in reversed(squarefree.coeffs())], x)
    return value == value * 0 and exact.count_roots() == exact.degree()


def _matrices(*given: fmpq_mat) -> list[MatrixInstance]:
    return [MatrixInstance({"d": M.nrows()}, {"M": M}) for M in given]


def _spectral_theorem(given: list[MatrixInstance]) -> Evidence:
    return cite(
        "a real symmetric matrix has an orthonormal basis of eigenvectors",
        "the spectral theorem of linear algebra",
        _has_orthonormal_eigenbasis,
        given,
    )


@claim(
    "mf-landscape:spectral-theorem",
    kind="theorem",
    label="Used without statement: spectral theorem",
    printed=r"A symmetric $M\in\mathbb R^{d\times d}$ is $M=Q^TDQ$ with $Q\in\mathcal O_d$ and $D$ real diagonal",
    hypotheses=[SYMMETRIC],
)
def spectral_theorem() -> Evidence:
    """Linear algebra that rests on the completeness of the real numbers; cited, and tried at exact instances."""
    given = _matrices(small(1, 1, 0), small(2, 2, 2, 1, 1, 3), small(3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1), zeros(2, 2))
    return _spectral_theorem([*given, *_matrices(small(3, 3, 2, 0, 0, 0, 2, 1, 0, 1, 2))])


spectral_theorem.near_misses(
    _spectral_theorem,
    {
        "for a nilpotent matrix": _matrices(small(2, 2, 0, 1, 0, 0)),
        "for a rotation, which is normal": _matrices(small(2, 2, 0, -1, 1, 0)),
        "for a triangular matrix with different eigenvalues": _matrices(small(2, 2, 1, 1, 0, 2)),
    },
)

# Without loss of generality m < n.


def _transposition_reaches(m: int, n: int) -> Evidence:
    def printed(at: MatrixInstance) -> Fraction:
        return Fraction(int(at["X"].nrows() < at["X"].ncols() or at["X"].ncols() < at["X"].nrows()))

    at = MatrixInstance({"m": m, "n": n}, {"X": zeros(m, n)})
    return decide_at_instances(printed, lambda _: Fraction(1), [at], f"X or its transpose has m < n, m={m}, n={n}")


@claim(
    "mf-landscape:section-3.2.wlog",
    kind="section",
    label="Section 3.2, without loss of generality",
    printed=r"Without loss of generality we assume $m<n$",
    hypotheses=[SHAPES],
    erratum=Erratum(
        "misprint",
        "Transposition, (W, S, X) → (Sᵀ, Wᵀ, Xᵀ), exchanges m < n and m > n but never reaches m = n, e.g. m = n = 1: "
        "m ≤ n is meant. Harmless: what follows holds for m = n too, with V₀ empty if n = r.",
        corrected_by="mf-landscape:section-3.2.wlog.corrected",
    ),
)
def section_3_2_wlog() -> Evidence:
    """Square matrices are left out."""
    return _transposition_reaches(1, 1)


section_3_2_wlog.near_misses(
    lambda size: _transposition_reaches(size, size), {"square of size two": 2, "square of size three": 3}
)


def _transposed(image: Expression) -> list[Evidence]:
    return settle({"": MatrixIdentity(image, J())}, PLAIN)


@claim(
    "mf-landscape:section-3.2.wlog.corrected",
    kind="correction",
    label="Section 3.2, without loss of generality, corrected",
    printed=r"$J_X(W,S)=J_{X^T}(S^T,W^T)$, so without loss of generality $m\le n$",
    hypotheses=[SHAPES],
    depends_on=["mf-landscape:equation-3"],
)
def section_3_2_wlog_corrected() -> list[Evidence]:
    """The transposed problem has the same values. What follows is proved for all m and n anyway."""
    return _transposed(norm2(X.T - S.T * W.T) / 2)


section_3_2_wlog_corrected.near_misses(
    _transposed,
    {
        "both sides multiplied by X": norm2(X.T * X - S.T * W.T * X) / 2,
        "no half": norm2(X.T - S.T * W.T),
    },
)

# (10) and (11). U_1 holds the eigenvectors of positive eigenvalue, U_0 the others; V_1 = XᵀU_1Σ_1⁻¹.

u, lam = vector("u", "m"), scalar("lambda")
EIGENVECTOR = (Relation(X * X.T * u, lam * u),)


def _singular_cases() -> list[tuple[int, int, tuple[int, ...]]]:
    return [
        (3, 4, (3, 2, 1)),
        (4, 3, (2, 1, 1)),
        (2, 3, (1,)),
        (2, 2, (2, 2)),
        (1, 2, ()),
        (1, 1, (1,)),
        (3, 5, (2, 1)),
    ]


def _eigenvectors() -> Iterator[MatrixInstance]:
    for m, n, sigma in _singular_cases():
        svd = rational_svd(m, n, sigma)
        for a in range(m):
            data = {"X": svd.X, "u": columns(svd.U, [a]) * 3, "lambda": scalar_matrix(svd.value(a) ** 2)}
            yield MatrixInstance({"m": m, "n": n}, data)


def _eigenvalues(square: Expression) -> list[Evidence]:
    return settle(
        {
            "nonnegative": MatrixIdentity(lam * (u.T * u), square, EIGENVECTOR),
            "as many as the rank": MatrixIdentity(u.T * X * X.T * u, square),
        },
        _eigenvectors,
    )


@claim(
    "mf-landscape:equation-10",
    kind="equation",
    label="Equation (10)",
    printed=r"""The eigenvalues of $XX^T\in\mathbb R^{m\times m}$ are $\sigma_1^2\ge\dots\ge\sigma_r^2>0$,
$\sigma_{r+1}^2=\dots=\sigma_m^2=0$, $r=\operatorname{rank}(X)$, with orthonormal eigenvectors $u_1,\dots,u_m$""",
    hypotheses=[SHAPES],
    depends_on=["mf-landscape:spectral-theorem"],
    parts=["nonnegative", "as many as the rank"],
)
def equation_10() -> list[Evidence]:
    """λ‖u‖² = ‖Xᵀu‖² ≥ 0, so XXᵀ and Xᵀ have the same kernel, of dimension m − r; the basis: spectral theorem."""
    return _eigenvalues(norm2(X.T * u))


equation_10.near_misses(_eigenvalues, {"the opposite sign": -norm2(X.T * u), "twice the square": 2 * norm2(X.T * u)})

U_POSITIVE, U_ZERO = matrix("U_1", "m", "r"), matrix("U_0", "m", "l")
ROOTS, ROOTS_INVERSE = matrix("Sigma_1", "r", "r", "diagonal"), matrix("Sigma_i", "r", "r", "diagonal")
EIGENBASIS = (
    Relation(X * X.T * U_POSITIVE, U_POSITIVE * ROOTS * ROOTS),
    Relation(U_POSITIVE.T * U_POSITIVE, eye("r")),
    Relation(ROOTS * ROOTS_INVERSE, eye("r")),
)
KERNEL = (Relation(X * X.T * U_ZERO, zero("m", "l")),)
COMPLETE = (
    *EIGENBASIS[2:],
    Relation(U_POSITIVE * U_POSITIVE.T + U_ZERO * U_ZERO.T, eye("m")),
    Relation(U_ZERO.T * X, zero("l", "n")),
)


def _decompositions() -> Iterator[MatrixInstance]:
    for m, n, sigma in _singular_cases():
        svd, r = rational_svd(m, n, sigma), len(sigma)
        roots = diagonal(svd.sigma[:r], r, r)
        data = {"X": svd.X, "U_1": columns(svd.U, range(r)), "U_0": columns(svd.U, range(r, m)), "Sigma_1": roots}
        yield MatrixInstance({"m": m, "n": n, "r": r, "l": m - r}, {**data, "Sigma_i": inverse_diagonal(roots)})


def _decomposition(right: Expression) -> list[Evidence]:
    return settle(
        {
            "orthonormal": MatrixIdentity(right.T * right, eye("r"), EIGENBASIS),
            "the rest vanishes": MatrixIdentity(norm2(X.T * U_ZERO), 0 * norm2(U_ZERO), KERNEL),
            "the sum": MatrixIdentity(U_POSITIVE * ROOTS * right.T, X, COMPLETE),
        },
        _decompositions,
    )


@claim(
    "mf-landscape:equation-11",
    kind="equation",
    label="Equation (11)",
    printed=r"$X=U\Sigma V^T=\sum_{i=1}^m\sigma_iu_iv_i^T$, a full SVD with the basis $U$ of (10)",
    hypotheses=[SHAPES, Hypothesis("wide", r"$m\le n$, so that there is a $v_i$ for every $i\le m$")],
    depends_on=["mf-landscape:equation-10"],
    parts=["orthonormal", "the rest vanishes", "the sum"],
)
def equation_11() -> list[Evidence]:
    """V₁ = XᵀU₁Σ₁⁻¹ is orthonormal, XᵀU₀ = 0, so U₁Σ₁V₁ᵀ = U₁U₁ᵀX = X; complete V₁ to an orthonormal basis.

    For m > n the same sum ends at min(m, n); the other terms have σ_i = 0 and no v_i.
    """
    return _decomposition(X.T * U_POSITIVE * ROOTS_INVERSE)


equation_11.near_misses(
    _decomposition,
    {"not divided by the singular values": X.T * U_POSITIVE, "multiplied by them": X.T * U_POSITIVE * ROOTS},
)
