"""The NIMC Hessian from the stacked Jacobian of the pairs: one symmetric update, and what the residuals add."""

from __future__ import annotations

import numpy as np
from scipy.linalg.blas import dgemm, dsyrk

from numeric.nimc.activations import Array
from numeric.nimc.pair_terms import PairTerms
from numeric.nimc.workspace import workspaces

_BUFFER = 1 << 20
_PAIRS = 512


def write_upper_hessian(H: Array, terms: PairTerms) -> None:
    """Write the upper triangle of the Hessian; the pairs may be in any order.

    A row of the Jacobian is (α ⊗ x, β ⊗ y). It is formed for a few pairs at a time, in memory that stays in the caches,
    and every update adds to H where it stands.

    Args:
        H: Where it is written, shape ((d+e)k, (d+e)k), rows contiguous; its content is ignored.
        terms: The pairs' terms, the near side first.
    """
    d, e, k, m = terms.sizes
    n = k * (d + e)
    chunk = min(m, _PAIRS, max(32, _BUFFER // n))
    jacobian, with_near, with_far = workspaces(n * chunk, n * d, k * e * e)
    near_columns, far_columns = with_near.reshape((n, d), order="F"), with_far.reshape((k * e, e), order="F")
    near_columns[:], far_columns[:], H[:] = 0, 0, 0
    for start in range(0, m, chunk):
        here = slice(start, min(start + chunk, m))
        near, far, diagonal = terms.weights(here)
        near_bend, far_bend = terms.bends(here)
        x = np.ascontiguousarray(terms.near.vectors[terms.near.index[here]].T)
        y = np.ascontiguousarray(terms.far.vectors[terms.far.index[here]].T)
        rows = jacobian[: n * len(x[0])].reshape(n, -1)
        of_users, of_items = rows[: k * d].reshape(k, d, -1), rows[k * d :].reshape(k, e, -1)
        np.multiply(near[:, None], x, out=of_users)
        np.multiply(far[:, None], y, out=of_items)
        # H's transpose is in Fortran order, so this and the two products below run in place.
        dsyrk(1.0, rows.T, 1.0, H.T, trans=True, lower=True, overwrite_c=True)
        np.multiply(near_bend[:, None], x, out=of_users)
        np.multiply(diagonal[:, None], y, out=of_items)
        dgemm(1.0, rows.T, x.T, 1.0, near_columns, trans_a=True, overwrite_c=True)
        np.multiply(far_bend[:, None], y, out=of_items)
        dgemm(1.0, rows[k * d :].T, y.T, 1.0, far_columns, trans_a=True, overwrite_c=True)
    for a in range(k):
        u, v = slice(a * d, (a + 1) * d), slice(k * d + a * e, k * d + (a + 1) * e)
        H[u, u] += near_columns[u].T
        H[u, v] += near_columns[v].T
        H[v, v] += far_columns[a * e : (a + 1) * e].T
