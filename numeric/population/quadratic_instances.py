"""Exact instances for statements about quadratic forms in square matrices and activation moments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from numeric.population.polynomial_activation import (
    Matrix,
    PolynomialActivation,
    population_terms,
    sample_rational_matrix,
)

_F = Fraction

# Low degrees first: a witness found early is a witness a reader can check by hand.
_ACTIVATIONS: tuple[tuple[int | Fraction, ...], ...] = (
    (0, 1),
    (1, 1),
    (0, 0, 1),
    (0, 1, 1),
    (2, 1, 1),
    (1, -1, _F(1, 2)),
    (1, 2, 0, _F(1, 3)),
    (0, 3, 0, -1),
    # α₁₀ neither 0 nor 1, so that powers of it can be told apart.
    (2, 1),
    (_F(-1, 2), 1, 0, _F(1, 2)),
)


@dataclass(frozen=True)
class QuadraticInstance:
    """Matrices A, B of Fractions and a polynomial activation."""

    A: Matrix
    B: Matrix
    activation: PolynomialActivation

    @property
    def size(self) -> int:
        """Return the number of columns k."""
        return int(self.A.shape[1])

    @cached_property
    def exchanged(self) -> QuadraticInstance:
        """Return the instance with A and B exchanged."""
        return QuadraticInstance(self.B, self.A, self.activation)

    @cached_property
    def population(self) -> tuple[Fraction, Fraction, Fraction]:
        """Return (C(A), C(B), D(A, B)) of the orthogonal population Hessian by expanding the expectation."""
        return population_terms(self.activation, self.A, self.B)

    def to_record(self) -> dict[str, Any]:
        """Return the instance as JSON-ready exact text."""
        return {
            "A": [[str(value) for value in row] for row in self.A],
            "B": [[str(value) for value in row] for row in self.B],
            "phi": [str(value) for value in self.activation.coefficients],
        }


def polynomial_activations(*, odd_up_to_constant: bool = False) -> list[PolynomialActivation]:
    """Return small polynomial activations; with the flag only those whose derivative is even (so β₁₁ = 0)."""
    chosen = [PolynomialActivation(tuple(map(Fraction, c))) for c in _ACTIVATIONS]
    if odd_up_to_constant:
        chosen = [a for a in chosen if all(c == 0 for c in a.coefficients[2::2])]
    return chosen


def quadratic_instances(
    rng: np.random.Generator,
    *,
    sizes: Sequence[int] = (2, 1, 3),
    rows: int | None = None,
    odd_up_to_constant: bool = False,
    trials: int = 3,
) -> Iterator[QuadraticInstance]:
    """Yield degenerate instances first, then ``trials`` random ones for each size and activation.

    Degenerate: zero, identity, one entry, all ones, rank one, antisymmetric with B = -Aᵀ, antisymmetric
    with zero row sums.

    Args:
        rng: The generator.
        sizes: Values of k.
        rows: Number of rows of A and B; ``None`` makes them square.
        odd_up_to_constant: Only activations with β₁₁ = 0.
        trials: Random instances for each size and activation.
    """
    for k in sizes:
        height = k if rows is None else rows
        for activation in polynomial_activations(odd_up_to_constant=odd_up_to_constant):
            for A, B in _degenerate_pairs(height, k):
                yield QuadraticInstance(A, B, activation)
            for _ in range(trials):
                shape = (height, k)
                yield QuadraticInstance(
                    sample_rational_matrix(rng, shape), sample_rational_matrix(rng, shape), activation
                )


def _degenerate_pairs(height: int, k: int) -> Iterator[tuple[Matrix, Matrix]]:
    def exact(values: Any) -> Matrix:
        flat = [Fraction(int(v)) for v in np.asarray(values).ravel()]
        return np.array(flat, dtype=object).reshape(height, k)

    zero = exact(np.zeros((height, k)))
    identity = exact(np.eye(height, k))
    single = np.zeros((height, k))
    single[0, -1] = 1
    ones = exact(np.ones((height, k)))
    ramp = exact(np.outer(np.arange(1, height + 1), np.arange(k) - 1))
    yield identity, zero
    yield exact(single), zero
    yield zero, ones
    yield 2 * identity, -identity
    yield ones, ramp
    if height == k:
        antisymmetric = exact(np.triu(np.ones((k, k)), 1) - np.tril(np.ones((k, k)), -1))
        yield antisymmetric, -antisymmetric.T
        if k >= 3:
            cyclic = np.zeros((k, k))
            for i in range(3):
                cyclic[i, (i + 1) % 3], cyclic[(i + 1) % 3, i] = 1, -1
            yield exact(cyclic), exact(cyclic)
