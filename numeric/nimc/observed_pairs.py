"""Observed pairs, put in the order of one side so that the sums over a user's or an item's pairs are slices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from numeric.nimc.activations import Array

Indices = NDArray[np.int64]
_GATHERED = 1 << 14


@dataclass(frozen=True)
class GroupedPairs:
    """Pairs in the order of one side.

    Args:
        order: The permutation of the pairs, shape (m,).
        members: The distinct indices that occur, ascending, shape (g,).
        starts: Pairs ``order[starts[t] : starts[t + 1]]`` are those of ``members[t]``; shape (g + 1,).
    """

    order: Indices
    members: Indices
    starts: Indices

    def sum(self, values: Array, out: Array | None = None) -> Array:
        """Return the sums over each member's pairs of values given in this order, shape (…, m) to (…, g)."""
        found = np.empty((*values.shape[:-1], len(self.members))) if out is None else out
        if len(self.members) < len(self.order):
            np.add.reduceat(values, self.starts[:-1], axis=-1, out=found)
        else:
            found[:] = values
        return found


def group_pairs(index: Indices) -> GroupedPairs:
    """Return the pairs grouped by an index; pairs of one index keep their order.

    Args:
        index: The index of each pair, at least one, none negative, shape (m,).

    Example:
        >>> groups = group_pairs(np.array([7, 2, 7]))
        >>> groups.members.tolist(), groups.starts.tolist(), groups.order.tolist()
        ([2, 7], [0, 1, 3], [1, 0, 2])
    """
    # Indices of at most 16 bits are sorted by counting, ten times faster than by comparing.
    order = np.argsort(index.astype(np.min_scalar_type(int(index.max()))), kind="stable")
    ordered = index[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    return GroupedPairs(order, ordered[first], np.append(first, len(index)))


@dataclass(frozen=True)
class PairPattern:
    """Where the observed pairs stand in the users × items matrix.

    Args:
        users: Row of each pair, shape (m,).
        items: Column of each pair, shape (m,); pairs may repeat.
        shape: Numbers of users and items.
    """

    users: Indices
    items: Indices
    shape: tuple[int, int]

    @cached_property
    def _rows(self) -> tuple[Indices, Indices, Indices]:
        order = group_pairs(self.users).order
        bounds = np.concatenate([[0], np.cumsum(np.bincount(self.users, minlength=self.shape[0]))])
        return order, self.items[order], bounds

    def matrix(self, values: Array) -> Any:
        """Return the sparse matrix of values given one a pair; as an operator it adds those of repeated pairs."""
        order, columns, bounds = self._rows
        return csr_array((values[order], columns, bounds), shape=self.shape)

    def inner_products(self, P: Array, Q: Array) -> Array:
        """Return P_i · Q_j for each pair (i, j), rows of P at its user and of Q at its item, shape (m,)."""
        found = np.empty(len(self.users))
        # Rows are gathered a few at a time: m × k numbers need not fit anywhere.
        step = max(1, _GATHERED // P.shape[1])
        for start in range(0, len(found), step):
            here = slice(start, start + step)
            np.einsum("pk,pk->p", P[self.users[here]], Q[self.items[here]], out=found[here])
        return found
