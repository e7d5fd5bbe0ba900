"""Elementwise activations with the derivatives the loss needs, for floating-point arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]
Elementwise = Callable[[Array], Array]


class MissingDerivativeError(ValueError):
    """A formula needs a derivative of the activation that was not given."""


class ActivationValueError(ValueError):
    """An activation or its derivative gives values that are not finite, or not one for each entry."""


class UnknownActivationError(ValueError):
    """No activation bears the name asked for."""


@dataclass(frozen=True)
class Activation:
    """An activation and its derivatives, each applied to all entries of an array.

    Args:
        name: What it is called in messages.
        value: φ.
        first: φ′; for a piecewise-linear φ the slope of the piece.
        second: φ″; zero for a piecewise-linear φ, ``None`` if not known.
    """

    name: str
    value: Elementwise
    first: Elementwise | None = None
    second: Elementwise | None = None

    def derivative(self, order: int, operation: str) -> Elementwise:
        """Return φ′ or φ″.

        Raises:
            MissingDerivativeError: If it was not given; the message names the operation that needs it.
        """
        found = (self.value, self.first, self.second)[order]
        if found is None:
            primes = "′" * order
            raise MissingDerivativeError(
                f"{operation}: needs φ{primes}, which activation {self.name!r} lacks; give it as "
                f"Activation(..., {('value', 'first', 'second')[order]}=...)"
            )
        return found

    def at(self, order: int, z: Array, operation: str) -> Array:
        """Return φ, φ′ or φ″ at the entries of z, an array of z's shape.

        Raises:
            MissingDerivativeError: If it was not given.
            ActivationValueError: If the values are not finite or have another shape.
        """
        found = np.asarray(self.derivative(order, operation)(z))
        name = f"{operation}: φ{'′' * order} of activation {self.name!r}"
        if found.shape != z.shape:
            raise ActivationValueError(f"{name} maps shape {z.shape} to {found.shape}; it must act on each entry")
        if not np.isfinite(found).all():
            where = tuple(np.argwhere(~np.isfinite(found))[0])
            raise ActivationValueError(f"{name} is {found[where]} at {z[where]}; it must be finite at every feature")
        return found.astype(np.float64, copy=False)


def _sigmoid_slope(z: Array) -> Array:
    s: Array = expit(z)
    return s * (1 - s)


def _sigmoid_curvature(z: Array) -> Array:
    s: Array = expit(z)
    return s * (1 - s) * (1 - 2 * s)


def _tanh_slope(z: Array) -> Array:
    slope: Array = 1 - np.tanh(z) ** 2
    return slope


def _tanh_curvature(z: Array) -> Array:
    t = np.tanh(z)
    curvature: Array = -2 * t * (1 - t**2)
    return curvature


def leaky_relu(slope: float) -> Activation:
    """Return the activation that is z for z > 0 and ``slope``·z elsewhere; φ″ is taken as 0, off the kink."""
    return Activation(
        f"leaky relu {slope}",
        lambda z: np.where(z > 0, z, slope * z),
        lambda z: np.where(z > 0, 1.0, slope),
        np.zeros_like,
    )


_NAMED = {
    "sigmoid": Activation("sigmoid", expit, _sigmoid_slope, _sigmoid_curvature),
    "tanh": Activation("tanh", np.tanh, _tanh_slope, _tanh_curvature),
    "relu": Activation("relu", lambda z: np.maximum(z, 0.0), lambda z: np.where(z > 0, 1.0, 0.0), np.zeros_like),
    "linear": Activation("linear", lambda z: z, np.ones_like, np.zeros_like),
}


def require_activation(phi: object, operation: str) -> None:
    """Refuse what is no activation, such as a bare name or function.

    Raises:
        UnknownActivationError: If it is not an :class:`Activation`; the message tells how to make one.
    """
    if not isinstance(phi, Activation):
        known = " or ".join(f"activation({name!r})" for name in ("tanh", "relu"))
        raise UnknownActivationError(
            f"{operation}: phi = {phi!r}; give an Activation of numeric.nimc.activations: {known}, or "
            "Activation(name, value, first, second) with functions of your own"
        )


def activation(name: str) -> Activation:
    """Return a named activation: ``"sigmoid"``, ``"tanh"``, ``"relu"`` or ``"linear"`` (inductive matrix completion).

    Raises:
        UnknownActivationError: If there is none of that name.

    Example:
        >>> activation("relu").value(np.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """
    if name not in _NAMED:
        known = ", ".join(sorted(_NAMED))
        raise UnknownActivationError(f"unknown activation {name!r}; known: {known}, or build an Activation")
    return _NAMED[name]
