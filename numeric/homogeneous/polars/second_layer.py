"""Upper bounds of wᵀψ⁺(z) over z in K = conv{±ψ⁺(Vu) : ‖u‖ ≤ 1}, by branching on the signs of z and linear programs.

In a branch, wᵀψ⁺(z) ≤ pᵀψ⁺(z) − cᵀz with p ≥ 0: where zₙ has no sign yet, pₙ = wₙ, cₙ = 0 for positive wₙ and pₙ = 0,
0 ≤ cₙ ≤ −wₙ for negative ones; where zₙ ≥ 0, pₙ = 0 and cₙ ≤ −wₙ; where zₙ ≤ 0, pₙ = 0 and cₙ ≥ 0. The right side is
convex in z and largest at a ±ψ⁺(Vu): it is at most the larger polar of one hidden layer of p − c and of c. The best c
solves a linear program with a constraint for each u; those found so far are imposed. Only positive wₙ need be branched
on: the program is exact otherwise.

For several outputs, the maximum of (Wy)ᵀψ⁺(z) over K is convex and homogeneous in y, and covered by cones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray
from scipy.optimize import linprog

from numeric.enclosures.balls import rational_ball
from numeric.homogeneous.polars.convex_cover import ConvexPieces, bounded_maximum
from numeric.homogeneous.polars.enclosure import PolarEnclosure, Vector, euclidean_length

MOST_BRANCHES = 200
OUTPUT_CONES = 48
Polar = Callable[[Vector], PolarEnclosure]
_MOST_PROGRAMS = 30


@dataclass(frozen=True)
class _Branch:
    """A majorant pᵀψ⁺(z) − cᵀz for low ≤ c ≤ high, valid where z has the signs of the branch."""

    p: Vector
    low: Vector
    high: Vector

    def split(self, n: int, weight: float, reach: float) -> tuple[_Branch, _Branch]:
        """Return the branches zₙ ≥ 0 and zₙ ≤ 0; coefficients are kept within ``reach``, which loses nothing proved."""
        p = self.p.copy()
        p[n] = 0.0
        branches = []
        for low, high in ((-reach, -weight), (0.0, reach)):
            lower, upper = self.low.copy(), self.high.copy()
            lower[n], upper[n] = low, high
            branches.append(_Branch(p, lower, upper))
        return branches[0], branches[1]


@dataclass(frozen=True)
class _Program:
    """The solution of a branch's linear program: the bound it promises, c, and where branching gains most."""

    promised: float
    c: Vector
    gaps: Vector


def second_layer_bound(rows: NDArray[Any], w: Vector, *, polar: Polar, attained: float, tolerance: float) -> arb:
    """Return a proved upper bound of max{wᵀψ⁺(z) : z in K}.

    Args:
        rows: V, exact fractions, N×d.
        w: N doubles, taken as exact.
        polar: Bounds of the polar of one hidden layer on V for weights of one output.
        attained: A value that the bound need not go below: branches are closed once they are there.
        tolerance: Relative distance from ``attained`` at which a branch is closed.

    Returns:
        ``attained``·(1 + tolerance) at best; as large as the relaxation where branches ran out.
    """
    search = _Search(rows, polar, attained * (1 + tolerance))
    open_branches = [_Branch(np.maximum(w, 0.0), np.zeros_like(w), np.maximum(-w, 0.0))]
    reach = 8 * float(np.abs(w).max(initial=0.0))
    bound = arb(0)
    for _ in range(MOST_BRANCHES):
        if not open_branches:
            return bound
        branch = open_branches.pop()
        closed, program = search.closed(branch)
        if closed is not None:
            bound = bound.max(closed).upper()
            continue
        n = int(program.gaps.argmax())
        if program.gaps[n] <= 1e-9 * program.promised:
            bound = bound.max(search.certified(branch)).upper()  # the relaxation is exact here: nothing to gain
            continue
        open_branches += branch.split(n, float(w[n]), reach)
    for branch in open_branches:
        bound = bound.max(search.certified(branch)).upper()
    return bound


