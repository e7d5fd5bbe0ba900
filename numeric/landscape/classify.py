"""Where on the landscape of ½‖X − WS‖² a user's floating-point point lies, with certified numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx
from numpy.typing import NDArray

from numeric.landscape.curvature import dense_lower_bound, structured_lower_bound
from numeric.landscape.shapes import factorization_shapes
from numeric.landscape.singular_values import (
    ball_matrix,
    enclose_singular_values,
    frobenius,
    frobenius_square,
)

Matrix = NDArray[np.float64]


class PointError(ValueError):
    """W, S or X holds something other than finite real numbers."""


@dataclass(frozen=True)
class EscapeDirection:
    """A direction of negative curvature and what a step along it gains.

    Args:
        G: m×k.
        H: k×n, with ‖G‖² + ‖H‖² = 1 up to rounding; the slope of J along (G, H) is not positive.
        curvature: A ball for D²J[(G, H)]/‖(G, H)‖², an upper bound of λ_min.
        step: A step length t > 0 (the minimizer of J along the ray, up to rounding).
        decrease: A ball for J(W, S) − J(W + tG, S + tH).
    """

    G: Matrix
    H: Matrix
    curvature: arb
    step: float
    decrease: arb


@dataclass(frozen=True)
class Classification:
    """What is known of a point (W, S), numbers with proof.

    Args:
        verdict: ``strict saddle``, ``global minimum``, ``not critical`` or ``undecided``.
        reason: One sentence with the numbers the verdict rests on.
        objective: A ball for J(W, S).
        gap: A ball for J(W, S) − min J.
        gradient_norm: A ball for ‖∇J(W, S)‖.
        lambda_min: (lower, upper), proved bounds of the least eigenvalue of ∇²J(W, S) at this very point.
        method: How ``lower`` was proved.
        residual_norm: A ball for ‖E‖₂.
        kth_singular_value: A ball for σ_k(WS), 0 if k > min(m, n). At a critical point ‖E‖₂ ≤ σ_k(WS) says
            global minimum.
        imbalance: A ball for ‖WᵀW − SSᵀ‖ (Frobenius).
        escape: A direction with curvature < 0 and decrease > 0, both proved; ``None`` if none was found.
    """

    verdict: str
    reason: str
    objective: arb
    gap: arb
    gradient_norm: arb
    lambda_min: tuple[float, float]
    method: str
    residual_norm: arb
    kth_singular_value: arb
    imbalance: arb
    escape: EscapeDirection | None


def _checked(name: str, M: Any) -> Matrix:
    """Return M as a float matrix, or say what is wrong with it."""
    try:
        array = np.asarray(M)
        if np.iscomplexobj(array):
            raise PointError(f"classification: {name} is complex; the objective is over the reals")
        array = np.array(array, dtype=np.float64)
    except (TypeError, ValueError) as error:
        if isinstance(error, PointError):
            raise
        raise PointError(f"classification: {name} is not a matrix of real numbers") from error
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        raise PointError(
            f"classification: {name}{tuple(int(i) for i in bad[0])} is {array[tuple(bad[0])]}; "
            "finite numbers are needed"
        )
    return array


def _second_derivative(W: arb_mat, S: arb_mat, E: arb_mat, G: arb_mat, H: arb_mat) -> arb:
    """Return a ball for D²J[(G, H)] = ‖GS + WH‖² + 2⟨E, GH⟩."""
    first = G * S + W * H
    mixed = sum((e * z for e, z in zip(E.entries(), (G * H).entries(), strict=True)), arb(0))
    return frobenius_square(first) + 2 * mixed


def _curvature_candidates(W: Matrix, S: Matrix, E: Matrix, full: Matrix | None) -> list[tuple[Matrix, Matrix]]:
    """Return guesses for the direction of least curvature: Hessian eigenvector, and the dyads of E's top pair."""
    m, k = W.shape
    n = S.shape[1]
    out = []
    if full is not None:
        out.append((full[: m * k].reshape(k, m).T, full[m * k :].reshape(n, k).T))
    left, value, right = np.linalg.svd(E)
    block = np.block([[S @ S.T, -value[0] * np.eye(k)], [-value[0] * np.eye(k), W.T @ W]])
    vector = np.linalg.eigh(block)[1][:, 0]
    out.append((-np.outer(left[:, 0], vector[:k]), np.outer(vector[k:], right[0])))
    return out


