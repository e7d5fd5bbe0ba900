"""Elemental regularizers g: products and sums of powers of norms on cones, and regularizers of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from numeric.homogeneous.norms import Array, flat, slice_norms

Matrix = NDArray[np.float64]
Factors = tuple[Array, ...]

GRAMMAR = "[nonnegative-]NORM[/NORM...]-product or ...-sum[^POWER], each NORM one of l1, l2, linf"
_NAME = re.compile(r"(nonnegative-)?((?:l1|l2|linf)(?:/(?:l1|l2|linf))*)(?:-(product|sum)(?:\^(\d+))?)?")


class RegularizerError(ValueError):
    """A regularizer is unknown or does not fit the number of factors."""


@dataclass(frozen=True)
class Regularizer:
    """Π‖xᵏ‖ or (1/K)Σ‖xᵏ‖^power, possibly on nonnegative factors only.

    Args:
        name: Its name.
        norms: The norm of each factor.
        form: ``"product"`` or ``"sum"``.
        nonnegative: Whether the factors must be nonnegative.
        power: The exponent in the sum; K unless another one is given, and then φ must have that degree.

    **Source:** [global-optimality] (15) to (17).

    Example:
        >>> g = regularizer("l1/l2-product", 2)
        >>> g.degree, float(g.cost(np.array([[1.0], [-2.0]]), np.array([[3.0], [4.0]])))
        (2, 15.0)
    """

    name: str
    norms: tuple[str, ...]
    form: Literal["product", "sum"] = "product"
    nonnegative: bool = False
    power: int | None = None

    @property
    def degree(self) -> int:
        """Return the degree of positive homogeneity."""
        return self.power if self.power is not None else len(self.norms)

    @property
    def composition(self) -> tuple[Any, ...]:
        """Return how g is composed, in the constructors of ``symbolic.homogeneous.degrees``."""
        terms = [("norm", f"x{k + 1}") for k in range(len(self.norms))]
        if self.form == "product":
            return ("multilinear", *terms)
        return ("sum", *(("power", term, self.degree) for term in terms))

    def costs(self, factors: Factors) -> Array:
        """Return g of every slice: doubles, exact fractions or enclosures, as the entries are."""
        if self.form == "sum" and self.degree == 2 and set(self.norms) == {"l2"}:
            # Squares of l2 norms need no roots: exact for fractions.
            squares = [flat(X * X).sum(axis=0) for X in factors]
            return np.asarray(sum(squares[1:], squares[0]) / len(squares))
        norms = [slice_norms(norm, X) for norm, X in zip(self.norms, factors, strict=True)]
        if self.form == "product":
            product = norms[0]
            for other in norms[1:]:
                product = product * other
            return np.asarray(product)
        powers = [norm**self.degree for norm in norms]
        return np.asarray(sum(powers[1:], powers[0]) / len(norms))

    def cost(self, *factors: Array) -> Any:
        """Return Σ g over the slices."""
        return self.costs(factors).sum()

    def admits(self, factors: Factors) -> bool:
        """Return whether g is finite at every slice."""
        return not self.nonnegative or all((X >= 0).all() for X in factors)

    def balance(self, factors: Factors) -> Factors:
        """Return the slices with all their norms equal and the product of the norms kept; zero if one of them is.

        For mappings of degree 1 in every factor the image is kept, and the cost is kept or lowered.
        """
        norms = [slice_norms(norm, X) for norm, X in zip(self.norms, factors, strict=True)]
        common = np.prod([n ** (1.0 / len(norms)) for n in norms], axis=0)
        live = common > 0
        return tuple(
            X * np.divide(common, n, out=np.zeros_like(common), where=live & (n > 0))
            for X, n in zip(factors, norms, strict=True)
        )


@dataclass(frozen=True)
class OwnRegularizer:
    """A regularizer of your own, by functions of one slice.

    Args:
        name: Its name.
        degree: Its degree of positive homogeneity.
        value: x¹, …, x^K ↦ g ≥ 0, with arithmetic that balls have as well, for certificates.
        gradient: x¹, …, x^K ↦ the gradients of g by each factor, in doubles; for local descent.
        polar: W, an array of balls ↦ an object with ``upper``, a proved upper bound of the polar with the mapping it is
            used with, and ``atom``, a slice; ``None`` where no bound is known, and then nothing is called global.
    """

    name: str
    degree: int | Fraction
    value: Callable[..., Any]
    gradient: Callable[..., Factors]
    polar: Callable[[Array], Any] | None = None

    def costs(self, factors: Factors) -> Array:
        """Return g of every slice."""
        kind = object if factors[0].dtype == object else float
        r = factors[0].shape[-1]
        return np.array([self.value(*(X[..., i] for X in factors)) for i in range(r)], dtype=kind)

    def cost(self, *factors: Array) -> Any:
        """Return Σ g over the slices."""
        return self.costs(factors).sum()

    def admits(self, factors: Factors) -> bool:
        """Return whether g is finite at every slice."""
        return bool(np.isfinite(self.costs(factors)).all())

    def gradients(self, factors: Factors) -> Factors:
        """Return the gradient of Σg by every factor."""
        r = factors[0].shape[-1]
        found = [self.gradient(*(X[..., i] for X in factors)) for i in range(r)]
        return tuple(
            np.stack([np.asarray(one[k]) for one in found], axis=-1) if found else np.zeros_like(X)
            for k, X in enumerate(factors)
        )


AnyRegularizer = Regularizer | OwnRegularizer


def regularizer(name: str, factors: int) -> Regularizer:
    """Return the regularizer of a name, for K = ``factors`` factors.

    Args:
        name: ``l2-product``, ``l2-sum``, ``l1-product``, ``nonnegative-l2``, or any of the form
            ``[nonnegative-]NORM[/NORM...]-product`` or ``...-sum[^POWER]``; one norm stands for all factors.
        factors: K.

    Raises:
        RegularizerError: If the name is not of that form or names another number of norms.

    Example:
        >>> regularizer("nonnegative-l2", 2).nonnegative, regularizer("l2-sum^2", 3).degree
        (True, 2)
    """
    match = _NAME.fullmatch(str(name))
    if match is None or (match[3] is None and match[1] is None) or (match[4] and match[3] != "sum"):
        raise RegularizerError(f"g = {name!r} is unknown; g one of {sorted(REGULARIZERS)}, or {GRAMMAR}")
    norms = tuple(match[2].split("/"))
    if len(norms) == 1:
        norms *= factors
    if len(norms) != factors:
        raise RegularizerError(f"g = {name!r} names {len(norms)} norms, but phi has {factors} factors; name one each")
    power = int(match[4]) if match[4] else None
    if power is not None and power < 1:
        raise RegularizerError(f"g = {name!r}: the power must be at least 1, else g is not positive homogeneous")
    form: Literal["product", "sum"] = "sum" if match[3] == "sum" else "product"
    return Regularizer(name, norms, form, match[1] is not None, power)


REGULARIZERS = {
    "l2-product": Regularizer("l2-product", ("l2", "l2")),
    "l2-sum": Regularizer("l2-sum", ("l2", "l2"), "sum"),
    "l1-product": Regularizer("l1-product", ("l1", "l1")),
    "nonnegative-l2": Regularizer("nonnegative-l2", ("l2", "l2"), nonnegative=True),
}
