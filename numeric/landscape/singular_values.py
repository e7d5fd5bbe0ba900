"""Enclosures of singular values and of the least eigenvalue of a symmetric matrix, certified a posteriori."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flint import arb, arb_mat, ctx
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


class EnclosureError(ValueError):
    """The floating-point guess could not be certified."""


def ball_matrix(M: Matrix) -> arb_mat:
    """Return the matrix as exact balls: every float is a dyadic rational."""
    return arb_mat(M.shape[0], M.shape[1], [arb(float(x)) for x in M.ravel()])


def frobenius_square(M: arb_mat) -> arb:
    """Return a ball for the sum of the squares of the entries."""
    return sum((entry * entry for entry in M.entries()), arb(0))


def frobenius(M: arb_mat) -> arb:
    """Return a ball for the Frobenius norm."""
    square = frobenius_square(M)
    return square.sqrt() if square.lower() > 0 else arb(0).union(square.abs_upper().sqrt())


def _orthonormality_defect(F: Matrix) -> arb:
    """Return an upper bound of ‖FᵀF − I‖₂ for a nearly orthonormal F."""
    ball = ball_matrix(F)
    gram = ball.transpose() * ball
    for i in range(F.shape[1]):
        gram[i, i] = gram[i, i] - 1
    return arb(frobenius(gram).upper())


def enclose_singular_values(X: Matrix, *, bits: int = 128) -> tuple[arb, ...]:
    """Return balls that contain the singular values of X, decreasing.

    A floating-point SVD X ≈ UΣVᵀ is only a guess. With R = X − UΣVᵀ and defects δ_U = ‖UᵀU − I‖, δ_V alike, in ball
    arithmetic, σ_i(UΣVᵀ) lies in σ̃_i·[√(1 − δ_U)√(1 − δ_V), √(1 + δ_U)√(1 + δ_V)], and Weyl's inequality adds ±‖R‖.

    Args:
        X: m×n floats, finite, taken as exact.
        bits: Working precision.

    Returns:
        min(m, n) balls; the i-th contains σ_i(X) for certain.

    Raises:
        EnclosureError: If X is not finite or the guess is too far from orthonormal.

    Example:
        >>> top, low = enclose_singular_values(np.array([[3.0, 0.0], [0.0, 1.0]]))
        >>> 3 in top, 1 in low, float(top.rad()) < 1e-12
        (True, True, True)
    """
    if not np.isfinite(X).all():
        raise EnclosureError(f"singular values of a {X.shape[0]}×{X.shape[1]} matrix with NaN or infinite entries")
    U, guess, Vt = np.linalg.svd(X, full_matrices=False)
    with ctx.workprec(bits):
        defect_U, defect_V = _orthonormality_defect(U), _orthonormality_defect(Vt.T)
        if not (defect_U < 1 and defect_V < 1):
            raise EnclosureError("singular values: the floating-point SVD is not nearly orthonormal")
        residual = ball_matrix(X) - ball_matrix(U) * ball_matrix(np.diag(guess)) * ball_matrix(Vt)
        slack = arb(frobenius(residual).upper())
        stretch = ((1 + defect_U) * (1 + defect_V)).sqrt()
        shrink = ((1 - defect_U) * (1 - defect_V)).sqrt()
        out = []
        for value in guess:
            lower = (arb(float(value)) * shrink - slack).lower()
            upper = (arb(float(value)) * stretch + slack).upper()
            out.append(arb(0).max(arb(lower)).union(arb(upper)))
        return tuple(out)


@dataclass(frozen=True)
class LeastEigenvalue:
    """Certified bounds of the least eigenvalue of a symmetric matrix.

    Args:
        lower: A number proved to be at most λ_min.
        upper: A number proved to be at least λ_min.
        vector: The unit vector (floats) whose Rayleigh quotient gave ``upper``.
        method: How ``lower`` was proved.
    """

    lower: float
    upper: float
    vector: Matrix
    method: str


def rayleigh_quotient(M: arb_mat, vector: Matrix) -> arb:
    """Return a ball for vᵀMv / vᵀv."""
    v = ball_matrix(vector.reshape(-1, 1))
    return (v.transpose() * M * v)[0, 0] / frobenius_square(v)


def is_positive_definite(M: Matrix, shift: float, *, bits: int = 128) -> bool:
    """Return whether M − shift·I is proved positive definite (False proves nothing).

    With R ≈ L⁻¹ for a floating-point Cholesky factor L, C = R(M − shift·I)Rᵀ is computed in balls; if C is strictly
    diagonally dominant with positive diagonal then C ≻ 0, hence R is invertible and M − shift·I ≻ 0.

    Args:
        M: Symmetric, floats taken as exact.
        shift: Float.
        bits: Working precision.
    """
    size = M.shape[0]
    try:
        factor = np.linalg.cholesky(M - shift * np.eye(size))
        inverse = np.linalg.inv(factor)
    except np.linalg.LinAlgError:
        return False
    with ctx.workprec(bits):
        R, A = ball_matrix(inverse), ball_matrix(M)
        for i in range(size):
            A[i, i] = A[i, i] - arb(shift)
        rows = (R * A * R.transpose()).tolist()
        return all(
            2 * row[i].abs_lower() > sum((abs(x) for x in row), arb(0)) and row[i] > 0 for i, row in enumerate(rows)
        )


def enclose_least_eigenvalue(M: Matrix, *, bits: int = 128) -> LeastEigenvalue:
    """Return certified bounds of the least eigenvalue of a symmetric matrix of floats.

    Args:
        M: Symmetric N×N, finite; N up to about a thousand.
        bits: Working precision.

    Raises:
        EnclosureError: If M is not symmetric or not finite, or no shift could be certified.

    Example:
        >>> bounds = enclose_least_eigenvalue(np.array([[2.0, 3.0], [3.0, 2.0]]))
        >>> bounds.lower <= -1 <= bounds.upper, bounds.upper - bounds.lower < 1e-6
        (True, True)
    """
    if not np.isfinite(M).all() or not np.array_equal(M, M.T):
        raise EnclosureError(f"least eigenvalue of a {M.shape[0]}×{M.shape[1]} matrix that is not symmetric and finite")
    values, vectors = np.linalg.eigh(M)
    with ctx.workprec(bits):
        upper = float(rayleigh_quotient(ball_matrix(M), vectors[:, 0]).upper())
    upper = float(np.nextafter(upper, np.inf))
    scale = max(float(np.abs(values).max()), np.finfo(np.float64).tiny * 1e20)
    for power in range(-12, 1):
        shift = float(values[0] - scale * 10.0**power)
        if is_positive_definite(M, shift, bits=bits):
            return LeastEigenvalue(shift, upper, vectors[:, 0], "Cholesky, checked in balls")
    raise EnclosureError("least eigenvalue: no lower bound could be certified; rescale the matrix")
