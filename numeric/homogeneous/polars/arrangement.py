"""The cells of an arrangement of hyperplanes through the origin, cut into simplicial cones with exact generators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import gcd, lcm

Ray = tuple[int, ...]
Cone = tuple[Ray, ...]


class ArrangementSizeError(ValueError):
    """The arrangement has more cells than allowed."""


def simplicial_cells(normals: Iterable[Sequence[Fraction]], d: int, *, most: int) -> list[Cone]:
    """Return simplicial cones that cover ℝ^d, none of them crossed by any of the hyperplanes, exactly.

    Args:
        normals: The hyperplanes' normals, exact; zero and repeated ones are welcome.
        d: Dimension.
        most: Largest number of cones allowed.

    Returns:
        Cones as tuples of d primitive integer rays. They refine the orthants, so no angle exceeds 90°; they meet in
        faces only.

    Raises:
        ArrangementSizeError: If more than ``most`` cones would be needed.

    Example:
        >>> len(simplicial_cells([(Fraction(1), Fraction(1))], 2, most=100))
        6
    """
    if 2**d > most:
        raise ArrangementSizeError(f"arrangement: the orthants of dimension {d} are more than {most} cones")
    cones: list[Cone] = [
        tuple(tuple(sign if i == j else 0 for j in range(d)) for i, sign in enumerate(signs))
        for signs in product((1, -1), repeat=d)
    ]
    for normal in _distinct(normals):
        cut: list[Cone] = []
        for cone in cones:
            cut += _cut(cone, normal)
            if len(cut) > most:
                raise ArrangementSizeError(f"arrangement: more than {most} cones in dimension {d}")
        cones = cut
    return cones


def _distinct(normals: Iterable[Sequence[Fraction]]) -> list[Ray]:
    """Return the primitive integer normals in order of appearance, one of each opposite pair, without zero."""
    seen: dict[Ray, None] = {}
    for normal in normals:
        scale = lcm(*(Fraction(x).denominator for x in normal))
        ray = _primitive([int(Fraction(x) * scale) for x in normal])
        first = next((x for x in ray if x), 0)
        if first:
            seen.setdefault(ray if first > 0 else tuple(-x for x in ray))
    return list(seen)


def _primitive(entries: Iterable[int]) -> Ray:
    values = list(entries)
    divisor = gcd(*values)
    return tuple(x // divisor for x in values) if divisor else tuple(values)


def _cut(cone: Cone, normal: Ray) -> list[Cone]:
    """Return the cone, or its parts: an edge that crosses the hyperplane is cut there until none crosses."""
    sides = [sum(x * y for x, y in zip(normal, ray, strict=True)) for ray in cone]
    for i, j in combinations(range(len(cone)), 2):
        if sides[i] * sides[j] < 0:
            meeting = _primitive(abs(sides[j]) * x + abs(sides[i]) * y for x, y in zip(cone[i], cone[j], strict=True))
            parts = [tuple(meeting if k == place else ray for k, ray in enumerate(cone)) for place in (i, j)]
            return [piece for part in parts for piece in _cut(part, normal)]
    return [cone]
