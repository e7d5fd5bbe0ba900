"""Composites with the sign patterns that occur near a point: both sides of the chain rule as polytopes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from claims.papers.chain_rules.notation import (
    Located,
    factorization_at,
    generator,
    machine_at,
    origin,
)
from symbolic.clarke.composites import Composite
from symbolic.clarke.kinks import PiecewiseLinear
from symbolic.clarke.polytope import Polytope
from symbolic.local_surjection.maps import FactorizationMachine, MatrixFactorization


@dataclass(frozen=True)
class Sided:
    """A composite with the sign patterns that occur near its point."""

    composite: Composite
    patterns: tuple[tuple[int, ...], ...]

    def to_record(self) -> dict[str, Any]:
        """Return the composite as text."""
        c = self.composite
        return {
            **Located(c.map_, c.point).to_record(),
            "weights": [str(w) for w in c.weights],
            "bends": [f"{b.breakpoints} {b.slopes}" for b in c.bends],
        }

    @property
    def inner(self) -> Polytope:
        """Return ∂_C(g∘H): the hull of the limits of gradients."""
        return self.composite.inner_side(self.patterns)

    @property
    def outer(self) -> Polytope:
        """Return J_Hᵀ ∂_C g(H)."""
        return self.composite.outer_side()


def bent_at_value(place: Located, weights: Sequence[int], open_here: bool = True) -> Sided:  # noqa: FBT001, FBT002 - falsified by position
    """Return Σ c_k |z_k − H_k(x)| at the place, with every pattern an exact preimage reaches near it."""
    value = place.map_.value(place.point)
    bends = tuple(PiecewiseLinear((z,), (fmpq(-1), fmpq(1))) for z in value)
    made = Composite(place.map_, place.point, tuple(fmpq(w) for w in weights), bends)
    return Sided(made, tuple(made.reached_patterns(fmpq(1, 10))) if open_here else ())


def open_composites() -> Iterator[Sided]:
    """Yield composites at locally surjective points: full rank, rank deficient, the origin; weights of both signs."""
    rng = generator()
    for place in (
        factorization_at(2, 2, 4, (1, 1), rng),
        factorization_at(2, 1, 2, (1, 1), rng),
        origin(MatrixFactorization(2, 2, 2)),
        machine_at(3, 4, 1, rng),
        origin(FactorizationMachine(3, 2)),
        factorization_at(1, 2, 2, (0, 1), rng),
    ):
        count = len(place.map_.value(place.point))
        yield bent_at_value(place, [1, -1, 1, -2][:count])
        yield bent_at_value(place, [0] + [-1] * (count - 1))


def failing_composite() -> Sided:
    """Return the composite of d = 1, m = n = 2 at ones with weights (1, −1, −1, 1): rank one restricts the patterns."""
    one = fmpq_mat([[1, 1]])
    sided = bent_at_value(Located(MatrixFactorization(2, 2, 1), (one, one)), [1, -1, -1, 1], open_here=False)
    # Near a positive matrix of rank one, z11 z22 = z12 z21: the outer pair up while the inner pair is down is missed.
    allowed = [p for p in _sign_patterns(4) if not (p[0] == p[3] != p[1] == p[2])]
    return Sided(sided.composite, tuple(allowed))


def _sign_patterns(count: int) -> list[tuple[int, ...]]:
    return [tuple(1 if code >> j & 1 else -1 for j in range(count)) for code in range(2**count)]