def covered_outputs_bound(rows: NDArray[Any], W: Vector, *, polar: Polar, tolerance: float) -> arb:
    """Return a proved upper bound of max{‖Wᵀψ⁺(z)‖ : z in K}.

    Args:
        rows: V, exact fractions, N×d.
        W: N×k doubles, taken as exact.
        polar: Bounds of the polar of one hidden layer on V for weights of one output.
        tolerance: Relative distance at which cones of y are not halved any more.
    """
    k = W.shape[1]
    size = euclidean_length(rational_ball(x) for x in rows.ravel())

    def bounded(w: Vector) -> arb:
        return second_layer_bound(rows, w, polar=polar, attained=polar(w).lower, tolerance=tolerance)

    def attained(y: Vector) -> float:
        # A second layer rarely reaches more than one does: good enough to search with.
        return polar(W @ y).lower

    def enclose(_: int, y: list[arb]) -> arb:
        balls = [sum((arb(float(x)) * t for x, t in zip(row, y, strict=True)), arb(0)) for row in W]
        center = np.array([float(ball.mid()) for ball in balls])
        moved = euclidean_length(ball - arb(float(x)) for ball, x in zip(balls, center, strict=True))
        return bounded(center) + moved * size

    orthants = [np.diag(np.array(signs, dtype=object)) for signs in product((1, -1), repeat=k)]
    pieces = ConvexPieces(
        orthants,
        lambda _, points: np.array([attained(y) for y in points]),
        enclose,
        np.full(len(orthants), np.inf),
    )
    cover = bounded_maximum(
        pieces,
        tolerance=tolerance,
        max_cones=OUTPUT_CONES,
        ascend=lambda y: (y, attained(y)),
        floor=1e-15 * float(np.linalg.norm(W)),
    )
    return cover.upper


class _Search:
    """Linear programs on the hidden layers ψ⁺(Vu) met so far, which all branches share."""

    def __init__(self, rows: NDArray[Any], polar: Polar, target: float) -> None:
        self.V, self.polar, self.target = rows.astype(float), polar, target
        self.size = euclidean_length(rational_ball(x) for x in rows.ravel())
        self.layers = [np.maximum(sign * self.V[:, i], 0.0) for i in range(self.V.shape[1]) for sign in (1, -1)]

    def closed(self, branch: _Branch) -> tuple[arb | None, _Program]:
        """Return a proved bound within the target, or nothing as soon as a program promises no such bound."""
        program = self._solved(branch)
        for _ in range(_MOST_PROGRAMS):
            if program.promised > self.target:
                return None, program
            bound = self._proved(branch, program.c)
            if float(bound) <= self.target:
                return bound, program
            program = self._solved(branch)
        return None, program

    def certified(self, branch: _Branch) -> arb:
        """Return the best proved bound that the branch's programs lead to."""
        best: arb | None = None
        for _ in range(_MOST_PROGRAMS):
            program = self._solved(branch)
            bound = self._proved(branch, program.c)
            best = bound if best is None else best.min(bound)
            if float(best) <= max(self.target, program.promised * (1 + 1e-10)):
                break
        return arb("inf") if best is None else best

    def _proved(self, branch: _Branch, c: Vector) -> arb:
        """Return the larger polar of p − c and c, rounded up; the layers that attain them join the constraints."""
        difference = branch.p - c
        rounding = euclidean_length(
            arb(float(p)) - arb(float(x)) - arb(float(d)) for p, x, d in zip(branch.p, c, difference, strict=True)
        )
        bound = arb(0)
        for part in (difference, c):
            found = self.polar(part)
            bound = bound.max(arb(found.upper))
            if found.lower > 0:
                self.layers.append(np.maximum(self.V @ found.atom[0], 0.0))
        return (bound + rounding * self.size).upper()

    def _solved(self, branch: _Branch) -> _Program:
        layers = np.array(self.layers)
        gains = layers @ branch.p
        count, N = layers.shape
        ones = np.ones((count, 1))
        found = linprog(
            np.append(np.zeros(N), 1.0),
            A_ub=np.vstack([np.hstack([-layers, -ones]), np.hstack([layers, -ones])]),
            b_ub=np.concatenate([-gains, np.zeros(count)]),
            bounds=[*zip(branch.low.tolist(), branch.high.tolist(), strict=True), (None, None)],
        )
        if found.status != 0 or found.x is None:
            c = np.clip(np.zeros(N), branch.low, branch.high)
            return _Program(np.inf, c, np.zeros(N))
        # The multipliers say how often each ±ψ⁺(Vu) is taken: Jensen's gap of each pₙψ⁺(zₙ) is what a branch may gain.
        shares = np.maximum(-np.asarray(found.ineqlin.marginals), 0.0)
        mean = shares[:count] @ layers - shares[count:] @ layers
        gaps = branch.p * (shares[:count] @ layers - np.maximum(mean, 0.0))
        c = np.clip(np.asarray(found.x)[:N], branch.low, branch.high)
        return _Program(float(found.x[-1]), c, gaps)
