"""Maxima of quadratic forms and norms over sign vectors: by enumeration, and Grothendieck's semidefinite bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb, arb_mat

from numeric.homogeneous.polars.eigenvalue_bounds import largest_eigenvalue_bound
from numeric.homogeneous.polars.enclosure import Vector, ball_matrix, euclidean_length

_CHUNK = 4096


def largest_image_norm(W: Vector, order: int) -> tuple[arb, Vector]:
    """Return max ‖Wᵀu‖ over sign vectors u, proved, and a u that attains it: 2^(m−1) vectors are tried.

    Doubles sort out all vectors but those whose value is within the rounding error of the largest; balls decide there.

    Args:
        W: m×n doubles, taken as exact.
        order: 1 or 2, the norm of Wᵀu.
    """
    m, n = W.shape
    # Each entry of a computed Wᵀu errs by at most m·2⁻⁵²·Σ|W|, a norm of n entries by n·2⁻⁵² of itself more.
    error = float(4 * (m + n + 8) * 2.0**-52 * np.abs(W).sum())
    candidates: list[tuple[float, int]] = []
    highest = -1.0
    for first in range(0, 2 ** (m - 1), _CHUNK):
        codes = np.arange(first, min(first + _CHUNK, 2 ** (m - 1)))
        norms = np.linalg.norm(_signs(codes, m) @ W, order, axis=1)
        highest = max(highest, float(norms.max()))
        near = norms >= highest - 2 * error
        candidates += zip(norms[near].tolist(), codes[near].tolist(), strict=True)
        candidates = [pair for pair in candidates if pair[0] >= highest - 2 * error]
    if len(candidates) > 200:  # ties by symmetry: the rounding error is the answer's width
        best = max(candidates)
        return arb(highest) + arb(error), _signs(np.array([best[1]]), m)[0]
    values = [(image_norm(W, _signs(np.array([code]), m)[0], order), code) for _, code in candidates]
    largest = values[0][0].upper()
    for value, _ in values:
        largest = largest.max(value).upper()
    return largest, _signs(np.array([max(values, key=lambda pair: float(pair[0]))[1]]), m)[0]


def image_norm(W: Vector, u: Vector, order: int) -> arb:
    """Return ‖Wᵀu‖ in balls."""
    image = arb_mat([[arb(float(x)) for x in u]]) * ball_matrix(W)
    entries = [image[0, j] for j in range(image.ncols())]
    if order == 1:
        return sum((abs(x) for x in entries), arb(0))
    return euclidean_length(entries)


def _signs(codes: Any, m: int) -> Vector:
    bits = (codes[:, None] >> np.arange(m)) & 1
    return np.asarray(1.0 - 2.0 * bits)


def sign_form_bound(B: Any, *, sweeps: int = 4000) -> tuple[arb, Vector]:
    """Return a proved upper bound of max{zᵀBz : |zᵢ| ≤ 1} and vectors xᵢ whose signs may be good z.

    With D(d) − B positive semidefinite and d ≥ 0, zᵀBz ≤ Σdᵢ. Coordinate ascent on max ΣBᵢⱼ⟨xᵢ, xⱼ⟩ over unit vectors
    proposes d; a shift by a proved eigenvalue bound makes it feasible. By Grothendieck's inequality the bound is below
    1.783 times the maximum for the form of uᵀWv.

    Args:
        B: Symmetric n×n ``arb_mat`` with nonnegative diagonal.
        sweeps: Most sweeps of the ascent.
    """
    n = B.nrows()
    middle = np.array([[float(B[i, j].mid()) for j in range(n)] for i in range(n)])
    d, X = _mixed(middle, sweeps)
    diagonal = arb_mat([[arb(float(d[i])) if i == j else arb(0) for j in range(n)] for i in range(n)])
    shift = largest_eigenvalue_bound(B - diagonal)
    return sum((arb(float(x)) for x in d), arb(0)) + n * shift, X


def _mixed(B: Vector, sweeps: int) -> tuple[Vector, Vector]:
    n = len(B)
    off = B - np.diag(np.diag(B))
    width = int(np.ceil(np.sqrt(2 * n))) + 1
    # A start without symmetry, the same for every run.
    X = np.cos(np.outer(np.arange(1, n + 1) ** 1.5, np.arange(1, width + 1) ** 0.5))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    for _ in range(sweeps):
        moved = 0.0
        for i in range(n):
            z = off[i] @ X
            length = float(np.linalg.norm(z))
            if length == 0.0:
                continue
            moved = max(moved, float(np.abs(X[i] - z / length).max()))
            X[i] = z / length
        if moved < 1e-14:
            break
    return np.linalg.norm(off @ X, axis=1) + np.diag(B), X


def sign_ascent(improve: Callable[[Vector], Vector], value: Callable[[Vector], float], starts: list[Vector]) -> Vector:
    """Return the best sign vector reached from the starts by repeating ``improve`` while the value grows."""
    best, best_value = starts[0], -np.inf
    for start in starts:
        z, current = start, value(start)
        for _ in range(200):
            z_next = improve(z)
            following = value(z_next)
            if following <= current:
                break
            z, current = z_next, following
        if current > best_value:
            best, best_value = z, current
    return best
