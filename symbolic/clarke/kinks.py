"""Piecewise-linear functions of one variable and their three subdifferentials."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

Interval = tuple[fmpq, fmpq]


@dataclass(frozen=True)
class PiecewiseLinear:
    """A continuous piecewise-linear function with value 0 at the first breakpoint.

    Args:
        breakpoints: Strictly increasing, at least one.
        slopes: One more than breakpoints, from left to right.

    Example:
        >>> bent = PiecewiseLinear.of([0], [1, -1])
        >>> bent(fmpq(3)), bent.frechet(fmpq(0)), bent.limiting(fmpq(0)), bent.clarke(fmpq(0))
        (-3, (), ((-1, -1), (1, 1)), (-1, 1))
    """

    breakpoints: tuple[fmpq, ...]
    slopes: tuple[fmpq, ...]

    def __post_init__(self) -> None:
        increasing = all(a < b for a, b in zip(self.breakpoints, self.breakpoints[1:], strict=False))
        if not self.breakpoints or not increasing or len(self.slopes) != len(self.breakpoints) + 1:
            raise ValueError(f"breakpoints {self.breakpoints} and slopes {self.slopes} do not describe a function")

    @classmethod
    def of(cls, breakpoints: list[int], slopes: list[int]) -> PiecewiseLinear:
        """Return the function with integer data."""
        return cls(tuple(fmpq(b) for b in breakpoints), tuple(fmpq(c) for c in slopes))

    def __call__(self, x: fmpq) -> fmpq:
        """Return the value at ``x``."""
        at, value = self.breakpoints[0], fmpq(0)
        if x <= at:
            return self.slopes[0] * (x - at)
        for following, slope in zip((*self.breakpoints[1:], None), self.slopes[1:], strict=True):
            end = x if following is None or x <= following else following
            value += slope * (end - at)
            if end == x:
                return value
            at = end
        raise AssertionError("unreachable: the last piece has no end")

    def sides(self, x: fmpq) -> Interval:
        """Return the slopes just left and just right of ``x``."""
        left = sum(b < x for b in self.breakpoints)
        right = sum(b <= x for b in self.breakpoints)
        return self.slopes[left], self.slopes[right]

    def frechet(self, x: fmpq) -> tuple[Interval, ...]:
        """Return the Fréchet subdifferential: [left, right] where the slopes increase, empty where they decrease."""
        left, right = self.sides(x)
        return ((left, right),) if left <= right else ()

    def limiting(self, x: fmpq) -> tuple[Interval, ...]:
        """Return the limiting subdifferential: at a concave kink the two slopes alone."""
        left, right = self.sides(x)
        return self.frechet(x) or ((right, right), (left, left))

    def clarke(self, x: fmpq) -> Interval:
        """Return the Clarke subdifferential: everything between the two slopes."""
        left, right = self.sides(x)
        return min(left, right), max(left, right)
