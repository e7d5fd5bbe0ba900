"""Critical points of ½‖X − WS‖², built exactly: the canonical points of an orbit and the balanced ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat, fmpz

from symbolic.landscape.rational_svd import RationalSvd, columns, zeros


class SelectionError(ValueError):
    """The singular directions selected do not make a canonical point."""


class IrrationalRootError(ValueError):
    """A balanced point needs the square root of a singular value, and it is irrational."""


@dataclass(frozen=True)
class CanonicalPoint:
    """A critical point (W, S) of ½‖X − WS‖² with what it was built from.

    Args:
        W: m×k.
        S: k×n.
        svd: The decomposition of X.
        selection: Indices (from 0) of the left singular vectors in W's columns, singular values decreasing.
    """

    W: fmpq_mat
    S: fmpq_mat
    svd: RationalSvd
    selection: tuple[int, ...]

    @property
    def k(self) -> int:
        """The factorization dimension."""
        return int(self.W.ncols())

    @property
    def q(self) -> int:
        """The number of singular directions selected, which is rank(W)."""
        return len(self.selection)

    @property
    def residual(self) -> fmpq_mat:
        """The residual E = WS − X."""
        return self.W * self.S - self.svd.X

    @property
    def is_maximal(self) -> bool:
        """Whether the selected singular values are the q largest ones (as a multiset)."""
        return all(self.svd.value(a) == self.svd.value(i) for i, a in enumerate(self.selection))

    def transported(self, A: fmpq_mat) -> CanonicalPoint:
        """Return the point L_A(W, S) = (WA, A⁻¹S) of the same orbit, for an invertible k×k matrix A."""
        return CanonicalPoint(self.W * A, A.inv() * self.S, self.svd, self.selection)


def stack(top: fmpq_mat, bottom: fmpq_mat) -> fmpq_mat:
    """Return the two matrices, of as many columns, one above the other."""
    return fmpq_mat(top.nrows() + bottom.nrows(), top.ncols(), [*top.entries(), *bottom.entries()])


def _padded(columns_: fmpq_mat, k: int) -> fmpq_mat:
    """Return [M, 0] with k columns in all."""
    extra = zeros(k - columns_.ncols(), columns_.nrows())
    return stack(columns_.transpose(), extra).transpose()


def _sorted_selection(svd: RationalSvd, selection: Sequence[int], k: int) -> tuple[int, ...]:
    """Return the selection by decreasing singular value, or say what is wrong with it."""
    if len(set(selection)) != len(selection) or any(not 0 <= a < svd.m for a in selection):
        raise SelectionError(f"selection {list(selection)}: it must be distinct indices from 0 to m − 1 = {svd.m - 1}")
    if len(selection) > k:
        raise SelectionError(f"{len(selection)} directions do not fit in k = {k} columns; select at most k")
    return tuple(sorted(selection, key=lambda a: (-svd.value(a), a)))


def canonical_point(
    svd: RationalSvd,
    selection: Sequence[int],
    k: int,
    *,
    C_bar: fmpq_mat | None = None,
    C_0: fmpq_mat | None = None,
) -> CanonicalPoint:
    """Return the canonical point ([Ū, 0], [ŪᵀX; C̄ᵀV̄ᵀ + C₀ᵀV₀ᵀ]) of a selection.

    Args:
        svd: The decomposition of X (m×n, rank r).
        selection: q distinct indices in [0, m), q ≤ k; directions of singular value zero are allowed.
        k: Factorization dimension, at least 1.
        C_bar: q×(k − q); zero if not given. Every selected index must then be below n, so that it has a right
            singular vector.
        C_0: (n − r)×(k − q), the free part of S in the null space of X; zero if not given.

    Returns:
        The exact point; it is critical for every X, every selection and every C̄ and C₀.

    Raises:
        SelectionError: If the selection or the shape of C̄ or C₀ does not fit.

    **Source:** [mf-landscape] (13); (17) and, with C̄ = 0, (18). We write ŪᵀX for ΛV̄ᵀ, so that m > n and
    directions of singular value zero need no right singular vector.

    Example:
        >>> from symbolic.landscape.rational_svd import rational_svd
        >>> point = canonical_point(rational_svd(2, 3, [2, 1], twist=0), [1], 2)
        >>> point.W.tolist(), point.S.tolist(), point.is_maximal
        ([[0, 0], [1, 0]], [[0, 1, 0], [0, 0, 0]], False)
    """
    chosen = _sorted_selection(svd, selection, k)
    q, n, r = len(chosen), svd.n, svd.rank
    U_bar = columns(svd.U, chosen)
    lower = zeros(k - q, n)
    for name, C, basis in (("C_bar", C_bar, chosen), ("C_0", C_0, tuple(range(r, n)))):
        if C is None:
            continue
        if (C.nrows(), C.ncols()) != (len(basis), k - q):
            raise SelectionError(
                f"{name} is {C.nrows()}×{C.ncols()}; with q = {q}, k = {k}, n − r = {n - r} "
                f"it must be {len(basis)}×{k - q}"
            )
        if any(b >= n for b in basis):
            raise SelectionError(f"{name}: a selected direction of index ≥ n = {n} has no right singular vector")
        lower = lower + C.transpose() * columns(svd.V, basis).transpose()
    S = stack(U_bar.transpose() * svd.X, lower)
    return CanonicalPoint(_padded(U_bar, k), S, svd, chosen)


def rational_root(value: fmpq) -> fmpq:
    """Return the exact square root of a nonnegative rational that is a square.

    Raises:
        IrrationalRootError: If the root is irrational.

    Example:
        >>> rational_root(fmpq(9, 4))
        3/2
    """
    p, q = fmpz(value.p), fmpz(value.q)
    if value < 0 or p.isqrt() ** 2 != p or q.isqrt() ** 2 != q:
        raise IrrationalRootError(f"square root of {value}: not rational; take singular values that are squares")
    return fmpq(p.isqrt(), q.isqrt())


def balanced_point(svd: RationalSvd, selection: Sequence[int], k: int) -> CanonicalPoint:
    """Return the balanced critical point ([ŪΛ^½, 0], [Λ^½V̄ᵀ; 0]), on which WᵀW = SSᵀ.

    Args:
        svd: The decomposition of X; the selected singular values must be squares of rationals.
        selection: q distinct indices of *nonzero* singular values, q ≤ min(k, r).
        k: Factorization dimension, at least 1.

    Raises:
        SelectionError: If the selection does not fit or holds a zero singular value: by [mf-landscape]
            Theorem 3.3 such an orbit never meets the balanced manifold.
        IrrationalRootError: If a square root is irrational.

    **Source:** [mf-landscape] (24).

    Example:
        >>> from symbolic.landscape.rational_svd import rational_svd
        >>> point = balanced_point(rational_svd(2, 2, [4, 1], twist=0), [0], 1)
        >>> point.W.tolist(), point.S.tolist()
        ([[2], [0]], [[2, 0]])
    """
    chosen = _sorted_selection(svd, selection, k)
    if any(svd.value(a) == 0 for a in chosen):
        raise SelectionError(f"selection {list(chosen)} holds a zero singular value: its orbit has no balanced point")
    q = len(chosen)
    U_bar, V_bar = columns(svd.U, chosen), columns(svd.V, chosen)
    for j, a in enumerate(chosen):
        root = rational_root(svd.value(a))
        for i in range(svd.m):
            U_bar[i, j] = U_bar[i, j] * root
        for i in range(svd.n):
            V_bar[i, j] = V_bar[i, j] * root
    return CanonicalPoint(_padded(U_bar, k), stack(V_bar.transpose(), zeros(k - q, svd.n)), svd, chosen)
