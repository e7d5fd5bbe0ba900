"""Polytopes as hulls of rational points: sums, images, support, and membership decided by an exact simplex method."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from flint import fmpq

from symbolic.local_surjection.rational_matrices import rational

Vector = tuple[fmpq, ...]


@dataclass(frozen=True)
class Polytope:
    """The convex hull of finitely many rational points, all of one length, sorted and without repetition.

    Example:
        >>> square = Polytope.of([[0, 0], [1, 0], [0, 1], [1, 1]])
        >>> square.separating_direction((fmpq(1, 2), fmpq(1, 2))) is None
        True
        >>> w = square.separating_direction((fmpq(2), fmpq(0)))
        >>> square.support(w) < 2 * w[0]
        True
    """

    points: tuple[Vector, ...]

    @classmethod
    def of(cls, points: Iterable[Sequence[object]]) -> Polytope:
        """Return the hull of ``points``.

        Raises:
            ValueError: If there is none, or their lengths differ.
        """
        made = {tuple(rational(v) for v in point) for point in points}
        if not made or len({len(point) for point in made}) != 1:
            raise ValueError("a polytope needs at least one point, all points of one length")
        return cls(tuple(sorted(made, key=lambda point: [(v.p, v.q) for v in point])))

    def __add__(self, other: Polytope) -> Polytope:
        return Polytope.of([[a + b for a, b in zip(p, q, strict=True)] for p in self.points for q in other.points])

    def times(self, factor: fmpq) -> Polytope:
        """Return the multiple by ``factor``."""
        return Polytope.of([[factor * v for v in p] for p in self.points])

    def beside(self, other: Polytope) -> Polytope:
        """Return the Cartesian product."""
        return Polytope.of([p + q for p in self.points for q in other.points])

    def support(self, w: Sequence[fmpq]) -> fmpq:
        """Return the largest inner product with ``w``."""
        return max(sum((a * b for a, b in zip(w, p, strict=True)), fmpq(0)) for p in self.points)

    def separating_direction(self, point: Sequence[fmpq]) -> Vector | None:
        """Return w with ⟨w, point⟩ greater than the support in direction w, or ``None`` if the point lies inside.

        Exact: phase one of the simplex method with Bland's rule; w is the dual certificate.
        """
        rows = [list(coordinate) for coordinate in zip(*self.points, strict=True)] + [[fmpq(1)] * len(self.points)]
        target = [*point, fmpq(1)]
        dual = _infeasibility(rows, target)
        return None if dual is None else tuple(dual[:-1])

    def difference(self, other: Polytope) -> tuple[Vector, Vector] | None:
        """Return a point of this polytope outside the other with a direction that separates it, if there is one."""
        for point in self.points:
            w = other.separating_direction(point)
            if w is not None:
                return point, w
        return None


def _infeasibility(A: list[list[fmpq]], b: list[fmpq]) -> list[fmpq] | None:
    """Return y with yᵀA ≤ 0 < yᵀb, or ``None`` if Aλ = b has a solution λ ≥ 0."""
    m, n = len(A), len(A[0])
    signs = [fmpq(-1) if value < 0 else fmpq(1) for value in b]
    # Columns: the variables, one artificial variable a row, the right side.
    table = [
        [sign * v for v in row] + [fmpq(int(i == k)) for k in range(m)] + [sign * value]
        for i, (row, sign, value) in enumerate(zip(A, signs, b, strict=True))
    ]
    basis = [n + i for i in range(m)]
    cost = [-sum((row[j] for row in table), fmpq(0)) for j in range(n)] + [fmpq(0)] * m
    cost.append(-sum((row[-1] for row in table), fmpq(0)))
    while True:
        entering = next((j for j in range(n + m) if cost[j] < 0), None)
        if entering is None:
            break
        ratios = [(row[-1] / row[entering], basis[i], i) for i, row in enumerate(table) if row[entering] > 0]
        leaving = min(ratios)[2]
        pivot = table[leaving][entering]
        table[leaving] = [v / pivot for v in table[leaving]]
        for line in [row for i, row in enumerate(table) if i != leaving] + [cost]:
            factor = line[entering]
            if factor != 0:
                line[:] = [v - factor * p for v, p in zip(line, table[leaving], strict=True)]
        basis[leaving] = entering
    if cost[-1] == 0:
        return None
    # The reduced cost of artificial variable i is 1 less the dual value of row i.
    return [sign * (1 - cost[n + i]) for i, sign in enumerate(signs)]


def segment(low: Vector, high: Vector) -> Polytope:
    """Return the segment between two points."""
    return Polytope.of([low, high])


def zonotope(centre: Vector, generators: Sequence[tuple[fmpq, fmpq, Vector]]) -> Polytope:
    """Return centre + Σ [low, high]·g over the generators (low, high, g), as the hull of its corner sums."""
    corners = []
    for choice in product(*((low, high) for low, high, _ in generators)):
        point = list(centre)
        for weight, (_, _, g) in zip(choice, generators, strict=True):
            point = [a + weight * b for a, b in zip(point, g, strict=True)]
        corners.append(point)
    return Polytope.of(corners)
