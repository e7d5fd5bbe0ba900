"""Network layers and regularizers on rationals that do or do not scale: biases, response normalization, powers."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

import numpy as np

from numeric.homogeneous.exact_maps import Array, Map, fractions, max_pool, rectify


def pooled_network(V: Array) -> Map:
    """Return φ(x¹, x²) = maxpool(ψ⁺(V x¹)) x², a layer of pooling between two of weights."""
    return lambda x1, x2: np.asarray(max_pool(rectify(V.dot(x1))).dot(x2))


def response_normalized_fourth_power(x: Array, offset: Fraction) -> Array:
    """Return (x / (c + Σx²)^{3/4})⁴ with c the offset: rational, and scaling as the 4th power does."""
    scale = (offset + sum(value * value for value in x)) ** 3
    return np.array([value**4 / scale for value in x], dtype=object)


def with_biases(x: Fraction) -> Map:
    """Return φ(w₁, b₁, w₂, b₂) = w₂ψ⁺(w₁x + b₁) + b₂ on one input."""
    return lambda w1, b1, w2, b2: w2 * rectify(w1 * x + b1) + b2


def rectified_power(exponent: int) -> Map:
    """Return ψ⁺(x)^exponent entrywise; a negative power of zero is read as zero, the only value that could scale."""

    def value(x: Array) -> Array:
        positive = rectify(x)
        return np.array([entry**exponent if entry else Fraction(0) for entry in positive], dtype=object)

    return value


def norm_sum_square(x: Array, y: Array) -> Array:
    """Return ‖x‖₁ + ‖y‖₂²: a sum of regularizers of unequal degrees."""
    return fractions([sum(abs(v) for v in x) + sum(v * v for v in y)])


def l1(x: Array) -> Fraction:
    """Return ‖x‖₁."""
    return sum((abs(Fraction(v)) for v in x), Fraction(0))


def half_norm_root(x: Array) -> Fraction:
    """Return Σ|xᵢ|^{1/2} for squares of rationals; its square is the pseudo-norm ‖x‖_{1/2}.

    Raises:
        ValueError: If an entry is not plus or minus the square of a rational.
    """
    return sum((_root(abs(Fraction(v))) for v in x), Fraction(0))


def _root(value: Fraction) -> Fraction:
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    if root * root != value:
        raise ValueError(f"square root: {value} is not the square of a rational")
    return root


def maximum(x: Array) -> Fraction:
    """Return ‖x‖_∞."""
    return max((abs(Fraction(v)) for v in x), default=Fraction(0))
