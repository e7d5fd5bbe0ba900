"""A pair with infinitely many spurious local minima, φ(x, y) = x² and g(x, y) = x²c(y/x), g(0, y) = 0, of degree 2.

The cost of a direction depends on its slope s alone: c(s) = 1 + 1/(1 + s) + 2·dist(s, ℤ) for s ≥ 0 and ½ + (3/2)|s + 1|
for s ≤ 0. So c has a strict local minimum 1 + 1/(1 + k) at every k = 1, 2, …, and its least value ½ at s = −1. Outputs
are numbers, the fibre of X > 0 has the least cost X/2 and Γ = [0, 2]: the pair is nondegenerate with Γ compact, and g
is continuous. A slice is given by its weight t = x² and its slope. The objective is ½(Σt − 4)² + Σt·c(s).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from numeric.homogeneous.exact_paths import Atom, ScalarUpdate, Segment

TARGET = Fraction(4)


def slope_cost(s: Fraction) -> Fraction:
    """Return c(s).

    Example:
        >>> [str(slope_cost(Fraction(k))) for k in (-1, 0, 1, 2)]
        ['1/2', '2', '3/2', '4/3']
    """
    if s <= 0:
        return Fraction(1, 2) + Fraction(3, 2) * abs(s + 1)
    return 1 + 1 / (1 + s) + 2 * abs(s - round(s))


@dataclass(frozen=True)
class SlopePoint:
    """Two slices with weights a, b and one slope."""

    a: Fraction
    b: Fraction
    slope: int

    @property
    def value(self) -> Fraction:
        """Return the objective."""
        total = self.a + self.b
        return (total - TARGET) ** 2 / 2 + total * slope_cost(Fraction(self.slope))

    def is_local_minimum(self) -> bool:
        """Return whether both slices are used, at a slope k ≥ 1 where c is locally least, with the best total 4 − c."""
        total = TARGET - slope_cost(Fraction(self.slope))
        return self.a > 0 and self.b > 0 and self.slope >= 1 and self.a + self.b == total

    def updated(self, sign: int) -> SlopePoint:
        """Return the point after the update with the weights 1 + sign·θ, where min θ = −1 at the first slice."""
        moved = ScalarUpdate(self.a, self.b, sign).updated()
        return SlopePoint(moved.a, moved.b, self.slope)

    def descent(self) -> list[Segment]:
        """Return the segments by which two slices, one of them zero, move on to the next slope.

        The weight goes over to the slope k + 1 in the empty slice; then the slice that is left empty takes what is
        missing to the best total there.
        """
        here, there = slope_cost(Fraction(self.slope)), slope_cost(Fraction(self.slope + 1))
        total, more, none = self.a + self.b, here - there, Fraction(0)
        now, after = Atom((Fraction(1),), here), Atom((Fraction(1),), there)
        return [
            Segment((after, now), (none, total), (total, none), (TARGET,), Fraction(1)),
            Segment((after, after), (total, none), (total, more), (TARGET,), Fraction(1)),
        ]

    def next_minimum(self) -> SlopePoint:
        """Return the end of the descent."""
        more = slope_cost(Fraction(self.slope)) - slope_cost(Fraction(self.slope + 1))
        return SlopePoint(self.a + self.b, more, self.slope + 1)


@dataclass(frozen=True)
class Run:
    """Algorithm 1 from a local minimum, a number of loops long.

    Args:
        start: The first local minimum.
        sign: −1 for the update as printed, +1 as it should be.
        loops: How often to loop.
    """

    start: SlopePoint
    sign: int
    loops: int = 8

    def minima(self) -> list[SlopePoint]:
        """Return the local minima visited: after an update without a zero slice the point is one itself."""
        found = [self.start]
        for _ in range(self.loops):
            moved = found[-1].updated(self.sign)
            found.append(moved if moved.a > 0 and moved.b > 0 else moved.next_minimum())
        return found

    def visits_local_minima(self) -> bool:
        """Return whether all of them are local minima without zero slices."""
        return all(point.is_local_minimum() for point in self.minima())

    def descends_strictly(self) -> bool:
        """Return whether every descent between two of them lowers the objective along each of its segments."""
        return all(
            segment.never_increases() and segment.objective(Fraction(1)) < segment.objective(Fraction(0))
            for point in self.minima()[:-1]
            for moved in [point.updated(self.sign)]
            if moved.a == 0 or moved.b == 0
            for segment in moved.descent()
        )

    def finds_the_least_value(self) -> bool:
        """Return whether some of them has the least value 15/8, that of one slice of slope −1 and weight 7/2."""
        best = (Fraction(7, 2) - TARGET) ** 2 / 2 + Fraction(7, 2) * slope_cost(Fraction(-1))
        return any(point.value <= best for point in self.minima())

    def to_record(self) -> dict[str, str]:
        """Return what is visited as exact text."""
        shown = [f"weights ({p.a}, {p.b}), slope {p.slope}, value {p.value}" for p in self.minima()[:4]]
        return {"update": "1 + θ" if self.sign > 0 else "1 − θ", "visited": "; ".join(shown), "least_value": "15/8"}


def slope_run(sign: int, a: Fraction | int | str = "5/6", b: Fraction | int | str = "5/3", slope: int = 1) -> Run:
    """Return the run from weights a, b: with 5/6 and 5/3 at slope 1, the value is 39/8 where 15/8 is the least."""
    return Run(SlopePoint(Fraction(a), Fraction(b), slope), sign)
