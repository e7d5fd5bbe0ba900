"""Elemental mappings φ: images of slices, gradients of ⟨W, Φ⟩, and the composition that proves the degree.

Factors are arrays whose last axis counts the r slices. Images work on doubles, on fractions (exact) and on balls
(enclosures) alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from string import ascii_letters
from typing import Any

import numpy as np

from numeric.homogeneous.norms import Array

Factors = tuple[Array, ...]
Composition = tuple[Any, ...] | str


class ElementalMapError(ValueError):
    """The data or sizes of an elemental mapping do not fit."""


@dataclass(frozen=True)
class ElementalMap:
    """An elemental mapping φ: ℝ^{D¹} × … × ℝ^{D^K} → ℝ^D, positively homogeneous.

    Args:
        name: Its name.
        shapes: Shapes D¹, …, D^K of one slice of each factor.
        output_shape: Shape D of the image.
        degree: The degree p of positive homogeneity.
        images: Factors ↦ the images of their slices, of shape (D, r); for all kinds of numbers the entries may be.
        pullback: (factors, W) ↦ the gradients of ⟨W, Φ_r⟩ by each factor, in doubles.
        composition: Nested tuples of constructors of ``symbolic.homogeneous.degrees``, from which the degree is proved;
            empty where nothing is claimed but by the maker.
        balanced: Whether φ is positively homogeneous of degree 1 in every factor by itself, so that slices may be
            balanced and products of norms have the minimum of sums.
        kinks: A column x of the first factor and a tolerance ↦ rows A with Ax ≈ 0 where φ is not differentiable.
        settings: What else its polar needs: data V, widths, groups.

    **Source:** [global-optimality] Definition 6.
    """

    name: str
    shapes: tuple[tuple[int, ...], ...]
    output_shape: tuple[int, ...]
    degree: int | Fraction
    images: Callable[[Factors], Array]
    pullback: Callable[[Factors, Array], Factors]
    composition: Composition = ()
    balanced: bool = False
    kinks: Callable[[Array, float], Array] | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    def total(self, factors: Factors) -> Array:
        """Return Φ_r, the sum of the images of the slices."""
        return np.asarray(self.images(factors).sum(axis=-1))


def elemental_map(  # noqa: PLR0913, PLR0917 - the parts of a definition
    name: str,
    shapes: Sequence[tuple[int, ...]],
    output_shape: tuple[int, ...],
    degree: int | Fraction,
    image: Callable[..., Array],
    gradient: Callable[..., Factors],
    *,
    balanced: bool = False,
) -> ElementalMap:
    """Return an elemental mapping of your own, from functions of one slice.

    Args:
        name: Its name.
        shapes: Shape of one slice of each factor.
        output_shape: Shape of the image, that of Y.
        degree: Its degree of positive homogeneity; not proved here, but compared with that of g.
        image: x¹, …, x^K ↦ φ(x¹, …, x^K), with arithmetic that also balls have (``+ - * abs``), for certificates.
        gradient: W, x¹, …, x^K ↦ the gradients of ⟨W, φ⟩ by each factor.
        balanced: Whether φ has degree 1 in every factor by itself.

    Example:
        >>> square = elemental_map("x²", [(1,)], (1,), 2, lambda x: x * x, lambda W, x: (2 * W * x,))
        >>> square.total((np.array([[1.0, 3.0]]),)).tolist()
        [10.0]
    """

    def slices(factors: Factors) -> list[tuple[Array, ...]]:
        return [tuple(X[..., i] for X in factors) for i in range(factors[0].shape[-1])]

    def images(factors: Factors) -> Array:
        found = [np.asarray(image(*x)).reshape(output_shape) for x in slices(factors)]
        return np.stack(found, axis=-1) if found else np.zeros((*output_shape, 0), dtype=factors[0].dtype)

    def pullback(factors: Factors, W: Array) -> Factors:
        found = [gradient(W, *x) for x in slices(factors)]
        return tuple(
            np.stack([np.asarray(one[k]) for one in found], axis=-1) if found else np.zeros_like(X)
            for k, X in enumerate(factors)
        )

    return ElementalMap(name, tuple(shapes), output_shape, degree, images, pullback, balanced=balanced)


def cp_map(shape: Sequence[int]) -> ElementalMap:
    """Return x¹ ⊗ … ⊗ x^K for K-way arrays of the given shape; ``outer`` for K = 2.

    **Source:** [global-optimality] (11), (12).

    Example:
        >>> cp_map((2, 3)).name, cp_map((2, 2, 2)).degree
        ('outer', 3)
    """
    sizes = tuple(int(n) for n in shape)
    K = len(sizes)
    if K < 2 or min(sizes) < 1:
        raise ElementalMapError(f"CP: shape {sizes}; give at least two axes, none of them empty")

    def spread(X: Array, k: int) -> Array:
        return X.reshape(*(1,) * k, sizes[k], *(1,) * (K - 1 - k), X.shape[-1])

    def images(factors: Factors) -> Array:
        product = spread(factors[0], 0)
        for k in range(1, K):
            product = product * spread(factors[k], k)
        return product

    letters = ascii_letters.replace("z", "")[:K]

    def pullback(factors: Factors, W: Array) -> Factors:
        if K == 2:
            return W @ factors[1], W.T @ factors[0]
        found = []
        for k in range(K):
            others = ",".join(f"{letters[j]}z" for j in range(K) if j != k)
            operands = [factors[j] for j in range(K) if j != k]
            found.append(np.einsum(f"{letters},{others}->{letters[k]}z", W, *operands))
        return tuple(found)

    return ElementalMap(
        "outer" if K == 2 else "cp",
        tuple((n,) for n in sizes),
        sizes,
        K,
        images,
        pullback,
        ("multilinear", *(f"x{k + 1}" for k in range(K))),
        balanced=True,
    )
