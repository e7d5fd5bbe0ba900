"""The balanced critical points in symbols, and exact instances of every shape for them.

[Ū, 0] is written UJ and its complement's rows F: J (q×k) and F (f×k, f = k − q) are the two block rows of an orthogonal
matrix, the identity in the paper. N stands for ŪᵀX = ΛV̄ᵀ, D for Λ^½.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from claims.checkers.matrix_identity import MatrixInstance
from claims.evidence import Evidence
from claims.statement import Hypothesis
from symbolic.landscape.canonical_points import rational_root
from symbolic.landscape.rational_svd import columns, diagonal, identity, rational_orthogonal, rational_svd
from symbolic.matrix.argument import Equation
from symbolic.matrix.symbols import identity as eye
from symbolic.matrix.symbols import matrix, zeros

X = matrix("X", "m", "n")
U, V, N = matrix("U", "m", "q"), matrix("V", "n", "q"), matrix("N", "q", "n")
LAMBDA, D, D_INVERSE = (matrix(name, "q", "q", "diagonal") for name in ("Lambda", "D", "D_i"))
J, F = matrix("J", "q", "k"), matrix("F", "f", "k")
V_0, C_0 = matrix("V_0", "n", "z"), matrix("C_0", "z", "f")
A, A_INVERSE, Q = matrix("A", "k", "k"), matrix("A_i", "k", "k"), matrix("Q", "k", "k")

U_ORTHONORMAL = Equation(U.T * U, eye("q"))
V_ORTHONORMAL = Equation(V.T * V, eye("q"))
V_0_ORTHONORMAL = Equation(V_0.T * V_0, eye("z"))
LEFT_IMAGE = Equation(U.T * X, LAMBDA * V.T)
RIGHT_IMAGE = Equation(X * V, U * LAMBDA)
N_GRAM = Equation(N * N.T, LAMBDA * LAMBDA)
N_KERNEL = Equation(N * V_0, zeros("q", "z"))
ROOT = Equation(D * D, LAMBDA)
ROOT_INVERSE = Equation(D * D_INVERSE, eye("q"))
ROWS = (Equation(J * J.T, eye("q")), Equation(F * F.T, eye("f")), Equation(J * F.T, zeros("q", "f")))
COMPLETE = Equation(J.T * J + F.T * F, eye("k"))
A_UNDONE = Equation(A * A_INVERSE, eye("k"))
A_UNDONE_LEFT = Equation(A_INVERSE * A, eye("k"))
Q_ORTHOGONAL = (Equation(Q * Q.T, eye("k")), Equation(Q.T * Q, eye("k")))

SELECTED = Hypothesis(
    "selection",
    r"$\bar U\in\mathrm{St}_{m,q}$, $XX^T\bar U=\bar U\Lambda^2$, $\Lambda\succeq0$ diagonal and decreasing, "
    r"$\bar U^TX=\Lambda\bar V^T$, $X\bar V=\bar U\Lambda$, $q\le\min\{k,m\}$",
)
INVERTIBLE_LAMBDA = Hypothesis("invertible", r"$\Lambda$ is invertible (so $q\le\min\{k,r\}$)")
LEFT_OUT = Hypothesis(
    "left out",
    r"the eigenbasis is chosen so that $u_p$ (or $u_{q+1}$) is not a column of $\bar U$, which is always possible",
)


@dataclass(frozen=True)
class Selection:
    """A matrix X of a shape with given singular values (squares), k, and the indices of those selected."""

    m: int
    n: int
    sigma: tuple[int, ...]
    k: int
    chosen: tuple[int, ...]


# All of m, n, k different, and q = 0, q = k, q < k, k > r, m > n, m = n, ties and a rank-deficient X among them.
SELECTIONS = (
    Selection(2, 3, (4, 1), 4, (1,)),
    Selection(3, 4, (9, 4), 2, (0, 1)),
    Selection(4, 3, (4, 4, 1), 2, (1, 2)),
    Selection(4, 2, (9, 1), 3, (0,)),
    Selection(3, 3, (1, 1), 2, (1,)),
    Selection(1, 2, (4,), 3, ()),
    Selection(1, 1, (4,), 1, (0,)),
)


def balanced_instances(*, free: bool = False, singular: bool = False) -> Iterator[MatrixInstance]:
    """Yield instances of all symbols, with A the factor that moves the canonical point (C₀ = 0) onto M_0.

    Args:
        free: Whether C₀ is nonzero where it can be; then A is any invertible matrix.
        singular: Whether to add selections with λ = 0; they have no D_i.
    """
    for number, case in enumerate(SELECTIONS):
        yield _instance(case, number, free=free)
    if singular:
        for number, case in enumerate((Selection(3, 4, (4,), 2, (0, 1)), Selection(2, 3, (4, 1), 1, (1,)))):
            yield _instance(case, number, free=free)


def _instance(case: Selection, number: int, *, free: bool) -> MatrixInstance:
    svd, k = rational_svd(case.m, case.n, case.sigma, twist=number), case.k
    q, z = len(case.chosen), case.n - svd.rank
    f = k - q
    values = [svd.value(a) for a in case.chosen]
    roots = [rational_root(v) for v in values]
    turn, split = rational_orthogonal(k, number + 1), rational_orthogonal(k, number)
    J_, F_ = _rows(split, 0, q), _rows(split, q, k)
    D_ = diagonal(roots, q, q)
    free_part = fmpq_mat(z, f, [fmpq((i % 3) - 1 if free else 0) for i in range(1, z * f + 1)])
    A_ = (J_.transpose() * D_ * J_ + F_.transpose() * F_) * turn if all(values) else identity(k)
    out: dict[str, fmpq_mat] = {
        "X": svd.X,
        "U": columns(svd.U, case.chosen),
        "V": columns(svd.V, case.chosen),
        "Lambda": diagonal(values, q, q),
        "D": D_,
        "J": J_,
        "F": F_,
        "V_0": columns(svd.V, range(svd.rank, case.n)),
        "C_0": free_part,
        "A": A_,
        "A_i": A_.inv(),
        "Q": turn,
    }
    out["N"] = out["U"].transpose() * svd.X
    if all(values):
        out["D_i"] = diagonal([1 / r for r in roots], q, q)
    return MatrixInstance({"m": case.m, "n": case.n, "k": k, "q": q, "f": f, "z": z}, out)


def _rows(M: fmpq_mat, first: int, last: int) -> fmpq_mat:
    entries = [M[i, j] for i in range(first, last) for j in range(M.ncols())]
    return fmpq_mat(last - first, M.ncols(), entries)


def with_values(instance: MatrixInstance, **values: fmpq_mat) -> MatrixInstance:
    """Return the instance with further or other values."""
    merged: Mapping[str, fmpq_mat] = {**instance.values, **values}
    return MatrixInstance(instance.sizes, merged)


def altered(check: Callable[..., list[Evidence]]) -> Callable[[Any], list[Evidence]]:
    """Return the check as a function of the ingredients that a falsification changes."""
    return lambda change: check(**change)
