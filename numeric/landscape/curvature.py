"""Certified bounds of the least eigenvalue of the Hessian map at any point, critical or not, and the Hessian matrix."""

from __future__ import annotations

import numpy as np
from flint import arb, arb_mat
from numpy.typing import NDArray

from numeric.landscape.shapes import factorization_shapes
from numeric.landscape.singular_values import (
    ball_matrix,
    enclose_least_eigenvalue,
    enclose_singular_values,
    frobenius,
)

Matrix = NDArray[np.float64]


def hessian_matrix(W: Matrix, S: Matrix, X: Matrix) -> Matrix:
    """Return the symmetric k(m + n)×k(m + n) Hessian matrix in floats; vec stacks columns, W's block before S's.

    Args:
        W: m×k.
        S: k×n.
        X: m×n.
    """
    m, n, k = factorization_shapes(W, S, X)
    E = W @ S - X
    top = np.kron(S @ S.T, np.eye(m))
    bottom = np.kron(np.eye(n), W.T @ W)
    # Coordinate W_ij is jm + i, S_lc is mk + ck + l: ∂²J/∂W_ij∂S_lc = W_il S_jc + [j = l] E_ic.
    cross = np.einsum("il,jc->jicl", W, S) + np.einsum("jl,ic->jicl", np.eye(k), E)
    cross = cross.reshape(m * k, n * k)
    out = np.block([[top, cross], [cross.T, bottom]])
    return np.asarray((out + out.T) / 2)


def dense_lower_bound(W: Matrix, S: Matrix, X: Matrix, *, bits: int) -> tuple[float, Matrix]:
    """Return a proved lower bound of λ_min(∇²J(W, S)) from the whole Hessian matrix, and its float eigenvector.

    The float Hessian differs from the exact one by the rounding of its entries; Weyl's inequality adds that much.

    Args:
        W: m×k.
        S: k×n.
        X: m×n.
        bits: Working precision; the caller has set it.
    """
    H = hessian_matrix(W, S, X)
    bounds = enclose_least_eigenvalue(H, bits=bits)
    error = _hessian_rounding(ball_matrix(W), ball_matrix(S), ball_matrix(X), H)
    return _rounded_down(arb(bounds.lower) - error), bounds.vector


def structured_lower_bound(W: Matrix, S: Matrix, X: Matrix, residual_norm: arb, *, bits: int) -> tuple[float, str]:
    """Return a proved lower bound of λ_min(∇²J(W, S)) from matrices of size 2k, with its name.

    D²J[(G, H)] = ‖GS + WH‖² + 2⟨E, GH⟩ ≥ −‖E‖₂‖(G, H)‖². With the projectors Π on col W and Π′ on row S, and
    G⊥ = (I − Π)G, H⊥ = H(I − Π′), also ‖GS + WH‖² ≥ ‖G⊥S‖² + ‖WH⊥‖² and ⟨E, GH⟩ ≥ ⟨E, G⊥H⊥⟩ − (‖ΠE‖ + ‖EΠ′‖)‖G‖‖H‖, so

        λ_min ≥ min(0, λ_min [[SSᵀ, −‖E‖₂], [−‖E‖₂, WᵀW]]) − ‖WᵀE‖/σ_k(W) − ‖ESᵀ‖/σ_k(S).

    It is sharp at critical points where W and S have rank k, the other one where they have not and are balanced.

    Args:
        W: m×k.
        S: k×n.
        X: m×n.
        residual_norm: A ball for ‖WS − X‖₂.
        bits: Working precision; the caller has set it.
    """
    m, n, k = factorization_shapes(W, S, X)
    plain = _rounded_down(-arb(residual_norm.upper()))
    if k > min(m, n):
        return plain, "residual norm"
    least_W, least_S = (arb(enclose_singular_values(M, bits=bits)[k - 1].lower()) for M in (W, S))
    if not (least_W > 0 and least_S > 0):
        return plain, "residual norm"
    w, s = ball_matrix(W), ball_matrix(S)
    residual = w * s - ball_matrix(X)
    slope = frobenius(w.transpose() * residual) / least_W + frobenius(residual * s.transpose()) / least_S
    epsilon = float(np.nextafter(float(residual_norm.upper()), np.inf))
    P, Q = S @ S.T, W.T @ W
    P, Q = (P + P.T) / 2, (Q + Q.T) / 2
    block = np.block([[P, -epsilon * np.eye(k)], [-epsilon * np.eye(k), Q]])
    error = frobenius(s * s.transpose() - ball_matrix(P)) + frobenius(w.transpose() * w - ball_matrix(Q))
    value = arb(0).min(arb(enclose_least_eigenvalue(block, bits=bits).lower) - error) - slope
    reduced = _rounded_down(value)
    return (reduced, "escape block") if reduced > plain else (plain, "residual norm")


def _rounded_down(ball: arb) -> float:
    """Return a float that is at most every number of the ball."""
    return float(np.nextafter(float(ball.lower()), -np.inf))


def _hessian_rounding(w: arb_mat, s: arb_mat, x: arb_mat, H: Matrix) -> arb:
    """Return an upper bound of the Frobenius distance of the float Hessian from the exact one."""
    m, k = w.nrows(), w.ncols()
    n = s.ncols()
    P, Q, residual = s * s.transpose(), w.transpose() * w, w * s - x
    error = arb(0)
    for j in range(k):
        for p in range(k):
            error += m * (P[j, p] - arb(float(H[j * m, p * m]))) ** 2
            error += n * (Q[j, p] - arb(float(H[m * k + j, m * k + p]))) ** 2
            for i in range(m):
                for c in range(n):
                    exact = w[i, p] * s[j, c] + (residual[i, c] if j == p else 0)
                    error += 2 * (exact - arb(float(H[j * m + i, m * k + c * k + p]))) ** 2
    return arb(error.abs_upper().sqrt().upper())
