"""Upper bounds of zᵀMz over nonnegative unit vectors z: λ_max(M + N) for entrywise nonnegative N, proved in balls.

For z ≥ 0, zᵀMz ≤ zᵀ(M + N)z ≤ λ_max(M + N). The best N solves the semidefinite program dual to the doubly nonnegative
relaxation; it is approximated by splitting between the spectrahedron and the nonnegative matrices, then adjusted to the
known maximizer. Whatever N comes out, the bound is proved.
"""

from __future__ import annotations

import numpy as np
from flint import arb

from numeric.homogeneous.polars.eigenvalue_bounds import largest_eigenvalue_bound
from numeric.homogeneous.polars.enclosure import Vector, ball_matrix


def nonnegative_form_bound(M: Vector, maximizer: Vector, *, steps: int = 3000) -> arb:
    """Return a proved upper bound of max{zᵀMz : z ≥ 0, ‖z‖ = 1}.

    Args:
        M: Symmetric n×n doubles, taken as exact.
        maximizer: A nonnegative unit vector thought to attain the maximum; only the tightness depends on it.
        steps: Steps of the splitting.

    Returns:
        λ_max(M + N) rounded up, for the best of the N tried. For n ≤ 4 the best N of all gives the maximum itself
        (doubly nonnegative matrices are completely positive there); beyond it may be larger.
    """
    N = _split(M, steps)
    N = np.maximum(N, N.T)  # rounding may leave it unsymmetric: dominance of rows alone would prove nothing then
    value = float(maximizer @ M @ maximizer)
    tried = [N, _adjusted(M, N, maximizer, value), np.zeros_like(M)]
    best = min(tried, key=lambda N: float(np.linalg.eigvalsh(M + N)[-1]))
    return largest_eigenvalue_bound(ball_matrix(M) + ball_matrix(best))


def _split(M: Vector, steps: int) -> Vector:
    """Return multipliers N ≥ 0 from splitting max ⟨M, X⟩ over X ⪰ 0 of trace 1 and X ≥ 0."""
    n = len(M)
    scale = float(np.abs(M).max()) or 1.0
    step = 1.0
    Z = np.eye(n) / n
    dual = np.zeros_like(M)
    for count in range(steps):
        X = _spectrahedron(Z - dual + M / (scale * step))
        before = Z
        Z = np.maximum(X + dual, 0.0)
        dual += X - Z
        primal, change = float(np.linalg.norm(X - Z)), float(np.linalg.norm(Z - before))
        if max(primal, change) < 1e-13:
            break
        if count % 20 == 19 and count < steps // 2:  # keep both residuals of one size
            factor = 2.0 if primal > 5 * change else 0.5 if change > 5 * primal else 1.0
            step, dual = step * factor, dual / factor
    return np.maximum(-dual, 0.0) * scale * step


def _spectrahedron(A: Vector) -> Vector:
    """Return the positive semidefinite matrix of trace 1 nearest to A."""
    values, vectors = np.linalg.eigh((A + A.T) / 2)
    ordered = values[::-1]
    shifts = (np.cumsum(ordered) - 1) / np.arange(1, len(ordered) + 1)
    shift = shifts[np.nonzero(ordered > shifts)[0][-1]]
    return np.asarray((vectors * np.maximum(values - shift, 0.0)) @ vectors.T)


def _adjusted(M: Vector, N: Vector, z: Vector, value: float) -> Vector:
    """Return N changed so that (M + N)z = value·z: zero on the support of z, rows beyond it scaled to fit.

    Where z attains the maximum, every optimal N is of this form, and z is then a leading eigenvector of M + N.
    """
    support = z > 1e-7 * float(z.max(initial=0.0))
    if not support.any():
        return N
    adjusted = N.copy()
    adjusted[np.ix_(support, support)] = 0.0
    wanted = np.maximum(value * z - M @ z, 0.0)
    for i in np.nonzero(~support)[0]:
        row = adjusted[i] * support
        reached = float(row @ z)
        row = row * (wanted[i] / reached) if reached > 1e-9 * wanted[i] and reached > 0 else z * wanted[i] * support
        adjusted[i, support] = adjusted[support, i] = row[support]
    return adjusted
