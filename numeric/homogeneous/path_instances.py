"""Rational problems with a known optimum, l1/l1 factorization and planted ones, and starts that are hard on a path."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from numeric.homogeneous.exact_paths import Atom, Vector, output
from numeric.homogeneous.slot_paths import SlotPath, slot_path

Pair = tuple[Sequence[Fraction | int], Sequence[Fraction | int]]


def rank_one(u: Sequence[Fraction | int], v: Sequence[Fraction | int]) -> Atom:
    """Return the slice (u, v): output uvᵀ by rows, cost ‖u‖₁‖v‖₁."""
    entries = tuple(Fraction(a) * b for a in u for b in v)
    return Atom(entries, sum(map(abs, entries), Fraction(0)))


def soft_threshold(Y: Vector, weight: Fraction) -> list[Atom]:
    """Return the optimum of ½‖X − Y‖² + λΣ|X_ij|, one slice for each entry that is not 0.

    Entrywise, W = (Y − X)/λ has |W_ij| ≤ 1 and W_ijX_ij = |X_ij|, so W certifies X.
    """
    kept = [(k, y - weight if y > 0 else y + weight) for k, y in enumerate(Y) if abs(y) > weight]
    return [Atom(tuple(x if i == k else Fraction(0) for i in range(len(Y))), abs(x)) for k, x in kept]


def least_value(Y: Vector, weight: Fraction) -> Fraction:
    """Return the least value of ½‖X − Y‖² + λΣ|X_ij|."""
    return sum((weight * (abs(y) - weight / 2) if abs(y) > weight else y * y / 2 for y in Y), Fraction(0))


def path_from(start: Sequence[Pair], Y: Sequence[int], weight: int = 1) -> SlotPath:
    """Return the path from slices (u, v) to the optimum in card(D) + 1 slots.

    Example:
        >>> path_from([((1,), (-2,)), ((1,), (1,))], (4,)).to_record()["values"]
        '31/2 -> 27/2 -> 8 -> 7/2'
    """
    data, exact = tuple(map(Fraction, Y)), Fraction(weight)
    slices = [rank_one(u, v) for u, v in start]
    return slot_path(slices, soft_threshold(data, exact), data, exact, least_value(data, exact))


def hard_starts() -> list[SlotPath]:
    """Return paths for card(D) = 1, 2, 4: cancelling, equal, zero and free slices, ties, X at or beyond the optimum."""
    e1, e2 = (1, 0), (0, 1)
    plane = [(1,), (1,), (1,)]
    quarters = list(product((e1, e2), (e1, e2)))
    cases: list[tuple[list[Pair], tuple[int, ...], int]] = [
        ([((1,), (-2,)), ((1,), (1,))], (4,), 1),
        ([((0,), (3,)), ((0,), (5,))], (4,), 1),  # slices of output 0
        ([((1,), (3,)), ((1,), (3,))], (1,), 2),  # the optimum is 0
        ([((1,), (9,)), ((1,), (-9,))], (-4,), 1),
        ([], (3,), 1),
        (list(zip(plane, [(1, 1), (-1, 1), (0, -2)], strict=True)), (5, 3), 1),  # output 0
        (list(zip(plane, [(1, -1), (1, 1), (2, 0)], strict=True)), (5, -3), 2),  # a tie: (2, 0) = (1, −1) + (1, 1)
        (list(zip(plane, [(0, 2), (0, 2), (0, 2)], strict=True)), (6, 0), 1),  # one slice three times
        (list(zip(plane, [(4, 1), (1, 4), (-7, -7)], strict=True)), (-5, 5), 1),
        ([((1,), (3, 4)), ((0,), (2, 2))], (3, 4), 10),
        (
            [((1, 1), (1, -1)), ((1, -1), (1, 1)), ((2, 1), (0, 3)), ((-1, 2), (1, 1)), ((1, 3), (-2, 1))],
            (4, -3, 2, 5),
            1,
        ),
        (
            [((1, 1), (1, 1)), ((1, -1), (1, -1)), ((1, 1), (-1, -1)), ((2, 0), (1, 0)), ((1, 2), (3, 4))],
            (6, 0, 0, -6),
            2,
        ),
        ([*quarters, ((1, 1), (1, 1))], (1, 1, 1, 1), 1),  # every entry at the threshold: the optimum is 0
        ([(u, (-v[0], -v[1])) for u, v in quarters], (3, 3, 3, 3), 1),
    ]
    return [path_from(start, Y, weight) for start, Y, weight in cases]


Weighted = tuple[int, int]
"""The number of a direction and its weight."""


class UncertifiedOptimumError(ValueError):
    """A planted optimum uses a direction whose cost exceeds its pairing with the certificate."""


def planted_path(  # noqa: PLR0913, PLR0917 - a problem, its optimum and a start
    W: Sequence[int],
    directions: Sequence[Sequence[int]],
    slack: Sequence[int],
    goal: Sequence[Weighted],
    start: Sequence[Weighted],
    weight: Fraction | int = 1,
) -> SlotPath:
    """Return the path of a problem with finitely many directions and a planted optimum.

    Direction a has the cost max(⟨W, a⟩, 0) + slack, so the polar of W is at most 1; the goal uses directions whose cost
    is ⟨W, a⟩, and Y = X + λW makes W the certificate of its output X. Directions of cost 0 may be among them.

    Raises:
        UncertifiedOptimumError: If a direction of the goal costs more than ⟨W, a⟩, so that W certifies nothing.

    Example:
        >>> planted_path((1, 0), [(1, 0), (0, 1), (-1, 2)], (0, 0, 1), [(0, 2)], [(1, 1), (2, 1)]).to_record()["values"]
        '27/2 -> 13/2 -> 5/2'
    """
    pairing = [sum(w * x for w, x in zip(W, a, strict=True)) for a in directions]
    costs = [max(p, 0) + s for p, s in zip(pairing, slack, strict=True)]
    loose = [i for i, _ in goal if costs[i] != pairing[i]]
    if loose:
        raise UncertifiedOptimumError(f"planted optimum: directions {loose} cost more than they pair with W")

    def slices(chosen: Sequence[Weighted]) -> list[Atom]:
        return [Atom(tuple(Fraction(w * x) for x in directions[i]), Fraction(w * costs[i])) for i, w in chosen]

    goal_slices, exact = slices(goal), Fraction(weight)
    X = output(goal_slices, [Fraction(1)] * len(goal)) if goal else (Fraction(0),) * len(W)
    Y = tuple(x + exact * w for x, w in zip(X, W, strict=True))
    loss = sum(((y - x) ** 2 for x, y in zip(X, Y, strict=True)), Fraction(0)) / 2
    least = loss + exact * sum((a.cost for a in goal_slices), Fraction(0))
    return slot_path(slices(start), goal_slices, Y, exact, least)


def planted_starts() -> list[SlotPath]:
    """Return paths with slices of cost 0 and output not 0, equal and opposite directions, and degenerate bases."""
    plane = [(1, 0), (0, 1), (0, -1), (1, 1), (-1, 2), (1, 0)]
    space = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 1, 1), (-1, 0, 1), (0, -1, 0), (1, -1, 0)]
    return [
        planted_path((1, 0), plane, (0, 0, 0, 0, 1, 0), [(0, 2)], [(1, 1), (2, 1), (4, 1)]),
        planted_path((1, 0), plane, (0, 0, 0, 0, 1, 0), [(3, 1), (2, 1)], [(5, 2), (0, 1), (4, 3)]),
        planted_path((1, 0), plane, (0, 0, 0, 0, 1, 0), [], [(1, 1), (1, 2), (2, 3)], Fraction(1, 2)),
        planted_path((1, 1, 1), space, (0, 0, 0, 0, 0, 0, 1, 0), [(4, 2)], [(0, 1), (1, 1), (2, 1), (3, 1)]),
        planted_path((1, 1, 1), space, (0,) * 8, [(3, 1), (5, 1), (7, 2)], [(6, 1), (0, 3), (4, 1), (5, 2)], 2),
        planted_path((0, 0, 1), space, (0, 0, 0, 1, 0, 2, 0, 1), [(2, 1), (0, 1), (4, 1)], [(6, 2), (3, 1), (5, 1)]),
    ]
