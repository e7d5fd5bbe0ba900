"""The registry of special series that compute moments of recognised activations faster than any quadrature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from flint import arb

from numeric.enclosures.ball_expression import Expression, split_coefficient
from numeric.enclosures.balls import BITS_PER_DIGIT, log2_magnitude
from numeric.enclosures.moment_problem import Exponents
from numeric.enclosures.polynomial_trees import polynomial_coefficients
from numeric.enclosures.tanh_moments import TanhActivation, enclose_tanh_moment_table


@dataclass(frozen=True)
class Computation:
    """Balls for several moments by one method, and how they were obtained."""

    values: tuple[Any, ...]
    method: str
    bits: int
    tail_bound: Any
    evaluations: int


@dataclass(frozen=True)
class FastPath:
    """A series for a family of activations, tried before any quadrature; the trapezoidal rule checks it.

    Attributes:
        name: What appears as ``method``.
        recognise: Returns the activation's parameters if it belongs to the family, else None.
        enclose: Called with the parameters, the exponents (a, b, c) and the absolute tolerances; returns one proved
            ball a moment. Radii may miss the tolerance: it is then asked again with a smaller one.
    """

    name: str
    recognise: Callable[[Expression], object | None]
    enclose: Callable[[Any, tuple[Exponents, ...], list[Any]], Computation]


def scaled_tanh(phi: Expression) -> TanhActivation | None:
    """Return the parameters if ``phi`` is offset + factor·tanh(s·z) or offset + factor·sigmoid(s·z), all rational.

    Example:
        >>> from numeric.enclosures.ball_expression import Z, apply
        >>> scaled_tanh(2 * apply("sigmoid", 3 * Z) - 1)
        TanhActivation(scale=Fraction(3, 2), factor=Fraction(1, 1), offset=Fraction(0, 1))
    """
    offset, found = Fraction(0), None
    for term in phi.arguments if phi.head == "add" else (phi,):
        factor, core = split_coefficient(term)
        if core.head == "rational":
            offset += factor * core.value
            continue
        scale = _scale_of(core)
        if scale is None or found is not None:
            return None
        found = (factor, core.head, scale)
    if found is None:
        return None
    factor, head, scale = found
    if head == "tanh":
        return TanhActivation(scale, factor, offset)
    # sigmoid(u) = (1 + tanh(u/2))/2.
    return TanhActivation(scale / 2, factor / 2, offset + factor / 2)


def _scale_of(core: Expression) -> Fraction | None:
    if core.head not in {"tanh", "sigmoid"}:
        return None
    coefficients = polynomial_coefficients(core.arguments[0])
    if coefficients is None or len(coefficients) != 2 or any(c.head != "rational" for c in coefficients):
        return None
    return coefficients[1].value if coefficients[0].value == 0 and coefficients[1].value else None


def _by_theta_series(
    activation: TanhActivation, exponents: tuple[Exponents, ...], tolerances: list[Any]
) -> Computation:
    # The series aims at relative accuracy; the values are at most about 1 in size, which covers the tolerance.
    bits = max(1.0, *(-log2_magnitude(tolerance) for tolerance in tolerances))
    digits = max(1, ceil(bits / BITS_PER_DIGIT))
    table = enclose_tanh_moment_table(activation, exponents, digits=digits)
    return Computation(tuple(table[e] for e in exponents), "theta-series", int(bits), arb(0), 0)


#: Append to add a family; the first that recognises the activation is used.
fast_paths: list[FastPath] = [FastPath("theta-series", scaled_tanh, _by_theta_series)]
