"""Gradient flow and gradient descent of ½‖X − WS‖², and what they do to the balance WᵀW − SSᵀ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from numeric.landscape.shapes import factorization_shapes

Matrix = NDArray[np.float64]


def balance(W: Matrix, S: Matrix) -> Matrix:
    """Return the balance WᵀW − SSᵀ, which gradient flow conserves (floats)."""
    return W.T @ W - S @ S.T


def exact_balance(W: fmpq_mat, S: fmpq_mat) -> fmpq_mat:
    """Return WᵀW − SSᵀ over ℚ."""
    return W.transpose() * W - S * S.transpose()


def gradient_descent_step(W: fmpq_mat, S: fmpq_mat, X: fmpq_mat, eta: fmpq) -> tuple[fmpq_mat, fmpq_mat]:
    """Return the next iterate (W − ηESᵀ, S − ηWᵀE) of gradient descent, exactly.

    Args:
        W: m×k.
        S: k×n.
        X: m×n.
        eta: Step size.
    """
    factorization_shapes(W, S, X)
    E = W * S - X
    return W - E * S.transpose() * eta, S - W.transpose() * E * eta


def gradient_descent_drift(W: fmpq_mat, S: fmpq_mat, X: fmpq_mat, eta: fmpq) -> fmpq_mat:
    """Return what one step adds to the balance, exactly, by taking the step.

    It is η²(∇_WJᵀ∇_WJ − ∇_SJ ∇_SJᵀ), of second order in η and of no first-order part: a fact tests check.

    Example:
        >>> one = fmpq_mat(1, 1, [1])
        >>> gradient_descent_drift(one, one * 2, one * 3, fmpq(1, 10)).tolist()
        [[3/100]]
    """
    W_next, S_next = gradient_descent_step(W, S, X, eta)
    return exact_balance(W_next, S_next) - exact_balance(W, S)


@dataclass(frozen=True)
class Trajectory:
    """Points of an integrated gradient flow.

    Args:
        times: The (steps + 1) times.
        W: (steps + 1)×m×k.
        S: (steps + 1)×k×n.
        method: The integrator.
    """

    times: Matrix
    W: Matrix
    S: Matrix
    method: str

    def balance_drift(self) -> float:
        """Return the largest Frobenius distance of WᵀW − SSᵀ from its value at the start."""
        start = balance(self.W[0], self.S[0])
        return max(float(np.linalg.norm(balance(W, S) - start)) for W, S in zip(self.W, self.S, strict=True))


def _velocity(W: Matrix, S: Matrix, X: Matrix) -> tuple[Matrix, Matrix]:
    E = W @ S - X
    return -E @ S.T, -W.T @ E


def _runge_kutta(W: Matrix, S: Matrix, X: Matrix, h: float) -> tuple[Matrix, Matrix]:
    a, b = _velocity(W, S, X)
    c, d = _velocity(W + h / 2 * a, S + h / 2 * b, X)
    e, f = _velocity(W + h / 2 * c, S + h / 2 * d, X)
    g, p = _velocity(W + h * e, S + h * f, X)
    return W + h / 6 * (a + 2 * c + 2 * e + g), S + h / 6 * (b + 2 * d + 2 * f + p)


def _midpoint(W: Matrix, S: Matrix, X: Matrix, h: float) -> tuple[Matrix, Matrix]:
    # Gauss's one-stage method keeps quadratic invariants exactly; the stage is solved by fixed-point iteration.
    next_W, next_S = W, S
    for _ in range(200):
        dW, dS = _velocity((W + next_W) / 2, (S + next_S) / 2, X)
        previous, next_W, next_S = (next_W, next_S), W + h * dW, S + h * dS
        change = max(float(np.abs(next_W - previous[0]).max()), float(np.abs(next_S - previous[1]).max()))
        if change <= 1e-15 * (1 + float(np.abs(next_W).max())):
            return next_W, next_S
    raise ValueError(f"implicit midpoint: the stage equation did not converge at h = {h}; take more steps")


def _euler(W: Matrix, S: Matrix, X: Matrix, h: float) -> tuple[Matrix, Matrix]:
    dW, dS = _velocity(W, S, X)
    return W + h * dW, S + h * dS


_METHODS = {"runge-kutta-4": _runge_kutta, "implicit-midpoint": _midpoint, "gradient-descent": _euler}


def estimate_gradient_flow(  # noqa: PLR0913 - the problem and the integrator's three settings
    W: Matrix, S: Matrix, X: Matrix, *, time: float, steps: int, method: str = "implicit-midpoint"
) -> Trajectory:
    """Return an integrated gradient flow (Ẇ, Ṡ) = −∇J, without an error bound.

    Args:
        W: m×k start.
        S: k×n start.
        X: m×n.
        time: Positive length of time.
        steps: Number of equal steps, at least 1.
        method: ``implicit-midpoint`` (keeps the balance up to rounding), ``runge-kutta-4``, or
            ``gradient-descent`` (explicit Euler, the step size being time/steps).

    Returns:
        All iterates; a heuristic, to be compared with :func:`aligned_flow`.

    Raises:
        FactorizationShapeError: If shapes do not fit.
        ValueError: If an argument is out of range, or the iterates leave the range of floats.

    **Source:** [mf-landscape] (19).
    """
    factorization_shapes(W, S, X)
    if method not in _METHODS:
        raise ValueError(f"gradient flow: unknown method {method!r}; one of {', '.join(sorted(_METHODS))}")
    if steps < 1 or not time > 0:
        raise ValueError(f"gradient flow: time = {time}, steps = {steps}; both must be positive")
    points = [(np.array(W, dtype=float), np.array(S, dtype=float))]
    for _ in range(steps):
        point = _METHODS[method](*points[-1], X, time / steps)
        if not (np.isfinite(point[0]).all() and np.isfinite(point[1]).all()):
            raise ValueError(f"gradient flow: {method} with step {time / steps} overflowed; take more steps")
        points.append(point)
    return Trajectory(
        np.linspace(0.0, time, steps + 1),
        np.stack([p[0] for p in points]),
        np.stack([p[1] for p in points]),
        method,
    )


def aligned_flow(sigma: float, w: float, s: float, time: float) -> tuple[float, float]:
    """Return (w(t), s(t)) of ẇ = (σ − ws)s, ṡ = (σ − ws)w, from the closed form.

    It is the gradient flow of W = w·u eᵀ, S = s·e vᵀ along one singular triple (σ, u, v); several such triples
    with different e's do not interact, so sums of them are flows too. With c = w² − s², conserved:

    * c = 0: s = ±w and a = w² solves ȧ = 2a(±σ − a), the logistic equation;
    * c ≠ 0 (c > 0, else exchange w and s): w = ±√c cosh(θ/2), s = ±√c sinh(θ/2), and y = e^θ solves the Riccati
      equation ẏ = −(c/2)(y − y₊)(y − y₋), y± = (2σ ± √(4σ² + c²))/c.

    Args:
        sigma: Singular value, at least 0.
        w: Start.
        s: Start.
        time: At least 0.

    Returns:
        Floats, accurate to a few ulps times the conditioning of the formula.

    Example:
        >>> w, s = aligned_flow(2.0, 0.5, 0.5, 50.0)
        >>> round(w * s, 12)
        2.0
    """
    c = w * w - s * s
    if c == 0:
        if w == 0:
            return 0.0, 0.0
        target = sigma if w * s > 0 else -sigma
        start = w * w
        # a(t) = a·T·e^{2Tt} / (T + a(e^{2Tt} − 1)), divided by e^{2Tt} when T > 0 so that it cannot overflow.
        if target == 0:
            scale = 1 / (1 + 2 * start * time)
        elif target > 0:
            scale = target / (target * np.exp(-2 * target * time) - start * np.expm1(-2 * target * time))
        else:
            grow = np.exp(2 * target * time)
            scale = target * grow / (target + start * (grow - 1))
        return float(w * np.sqrt(scale)), float(s * np.sqrt(scale))
    if c < 0:
        other, one = aligned_flow(sigma, s, w, time)
        return one, other
    # (w + s)²/c = e^θ for w > 0; the pair (−w, −s) moves symmetrically.
    sign = 1.0 if w > 0 else -1.0
    y = (w + s) ** 2 / c
    root = float(np.hypot(2 * sigma, c))
    plus, minus = (2 * sigma + root) / c, -c / (2 * sigma + root)
    ratio = (y - plus) / (y - minus) * np.exp(-root * time)
    y = (plus - minus * ratio) / (1 - ratio)
    half = np.sqrt(c) / 2
    return float(sign * half * (np.sqrt(y) + 1 / np.sqrt(y))), float(sign * half * (np.sqrt(y) - 1 / np.sqrt(y)))
