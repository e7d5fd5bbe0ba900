"""Paths of weighted atoms along which ½‖X − Y‖² + λ·cost never increases, built and verified in rational arithmetic.

Slices are atoms (φ, g) with weights t ≥ 0 (the p-th powers of their scales), so a straight line of weights is a
continuous path of factors and the objective along it is a quadratic in γ ∈ [0, 1].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

Vector = tuple[Fraction, ...]


class NoDependenceError(ValueError):
    """The atoms in use are linearly independent: none of them can be removed for free."""


@dataclass(frozen=True)
class Atom:
    """The output and the cost of one slice at scale 1."""

    output: Vector
    cost: Fraction


@dataclass(frozen=True)
class Segment:
    """A straight line of weights from ``start`` to ``end`` on fixed atoms.

    Args:
        atoms: The atoms, one a slot.
        start: Weights at γ = 0.
        end: Weights at γ = 1.
        Y: Data.
        weight: λ.
    """

    atoms: tuple[Atom, ...]
    start: Vector
    end: Vector
    Y: Vector
    weight: Fraction

    def objective(self, gamma: Fraction) -> Fraction:
        """Return ½‖X − Y‖² + λ·cost at γ."""
        weights = [(1 - gamma) * s + gamma * e for s, e in zip(self.start, self.end, strict=True)]
        X = output(self.atoms, weights)
        loss = sum(((x - y) ** 2 for x, y in zip(X, self.Y, strict=True)), Fraction(0)) / 2
        return loss + self.weight * sum((w * a.cost for w, a in zip(weights, self.atoms, strict=True)), Fraction(0))

    def never_increases(self) -> bool:
        """Return whether the objective, a convex quadratic of γ, has slope at most 0 at γ = 1, hence on [0, 1].

        Three values fix the quadratic c₀ + c₁γ + c₂γ²; its slope at 1 is c₁ + 2c₂.
        """
        c0, half, one = (self.objective(Fraction(k, 2)) for k in (0, 1, 2))
        c2 = 2 * (one - 2 * half + c0)
        c1 = one - c0 - c2
        return c2 >= 0 and c1 + 2 * c2 <= 0

    def has_nonnegative_weights(self) -> bool:
        """Return whether both ends, hence all points, have weights at least 0."""
        return all(w >= 0 for w in (*self.start, *self.end))

    def uses_each_slot_continuously(self) -> bool:
        """Return whether there is one weight for each atom at both ends."""
        return len(self.atoms) == len(self.start) == len(self.end)

    def to_record(self) -> dict[str, str]:
        """Return the segment as exact text."""
        return {
            "outputs": str([[str(x) for x in a.output] for a in self.atoms]),
            "start": str([str(w) for w in self.start]),
            "end": str([str(w) for w in self.end]),
        }


def output(atoms: Sequence[Atom], weights: Sequence[Fraction]) -> Vector:
    """Return Σ wᵢφᵢ."""
    D = len(atoms[0].output)
    return tuple(sum((w * a.output[k] for w, a in zip(weights, atoms, strict=True)), Fraction(0)) for k in range(D))


def dependence(atoms: Sequence[Atom], active: Sequence[int]) -> list[Fraction]:
    """Return θ ≠ 0 on the active atoms with Σθφ = 0 and Σθg ≤ 0, scaled so that its least entry is −1.

    Raises:
        NoDependenceError: If the active atoms are independent.
    """
    rows, columns = len(atoms[0].output), len(active)
    entries = [fmpq(x.numerator, x.denominator) for k in range(rows) for x in (atoms[i].output[k] for i in active)]
    reduced, rank = fmpq_mat(rows, columns, entries).rref()
    if rank == columns:
        raise NoDependenceError(f"dependence: {columns} atoms of rank {rank} are independent")
    pivots = [next(j for j in range(columns) if reduced[i, j] != 0) for i in range(rank)]
    free = next(j for j in range(columns) if j not in pivots)
    theta = [Fraction(0)] * len(atoms)
    theta[active[free]] = Fraction(1)
    for i, pivot in enumerate(pivots):
        value = -reduced[i, free]
        theta[active[pivot]] = Fraction(int(value.p), int(value.q))
    change = sum((t * a.cost for t, a in zip(theta, atoms, strict=True)), Fraction(0))
    if change > 0 or (change == 0 and min(theta) >= 0):
        theta = [-t for t in theta]
    least = -min(theta)
    return [t / least for t in theta]


@dataclass(frozen=True)
class ScalarUpdate:
    """Two slices with outputs a, b > 0 of a number (card(D) = 1) and the update of Algorithm 1.

    Args:
        a: Output of the first slice.
        b: Output of the second slice.
        sign: −1 for the printed weights 1 − θ, +1 for 1 + θ.
    """

    a: Fraction
    b: Fraction
    sign: int

    @property
    def theta(self) -> tuple[Fraction, Fraction]:
        """Return θ with θ₁a + θ₂b = 0 and least entry −1, at the smaller slice."""
        a, b = self.a, self.b
        return (Fraction(-1), a / b) if a <= b else (b / a, Fraction(-1))

    def updated(self) -> ScalarUpdate:
        """Return the slices' outputs after the update."""
        first, second = self.theta
        return ScalarUpdate(self.a * (1 + self.sign * first), self.b * (1 + self.sign * second), self.sign)

    def is_dependent(self) -> bool:
        """Return whether Σθφ = 0 and min θ = −1."""
        first, second = self.theta
        return first * self.a + second * self.b == 0 and min(first, second) == -1

    def some_slice_vanishes(self) -> bool:
        """Return whether the update empties a slice."""
        after = self.updated()
        return after.a == 0 or after.b == 0

    def is_local_minimum(self) -> bool:
        """Return whether a + b = 3: for ½(x − 4)² + Σ|u||v|, balanced slices of total 3 are global minima."""
        return self.a > 0 and self.b > 0 and self.a + self.b == 3

    def to_record(self) -> dict[str, str]:
        """Return the slices as exact text."""
        after = self.updated()
        return {
            "outputs": f"({self.a}, {self.b})",
            "theta": str(tuple(map(str, self.theta))),
            "after": f"({after.a}, {after.b})",
        }
