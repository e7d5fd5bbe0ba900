"""Weighted Gram matrices of one set of vectors under many weights, on matrix products."""

from __future__ import annotations

import numpy as np

from numeric.nimc.activations import Array
from numeric.nimc.workspace import workspaces

_CHUNK = 512
_BUFFER = 1 << 18
_STORE = 2.2
_PRODUCT = 0.033


def weighted_gram_matrices(Z: Array, weights: Array) -> Array:
    r"""Return :math:`\sum_i w_{ci} z_i z_i^\top` for each row c of the weights, shape (c, d, d), exactly symmetric.

    Either all products z_ip z_iq, p ≤ q, are formed once and every Gram matrix is a row of one matrix product, half
    the work; or, if the weights are few beside d, the vectors are scaled by each row of weights.

    Args:
        Z: The vectors, shape (n, d).
        weights: The weights, of any sign, shape (c, n).
    """
    return _by_products(Z, weights) if products_are_cheaper(len(weights), Z.shape[1]) else _by_scaling(Z, weights)


def gram_cost(rows: int, d: int) -> float:
    """Return what one vector costs, given the number of weight rows, in nanoseconds of the machine of the fit."""
    return min(_costs(rows, d))


def products_are_cheaper(rows: int, d: int) -> bool:
    """Tell whether forming all products of two coordinates is the cheaper way (a matter of time alone).

    Example:
        >>> products_are_cheaper(55, 50), products_are_cheaper(1, 50)
        (True, False)
    """
    by_products, by_scaling = _costs(rows, d)
    return by_products < by_scaling


def _costs(rows: int, d: int) -> tuple[float, float]:
    """Stores and multiply-adds of a vector: d²/2 and rows·d²/2 by products, rows·d and rows·d² by scaling."""
    return (_STORE * d * d / 2 + _PRODUCT * rows * d * d / 2, _STORE * rows * d + _PRODUCT * rows * d * d)


def _by_products(Z: Array, weights: Array) -> Array:
    n, d = Z.shape
    step = max(1, _BUFFER // (_CHUNK * d))
    buffer, G = workspaces(step * d * min(_CHUNK, n), len(weights) * d * d)
    G = G.reshape(len(weights), d, d)
    G[:] = 0
    for start in range(0, n, _CHUNK):
        Zt = np.ascontiguousarray(Z[start : start + _CHUNK].T)
        here = weights[:, start : start + _CHUNK]
        for p in range(0, d, step):
            stop = min(p + step, d)
            shape = (stop - p, d - p, Zt.shape[1])
            products = buffer[: np.prod(shape)].reshape(shape)
            np.multiply(Zt[p:stop, None], Zt[None, p:], out=products)
            G[:, p:stop, p:] += (here @ products.reshape(-1, Zt.shape[1]).T).reshape(-1, stop - p, d - p)
    for p in range(0, d, step):
        stop = min(p + step, d)
        G[:, stop:, p:stop] = G[:, p:stop, stop:].transpose(0, 2, 1)
    return G


def _by_scaling(Z: Array, weights: Array) -> Array:
    n, d = Z.shape
    chunk = min(n, _CHUNK)
    rows = max(1, _BUFFER // (chunk * d))
    buffer, G = workspaces(rows * d * chunk, len(weights) * d * d)
    G = G.reshape(len(weights), d, d)
    G[:] = 0
    for start in range(0, n, chunk):
        here = Z[start : start + chunk]
        Zt = np.ascontiguousarray(here.T)
        for c in range(0, len(weights), rows):
            some = weights[c : c + rows, start : start + chunk]
            scaled = buffer[: len(some) * Zt.size].reshape(len(some), *Zt.shape)
            np.multiply(some[:, None], Zt[None], out=scaled)
            G[c : c + rows] += (scaled.reshape(-1, len(here)) @ here).reshape(-1, d, d)
    # The products' rounding need not be symmetric.
    G += G.transpose(0, 2, 1).copy()
    G /= 2
    return G
