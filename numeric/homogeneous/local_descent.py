"""Local solvers for the factorized problem: L-BFGS in a smooth chart, and proximal steps on one factor after another.

A local solver is any function (problem, factors) ↦ factors. What it returns is taken only if the objective is not
larger, so none of them needs to be trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import Bounds, minimize

from numeric.homogeneous.charts import Chart
from numeric.homogeneous.elemental_maps import Factors
from numeric.homogeneous.norms import Array, shrunk, slice_norms
from numeric.homogeneous.problem import Problem
from numeric.homogeneous.regularizers import Regularizer

LocalSolver = Callable[[Problem, Factors], Factors]

_OPTIONS: dict[str, Any] = {"maxiter": 2000, "maxfun": 4000, "maxcor": 20, "gtol": 1e-12, "ftol": 0.0}


def lbfgs(task: Problem, factors: Factors) -> Factors:
    """Return the factors L-BFGS-B comes to in a smooth chart, and block minimizations where they are exact.

    L-BFGS stops where values no longer change in double precision; for matrices and l2 norms exact minimizations over
    one factor after the other go on by gradients.
    """
    if factors[0].shape[-1] == 0:
        return factors
    chart = Chart(task, factors)
    search: Any = minimize  # the stubs know no bounds together with jac=True
    found = search(
        chart.value, chart.z, jac=True, method="L-BFGS-B", bounds=Bounds(chart.lower, chart.upper), options=_OPTIONS
    )
    reached = chart.factors(np.clip(found.x, chart.lower, chart.upper))
    if task.phi.name == "outer" and _is_euclidean(task):
        return _alternated(task, reached)
    return reached


def _is_euclidean(task: Problem) -> bool:
    g = task.g
    return isinstance(g, Regularizer) and set(g.norms) == {"l2"} and not g.nonnegative


def _alternated(task: Problem, factors: Factors) -> Factors:
    """Return the factors after exact minimizations of ½‖Y − UVᵀ‖² + ½λ(‖U‖² + ‖V‖²) over U and V in turn."""
    U, V = factors
    shift = task.lam * np.eye(U.shape[1])
    for _ in range(100):
        before = U
        try:
            U = np.linalg.solve(V.T @ V + shift, V.T @ task.Y.T).T
            V = np.linalg.solve(U.T @ U + shift, U.T @ task.Y).T
        except np.linalg.LinAlgError:  # λ is lost beside dependent slices: the last factors that fit together stay
            return before, V
        if np.abs(U - before).max() <= 1e-14:
            break
    return U, V


def proximal_blocks(task: Problem, factors: Factors, *, sweeps: int = 400) -> Factors:
    """Return the factors after proximal gradient steps with backtracking on each of them in turn, for product forms.

    No slice is balanced or merged: at a local minimum, also one where a factor is zero and the other is not, nothing
    moves.
    """
    g = task.g
    if not isinstance(g, Regularizer) or g.form != "product":
        return lbfgs(task, factors)
    current = list(factors)
    steps = [1.0] * len(current)
    for _ in range(sweeps):
        moved = 0.0
        for k in range(len(current)):
            after, steps[k] = _proximal_step(task, g, current, k, steps[k])
            moved = max(moved, float(np.abs(after - current[k]).max(initial=0.0)))
            current[k] = after
        if moved <= 1e-15:
            break
    return tuple(current)


def _proximal_step(task: Problem, g: Regularizer, factors: list[Array], k: int, step: float) -> tuple[Array, float]:
    """Return factor k after one proximal gradient step that lowers the objective, and the next step size to try."""
    others = np.prod(
        [slice_norms(n, X) for j, (n, X) in enumerate(zip(g.norms, factors, strict=True)) if j != k], axis=0
    )
    point = tuple(factors)
    before = task.objective(point)
    gradient = task.phi.pullback(point, -task.residual(point))[k]
    for _ in range(40):
        target = factors[k] - step * gradient
        if g.nonnegative:
            target = np.maximum(target, 0.0)
        after = np.stack(
            [shrunk(g.norms[k], target[..., i], step * task.lam * float(others[i])) for i in range(len(others))],
            axis=-1,
        )
        if task.objective((*point[:k], after, *point[k + 1 :])) <= before:
            return after, 2 * step
        step /= 2
    return factors[k], 1.0


LOCAL_SOLVERS: dict[str, LocalSolver] = {"lbfgs": lbfgs, "proximal": proximal_blocks}
