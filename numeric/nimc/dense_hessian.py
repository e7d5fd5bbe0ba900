"""The dense Hessian of the NIMC loss, by two assemblies: through the distinct users and items, or through the pairs.

Block (u_a, u_b) is Xᵀ diag(w_ab) X with one weight a user, because the items a user met enter only through the sums
Σ_j Q_ja Q_jb; block (u_a, v_b) needs the pairs once, as a sparse product. When hardly anything repeats there is
nothing to gain, and one symmetric rank update of the stacked Jacobian is the better assembly.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.linalg.blas import dsyrk

from numeric.nimc.activations import Array
from numeric.nimc.loss import NimcLoss

Assembly = Literal["auto", "structured", "stacked"]
_SHARED_ENOUGH = 0.75
_CHUNK = 4096


class AssemblyError(ValueError):
    """No assembly bears the name asked for."""


def dense_hessian(loss: NimcLoss, U: Array, V: Array, *, assembly: Assembly = "auto") -> Array:
    """Return the Hessian of ``loss`` at (U, V), shape ((d+e)k, (d+e)k), rows u_1, …, u_k, v_1, …, v_k.

    Args:
        loss: The loss of a data set.
        U: Users' weights, shape (d, k).
        V: Items' weights, shape (e, k).
        assembly: ``"structured"`` goes through distinct users and items, ``"stacked"`` through the Jacobian of the
            pairs; ``"auto"`` takes the first if users and items repeat enough.

    Raises:
        AssemblyError: If the assembly is unknown.
        MissingDerivativeError: If the activation has no φ′ or φ″.

    **Source:** [nimc] equation (6) and the cross blocks of appendix C.
    """
    if assembly not in {"auto", "structured", "stacked"}:
        raise AssemblyError(f"dense_hessian: unknown assembly {assembly!r}; known: auto, structured, stacked")
    if assembly == "auto":
        distinct = (len(loss.X) + len(loss.Y)) / 2
        assembly = "structured" if distinct < _SHARED_ENOUGH * loss.pairs else "stacked"
    H = _structured(loss, U, V) if assembly == "structured" else _stacked(loss, U, V)
    _add_residual_terms(H, loss, U, V)
    H /= loss.pairs
    return H


def _features(loss: NimcLoss, U: Array, V: Array) -> tuple[Array, Array, Array, Array]:
    slope = loss.phi.derivative(1, "dense_hessian")
    Zu, Zv = loss.X @ U, loss.Y @ V
    return loss.phi.value(Zu), loss.phi.value(Zv), slope(Zu), slope(Zv)


def _structured(loss: NimcLoss, U: Array, V: Array) -> Array:
    (d, k), e = U.shape, V.shape[0]
    P, Q, P1, Q1 = _features(loss, U, V)
    H = np.zeros(((d + e) * k, (d + e) * k))
    by_user, by_item = loss.counts, loss.counts.T.tocsr()
    for a in range(k):
        later = slice(a, k)
        users = P1[:, [a]] * P1[:, later] * (by_user @ (Q[:, [a]] * Q[:, later]))
        items = Q1[:, [a]] * Q1[:, later] * (by_item @ (P[:, [a]] * P[:, later]))
        for offset, size, Z, weights in ((0, d, loss.X, users), (d * k, e, loss.Y, items)):
            wide = (weights[:, :, None] * Z[:, None, :]).reshape(len(Z), -1)
            rows = slice(offset + a * size, offset + (a + 1) * size)
            H[rows, offset + a * size : offset + k * size] = Z.T @ wide
        # Blocks (u_a, v_b), all b: Σ over pairs of (P1_a P_b)(Q_a Q1_b) x yᵀ, pairs summed by the sparse product.
        wide = ((Q[:, [a]] * Q1)[:, :, None] * loss.Y[:, None, :]).reshape(len(loss.Y), -1)
        seen = (by_user @ wide).reshape(len(loss.X), k, e)
        seen *= (P1[:, [a]] * P)[:, :, None]
        H[a * d : (a + 1) * d, d * k :] = loss.X.T @ seen.reshape(len(loss.X), -1)
    return _mirrored(H)


def _stacked(loss: NimcLoss, U: Array, V: Array) -> Array:
    (d, k), e = U.shape, V.shape[0]
    P, Q, P1, Q1 = _features(loss, U, V)
    H = np.zeros(((d + e) * k, (d + e) * k), order="F")
    for start in range(0, loss.pairs, _CHUNK):
        i, j = loss.users[start : start + _CHUNK], loss.items[start : start + _CHUNK]
        J = np.empty((len(i), (d + e) * k))
        J[:, : d * k] = ((P1[i] * Q[j])[:, :, None] * loss.X[i][:, None, :]).reshape(len(i), -1)
        J[:, d * k :] = ((Q1[j] * P[i])[:, :, None] * loss.Y[j][:, None, :]).reshape(len(i), -1)
        H = dsyrk(1.0, J.T, beta=1.0, c=H, overwrite_c=True)
    return _mirrored(H)


def _mirrored(H: Array) -> Array:
    """Copy the upper triangle onto the lower one, block of rows by block of rows."""
    size = len(H)
    step = 512
    for start in range(0, size, step):
        stop = min(start + step, size)
        H[stop:, start:stop] = H[start:stop, stop:].T
        corner = np.triu(H[start:stop, start:stop])
        H[start:stop, start:stop] = corner + np.triu(corner, 1).T
    return H


def _symmetric(block: Array) -> Array:
    half: Array = (block + block.T) / 2
    return half


def _add_residual_terms(H: Array, loss: NimcLoss, U: Array, V: Array) -> None:
    curvature = loss.phi.derivative(2, "dense_hessian")
    (d, k), e = U.shape, V.shape[0]
    P, Q, P1, Q1 = _features(loss, U, V)
    R = loss.sparse(loss.residuals(U, V))
    users, items = curvature(loss.X @ U) * (R @ Q), curvature(loss.Y @ V) * (R.T @ P)
    for a in range(k):
        u, v = slice(a * d, (a + 1) * d), slice(d * k + a * e, d * k + (a + 1) * e)
        H[u, u] += _symmetric(loss.X.T @ (users[:, [a]] * loss.X))
        H[v, v] += _symmetric(loss.Y.T @ (items[:, [a]] * loss.Y))
        cross = loss.X.T @ (P1[:, [a]] * (R @ (Q1[:, [a]] * loss.Y)))
        H[u, v] += cross
        H[v, u] += cross.T
