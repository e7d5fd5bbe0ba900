"""Maxima over the unit sphere of functions that are convex and homogeneous of degree 1 on each of finitely many cones.

If f is convex and homogeneous on the cone of a₁, …, a_d and a vector c has ⟨c, aᵢ⟩ ≥ f(aᵢ) for all i, then for
u = Σtᵢaᵢ, t ≥ 0, f(u) ≤ Σtᵢf(aᵢ) ≤ ⟨c, u⟩ ≤ ‖c‖‖u‖. Cones are halved until such vectors are close to the best value
found; doubles do the search, and the vectors of the final cones are verified in ball arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from numeric.enclosures.balls import rational_ball, working_bits
from numeric.homogeneous.polars.enclosure import BITS, Vector, euclidean_length

_MOST_HALVINGS = 50  # weights are multiples of 2⁻⁵⁰ then, exact in doubles: halves cover their cone exactly


@dataclass(frozen=True)
class ConvexPieces:
    """A function of degree 1, convex on each of finitely many simplicial cones with angles of at most 90°.

    Args:
        generators: One d×d array of exact fractions a cone; its rows generate the cone.
        value: From indices of cones (K) and points (K×d) to approximate values (K).
        enclose: From the index of a cone and a point, in balls, to a ball with the value.
        bounds: Proved upper bounds of each function on the whole unit sphere; infinite where there is none.
    """

    generators: Sequence[NDArray[Any]]
    value: Callable[[NDArray[np.intp], Vector], Vector]
    enclose: Callable[[int, list[arb]], arb]
    bounds: Vector


@dataclass(frozen=True)
class _Cones:
    """Sub-cones: the piece of each, the weights of its generators on the piece's (dyadic, exact), a vector c."""

    piece: NDArray[np.intp]
    weights: Vector
    support: Vector


@dataclass(frozen=True)
class CoveredMaximum:
    """A proved upper bound over the unit sphere, the best point seen and how many cones were verified."""

    upper: arb
    point: Vector
    cones: int


def bounded_maximum(
    pieces: ConvexPieces,
    *,
    tolerance: float,
    max_cones: int,
    ascend: Callable[[Vector], tuple[Vector, float]],
    floor: float,
) -> CoveredMaximum:
    """Return a proved upper bound of max{f(u) : ‖u‖ = 1, u in one of the cones} and the best unit vector seen.

    Args:
        pieces: The cones and the function on each.
        tolerance: Relative distance at which a cone is not halved any more.
        max_cones: Halving stops at this many cones; the bound is then as it is, and proved all the same.
        ascend: A local ascent from a unit vector: a unit vector and its value (need not be exact).
        floor: Absolute distance at which a cone is not halved any more: the size of rounding errors.
    """
    d = len(pieces.generators[0])
    base = np.array([np.array(g, dtype=float) for g in pieces.generators])
    piece = np.arange(len(base))
    weights = np.broadcast_to(np.eye(d), (len(base), d, d)).copy()
    best, point, done, settled, level = -1.0, np.zeros(d), [], 0, 0
    while len(piece):
        level += 1
        rays = weights @ base[piece]
        rays /= np.linalg.norm(rays, axis=2, keepdims=True)
        values = pieces.value(np.repeat(piece, d), rays.reshape(-1, d)).reshape(-1, d)
        winner = np.unravel_index(int(values.argmax()), values.shape)
        if values[winner] > best:
            point, best = max((rays[winner], float(values[winner])), ascend(rays[winner]), key=lambda found: found[1])
        support = _supporting(rays, values)
        norms = np.minimum(np.linalg.norm(support, axis=1), pieces.bounds[piece])
        closed = norms <= best * (1 + tolerance) + floor
        if d == 1 or level > _MOST_HALVINGS or settled + len(piece) >= max_cones:
            closed[:] = True
        done.append(_Cones(piece[closed], weights[closed], support[closed]))
        settled += int(closed.sum())
        piece, weights = _halved(piece[~closed], weights[~closed], rays[~closed])
    with working_bits(BITS):
        return CoveredMaximum(_verified(pieces, done), point, settled)


