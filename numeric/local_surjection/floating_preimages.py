"""Floating-point preimages for users, each with its residual; the machine's works wherever d ≥ d0 − 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class FloatingPreimage:
    """A computed preimage: its parts, how far it is from the point, and how far its value is from the target."""

    parts: tuple[Array, ...]
    distance: float
    residual: float


def estimate_factorization_preimage(X: Array, Y: Array, target: Array) -> FloatingPreimage:
    """Return factors near X, Y whose product is ``target``, moving only in directions orthogonal to both.

    Args:
        X: d×m.
        Y: d×n.
        target: m×n.

    Raises:
        ValueError: If fewer than min(m, n) orthogonal directions are left, or a shape is wrong.

    **Source:** `[chain-rules]` Theorem 3.6.
    """
    d, m, n = X.shape[0], X.shape[1], Y.shape[1]
    if Y.shape[0] != d or target.shape != (m, n):
        raise ValueError(f"shapes: X {X.shape}, Y {Y.shape}, target {target.shape}; expected (d, m), (d, n), (m, n)")
    left, values, _ = np.linalg.svd(np.hstack([X, Y]), full_matrices=True)
    used = int(np.sum(values > values.max(initial=0.0) * 1e-12))
    free = left[:, used:]
    if free.shape[1] < min(m, n):
        raise ValueError(f"{free.shape[1]} directions are orthogonal to X and Y, {min(m, n)} are needed")
    u, s, vt = np.linalg.svd(target - X.T @ Y, full_matrices=False)
    root = np.sqrt(s)[:, None]
    frame = free[:, : len(s)]
    W, Z = frame @ (root * u.T), frame @ (root * vt)
    return _measured((X + W, Y + Z), (X, Y), (X + W).T @ (Y + Z) - target)


def estimate_machine_preimage(P: Array, products: Array) -> FloatingPreimage:
    """Return P' near P with prescribed products p_i·p_j, i ≠ j; for every P once d ≥ d0 − 1.

    The Gram matrix G + S is shifted by its least eigenvalue (by its norm, if d ≥ d0 leaves room), which makes it
    semidefinite of rank at most d; the nearest factor is found by the polar decomposition.

    Args:
        P: d×d0 with d ≥ d0 − 1.
        products: Symmetric d0×d0; the diagonal is ignored.

    Returns:
        P' with distance at most √(tr|G' − G|), the bound that proves local surjection.

    Raises:
        ValueError: If d < d0 − 1, or a shape is wrong.
    """
    d, d0 = P.shape
    if products.shape != (d0, d0):
        raise ValueError(f"products: expected shape {(d0, d0)}, got {products.shape}")
    if d < d0 - 1:
        raise ValueError(f"d = {d} is below d0 - 1 = {d0 - 1}: not every small change of the products can be had")
    gram = P.T @ P
    wanted = np.where(np.eye(d0, dtype=bool), gram, products)
    values, vectors = np.linalg.eigh(wanted)
    shift = values[0] if d < d0 or values[0] < 0 else 0.0
    factor = np.sqrt(np.clip(values - shift, 0, None))[:, None] * vectors.T
    kept = factor[1:] if d < d0 else factor
    made = np.vstack([kept, np.zeros((d - kept.shape[0], d0))])
    u, _, vt = np.linalg.svd(P @ made.T)
    found = u @ vt @ made
    difference = (found.T @ found - products)[~np.eye(d0, dtype=bool)]
    return _measured((found,), (P,), difference)


def _measured(found: tuple[Array, ...], base: tuple[Array, ...], residual: Array) -> FloatingPreimage:
    moved = sum(float(np.sum((a - b) ** 2)) for a, b in zip(found, base, strict=True))
    return FloatingPreimage(found, float(np.sqrt(moved)), float(np.max(np.abs(residual), initial=0.0)))
