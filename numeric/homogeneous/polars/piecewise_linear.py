"""The polar of P(u)vᵀ with l2 norms, P(u) the largest rows of Vu in groups, or zero where they are negative.

On each cell of the arrangement of the rows of V (and of the differences of rows in a group) the choice is fixed, P is
linear, and f(u) = ‖WᵀP(u)‖ is convex and homogeneous. What depends on V alone is kept for the next W.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from flint import arb, arb_mat
from numpy.typing import NDArray

from numeric.enclosures.balls import rational_ball, working_bits
from numeric.homogeneous.polars.arrangement import ArrangementSizeError, simplicial_cells
from numeric.homogeneous.polars.convex_cover import ConvexPieces, bounded_maximum
from numeric.homogeneous.polars.eigenvalue_bounds import spectral_norm_bound
from numeric.homogeneous.polars.enclosure import (
    BITS,
    PolarEnclosure,
    PolarInputError,
    Vector,
    ball_matrix,
    euclidean_length,
    in_unit_ball,
    root,
    rounded,
)

Groups = tuple[tuple[int, ...], ...]
MOST_CELLS = 20_000


def enclose_piecewise_linear_polar(
    V: NDArray[Any], W: Any, *, groups: Groups, tolerance: float, max_cones: int
) -> PolarEnclosure:
    """Return sup ⟨W, P(u)vᵀ⟩ over ‖u‖₂, ‖v‖₂ ≤ 1 between certified bounds, P(u)_g = max(0, max of (Vu)ₙ, n in group g).

    Args:
        V: Exact fractions, N×d.
        W: G×k with G the number of groups: doubles (taken as exact), exact fractions or balls.
        groups: Indices of rows of V, at least one a group.
        tolerance: Relative width wanted.
        max_cones: Number of cones after which halving stops, besides one a cell.

    Returns:
        Bounds ``tolerance`` apart unless ``max_cones`` was reached; if the arrangement has too many cells, the upper
        bound is ‖W‖₂ times a bound of ‖P(u)‖.

    Raises:
        PolarInputError: If W does not have one row a group.
    """
    data = rounded(W, 2)
    if data.center.shape[0] != len(groups):
        raise PolarInputError(
            f"polar: W has {data.center.shape[0]} rows but the map has {len(groups)} outputs; they must agree"
        )
    layer = _layer(tuple(map(tuple, V)), groups, MOST_CELLS)
    search = _Search(layer, data.center)
    with working_bits(BITS):
        if layer.generators:
            cover = bounded_maximum(
                search.pieces(),
                tolerance=tolerance,
                max_cones=len(layer.generators) + max_cones,
                ascend=search.ascended,
                floor=1e-15 * float(np.linalg.norm(data.center) * float(layer.size)),
            )
            upper, points = cover.upper, [cover.point]
        else:
            upper, points = spectral_norm_bound(search.output) * layer.size, list(np.eye(V.shape[1]))
        starts = [sign * point for point in points for sign in (1, -1)]
        reached = [search.ascended(start)[0] for start in starts]
        u = in_unit_ball(max([*starts, *reached], key=search.value))
        image = search.image(u)
        v = in_unit_ball(np.array([float(x.mid()) for x in image]))
        attained = sum((x * arb(float(y)) for x, y in zip(image, v, strict=True)), arb(0))
        rounding, factor = data.distance * layer.size, arb(2) ** layer.exponent
        above, below = data.upper((upper + rounding) * factor), data.lower((attained - rounding) * factor)
    if below == 0.0:
        u, v = np.zeros_like(u), np.zeros_like(v)
    return PolarEnclosure(below, above, (u, v))


@dataclass(frozen=True)
class _Layer:
    """What depends on V and the groups alone.

    Args:
        exact: V divided by 2^exponent, its entries of size about 1 at most.
        exponent: The power of two taken out.
        groups: Rows that are pooled into each output.
        rows: ``exact`` in balls.
        size: A proved upper bound of ‖P(u)‖ over unit u, for ``exact``.
        generators: The generators of each cell, none where there are too many cells.
        choices: The rows chosen in each cell, −1 for zero.
    """

    exact: NDArray[Any]
    exponent: int
    groups: Groups
    rows: list[list[arb]]
    size: arb
    generators: list[NDArray[Any]]
    choices: list[tuple[int, ...]]


@lru_cache(maxsize=16)
def _layer(V: tuple[tuple[Fraction, ...], ...], groups: Groups, most: int) -> _Layer:
    largest = max((abs(x) for row in V for x in row), default=Fraction(0))
    exponent = largest.numerator.bit_length() - largest.denominator.bit_length() if largest else 0
    scale = Fraction(1, 2) ** exponent if exponent >= 0 else Fraction(2) ** -exponent
    exact = np.array(V, dtype=object) * scale
    pairs = dict.fromkeys(pair for group in groups for pair in combinations(group, 2))
    named = [n for group in groups for n in dict.fromkeys(group)]
    repeats = max(named.count(n) for n in named)
    with working_bits(BITS):
        rows = [[rational_ball(x) for x in row] for row in exact]
        size = root(arb(repeats)) * euclidean_length(x for row in rows for x in row)
    try:
        # A cone costs 2^d small systems of equations: fewer cones in higher dimensions.
        most = min(most, 2**20 // 2 ** min(exact.shape[1], 20))
        cells = simplicial_cells([*exact, *(exact[i] - exact[j] for i, j in pairs)], exact.shape[1], most=most)
    except ArrangementSizeError:
        return _Layer(exact, exponent, groups, rows, size, [], [])
    generators = [np.array([_about_unit(ray) for ray in cone], dtype=object) for cone in cells]
    # The sum of its generators is inside a cell: off all hyperplanes but those of zero normal.
    choices = [tuple(_chosen(exact @ rays.sum(axis=0), groups)) for rays in generators]
    return _Layer(exact, exponent, groups, rows, size, generators, choices)


def _chosen(values: NDArray[Any], groups: Groups) -> list[int]:
    """Return for each group the row with the largest value, −1 where that is not positive."""
    best = [max(group, key=values.__getitem__) for group in groups]
    return [n if values[n] > 0 else -1 for n in best]


def _about_unit(ray: Sequence[int]) -> list[Fraction]:
    """Return the ray divided by a power of two so that its largest entry is in [1/2, 1)."""
    scale = 2 ** max(abs(x) for x in ray).bit_length()
    return [Fraction(x, scale) for x in ray]


class _Search:
    """The map with its data, in doubles to search with and in balls to prove with."""

    def __init__(self, layer: _Layer, W: Vector) -> None:
        self.layer, self.W = layer, W
        self.V = layer.exact.astype(float)
        self.output = ball_matrix(W.T)

    def value(self, u: Vector) -> float:
        """Return ‖WᵀP(u)‖ in doubles."""
        return float(np.linalg.norm(self._matrix(_chosen(self.V @ u, self.layer.groups)) @ u))

    def image(self, u: Vector) -> list[arb]:
        """Return WᵀP(u) in balls; the choice is made exactly."""
        exact = np.array([Fraction(float(x)) for x in u], dtype=object)
        choice = _chosen(self.layer.exact @ exact, self.layer.groups)
        product = self._balls(choice) * arb_mat([[arb(float(x))] for x in u])
        return [product[i, 0] for i in range(product.nrows())]

    def ascended(self, u: Vector) -> tuple[Vector, float]:
        """Return where repeated steps to the best point for the current choice lead."""
        value = self.value(u)
        for _ in range(300):
            M = self._matrix(_chosen(self.V @ u, self.layer.groups))
            step = M.T @ (M @ u)
            length = float(np.linalg.norm(step))
            if length == 0.0:
                break
            following = self.value(step / length)
            if following <= value * (1 + 1e-16):
                break
            u, value = step / length, following
        return u, value

    def pieces(self) -> ConvexPieces:
        """Return f on every cell, with the spectral norm of its matrix as a bound."""
        choices = self.layer.choices
        matrices = {choice: self._balls(choice) for choice in dict.fromkeys(choices)}
        bounds = {choice: float(spectral_norm_bound(M)) * (1 + 2.0**-50) + 1e-300 for choice, M in matrices.items()}
        stacked = np.array([self._matrix(choice) for choice in choices])

        def value(index: NDArray[np.intp], points: Vector) -> Vector:
            return np.asarray(np.linalg.norm((stacked[index] @ points[:, :, None])[:, :, 0], axis=1))

        def enclose(index: int, u: list[arb]) -> arb:
            image = matrices[choices[index]] * arb_mat([[x] for x in u])
            return euclidean_length(image[i, 0] for i in range(image.nrows()))

        return ConvexPieces(self.layer.generators, value, enclose, np.array([bounds[choice] for choice in choices]))

    def _matrix(self, choice: Sequence[int]) -> Vector:
        chosen = np.array([self.V[i] if i >= 0 else np.zeros(self.V.shape[1]) for i in choice])
        return np.asarray(self.W.T @ chosen)

    def _balls(self, choice: Sequence[int]) -> Any:
        zero = [arb(0)] * self.V.shape[1]
        return self.output * arb_mat([self.layer.rows[i] if i >= 0 else zero for i in choice])
