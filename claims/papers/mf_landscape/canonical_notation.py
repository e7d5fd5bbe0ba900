"""The letters of Section 3.2: a selection of singular directions, the canonical point it makes, exact instances."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from flint import fmpq, fmpq_mat

from claims.checkers.matrix_identity import MatrixInstance, scalar_matrix
from claims.papers.mf_landscape.notation import sample_matrix
from claims.sampling import current_sampling
from claims.statement import Hypothesis
from symbolic.landscape.rational_svd import RationalSvd, columns, diagonal, identity, rational_svd, zeros
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import identity as eye
from symbolic.matrix.symbols import matrix
from symbolic.matrix.symbols import zeros as zero

SELECTION = Hypothesis(
    "selection",
    r"""$X=\bar U\Lambda\bar V^T+U_1\Sigma_1V_1^T$: $q\le\min\{k,m\}$ singular directions selected, the others of
nonzero singular value in $U_1,V_1$; the columns of $V_0$ span $\ker X$. Any $m,n$, $q=0$ and zeros in $\Lambda$
included""",
)

# q selected directions, p others of nonzero singular value, z directions of ker X, f = k − q further columns of W.
U, V, L = matrix("Ubar", "m", "q"), matrix("Vbar", "n", "q"), matrix("Lambda", "q", "q", "diagonal")
U1, V1, L1 = matrix("U_1", "m", "p"), matrix("V_1", "n", "p"), matrix("Sigma_1", "p", "p", "diagonal")
V0 = matrix("V_0", "n", "z")
# [I 0] and [0 I], the rows of the identity of size k that belong to the two blocks.
P, F = matrix("P_q", "q", "k"), matrix("P_f", "f", "k")
C, C0 = matrix("Cbar", "q", "f"), matrix("C_0", "z", "f")

GIVEN = U * L * V.T + U1 * L1 * V1.T

# Where λ = 0 there need not be a right singular vector (m > n), or it is a column of V_0: hence the factors Λ.
ORTHONORMAL = (
    Relation(U.T * U, eye("q")),
    Relation(L * V.T * V, L),
    Relation(U1.T * U1, eye("p")),
    Relation(V1.T * V1, eye("p")),
    Relation(U.T * U1, zero("q", "p")),
    Relation(V.T * V1, zero("q", "p")),
    Relation(L * V.T * V0, zero("q", "z")),
    Relation(V1.T * V0, zero("p", "z")),
    Relation(V0.T * V0, eye("z")),
)
BLOCKS = (Relation(P * P.T, eye("q")), Relation(F * F.T, eye("f")), Relation(P * F.T, zero("q", "f")))
WHOLE = Relation(P.T * P + F.T * F, eye("k"))

W_CANONICAL = U * P
S_CANONICAL = P.T * L * V.T + F.T * (C.T * V.T + C0.T * V0.T)

# (m, n, nonzero singular values, selection, k).
Case = tuple[int, int, tuple[int, ...], tuple[int, ...], int]
CASES: tuple[Case, ...] = (
    (3, 4, (3, 2, 1), (0, 2), 5),  # all numbers different, k > r
    (4, 3, (2, 1, 1), (1,), 2),  # m > n, repeated values
    (2, 3, (2, 1), (0, 1), 2),  # q = k = r: nothing left out
    (3, 3, (2, 2, 1), (1, 2), 2),  # m = n, q = k, the first of two equal values left out
    (3, 4, (2, 1), (), 2),  # q = 0
    (3, 4, (2, 1), (0, 2), 3),  # a zero singular value selected: Λ is singular
    (2, 3, (1,), (1,), 2),  # Λ = 0
    (2, 3, (), (0,), 2),  # X = 0
    (3, 2, (2, 1), (0, 2), 3),  # m > n, a direction without right singular vector
    (1, 2, (1,), (0,), 3),
    (1, 1, (1,), (0,), 1),
    (1, 1, (1,), (), 1),
)


def canonical_instance(case: Case, rng: np.random.Generator, twist: int = 1) -> MatrixInstance:
    """Return values for all letters of this module, C̄ and C₀ random, with the points W and S they make."""
    m, n, sigma, selection, k = case
    svd = rational_svd(m, n, sigma, twist)
    q, r = len(selection), svd.rank
    others = [a for a in range(r) if a not in selection]
    data = {
        "Ubar": columns(svd.U, selection),
        "Vbar": _right(svd, selection),
        "Lambda": _diagonal(svd, selection),
        "U_1": columns(svd.U, others),
        "V_1": columns(svd.V, others),
        "Sigma_1": _diagonal(svd, others),
        "V_0": columns(svd.V, range(r, n)),
        "P_q": columns(identity(k), range(q)).transpose(),
        "P_f": columns(identity(k), range(q, k)).transpose(),
        "Cbar": sample_matrix(rng, q, k - q),
        "C_0": sample_matrix(rng, n - r, k - q),
        "X": svd.X,
    }
    lower = data["Cbar"].transpose() * data["Vbar"].transpose() + data["C_0"].transpose() * data["V_0"].transpose()
    data["W"] = data["Ubar"] * data["P_q"]
    data["S"] = data["P_q"].transpose() * data["Lambda"] * data["Vbar"].transpose() + data["P_f"].transpose() * lower
    sizes = {"m": m, "n": n, "k": k, "q": q, "p": len(others), "z": n - r, "f": k - q}
    return MatrixInstance(sizes, data)


def canonical_instances(
    keep: Callable[[MatrixInstance], bool] = lambda _: True,
    complete: Callable[[np.random.Generator, MatrixInstance], dict[str, fmpq_mat]] = lambda *_: {},
) -> Callable[[], Iterator[MatrixInstance]]:
    """Return a maker of canonical points of every kind that ``keep`` accepts, with further values if asked for."""

    def make() -> Iterator[MatrixInstance]:
        rng = np.random.default_rng(current_sampling().seed)
        for case in CASES:
            at = canonical_instance(case, rng)
            if keep(at):
                yield MatrixInstance(at.sizes, {**at.values, **complete(rng, at)})

    return make


def is_regular(at: MatrixInstance) -> bool:
    """Return whether Λ is invertible."""
    return all(at["Lambda"][i, i] != 0 for i in range(at.sizes["q"]))


def inverse_diagonal(D: fmpq_mat) -> fmpq_mat:
    """Return the diagonal matrix of the inverses, zero where the entry is zero."""
    return diagonal([1 / D[i, i] if D[i, i] != 0 else fmpq(0) for i in range(D.nrows())], D.nrows(), D.nrows())


def _right(svd: RationalSvd, selection: tuple[int, ...]) -> fmpq_mat:
    """Return the right singular vectors of the selection, zero where there is none."""
    out = zeros(svd.n, len(selection))
    for j, a in enumerate(selection):
        for i in range(svd.n if a < svd.n else 0):
            out[i, j] = svd.V[i, a]
    return out


def _diagonal(svd: RationalSvd, picked: tuple[int, ...] | list[int]) -> fmpq_mat:
    return diagonal([svd.value(a) for a in picked], len(picked), len(picked))


def number(value: int) -> fmpq_mat:
    """Return an integer as a 1×1 matrix."""
    return scalar_matrix(fmpq(value))
