"""Problems brought to data of about size 1 by a power of two, so that tolerances of solvers mean the same for all data.

With Y and λ divided by s = 2^{pk} and the factors by 2^k, images and costs of degree p are divided by s and the
objective by s²: the same problem, without rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, ldexp, log2
from typing import Any

import numpy as np

from numeric.homogeneous.elemental_maps import Factors
from numeric.homogeneous.problem import FactorizationInputError, Problem

Move = Callable[[Problem, Factors], Factors]


def unit_scale(task: Problem) -> tuple[Problem, int]:
    """Return the problem with the largest entry of Y of about size 1, and k; the problem itself where nothing fits.

    Example:
        >>> from numeric.homogeneous.problem import problem
        >>> small, k = unit_scale(problem([[2.0**-40]], phi="outer", g="l2-product", lam=2.0**-41))
        >>> small.Y.tolist(), small.lam, k
        ([[1.0]], 0.5, -20)
    """
    largest = float(np.abs(task.Y).max())
    degree = int(task.phi.degree)
    if largest == 0.0 or degree != task.phi.degree:
        return task, 0
    k = round(log2(largest) / degree)
    weight = _scaled(task.lam, -degree * k)
    data = np.ldexp(task.Y, -degree * k)
    if not (isfinite(weight) and weight > 0 and np.isfinite(data).all()):
        return task, 0
    return Problem(data, task.phi, task.g, weight), k


def _scaled(x: float, exponent: int) -> float:
    try:
        return ldexp(x, exponent)
    except OverflowError:
        return float("inf")


def at_unit_scale(task: Problem, move: Move, factors: Factors) -> Factors:
    """Return what a solver makes of the factors, run on the problem at unit scale.

    Raises:
        FactorizationInputError: If the solver returns factors of other shapes.
    """
    scaled, k = unit_scale(task)
    moved: Any = move(scaled, tuple(np.ldexp(X, -k) for X in factors))
    found = tuple(moved) if np.iterable(moved) else ()
    shapes = [np.shape(X) for X in found]
    wanted = [(*shape, shapes[0][-1] if shapes and shapes[0] else 0) for shape in task.phi.shapes]
    if shapes != wanted:
        raise FactorizationInputError(
            f"factorize: local_solver returned factors of shapes {shapes} from {[X.shape for X in factors]}; it must "
            "return as many, each with its slices along the last axis"
        )
    return tuple(np.ldexp(np.asarray(X, dtype=float), k) for X in found)
