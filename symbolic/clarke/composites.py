"""Both sides of the Clarke chain rule for separable piecewise-linear functions of factorization maps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from flint import fmpq

from symbolic.clarke.kinks import PiecewiseLinear
from symbolic.clarke.polytope import Polytope, Vector, zonotope
from symbolic.local_surjection.maps import Point, jacobian
from symbolic.local_surjection.rational_matrices import root_below
from symbolic.local_surjection.right_inverse import Map, guaranteed_radius2, right_inverse


@dataclass(frozen=True)
class Composite:
    """The function Σ_k c_k σ_k(H_k(x)) near a point, where H is a factorization map and each σ_k is bent at will.

    Args:
        map_: The inner map H.
        point: Where the subdifferential is taken.
        weights: c_k, of any sign.
        bends: σ_k, one for each output.
    """

    map_: Map
    point: Point
    weights: tuple[fmpq, ...]
    bends: tuple[PiecewiseLinear, ...]

    @property
    def rows(self) -> list[Vector]:
        """Return the rows of the Jacobian of H at the point."""
        J = jacobian(self.map_, self.point)
        return [tuple(J[k, j] for j in range(J.ncols())) for k in range(J.nrows())]

    @property
    def kinked(self) -> list[int]:
        """Return the outputs whose bend has different slopes on both sides of its value at the point."""
        sides = [bend.sides(z) for bend, z in zip(self.bends, self.map_.value(self.point), strict=True)]
        return [k for k, (low, high) in enumerate(sides) if low != high]

    def outer_side(self) -> Polytope:
        """Return J_H(x)ᵀ ∂_C g(H(x)): a zonotope with one generator a kinked output."""
        values, rows = self.map_.value(self.point), self.rows
        generators = []
        for c, bend, z, row in zip(self.weights, self.bends, values, rows, strict=True):
            low, high = bend.clarke(z)
            generators.append((c * low, c * high, row))
        bent = [g for g in generators if g[0] != g[1]]
        centre = [fmpq(0)] * len(rows[0])
        for weight, same, row in generators:
            if weight == same:
                centre = [a + weight * b for a, b in zip(centre, row, strict=True)]
        return zonotope(tuple(centre), bent)

    def gradient(self, pattern: Sequence[int]) -> Vector:
        """Return the limit of gradients along points whose kinked outputs deviate with the given signs."""
        signs = dict(zip(self.kinked, pattern, strict=True))
        total = [fmpq(0)] * len(self.rows[0])
        for k, (c, bend, z, row) in enumerate(
            zip(self.weights, self.bends, self.map_.value(self.point), self.rows, strict=True)
        ):
            left, right = bend.sides(z)
            slope = right if signs.get(k, 1) > 0 else left
            total = [a + c * slope * b for a, b in zip(total, row, strict=True)]
        return tuple(total)

    def inner_side(self, patterns: Iterable[Sequence[int]]) -> Polytope:
        """Return the hull of the limiting gradients for the patterns that occur near the point."""
        return Polytope.of([self.gradient(pattern) for pattern in patterns])

    def reached_patterns(self, t: fmpq) -> list[tuple[int, ...]]:
        """Return all sign patterns of the kinked outputs, each shown to occur within t by an exact preimage.

        Raises:
            HypothesisError: If no right inverse is known at the point.
        """
        value = self.map_.value(self.point)
        gap = min(
            (abs(z - b) for z, f in zip(value, self.bends, strict=True) for b in f.breakpoints if z != b),
            default=fmpq(1),
        )
        step = min(gap, root_below(guaranteed_radius2(self.map_, self.point, t) / (4 * len(value))))
        found = []
        for pattern in product((1, -1), repeat=len(self.kinked)):
            target = list(value)
            for k, sign in zip(self.kinked, pattern, strict=True):
                target[k] += sign * step / 2
            right_inverse(self.map_, self.point, target, t)
            found.append(pattern)
        return found
