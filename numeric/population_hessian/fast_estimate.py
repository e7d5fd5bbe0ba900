r"""The population Hessian in floating point, in milliseconds: Mehler's expansion of all pairs by matrix products.

The values h_n(x) at the nodes of a trapezoidal rule do not depend on the weights and are kept. New weights cost φ and
φ′ at nodes times columns, one product with that table (all Hermite coefficients of all columns), the sums Σ ρⁿ a_n b_n
of all pairs at once, and the least eigenvalue. A pair whose sum has not converged (long and nearly parallel columns)
goes to a trapezoidal rule in its plane.

Accuracy against the certified balls: about 1e-15 of the Hessian's size for columns of length up to about 3; the step of
the rule follows the longest column, ∝ 1/length, for φ analytic on |Im w| < 1 at least. Nothing here is a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log2

import numpy as np
from scipy.linalg import eigh

from numeric.nimc.activations import Activation, Array, require_activation
from numeric.population_hessian.floating_pairs import (
    FloatingMoments,
    homogeneous_moments,
    homogeneous_slopes,
    moments_on_grid,
)
from numeric.population_hessian.weights import WeightsError

_REACH = 12.5
_LADDER = (128, 256, 512, 1024)
_SMALL = 1e-16
_MOST_VALUES = 2**24
_OPERATION = "population Hessian (estimate)"


@dataclass(frozen=True)
class HermiteValues:
    """Nodes x, weights h·γ(x), and the table h·γ(x)·h_n(x), shape (nodes, N + 2)."""

    x: Array
    weights: Array
    table: Array


def estimate_population_hessian_by_mehler(phi: Activation, U: Array, V: Array) -> Array:
    """Return H* at the truth (U, V), shape ((d+e)k, (d+e)k), rows u_1, …, u_k, v_1, …, v_k; an estimate.

    Args:
        phi: Smooth with φ′, or c₁z for z > 0 and c₂z for z < 0 (closed forms then). Other kinks spoil the accuracy.
        U: Weights, shape (d, k), finite, no two columns parallel.
        V: Weights, shape (e, k), likewise.

    Raises:
        WeightsError: If the shapes do not fit, k > d or k > e, or an entry is not finite.
        MissingDerivativeError: If φ′ is not given.

    Example:
        >>> from numeric.nimc.activations import activation
        >>> H = estimate_population_hessian_by_mehler(activation("tanh"), np.eye(2), np.eye(2))
        >>> H.shape, round(float(np.linalg.eigvalsh(H)[0]), 12)
        ((8, 8), 0.009458628655)
    """
    first, second = _checked(U, V)
    return _assembled(first, second, _moments(phi, first), _moments(phi, second))


def estimate_population_least_eigenvalue(phi: Activation, U: Array, V: Array) -> float:
    """Return the least eigenvalue of H* at the truth (U, V); an estimate.

    For d > k only a matrix of 2k² rows and two of k rows are looked at: the rest of the spectrum repeats theirs.

    Args:
        phi: An activation of :mod:`numeric.nimc.activations`, smooth with φ′, or c₁z for z > 0 and c₂z for z < 0.
        U: Weights, shape (d, k), finite, no two columns parallel.
        V: Weights, shape (e, k), likewise.

    Raises:
        UnknownActivationError: If ``phi`` is no activation.
        WeightsError: If the shapes do not fit, k > d or k > e, or an entry is not finite.
        MissingDerivativeError: If φ′ is not given.

    Example:
        >>> from numeric.nimc.activations import activation
        >>> U, V = np.eye(4)[:, :2], np.array([[2.0, 0.5], [0.0, 1.0]])
        >>> round(estimate_population_least_eigenvalue(activation("tanh"), U, V), 10)
        0.0043463282
    """
    first, second = _checked(U, V)
    users, items = _moments(phi, first), _moments(phi, second)
    k = first.shape[1]
    inside = [np.linalg.qr(W)[1] if W.shape[0] > k else W for W in (first, second)]
    parts = [_assembled(inside[0], inside[1], users, items)]
    parts += [a.identity * b.value for W, a, b in ((first, users, items), (second, items, users)) if W.shape[0] > k]
    return min(float(eigh(M, eigvals_only=True, subset_by_index=[0, 0], check_finite=False)[0]) for M in parts)


def _checked(U: Array, V: Array) -> list[Array]:
    matrices = [np.asarray(W, dtype=np.float64) for W in (U, V)]
    for name, W in zip("UV", matrices, strict=True):
        if W.ndim != 2 or W.shape[1] > W.shape[0] or W.size == 0:
            raise WeightsError(
                f"{_OPERATION}: {name} is {W.shape}; it must be a matrix (d, k) with k ≤ d, both positive"
            )
        if not np.isfinite(W).all():
            raise WeightsError(f"{_OPERATION}: {name} must be finite")
    if matrices[0].shape[1] != matrices[1].shape[1]:
        raise WeightsError(f"{_OPERATION}: U is {matrices[0].shape} and V is {matrices[1].shape}; k must be the same")
    return matrices


@lru_cache(maxsize=8)
def hermite_values(halvings: int, terms: int) -> HermiteValues:
    """Return the table of step 2^-(3 + halvings) with terms + 2 polynomials; it is kept for the next weights."""
    step = 0.125 * 2.0**-halvings
    x: Array = step * np.arange(-ceil(_REACH / step), ceil(_REACH / step) + 1, dtype=np.float64)
    root = (step / np.sqrt(2 * np.pi)) ** 0.5 * np.exp(-(x**2) / 4)
    rows = [root, x * root]
    for n in range(1, terms + 1):
        rows.append((x * rows[n] - np.sqrt(n) * rows[n - 1]) / np.sqrt(n + 1))
    weights: Array = root**2
    return HermiteValues(x, weights, np.ascontiguousarray((np.array(rows) * root).T))


def _moments(phi: Activation, W: Array) -> FloatingMoments:
    require_activation(phi, _OPERATION)
    slopes = homogeneous_slopes(phi)
    if slopes is not None:
        return homogeneous_moments(slopes, W)
    slope = phi.derivative(1, _OPERATION)
    lengths = np.sqrt((W**2).sum(axis=0))
    if not lengths.all():
        raise WeightsError(f"{_OPERATION}: a column is zero")
    directions = W / lengths
    rho = np.clip(directions.T @ directions, -1.0, 1.0)
    halvings = max(0, ceil(log2(max(1.0, 1.05 * float(lengths.max())))))
    nodes = hermite_values(halvings, _LADDER[0])
    arguments = lengths[:, None] * nodes.x
    values, slopes_at = phi.value(arguments), slope(arguments)
    k = len(lengths)
    apart = ~np.eye(k, dtype=bool)
    for terms in _LADDER:
        nodes = hermite_values(halvings, terms)
        both = np.concatenate([values, slopes_at]) @ nodes.table
        sums, rest = _mehler_sums(both[:k], both[k:], lengths, rho)
        if not (rest[apart] > _SMALL).any() or nodes.table.size > _MOST_VALUES // 2:
            break
    moments = _with_diagonal(sums, values, slopes_at, nodes, lengths)
    for i, j in np.argwhere(np.triu(rest > 100 * _SMALL, 1)):
        moments_on_grid(moments, phi, (int(i), int(j)), W)
    return moments


def _mehler_sums(value: Array, slope: Array, lengths: Array, rho: Array) -> tuple[FloatingMoments, Array]:
    """Return all nine scalars of all pairs, and the size of the last terms of the slowest sum."""
    size = value.shape[1] - 2
    n = np.arange(size)
    scale = lengths[:, None]
    tables = (
        value[:, :size],
        slope[:, :size],
        np.sqrt(n + 1) * slope[:, 1:-1] / scale,
        np.sqrt((n + 1) * (n + 2)) * slope[:, 2:] / scale**2,
    )
    powers = np.empty((*rho.shape, size))
    powers[..., 0] = 1.0
    powers[..., 1:] = rho[..., None]
    np.multiply.accumulate(powers, axis=2, out=powers)

    def total(l: int, m: int) -> Array:
        weighted = powers * tables[l][:, None, :]
        found: Array = np.matmul(weighted.transpose(1, 0, 2), tables[m][:, :, None])[..., 0].T
        return found

    plain, curved, other = total(1, 1), total(3, 1), total(2, 0)
    moments = FloatingMoments(
        total(0, 0), plain, curved, total(2, 2), curved.T.copy(), other, plain.copy(), plain.copy(), other.T.copy()
    )
    last = np.abs(tables[3][:, -8:]).max(axis=1)[:, None] * np.abs(tables[1][:, -8:]).max(axis=1)
    return moments, np.abs(powers[..., -1]) * np.maximum(last, last.T)


def _with_diagonal(
    moments: FloatingMoments, values: Array, slopes: Array, nodes: HermiteValues, lengths: Array
) -> FloatingMoments:
    weights, x = nodes.weights, nodes.x
    plain = slopes**2 @ weights
    cross = (values * slopes) @ (weights * x) / lengths
    square = slopes**2 @ (weights * x**2)
    moments.fill_diagonal(values**2 @ weights, plain, (square - plain) / lengths**2, cross)
    return moments


def _assembled(U: Array, V: Array, users: FloatingMoments, items: FloatingMoments) -> Array:
    (d, k), e = U.shape, V.shape[0]
    H = np.empty(((d + e) * k, (d + e) * k))
    H[: d * k, : d * k] = _square(U, users, items.value)
    H[d * k :, d * k :] = _square(V, items, users.value)
    left = users.own_left[..., None] * U.T[:, None, :] + users.other_left[..., None] * U.T[None, :, :]
    right = items.own_right[..., None] * V.T[:, None, :] + items.other_right[..., None] * V.T[None, :, :]
    H[: d * k, d * k :] = np.einsum("ijp,ijq->ipjq", left, right).reshape(d * k, e * k)
    H[d * k :, : d * k] = H[: d * k, d * k :].T
    return H


def _square(W: Array, own: FloatingMoments, other: Array) -> Array:
    """Return the blocks other_ij·(p I + a uuᵀ + b(uvᵀ + vuᵀ) + c vvᵀ)."""
    d, k = W.shape
    u, v = W.T[:, None, :], W.T[None, :, :]
    towards_u = (other * own.left)[..., None] * u + (other * own.mixed)[..., None] * v
    towards_v = (other * own.mixed)[..., None] * u + (other * own.right)[..., None] * v
    blocks = np.broadcast_to(u, (k, k, d))[..., None] * towards_u[..., None, :]
    blocks += np.broadcast_to(v, (k, k, d))[..., None] * towards_v[..., None, :]
    place = np.arange(d)
    blocks[..., place, place] += (other * own.identity)[..., None]
    return blocks.transpose(0, 2, 1, 3).reshape(d * k, d * k)
