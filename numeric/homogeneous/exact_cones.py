"""Membership in the cones a regularizer may impose, decided on rationals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from numeric.homogeneous.exact_maps import Array, fractions

Membership = Callable[[Array], bool]

A = fractions([[1, -2, 1]])


def in_orthant(x: Array) -> bool:
    """Return whether all entries are nonnegative."""
    return all(value >= 0 for value in x)


def in_kernel(x: Array) -> bool:
    """Return whether Ax = 0 for A = (1, −2, 1)."""
    return bool(A.dot(x)[0] == 0)


def in_polyhedral_cone(x: Array) -> bool:
    """Return whether Ax ≥ 0 for A = (1, −2, 1)."""
    return bool(A.dot(x)[0] >= 0)


def is_semidefinite(x: Array) -> bool:
    """Return whether the symmetric 2×2 matrix with entries (a, b, c) is positive semidefinite."""
    a, b, c = x
    return bool(a >= 0 and c >= 0 and a * c - b * b >= 0)


def is_sparse(x: Array) -> bool:
    """Return whether at most two entries are not zero."""
    return bool(sum(value != 0 for value in x) <= 2)


def is_of_full_support(x: Array) -> bool:
    """Return whether exactly two entries are not zero: not a cone, for zero is not in it."""
    return bool(sum(value != 0 for value in x) == 2)


def in_affine_plane(x: Array) -> bool:
    """Return whether Ax = 1 for A = (1, −2, 1): not a cone."""
    return bool(A.dot(x)[0] == 1)


def in_ball(x: Array) -> bool:
    """Return whether Σx² ≤ 9: not a cone."""
    return bool(sum(value * value for value in x) <= 9)


def norms_agree(x: Array) -> bool:
    """Return whether ‖(x₁, x₂)‖₁ = |x₃|: two functions of degree 1."""
    return bool(abs(x[0]) + abs(x[1]) == abs(x[2]))


def norm_dominates(x: Array) -> bool:
    """Return whether ‖(x₁, x₂)‖₁ ≥ |x₃|."""
    return bool(abs(x[0]) + abs(x[1]) >= abs(x[2]))


def norm_dominates_square(x: Array) -> bool:
    """Return whether ‖(x₁, x₂)‖₁ ≥ x₃²: functions of unequal degrees, not a cone."""
    return bool(abs(x[0]) + abs(x[1]) >= x[2] * x[2])


@dataclass(frozen=True)
class ConePoint:
    """A member of a set and a scale α ≥ 0."""

    member: Membership
    x: tuple[Fraction, ...]
    alpha: Fraction

    def belongs(self) -> bool:
        """Return whether x is in the set."""
        return self.member(fractions(self.x))

    def scaled_belongs(self) -> bool:
        """Return whether αx is in the set."""
        return self.member(fractions([self.alpha * value for value in self.x]))

    def to_record(self) -> dict[str, str]:
        """Return the point as exact text."""
        return {"x": str([str(value) for value in self.x]), "alpha": str(self.alpha)}


def members(member: Membership) -> list[ConePoint]:
    """Return the members of the set on a small grid, each with α = 0, 1/2, 3."""
    grid = [(a, b, c) for a in range(-2, 4) for b in range(-2, 4) for c in range(-2, 4)]
    points = [
        ConePoint(member, tuple(map(Fraction, x)), alpha)
        for x in grid
        for alpha in (Fraction(0), Fraction(1, 2), Fraction(3))
    ]
    return [point for point in points if point.belongs()]
