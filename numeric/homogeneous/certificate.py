"""Certificates of global optimality for ½‖Y − UVᵀ‖² + λΣg: the polar of the residual and the duality gap, enclosed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from flint import arb, arb_mat

from numeric.enclosures.balls import working_bits
from numeric.homogeneous.regularizers import Matrix, Regularizer

_BITS = 128


@dataclass(frozen=True)
class Certificate:
    """What is proved of a point.

    Args:
        status: ``"global"`` (within ``gap``, certified), ``"not global"`` (``direction`` descends), ``"undecided"``.
        polar_bound: Proved upper bound of Ω°(W), W = (Y − UVᵀ)/λ.
        polar_attained: ⟨W, uvᵀ⟩ at the direction found; a lower bound of Ω°(W) up to rounding.
        gap: Proved upper bound of f(U, V) − min over all sizes r.
        direction: The pair (u, v) of norm 1 whose slice descends where the status is ``"not global"``.
    """

    status: Literal["global", "not global", "undecided"]
    polar_bound: float
    polar_attained: float
    gap: float
    direction: tuple[Matrix, Matrix]


def _balls(A: Matrix) -> Any:
    return arb_mat([[arb(float(x)) for x in row] for row in A])


def certify(  # noqa: PLR0913 - a point of a problem
    Y: Matrix, U: Matrix, V: Matrix, g: Regularizer, lam: float, *, tolerance: float = 1e-8
) -> Certificate:
    """Return the certificate of a point; doubles are taken as exact and everything proved in ball arithmetic.

    With W = (Y − UVᵀ)/λ and W' = W / max(1, Ω°(W)) feasible for the dual, λ⟨W', Y⟩ − ½λ²‖W'‖² bounds every value of f
    from below, for every r.

    Args:
        Y: Data, m×n.
        U: Factors, m×r.
        V: Factors, n×r.
        g: The regularizer.
        lam: λ > 0.
        tolerance: The point is called global if its gap is at most ``tolerance``·max(1, f).
    """
    with working_bits(_BITS):
        residual = _balls(Y) - (_balls(U) * _balls(V).transpose() if U.shape[1] else arb_mat(*Y.shape))
        weight = arb(float(lam))
        entries = [residual[i, j] for i in range(Y.shape[0]) for j in range(Y.shape[1])]
        square = sum((x * x for x in entries), arb(0))
        value = square / 2 + weight * _cost(U, V, g)
        W = residual * (1 / weight)
        bound = g.enclose_polar_bound(W)
        shrink = 1 / bound.max(arb(1))
        pairing = sum((x * arb(float(y)) for x, y in zip(entries, Y.ravel(), strict=True)), arb(0))
        dual = shrink * pairing - shrink * shrink * square / 2
        gap = float((value - dual).upper())
        objective = float(value.mid())
    approximate = (Y - U @ V.T) / lam
    u, v = g.polar_atom(approximate)
    attained = float(u @ approximate @ v)
    status: Literal["global", "not global", "undecided"] = "undecided"
    if gap <= tolerance * max(1.0, objective):
        status = "global"
    elif attained > 1 + 1e-10:
        status = "not global"
    return Certificate(status, float(bound), attained, gap, (u, v))


def _cost(U: Matrix, V: Matrix, g: Regularizer) -> arb:
    def norm(x: Matrix) -> arb:
        balls = [arb(float(value)) for value in x]
        if g.name == "l1-product":
            return sum((abs(b) for b in balls), arb(0))
        return sum((b * b for b in balls), arb(0)).sqrt()

    total = arb(0)
    for u, v in zip(np.transpose(U), np.transpose(V), strict=True):
        a, b = norm(u), norm(v)
        total += (a * a + b * b) / 2 if g.form == "sum" else a * b
    return total
