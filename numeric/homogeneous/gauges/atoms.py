"""The extreme slices of polyhedral regularizers: finitely many, exact, whose images span the unit ball of Ω.

If every norm is l1 or l∞ and φ is multilinear, {φ(z) : g(z) ≤ 1} has the same convex hull as φ at the corners of the
unit balls. With a rectified layer, ψ⁺(Vu) is linear on the cells of an arrangement, and the corners of the ball's parts
in the cells take their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any, Literal

import numpy as np

from numeric.homogeneous.exact_maps import Array, fractions, outer, rectify
from numeric.homogeneous.polars.arrangement import simplicial_cells
from numeric.homogeneous.polars.enclosure import PolarInputError, exact

PolyhedralNorm = Literal["l1", "linf", "nonnegative-l1", "nonnegative-linf"]
_NORMS = ("l1", "linf", "nonnegative-l1", "nonnegative-linf")


@dataclass(frozen=True)
class Atom:
    """A slice with g = 1 (or 0, where its image is zero too) and its image.

    Args:
        slice: The factors, exact.
        image: φ(slice), exact.
    """

    slice: tuple[Array, ...]
    image: Array


def corners(norm: PolyhedralNorm, size: int) -> list[Array]:
    """Return the corners of the unit ball that matter, exact.

    Args:
        norm: ``"l1"``, ``"linf"``, or one of these with entries constrained to be nonnegative.
        size: Dimension.

    Raises:
        PolarInputError: If the norm is unknown.

    Example:
        >>> [list(map(int, corner)) for corner in corners("l1", 2)]
        [[1, 0], [-1, 0], [0, 1], [0, -1]]
    """
    if norm not in _NORMS:
        raise PolarInputError(f"corners: norm {norm!r}; it is one of {', '.join(_NORMS)}")
    signs = (1,) if norm.startswith("nonnegative") else (1, -1)
    if norm.endswith("l1"):
        return [fractions([sign * (i == j) for j in range(size)]) for i in range(size) for sign in signs]
    entries = (1, 0) if norm.startswith("nonnegative") else (1, -1)
    return [fractions(corner) for corner in product(entries, repeat=size) if any(corner)]


def outer_atoms(shape: Sequence[int], norms: Sequence[PolyhedralNorm]) -> list[Atom]:
    """Return the atoms of x¹ ⊗ … ⊗ x^K with g the product of the norms, images without repetition.

    Args:
        shape: Dimensions of the tensor; two of them for uvᵀ.
        norms: One norm a factor.

    Raises:
        PolarInputError: If the numbers of dimensions and norms differ.

    Example:
        >>> len(outer_atoms((2, 2), ("linf", "linf")))
        8
    """
    if len(shape) != len(norms) or not shape:
        raise PolarInputError(f"atoms: {len(shape)} dimensions but {len(norms)} norms; give one norm a factor")
    slices = product(*(corners(norm, size) for norm, size in zip(norms, shape, strict=True)))
    return _distinct([Atom(factors, outer(*factors)) for factors in slices])


def rectified_atoms(
    V: Any, outputs: int, norms: tuple[PolyhedralNorm, PolyhedralNorm], *, most: int = 5000
) -> list[Atom]:
    """Return the atoms of ψ⁺(Vu)vᵀ with g = ‖u‖‖v‖, images without repetition.

    Args:
        V: Data, N×d, doubles or fractions, exact.
        outputs: Length of v.
        norms: The norms of u and v; u without sign constraint.
        most: Largest number of cells.

    Raises:
        PolarInputError: If V is not exact and finite, or the norm of u is constrained.
        ArrangementSizeError: If there are more cells.
    """
    rows = exact(V, 2)
    if norms[0] not in {"l1", "linf"}:
        raise PolarInputError(f"atoms: the norm of u is {norms[0]!r}; for a rectified layer it is l1 or linf")
    d = rows.shape[1]
    # The l∞ norm is linear where no two entries have the same absolute value.
    creases = [
        fractions([int(k == i) - sign * int(k == j) for k in range(d)])
        for i, j in combinations(range(d), 2)
        for sign in (1, -1)
    ]
    normals = [list(normal) for normal in [*rows, *(creases if norms[0] == "linf" else [])]]
    cells = simplicial_cells(normals, d, most=most)
    atoms = []
    for ray in dict.fromkeys(ray for cell in cells for ray in cell):
        size = sum(map(abs, ray)) if norms[0] == "l1" else max(map(abs, ray))
        u = fractions([Fraction(x, size) for x in ray])
        hidden = rectify(rows.dot(u))
        atoms += [Atom((u, v), outer(hidden, v)) for v in corners(norms[1], outputs)]
    return _distinct(atoms)


def _distinct(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms with nonzero images, the first one of each image."""
    seen: dict[tuple[Fraction, ...], Atom] = {}
    for atom in atoms:
        image = tuple(np.ravel(atom.image))
        if any(image):
            seen.setdefault(image, atom)
    return list(seen.values())
