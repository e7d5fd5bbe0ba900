"""The norms l1, l2 and l∞ of the slices of a factor, on doubles, fractions or balls, and their proximal maps.

A factor is an array whose last axis counts slices; a slice of any shape is taken as one vector (for matrices the l2
norm is Frobenius').
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from math import isqrt, prod
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from numeric.enclosures.balls import rational_ball

Array = NDArray[Any]


class IrrationalNormError(ValueError):
    """An l2 norm of rational entries is no rational number."""


def slice_norms(norm: str, X: Array) -> Array:
    """Return the norm of every slice, of the kind of number the entries are.

    Args:
        norm: ``"l1"``, ``"l2"`` or ``"linf"``.
        X: A factor, its last axis counting r slices.

    Returns:
        r norms; exact for fractions, enclosures for balls.

    Raises:
        IrrationalNormError: If an l2 norm of fractions is irrational.

    Example:
        >>> slice_norms("l2", np.array([[3.0, 0.0], [4.0, 2.0]])).tolist()
        [5.0, 2.0]
    """
    rows = flat(X)
    if norm == "l1":
        return np.asarray(np.abs(rows).sum(axis=0))
    if norm == "l2":
        squares = (rows * rows).sum(axis=0)
        return squares_root(squares) if X.dtype == object else np.sqrt(squares.astype(float))
    if X.dtype == object:
        return entries([reduce(larger, np.abs(rows[:, i])) for i in range(rows.shape[1])])
    return np.asarray(np.abs(rows).max(axis=0))


def flat(X: Array) -> Array:
    """Return the factor as a matrix with one column a slice."""
    return X.reshape(prod(X.shape[:-1]), X.shape[-1])


def squares_root(squares: Array) -> Array:
    """Return the roots of the entries: balls, or fractions that must be squares."""
    return entries([x.sqrt() if isinstance(x, arb) else _rational_root(Fraction(x)) for x in squares])


def _rational_root(x: Fraction) -> Fraction:
    root = Fraction(isqrt(x.numerator), isqrt(x.denominator))
    if root * root != x:
        raise IrrationalNormError(f"l2 norm: √({x}) is irrational; enclose it, or compare squares")
    return root


def larger(a: Any, b: Any) -> Any:
    """Return the maximum of two numbers; of balls an enclosure of it, where comparing them would not decide."""
    if isinstance(a, arb):
        return a.max(b if isinstance(b, arb) else rational_ball(b))
    return max(a, b)


def entries(values: list[Any]) -> Array:
    """Return an object array of numbers."""
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def rectified(x: Array) -> Array:
    """Return max(x, 0) entrywise, for doubles, fractions or balls."""
    if x.dtype != object:
        return np.maximum(x, 0.0)
    return entries([larger(value, 0) for value in x.ravel()]).reshape(x.shape)


def converted(X: Array, kind: Callable[[Any], Any]) -> Array:
    """Return the array with every entry converted, as objects."""
    return entries([kind(value) for value in X.ravel()]).reshape(X.shape)


def exact_ball(x: Any) -> arb:
    """Return the ball of a double, an integer (exact) or a fraction."""
    if isinstance(x, float):
        return arb(x)
    if isinstance(x, arb):
        return x
    return rational_ball(x) if isinstance(x, Fraction | int) else arb(float(x))


def like(X: Array, other: Array) -> Array:
    """Return X with entries of the kind that ``other`` holds: doubles, fractions or balls."""
    if other.dtype != object:
        return X.astype(float)
    return converted(X, exact_ball if other.size and isinstance(other.flat[0], arb) else Fraction)


def hidden_loss(values: Any) -> str:
    """Return what a conversion to real numbers would drop without a word: masks, imaginary parts; or nothing.

    Example:
        >>> hidden_loss(np.array([1j])), hidden_loss([[1.0]])
        ('complex entries', '')
    """
    if np.ma.is_masked(values):
        return "masked entries"
    return "complex entries" if isinstance(values, np.ndarray | np.generic) and np.iscomplexobj(values) else ""


def shrunk(norm: str, target: Array, weight: float) -> Array:
    """Return argmin ½‖x − target‖² + weight·‖x‖ of one slice (Moreau: the target less its projection).

    Example:
        >>> shrunk("l1", np.array([3.0, -0.5]), 1.0).tolist()
        [2.0, -0.0]
    """
    if norm == "l1":
        return np.asarray(np.sign(target) * np.maximum(np.abs(target) - weight, 0.0))
    if norm == "l2":
        length = float(np.linalg.norm(target.ravel()))
        return target * max(0.0, 1.0 - weight / length) if length > 0 else target
    return np.asarray(target - _onto_l1_ball(target, weight))


def _onto_l1_ball(x: Array, radius: float) -> Array:
    if radius <= 0:
        return np.zeros_like(x)
    if float(np.abs(x).sum()) <= radius:
        return x
    ordered = np.sort(np.abs(x).ravel())[::-1]
    excess = (np.cumsum(ordered) - radius) / np.arange(1, ordered.size + 1)
    threshold = float(excess[int(np.nonzero(ordered > excess)[0][-1])])
    return np.asarray(np.sign(x) * np.maximum(np.abs(x) - threshold, 0.0))
