"""Moves of whole slices that never raise the objective: emptying by linear dependence, and best weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import nnls

from numeric.homogeneous.elemental_maps import Factors
from numeric.homogeneous.norms import Array
from numeric.homogeneous.problem import Problem

_DEPENDENT = 1e-11


def scaled(task: Problem, factors: Factors, weights: Array) -> Factors:
    """Return the slices with images and costs multiplied by the weights ≥ 0, those of weight 0 dropped.

    Both are homogeneous of degree p, so that the factors are multiplied by the p-th roots.
    """
    kept = weights > 0
    roots = weights[kept] ** (1.0 / float(task.phi.degree))
    return tuple(X[..., kept] * roots for X in factors)


def joined(one: Factors, other: Factors) -> Factors:
    """Return the slices of both, side by side."""
    return tuple(np.concatenate([X, Z], axis=-1) for X, Z in zip(one, other, strict=True))


def image_columns(task: Problem, factors: Factors) -> Array:
    """Return the images of the slices as the columns of a matrix with card(D) rows."""
    images = task.phi.images(factors)
    return np.asarray(images, dtype=float).reshape(task.Y.size, images.shape[-1])


def dependence(columns: Array) -> Array | None:
    """Return θ of length 1 with Σθᵢφᵢ = 0 (up to rounding), or ``None`` if the columns are independent.

    Columns are compared at equal lengths; a zero column is dependent by itself.
    """
    r = columns.shape[1]
    if r == 0:
        return None
    lengths = np.linalg.norm(columns, axis=0)
    if (lengths == 0).any():
        return np.asarray((np.arange(r) == int(np.argmin(lengths))).astype(float))
    _, values, right = np.linalg.svd(columns / lengths, full_matrices=r > columns.shape[0])
    if r <= columns.shape[0] and values[-1] > _DEPENDENT * values[0]:
        return None
    theta = right[-1] / lengths
    return np.asarray(theta / np.linalg.norm(theta))


def emptied(task: Problem, factors: Factors, *, size: int | None = None) -> Factors:
    """Return slices with the same Φ_r and no larger cost, independent, or at most ``size`` of them.

    One slice after another is emptied by the weights 1 + θ with Σθφ = 0, Σθg ≤ 0 and min θ = −1.

    Args:
        task: The problem.
        factors: The slices.
        size: Stop as soon as there are at most so many; at once independent if not given.

    **Source:** [global-optimality] Theorem 17, (49).
    """
    while factors[0].shape[-1] > (0 if size is None else size):
        columns = image_columns(task, factors)
        # card(D) + 1 slices are dependent whatever they are: no need to look at more at a time.
        some = dependence(columns[:, : columns.shape[0] + 1])
        if some is None:
            break
        theta = np.concatenate([some, np.zeros(columns.shape[1] - some.size)])
        costs = np.asarray(task.g.costs(factors), dtype=float)
        change = float(theta @ costs)
        theta = -theta if change > 0 or (change == 0 and theta.min() >= 0) else theta
        if theta.min() >= 0:
            break
        weights = np.maximum(1 + theta / -theta.min(), 0.0)
        weights[int(theta.argmin())] = 0.0
        factors = scaled(task, factors, weights)
    return factors


def reweighed(task: Problem, factors: Factors) -> Factors:
    """Return independent slices with the weights t ≥ 0 that minimize ½‖Y − Σtᵢφᵢ‖² + λΣtᵢgᵢ, a convex problem.

    For independent images there is c with Aᵀc = λg, and the problem is nonnegative least squares ½‖At − (Y − c)‖².
    """
    A = image_columns(task, factors)
    if A.shape[1] == 0:
        return factors
    lengths = np.linalg.norm(A, axis=0)
    costs = task.lam * np.asarray(task.g.costs(factors), dtype=float) / lengths
    c = np.linalg.lstsq((A / lengths).T, costs, rcond=None)[0]
    try:
        weights: Any = nnls(A / lengths, task.Y.ravel() - c)[0]
    except RuntimeError:  # its iterations ran out: the weights stay as they are
        return factors
    return scaled(task, factors, weights / lengths)


def with_atom(task: Problem, factors: Factors, atom: Factors) -> Factors:
    """Return the point with the atom as one slice more, at its best weight; the others are kept.

    With ⟨W, φ⟩ > g at the atom the objective falls by ½t²‖φ‖², t = λ(⟨W, φ⟩ − g)/‖φ‖².
    """
    slice_ = tuple(x[..., None] for x in atom)
    image = image_columns(task, slice_)[:, 0]
    square = float(image @ image)
    if square == 0.0:
        return factors
    slope = float(image @ task.residual(factors).ravel()) - task.lam * float(task.g.cost(*slice_))
    return joined(factors, scaled(task, slice_, np.array([max(0.0, slope / square)])))
