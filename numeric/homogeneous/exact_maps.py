"""Elemental mappings evaluated in rational numbers, entry by entry, straight from their definitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Map = Callable[..., Array]


def fractions(rows: Any) -> Array:
    """Return an object array of exact fractions.

    Example:
        >>> fractions([[1, "1/2"]])[0, 1]
        Fraction(1, 2)
    """
    array = np.array(rows, dtype=object)
    return np.asarray(np.vectorize(Fraction, otypes=[object])(array))


def rectify(x: Array) -> Array:
    """Return max(x, 0) entrywise."""
    return np.asarray(np.vectorize(lambda value: max(value, Fraction(0)), otypes=[object])(x))


def outer(*factors: Array) -> Array:
    """Return the outer product x¹ ⊗ … ⊗ x^K."""
    product = factors[0]
    for x in factors[1:]:
        product = np.multiply.outer(product, x)
    return product


def two_layers(V: Array) -> Map:
    """Return φ(x¹, x²) = ψ⁺(V x¹)(x²)ᵀ for fixed data V."""
    return lambda x1, x2: np.multiply.outer(rectify(V.dot(x1)), x2)


def network(V: Array) -> Map:
    """Return φ(x¹, …, x^K) = ψ⁺(… ψ⁺(V x¹) …) x^K, the last layer linear."""

    def value(*weights: Array) -> Array:
        hidden = V
        for x in weights[:-1]:
            hidden = rectify(hidden.dot(x))
        return np.asarray(hidden.dot(weights[-1]))

    return value


def max_pool(x: Array, group: int = 2) -> Array:
    """Return the maxima over consecutive groups of a vector."""
    return np.array([max(x[i : i + group]) for i in range(0, len(x), group)], dtype=object)


@dataclass(frozen=True)
class ScalingPoint:
    """An exact point at which θ(αz) is compared with α^p θ(z).

    Args:
        function: The map.
        factors: Its arguments.
        alpha: The scale α ≥ 0.
    """

    function: Map
    factors: tuple[Array, ...]
    alpha: Fraction

    def scaled_value(self) -> list[Fraction]:
        """Return the entries of θ(αz)."""
        return _entries(self.function(*(self.alpha * x for x in self.factors)))

    def expected(self, degree: int) -> list[Fraction]:
        """Return the entries of α^degree θ(z)."""
        return [self.alpha**degree * value for value in _entries(self.function(*self.factors))]

    def to_record(self) -> dict[str, str]:
        """Return the point as exact text."""
        return {"factors": str([_texts(x) for x in self.factors]), "alpha": str(self.alpha)}


def _entries(value: Any) -> list[Fraction]:
    return [Fraction(entry) for entry in np.asarray(value, dtype=object).reshape(-1)]


def _texts(x: Any) -> list[str]:
    return [str(entry) for entry in np.asarray(x, dtype=object).reshape(-1)]


def scaling_points(function: Map, shapes: Sequence[tuple[int, ...]]) -> list[ScalingPoint]:
    """Return exact points of the given shapes: positive, mixed and zero entries, with α = 0, 1/3, 1, 2."""
    points = []
    for variant in range(3):
        factors = tuple(
            fractions([_entry(variant, number, i) for i in range(int(np.prod(shape)))]).reshape(shape)
            for number, shape in enumerate(shapes)
        )
        points += [
            ScalingPoint(function, factors, alpha) for alpha in (Fraction(0), Fraction(1, 3), Fraction(1), Fraction(2))
        ]
    return points


def _entry(variant: int, number: int, i: int) -> Fraction:
    value = Fraction(1 + (7 * i + 3 * number) % 5, 1 + (i + number) % 3)
    return (value, value * (-1) ** (i * (i + 1) // 2), Fraction(i % 2) * value)[variant]
