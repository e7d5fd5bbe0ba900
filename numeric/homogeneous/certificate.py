"""Certificates of global optimality: the polar of −∇ℓ/λ, the duality gap, and proved descent, in ball arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan
from typing import Any, Literal

import numpy as np
from flint import arb

from numeric.enclosures.balls import working_bits
from numeric.homogeneous.elemental_maps import ElementalMap, Factors
from numeric.homogeneous.known_polars import known_polar
from numeric.homogeneous.norms import Array, converted, exact_ball
from numeric.homogeneous.polar_search import estimate_polar_atom
from numeric.homogeneous.polars.enclosure import rounded_down, rounded_up
from numeric.homogeneous.problem import BITS, FactorizationInputError, Problem, ball_sum, checked_start, problem
from numeric.homogeneous.regularizers import AnyRegularizer

Status = Literal["global", "not global", "undecided"]
DIRECTION_MARGIN = 1e-12


class PolarBoundError(ValueError):
    """An upper bound of a polar is contradicted by a slice."""


@dataclass(frozen=True)
class Certificate:
    """What is proved of a point; doubles are taken as exact.

    Args:
        status: ``"global"``: the objective is within ``gap`` of the minimum over all sizes r, and ``gap`` is at most
            the tolerance asked for. ``"not global"``: adding a small multiple of ``direction`` as one slice more lowers
            the objective (proved: ``polar_attained`` > 1). ``"undecided"``: neither is proved.
        W: The dual point −∇ℓ/λ = (Y − Φ)/λ, rounded to doubles.
        polar_bound: Proved upper bound of Ω°(−∇ℓ/λ); infinite where no bound is known for the pair (φ, g).
        polar_attained: Proved lower bound of ⟨−∇ℓ/λ, φ⟩/g at the direction; at most 0 where none was found.
        gap: Proved upper bound of the objective less its minimum over all sizes r; at worst the objective itself.
        direction: The slice (x¹, …, x^K), of cost g about 1.
        objective: The objective, rounded.
    """

    status: Status
    W: Array
    polar_bound: float
    polar_attained: float
    gap: float
    direction: Factors
    objective: float

    @property
    def descends(self) -> bool:
        """Return whether a slice more is proved to lower the objective."""
        return self.polar_attained > 1.0

    def __str__(self) -> str:
        return f"{self.status}: gap ≤ {self.gap:.2g}, polar in [{self.polar_attained:.10g}, {self.polar_bound:.10g}]"


def certify(  # noqa: PLR0913 - a point of a problem
    Y: Any,
    factors: Sequence[Any],
    *,
    phi: str | ElementalMap = "outer",
    g: str | AnyRegularizer = "l2-product",
    lam: float = 1.0,
    V: Any = None,
    widths: Sequence[int] = (),
    tolerance: float = 1e-8,
) -> Certificate:
    """Return what is proved of a point of ½‖Y − Φ_r‖² + λΣg.

    Args:
        Y: Data.
        factors: X¹, …, X^K, the last axis of each counting the slices.
        phi: As for :func:`numeric.homogeneous.factorization.factorize`.
        g: The same.
        lam: λ > 0.
        V: Training data of networks.
        widths: Hidden units of a subnetwork of ``"parallel-relu"``.
        tolerance: The point is called global if the gap is at most ``tolerance`` times the objective or, if that is
            larger, times 1 or ½‖Y‖², the smaller of them.

    Raises:
        FactorizationInputError: If a part is not admissible.
        PolarBoundError: If the bound that a regularizer of your own brings is contradicted by its own slice.

    **Source:** [global-optimality] Corollary 16 and Proposition 12, with a bound of the distance from the optimum.

    Example:
        >>> certify([[3.0, 0.0], [0.0, 1.0]], ([[1.0], [0.0]], [[1.0], [0.0]]), lam=2.0).status
        'global'
    """
    task = problem(Y, phi=phi, g=g, lam=lam, V=V, widths=widths)
    if not 0 < tolerance < inf:
        raise FactorizationInputError(f"certify: tolerance = {tolerance}; the gap must be positive and finite")
    return certificate_of(task, checked_start(task, factors), tolerance=tolerance)


def certificate_of(task: Problem, factors: Factors, *, tolerance: float = 1e-8) -> Certificate:
    """Return the certificate of a point of a problem.

    With R = Y − Φ and any s ≥ 0 for which s·Ω°(R/λ) ≤ 1, sR/λ is feasible for the dual, and s⟨R, Y⟩ − ½s²‖R‖² bounds
    every value of the objective from below, for every r.
    """
    polar = known_polar(task)
    with working_bits(BITS):
        residual = task.enclose_residual(factors)
        weight = exact_ball(task.lam)
        dual = np.asarray(residual * (1 / weight))
        W = np.array([float(x.mid()) for x in dual.ravel()]).reshape(task.Y.shape)
        square = ball_sum(residual**2)
        value = square / 2 + weight * task.enclose_cost(factors)
        if polar is None:
            bound, direction = inf, estimate_polar_atom(task, W, np.random.default_rng(0), starts=20)[0]
        else:
            enclosure = polar(dual)
            bound = float(enclosure.upper)
            bound = inf if isnan(bound) else bound  # NaN bounds nothing
            direction = tuple(np.array(x, dtype=float) for x in enclosure.atom)
        lower = _dual_value(residual, converted(task.Y, exact_ball), square, bound)
        gap = rounded_up(value - lower)
        objective = float(value.mid())
        attained = _attained(task, dual, direction)
        if attained > bound:
            raise PolarBoundError(
                f"certificate: the polar that comes with g = {task.g.name!r} claims to be at most {bound}, but its own "
                f"slice attains {attained}; correct the bound, it must hold for all slices"
            )
    status: Status = "undecided"
    if isfinite(gap) and gap <= tolerance * max(objective, min(1.0, _half_square(task.Y))):
        status = "global"
    elif attained > 1.0 + DIRECTION_MARGIN:
        status = "not global"
    return Certificate(status, W, bound, attained, gap, direction, objective)


def _half_square(Y: Array) -> float:
    """Return ½‖Y‖², infinite where it is too large for a double."""
    with np.errstate(over="ignore"):
        return float(np.sum(Y**2)) / 2


def _dual_value(residual: Array, Y: Array, square: arb, bound: float) -> arb:
    """Return s⟨R, Y⟩ − ½s²‖R‖² at a good s in [0, 1/bound]; 0, a trivial bound, where no bound is known."""
    if bound == inf or not square > 0:
        return arb(0)
    pairing = ball_sum(residual * Y)
    best = float((pairing / square).mid())
    limit = 1 / exact_ball(bound) if bound > 0 else exact_ball(max(best, 0.0))
    s = exact_ball(best) if best >= 0 and exact_ball(best) <= limit else limit.lower() * (best > 0)
    return s * pairing - s * s * square / 2


def _attained(task: Problem, dual: Array, direction: Factors) -> float:
    """Return a proved lower bound of ⟨W, φ⟩/g at the slice; 0 if its cost is not positive or not admissible."""
    slice_ = tuple(x[..., None] for x in direction)
    if not task.g.admits(slice_):
        return 0.0
    cost = task.enclose_cost(slice_)
    if not cost > 0:
        return 0.0
    image = task.phi.images(tuple(converted(x, exact_ball) for x in slice_))[..., 0]
    return rounded_down(ball_sum(dual * image) / cost)
