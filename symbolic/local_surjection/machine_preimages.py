"""Exact preimages of the factorization machine's map: the tower of supports, with the constants of (11)-(15)."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from symbolic.local_surjection.errors import HypothesisError, OutsideRadiusError
from symbolic.local_surjection.rational_matrices import columns, frobenius2, root_below, rows, zeros
from symbolic.local_surjection.root_two import RootTwo, half_power

_MAX_BITS = 2000


def tower_columns(y: Sequence[fmpq], a: Sequence[fmpq], d0: int) -> list[list[RootTwo]]:
    """Return W* of the recursion (15), row by row, exact in ℚ(√2); its columns satisfy a_ij w_i·w_j = y_ij.

    Args:
        y: Targets in lexicographic order of the pairs i < j.
        a: Nonzero coefficients in the same order.
        d0: Number of columns, at least 2.

    Returns:
        d0 − 1 rows of d0 entries. If |y_ij| ≤ min|a|/2^(d0 − 1), every entry of row i is at most 2^(-(d0 − i)/2).

    **Source:** `[chain-rules]` equations (11)-(15).

    Example:
        >>> W = tower_columns([fmpq(1, 4)], [fmpq(1)], 2)
        >>> [str(value) for value in W[0]]
        ['1/2*sqrt(2)', '1/4*sqrt(2)']
    """
    pairs = [(i, j) for i in range(d0) for j in range(i + 1, d0)]
    target = dict(zip(pairs, zip(y, a, strict=True), strict=True))
    zero = RootTwo(fmpq(0), fmpq(0))
    W = [[zero] * d0 for _ in range(d0 - 1)]
    for i in range(d0 - 1):
        W[i][i] = half_power(d0 - 1 - i)
        for j in range(i + 1, d0):
            value, coefficient = target[i, j]
            partial = sum((W[k][i] * W[k][j] for k in range(i)), zero)
            W[i][j] = (RootTwo(value, fmpq(0)) - partial * coefficient) / (W[i][i] * coefficient)
    return W


def tower_radius(a: Sequence[fmpq], d0: int) -> fmpq:
    """Return ρ = min|a_ij| / 2^(d0 − 1). **Source:** `[chain-rules]` equation (14)."""
    return min(abs(value) for value in a) / fmpq(2) ** (d0 - 1)


def tower_cost(d0: int) -> int:
    """Return 3·2^(d0 − 1) − d0 − 2: the squared norm the tower needs for products of size at most one."""
    return int(3 * 2 ** (d0 - 1) - d0 - 2)


def grow_along(S: Sequence[fmpq], Q: fmpq_mat, d0: int, budget: fmpq) -> fmpq_mat:
    """Return W with w_i·w_j = S_ij, columns in the span of Q's, ‖W‖² ≤ budget: the recursion (15) over the rationals.

    The squared lengths along the directions only have to grow by doubling; rational ones just above that suffice, and
    Q need be orthogonal only. This needs max|S_ij| < budget / (3·2^(d0 − 1) − d0 − 2).

    Raises:
        HypothesisError: If Q has fewer than d0 − 1 columns.
        OutsideRadiusError: If the budget is not kept.
    """
    if Q.ncols() < d0 - 1:
        raise HypothesisError(f"the tower needs {d0 - 1} directions orthogonal to the point, there are {Q.ncols()}")
    bound = max((abs(s) for s in S), default=fmpq(0))
    if bound == 0:
        return zeros(Q.nrows(), d0)
    limit = budget / tower_cost(d0)
    bits = 20
    while bits < _MAX_BITS:
        W = _tower(S, Q, d0, bound, bits)
        if _cost(W, Q) <= budget:
            return columns(Q, range(d0 - 1)) * W
        if bound >= limit:
            break
        bits *= 2
    raise OutsideRadiusError(f"the largest product asked for is {bound}, not below {limit} for squared norm {budget}")


def _cost(W: fmpq_mat, Q: fmpq_mat) -> fmpq:
    lengths2 = [frobenius2(columns(Q, [i])) for i in range(W.nrows())]
    return sum((g * frobenius2(rows(W, [i])) for i, g in enumerate(lengths2)), fmpq(0))


def _tower(S: Sequence[fmpq], Q: fmpq_mat, d0: int, bound: fmpq, bits: int) -> fmpq_mat:
    target = dict(zip([(i, j) for i in range(d0) for j in range(i + 1, d0)], S, strict=True))
    lengths2 = [frobenius2(columns(Q, [i])) for i in range(d0 - 1)]
    W, reached = zeros(d0 - 1, d0), bound
    for i, g in enumerate(lengths2):
        # The squared length must be at least the bound plus all earlier ones; hence the doubling.
        W[i, i] = root_below(reached / g, bits) * (1 + fmpq(1, 2 ** (bits - 2)))
        reached += g * W[i, i] ** 2
        for j in range(i + 1, d0):
            partial = sum((lengths2[k] * W[k, i] * W[k, j] for k in range(i)), fmpq(0))
            W[i, j] = (target[i, j] - partial) / (g * W[i, i])
    return W
