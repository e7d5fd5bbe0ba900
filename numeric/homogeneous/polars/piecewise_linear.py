"""The polar of P(u)vᵀ with l2 norms, where each output of P is one of finitely many linear forms of u, or zero.

On each cell of an arrangement the choice is fixed, P is linear there, and f(u) = ‖WᵀP(u)‖ is convex and homogeneous.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_mat
from numpy.typing import NDArray

from numeric.enclosures.balls import rational_ball, working_bits
from numeric.homogeneous.polars.arrangement import ArrangementSizeError, Cone, simplicial_cells
from numeric.homogeneous.polars.convex_cover import ConvexPieces, bounded_maximum
from numeric.homogeneous.polars.eigenvalue_bounds import spectral_norm_bound
from numeric.homogeneous.polars.enclosure import (
    BITS,
    PolarEnclosure,
    PolarInputError,
    Vector,
    euclidean_length,
    in_unit_ball,
    root,
    rounded,
)

Choice = Callable[[NDArray[Any]], list[int]]
MOST_CELLS = 20_000


def enclose_piecewise_linear_polar(  # noqa: PLR0913 - a map, its cells, its data and the effort
    V: NDArray[Any],
    W: Any,
    *,
    choose: Choice,
    normals: Sequence[Any],
    repeats: int = 1,
    tolerance: float,
    max_cones: int,
) -> PolarEnclosure:
    """Return sup ⟨W, P(u)vᵀ⟩ over ‖u‖₂, ‖v‖₂ ≤ 1 between certified bounds, where P(u)ₙ is a row of V times u, or 0.

    Args:
        V: Exact fractions, N'×d.
        W: N×k: doubles (taken as exact), exact fractions or balls.
        choose: From the values Vu to the index of the row chosen for each of the N outputs, −1 for zero.
        normals: Hyperplanes off which the choice is locally constant; P must be continuous.
        repeats: How often a row can be chosen at most.
        tolerance: Relative width wanted.
        max_cones: Number of cones after which halving stops.

    Returns:
        Bounds ``tolerance`` apart unless ``max_cones`` was reached; if the arrangement has too many cells, the upper
        bound is √repeats·‖W‖₂‖V‖, Frobenius norm of V.

    Raises:
        PolarInputError: If shapes differ.
    """
    data = rounded(W, 2)
    width = len(choose(V @ np.zeros(V.shape[1], dtype=object)))
    if data.center.shape[0] != width:
        raise PolarInputError(
            f"polar: W has {data.center.shape[0]} rows but the map has {width} outputs; they must agree"
        )
    largest = max((abs(x) for x in V.ravel()), default=Fraction(0))
    exponent = largest.numerator.bit_length() - largest.denominator.bit_length() if largest else 0
    scaled = V * (Fraction(1, 2) ** exponent if exponent >= 0 else Fraction(2) ** -exponent)
    search = _Search(scaled, data.center, choose)
    with working_bits(BITS):
        size = root(arb(repeats)) * euclidean_length(rational_ball(x) for x in scaled.ravel())  # ≥ ‖P(u)‖
        rounding = data.distance * size
        try:
            cells = simplicial_cells(normals, V.shape[1], most=MOST_CELLS)
        except ArrangementSizeError:
            upper = spectral_norm_bound(search.output) * size
            points = list(np.eye(V.shape[1]))
        else:
            pieces = search.pieces(cells)
            cover = bounded_maximum(
                pieces,
                tolerance=tolerance,
                max_cones=len(cells) + max_cones,
                ascend=search.ascended,
                floor=1e-15 * float(np.linalg.norm(data.center) * float(size)),
            )
            upper, points = cover.upper, [cover.point]
        u, _ = max((search.ascended(sign * start) for start in points for sign in (1, -1)), key=lambda pair: pair[1])
        u = max(*points, u, key=search.value) if len(points) == 1 else u
        u = in_unit_ball(u)
        image = search.image(u)
        v = in_unit_ball(np.array([float(x.mid()) for x in image]))
        attained = sum((x * arb(float(y)) for x, y in zip(image, v, strict=True)), arb(0))
        factor = arb(2) ** exponent
        above, below = data.upper((upper + rounding) * factor), data.lower((attained - rounding) * factor)
    if below == 0.0:
        u, v = np.zeros_like(u), np.zeros_like(v)
    return PolarEnclosure(below, above, (u, v))


class _Search:
    """The map with its data, in doubles to search with and in balls to prove with."""

    def __init__(self, V: NDArray[Any], W: Vector, choose: Choice) -> None:
        self.exact, self.W, self.choose = V, W, choose
        self.V = V.astype(float)
        self.rows = [[rational_ball(x) for x in row] for row in V]
        self.output = arb_mat([[arb(float(x)) for x in row] for row in W.T])

    def value(self, u: Vector) -> float:
        """Return ‖WᵀP(u)‖ in doubles."""
        return float(np.linalg.norm(self._matrix(self.choose(self.V @ u)) @ u))

    def image(self, u: Vector) -> list[arb]:
        """Return WᵀP(u) in balls; the choice is made exactly."""
        exact = np.array([Fraction(float(x)) for x in u], dtype=object)
        product = self._balls(self.choose(self.exact @ exact)) * arb_mat([[arb(float(x))] for x in u])
        return [product[i, 0] for i in range(product.nrows())]

    def ascended(self, u: Vector) -> tuple[Vector, float]:
        """Return where repeated steps to the best point for the current choice lead."""
        value = self.value(u)
        for _ in range(300):
            M = self._matrix(self.choose(self.V @ u))
            step = M.T @ (M @ u)
            length = float(np.linalg.norm(step))
            if length == 0.0:
                break
            following = self.value(step / length)
            if following <= value * (1 + 1e-16):
                break
            u, value = step / length, following
        return u, value

    def pieces(self, cells: Sequence[Cone]) -> ConvexPieces:
        """Return f on every cell, with the spectral norm of its matrix as a bound."""
        generators, choices = [], []
        for cone in cells:
            rays = np.array(cone, dtype=object)
            choices.append(tuple(self.choose(self.exact @ _middle(rays))))
            generators.append(np.array([_about_unit(ray) for ray in rays], dtype=object))
        matrices = {choice: self._balls(choice) for choice in dict.fromkeys(choices)}
        bounds = {choice: float(spectral_norm_bound(M)) * (1 + 2.0**-50) + 1e-300 for choice, M in matrices.items()}
        stacked = np.array([self._matrix(choice) for choice in choices])

        def value(index: NDArray[np.intp], points: Vector) -> Vector:
            return np.asarray(np.linalg.norm((stacked[index] @ points[:, :, None])[:, :, 0], axis=1))

        def enclose(index: int, u: list[arb]) -> arb:
            image = matrices[choices[index]] * arb_mat([[x] for x in u])
            return euclidean_length(image[i, 0] for i in range(image.nrows()))

        return ConvexPieces(generators, value, enclose, np.array([bounds[choice] for choice in choices]))

    def _matrix(self, choice: Sequence[int]) -> Vector:
        chosen = np.array([self.V[i] if i >= 0 else np.zeros(self.V.shape[1]) for i in choice])
        return np.asarray(self.W.T @ chosen)

    def _balls(self, choice: Sequence[int]) -> Any:
        zero = [arb(0)] * self.V.shape[1]
        return self.output * arb_mat([self.rows[i] if i >= 0 else zero for i in choice])


def _middle(rays: NDArray[Any]) -> NDArray[Any]:
    """Return an exact point in the interior of the cone, rays weighted to about one length."""
    return np.asarray(sum(np.array(_about_unit(ray), dtype=object) for ray in rays))


def _about_unit(ray: Sequence[int]) -> list[Fraction]:
    """Return the ray divided by a power of two so that its largest entry is in [1/2, 1)."""
    scale = 2 ** max(abs(x) for x in ray).bit_length()
    return [Fraction(x, scale) for x in ray]
