"""Paths of slices with only card(D) + 1 slots that never raise ½‖X − Y‖² + λ·cost, built in rational arithmetic.

Both ends are reduced to independent slices. Among the weights on those slices that give the output of the start, the
cheapest are reached along edges of the simplex method, of at most card(D) + 1 slices each; then the output moves
straight to that of the goal while the weights stay cheapest, a basic solution of at most card(D) slices all the way.
Costs are ordered lexicographically, the cost first and then one component for each slice, so that no two bases are
equally good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import fmpq, fmpq_mat

from numeric.homogeneous.exact_paths import Atom, NoDependenceError, Segment, Vector, dependence, output

Row = list[Fraction]


class NoPathError(ValueError):
    """The slices of the goal cannot be reached with the slots that there are."""


@dataclass(frozen=True)
class SlotPath:
    """A start, a goal and the segments between them, in ``slots`` slots."""

    segments: tuple[Segment, ...]
    start: tuple[Atom, ...]
    least: Fraction
    slots: int

    def begins_at_the_start(self) -> bool:
        """Return whether the first segment has the start's slices at weight 1 in its slots and nothing else."""
        first = self.segments[0]
        used = [a for a, w in zip(first.atoms, first.start, strict=True) if w]
        return used == list(self.start) and all(w in {0, 1} for w in first.start)

    def is_continuous(self) -> bool:
        """Return whether weights agree from one segment to the next, and a slot changes its slice only at weight 0."""
        return all(
            before.end == after.start
            and all(w == 0 or a == b for w, a, b in zip(before.end, before.atoms, after.atoms, strict=True))
            for before, after in zip(self.segments, self.segments[1:], strict=False)
        )

    def stays_in_its_slots(self) -> bool:
        """Return whether every segment has one nonnegative weight for each slot."""
        return all(
            len(s.atoms) == len(s.start) == len(s.end) == self.slots and s.has_nonnegative_weights()
            for s in self.segments
        )

    def never_increases(self) -> bool:
        """Return whether the objective, a quadratic on each segment, increases on none."""
        return all(segment.never_increases() for segment in self.segments)

    def ends_at_the_least_value(self) -> bool:
        """Return whether the last point has the least value."""
        return self.segments[-1].objective(Fraction(1)) == self.least

    def is_as_wide_as_needed(self) -> bool:
        """Return whether there are exactly card(D) + 1 slots."""
        return self.slots == len(self.segments[0].Y) + 1

    def to_record(self) -> dict[str, str]:
        """Return the values at the corners as exact text."""
        corners = [self.segments[0].objective(Fraction(0)), *(s.objective(Fraction(1)) for s in self.segments)]
        return {"slots": str(self.slots), "values": " -> ".join(map(str, corners))}


class _Walk:
    """The slots, what is in them, and the segments walked so far."""

    def __init__(self, start: Sequence[Atom], Y: Vector, weight: Fraction, slots: int) -> None:
        self.Y, self.weight, self.slots = Y, weight, slots
        nothing = Atom((Fraction(0),) * len(Y), Fraction(0))
        self.atoms = [*start, *[nothing] * (slots - len(start))]
        self.weights = [Fraction(1)] * len(start) + [Fraction(0)] * (slots - len(start))
        self.names: list[int | None] = [None] * slots
        self.segments: list[Segment] = []

    def go(self, end: Sequence[Fraction]) -> None:
        self.segments.append(Segment(tuple(self.atoms), tuple(self.weights), tuple(end), self.Y, self.weight))
        self.weights = list(end)

    def reduce(self) -> None:
        """Empty slices along dependences until the outputs of the others are independent."""
        while True:
            active = [i for i, w in enumerate(self.weights) if w]
            scaled = [_scaled(a, w) for a, w in zip(self.atoms, self.weights, strict=True)]
            try:
                theta = dependence(scaled, active)
            except NoDependenceError:
                return
            self.go([w * (1 + t) for w, t in zip(self.weights, theta, strict=True)])

    def adopt(self, names: dict[int, int]) -> None:
        """Call the slice in each of the given slots by its number."""
        self.names = [names.get(slot) for slot in range(self.slots)]

    def move(self, atoms: Sequence[Atom], goal: dict[int, Fraction]) -> None:
        """Walk straight to the weights ``goal`` of slices; new ones take empty slots."""
        for number in [n for n, w in goal.items() if w and n not in self.names]:
            empty = [i for i, w in enumerate(self.weights) if w == 0 and not goal.get(self._name(i), Fraction(0))]
            if not empty:
                raise NoPathError(f"path: {self.slots} slots are all in use, slice {number} finds none")
            self.atoms[empty[0]], self.names[empty[0]] = atoms[number], number
        self.go([goal.get(self._name(i), Fraction(0)) for i in range(self.slots)])

    def _name(self, slot: int) -> int:
        name = self.names[slot]
        return -1 if name is None else name


def _scaled(atom: Atom, w: Fraction) -> Atom:
    return Atom(tuple(w * x for x in atom.output), w * atom.cost)


