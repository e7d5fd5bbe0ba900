"""Algorithm 1 exactly as the paper prints it, with its update (1 − θ)^{1/p}, and a record of what happens.

The paper leaves open which local descent is used and which θ is taken. Here descent moves only where the objective
falls, so a local minimum is left alone, and zero slices are tried in random directions as well; of θ and −θ, each
scaled, the one is taken that has no entry above 1, so that (1 − θ)^{1/p} is real: there always is one.
"""

from __future__ import annotations

import numpy as np

from numeric.homogeneous.certificate import Certificate, certificate_of
from numeric.homogeneous.elemental_maps import Factors
from numeric.homogeneous.local_descent import LocalSolver, lbfgs, proximal_blocks
from numeric.homogeneous.newton_polish import polished
from numeric.homogeneous.norms import Array, flat
from numeric.homogeneous.problem import Problem
from numeric.homogeneous.regularizers import Regularizer
from numeric.homogeneous.slices import dependence, image_columns, joined
from numeric.homogeneous.trace import Trace
from numeric.homogeneous.unit_scale import at_unit_scale

_FALL = 1e-11
_ZERO = 1e-6
_SAME = 1e-6


def printed_rounds(task: Problem, trace: Trace, solver: LocalSolver, tolerance: float, max_rounds: int) -> Certificate:
    """Run the loop on the trace and return the certificate of the point where it ends or the rounds run out.

    **Source:** [global-optimality] Algorithm 1, as printed.
    """
    rng = np.random.default_rng(0)
    visited: list[tuple[Factors, Array]] = []
    for number in range(1, max_rounds + 1):
        _descend(task, trace, solver, rng)
        if _zero_slices(trace.factors).any():
            trace.events.append(
                f"round {number}: a slice is zero; the algorithm returns, calling this a global minimum"
            )
            break
        images = image_columns(task, trace.factors)
        _note_return(trace, visited, images, number)
        theta = _theta(images)
        if theta is None:
            trace.record("append a zero slice", joined(trace.factors, _zero_slice(task)))
            continue
        weights = 1.0 - theta
        before = trace.objective
        roots = np.maximum(weights, 0.0) ** (1.0 / float(task.phi.degree))
        trace.record("printed update", tuple(X * roots for X in trace.factors))
        if trace.objective > before * (1 + 1e-9):
            trace.events.append(
                f"round {number}: the update raises the objective from {before:.10g} to {trace.objective:.10g}"
            )
    else:
        trace.events.append(f"{max_rounds} rounds without an end")
    certificate = certificate_of(task, trace.factors, tolerance=tolerance)
    if certificate.status == "not global":
        trace.events.append(
            f"the point is not a global minimum: the polar is at least {certificate.polar_attained:.10g}"
        )
    return certificate


def _descend(task: Problem, trace: Trace, solver: LocalSolver, rng: np.random.Generator) -> None:
    """Descend while the objective falls, at last from zero slices in random directions."""
    for attempt in range(6):
        _fall(task, trace, solver)
        zero = _zero_slices(trace.factors)
        if not zero.any() or attempt == 5:
            return
        width = 1e-2 * _size(task, trace.factors)
        stirred = tuple(np.where(zero, width * rng.normal(size=X.shape), X) for X in trace.factors)
        stirred = stirred if task.g.admits(stirred) else tuple(np.abs(X) for X in stirred)
        reached = _cleaned(task, at_unit_scale(task, lambda unit, own: polished(unit, solver(unit, own)), stirred))
        if not _lowers(task, trace, reached):
            continue
        trace.take("local descent", reached)


def _fall(task: Problem, trace: Trace, solver: LocalSolver) -> None:
    solvers = [solver]
    if solver is lbfgs and isinstance(task.g, Regularizer) and task.g.form == "product":
        solvers = [proximal_blocks, lbfgs]
    for step in (*solvers, polished):
        reached = _cleaned(task, at_unit_scale(task, step, trace.factors))
        if _lowers(task, trace, reached):
            trace.take("local descent", reached)


def _lowers(task: Problem, trace: Trace, factors: Factors) -> bool:
    """Return whether the objective falls by more than rounding."""
    return task.objective(factors) < trace.objective * (1 - _FALL)


def _zero_slices(factors: Factors) -> Array:
    """Return which slices are zero in all factors."""
    return np.asarray(np.all([np.abs(flat(X)).max(axis=0) == 0.0 for X in factors], axis=0))


def _cleaned(task: Problem, factors: Factors) -> Factors:
    """Return the factors with slices that are zero up to the accuracy of descent set to zero."""
    small = np.all([np.abs(flat(X)).max(axis=0) <= _ZERO * _size(task, factors) for X in factors], axis=0)
    return tuple(np.where(small, 0.0, X) for X in factors)


def _size(task: Problem, factors: Factors) -> float:
    """Return the largest entry of the factors, and at least that of factors whose image is about Y."""
    usual = float(float(np.abs(task.Y).max()) ** (1.0 / float(task.phi.degree)))
    return max(usual, *(float(np.abs(X).max(initial=0.0)) for X in factors))


def _zero_slice(task: Problem) -> Factors:
    return tuple(np.zeros((*shape, 1)) for shape in task.phi.shapes)


def _theta(images: Array) -> Array | None:
    """Return θ with Σθφ = 0, min θ = −1 and max θ ≤ 1.

    With least entry −a and largest b, scaling θ gives the maximum b/a, scaling −θ gives a/b: one is at most 1.
    """
    theta = dependence(images)
    if theta is None:
        return None
    scaled = [sign * theta / -(sign * theta).min() for sign in (1.0, -1.0) if (sign * theta).min() < 0]
    return np.asarray(min(scaled, key=lambda candidate: float(candidate.max())))


def _note_return(trace: Trace, visited: list[tuple[Factors, Array]], images: Array, number: int) -> None:
    """Tell of the first time that the factors, or at least the images of the slices, are those of an earlier round."""
    if not any(word in event for event in trace.events for word in ("cycle", "stall")):
        for earlier, (factors, seen) in enumerate(visited, start=1):
            if not _same(seen, images):
                continue
            if all(_same(X, Z) for X, Z in zip(factors, trace.factors, strict=True)):
                trace.events.append(f"cycle: round {number} is back at the local minimum of round {earlier}")
            else:
                trace.events.append(
                    f"stall: round {number} has the images of round {earlier}; only slices with image 0 have changed"
                )
            break
    visited.append((trace.factors, images))


def _same(A: Array, B: Array) -> bool:
    return A.shape == B.shape and bool(np.abs(A - B).max(initial=0.0) <= _SAME * np.abs(A).max(initial=0.0))
