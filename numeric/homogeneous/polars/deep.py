"""The polar of parallel networks with several rectified layers, ψ⁺(… ψ⁺(Vx¹)x² …)x^K, Frobenius norms of the weights.

Only one column of the last hidden layer is needed, for squares of norms add up over columns. With weights of norm 1
it is ψ⁺(z), z in K₂ = conv{±ψ⁺(Vu) : ‖u‖ ≤ 1}: a column of ψ⁺(Vx¹)x² is Σεₖtₖψ⁺(Vuₖ) with Σtₖ ≤ ‖x¹‖‖x²‖ ≤ 1. With one
hidden layer more, z is in K₃ = conv{±ψ⁺(z′) : z′ in K₂}, and so on.

* If h is convex and nondecreasing on nonnegative vectors, h(0) = 0 and h(y) ≥ ‖Wᵀy‖, then h(ψ⁺(z)) is convex. On K₂ it
  is largest at a ψ⁺(Vu), and on K₃ at a ψ⁺(z′), where it is h(ψ⁺(z′)): the same bound at every depth. ‖Wᵀy‖ is such an
  h if WWᵀ has no negative entry, and the polar is then that of one hidden layer. ‖[W₊ W₋]ᵀy‖ is one for every W.
* For scalar inputs, z = aψ⁺(V) + bψ⁺(−V) with |a| + |b| ≤ 1 at every depth, as ψ⁺ keeps this form, and
  ‖Wᵀψ⁺(z)‖ = ‖a₊s₊ + b₊s₋‖ with s± = Wᵀψ⁺(±V). The polar is max(‖s₊‖, ‖s₋‖), for all widths.
* A first layer of width 1 passes on ψ⁺(Vu) times a nonnegative row: the polar is that of one hidden layer.
* For two hidden layers and few outputs, the maximum over K₂ itself is bounded by branching on signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb, arb_mat
from numpy.typing import NDArray
from scipy.optimize import minimize

from numeric.enclosures.balls import rational_ball, working_bits
from numeric.homogeneous.polars.enclosure import (
    BITS,
    PolarEnclosure,
    PolarInputError,
    RoundedData,
    Vector,
    ball_matrix,
    euclidean_length,
    exact,
    in_unit_ball,
    rounded,
)
from numeric.homogeneous.polars.rectified import enclose_rectified_polar
from numeric.homogeneous.polars.second_layer import covered_outputs_bound, second_layer_bound


def enclose_deep_polar(  # noqa: PLR0913 - the data, the architecture and the effort
    V: Any, W: Any, *, widths: Sequence[int], tolerance: float = 1e-10, starts: int = 8, branched_outputs: int = 1
) -> PolarEnclosure:
    """Return sup ⟨W, ψ⁺(… ψ⁺(Vx¹) …)x^K⟩ over weights of Frobenius norm at most 1, between certified bounds.

    Args:
        V: Data, N×d, doubles or fractions, exact.
        W: N×k: doubles (taken as exact), exact fractions or balls.
        widths: Widths of the hidden layers, so that x¹ is d×widths[0], …, x^K is widths[−1]×k; K = 3 for two of them.
        tolerance: Relative width wanted where the polar is known exactly.
        starts: Local ascents for the lower bound of two hidden layers of width 2 or more.
        branched_outputs: Most outputs for which the upper bound of two hidden layers is found by branching; for one
            output that takes a fraction of a second, for two some seconds.

    Returns:
        Bounds ``tolerance`` apart for scalar inputs (d = 1), one hidden layer, a first layer of width 1, and WWᵀ
        without negative entries. For two hidden layers and few outputs the upper bound is near the supremum
        over all widths[0] (within ``tolerance``, or 1e-6 for several outputs, unless branches run out), which narrow
        layers may miss. Else it is the polar of one hidden layer for [W₊ W₋], which may be much larger. The atom is
        (x¹, …, x^K).

    Raises:
        PolarInputError: If data are empty or not finite, rows differ, or a width is not positive.

    Example:
        >>> polar = enclose_deep_polar([[1.0], [-2.0]], [[3.0], [-5.0]], widths=(2, 2))
        >>> bool(polar.lower <= 10 <= polar.upper), polar.width < 1e-14
        (True, True)
    """
    rows, data = exact(V, 2), rounded(W, 2)
    if len(rows) != len(data.center):
        raise PolarInputError(f"polar: V has {len(rows)} rows but W has {len(data.center)}; they must agree")
    if not widths or min(widths) < 1:
        raise PolarInputError(f"polar: widths {tuple(widths)}; give one positive width for each hidden layer")
    shallow = enclose_rectified_polar(V, W, tolerance=tolerance)
    if rows.shape[1] == 1 or len(widths) == 1 or widths[0] == 1:
        return PolarEnclosure(shallow.lower, shallow.upper, _chain(shallow, widths))
    if _gram_is_nonnegative(data):
        with working_bits(BITS):
            upper = data.upper(_upper_of(rows, data.center, data, tolerance))
        return PolarEnclosure(shallow.lower, upper, _chain(shallow, widths))
    upper = _monotone_bound(rows, data, tolerance)
    lower, atom = shallow.lower, _chain(shallow, widths)
    if len(widths) == 2:
        found = _searched(rows, data, widths, starts)
        if found[0] > lower:
            lower, atom = found
        if data.center.shape[1] <= branched_outputs and upper > lower * (1 + tolerance):
            upper = min(upper, _branched_bound(rows, data, tolerance, lower * 2.0**-data.exponent))
    return PolarEnclosure(lower, upper, atom)


def _chain(shallow: PolarEnclosure, widths: Sequence[int]) -> tuple[Vector, ...]:
    """Return the weights that use one unit of each hidden layer and pass its value on."""
    u, v = shallow.atom
    weights = [np.zeros((len(u), widths[0]))]
    weights[0][:, 0] = u
    for before, after in pairwise(widths):
        layer = np.zeros((before, after))
        layer[0, 0] = 1.0 if u.any() else 0.0
        weights.append(layer)
    last = np.zeros((widths[-1], len(v)))
    last[0] = v
    return (*weights, last)


def _gram_is_nonnegative(data: RoundedData) -> bool:
    """Return whether WWᵀ is proved to have no negative entry, for the doubles near W."""
    with working_bits(BITS):
        A = ball_matrix(data.center)
        gram = A * A.transpose()
        return all(gram[i, j] >= 0 for i in range(gram.nrows()) for j in range(i))


def _upper_of(rows: NDArray[Any], weights: Vector, data: RoundedData, tolerance: float) -> arb:
    """Return a proved upper bound of the polar of one hidden layer for weights near those asked for."""
    polar = enclose_rectified_polar(rows, weights, tolerance=tolerance)
    return arb(polar.upper) + data.distance * 2 * euclidean_length(rational_ball(x) for x in rows.ravel())


def _monotone_bound(rows: NDArray[Any], data: RoundedData, tolerance: float) -> float:
    """Return the polar of one hidden layer for [W₊ W₋]."""
    split = np.hstack([np.maximum(data.center, 0.0), np.maximum(-data.center, 0.0)])
    split = split[:, split.any(axis=0)] if split.any() else split
    with working_bits(BITS):
        return data.upper(_upper_of(rows, split, data, tolerance))


def _branched_bound(rows: NDArray[Any], data: RoundedData, tolerance: float, attained: float) -> float:
    """Return the bound over K₂ itself: for w and −w, or on cones of outputs."""

    def polar(weights: Vector) -> PolarEnclosure:
        return enclose_rectified_polar(rows, weights[:, None], tolerance=tolerance / 4)

    def single(w: Vector) -> arb:
        return second_layer_bound(rows, w, polar=polar, attained=attained, tolerance=tolerance)

    with working_bits(BITS):
        if data.center.shape[1] == 1:
            bound = single(data.center[:, 0]).max(single(-data.center[:, 0]))
        else:
            bound = covered_outputs_bound(rows, data.center, polar=polar, tolerance=max(tolerance, 1e-6))
        return data.upper(bound + data.distance * euclidean_length(rational_ball(x) for x in rows.ravel()))


def _searched(
    rows: NDArray[Any], data: RoundedData, widths: Sequence[int], starts: int
) -> tuple[float, tuple[Vector, ...]]:
    """Return the best certified value of two hidden layers found by local ascents from seeded starts."""
    V = rows.astype(float)
    V = V / (float(np.abs(V).max()) or 1.0)
    W, d, h = data.center, rows.shape[1], widths[0]
    rng = np.random.default_rng(0)

    def descent(x: Vector) -> tuple[float, Vector]:
        X1, x2 = x[: d * h].reshape(d, h), x[d * h :]
        hidden = np.maximum(V @ X1, 0.0)
        z = hidden @ x2
        image = W.T @ np.maximum(z, 0.0)
        length, a, b = float(np.linalg.norm(image)), float(np.linalg.norm(X1)), float(np.linalg.norm(x2))
        if min(length, a, b) < 1e-150:
            return 0.0, np.zeros_like(x)
        value = length / (a * b)
        slope = (W @ image) / length * (z > 0)
        to_first = V.T @ (np.outer(slope, x2) * (hidden > 0)) / (a * b) - value * X1 / a**2
        to_second = hidden.T @ slope / (a * b) - value * x2 / b**2
        return -value, -np.concatenate([to_first.ravel(), to_second])

    found = [
        minimize(descent, rng.normal(size=d * h + h), jac=True, method="L-BFGS-B", options={"maxiter": 400})
        for _ in range(starts)
    ]
    best = min(found, key=lambda result: float(result.fun)).x
    X1 = in_unit_ball(best[: d * h].reshape(d, h))
    X2 = np.zeros((h, widths[1]))
    X2[:, 0] = in_unit_ball(best[d * h :])
    with working_bits(BITS):
        return _certified(rows, data, X1, X2)


def _certified(rows: NDArray[Any], data: RoundedData, X1: Vector, X2: Vector) -> tuple[float, tuple[Vector, ...]]:
    """Return a certified lower bound of ⟨W, ψ⁺(ψ⁺(Vx¹)x²)x³⟩ with the best x³, and the weights."""
    zero = arb(0)

    def rectified(A: Any) -> Any:
        return arb_mat([[A[i, j].max(zero) for j in range(A.ncols())] for i in range(A.nrows())])

    exact_rows = arb_mat([[rational_ball(x) for x in row] for row in rows])
    output = rectified(rectified(exact_rows * ball_matrix(X1)) * ball_matrix(X2))
    image = output.transpose() * ball_matrix(data.center)
    X3 = in_unit_ball(
        np.array([[float(image[i, j].mid()) for j in range(image.ncols())] for i in range(image.nrows())])
    )
    attained = sum(
        (image[i, j] * arb(float(X3[i, j])) for i in range(image.nrows()) for j in range(image.ncols())), zero
    )
    size = euclidean_length(output[i, j] for i in range(output.nrows()) for j in range(output.ncols()))
    return data.lower(attained - data.distance * size), (X1, X2, X3)
