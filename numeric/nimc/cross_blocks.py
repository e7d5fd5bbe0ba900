"""The Hessian's blocks that couple users and items, Σ over pairs of (αβᵀ + diag γ) ⊗ x yᵀ.

The pairs of one user share x, so the inner sums over y come first, a small matrix product a user, and one large product
over the users follows; or the same with items and users exchanged.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.linalg.blas import dgemm

from numeric.nimc.activations import Array
from numeric.nimc.observed_pairs import GroupedPairs
from numeric.nimc.pair_terms import PairTerms
from numeric.nimc.workspace import workspaces

# Buffers are sized for the caches: fresh memory costs more than the arithmetic done on it.
_BUFFER = 1 << 21
_MEMBERS = 256
_LONGEST = 1 << 12


def write_cross_blocks(out: Array, groups: GroupedPairs, terms: PairTerms) -> None:
    """Write the blocks, summed over each near member's pairs first.

    Args:
        out: Where they are written, shape (d·k, e·k); its content is ignored.
        groups: The pairs grouped by the near side; ``terms`` are in this order.
        terms: The pairs' terms.
    """
    d, e, k, m = terms.sizes
    # A member with very many pairs is taken as several with the same x; the sums only add.
    cuts = np.union1d(groups.starts, np.arange(0, m, _LONGEST))
    most = min(len(cuts) - 1, _MEMBERS, max(32, _BUFFER // (k * e)))
    # As many columns a at once as the buffer holds, in rounds of nearly equal size.
    width = -(-k // min(k, -(-most * k * k * e // _BUFFER)))
    columns = [slice(a, min(a + width, k)) for a in range(0, k, width)]
    totals, sums, products, met = workspaces(k * k * e * d, most * width * k * e, _LONGEST * width * k, _LONGEST * e)
    totals[:] = 0
    first = 0
    while first < len(cuts) - 1:
        last = min(first + most, int(np.searchsorted(cuts, cuts[first] + _LONGEST, "right")) - 1)
        here = slice(cuts[first], cuts[last])
        near, far, diagonal = terms.weights(here)
        x = terms.near.vectors[terms.near.index[cuts[first:last]]]
        y = met[: far.shape[1] * e].reshape(-1, e)
        np.take(terms.far.vectors, terms.far.index[here], axis=0, out=y, mode="clip")
        bounds = (cuts[first : last + 1] - cuts[first]).tolist()
        for c in columns:
            wide = (c.stop - c.start) * k
            weights = products[: wide * len(y)].reshape(-1, k, len(y))
            np.multiply(near[c, None], far, out=weights)
            for b in range(c.start, c.stop):
                weights[b - c.start, b] += diagonal[b]
            inner = sums[: len(x) * wide * e].reshape(len(x), wide, e)
            _sum_over_pairs(inner, weights.reshape(wide, -1), y, bounds)
            total = totals[c.start * k * e * d : c.stop * k * e * d].reshape((-1, d), order="F")
            # In Fortran order the update runs in place.
            dgemm(1.0, inner.reshape(len(x), -1).T, x.T, 1.0, total, trans_b=True, overwrite_c=True)
        first = last
    for c in columns:
        blocks = totals[c.start * k * e * d : c.stop * k * e * d].reshape(d, -1, k * e)
        out[c.start * d : c.stop * d].reshape(-1, d, k * e)[:] = blocks.transpose(1, 0, 2)


def _sum_over_pairs(out: Array, weights: Array, vectors: Array, bounds: list[int]) -> None:
    """Write for each member the sums over its pairs of weight times vector, shape (members, weights, e)."""
    for t, (start, stop) in enumerate(pairwise(bounds)):
        np.matmul(weights[:, start:stop], vectors[start:stop], out=out[t])