class _Program:
    """min (cost, tie-breakers) over weights ≥ 0 of slices with a given output; a basis is a list of their numbers."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self.atoms = list(atoms)
        self.N = len(self.atoms)

    def complete(self, basis: list[int]) -> list[int]:
        """Return the basis with slices added until it spans all outputs."""
        for j in range(self.N):
            if j not in basis and self._rank([*basis, j]) > len(basis):
                basis = [*basis, j]
        return basis

    def _rank(self, numbers: Sequence[int]) -> int:
        return int(_matrix([self.atoms[j].output for j in numbers]).rank())

    def coordinates(self, basis: Sequence[int], X: Vector) -> Row:
        """Return the weights on the basis that give X.

        Raises:
            NoPathError: If X is not in the span.
        """
        D, n = len(X), len(basis)
        rows = [[self.atoms[j].output[k] for j in basis] + [X[k]] for k in range(D)]
        reduced, rank = _matrix(rows).rref()
        if rank != n or any(reduced[i, n] != 0 for i in range(rank, D)):
            raise NoPathError("path: the output is not in the span of the slices")
        return [Fraction(int(reduced[i, n].p), int(reduced[i, n].q)) for i in range(n)]

    def reduced_cost(self, basis: Sequence[int], j: int) -> Row:
        """Return the lexicographic price of slice j beyond what the basis pays for its output."""
        share = self.coordinates(basis, self.atoms[j].output)
        own = self._price(j)
        return [
            own[k] - sum((s * self._price(b)[k] for s, b in zip(share, basis, strict=True)), Fraction(0))
            for k in range(self.N + 1)
        ]

    def _price(self, j: int) -> Row:
        return [self.atoms[j].cost, *(Fraction(int(i == j)) for i in range(self.N))]


def _matrix(rows: Sequence[Sequence[Fraction]]) -> fmpq_mat:
    entries = [fmpq(x.numerator, x.denominator) for row in rows for x in row]
    return fmpq_mat(len(rows), len(rows[0]), entries)


def _cheapen(program: _Program, basis: list[int], X: Vector, walk: _Walk) -> list[int]:
    """Walk along edges to the cheapest weights for the output X; Bland's rule, so it ends."""
    while True:
        entering = next(
            (j for j in range(program.N) if j not in basis and program.reduced_cost(basis, j) < [Fraction(0)]), None
        )
        if entering is None:
            return basis
        weights = program.coordinates(basis, X)
        share = program.coordinates(basis, program.atoms[entering].output)
        # Prices are nonnegative, so no edge along which they fall is endless.
        ratios = [(w / s, b) for w, s, b in zip(weights, share, basis, strict=True) if s > 0]
        if not ratios:
            raise NoPathError("path: an edge without an end")
        step, leaving = min(ratios)
        after = {b: w - step * s for b, w, s in zip(basis, weights, share, strict=True)} | {entering: step}
        basis = [entering if b == leaving else b for b in basis]
        if step:
            walk.move(program.atoms, after)


def _follow(program: _Program, basis: list[int], X0: Vector, X1: Vector, walk: _Walk) -> None:
    """Walk from X0 to X1 along cheapest weights: a dual pivot wherever a weight is about to turn negative."""
    gamma = Fraction(0)
    while gamma < 1:
        start, goal = program.coordinates(basis, X0), program.coordinates(basis, X1)
        falls = [(s / (s - g), b) for s, g, b in zip(start, goal, basis, strict=True) if g < s and g < 0]
        until, leaving = min(falls, default=(Fraction(1), -1))
        if until > gamma:
            reached = [(1 - until) * s + until * g for s, g in zip(start, goal, strict=True)]
            walk.move(program.atoms, dict(zip(basis, reached, strict=True)))
            gamma = until
        if leaving >= 0:
            basis = _dual_pivot(program, basis, leaving)


def _dual_pivot(program: _Program, basis: list[int], leaving: int) -> list[int]:
    row = basis.index(leaving)
    candidates = []
    for j in range(program.N):
        if j not in basis:
            share = program.coordinates(basis, program.atoms[j].output)[row]
            if share < 0:
                candidates.append(([c / -share for c in program.reduced_cost(basis, j)], j))
    if not candidates:
        raise NoPathError("path: the output leaves the cone of the slices")
    entering = min(candidates)[1]
    return [entering if b == leaving else b for b in basis]


def slot_path(start: Sequence[Atom], goal: Sequence[Atom], Y: Vector, weight: Fraction, least: Fraction) -> SlotPath:
    """Return a path from the start (all weights 1) to a point as good as the goal, in card(D) + 1 slots.

    Args:
        start: At most card(D) + 1 slices.
        goal: The slices of a global minimizer.
        Y: Data; card(D) is its length.
        weight: λ.
        least: The value of the goal.

    Raises:
        NoPathError: If the start has more slices than there are slots.
    """
    slots = len(Y) + 1
    if len(start) > slots:
        raise NoPathError(f"path: {len(start)} slices at the start, {slots} slots")
    walk, target = _Walk(start, Y, weight, slots), _Walk(goal, Y, weight, max(len(goal), 1))
    walk.reduce()
    target.reduce()
    here = [i for i, w in enumerate(walk.weights) if w]
    there = [_scaled(a, w) for a, w in zip(target.atoms, target.weights, strict=True) if w]
    atoms = [walk.atoms[i] for i in here] + there
    walk.adopt({slot: number for number, slot in enumerate(here)})
    X0 = output(walk.atoms, walk.weights)
    X1 = output(there, [Fraction(1)] * len(there)) if there else (Fraction(0),) * len(Y)
    if atoms:
        program = _Program(atoms)
        basis = _cheapen(program, program.complete(list(range(len(here)))), X0, walk)
        _follow(program, basis, X0, X1, walk)
    if not walk.segments:
        walk.go(walk.weights)
    return SlotPath(tuple(walk.segments), tuple(start), least, slots)


def with_jump(path: SlotPath) -> SlotPath:
    """Return the path with a slice of the last segment exchanged for another at a weight that is not 0."""
    last = path.segments[-1]
    slot = next(i for i, w in enumerate(last.start) if w)
    atoms = list(last.atoms)
    atoms[slot] = Atom(tuple(2 * x for x in atoms[slot].output), 2 * atoms[slot].cost)
    return replace(path, segments=(*path.segments[:-1], replace(last, atoms=tuple(atoms))))
