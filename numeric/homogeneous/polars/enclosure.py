"""What is proved of a polar: two certified bounds and the slice that attains the lower one; data taken as exact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import inf, nextafter
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpq
from numpy.typing import NDArray

from numeric.enclosures.balls import rational_ball, working_bits
from numeric.homogeneous.norms import hidden_loss

Vector = NDArray[np.float64]
BITS = 160


class PolarInputError(ValueError):
    """The data of a polar are empty, not finite, or of shapes that do not fit."""


@dataclass(frozen=True)
class PolarEnclosure:
    """A polar between two certified bounds.

    Args:
        lower: A proved lower bound: ⟨W, φ(atom)⟩, rounded down.
        upper: A proved upper bound of sup{⟨W, φ(slice)⟩ : g(slice) ≤ 1}, rounded up.
        atom: The slice found, every factor in its unit ball (proved); zero where the polar is zero.
    """

    lower: float
    upper: float
    atom: tuple[Vector, ...]

    def __post_init__(self) -> None:
        """Refuse bounds that bound nothing."""
        if not 0.0 <= self.lower <= self.upper:
            raise AssertionError(f"a polar cannot be between {self.lower} and {self.upper}")

    @property
    def width(self) -> float:
        """Return upper − lower, relative to the upper bound where that is above 1."""
        return (self.upper - self.lower) / max(1.0, abs(self.upper))


@dataclass(frozen=True)
class RoundedData:
    """Doubles near the data divided by a power of two, and the exact distance between the two.

    Args:
        center: Doubles, taken as exact, the largest of absolute value in [1/2, 1]; all zero for zero data.
        exponent: The data are near center·2^exponent.
        distance: A proved upper bound of the Euclidean norm of data·2^(−exponent) − center.
        l1_distance: The same for the sum of the absolute values.
    """

    center: Vector
    exponent: int
    distance: arb
    l1_distance: arb

    def upper(self, ball: arb) -> float:
        """Return a double that is at least every number of ball·2^exponent."""
        return rounded_up(ball * arb(2) ** self.exponent)

    def lower(self, ball: arb) -> float:
        """Return a double that is at most every number of ball·2^exponent, and zero if there is no positive one."""
        bound = rounded_down(ball * arb(2) ** self.exponent)
        return max(0.0, bound)


def rounded(data: Any, dimensions: int, name: str = "W") -> RoundedData:
    """Return the data scaled by a power of two and rounded to doubles, with how far they moved.

    Args:
        data: An array of doubles (moved only where scaling underflows), of exact fractions, of ``arb``, or an
            ``arb_mat``.
        dimensions: Number of axes wanted.
        name: Its name in messages.

    Raises:
        PolarInputError: If the data are empty, not finite, or have another number of axes.

    Example:
        >>> rounded([[0.1, 2.0]], 2).distance == 0
        True
        >>> from fractions import Fraction
        >>> bool(0 < rounded([[Fraction(1, 3)]], 2).distance < 1e-16)
        True
    """
    entries = entries_of(data)
    if entries.ndim != dimensions or entries.size == 0:
        raise PolarInputError(
            f"polar: {name} has shape {entries.shape}; it needs {dimensions} axes and at least one entry"
        )
    with working_bits(BITS):
        balls = [_ball(x) for x in entries.ravel()]
        if not all(x.is_finite() for x in balls):
            raise PolarInputError(f"polar: {name} has an entry that is NaN or infinite")
        sizes = [x.abs_upper() for x in balls if x != 0]
        exponent = max((int(m.bit_length()) + int(e) for m, e in (x.man_exp() for x in sizes)), default=0)
        scaled = [x * arb(2) ** -exponent for x in balls]
        center = [float(x.mid()) for x in scaled]
        moved = [abs(x - arb(c)) for x, c in zip(scaled, center, strict=True)]
        distance = euclidean_length(moved).abs_upper()
        l1_distance = sum(moved, arb(0)).abs_upper()
    return RoundedData(np.array(center).reshape(entries.shape), exponent, distance, l1_distance)


def exact(data: Any, dimensions: int, name: str = "V") -> NDArray[Any]:
    """Return the data as exact fractions: doubles, integers or fractions.

    Raises:
        PolarInputError: If the data are empty, not finite, inexact, or have another number of axes.
    """
    entries = entries_of(data)
    if entries.ndim != dimensions or entries.size == 0:
        raise PolarInputError(
            f"polar: {name} has shape {entries.shape}; it needs {dimensions} axes and at least one entry"
        )
    try:
        values = [Fraction(int(x.p), int(x.q)) if isinstance(x, fmpq) else Fraction(x) for x in entries.ravel()]
    except (TypeError, ValueError, OverflowError) as error:
        raise PolarInputError(f"polar: {name} has an entry that is not an exact finite number: {error}") from None
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result.reshape(entries.shape)


def entries_of(data: Any) -> NDArray[Any]:
    """Return the entries of an array or ``arb_mat`` as an array of objects.

    Raises:
        PolarInputError: If some are masked or complex.
    """
    if loss := hidden_loss(data):
        raise PolarInputError(f"polar: the data have {loss}; give real numbers, all of them present")
    if hasattr(data, "nrows"):
        data = [[data[i, j] for j in range(data.ncols())] for i in range(data.nrows())]
    return np.asarray(data, dtype=object)


def ball_matrix(A: Any) -> Any:
    """Return a matrix of doubles as exact balls."""
    return arb_mat([[arb(float(x)) for x in row] for row in A])


def _ball(x: Any) -> arb:
    if isinstance(x, arb | fmpq):
        return arb(x)
    return rational_ball(x) if isinstance(x, Fraction | int) else arb(float(x))


def root(ball: arb) -> arb:
    """Return the square root of the numbers of the ball that are not negative; rounding may have let negative ones in.

    Example:
        >>> root(arb(0, 1)).contains(0), root(arb(4)) == 2
        (True, True)
    """
    if ball.is_nan():
        return ball
    lower, upper = ball.lower(), ball.upper()
    below = lower.sqrt() if lower > 0 else arb(0)
    return below.union(upper.sqrt()) if upper > 0 else arb(0)


def euclidean_length(entries: Iterable[arb]) -> arb:
    """Return √Σx² in balls; balls around zero do not spoil it."""
    return root(sum((x * x for x in entries), arb(0)))


def rounded_up(ball: arb) -> float:
    """Return a double that is at least every number of the ball.

    Example:
        >>> rounded_up(arb(1) / 3) >= 1 / 3
        True
    """
    value = float(ball.upper())
    while value < inf and not arb(value) >= ball:
        value = nextafter(value, inf)
    return value


def rounded_down(ball: arb) -> float:
    """Return a double that is at most every number of the ball."""
    return -rounded_up(-ball)


def in_unit_ball(x: Vector, norm: str = "l2") -> Vector:
    """Return x divided by its norm and rounded so that the norm is proved at most 1; zero stays zero.

    Args:
        x: Any vector or matrix (a matrix has the Frobenius norm).
        norm: ``"l1"``, ``"l2"`` or ``"linf"``.
    """
    largest = float(np.abs(x).max(initial=0.0))
    if largest == 0.0:
        return np.zeros_like(x)
    scaled = x / largest
    order = {"l1": 1, "l2": 2, "linf": inf}[norm]
    scaled /= float(np.linalg.norm(scaled.ravel(), order))
    with working_bits(BITS):
        while not _norm(scaled, norm) <= 1:
            scaled = scaled * (1 - 2.0**-52)  # once or twice
    return np.asarray(scaled)


def _norm(x: Vector, norm: str) -> arb:
    entries = [abs(arb(float(value))) for value in x.ravel()]
    if norm == "l1":
        return sum(entries, arb(0))
    if norm == "linf":
        return arb(max(abs(float(value)) for value in x.ravel()))
    return sum((value * value for value in entries), arb(0))  # the square: compared with 1 only