def _best_step(W: Matrix, S: Matrix, E: Matrix, G: Matrix, H: Matrix) -> float:
    """Return the t > 0 minimizing J(W + tG, S + tH) = ½‖E + tA + t²B‖², in floats (0 if there is none)."""
    A, B = G @ S + W @ H, G @ H
    coefficients = [2 * (B * B).sum(), 3 * (A * B).sum(), (A * A).sum() + 2 * (E * B).sum(), (E * A).sum()]
    real = [float(t.real) for t in np.roots(coefficients) if abs(t.imag) < 1e-9 * (1 + abs(t)) and t.real > 0]
    return min(real, key=lambda t: float(((E + t * A + t * t * B) ** 2).sum()), default=0.0)


def _escape(W: Matrix, S: Matrix, X: Matrix, G: Matrix, H: Matrix) -> EscapeDirection:
    """Return the certified record of the direction (G, H), oriented downhill."""
    E = W @ S - X
    slope = float((E * (G @ S + W @ H)).sum())
    size = float(np.sqrt((G * G).sum() + (H * H).sum()))
    sign = -1.0 if slope > 0 else 1.0
    G, H = sign * G / size, sign * H / size
    t = _best_step(W, S, E, G, H)
    w, s, x, g, h = (ball_matrix(M) for M in (W, S, X, G, H))
    residual = w * s - x
    curvature = _second_derivative(w, s, residual, g, h) / (frobenius_square(g) + frobenius_square(h))
    moved = (w + g * arb(t)) * (s + h * arb(t)) - x
    return EscapeDirection(G, H, curvature, t, (frobenius_square(residual) - frobenius_square(moved)) / 2)


