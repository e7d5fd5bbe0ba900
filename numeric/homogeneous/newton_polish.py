"""Newton steps on the manifold where the objective is smooth: the last digits that L-BFGS cannot see.

The polar of the residual is as accurate as the factors, the objective twice as accurate; so the certificate needs more
digits than a solver that compares values can reach. Coordinates at their bounds are held, and near kinks of the mapping
the first factor moves only along Ax = 0.
"""

from __future__ import annotations

import numpy as np

from numeric.homogeneous.charts import Chart
from numeric.homogeneous.elemental_maps import Factors
from numeric.homogeneous.norms import Array
from numeric.homogeneous.problem import Problem

_LARGEST = 240


def polished(
    task: Problem, factors: Factors, *, kink_tolerance: float = 0.0, hold: float = 1e-9, steps: int = 8
) -> Factors:
    """Return the factors after Newton steps along the directions in which the objective is smooth.

    Args:
        task: The problem.
        factors: A point near a local minimum.
        kink_tolerance: Rows of data within this relative distance of a kink of φ are held on it; none for 0.
        hold: Coordinates this near to a bound, relative to the largest, are held on it.
        steps: Newton steps at most.

    Returns:
        The point with the smallest gradient along the manifold; the objective is for the caller to compare. The factors
        themselves where there are more than 240 coordinates.
    """
    if factors[0].shape[-1] == 0:
        return factors
    chart = Chart(task, factors)
    span = max(1.0, float(np.abs(chart.z).max()))
    held_low = chart.z - chart.lower <= hold * span
    held_high = chart.upper - chart.z <= hold * span
    z = np.where(held_low, chart.lower, np.where(held_high, chart.upper, chart.z))
    free = np.flatnonzero(~(held_low | held_high))
    if not 0 < free.size <= _LARGEST:
        return factors
    basis = np.eye(z.size)[:, free]
    if kink_tolerance > 0:
        z, basis = _along_kinks(task, chart, z, basis, kink_tolerance)
        if basis.shape[1] == 0:
            return chart.factors(z)
    best, gradient = z, basis.T @ chart.value(z)[1]
    for _ in range(steps):
        size = float(np.abs(gradient).max())
        if size <= 1e-15:
            break
        candidate = np.clip(best - basis @ _newton_step(chart, best, basis, gradient), chart.lower, chart.upper)
        after = basis.T @ chart.value(candidate)[1]
        if not float(np.abs(after).max()) < size:
            break
        best, gradient = candidate, after
    return chart.factors(best)


def _newton_step(chart: Chart, z: Array, basis: Array, gradient: Array) -> Array:
    """Return |H|⁺ gradient along the basis, with H from central differences and directions of no curvature left out."""
    width = 1e-5 * max(1.0, float(np.abs(z).max()))
    columns = [(chart.value(z + width * b)[1] - chart.value(z - width * b)[1]) / (2 * width) for b in basis.T]
    H = basis.T @ np.array(columns).T
    values, vectors = np.linalg.eigh((H + H.T) / 2)
    sizes = np.abs(values)
    inverse = np.divide(1.0, sizes, out=np.zeros_like(sizes), where=sizes > 1e-7 * sizes.max(initial=0.0))
    return np.asarray(vectors @ (inverse * (vectors.T @ gradient)))


def _along_kinks(task: Problem, chart: Chart, z: Array, basis: Array, tolerance: float) -> tuple[Array, Array]:
    """Return z moved onto the kinks near it, and the directions that stay on them.

    Only charts in which the first factor is its own coordinate are handled; the others are returned as they are.
    """
    part = chart.parts[0]
    if task.phi.kinks is None or part.kind != "l2":
        return z, basis
    units = z[part.start : part.stop].reshape(part.shape[0], -1).copy()
    rows = []
    for j in range(units.shape[1]):
        A = task.phi.kinks(units[:, j], tolerance)
        if not A.size:
            continue
        _, values, right = np.linalg.svd(A, full_matrices=False)
        normals = right[values > 1e-9 * values[0]]
        units[:, j] -= normals.T @ (normals @ units[:, j])
        for normal in normals:
            row = np.zeros(z.size)
            row[part.start : part.stop].reshape(part.shape[0], -1)[:, j] = normal
            rows.append(row)
    if not rows:
        return z, basis
    z = z.copy()
    z[part.start : part.stop] = units.ravel()
    constraints = np.array(rows) @ basis
    _, values, right = np.linalg.svd(constraints)
    rank = int((values > 1e-9).sum())
    return z, basis @ right[rank:].T
