"""Polars of uvᵀ for pairs of polyhedral norms: closed forms, and maxima over extreme points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Literal

from numeric.homogeneous.exact_maps import Array, fractions

Norm = Literal["l1", "linf"]


@dataclass(frozen=True)
class PolarInstance:
    """A rational matrix W and the norms of u and v."""

    W: tuple[tuple[Fraction, ...], ...]
    norm_u: Norm
    norm_v: Norm

    def closed_form(self) -> Fraction:
        """Return max uᵀWv: max |W_ij| (l1/l1), the largest row or column sum (one l1), or the sign maximum."""
        W = fractions(self.W)
        absolute = abs(W)
        if self.norm_u == "l1":
            return Fraction(absolute.max() if self.norm_v == "l1" else absolute.sum(axis=1).max())
        if self.norm_v == "l1":
            return Fraction(absolute.sum(axis=0).max())
        # l∞/l∞: for a fixed sign vector u the best v gives the absolute column sums of uᵀW.
        return max(Fraction(abs(fractions(u).dot(W)).sum()) for u in product((-1, 1), repeat=W.shape[0]))

    def largest_over_atoms(self) -> Fraction:
        """Return the maximum of uᵀWv over the extreme points of both unit balls, one by one."""
        W = fractions(self.W)
        us, vs = _extreme(self.norm_u, W.shape[0]), _extreme(self.norm_v, W.shape[1])
        return max(Fraction(u.dot(W).dot(v)) for u in us for v in vs)

    def to_record(self) -> dict[str, str]:
        """Return the instance as exact text."""
        return {"W": str([[str(w) for w in row] for row in self.W]), "norms": f"{self.norm_u}/{self.norm_v}"}


def _extreme(norm: Norm, n: int) -> list[Array]:
    if norm == "linf":
        return [fractions(signs) for signs in product((-1, 1), repeat=n)]
    return [fractions([sign * (i == j) for j in range(n)]) for i in range(n) for sign in (-1, 1)]


def polar_instances() -> Iterator[PolarInstance]:
    """Yield small rational matrices, one of them zero, for all four pairs of norms."""
    rows: tuple[list[list[int | str]], ...] = ([[1, -2], [3, "1/2"]], [[0, 0], [0, 0]], [[1, "-1/3", 2], [-1, 4, 0]])
    names: tuple[Norm, Norm] = ("l1", "linf")
    for W in rows:
        exact = tuple(tuple(map(Fraction, row)) for row in W)
        for norm_u, norm_v in product(names, names):
            yield PolarInstance(exact, norm_u, norm_v)
