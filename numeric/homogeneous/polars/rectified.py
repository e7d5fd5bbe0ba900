"""The polars of one hidden layer: rectified, ψ⁺(Vu)vᵀ, and max-pooled, maxpool(ψ⁺(Vu))vᵀ, with l2 norms of u and v.

The supremum over v is ‖WᵀP(u)‖₂ with P the hidden layer; P is linear on the cells of the arrangement of the rows of V
(and, with pooling, of the differences of rows in a group).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numeric.homogeneous.polars.enclosure import PolarEnclosure, PolarInputError, exact
from numeric.homogeneous.polars.piecewise_linear import enclose_piecewise_linear_polar


def enclose_rectified_polar(V: Any, W: Any, *, tolerance: float = 1e-10, max_cones: int = 10_000) -> PolarEnclosure:
    """Return sup ⟨W, ψ⁺(Vu)vᵀ⟩ over ‖u‖₂, ‖v‖₂ ≤ 1 between certified bounds.

    Args:
        V: Data, N×d, doubles or fractions, exact; d of 1, 2 or 3 unless N is small.
        W: N×k: doubles (taken as exact), exact fractions or balls.
        tolerance: Relative width wanted.
        max_cones: Number of cones after which halving stops.

    Returns:
        Bounds ``tolerance`` apart unless ``max_cones`` was reached, and the slice (u, v). If the arrangement has more
        than 20 000 cells, the upper bound is ‖W‖₂‖V‖ instead. Zero exactly where no hidden unit helps.

    Raises:
        PolarInputError: If V or W is empty or not finite, or their rows differ.

    Example:
        >>> polar = enclose_rectified_polar([[1.0], [-2.0]], [[3.0], [-5.0]])
        >>> bool(polar.lower <= 10 <= polar.upper), polar.width < 1e-14
        (True, True)
    """
    rows = exact(V, 2)

    alone = tuple((n,) for n in range(len(rows)))
    return enclose_piecewise_linear_polar(rows, W, groups=alone, tolerance=tolerance, max_cones=max_cones)


def enclose_pooled_polar(
    V: Any, W: Any, *, groups: Sequence[Sequence[int]], tolerance: float = 1e-10, max_cones: int = 10_000
) -> PolarEnclosure:
    """Return sup ⟨W, maxpool(ψ⁺(Vu))vᵀ⟩ over ‖u‖₂, ‖v‖₂ ≤ 1 between certified bounds.

    Args:
        V: Data, N×d, doubles or fractions, exact: one row a hidden value before pooling.
        W: G×k with G the number of groups: doubles (taken as exact), exact fractions or balls.
        groups: The rows pooled into each output; groups may overlap.
        tolerance: Relative width wanted.
        max_cones: Number of cones after which halving stops.

    Returns:
        As :func:`enclose_rectified_polar`.

    Raises:
        PolarInputError: If data are empty or not finite, W does not have one row a group, or a group is empty or names
            a row that V does not have.

    Example:
        >>> polar = enclose_pooled_polar([[3.0, 0.0], [0.0, 4.0]], [[1.0]], groups=[(0, 1)])
        >>> bool(polar.lower <= 4 <= polar.upper), polar.width < 1e-10
        (True, True)
    """
    rows = exact(V, 2)
    pooled = tuple(tuple(map(int, group)) for group in groups)
    if not pooled or not all(group and all(0 <= n < len(rows) for n in group) for group in pooled):
        raise PolarInputError(f"polar: groups {pooled} of the {len(rows)} rows of V; each must name rows, at least one")
    return enclose_piecewise_linear_polar(rows, W, groups=pooled, tolerance=tolerance, max_cones=max_cones)
