"""Weighted Gram matrices of one set of vectors under many weights, on matrix products."""

from __future__ import annotations

import numpy as np
from scipy.linalg.blas import dgemm

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
    (n, d), rows = Z.shape, len(weights)
    chunk = min(n, _CHUNK)
    step = min(d, max(1, _BUFFER // (chunk * d)))
    bands = [slice(p, min(p + step, d)) for p in range(0, d, step)]
    sizes = [(band.stop - band.start) * (d - band.start) for band in bands]
    buffer, some, result, *packed = workspaces(
        max(sizes) * chunk, rows * chunk, rows * d * d, *(rows * size for size in sizes)
    )
    for total in packed:
        total[:] = 0
    for start in range(0, n, chunk):
        Zt = np.ascontiguousarray(Z[start : start + chunk].T)
        width = Zt.shape[1]
        here = some[: rows * width].reshape(rows, width)
        here[:] = weights[:, start : start + width]
        for band, size, total in zip(bands, sizes, packed, strict=True):
            products = buffer[: size * width].reshape(-1, d - band.start, width)
            np.multiply(Zt[band, None], Zt[None, band.start :], out=products)
            # In Fortran order the update runs in place.
            into = total.reshape((size, rows), order="F")
            dgemm(1.0, products.reshape(size, width).T, here.T, 1.0, into, trans_a=True, overwrite_c=True)
    G = result.reshape(rows, d, d)
    for band, total in zip(bands, packed, strict=True):
        entries = total.reshape(rows, -1, d - band.start)
        G[:, band, band.start :] = entries
        G[:, band.stop :, band] = entries[:, :, band.stop - band.start :].transpose(0, 2, 1)
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
