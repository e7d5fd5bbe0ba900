"""The nuclear norm, Ω of uvᵀ with l2 norms, between certified bounds, from whatever solver proposes.

Any W gives ⟨W, X⟩/‖W‖₂ ≤ ‖X‖_*, and any P, Q with [[P, X], [Xᵀ, Q]] ⪰ 0 give ‖X‖_* ≤ ½(tr P + tr Q). Both come from a
singular value decomposition or from a semidefinite program; they are taken as exact numbers, made feasible by a proved
bound of the norm or of the least eigenvalue, and evaluated in balls. Nothing of the solver's word is believed.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from flint import arb, arb_mat

from numeric.enclosures.balls import working_bits
from numeric.homogeneous.polars.eigenvalue_bounds import largest_eigenvalue_bound, spectral_norm_bound
from numeric.homogeneous.polars.enclosure import BITS, PolarInputError, Vector, ball_matrix, root, rounded

Source = Literal["svd", "clarabel"]


class SolverMissingError(ValueError):
    """The optional semidefinite solver is not installed, or did not solve the program."""


@dataclass(frozen=True)
class NuclearNorm:
    """The nuclear norm between certified bounds.

    Args:
        lower: A proved lower bound, ⟨W, X⟩/‖W‖₂ rounded down.
        upper: A proved upper bound, ½(tr P + tr Q) + shift rounded up.
        dual: The W that gives the lower bound; divide by its spectral norm.
    """

    lower: float
    upper: float
    dual: Vector


def enclose_nuclear_norm(X: Any, *, source: Source = "svd") -> NuclearNorm:
    """Return the nuclear norm of X between certified bounds.

    Args:
        X: m×n: doubles (taken as exact), exact fractions or balls.
        source: Who proposes W, P and Q: ``"svd"``, or ``"clarabel"`` through CVXPY (the extra ``solvers``).

    Returns:
        Bounds within about 10⁻¹³ of each other, relative, from a decomposition; from the solver, within its accuracy.

    Raises:
        PolarInputError: If X is empty or not finite, or the source is unknown.
        SolverMissingError: If CVXPY with Clarabel is asked for but not there, or fails.

    Example:
        >>> norm = enclose_nuclear_norm([[3.0, 0.0], [0.0, -4.0]])
        >>> norm.lower <= 7 <= norm.upper, norm.upper - norm.lower < 1e-12
        (True, True)
    """
    data = rounded(X, 2)
    m, n = data.center.shape
    if source not in {"svd", "clarabel"}:
        raise PolarInputError(f"nuclear norm: source {source!r}; it is 'svd' or 'clarabel'")
    if not data.center.any():
        return NuclearNorm(0.0, data.upper(data.distance * root(arb(min(m, n)))), np.zeros((m, n)))
    W, P, Q = _decomposed(data.center) if source == "svd" else _solved(data.center)
    with working_bits(BITS):
        center, dual = ball_matrix(data.center), ball_matrix(W)
        norm = spectral_norm_bound(dual)
        moved = data.distance * root(arb(min(m, n)))  # ‖E‖_* ≤ √min(m, n)·‖E‖
        pairing = sum((center[i, j] * dual[i, j] for i in range(m) for j in range(n)), arb(0))
        negative = -_block(P, center, Q)
        shift = largest_eigenvalue_bound(negative)
        trace = sum((arb(float(x)) for x in [*np.diag(P), *np.diag(Q)]), arb(0))
        upper = (trace + (m + n) * shift) / 2
        return NuclearNorm(data.lower(pairing / norm - moved), data.upper(upper + moved), W)


def _block(P: Vector, X: Any, Q: Vector) -> Any:
    m, n = X.nrows(), X.ncols()
    top = [[*(arb(float(x)) for x in P[i]), *(X[i, j] for j in range(n))] for i in range(m)]
    bottom = [[*(X[i, j] for i in range(m)), *(arb(float(x)) for x in Q[j])] for j in range(n)]
    return arb_mat(top + bottom)


def _decomposed(X: Vector) -> tuple[Vector, Vector, Vector]:
    left, values, right = np.linalg.svd(X, full_matrices=False)
    kept = values > 1e-14 * values[0]
    left, values, right = left[:, kept], values[kept], right[kept]
    P, Q = (left * values) @ left.T, (right.T * values) @ right
    return left @ right, (P + P.T) / 2, (Q + Q.T) / 2


def _solved(X: Vector) -> tuple[Vector, Vector, Vector]:
    """Return W, P, Q from the semidefinite program min ½(tr P + tr Q), [[P, X], [Xᵀ, Q]] ⪰ 0, and its multiplier."""
    if importlib.util.find_spec("cvxpy") is None or importlib.util.find_spec("clarabel") is None:
        raise SolverMissingError("nuclear norm: CVXPY with Clarabel is not installed; install the extra 'solvers'")
    cvxpy = importlib.import_module("cvxpy")
    m, n = X.shape
    block = cvxpy.Variable((m + n, m + n), symmetric=True)
    positive, fixed = block >> 0, block[:m, m:] == X
    problem = cvxpy.Problem(cvxpy.Minimize(cvxpy.trace(block) / 2), [positive, fixed])
    try:
        problem.solve(solver="CLARABEL", tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
    except cvxpy.error.SolverError as error:
        raise SolverMissingError(f"nuclear norm: Clarabel did not solve the program: {error}") from None
    if block.value is None:
        raise SolverMissingError(f"nuclear norm: Clarabel did not solve the program: {problem.status}")
    # The multiplier of the cone is ½[[I, −W], [−Wᵀ, I]] at the optimum.
    multiplier = np.asarray(positive.dual_value, dtype=float)
    value = np.asarray(block.value, dtype=float)
    value = (value + value.T) / 2
    W = -(multiplier[:m, m:] + multiplier[m:, :m].T)
    return (W if float((W * X).sum()) > 0 else -W), value[:m, :m], value[m:, m:]
