"""Exact preimages of matrix factorization, near any rational point where the map is open."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from symbolic.local_surjection.errors import HypothesisError, OutsideRadiusError
from symbolic.local_surjection.rational_matrices import (
    above,
    beside,
    columns,
    frobenius2,
    identity,
    independent_columns,
    null_space,
    orthogonal_columns,
    root_below,
    rows,
    zeros,
)

_MAX_BITS = 2000


def factor_along(M: fmpq_mat, Q: fmpq_mat, budget: fmpq) -> tuple[fmpq_mat, fmpq_mat]:
    """Return (W, Z) with WᵀZ = M, columns in the span of Q's and ‖W‖² + ‖Z‖² ≤ budget.

    One factor is a multiple of an orthogonal frame, the other carries M. This needs ‖M‖_F² < budget²/(4 min(m, n)),
    which is also the best possible constant; on the sphere itself the frame's length is irrational in general.

    Args:
        M: The m×n target.
        Q: Pairwise orthogonal nonzero columns, at least min(m, n) of them.
        budget: A positive bound for the sum of squares.

    Raises:
        HypothesisError: If Q has too few columns.
        OutsideRadiusError: If no rational scaling keeps the budget.

    **Source:** `[chain-rules]` proof of Proposition 3.2, with the frame's length chosen better.
    """
    m, n = M.nrows(), M.ncols()
    if m < n:
        Z, W = factor_along(M.transpose(), Q, budget)
        return W, Z
    if Q.ncols() < n:
        raise HypothesisError(f"factoring a {m}×{n} matrix needs {n} directions, there are {Q.ncols()}")
    size2 = frobenius2(M)
    if size2 == 0:
        return zeros(Q.nrows(), m), zeros(Q.nrows(), n)
    lengths2 = [frobenius2(columns(Q, [j])) for j in range(n)]
    frame = columns(Q, range(n))
    bits = 30
    while bits < _MAX_BITS:
        scale = [root_below(budget / (2 * n * g), bits) for g in lengths2]
        Z = frame * _diagonal(scale)
        W = frame * _diagonal([1 / (c * g) for c, g in zip(scale, lengths2, strict=True)]) * M.transpose()
        if frobenius2(W, Z) <= budget:
            return W, Z
        if 4 * n * size2 >= budget**2:
            break
        bits *= 2
    raise OutsideRadiusError(
        f"the {m}×{n} offset has squared norm {size2}, not below {budget**2 / (4 * n)}, the squared radius for "
        f"factors of squared norm {budget}"
    )


def _diagonal(values: list[fmpq]) -> fmpq_mat:
    D = zeros(len(values), len(values))
    for i, value in enumerate(values):
        D[i, i] = value
    return D


@dataclass(frozen=True)
class NormalForm:
    """Bases in which X and Y are block unit matrices.

    Args:
        T: Basis of R^d; ``X = T^{-T} Xhat`` and ``Y = T Yhat`` leave XᵀY alone.
        R: Basis of R^m with ``Xhat R = (I, 0; 0, 0)`` on the first rank X rows.
        S: Basis of R^n with the same for Yhat on the rows of Y's part.
        r: rank XᵀY; a: rank X − r; b: rank Y − r; c: d − r − a − b.
    """

    T: fmpq_mat
    R: fmpq_mat
    S: fmpq_mat
    r: int
    a: int
    b: int
    c: int


def normal_form(X: fmpq_mat, Y: fmpq_mat) -> NormalForm:
    """Return bases that show the ranks of X, of Y and of the pairing between their columns, all rational.

    Example:
        >>> form = normal_form(fmpq_mat([[1], [0]]), fmpq_mat([[0], [2]]))
        >>> form.r, form.a, form.b, form.c
        (0, 1, 1, 0)
    """
    d = X.nrows()
    U, V = columns(X, independent_columns(X)), columns(Y, independent_columns(Y))
    r, A, B = _diagonalise(U.transpose() * V)
    U, V = U * A, V * B
    a, b = U.ncols() - r, V.ncols() - r
    kernel = null_space(U.transpose()) if U.ncols() else identity(d)
    Y1 = columns(V, range(r, r + b))
    extended = beside(Y1, kernel)
    basis = columns(extended, independent_columns(extended))
    dual = U * (U.transpose() * U).inv() if U.ncols() else U
    T = beside(columns(V, range(r)), columns(dual, range(r, r + a)), basis)
    rows_x = rows(T.transpose() * X, range(r + a))
    rows_y = rows(T.inv() * Y, [*range(r), *range(r + a, r + a + b)])
    return NormalForm(T, _right_basis(rows_x), _right_basis(rows_y), r, a, b, d - r - a - b)


def _diagonalise(K: fmpq_mat) -> tuple[int, fmpq_mat, fmpq_mat]:
    """Return (rank, A, B) with AᵀKB = diag(I, 0)."""
    p, q = K.nrows(), K.ncols()
    if not p or not q:
        return 0, identity(p), identity(q)
    chosen = independent_columns(K)
    lines = independent_columns(K.transpose())
    r = len(chosen)
    core = rows(columns(K, chosen), lines)
    left = columns(identity(p), lines)
    right = columns(identity(q), chosen) * core.inv() if r else zeros(q, 0)
    return r, beside(left, null_space(K.transpose())), beside(right, null_space(K))


def _right_basis(C: fmpq_mat) -> fmpq_mat:
    """Return an invertible R with C R = (I, 0), for C of full row rank."""
    if not C.nrows():
        return identity(C.ncols())
    inverse = C.transpose() * (C * C.transpose()).inv()
    return beside(inverse, null_space(C))


def nearby_factors(form: NormalForm, N: fmpq_mat, budget: fmpq) -> tuple[fmpq_mat, fmpq_mat]:
    """Return perturbations of the unit blocks, in the normal form's coordinates, that add N to the product.

    Everything but the last block is reached by the linear part and one inverse; the last block's Schur complement is
    factored along the ``c`` directions that neither X nor Y uses, with squared norm at most ``budget``.

    **Source:** the sufficiency half of the exact criterion beyond `[chain-rules]` Theorem 3.6.
    """
    r, a, b, c = form.r, form.a, form.b, form.c
    m, n = N.nrows(), N.ncols()
    cut_m, cut_n = [range(r), range(r, r + a), range(r + a, m)], [range(r), range(r, r + b), range(r + b, n)]
    block = [[columns(rows(N, i), j) for j in cut_n] for i in cut_m]
    bent = block[2][0] * (identity(r) + block[0][0]).inv() if r else block[2][0]
    rest_m, rest_n = m - r - a, n - r - b
    last = block[2][2] - bent * block[0][2]
    if rest_m and rest_n:
        W3, Z3 = factor_along(last, identity(c), budget)
    else:
        W3, Z3 = zeros(c, rest_m), zeros(c, rest_n)
    W = above(
        beside(zeros(r, r + a), bent.transpose()),
        zeros(a, m),
        beside(zeros(b, r + a), (block[2][1] - bent * block[0][1]).transpose()),
        beside(zeros(c, r + a), W3),
    )
    Z = above(beside(*block[0]), beside(*block[1]), zeros(b, n), beside(zeros(c, r + b), Z3))
    return W, Z


def free_directions(*parts: fmpq_mat) -> fmpq_mat:
    """Return orthogonal columns spanning what is orthogonal to every column of every part."""
    return orthogonal_columns(null_space(beside(*parts).transpose()))
