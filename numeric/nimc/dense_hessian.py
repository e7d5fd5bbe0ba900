r"""The dense Hessian of the NIMC loss, on matrix products, with the work that repeated users and items save.

A pair (i, j) with residual r contributes, before division by |Ω|,

    u–u: (ααᵀ + r diag(φ″(Uᵀx_i) ∘ Q_j)) ⊗ x_i x_iᵀ,    u–v: (αβᵀ + r diag(P′_i ∘ Q′_j)) ⊗ x_i y_jᵀ,    v–v as u–u,

where α = P′_i ∘ Q_j and β = P_i ∘ Q′_j. The blocks u–u have one weight a user, so the distinct users suffice; the
blocks u–v are summed over each user's pairs first, or over each item's. What the residuals contribute joins the
weights before any product is formed. When hardly anything repeats, the stacked Jacobian of the pairs is cheaper.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from numeric.nimc.activations import Array
from numeric.nimc.cross_blocks import write_cross_blocks
from numeric.nimc.gram_matrices import gram_cost, weighted_gram_matrices
from numeric.nimc.hessian_products import TowerValues
from numeric.nimc.loss import NimcLoss
from numeric.nimc.observed_pairs import GroupedPairs, Indices, group_pairs
from numeric.nimc.pair_terms import PairTerms, Side
from numeric.nimc.stacked_hessian import write_upper_hessian
from numeric.nimc.workspace import workspaces

Way = Literal["users", "items", "pairs"]
Assembly = Way | Literal["auto"]
_TILE = 128
# Nanoseconds of a multiply-add in the symmetric update, in a product over the groups, in one over a group's pairs; of a
# store; of a call.
_UPDATE = 0.026
_GROUPED_PRODUCT = 0.034
_SMALL_PRODUCT = 0.05
_STORE = 0.8
_CALL = 2000.0


class AssemblyError(ValueError):
    """No assembly bears the name asked for."""


def dense_hessian(loss: NimcLoss, U: Array, V: Array, *, assembly: Assembly = "auto") -> Array:
    """Return the Hessian of ``loss`` at (U, V), shape ((d+e)k, (d+e)k), rows u_1, …, u_k, v_1, …, v_k.

    Args:
        loss: The loss of a data set.
        U: Users' weights, shape (d, k).
        V: Items' weights, shape (e, k).
        assembly: What the blocks that couple users and items are summed through: ``"users"``, ``"items"`` or
            ``"pairs"``; by ``"auto"`` the one that :func:`estimate_assembly_costs` finds cheapest.

    Returns:
        The whole matrix in floating point, every term included, exactly symmetric.

    Raises:
        AssemblyError: If the assembly is unknown.
        LossDataError: If U or V does not fit the data or is not finite.
        MissingDerivativeError: If the activation has no φ′ or φ″.
        ActivationValueError: If φ, φ′ or φ″ is not finite at some feature.

    **Source:** [nimc] equation (6) and the cross blocks of appendix C.

    Example:
        >>> from numeric.nimc.activations import activation
        >>> one, pair = np.ones((1, 1)), np.zeros(1, dtype=np.int64)
        >>> loss = NimcLoss(one, one, pair, pair, np.array([5.0]), activation("linear"))
        >>> dense_hessian(loss, 2 * one, 3 * one).tolist()
        [[9.0, 7.0], [7.0, 4.0]]
    """
    if assembly not in {"auto", "users", "items", "pairs"}:
        raise AssemblyError(f"dense_hessian: unknown assembly {assembly!r}; known: auto, users, items, pairs")
    at = loss.hessian_products(U, V, "dense_hessian")
    residuals = at.residuals / loss.pairs
    user_side, item_side = _side(loss.X, loss.users, at.at_users), _side(loss.Y, loss.items, at.at_items)
    by_user, by_item = group_pairs(loss.users), group_pairs(loss.items)
    (d, k), e = U.shape, V.shape[0]
    costs = estimate_assembly_costs((d, e, k), loss.pairs, len(by_user.members), len(by_item.members))
    way = min(costs, key=costs.__getitem__) if assembly == "auto" else assembly

    H = np.empty(((d + e) * k, (d + e) * k))
    if way == "pairs":
        write_upper_hessian(H, PairTerms(user_side, item_side, residuals))
        _mirror_upper_triangle(H)
        return H
    u, v = slice(0, d * k), slice(d * k, (d + e) * k)
    from_users = _in_order(by_user, user_side, item_side, residuals)
    from_items = _in_order(by_item, item_side, user_side, residuals)
    _write_own_blocks(H[u, u], by_user, from_users)
    _write_own_blocks(H[v, v], by_item, from_items)
    if way == "users":
        write_cross_blocks(H[u, v], by_user, from_users)
        _write_transpose(H[v, u], H[u, v])
    else:
        write_cross_blocks(H[v, u], by_item, from_items)
        _write_transpose(H[u, v], H[v, u])
    return H


def estimate_assembly_costs(sizes: tuple[int, int, int], pairs: int, users: int, items: int) -> dict[Way, float]:
    """Return what each assembly costs, in nanoseconds of the machine its weights were fitted on.

    The costs decide about time alone, never about the result; benchmarks/nimc_dense_hessian.py measures how the choice
    fares.

    Args:
        sizes: d, e and k.
        pairs: Number of observed pairs.
        users: Number of distinct users among them.
        items: Number of distinct items among them.

    Example:
        >>> costs = estimate_assembly_costs((50, 50, 10), 20000, 1000, 5000)
        >>> min(costs, key=costs.__getitem__)
        'users'
    """
    d, e, k = sizes
    columns = k * (k + 1) // 2
    own = users * gram_cost(columns, d) + items * gram_cost(columns, e)

    def coupling(members: int, near: int, far: int) -> float:
        small_products = k * k * far * (_SMALL_PRODUCT * pairs + _STORE * members) + _CALL * members
        return small_products + _GROUPED_PRODUCT * members * k * k * near * far

    stacked = _UPDATE / 2 * pairs * k * k * (d + e) ** 2
    residual = _GROUPED_PRODUCT * pairs * k * (d * d + d * e + e * e)
    return {
        "users": own + coupling(users, d, e),
        "items": own + coupling(items, e, d),
        "pairs": stacked + residual + 3 * _STORE * pairs * k * (d + e),
    }


def _side(vectors: Array, index: Indices, at: TowerValues) -> Side:
    value, slope, curvature = (np.ascontiguousarray(f.T) for f in (at.value, at.slope, at.curvature))
    return Side(vectors, index, value, slope, curvature)


def _in_order(groups: GroupedPairs, near: Side, far: Side, residuals: Array) -> PairTerms:
    near, far = (replace(side, index=side.index[groups.order]) for side in (near, far))
    return PairTerms(near, far, residuals[groups.order])


def _write_own_blocks(out: Array, groups: GroupedPairs, terms: PairTerms) -> None:
    """Write the blocks of one side with itself: block (a, b) is Xᵀ diag(w_ab) X, the same as block (b, a)."""
    X = terms.near.vectors
    d, _, k, _ = terms.sizes
    grams = iter(
        weighted_gram_matrices(X if len(groups.members) == len(X) else X[groups.members], _own_weights(groups, terms))
    )
    for a in range(k):
        for b in range(a, k):
            gram = next(grams)
            out[a * d : (a + 1) * d, b * d : (b + 1) * d] = gram
            if b > a:
                out[b * d : (b + 1) * d, a * d : (a + 1) * d] = gram


def _own_weights(groups: GroupedPairs, terms: PairTerms) -> Array:
    """Return the weights of the members, rows (a, b) with a ≤ b in lexicographic order."""
    near, far = terms.near, terms.far
    _, _, k, m = terms.sizes
    weights, met, products = workspaces(k * (k + 1) // 2 * len(groups.members), k * m, k * m)
    weights, met, products = weights.reshape(-1, len(groups.members)), met.reshape(k, m), products.reshape(k, m)
    np.take(far.value, far.index, axis=1, out=met, mode="clip")
    slope = near.slope[:, groups.members] * terms.scale
    curvature = near.curvature[:, groups.members]
    row = 0
    for a in range(k):
        here = weights[row : row + k - a]
        groups.sum(np.multiply(met[a], met[a:], out=products[a:]), out=here)
        here *= slope[a]
        here *= slope[a:]
        here[0] += curvature[a] * groups.sum(np.multiply(met[a], terms.residuals, out=products[0]))
        row += k - a
    return weights


def _write_transpose(out: Array, block: Array) -> None:
    """Write the transpose of a block, tile by tile: one of both is read or written across its rows."""
    for row in range(0, block.shape[0], _TILE):
        for column in range(0, block.shape[1], _TILE):
            out[column : column + _TILE, row : row + _TILE] = block[row : row + _TILE, column : column + _TILE].T


def _mirror_upper_triangle(H: Array) -> None:
    """Copy the upper triangle onto the lower one."""
    for start in range(0, len(H), _TILE):
        stop = start + _TILE
        corner = H[start:stop, start:stop]
        corner[:] = np.triu(corner) + np.triu(corner, 1).T
        _write_transpose(H[stop:, start:stop], H[start:stop, stop:])
