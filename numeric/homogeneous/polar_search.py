"""A search for slices with a large ⟨W, φ⟩/g, where no certified polar is at hand or none is needed."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize

from numeric.homogeneous.elemental_maps import Factors
from numeric.homogeneous.norms import Array, slice_norms
from numeric.homogeneous.problem import Problem
from numeric.homogeneous.regularizers import OwnRegularizer, Regularizer


def estimate_polar_atom(task: Problem, W: Array, rng: np.random.Generator, *, starts: int = 6) -> tuple[Factors, float]:
    """Return a slice and ⟨W, φ⟩/g there, the largest ratio found from random starts; nothing is proved.

    Minima of −⟨W, φ(z)⟩ + ½g(z)² have g = ⟨W, φ⟩/g, the ratio, by scaling.

    Args:
        task: The problem, of which φ and g count.
        W: The dual point, doubles.
        rng: Generator of the starts.
        starts: Their number.
    """
    shapes = task.phi.shapes
    best: tuple[Factors, float] = (tuple(np.zeros(shape) for shape in shapes), 0.0)
    for _ in range(starts):
        z = tuple(rng.normal(size=(*shape, 1)) for shape in shapes)
        z = z if task.g.admits(z) else tuple(np.abs(x) for x in z)
        found = _ascended(task, W, z)
        cost = float(task.g.cost(*found))
        if cost > 1e-12:
            ratio = float((W * task.phi.total(found)).sum()) / cost
            if ratio > best[1]:
                scale = cost ** (-1.0 / float(task.phi.degree))
                best = (tuple(x[..., 0] * scale for x in found), ratio)
    return best


def _ascended(task: Problem, W: Array, start: Factors) -> Factors:
    sizes = np.cumsum([0, *(x.size for x in start)])

    def unpacked(z: Array) -> Factors:
        return tuple(z[a:b].reshape(x.shape) for a, b, x in zip(sizes[:-1], sizes[1:], start, strict=True))

    def value(z: Array) -> tuple[float, Array]:
        factors = unpacked(z)
        cost = float(task.g.cost(*factors))
        back = task.phi.pullback(factors, W)
        slopes = _gradients(task, factors)
        gradient = np.concatenate([(cost * s - b).ravel() for s, b in zip(slopes, back, strict=True)])
        return cost**2 / 2 - float((W * task.phi.total(factors)).sum()), gradient

    nonnegative = isinstance(task.g, Regularizer) and task.g.nonnegative
    bounds = [(0.0, None)] * int(sizes[-1]) if nonnegative else None
    search: Any = minimize
    found = search(
        value,
        np.concatenate([x.ravel() for x in start]),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 200},
    )
    reached = unpacked(np.asarray(found.x))
    return reached if nonnegative is False or all((x >= 0).all() for x in reached) else start


def _gradients(task: Problem, factors: Factors) -> Factors:
    """Return a subgradient of g by every factor."""
    g = task.g
    if isinstance(g, OwnRegularizer):
        return g.gradients(factors)
    norms = [float(slice_norms(n, x)[0]) for n, x in zip(g.norms, factors, strict=True)]
    found = []
    for k, (name, x) in enumerate(zip(g.norms, factors, strict=True)):
        if g.form == "product":
            slope = float(np.prod([n for j, n in enumerate(norms) if j != k]))
        else:
            slope = g.degree * norms[k] ** (g.degree - 1) / len(norms)
        if name == "l1":
            direction = np.sign(x)
        elif name == "l2":
            direction = x / norms[k] if norms[k] > 0 else np.zeros_like(x)
        else:
            direction = np.sign(x) * (np.abs(x) == np.abs(x).max())
        found.append(slope * direction)
    return tuple(found)
