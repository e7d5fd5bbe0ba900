"""Rational problems with a known optimum, l1/l1 matrix factorization, and starts that are hard on a path."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from numeric.homogeneous.exact_paths import Atom, Vector
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
