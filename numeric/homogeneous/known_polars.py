"""Which certified polar belongs to which pair (φ, g)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from numeric.homogeneous.norms import Array, rectified
from numeric.homogeneous.polars.deep import enclose_deep_polar
from numeric.homogeneous.polars.enclosure import PolarEnclosure
from numeric.homogeneous.polars.nonnegative import enclose_nonnegative_polar
from numeric.homogeneous.polars.norm_pairs import enclose_norm_pair_polar
from numeric.homogeneous.polars.rectified import enclose_pooled_polar, enclose_rectified_polar
from numeric.homogeneous.polars.tensor import enclose_tensor_polar
from numeric.homogeneous.problem import Problem
from numeric.homogeneous.regularizers import OwnRegularizer, Regularizer

Polar = Callable[[Array], PolarEnclosure]


def known_polar(task: Problem) -> Polar | None:
    """Return the function W ↦ bounds of Ω°(W) for the problem's pair, W an array of balls; ``None`` if there is none.

    Sums of powers of norms have the polar of the product, for mappings of degree 1 in every factor.
    """
    if isinstance(task.g, OwnRegularizer):
        return task.g.polar
    # A mapping of one's own may bear the name of a mapping of ours, but has no composition.
    if not task.phi.composition or task.phi.name not in _BY_MAPPING:
        return None
    return _BY_MAPPING[task.phi.name](task.g, task.phi.settings)


def is_cheap(task: Problem) -> bool:
    """Return whether the certified polar costs no more than a search for a slice: matrices with l1 and l2 norms."""
    g = task.g
    direct = isinstance(g, Regularizer) and not g.nonnegative and "linf" not in g.norms
    return direct and task.phi.name == "outer" and bool(task.phi.composition)


def _of_matrices(g: Regularizer, _: dict[str, Any]) -> Polar | None:
    if not g.nonnegative:
        return lambda W: _of_pair(W, g.norms)
    if set(g.norms) == {"l2"}:
        return enclose_nonnegative_polar
    return (lambda W: _at_an_axis(W, g.norms)) if "l1" in g.norms else None


def _of_tensors(g: Regularizer, _: dict[str, Any]) -> Polar | None:
    # Axes with l1 norms are enumerated; what is left must have a polar of its own.
    left = [norm for norm in g.norms if norm != "l1"]
    enumerable = "l1" in g.norms and len(left) <= 2
    if g.nonnegative or not (enumerable or set(left) == {"l2"}):
        return None
    return lambda W: _tensor_by_axes(W, g.norms)


def _of_two_layers(g: Regularizer, settings: dict[str, Any]) -> Polar | None:
    if g.nonnegative:
        return None
    if g.norms == ("l2", "l1"):
        return lambda W: _by_outputs(settings["V"], W)
    return (lambda W: enclose_rectified_polar(settings["V"], W)) if set(g.norms) == {"l2"} else None


def _of_pools(g: Regularizer, settings: dict[str, Any]) -> Polar | None:
    if g.nonnegative or set(g.norms) != {"l2"}:
        return None
    return lambda W: enclose_pooled_polar(settings["V"], W, groups=settings["groups"])


def _of_subnetworks(g: Regularizer, settings: dict[str, Any]) -> Polar | None:
    if g.nonnegative or set(g.norms) != {"l2"}:
        return None
    return lambda W: enclose_deep_polar(settings["V"], W, widths=settings["widths"])


def _of_pair(W: Array, norms: tuple[str, ...]) -> PolarEnclosure:
    pair: Any = norms
    return enclose_norm_pair_polar(W, pair[0], pair[1])


def _at_an_axis(W: Array, norms: tuple[str, ...]) -> PolarEnclosure:
    """Return the polar of nonnegative vectors, one of them with the l1 norm.

    That one is best on an axis. For w a row or column, ⟨w, v⟩ over v ≥ 0 in a unit ball has the same maximum as
    ⟨w₊, v⟩, which a nonnegative v attains anyway.
    """
    return _of_pair(rectified(W), norms)


def _tensor_by_axes(W: Array, norms: tuple[str, ...]) -> PolarEnclosure:
    """Return the largest polar of the slices along an axis with an l1 norm, whose extreme points are ±eᵢ."""
    if len(norms) == 2:
        return _of_pair(W, norms)
    if "l1" not in norms:
        return enclose_tensor_polar(W)
    axis = norms.index("l1")
    rest = (*norms[:axis], *norms[axis + 1 :])
    found = [_tensor_by_axes(np.take(W, i, axis=axis), rest) for i in range(W.shape[axis])]
    best = max(range(len(found)), key=lambda i: found[i].lower)
    atom = found[best].atom
    point = np.eye(W.shape[axis])[best] * (found[best].lower > 0)
    return PolarEnclosure(found[best].lower, max(p.upper for p in found), (*atom[:axis], point, *atom[axis:]))


def _by_outputs(V: Array, W: Array) -> PolarEnclosure:
    """Return the polar of ψ⁺(Vu)vᵀ with ‖u‖₂, ‖v‖₁ ≤ 1: the largest of one output, ±eⱼ being the extreme points."""
    found = [enclose_rectified_polar(V, W[:, [j]]) for j in range(W.shape[1])]
    best = max(range(len(found)), key=lambda j: found[j].lower)
    u, v = found[best].atom
    axis = np.eye(W.shape[1])[best] * float(v.ravel()[0])
    return PolarEnclosure(found[best].lower, max(p.upper for p in found), (u, axis))


_BY_MAPPING: dict[str, Callable[[Regularizer, dict[str, Any]], Polar | None]] = {
    "outer": _of_matrices,
    "cp": _of_tensors,
    "relu": _of_two_layers,
    "max-pool": _of_pools,
    "parallel-relu": _of_subnetworks,
}
