"""The meta-algorithm, corrected, for matrix factorization: local descent, polar steps, a certificate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from numeric.homogeneous.certificate import Certificate, certify
from numeric.homogeneous.regularizers import REGULARIZERS, Matrix, Regularizer


class FactorizationInputError(ValueError):
    """The data, the weight, the size or the pair (φ, g) is not admissible."""


@dataclass(frozen=True)
class Factorization:
    """The result of :func:`factorize`.

    Args:
        U: Factors, m×r.
        V: Factors, n×r.
        objective: ½‖Y − UVᵀ‖² + λΣg(U_i, V_i).
        certificate: What is proved of it.
        history: Objective after each step, named; never increasing.
    """

    U: Matrix
    V: Matrix
    objective: float
    certificate: Certificate
    history: tuple[tuple[str, float], ...]


MAPPINGS = {"outer": 2}


def factorize(  # noqa: PLR0913 - the problem's data and the solver's settings
    Y: Any,
    *,
    phi: str = "outer",
    g: str = "l2-product",
    lam: float = 1.0,
    rank: int = 1,
    rng: np.random.Generator | None = None,
    start: tuple[Matrix, Matrix] | None = None,
    tolerance: float = 1e-8,
    max_rounds: int = 60,
    progress: Callable[[str, float], None] | None = None,
) -> Factorization:
    """Return factors U, V that minimize ½‖Y − UVᵀ‖² + λΣg(U_i, V_i) over all sizes r, with a certificate.

    Args:
        Y: Data, m×n, finite.
        phi: The elemental mapping; ``"outer"`` is uvᵀ, of degree 2.
        g: ``"l2-product"``, ``"l2-sum"``, ``"l1-product"`` or ``"nonnegative-l2"``.
        lam: λ > 0.
        rank: Size r of a random start.
        rng: Generator of the random start.
        start: Factors to start from instead.
        tolerance: Relative duality gap at which to stop.
        max_rounds: Local descents allowed.
        progress: Called with the name of each step and the objective.

    Returns:
        The point where the gap is certified or the rounds have run out; read ``certificate.status``. r never exceeds
        max(rank, mn + 1).

    Raises:
        FactorizationInputError: If Y is empty or not finite, λ ≤ 0, degrees differ, or a size is wrong.

    Example:
        >>> result = factorize([[3.0, 0.0], [0.0, 1.0]], lam=2.0, rng=np.random.default_rng(0))
        >>> result.certificate.status, round(result.objective, 6)
        ('global', 4.5)
    """
    data, regularizer = _checked(Y, phi, g, lam)
    U, V = _start(data, rank, rng, start, regularizer)
    history: list[tuple[str, float]] = []

    def value(U: Matrix, V: Matrix) -> float:
        return float(((data - U @ V.T) ** 2).sum() / 2 + lam * regularizer.cost(U, V))

    def record(name: str, old: tuple[Matrix, Matrix], new: tuple[Matrix, Matrix]) -> tuple[Matrix, Matrix]:
        # A step that rounding made worse is not taken: the objective never increases.
        kept = new if not history or value(*new) <= history[-1][1] else old
        history.append((name, value(*kept)))
        if progress is not None:
            progress(*history[-1])
        return kept

    U, V = record("start", (U, V), (U, V))
    certificate = certify(data, U, V, regularizer, lam, tolerance=tolerance)
    for _ in range(max_rounds):
        U, V = record("balance", (U, V), _balanced(U, V, regularizer))
        U, V = record("local descent", (U, V), _descend(data, U, V, regularizer, lam))
        certificate = certify(data, U, V, regularizer, lam, tolerance=tolerance)
        if certificate.status == "global":
            break
        if U.shape[1] > data.size:
            U, V = record("empty a slice", (U, V), _emptied(U, V, regularizer))
        if certificate.polar_attained <= 1 + 1e-12:
            if _stalled(history):
                break  # no direction was found and no bound is sharp enough: undecided
            continue
        U, V = record("polar step", (U, V), _polar_step(data, U, V, certificate, lam))
    return Factorization(U, V, value(U, V), certificate, tuple(history))


def _stalled(history: list[tuple[str, float]]) -> bool:
    """Return whether the last two local descents gained nothing."""
    values = [value for name, value in history if name == "local descent"]
    return len(values) > 1 and values[-2] - values[-1] <= 1e-15 * max(1.0, abs(values[-1]))


def _checked(Y: Any, phi: str, g: str, lam: float) -> tuple[Matrix, Regularizer]:
    data = np.array(Y, dtype=float)
    if data.ndim != 2 or data.size == 0:
        raise FactorizationInputError(f"factorize: Y has shape {data.shape}; give a matrix with at least one entry")
    if not np.isfinite(data).all():
        raise FactorizationInputError("factorize: Y has entries that are NaN or infinite; remove them first")
    if not (np.isfinite(lam) and lam > 0):
        raise FactorizationInputError(f"factorize: lam = {lam}; the weight of the regularizer must be positive")
    if phi not in MAPPINGS or g not in REGULARIZERS:
        raise FactorizationInputError(
            f"factorize: phi = {phi!r}, g = {g!r}; phi is one of {sorted(MAPPINGS)}, g one of {sorted(REGULARIZERS)}"
        )
    regularizer = REGULARIZERS[g]
    if MAPPINGS[phi] != regularizer.degree:
        raise FactorizationInputError(
            f"factorize: phi has degree {MAPPINGS[phi]} but g has degree {regularizer.degree}; they must agree"
        )
    return data, regularizer


def _start(
    Y: Matrix, rank: int, rng: np.random.Generator | None, start: tuple[Matrix, Matrix] | None, g: Regularizer
) -> tuple[Matrix, Matrix]:
    m, n = Y.shape
    if start is None:
        if rank < 1:
            raise FactorizationInputError(f"factorize: rank = {rank}; a start has at least one slice")
        generator = rng if rng is not None else np.random.default_rng(0)
        start = generator.normal(size=(m, rank)), generator.normal(size=(n, rank))
        if g.nonnegative:
            start = np.abs(start[0]), np.abs(start[1])
    U, V = np.array(start[0], dtype=float), np.array(start[1], dtype=float)
    if U.ndim != 2 or V.ndim != 2 or U.shape[0] != m or V.shape[0] != n or U.shape[1] != V.shape[1]:
        raise FactorizationInputError(
            f"factorize: start has shapes {U.shape} and {V.shape}; for Y {Y.shape} give ({m}, r) and ({n}, r)"
        )
    if not (np.isfinite(U).all() and np.isfinite(V).all()):
        raise FactorizationInputError("factorize: the start has entries that are NaN or infinite")
    if g.nonnegative and (U.min(initial=0.0) < 0 or V.min(initial=0.0) < 0):
        raise FactorizationInputError("factorize: the start has negative entries, where g is infinite")
    return U, V


def _balanced(U: Matrix, V: Matrix, g: Regularizer) -> tuple[Matrix, Matrix]:
    """Return the same product with ‖U_i‖ = ‖V_i‖ in every slice; a slice with a zero factor becomes zero."""
    a = np.array([g.norm(u) for u in U.T])
    b = np.array([g.norm(v) for v in V.T])
    live = (a > 0) & (b > 0)
    scale = np.sqrt(np.divide(b, a, out=np.zeros_like(a), where=live))
    inverse = np.sqrt(np.divide(a, b, out=np.zeros_like(a), where=live))
    return U * scale, V * inverse


def _descend(Y: Matrix, U: Matrix, V: Matrix, g: Regularizer, lam: float) -> tuple[Matrix, Matrix]:
    if g.norm(np.ones(4)) == 2.0 and not g.nonnegative:
        return _smooth_descent(Y, U, V, lam)
    for _ in range(2000):
        before = U.copy(), V.copy()
        U = _swept(Y, U, V, g, lam)
        V = _swept(Y.T, V, U, g, lam)
        if max(np.abs(U - before[0]).max(initial=0.0), np.abs(V - before[1]).max(initial=0.0)) < 1e-14:
            break
        U, V = _balanced(U, V, g)
    return U, V


def _smooth_descent(Y: Matrix, U: Matrix, V: Matrix, lam: float) -> tuple[Matrix, Matrix]:
    """Return a local minimum of the sum form, equal to the product form at balanced slices, by L-BFGS."""
    (m, r), n = U.shape, V.shape[0]

    def objective(x: Any) -> tuple[float, Any]:
        A, B = x[: m * r].reshape(m, r), x[m * r :].reshape(n, r)
        R = A @ B.T - Y
        gradient = np.concatenate([(R @ B + lam * A).ravel(), (R.T @ A + lam * B).ravel()])
        return float((R**2).sum() / 2 + lam * (x**2).sum() / 2), gradient

    options: Any = {"maxiter": 3000, "maxfun": 6000, "maxcor": 30, "gtol": 1e-13, "ftol": 0.0}
    found = minimize(objective, np.concatenate([U.ravel(), V.ravel()]), jac=True, method="L-BFGS-B", options=options)
    U, V = found.x[: m * r].reshape(m, r), found.x[m * r :].reshape(n, r)
    # L-BFGS stops where values no longer change in double precision; exact block minimizations go on by gradients.
    shift = lam * np.eye(r)
    for _ in range(100):
        before = U
        U = np.asarray(np.linalg.solve(V.T @ V + shift, V.T @ Y.T).T, dtype=np.float64)
        V = np.asarray(np.linalg.solve(U.T @ U + shift, U.T @ Y).T, dtype=np.float64)
        if np.abs(U - before).max() <= 1e-13:
            break
    return U, V


def _swept(Y: Matrix, U: Matrix, V: Matrix, g: Regularizer, lam: float) -> Matrix:
    """Return U after one exact minimization over each of its columns in turn."""
    U = U.copy()
    R = Y - U @ V.T
    for i, v in enumerate(V.T):
        square = float(v @ v)
        if square == 0.0:
            continue
        R += np.outer(U[:, i], v)
        U[:, i] = g.shrink(R @ v / square, lam * g.norm(v) / square)
        R -= np.outer(U[:, i], v)
    return U


def _emptied(U: Matrix, V: Matrix, g: Regularizer) -> tuple[Matrix, Matrix]:
    """Return the slices scaled by (1 + θ_i)^{1/2} with Σθ_iφ = 0, Σθ_ig ≤ 0 and min θ = −1: one of them is emptied."""
    images = np.array([np.outer(u, v).ravel() for u, v in zip(U.T, V.T, strict=True)]).T
    theta = np.linalg.svd(images)[2][-1]
    costs = np.array([g.norm(u) * g.norm(v) for u, v in zip(U.T, V.T, strict=True)])
    change = float(theta @ costs)
    theta = -theta if change > 0 or theta.min() >= 0 else theta
    if theta.min() >= 0:
        return U, V
    weights = np.sqrt(np.maximum(1 + theta / -theta.min(), 0.0))
    weights[int(theta.argmin())] = 0.0
    kept = weights > 0
    return (U * weights)[:, kept], (V * weights)[:, kept]


def _polar_step(Y: Matrix, U: Matrix, V: Matrix, certificate: Certificate, lam: float) -> tuple[Matrix, Matrix]:
    """Return the point with one slice more, (u, v) times √t with the best t: the objective falls by ½t²‖uvᵀ‖²."""
    u, v = certificate.direction
    square = float((u @ u) * (v @ v))
    t = max(0.0, (float(u @ (Y - U @ V.T) @ v) - lam) / square)
    empty = [i for i in range(U.shape[1]) if not (U[:, i].any() or V[:, i].any())]
    if empty:
        U, V = U.copy(), V.copy()
        U[:, empty[0]], V[:, empty[0]] = np.sqrt(t) * u, np.sqrt(t) * v
        return U, V
    return np.column_stack([U, np.sqrt(t) * u]), np.column_stack([V, np.sqrt(t) * v])
