"""Factorizations whose slices are scaled: φ and g of degree p turn the scale t^{1/p} of a slice into the weight t.

This is the only place where homogeneity enters: a slice (t^{1/p} X¹, …, t^{1/p} X^K) with t ≥ 0 has φ-value t φ(X) and
g-value t g(X), for every degree p > 0. So a factorization is a list of slices with weights, and its image and cost are
linear in the weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy.polys.rings import PolyElement


class UnknownSliceError(ValueError):
    """A value was asked for a slice that has none."""


@dataclass(frozen=True)
class WeightedSlices:
    """Slices of a factorization with the p-th powers of their scales.

    Args:
        slices: Pairs (name of the slice, weight t ≥ 0), in the order of the last dimension.

    Example:
        >>> from sympy.polys.rings import ring
        >>> from sympy import QQ
        >>> _, t, phi = ring("t, phi", QQ)
        >>> WeightedSlices((("x", t), ("x", 1 - t))).total({"x": phi})
        phi
    """

    slices: tuple[tuple[str, PolyElement], ...]

    def scaled(self, power: PolyElement) -> WeightedSlices:
        """Return the factorization with every factor scaled by α ≥ 0, where ``power`` is α^p."""
        return WeightedSlices(tuple((name, power * weight) for name, weight in self.slices))

    def beside(self, other: WeightedSlices) -> WeightedSlices:
        """Return the concatenation [X Y] along the last dimension."""
        return WeightedSlices(self.slices + other.slices)

    def total(self, values: Mapping[str, PolyElement]) -> PolyElement:
        """Return Σ weight · value: Φ_r if the values are φ's, Σ g if they are g's.

        Raises:
            UnknownSliceError: If a slice has no value.
        """
        missing = [name for name, _ in self.slices if name not in values]
        if missing:
            raise UnknownSliceError(f"total: no value for the slices {missing}")
        return sum(weight * values[name] for name, weight in self.slices)