def _supporting(rays: Vector, values: Vector) -> Vector:
    """Return for each cone a vector c of nearly least norm with ⟨c, aᵢ⟩ ≥ f(aᵢ), rounding aside.

    The least norm is attained by a combination with nonnegative weights of the rays where equality holds: all subsets
    are tried.
    """
    count, d = values.shape
    chosen = np.zeros((count, d))
    norms = np.full(count, np.inf)
    for size in range(d, 0, -1):
        for subset in combinations(range(d), size):
            part = rays[:, subset, :]
            gram = part @ part.transpose(0, 2, 1)
            regular = gram + 1e-300 * np.eye(size)
            try:
                mu = np.linalg.solve(regular, values[:, subset, None])
            except np.linalg.LinAlgError:
                continue
            c = (part.transpose(0, 2, 1) @ mu)[:, :, 0]
            slack = (rays @ c[:, :, None])[:, :, 0] - values
            scale = 1e-13 * (np.abs(values).max(axis=1, keepdims=True) + 1e-300)
            norm = np.linalg.norm(c, axis=1)
            better = (slack >= -scale).all(axis=1) & (norm < norms)
            chosen[better], norms[better] = c[better], norm[better]
    # A cone for which rounding spoiled every subset: the sum of the rays times a factor that is large enough.
    lost = ~np.isfinite(norms)
    if lost.any():
        middle = rays[lost].sum(axis=1)
        reach = (rays[lost] @ middle[:, :, None])[:, :, 0].min(axis=1)
        chosen[lost] = middle * (values[lost].max(axis=1) / reach)[:, None]
    return chosen


def _halved(piece: NDArray[np.intp], weights: Vector, rays: Vector) -> tuple[NDArray[np.intp], Vector]:
    """Return both halves of each cone, cut at the middle of the widest edge; weights stay exact dyadic numbers."""
    count, d = len(piece), rays.shape[1]
    if not count:
        return piece, weights
    pairs = list(combinations(range(d), 2))
    angles = np.array([(rays[:, i] * rays[:, j]).sum(axis=1) for i, j in pairs])
    widest = np.array(pairs)[angles.argmin(axis=0)]
    rows = np.arange(count)
    middle = (weights[rows, widest[:, 0]] + weights[rows, widest[:, 1]]) / 2
    halves = []
    for side in (0, 1):
        half = weights.copy()
        half[rows, widest[:, side]] = middle
        halves.append(half)
    return np.concatenate([piece, piece]), np.concatenate(halves)


def _verified(pieces: ConvexPieces, done: Sequence[_Cones]) -> arb:
    """Return the largest of the proved bounds ‖c‖·maxᵢ f(aᵢ)/⟨c, aᵢ⟩ over all cones."""
    seen: dict[tuple[int, bytes], tuple[list[arb], arb]] = {}
    exact = [[[rational_ball(Fraction(x)) for x in row] for row in g] for g in pieces.generators]

    def vertex(index: int, weights: Vector) -> tuple[list[arb], arb]:
        key = index, weights.tobytes()
        if key not in seen:
            rows = exact[index]
            t = [arb(float(w)) for w in weights]
            u = [sum((t[i] * rows[i][k] for i in range(len(t))), arb(0)) for k in range(len(rows[0]))]
            seen[key] = u, pieces.enclose(index, u).upper()
        return seen[key]

    worst = arb(0)
    for cones in done:
        for index, weights, support in zip(cones.piece, cones.weights, cones.support, strict=True):
            ceiling = float(pieces.bounds[index])
            if ceiling <= worst:
                continue
            corners = [vertex(int(index), row) for row in weights]
            bound = _bound_of(corners, support)
            worst = worst.max(bound.min(arb(ceiling)) if np.isfinite(ceiling) else bound).upper()
    return worst


def _bound_of(corners: list[tuple[list[arb], arb]], support: Vector) -> arb:
    """Return ‖c‖·max f(aᵢ)/⟨c, aᵢ⟩, with c moved slightly inwards so that no ⟨c, aᵢ⟩ is lost to rounding."""
    if all(value == 0 for _, value in corners):
        return arb(0)
    lengths = [euclidean_length(u) for u, _ in corners]
    size = max(float(np.linalg.norm(support)), *(float(value) for _, value in corners), 1e-300)
    inwards = [
        sum((u[k] / length for (u, _), length in zip(corners, lengths, strict=True)), arb(0)).mid()
        for k in range(len(support))
    ]
    best: arb | None = None
    for nudge in (1e-16, 1e-13, 1e-10, 1e-7, 1.0):
        c = [arb(float(x)) + arb(nudge * size) * y for x, y in zip(support, inwards, strict=True)]
        reached = [sum((x * y for x, y in zip(c, u, strict=True)), arb(0)) for u, _ in corners]
        if not all(r > 0 for r in reached):
            continue
        ratio = arb(0)
        for r, (_, value) in zip(reached, corners, strict=True):
            ratio = ratio.max(value / r).upper()
        bound = (ratio * euclidean_length(c)).upper()
        best = bound if best is None else best.min(bound)
        if ratio < 1 + 1e-12:
            break
    if best is None:
        raise AssertionError("a cone of at most 90° has a vector with positive products")
    return best