def classify(  # noqa: PLR0913 - the point and three settings
    W: Any, S: Any, X: Any, *, tolerance: float = 1e-8, dense_limit: int = 200, bits: int = 128
) -> Classification:
    """Return where (W, S) lies on the landscape of ½‖X − WS‖²: near a global minimum, a strict saddle, or neither.

    Every number is a ball or a proved bound for the given floats taken as exact. The words are a reading of them:
    with x = ‖X‖, y = ‖W‖‖S‖, z = max(‖W‖, ‖S‖, √x), the point is *critical* within ``tolerance`` if
    ‖∇J‖ ≤ tolerance·(x + y)·z. It is then a *strict saddle* if λ_min < 0 is proved and ‖E‖₂ − σ_k(WS), which is
    positive at exactly the strict saddles among critical points and constant on orbits, exceeds
    tolerance·(x + y); otherwise a *global minimum* if J − min J ≤ tolerance·(x + y)². All limits scale like the
    quantities they bound. (λ_min itself is no good measure: far from balance it is near 0 at every saddle.)

    Args:
        W: m×k array.
        S: k×n array.
        X: m×n array.
        tolerance: The relative tolerance, in (0, 1).
        dense_limit: Up to this size k(m + n) the lower bound of λ_min is also sought from the whole Hessian matrix;
            see :mod:`numeric.landscape.curvature`.
        bits: Working precision of the balls.

    Raises:
        FactorizationShapeError: If the shapes do not fit.
        PointError: If an entry is not a finite real number.
        ValueError: If the tolerance is out of range.

    **Source:** the questions of [mf-landscape] Sections 3.2 and 3.3, for a point at hand.

    Example:
        >>> saddle = classify([[0.0], [1.0]], [[0.0, 1.0]], [[3.0, 0.0], [0.0, 1.0]])
        >>> saddle.verdict, saddle.lambda_min[0] <= -2 <= saddle.lambda_min[1] + 1e-9
        ('strict saddle', True)
        >>> classify([[1.0], [0.0]], [[3.0, 0.0]], [[3.0, 0.0], [0.0, 1.0]]).verdict
        'global minimum'
    """
    if not 0 < tolerance < 1:
        raise ValueError(f"classification: tolerance = {tolerance}; it must lie between 0 and 1")
    W, S, X = _checked("W", W), _checked("S", S), _checked("X", X)
    m, n, k = factorization_shapes(W, S, X)
    with np.errstate(over="ignore", invalid="ignore"):
        E = W @ S - X
        size_W, size_S, size_X = (float(np.linalg.norm(M)) for M in (W, S, X))
    total = size_X + size_W * size_S
    # Beyond these bounds squares overflow or underflow, and the limits below would mean nothing.
    if not np.isfinite(E).all() or total > 1e150 or 0 < total < 1e-150:
        raise PointError("classification: ‖X − WS‖² is beyond the range of floats; divide X by c and W, S by √c")
    with ctx.workprec(bits):
        w, s, x = ball_matrix(W), ball_matrix(S), ball_matrix(X)
        residual = w * s - x
        objective = frobenius_square(residual) / 2
        gradient = (frobenius_square(residual * s.transpose()) + frobenius_square(w.transpose() * residual)).sqrt()
        rounding = frobenius(residual - ball_matrix(E)).upper()
        residual_norm = _widened(enclose_singular_values(E, bits=bits)[0], rounding)
        product = W @ S
        slack = frobenius(w * s - ball_matrix(product)).upper()
        values = enclose_singular_values(product, bits=bits)
        kth = _widened(values[k - 1], slack) if k <= len(values) else arb(0)
        tail = sum((v * v for v in enclose_singular_values(X, bits=bits)[k:]), arb(0)) / 2
        gap = objective - tail
        lower, method = structured_lower_bound(W, S, X, residual_norm, bits=bits)
        full = None
        if k * (m + n) <= dense_limit:
            dense, full = dense_lower_bound(W, S, X, bits=bits)
            if dense > lower:
                lower, method = dense, "whole Hessian"
        candidates = [_escape(W, S, X, G, H) for G, H in _curvature_candidates(W, S, E, full)]
        best = min(candidates, key=lambda c: float(c.curvature.upper()))
        upper = float(np.nextafter(float(best.curvature.upper()), np.inf))
        imbalance = frobenius(w.transpose() * w - s * s.transpose())
    slope = tolerance * total * max(size_W, size_S, np.sqrt(size_X))
    limits = (slope, tolerance * total, tolerance * total**2)
    verdict, reason = _verdict(gradient, upper, residual_norm - kth, gap, limits)
    return Classification(
        verdict,
        reason,
        objective,
        gap,
        gradient,
        (lower, upper),
        method,
        residual_norm,
        kth,
        imbalance,
        best if upper < 0 and best.decrease > 0 else None,
    )


def _widened(ball: arb, slack: arb) -> arb:
    """Return the ball widened by ±slack (kept nonnegative)."""
    return arb(0).max(arb((ball - slack).lower())).union(arb((ball + slack).upper()))


def _verdict(gradient: arb, upper: float, margin: arb, gap: arb, limits: tuple[float, float, float]) -> tuple[str, str]:
    """Return the word and its reason from the certified numbers and the three limits."""
    slope, clearance, excess = limits
    if gradient.lower() > slope:
        return (
            "not critical",
            f"the gradient norm is at least {float(gradient.lower()):.3g}, over {slope:.3g}",
        )
    if not gradient.upper() <= slope:
        return "undecided", f"the gradient norm is within rounding of the limit {slope:.3g}"
    near = f"critical to {slope:.3g}"
    if upper < 0 and margin.lower() > clearance:
        return "strict saddle", f"{near}, and the least eigenvalue is at most {upper:.6g}"
    if gap.upper() <= excess:
        return (
            "global minimum",
            f"{near}, and the objective exceeds the minimum by at most {float(gap.upper()):.3g}",
        )
    reason = (
        f"{near}, the least eigenvalue is at most {upper:.3g}, ‖E‖₂ − σ_k(WS) is at least {float(margin.lower()):.3g} "
        f"(limit {clearance:.3g}), and the objective exceeds the minimum by up to {float(gap.upper()):.3g} "
        f"(limit {excess:.3g})"
    )
    return "undecided", reason
