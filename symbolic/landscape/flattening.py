r"""When the least eigenvalue over all strict saddles comes arbitrarily close to zero, and saddles that show it.

By :mod:`symbolic.landscape.critical` a strict saddle has λ_min(∇²J) = λ_min(M), M = [[P, −ε], [−ε, Q]],
P = SSᵀ, Q = WᵀW, ε = ‖WS − X‖₂ ≥ σ_r. If some x ≠ 0 has Px = Qx = 0, then (x, x) shows λ_min = −ε ≤ −σ_r; this is
so on the whole orbit when rank(W) + rank(S) < k. Otherwise the orbit has points with λ_min → 0: of a canonical point
with ρ nonzero and z zero singular directions in W and c directions of ker X in S, f = k − ρ − z − c ≤ ρ columns are
idle, and A is made of

* the scaling T on each index of W or of both, 1/T on each index of S alone;
* for each idle index, joined to an index of both, the shear [[1, T], [T, 1 + T²]]: there Q = aaᵀ and
  P = λ²bbᵀ with ‖a‖, ‖b‖ → ∞ and aᵀb = 1, so that M's light vectors are x ⊥ b, y ⊥ a, and xᵀy → 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from symbolic.landscape.canonical_points import CanonicalPoint, canonical_point
from symbolic.landscape.rational_svd import RationalSvd, identity, zeros


class BoundedSaddlesError(ValueError):
    """All strict saddles of this X and k have λ_min ≤ −σ_r, or there are none."""


def has_flat_saddles(sigma: Sequence[fmpq | int], m: int, n: int, k: int) -> bool:
    """Return whether strict saddles of ½‖X − WS‖² have λ_min arbitrarily close to zero.

    For X ≠ 0 that is so iff k ≤ m + n − 2, except when k = 1, m = n = rank(X) and all singular values are equal (then
    the origin is the only strict saddle). For X = 0 there is no strict saddle.

    Args:
        sigma: The singular values of X.
        m: Rows.
        n: Columns.
        k: Factorization dimension.

    **Source:** makes [mf-landscape] Section 4, "the minimum eigenvalue … is arbitrarily close to zero", precise.

    Example:
        >>> has_flat_saddles([1], 1, 2, 1), has_flat_saddles([1], 1, 2, 2), has_flat_saddles([1], 1, 1, 1)
        (True, False, False)
    """
    values = [s for s in sigma if s != 0]
    if not values or k > m + n - 2:
        return False
    lonely = k == 1 and m == n == len(values) and len(set(values)) == 1
    return not lonely


def flat_saddle(svd: RationalSvd, k: int, T: int | fmpq) -> CanonicalPoint:
    """Return a strict saddle of X whose least eigenvalue tends to zero as ``T`` grows.

    Args:
        svd: The decomposition of X.
        k: Factorization dimension.
        T: A rational, at least 1; the larger, the flatter.

    Raises:
        BoundedSaddlesError: If there are no such saddles.

    Example:
        >>> from symbolic.landscape.rational_svd import rational_svd
        >>> point = flat_saddle(rational_svd(1, 2, [1], twist=0), 1, 10)
        >>> point.W.tolist(), point.S.tolist()
        ([[0]], [[0, 10]])
    """
    m, n, r = svd.m, svd.n, svd.rank
    if not has_flat_saddles(svd.sigma, m, n, k):
        raise BoundedSaddlesError(f"a {m}×{n} matrix of rank {r} with k = {k}: its strict saddles stay away from zero")
    size = fmpq(T)
    if k == 1 and m == n == r:
        # W along the smallest direction: it is no global minimum, for the values are not all equal.
        return canonical_point(svd, [r - 1], 1).transported(fmpq_mat(1, 1, [size]))
    both = min(r, k) - 1
    right = min(n - r, k - both)
    left = min(m - r, k - both - right)
    idle = k - both - left - right
    C_0 = zeros(n - r, k - both - left)
    for i in range(right):
        C_0[i, i] = fmpq(1)
    point = canonical_point(svd, [*range(both), *range(r, r + left)], k, C_0=C_0)
    A = identity(k)
    for j in range(k):
        A[j, j] = size if j < both + left else fmpq(1) / size
    for i, j in enumerate(range(k - idle, k)):
        A[i, i], A[i, j], A[j, i], A[j, j] = fmpq(1), size, size, 1 + size * size
    return point.transported(A)
