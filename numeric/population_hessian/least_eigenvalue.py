r"""Certified bounds of the least eigenvalue of a symmetric ball matrix: repeated, tiny, zero or negative.

Let M be the matrix of midpoints, exact, and R ≥ ‖H - M‖_F from the radii: by Weyl the least eigenvalues differ by at
most R. On M the work is exact data in high precision, so nothing is lost by cancellation:

1. a vector x (from floating point at first) gives the Rayleigh quotient θ ≥ λ_min(M);
2. a guess c below θ, from the residual |Mx - θx|, is confirmed by M - cI positive definite, or lowered until it is;
3. with c confirmed, one step x ← (M - cI)⁻¹x of inverse iteration brings θ closer, whatever the multiplicity; and so on
   until θ - c is small enough.

A first c comes from Gershgorin's discs, so there is an answer in every case: an interval, narrow or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx

from numeric.enclosures.balls import rational_ball
from numeric.population_hessian.certified_hessian import SpectralParts
from numeric.population_hessian.definiteness import is_certainly_positive_definite

_BITS = 320
_MOST_TRIALS = 14


class NotABallMatrixError(ValueError):
    """A matrix is empty, not square, not symmetric, or has an entry that is not finite."""


@dataclass(frozen=True)
class LeastEigenvalue:
    """Certified: ``lower`` ≤ λ_min ≤ ``upper`` for every symmetric matrix in the balls; both exact numbers."""

    lower: Any
    upper: Any

    def is_certainly_positive(self) -> bool:
        """Return whether λ_min > 0 is proved."""
        return bool(self.lower > 0)


def certify_least_eigenvalue(
    H: arb_mat, *, relative_gap: Fraction = Fraction(1, 10**9), absolute_gap: Fraction = Fraction(1, 10**30)
) -> LeastEigenvalue:
    """Return certified bounds of the least eigenvalue of a symmetric ball matrix.

    Args:
        H: A symmetric matrix of balls.
        relative_gap: The work stops when the gap is below this part of the eigenvalue's size,
        absolute_gap: or below this part of the largest entry's, or when no progress is made; the radii of H add to it.

    Returns:
        Proved bounds. They are as close as asked unless the radii of H forbid it or two eigenvalues almost coincide
        at the working precision of 320 bits.

    Raises:
        NotABallMatrixError: If H is empty, not square, not symmetric in its midpoints, not finite, or beyond
            1e±150 in size.

    Example:
        >>> least = certify_least_eigenvalue(arb_mat(2, 2, [2, 1, 1, 2]))
        >>> bool(least.lower <= 1 <= least.upper), bool(least.upper - least.lower < arb("1e-8"))
        (True, True)
    """
    M, radius = _midpoints(H)
    with ctx.workprec(_BITS):
        size = M.nrows()
        largest = max((abs(M[i, j]).upper() for i in range(size) for j in range(size)), key=float)
        if largest == 0:
            return LeastEigenvalue((-radius).lower(), radius.upper())
        if not 1e-150 < float(largest) < 1e150:
            # A first vector is found in doubles.
            raise NotABallMatrixError("least eigenvalue: the largest entry is beyond 1e±150; rescale the matrix")
        floor = (rational_ball(absolute_gap) * largest).upper()
        lower, upper = _bracket(M, _gershgorin(M), floor, rational_ball(relative_gap))
        return LeastEigenvalue((lower - radius).lower(), (upper + radius).upper())


def certify_least_of_parts(parts: SpectralParts, *, relative_gap: Fraction = Fraction(1, 10**9)) -> LeastEigenvalue:
    """Return certified bounds of the least eigenvalue of the whole Hessian, from the parts of its spectrum.

    Args:
        parts: From :func:`~numeric.population_hessian.certified_hessian.enclose_spectral_parts`.
        relative_gap: As in :func:`certify_least_eigenvalue`.
    """
    matrices = [parts.core]
    matrices += [M for M, times in ((parts.users, parts.users_times), (parts.items, parts.items_times)) if times]
    found = [certify_least_eigenvalue(M, relative_gap=relative_gap) for M in matrices]
    return LeastEigenvalue(min((f.lower for f in found), key=_order), min((f.upper for f in found), key=_order))


def _order(exact: Any) -> Fraction:
    mantissa, exponent = exact.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _midpoints(H: arb_mat) -> tuple[arb_mat, Any]:
    size = H.nrows()
    if size == 0 or size != H.ncols():
        raise NotABallMatrixError(f"least eigenvalue: the matrix is {H.nrows()} × {H.ncols()}; it must be square")
    table = H.tolist()
    with ctx.workprec(64):
        total = arb(0)
        for i, row in enumerate(table):
            for j, value in enumerate(row):
                if not value.is_finite():
                    raise NotABallMatrixError(f"least eigenvalue: entry ({i}, {j}) is {value}, not a finite ball")
                total += arb(value.rad()) ** 2
        radius = total.sqrt().upper()
    for i in range(size):
        for j in range(i):
            if not table[i][j].overlaps(table[j][i]):
                raise NotABallMatrixError(
                    f"least eigenvalue: entries ({i}, {j}) and ({j}, {i}) differ; symmetrize first"
                )
    # A symmetric matrix in H lies within the radii of the upper triangle; the lower one is its mirror image.
    mids = [[table[min(i, j)][max(i, j)].mid() for j in range(size)] for i in range(size)]
    with ctx.workprec(64):
        mirrored = sum((arb(table[i][j].rad()) ** 2 for j in range(size) for i in range(j + 1)), arb(0))
        radius = radius.max((2 * mirrored).sqrt().upper())
    return arb_mat(size, size, [value for row in mids for value in row]), radius


def _gershgorin(M: arb_mat) -> Any:
    table = M.tolist()
    lowest = None
    for i, row in enumerate(table):
        end = (row[i] - sum((abs(v) for j, v in enumerate(row) if j != i), arb(0))).lower()
        lowest = end if lowest is None or end < lowest else lowest
    return lowest


def _bracket(M: arb_mat, lower: Any, floor: Any, relative: Any) -> tuple[Any, Any]:
    """Return certified (c, θ) with c ≤ λ_min(M) ≤ θ."""
    size = M.nrows()
    middle = np.array([[float(v) for v in row] for row in M.tolist()])
    vector = np.linalg.eigh(middle)[1][:, 0]
    x = arb_mat(size, 1, [arb(float(v)) for v in vector])
    upper, residual = _quotient(M, x)
    step = (2 * residual).upper()
    for _ in range(_MOST_TRIALS):
        goal = (abs(upper) * relative).lower().max(floor)
        if upper - lower <= goal:
            break
        candidate = (upper - step.max(goal / 2)).lower()
        if candidate > lower and _is_definite(M, candidate):
            lower = candidate
        elif candidate <= lower:
            step = goal / 2
        else:
            step = (16 * step.max(goal)).upper()
            continue
        x = _inverse_step(M, lower, x)
        better, residual = _quotient(M, x)
        upper = min(upper, better, key=_order)
        step = (2 * residual).upper()
    return lower, upper


def _is_definite(M: arb_mat, shift: Any) -> bool:
    """Many eigenvalues close to the shift cost many bits: try once more with three times as many."""
    if is_certainly_positive_definite(M, shift):
        return True
    with ctx.workprec(3 * _BITS):
        return is_certainly_positive_definite(M, shift)


def _quotient(M: arb_mat, x: arb_mat) -> tuple[Any, Any]:
    """Return an upper bound of the Rayleigh quotient, and about |Mx - θx|/|x|."""
    image = M * x
    square = (x.transpose() * x)[0, 0]
    theta = (x.transpose() * image)[0, 0] / square
    rest = image - x * theta.mid()
    return theta.upper(), ((rest.transpose() * rest)[0, 0].abs_upper() / square).sqrt().upper()


def _inverse_step(M: arb_mat, shift: Any, x: arb_mat) -> arb_mat:
    """Return an exact vector near (M - shift·I)⁻¹x, scaled to entries of size 1; only its quotient is ever believed."""
    size = M.nrows()
    moved = arb_mat(size, size, [v - shift if i == j else v for i, r in enumerate(M.tolist()) for j, v in enumerate(r)])
    try:
        solved = moved.mid().solve(x, algorithm="approx").mid()
    except ZeroDivisionError:
        return x
    largest = arb(0)
    for i in range(size):
        largest = largest.max(solved[i, 0].abs_upper())
    if not largest.is_finite() or largest == 0:
        return x
    return arb_mat(size, 1, [(solved[i, 0] / largest).mid() for i in range(size)])
