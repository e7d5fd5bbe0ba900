"""Instances and hypotheses shared by the claims of `chain-rules`: exact points, degenerate ones on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
from flint import fmpq, fmpq_mat

from claims.checkers.preimages import PreimageRequest
from claims.sampling import current_sampling
from claims.statement import Hypothesis
from symbolic.local_surjection.maps import FactorizationMachine, MatrixFactorization, Point, TensorFactorization
from symbolic.local_surjection.rational_matrices import root_below
from symbolic.local_surjection.right_inverse import Map, Preimage, right_inverse

SIZES = Hypothesis("sizes", r"$m, n, d \in \mathbb N$ arbitrary")
LIPSCHITZ = Hypothesis("locally-lipschitz", r"the outer function is locally Lipschitz")
STRICT = Hypothesis("strictly-differentiable", r"the inner mapping is strictly differentiable")
NONZERO_COEFFICIENTS = Hypothesis("nonzero-coefficients", r"$a_{ij} \ne 0$ for all $j > i$")

CLARKE_2310 = (
    "∂_C(g∘F)(x) ⊆ J_F(x)ᵀ∂_C g(F(x)) for F strictly differentiable and g locally Lipschitz, with equality if F maps "
    "every neighbourhood of x onto a set that is dense in a neighbourhood of F(x)"
)
CLARKE_SOURCE = "Clarke, Optimization and Nonsmooth Analysis, Theorem 2.3.10"
SUMS = "the Clarke subdifferential of a separable sum is the product of the summands' subdifferentials"
SUMS_SOURCE = (
    "the gradient formula: limits of gradients of a separable sum are tuples of limits, and hulls "
    "commute with products "
    "(Proposition 2.5 of the paper's reference [43])"
)


@dataclass(frozen=True)
class Located:
    """A map with an exact point: an instance of most statements of the paper."""

    map_: Map
    point: Point

    def to_record(self) -> dict[str, Any]:
        """Return the instance as JSON-ready exact text."""
        return {"map": str(self.map_), "point": [[[str(v) for v in row] for row in p.tolist()] for p in self.point]}


M = TypeVar("M", MatrixFactorization, FactorizationMachine, TensorFactorization)


def typed(place: Located, kind: type[M]) -> M:
    """Return the place's map if it is of the kind expected.

    Raises:
        TypeError: If it is not.
    """
    if isinstance(place.map_, kind):
        return place.map_
    raise TypeError(f"expected a {kind.__name__}, got {place.map_}")


@dataclass(frozen=True)
class Numbers:
    """Named exact numbers."""

    values: tuple[tuple[str, Fraction], ...]

    @classmethod
    def of(cls, **values: int | Fraction) -> Numbers:
        """Return the instance with the given names and values."""
        return cls(tuple((name, Fraction(value)) for name, value in values.items()))

    def __getitem__(self, name: str) -> Fraction:
        return dict(self.values)[name]

    def to_record(self) -> dict[str, Any]:
        """Return the numbers as text."""
        return {name: str(value) for name, value in self.values}


def generator() -> np.random.Generator:
    """Return the run's seeded generator."""
    return np.random.default_rng(current_sampling().seed)


def sample_of_rank(rng: np.random.Generator, rows: int, cols: int, rank: int) -> fmpq_mat:
    """Return a random small-integer matrix of rank at most ``rank``."""
    left = fmpq_mat(rows, rank, [int(v) for v in rng.integers(-2, 3, rows * rank)])
    right = fmpq_mat(rank, cols, [int(v) for v in rng.integers(-2, 3, rank * cols)])
    return left * right


def offsets(rng: np.random.Generator, length: int, radius2: fmpq) -> Iterator[tuple[fmpq, ...]]:
    """Yield the zero offset, single entries of both signs and a random one, all just inside the given radius."""
    directions = [[0] * length, [1] + [0] * (length - 1), [0] * (length - 1) + [-1]]
    directions.append([int(v) for v in rng.integers(-3, 4, length)])
    for direction in directions if length else [[]]:
        size2 = sum(v * v for v in direction)
        scale = root_below(radius2 / size2) * fmpq(999, 1000) if size2 else fmpq(0)
        yield tuple(fmpq(v) * scale for v in direction)


def requests(
    places: Sequence[Located], radius2: Callable[[Located, fmpq], fmpq], times: Sequence[fmpq] = (fmpq(1), fmpq(1, 7))
) -> Iterator[PreimageRequest]:
    """Yield requests at the given places for targets just inside ``radius2(place, t)``."""
    rng = generator()
    for place in places:
        length = len(place.map_.value(place.point))
        for t in times:
            for offset in offsets(rng, length, radius2(place, t)):
                yield PreimageRequest(place.map_, place.point, offset, t)


def solve(request: PreimageRequest) -> Preimage:
    """Return the library's preimage for a request."""
    return right_inverse(request.map_, request.point, request.target, request.t)


def origin(map_: Map) -> Located:
    """Return the map at the origin."""
    return Located(map_, tuple(fmpq_mat(a, b) for a, b in map_.shapes))


def factorization_at(m: int, n: int, d: int, ranks: tuple[int, int], rng: np.random.Generator) -> Located:
    """Return matrix factorization at a random point of at most the given ranks."""
    X, Y = sample_of_rank(rng, d, m, ranks[0]), sample_of_rank(rng, d, n, ranks[1])
    return Located(MatrixFactorization(m, n, d), (X, Y))


def machine_at(d0: int, d: int, rank: int, rng: np.random.Generator) -> Located:
    """Return a factorization machine with coefficients of both signs at a random point of at most the given rank."""
    pairs = d0 * (d0 - 1) // 2
    a = tuple(fmpq(int(v), 2) for v in rng.choice([-3, -1, 1, 2, 5], pairs))
    return Located(FactorizationMachine(d0, d, a), (sample_of_rank(rng, d, d0, rank),))


def fractions(values: Sequence[fmpq]) -> list[Fraction]:
    """Return the values as Fractions, for code that knows no other exact type."""
    return [Fraction(int(v.p), int(v.q)) for v in values]
