"""Weights U*, V* as exact rational matrices: what is accepted, and what is refused with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from numeric.population.polynomial_activation import Matrix

_SHORTEST, _LONGEST = Fraction(1, 10**100), Fraction(10**100)


class WeightsError(ValueError):
    """Weights are not two finite real matrices of shapes (d, k) and (e, k) with k ≤ d, e and full column rank."""


def exact_weights(U: Any, V: Any) -> tuple[Matrix, Matrix]:
    """Return both matrices of weights over the rationals, checked.

    Args:
        U: Shape (d, k): Fractions, integers or floats. A float is taken for the binary fraction it is.
        V: Shape (e, k), likewise.

    Returns:
        Object arrays of Fractions; nothing is rounded. Full column rank is proved over ℚ.

    Raises:
        WeightsError: If a shape does not fit, k > d or k > e, an entry is not a finite real number, a rank is
            below k, or a column's length lies outside 1e-100 … 1e100.

    Example:
        >>> exact_weights([[1, 0.5], [0, 2]], [[1, 0], [0, 1]])[0][0, 1]
        Fraction(1, 2)
    """
    first, second = (np.array(W, dtype=object) for W in (U, V))
    for name, W in (("U", first), ("V", second)):
        if W.ndim != 2 or W.size == 0:
            raise WeightsError(f"population Hessian: {name} is {W.shape}; it must be a matrix (d, k), d and k positive")
    if first.shape[1] != second.shape[1]:
        raise WeightsError(
            f"population Hessian: U is {first.shape} and V is {second.shape}; both must be (d, k) with the same k"
        )
    return _exact("U", first), _exact("V", second)


def _exact(name: str, W: NDArray[Any]) -> Matrix:
    d, k = W.shape
    if k > d:
        raise WeightsError(
            f"population Hessian: {name} has k = {k} columns in dimension d = {d}; full column rank needs k ≤ d"
        )
    entries = [_rational(name, value) for value in W.ravel()]
    rank = fmpq_mat(d, k, [fmpq(v.numerator, v.denominator) for v in entries]).rank()
    if rank < k:
        raise WeightsError(f"population Hessian: {name} has rank {rank}, below k = {k}; it must have full column rank")
    exact = np.empty(d * k, dtype=object)
    exact[:] = entries
    for j, column in enumerate(exact.reshape(d, k).T):
        # Sizes of tables are chosen in doubles, whose range the squared lengths must not leave.
        if not _SHORTEST**2 <= sum(value**2 for value in column) <= _LONGEST**2:
            raise WeightsError(
                f"population Hessian: column {j} of {name} is shorter than 1e-100 or longer than 1e100; rescale it"
            )
    return exact.reshape(d, k)


def _rational(name: str, value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return Fraction(int(value))
    if isinstance(value, float | np.floating):
        if isfinite(value):
            return Fraction(float(value))
        raise WeightsError(f"population Hessian: {name} must hold Fractions or finite floats only, but holds {value}")
    raise WeightsError(
        f"population Hessian: {name} must hold Fractions or finite floats only, but holds a {type(value).__name__}"
    )


def gram(W: Matrix) -> list[list[Fraction]]:
    """Return WᵀW, exact, as a list of rows."""
    d, k = W.shape
    flat: Sequence[Fraction] = list(W.ravel())
    exact = fmpq_mat(d, k, [fmpq(v.numerator, v.denominator) for v in flat])
    product = exact.transpose() * exact
    return [[Fraction(int(product[i, j].p), int(product[i, j].q)) for j in range(k)] for i in range(k)]
